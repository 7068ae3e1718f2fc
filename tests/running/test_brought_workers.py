"""Workers that are brought along stand in the place of processes: the same bytes come out."""

from __future__ import annotations

from pathlib import Path

from sishui_eco.pipeline import collect
from tests.lasting.serial import OneAfterAnother
from tests.lasting.small_task import AS_OF, annex4, drop, files_of, make_small_task


class Counting(OneAfterAnother):
    def __init__(self) -> None:
        self.given: list[int] = []

    def run(self, task, items, shared, *, limits, chunk=8):
        self.given.append(len(items))
        return super().run(task, items, shared, limits=limits, chunk=chunk)


def test_workers_brought_along_do_the_work_and_the_results_are_those_of_processes(tmp_path: Path):
    workers = Counting()
    sets, content = [], annex4("U25")
    for name, crew in (("甲", 1), ("乙", workers)):
        task = make_small_task(tmp_path / name)
        drop(task, "泗河.xlsx", content, "2023-07-20 09:00")
        collect(task.root, as_of=AS_OF, workers=crew)
        sets.append(files_of(task.latest))
    assert sets[0] == sets[1]
    assert workers.given == [1, 1]
