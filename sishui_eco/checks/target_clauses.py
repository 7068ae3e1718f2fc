"""Clauses of a target value: each reader returns None when a text is not of its kind. Words: `zh/targets.toml`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from sishui_eco.checks.target_tree import Target, TargetKind, manual, manual_reason
from sishui_eco.checks.texts import NUMBER, any_of, measure_key, targets


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a clause is read with: the direction and the unit of measurement of its indicator."""

    polarity: str
    measure: str

    @property
    def percent(self) -> bool:
        return measure_key(self.measure) in targets()["measures"]["percent"]


def read_whole(text: str, context: Context) -> Target:
    """Return the tree of a text already in compared form: one clause, or clauses joined by and, or by or."""
    return _parse(_trim(text), context)


def _trim(text: str) -> str:
    return text.strip(str(targets()["splitting"]["trim"]))


def _parse(text: str, context: Context) -> Target:
    if not text:
        return manual(text, "empty")
    for reader in _READERS:
        found = reader(text, context)
        if found is not None:
            return found
    splitting = targets()["splitting"]
    for separators, kind in ((splitting["and"], TargetKind.ALL_OF), (splitting["or"], TargetKind.ANY_OF)):
        for separator in separators:
            parts = [part for part in map(_trim, re.split(separator, text)) if part]
            if len(parts) > 1:
                return Target(kind=kind, text=text, parts=tuple(_parse(part, context) for part in parts))
    return manual(text, "unknown")


def _not_applicable(text: str, context: Context) -> Target | None:
    if text.lower() in targets()["not_applicable"]["words"]:
        return Target(kind=TargetKind.NOT_APPLICABLE, text=text)
    return None


def _three_nots(text: str, context: Context) -> Target | None:
    parts = targets()["three_nots"]["parts"]
    found = [part["subject"] for part in parts if any(phrase in text for phrase in part["target"])]
    rest = text
    for part in parts:
        for phrase in part["target"]:
            rest = rest.replace(phrase, "")
    if found and not re.search(r"[^\W_]", rest):
        return Target(kind=TargetKind.THREE_NOTS, text=text, words=tuple(found))
    return None


def _by_tier(text: str, context: Context) -> Target | None:
    table = targets()["tiers"]
    names = any_of([*table["terrain"], *table["level"], *table["region"]])
    sign = rf"(?=[\u2265\u2264<>\d]|{any_of(_comparator_words())})"
    marks = list(re.finditer(rf"(?P<tier>{names})(?:{any_of(table['tail'])})?:?{sign}", text))
    if not marks or marks[0].start() != 0:
        return None
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    tiers = [(mark["tier"], read_whole(text[mark.end() : end], context)) for mark, end in zip(marks, ends, strict=True)]
    if any(tier.kind is TargetKind.MANUAL for _, tier in tiers):
        return manual(text, "bad_tier")
    if _joined(tiers[-1][1]):
        return None  # 山区≥60；不降低: what follows the last tier belongs to all of them
    return Target(kind=TargetKind.BY_TIER, text=text, tiers=tuple(tiers))


def _joined(target: Target) -> bool:
    return target.kind is TargetKind.ALL_OF


def _comparator_words() -> list[str]:
    table = targets()["comparators"]
    return [*table["at_least"], *table["above"], *table["at_most"], *table["below"]]


def _change(text: str, context: Context) -> Target | None:
    table = targets()["change"]
    opens = table["cumulative_open"]
    opening, closing = re.escape(opens), re.escape(table["cumulative_close"])
    total = re.fullmatch(rf"[{opening}](?P<number>{NUMBER})%?[{closing}]", text) if text[0] in opens else None
    if total:
        return _number_clause(TargetKind.CHANGE, text, total["number"], mode=context.polarity or "+")
    signs = targets()["signs"]["delta"]
    shape = rf"[{signs}][^\d\u2265\u2264<>]{{0,12}}(?P<op>[\u2265\u2264<>])(?P<number>{NUMBER})%?"
    delta = re.fullmatch(shape, text) if text[0] in signs else None
    if delta:
        mode = "+" if delta["op"] in "\u2265>" else "<"
        return _number_clause(TargetKind.CHANGE, text, delta["number"], mode=mode, strict=delta["op"] in "<>")
    return _worded_change(text)


