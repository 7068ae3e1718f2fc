"""Files made to hurt, through the worker path: each ends as it must, within its time, and knocks at no door."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator

import pytest

from sishui_eco.intake.receive import expand
from sishui_eco.running.workers import run_tasks
from sishui_eco.spec.settings import default_campaign
from tests.robustness.hostile import CASES, OUTSIDE_ENDS, Case, outside
from tests.robustness.hostile_more import RUNAWAYS
from tests.robustness.hostile_run import LIMITS, ends_of, faults, judged
from tests.robustness.probing import MOMENT, Probe, probe_file

ALL = bool(os.environ.get("SISHUI_ALL"))
SECONDS = 10.0
Judged = dict[str, tuple[Case, Probe | None, str]]


def asked() -> list[Case]:
    """Return the cases to run: those that cost seconds only when all are asked for."""
    return [case for case in CASES if ALL or not case.heavy]


@pytest.fixture(scope="module")
def results() -> Judged:
    return {case.file: (case, probe, death) for case, probe, death in judged(asked())}


@pytest.mark.parametrize("file", [case.file for case in asked()])
def test_a_hostile_file_ends_as_it_must_within_its_time(file: str, results: Judged) -> None:
    assert faults(*results[file], most=SECONDS) == []


def test_every_row_of_the_facts_that_a_file_can_carry_has_a_case() -> None:
    rows = {case.row for case in CASES} | {7, 17}  # 7 and 17 need a listener: the next test
    assert rows >= {*range(1, 18), 20, 21, 22}
    assert len({case.file for case in CASES}) == len(CASES) >= 190
    assert len(RUNAWAYS) >= 25


@pytest.fixture
def door() -> Iterator[tuple[int, list[int]]]:
    """A listener on this machine; the list grows by one for each that knocks."""
    knocks: list[int] = []
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(50)
        listener.settimeout(0.2)
        stop = threading.Event()

        def watch() -> None:
            while not stop.is_set():
                try:
                    guest, _ = listener.accept()
                except TimeoutError:
                    continue
                guest.close()
                knocks.append(1)

        watcher = threading.Thread(target=watch)
        watcher.start()
        yield listener.getsockname()[1], knocks
        stop.set()
        watcher.join()


def test_nothing_outside_is_ever_asked(door: tuple[int, list[int]]) -> None:
    port, knocks = door
    files = outside(port)
    done = run_tasks(probe_file, list(files.items()), default_campaign(), workers=2, limits=LIMITS)
    ends = {item.item[0]: " ".join(sorted(ends_of(item.result))) for item in done}
    assert ends == OUTSIDE_ENDS
    assert knocks == []
    socket.create_connection(("127.0.0.1", port), timeout=2).close()  # the door can hear a knock
    for _ in range(50):
        if knocks:
            break
        threading.Event().wait(0.1)
    assert knocks == [1]


def test_no_name_leads_out_of_its_archive_or_mail() -> None:
    named = [case for case in CASES if case.file == "slippery names.zip" or case.file.startswith("mail name")]
    leaves = [leaf.arrival for case in named for leaf in expand(case.file, case.build(), MOMENT)]
    assert len(leaves) >= 25
    assert len({(leaf.file, leaf.member) for leaf in leaves}) == len(leaves)
    for leaf in leaves:
        pieces = leaf.member.split("/")
        assert ".." not in pieces and "" not in pieces and not any(":" in piece for piece in pieces)
        assert not any(ord(letter) < 32 or letter in '\u202e\u202d\\<>"|?*' for letter in leaf.member + leaf.name)
        assert leaf.name and len(leaf.name) <= 255 and leaf.name.rpartition(".")[0].upper() not in ("CON", "NUL")
