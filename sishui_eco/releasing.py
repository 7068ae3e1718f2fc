"""Publish: everything is computed, and lies staged, before anything published is touched."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sishui_eco.errors import LedgerError, TaskFolderError
from sishui_eco.inbox import Inbox
from sishui_eco.ledger import Ledger, open_ledger, run_lock
from sishui_eco.model.outcome import Outcome
from sishui_eco.recording import kept_originals, ledger_events, published_sets
from sishui_eco.running.folder import TaskFolder
from sishui_eco.running.publishing import Staging, next_run, publish, repair, unstage
from sishui_eco.running.stopping import undisturbed
from sishui_eco.running.storing import manifest_of, original_path, read_original


def repair_results(task: TaskFolder, ledger: Ledger) -> None:
    """Finish or take back a publication that was cut off, so that ledger and results agree."""
    published = published_sets(ledger)
    repair(task.results, next(reversed(published.items()), ("", "")), set(published.values()))


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
