"""One clause of a target against what a record says: met, not met, or a person must judge, with the basis."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from sishui_eco.checks.ruling import (
    MANUAL,
    MET,
    NOT_MET,
    Case,
    Ruling,
    bad_number,
    basis,
    bound_of,
    compare_up,
    result_word,
    shown,
    undecided,
    value_of,
    year_said,
)
from sishui_eco.checks.stating import doubtful_word, judge_absence, judge_state, judge_superior_words, judge_three_nots
from sishui_eco.checks.targets import Target, TargetKind, parse_target
from sishui_eco.checks.texts import any_of, first_word, plain, targets, without_words
from sishui_eco.checks.trends import judge_change, judge_trend
from sishui_eco.model.remembered import remembered


def judge(target: Target, case: Case) -> Ruling:
    """Return the judgement of a target; combinations follow three-valued logic.

    ALL_OF: one clause not met decides; else one undecided clause makes the whole undecided. ANY_OF: one met decides.
    """
    if target.kind in _WHOLES:
        rulings = [judge(part, case) for part in target.parts]
        order = (NOT_MET, MANUAL, MET) if target.kind is TargetKind.ALL_OF else (MET, MANUAL, NOT_MET)
        judgement = min((ruling.judgement for ruling in rulings), key=order.index)
        return Ruling(judgement=judgement, said=lambda: basis("joint").join(ruling.said() for ruling in rulings))
    if target.tiers:
        return _judge_tier(target, case)
    ruling = _judge_clause(target, case)
    return Ruling(judgement=ruling.judgement, said=lambda: basis("clause", clause=target.text, said=ruling.said()))


def _judge_tier(target: Target, case: Case) -> Ruling:
    table = targets()["tiers"]
    own = {
        name
        for key, default in (
            (table["terrain_key"], ""),
            (table["level_key"], table["level_default"]),
            (table["region_key"], ""),
        )
        for name in _same_tier(case.campaign.parameter(key, default))
    }
    chosen = [(name, tier) for name, tier in target.tiers if name in own]
    if len(chosen) != 1:
        return undecided(lambda: basis("clause", clause=target.text, said=basis("tier_unknown")))
    name, tier = chosen[0]
    ruling = judge(tier, case)
    return Ruling(judgement=ruling.judgement, said=lambda: basis("tier", tier=name) + ruling.said())


def _same_tier(name: str) -> tuple[str, ...]:
    for group in targets()["tiers"]["same"]:
        if name in group:
            return tuple(group)
    return (name,) if name else ()


def _judge_clause(target: Target, case: Case) -> Ruling:
    actuals, reader = case.actuals, _CLAUSES.get(target.kind)
    if reader is None:
        return _UNREAD[target.kind](target)
    if not actuals.text:
        return undecided(lambda: basis("missing", year=actuals.year))
    return reader(target, case)


# --- numbers --------------------------------------------------------------------------------------


def _judge_bound(target: Target, case: Case) -> Ruling:
    bad = bad_number(case)
    if bad:
        return bad
    value, bound = value_of(case), bound_of(target)
    low = target.kind is TargetKind.AT_MOST or (target.kind is TargetKind.BARE and target.mode == "-")
    met = (value < bound or (value == bound and not target.strict)) if low else compare_up(value, bound, target.strict)
    judgement = MET if met else NOT_MET
    return Ruling(judgement=judgement, said=lambda: year_said(value, case, judgement))


def _judge_about(target: Target, case: Case) -> Ruling:
    value = shown(case.actuals.text)
    return undecided(lambda: basis("outside", reason=target.reason, year=case.actuals.year, value=value))


# --- words, classes, what lies outside --------------------------------------------------------------


def _judge_words(target: Target, case: Case) -> Ruling:
    reader = {
        TargetKind.STATE: judge_state,
        TargetKind.NONE_OR_SLIGHT: judge_absence,
        TargetKind.THREE_NOTS: judge_three_nots,
    }[target.kind]
    judgement, said = reader(target, case.actuals)
    return Ruling(judgement=judgement, said=said)


def _judge_superior(target: Target, case: Case) -> Ruling:
    """Judge against the superior's target when the catalogue has one, else by conclusion and supporting file."""
    superior = case.indicator.superior_target
    if not superior:
        judgement, said = judge_superior_words(case.actuals)
        return Ruling(judgement=judgement, said=said)
    parsed = parse_target(superior, polarity=case.indicator.polarity, measure=case.indicator.measure)
    if parsed.kind is TargetKind.SUPERIOR:
        judgement, said = judge_superior_words(case.actuals)
        return Ruling(judgement=judgement, said=said)
    ruling = judge(parsed, case)
    return Ruling(
        judgement=ruling.judgement, said=lambda: basis("superior_target", target=superior, said=ruling.said())
    )


