"""The nouns of the target grammar: what kinds of targets there are, and a target as a tree of clauses."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sishui_eco.checks.texts import plain, targets


class TargetKind(StrEnum):
    AT_LEAST = "at_least"  # F1
    AT_MOST = "at_most"  # F2
    FULL = "full"  # F3
    BARE = "bare"  # F4: direction from the catalogue
    STATE = "state"  # F5
    NONE_OR_SLIGHT = "none_or_slight"  # F6
    SUPERIOR = "superior"  # F7
    TREND = "trend"  # F8
    ALL_OF = "all_of"  # F9
    ANY_OF = "any_of"  # F10
    BY_TIER = "by_tier"  # F11
    CHANGE = "change"  # F13
    THREE_NOTS = "three_nots"  # F14
    ABOUT = "about"  # F15
    NOT_APPLICABLE = "not_applicable"  # F16
    ORDERED_CLASS = "ordered_class"  # F17
    OUTSIDE = "outside"  # F18
    MANUAL = "manual"
    # F12, sub-indicators, is the structure of the catalogue: see verdicts.overall


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One clause or a combination of clauses.

    `bound` with `strict` serves the numeric kinds; `mode` says which way a BARE, TREND or CHANGE goes;
    `parts` are the clauses of ALL_OF, ANY_OF; `tiers` pairs of tier word and clause; `words` the groups
    of words a STATE needs or the subjects of THREE_NOTS; `base` the base year of a CHANGE, 0 if unsaid.
    """

    kind: TargetKind
    text: str
    bound: Decimal | None = None
    strict: bool = False
    mode: str = ""
    relative: bool = False
    base: int = 0
    parts: tuple[Target, ...] = ()
    tiers: tuple[tuple[str, Target], ...] = ()
    words: tuple[str, ...] = ()
    reason: str = ""

    def signature(self) -> tuple[object, ...]:
        """Return what the target means, without how it is written; equal for ≥20 and 不低于20."""
        parts: tuple[object, ...] = tuple(part.signature() for part in self.parts)
        if self.kind in (TargetKind.ALL_OF, TargetKind.ANY_OF):
            parts = tuple(sorted(parts, key=repr))
        tiers = tuple((name, tier.signature()) for name, tier in self.tiers)
        text = plain(self.text) if self.kind in (TargetKind.MANUAL, TargetKind.SUPERIOR, TargetKind.OUTSIDE) else ""
        return (self.kind, self.bound, self.strict, self.mode, self.relative, self.base, parts, tiers, self.words, text)


def manual_reason(key: str, **parameters: object) -> str:
    """Return a reason of `zh/targets.toml` why a person must judge."""
    return str(targets()["reasons"][key]).format_map(parameters)


def manual(text: str, reason: str, **parameters: object) -> Target:
    """Return a target that only a person can judge."""
    return Target(kind=TargetKind.MANUAL, text=text, reason=manual_reason(reason, **parameters))
