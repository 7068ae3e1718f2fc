"""Every Chinese sentence the package shows, as data, and the few functions that look them up."""

from __future__ import annotations

import string
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import tomli  # as tomllib, but compiled: every process reads these tables when it starts


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """One row of the finding catalogue; `example` and `explanation` serve `explain`."""

    code: str
    slug: str
    severity: str
    audience: str
    sentence: str
    remedy: str
    explanation: str
    example: str


@cache
def load_table(name: str) -> dict[str, Any]:
    """Return `zh/<name>.toml` as a dictionary."""
    return tomli.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


@cache
def finding_catalogue() -> dict[str, FindingEntry]:
    """Return every finding code with its entry, from `zh/findings/<letter>.toml`."""
    entries: dict[str, FindingEntry] = {}
    folder = files(__package__).joinpath("findings")
    for path in sorted(folder.iterdir(), key=lambda item: item.name):
        if not path.name.endswith(".toml"):
            continue
        for code, row in tomli.loads(path.read_text(encoding="utf-8")).items():
            if code in entries:
                raise ValueError(f"finding code {code} defined twice")
            entries[code] = FindingEntry(code=code, **row)
    return entries


def finding_entry(code: str) -> FindingEntry:
    """Return the catalogue entry of a code. Raises: KeyError."""
    return finding_catalogue()[code]


@cache
def placeholders(code: str) -> frozenset[str]:
    """Return the parameter names that sentence and remedy of a code use."""
    entry = finding_entry(code)
    names: set[str] = set()
    for template in (entry.sentence, entry.remedy):
        names |= {name for _, name, _, _ in string.Formatter().parse(template) if name}
    return frozenset(names)


def word(key: str, table: str = "words", **parameters: object) -> str:
    """Return a Chinese word or sentence of `zh/<table>.toml` by dotted key, filled in."""
    value: Any = load_table(table)
    for part in key.split("."):
        value = value[part]
    text = str(value)
    return text.format_map(parameters) if parameters else text
