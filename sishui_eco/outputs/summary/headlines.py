"""The figures that stand out, as words: told alike by the overview and the board."""

from __future__ import annotations

from decimal import Decimal

from sishui_eco.model.outcome import Judgement, Snapshot
from sishui_eco.outputs.summary.book import words
from sishui_eco.outputs.summary.figures import MISSING, Figures, money_words, percentage


def headline(figures: Figures) -> str:
    """Return the whole state of things in one sentence."""
    return words(
        "overview.headline",
        units=figures.units,
        owed=figures.owed,
        returned=figures.returned,
        rate=percentage(figures.returned, figures.owed),
        accepted=figures.accepted,
        late=len(figures.late_units),
        indicators=len(figures.indicators),
        met=figures.of_state(Judgement.MET),
        not_met=figures.of_state(Judgement.NOT_MET),
        manual=figures.of_state(Judgement.MANUAL),
        missing=figures.of_state(MISSING),
        projects=figures.current.projects,
        money=money_words(figures.current.investment),
    )


def tiles(figures: Figures) -> list[tuple[str, str, str, str]]:
    """Return the four figures that stand out: label, value, note, sheet."""
    rate = words("overview.percent", value=percentage(figures.returned, figures.owed))
    late = words("overview.unit_count", count=len(figures.late_units))
    met = f"{figures.of_state(Judgement.MET)}/{len(figures.indicators)}"
    return [
        (
            words("overview.tile_rate"),
            rate,
            words("overview.tile_rate_note", returned=figures.returned, owed=figures.owed),
            "progress",
        ),
        (
            words("overview.tile_late"),
            late,
            words("overview.tile_late_note", none=len(figures.silent_units)),
            "progress",
        ),
        (
            words("overview.tile_met"),
            met,
            words(
                "overview.tile_met_note",
                not_met=figures.of_state(Judgement.NOT_MET),
                manual=figures.of_state(Judgement.MANUAL),
                missing=figures.of_state(MISSING),
            ),
            "annex2",
        ),
        (
            words("overview.tile_money"),
            money_words(figures.current.investment),
            words("overview.tile_money_note", projects=figures.current.projects),
            "annex4",
        ),
    ]


def changes_of(previous: Snapshot, current: Snapshot) -> list[tuple[str, Decimal, Decimal]]:
    """Return the six figures kept from run to run: name, last, now."""
    fields = (
        ("accepted_forms", "accepted"),
        ("returned_units", "returned_units"),
        ("met", "met"),
        ("not_met", "not_met"),
        ("project_count", "projects"),
        ("money", "investment"),
    )
    return [
        (words(f"overview.{name}"), Decimal(getattr(previous, field)), Decimal(getattr(current, field)))
        for name, field in fields
    ]
