"""The whole river on one page; the only module that knows every stage.

collect: receive -> examine (in workers) -> conclude -> compose -> publish.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sishui_eco import checks, merge, reckoning
from sishui_eco.errors import EmptyInboxError, StorageError, TaskFolderError
from sishui_eco.examining import (
    death_finding,
    examine_arrival,
    examine_unread,
    lost_container,
    open_file,
    refuse,
    work_limits,
)
from sishui_eco.intake import Received, limits_of, list_inbox
from sishui_eco.ledger import Ledger, open_ledger, run_lock, snapshot_payload
from sishui_eco.model.arrival import TABLE_KINDS
from sishui_eco.model.outcome import Outcome
from sishui_eco.model.submission import Understood
from sishui_eco.outputs.compose import compose_letters, compose_outputs, compose_sendbacks
from sishui_eco.outputs.export import write_export
from sishui_eco.outputs.public import scan_for_personal_data, write_public_copy
from sishui_eco.running.folder import TaskFolder
from sishui_eco.running.publishing import (
    keep_original,
    manifest,
    manifest_of,
    next_run,
    publish,
    repair,
    stage,
    write_file,
)
from sishui_eco.running.recall import edition_of_code, recall, recall_key, remember
from sishui_eco.running.workers import Death, run_tasks
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import load_settings
from sishui_eco.zh import word

Progress = Callable[[str, int, int], None]


def silent(stage_name: str, done: int, total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What a published run left behind."""

    outcome: Outcome
    run: Path
    changed: bool  # False when the results equal those already published


def collect(
    folder: Path | str,
    *,
    as_of: datetime,
    workers: int | None = None,
    progress: Progress = silent,
    who: str = "",
) -> Collected:
    """Receive, read, judge, merge and publish everything in a task folder's inbox.

    Raises: EcoError of every kind of `errors.py`; nothing that was published before is lost.
    """
    task = TaskFolder(Path(folder)).require()
    with run_lock(task.lock, who, as_of):
        campaign = load_settings(task.settings)
        repair_results(task)
        received = receive(task, campaign, workers or default_workers(), progress)
        understood = examine(received, campaign, workers or default_workers(), progress, task.memory)
        with open_ledger(task.ledger) as ledger:
            outcome = conclude(received, understood, campaign, as_of, ledger)
            progress("compose", 0, 1)
            outputs = compose_outputs(outcome, campaign, contents_of(received))
            progress("compose", 1, 1)
            return publish_outcome(task, outcome, outputs, ledger)


def look(
    task: TaskFolder, as_of: datetime, workers: int | None, progress: Progress
) -> tuple[tuple[Received, ...], Outcome]:
    """Return what a task folder says now, without writing anything."""
    campaign = load_settings(task.settings)
    count = workers or default_workers()
    received = receive(task, campaign, count, progress, keep=False)
    understood = examine(received, campaign, count, progress, task.memory)
    if not task.ledger.exists():
        return received, conclude(received, understood, campaign, as_of, None)
    with open_ledger(task.ledger) as ledger:
        return received, conclude(received, understood, campaign, as_of, ledger)


def contents_of(received: Sequence[Received]) -> Mapping[tuple[str, str], bytes]:
    return {(item.arrival.file, item.arrival.member): item.arrival.content for item in received}


def collect_outcome(folder: Path | str, *, as_of: datetime, workers: int | None = None) -> Outcome:
    """Run the whole river on a task folder and return what it found (the Python face of `collect`).

    Raises: EcoError of every kind of `errors.py`.
    """
    return collect(folder, as_of=as_of, workers=workers).outcome


def default_workers() -> int:
    return max(1, min(8, os.cpu_count() or 1))


def repair_results(task: TaskFolder) -> None:
    if task.results.exists():
        repair(task.results)


# --- receive: a folder -> arrivals -------------------------------------------------------------------


