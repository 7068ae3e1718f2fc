"""The whole river on one page; the only module that knows every stage.

collect: receive -> examine (in workers) -> conclude -> compose -> publish. What composes is loaded only by a run that
comes so far, and while the workers load what reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sishui_eco import checks, merge, reckoning
from sishui_eco.errors import LedgerError, TaskFolderError
from sishui_eco.examining import (
    READ_IN_WORKERS,
    Leaf,
    campaign_of_day,
    death_finding,
    examine_leaf,
    examine_unread,
    refuse,
    work_limits,
)
from sishui_eco.intake import Received
from sishui_eco.ledger import Ledger, open_ledger, run_lock
from sishui_eco.model.arrival import Arrival
from sishui_eco.model.outcome import Outcome
from sishui_eco.model.submission import Understood
from sishui_eco.receiving import Contents, Inbox, Progress, receive, top_files
from sishui_eco.recording import gone_findings, kept_originals, ledger_events, published_sets
from sishui_eco.running.folder import TaskFolder
from sishui_eco.running.publishing import Staging, next_run, publish, repair, unstage
from sishui_eco.running.recall import Pieces, edition_of_code, reading_key, recall, remember
from sishui_eco.running.stopping import undisturbed
from sishui_eco.running.storing import manifest_of, original_path, read_original, write_file
from sishui_eco.running.workers import Death, Workers, employ
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import load_settings
from sishui_eco.telling import Told, tell
from sishui_eco.unchanged import mark_of_run, moments_told, remember_told, told_before
from sishui_eco.understanding import read_correction
from sishui_eco.zh import word

if TYPE_CHECKING:
    import pandas


def silent(stage_name: str, done: int, total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What a published run left behind."""

    run: Path
    changed: bool  # False when the results equal those already published
    told: Told
    conclusion: Callable[[], Outcome]

    @property
    def outcome(self) -> Outcome:
        """The outcome; worked out when it is asked for, where the run had no need of it."""
        return self.conclusion()


def collect(
    folder: Path | str,
    *,
    as_of: datetime,
    workers: int | Workers | None = None,
    progress: Progress = silent,
    who: str = "",
    by_clock: bool = False,
) -> Collected:
    """Receive, read, judge, merge and publish everything in a task folder's inbox.

    `by_clock` says that `as_of` was read from the clock (see `unchanged.moments_told`).
    Raises: EcoError of every kind of `errors.py`; nothing that was published before is lost.
    """
    task = TaskFolder(Path(folder)).require()
    with run_lock(task.lock, who):
        campaign = load_settings(task.settings)
        with open_ledger(task.ledger) as ledger:
            repair_results(task, ledger)
            files = top_files(task, ledger)
            for moment in moments_told(as_of, by_clock, campaign, ledger):
                before = told_before(task, mark_of_run(task, campaign, moment, files, ledger), ledger)
                if before is not None:
                    return unchanged(task, moment, before, workers, progress)
            with employ(workers, preload=examine_leaf.__module__) as crew:
                from sishui_eco.corresponding import correspondence
                from sishui_eco.outputs.compose import compose_outputs
                from sishui_eco.outputs.sendback.writing import Sendback

                office = correspondence(task, campaign, ledger)
                inbox = receive(task, files, campaign, crew, progress)
                understood = examine(inbox, campaign_of_day(campaign, as_of.date()), crew, progress, task.memory)
            outcome = conclude(inbox, understood, campaign, as_of, ledger)
            pieces = Pieces(task.memory, "sendback", Sendback)
            outputs = compose_outputs(outcome, campaign, contents_of(inbox), office, pieces)
            run, changed = publish_outcome(task, inbox, outcome, counted(outputs, progress), ledger)
            told = tell(outcome)
            pieces.keep()
            remember_told(task, mark_of_run(task, campaign, as_of, files, ledger), told)
            return Collected(run=run, changed=changed, told=told, conclusion=lambda: outcome)


