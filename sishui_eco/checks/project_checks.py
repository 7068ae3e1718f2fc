"""C4xx: annex 4, one project: name, class, years, content, what it supports, whose it is."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from functools import cache

from sishui_eco.checks.examined import Examined
from sishui_eco.checks.projects import (
    OTHER_CLASS,
    PERIOD,
    STAGED,
    THIN,
    is_placeholder,
    period,
    period_reversed_in,
    repeats_name,
    too_short,
)
from sishui_eco.checks.saying import filled, said
from sishui_eco.checks.situations import only
from sishui_eco.checks.texts import any_of, bare, first_word, plain, words
from sishui_eco.model.finding import Finding
from sishui_eco.model.remembered import LONGEST, keep
from sishui_eco.model.submission import Blank, Record
from sishui_eco.spec.campaign import Campaign, Indicator

LONGEST_LIST = 2000
_SEPARATORS = re.compile(r"[;\u3001,\uff0c\uff1b\n/]+")


def name_too_short(examined: Examined, record: Record) -> Iterator[Finding]:
    """C401: tell a project name of fewer than four characters."""
    answer = filled(record, "project")
    if answer and len(bare(said(answer))) < words()["limits"]["project_name"]:
        yield examined.fault("C401", record, "project")


def name_is_placeholder(examined: Examined, record: Record) -> Iterator[Finding]:
    """C402: tell a project name that stands for none (项目一, XX工程)."""
    answer = filled(record, "project")
    name = bare(said(answer)) if answer else ""
    long_enough = len(name) >= words()["limits"]["project_name"]
    if long_enough and re.fullmatch(words()["project"]["placeholder_name"], name):
        yield examined.fault("C402", record, "project")


@only(OTHER_CLASS)
def category_not_in_list(examined: Examined, record: Record) -> Iterator[Finding]:
    """C403: tell a class that is none of the campaign's."""
    answer = filled(record, "category")
    if answer is None or examined.mentioned(record, "category"):
        return
    if (answer.value or answer.raw) not in examined.campaign.categories:
        yield examined.fault("C403", record, "category", options=words()["joint"].join(examined.campaign.categories))


def domain_in_another_class(examined: Examined, record: Record) -> Iterator[Finding]:
    """C404: note a project whose name or content names a field of work that belongs to another class."""
    category, name = record.value("category"), record.raw("project")
    if category not in examined.campaign.categories:
        return
    for domain, home in examined.campaign.project_domains:
        if home != category and domain in name:
            yield examined.fault("C404", record, "category", expected=home, domain=domain)


# --- years -------------------------------------------------------------------------------------------


@only(PERIOD)
def period_after_window(examined: Examined, record: Record) -> Iterator[Finding]:
    """C411: tell a project that starts after the last year of the window."""
    found = period(record)
    if found and found[0] and int(found[0][:4]) > examined.campaign.window[1] and not period_reversed_in(found):
        yield examined.fault("C411", record, "period", window=_window(examined))


@only(PERIOD)
def period_reversed(examined: Examined, record: Record) -> Iterator[Finding]:
    """C412: tell a project that ends before it starts."""
    found = period(record)
    if found and period_reversed_in(found):
        yield examined.fault("C412", record, "period")


@only(PERIOD)
def already_ended(examined: Examined, record: Record) -> Iterator[Finding]:
    """C413: tell a project that ended before the first year of the window. Source: annex 4, section 2."""
    found = period(record)
    if found and found[1] and int(found[1][:4]) < examined.campaign.window[0] and not period_reversed_in(found):
        yield examined.fault("C413", record, "period", window=_window(examined))


@only(PERIOD)
def ends_after_window(examined: Examined, record: Record) -> Iterator[Finding]:
    """C414: note a project that runs beyond the window."""
    found = period(record)
    if (
        found
        and found[1]
        and int(found[1][:4]) > examined.campaign.window[1]
        and found[0][:4] <= str(examined.campaign.window[1])
    ):
        yield examined.fault("C414", record, "period", window=_window(examined))


