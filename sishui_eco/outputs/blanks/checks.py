"""Dropdowns and input checks with their Chinese prompts.

A dropdown the form prescribes refuses other values; where a unit may have a good reason (a text in a
year column, a phone with an extension) the check only asks.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sishui_eco.spec.campaign import Field
from sishui_eco.zh import load_table

PROMPT_LIMIT = 255
TITLE_LIMIT = 32
LIST_LIMIT = 255
LARGEST = 10**9
EARLIEST, LATEST = date(2000, 1, 1), date(2050, 12, 31)

Check = dict[str, Any]


def input_check(field: Field, *, measure: str = "", list_range: str = "") -> Check | None:
    """Return the data validation of an answer cell, None when neither check nor prompt is known.

    `measure` is the indicator's unit of measurement for year columns ("-" or "" for indicators answered in
    words); `list_range` is a range of the guide sheet offered as suggestions.
    """
    check = _rule(field, measure, list_range)
    prompt = _prompt(field, measure)
    if check is None and not prompt:
        return None
    check = check or {"validate": "any"}
    if prompt:
        check |= {"input_title": field.heading[:TITLE_LIMIT], "input_message": prompt[:PROMPT_LIMIT]}
    return check


def choices_of(field: Field) -> tuple[str, ...]:
    """Return the choices a field prescribes; a yes-no field has two."""
    if field.kind == "yes-no" and not field.choices:
        return tuple(load_table("blanks")["yes_no"]["choices"])
    return field.choices


def _rule(field: Field, measure: str, list_range: str) -> Check | None:
    errors = load_table("blanks")["errors"]
    choices = choices_of(field)
    if choices:
        return _list(list(choices), "stop", errors["choice"].format(choices=_joined(choices)))
    if list_range:
        return _list(list_range, "information", errors["doubt"])
    suggested = load_table("blanks")["suggestions"].get(field.form, {}).get(field.key)
    if suggested:
        return _list(suggested, "information", errors["doubt"])
    if field.year is not None:
        return _between(-LARGEST, LARGEST, "warning", errors["actual"]) if _is_measured(measure) else None
    return _by_kind(field, errors)


def _by_kind(field: Field, errors: dict[str, str]) -> Check | None:
    if field.kind == "money":
        return {"validate": "decimal", "criteria": ">", "value": 0, **_error("stop", errors["amount"])}
    if field.kind == "number" and field.key == "copies":
        return {"validate": "integer", "criteria": ">=", "value": 0, **_error("stop", errors["copies"])}
    if field.kind in ("number", "percent"):
        return _between(-LARGEST, LARGEST, "warning", errors["number"])
    if field.kind == "date":
        return {
            "validate": "date",
            "criteria": "between",
            "minimum": EARLIEST,
            "maximum": LATEST,
            **_error("warning", errors["date"]),
        }
    if field.key.endswith("_phone"):
        limits = {"validate": "length", "criteria": "between", "minimum": 7, "maximum": 13}
        return {**limits, **_error("warning", errors["phone"])}
    return None


def _list(source: list[str] | str, error_type: str, message: str) -> Check:
    if isinstance(source, list) and len(",".join(source)) > LIST_LIMIT:
        return {"validate": "any"}
    return {"validate": "list", "source": source, **_error(error_type, message)}


def _between(low: int, high: int, error_type: str, message: str) -> Check:
    limits = {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high}
    return {**limits, **_error(error_type, message)}


def _error(error_type: str, message: str) -> Check:
    title = load_table("blanks")["errors"]["title"]
    return {"error_type": error_type, "error_title": title, "error_message": message[:PROMPT_LIMIT]}


def _is_measured(measure: str) -> bool:
    return measure not in ("", "-")


def _prompt(field: Field, measure: str) -> str:
    prompts = load_table("blanks")["prompts"]
    if field.year is not None:
        key = "actual_number" if _is_measured(measure) else "actual_text"
        return str(prompts[key]).format(year=field.year, measure=measure)
    return str(prompts.get(field.form, {}).get(field.key, field.note))


def _joined(choices: tuple[str, ...]) -> str:
    return str(load_table("blanks")["sheet"]["list_joint"]).join(choices)
