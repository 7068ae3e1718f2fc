"""Functions of one short text, remembered: units write the same words in every row and every file."""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from functools import lru_cache, wraps
from typing import TypeVar

Said = TypeVar("Said")
Asked = TypeVar("Asked")
Key = TypeVar("Key")
MOST, LONGEST = 1 << 15, 200  # texts kept; characters of a text worth keeping, so that no file fills the memory
LETTERS = re.compile("[\u4e00-\u9fffa-z0-9]*")  # Han, small Latin, digits: however texts are made alike, they stay
FEW, LONGEST_CELL = 16, 1 << 15  # a long cell is asked about again and again while its row is read


def remembered(function: Callable[[str], Said]) -> Callable[[str], Said]:
    """Return a pure function of a text that works out each short text once per process, and the last few long ones."""
    known = lru_cache(maxsize=MOST)(function)
    lately = lru_cache(maxsize=FEW)(function)

    @wraps(function)
    def told(text: str) -> Said:
        if len(text) <= LONGEST:
            return known(text)
        return lately(text) if len(text) <= LONGEST_CELL else function(text)

    return told


def remembered_with(function: Callable[[str, Asked], Said]) -> Callable[[str, Asked], Said]:
    """Return a pure function of a text and of what little is asked of it that works out each short text once."""
    known = lru_cache(maxsize=MOST)(function)

    @wraps(function)
    def told(text: str, asked: Asked) -> Said:
        return known(text, asked) if len(text) <= LONGEST else function(text, asked)

    return told


def keep(memory: dict[Key, Said], key: Key, value: Said) -> Said:
    """Put a value into a memory that is emptied when it is full, and return the value."""
    if len(memory) >= MOST:
        memory.clear()
    memory[key] = value
    return value


class Dull:
    """The short texts that are known to say nothing to someone who asks; emptied when it is full."""

    __slots__ = ("_most", "_texts")

    def __init__(self, most: int = MOST) -> None:
        self._texts: set[str] = set()
        self._most = most

    def others(self, told: Set[str]) -> Set[str]:
        """Return the texts that may say something."""
        return told - self._texts

    def learn(self, text: str) -> None:
        """Keep a text that says nothing."""
        if len(text) <= LONGEST:
            if len(self._texts) >= self._most:
                self._texts.clear()
            self._texts.add(text)
