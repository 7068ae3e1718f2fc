"""Headed columns that their own heading leaves open, settled by what stands beside and below them."""

from __future__ import annotations

from collections.abc import Sequence

from sishui_eco.spec.campaign import Form
from sishui_eco.understanding.headers import HeaderBlock
from sishui_eco.understanding.units import surely_unit
from sishui_eco.understanding.values import interpret_years
from sishui_eco.understanding.view import Sheet
from sishui_eco.understanding.vocabulary import (
    SEVERAL_YEARS,
    Known,
    Vocabulary,
    bare,
    bare_words,
    key_text,
    several_years_heading,
    suffix_known,
    words,
)

SAMPLED_ROWS = 60


def texts_below(sheet: Sheet, body: Sequence[int], column: int) -> list[str]:
    found = (sheet.grid.cells.get((row, column)) for row in body[:SAMPLED_ROWS])
    return [cell.text.strip() for cell in found if cell is not None and cell.text.strip()]


def holds_units(texts: Sequence[str], vocabulary: Vocabulary) -> bool:
    """单位 heads a measure, or organisations: look at what stands below."""
    units = [text for text in texts if surely_unit(text, vocabulary.campaign)]
    return bool(texts) and len(units) * 2 > len(texts)


def head_units(block: HeaderBlock, chosen: dict[int, Known], taken: dict[str, int]) -> None:
    """Take a column headed by a measure for one of organisations."""
    index = taken.pop("measure")
    known = chosen.pop(index)
    if "lead_unit" not in taken:
        taken["lead_unit"] = index
        chosen[index] = Known(field="lead_unit", rank=known.rank, how="ambiguous", known=block.columns[index].leaf)


def settle_ambiguous(
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


def settle_present_values(
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
        texts = texts_below(sheet, body, column.column)
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


def settle_suffixes(
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


def settle_extensions(block: HeaderBlock, form: Form, chosen: dict[int, Known], taken: dict[str, int]) -> None:
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
