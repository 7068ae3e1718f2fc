"""Whether a run would say what the last one said: one mark over everything it sees.

Nothing is trusted by its time or size: inbox, templates and settings go into the mark by their bytes, what came
before by the tip of the ledger's chain, and the published set is hashed where it lies. So a change of a single
byte anywhere makes another mark, and a run with the same mark would publish the same bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from sishui_eco.inbox import TopFile
from sishui_eco.ledger import Ledger
from sishui_eco.recording import kept_originals, published_sets
from sishui_eco.running.folder import TaskFolder
from sishui_eco.running.recall import edition_of_code, kept, recall, remember
from sishui_eco.running.storing import manifest_of, manifest_of_hashes, original_path
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.deadline import cutoff
from sishui_eco.telling import Told

STAGE = "run"


def mark_of_run(task: TaskFolder, campaign: Campaign, as_of: datetime, files: Sequence[TopFile], ledger: Ledger) -> str:
    """Return a hash over all that outcome and outputs depend on."""
    came = [(item.file, item.sha256, item.received, item.held is None, item.gone) for item in files]
    seen = (edition_of_code(), campaign.digest, as_of, _templates(task), ledger.tip(), came)
    return hashlib.sha256(repr(seen).encode(errors="surrogateescape")).hexdigest()


def moments_told(as_of: datetime, by_clock: bool, campaign: Campaign, ledger: Ledger) -> tuple[datetime, ...]:
    """Return the moments whose results say what is so at `as_of`: itself, and by the clock that of the last run.

    Outputs print their minute. When the clock was read, what was published earlier the same day still holds as long
    as the deadline did not pass in between; a day that was asked for is taken to the letter.
    """
    told = [datetime.fromisoformat(event.payload["as_of"]) for event in ledger.events("published")][-1:]
    last = cutoff(campaign.deadline, campaign)
    same = [moment for moment in told if moment.date() == as_of.date() and (moment > last) == (as_of > last)]
    return (as_of, *same) if by_clock else (as_of,)


def _templates(task: TaskFolder) -> str:
    """Return a hash over the office's texts; one that cannot be read just now stops a whole run, with a sentence."""
    hashes = {}
    for path in sorted(task.templates.glob("*.docx")):
        with suppress(OSError):
            hashes[path.name] = hashlib.sha256(path.read_bytes()).digest()
    return manifest_of_hashes(hashes)


def told_before(task: TaskFolder, mark: str, ledger: Ledger) -> tuple[str, Told] | None:
    """Return the last published run and what was said of it when its mark was this and nothing it left is missing.

    Changed originals are for `verify` to tell; a run reads the inbox, and those of files that left it by their hash.
    """
    told = recall(task.memory, STAGE, (mark,), Told).get(mark)
    if told is None:
        return None
    originals = task.originals
    if not all(original_path(originals, sha256).exists() for sha256 in kept_originals(ledger)):
        return None  # a whole run puts back what it can
    run, digest = next(reversed(published_sets(ledger).items()), ("", ""))
    whole = manifest_of(task.latest) == digest and manifest_of(task.results / run) in ("", digest)
    return (run, told) if run and whole else None


def remember_told(task: TaskFolder, mark: str, told: Told) -> None:
    """Keep what was said for the next run; only the last is kept."""
    remember(task.memory, STAGE, {mark: kept(told)}, (mark,))
