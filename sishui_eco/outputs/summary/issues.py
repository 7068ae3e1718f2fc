"""问题清单, 会商单 and 人工复核: what is wrong, what several units must settle, what people must look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from sishui_eco.model.finding import Finding, Severity
from sishui_eco.model.outcome import Judgement, Outcome, StandingState, Verdict
from sishui_eco.model.place import Place
from sishui_eco.outputs.folding import Folded, fold_findings
from sishui_eco.outputs.styles import PAPER_A3
from sishui_eco.outputs.summary.book import Book, Entry, centred, count, text, words
from sishui_eco.outputs.summary.figures import INDICATOR_FORM
from sishui_eco.outputs.summary.laying import lay_sheet
from sishui_eco.outputs.summary.matters import Owners, joint_findings, owners_of, units_of
from sishui_eco.outputs.summary.parts import as_of_line, filed, source_entry, top_line
from sishui_eco.outputs.summary.table import Cell, Column, Row, Table
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import load_table

SEVERITY_TONES = {Severity.ERROR: "bad", Severity.DOUBT: "warn", Severity.NOTE: "none"}
SEVERITY_ORDER = tuple(Severity)
Targets = dict[tuple[str, str, str], tuple[str, int]]
SHOWN = 3  # records and values spelled out where like findings are told together


def lay_issues(book: Book, outcome: Outcome, campaign: Campaign) -> None:
    """Write every open finding: grave ones first, then by unit in roster order."""
    order = {unit.unit_id: number for number, unit in enumerate(campaign.units)}
    ranked = sorted(
        enumerate(fold_findings(outcome.findings)),
        key=lambda item: (
            SEVERITY_ORDER.index(item[1].first.severity),
            order.get(item[1].first.unit_id, len(order)),
            item[1].first.form,
            item[0],
        ),
    )
    targets, owners = _targets(outcome), owners_of(outcome)
    rows = (_issue_row(book, campaign, n, folded, targets, owners) for n, (_, folded) in enumerate(ranked, start=1))
    widths = {
        "number": (6, 7),
        "severity": (11, 11),
        "unit": (16, 22),
        "form": (8, 8),
        "record": (16, 26),
        "field": (10, 14),
        "raw": (12, 26),
        "what": (26, 40),
        "remedy": (26, 40),
        "place": (22, 36),
        "audience": (12, 14),
        "code": (7, 7),
        "row_link": (18, 20),
    }
    centre = ("form", "audience", "code")
    columns = tuple(
        Column(heading=words(f"headings.{key}"), least=a, most=b, align="center" if key in centre else "left")
        for key, (a, b) in widths.items()
    )
    table = Table(
        title=words("titles.issues"),
        left=top_line(campaign),
        right=as_of_line(book),
        columns=columns,
        rows=rows,
        notes=(words("notes.issues"),),
        frozen=3,
        paper=PAPER_A3,
    )
    lay_sheet(book, "issues", [table])


def _targets(outcome: Outcome) -> Targets:
    """Return where each (unit, form, record) that a finding is about stands: the sheet key and the position."""
    asked = {(finding.unit_id, finding.form, finding.record) for finding in outcome.findings}
    found: Targets = {}
    for form in {form for _, form, _ in asked} & set(outcome.merged):
        for position, row in filed(outcome, form):
            thing = (row.unit_id, form, row.record.key)
            if thing in asked:
                found.setdefault(thing, (form, position))
    return found


def _issue_row(
    book: Book,
    campaign: Campaign,
    number: int,
    folded: Folded,
    targets: Targets,
    owners: Owners,
) -> Row:
    finding = folded.first
    form = campaign.form_by_key.get(finding.form)
    tone = SEVERITY_TONES[finding.severity]
    cells = (
        number,
        centred(
            words(f"marks.{tone}") + words(f"severities.{finding.severity}"), tone="quiet" if tone == "none" else tone
        ),
        _unit_names(campaign, finding, owners),
        form.label if form else "",
        _several(item.record for item in folded.findings),
        field_heading(campaign, finding.form, finding.field),
        _several(item.raw for item in folded.findings),
        _what(folded),
        finding.remedy,
        places_text(folded.places),
        words(f"audiences.{finding.audience}"),
        finding.code,
        _row_link(book, finding, targets),
    )
    return Row(cells=cells)


def _several(texts: Iterable[str]) -> str:
    """Return texts told together: the first few, and that there are more."""
    distinct = [item for item in dict.fromkeys(texts) if item]
    shown = words("punctuation.list").join(distinct[:SHOWN])
    return words("notes.and_more", shown=shown, count=len(distinct)) if len(distinct) > SHOWN else shown


def _what(folded: Folded) -> str:
    if not folded.others:
        return folded.first.message
    return words("notes.folded", message=folded.first.message, count=len(folded.findings))


def _unit_names(campaign: Campaign, finding: Finding, owners: Owners) -> str:
    """Return whose finding it is; of the whole county when it points at no file at all."""
    units = [finding.unit_id] if finding.unit_id else units_of([finding], owners)
    if units:
        return words("punctuation.list").join(campaign.unit_name(unit) for unit in units)
    return words("notes.no_unit") if finding.places else words("notes.whole", region=campaign.region)


def _row_link(book: Book, finding: Finding, targets: Targets) -> Entry:
    """Return a link to the row a finding is about, or else to the file's line among the arrivals."""
    found = targets.get((finding.unit_id, finding.form, finding.record))
    if found is not None and (link := book.link(*found)):
        row = book.row_of(*found) or 0
        return centred(words("headings.sheet_row", sheet=book.name(found[0]), row=row + 1), tone="link", link=link)
    for place in finding.places:
        if link := book.link("arrivals", (place.file, place.member)):
            row = book.row_of("arrivals", (place.file, place.member)) or 0
            shown = words("headings.sheet_row", sheet=book.name("arrivals"), row=row + 1)
            return centred(shown, tone="link", link=link)
    if finding.unit_id and (link := book.link("progress", finding.unit_id)):
        return centred(book.name("progress"), tone="link", link=link)
    return text("")


