"""What the command line prints: a sentence by its key, the figures of a run, where each unit stands."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sishui_eco.model.finding import Severity
from sishui_eco.spec.campaign import Campaign
from sishui_eco.telling import Told
from sishui_eco.zh import load_table, word


def say(key: str, **parameters: object) -> None:
    print(word(f"say.{key}", "cli", **parameters))


def say_told(told: Told) -> None:
    """Say in a few lines what came, where it stands, what is wrong, and that no row was lost."""
    named = ("read", "duplicate", "superseded", "supporting", "refused", "unrecognised")
    other = sum(count for name, count in told.verdicts.items() if name not in (*named, "nil_return"))
    verdicts = Counter(told.verdicts)
    say(
        "collect",
        arrivals=told.arrivals,
        nil=verdicts["nil_return"],
        other=other,
        **{name: verdicts[name] for name in named},
    )
    names = ("accepted", "nil", "to_mend", "awaiting_seal", "missing")
    say("standings", total=told.standings, **{name: told.states.get(name, 0) for name in names})
    say("verdicts", **{name: told.judgements.get(name, 0) for name in ("met", "not_met", "manual")})
    say("findings", total=told.findings, **{str(name): told.severities.get(str(name), 0) for name in Severity})
    rest = told.accounts["rows"] - sum(count for name, count in told.accounts.items() if name != "rows")
    say("balance", other=rest, **told.accounts)
    if told.refused:
        say("refused_heading")
    for place, message, remedy in told.refused:
        say("refused", place=place, message=message, remedy=remedy)


def print_matrix(rows: list[dict[str, Any]], campaign: Campaign) -> None:
    """Print unit × form, one mark a cell; shape tells the state without colour."""
    words = load_table("cli")
    cells = {(row["unit_id"], row["form"]): row["standing"] for row in rows}
    width = max(len(unit.name) for unit in campaign.units) * 2 + 2
    for unit in campaign.units:
        states = [cells.get((unit.unit_id, form.key), "none") for form in campaign.forms]
        shown = "  ".join(
            f"{form.label}{words['mark'][state]}" for form, state in zip(campaign.forms, states, strict=True)
        )
        worst = max(states, key=["none", "accepted", "nil", "awaiting_seal", "to_mend", "missing"].index)
        pad = " " * (width - sum(2 if ord(sign) > 255 else 1 for sign in unit.name))
        say("status_row", mark=words["mark"][worst], unit=unit.name, pad=pad, cells=shown)
    say("status_legend")


def print_calls(rows: list[dict[str, Any]], campaign: Campaign) -> None:
    """Print the three units that owe most and longest."""
    owed: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["owed"]:
            owed.setdefault(row["unit_id"], []).append(row)
    order = {unit.unit_id: unit.order for unit in campaign.units}
    worst = sorted(
        owed.items(), key=lambda item: (-len(item[1]), -max(row["days_overdue"] for row in item[1]), order[item[0]])
    )
    if worst:
        say("status_calls")
    for number, (unit_id, items) in enumerate(worst[:3], start=1):
        things = "；".join(row["owed"] for row in items)
        say("status_call", number=number, unit=campaign.unit_name(unit_id), owed=things)
