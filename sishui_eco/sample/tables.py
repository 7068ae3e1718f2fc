"""The data the sample is made of: facts, projects, and the list of files."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from sishui_eco.zh import load_table


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What a lead unit truly reports of one indicator leaf."""

    key: str
    values: tuple[str, ...]
    self_verdict: str
    gap_plan: str
    due: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """One line of `files.csv`; `shape` and `faults` are words with an optional `=argument`."""

    file: str
    member: str
    round: int
    unit_id: str
    forms: tuple[str, ...]
    writer: str
    shape: dict[str, str]
    faults: tuple[tuple[str, str], ...]
    verdict: str


def words() -> dict[str, Any]:
    return load_table("sample")


def _rows(name: str) -> list[dict[str, str]]:
    text = files(__package__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


@cache
def facts() -> dict[str, Fact]:
    columns = words()["columns"]["facts"]
    return {
        row[columns["key"]]: Fact(
            key=row[columns["key"]],
            values=tuple(row[name] for name in columns["years"]),
            **{name: row[columns[name]] for name in ("self_verdict", "gap_plan", "due", "evidence")},
        )
        for row in _rows("facts")
    }


@cache
def projects() -> tuple[dict[str, str], ...]:
    columns = words()["columns"]["projects"]
    return tuple({key: row[heading] for key, heading in columns.items()} for row in _rows("projects"))


@cache
def file_rows(labels: tuple[tuple[str, str], ...]) -> tuple[FileRow, ...]:
    """Return the files to make; `labels` pairs form labels with form keys."""
    columns = words()["columns"]["files"]
    separator = words()["values"]["list_separator"]
    keys = dict(labels)
    made = []
    for row in _rows("files"):
        cells = {key: row[heading] for key, heading in columns.items()}
        made.append(
            FileRow(
                file=cells["file"],
                member=cells["member"],
                round=int(cells["round"]),
                unit_id=cells["unit"],
                forms=tuple(keys[label] for label in cells["forms"].split(separator) if label),
                writer=cells["writer"].partition("=")[0],
                shape=_options(cells["shape"]) | _options(cells["writer"]),
                faults=tuple(_options(cells["faults"]).items()),
                verdict=cells["verdict"],
            )
        )
    return tuple(made)


def _options(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split())
    return {name: argument for name, _, argument in pairs}
