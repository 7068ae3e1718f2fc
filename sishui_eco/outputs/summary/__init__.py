"""The leaders' workbook: everything one collect found, on paper-ready sheets, every figure traceable."""

from __future__ import annotations

from collections.abc import Callable

from sishui_eco.model.outcome import Outcome
from sishui_eco.outputs.summary.book import Book, words
from sishui_eco.outputs.summary.figures import figures_of, snapshot_of
from sishui_eco.outputs.summary.history import lay_decisions, lay_versions
from sishui_eco.outputs.summary.indicators import lay_indicators
from sishui_eco.outputs.summary.issues import lay_issues, lay_joint, lay_review
from sishui_eco.outputs.summary.laying import lay_long_texts
from sishui_eco.outputs.summary.materials import lay_gaps, lay_materials
from sishui_eco.outputs.summary.overview import lay_overview
from sishui_eco.outputs.summary.plan import lay_plan
from sishui_eco.outputs.summary.progress import lay_calls, lay_progress
from sishui_eco.outputs.summary.projects import lay_projects
from sishui_eco.outputs.summary.provenance import anchor_sources, lay_arrivals, lay_sources, lay_tally
from sishui_eco.spec.campaign import Campaign

__all__ = ["snapshot_of", "write_book", "write_summary"]

SHEETS = (
    "overview",
    "progress",
    "calls",
    "annex2",
    "annex3",
    "gaps",
    "annex4",
    "plan",
    "plan_unit",
    "issues",
    "versions",
    "fates",
    "choices",
    "joint",
    "review",
    "sources",
    "arrivals",
    "tally",
    "decisions",
)
PUBLIC_SHEETS = ("overview", "progress", "annex2", "annex3", "gaps", "annex4", "plan", "plan_unit")


def write_summary(outcome: Outcome, campaign: Campaign, *, inbox_link: str = "") -> bytes:
    """Return the workbook as bytes, the same for the same outcome.

    `inbox_link` is the relative way from where the workbook will lie to the inbox (`../../inbox`);
    when given, every source line also opens the file as it came.
    """
    return write_book(outcome, campaign, SHEETS, inbox_link=inbox_link)


def write_book(
    outcome: Outcome,
    campaign: Campaign,
    sheets: tuple[str, ...],
    *,
    mask: Callable[[str], str] = str,
    inbox_link: str = "",
    product: str = "summary",
) -> bytes:
    """Return a workbook of these sheets, every text passed through `mask`."""
    book = Book(campaign=campaign, as_of=outcome.as_of, keys=sheets, mask=mask, inbox_link=inbox_link, product=product)
    if "sources" in sheets:
        anchor_sources(book, outcome, campaign)
    lay_indicators(book, outcome, campaign)
    lay_materials(book, outcome, campaign)
    lay_gaps(book, outcome, campaign)
    lay_plan(book, outcome, campaign, lay_projects(book, outcome, campaign))
    lay_progress(book, outcome, campaign)
    lay_overview(book, outcome, campaign, figures_of(outcome, campaign))
    writers = {
        "calls": lay_calls,
        "sources": lay_sources,
        "arrivals": lay_arrivals,
        "issues": lay_issues,
        "versions": lay_versions,
        "joint": lay_joint,
        "review": lay_review,
        "tally": lay_tally,
        "decisions": lay_decisions,
    }
    for key, writer in writers.items():
        if key in sheets:
            writer(book, outcome, campaign)
    lay_long_texts(book)
    book.sheets["overview"].activate()
    run = f"{campaign.task_id}@{outcome.as_of:%Y%m%dT%H%M}"
    return book.close(words("overview.title", name=campaign.name), run)
