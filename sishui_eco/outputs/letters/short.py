"""One text of at most seventy characters for WeChat or SMS."""

from __future__ import annotations

from sishui_eco.outputs.letters.choosing import LetterPlan
from sishui_eco.outputs.letters.wording import clock, labels, say, short_date, table
from sishui_eco.spec.campaign import Campaign


def short_text(plan: LetterPlan, campaign: Campaign) -> str:
    """Return the longest wording that fits; what is owed and by when come before everything else."""
    limit: int = table("short")["limit"]
    parameters = {
        "unit": campaign.unit_name(plan.unit_id),
        "what": what_short(plan, campaign),
        "overdue": say("short.overdue", days=plan.days_overdue) if plan.days_overdue else "",
        "again": short_date(plan.due_again) + clock(campaign.deadline.time()),
        "email": campaign.office.email,
    }
    texts = [say(f"short.{size}", **parameters) for size in ("all", "middle", "small", "smallest")]
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
