"""The grammar of target values: a text such as ≥55且不降低 becomes a tree of clauses.

Eighteen kinds are known (domain facts, section 3.1). What cannot be parsed becomes a target of kind
MANUAL with the reason; it is never guessed. The words are data in `zh/targets.toml`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from sishui_eco.checks.target_clauses import Context, read_whole
from sishui_eco.checks.target_tree import Target, TargetKind, manual, manual_reason
from sishui_eco.checks.texts import plain, targets

LONGEST = 500  # more is no target value: the longest public ones have some sixty characters

__all__ = ["Target", "TargetKind", "manual_reason", "parse_target"]


@lru_cache(maxsize=4096)
def parse_target(text: str, *, polarity: str = "", measure: str = "") -> Target:
    """Return the tree of a target value as the catalogue writes it; a text too long to be one is of kind MANUAL.

    `polarity` is "+", "-" or "" (catalogue); `measure` the unit of measurement the values are in.
    """
    if len(text) > LONGEST:
        return manual(text, "unknown")
    context = Context(polarity=polarity, measure=measure)
    whole = plain(text.replace("\n", ";").replace("\r", ";"))
    for spelling, sign in targets()["splitting"]["glue"]:
        whole = whole.replace(spelling, sign)
    target = read_whole(whole, context)
    return target if target.parts or target.tiers else replace(target, text=text.strip())
