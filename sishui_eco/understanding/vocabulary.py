"""The words by which headings and labels are known: those of the campaign's forms, normalised for matching only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

from msgspec import Struct

from sishui_eco.model.remembered import LONGEST, Dull, keep
from sishui_eco.spec.campaign import Campaign, Field, Form
from sishui_eco.understanding.values import heading_measure
from sishui_eco.understanding.values import key_text as plain_key_text
from sishui_eco.zh import load_table

SEVERAL_YEARS = "actual"  # pseudo field: one column that holds several years
EXTRA = "extra."
REMEMBERED = 1 << 15
LONGEST_LABEL = 30
MOST_REMARKS = 8  # in brackets behind a heading; a cell full of brackets is not taken apart pair by pair

_BRACKETS = re.compile(r"\([^()]*\)")
_NOT_WORD = re.compile(r"[^\w%]+")
_LAST_BRACKET = re.compile(r"[(\[\uff08\u3010][^()\[\]\uff08\uff09\u3010\u3011]*[)\]\uff09\u3011]\s*$")
_COLON = re.compile("[:\uff1a]")
_PLAIN = re.compile("[0-9A-Za-z\u4e00-\u9fff\uff0c\u3001\u3002\uff1b,;.~\u2265\u2264+-]+")
_YEARLY = re.compile(r"[2\uff12][0\uff10]")


@cache
def words() -> dict[str, Any]:
    """Return zh/understanding.toml."""
    return load_table("understanding")


@cache
def pattern(table: str, key: str) -> re.Pattern[str]:
    """Return a compiled pattern of zh/understanding.toml."""
    return re.compile(words()[table][key], re.DOTALL)


@lru_cache(maxsize=REMEMBERED)
def key_text(text: str) -> str:
    """Return the matching copy of a text, remembered: units write the same words in every row."""
    return plain_key_text(text)


@lru_cache(maxsize=REMEMBERED)
def bare(text: str) -> str:
    """Return the matching key of a heading: no spaces, no punctuation, numbering in front dropped."""
    return _NOT_WORD.sub("", pattern("headings", "leading").sub("", key_text(text)))


@lru_cache(maxsize=REMEMBERED)
def without_brackets(text: str) -> str:
    """Return the matching key of a heading without what stands in brackets."""
    key = pattern("headings", "leading").sub("", key_text(text))
    return _NOT_WORD.sub("", _BRACKETS.sub("", key))


@cache
def bare_words(table: str, key: str) -> frozenset[str]:
    return frozenset(bare(item) for item in words()[table][key])


class Known(Struct, frozen=True, kw_only=True):
    """What a heading means in one form; `rank` 0 is the heading itself, then its aliases in order."""

    field: str
    rank: int
    how: str  # exact | alias | year | suffix | ambiguous | several_years
    known: str = ""  # the heading it was taken for


class Label(Struct, frozen=True, kw_only=True):
    """What a text labels in one form: the field, how exactly (0 is best), and what stands behind its colon."""

    field: str
    exactness: int
    rest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """Every heading of every form by its matching key; `weight` is 1 / number of forms that know it.

    What a text means is worked out once for all forms and remembered: the returns of a campaign repeat their words.
    """

    campaign: Campaign
    headings: Mapping[str, Mapping[str, Known]]  # form -> key -> Known
    ambiguous: Mapping[str, Mapping[str, Known]]  # form -> key -> candidate fields joined by ;
    years: Mapping[str, Mapping[int, str]]  # form -> year -> field key
    groups: frozenset[str]
    form_labels: frozenset[str]  # matching keys of the form-level labels
    forms_knowing: Mapping[str, int]
    spoken: frozenset[str]  # the keys of every heading, group and word for present values
    looked_up: dict[tuple[str, str], Known | None] = field(default_factory=dict, compare=False, repr=False)
    ended: dict[tuple[str, str], Known | None] = field(default_factory=dict, compare=False, repr=False)
    known_columns: dict[tuple[tuple[str, ...], str], Known | None] = field(
        default_factory=dict, compare=False, repr=False
    )
    heads: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)  # `headers.py`
    plans: dict[object, object] = field(default_factory=dict, compare=False, repr=False)  # `columns.py`
    headed: dict[str, Mapping[str, str]] = field(default_factory=dict, compare=False, repr=False)
    labelled: dict[str, Mapping[str, Label]] = field(default_factory=dict, compare=False, repr=False)
    meanings: dict[str, int] = field(default_factory=dict, compare=False, repr=False)  # `meant.py`
    dull: Dull = field(default_factory=Dull, compare=False, repr=False)  # texts that mean nothing
    plain_signs: bool = field(init=False, compare=False, repr=False)  # whether a heading has nothing but ASCII signs

    def __post_init__(self) -> None:
        object.__setattr__(self, "plain_signs", any(key.isascii() for key in self.spoken if key))

    def weight(self, text: str) -> float:
        """Return how telling a heading is: 1 when only one form has it."""
        for key in (bare(text), without_brackets(text)):
            if key in self.forms_knowing:
                return 1.0 / self.forms_knowing[key]
        return 0.5


def build_vocabulary(campaign: Campaign) -> Vocabulary:
    """Return the vocabulary of a campaign's forms."""
    headings = {form.key: _form_headings(form) for form in campaign.forms}
    knowing: dict[str, int] = {}
    for known in headings.values():
        for key in known:
            knowing[key] = knowing.get(key, 0) + 1
    years = {form.key: {item.year: item.key for item in form.fields if item.year} for form in campaign.forms}
    groups = frozenset(bare(item.group) for form in campaign.forms for item in form.fields if item.group)
    ambiguous = _ambiguous(campaign)
    return Vocabulary(
        campaign=campaign,
        headings=headings,
        ambiguous=ambiguous,
        years=years,
        groups=groups,
        form_labels=frozenset(bare(text) for item in campaign.form_fields for text in (item.heading, *item.aliases)),
        forms_knowing=knowing,
        spoken=frozenset(knowing).union(*ambiguous.values(), groups, bare_words("headings", "several_years")),
    )


