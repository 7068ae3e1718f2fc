"""One file looked at closely: what it is, whose, what would be read and why."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sishui_eco.errors import TaskFolderError
from sishui_eco.examining import (
    READ_IN_WORKERS,
    Opening,
    death_finding,
    examine_arrival,
    examine_unread,
    lost_container,
    refuse,
    work_limits,
)
from sishui_eco.intake.limits import limits_of
from sishui_eco.intake.receive import Received, expand
from sishui_eco.intake.sniffing import sniff
from sishui_eco.model.arrival import TABLE_KINDS, FileKind, MailContext
from sishui_eco.model.finding import Finding, Refused
from sishui_eco.model.grid import CellKind, Document, Grid
from sishui_eco.model.submission import Understood
from sishui_eco.reading import read, read_limits_of
from sishui_eco.running.folder import TaskFolder
from sishui_eco.running.storing import Held
from sishui_eco.running.workers import Death, run_tasks
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import default_campaign, load_settings
from sishui_eco.zh import load_table, word


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One arrival as seen: the document when it could be read, and what was understood."""

    received: Received
    understood: Understood
    document: Document | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """Everything seen in one file and its members."""

    name: str
    size: int
    kind: FileKind
    campaign: Campaign
    looks: tuple[Look, ...]


def look_closely(item: tuple[str, bytes, datetime], campaign: Campaign) -> tuple[Look, ...]:
    """Open, read and understand one file and its members (worker task)."""
    file, content, moment = item
    return tuple(_look(received, campaign) for received in expand(file, content, moment, limits_of(campaign)))


def _look(received: Received, campaign: Campaign) -> Look:
    arrival = received.arrival
    if received.refusal is not None or arrival.kind not in READ_IN_WORKERS:
        return Look(received=received, understood=examine_unread(received, campaign))
    understood = examine_arrival(arrival, campaign)
    if arrival.kind not in TABLE_KINDS:
        return Look(received=received, understood=understood)
    try:
        document = read(arrival.content, arrival.kind, arrival.place, read_limits_of(campaign))
    except Refused:
        document = None
    return Look(received=received, understood=understood, document=document)


def examine_file(path: Path, task: Path | None, moment: datetime) -> Examination:
    """Look at one file under the same limits as a run. Raises: TaskFolderError when it is absent."""
    if not path.is_file():
        raise TaskFolderError("file_absent", path=str(path))
    campaign = load_settings(TaskFolder(task).require().settings) if task else default_campaign()
    content = path.read_bytes()
    items = [(path.name, content, moment)]
    (done,) = run_tasks(look_closely, items, campaign, workers=1, limits=work_limits(campaign))
    looks = done.result if done.result is not None else _dead(items[0], done.death or Death.CRASH, campaign)
    kind = looks[0].received.arrival.kind if len(looks) == 1 and not _is_inside(looks[0]) else sniff(content, path.name)
    return Examination(name=path.name, size=len(content), kind=kind, campaign=campaign, looks=looks)


def _dead(item: tuple[str, bytes, datetime], death: Death, campaign: Campaign) -> tuple[Look, ...]:
    file, content, moment = item
    held = Held(hashlib.sha256(content).hexdigest(), len(content))
    received = lost_container(Opening(file=file, received=moment, held=held), death)
    return (
        Look(received=received, understood=refuse(received.arrival, death_finding(death, received.arrival), campaign)),
    )


def _is_inside(look: Look) -> bool:
    return bool(look.received.arrival.member)


def print_examination(examination: Examination) -> None:
    """Say in Chinese what was seen."""
    _say("file", name=examination.name, size=examination.size)
    _print_kind(examination.kind, examination.name)
    inside = sum(map(_is_inside, examination.looks))
    if inside:
        _say("inside", count=inside)
    told: MailContext | None = None
    for look in examination.looks:
        arrival = look.received.arrival
        if arrival.mail is not None and arrival.mail is not told:
            told = arrival.mail
            _say("mail", subject=told.subject, sent=told.sent or word("say.doctor_no_date", "cli"))
        _print_look(look, examination.campaign)


def _print_kind(kind: FileKind, name: str) -> None:
    """Say what a file is, and when its name makes believe that it is something else."""
    words = load_table("cli")["file_kind"][kind.value]
    _say("kind", kind=words["name"])
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if words.get("endings") and ending not in words["endings"]:
        _say("disguised", ending=f".{ending}" if ending else word("say.doctor_no_ending", "cli"))


def _say(key: str, **parameters: object) -> None:
    print(word(f"say.doctor_{key}", "cli", **parameters))


def _print_look(look: Look, campaign: Campaign) -> None:
    arrival, understood = look.received.arrival, look.understood
    if arrival.member:
        _say("member", member=arrival.member, size=arrival.size)
        _print_kind(arrival.kind, arrival.name)
    _say("verdict", verdict=word(f"arrival.{understood.verdict}", "cli"))
    if understood.evidence:
        _say("evidence", evidence=understood.evidence)
    for grid in look.document.grids if look.document else ():
        _print_grid(grid)
    if look.document:
        _print_unknown(look.document)
    for submission in understood.submissions:
        _say("unit", unit=campaign.unit_name(submission.unit_id) or "?")
        answers = sum(len(record.answers) for record in submission.records)
        label = campaign.form_by_key[submission.form].label
        _say("records", label=label, count=len(submission.records), answers=answers)
        if submission.evidence != understood.evidence:
            _say("evidence", evidence=submission.evidence)
    names = load_table("cli")["row"]
    for sheet in understood.rows:
        counts = Counter(str(row_class) for row_class in sheet.classes.values())
        shown = "，".join(f"{names[name]} {count}" for name, count in sorted(counts.items()))
        if shown:
            _say("rows", sheet=sheet.sheet, classes=shown)
    findings = (
        *look.received.findings,
        *understood.findings,
        *(f for item in understood.submissions for f in item.findings),
    )
    for finding in dict.fromkeys(findings):
        _print_finding(finding)


def _print_unknown(document: Document) -> None:
    """Say once a file, not once a sheet, what its format cannot tell."""
    unknown = sorted(set().union(*(grid.unknown for grid in document.grids)))
    if unknown:
        features = load_table("cli")["feature"]
        _say("unknown", features=word("list_mark", "reading").join(features[name] for name in unknown))


def _print_grid(grid: Grid) -> None:
    if not grid.cells and not grid.covered:
        hidden = word("say.doctor_hidden", "cli") if grid.hidden else ""
        _say("empty_grid", name=grid.name, hidden=hidden, pictures=len(grid.pictures))
        return
    kinds = Counter(cell.kind for cell in grid.cells.values())
    _say(
        "grid",
        name=grid.name,
        hidden=word("say.doctor_hidden", "cli") if grid.hidden else "",
        cells=len(grid.cells),
        merges=len(grid.merges),
        rows=len(grid.hidden_rows),
        columns=len(grid.hidden_columns),
        comments=len(grid.comments),
        pictures=len(grid.pictures),
        formulas=sum(cell.formula is not None for cell in grid.cells.values()),
        uncached=sum(cell.uncached for cell in grid.cells.values()),
        errors=kinds[CellKind.ERROR],
    )


def _print_finding(finding: Finding) -> None:
    place = str(finding.places[0]) if finding.places else ""
    _say("finding", code=finding.code, place=place, message=finding.message, remedy=finding.remedy)
