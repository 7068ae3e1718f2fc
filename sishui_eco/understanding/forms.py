"""Which form a table is: by its headings, the titles above it and the names around it; never by a hidden tag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sishui_eco.spec.campaign import Form
from sishui_eco.understanding.columns import IDENTITY, Layout, assign
from sishui_eco.understanding.headers import HeaderBlock
from sishui_eco.understanding.view import Sheet
from sishui_eco.understanding.vocabulary import SEVERAL_YEARS, Vocabulary, key_text, words
from sishui_eco.zh import word

FEWEST_FIELDS = 3
FEWEST_WITH_TITLE = 2
LEAST_SCORE = 1.5
LEAST_LEAD = 0.6
TITLE_SCORE = 3.0
LABEL_SCORE = 1.0
TITLE_ROWS = 8
MISSING_NAMED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Titles:
    """Texts that may name a form: those above the table, the sheet's name, the file's name."""

    above: tuple[str, ...] = ()
    sheet: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A table taken for a form, with the layout and the reason; `rivals` when two forms fit alike."""

    form: str
    layout: Layout
    evidence: str
    rivals: tuple[str, ...] = ()


def judge(
    block: HeaderBlock, titles: Titles, sheet: Sheet, body: Sequence[int], vocabulary: Vocabulary
) -> Judged | None:
    """Return the form a heading block belongs to, None when it is no form of the campaign.

    A form needs a column that says what a record is about, and at least three of its columns (two
    under its title). Two forms that fit alike give `rivals` and no form: that is told, not settled.
    """
    found: list[tuple[float, Form, Layout]] = []
    for form in vocabulary.campaign.forms:
        layout = assign(block, form, sheet, body, vocabulary)
        title = _title_score(form, titles)
        known = layout.fields
        identity = set(IDENTITY.get(form.key, ())[-1:]) | ({"indicator"} if form.key == "annex2" else set())
        needed = FEWEST_WITH_TITLE if title >= LABEL_SCORE else FEWEST_FIELDS
        if len(known) < needed or not known & identity:
            continue
        score = _score(layout, vocabulary) + title
        if score >= LEAST_SCORE:
            found.append((score, form, layout))
    if not found:
        return None
    found.sort(key=lambda item: -item[0])
    best = found[0]
    if len(found) > 1 and best[0] - found[1][0] < LEAST_LEAD:
        rivals = tuple(item[1].label for item in found if best[0] - item[0] < LEAST_LEAD)
        return Judged(form="", layout=best[2], evidence="", rivals=rivals)
    return Judged(form=best[1].key, layout=best[2], evidence=evidence(best[1], best[2].fields, titles))


def _score(layout: Layout, vocabulary: Vocabulary) -> float:
    """Return the sum of how telling each known heading is; every field counts once."""
    best: dict[str, float] = {}
    for column in layout.columns:
        if column.field in layout.fields:
            leaf = column.heading.rsplit(words()["headings"]["separator"], 1)[-1]
            weight = 1.0 if column.field in (SEVERAL_YEARS,) or column.how == "year" else vocabulary.weight(leaf)
            best[column.field] = max(best.get(column.field, 0.0), weight)
    return sum(best.values())


def titles_of(form: Form) -> tuple[str, ...]:
    return (form.title, *form.title_aliases)


def _title_score(form: Form, titles: Titles) -> float:
    score = 0.0
    above = [key_text(text) for text in titles.above]
    if any(key_text(title) in text for title in titles_of(form) for text in above):
        score += TITLE_SCORE
    if any(key_text(form.label) in text for text in above):
        score += LABEL_SCORE
    near = key_text(titles.sheet), key_text(titles.file)
    for share, text in zip((1.0, 0.5), near, strict=True):
        if any(key_text(name) in text for name in (form.label, *titles_of(form))):
            score += share
    return score


def title_found(form: Form, texts: Sequence[str]) -> str:
    """Return the title of a form that one of the texts contains, "" when none does."""
    for title in titles_of(form):
        if any(key_text(title) in key_text(text) for text in texts):
            return title
    return ""


def evidence(form: Form, fields: frozenset[str], titles: Titles) -> str:
    """Return in Chinese why a table is taken for a form."""
    wanted = [item for item in form.fields if item.in_blank]
    several = SEVERAL_YEARS in fields
    hit = [item for item in wanted if item.key in fields or (several and item.year)]
    lacking = [item.heading for item in wanted if item not in hit]
    names = words()["evidence"]["names_joint"].join(lacking[:MISSING_NAMED])
    if len(lacking) > MISSING_NAMED:
        names += word("evidence.missing_more", "understanding", count=len(lacking))
    missing = word("evidence.missing", "understanding", names=names) if lacking else ""
    title = title_found(form, titles.above)
    told = word("evidence.title", "understanding", title=title) if title else ""
    if not told and title_found(form, (titles.sheet,)):
        told = word("evidence.sheet_title", "understanding", title=title_found(form, (titles.sheet,)))
    return word(
        "evidence.form",
        "understanding",
        label=form.label,
        hit=len(hit),
        all=len(wanted),
        missing=missing,
        title=told,
    )
