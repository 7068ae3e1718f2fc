"""The 表样 sheet: what columns each annex has and what they are called."""

from __future__ import annotations

from typing import Any

from sishui_eco.spec.build_task import TaskSheet, split_list
from sishui_eco.spec.campaign import Field, Form
from sishui_eco.spec.faults import Faults
from sishui_eco.spec.tables import SettingsRow, SettingsTable
from sishui_eco.zh import load_table

COMMON = "common"
YEAR_MARK = "{year}"


def build_forms(table: SettingsTable, task: TaskSheet, faults: Faults) -> tuple[tuple[Form, ...], tuple[Field, ...]]:
    """Return (forms in the order of zh/settings.toml, form-level fields common to all).

    A key with {year} becomes one field for every collected year.
    """
    words: dict[str, Any] = load_table("settings")
    keys = {label: key for key, label in words["forms"].items()}
    fields: dict[str, list[Field]] = {key: [] for key in keys.values()}
    seen: dict[tuple[str, str], str] = {}
    for row in table.rows:
        form = keys.get(row.get("form"), "")
        if not form:
            place = table.place(row, "form")
            faults.add("unknown_form", place=place, value=row.get("form"), allowed="、".join(keys))
            continue
        for field in _fields(table, row, form, task, faults):
            _tell_twice(table, row, field, seen, faults)
            fields[form].append(field)
    forms = tuple(_form(key, label, tuple(fields[key]), task) for label, key in keys.items() if key != COMMON)
    if task.years and not any(field.year for form in forms for field in form.fields):
        faults.add("no_year_field", sheet=table.title, form=words["forms"]["annex2"])
    return forms, tuple(fields[COMMON])


def _fields(table: SettingsTable, row: SettingsRow, form: str, task: TaskSheet, faults: Faults) -> list[Field]:
    words: dict[str, Any] = load_table("settings")
    kinds = {text: name for name, text in words["kinds"].items()}
    if row.get("kind") not in kinds:
        place = table.place(row, "kind")
        faults.add("unknown_kind", place=place, value=row.get("kind"), allowed="、".join(kinds))
    for name in ("key", "heading"):
        if not row.get(name):
            faults.add("missing_value", place=table.place(row, name), value=words["columns"]["fields"][name])
    years: tuple[int | None, ...] = task.years if YEAR_MARK in row.get("key") else (None,)
    return [_field(row, form, year, kinds.get(row.get("kind"), "text"), task) for year in years]


def _field(row: SettingsRow, form: str, year: int | None, kind: str, task: TaskSheet) -> Field:
    def fill(text: str) -> str:
        return text.replace(YEAR_MARK, str(year)) if year else text

    yes = load_table("settings")["yes"]
    choices = split_list(row.get("choices"))
    if choices and choices[0].startswith("@"):
        choices = split_list(task.rows[choices[0][1:]].get("value")) if choices[0][1:] in task.rows else ()
    return Field(
        form=form,
        key=fill(row.get("key")),
        heading=fill(row.get("heading")),
        aliases=tuple(fill(alias) for alias in split_list(row.get("aliases"))),
        kind=kind,
        required=row.get("required") in yes,
        prefilled=row.get("prefilled") in yes,
        measure=row.get("measure"),
        choices=choices,
        group=row.get("group"),
        year=year,
        note=row.get("note"),
        in_blank=row.get("in_blank") in yes,
    )


def _tell_twice(
    table: SettingsTable, row: SettingsRow, field: Field, seen: dict[tuple[str, str], str], faults: Faults
) -> None:
    """Tell a key or a heading that stands twice in one form: two columns could not be told apart."""
    spaces = [(f"{field.form} key", field.key, "key", "duplicate_field")]
    spaces += [
        (field.form, text, "heading", "duplicate_heading") for text in dict.fromkeys((field.heading, *field.aliases))
    ]
    for space, value, column, fault in spaces:
        place = table.place(row, column)
        if (space, value) in seen and seen[space, value] != place:
            faults.add(fault, place=place, value=value, other=seen[space, value])
        seen.setdefault((space, value), place)


def _form(key: str, label: str, fields: tuple[Field, ...], task: TaskSheet) -> Form:
    provisional = load_table("settings")["provisional"]
    title_key = load_table("settings")["keys"]["form_title"].format(label=label)
    title_row = task.rows.get(title_key)
    return Form(
        key=key,
        label=label,
        title=task.text("form_title", label=label),
        title_aliases=split_list(task.optional("form_title_aliases", label=label)),
        sealed=label in split_list(task.optional("sealed")),
        nil_allowed=label in split_list(task.optional("nil_allowed")),
        provisional=title_row is not None and title_row.get("status") == provisional,
        fields=fields,
    )
