"""What was already opened and read: the per-file stage is pure, so its result is kept by everything it depends on.

The file beside the ledger may be deleted at any time; the next run opens and reads everything again and
publishes the same bytes. A damaged row is passed over, a damaged file begun anew.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import sys
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from datetime import datetime
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from sishui_eco.model.arrival import Arrival

Known = TypeVar("Known")
WAIT = 1.0  # seconds for another program to let go of the file
WRITERS = ("XlsxWriter",)
READERS = ("openpyxl", "python-calamine", "xlrd", "lxml", "olefile", "py7zr", "chinesecalendar")
SETTINGS = (
    "page_size = 16384",  # an answer to one page or less; of a new file only
    "journal_mode = MEMORY",  # a journal file would outlive a killed run in the folder
    "synchronous = OFF",  # what a power cut takes is read again
)
DEFLATED, AS_IT_IS = b"z", b"m"
TABLE = """CREATE TABLE IF NOT EXISTS remembered (
    stage TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, proof TEXT NOT NULL, PRIMARY KEY (stage, key))"""


@cache
def edition_of_code() -> str:
    """Return a mark that changes when the installed package or a library it reads or writes with changes."""
    stamps = sorted(_stamps(str(files("sishui_eco")), ""))
    readers = [f"{name} {_version(name)}" for name in (*READERS, *WRITERS)]
    return hashlib.sha256("\n".join([sys.version, *readers, *stamps]).encode()).hexdigest()


def _stamps(folder: str, inside: str) -> Iterator[str]:
    """Yield name, size and time of every source and table below a folder; without a Path for each."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith((".py", ".toml", ".csv")):
                status = entry.stat()
                yield f"{inside}{entry.name} {status.st_size} {status.st_mtime_ns}"
            elif entry.is_dir():
                yield from _stamps(entry.path, f"{inside}{entry.name}/")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def opening_key(file: str, sha256: str, received: datetime, limits: object, code: str) -> str:
    """Return a hash of everything that opening a top-level file sees: name, bytes, time, limits, code."""
    return _hash((file, sha256, received, limits, code))


def reading_stage(settings_digest: str) -> str:
    """Return the name of the per-file stage under these settings and this code."""
    return f"read {_hash((settings_digest, edition_of_code()))}"


def reading_key(arrival: Arrival) -> str:
    """Return a hash of everything the per-file stage sees beside settings and code: bytes, names, mail, time."""
    seen = (arrival.sha256, arrival.file, arrival.member, arrival.name, arrival.kind, arrival.received, arrival.mail)
    return _hash(seen)


def _hash(seen: object) -> str:
    return hashlib.sha256(repr(seen).encode(errors="surrogateescape")).hexdigest()


def _proof(stage: str, key: str, value: bytes) -> str:
    return hashlib.sha256(f"{stage} {key} ".encode() + value).hexdigest()


def recall(path: Path, stage: str, keys: Iterable[str], kind: type[Known]) -> Mapping[str, Known]:
    """Return what a stage is known to have said of the keys; a missing or damaged file knows nothing."""
    query = "SELECT key, value, proof FROM remembered WHERE stage = ? AND key = ?"
    return _recalled(path, stage, [(query, (stage, key)) for key in keys], kind)


def recall_all(path: Path, stage: str, kind: type[Known]) -> Mapping[str, Known]:
    """Return all that a stage is known to have said, by key; a missing or damaged file knows nothing."""
    return _recalled(path, stage, [("SELECT key, value, proof FROM remembered WHERE stage = ?", (stage,))], kind)


def _recalled(
    path: Path, stage: str, queries: Iterable[tuple[str, tuple[str, ...]]], kind: type[Known]
) -> dict[str, Known]:
    found: dict[str, Known] = {}
    if not path.is_file():
        return found
    decoder = msgspec.msgpack.Decoder(kind)
    with suppress(sqlite3.Error, OSError), closing(sqlite3.connect(path, timeout=WAIT)) as connection:
        for query, given in queries:
            for key, value, proof in connection.execute(query, given):
                if isinstance(value, bytes) and proof == _proof(stage, key, value):
                    with suppress(msgspec.MsgspecError, zlib.error):
                        found[key] = decoder.decode(_message(value))
    return found


