"""Judging in words: states, none or slight, three nots, what a superior concluded.

Negation, future and partial wording never counts as met: 未建立 contains 建立, 拟建立 is not built yet.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sishui_eco.checks.actuals import Actuals
from sishui_eco.checks.targets import Target
from sishui_eco.checks.texts import first_word, plain, shorten, targets, without_words
from sishui_eco.model.outcome import Judgement
from sishui_eco.model.remembered import remembered, remembered_with

FOLLOWING = 2  # characters told after the doubtful word
Words = Callable[[], str]  # tells what a judgement rests on, when it is asked
Judged = tuple[Judgement, Words]
Found = tuple[Judgement, str, str]  # with the key of the sentence and the word it quotes


def _basis(key: str, **parameters: object) -> str:
    return str(targets()["basis"][key]).format_map(parameters)


def _said(key: str, actuals: Actuals, **parameters: object) -> Words:
    """Return what tells a sentence with the year judged and what stands there."""
    return lambda: _basis(key, **parameters, year=actuals.year, value=_shown(actuals.text))


def _shown(text: str) -> str:
    return shorten(" ".join(text.split()), targets()["basis"]["shown_longest"])


@remembered
def doubtful_word(text: str) -> str:
    """Return the negative, future or partial word of a text, "" when there is none; harmless words are not taken."""
    wording = targets()["wording"]
    rest = without_words(text, wording["harmless"])
    for kind in ("negative", "future", "partial"):
        found = first_word(rest, wording[kind])
        if found:
            at = rest.index(found)
            return rest[at : at + len(found) + FOLLOWING]
    return ""


@remembered
def unsure_word(text: str) -> str:
    """Return the word of a text that leaves open whether something is so, "" when there is none."""
    wording = targets()["wording"]
    rest = without_words(text, wording["harmless"])
    found = re.search(wording["unsure_pattern"], rest)
    return first_word(rest, wording["unsure"]) or (found.group() if found else "")


@remembered
def split_clauses(text: str) -> tuple[str, ...]:
    """Return a text cut at its punctuation, compared form."""
    marks = targets()["wording"]["clause_marks"]
    return tuple(part for part in re.split(f"[{marks}]", plain(text.replace("\n", ";"))) if part)


def judge_state(target: Target, actuals: Actuals) -> Judged:
    """Judge a text against a state such as 制定实施: every group of words affirmed, none of them denied."""
    judgement, key, word = state_in(actuals.text, target.words[0])
    return judgement, _said(key, actuals, word=word, words=_wanted(target))


@remembered_with
def state_in(text: str, state: str) -> Found:
    """Return how a text stands to a state, the sentence that tells it, and the word it rests on."""
    groups: list[list[str]] = targets()["states"][state]
    clauses = split_clauses(text)
    doubts = [(clause, doubtful_word(clause)) for clause in clauses]
    unsure = [word for clause in clauses if (word := unsure_word(clause)) and any(_affirms(clause, g) for g in groups)]
    denied = [word for clause, word in doubts if word and any(_affirms(clause, group) for group in groups)]
    if denied:
        return Judgement.NOT_MET, "state_negative", denied[0]
    others = [word for _, word in doubts if word]
    affirmed = [
        any(_affirms(clause, group) for clause in clauses) or _affirms(plain(text), _general()) for group in groups
    ]
    if all(affirmed):
        if others or unsure:
            return Judgement.MANUAL, "state_elsewhere", (others or unsure)[0]
        return Judgement.MET, "state_met", ""
    if others:
        return Judgement.NOT_MET, "state_negative", others[0]
    return Judgement.MANUAL, "state_unclear", ""


def _affirms(clause: str, group: list[str]) -> bool:
    return any(word in clause for word in group)


def _general() -> list[str]:
    return list(targets()["wording"]["affirm"])


def _wanted(target: Target) -> str:
    return _basis("state_word", word=target.text)


def judge_absence(target: Target, actuals: Actuals) -> Judged:
    """Judge none or slight: 无 and 未发生 < 不明显 < 明显 < 严重; the worst level named counts."""
    level = absence_level(actuals.text)
    if actuals.number is not None:
        level = 0 if actuals.number == 0 else 2
    worst_allowed = int(target.bound or 0)
    if level is None or (level == 1 and worst_allowed == 0):
        return Judgement.MANUAL, _said("state_unclear", actuals, words=_wanted(target))
    judgement = Judgement.MET if level <= worst_allowed else Judgement.NOT_MET
    return judgement, _said("absent", actuals, result=_basis(judgement.value))


@remembered
def absence_level(text: str) -> int | None:
    """Return how much of the evil a text admits: 0 none, 1 slight, 2 evident, 3 serious, None when it does not say."""
    table = targets()["absence"]
    rest = plain(text)
    if rest in table["none"]:
        return 0
    if first_word(rest, targets()["wording"]["future"]):
        return None
    for word in table["ignore"]:
        rest = rest.replace(word, "")
    rest, times = re.subn(table["zero"], "", rest)
    named: list[int] = [0] if times else []
    for word in sorted(table["levels"], key=lambda item: (-len(item), item)):
        if word in rest:
            named.append(int(table["levels"][word]))
            rest = rest.replace(word, "")
    return max(named, default=None)


def judge_three_nots(target: Target, actuals: Actuals) -> Judged:
    """Judge 面积不减少，性质不改变，功能不降低: each subject affirmed, none broken."""
    judgement, key, word = nots_in(actuals.text, target.words)
    return judgement, _said(key, actuals, word=word, words=_wanted(target))


@remembered_with
def nots_in(text: str, subjects: tuple[str, ...]) -> Found:
    """Return how a text stands to the three nots, the sentence that tells it, and the word it rests on."""
    parts = [part for part in targets()["three_nots"]["parts"] if part["subject"] in subjects]
    text = plain(text)
    rest = text
    kept = set()
    for part in parts:
        phrases = [plain(phrase) for phrase in part["kept"]]
        if first_word(text, phrases):
            kept.add(part["subject"])
        rest = without_words(rest, phrases)
    broken = [word for part in parts for word in part["broken"] if word in rest]
    if broken:
        return Judgement.NOT_MET, "state_negative", broken[0]
    doubt = doubtful_word(rest)
    together = first_word(text, [plain(phrase) for phrase in targets()["three_nots_together"]["kept"]])
    if doubt and not together:
        return Judgement.MANUAL, "state_elsewhere", doubt
    if together or len(kept) == len(parts):
        return Judgement.MET, "state_met", ""
    return Judgement.MANUAL, "state_unclear", ""


@remembered
def _done_word(text: str) -> str:
    return first_word(text, targets()["superior"]["done"])


def judge_superior_words(actuals: Actuals) -> Judged:
    """Judge 完成上级任务 without a target number: a conclusion and a supporting file together, else a person."""
    table = targets()["superior"]
    text = plain(actuals.text)
    doubt = doubtful_word(text)
    if doubt and not re.fullmatch(r"[\d.%\-]*", text):
        return Judgement.NOT_MET, _said("state_negative", actuals, word=doubt)
    remark = plain(actuals.remarks)
    done = _done_word(text) or ("" if doubtful_word(remark) else _done_word(remark))
    if not done:
        return Judgement.MANUAL, lambda: _basis("superior_none")
    file = "" if doubtful_word(plain(actuals.evidence)) else actuals.evidence
    file = file or (actuals.text if re.search(table["file_marks"], text.replace(done, "")) else "")
    if not file:
        return Judgement.MANUAL, _said("superior_no_file", actuals, word=done)
    return Judgement.MET, _said("superior_done", actuals, word=done, file=_shown(file))
