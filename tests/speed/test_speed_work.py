"""Work is counted, never timed: what is opened, inflated, understood and checked, and how often."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

import sishui_eco
from sishui_eco.checks import submission as every_check
from sishui_eco.examining import examine_arrival
from sishui_eco.intake.limits import Limits
from sishui_eco.intake.receive import expand
from sishui_eco.model.arrival import Arrival
from sishui_eco.outputs.blanks import write_blank
from sishui_eco.pipeline import collect
from sishui_eco.reading import package, read, styles, xlsx
from sishui_eco.running.folder import TaskFolder
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import default_campaign
from sishui_eco.understanding import answers, columns, heads, meant, plain, records, understand, vocabulary

AS_OF = datetime(2023, 8, 3, 23, 59)
RECEIVED = datetime(2023, 7, 20, 9)
TOWN = "泉林镇人民政府"
HEADS = [
    "序号",
    "工程类别",
    "项目名称",
    "建设性质",
    "建设地点",
    "建设规模及主要内容",
    "起止年限",
    "总投资（万元）",
    "责任单位",
    "支撑指标",
]


def projects(unit: str, count: int) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(["附件4　重点工程项目提报表"])
    sheet.append(["填报单位", unit])
    sheet.append(HEADS)
    for number in range(1, count + 1):
        name = f"{unit}{number}号片区河道治理工程"
        content = f"治理河道{number}公里，新建护岸3.6公里"
        sheet.append([number, "生态安全", name, "新建", unit, content, "2023-2025", 100 * number, unit, "河长制"])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def arrival_of(name: str, content: bytes) -> Arrival:
    (item,) = expand(name, content, RECEIVED, Limits())
    return item.arrival


@pytest.fixture
def task(tmp_path: Path) -> TaskFolder:
    """Three loose workbooks, and a zip that holds one of them again and a fourth."""
    from sishui_eco.preparing import make_task

    made = make_task(tmp_path / "任务", sample=False).task
    for unit in (TOWN, "柘沟镇人民政府", "中册镇人民政府"):
        (made.inbox / f"{unit}附件4.xlsx").write_bytes(projects(unit, 2))
    with zipfile.ZipFile(made.inbox / "补报.zip", "w") as archive:
        archive.writestr("苗馆镇附件4.xlsx", projects("苗馆镇人民政府", 3))
        archive.write(made.inbox / f"{TOWN}附件4.xlsx", "泉林镇附件4.xlsx")
    return made


class Work:
    """How many items each stage was given in a run."""

    def __init__(self) -> None:
        self.given: dict[str, int] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        self.given[stage] = total


def run(task: TaskFolder) -> dict[str, int]:
    work = Work()
    collect(task.root, as_of=AS_OF, workers=1, progress=work)
    return work.given


# --- a run ---------------------------------------------------------------------------------------------


def test_a_second_run_opens_no_container_and_reads_no_table(task: TaskFolder) -> None:
    first = run(task)
    assert (first["receive"], first["examine"]) == (4, 4)  # four files; the copy within the zip is not read twice
    second = run(task)
    assert (second.get("receive", 0), second.get("examine", 0)) == (0, 0)


def test_one_more_file_is_the_only_one_opened_and_read(task: TaskFolder) -> None:
    run(task)
    (task.inbox / "圣水峪镇附件4.xlsx").write_bytes(projects("圣水峪镇人民政府", 1))
    more = run(task)
    assert (more["receive"], more["examine"]) == (1, 1)


opened: Counter[str] = Counter()
listening: list[str] = []


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    if listening and event == "open" and str(arguments[0]).startswith(listening[0]):
        opened[Path(str(arguments[0])).name] += 1


@pytest.fixture(scope="module")
def listener() -> Iterator[list[str]]:
    sys.addaudithook(_listen)  # stays until the process ends, deaf when nobody listens
    yield listening
    listening.clear()


def test_each_file_of_the_inbox_is_opened_once_a_run(task: TaskFolder, listener: list[str]) -> None:
    for _ in range(2):
        opened.clear()
        listener[:] = [str(task.inbox)]
        run(task)
        listener.clear()
        assert opened == {path.name: 1 for path in task.inbox.iterdir()}


# --- one file --------------------------------------------------------------------------------------------


def counted(monkeypatch: pytest.MonkeyPatch, holder: object, name: str) -> list[Any]:
    """Replace a function by itself and a list of its first arguments."""
    calls: list[Any] = []
    function = getattr(holder, name)

    def call(*arguments: Any, **named: Any) -> Any:
        calls.append(arguments[0] if arguments else None)
        return function(*arguments, **named)

    monkeypatch.setattr(holder, name, call)
    return calls


def test_no_part_of_a_package_is_inflated_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    content = write_blank(default_campaign().units[0], default_campaign(), RECEIVED)
    inflated: list[str] = []
    inflate = package.Package._inflate

    def counting(self: package.Package, info: Any) -> bytes:
        inflated.append(info.name)
        return inflate(self, info)

    monkeypatch.setattr(package.Package, "_inflate", counting)
    arrival = arrival_of("x.xlsx", content)
    read(content, arrival.kind, arrival.place)
    assert len([name for name in inflated if "worksheets/sheet" in name]) >= 3
    assert [name for name, times in Counter(inflated).items() if times > 1] == []


def test_parts_that_hold_nothing_asked_for_are_never_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO(projects(TOWN, 2))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"\x89PNG" + bytes(400_000))
        archive.writestr("xl/printerSettings/printerSettings1.bin", bytes(400_000))
    arrival = arrival_of("x.xlsx", buffer.getvalue())
    sizes: list[int] = []
    inflate = package.Package._inflate

    def counting(self: package.Package, info: Any) -> bytes:
        data = inflate(self, info)
        sizes.append(len(data))
        return data

    monkeypatch.setattr(package.Package, "_inflate", counting)
    read(arrival.content, arrival.kind, arrival.place)
    assert sizes and max(sizes) < 100_000
    assert zlib.crc32(bytes(400_000))  # the bytes left alone are real


def test_parts_that_returns_share_are_understood_once(monkeypatch: pytest.MonkeyPatch) -> None:
    understood = [counted(monkeypatch, styles, "_styles_part"), counted(monkeypatch, xlsx, "_workbook_part")]
    documents = []
    for unit in (TOWN, "柘沟镇人民政府"):
        arrival = arrival_of("x.xlsx", projects(unit, 2))
        documents.append(read(arrival.content, arrival.kind, arrival.place))
    assert documents[0].grids != documents[1].grids
    assert [len(calls) for calls in understood] == [1, 1]


def test_every_rule_is_asked_once_of_every_record(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = default_campaign()
    asked: Counter[tuple[str, str]] = Counter()

    def counting(check: Callable[..., Any]) -> Callable[..., Any]:
        def call(examined: Any, *record: Any) -> Any:
            asked[check.__name__, record[0].key if record else ""] += 1
            return check(examined, *record)

        return call

    rules = {form: tuple(map(counting, checks)) for form, checks in every_check.RECORD_CHECKS.items()}
    monkeypatch.setattr(every_check, "RECORD_CHECKS", rules)
    monkeypatch.setattr(every_check, "EVERY_RECORD", tuple(map(counting, every_check.EVERY_RECORD)))
    monkeypatch.setattr(every_check, "FORM_CHECKS", tuple(map(counting, every_check.FORM_CHECKS)))
    examine_arrival(arrival_of(f"{TOWN}附件4.xlsx", projects(TOWN, 5)), campaign)
    assert len(asked) > 5 * 10
    assert set(asked.values()) == {1}


def test_the_words_of_a_campaign_are_made_once_for_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign: Campaign = replace(default_campaign())
    made = counted(monkeypatch, vocabulary, "_form_headings")
    for number in range(3):
        arrival = arrival_of(f"{TOWN}附件4-{number}.xlsx", projects(TOWN, 1 + number))
        understand(replace(arrival, content=b""), read(arrival.content, arrival.kind, arrival.place), campaign)
    assert len(made) == len(campaign.forms)


def understand_all(campaign: Campaign, *sizes: int) -> None:
    for number, size in enumerate(sizes):
        arrival = arrival_of(f"{TOWN}附件4-{number}.xlsx", projects(TOWN, size))
        understand(replace(arrival, content=b""), read(arrival.content, arrival.kind, arrival.place), campaign)


def test_a_heading_is_understood_once_for_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign: Campaign = replace(default_campaign())
    headed, chosen = counted(monkeypatch, heads, "_columns"), counted(monkeypatch, columns, "_chosen")
    settled = counted(monkeypatch, columns, "_settled")
    understand_all(campaign, 1, 2, 3)
    assert [len(headed), len(chosen), len(settled)] == [1, len(campaign.forms), len(campaign.forms)]


def test_a_text_is_asked_once_what_it_may_mean_however_often_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign: Campaign = replace(default_campaign())
    marks, meanings = counted(monkeypatch, plain, "marks_of"), counted(monkeypatch, meant, "_meaning")
    understand_all(campaign, 30)
    for asked in (marks, meanings):
        assert max(Counter(asked).values()) == 1
    said = len(meanings)
    understand_all(campaign, 30, 30)
    assert len(meanings) == said


def test_what_a_column_asks_is_worked_out_once_whatever_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign: Campaign = replace(default_campaign())
    asked = counted(monkeypatch, answers, "_question")
    understand_all(campaign, 2, 40, 3)
    assert asked and max(Counter(asked).values()) == 1


def test_what_was_taken_of_merged_amounts_is_not_copied_row_by_row(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[Any] = []
    gather = records.gather

    def noting(*arguments: Any) -> Any:
        taken.append(arguments[3])
        return gather(*arguments)

    monkeypatch.setattr(records, "gather", noting)
    understand_all(default_campaign(), 20)
    assert len(taken) == 20 and len(taken[0]) == 20 and all(each is taken[0] for each in taken)


# --- a small command ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["--help"], ["explain", "C301"]])
def test_a_small_command_loads_no_large_library(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom sishui_eco.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        "print(' '.join(sorted({name.partition('.')[0] for name in sys.modules})), file=sys.stderr)"
    )
    root = Path(sishui_eco.__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, encoding="utf-8", check=True)
    loaded = set(done.stderr.split())
    assert "argparse" in loaded
    assert loaded & {"pandas", "numpy", "xlsxwriter", "openpyxl", "docx", "lxml", "pebble", "sqlite3"} == set()


def test_status_loads_no_large_library(task: TaskFolder) -> None:
    run(task)
    code = (
        "import sys\nfrom sishui_eco.cli import main\n"
        f"main(['status', {str(task.root)!r}])\n"
        "print(' '.join(sorted({name.partition('.')[0] for name in sys.modules})), file=sys.stderr)"
    )
    root = Path(sishui_eco.__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, encoding="utf-8", check=True)
    loaded = set(done.stderr.split())
    assert TOWN[:2] in done.stdout
    assert loaded & {"pandas", "numpy", "xlsxwriter", "openpyxl", "docx", "lxml", "pebble", "sqlite3"} == set()
