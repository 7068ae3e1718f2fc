"""What one project says of its years, its money and its content; and what it is like (see `situations`)."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

from sishui_eco.checks.saying import filled, said
from sishui_eco.checks.texts import bare, words
from sishui_eco.model.submission import Record
from sishui_eco.spec.campaign import Campaign

PERIOD = 1 << 13  # begins or ends elsewhere than in the window, or the wrong way round
THIN = 1 << 14  # a content that may say nothing
ODD_AMOUNT = 1 << 15  # an investment that is not plausible
FUNDED = 1 << 16  # funding is stated
YEARLY = 1 << 17  # money is stated by year
STAGED = 1 << 18  # a stage is stated
OTHER_CLASS = 1 << 19  # a class that is none of the campaign's


def project_signs(record: Record, campaign: Campaign) -> int:
    """Return the signs of a project; one too many costs time only, one too few would hide a fault."""
    found = 0
    years, content = period(record), filled(record, "content")
    if years and not _within(years, campaign.window):
        found |= PERIOD
    if repeats_name(record) or (content and (too_short(said(content)) or is_placeholder(record))):
        found |= THIN
    if filled(record, "funding"):
        found |= FUNDED
    if filled(record, "investment_by_year"):
        found |= YEARLY
    if filled(record, "stage"):
        found |= STAGED
    category, money = filled(record, "category"), filled(record, "investment")
    if category and (category.value or category.raw) not in campaign.categories:
        found |= OTHER_CLASS
    amount = money.amount if money else None
    if amount is not None and amount.is_finite() and not plausible(amount):
        found |= ODD_AMOUNT
    return found


def _within(years: tuple[str, str], window: tuple[int, int]) -> bool:
    start, end = years
    return bool(start and end) and start <= end and window[0] <= int(start[:4]) and int(end[:4]) <= window[1]


def period(record: Record) -> tuple[str, str] | None:
    """Return (start, end) of a project as 2023-01, either may be empty; None when it is not understood."""
    value = record.value("period")
    if "/" not in value:
        return None
    start, _, end = value.partition("/")
    return start[:7], end[:7]


def period_reversed_in(found: tuple[str, str]) -> bool:
    return bool(found[0] and found[1] and found[1] < found[0])


@cache
def _limits() -> tuple[Decimal, Decimal]:
    limits = words()["limits"]
    return Decimal(str(limits["investment_small"])), Decimal(str(limits["investment_large"]))


def plausible(amount: Decimal) -> bool:
    """Whether an investment is neither told by C431 nor doubted by C432 or C433, so that sums may be compared."""
    small, large = _limits()
    return small <= amount < large


def too_short(text: str) -> bool:
    return len(bare(text)) < int(words()["limits"]["content"])


def is_placeholder(record: Record) -> bool:
    """Whether a content only points elsewhere or says nothing."""
    text, table = bare(record.raw("content")), words()["content"]
    longer = int(words()["limits"]["placeholder"])
    return text in table["placeholders"] or any(
        text.startswith(word) and len(text) <= len(word) + longer for word in table["placeholder_starts"]
    )


def repeats_name(record: Record) -> bool:
    content = bare(record.raw("content"))
    return bool(content) and content == bare(record.raw("project"))
