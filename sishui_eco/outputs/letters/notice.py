"""The issuing notice that goes out with the blanks."""

from __future__ import annotations

from datetime import datetime, time

from sishui_eco.outputs.letters import frame
from sishui_eco.outputs.letters.official import write_official
from sishui_eco.outputs.letters.rendering import Facts, render
from sishui_eco.outputs.letters.template_files import Templates, template_of
from sishui_eco.outputs.letters.wording import (
    basis_of,
    form_name,
    full_date,
    full_moment,
    labels,
    say,
    subject_of,
    table,
)
from sishui_eco.spec.campaign import Campaign, Form

PRODUCT = "notice"


def write_notice(campaign: Campaign, templates: Templates | None = None) -> bytes:
    """Return the notice as docx: what to fill in, by when, how, seal, nil returns; units and forms as annex."""
    text = render(template_of("notice", campaign, templates), _facts(campaign))
    forms = [say("notice.annex_form", title=form.title, label=form.label) for form in _owed_forms(campaign)]
    names = [*forms, *(name for name, _ in text.annexes)]
    return write_official(
        text,
        names,
        frame.annexes(text.annexes, len(names), first=len(forms) + 1),
        campaign,
        datetime.combine(campaign.notice_date, time(8, 0)),
        PRODUCT,
    )


def _owed_forms(campaign: Campaign) -> list[Form]:
    return [form for form in campaign.forms if any(form.key in unit.forms for unit in campaign.units)]


def _facts(campaign: Campaign) -> Facts:
    office, owed = campaign.office, _owed_forms(campaign)
    sealed = [form.key for form in campaign.forms if form.sealed]
    nil = [form.key for form in campaign.forms if form.nil_allowed]
    return Facts(
        values={
            "subject": subject_of(campaign),
            "basis": basis_of(campaign),
            "due": full_moment(campaign.deadline),
            "again": full_moment(campaign.deadline),
            "today": full_date(campaign.notice_date),
            "email": office.email,
            "address": office.address,
            "contact": office.contact,
            "phone": office.phone,
            "sealed": labels(sealed, campaign),
            "nil_forms": labels(nil, campaign),
            "total": str(sum(bool(unit.forms) for unit in campaign.units)),
            "obligations": str(sum(len(unit.forms) for unit in campaign.units)),
        },
        flags={"sealed": bool(sealed), "nil_forms": bool(nil), "many": len(owed) > 1},
        rows={"forms": [_form(form, campaign) for form in owed], "units": _units(campaign)},
    )


def _form(form: Form, campaign: Campaign) -> Facts:
    words = table("notice")
    detail = str(words.get(f"detail_{form.key}", ""))
    count = sum(form.key in unit.forms for unit in campaign.units)
    years = words["years_joint"].join(str(year) for year in campaign.years)
    first, last = campaign.window
    told = detail.format(years=years, first=first, last=last)
    return Facts(values={"form": form_name(form.key, campaign), "count": str(count), "detail": told})


def _units(campaign: Campaign) -> list[Facts]:
    owing = [unit for unit in campaign.units if unit.forms]
    return [
        Facts(values={"number": str(at), "unit": unit.name, "forms": labels(unit.forms, campaign)})
        for at, unit in enumerate(owing, 1)
    ]
