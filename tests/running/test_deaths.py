"""A file whose reading ends its worker is refused by name: R901 time, R902 memory, R903 crash."""

from __future__ import annotations

import os
import time
from datetime import datetime

import pytest

from sishui_eco.examining import Opening, death_finding, examine_arrival, lost_container, refuse
from sishui_eco.model.arrival import Arrival, FileKind
from sishui_eco.running.storing import Held
from sishui_eco.running.workers import Death, WorkLimits, run_tasks
from sishui_eco.spec.settings import default_campaign


def arrival(content: bytes) -> Arrival:
    return Arrival(
        file="县财政局附件4.csv",
        name="县财政局附件4.csv",
        sha256="0" * 64,
        size=len(content),
        kind=FileKind.CSV,
        received=datetime(2023, 7, 18),
        content=content,
    )


def examine_or_die(item: Arrival, campaign):
    """Examine like a run does, but a file may ask for a death: the test's own double of a hostile file."""
    if item.content == b"hang":
        time.sleep(60)
    if item.content == b"memory":
        bytearray(8 * 1024**3)
    if item.content == b"abort":
        os.abort()
    return examine_arrival(item, campaign)


@pytest.mark.parametrize(("wish", "code"), [(b"hang", "R901"), (b"memory", "R902"), (b"abort", "R903")])
def test_the_guilty_file_is_refused_by_name_and_the_others_are_read(wish, code):
    items = [arrival(b"a,b\n1,2\n"), arrival(wish), arrival(b"c,d\n3,4\n")]
    limits = WorkLimits(seconds=1.5, memory=2 * 1024**3)
    done = list(run_tasks(examine_or_die, items, default_campaign(), workers=2, limits=limits))
    assert [item.result is None for item in done] == [False, True, False]
    refused = refuse(items[1], death_finding(done[1].death, items[1]), default_campaign())
    assert (refused.code, str(refused.verdict), refused.unit_id) == (code, "refused", "U06")
    assert refused.findings[0].message and refused.findings[0].remedy


def test_a_container_that_kills_its_worker_is_refused_whole():
    held = Held("0" * 64, 2, content=b"PK")
    lost = lost_container(Opening(file="住建局.zip", received=datetime(2023, 7, 18), held=held), Death.TIMEOUT)
    assert lost.refusal is not None and lost.refusal.code == "R901"
    assert (lost.arrival.name, lost.arrival.sha256, lost.arrival.size) == ("住建局.zip", "0" * 64, 2)
