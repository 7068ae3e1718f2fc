"""Killed, or refused by the disk, at any event: the last good set stays whole, and the next run converges."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sishui_eco.ledger import open_ledger
from sishui_eco.pipeline import collect
from sishui_eco.releasing import verify_folder
from sishui_eco.running.folder import TaskFolder
from tests.lasting.small_task import AS_OF, WORSE, annex4, drop, files_of, make_small_task

ROOT = Path(__file__).resolve().parents[2]
ALL = bool(os.environ.get("SISHUI_ALL"))
pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="the runs that are struck are forked; this system cannot fork"
)


def events_of(task: TaskFolder) -> list[Any]:
    with open_ledger(task.ledger) as ledger:
        ledger.verify()
        return list(ledger.events())


@dataclass(frozen=True)
class Scene:
    """A published task with one more file in its inbox, and the same task after an undisturbed run."""

    template: Path
    scratch: Path
    whole: TaskFolder
    old: dict[str, bytes]
    events: list[str]

    @property
    def new(self) -> dict[str, bytes]:
        return files_of(self.whole.latest)

    def strike(self, kind: str, wanted: list[int]) -> list[dict[str, Any]]:
        driver = Path(__file__).with_name("faulty_run.py")
        done = subprocess.run(
            [sys.executable, driver, self.template, self.scratch, kind, "2023-08-03", ",".join(map(str, wanted))],
            capture_output=True, text=True, timeout=300 + 60 * len(wanted), check=True, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def scene(tmp_path_factory) -> Scene:
    base = tmp_path_factory.mktemp("faults")
    task = make_small_task(base / "任务")
    drop(task, "泗河.xlsx", annex4("U25"), "2023-07-20 09:00")
    drop(task, "济河.xlsx", annex4("U26", WORSE), "2023-07-20 09:00")
    collect(task.root, as_of=AS_OF, workers=1)
    drop(task, "泉林.xlsx", annex4("U27"), "2023-07-21 09:00")
    whole = TaskFolder(shutil.copytree(task.root, base / "未受打扰"))
    collect(whole.root, as_of=AS_OF, workers=1)
    shutil.copy2(whole.memory, task.memory)  # so that a struck run starts no worker
    (base / "试").mkdir()
    scene = Scene(task.root, base / "试", whole, files_of(task.latest), [])
    counted = scene.strike("count", [0])[0]
    assert (counted["code"], counted["again"]) == (1, 1)
    assert scene.old != scene.new
    return Scene(scene.template, scene.scratch, whole, scene.old, counted["fired"])


def spread(events: list[str], number: int) -> list[int]:
    """Return event numbers: all, or a spread with every step of the commit among them."""
    if ALL:
        return list(range(1, len(events) + 1))
    commit = events.index("sql BEGIN") + 1
    writes = [k for k, name in enumerate(events, start=1) if name == "write" and k < commit]
    return sorted({3, *writes[1 :: max(1, len(writes) // number)], *range(commit + 6, commit + 6 + 2 * number)})


def require_whole(scene: Scene, folder: Path) -> bool:
    """Require the published set to be the complete old or the complete new one and the ledger whole; is it new?"""
    task = TaskFolder(folder)
    latest = files_of(task.latest)
    assert latest in (scene.old, scene.new)
    events = events_of(task)
    undisturbed = events_of(scene.whole)
    assert events == undisturbed[: len(events)]
    if latest == scene.new:
        assert events == undisturbed, "a set was published that the ledger does not know"
    return latest == scene.new


def require_converged(scene: Scene, folder: Path) -> None:
    """Require results, originals and ledger to be byte for byte those of an undisturbed run, and nothing beside."""
    task = TaskFolder(folder)
    assert files_of(task.results) == files_of(scene.whole.results)
    assert files_of(task.originals) == files_of(scene.whole.originals)
    assert events_of(task) == events_of(scene.whole)
    assert {path.name for path in folder.iterdir()} == {path.name for path in scene.whole.root.iterdir()}
    assert verify_folder(folder) == len(events_of(task))


def test_killed_at_any_event_the_last_good_set_stays_and_the_next_run_converges(scene: Scene):
    wanted = spread(scene.events, 3)
    struck = scene.strike("kill", wanted)
    assert [item["k"] for item in struck] == wanted
    for item in struck:
        assert (item["signal"], item["fired"]) == (9, [scene.events[item["k"] - 1]]), item
        require_whole(scene, scene.scratch / f"{item['folder']}_struck")
        assert item["again"] == 1
        require_converged(scene, scene.scratch / item["folder"])


@pytest.mark.parametrize("kind", ["ENOSPC", "EACCES", "EIO"])
def test_refused_by_the_disk_at_any_event_says_so_and_the_next_run_converges(scene: Scene, kind: str):
    wanted = [k for k in spread(scene.events, 2 if kind == "ENOSPC" else 1) if scene.events[k - 1] != "sql committed"]
    struck = scene.strike(kind, wanted)
    told = 0
    for item in struck:
        assert item["fired"] == [scene.events[item["k"] - 1]], item
        folder = scene.scratch / f"{item['folder']}_struck"
        new = require_whole(scene, folder)
        if item["code"] == 1:
            assert new or item["fired"] == ["os.remove"], item
        else:
            told += 1
            assert item["code"] == 7 and re.search("磁盘|权限|只读|写入失败", item["said"]), item
            assert "Traceback" not in item["said"]
            if len(events_of(TaskFolder(folder))) < len(events_of(scene.whole)):
                assert not new
                assert files_of(folder / "成果") == files_of(scene.template / "成果"), item
                assert not list(folder.rglob("*.part"))
        require_converged(scene, scene.scratch / item["folder"])
    assert told