def places_text(places: Sequence[Place]) -> str:
    """Return the places of a finding, cells of one sheet told together: `甲.xlsx › 附件2!H7、H9`."""
    groups: dict[tuple[str, str, str], list[str]] = {}
    for place in places:
        groups.setdefault((place.file, place.member, place.sheet), []).append(place.cell)
    lines = []
    for (file, member, sheet), cells in groups.items():
        whole = str(Place(file=file, member=member, sheet=sheet))
        named = words("punctuation.list").join(dict.fromkeys(cell for cell in cells if cell))
        lines.append(f"{whole}!{named}" if named else whole)
    return "\n".join(lines)


def field_heading(campaign: Campaign, form: str, key: str) -> str:
    """Return the heading of a field as the unit knows it."""
    if not key:
        return ""
    found = campaign.form_by_key[form].field(key) if form in campaign.form_by_key else None
    found = found or next((field for field in campaign.form_fields if field.key == key), None)
    if found:
        return f"{found.group}{found.heading}"
    return key.removeprefix("extra.")


def lay_joint(book: Book, outcome: Outcome, campaign: Campaign) -> None:
    """Write what several units say differently, with room for what the meeting decides."""
    rows, owners = [], owners_of(outcome)
    for number, ((_, record), findings) in enumerate(joint_findings(outcome).items(), start=1):
        units = [campaign.unit_name(unit) for unit in units_of(findings, owners)]
        places = [place for finding in findings for place in finding.places]
        entries = (
            count(number),
            text(record),
            text(words("punctuation.list").join(units)),
            text("\n".join(dict.fromkeys(finding.message for finding in findings))),
            text(places_text(places)),
            text("\n".join(dict.fromkeys(finding.remedy for finding in findings))),
            text(""),
            text(""),
        )
        rows.append(Row(cells=entries))
    widths = {
        "number": 6,
        "matter": 22,
        "units": 24,
        "what": 34,
        "place": 36,
        "advice": 30,
        "conclusion": 28,
        "signed": 14,
    }
    columns = tuple(Column(heading=words(f"headings.{key}"), least=width, most=width) for key, width in widths.items())
    _lay(book, "joint", outcome, campaign, columns, rows, PAPER_A3)


