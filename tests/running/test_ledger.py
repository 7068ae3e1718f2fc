"""The ledger: append-only, chained, idempotent."""

from __future__ import annotations

import os
import signal
import sqlite3
from datetime import date, datetime
from decimal import Decimal

import pytest

from sishui_eco.errors import AlreadyRunningError, LedgerError
from sishui_eco.ledger import open_ledger, run_lock, snapshot_payload
from sishui_eco.model.outcome import Snapshot

NINE = 1691024400


def test_the_same_events_again_add_nothing(tmp_path):
    events = [("arrival", "a", {"verdict": "read"}), ("arrival", "b", {"verdict": "refused"})]
    with open_ledger(tmp_path / "台账.sqlite") as ledger:
        assert ledger.append(events) == 2
        assert ledger.append(events) == 0
        assert ledger.append([("arrival", "a", {"verdict": "superseded"})]) == 1
        assert [event.subject for event in ledger.events("arrival")] == ["a", "b", "a"]
        assert ledger.verify() == 3


def test_events_cannot_be_changed_or_deleted_through_sql(tmp_path):
    path = tmp_path / "台账.sqlite"
    with open_ledger(path) as ledger:
        ledger.append([("arrival", "a", {})])
    with sqlite3.connect(path) as connection:
        for statement in ("UPDATE events SET payload = '{}'", "DELETE FROM events"):
            with pytest.raises(sqlite3.DatabaseError):
                connection.execute(statement)


@pytest.mark.parametrize("column", ["kind", "subject", "payload", "previous", "hash"])
def test_a_changed_byte_is_found_by_number(tmp_path, column):
    path = tmp_path / "台账.sqlite"
    with open_ledger(path) as ledger:
        ledger.append([("arrival", str(number), {"n": number}) for number in range(5)])
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER no_update")
        connection.execute(f"UPDATE events SET {column} = {column} || ' ' WHERE number = 3")
    with open_ledger(path) as ledger, pytest.raises(LedgerError) as caught:
        ledger.verify()
    assert caught.value.parameters["number"] == 3


def test_a_missing_event_is_found(tmp_path):
    path = tmp_path / "台账.sqlite"
    with open_ledger(path) as ledger:
        ledger.append([("arrival", str(number), {}) for number in range(5)])
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER no_delete")
        connection.execute("DELETE FROM events WHERE number = 2")
    with open_ledger(path) as ledger, pytest.raises(LedgerError):
        ledger.verify()


def test_a_file_that_is_no_ledger_is_our_fault_with_a_sentence(tmp_path):
    path = tmp_path / "台账.sqlite"
    path.write_bytes(b"this is not a database" * 100)
    with pytest.raises(LedgerError) as caught, open_ledger(path):
        pass
    assert caught.value.key == "ledger_damaged"


def test_the_figures_of_an_earlier_day_are_found_not_those_of_today(tmp_path):
    def figures(day: int, accepted: int) -> Snapshot:
        return Snapshot(
            as_of=date(2023, 8, day),
            accepted=accepted,
            returned_units=1,
            met=2,
            not_met=3,
            projects=4,
            investment=Decimal("5.5"),
        )

    with open_ledger(tmp_path / "台账.sqlite") as ledger:
        for item in (figures(1, 10), figures(2, 20), figures(3, 30)):
            ledger.append([("snapshot", item.as_of.isoformat(), snapshot_payload(item))])
        assert ledger.snapshot_before(date(2023, 8, 3)) == figures(2, 20)
        assert ledger.snapshot_before(date(2023, 8, 1)) is None


def test_a_second_run_is_told_who_holds_the_task_and_since_when(tmp_path):
    lock = tmp_path / ".运行中"
    with run_lock(lock, "甲@电脑"):
        os.utime(tmp_path / ".运行中.txt", (NINE, NINE))
        with pytest.raises(AlreadyRunningError) as caught, run_lock(lock, "乙@电脑"):
            pass
        since = datetime.fromtimestamp(NINE).strftime("%Y-%m-%d %H:%M")
        assert caught.value.parameters == {"who": "甲@电脑", "since": since}
    with run_lock(lock, "乙@电脑"):
        assert (tmp_path / ".运行中.txt").read_text(encoding="utf-8") == "乙@电脑"
    assert not (tmp_path / ".运行中.txt").exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the run that is killed is forked")
def test_the_lock_of_a_killed_run_does_not_hold(tmp_path):
    lock = tmp_path / ".运行中"
    pid = os.fork()
    if pid == 0:
        with run_lock(lock, "甲@电脑"):
            os.kill(os.getpid(), signal.SIGKILL)
    assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGKILL
    assert (tmp_path / ".运行中.txt").read_text(encoding="utf-8") == "甲@电脑"
    with run_lock(lock, "乙@电脑"):
        assert (tmp_path / ".运行中.txt").read_text(encoding="utf-8") == "乙@电脑"
