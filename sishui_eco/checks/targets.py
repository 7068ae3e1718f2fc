"""The grammar of target values: a text such as ≥55且不降低 becomes a tree of clauses.

Eighteen kinds are known (domain facts, section 3.1). What cannot be parsed becomes a target of kind
MANUAL with the reason; it is never guessed. The words are data in `zh/targets.toml`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from sishui_eco.checks.target_clauses import Context, read_whole
from sishui_eco.checks.target_tree import Target, TargetKind, manual_reason
from sishui_eco.checks.texts import plain, targets

__all__ = ["Target", "TargetKind", "manual_reason", "parse_target"]


@cache
def parse_target(text: str, *, polarity: str = "", measure: str = "") -> Target:
    """Return the tree of a target value as the catalogue writes it.

    `polarity` is "+", "-" or "" (catalogue); `measure` the unit of measurement the values are in.
    """
    context = Context(polarity=polarity, measure=measure)
    whole = plain(text.replace("\n", ";").replace("\r", ";"))
    for spelling, sign in targets()["splitting"]["glue"]:
        whole = whole.replace(spelling, sign)
    target = read_whole(whole, context)
    return target if target.parts or target.tiers else replace(target, text=text.strip())
