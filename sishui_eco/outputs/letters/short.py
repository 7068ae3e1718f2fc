"""One text of at most seventy characters for WeChat or SMS."""

from __future__ import annotations

from collections.abc import Sequence

from sishui_eco.outputs.letters.choosing import LetterPlan
from sishui_eco.outputs.letters.wording import clock, labels, say, short_date, table
from sishui_eco.spec.campaign import Campaign


def short_texts(plan: LetterPlan, campaign: Campaign) -> tuple[tuple[str, str], ...]:
    """Return (unit, text) for every unit a letter goes to."""
    if len(plan.unit_ids) < 2:
        return ((campaign.unit_name(plan.unit_id), short_text(plan, campaign)),)
    return tuple((campaign.unit_name(unit_id), _joint_text(plan, unit_id, campaign)) for unit_id in plan.unit_ids)


def _joint_text(plan: LetterPlan, unit_id: str, campaign: Campaign) -> str:
    others = [campaign.unit_name(other) for other in plan.unit_ids if other != unit_id]
    return _fitting(
        ("joint", "joint_middle", "joint_small"),
        unit=campaign.unit_name(unit_id),
        others=str(table("joint")).join(others),
        count=len(plan.findings),
        again=short_date(plan.due_again) + clock(campaign.deadline.time()),
        email=campaign.office.email,
    )


def short_text(plan: LetterPlan, campaign: Campaign) -> str:
    """Return the longest wording that fits; what is owed and by when come before everything else."""
    parameters = {
        "unit": campaign.unit_name(plan.unit_id),
        "what": what_short(plan, campaign),
        "overdue": say("short.overdue", days=plan.days_overdue) if plan.days_overdue else "",
        "again": short_date(plan.due_again) + clock(campaign.deadline.time()),
        "email": campaign.office.email,
    }
    return _fitting(("all", "middle", "small", "smallest"), **parameters)


def _fitting(sizes: Sequence[str], **parameters: object) -> str:
    limit: int = table("short")["limit"]
    texts = [say(f"short.{size}", **parameters) for size in sizes]
    return next((text for text in texts if len(text) <= limit), texts[-1][:limit])


def what_short(plan: LetterPlan, campaign: Campaign) -> str:
    """Return what is owed in a few words."""
    parts = [
        say(f"short.{key}", labels=labels(forms, campaign))
        for key, forms in (
            ("unread" if plan.unread else "missing", plan.missing),
            ("mend", plan.mend),
            ("seal", plan.seal),
        )
        if forms
    ]
    return str(table("comma")).join(parts) or plan.title