@only(PERIOD)
def end_not_stated(examined: Examined, record: Record) -> Iterator[Finding]:
    """C415: doubt a project without a start or an end."""
    found = period(record)
    if found and not all(found) and not examined.mentioned(record, "period"):
        yield examined.fault("C415", record, "period")


@only(STAGED)
def started_early_and_finished(examined: Examined, record: Record) -> Iterator[Finding]:
    """C416: tell a project whose stage says it is finished; only running or coming ones are reported."""
    stage = filled(record, "stage")
    if stage is None:
        return
    text = plain(said(stage))
    for word in words()["stage"]["not_finished"]:
        text = text.replace(word, "")
    if first_word(text, words()["stage"]["finished"]):
        yield examined.fault("C416", record, "stage")


@only(PERIOD)
def started_early_without_stage(examined: Examined, record: Record) -> Iterator[Finding]:
    """C417: doubt a project begun before the window that does not say how far it is."""
    found = period(record)
    if not found or not found[0] or int(found[0][:4]) >= examined.campaign.window[0]:
        return
    if filled(record, "stage") is None and not (found[1] and int(found[1][:4]) < examined.campaign.window[0]):
        yield examined.fault("C417", record, "stage", start=found[0])


def _window(examined: Examined) -> str:
    return str(words()["span"]).format(start=examined.campaign.window[0], end=examined.campaign.window[1])


# --- content -----------------------------------------------------------------------------------------


@only(THIN)
def content_too_short(examined: Examined, record: Record) -> Iterator[Finding]:
    """C421: doubt a content too short to be one. Source: annex 4, section 2(3), 详实具体."""
    answer = filled(record, "content")
    if answer and too_short(said(answer)) and not is_placeholder(record) and not repeats_name(record):
        yield examined.fault("C421", record, "content")


def content_without_quantity(examined: Examined, record: Record) -> Iterator[Finding]:
    """C422: doubt a content without any number that has a unit."""
    answer = filled(record, "content")
    if not answer or _quantity().search(plain(said(answer))):
        return
    if not (too_short(said(answer)) or is_placeholder(record) or repeats_name(record)):
        yield examined.fault("C422", record, "content")


@cache
def _quantity() -> re.Pattern[str]:
    """Return what finds a number with a unit: its last digit is enough, and is found without running back and forth."""
    table = words()["content"]
    return re.compile(rf"[\d{table['numerals']}](?:{any_of(table['units'])})")


@only(THIN)
def content_is_placeholder(examined: Examined, record: Record) -> Iterator[Finding]:
    """C423: tell a content that only points elsewhere or says nothing."""
    if filled(record, "content") and is_placeholder(record):
        yield examined.fault("C423", record, "content")


@only(THIN)
def content_repeats_name(examined: Examined, record: Record) -> Iterator[Finding]:
    """C424: doubt a content that only repeats the project's name."""
    if repeats_name(record):
        yield examined.fault("C424", record, "content")


# --- what it supports, whose it is ---------------------------------------------------------------------


def support_parts(examined: Examined, record: Record) -> list[tuple[str, tuple[Indicator, ...]]]:
    """Return every indicator named as supported with the leaves it means (none when the catalogue has no such)."""
    answer = filled(record, "supports")
    if answer is None:
        return []
    text = said(answer)
    parts = _SEPARATORS.split(text) if len(text) <= LONGEST_LIST else [text]  # prose, not a list of names
    return [(part.strip(), leaves_named(examined.campaign, part)) for part in dict.fromkeys(parts) if bare(part)]


def leaves_named(campaign: Campaign, text: str) -> tuple[Indicator, ...]:
    """Return the leaves a text names exactly: by name, leaf name, sub-indicator, or number in the catalogue."""
    memory: dict[str, tuple[Indicator, ...]] = campaign.worked_out.setdefault("leaves_named", {})
    known = memory.get(text)
    if known is None:
        known = _leaves_named(campaign, text)
        if len(text) <= LONGEST:
            keep(memory, text, known)
    return known


def _leaves_named(campaign: Campaign, text: str) -> tuple[Indicator, ...]:
    key = bare(re.sub(words()["project"]["number_prefix"], "", plain(text)))
    named = _leaves_by_name(campaign).get(key, ())
    if named:
        return named
    number = re.fullmatch(words()["project"]["number_only"], plain(text))
    return tuple(i for i in campaign.indicators if number and i.no == number["no"])


