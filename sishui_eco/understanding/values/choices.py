"""Choices and yes-no, in all their spellings; near misses are suggestions, never taken."""

from __future__ import annotations

import difflib
import re
from functools import cache

from sishui_eco.model.submission import Blank
from sishui_eco.spec.campaign import Campaign
from sishui_eco.understanding.values.blanks import blank_class
from sishui_eco.understanding.values.result import Interpretation, refused, remark
from sishui_eco.understanding.values.words import clean_text, folded, key_text, section, words
from sishui_eco.zh import word

_LONGEST = 500  # more is no choice; a row of boxes with their labels is shorter


@cache
def _synonyms() -> dict[str, tuple[str, ...]]:
    """Return, for every spelling, the choices it may stand for."""
    table: dict[str, tuple[str, ...]] = {}
    for canonical, spellings in section("choice")["synonyms"].items():
        for spelling in spellings:
            table[key_text(spelling)] = (*table.get(key_text(spelling), ()), canonical)
    return table


def interpret_choice(text: str, choices: tuple[str, ...], campaign: Campaign) -> Interpretation:
    """Return the canonical choice a text stands for.

    Findings: N501 none of the choices, N502 near one, N503 several, N504 by its field of work, N506 halfway.
    """
    raw = clean_text(text)
    ticked = ticked_label(raw)
    if ticked is not None:
        if ticked == "":
            return Interpretation(value="", kind="choice", blank=Blank.EMPTY)
        raw = ticked
    if ticked and "," in ticked:
        return refused("choice", "N503", choices=_told(choices))
    if not choices:
        return Interpretation(value=raw, kind="choice")
    if len(raw) > _LONGEST and blank_class(raw) is Blank.FILLED:
        return refused("choice", "N501", choices=_told(choices))
    key = key_text(raw).rstrip(".。;,、")
    exact = _choice_of(key, choices)
    if exact:
        note = "" if key_text(exact) == key else word("notes.chosen", "values", raw=raw, value=exact)
        return Interpretation(value=exact, kind="choice", note=note)
    blank = blank_class(raw)
    if blank is not Blank.FILLED:
        return Interpretation(value="", kind="choice", blank=blank)
    if key in words("choice", "partial"):
        return refused("choice", "N506", choices=_told(choices))
    return _by_domain(key, choices, campaign) or _unchosen(key, choices)


def _choice_of(key: str, choices: tuple[str, ...]) -> str:
    """Return the choice a comparable text is, by itself, without a common ending, or by a registered spelling."""
    by_key = {key_text(choice): choice for choice in choices}
    if key in by_key:
        return by_key[key]
    for ending in words("choice", "endings"):
        for other, choice in by_key.items():
            if key == other + ending or key + ending == other:
                return choice
    found = [item for item in _synonyms().get(key, ()) if item in choices]
    return found[0] if len(found) == 1 else ""


def _by_domain(key: str, choices: tuple[str, ...], campaign: Campaign) -> Interpretation | None:
    """Return the class of a field of work written where its class was asked."""
    for domain, category in campaign.project_domains:
        if category in choices and key == key_text(domain):
            told = remark("N504", expected=category)
            return Interpretation(
                value=category,
                kind="choice",
                note=word("notes.chosen", "values", raw=domain, value=category),
                remarks=(told,),
            )
    return None


def _unchosen(key: str, choices: tuple[str, ...]) -> Interpretation:
    """Return the refusal of a text that is no choice: several of them, near one, or none."""
    parts = [part for part in re.split("[" + re.escape("".join(section("dates")["list_marks"])) + "]", key) if part]
    if len(parts) > 1 and all(_choice_of(part, choices) for part in parts):
        return refused("choice", "N503", choices=_told(choices))
    by_key = {key_text(choice): choice for choice in choices}
    near = difflib.get_close_matches(key[:40], sorted(by_key), n=1, cutoff=float(section("choice")["near"]))
    if near:
        return refused("choice", "N502", expected=by_key[near[0]], choices=_told(choices))
    return refused("choice", "N501", choices=_told(choices))


def _told(choices: tuple[str, ...]) -> str:
    return "/".join(choices)


def interpret_yes_no(text: str) -> Interpretation:
    """Return yes or no. Findings: N505 neither, N506 halfway."""
    raw = clean_text(text)
    ticked = ticked_label(raw)
    if ticked == "":
        return Interpretation(value="", kind="yes-no", blank=Blank.EMPTY)
    if len(raw) > _LONGEST and blank_class(raw) is Blank.FILLED:
        return refused("yes-no", "N505")
    key = key_text(raw if ticked is None else ticked).rstrip(".。;,")
    if key in words("yes_no", "yes"):
        return Interpretation(value="yes", kind="yes-no")
    if key in words("yes_no", "no"):
        return Interpretation(value="no", kind="yes-no")
    blank = blank_class(raw)
    if blank is not Blank.FILLED:
        return Interpretation(value="", kind="yes-no", blank=blank)
    if key in words("choice", "partial"):
        return refused("yes-no", "N506", choices=_told((section("yes_no")["yes_word"], section("yes_no")["no_word"])))
    return refused("yes-no", "N505")


def ticked_label(text: str) -> str | None:
    """Return the label of the one ticked box of a text with boxes; "" when none is ticked, None without boxes.

    Several ticked boxes give their labels joined by a comma, which is no choice. A tick without any
    box beside it counts only at the beginning or the end of one label.
    """
    if len(text) > _LONGEST:
        return None
    plain = folded(text).strip()
    ticks, boxes = str(section("choice")["ticks"]), str(section("choice")["boxes"])
    signs = re.escape(ticks + boxes)
    plain = re.sub(rf"\(\s*([{re.escape(ticks)}]?)\s*\)", lambda found: found[1] or boxes[0], plain)
    bare = plain.strip(ticks + " ")
    if not re.search(rf"[{re.escape(boxes)}]", plain) and len(re.findall(rf"[{signs}]", plain)) < 2:
        single = plain != bare and bare and not re.search(rf"[{signs}\s]", bare)
        return bare if single else None
    labelled = _labelled(plain, signs)
    if not labelled:
        return "" if not bare.strip(boxes + " ") else None
    return ",".join(label for label, sign in labelled if sign in ticks)


def _labelled(plain: str, signs: str) -> list[tuple[str, str]]:
    """Return labels with their box signs; the signs all stand before or all behind their labels."""
    before = [(label.strip(" ,;、/()"), sign) for sign, label in re.findall(rf"([{signs}])\s*([^{signs}]*)", plain)]
    if re.match(rf"[{signs}]", plain):
        return [(label, sign) for label, sign in before if label]
    behind = re.findall(rf"([^{signs}]+?)\s*([{signs}])", plain)
    if re.search(rf"[{signs}]\W*$", plain):
        return [(label.strip(" ,;、/()"), sign) for label, sign in behind]
    return [(label, sign) for label, sign in before if label]