def unchanged(
    task: TaskFolder,
    as_of: datetime,
    before: tuple[str, Told],
    workers: int | Workers | None,
    progress: Progress,
) -> Collected:
    """Return what a run left behind that saw what the last one saw: nothing is read, composed or written."""
    run, told = before
    for stage in ("receive", "examine"):
        progress(stage, 0, 0)
    conclusion = cache(lambda: look(task, as_of, workers, silent)[1])
    return Collected(run=task.results / run, changed=False, told=told, conclusion=conclusion)


def counted(outputs: Iterable[tuple[str, bytes]], progress: Progress) -> Iterator[tuple[str, bytes]]:
    """Yield outputs as they are made, and tell at the end how many."""
    progress("compose", 0, 1)
    number = 0
    for number, output in enumerate(outputs, start=1):  # noqa: B007  told below
        yield output
    progress("compose", number, number)


def look(task: TaskFolder, as_of: datetime, workers: int | Workers | None, progress: Progress) -> tuple[Inbox, Outcome]:
    """Return what a task folder says now, without writing anything."""
    campaign = load_settings(task.settings)
    with open_ledger(task.ledger) if task.ledger.exists() else nullcontext() as ledger:
        files = top_files(task, ledger, keep=False)
        with employ(workers, preload=examine_leaf.__module__) as crew:
            inbox = receive(task, files, campaign, crew, progress, keep=False)
            understood = examine(inbox, campaign_of_day(campaign, as_of.date()), crew, progress, task.memory)
        return inbox, conclude(inbox, understood, campaign, as_of, ledger)


def contents_of(inbox: Inbox) -> Contents:
    return Contents(inbox.held)


def collect_outcome(folder: Path | str, *, as_of: datetime, workers: int | Workers | None = None) -> Outcome:
    """Run the whole river on a task folder and return what it found (the Python face of `collect`).

    Raises: EcoError of every kind of `errors.py`.
    """
    return collect(folder, as_of=as_of, workers=workers).outcome


def frames(outcome: Outcome) -> Mapping[str, pandas.DataFrame]:
    """Return an outcome as pandas frames: the six tables of the export, and the merged rows of every form.

    Shape: answers, findings, arrivals, tally, standings, verdicts; annex2, annex3 … by form key. Texts stay texts.
    """
    from sishui_eco.outputs.export import export_rows

    campaign = outcome.campaign
    if not isinstance(campaign, Campaign):
        raise TypeError("an outcome made without a campaign has no frames")
    tables = {name: merge.plain_frame(rows) for name, rows in export_rows(outcome, campaign).items()}
    return tables | {form: merge.frame(rows, campaign) for form, rows in outcome.merged.items()}


def repair_results(task: TaskFolder, ledger: Ledger) -> None:
    """Finish or take back a publication that was cut off, so that ledger and results agree."""
    published = published_sets(ledger)
    repair(task.results, next(reversed(published.items()), ("", "")), set(published.values()))


# --- examine: an arrival -> what it says --------------------------------------------------------------

REMEMBERED = 1000  # results kept at a time, so that little is lost to a power cut


