"""What a worker says of a file arrives as it was said, by whatever way it travels."""

from __future__ import annotations

from datetime import datetime

from sishui_eco.examining import examine_arrival, examine_leaf, open_file
from sishui_eco.intake.limits import limits_of
from sishui_eco.intake.receive import expand
from sishui_eco.running.packing import MESSAGE, pack, unpack
from sishui_eco.sample import build_sample
from sishui_eco.spec.settings import default_campaign

WHEN = datetime(2023, 7, 18)


def test_what_is_opened_and_read_is_the_same_after_it_travelled(tmp_path):
    campaign = default_campaign()
    build_sample(tmp_path, campaign)
    limits = limits_of(campaign)
    submissions = 0
    for path in sorted(tmp_path.rglob("*.*"))[:25]:
        received = list(expand(path.name, path.read_bytes(), WHEN, limits))
        assert unpack(open_file, pack(open_file, received)) == received
        for item in received:
            if item.refusal is None and item.arrival.kind.value in ("xlsx", "docx", "xls"):
                said = examine_arrival(item.arrival, campaign)
                submissions += len(said.submissions)
                packed = pack(examine_leaf, said)
                assert packed[:1] == MESSAGE
                assert unpack(examine_leaf, packed) == said
    assert submissions > 10


def untold(item, shared):
    return {item: shared}


def of_what_is_no_data(item: str, shared: object) -> complex:
    return 1j


def test_a_task_that_does_not_say_what_it_returns_is_served_too():
    assert unpack(untold, pack(untold, {"a": (1, "b")})) == {"a": (1, "b")}
    assert unpack(of_what_is_no_data, pack(of_what_is_no_data, 1j)) == 1j
