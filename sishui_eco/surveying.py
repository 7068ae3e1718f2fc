"""Examine: every distinct arrival through the per-file stage, in workers; what an earlier run read is remembered."""

from __future__ import annotations

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
from sishui_eco.running.recall import edition_of_code, kept, reading_key, recall, remember
from sishui_eco.running.workers import Death, Workers
from sishui_eco.spec.campaign import Campaign

REMEMBERED = 1000  # results kept at a time, so that little is lost to a power cut


def examine(
    task: TaskFolder, inbox: Inbox, campaign: Campaign, as_of: datetime, workers: Workers, progress: Progress
) -> tuple[Understood, ...]:
    """Return what each distinct arrival says, in the order of the inbox; parsing happens in workers.

    What an earlier run read is not read again; what was read is remembered even when the run is stopped in the
    middle.
    """
    campaign, memory = campaign_of_day(campaign, as_of.date()), task.memory
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
