"""Which field of a form each headed column is, ambiguous headings resolved by what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from msgspec import Struct

from sishui_eco.model.remembered import LONGEST, keep
from sishui_eco.spec.campaign import Form
from sishui_eco.understanding.headers import Column, HeaderBlock
from sishui_eco.understanding.indicators import name_key
from sishui_eco.understanding.units import match_unit
from sishui_eco.understanding.values import interpret_years
from sishui_eco.understanding.view import Sheet
from sishui_eco.understanding.vocabulary import (
    EXTRA,
    SEVERAL_YEARS,
    Known,
    Vocabulary,
    bare,
    bare_words,
    key_text,
    lookup,
    several_years_heading,
    suffix_known,
    words,
    year_heading,
)

SAMPLED_ROWS = 60
MOST_PATHS = 1 << 12  # headings remembered, most of them those of the campaign's own blanks
EXACT_UNITS = ("exact", "alias")

# What a record is about, per form (DESIGN.md §5: the keys of records are fixed).
IDENTITY: Mapping[str, tuple[str, ...]] = {
    "annex2": ("indicator", "sub_indicator"),
    "annex3": ("indicator", "material"),
    "annex4": ("project",),
}


def naming_fields(form: str) -> frozenset[str]:
    """Return the fields of which a table needs one to be surely a form: they say what a record is about."""
    named = IDENTITY.get(form, ())
    return frozenset(named if form == "annex2" else named[-1:])


class Assigned(Struct, frozen=True, kw_only=True):
    """A column and what it is: `field` is a key of the form, `actual` for several years, or extra.<heading>."""

    column: int
    row: int
    field: str
    heading: str
    measure: str = ""
    how: str = ""  # exact | alias | year | suffix | ambiguous | several_years | position | extra
    known: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The columns of one table for one form, left to right; `fields` are the form's own that have a column."""

    form: str
    columns: tuple[Assigned, ...]
    fields: frozenset[str] = field(init=False, compare=False, repr=False)
    by_column: Mapping[int, Assigned] = field(init=False, compare=False, repr=False)
    by_field: Mapping[str, tuple[Assigned, ...]] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        by_field: dict[str, tuple[Assigned, ...]] = {}
        for item in self.columns:
            by_field[item.field] = (*by_field.get(item.field, ()), item)
        object.__setattr__(self, "fields", frozenset(name for name in by_field if not name.startswith(EXTRA)))
        object.__setattr__(self, "by_column", {item.column: item for item in self.columns})
        object.__setattr__(self, "by_field", by_field)

    def of(self, field: str) -> tuple[Assigned, ...]:
        return self.by_field.get(field, ())


def assign(block: HeaderBlock, form: Form, sheet: Sheet, body: Sequence[int], vocabulary: Vocabulary) -> Layout:
    """Return what every column of a block is when the table is taken for `form`.

    A field goes to the column headed most exactly; what is left over, and what nobody knows, is
    carried as `extra.<heading>`. `body` are the rows below, looked at only where a heading is ambiguous.
    """
    chosen: dict[int, Known] = {}
    candidates = [(index, _known(column, form, vocabulary)) for index, column in enumerate(block.columns)]
    taken: dict[str, int] = {}
    for index, known in sorted(
        ((index, known) for index, known in candidates if known is not None), key=lambda item: (item[1].rank, item[0])
    ):
        if known.field not in taken and known.how != "ambiguous":
            taken[known.field] = index
            chosen[index] = known
    _settle_measure(block, chosen, taken, sheet, body, vocabulary)
    _settle_ambiguous(block, form, chosen, taken, vocabulary)
    _settle_present_values(block, form, chosen, taken, sheet, body, vocabulary)
    _settle_suffixes(block, form, chosen, taken, vocabulary)
    _settle_extensions(block, form, chosen, taken)
    columns = _assigned(block, chosen)
    return Layout(form=form.key, columns=_with_unheaded_subs(columns, block, form, sheet, body, vocabulary))