def _judge_class(target: Target, case: Case) -> Ruling:
    """Compare classes such as Ⅲ类; of several named, the worst counts."""
    rank = worst_class(case.actuals.text)
    if rank is None:
        return undecided(lambda: basis("unreadable", year=case.actuals.year, value=shown(case.actuals.text)))
    bound = bound_of(target)
    judgement = MET if rank < bound or (rank == bound and not target.strict) else NOT_MET
    doubt = class_doubt(case.actuals.text) if judgement is MET else ""
    facts = {"year": case.actuals.year, "value": shown(case.actuals.text)}
    if doubt:
        return undecided(lambda: basis("class_doubtful", **facts, word=doubt))
    return Ruling(judgement=judgement, said=lambda: basis("class", **facts, result=result_word(judgement)))


@cache
def _classes() -> re.Pattern[str]:
    table = targets()["class"]
    ranks = any_of(word for options in table["words"].values() for word in options)
    prefix = rf"({re.escape(table['worse'])}|(?<!{table['or_better']})(?:{table['strictly']}))?"
    return re.compile(rf"{prefix}({ranks})(?:(?:[-~]({ranks}))?{table['suffix']})")


@remembered
def class_doubt(text: str) -> str:
    """Return the word that says a class is not reached, or only nearly or in future; "" when there is none."""
    table, rest = targets()["class"], plain(text)
    worst = without_words(rest, table["no_doubt"])
    return first_word(worst, table["doubt"]) or doubtful_word(rest)


def worst_class(text: str) -> int | None:
    """Return the worst class named in a text (1 best, 6 for 劣Ⅴ), None when none is named; 优于Ⅲ类 names Ⅱ类."""
    table = targets()["class"]
    ranks = {word: int(number) for number, options in table["words"].items() for word in options}
    found = _classes().findall(plain(text))
    named: list[int] = []
    for prefix, first, second in found:
        better = bool(prefix) and prefix != table["worse"]
        named.extend(ranks[word] - better for word in (first, second) if word)
        if prefix == table["worse"]:
            named.append(int(table["worst"]))
    return max(named, default=None)


def _judge_outside(target: Target, case: Case) -> Ruling:
    value = shown(case.actuals.text)
    return undecided(lambda: basis("outside", reason=target.reason, year=case.actuals.year, value=value))


_WHOLES = frozenset({TargetKind.ALL_OF, TargetKind.ANY_OF})
_UNREAD: dict[TargetKind, Callable[[Target], Ruling]] = {
    TargetKind.MANUAL: lambda target: undecided(lambda: basis("unparsed", reason=target.reason)),
    TargetKind.NOT_APPLICABLE: lambda target: undecided(lambda: basis("not_applicable")),
}
_CLAUSES: dict[TargetKind, Callable[[Target, Case], Ruling]] = {
    TargetKind.AT_LEAST: _judge_bound,
    TargetKind.AT_MOST: _judge_bound,
    TargetKind.FULL: _judge_bound,
    TargetKind.BARE: _judge_bound,
    TargetKind.ABOUT: _judge_about,
    TargetKind.CHANGE: judge_change,
    TargetKind.TREND: judge_trend,
    TargetKind.STATE: _judge_words,
    TargetKind.NONE_OR_SLIGHT: _judge_words,
    TargetKind.THREE_NOTS: _judge_words,
    TargetKind.SUPERIOR: _judge_superior,
    TargetKind.ORDERED_CLASS: _judge_class,
    TargetKind.OUTSIDE: _judge_outside,
}