def receive(
    task: TaskFolder, campaign: Campaign, workers: int, progress: Progress, *, keep: bool = True
) -> tuple[Received, ...]:
    """Return every leaf arrival of the inbox in a fixed order, containers opened in workers.

    Originals are kept by hash before anything else happens.
    Raises: TaskFolderError, EmptyInboxError, StorageError.
    """
    if not task.inbox.is_dir():
        raise TaskFolderError("inbox_absent", path=str(task.inbox))
    files = list_inbox(task.inbox)
    if not files:
        raise EmptyInboxError("inbox_empty", path=str(task.inbox))
    limits = limits_of(campaign)
    items = [(file.file, _read_bytes(file.path), file.received) for file in files]
    found: list[Received] = []
    progress("receive", 0, len(items))
    for at, done in enumerate(
        run_tasks(open_file, items, limits, workers=workers, limits=work_limits(campaign), chunk=16), start=1
    ):
        found.extend(done.result if done.result is not None else [lost_container(done.item, done.death or Death.CRASH)])
        progress("receive", at, len(items))
    if keep:
        for file, content, _ in items:
            keep_original(task.originals, _sha256(content), content)
            del file
        for item in found:
            keep_original(task.originals, item.arrival.sha256, item.arrival.content)
    return tuple(sorted(found, key=lambda item: (item.arrival.file, item.arrival.member)))


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StorageError("unreadable", path=str(path), reason=error.strerror or "") from error


# --- examine: an arrival -> what it says --------------------------------------------------------------


def examine(
    received: Sequence[Received], campaign: Campaign, workers: int, progress: Progress, memory: Path
) -> tuple[Understood, ...]:
    """Return what each distinct arrival says, in the order of `received`; parsing happens in workers.

    What `memory` knows from an earlier run is not read again.
    """
    first: dict[str, Received] = {}
    for item in sorted(received, key=arrival_order):
        first.setdefault(item.arrival.sha256, item)
    distinct = [item for item in received if first[item.arrival.sha256] is item]
    tables = [item.arrival for item in distinct if item.refusal is None and item.arrival.kind in TABLE_KINDS]
    code = edition_of_code()
    keys = {(item.file, item.member): recall_key(item, campaign.digest, code) for item in tables}
    known = recall(memory, list(keys.values()))
    results = {place: known[key] for place, key in keys.items() if key in known}
    tasks = [item for item in tables if (item.file, item.member) not in results]
    fresh: list[tuple[str, Understood]] = []
    progress("examine", 0, len(tasks))
    for at, done in enumerate(
        run_tasks(examine_arrival, tasks, campaign, workers=workers, limits=work_limits(campaign)), start=1
    ):
        place = (done.item.file, done.item.member)
        if done.result is not None:
            results[place] = done.result
            fresh.append((keys[place], done.result))
        else:
            results[place] = refuse(done.item, death_finding(done.death or Death.CRASH, done.item), campaign)
        progress("examine", at, len(tasks))
    if fresh:
        remember(memory, fresh)
    return tuple(
        results.get((item.arrival.file, item.arrival.member)) or examine_unread(item, campaign) for item in distinct
    )


def arrival_order(item: Received) -> tuple[datetime, str, str]:
    """The order in which copies of the same bytes count: earliest first."""
    return (item.arrival.received, item.arrival.file, item.arrival.member)


# --- conclude: what everything together says ----------------------------------------------------------


def conclude(
    received: Sequence[Received],
    understood: Sequence[Understood],
    campaign: Campaign,
    as_of: datetime,
    ledger: Ledger | None,
) -> Outcome:
    """Return the outcome: versions, findings, standings, verdicts, merged rows, tally; nothing is written.

    Raises: ConservationError when rows in and rows out do not balance.
    """
    submissions = tuple(submission for item in understood for submission in item.submissions)
    selection = checks.choose_versions(submissions, campaign, as_of)
    versions = tuple(
        replace(version, rejected=merge.rejected_records(version.submission, campaign))
        for version in selection.versions
    )
    counting = tuple(version.submission for version in versions if version.counts)
    verdicts = tuple(verdict for item in counting for verdict in checks.judge_submission(item, campaign))
    arrivals = [(item.arrival, item.findings) for item in received]
    lines = reckoning.arrival_lines(arrivals, understood, versions)
    supporting = reckoning.supporting_files(lines)
    others = (*checks.check_across(counting, campaign, supporting), *checks.check_versions(versions, campaign))
    found = reckoning.open_findings(lines, versions, others, campaign)
    findings, effects = checks.settle(found, selection.effects, campaign, as_of)
    tally = merge.tally_arrivals(understood, versions)
    reckoning.require_balance(tally)
    return Outcome(
        campaign=campaign,
        as_of=as_of,
        arrivals=lines,
        versions=versions,
        findings=findings,
        standings=checks.all_standings(versions, campaign, as_of, supporting),
        verdicts=verdicts,
        merged=merge.merge_versions(versions, verdicts, campaign),
        tally=tally,
        changes=checks.all_changes(versions),
        decisions=effects,
        previous=ledger.snapshot_before(as_of.date()) if ledger else None,
    )