def _known(column: Column, form: Form, vocabulary: Vocabulary) -> Known | None:
    """Return what the words of a column's own heading say, groups taken into account."""
    if column.extension:
        return None
    asked = (column.path, form.key)
    if asked in vocabulary.known_columns:
        return vocabulary.known_columns[asked]
    known = _heading_says(column, form, vocabulary)
    return keep(vocabulary.known_columns, asked, known) if sum(map(len, column.path)) <= LONGEST else known


def _heading_says(column: Column, form: Form, vocabulary: Vocabulary) -> Known | None:
    leaf, group = column.leaf, column.group
    if not group:
        return lookup(leaf, form.key, vocabulary)
    year = year_heading(leaf, group, form.key, vocabulary) or year_heading(group + leaf, "", form.key, vocabulary)
    if year is not None:
        return year
    if any(character.isdigit() for character in bare(leaf)) and year_heading(leaf, "", form.key, vocabulary):
        return None  # a year under another group, such as planned values
    upper = lookup(group, form.key, vocabulary)
    if upper is not None and upper.field == "period":
        for field in ("period_start", "period_end"):
            if form.field(field) and bare(leaf) in bare_words("headings", field):
                return Known(field=field, rank=1, how="alias", known=leaf)
    joined = lookup(leaf + group, form.key, vocabulary) or lookup(group + leaf, form.key, vocabulary)
    return lookup(leaf, form.key, vocabulary) or joined or _total_of(leaf, upper)


def _total_of(leaf: str, upper: Known | None) -> Known | None:
    """Return the group's own field for a leaf such as 合计 under 总投资."""
    return upper if upper is not None and bare(leaf) in bare_words("rows", "subtotal") else None


def _texts(sheet: Sheet, body: Sequence[int], column: int) -> list[str]:
    found = (sheet.grid.cells.get((row, column)) for row in body[:SAMPLED_ROWS])
    return [cell.text.strip() for cell in found if cell is not None and cell.text.strip()]


def _settle_measure(
    block: HeaderBlock,
    chosen: dict[int, Known],
    taken: dict[str, int],
    sheet: Sheet,
    body: Sequence[int],
    vocabulary: Vocabulary,
) -> None:
    """单位 heads a measure, or organisations: look at what stands below."""
    index = taken.get("measure")
    if index is None:
        return
    texts = _texts(sheet, body, block.columns[index].column)
    units = [text for text in texts if match_unit(text, vocabulary.campaign).how in EXACT_UNITS]
    if not texts or len(units) * 2 <= len(texts):
        return
    del taken["measure"]
    known = chosen.pop(index)
    if "lead_unit" not in taken:
        taken["lead_unit"] = index
        chosen[index] = Known(field="lead_unit", rank=known.rank, how="ambiguous", known=block.columns[index].leaf)


def _settle_ambiguous(
    block: HeaderBlock, form: Form, chosen: dict[int, Known], taken: dict[str, int], vocabulary: Vocabulary
) -> None:
    """Give ambiguous or doubly headed columns the first field of their list that is still free."""
    for index, column in enumerate(block.columns):
        if index in chosen or column.extension:
            continue
        known = vocabulary.ambiguous.get(form.key, {}).get(bare(column.leaf))
        for name in known.field.split(";") if known else ():
            if name not in taken and form.field(name):
                taken[name] = index
                chosen[index] = Known(field=name, rank=50, how="ambiguous", known=column.leaf)
                break


def _settle_present_values(
    block: HeaderBlock,
    form: Form,
    chosen: dict[int, Known],
    taken: dict[str, int],
    sheet: Sheet,
    body: Sequence[int],
    vocabulary: Vocabulary,
) -> None:
    """A heading such as 完成情况 heads a verdict, or present values of several years, by its content."""
    for index, column in enumerate(block.columns):
        if index in chosen or column.extension or not several_years_heading(column.leaf, form.key, vocabulary):
            continue
        texts = _texts(sheet, body, column.column)
        verdicts = [text for text in texts if _is_verdict(text, form)]
        either = bare(column.leaf) in bare_words("headings", "value_or_verdict") and "self_verdict" not in taken
        if either and len(verdicts) * 2 > len(texts):
            taken["self_verdict"] = index
            chosen[index] = Known(field="self_verdict", rank=50, how="ambiguous", known=column.leaf)
            continue
        has_years = any(field in taken for field in vocabulary.years[form.key].values())
        prose = any(interpret_years(text, vocabulary.campaign.years) for text in texts)
        if SEVERAL_YEARS not in taken and (prose or not has_years):
            taken[SEVERAL_YEARS] = index
            chosen[index] = Known(field=SEVERAL_YEARS, rank=50, how="several_years", known=column.leaf)


