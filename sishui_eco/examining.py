"""The per-file stage: one arrival in, what it says out; a pure function of its bytes and the campaign.

These are the tasks of worker processes, so this module imports no output and no pandas.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime

from sishui_eco import checks
from sishui_eco.intake.limits import Limits
from sishui_eco.intake.receive import Received, expand
from sishui_eco.model.arrival import TABLE_KINDS, Arrival, ArrivalVerdict, FileKind
from sishui_eco.model.finding import Finding, Refused, make_finding
from sishui_eco.model.grid import Document
from sishui_eco.model.submission import Understood
from sishui_eco.reading import read, read_limits_of
from sishui_eco.reading.scans import red_round_in_scan
from sishui_eco.reading.seals import red_round
from sishui_eco.running.storing import Held
from sishui_eco.running.workers import Death, WorkLimits
from sishui_eco.spec.bounds import changed_bounds
from sishui_eco.spec.campaign import Campaign
from sishui_eco.understanding import understand, understand_unreadable
from sishui_eco.zh import load_table, word


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A file of the inbox on its way to be opened."""

    file: str
    received: datetime
    held: Held

    @property
    def size(self) -> int:
        return self.held.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """An arrival on its way to be read: without its bytes, but with the place where they are."""

    arrival: Arrival
    held: Held

    @property
    def size(self) -> int:
        return self.held.size


def open_file(item: Opening, limits: Limits) -> list[Received]:
    """Open one file of the inbox: the file itself, or the members of a mail or archive (worker task).

    The bytes of the file itself do not travel back, those of members do.
    """
    return [
        leaf if leaf.arrival.sha256 != item.held.sha256 else replace(leaf, arrival=replace(leaf.arrival, content=b""))
        for leaf in expand(item.file, bytes_of(item.held), item.received, limits)
    ]


def bytes_of(held: Held) -> bytes:
    """Return bytes in a worker. Raises: FileNotFoundError when they were taken away in this very moment."""
    content = held.read()
    if content is None:
        raise FileNotFoundError(held.sha256)
    return content


def lost_container(item: Opening, death: Death) -> Received:
    """Return the arrival of a file whose opening killed its worker, refused by name."""
    arrival = Arrival(
        file=item.file,
        name=item.file.rpartition("/")[2],
        sha256=item.held.sha256,
        size=item.size,
        kind=FileKind.UNKNOWN,
        received=item.received,
    )
    return Received(arrival=arrival, refusal=death_finding(death, arrival))


ASSIGN_FORM = "assign_form"
LOOKED_AT = frozenset({FileKind.IMAGE, FileKind.PDF})  # for a round red mark
READ_IN_WORKERS = TABLE_KINDS | LOOKED_AT
DEATH_CODES = {Death.TIMEOUT: "R901", Death.MEMORY: "R902", Death.CRASH: "R903"}


def death_finding(death: Death, arrival: Arrival) -> Finding:
    """R901, R902, R903: refuse a file whose reading ran out of time or memory, or killed its worker."""
    return make_finding(DEATH_CODES[death], arrival.place)


def work_limits(campaign: Campaign) -> WorkLimits:
    """Return time and memory of one file with those the task sheet changes."""
    return changed_bounds(WorkLimits(), load_table("reading")["work_limits"], campaign)


def examine_leaf(leaf: Leaf, campaign: Campaign) -> Understood:
    """Read, understand and check one arrival whose bytes are elsewhere (worker task)."""
    return examine_arrival(replace(leaf.arrival, content=bytes_of(leaf.held)), campaign)


