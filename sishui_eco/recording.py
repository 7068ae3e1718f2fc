"""What a run adds to the ledger: what came, what was decided, what counts, what was published."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sishui_eco import reckoning
from sishui_eco.inbox import TopFile
from sishui_eco.ledger import Ledger, snapshot_payload
from sishui_eco.model.arrival import ArrivalVerdict
from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.outcome import ArrivalLine, Outcome, Version
from sishui_eco.model.place import Place
from sishui_eco.spec.campaign import Decision

Entry = tuple[str, str, Mapping[str, Any]]
HELD = (ArrivalVerdict.READ, ArrivalVerdict.NIL_RETURN, ArrivalVerdict.SUPERSEDED, ArrivalVerdict.DUPLICATE)
HOLDING = frozenset({*HELD, ArrivalVerdict.SUPPORTING, ArrivalVerdict.UNRECOGNISED})
COUNTING = frozenset({ArrivalVerdict.READ, ArrivalVerdict.NIL_RETURN, ArrivalVerdict.SUPPORTING})


def gone_findings(lines: Iterable[ArrivalLine], files: Iterable[TopFile]) -> tuple[Finding, ...]:
    """A401: note once for each file that left the inbox and still counts."""
    gone = {item.file for item in files if item.gone}
    owners: dict[str, str] = {}
    for line in lines:
        if line.arrival.file in gone and line.verdict in COUNTING:
            owners.setdefault(line.arrival.file, line.unit_id if ";" not in line.unit_id else "")
    return tuple(make_finding("A401", Place(file=file), unit_id=unit_id, name=file) for file, unit_id in owners.items())


def published_sets(ledger: Ledger) -> dict[str, str]:
    """Return run -> manifest of every set ever published, the newest last."""
    published: dict[str, str] = {}
    for event in ledger.events("published"):
        published.pop(event.subject, None)
        published[event.subject] = str(event.payload["manifest"])
    return published


NEVER_HELD = ("A402", "A403")  # refusals of files whose bytes were not to be had


def kept_originals(ledger: Ledger) -> tuple[str, ...]:
    """Return the hashes of all originals the ledger knows, save those it knows to be lost."""
    hashes = {str(payload["sha256"]) for payload in ledger.state("file").values()}
    lost: set[str] = set()
    for subject, payload in ledger.state("arrival").items():
        sha256 = subject.partition("|")[0]
        (lost if payload["code"] in NEVER_HELD else hashes).add(sha256)
    return tuple(sorted(hashes - lost))


def ledger_events(outcome: Outcome, files: Sequence[TopFile], run: str, digest: str, ledger: Ledger) -> list[Entry]:
    """Return what a run adds to the ledger; what equals the last event of its subject is left out there."""
    figures = reckoning.snapshot(outcome)
    return [
        *_file_events(outcome.arrivals, files),
        *(_arrival_event(line) for line in outcome.arrivals),
        *_counting_events(outcome.versions, ledger),
        *_decision_events(outcome, ledger),
        ("snapshot", figures.as_of.isoformat(), snapshot_payload(figures)),
        ("published", run, {"manifest": digest, "as_of": outcome.as_of.isoformat()}),
    ]


def _file_events(lines: Sequence[ArrivalLine], files: Sequence[TopFile]) -> list[Entry]:
    """Return the top-level files that hold something; only these are looked for when they leave the inbox.

    A refused, ignored or blank file holds nothing: who takes it out of the inbox has dealt with it.
    """
    holding = {line.arrival.file for line in lines if line.verdict in HOLDING}
    return [
        (
            "file",
            f"{item.sha256}|{item.file}",
            {"file": item.file, "sha256": item.sha256, "received": item.received.isoformat()},
        )
        for item in files
        if item.file in holding and not item.gone
    ]


def _arrival_event(line: ArrivalLine) -> Entry:
    arrival = line.arrival
    payload = {
        "verdict": str(line.verdict),
        "unit_id": line.unit_id,
        "forms": list(line.forms),
        "received": arrival.received.isoformat(),
        "code": line.code,
    }
    return ("arrival", f"{arrival.sha256}|{arrival.file}|{arrival.member}", payload)


def _counting_events(versions: Sequence[Version], ledger: Ledger) -> list[Entry]:
    """Return which versions count for each unit and form; an empty list where none does any more."""
    counting: dict[str, list[dict[str, Any]]] = {}
    for version in versions:
        submission = version.submission
        key = f"{submission.unit_id}|{submission.form}"
        if version.counts and submission.unit_id:
            arrival = submission.arrival
            known = {"number": version.number, "file": arrival.file, "member": arrival.member, "sha256": arrival.sha256}
            counting.setdefault(key, []).append(known)
    ended: dict[str, list[dict[str, Any]]] = {key: [] for key in ledger.state("counting") if key not in counting}
    return [("counting", key, {"versions": counting.get(key, [])}) for key in sorted({*counting, *ended})]


def _decision_events(outcome: Outcome, ledger: Ledger) -> list[Entry]:
    """Return every decision with what it did, and those that were taken back."""
    events: list[Entry] = []
    for effect in outcome.decisions:
        if isinstance(effect.decision, Decision):
            events.append(("decision", effect.decision.number, _decision_payload(effect.decision, effect.what)))
    numbers = {subject for _, subject, _ in events}
    ended = [number for number in ledger.state("decision") if number not in numbers]
    return [*events, *(("decision", number, {"withdrawn": True}) for number in sorted(ended))]


def _decision_payload(decision: Decision, what: str) -> Mapping[str, Any]:
    names = ("action", "file", "unit_id", "form", "record", "field", "code", "value", "who", "why")
    payload = {name: getattr(decision, name) for name in names}
    return {**payload, "until": decision.until.isoformat() if decision.until else "", "what": what}
