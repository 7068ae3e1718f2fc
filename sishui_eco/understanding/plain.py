"""Rows that need no question: plain values under a known name, as most rows of a table are.

What the text of a cell might be a mark of is worked out once a text; a row in which no text is any asks nothing more.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, field

from msgspec import Struct

from sishui_eco.model.remembered import LONGEST, Dull, keep
from sishui_eco.understanding.labels import Labels, is_label
from sishui_eco.understanding.marks import (
    is_sample,
    is_serial,
    is_signature,
    is_subtotal,
    lines_of,
    nil_word,
    says_same,
)
from sishui_eco.understanding.view import Sheet
from sishui_eco.understanding.vocabulary import bare, bare_words, key_text

ODD, NIL, OPENING, SAME, LINES = 1, 2, 4, 8, 16
ALL = ODD | NIL | OPENING | SAME | LINES
NO_TEXTS: frozenset[str] = frozenset()

_FIGURE = re.compile(r"[0-9]+(?:\.[0-9]+)?%?")


@dataclass(frozen=True, slots=True)
class Marks:
    """What texts may be marks of, remembered for a campaign.

    ODD a sum, a sample or a heading word anywhere in a row, NIL nothing to report, OPENING what makes a line of its
    own of a row that begins with it, SAME the value above, LINES several lines.
    """

    labels: Labels
    known: dict[str, int] = field(default_factory=dict, compare=False, repr=False)
    dull: Dull = field(default_factory=Dull, compare=False, repr=False)  # texts that are marks of nothing

    def of(self, text: str) -> int:
        """Return the marks of a text; a cell that shows nothing may be anything."""
        known = self.known.get(text)
        if known is None:
            known = ALL if not text else 0 if _FIGURE.fullmatch(text) else marks_of(text, self.labels)
            if len(text) <= LONGEST:
                keep(self.known, text, known)
        return known


def marks_of(text: str, labels: Labels) -> int:
    """Return what a text may be a mark of; a figure is of nothing."""
    odd = is_subtotal(text) or is_sample(text, whole=True)
    odd = odd or bare(text) in bare_words("rows", "subtotal") or bare(text) in bare_words("rows", "heading_words")
    opening = is_label(text, labels) or is_signature(text) or key_text(text).endswith(":")
    lines = len(lines_of(text)) > 1
    return ODD * odd | NIL * nil_word(text) | OPENING * opening | SAME * says_same(text) | LINES * lines


class Plain(Struct, frozen=True):
    """The texts of a table body that are marks of something, by what they may be taken for."""

    marked: frozenset[str] = NO_TEXTS  # a row that holds one of these, or begins with one of `opening`, is asked
    opening: frozenset[str] = NO_TEXTS
    same: frozenset[str] = NO_TEXTS
    lines: frozenset[str] = NO_TEXTS


NOTHING_MARKED = Plain()


def plain_of(told: Set[str], marks: Marks, *, nil: bool) -> Plain:
    """Return which of the distinct texts of a table body are marks; `nil`: where nothing to report is one."""
    found: list[tuple[str, int]] = []
    for text in marks.dull.others(told):
        mark = marks.of(text)
        if mark:
            found.append((text, mark))
        else:
            marks.dull.learn(text)
    counted = ODD | NIL if nil else ODD

    def those(asked: int) -> frozenset[str]:
        return frozenset([text for text, mark in found if mark & asked])

    return Plain(those(counted), those(OPENING), those(SAME), those(LINES))


def is_plain(row: int, sheet: Sheet, plain: Plain, fewest: int) -> bool:
    """Tell whether a row holds at least so many texts, two of them no number of a row, and no mark of anything."""
    texts = sheet.texts.get(row, ())
    if len(texts) < fewest or texts[0] in plain.opening or not plain.marked.isdisjoint(texts):
        return False
    others = 0
    for text in reversed(texts):
        others += not is_serial(text)
        if others == 2:
            return True
    return False