def _form_headings(form: Form) -> dict[str, Known]:
    found: dict[str, Known] = {}
    for item in form.fields:
        for rank, text in enumerate((item.heading, *item.aliases)):
            how = "alias" if rank else "exact"
            found.setdefault(bare(text), Known(field=item.key, rank=rank, how=how, known=item.heading))
    return found


def _ambiguous(campaign: Campaign) -> dict[str, dict[str, Known]]:
    found: dict[str, dict[str, Known]] = {form.key: {} for form in campaign.forms}
    for row in words()["headings"]["ambiguous"]:
        for text in row["words"]:
            fields = ";".join(row["fields"])
            found.get(row["form"], {})[bare(text)] = Known(field=fields, rank=50, how="ambiguous", known=text)
    return found


@lru_cache(maxsize=REMEMBERED)
def unmarked(text: str) -> str:
    """Return a heading without stars and remarks behind it; a measure or a year in brackets stays."""
    heading = text
    for _ in range(MOST_REMARKS):
        heading = heading.strip().rstrip(words()["headings"]["marks"])
        found = _LAST_BRACKET.search(heading)
        if not found or not heading[: found.start()].strip():
            return heading
        if heading_measure(heading)[1] or pattern("headings", "year").search(key_text(found.group())):
            return heading
        heading = heading[: found.start()]
    return heading


@lru_cache(maxsize=REMEMBERED)
def measure_in(text: str) -> str:
    """Return the measure that a heading or a label names, "" when it names none."""
    return heading_measure(unmarked(text))[1]


@lru_cache(maxsize=REMEMBERED)
def heading_keys(text: str) -> tuple[str, ...]:
    """Return the matching keys a heading may be known by: whole, without its measure, marks or brackets."""
    if _PLAIN.fullmatch(text):  # nothing in it that could part off a measure, a mark or a bracket
        return (bare(text),) if bare(text) else ()
    name, _ = heading_measure(text)
    plain, _ = heading_measure(unmarked(text))
    keys = (bare(text), bare(name), without_brackets(text), bare(plain))
    return tuple(key for key in dict.fromkeys(keys) if key)


def lookup(text: str, form: str, vocabulary: Vocabulary) -> Known | None:
    """Return what a heading means in a form by its own words: exact, alias, year; None when unknown."""
    key = (text, form)
    if key in vocabulary.looked_up:
        return vocabulary.looked_up[key]
    meaning = _look_up(text, form, vocabulary)
    return keep(vocabulary.looked_up, key, meaning) if len(text) <= LONGEST else meaning


def _look_up(text: str, form: str, vocabulary: Vocabulary) -> Known | None:
    known = vocabulary.headings[form]
    for key in heading_keys(text):
        if key in known:
            return known[key]
    return year_heading(text, "", form, vocabulary) if _YEARLY.search(text) else None


def fields_headed(text: str, vocabulary: Vocabulary) -> Mapping[str, str]:
    """Return the field a text heads by its own words in each form that knows it."""
    known = vocabulary.headed.get(text)
    if known is None:
        forms = vocabulary.campaign.forms if _may_be_heading(text, vocabulary) else ()
        known = {form.key: name for form in forms if (name := _headed(text, form.key, vocabulary))}
        if len(text) <= LONGEST:
            keep(vocabulary.headed, text, known)
    return known


