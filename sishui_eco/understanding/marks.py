"""What a single text is a mark of: note, sample, subtotal, section, serial number, nothing to report."""

from __future__ import annotations

from functools import lru_cache

from sishui_eco.model.remembered import remembered
from sishui_eco.model.submission import Blank
from sishui_eco.spec.campaign import Campaign
from sishui_eco.understanding.values import blank_class, clean_text
from sishui_eco.understanding.vocabulary import REMEMBERED, bare, bare_words, key_text, pattern, words

LONGEST_NIL_WORD = 14


@lru_cache(maxsize=REMEMBERED)
def is_note(text: str) -> bool:
    """Tell whether a text opens a note: 注：, 填表说明, ※ …"""
    key = key_text(text)
    if pattern("rows", "note_pattern").match(key):
        return True
    return pattern("rows", "marked_note").match(key) is not None and len(key) > 8


@lru_cache(maxsize=REMEMBERED)
def reads_like_sentence(text: str) -> bool:
    """Tell whether a text is prose rather than a name: long, ending a sentence, or all in brackets."""
    key = key_text(text)
    if pattern("rows", "bracketed_note").match(key):
        return True
    ends = text.strip()[-1:] in tuple(words()["rows"]["sentence_end"])
    longest = int(words()["rows"]["long_text"])
    return len(key) > longest or (ends and len(key) > longest // 4)


@lru_cache(maxsize=REMEMBERED)
def is_sample(text: str, whole: bool = False) -> bool:
    """Tell whether a text marks a sample row; `whole` for a first cell, where 例 alone is enough."""
    key = key_text(text)
    if whole and (pattern("rows", "sample_pattern").match(key) or bare(text) in bare_words("rows", "sample_words")):
        return True
    return bool(pattern("rows", "sample_start").match(key) or pattern("rows", "sample_end").match(key))


@lru_cache(maxsize=REMEMBERED)
def is_subtotal(text: str) -> bool:
    return pattern("rows", "subtotal_pattern").match(key_text(text)) is not None


@lru_cache(maxsize=REMEMBERED)
def counts_projects(text: str) -> bool:
    """Tell whether a text is a number of projects, as sums have it: 3 of them."""
    return pattern("rows", "count_pattern").match(key_text(text)) is not None


@lru_cache(maxsize=REMEMBERED)
def is_serial(text: str) -> bool:
    return pattern("rows", "serial_pattern").match(key_text(text)) is not None


@lru_cache(maxsize=REMEMBERED)
def opens_section(text: str) -> bool:
    """Tell whether a text begins as titles of groups do: 一、…, （一）…"""
    return pattern("rows", "section_pattern").match(key_text(text)) is not None


def is_section(text: str, campaign: Campaign) -> bool:
    """Tell whether a name is the title of a group: 一、…, or a class or field of work by its bare name."""
    return opens_section(text) or bare(text) in _group_names(campaign)


def _group_names(campaign: Campaign) -> frozenset[str]:
    """Return the keys of the classes and fields of work, with every ending they may have; made once per campaign."""
    known: frozenset[str] | None = campaign.worked_out.get("group_names")
    if known is None:
        groups = {bare(item) for item in campaign.categories} | {bare(name) for name, _ in campaign.project_domains}
        groups |= {bare(name) for item in campaign.indicators for name in (item.domain, item.task)}
        endings = ("", *words()["rows"]["group_endings"])
        known = campaign.worked_out["group_names"] = frozenset(name + end for name in groups for end in endings)
    return known


@lru_cache(maxsize=REMEMBERED)
def is_signature(text: str) -> bool:
    """Tell whether a text is what stands under a table: a unit with its seal, a date, the number of the page."""
    key = key_text(text)
    return any(pattern("rows", name).match(key) for name in ("seal", "date_line", "page_line"))


@lru_cache(maxsize=REMEMBERED)
def blank_marker(text: str) -> bool:
    """Tell whether a text only says that nothing stands here."""
    return blank_class(text) not in (Blank.FILLED, Blank.SAME)


@lru_cache(maxsize=REMEMBERED)
def says_same(text: str) -> bool:
    """Tell whether a text stands for the value above it: 同上, 〃 …"""
    return blank_class(text) is Blank.SAME or clean_text(text) in words()["rows"]["same"]


@remembered
def lines_of(text: str) -> tuple[str, ...]:
    """Return the lines of a text that hold anything."""
    return tuple(line.strip() for line in clean_text(text).splitlines() if line.strip())


@lru_cache(maxsize=REMEMBERED)
def nil_word(text: str) -> bool:
    """Tell whether a text in a record says that there is nothing to report: 无, 无项目 …"""
    key = key_text(text).rstrip(".;,")
    return len(key) <= LONGEST_NIL_WORD and key in {key_text(item) for item in words()["nil"]["words"]}
