"""Stopped by a keystroke: one sentence, an exit code of its own, what was read is remembered, nothing half-published."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import pytest

from sishui_eco import cli, pipeline, releasing, stages, surveying
from sishui_eco.ledger import open_ledger
from sishui_eco.pipeline import collect
from sishui_eco.running import publishing
from sishui_eco.running.stopping import undisturbed
from tests.lasting.serial import OneAfterAnother
from tests.lasting.small_task import AS_OF, WORSE, annex4, drop, files_of, make_small_task

ROOT = Path(__file__).resolve().parents[2]


class Stopping(OneAfterAnother):
    """Workers that hear Ctrl-C when the second file was read."""

    def run(self, task, items, shared, *, limits, chunk=8):
        for at, done in enumerate(super().run(task, items, shared, limits=limits, chunk=chunk)):
            if at == 2 and task is surveying.examine_leaf:
                raise KeyboardInterrupt
            yield done


class Counting(OneAfterAnother):
    given = 0

    def run(self, task, items, shared, *, limits, chunk=8):
        self.given += len(items)
        return super().run(task, items, shared, limits=limits, chunk=chunk)


@pytest.fixture
def task(tmp_path):
    task = make_small_task(tmp_path / "任务")
    for unit_id, name in (("U25", "泗河"), ("U26", "济河"), ("U27", "泉林")):
        drop(task, f"{name}.xlsx", annex4(unit_id, WORSE if unit_id == "U26" else "1200"), "2023-07-20 09:00")
    return task


def test_stopped_while_reading_it_says_so_and_goes_on_from_there(task, monkeypatch, capsys):
    monkeypatch.setattr(pipeline, "employ", lambda workers, preload: nullcontext(Stopping()))
    assert cli.main(["collect", str(task.root), "--as-of", "2023-08-03"]) == 130
    said = capsys.readouterr().err
    assert "已按要求停止" in said and "Traceback" not in said
    assert not task.latest.exists() and not any(task.results.iterdir() if task.results.exists() else ())
    with open_ledger(task.ledger) as ledger:
        assert not list(ledger.events())
    monkeypatch.undo()
    counting = Counting()
    assert collect(task.root, as_of=AS_OF, workers=counting).changed
    assert counting.given == 1  # opened are all three already, read are two


def test_stopped_while_composing_nothing_is_left_lying(task, monkeypatch):
    collect(task.root, as_of=AS_OF, workers=OneAfterAnother())
    before = files_of(task.results)
    real = stages.compose_outputs

    def stopped(*given):
        yield next(real(*given))
        raise KeyboardInterrupt

    monkeypatch.setattr(stages, "compose_outputs", stopped)
    drop(task, "泗河2.xlsx", annex4("U25", size="9"), "2023-07-22 09:00")
    with pytest.raises(KeyboardInterrupt):
        collect(task.root, as_of=AS_OF, workers=OneAfterAnother())
    assert files_of(task.results) == before
    assert sorted(path.name for path in task.results.iterdir()) == ["2023-08-03_第1次", "最新"]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a keystroke cannot be sent to oneself here")
def test_a_keystroke_while_publishing_waits_until_it_is_whole(task, monkeypatch):
    real = publishing.publish

    def publish(*given):
        os.kill(os.getpid(), signal.SIGINT)
        real(*given)

    monkeypatch.setattr(releasing, "publish", publish)
    with pytest.raises(KeyboardInterrupt):
        collect(task.root, as_of=AS_OF, workers=OneAfterAnother())
    assert files_of(task.latest) == files_of(task.results / "2023-08-03_第1次") != {}
    monkeypatch.setattr(releasing, "publish", real)
    assert not collect(task.root, as_of=AS_OF, workers=OneAfterAnother()).changed


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="a keystroke cannot be sent to oneself here")
def test_keystrokes_are_heard_again_afterwards():
    with pytest.raises(KeyboardInterrupt), undisturbed():
        os.kill(os.getpid(), signal.SIGINT)
        passed = True
    assert passed and signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="no process groups here")
def test_a_real_run_with_its_workers_stops_at_a_keystroke_of_the_terminal(task):
    command = [sys.executable, "-m", "sishui_eco", "collect", task.root, "--as-of", "2023-08-03", "--workers", "2"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    run = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment, start_new_session=True
    )
    while not task.memory.exists() and run.poll() is None:  # opened; now they are read
        time.sleep(0.005)
    os.killpg(run.pid, signal.SIGINT)  # a terminal tells the whole group
    said = run.communicate(timeout=60)[1].decode()
    assert run.returncode == 130 and said.rstrip().endswith("再次运行会接着做。"), said
    assert "Traceback" not in said
    assert subprocess.run(command, capture_output=True, timeout=60, env=environment).returncode == 1