# --- publish: everything is computed before anything is written ---------------------------------------


def publish_outcome(task: TaskFolder, outcome: Outcome, outputs: Mapping[str, bytes], ledger: Ledger) -> Collected:
    """Stage, record and publish a set of outputs; a set equal to the published one is not written again."""
    digest = manifest(outputs)
    if task.latest.is_dir() and manifest_of(task.latest) == digest:
        known = [event.subject for event in ledger.events("published") if event.payload["manifest"] == digest]
        run = task.results / known[-1] if known else task.latest
        ledger.append(ledger_events(outcome, run.name, digest))
        return Collected(outcome=outcome, run=run, changed=False)
    staging = stage(task.results, outputs)
    run = next_run(task.results, outcome.as_of.date().isoformat())
    ledger.append(ledger_events(outcome, run.name, digest))
    publish(task.results, staging, run)
    return Collected(outcome=outcome, run=run, changed=True)


def ledger_events(outcome: Outcome, run: str, digest: str) -> list[tuple[str, str, Mapping[str, object]]]:
    """Return what this run adds to the ledger: arrivals, figures, the publication."""
    events: list[tuple[str, str, Mapping[str, object]]] = [
        (
            "arrival",
            f"{line.arrival.sha256}|{line.arrival.file}|{line.arrival.member}",
            {
                "verdict": str(line.verdict),
                "unit_id": line.unit_id,
                "forms": list(line.forms),
                "received": line.arrival.received.isoformat(),
                "code": line.code,
            },
        )
        for line in outcome.arrivals
    ]
    figures = reckoning.snapshot(outcome)
    events.append(("snapshot", figures.as_of.isoformat(), snapshot_payload(figures)))
    events.append(("published", run, {"manifest": digest, "as_of": outcome.as_of.isoformat()}))
    return events


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


# --- the smaller verbs --------------------------------------------------------------------------------


def write_letters_of_day(
    folder: Path | str, *, as_of: datetime, workers: int | None = None, progress: Progress = silent
) -> tuple[int, Path]:
    """Write the letters of one day beside the results and return their number and folder."""
    task = TaskFolder(Path(folder)).require()
    received, outcome = look(task, as_of, workers, progress)
    campaign = load_settings(task.settings)
    sendbacks = compose_sendbacks(outcome, campaign, contents_of(received))
    outputs = compose_letters(outcome, campaign, sendbacks)
    target = task.results / word("letters_of_day", "folder", date=as_of.date().isoformat())
    for name in sorted(outputs):
        write_file(target / name, outputs[name])
    letters = word("outputs.letters", "folder") + "/"
    return sum(name.startswith(letters) for name in outputs), target


def export_folder(
    folder: Path | str, to: Path, *, as_of: datetime, workers: int | None = None, progress: Progress = silent
) -> int:
    """Write the six export files into a folder and return their number."""
    task = TaskFolder(Path(folder)).require()
    _, outcome = look(task, as_of, workers, progress)
    files = write_export(outcome, load_settings(task.settings))
    for name in sorted(files):
        write_file(to / name, files[name])
    return len(files)


def write_public(
    folder: Path | str, to: Path, *, as_of: datetime, workers: int | None = None, progress: Progress = silent
) -> Sequence[str]:
    """Write the public copy when a scan finds nothing personal in it; return what it found otherwise."""
    task = TaskFolder(Path(folder)).require()
    _, outcome = look(task, as_of, workers, progress)
    content = write_public_copy(outcome, load_settings(task.settings))
    left = scan_for_personal_data(content)
    if not left:
        write_file(to, content)
    return [str(item) for item in left]
