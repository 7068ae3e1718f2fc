"""Which field of a form each headed column is, ambiguous headings resolved by what stands beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from msgspec import Struct

from sishui_eco.model.remembered import LONGEST, Dull, keep
from sishui_eco.spec.campaign import Form
from sishui_eco.understanding.headers import HeaderBlock
from sishui_eco.understanding.heads import LONGEST_HEAD, MOST_HEADS, Column
from sishui_eco.understanding.indicators import name_key
from sishui_eco.understanding.settling import (
    head_units,
    holds_units,
    settle_ambiguous,
    settle_extensions,
    settle_present_values,
    settle_suffixes,
    texts_below,
)
from sishui_eco.understanding.view import Sheet
from sishui_eco.understanding.vocabulary import (
    EXTRA,
    SEVERAL_YEARS,
    Known,
    Vocabulary,
    bare,
    bare_words,
    lookup,
    several_years_heading,
    words,
    year_heading,
)

MOST_PATHS = 1 << 12  # headings remembered, most of them those of the campaign's own blanks
MOST_UNLIKE = 1 << 11

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
    """The columns of one table for one form, left to right; `fields` are the form's own that have a column.

    `telling` is how surely its headings are those of the form, `unlike` knows texts that are none of them.
    """

    form: str
    columns: tuple[Assigned, ...]
    telling: float = field(default=0.0, compare=False)
    fields: frozenset[str] = field(init=False, compare=False, repr=False)
    unlike: Dull = field(init=False, compare=False, repr=False, default_factory=lambda: Dull(MOST_UNLIKE))
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


class Plan(Struct, frozen=True, kw_only=True):
    """What the headings of a block say of its columns in a form, and the layouts that came of it.

    `measure` is the column that heads a measure or organisations, -1 when none does: a layout for either. With
    `by_values` the values below have more to say, and no layout is kept.
    """

    chosen: Mapping[int, Known]
    taken: Mapping[str, int]
    measure: int
    by_values: bool
    layouts: dict[bool, Layout]


def assign(block: HeaderBlock, form: Form, sheet: Sheet, body: Sequence[int], vocabulary: Vocabulary) -> Layout:
    """Return what every column of a block is when the table is taken for `form`.

    A field goes to the column headed most exactly; what is left over, and what nobody knows, is
    carried as `extra.<heading>`. `body` are the rows below, looked at only where a heading is ambiguous.
    """
    plan = _plan(block, form, vocabulary)
    by_units = plan.measure >= 0 and holds_units(texts_below(sheet, body, plan.measure), vocabulary)
    layout = plan.layouts.get(by_units)
    if layout is None:
        columns = _assigned(block, _settled(block, form, sheet, body, vocabulary, by_units=by_units))
        layout = Layout(form=form.key, columns=columns, telling=_telling(columns, vocabulary))
        if not plan.by_values:
            plan.layouts[by_units] = layout
    columns = _with_unheaded_subs(layout.columns, block, form, sheet, body, vocabulary)
    if columns is layout.columns:
        return layout
    return Layout(form=form.key, columns=columns, telling=_telling(columns, vocabulary))


def _plan(block: HeaderBlock, form: Form, vocabulary: Vocabulary) -> Plan:
    """Return what the headings of a block are for a form by their own words; returns of a campaign repeat them."""
    asked = (block.columns, form.key)
    known = vocabulary.plans.get(asked)
    if isinstance(known, Plan):
        return known
    chosen, taken = _chosen(block, form, vocabulary)
    leaves = (column.leaf for column in block.columns if not column.extension)
    made = Plan(
        chosen=chosen,
        taken=taken,
        measure=block.columns[taken["measure"]].column if "measure" in taken else -1,
        by_values=any(several_years_heading(leaf, form.key, vocabulary) for leaf in leaves),
        layouts={},
    )
    short = sum(len(text) for column in block.columns for text in column.path) <= LONGEST_HEAD
    if short:
        if len(vocabulary.plans) >= MOST_HEADS:
            vocabulary.plans.clear()
        vocabulary.plans[asked] = made
    return made


def _chosen(block: HeaderBlock, form: Form, vocabulary: Vocabulary) -> tuple[dict[int, Known], dict[str, int]]:
    """Return what each column is that its own heading tells, and the column of each field: the most exact."""
    chosen: dict[int, Known] = {}
    candidates = [(index, _known(column, form, vocabulary)) for index, column in enumerate(block.columns)]
    taken: dict[str, int] = {}
    for index, known in sorted(
        ((index, known) for index, known in candidates if known is not None), key=lambda item: (item[1].rank, item[0])
    ):
        if known.field not in taken and known.how != "ambiguous":
            taken[known.field] = index
            chosen[index] = known
    return chosen, taken


def _settled(
    block: HeaderBlock, form: Form, sheet: Sheet, body: Sequence[int], vocabulary: Vocabulary, *, by_units: bool
) -> dict[int, Known]:
    """Return what each column of a block is, those settled that their own heading leaves open."""
    plan = _plan(block, form, vocabulary)
    chosen, taken = dict(plan.chosen), dict(plan.taken)
    if by_units:
        head_units(block, chosen, taken)
    settle_ambiguous(block, form, chosen, taken, vocabulary)
    settle_present_values(block, form, chosen, taken, sheet, body, vocabulary)
    settle_suffixes(block, form, chosen, taken, vocabulary)
    settle_extensions(block, form, chosen, taken)
    return chosen


def _telling(columns: Sequence[Assigned], vocabulary: Vocabulary) -> float:
    """Return the sum of how telling each known heading is; every field counts once."""
    best: dict[str, float] = {}
    for column in columns:
        if not column.field.startswith(EXTRA):
            leaf = column.heading.rsplit(words()["headings"]["separator"], 1)[-1]
            weight = 1.0 if column.field == SEVERAL_YEARS or column.how == "year" else vocabulary.weight(leaf)
            best[column.field] = max(best.get(column.field, 0.0), weight)
    return sum(best.values())


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
    texts = texts_below(sheet, body, column)
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
