"""Whose a submission is: the vote of evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from msgspec import Struct

from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.place import Place
from sishui_eco.model.remembered import LONGEST, keep, remembered
from sishui_eco.model.submission import Blank
from sishui_eco.spec.campaign import Campaign
from sishui_eco.understanding.values.blanks import blank_class
from sishui_eco.understanding.values.unit_names import SURE, UnitMatch, is_group, match_unit, surely_unit, units_inside
from sishui_eco.understanding.values.words import key_text
from sishui_eco.zh import load_table, word

__all__ = [
    "SURE",
    "UnitClaim",
    "UnitMatch",
    "UnitVerdict",
    "decide_unit",
    "is_group",
    "match_unit",
    "surely_unit",
    "units_inside",
]


class UnitClaim(Struct, frozen=True, kw_only=True):
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


_STRONG = ("hidden_id", "reporting_cell", "seal_line")
_OWN_NAMES = ("file_name", "sheet_name", "title")
_OUTSIDE = ("folder", "archive", "mail_sender", "mail_subject", "mail_body")
_LOOSE = ("title", "file_name", "sheet_name", "folder", "archive", "mail_sender", "mail_subject", "mail_body")
_ADDRESSED = ("mail_subject", "mail_body")


class _Vote(Struct, frozen=True, kw_only=True):
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
    votes = _beside_issuer([vote for vote in (_vote(claim, campaign) for claim in claims) if vote], campaign)
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


def _beside_issuer(votes: list[_Vote], campaign: Campaign) -> list[_Vote]:
    """Leave out titles that name the office that issued the form, when anything names another unit."""
    issuer = _host_units(campaign)
    if all(vote.unit_id in issuer for vote in votes if vote.unit_id):
        return votes
    return [vote for vote in votes if vote.claim.source != "title" or vote.unit_id not in issuer]


def _units_of(votes: Sequence[_Vote]) -> list[str]:
    return list(dict.fromkeys(vote.unit_id for vote in votes if vote.unit_id))


def _vote(claim: UnitClaim, campaign: Campaign) -> _Vote | None:
    """Return what a claim says, None when it says nothing about a unit."""
    text = claim.text.strip()
    if _says_nothing(text):
        return None
    if claim.source == "hidden_id" and text in campaign.unit_by_id:
        return _Vote(claim=claim, match=UnitMatch(unit_id=text, how="id"))
    if claim.source in _LOOSE:
        match = _loose_match(text, claim.source, campaign)
        return _Vote(claim=claim, match=match) if match else None
    return _Vote(claim=claim, match=match_unit(_without_label(text), campaign))


@remembered
def _says_nothing(text: str) -> bool:
    """Tell whether a claim is blank: a marker, a line to write on, or the printed words of a form."""
    if blank_class(text) is not Blank.FILLED:
        return True
    return not _printed().sub("", key_text(text))


@cache
def _printed() -> re.Pattern[str]:
    printed = load_table("units")["claims"]
    words = sorted((*printed["labels"], *printed["printed"]), key=lambda item: (-len(item), item))
    return re.compile(rf"{'|'.join(re.escape(item) for item in words)}|[\W_\d]")


@cache
def _label() -> re.Pattern[str]:
    labels = "|".join(re.escape(item) for item in load_table("units")["claims"]["labels"])
    return re.compile(rf"^(?:{labels})(?:\([^()]*\))?:")


def _without_label(text: str) -> str:
    """Return a cell without the label that may stand in it, and without remarks in brackets."""
    bare = _label().sub("", key_text(text))
    return re.sub(r"\([^()]*\)$", "", bare) or bare


def _loose_match(text: str, source: str, campaign: Campaign) -> UnitMatch | None:
    """Return what a name around the table says, worked out once for a short one: titles are the same in every file."""
    known: dict[tuple[str, str], UnitMatch | None] = campaign.worked_out.setdefault("loose_names", {})
    if (text, source) in known:
        return known[text, source]
    match = _loose(text, source, campaign)
    return keep(known, (text, source), match) if len(text) <= LONGEST else match


def _loose(text: str, source: str, campaign: Campaign) -> UnitMatch | None:
    """Return what a name around the table says; short forms count only where a piece looks like a unit."""
    inside = units_inside(text, campaign)
    if source in _ADDRESSED:
        inside = tuple(item for item in inside if item not in _host_units(campaign))
    if inside:
        return UnitMatch(unit_id=inside[0], how="contains") if len(inside) == 1 else None
    pieces = [piece for piece in re.split(r"[\W\d_a-z]+", key_text(text)) if len(piece) >= 3]
    for piece in pieces:
        if piece.endswith(tuple(load_table("units")["names"]["unit_endings"])) and source != "mail_body":
            match = match_unit(piece, campaign)
            if match.how == "short":
                return match
    return None


def _host_units(campaign: Campaign) -> tuple[str, ...]:
    """Return the units whose office receives the mails: being addressed is no evidence."""
    known: tuple[str, ...] | None = campaign.worked_out.get("host_units")
    if known is None:
        known = campaign.worked_out["host_units"] = _hosts(campaign)
    return known


def _hosts(campaign: Campaign) -> tuple[str, ...]:
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
    near = word("evidence.near", "units", names=told) if told else word("evidence.nothing_near", "units")
    return make_finding(
        "I402", vote.claim.place, unit_id=unit_id, form=form, raw=vote.claim.text, expected=told, name=name, near=near
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
    around = _units_of([vote for vote in weak if vote.claim.source != "rows"])
    in_rows = _units_of([vote for vote in weak if vote.claim.source == "rows"])
    if len(around) == 1 and around[0] in in_rows:
        named = around  # the rows of a file may name others beside its own unit
    if len(named) > 1:
        return _conflict("I403", weak, campaign, form)
    weak = [vote for vote in weak if vote.unit_id == named[0]]
    name = campaign.unit_name(named[0])
    places = dict.fromkeys(vote.claim.place for vote in weak)
    finding = make_finding("I405", *places, unit_id=named[0], form=form, claims=_pieces(weak), unit=name)
    evidence = word("evidence.decided", "units", unit=name, pieces=_pieces(weak))
    return UnitVerdict(unit_id=named[0], evidence=evidence, findings=(finding,))
