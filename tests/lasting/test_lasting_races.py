"""Many runs at once, and a real run killed with its workers: one holds the task, none spoils it."""

from __future__ import annotations

import getpass
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sishui_eco.ledger import open_ledger
from sishui_eco.pipeline import collect
from sishui_eco.running.folder import TaskFolder
from tests.lasting.small_task import AS_OF, WORSE, annex4, drop, files_of, make_small_task

ROOT = Path(__file__).resolve().parents[2]
ALL = bool(os.environ.get("SISHUI_ALL"))
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the racing runs are forked; this system cannot fork")


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> TaskFolder:
    task = make_small_task(tmp_path_factory.mktemp("races") / "任务")
    drop(task, "泗河.xlsx", annex4("U25"), "2023-07-20 09:00")
    drop(task, "济河.xlsx", annex4("U26", WORSE), "2023-07-20 09:00")
    return task


@pytest.fixture(scope="module")
def alone(template: TaskFolder) -> TaskFolder:
    task = TaskFolder(shutil.copytree(template.root, template.root.with_name("独自")))
    collect(task.root, as_of=AS_OF, workers=1)
    return task


def require_same(task: TaskFolder, alone: TaskFolder) -> None:
    assert files_of(task.results) == files_of(alone.results)
    assert files_of(task.originals) == files_of(alone.originals)
    with open_ledger(task.ledger) as ledger, open_ledger(alone.ledger) as other:
        assert ledger.verify() == other.verify()
        assert list(ledger.events()) == list(other.events())


@pytest.mark.parametrize("number", range(20 if ALL else 1))
def test_of_eight_runs_at_once_one_holds_the_task_and_the_result_is_that_of_one(template, alone, tmp_path, number):
    task = TaskFolder(shutil.copytree(template.root, tmp_path / "任务"))
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("racing.py"), task.root, "2023-08-03", "8"],
        capture_output=True, text=True, timeout=120, check=True, env=ENVIRONMENT,
    )  # fmt: skip
    runs = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(runs) == 8 and {run["code"] for run in runs} <= {1, 8}, runs
    winners = [run for run in runs if run["code"] == 1]
    assert sum("没有重写" not in run["said"] for run in winners) == 1
    assert len(winners) < 8, "no two runs met; the race was none"
    for run in runs:
        if run["code"] == 8:
            assert getpass.getuser() in run["said"] and re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d", run["said"]), run
    require_same(task, alone)


@pytest.mark.parametrize("number", range(12 if ALL else 1))
def test_a_real_run_killed_while_its_workers_read_blocks_nobody(template, alone, tmp_path, number):
    task = TaskFolder(shutil.copytree(template.root, tmp_path / "任务"))
    command = [sys.executable, "-m", "sishui_eco", "collect", task.root, "--as-of", "2023-08-03", "--workers", "2"]
    run = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT, start_new_session=True
    )
    note = task.lock.with_name(f"{task.lock.name}.txt")
    while not note.exists() and run.poll() is None:
        time.sleep(0.005)
    time.sleep(0.05 + 0.1 * number)
    run.send_signal(signal.SIGKILL)
    killed = run.wait() == -signal.SIGKILL
    assert number or (killed and note.exists()), "the run ended before it was killed"  # later ones may have
    again = subprocess.run(command, capture_output=True, text=True, timeout=60, env=ENVIRONMENT)
    assert again.returncode == 1, again.stderr
    require_same(task, alone)
    left = time.monotonic() + 20
    while members_of(run.pid) and time.monotonic() < left:
        time.sleep(0.05)
    assert not members_of(run.pid), "workers of the killed run are still there"


def members_of(session: int) -> list[int]:
    """Return the living processes of a session: the killed run was its leader."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat") if Path("/proc").is_dir() else ():
        try:
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found