def _worded_change(text: str) -> Target | None:
    table, comparators = targets()["change"], targets()["comparators"]
    if not any(way in text for way in (*table["up"], *table["down"])):
        return None
    pattern = str(table["pattern"])
    for name, options in (
        ("{ways}", [*table["up"], *table["down"]]),
        ("{ops}", [*comparators["at_least"], *comparators["above"]]),
        ("{tails}", comparators["suffix_at_least"]),
    ):
        pattern = pattern.replace(name, any_of(options))
    found = re.match(pattern, text)
    if not found:
        return None
    return Target(
        kind=TargetKind.CHANGE,
        text=text,
        bound=Decimal(found["number"]),
        strict=(found["op"] or "") in comparators["above"],
        mode="+" if found["way"] in table["up"] else "-",
        relative=found["unit"] == targets()["measures"]["percent"][0],
        base=int(found["base"] or 0),
    )


def _ordered_class(text: str, context: Context) -> Target | None:
    table = targets()["class"]
    if not re.search(table["suffix"], text):
        return None
    ranks = [word for options in table["words"].values() for word in options]
    found = re.fullmatch(
        rf"(?P<op>{any_of([*table['reach'], *table['better']])})?{any_of(table['label'])}?"
        rf"(?P<rank>{any_of(ranks)}){table['suffix']}"
        rf"(?P<after>{any_of(table['after'])})*",
        text,
    )
    if not found:
        return None
    rank = next(int(number) for number, options in table["words"].items() if found["rank"] in options)
    return Target(
        kind=TargetKind.ORDERED_CLASS, text=text, bound=Decimal(rank), strict=(found["op"] or "") in table["better"]
    )


def _about(text: str, context: Context) -> Target | None:
    table = targets()["about"]
    before, after = any_of(table["before"]), any_of(table["after"])
    unit = r"[^\d;,]{0,12}?"
    found = re.fullmatch(rf"(?:{before}(?P<a>{NUMBER}){unit}|(?P<b>{NUMBER}){unit}{after})", text)
    if not found:
        return None
    return Target(
        kind=TargetKind.ABOUT, text=text, bound=Decimal(found["a"] or found["b"]), reason=manual_reason("about")
    )


def _number_clause(kind: TargetKind, text: str, number: str, *, mode: str = "", strict: bool = False) -> Target:
    return Target(kind=kind, text=text, bound=Decimal(number), mode=mode, strict=strict)


def _compared(text: str, context: Context) -> Target | None:
    """Read ≥20, 不低于85%, 80以上, 优良天数比例达到85%, 控制在0.7以内."""
    table = targets()["comparators"]
    label = rf"{_unit_signs()}{{0,{table['label_longest']}}}?"
    tails = {name: any_of(table[f"suffix_{name}"]) for name in ("at_least", "at_most")}
    unit = rf"(?P<unit>{_unit_signs()}{{0,14}}?)"
    for name in ("at_least", "at_most"):
        found = re.fullmatch(rf"{label}(?P<number>{NUMBER}){unit}{tails[name]}", text)
        if found:
            return _checked(TargetKind(name), text, found, context, strict=False)
    for name, kind in (
        ("at_least", TargetKind.AT_LEAST),
        ("at_most", TargetKind.AT_MOST),
        ("above", TargetKind.AT_LEAST),
        ("below", TargetKind.AT_MOST),
    ):
        found = re.fullmatch(rf"{label}{any_of(table[name])}(?P<number>{NUMBER}){unit}", text)
        if found:
            return _checked(kind, text, found, context, strict=name in ("above", "below"))
    return None


