"""The ledger: what came, what was decided, what was published, what was sent.

One append-only SQLite table of events, each holding the hash of the one before, so that a changed byte
is found by `verify`. State is a fold over the events; nothing is ever updated or deleted.
"""

from __future__ import annotations

import errno
import hashlib
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from sishui_eco.errors import AlreadyRunningError, EcoError, LedgerError, OutputBusyError, StorageError
from sishui_eco.model.outcome import Snapshot
from sishui_eco.zh import word

GENESIS = "0" * 64
BROKEN = "open"
SCHEMA = (
    """CREATE TABLE events (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
)""",
    "CREATE TRIGGER no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'append only'); END",
    "CREATE TRIGGER no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'append only'); END",
)
ROWS = "SELECT number, kind, subject, payload, previous, hash FROM events ORDER BY number"
WAIT = 5.0  # seconds for another program to let go of the file
NOTE_TRIES, NOTE_WAIT = 20, 0.05


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the ledger; `subject` is its key within its kind.

    `kind` is file (a top-level file that holds something), arrival, counting (which versions count for a unit
    and form), decision, snapshot, published or sent.
    """

    number: int
    kind: str
    subject: str
    payload: Mapping[str, Any]


_text = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode  # made once, as a payload is a few words
_Row = tuple[int, str, str, str, str]  # number, kind, subject, payload, hash


class Ledger:
    """An open ledger. Make it with `open_ledger`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._known: tuple[_Row, ...] | None = None  # the proved chain, until it grows

    def append(self, events: Iterable[tuple[str, str, Mapping[str, Any]]]) -> int:
        """Append events (kind, subject, payload) in one transaction and return how many were new.

        An event equal to the last one of the same kind and subject is not written again, so that
        running twice leaves the ledger as it was.
        Raises: LedgerError when what is there was tampered with; StorageError when it cannot be written.
        """
        connection = self._connection
        self._known = None
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            rows = self._rows(events)
            if rows:
                break_seal(self._path)
                connection.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", rows)
        seal(self._path)
        return len(rows)

    def _rows(self, events: Iterable[tuple[str, str, Mapping[str, Any]]]) -> list[tuple[int, str, str, str, str, str]]:
        """Return the rows of those events that say something new, chained to what is there."""
        last: dict[tuple[str, str], str] = {}
        number, previous = 0, GENESIS
        for known in self._chain():
            number, previous = known[0], known[4]
            last[known[1], known[2]] = known[3]
        rows = []
        for kind, subject, payload in events:
            text = _text(payload)
            if last.get((kind, subject)) != text:
                last[kind, subject] = text
                number += 1
                digest = _digest(previous, number, kind, subject, text)
                rows.append((number, kind, subject, text, previous, digest))
                previous = digest
        return rows

    def events(self, kind: str = "") -> Iterator[Event]:
        """Yield events in order, all or of one kind. Raises: LedgerError at the first that was tampered with."""
        if self._known is None:
            self._known = tuple(self._chain())
        for number, of_kind, subject, payload, _ in self._known:
            if kind in ("", of_kind):
                yield Event(number, of_kind, subject, json.loads(payload))

    def state(self, kind: str) -> dict[str, Mapping[str, Any]]:
        """Return the last payload of every subject of one kind, in order of the first event of each."""
        return {event.subject: event.payload for event in self.events(kind)}

    def tip(self) -> str:
        """Return the hash of the last event, which stands for all of them."""
        row = self._connection.execute("SELECT hash FROM events ORDER BY number DESC LIMIT 1").fetchone()
        return str(row[0]) if row else GENESIS

    def verify(self) -> int:
        """Return the number of events when file, schema and chain are whole.

        Raises: LedgerError naming the first bad event, or the file when it was changed elsewhere.
        """
        count = sum(1 for _ in self._chain())
        schema = {tuple(row) for row in self._connection.execute("SELECT name, tbl_name, sql FROM sqlite_master")}
        expected = {(statement.split()[2], "events", statement) for statement in SCHEMA}
        sound = self._connection.execute("PRAGMA integrity_check").fetchall()
        if sound != [("ok",)] or schema != expected:
            raise LedgerError("ledger_damaged", path=self._path.name)
        if not seal_holds(self._path):
            raise LedgerError("ledger_touched", path=self._path.name)
        return count

    def _chain(self) -> Iterator[_Row]:
        """Yield number, kind, subject, payload and hash of every event, each proved by the one before."""
        previous = GENESIS
        rows = self._connection.execute(ROWS)
        for count, (number, kind, subject, payload, stated, digest) in enumerate(rows, start=1):
            if number != count or stated != previous or digest != _digest(previous, number, kind, subject, payload):
                raise LedgerError("ledger_tampered", path=self._path.name, number=count)
            previous = digest
            yield number, kind, subject, payload, digest

    def snapshot_before(self, day: date) -> Snapshot | None:
        """Return the figures of the last run of an earlier day, None when there is none."""
        found: Snapshot | None = None
        for event in self.events("snapshot"):
            snapshot = _snapshot(event.payload)
            if snapshot.as_of < day and (found is None or snapshot.as_of >= found.as_of):
                found = snapshot
        return found


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

    Raises: LedgerError when the file is not a ledger or was damaged; StorageError when it cannot be
    opened or written; OutputBusyError when another program holds it.
    """
    if not path.exists():
        break_seal(path)
    with _told(path), closing(sqlite3.connect(path, isolation_level=None, timeout=WAIT)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("PRAGMA synchronous=EXTRA")
        if not connection.execute("SELECT name FROM sqlite_master").fetchall():
            if not seal_holds(path):  # a ledger that was sealed does not become empty
                raise LedgerError("ledger_damaged", path=path.name)
            break_seal(path)
            with connection:
                connection.execute("BEGIN IMMEDIATE")
                for statement in SCHEMA:
                    connection.execute(statement)
            seal(path)
        connection.execute(f"{ROWS} LIMIT 1").fetchone()
        yield Ledger(connection, path)


# --- the seal: a hash of the whole file, so that bytes that carry no event cannot be changed unseen either --


def _seal_path(path: Path) -> Path:
    return path.with_name(word("seal", "folder", name=path.name))


def break_seal(path: Path) -> None:
    """Say that the file is being written; killed from here on, only the chain vouches for it."""
    try:
        _seal_path(path).write_text(BROKEN, encoding="utf-8")
    except OSError as error:
        raise _refusal(error, path) from error


def seal(path: Path) -> None:
    """Put the hash of the whole file beside it; without room for it the chain alone vouches."""
    with suppress(OSError):
        _seal_path(path).write_text(hashlib.sha256(path.read_bytes()).hexdigest(), encoding="utf-8")


def seal_holds(path: Path) -> bool:
    """Whether the file is as it was sealed; a broken or missing seal says nothing against it."""
    try:
        sealed = _seal_path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True
    return len(sealed) != len(GENESIS) or sealed == hashlib.sha256(path.read_bytes()).hexdigest()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _fault_of(error, path) from error
    except UnicodeDecodeError as error:  # SQLite quoting a damaged schema
        raise LedgerError("ledger_damaged", path=path.name) from error


def _fault_of(error: sqlite3.Error, path: Path) -> EcoError:
    """Return our fault for what SQLite refuses; what it does not name is damage."""
    name = str(getattr(error, "sqlite_errorname", ""))
    if name.startswith("SQLITE_FULL"):
        return StorageError("disk_full", path=path.name)
    if name.startswith("SQLITE_READONLY"):
        return StorageError("read_only", path=path.name)
    if name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return StorageError("write_failed", path=path.name, reason=name)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return OutputBusyError("output_busy", path=path.name)
    return LedgerError("ledger_damaged", path=path.name)


def _refusal(error: OSError, path: Path) -> StorageError:
    """Return our fault for what the system refuses on the files beside the ledger."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageError("disk_full", path=path.name)
    if isinstance(error, PermissionError):
        return StorageError("no_permission", path=path.name)
    return StorageError("write_failed", path=path.name, reason=error.strerror or type(error).__name__)