def examine_arrival(arrival: Arrival, campaign: Campaign) -> Understood:
    """Read, understand and check one arrival: a pure function of its bytes and the campaign."""
    bare = replace(arrival, content=b"")
    if arrival.kind in LOOKED_AT:
        return _picture(arrival, bare, campaign)
    try:
        document = read(arrival.content, arrival.kind, bare.place, read_limits_of(campaign))
    except Refused as refused:
        return refuse(bare, refused.finding, campaign)
    understood = as_assigned(understand(bare, document, campaign), document, campaign)
    submissions = tuple(
        replace(
            item, findings=(*item.findings, *checks.check_submission(item, campaign)), red_rounds=_red_rounds(document)
        )
        for item in understood.submissions
    )
    return replace(understood, submissions=submissions, findings=(*document.notices, *understood.findings))


def as_assigned(understood: Understood, document: Document, campaign: Campaign) -> Understood:
    """Return a file read anew as the form that the clerk assigned to it, when it can be read so.

    A file with several forms stays as it was read: one form could only be given to it by losing the others.
    """
    arrival = understood.arrival
    names = (arrival.sha256, arrival.file, arrival.member, arrival.name, str(arrival.place))
    assigned = [item for item in campaign.decisions if item.action == ASSIGN_FORM and item.file and item.file in names]
    form = campaign.form_by_key.get(assigned[0].value) if assigned else None
    read_as = {item.form for item in understood.submissions}
    if form is None or len(read_as) > 1 or form.key in read_as:
        return understood
    again = understand(arrival, document, replace(campaign, forms=(form,)))
    return again if again.submissions else understood


def campaign_of_day(campaign: Campaign, today: date) -> Campaign:
    """Return the campaign without expired assignments of forms; its digest keeps apart what is remembered."""
    live = [item for item in campaign.decisions if item.action != ASSIGN_FORM or not item.until or item.until >= today]
    gone = [item.number for item in campaign.decisions if item not in live]
    if not gone:
        return campaign
    digest = hashlib.sha256("|".join([campaign.digest, *gone]).encode()).hexdigest()
    return replace(campaign, decisions=tuple(live), digest=digest)


def _picture(arrival: Arrival, bare: Arrival, campaign: Campaign) -> Understood:
    """Return what can be said of a picture or a scan: whose it is by its names, and whether a round red mark shows."""
    understood = understand_unreadable(bare, campaign)
    look = red_round if arrival.kind is FileKind.IMAGE else red_round_in_scan
    seen = look(arrival.content)
    if seen is None:
        return understood
    told = word(f"seal.{'seen' if seen else 'unseen'}", "reading")
    return replace(understood, red_round=seen, evidence=f"{understood.evidence}{told}")


def _red_rounds(document: Document) -> int | None:
    """Return how many pictures of a file have a round red mark, None when none was looked at."""
    looked = [item.red_round for grid in document.grids for item in grid.pictures if item.red_round is not None]
    return sum(looked) if looked else None


def examine_unread(item: Received, campaign: Campaign) -> Understood:
    """Return what can be said of an arrival that holds no table: refused, ignored, or a sealed copy."""
    arrival = replace(item.arrival, content=b"")
    if item.refusal is not None:
        return refuse(arrival, item.refusal, campaign)
    if arrival.kind is FileKind.TEMPORARY:
        return Understood(arrival=arrival, verdict=ArrivalVerdict.IGNORED, findings=item.findings)
    if arrival.kind in (FileKind.ENCRYPTED_OFFICE, FileKind.EMPTY):
        try:
            read(item.arrival.content, arrival.kind, arrival.place, read_limits_of(campaign))
        except Refused as refused:
            return refuse(arrival, refused.finding, campaign)
    return understand_unreadable(arrival, campaign)


def refuse(arrival: Arrival, finding: Finding, campaign: Campaign) -> Understood:
    """Return the verdict of a file that could not be taken, with its named cause and, by its name, whose it is."""
    bare = replace(arrival, content=b"")
    return Understood(
        arrival=bare,
        verdict=ArrivalVerdict.REFUSED,
        findings=(finding,),
        unit_id=understand_unreadable(bare, campaign).unit_id,
        evidence=finding.message,
        code=finding.code,
    )
