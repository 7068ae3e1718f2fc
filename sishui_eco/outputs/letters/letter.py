"""The letter to one unit: what is missing, what is to be mended, by when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from sishui_eco.model.finding import Finding, Severity
from sishui_eco.model.outcome import Outcome
from sishui_eco.outputs.letters import frame
from sishui_eco.outputs.letters.blocks import NUMBER, Block, Paragraph
from sishui_eco.outputs.letters.choosing import LetterPlan
from sishui_eco.outputs.letters.page import face_of
from sishui_eco.outputs.letters.rendering import Facts, render, title_of
from sishui_eco.outputs.letters.template_files import Templates, template_of
from sishui_eco.outputs.letters.wording import (
    again_moment,
    basis_of,
    cells_text,
    default,
    form_label,
    form_name,
    form_title,
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


class Told(msgspec.Struct, frozen=True, kw_only=True):
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
    templates: Templates | None = None,
) -> bytes:
    """Return the letter as docx in the letter form of the standard.

    `plain` leaves the red head and lines out, for pre-printed paper; `sealed` places signature and date
    for a seal, which is never drawn. Both come from the settings when not given. `templates` are the
    office's own texts, by kind.
    """
    plain = setting("paper", campaign) == default("preprinted") if plain is None else plain
    sealed = setting("sealed", campaign) != default("no") if sealed is None else sealed
    template = template_of(plan.kind, campaign, templates)
    told = told_findings(plan.findings, campaign)
    text = render(template, letter_facts(plan, told, outcome, campaign))
    names = [name for name, _ in text.annexes]
    names += [say("annexes.sendback", title=form_title(key, campaign)) for key in (*plan.mend, *plan.check)]
    year = outcome.as_of.year
    number = Paragraph(style=NUMBER, text=(setting("number", campaign) or say("parts.number")).format(year=year))
    head = frame.top(number, text.title, text.addressee, campaign)
    tail = frame.enclosures(names)
    name, day = campaign.office.signature, outcome.as_of.date()
    contact, copies = frame.contact(campaign), frame.copies(campaign, bottom=not text.annexes)
    end = [*contact, *copies] if text.annexes else [*copies, *contact]

    def version(body: Sequence[Block], blanks: int) -> list[Block]:
        signed = frame.signature(name, day, sealed=sealed, blanks=blanks)
        return [*head, *frame.kept(body), *tail, *signed, *end]

    spaces = (2, 1) if sealed else (1,)
    page, pitch = frame.fitted(
        [version(text.body, blanks) for blanks in spaces],
        lambda: version(frame.drawn_in(text.body), spaces[-1]),
    )
    return write_document(
        [*page, *frame.annexes(text.annexes, len(names))],
        face=face_of(campaign),
        section="plain" if plain else "letter",
        product=PRODUCT,
        title=text.title,
        moment=outcome.as_of,
        pitch=pitch,
    )


def headed(plan: LetterPlan, outcome: Outcome, campaign: Campaign, templates: Templates) -> LetterPlan:
    """Return the plan with the title that the office's template gives the letter."""
    if plan.kind not in templates:
        return plan
    facts = letter_facts(plan, told_findings(plan.findings, campaign), outcome, campaign)
    return replace(plan, heading=title_of(templates[plan.kind], facts))


# --- what a template may name -----------------------------------------------------------------------------


def letter_facts(plan: LetterPlan, told: Sequence[Told], outcome: Outcome, campaign: Campaign) -> Facts:
    """Return everything the text of a letter may name, by the keys of zh/letter_templates.toml."""
    limits = table("body")
    many = len(told) > limits["findings_shown"]
    listed = [_row(number, item) for number, item in enumerate(told, 1)]
    owed = bool(plan.missing or plan.seal)
    sealed = sealed_forms(plan, campaign)
    values = {**_values(plan, outcome, campaign), "sealed": labels(sealed, campaign), "total": str(len(told))}
    flags = {
        "left": plan.days_left > 0,
        "owed": owed,
        "mend": bool(plan.mend),
        "told": bool(told),
        "many": many,
        "divided": owed or len(told) > limits["undivided"],
        "several": len(told) > 1,
        "check": bool(plan.check),
        "unread": bool(plan.unread),
        "sealed": bool(sealed),
        "nil": any(form.nil_allowed and form.key in plan.missing for form in campaign.forms),
        "sent": plan.sent_before > 0,
    }
    shown = listed[: limits["findings_sampled"]] if many else listed
    return Facts(values=values, flags=flags, rows={"shown": shown, "listed": listed})


def _values(plan: LetterPlan, outcome: Outcome, campaign: Campaign) -> dict[str, str]:
    office = campaign.office
    return {
        "subject": subject_of(campaign),
        "addressee": frame.joined([campaign.unit_name(unit_id) for unit_id in plan.unit_ids or (plan.unit_id,)]),
        "basis": basis_of(campaign),
        "due": full_moment(campaign.deadline),
        "today": full_date(outcome.as_of.date()),
        "again": again_moment(plan.due_again, campaign),
        "left": str(plan.days_left),
        "days": str(plan.days_overdue),
        "missing": missing_text(plan, campaign),
        "returned": frame.joined([form_name(key, campaign) for key in plan.mend or plan.seal]),
        "counted": counted(plan.findings),
        "check": labels(plan.check, campaign),
        "unread": frame.joined([say("owed.file", name=shortened(name)) for name, _, _ in plan.unread]),
        "sent": str(plan.sent_before),
        "count": str(len(plan.unit_ids)),
        "findings": str(len(plan.findings)),
        "nil_forms": frame.joined([form_name(key, campaign) for key in plan.nil]),
        "email": office.email,
        "address": office.address,
        "contact": office.contact,
        "phone": office.phone,
    }


def _row(number: int, told: Told) -> Facts:
    finding = told.finding
    values = {
        "number": str(number),
        "place": told.place,
        "message": shortened(finding.message),
        "remedy": shortened(finding.remedy),
    }
    return Facts(values=values, flags={"doubt": finding.severity is not Severity.ERROR})


def sealed_forms(plan: LetterPlan, campaign: Campaign) -> list[str]:
    """Return the forms of a letter that must come with a seal."""
    concerned = (*plan.missing, *plan.mend, *plan.seal)
    return [form.key for form in campaign.forms if form.sealed and form.key in concerned]


def counted(findings: Sequence[Finding]) -> str:
    """Return how many places are to be mended and how many to be explained."""
    errors = sum(item.severity is Severity.ERROR for item in findings)
    doubts = len(findings) - errors
    key = "both" if errors and doubts else "errors" if errors else "doubts" if doubts else "none"
    return say(f"counted.{key}", errors=errors, doubts=doubts)


def missing_text(plan: LetterPlan, campaign: Campaign) -> str:
    """Return the names of what has not come: forms with their titles, sealed copies."""
    return frame.joined([*(form_name(key, campaign) for key in plan.missing), *sealed_names(plan, campaign)])


def sealed_names(plan: LetterPlan, campaign: Campaign) -> list[str]:
    """Return the names of the sealed copies that have not come."""
    kinds = (("nil_seal" if key in plan.nil else "seal", key) for key in plan.seal)
    return [say(f"owed.{kind}", label=form_label(key, campaign)) for kind, key in kinds]


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


def shortened(text: str) -> str:
    """Return a text cut to what a letter can quote."""
    limit = table("body")["text_limit"]
    return text if width(text) <= limit else text[: limit - 1] + say("body.ellipsis")