def lay_review(book: Book, outcome: Outcome, campaign: Campaign) -> None:
    """Write what the program does not decide: verdicts by hand, denied claims, seals, the clerk's findings."""
    rows = chain(
        _verdict_rows(book, outcome, campaign),
        _seal_rows(outcome, campaign),
        _clerk_rows(outcome, campaign),
        _asked_rows(outcome, campaign),
    )
    numbered = (Row(cells=(number, *row.cells)) for number, row in enumerate(rows, start=1))
    widths = {
        "number": (6, 7),
        "kind": (14, 14),
        "unit": (16, 24),
        "record": (18, 28),
        "raw": (14, 26),
        "look": (34, 46),
        "source": (14, 30),
        "result": (20, 20),
        "reviewer": (14, 14),
    }
    columns = tuple(
        Column(heading=words(f"headings.{key}"), least=a, most=b, align="center" if key == "kind" else "left")
        for key, (a, b) in widths.items()
    )
    _lay(book, "review", outcome, campaign, columns, numbered, PAPER_A3)


def _lay(
    book: Book,
    key: str,
    outcome: Outcome,
    campaign: Campaign,
    columns: tuple[Column, ...],
    rows: Iterable[Row],
    paper: int,
) -> None:
    table = Table(
        title=words(f"titles.{key}"),
        left=top_line(campaign),
        right=as_of_line(book),
        columns=columns,
        rows=rows,
        notes=(words(f"notes.{key}"),) if key in load_table("summary")["notes"] else (),
        frozen=2,
        paper=paper,
    )
    lay_sheet(book, key, [table])


def _verdict_rows(book: Book, outcome: Outcome, campaign: Campaign) -> list[Row]:
    merged = {(row.unit_id, row.record.key): position for position, row in filed(outcome, INDICATOR_FORM)}
    denied = ("claims_met", "claims_not_met")
    wanted = [item for item in outcome.verdicts if item.judgement is Judgement.MANUAL or item.agreement in denied]
    rows = []
    for item in wanted:
        kind = "review_manual" if item.judgement is Judgement.MANUAL else "review_claims"
        position = merged.get((item.unit_id, item.record))
        source = source_entry(book, INDICATOR_FORM, position) if position is not None else _shown(item.place)
        rows.append(_review(kind, campaign.unit_name(item.unit_id), item.record, item.actual, _look(item), source))
    return rows


def _look(item: Verdict) -> str:
    agreement = words(f"agreements.{item.agreement}") if item.agreement in ("claims_met", "claims_not_met") else ""
    return words("punctuation.clause").join(part for part in (agreement, item.basis) if part)


def _review(kind: str, unit: str, record: str, raw: str, look: str, source: Cell) -> Row:
    return Row(cells=(words(f"notes.{kind}"), unit, record, raw, look, source, "", ""))


def _seal_rows(outcome: Outcome, campaign: Campaign) -> list[Row]:
    waiting = [item for item in outcome.standings if item.state is StandingState.AWAITING_SEAL]
    look = words("notes.review_seal_look")
    return [
        _review(
            "review_seal",
            campaign.unit_name(item.unit_id),
            campaign.form_by_key[item.form].label,
            words("punctuation.clause").join(item.owed),
            look,
            "",
        )
        for item in waiting
    ]


def _clerk_rows(outcome: Outcome, campaign: Campaign) -> list[Row]:
    owners = owners_of(outcome)
    joint = {finding for findings in joint_findings(outcome).values() for finding in findings}
    wanted = [
        finding
        for finding in outcome.findings
        if finding.audience == "clerk" and finding.severity is not Severity.NOTE and finding not in joint
    ]
    return [
        _review(
            "review_clerk",
            _unit_names(campaign, finding, owners),
            finding.record,
            finding.raw,
            f"{finding.message}{finding.remedy}",
            places_text(finding.places),
        )
        for finding in wanted
    ]


def _shown(place: Place | None) -> str:
    return str(place) if place else ""


def _asked_rows(outcome: Outcome, campaign: Campaign) -> Iterator[Row]:
    """Return what only people can judge: seals and signatures that came, and projects."""
    manual = {(item.unit_id, item.record) for item in outcome.verdicts if item.judgement is Judgement.MANUAL}
    subjects: dict[tuple[str, str], str] = {}
    for item in outcome.reviews:
        if (item.unit_id, item.record) in manual and item.form == INDICATOR_FORM:
            continue  # among the verdicts above
        asked = (item.form, item.subject)
        subject = subjects.get(asked)
        if subject is None:
            form = campaign.form_by_key.get(item.form)
            label = form.label if form else item.form
            subject = subjects[asked] = words("notes.review_subject", label=label, subject=item.subject)
        unit, place = campaign.unit_name(item.unit_id), _shown(item.place)
        yield _review("review_human", unit, item.record, subject, item.evidence, place)
