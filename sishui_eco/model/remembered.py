"""Functions of one short text, remembered: units write the same words in every row and every file."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

Said = TypeVar("Said")
Key = TypeVar("Key")
MOST, LONGEST = 1 << 15, 200  # texts kept; characters of a text worth keeping, so that no file fills the memory


def remembered(function: Callable[[str], Said]) -> Callable[[str], Said]:
    """Return a pure function of a text that works out each short text once per process."""
    known = lru_cache(maxsize=MOST)(function)

    @wraps(function)
    def told(text: str) -> Said:
        return known(text) if len(text) <= LONGEST else function(text)

    return told


def keep(memory: dict[Key, Said], key: Key, value: Said) -> Said:
    """Put a value into a memory that is emptied when it is full, and return the value."""
    if len(memory) >= MOST:
        memory.clear()
    memory[key] = value
    return value
