"""What came once stays: nothing is read twice, nothing vanishes with its file, and the bytes are those of a full run."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import zipfile
import zlib
from email.message import EmailMessage
from pathlib import Path

import pytest

from sishui_eco.pipeline import collect
from sishui_eco.releasing import verify_folder
from sishui_eco.running.folder import TaskFolder
from tests.lasting.serial import without_workers
from tests.lasting.small_task import AS_OF, WORSE, annex4, drop, files_of, make_small_task, settings


@pytest.fixture(autouse=True)
def _serial(monkeypatch):
    without_workers(monkeypatch)


@pytest.fixture
def task(tmp_path: Path) -> TaskFolder:
    task = make_small_task(tmp_path / "任务")
    drop(task, "泗河.xlsx", annex4("U25"), "2023-07-20 09:00")
    drop(task, "济河.zip", packed({"济河附件4.xlsx": annex4("U26")}), "2023-07-20 10:00")
    return task


def packed(members: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2023, 7, 19, 8, 0, 0)), content)
    return stream.getvalue()


def mail(content: bytes, name: str = "附件4.xlsx") -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "liaison@example.invalid", "报送"
    message["Date"] = "Fri, 21 Jul 2023 09:00:00 +0800"
    message.set_content("见附件")
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    message.set_boundary("=-boundary-=")
    return bytes(message)


class Seen:
    """How many containers and tables a run opened and read."""

    def __init__(self) -> None:
        self.totals: dict[str, int] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        self.totals[stage] = total


def run(task: TaskFolder):
    seen = Seen()
    collected = collect(task.root, as_of=AS_OF, workers=1, progress=seen)
    return collected, (seen.totals["receive"], seen.totals["examine"])


def export(task: TaskFolder, name: str) -> list[dict]:
    text = (task.latest / "导出" / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def verdicts(task: TaskFolder) -> dict[tuple[str, str], str]:
    return {(row["file"], row["member"]): row["verdict"] for row in export(task, "arrivals")}


def codes(task: TaskFolder) -> list[str]:
    return sorted(row["code"] for row in export(task, "findings"))


# --- incremental ---------------------------------------------------------------------------------------


def test_what_did_not_change_is_neither_opened_nor_read_again(task):
    assert run(task)[1] == (2, 2)
    again, work = run(task)
    assert work == (0, 0) and not again.changed
    drop(task, "泉林.eml", mail(annex4("U27")), "2023-07-25 09:00")
    more, work = run(task)
    assert work == (1, 1) and more.changed


def test_fed_piece_by_piece_or_at_once_the_bytes_are_the_same(task, tmp_path):
    pieces = [
        ("泉林.eml", mail(annex4("U27")), "2023-07-21 09:00"),
        ("泗河2.xlsx", annex4("U25", size="5"), "2023-07-24 09:00"),
    ]
    for file, content, received in pieces:
        run(task)
        drop(task, file, content, received)
    run(task)
    whole = TaskFolder(tmp_path / "一次")
    shutil.copytree(task.inbox, whole.inbox)
    shutil.copy2(task.settings, whole.settings)
    run(whole)
    assert files_of(task.latest) == files_of(whole.latest)


def damage_rows(path: Path) -> None:
    """Change one digit inside every value remembered of reading, as a bad disk might: it still decodes."""
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM remembered WHERE stage = 'run'")  # else nothing is asked of them
        rows = connection.execute("SELECT rowid, value FROM remembered WHERE stage LIKE 'read %'").fetchall()
        texts = [(value[:1], zlib.decompress(value[1:]), rowid) for rowid, value in rows]
        changed = [(kind + zlib.compress(text.replace(b"1200", b"9200"), 1), rowid) for kind, text, rowid in texts]
        assert any(b"1200" in text for _, text, _ in texts)
        connection.executemany("UPDATE remembered SET value = ? WHERE rowid = ?", changed)
    connection.close()


def damage_pages(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for at in range(100, len(content), 97):
        content[at] ^= 0x55
    path.write_bytes(content)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda path: path.unlink(),
        damage_rows,
        damage_pages,
        lambda path: path.write_bytes(b"no database at all" * 50),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
        lambda path: path.write_bytes(b""),
    ],
    ids=["deleted", "rows changed", "pages changed", "foreign", "cut short", "empty"],
)
def test_a_lost_or_damaged_memory_costs_time_never_a_byte(task, spoil):
    run(task)
    before = files_of(task.latest)
    spoil(task.memory)
    again, (_, read) = run(task)
    assert not again.changed and files_of(task.latest) == before
    assert read == 2
    assert run(task)[1] == (0, 0)


def test_other_settings_read_everything_again(task):
    run(task)
    task.settings.write_bytes(settings([decision("1", "剔除", file="泗河.xlsx")]))
    assert run(task)[1][1] == 2
    assert verdicts(task)["泗河.xlsx", ""] == "read"
    assert [row["excluded"] for row in export(task, "tally") if row["file"] == "泗河.xlsx"] == [1]


def test_a_memory_whose_originals_are_gone_opens_the_container_again(task):
    run(task)
    before = files_of(task.latest)
    shutil.rmtree(task.originals)
    again, work = run(task)
    assert work == (1, 0) and not again.changed
    assert files_of(task.latest) == before
    assert verify_folder(task.root)


# --- history never shrinks -----------------------------------------------------------------------------


def decision(number: str, action: str, **scope: str) -> dict[str, str]:
    return {"number": number, "action": action, "who": "测试戊", "why": "核对原件后决定", **scope}


@pytest.mark.parametrize("file", ["泗河.xlsx", "济河.zip"])
def test_a_file_moved_out_of_the_inbox_still_counts_and_is_told(task, file):
    run(task)
    answers, arrivals = export(task, "answers"), export(task, "arrivals")
    (task.inbox / file).unlink()
    collected, _ = run(task)
    assert export(task, "answers") == answers and export(task, "arrivals") == arrivals
    assert codes(task).count("A401") == 1
    told = next(item for item in collected.outcome.findings if item.code == "A401")
    assert told.places[0].file == file and told.audience == "clerk" and file in told.message
    before = files_of(task.latest)
    task.memory.unlink()
    run(task)
    assert files_of(task.latest) == before


def test_an_emptied_inbox_loses_nothing(task):
    run(task)
    answers = export(task, "answers")
    shutil.rmtree(task.inbox)
    task.inbox.mkdir()
    run(task)
    assert export(task, "answers") == answers


def test_a_file_put_back_is_as_if_it_had_never_left(task):
    run(task)
    before = files_of(task.latest)
    content = (task.inbox / "泗河.xlsx").read_bytes()
    (task.inbox / "泗河.xlsx").unlink()
    run(task)
    assert files_of(task.latest) != before
    drop(task, "泗河.xlsx", content, "2023-08-02 09:00")  # a rescue gives it a new time
    run(task)
    assert files_of(task.latest) == before


def test_a_renamed_file_is_not_counted_as_gone(task):
    run(task)
    (task.inbox / "泗河.xlsx").rename(task.inbox / "泗河街道报送.xlsx")
    run(task)
    assert "A401" not in codes(task)
    assert set(verdicts(task)) == {("泗河街道报送.xlsx", ""), ("济河.zip", "济河附件4.xlsx")}


def test_a_file_replaced_by_another_of_the_same_name_stays_as_the_earlier_version(task):
    run(task)
    drop(task, "泗河.xlsx", annex4("U25", size="8"), "2023-07-26 09:00")
    run(task)
    rows = [row for row in export(task, "arrivals") if row["unit_id"] == "U25"]
    assert [row["verdict"] for row in rows] == ["superseded", "read"]
    assert rows[0]["file"].startswith("归档/") and rows[1]["file"] == "泗河.xlsx"
    assert "A401" not in codes(task)  # what it said has been replaced by the unit itself
    drop(task, "泗河.xlsx", annex4("U25", WORSE), "2023-07-28 09:00")
    run(task)
    counting = {row["file"] for row in export(task, "answers") if row["unit_id"] == "U25"}
    assert len(counting) == 1 and next(iter(counting)).startswith("归档/")
    assert codes(task).count("A401") == 1


def test_a_file_that_is_only_touched_changes_nothing(task):
    run(task)
    before = files_of(task.latest)
    os.utime(task.inbox / "泗河.xlsx", (1691000000, 1691000000))
    again, _ = run(task)
    assert not again.changed and files_of(task.latest) == before


def test_what_holds_nothing_may_be_cleared_away(task):
    drop(task, "坏.xlsx", b"PK\x03\x04" + b"\0" * 300, "2023-07-21 09:00")
    drop(task, "~$泗河.xlsx", b"\0" * 165, "2023-07-21 09:00")
    run(task)
    assert verdicts(task)["坏.xlsx", ""] == "refused"
    for name in ("坏.xlsx", "~$泗河.xlsx"):
        (task.inbox / name).unlink()
    run(task)
    assert {file for file, _ in verdicts(task)} == {"泗河.xlsx", "济河.zip"}
    assert "A401" not in codes(task)


def test_a_file_whose_original_is_gone_too_is_told_not_dropped(task):
    run(task)
    (task.inbox / "泗河.xlsx").unlink()
    shutil.rmtree(task.originals)
    run(task)
    assert verdicts(task)["泗河.xlsx", ""] == "refused"
    assert "A402" in codes(task)
    assert verify_folder(task.root)


def test_a_gone_file_is_dropped_by_a_decision(task):
    run(task)
    (task.inbox / "泗河.xlsx").unlink()
    task.settings.write_bytes(settings([decision("1", "剔除", file="泗河.xlsx")]))
    run(task)
    assert not [row for row in export(task, "answers") if row["unit_id"] == "U25"]
    standing = {row["unit_id"]: row["standing"] for row in export(task, "standings") if row["form"] == "annex4"}
    assert standing["U25"] == "missing"


def test_other_verbs_count_what_left_the_inbox_too(task, tmp_path):
    from sishui_eco.excerpts import export_folder

    run(task)
    (task.inbox / "泗河.xlsx").unlink()
    run(task)
    export_folder(task.root, tmp_path / "出", as_of=AS_OF, workers=1)
    assert files_of(tmp_path / "出") == files_of(task.latest / "导出")


def test_the_ledger_tells_what_counts_and_what_was_decided(task):
    from sishui_eco.ledger import open_ledger

    task.settings.write_bytes(settings([decision("1", "剔除", file="泗河.xlsx")]))
    run(task)
    task.settings.write_bytes(settings())
    run(task)
    with open_ledger(task.ledger) as ledger:
        history = [event.payload.get("withdrawn", False) for event in ledger.events("decision")]
        counting = {
            key: [item["file"] for item in payload["versions"]] for key, payload in ledger.state("counting").items()
        }
    assert history == [False, True]
    assert counting == {"U25|annex4": ["泗河.xlsx"], "U26|annex4": ["济河.zip"]}