def examine(
    inbox: Inbox, campaign: Campaign, workers: Workers, progress: Progress, memory: Path
) -> tuple[Understood, ...]:
    """Return what each distinct arrival says, in the order of the inbox; parsing happens in workers.

    What `memory` knows from an earlier run is not read again; what was read is remembered even when the run is
    stopped in the middle.
    """
    first: dict[str, Received] = {}
    for item in sorted(inbox.received, key=arrival_order):
        first.setdefault(item.arrival.sha256, item)
    distinct = [item for item in inbox.received if first[item.arrival.sha256] is item]
    tables = [item.arrival for item in distinct if item.refusal is None and item.arrival.kind in READ_IN_WORKERS]
    code = edition_of_code()
    keys = {place_of(item): reading_key(item, campaign.digest, code) for item in tables}
    known = recall(memory, "read", keys.values(), Understood)
    results = {place: known[key] for place, key in keys.items() if key in known}
    tasks = [Leaf(arrival=item, held=inbox.held[place_of(item)]) for item in tables if place_of(item) not in results]
    fresh: dict[str, Understood] = {}
    progress("examine", 0, len(tasks))
    try:
        for at, done in enumerate(workers.run(examine_leaf, tasks, campaign, limits=work_limits(campaign)), start=1):
            arrival = done.item.arrival
            if done.result is not None:
                results[place_of(arrival)] = fresh[keys[place_of(arrival)]] = done.result
            else:
                finding = death_finding(done.death or Death.CRASH, arrival)
                results[place_of(arrival)] = refuse(arrival, finding, campaign)
            if len(fresh) >= REMEMBERED:
                remember(memory, "read", fresh, set(keys.values()))
                fresh = {}
            progress("examine", at, len(tasks))
    finally:
        if fresh:
            remember(memory, "read", fresh, set(keys.values()))
    return tuple(results.get(place_of(item.arrival)) or examine_unread(item, campaign) for item in distinct)


def place_of(arrival: Arrival) -> tuple[str, str]:
    return (arrival.file, arrival.member)


def arrival_order(item: Received) -> tuple[datetime, str, str]:
    """The order in which copies of the same bytes count: earliest first."""
    return (item.arrival.received, item.arrival.file, item.arrival.member)


# --- conclude: what everything together says ----------------------------------------------------------


def conclude(
    inbox: Inbox,
    understood: Sequence[Understood],
    campaign: Campaign,
    as_of: datetime,
    ledger: Ledger | None,
) -> Outcome:
    """Return the outcome: versions, findings, standings, verdicts, merged rows, tally; nothing is written.

    Raises: ConservationError when rows in and rows out do not balance.
    """
    submissions = tuple(submission for item in understood for submission in item.submissions)
    selection = checks.choose_versions(submissions, campaign, as_of, read_correction)
    versions = tuple(
        replace(version, rejected=merge.rejected_records(version.submission, campaign))
        for version in selection.versions
    )
    counting = tuple(version.submission for version in versions if version.counts)
    verdicts = tuple(verdict for item in counting for verdict in checks.judge_submission(item, campaign))
    arrivals = [(item.arrival, item.findings) for item in inbox.received]
    lines = reckoning.arrival_lines(arrivals, understood, versions)
    supporting = reckoning.supporting_files(lines)
    others = (
        *checks.check_across(counting, campaign, supporting),
        *checks.check_versions(versions, campaign),
        *gone_findings(lines, inbox.files),
    )
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
        reviews=checks.human_review(versions, verdicts, campaign, supporting, reckoning.pictures_seen(lines)),
        previous=ledger.snapshot_before(as_of.date()) if ledger else None,
    )


# --- publish: everything is computed, and lies staged, before anything published is touched ------------


def publish_outcome(
    task: TaskFolder, inbox: Inbox, outcome: Outcome, outputs: Iterable[tuple[str, bytes]], ledger: Ledger
) -> tuple[Path, bool]:
    """Stage, record and publish a set of outputs; return its run, and False when it equals the published one."""
    published = published_sets(ledger)
    last, recorded = next(reversed(published.items()), ("", ""))
    with Staging(task.results) as staging:
        for name, content in outputs:
            staging.put(name, content)
    digest = staging.manifest
    again = recorded == digest and manifest_of(task.results / last) in ("", digest)
    run = task.results / last if again else next_run(task.results, outcome.as_of.date().isoformat(), published)
    same = again and manifest_of(task.latest) == digest
    if same:
        unstage(task.results)
    with undisturbed():
        try:
            ledger.append(ledger_events(outcome, inbox.files, run.name, digest, ledger))
        except BaseException:
            unstage(task.results)
            raise
        if not same:
            publish(task.results, run, {*published.values(), digest})
    return run, not same