@contextmanager
def run_lock(path: Path, who: str) -> Iterator[None]:
    """Hold the task for one run. The lock is the system's own and dies with the process.

    The lock file itself stays: removing it would let a third run lock a new file of the same name
    while a second one holds the old. Who holds it stands in a note beside it, whose time tells since when.
    Raises: AlreadyRunningError saying who holds it and since when; StorageError when it cannot be taken.
    """
    note = path.with_name(path.name + ".txt")
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        holder, since = _holder(note)
        raise AlreadyRunningError("already_running", who=holder, since=since) from None
    except OSError as error:
        raise _refusal(error, path) from error
    fresh = note.with_name(note.name + ".part")
    try:
        _write_note(note, fresh, who)
        yield
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)
            note.unlink(missing_ok=True)
        lock.release()


def _write_note(note: Path, fresh: Path, who: str) -> None:
    try:
        note.unlink(missing_ok=True)  # of a run that was killed
        fresh.write_text(who, encoding="utf-8")
        fresh.replace(note)
    except OSError as error:
        raise _refusal(error, note) from error


def _holder(note: Path) -> tuple[str, str]:
    """Return who holds a task and since when; a run that has just begun is given a second to say so."""
    for _ in range(NOTE_TRIES):
        try:
            since = datetime.fromtimestamp(note.stat().st_mtime)
            return note.read_text(encoding="utf-8"), since.isoformat(sep=" ", timespec="minutes")
        except OSError:
            time.sleep(NOTE_WAIT)
    return "?", "?"
