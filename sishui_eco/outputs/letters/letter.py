"""The letter to one unit: what is missing, what is to be mended, by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sishui_eco.model.finding import Finding, Severity
from sishui_eco.model.outcome import Outcome
from sishui_eco.outputs.letters import frame
from sishui_eco.outputs.letters.blocks import NUMBER, Block, Paragraph, Table
from sishui_eco.outputs.letters.choosing import LetterPlan
from sishui_eco.outputs.letters.page import face_of
from sishui_eco.outputs.letters.wording import (
    again_moment,
    basis_of,
    cells_text,
    default,
    form_label,
    form_name,
    full_date,
    full_moment,
    labels,
    say,
    setting,
    subject_of,
    table,
    width,
)
from sishui_eco.outputs.letters.writing import write_document
from sishui_eco.spec.campaign import Campaign

PRODUCT = "letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Findings that say the same of the same form, told once."""

    finding: Finding
    label: str
    cells: str

    @property
    def place(self) -> str:
        """Where, in words; a sheet named like the form is not named twice."""
        places = self.finding.places
        name = places[0].sheet if places else ""
        sheet = say("body.sheet", sheet=name) if name else ""
        label = "" if self.label in name else self.label
        return say("body.place", label=label, sheet=sheet, cells=self.cells)


def write_letter(
    plan: LetterPlan,
    outcome: Outcome,
    campaign: Campaign,
    *,
    plain: bool | None = None,
    sealed: bool | None = None,
) -> bytes:
    """Return the letter as docx in the letter form of the standard.

    `plain` leaves the red head and lines out, for pre-printed paper; `sealed` places signature and date
    for a seal, which is never drawn. Both come from the settings when not given.
    """
    plain = setting("paper", campaign) == default("preprinted") if plain is None else plain
    sealed = setting("sealed", campaign) != default("no") if sealed is None else sealed
    told = told_findings(plan.findings, campaign)
    body = letter_body(plan, told, outcome, campaign)
    names, annexes = _annexes(plan, told, campaign)
    year = outcome.as_of.year
    number = Paragraph(style=NUMBER, text=(setting("number", campaign) or say("parts.number")).format(year=year))
    addressee = frame.joined([campaign.unit_name(unit_id) for unit_id in plan.unit_ids or (plan.unit_id,)])
    head = frame.top(number, plan.heading, addressee, campaign)
    tail = frame.enclosures(names)
    body = frame.kept(body)
    name, day = campaign.office.signature, outcome.as_of.date()
    end = [*frame.contact(campaign), *frame.copies(campaign)]
    page, pitch = frame.fitted(
        [
            [*head, *body, *tail, *frame.signature(name, day, sealed=sealed, blanks=blanks), *end]
            for blanks in ((2, 1) if sealed else (1,))
        ]
    )
    return write_document(
        [*page, *annexes],
        face=face_of(campaign),
        section="plain" if plain else "letter",
        product=PRODUCT,
        title=plan.heading,
        moment=outcome.as_of,
        pitch=pitch,
    )


# --- the body ------------------------------------------------------------------------------------------


def letter_body(plan: LetterPlan, told: Sequence[Told], outcome: Outcome, campaign: Campaign) -> list[Block]:
    """Return the paragraphs of the body; a letter with findings is divided under headings."""
    opening = Paragraph(text=say(f"opening.{opening_key(plan)}", **parameters(plan, outcome, campaign)))
    request = Paragraph(text=request_text(plan, campaign))
    closing = Paragraph(text=say("requests.closing"))
    if not plan.mend and plan.kind != "joint":
        return [opening, request, closing]
    if plan.kind == "joint" and len(told) <= table("body")["undivided"]:
        return [opening, *finding_paragraphs(plan, told), request, closing]
    sections: list[Block] = [opening]
    if plan.missing or plan.seal:
        sections += [frame.level1(1, say("sections.missing"))]
        sections += [Paragraph(text=say("body.missing", missing=missing_text(plan, campaign)))]
    number = 2 if plan.missing or plan.seal else 1
    sections += [frame.level1(number, say("sections.joint" if plan.kind == "joint" else "sections.mend"))]
    sections += finding_paragraphs(plan, told)
    return [*sections, frame.level1(number + 1, say("sections.requirements")), request, closing]


def opening_key(plan: LetterPlan) -> str:
    """Return which opening fits: by kind, and by whether things are missing, to be mended, or both."""
    owed = bool(plan.missing or plan.seal)
    if plan.kind == "urge" and plan.mend:
        return "urge_both" if owed else "urge_mend"
    if plan.kind in ("chase", "reminder") and plan.mend:
        return f"{plan.kind}_mend"
    if plan.kind == "correction" and owed:
        return "reminder_mend"
    if plan.kind == "reminder" and plan.days_left == 0:
        return "reminder_today"
    return plan.kind


