"""Everything that says whose a file is, gathered for the vote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sishui_eco.model.arrival import Arrival
from sishui_eco.model.place import Place
from sishui_eco.model.submission import Record
from sishui_eco.spec.campaign import Campaign
from sishui_eco.understanding.labels import Labelled
from sishui_eco.understanding.units import UnitClaim, surely_unit
from sishui_eco.understanding.view import Sheet
from sishui_eco.understanding.vocabulary import key_text, pattern

UNIT_PROPERTY = "eco_unit"
REPORTING = "reporting_unit"
UNIT_FIELD = {"annex2": "lead_unit", "annex3": "provider", "annex4": "responsible_unit"}
LONGEST_SEAL_LINE = 40


def arrival_claims(arrival: Arrival) -> tuple[UnitClaim, ...]:
    """Return what the names around a file say: its own, its folders', its archive's, its mail's."""
    place = arrival.place
    claims = [UnitClaim(source="file_name", text=arrival.name, place=place)]
    folders, top = _parted(arrival.file)
    if folders:
        claims.append(UnitClaim(source="folder", text=folders, place=place))
    if arrival.member:
        claims.append(UnitClaim(source="archive", text=f"{top}/{_parted(arrival.member)[0]}", place=place))
    if arrival.mail is not None:
        sender = " ".join(item for item in (arrival.mail.sender_name, arrival.mail.sender_address) if item)
        for source, text in (
            ("mail_sender", sender),
            ("mail_subject", arrival.mail.subject),
            ("mail_body", arrival.mail.body),
        ):
            claims.append(UnitClaim(source=source, text=text, place=place))
    return tuple(item for item in claims if item.text.strip("/ "))


def _parted(path: str) -> tuple[str, str]:
    head, _, tail = path.rpartition("/")
    return head, tail


def hidden_claims(properties: Iterable[tuple[str, str]], place: Place) -> tuple[UnitClaim, ...]:
    """Return the hidden identification of our own blank; it is one voice among others."""
    return tuple(
        UnitClaim(source="hidden_id", text=value, place=place) for key, value in properties if key == UNIT_PROPERTY
    )


def reporting_claims(labelled: Iterable[Labelled]) -> tuple[UnitClaim, ...]:
    return tuple(
        UnitClaim(source="reporting_cell", text=item.text, place=item.place)
        for item in labelled
        if item.field == REPORTING and item.text
    )


def seal_claims(sheet: Sheet, rows: Sequence[int], campaign: Campaign) -> tuple[UnitClaim, ...]:
    """Return the lines that stand where a seal goes: a unit's name with 盖章 behind it, or all alone."""
    claims: list[UnitClaim] = []
    for row in rows:
        for cell in sheet.own(row):
            if len(cell.text) > LONGEST_SEAL_LINE:
                continue
            sealed = pattern("rows", "seal").match(key_text(cell.text))
            name = sealed.group("unit") if sealed else cell.text
            if surely_unit(name, campaign):
                claims.append(UnitClaim(source="seal_line", text=name.strip(), place=sheet.at(cell.row, cell.column)))
    return tuple(claims)


def row_claims(records: Sequence[Record], campaign: Campaign) -> tuple[UnitClaim, ...]:
    """Return the one unit that all rows name as theirs, nothing when they name several or none."""
    found: dict[str, UnitClaim] = {}
    for record in records:
        answer = record.answers.get(UNIT_FIELD.get(record.form, ""))
        if answer is None or not answer.value:
            continue
        claim = UnitClaim(source="rows", text=campaign.unit_name(answer.value), place=answer.place)
        found.setdefault(answer.value, claim)
    return tuple(found.values()) if len(found) == 1 and next(iter(found)) in campaign.unit_by_id else ()


def sheet_claims(sheet: Sheet) -> tuple[UnitClaim, ...]:
    return (UnitClaim(source="sheet_name", text=sheet.grid.name, place=sheet.place),)
