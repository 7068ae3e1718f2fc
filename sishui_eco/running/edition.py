"""One mark for what the code says, the same on every machine that has the same code."""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path

from sishui_eco.running.recall import READERS

SOURCES = (".py", ".toml", ".csv")


@cache
def edition_of_contents() -> str:
    """Return a hash over our sources and the versions of what we read with.

    Unlike `recall.edition_of_code` no time of a file and no build of Python is in it: both differ between machines.
    """
    root = Path(str(files("sishui_eco")))
    hasher = hashlib.sha256(".".join(map(str, sys.version_info[:2])).encode())
    for name in READERS:
        hasher.update(f"\n{name} {_version(name)}".encode())
    for path in sorted(root.rglob("*")):
        if path.suffix in SOURCES:
            hasher.update(path.relative_to(root).as_posix().encode() + b"\0")
            hasher.update(hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).digest())
    return hasher.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
