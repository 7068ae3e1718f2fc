"""What can be said of a file without reading it: whose it is, by the names around it."""

from __future__ import annotations

from sishui_eco.model.arrival import Arrival, ArrivalVerdict, FileKind
from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.submission import Understood
from sishui_eco.spec.campaign import Campaign
from sishui_eco.understanding.claims import arrival_claims
from sishui_eco.understanding.nil import name_says_nil, nil_form, says_nil
from sishui_eco.understanding.units import decide_unit
from sishui_eco.zh import word

SCANS = (FileKind.PDF, FileKind.IMAGE)
MAILS = (FileKind.EML, FileKind.MSG, FileKind.MBOX, FileKind.TNEF)


def understand_unreadable(arrival: Arrival, campaign: Campaign) -> Understood:
    """Return the verdict of a file whose content is not read: a scan is supporting, the rest unrecognised.

    A name or a mail that says there is no project is told to the clerk (I108); it is not taken for the
    signed and sealed statement.
    """
    decided = decide_unit(arrival_claims(arrival), campaign)
    findings: list[Finding] = []
    mail = arrival.kind in MAILS
    body = arrival.mail.body if arrival.mail is not None and mail else ""
    statement = next((line.strip() for line in body.splitlines() if says_nil(line)), "")
    if not statement and name_says_nil(arrival.name):
        statement = arrival.name
    if statement and nil_form(campaign):
        findings.append(
            make_finding("I108", arrival.place, unit_id=decided.unit_id, form=nil_form(campaign), raw=statement[:80])
        )
    supporting = arrival.kind in SCANS or (mail and bool(decided.unit_id))
    key = "supporting_mail" if mail else ("supporting_unreadable" if supporting else "unrecognised_kind")
    return Understood(
        arrival=arrival,
        verdict=ArrivalVerdict.SUPPORTING if supporting else ArrivalVerdict.UNRECOGNISED,
        findings=tuple(findings),
        unit_id=decided.unit_id,
        evidence=word("evidence.joint", "understanding").join(
            [word(f"evidence.{key}", "understanding"), decided.evidence]
        ),
    )
