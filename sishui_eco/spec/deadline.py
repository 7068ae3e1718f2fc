"""The last moment on time, as the task sheet has it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import load_table


def cutoff(deadline: datetime, campaign: Campaign) -> datetime:
    """Return the last moment on time: the deadline, or the end of the day before when its day no longer counts."""
    table = load_table("checks")["deadline"]
    if campaign.parameter(table["inclusive"]) in table["yes"]:
        return deadline
    return datetime.combine(deadline.date() - timedelta(days=1), time.max)
