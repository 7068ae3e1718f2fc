"""The ledger: what came, what was decided, what was published, what was sent.

One append-only SQLite table of events, each holding the hash of the one before, so that a changed byte
is found by `verify`. State is a fold over the events; nothing is ever updated or deleted.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from sishui_eco.errors import AlreadyRunningError, LedgerError
from sishui_eco.model.outcome import Snapshot

GENESIS = "0" * 64
SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE TRIGGER IF NOT EXISTS no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'append only'); END;
"""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the ledger. `kind` is arrival, decision, snapshot, published or sent; `subject` its key."""

    number: int
    kind: str
    subject: str
    payload: Mapping[str, Any]


class Ledger:
    """An open ledger. Make it with `open_ledger`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def append(self, events: Iterable[tuple[str, str, Mapping[str, Any]]]) -> int:
        """Append events (kind, subject, payload) in one transaction and return how many were new.

        An event equal to the last one of the same kind and subject is not written again, so that
        running twice leaves the ledger as it was.
        """
        connection = self._connection
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            number, previous = self._head()
            last = dict(connection.execute(_LAST_PAYLOADS).fetchall())
            count = 0
            for kind, subject, payload in events:
                text = json.dumps(payload, ensure_ascii=False, sort_keys=True)
                key = f"{kind}\0{subject}"
                if last.get(key) == text:
                    continue
                last[key] = text
                number += 1
                digest = _digest(previous, number, kind, subject, text)
                row = (number, kind, subject, text, previous, digest)
                connection.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", row)
                previous = digest
                count += 1
        return count

    def events(self, kind: str = "") -> Iterator[Event]:
        """Yield events in order, all or of one kind."""
        query = "SELECT number, kind, subject, payload FROM events"
        arguments: tuple[str, ...] = ()
        if kind:
            query, arguments = query + " WHERE kind = ?", (kind,)
        for number, of_kind, subject, payload in self._connection.execute(query + " ORDER BY number", arguments):
            yield Event(number, of_kind, subject, json.loads(payload))

    def verify(self) -> int:
        """Return the number of events when the chain is whole. Raises: LedgerError naming the first bad one."""
        previous, count = GENESIS, 0
        rows = self._connection.execute(
            "SELECT number, kind, subject, payload, previous, hash FROM events ORDER BY number"
        )
        for number, kind, subject, payload, stated, digest in rows:
            count += 1
            if number != count or stated != previous or digest != _digest(previous, number, kind, subject, payload):
                raise LedgerError("ledger_tampered", path=self._path.name, number=count)
            previous = digest
        return count

    def snapshot_before(self, day: date) -> Snapshot | None:
        """Return the figures of the last run of an earlier day, None when there is none."""
        found: Snapshot | None = None
        for event in self.events("snapshot"):
            snapshot = _snapshot(event.payload)
            if snapshot.as_of < day and (found is None or snapshot.as_of >= found.as_of):
                found = snapshot
        return found

    def _head(self) -> tuple[int, str]:
        row = self._connection.execute("SELECT number, hash FROM events ORDER BY number DESC LIMIT 1").fetchone()
        return (row[0], row[1]) if row else (0, GENESIS)


_LAST_PAYLOADS = """
SELECT kind || char(0) || subject, payload FROM events AS outer_events
WHERE number = (SELECT MAX(number) FROM events WHERE kind = outer_events.kind AND subject = outer_events.subject)
"""


def _digest(previous: str, number: int, kind: str, subject: str, payload: str) -> str:
    return hashlib.sha256(f"{previous}\n{number}\n{kind}\n{subject}\n{payload}".encode()).hexdigest()


def snapshot_payload(snapshot: Snapshot) -> Mapping[str, Any]:
    """Return the figures of a run as a ledger payload."""
    return {
        "as_of": snapshot.as_of.isoformat(),
        "accepted": snapshot.accepted,
        "returned_units": snapshot.returned_units,
        "met": snapshot.met,
        "not_met": snapshot.not_met,
        "projects": snapshot.projects,
        "investment": str(snapshot.investment),
    }


def _snapshot(payload: Mapping[str, Any]) -> Snapshot:
    return Snapshot(
        as_of=date.fromisoformat(payload["as_of"]),
        accepted=payload["accepted"],
        returned_units=payload["returned_units"],
        met=payload["met"],
        not_met=payload["not_met"],
        projects=payload["projects"],
        investment=Decimal(payload["investment"]),
    )


@contextmanager
def open_ledger(path: Path) -> Iterator[Ledger]:
    """Open (or begin) the ledger of a task for one reader or writer; the caller holds the run lock.

    Raises: LedgerError when the file is not a ledger.
    """
    try:
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA synchronous=FULL")
        connection.executescript(SCHEMA)
        connection.execute("SELECT number, kind, subject, payload, previous, hash FROM events LIMIT 1").fetchone()
    except sqlite3.DatabaseError as error:
        raise LedgerError("ledger_damaged", path=path.name) from error
    try:
        yield Ledger(connection, path)
    except sqlite3.DatabaseError as error:
        raise LedgerError("ledger_damaged", path=path.name) from error
    finally:
        connection.close()


@contextmanager
def run_lock(path: Path, who: str, since: datetime) -> Iterator[None]:
    """Hold the task for one run. The lock is the system's own and dies with the process.

    Raises: AlreadyRunningError saying who holds it and since when.
    """
    note = path.with_name(path.name + ".txt")
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        try:
            holder, _, started = note.read_text(encoding="utf-8").partition("\n")
        except OSError:
            holder, started = "?", "?"
        raise AlreadyRunningError("already_running", who=holder, since=started) from None
    try:
        note.write_text(f"{who}\n{since.isoformat(sep=' ', timespec='minutes')}", encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()
        path.unlink(missing_ok=True)