def _leaves_by_name(campaign: Campaign) -> dict[str, tuple[Indicator, ...]]:
    """Return the leaves by each name they go by, made once per process."""
    known: dict[str, tuple[Indicator, ...]] | None = campaign.worked_out.get("leaves_by_name")
    if known is None:
        known = campaign.worked_out["leaves_by_name"] = {}
        for leaf in campaign.indicators:
            for name in {bare(leaf.name), bare(leaf.key), bare(leaf.sub_name or leaf.name)}:
                known[name] = (*known.get(name, ()), leaf)
    return known


def supports_unknown(examined: Examined, record: Record) -> Iterator[Finding]:
    """C441: tell a supported indicator that the catalogue does not have, with the nearest it has."""
    if examined.mentioned(record, "supports"):
        return
    for part, leaves in support_parts(examined, record):
        if not leaves:
            near = _near_names(part, examined.campaign)
            told = words()["suggestion"].format(name=near[0]) if len(near) == 1 else ""
            yield examined.fault("C441", record, "supports", raw=part, expected=near[0] if near else "", near=told)


def _near_names(text: str, campaign: Campaign) -> list[str]:
    """Return names of the catalogue that hold a text, else the one most like it; none for what is no name."""
    names = sorted({name for leaf in campaign.indicators for name in (leaf.name, leaf.sub_name)})
    key = bare(text)
    if len(key) > LONGEST:
        return []
    held = [name for name in names if name and key in bare(name)] if len(key) > 2 else []
    return held or difflib.get_close_matches(text, names, n=1, cutoff=0.6)


def supports_not_own(examined: Examined, record: Record) -> Iterator[Finding]:
    """C442: tell a supported indicator the unit neither leads nor supports; silent for units without any.

    Source: annex 4, section 2(1).
    """
    own = examined.carried
    if not own:
        return
    for part, leaves in support_parts(examined, record):
        if leaves and not any(leaf.key in own for leaf in leaves):
            lead = examined.campaign.unit_name(leaves[0].lead)
            yield examined.fault("C442", record, "supports", raw=part, lead=lead)


def responsible_unit_differs(examined: Examined, record: Record) -> Iterator[Finding]:
    """C451: doubt a project whose responsible unit is not the reporting unit. Source: annex 4, section 2(4)."""
    named = [part for part in record.value("responsible_unit").split(";") if part]
    if examined.unit_id and named and examined.unit_id not in named:
        yield examined.fault("C451", record, "responsible_unit", expected=examined.campaign.unit_name(examined.unit_id))


def listed_level_missing(examined: Examined, record: Record) -> Iterator[Finding]:
    """C461: doubt an answer on the 十四五 lists that says neither no nor which list."""
    answer = filled(record, "listed")
    if answer is None or examined.mentioned(record, "listed"):
        return
    table = words()["listed"]
    text = bare(said(answer))
    if text not in table["no"] and not any(word in text for word in (*table["levels"], *table["no_parts"])):
        yield examined.fault("C461", record, "listed")


def listed_denied(examined: Examined, record: Record) -> Iterator[Finding]:
    """C462: doubt a no on the 十四五 lists for a project that is known to stand on one."""
    answer = record.answers.get("listed")
    if answer is None or not (answer.blank is Blank.NONE or bare(said(answer)) in words()["listed"]["no"]):
        return
    for item in examined.campaign.listed_projects:
        if bare(item.name) == bare(record.raw("project") or record.key):
            yield examined.fault("C462", record, "listed", level=item.level)


CHECKS = (
    name_too_short,
    name_is_placeholder,
    category_not_in_list,
    domain_in_another_class,
    period_after_window,
    period_reversed,
    already_ended,
    ends_after_window,
    end_not_stated,
    started_early_and_finished,
    started_early_without_stage,
    content_too_short,
    content_without_quantity,
    content_is_placeholder,
    content_repeats_name,
    supports_unknown,
    supports_not_own,
    responsible_unit_differs,
    listed_level_missing,
    listed_denied,
)
