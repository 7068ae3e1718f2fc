"""附件2: every leaf of the catalogue with three years, target, verdict, basis, gap and lead."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from sishui_eco.model.outcome import Judgement, MergedRow, Outcome
from sishui_eco.outputs.styles import PAPER_A3
from sishui_eco.outputs.summary.book import Book, Entry, centred, text, words
from sishui_eco.outputs.summary.figures import INDICATOR_FORM, MISSING
from sishui_eco.outputs.summary.laying import lay_sheet
from sishui_eco.outputs.summary.parts import (
    Filed,
    answer_cell,
    as_of_line,
    filed,
    form_title,
    found_entry,
    inner_notes,
    kept,
    linked_answer,
    marked,
    runs,
    source_entry,
    source_link,
    top_line,
    verdict_entry,
    version_cell,
)
from sishui_eco.outputs.summary.table import Column, Row, Table
from sishui_eco.spec.campaign import Campaign, Indicator
from sishui_eco.zh import load_table

_CENTRED = frozenset({"domain", "no", "measure", "attribute", "due", "version", "found"})


def lay_indicators(book: Book, outcome: Outcome, campaign: Campaign) -> None:
    """Write the sheet of annex 2: catalogue leaves first, then what the catalogue does not know."""
    by_key: dict[str, list[Filed]] = {}
    for reported in filed(outcome, INDICATOR_FORM):
        by_key.setdefault(reported.row.record.key, []).append(reported)
    lines: list[Row] = []
    groups: list[tuple[object, ...]] = []
    for leaf in campaign.indicators:
        for found in by_key.pop(leaf.key, None) or (None,):
            lines.append(_leaf_row(book, campaign, leaf, found))
            groups.append((leaf.domain, (leaf.domain, leaf.task), leaf.name))
    for others in by_key.values():
        for reported in others:
            lines.append(_unlisted_row(book, campaign, reported))
            groups.append((None, None, None))
    merges = [merge for column, part in ((0, 0), (1, 1), (2, 2), (3, 2)) for merge in _merges(groups, column, part)]
    table = Table(
        title=form_title(campaign, INDICATOR_FORM, words("titles.annex2")),
        left=top_line(campaign),
        right=as_of_line(book),
        columns=kept(book, _columns(campaign)),
        rows=tuple(lines),
        merges=tuple(merges),
        notes=(words("marks.legend_verdicts"), *inner_notes(book, "notes.figures_linked", "notes.returned_rows")),
        frozen=5,
        paper=PAPER_A3,
    )
    lay_sheet(book, "annex2", [table])


def _merges(groups: list[tuple[object, ...]], column: int, part: int) -> list[tuple[int, int, int]]:
    return runs([group[part] for group in groups], column)


def _columns(campaign: Campaign) -> tuple[Column, ...]:
    def column(key: str, least: float, most: float) -> Column:
        align = "center" if key in _CENTRED else "left"
        return Column(heading=words(f"headings.{key}"), least=least, most=most, align=align)

    years = tuple(
        Column(heading=words("headings.year", year=year), group=words("headings.actual"), least=9, most=18)
        for year in campaign.years
    )
    return (
        column("domain", 6, 7),
        column("task", 10, 11),
        column("no", 6, 6),
        column("indicator", 14, 20),
        column("sub_indicator", 12, 16),
        column("measure", 7, 14),
        column("target", 12, 18),
        column("attribute", 8, 8),
        *years,
        column("self", 8, 9),
        column("verdict", 13, 14),
        column("basis", 20, 30),
        column("gap", 18, 28),
        column("due", 9, 11),
        column("lead", 14, 16),
        column("version", 5, 6),
        column("found", 7, 7),
        column("source", 12, 13),
    )


def _leaf_row(book: Book, campaign: Campaign, leaf: Indicator, found: Filed | None) -> Row:
    position, row = found or (None, None)
    state = str(row.verdict.judgement) if row and row.verdict else (MISSING if row is None else str(Judgement.MANUAL))
    link = source_link(book, INDICATOR_FORM, position)
    cells = (
        leaf.domain,
        centred(leaf.task),
        leaf.no,
        leaf.name,
        leaf.sub_name,
        leaf.measure,
        leaf.target,
        leaf.attribute,
        *[linked_answer(row, f"actual.{year}", link) for year in campaign.years],
        _self_entry(row),
        verdict_entry(state),
        row.verdict.basis if row and row.verdict else "",
        _gap(row, leaf),
        answer_cell(row, "due"),
        _lead_entry(campaign, leaf, row),
        version_cell(row.version if row else 0),
        found_entry(book, row.findings if row else ()),
        source_entry(book, INDICATOR_FORM, position),
    )
    kind = "missing" if row is None else "body"
    return Row(cells=kept(book, cells), kind=kind, anchor=position)


def _unlisted_row(book: Book, campaign: Campaign, found: Filed) -> Row:
    """A row that the catalogue does not know: shown, never judged against a target of ours."""
    position, row = found
    link = source_link(book, INDICATOR_FORM, position)
    cells = (
        centred(words("headings.unlisted"), tone="warn"),
        answer_cell(row, "task"),
        answer_cell(row, "no"),
        row.record.raw("indicator") or row.record.key,
        answer_cell(row, "sub_indicator"),
        answer_cell(row, "measure"),
        answer_cell(row, "target"),
        answer_cell(row, "attribute"),
        *[linked_answer(row, f"actual.{year}", link) for year in campaign.years],
        _self_entry(row),
        verdict_entry(str(row.verdict.judgement) if row.verdict else str(Judgement.MANUAL)),
        row.verdict.basis if row.verdict else "",
        answer_cell(row, "gap_plan"),
        answer_cell(row, "due"),
        campaign.unit_name(row.unit_id),
        version_cell(row.version),
        found_entry(book, row.findings),
        source_entry(book, INDICATOR_FORM, position),
    )
    return Row(cells=kept(book, cells), anchor=position)


def _lead_entry(campaign: Campaign, leaf: Indicator, row: MergedRow | None) -> Entry:
    """Return the lead; the reporter too when another unit reported the leaf."""
    lead = campaign.unit_name(leaf.lead)
    if row is None or row.unit_id == leaf.lead:
        return text(lead)
    reporter = f"{words('headings.reporter')}{words('punctuation.open')}{campaign.unit_name(row.unit_id)}"
    return text(f"{lead}\n{reporter}{words('punctuation.close')}", tone="warn")


def _self_entry(row: MergedRow | None) -> Entry:
    """Return what the unit says of itself; a claim that the reckoning denies stands out."""
    if row is None:
        return centred("")
    said = row.record.raw("self_verdict")
    if row.verdict and row.verdict.agreement == "claims_met":
        return marked("bad", said or words("self_verdicts.met"))
    return centred(said)


def _gap(row: MergedRow | None, leaf: Indicator) -> str:
    """Return how far a missed numeric target is away, and the unit's plan to close the gap."""
    if row is None:
        return ""
    plan = row.record.raw("gap_plan")
    if row.verdict is None or row.verdict.judgement is not Judgement.NOT_MET:
        return plan
    short = _shortfall(row, leaf)
    return words("punctuation.clause").join(part for part in (short, plan) if part)


def _shortfall(row: MergedRow, leaf: Indicator) -> str:
    assert row.verdict is not None
    bound, goal = _simple_target(leaf)
    answer = row.record.answers.get(f"actual.{row.verdict.year}")
    actual = answer.amount if answer else None
    if goal is None or actual is None or not actual.is_finite():
        return ""
    distance = goal - actual if bound == "at_least" else actual - goal
    measure = {"-": "", "%": words("notes.percentage_points")}.get(leaf.measure, leaf.measure)
    return words("notes.gap_short", amount=f"{distance:f}{measure}") if distance > 0 else ""


def _simple_target(leaf: Indicator) -> tuple[str, Decimal | None]:
    """Return the sense and the number of a target like ≥85 or a bare 100; (…, None) for any other."""
    target, bound = leaf.target.strip(), {"+": "at_least", "-": "at_most"}.get(leaf.polarity, "")
    for sense, signs in load_table("summary")["targets"].items():
        for sign in signs:
            if target.startswith(sign):
                bound, target = sense, target.removeprefix(sign).strip()
    try:
        number = Decimal(target)
    except InvalidOperation:
        return bound, None
    return bound, number if bound and number.is_finite() else None