def known_keys(path: Path, stage: str) -> frozenset[str]:
    """Return the keys a stage is known to have answered; a missing or damaged file knows none."""
    if path.is_file():
        with suppress(sqlite3.Error, OSError), closing(sqlite3.connect(path, timeout=WAIT)) as connection:
            rows = connection.execute("SELECT key FROM remembered WHERE stage = ?", (stage,)).fetchall()
            return frozenset(str(row[0]) for row in rows)
    return frozenset()


class Pieces(Generic[Known]):
    """Pieces of the outputs that a pure function makes, kept by a hash over everything that it is given.

    Only those of the last run are kept; `keep` is called when all were asked for.
    """

    def __init__(self, path: Path, stage: str, kind: type[Known]) -> None:
        self._path, self._stage, self._kind = path, stage, kind
        self._known = known_keys(path, stage)
        self._asked: dict[str, None] = {}
        self._fresh: dict[str, bytes] = {}

    def made(self, seen: object, make: Callable[[], Known]) -> Known:
        """Return the piece that was made of the same things by the same code, else make it."""
        content = msgspec.msgpack.encode((edition_of_code(), seen), order="deterministic")
        key = hashlib.sha256(content).hexdigest()
        self._asked[key] = None
        found = recall(self._path, self._stage, (key,), self._kind) if key in self._known else {}
        piece = found.get(key)
        if piece is None:
            piece = make()
            self._fresh[key] = AS_IT_IS + msgspec.msgpack.encode(piece)  # mostly a workbook, deflated already
        return piece

    def keep(self) -> None:
        """Remember what was made, and forget what was not asked for any more."""
        if self._fresh:
            remember(self._path, self._stage, self._fresh, self._asked)


def kept(value: object, message: bytes = b"") -> bytes:
    """Return a result as it is kept, an eighth of its size. `message` is its MessagePack, if at hand."""
    packer = zlib.compressobj(level=1, memLevel=7)  # small tables stay near the processor
    return DEFLATED + packer.compress(message or msgspec.msgpack.encode(value)) + packer.flush()


def _message(content: bytes) -> bytes:
    return zlib.decompress(content[1:]) if content[:1] == DEFLATED else content[1:]


def remember(path: Path, stage: str, known: Mapping[str, bytes], keep: Collection[str]) -> None:
    """Keep results of a stage (see `kept`) for the next run, beside those under `keep`; failing costs time only.

    A stage named by what it depends on (`read 0a1b…`) takes the place of those that depended on something else.
    """
    for _ in range(2):
        try:
            _write(path, stage, known, keep)
            return
        except (sqlite3.Error, OSError) as error:
            if getattr(error, "sqlite_errorname", "") in ("SQLITE_BUSY", "SQLITE_LOCKED"):
                return
            _begin_anew(path)


def _write(path: Path, stage: str, known: Mapping[str, bytes], keep: Collection[str]) -> None:
    with closing(sqlite3.connect(path, timeout=WAIT)) as connection:
        for setting in SETTINGS:
            connection.execute(f"PRAGMA {setting}")
        _store(connection, stage, known, keep)


def _store(connection: sqlite3.Connection, stage: str, known: Mapping[str, bytes], keep: Collection[str]) -> None:
    with connection:
        connection.execute(TABLE)
        stored = [row[0] for row in connection.execute("SELECT key FROM remembered WHERE stage = ?", (stage,))]
        gone = [(stage, key) for key in stored if key not in keep]
        connection.executemany("DELETE FROM remembered WHERE stage = ? AND key = ?", gone)
        others = (f"{stage.partition(' ')[0]} %", stage)
        connection.execute("DELETE FROM remembered WHERE stage LIKE ? AND stage <> ?", others)
        for key, value in known.items():
            row = (stage, key, value, _proof(stage, key, value))
            connection.execute("INSERT OR REPLACE INTO remembered VALUES (?, ?, ?, ?)", row)


def _begin_anew(path: Path) -> None:
    for name in (path.name, f"{path.name}-journal"):
        with suppress(OSError):
            path.with_name(name).unlink(missing_ok=True)
