"""Limits of files and workers as the task sheet may change them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from sishui_eco.spec.campaign import Campaign

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    Bounds = TypeVar("Bounds", bound=DataclassInstance)


def changed_bounds(defaults: Bounds, words: Mapping[str, Mapping[str, Any]], campaign: Campaign) -> Bounds:
    """Return limits with those that the task sheet changes; what is no positive whole number is passed over.

    `words` gives, by the name of a limit, its key on the sheet and the measure of its numbers there
    (MB, KB, seconds). The reading of the settings tells of a number that is none.
    """
    changed: dict[str, int] = {}
    for item in fields(defaults):
        row = words.get(item.name)
        text = campaign.parameter(str(row["key"])).strip() if row else ""
        if row and is_bound(text):
            changed[item.name] = int(text) * int(row["measure"])
    return replace(defaults, **changed)


def is_bound(text: str) -> bool:
    """Say whether a text is a positive whole number of a size that means something."""
    return text.isdecimal() and len(text) <= 9 and int(text) > 0
