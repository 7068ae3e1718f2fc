"""Whose a submission is: unit names matched without guessing, and the vote of evidence."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.place import Place
from sishui_eco.spec.campaign import Campaign, Unit
from sishui_eco.understanding.values.words import key_text
from sishui_eco.zh import load_table, word


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMatch:
    """What a text says of a unit. `how` is exact, alias, short, contains, none or ambiguous.

    `candidates` are the units an ambiguous text may mean; for `none` they are suggestions only.
    """

    unit_id: str
    how: str
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitClaim:
    """One piece of evidence. `source` is a key of `zh/units.toml` [sources]: hidden_id, reporting_cell, …"""

    source: str
    text: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitVerdict:
    """Whose a submission is; `unit_id` is "" when it could not be told."""

    unit_id: str
    evidence: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Register:
    """Every spelling of every unit. `full` maps official names, `other` aliases, each to unit_ids."""

    full: dict[str, tuple[str, ...]]
    other: dict[str, tuple[str, ...]]
    region: tuple[str, ...]  # what names the county itself, longest first

    def spellings(self) -> list[tuple[str, tuple[str, ...]]]:
        return [*self.full.items(), *self.other.items()]


def _names() -> dict[str, Any]:
    table: dict[str, Any] = load_table("units")["names"]
    return table


@lru_cache(maxsize=16)
def _register(units: tuple[Unit, ...], region: str) -> _Register:
    key = key_text(region)
    short = key[:-1] if len(key) > 2 and key.endswith(tuple(_names()["region_endings"])) else key
    regions = tuple(dict.fromkeys(item for item in (key, short) if item))
    full: dict[str, tuple[str, ...]] = {}
    other: dict[str, tuple[str, ...]] = {}
    for unit in units:
        for table, spellings in ((full, (unit.name,)), (other, unit.aliases)):
            for spelling in spellings:
                for form in _forms_of_name(key_text(spelling), regions):
                    if unit.unit_id not in table.get(form, ()):
                        table[form] = (*table.get(form, ()), unit.unit_id)
    return _Register(full=full, other=other, region=regions)


def _forms_of_name(key: str, regions: tuple[str, ...]) -> list[str]:
    """Return a registered spelling as it is and without the words of place before it."""
    forms = [key, _without_own(key, regions)]
    forms.append(_without_superior(forms[-1]))
    return [form for form in dict.fromkeys(forms) if form]


def _without_own(key: str, regions: tuple[str, ...]) -> str:
    """Return a name without the county before it, in its several wordings."""
    prefixes = sorted((*regions, *_names()["own_prefixes"]), key=lambda item: (-len(item), item))
    while not key.startswith(tuple(_names()["not_prefixes"])):
        prefix = next((item for item in prefixes if key.startswith(item)), "")
        if not prefix or len(key) - len(prefix) < int(_names()["shortest"]):
            return key
        key = key[len(prefix) :]
    return key


def _without_superior(key: str) -> str:
    if key.startswith(tuple(_names()["not_prefixes"])):
        return key
    prefix = next((item for item in _names()["superior_prefixes"] if key.startswith(item)), "")
    return key[len(prefix) :] if len(key) - len(prefix) >= int(_names()["shortest"]) else key


def match_unit(text: str, campaign: Campaign) -> UnitMatch:
    """Return the unit a text names: exactly, by an alias, by a short form, or by holding exactly one name.

    A short form counts when it is a subsequence of the spellings of exactly one unit. Nothing is
    taken by likeness; likeness gives candidates only.
    """
    key = key_text(text)
    register = _register(campaign.units, campaign.region)
    bare = _without_own(key, register.region)
    for table, how in ((register.full, "exact"), (register.other, "alias")):
        found = table.get(key) or table.get(bare)
        if found:
            return _one_of(found, how)
    if len(bare) < int(_names()["shortest"]):
        return UnitMatch(unit_id="", how="none")
    short = () if _of_superior(bare, register) else _short_form(bare, register)
    if len(short) == 1:
        return UnitMatch(unit_id=short[0], how="short")
    inside = units_inside(text, campaign)
    if inside:
        return _one_of(inside, "contains")
    if short:
        return UnitMatch(unit_id="", how="ambiguous", candidates=short)
    return UnitMatch(unit_id="", how="none", candidates=_near(bare, register))


def _one_of(found: tuple[str, ...], how: str) -> UnitMatch:
    if len(found) == 1:
        return UnitMatch(unit_id=found[0], how=how)
    return UnitMatch(unit_id="", how="ambiguous", candidates=found)


def _of_superior(bare: str, register: _Register) -> bool:
    """Tell whether a text names the body of the city or province that one of ours is like: never ours."""
    rest = _without_superior(bare)
    return rest != bare and any(rest in form for form, _ in register.spellings()) and len(rest) >= 3


def _short_form(bare: str, register: _Register) -> tuple[str, ...]:
    """Return the units of which a text is a subsequence of a spelling, in roster order."""
    if not re.fullmatch(r"[^\W\d_a-z]+", bare):
        return ()
    found = [unit_id for form, owners in register.spellings() if _is_subsequence(bare, form) for unit_id in owners]
    return tuple(dict.fromkeys(found))


def _is_subsequence(short: str, name: str) -> bool:
    rest = iter(name)
    return all(sign in rest for sign in short)


def _near(bare: str, register: _Register) -> tuple[str, ...]:
    """Return units with a like spelling, as suggestions."""
    spellings = dict(reversed(register.spellings()))
    close = difflib.get_close_matches(bare, sorted(spellings), n=3, cutoff=float(_names()["near"]))
    return tuple(dict.fromkeys(unit_id for form in close for unit_id in spellings[form]))


def units_inside(text: str, campaign: Campaign) -> tuple[str, ...]:
    """Return the units whose names or aliases a longer text holds; a name nested in a longer one does not count."""
    key = key_text(text)
    register = _register(campaign.units, campaign.region)
    spans: list[tuple[int, int, tuple[str, ...]]] = []
    for form, owners in register.spellings():
        if len(form) >= int(_names()["shortest_inside"]):
            for found in re.finditer(f"(?={re.escape(form)})", key):
                if not _belongs_elsewhere(key[: found.start()], register.region):
                    spans.append((found.start(), found.start() + len(form), owners))
    outer = [span for span in spans if not any(_inside(span, other) for other in spans)]
    return tuple(dict.fromkeys(unit_id for _, _, owners in sorted(outer) for unit_id in owners))


def _inside(span: tuple[int, int, tuple[str, ...]], other: tuple[int, int, tuple[str, ...]]) -> bool:
    return other[0] <= span[0] and span[1] <= other[1] and (other[0], other[1]) != (span[0], span[1])


def _belongs_elsewhere(before: str, regions: tuple[str, ...]) -> bool:
    """Tell whether what stands before a name makes it a body of the city, or of another county."""
    if before.endswith(regions):
        return False
    bare = before[:-1] if before.endswith(tuple(_names()["region_endings"])) else before
    if bare.endswith(tuple(_names()["elsewhere"])):
        return True
    return before.endswith(tuple(_names()["superior_prefixes"]))


def is_group(text: str) -> bool:
    """Tell whether a text names a group of units, not one."""
    key = key_text(text)
    groups = load_table("units")["groups"]
    return key in groups["words"] or (key.startswith(tuple(groups["prefixes"])) and len(key) <= 12)


_STRONG = ("hidden_id", "reporting_cell", "seal_line")
_OWN_NAMES = ("file_name", "sheet_name")
_OUTSIDE = ("folder", "archive", "mail_sender", "mail_subject", "mail_body")
_LOOSE = ("file_name", "sheet_name", "folder", "archive", "mail_sender", "mail_subject", "mail_body")
_ADDRESSED = ("mail_subject", "mail_body")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vote:
    claim: UnitClaim
    match: UnitMatch

    @property
    def unit_id(self) -> str:
        return self.match.unit_id


def decide_unit(claims: Sequence[UnitClaim], campaign: Campaign, *, form: str = "") -> UnitVerdict:
    """Return whose a submission is, with the evidence in Chinese.

    Precedence: the hidden id, the reporting cell and the seal line are strong; they must agree.
    The file's own names (file, sheet), the way it came (folder, archive, mail) and the units in its rows
    are weak: alone they must agree among themselves, beside a strong claim they raise doubts only.

    Findings: I401 to I409.
    """
    votes = [vote for vote in (_vote(claim, campaign) for claim in claims) if vote]
    strong = [vote for vote in votes if vote.claim.source in _STRONG]
    weak = [vote for vote in votes if vote.claim.source not in _STRONG and vote.unit_id]
    named = _units_of(strong)
    if len(named) > 1:
        return _conflict("I401", [vote for vote in strong if vote.unit_id], campaign, form)
    if named:
        return _by_strong(named[0], strong, weak, campaign, form)
    if strong:
        return _by_unsure(strong, weak, campaign, form)
    return _by_weak(weak, campaign, form)


def _units_of(votes: Sequence[_Vote]) -> list[str]:
    return list(dict.fromkeys(vote.unit_id for vote in votes if vote.unit_id))


def _vote(claim: UnitClaim, campaign: Campaign) -> _Vote | None:
    """Return what a claim says, None when it says nothing about a unit."""
    text = claim.text.strip()
    if not key_text(text):
        return None
    if claim.source == "hidden_id" and text in campaign.unit_by_id:
        return _Vote(claim=claim, match=UnitMatch(unit_id=text, how="id"))
    if claim.source in _LOOSE:
        match = _loose_match(text, claim.source, campaign)
        return _Vote(claim=claim, match=match) if match else None
    return _Vote(claim=claim, match=match_unit(_without_label(text), campaign))


def _without_label(text: str) -> str:
    """Return a cell without the label that may stand in it, and without remarks in brackets."""
    labels = "|".join(re.escape(item) for item in load_table("units")["claims"]["labels"])
    bare = re.sub(rf"^(?:{labels})(?:\([^()]*\))?:", "", key_text(text))
    return re.sub(r"\([^()]*\)$", "", bare) or bare


def _loose_match(text: str, source: str, campaign: Campaign) -> UnitMatch | None:
    """Return what a name around the table says; short forms count only where a piece looks like a unit."""
    inside = units_inside(text, campaign)
    if source in _ADDRESSED:
        inside = tuple(item for item in inside if item not in _host_units(campaign))
    if inside:
        return _one_of(inside, "contains") if len(inside) == 1 else None
    pieces = [piece for piece in re.split(r"[\W\d_a-z]+", key_text(text)) if len(piece) >= 3]
    for piece in pieces:
        if piece.endswith(tuple(_names()["unit_endings"])) and source != "mail_body":
            match = match_unit(piece, campaign)
            if match.how == "short":
                return match
    return None


def _host_units(campaign: Campaign) -> tuple[str, ...]:
    """Return the units whose office receives the mails: being addressed is no evidence."""
    told = (campaign.office.address, campaign.office.signature, campaign.office.issuer)
    return tuple(unit_id for text in told for unit_id in units_inside(text, campaign))


def _piece(vote: _Vote) -> str:
    source = word(f"sources.{vote.claim.source}", "units")
    how = word(f"how.{vote.match.how}", "units")
    return word("evidence.piece", "units", source=source, text=_short_text(vote), how=how)


def _short_text(vote: _Vote) -> str:
    text = " ".join(vote.claim.text.split())
    return text if len(text) <= 40 else text[:39] + "…"


def _pieces(votes: Sequence[_Vote]) -> str:
    return word("evidence.joint", "units").join(dict.fromkeys(_piece(vote) for vote in votes))


def _claims(votes: Sequence[_Vote], campaign: Campaign) -> str:
    told = [
        word(
            "evidence.unit_and_text",
            "units",
            source=word(f"sources.{vote.claim.source}", "units"),
            text=_short_text(vote),
            unit=campaign.unit_name(vote.unit_id),
        )
        for vote in votes
    ]
    return word("evidence.joint", "units").join(dict.fromkeys(told))


def _unit_names(unit_ids: Sequence[str], campaign: Campaign) -> str:
    return word("evidence.joint_names", "units").join(campaign.unit_name(unit_id) for unit_id in unit_ids)


def _conflict(code: str, votes: Sequence[_Vote], campaign: Campaign, form: str) -> UnitVerdict:
    finding = make_finding(
        code,
        *dict.fromkeys(vote.claim.place for vote in votes),
        form=form,
        claims=_claims(votes, campaign),
        candidates=_unit_names(_units_of(votes), campaign),
    )
    evidence = word("evidence.conflict", "units", pieces=_claims(votes, campaign))
    return UnitVerdict(unit_id="", evidence=evidence, findings=(finding,))


def _by_strong(
    unit_id: str, strong: Sequence[_Vote], weak: Sequence[_Vote], campaign: Campaign, form: str
) -> UnitVerdict:
    """Return the unit the strong claims agree on, with doubts where the names around it say another."""
    name = campaign.unit_name(unit_id)
    agreeing = [vote for vote in (*strong, *weak) if vote.unit_id == unit_id]
    findings = [_unknown(vote, campaign, form, unit_id) for vote in strong if not vote.unit_id]
    against: list[_Vote] = []
    for sources, code in ((_OWN_NAMES, "I404"), (_OUTSIDE, "I406")):
        others = [vote for vote in weak if vote.claim.source in sources and vote.unit_id != unit_id]
        against += others
        if others:
            places = dict.fromkeys(vote.claim.place for vote in others)
            told = _claims(others, campaign)
            findings.append(make_finding(code, *places, unit_id=unit_id, form=form, claims=told, unit=name))
    evidence = word("evidence.decided", "units", unit=name, pieces=_pieces(agreeing))
    if against:
        evidence = word("evidence.against", "units", decided=evidence, pieces=_claims(against, campaign))
    return UnitVerdict(unit_id=unit_id, evidence=evidence, findings=tuple(findings))


def _unknown(vote: _Vote, campaign: Campaign, form: str, unit_id: str = "") -> Finding:
    """Return the finding of a strong claim that names no unit, or several."""
    told = _unit_names(vote.match.candidates, campaign)
    name = _short_text(vote)
    if vote.match.how == "ambiguous":
        return make_finding(
            "I407", vote.claim.place, unit_id=unit_id, form=form, raw=vote.claim.text, name=name, candidates=told
        )
    return make_finding(
        "I402",
        vote.claim.place,
        unit_id=unit_id,
        form=form,
        raw=vote.claim.text,
        expected=told,
        name=name,
        suggestions=told,
    )


def _by_unsure(strong: Sequence[_Vote], weak: Sequence[_Vote], campaign: Campaign, form: str) -> UnitVerdict:
    """Return a unit for a strong claim that is no known name, only when weak evidence confirms a candidate of it."""
    findings = tuple(_unknown(vote, campaign, form) for vote in strong)
    texts = word("evidence.joint", "units").join(dict.fromkeys(_short_text(vote) for vote in strong))
    named = _units_of([vote for vote in weak if vote.claim.source != "rows"])
    if len(named) != 1 or not all(named[0] in vote.match.candidates for vote in strong):
        return UnitVerdict(unit_id="", evidence=word("evidence.unknown", "units", pieces=texts), findings=findings)
    name = campaign.unit_name(named[0])
    told = _claims(weak, campaign)
    places = dict.fromkeys(vote.claim.place for vote in strong)
    finding = make_finding(
        "I409", *places, unit_id=named[0], form=form, raw=strong[0].claim.text, name=texts, unit=name, claims=told
    )
    evidence = word("evidence.corroborated", "units", unit=name, pieces=_pieces(weak), text=texts)
    return UnitVerdict(unit_id=named[0], evidence=evidence, findings=(finding,))


def _by_weak(weak: Sequence[_Vote], campaign: Campaign, form: str) -> UnitVerdict:
    """Return the unit that weak evidence alone agrees on, always with a doubt."""
    named = _units_of(weak)
    if not named:
        finding = make_finding("I408", form=form)
        return UnitVerdict(unit_id="", evidence=word("evidence.nothing", "units"), findings=(finding,))
    if len(named) > 1:
        return _conflict("I403", weak, campaign, form)
    name = campaign.unit_name(named[0])
    places = dict.fromkeys(vote.claim.place for vote in weak)
    told = _claims(weak, campaign)
    finding = make_finding("I405", *places, unit_id=named[0], form=form, claims=told, unit=name)
    evidence = word("evidence.decided", "units", unit=name, pieces=_pieces(weak))
    return UnitVerdict(unit_id=named[0], evidence=evidence, findings=(finding,))
