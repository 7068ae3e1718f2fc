"""Whatever byte of the ledger's file is changed, and whatever of the originals or results: verify reports it."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from sishui_eco.errors import LedgerError, StorageError
from sishui_eco.ledger import Ledger, open_ledger
from sishui_eco.pipeline import collect
from sishui_eco.releasing import verify_folder
from sishui_eco.running.folder import TaskFolder
from tests.lasting.serial import without_workers
from tests.lasting.small_task import AS_OF, annex4, drop, files_of, make_small_task

ALL = bool(os.environ.get("SISHUI_ALL"))


def a_ledger(path: Path, runs: int = 3) -> Path:
    with open_ledger(path) as ledger:
        for run in range(runs):
            ledger.append(
                [("arrival", f"{run}{n}|泗河.xlsx", {"unit_id": "U25", "n": n, "说明": "中" * 30}) for n in range(9)]
            )
    return path


def verified(path: Path) -> bool:
    try:
        with open_ledger(path) as ledger:
            ledger.verify()
    except LedgerError:
        return False
    return True


def test_a_flipped_bit_anywhere_in_the_file_is_reported(tmp_path):
    path = a_ledger(tmp_path / "台账.sqlite")
    whole = path.read_bytes()
    assert verified(path)
    for at in range(0, len(whole), 1 if ALL else 149):
        changed = bytearray(whole)
        changed[at] ^= 1 << (at % 8)
        path.write_bytes(changed)
        assert not verified(path), f"byte {at} of {len(whole)}"
    path.write_bytes(whole)
    assert verified(path)


def test_without_the_seal_no_event_can_change_unseen(tmp_path):
    path = a_ledger(tmp_path / "台账.sqlite")
    with open_ledger(path) as ledger:
        events = list(ledger.events())
    (tmp_path / ".台账.sqlite.校验").unlink()
    whole = path.read_bytes()
    reported = 0
    for at in range(1, len(whole), 2 if ALL else 151):
        changed = bytearray(whole)
        changed[at] ^= 1 << (at % 8)
        path.write_bytes(changed)
        if verified(path):
            with open_ledger(path) as ledger:
                assert list(ledger.events()) == events, f"byte {at}"
        else:
            reported += 1
    assert reported > len(range(1, len(whole), 2 if ALL else 151)) / 3


@pytest.mark.parametrize("size", [0, 1, 100, 4096, -1, -4096])
def test_a_file_cut_short_is_reported(tmp_path, size):
    path = a_ledger(tmp_path / "台账.sqlite")
    path.write_bytes(path.read_bytes()[:size])
    assert not verified(path)


def test_a_dropped_trigger_an_added_table_or_a_longer_file_is_reported(tmp_path):
    for number, statement in enumerate(("DROP TRIGGER no_update", "CREATE TABLE other (a)", "PRAGMA user_version = 7")):
        path = a_ledger(tmp_path / f"台账{number}.sqlite")
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(statement)
        assert not verified(path), statement
    path = a_ledger(tmp_path / "台账.sqlite")
    path.write_bytes(path.read_bytes() + b"\0" * 4096)
    assert not verified(path)


def test_killed_between_writing_and_sealing_is_no_tampering(tmp_path):
    path = a_ledger(tmp_path / "台账.sqlite")
    (tmp_path / ".台账.sqlite.校验").write_text("open", encoding="utf-8")
    assert verified(path)
    with open_ledger(path) as ledger:
        ledger.append([])
    assert len((tmp_path / ".台账.sqlite.校验").read_text(encoding="utf-8")) == 64


# --- a full disk under SQLite itself ---------------------------------------------------------------------


def test_no_room_for_the_ledger_is_told_as_a_full_disk_and_nothing_of_the_transaction_stays(tmp_path):
    path = a_ledger(tmp_path / "台账.sqlite")
    with open_ledger(path) as ledger:
        before = ledger.verify()
    with pytest.raises(StorageError) as caught, open_ledger(path) as ledger:
        limit_pages(ledger)
        ledger.append([("arrival", f"neu{n}", {"n": n, "text": "x" * 500}) for n in range(100)])
    assert caught.value.key == "disk_full"
    with open_ledger(path) as ledger:
        assert ledger.verify() == before
        assert ledger.append([("arrival", "später", {})]) == 1
    assert sorted(item.name for item in tmp_path.iterdir()) == [".台账.sqlite.校验", "台账.sqlite"]


def limit_pages(ledger: Ledger) -> None:
    pages = ledger._connection.execute("PRAGMA page_count").fetchone()[0]
    ledger._connection.execute(f"PRAGMA max_page_count = {pages}")


def test_a_run_without_room_for_the_ledger_publishes_nothing(tmp_path, monkeypatch):
    without_workers(monkeypatch)
    task = published(tmp_path)
    before = files_of(task.results)
    for number in range(3):
        drop(task, f"泉林{number}.xlsx", annex4("U27", size=str(number + 2)), f"2023-07-2{number} 09:00")
    real, armed = Ledger.append, []

    def append(self, events):
        limit_pages(self)
        armed.append(True)
        return real(self, [*events, *(("arrival", str(n), {"text": "x" * 400}) for n in range(40))])

    monkeypatch.setattr(Ledger, "append", append)
    with pytest.raises(StorageError):
        collect(task.root, as_of=AS_OF, workers=1)
    assert armed and files_of(task.results) == before
    monkeypatch.setattr(Ledger, "append", real)
    assert collect(task.root, as_of=AS_OF, workers=1).changed
    assert verify_folder(task.root)


# --- originals and results -------------------------------------------------------------------------------


def published(tmp_path: Path) -> TaskFolder:
    task = make_small_task(tmp_path / "任务")
    drop(task, "泗河.xlsx", annex4("U25"), "2023-07-20 09:00")
    collect(task.root, as_of=AS_OF, workers=1)
    return task


def reported(task: TaskFolder) -> str:
    with pytest.raises(LedgerError) as caught:
        verify_folder(task.root)
    return caught.value.key


def test_a_changed_or_missing_original_is_reported(tmp_path, monkeypatch):
    without_workers(monkeypatch)
    task = published(tmp_path)
    original = next(path for path in task.originals.rglob("*") if path.is_file())
    original.chmod(0o600)
    original.write_bytes(original.read_bytes()[:-1] + b"\1")
    assert reported(task) == "original_changed"
    original.unlink()
    assert reported(task) == "original_changed"


def test_changed_results_are_reported_and_kept_by_the_next_run(tmp_path, monkeypatch):
    without_workers(monkeypatch)
    task = published(tmp_path)
    before = files_of(task.latest)
    letter = next(path for path in task.latest.rglob("*.txt"))
    letter.write_bytes(b"by hand")
    assert reported(task) == "results_changed"
    assert not [path for path in task.results.iterdir() if path.name.startswith("2023-08-03_第2")]
    collect(task.root, as_of=AS_OF, workers=1)
    assert files_of(task.latest) == before
    aside = task.results / "改动过的最新_1" / letter.relative_to(task.latest)
    assert aside.read_bytes() == b"by hand"
    assert verify_folder(task.root)


def test_an_older_ledger_put_back_is_reported(tmp_path, monkeypatch):
    without_workers(monkeypatch)
    task = published(tmp_path)
    seal = task.root / ".台账.sqlite.校验"
    older = task.ledger.read_bytes(), seal.read_bytes()
    drop(task, "泉林.xlsx", annex4("U27"), "2023-07-22 09:00")
    collect(task.root, as_of=AS_OF, workers=1)
    task.ledger.write_bytes(older[0])
    seal.write_bytes(older[1])
    assert reported(task) == "results_changed"
