"""版本变化, 整改情况, 版本取舍 and 裁定: what changed between versions, which one counts, what the clerk decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sishui_eco.model.outcome import Change, DecisionEffect, Outcome, Version
from sishui_eco.outputs.styles import PAPER_A3
from sishui_eco.outputs.summary.book import Book, centred, text, words
from sishui_eco.outputs.summary.issues import field_heading
from sishui_eco.outputs.summary.laying import lay_sheet
from sishui_eco.outputs.summary.parts import as_of_line, marked, top_line
from sishui_eco.outputs.summary.table import Column, Row, Table
from sishui_eco.spec.campaign import Campaign, Decision

_CENTRED = frozenset({"form", "from_to", "version", "received"})
FATES = ("open", "new", "explained", "mended")


def lay_versions(book: Book, outcome: Outcome, campaign: Campaign) -> None:
    """Write the differences between versions, a sheet each: values, findings, which version counts and why.

    A sheet each, because a printer repeats the headings of one table only.
    """
    lay_sheet(book, "versions", [_changes_table(book, outcome, campaign)])
    lay_sheet(book, "fates", [_fates_table(book, outcome, campaign)])
    lay_sheet(book, "choices", [_versions_table(book, outcome, campaign)])


def _columns(widths: dict[str, tuple[float, float]]) -> tuple[Column, ...]:
    return tuple(
        Column(heading=words(f"headings.{key}"), least=a, most=b, align="center" if key in _CENTRED else "left")
        for key, (a, b) in widths.items()
    )


def _changes_table(book: Book, outcome: Outcome, campaign: Campaign) -> Table:
    columns = _columns(
        {
            "number": (6, 7),
            "unit": (18, 24),
            "form": (8, 9),
            "from_to": (12, 14),
            "record": (20, 28),
            "field": (12, 18),
            "before": (20, 36),
            "after": (20, 36),
            "place": (24, 36),
        }
    )
    rows = [_change_row(campaign, number, item) for number, item in enumerate(value_changes(outcome), start=1)]
    return Table(
        title=words("titles.changes"),
        left=top_line(campaign),
        right=as_of_line(book),
        columns=columns,
        rows=rows,
        frozen=2,
        paper=PAPER_A3,
    )


def value_changes(outcome: Outcome) -> list[Change]:
    return [item for item in outcome.changes if not item.fate]


def _fates_table(book: Book, outcome: Outcome, campaign: Campaign) -> Table:
    """Return what became of each finding from one version to the next: what is still open first."""
    columns = _columns(
        {
            "number": (6, 7),
            "unit": (18, 24),
            "form": (8, 9),
            "from_to": (12, 14),
            "record": (20, 28),
            "field": (12, 18),
            "what": (20, 36),
            "fate": (12, 14),
            "place": (24, 36),
        }
    )
    told = sorted((item for item in outcome.changes if item.fate), key=lambda item: FATES.index(item.fate))
    rows = [_fate_row(campaign, number, item) for number, item in enumerate(told, start=1)]
    return Table(
        title=words("titles.fates"),
        left=top_line(campaign),
        right=as_of_line(book),
        columns=columns,
        rows=rows,
        frozen=2,
        paper=PAPER_A3,
    )


def _of_what(campaign: Campaign, number: int, item: Change) -> tuple[int | str, ...]:
    """Return the cells that tell whose change it is, between which versions and of which record."""
    form = campaign.form_by_key.get(item.form)
    versions = words("notes.from_to", old=item.from_version, new=item.to_version)
    return number, campaign.unit_name(item.unit_id), form.label if form else item.form, versions, item.record


def _fate_row(campaign: Campaign, number: int, item: Change) -> Row:
    cells = (
        *_of_what(campaign, number, item),
        field_heading(campaign, item.form, item.field),
        item.after or item.before,
        marked("warn" if item.fate in ("open", "new") else "good", words(f"fates.{item.fate}")),
        str(item.place) if item.place else "",
    )
    return Row(cells=cells)


def _change_row(campaign: Campaign, number: int, item: Change) -> Row:
    whole = "" if item.field else words(f"notes.changed_whole_{'removed' if item.before else 'added'}")
    cells = (
        *_of_what(campaign, number, item),
        field_heading(campaign, item.form, item.field) or whole,
        item.before,
        item.after,
        str(item.place) if item.place else "",
    )
    return Row(cells=cells)


def _versions_table(book: Book, outcome: Outcome, campaign: Campaign) -> Table:
    columns = _columns(
        {
            "number": (6, 7),
            "unit": (18, 24),
            "form": (8, 9),
            "version": (10, 14),
            "received": (16, 18),
            "counts": (12, 18),
            "reason": (20, 36),
            "file": (24, 36),
            "evidence": (24, 64),
        }
    )
    order = {unit.unit_id: number for number, unit in enumerate(campaign.units)}
    ranked = sorted(
        worth_telling(outcome.versions),
        key=lambda item: (order.get(item.submission.unit_id, len(order)), item.submission.form, item.number),
    )
    rows = [_version_row(campaign, number, item) for number, item in enumerate(ranked, start=1)]
    return Table(
        title=words("titles.versions"),
        left=top_line(campaign),
        right=as_of_line(book),
        columns=columns,
        rows=rows,
        frozen=2,
        paper=PAPER_A3,
    )


def worth_telling(versions: Sequence[Version]) -> list[Version]:
    """Return the versions a choice was made about: several of one unit and form, or one that does not count."""
    many = Counter((item.submission.unit_id, item.submission.form) for item in versions)
    return [item for item in versions if many[item.submission.unit_id, item.submission.form] > 1 or not item.counts]


def _version_row(campaign: Campaign, number: int, item: Version) -> Row:
    submission = item.submission
    form = campaign.form_by_key.get(submission.form)
    unit = campaign.unit_name(submission.unit_id) if submission.unit_id else words("notes.no_unit")
    if item.excluded:
        used = marked("none", words("notes.excluded"))
    else:
        used = marked("good", words("notes.counts")) if item.counts else marked("none", words("notes.not_counts"))
    cells = (
        number,
        unit,
        form.label if form else submission.form,
        words("notes.version", number=item.number),
        f"{submission.arrival.received:%Y-%m-%d %H:%M}",
        used,
        item.reason,
        str(submission.arrival.place),
        submission.evidence,
    )
    return Row(cells=cells)


def lay_decisions(book: Book, outcome: Outcome, campaign: Campaign) -> None:
    """Write the clerk's recorded overrides and what each of them did."""
    columns = _columns(
        {
            "no_decision": (8, 10),
            "decision": (11, 12),
            "scope": (30, 44),
            "value": (14, 24),
            "why": (24, 36),
            "who": (12, 16),
            "until": (12, 12),
            "matched": (14, 18),
            "effect": (24, 36),
        }
    )
    rows = [_decision_row(campaign, item) for item in outcome.decisions]
    table = Table(
        title=words("titles.decisions"),
        left=top_line(campaign),
        right=as_of_line(book),
        columns=columns,
        rows=rows,
        frozen=2,
        paper=PAPER_A3,
    )
    lay_sheet(book, "decisions", [table])


def _decision_row(campaign: Campaign, item: DecisionEffect) -> Row:
    decision = item.decision
    assert isinstance(decision, Decision)
    form = campaign.form_by_key.get(decision.form)
    parts = (
        decision.file,
        campaign.unit_name(decision.unit_id) if decision.unit_id else "",
        form.label if form else decision.form,
        decision.record,
        field_heading(campaign, decision.form, decision.field),
        decision.code,
    )
    matched = words("notes.hit", count=item.matched) if item.matched else words("notes.no_hit")
    entries = (
        centred(decision.number),
        centred(words(f"decision_actions.{decision.action}")),
        text(words("punctuation.clause").join(part for part in parts if part)),
        text(campaign.unit_name(decision.value) if decision.action == "assign_unit" else decision.value),
        text(decision.why),
        centred(decision.who),
        centred(decision.until.isoformat() if decision.until else ""),
        centred(matched, tone="" if item.matched else "warn"),
        text(item.what),
    )
    return Row(cells=entries)