def _may_be_heading(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether any form may know a heading: one of its keys is known, or it tells a year."""
    if text.isascii() and not vocabulary.plain_signs:  # as are its keys
        return _YEARLY.search(text) is not None
    return not vocabulary.spoken.isdisjoint(heading_keys(text)) or _YEARLY.search(text) is not None


def may_mean(text: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a text may be a heading or a label: it is no such thing when its words before a colon are none."""
    return _may_be_heading(text, vocabulary) or (
        _COLON.search(text) is not None and _may_be_heading(parted(text)[0], vocabulary)
    )


def _headed(text: str, form: str, vocabulary: Vocabulary) -> str:
    known = lookup(text, form, vocabulary) or vocabulary.ambiguous.get(form, {}).get(bare(text))
    if known is not None:
        return known.field
    return SEVERAL_YEARS if several_years_heading(text, form, vocabulary) else ""


def labels_of(text: str, vocabulary: Vocabulary) -> Mapping[str, Label]:
    """Return what a text labels in each form, by its words before the first colon; empty when it is no label."""
    known = vocabulary.labelled.get(text)
    if known is None:
        known = dict(_labels(text, vocabulary))
        if len(text) <= LONGEST:
            keep(vocabulary.labelled, text, known)
    return known


def _labels(text: str, vocabulary: Vocabulary) -> Iterator[tuple[str, Label]]:
    head, rest = parted(text)
    if len(head) > LONGEST_LABEL or not _may_be_heading(head, vocabulary):
        return
    for form in vocabulary.campaign.forms:
        known = lookup(head, form.key, vocabulary) or vocabulary.ambiguous.get(form.key, {}).get(bare(head))
        if known is not None:
            yield form.key, Label(field=known.field.split(";")[0], exactness=known.rank, rest=rest)
        elif several_years_heading(head, form.key, vocabulary):
            yield form.key, Label(field=SEVERAL_YEARS, exactness=50, rest=rest)


def parted(text: str) -> tuple[str, str]:
    """Return (before, after) the first colon; a text without one is all before."""
    found = _COLON.search(text)
    return (text[: found.start()], text[found.end() :].strip()) if found else (text, "")


def year_heading(text: str, group: str, form: str, vocabulary: Vocabulary) -> Known | None:
    """Return the year field a heading such as 2020年现状值 names, None when it names none.

    `group` is the upper heading; one that is not a word for the present value (规划值) refuses.
    """
    years = vocabulary.years.get(form, {})
    if not years:
        return None
    key = key_text(unmarked(text))
    found = pattern("headings", "year").findall(key)
    if len(set(found)) != 1 or int(found[0]) not in years:
        return None
    rest = bare(_NOT_WORD.sub("", pattern("headings", "year").sub("", key)))
    allowed = bare_words("headings", "year_rest") | bare_words("headings", "several_years") | vocabulary.groups
    if rest not in allowed or (bare(group) and bare(group) not in allowed):
        return None
    return Known(field=years[int(found[0])], rank=5, how="year", known=found[0])


def suffix_known(text: str, form: str, vocabulary: Vocabulary) -> Known | None:
    """Return the field whose heading ends an unknown heading (县级重点工程项目名称), None when none does."""
    asked = (text, form)
    if asked in vocabulary.ended:
        return vocabulary.ended[asked]
    known = _suffix_known(text, form, vocabulary)
    return keep(vocabulary.ended, asked, known) if len(text) <= LONGEST else known


def _suffix_known(text: str, form: str, vocabulary: Vocabulary) -> Known | None:
    key = without_brackets(text)
    best: tuple[int, Known] | None = None
    for heading, known in vocabulary.headings[form].items():
        longer = len(heading) >= words()["headings"]["suffix_length"] and (best is None or len(heading) > best[0])
        if longer and key.endswith(heading) and key != heading:
            best = (len(heading), known)
    if best is None:
        return None
    return Known(field=best[1].field, rank=90, how="suffix", known=best[1].known)


def several_years_heading(text: str, form: str, vocabulary: Vocabulary) -> bool:
    """Tell whether a heading without a year may head a column of present values."""
    if not vocabulary.years.get(form):
        return False
    return any(
        key in vocabulary.groups or key in bare_words("headings", "several_years")
        for key in (bare(text), without_brackets(text))
    )


def field_of(form: Form, key: str) -> Field | None:
    """Return the field of a column, None for extras and pseudo fields."""
    return form.field(key)