def verify_folder(folder: Path | str, *, who: str = "") -> int:
    """Return the number of ledger events when ledger, originals and published results agree.

    Raises: LedgerError naming what was changed; TaskFolderError when there is no ledger yet.
    """
    task = TaskFolder(Path(folder)).require()
    if not task.ledger.exists():
        raise TaskFolderError("no_results")
    with run_lock(task.lock, who), open_ledger(task.ledger) as ledger:
        count = ledger.verify()
        repair_results(task, ledger)
        for sha256 in kept_originals(ledger):
            if read_original(task.originals, sha256) is None:
                raise LedgerError("original_changed", path=str(original_path(task.originals, sha256)))
        for run, digest in list(published_sets(ledger).items())[-1:]:
            if manifest_of(task.latest) != digest:
                raise LedgerError("results_changed", path=str(task.latest), run=run)
        return count


# --- the smaller verbs --------------------------------------------------------------------------------


def write_letters_of_day(
    folder: Path | str, *, as_of: datetime, workers: int | Workers | None = None, progress: Progress = silent
) -> tuple[int, Path]:
    """Write the letters of one day beside the results and return their number and folder."""
    from sishui_eco.corresponding import correspondence
    from sishui_eco.outputs.compose import compose_letters, compose_sendbacks

    task = TaskFolder(Path(folder)).require()
    inbox, outcome = look(task, as_of, workers, progress)
    campaign = load_settings(task.settings)
    with open_ledger(task.ledger) if task.ledger.exists() else nullcontext() as ledger:
        office = correspondence(task, campaign, ledger)
    sendbacks = compose_sendbacks(outcome, campaign, contents_of(inbox))
    outputs = compose_letters(outcome, campaign, sendbacks, office)
    target = task.results / word("letters_of_day", "folder", date=as_of.date().isoformat())
    for name in sorted(outputs):
        write_file(target / name, outputs[name])
    letters = word("outputs.letters", "folder") + "/"
    return sum(name.startswith(letters) for name in outputs), target


def export_folder(
    folder: Path | str, to: Path, *, as_of: datetime, workers: int | Workers | None = None, progress: Progress = silent
) -> int:
    """Write the six export files into a folder and return their number."""
    from sishui_eco.outputs.export import write_export

    task = TaskFolder(Path(folder)).require()
    _, outcome = look(task, as_of, workers, progress)
    files = write_export(outcome, load_settings(task.settings))
    for name in sorted(files):
        write_file(to / name, files[name])
    return len(files)


def write_public(
    folder: Path | str, to: Path, *, as_of: datetime, workers: int | Workers | None = None, progress: Progress = silent
) -> Sequence[str]:
    """Write the public copy when a scan finds nothing personal in it; return what it found otherwise."""
    from sishui_eco.outputs.public import scan_for_personal_data, write_public_copy

    task = TaskFolder(Path(folder)).require()
    _, outcome = look(task, as_of, workers, progress)
    content = write_public_copy(outcome, load_settings(task.settings))
    left = scan_for_personal_data(content)
    if not left:
        write_file(to, content)
    return [str(item) for item in left]


def write_archive(
    folder: Path | str, to: Path, *, as_of: datetime, workers: int | Workers | None = None, progress: Progress = silent
) -> tuple[int, int, int]:
    """Write the archive into a new folder; return how many files were filed, how many are left over, and materials.

    Raises: TaskFolderError when the folder is there and not empty.
    """
    from sishui_eco.outputs.binders import REGISTERS, archive_files

    task = TaskFolder(Path(folder)).require()
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise TaskFolderError("folder_not_empty", path=str(to))
    inbox, outcome = look(task, as_of, workers, progress)
    campaign = load_settings(task.settings)
    files = archive_files(outcome, campaign, contents_of(inbox))
    for name in sorted(files):
        write_file(to / name, files[name])
    loose = sum(name.startswith(word("folders.loose", "archive")) for name in files)
    return len(files) - REGISTERS - loose, loose, len(campaign.materials)
