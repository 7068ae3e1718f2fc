"""A run that would change nothing does nothing, and says the same; a change of one byte anywhere makes it a whole run."""

from __future__ import annotations

import os
import re
import shutil
from datetime import datetime, timedelta

import pytest

from sishui_eco import cli, stages
from sishui_eco.corresponding import record_sent
from sishui_eco.outputs import compose
from sishui_eco.outputs.letters import template_files
from sishui_eco.pipeline import collect
from sishui_eco.spec.settings import load_settings
from tests.lasting.serial import without_workers
from tests.lasting.small_task import AS_OF, WORSE, annex4, drop, files_of, make_small_task, settings


@pytest.fixture
def task(tmp_path, monkeypatch):
    without_workers(monkeypatch)
    task = make_small_task(tmp_path / "任务")
    drop(task, "泗河.xlsx", annex4("U25"), "2023-07-20 09:00")
    drop(task, "济河.xlsx", annex4("U26", WORSE), "2023-07-20 10:00")
    return task


@pytest.fixture
def composed(monkeypatch) -> list[object]:
    """How often outputs were composed."""
    calls: list[object] = []
    real = stages.compose_outputs
    monkeypatch.setattr(stages, "compose_outputs", lambda *given: calls.append(1) or real(*given))
    return calls


def test_a_run_that_would_change_nothing_composes_nothing_and_says_the_same(task, composed, capsys):
    said = []
    for _ in range(2):
        assert cli.main(["collect", str(task.root), "--as-of", "2023-08-03"]) == 1
        said.append(capsys.readouterr().out.splitlines())
    assert len(composed) == 1
    assert [line for line in said[1] if line not in said[0]] == ["和上次的成果完全一样，没有重写。"]
    assert [line for line in said[0] if line not in said[1]] == []


def test_the_outcome_of_such_a_run_is_that_of_a_whole_one(task, composed):
    whole = collect(task.root, as_of=AS_OF)
    again = collect(task.root, as_of=AS_OF)
    assert len(composed) == 1 and (again.changed, again.run, again.told) == (False, whole.run, whole.told)
    assert again.outcome == whole.outcome
    assert again.outcome is again.outcome


def same_time_same_size(task) -> None:
    path = task.inbox / "泗河.xlsx"
    status, content = path.stat(), bytearray(path.read_bytes())
    content[-1] ^= 1  # within the comment length of the zip's end
    path.write_bytes(bytes(content))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size


def other_template(task) -> None:
    for name, content in template_files(load_settings(task.settings)).items():
        task.templates.mkdir(exist_ok=True)
        (task.templates / name).write_bytes(content)


CHANGES = {
    "a byte of a file, its time and size as before": same_time_same_size,
    "one file more": lambda task: drop(task, "泉林.xlsx", annex4("U27"), "2023-07-21 09:00"),
    "a file renamed": lambda task: (task.inbox / "泗河.xlsx").rename(task.inbox / "泗河街道.xlsx"),
    "a file gone": lambda task: (task.inbox / "泗河.xlsx").unlink(),
    "an earlier time": lambda task: os.utime(task.inbox / "泗河.xlsx", (1689600000, 1689600000)),
    "settings": lambda task: task.settings.write_bytes(settings([{"number": "1", "action": "剔除", "file": "泗河.xlsx", "who": "测试戊", "why": "核对原件后决定"}])),
    "templates": other_template,
    "a letter sent": lambda task: record_sent(task.root, (), AS_OF, "测试戊"),
    "results edited": lambda task: next(task.latest.rglob("*.csv")).write_bytes(b"by hand"),
    "results removed": lambda task: shutil.rmtree(task.latest),
    "the run edited": lambda task: next((task.results / "2023-08-03_第1次").rglob("*.csv")).write_bytes(b"by hand"),
    "originals lost": lambda task: shutil.rmtree(task.originals),
    "memory lost": lambda task: task.memory.unlink(),
}  # fmt: skip
COPIED_BACK = {"originals lost"}  # by listing the inbox: every file lies there still


@pytest.mark.parametrize("name", CHANGES)
def test_any_change_makes_a_whole_run(task, composed, name):
    collect(task.root, as_of=AS_OF)
    CHANGES[name](task)
    collect(task.root, as_of=AS_OF)
    assert len(composed) == (1 if name in COPIED_BACK else 2)
    before = files_of(task.latest)
    task.memory.unlink()
    collect(task.root, as_of=AS_OF)
    assert files_of(task.latest) == before


def test_another_day_makes_a_whole_run(task, composed):
    for days in (0, 1):
        collect(task.root, as_of=AS_OF + timedelta(days=days))
    assert len(composed) == 2


def test_what_is_remembered_holds_no_clock(task, composed, monkeypatch):
    collect(task.root, as_of=datetime(2023, 8, 3, 23, 59))
    os.utime(task.settings, (1_700_000_000, 1_700_000_000))
    collect(task.root, as_of=datetime(2023, 8, 3, 23, 59))
    assert len(composed) == 1
    assert re.fullmatch(r"2023-08-03_第1次", "".join(p.name for p in task.results.iterdir() if p.name != "最新"))


def test_one_more_mail_marks_anew_only_what_it_changes(task, tmp_path, monkeypatch):
    marked: list[str] = []
    real = compose.write_sendback

    def write(content, kind, submission, *given):
        marked.append(submission.unit_id)
        return real(content, kind, submission, *given)

    monkeypatch.setattr(compose, "write_sendback", write)

    def units_marked(days: int = 0) -> set[str]:
        marked.clear()
        collect(task.root, as_of=AS_OF + timedelta(days=days))
        return set(marked)

    assert units_marked() == {"U25", "U26"}
    drop(task, "泉林.xlsx", annex4("U27", WORSE), "2023-07-21 09:00")
    assert units_marked() == {"U27"}
    drop(task, "泉林2.xlsx", annex4("U27"), "2023-07-22 09:00")
    assert units_marked() == {"U27"}
    assert units_marked(days=1) == {"U25", "U26", "U27"}  # the day stands in the copies
    whole = make_small_task(tmp_path / "一次")
    shutil.rmtree(whole.inbox)
    shutil.copytree(task.inbox, whole.inbox)
    for days in (0, 1):  # the summary tells what changed since the day before
        collect(whole.root, as_of=AS_OF + timedelta(days=days))
    assert files_of(task.latest) == files_of(whole.latest)


def test_by_the_clock_what_was_published_today_still_holds_until_the_deadline_passes(task, composed):
    morning = datetime(2023, 7, 31, 9)
    assert collect(task.root, as_of=morning, workers=1, by_clock=True).changed
    noon = collect(task.root, as_of=morning + timedelta(hours=3), workers=1, by_clock=True)
    assert not noon.changed and noon.outcome.as_of == morning and len(composed) == 1
    assert collect(task.root, as_of=morning + timedelta(hours=9), workers=1, by_clock=True).changed  # 17:30 is over
    assert collect(task.root, as_of=morning + timedelta(days=1), workers=1, by_clock=True).changed


def test_a_moment_that_was_asked_for_is_taken_to_the_letter(task, composed):
    for hour in (9, 10):
        collect(task.root, as_of=datetime(2023, 7, 27, hour), workers=1)
    assert len(composed) == 2
