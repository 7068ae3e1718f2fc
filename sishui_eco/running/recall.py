"""What was already read: the per-file stage is pure, so its result is kept by everything it depends on.

The file beside the ledger may be deleted at any time; the next run reads everything again and
publishes the same bytes.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import msgspec

from sishui_eco.model.arrival import Arrival
from sishui_eco.model.submission import Understood

_DECODER = msgspec.msgpack.Decoder(Understood)
_ENCODER = msgspec.msgpack.Encoder()


def edition_of_code() -> str:
    """Return a mark that changes when the installed package changes."""
    root = Path(str(files("sishui_eco")))
    stamps = [
        f"{path.relative_to(root).as_posix()} {path.stat().st_size} {path.stat().st_mtime_ns}"
        for path in sorted(root.rglob("*"))
        if path.suffix in (".py", ".toml", ".csv")
    ]
    return hashlib.sha256("\n".join(stamps).encode()).hexdigest()


def recall_key(arrival: Arrival, settings_digest: str, code: str) -> str:
    """Return a hash of everything the per-file stage sees: bytes, names, mail, time, settings, code."""
    seen = (arrival.sha256, arrival.file, arrival.member, arrival.name, arrival.kind, arrival.received, arrival.mail)
    return hashlib.sha256(repr((seen, settings_digest, code)).encode()).hexdigest()


def recall(path: Path, keys: Sequence[str]) -> Mapping[str, Understood]:
    """Return what is known of the keys; a missing, foreign or damaged file knows nothing."""
    if not path.is_file():
        return {}
    found: dict[str, Understood] = {}
    try:
        connection = sqlite3.connect(path)
        try:
            for key in keys:
                row = connection.execute("SELECT value FROM known WHERE key = ?", (key,)).fetchone()
                if row:
                    found[key] = _DECODER.decode(row[0])
        finally:
            connection.close()
    except (sqlite3.DatabaseError, msgspec.MsgspecError):
        return {}
    return found


def remember(path: Path, known: Iterable[tuple[str, Understood]]) -> None:
    """Keep results for the next run; failing to do so costs time only."""
    try:
        connection = sqlite3.connect(path)
        try:
            with connection:
                connection.execute("CREATE TABLE IF NOT EXISTS known (key TEXT PRIMARY KEY, value BLOB NOT NULL)")
                rows = ((key, _ENCODER.encode(value)) for key, value in known)
                connection.executemany("INSERT OR REPLACE INTO known VALUES (?, ?)", rows)
        finally:
            connection.close()
    except sqlite3.DatabaseError:
        path.unlink(missing_ok=True)
