"""The issuing notice that goes out with the blanks."""

from __future__ import annotations

from datetime import datetime, time

from sishui_eco.outputs.letters import frame
from sishui_eco.outputs.letters.blocks import Block, Paragraph, Table
from sishui_eco.outputs.letters.official import write_official
from sishui_eco.outputs.letters.wording import basis_of, full_moment, labels, say, subject_of, table
from sishui_eco.spec.campaign import Campaign, Form

PRODUCT = "notice"


def write_notice(campaign: Campaign) -> bytes:
    """Return the notice as docx: what to fill in, by when, how, seal, nil returns; units and forms as annex."""
    opening = say("notice.opening", basis=basis_of(campaign), subject=subject_of(campaign))
    body: list[Block] = [Paragraph(text=opening)]
    for number, (title, lines) in enumerate(_sections(campaign), 1):
        body.append(frame.level1(number, title))
        if len(lines) == 1:
            body.append(Paragraph(text=lines[0]))
        else:
            body += [Paragraph(lead=frame.level2(at), text=line) for at, line in enumerate(lines, 1)]
    forms = [say("notice.annex_form", title=form.title, label=form.label) for form in _owed_forms(campaign)]
    name = say("notice.annex_list")
    label = say("parts.annex_label_number", number=len(forms) + 1)
    return write_official(
        say("notice.heading", subject=subject_of(campaign)),
        say("notice.addressee"),
        body,
        [*forms, name],
        frame.annex(label, name, _units(campaign)),
        campaign,
        datetime.combine(campaign.notice_date, time(8, 0)),
        PRODUCT,
    )


def _owed_forms(campaign: Campaign) -> list[Form]:
    return [form for form in campaign.forms if any(form.key in unit.forms for unit in campaign.units)]


def _sections(campaign: Campaign) -> list[tuple[str, list[str]]]:
    office = campaign.office
    sealed = [form.key for form in campaign.forms if form.sealed]
    nil = [form.key for form in campaign.forms if form.nil_allowed]
    sections = [
        (say("notice.content"), [_form(form, campaign) for form in _owed_forms(campaign)]),
        (say("notice.timing"), [say("notice.timing_text", due=full_moment(campaign.deadline))]),
        (say("notice.way"), [say("notice.way_text", email=office.email)]),
    ]
    if sealed:
        text = say("notice.seal_text", forms=labels(sealed, campaign), address=office.address)
        sections.append((say("notice.seal"), [text]))
    if nil:
        sections.append((say("notice.nil"), [say("notice.nil_text", forms=labels(nil, campaign))]))
    return sections


def _form(form: Form, campaign: Campaign) -> str:
    words = table("notice")
    detail = str(words.get(f"detail_{form.key}", ""))
    count = sum(form.key in unit.forms for unit in campaign.units)
    years = words["years_joint"].join(str(year) for year in campaign.years)
    first, last = campaign.window
    told = detail.format(years=years, first=first, last=last)
    return say("notice.form", label=form.label, title=form.title, count=count, detail=told)


def _units(campaign: Campaign) -> Table:
    words = table("notice")
    owing = [unit for unit in campaign.units if unit.forms]
    rows = tuple((str(at), unit.name, labels(unit.forms, campaign)) for at, unit in enumerate(owing, 1))
    return Table(columns=tuple(words["columns"]), widths=tuple(words["widths"]), rows=rows, centred=(0,), dense=True)