def _is_verdict(text: str, form: Form) -> bool:
    field = form.field("self_verdict")
    choices = field.choices if field else ()
    key = key_text(text)
    spoken = {key_text(item) for item in (*choices, *words()["nil"]["yes"], *words()["nil"]["no"])}
    return key in spoken or any(key.endswith(key_text(choice)) and len(key) <= len(choice) + 2 for choice in choices)


def _settle_suffixes(
    block: HeaderBlock, form: Form, chosen: dict[int, Known], taken: dict[str, int], vocabulary: Vocabulary
) -> None:
    """Take a heading that ends in a known one (县级重点工程项目名称) when that field has no column; it is told."""
    for index, column in enumerate(block.columns):
        if index in chosen or column.extension or column.group:
            continue
        known = suffix_known(column.leaf, form.key, vocabulary)
        if known is not None and known.field not in taken:
            taken[known.field] = index
            chosen[index] = known


def _settle_extensions(block: HeaderBlock, form: Form, chosen: dict[int, Known], taken: dict[str, int]) -> None:
    """Further columns under a merged leaf: the second of 指标名称 holds sub-indicators, others hold the same field."""
    for index, column in enumerate(block.columns):
        if not column.extension:
            continue
        first = index - column.extension
        known = chosen.get(first) if first >= 0 else None
        if known is None:
            continue
        free = form.field("sub_indicator") is not None and "sub_indicator" not in taken
        if known.field == "indicator" and column.extension == 1 and free:
            taken["sub_indicator"] = index
            chosen[index] = Known(field="sub_indicator", rank=50, how="position", known=column.leaf)
            continue
        chosen[index] = Known(field=known.field, rank=60, how="position", known=known.known)


@lru_cache(maxsize=MOST_PATHS)
def _joined(path: tuple[str, ...]) -> str:
    """Return a heading with its groups in one line, as people read it."""
    return str(words()["headings"]["separator"].join(" ".join(text.split()) for text in path))


def _assigned(block: HeaderBlock, chosen: dict[int, Known]) -> tuple[Assigned, ...]:
    found: list[Assigned] = []
    used: dict[str, int] = {}
    for index, column in enumerate(block.columns):
        known = chosen.get(index)
        heading = _joined(column.path)
        field = known.field if known else EXTRA + heading
        used[field] = used.get(field, 0) + 1
        if known is None and used[field] > 1:
            field = f"{field}{used[field]}"
        found.append(
            Assigned(
                column=column.column,
                row=column.row,
                field=field,
                heading=heading,
                measure=column.measure,
                how=known.how if known else "extra",
                known=known.known if known else "",
            )
        )
    return tuple(found)


def _with_unheaded_subs(
    columns: tuple[Assigned, ...],
    block: HeaderBlock,
    form: Form,
    sheet: Sheet,
    body: Sequence[int],
    vocabulary: Vocabulary,
) -> tuple[Assigned, ...]:
    """Add the column without a heading right of the indicator when it holds the catalogue's sub-indicators."""
    indicator = next((item for item in columns if item.field == "indicator"), None)
    if not form.field("sub_indicator") or indicator is None or any(c.field == "sub_indicator" for c in columns):
        return columns
    column = indicator.column + 1
    if any(item.column == column for item in block.columns):
        return columns
    subs = {name_key(item.sub_name) for item in vocabulary.campaign.indicators if item.sub_name}
    texts = _texts(sheet, body, column)
    if not texts or sum(name_key(text) in subs for text in texts) * 2 <= len(texts):
        return columns
    field = form.field("sub_indicator")
    added = Assigned(
        column=column,
        row=indicator.row,
        field="sub_indicator",
        heading=field.heading if field else "",
        how="position",
    )
    return tuple(sorted((*columns, added), key=lambda item: item.column))
