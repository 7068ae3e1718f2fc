"""Examine: every distinct arrival through the per-file stage, in workers; what an earlier run read is remembered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

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
from sishui_eco.inbox import Inbox, Progress
from sishui_eco.intake.receive import Received
from sishui_eco.model.arrival import Arrival
from sishui_eco.model.submission import Understood
from sishui_eco.running.folder import TaskFolder
from sishui_eco.running.recall import kept, reading_key, reading_stage, recall_all, remember
from sishui_eco.running.workers import Death, Workers
from sishui_eco.spec.campaign import Campaign

REMEMBERED = 1000  # results kept at a time, so that little is lost to a power cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Recollection:
    """What an earlier run read under the same settings, by reading key."""

    campaign: Campaign  # as it is on the day of the run
    stage: str
    known: Mapping[str, Understood]


def recollect(task: TaskFolder, campaign: Campaign, as_of: datetime) -> Recollection:
    """Return what earlier runs read: asked for before anything is received, while the workers get ready."""
    today = campaign_of_day(campaign, as_of.date())
    stage = reading_stage(today.digest)
    return Recollection(campaign=today, stage=stage, known=recall_all(task.memory, stage, Understood))


def examine(
    task: TaskFolder, inbox: Inbox, before: Recollection, workers: Workers, progress: Progress
) -> tuple[Understood, ...]:
    """Return what each distinct arrival says, in the order of the inbox; parsing happens in workers.

    What an earlier run read is not read again; what was read is remembered even when the run is stopped in the
    middle.
    """
    campaign, known = before.campaign, before.known
    first: dict[str, Received] = {}
    for item in sorted(inbox.received, key=arrival_order):
        first.setdefault(item.arrival.sha256, item)
    distinct = [item for item in inbox.received if first[item.arrival.sha256] is item]
    tables = [item.arrival for item in distinct if item.refusal is None and item.arrival.kind in READ_IN_WORKERS]
    keys = {place_of(item): reading_key(item) for item in tables}
    results = {place: known[key] for place, key in keys.items() if key in known}
    tasks = [Leaf(arrival=item, held=inbox.held[place_of(item)]) for item in tables if place_of(item) not in results]
    fresh: dict[str, bytes] = {}
    progress("examine", 0, len(tasks))
    try:
        for at, done in enumerate(workers.run(examine_leaf, tasks, campaign, limits=work_limits(campaign)), start=1):
            arrival = done.item.arrival
            if done.result is not None:
                results[place_of(arrival)] = done.result
                fresh[keys[place_of(arrival)]] = kept(done.result, done.message)
            else:
                finding = death_finding(done.death or Death.CRASH, arrival)
                results[place_of(arrival)] = refuse(arrival, finding, campaign)
            if len(fresh) >= REMEMBERED:
                remember(task.memory, before.stage, fresh, set(keys.values()))
                fresh = {}
            progress("examine", at, len(tasks))
    finally:
        if fresh:
            remember(task.memory, before.stage, fresh, set(keys.values()))
    return tuple(results.get(place_of(item.arrival)) or examine_unread(item, campaign) for item in distinct)


def place_of(arrival: Arrival) -> tuple[str, str]:
    return (arrival.file, arrival.member)


def arrival_order(item: Received) -> tuple[datetime, str, str]:
    """The order in which copies of the same bytes count: earliest first."""
    return (item.arrival.received, item.arrival.file, item.arrival.member)
