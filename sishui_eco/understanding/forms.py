"""Which form a table is: by its headings, the titles above it and the names around it; never by a hidden tag."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sishui_eco.spec.campaign import Campaign, Form
from sishui_eco.understanding.columns import Layout, assign, naming_fields
from sishui_eco.understanding.headers import HeaderBlock
from sishui_eco.understanding.view import Sheet
from sishui_eco.understanding.vocabulary import SEVERAL_YEARS, Vocabulary, key_text, words
from sishui_eco.zh import word

FEWEST_FIELDS = 3
FEWEST_WITH_TITLE = 2
FEWEST_UNNAMED = 5  # columns of a form without the one that names its records
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
    under its title). A form that lacks just that column, and fits better than any that has it, is taken under
    its title only, or when nothing else fits and most of what it asks is there; else `rivals` are told.
    Two forms that fit alike give `rivals` and no form: that is told, not settled.
    """
    found = [fit for fit in _fitting(block, titles, sheet, body, vocabulary) if fit.named or fit.likely]
    if not found:
        return None
    found.sort(key=lambda fit: -fit.score)
    best = found[0]
    rivals = [fit for fit in found if fit is not best and _rivals(fit, best)]
    if rivals:
        return Judged(form="", layout=best.layout, evidence="", rivals=tuple(f.form.label for f in (best, *rivals)))
    return Judged(form=best.form.key, layout=best.layout, evidence=evidence(best.form, best.layout.fields, titles))


def _rivals(fit: _Fit, best: _Fit) -> bool:
    """Tell whether a form fits too well to take the best one for granted."""
    near = best.score - fit.score < LEAST_LEAD
    return near if best.named or best.titled else near or fit.named


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """How well a heading block fits a form; `named` when a column says what its records are about."""

    score: float
    form: Form
    layout: Layout
    named: bool
    titled: bool

    @property
    def likely(self) -> bool:
        """Tell whether a form is likely though no column says what its records are about."""
        return self.titled or len(self.layout.fields) >= FEWEST_UNNAMED


def _fitting(
    block: HeaderBlock, titles: Titles, sheet: Sheet, body: Sequence[int], vocabulary: Vocabulary
) -> Iterator[_Fit]:
    """Yield the forms a heading block may be, in the order of the forms."""
    above = [key_text(text) for text in titles.above]
    near = key_text(titles.sheet), key_text(titles.file)
    for form in vocabulary.campaign.forms:
        layout = assign(block, form, sheet, body, vocabulary)
        title = _title_score(form, above, near)
        named = bool(layout.fields & naming_fields(form.key))
        needed = FEWEST_WITH_TITLE if title >= LABEL_SCORE and named else FEWEST_FIELDS
        score = layout.telling + title
        if len(layout.fields) >= needed and score >= LEAST_SCORE:
            yield _Fit(score=score, form=form, layout=layout, named=named, titled=title >= TITLE_SCORE)


def titles_of(form: Form) -> tuple[str, ...]:
    return (form.title, *form.title_aliases)


def title_keys(campaign: Campaign) -> tuple[str, ...]:
    """Return the matching keys of the labels and titles of all forms, made once per campaign."""
    known: tuple[str, ...] = campaign.worked_out.get("title_keys", ())
    if not known:
        known = tuple(key_text(name) for form in campaign.forms for name in (form.label, *titles_of(form)))
        campaign.worked_out["title_keys"] = known
    return known


def _title_score(form: Form, above: Sequence[str], near: Sequence[str]) -> float:
    """Return how surely the keys of titles name a form: those above it, those of the sheet and the file."""
    score = 0.0
    names = [key_text(title) for title in titles_of(form)]
    label = key_text(form.label)
    if any(name in text for name in names for text in above):
        score += TITLE_SCORE
    if any(label in text for text in above):
        score += LABEL_SCORE
    for share, text in zip((1.0, 0.5), near, strict=True):
        if any(name in text for name in (label, *names)):
            score += share
    return score


def title_found(form: Form, texts: Sequence[str]) -> str:
    """Return the title of a form that one of the texts contains, "" when none does."""
    keys = [key_text(text) for text in texts]
    for title in titles_of(form):
        wanted = key_text(title)
        if any(wanted in key for key in keys):
            return title
    return ""


def evidence(form: Form, fields: frozenset[str], titles: Titles) -> str:
    """Return in Chinese why a table is taken for a form."""
    wanted = [item for item in form.fields if item.in_blank]
    several = SEVERAL_YEARS in fields
    lacking = [item.heading for item in wanted if item.key not in fields and not (several and item.year)]
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
        hit=len(wanted) - len(lacking),
        all=len(wanted),
        missing=missing,
        title=told,
    )