def parameters(plan: LetterPlan, outcome: Outcome, campaign: Campaign) -> dict[str, object]:
    """Return everything an opening may name."""
    return {
        "basis": basis_of(campaign),
        "due": full_moment(campaign.deadline),
        "subject": subject_of(campaign),
        "today": full_date(outcome.as_of.date()),
        "left": plan.days_left,
        "days": plan.days_overdue,
        "missing": missing_text(plan, campaign),
        "returned": frame.joined([form_name(key, campaign) for key in plan.mend or plan.seal]),
        "counted": counted(plan.findings),
        "sent": say("counted.sent", count=plan.sent_before) if plan.sent_before else "",
        "count": len(plan.unit_ids),
        "findings": len(plan.findings),
    }


def counted(findings: Sequence[Finding]) -> str:
    """Return how many places are to be mended and how many to be explained."""
    errors = sum(item.severity is Severity.ERROR for item in findings)
    doubts = len(findings) - errors
    key = "both" if errors and doubts else "errors" if errors else "doubts" if doubts else "none"
    return say(f"counted.{key}", errors=errors, doubts=doubts)


def missing_text(plan: LetterPlan, campaign: Campaign) -> str:
    """Return the names of what has not come: forms with their titles, sealed copies."""
    names = [form_name(key, campaign) for key in plan.missing]
    for key in plan.seal:
        kind = "nil_seal" if key in plan.nil else "seal"
        names.append(say(f"owed.{kind}", label=form_label(key, campaign)))
    return frame.joined(names)


def request_text(plan: LetterPlan, campaign: Campaign) -> str:
    """Return what is asked, by when and where to."""
    owed = bool(plan.missing or plan.seal)
    key = plan.kind
    if key == "urge" and plan.mend:
        key = "urge_mend" if owed else "urge_faults"
    elif plan.mend and owed:
        key = "chase_mend"
    concerned = (*plan.missing, *plan.mend, *plan.seal)
    sealed = [form.key for form in campaign.forms if form.sealed and form.key in concerned]
    office = campaign.office
    nil = [form for form in campaign.forms if form.nil_allowed and form.key in plan.missing]
    return say(
        f"requests.{key}",
        again=again_moment(plan.due_again, campaign),
        email=office.email,
        address=office.address,
        seal=say("requests.seal", forms=labels(sealed, campaign), address=office.address) if sealed else "",
        nil=say("requests.nil") if nil else "",
        forms=frame.joined([form_name(key, campaign) for key in plan.nil]),
    )


# --- findings --------------------------------------------------------------------------------------------


def told_findings(findings: Sequence[Finding], campaign: Campaign) -> tuple[Told, ...]:
    """Return the findings to be told, like ones of one sheet together, in the given order."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for item in findings:
        sheet = (item.places[0].file, item.places[0].member, item.places[0].sheet) if item.places else ()
        groups.setdefault((item.code, item.form, item.severity, sheet, item.message, item.remedy), []).append(item)
    return tuple(_told(group, campaign) for group in groups.values())


def _told(group: Sequence[Finding], campaign: Campaign) -> Told:
    first = group[0]
    places = tuple(dict.fromkeys(place for item in group for place in item.places))
    return Told(finding=first, label=form_label(first.form, campaign), cells=cells_text(places))


def finding_paragraphs(plan: LetterPlan, told: Sequence[Told]) -> list[Block]:
    """Return the findings quoted in the body: all when few, the gravest when many."""
    limits = table("body")
    if not told:
        return [Paragraph(text=say("body.no_findings"))]
    many = len(told) > limits["findings_shown"]
    shown = told[: limits["findings_sampled"]] if many else told
    lines: list[Block] = [
        Paragraph(text=frame.item(at, quoted(item, joint=plan.kind == "joint"))) for at, item in enumerate(shown, 1)
    ]
    if many:
        lines.append(Paragraph(text=say("body.more", count=len(told))))
    elif plan.kind != "joint":
        lines.append(Paragraph(text=say("body.marked")))
    return lines


def quoted(told: Told, *, joint: bool = False) -> str:
    """Return one finding as a sentence: where, what, why, what to do."""
    key = "error" if told.finding.severity is Severity.ERROR else "doubt"
    key = "joint" if joint else key
    message, remedy = shortened(told.finding.message), shortened(told.finding.remedy)
    return say(f"body.quote_{key}", place=told.place, message=message, remedy=remedy)


def shortened(text: str) -> str:
    """Return a text cut to what a letter can quote."""
    limit = table("body")["text_limit"]
    return text if width(text) <= limit else text[: limit - 1] + say("body.ellipsis")


def _annexes(plan: LetterPlan, told: Sequence[Told], campaign: Campaign) -> tuple[list[str], list[Block]]:
    """Return names for the list of annexes and the annex pages: the table of findings, the marked copies."""
    words = table("annexes")
    names = [say("annexes.sendback", label=form_label(key, campaign)) for key in plan.mend]
    if len(told) <= table("body")["findings_shown"]:
        return names, []
    rows = tuple(
        (
            str(at),
            item.place,
            shortened(item.finding.message),
            shortened(item.finding.remedy),
        )
        for at, item in enumerate(told, 1)
    )
    content = Table(columns=tuple(words["columns"]), widths=tuple(words["widths"]), rows=rows, centred=(0,))
    label = say("parts.annex_label_number", number=1) if names else say("parts.annex_label")
    return [words["issues"], *names], frame.annex(label, words["issues"], content)