def _unit_signs() -> str:
    """Return the class of signs that may stand beside a number within one clause."""
    joints = "".join(targets()["splitting"]["joints"])
    return rf"[^\d;,<>\u2265\u2264{joints}]"


def _checked(kind: TargetKind, text: str, found: re.Match[str], context: Context, *, strict: bool) -> Target:
    unit, measure = measure_key(found["unit"]), measure_key(context.measure)
    if unit and measure and unit != measure:
        return manual(text, "measure", unit=found["unit"], measure=context.measure)
    bound = Decimal(found["number"])
    if kind is TargetKind.AT_LEAST and bound == 100 and context.percent and not strict:
        kind = TargetKind.FULL
    return Target(kind=kind, text=text, bound=bound, strict=strict)


def _bare_number(text: str, context: Context) -> Target | None:
    found = re.fullmatch(rf"(?P<number>{NUMBER})(?P<unit>{_unit_signs()}{{0,14}})", text)
    if not found:
        return None
    checked = _checked(TargetKind.BARE, text, found, context, strict=False)
    if checked.kind is TargetKind.MANUAL:
        return checked if found["unit"][:1] not in "~-" else manual(text, "range")
    if context.percent and checked.bound == 100 and context.polarity != "-":
        return _number_clause(TargetKind.FULL, text, "100")
    if context.polarity not in ("+", "-"):
        return manual(text, "no_direction")
    return _number_clause(TargetKind.BARE, text, found["number"], mode=context.polarity)


def _range(text: str, context: Context) -> Target | None:
    if re.fullmatch(rf"{NUMBER}%?[~\-\u81f3]\d+(?:\.\d+)?[^\d]{{0,8}}", text):
        return manual(text, "range")
    return None


_TREND_MODES = ("above_last", "below_last", "not_fall", "not_rise", "stable", "rise", "fall", "improve")


def _trend(text: str, context: Context) -> Target | None:
    table = targets()["trend"]
    phrases = [word for mode in _TREND_MODES for word in table[mode] if text.endswith(word)]
    if not any(re.fullmatch(rf"{_unit_signs()}{{0,12}}", text.removesuffix(word)) for word in phrases):
        return None
    whole = max(phrases, key=len)
    mode = next(name for name in _TREND_MODES if whole in table[name])
    return Target(kind=TargetKind.TREND, text=text, mode=mode)


def _is_joined(text: str) -> bool:
    """Whether a text is several clauses, which are read one by one."""
    return any(sign in text for sign in (";", ",", *targets()["splitting"]["joints"]))


def _outside(text: str, context: Context) -> Target | None:
    if not _is_joined(text) and any(word in text for word in targets()["outside"]["words"]):
        return Target(kind=TargetKind.OUTSIDE, text=text, reason=manual_reason("outside"))
    return None


def _superior(text: str, context: Context) -> Target | None:
    if _is_joined(text):
        return None
    if any(re.search(pattern, text) for pattern in targets()["superior"]["patterns"]):
        return Target(kind=TargetKind.SUPERIOR, text=text)
    return None


def _none_or_slight(text: str, context: Context) -> Target | None:
    table = targets()["absence"]["targets"]
    found = re.fullmatch(rf"{_unit_signs()}{{0,10}}?(?P<word>{any_of(table)})", text)
    if not found:
        return None
    return Target(kind=TargetKind.NONE_OR_SLIGHT, text=text, bound=Decimal(table[found["word"]]))


def _state(text: str, context: Context) -> Target | None:
    found = re.fullmatch(rf"{_unit_signs()}{{0,8}}?(?P<word>{any_of(targets()['states'])})", text)
    if not found:
        return None
    return Target(kind=TargetKind.STATE, text=text, words=(found["word"],))


_READERS: tuple[Callable[[str, Context], Target | None], ...] = (
    _not_applicable,
    _three_nots,
    _ordered_class,
    _by_tier,
    _about,
    _range,
    _change,
    _trend,
    _compared,
    _bare_number,
    _none_or_slight,
    _state,
    _superior,
    _outside,
)
