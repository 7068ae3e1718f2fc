"""Titles broken where their sense breaks, in a good shape: no line too long, no last line of two characters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise

from sishui_eco.outputs.letters.wording import table, width

TITLE_ACROSS = 19.5  # characters of 22 pt in a line of 156 mm, with a little air
SHORTEST_LAST = 4.0
_MANY = 40


@lru_cache(maxsize=256)
def split_title(text: str, across: float = TITLE_ACROSS, words: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the lines of a title: as few as fit, alike in length or growing, broken between words.

    `words` are further words that must stay whole (the region, titles of forms). Shape: joined again
    the lines are the text.
    """
    if width(text) <= across:
        return (text,)
    tokens = _tokens(text, words)
    count = int(width(text) // across) + 1
    for lines in range(count, count + 3):
        found = sorted(_candidates(tokens, lines, across), key=lambda item: (_cost(item), item))
        if found:
            return found[0]
    return _chopped(text, across)


def _tokens(text: str, words: Iterable[str]) -> list[str]:
    known = sorted({*table("title")["words"], *words}, key=lambda item: (-len(item), item))
    tokens: list[str] = []
    at = 0
    while at < len(text):
        token = next((item for item in known if item and text.startswith(item, at)), text[at])
        tokens.append(token)
        at += len(token)
    return tokens


def _candidates(tokens: Sequence[str], lines: int, across: float) -> Iterator[tuple[str, ...]]:
    if len(tokens) > _MANY:
        return
    for cuts in combinations(range(1, len(tokens)), lines - 1):
        bounds = (0, *cuts, len(tokens))
        parts = tuple("".join(tokens[start:end]) for start, end in pairwise(bounds))
        if all(width(part) <= across for part in parts):
            yield parts


def _cost(lines: Sequence[str]) -> float:
    """Return how ill a breaking looks: uneven lines, a stub at the end, a line that begins or ends weakly."""
    sizes = [width(line) for line in lines]
    rules = table("title")
    cost = max(sizes) - min(sizes)
    cost += 40.0 * (sizes[-1] < SHORTEST_LAST)
    cost += 12.0 * sum(line[0] in rules["weak_starts"] for line in lines[1:])
    cost += 12.0 * sum(line[-1] in rules["weak_ends"] or line.endswith(rules["lead"]) for line in lines[:-1])
    middle = sizes[1:-1]
    cost += 6.0 * bool(middle and min(middle) < min(sizes[0], sizes[-1]))  # an hourglass
    return cost


def _chopped(text: str, across: float) -> tuple[str, ...]:
    lines, line = [], ""
    for char in text:
        if width(line + char) > across:
            lines.append(line)
            line = ""
        line += char
    if len(line) < SHORTEST_LAST and lines:
        take = int(SHORTEST_LAST) - len(line)
        lines[-1], line = lines[-1][:-take], lines[-1][-take:] + line
    return (*lines, line)
