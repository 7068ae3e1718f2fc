"""`collect --cluster`: the same bytes out as on one machine, whatever becomes of the cluster."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from sishui_eco.cli import main
from sishui_eco.errors import ClusterError
from sishui_eco.pipeline import collect
from sishui_eco.preparing import make_task
from sishui_eco.running.cluster import open_cluster
from sishui_eco.running.folder import TaskFolder
from tests.cluster.doubles import started_scheduler, started_worker
from tests.cluster.needs import NEEDS_DASK

pytestmark = NEEDS_DASK

AS_OF = datetime(2023, 8, 3, 23, 59)


def results(folder: Path) -> dict[str, bytes]:
    latest = TaskFolder(folder).latest
    return {p.relative_to(latest).as_posix(): p.read_bytes() for p in sorted(latest.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def pristine(tmp_path_factory) -> Path:
    """The sample task, nothing collected yet."""
    return make_task(tmp_path_factory.mktemp("cluster") / "任务", sample=True).task.root


@pytest.fixture(scope="module")
def here(pristine: Path) -> dict[str, bytes]:
    """What a run on one machine publishes."""
    folder = pristine.parent / "本机"
    shutil.copytree(pristine, folder)
    collect(folder, as_of=AS_OF, workers=2)
    return results(folder)


@pytest.fixture
def task(pristine: Path, tmp_path: Path) -> Path:
    shutil.copytree(pristine, tmp_path / "任务")
    return tmp_path / "任务"


@pytest.mark.parametrize("workers", [1, 8])
def test_any_number_of_processes_publishes_the_same_bytes(task, here, workers):
    collect(task, as_of=AS_OF, workers=workers)
    assert results(task) == here


@pytest.mark.parametrize("seen", [False, True])
def test_two_dask_workers_publish_the_same_bytes(two_workers, task, here, seen):
    url = f"file://{TaskFolder(task).inbox}" if seen else ""
    collect(task, as_of=AS_OF, workers=replace(two_workers, inbox_url=url))
    assert len(here) > 50
    assert results(task) == here


def test_the_command_with_one_dask_worker_publishes_the_same_bytes(task, here, capsys):
    assert main(["回收", str(task), "--as-of", "2023-08-03", "--cluster", "本机", "--workers", "1"]) == 1
    assert results(task) == here


def test_a_lost_scheduler_costs_one_sentence_and_what_was_read_is_kept(task, here, monkeypatch):
    monkeypatch.setattr(
        "sishui_eco.running.cluster.CHUNK", 5
    )  # the last files are not yet sent when the first are back
    scheduler, address = started_scheduler()
    worker = started_worker(address)
    totals: list[int] = []

    def lose(stage: str, done: int, total: int) -> None:
        if stage == "examine" and done == 0:
            totals.append(total)
        if stage == "examine" and done >= 10 and scheduler.poll() is None:
            scheduler.kill()
            scheduler.wait()

    try:
        with pytest.raises(ClusterError) as caught, open_cluster(address, workers=1) as cluster:
            collect(task, as_of=AS_OF, workers=cluster, progress=lose)
    finally:
        end(scheduler, worker)
    assert caught.value.key == "cluster_lost"
    assert not TaskFolder(task).latest.exists()
    collect(task, as_of=AS_OF, workers=2, progress=lose)
    assert totals[1] <= totals[0] - 10
    assert results(task) == here


def test_the_command_tells_a_clerk_what_is_wrong_with_a_cluster(task, capsys, monkeypatch):
    monkeypatch.setattr("sishui_eco.running.cluster.CONNECT", 0.5)
    assert main(["collect", str(task), "--cluster", "tcp://127.0.0.1:9"]) == 12
    said = capsys.readouterr().err
    assert "连不上集群“tcp://127.0.0.1:9”" in said and "Traceback" not in said


def end(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        process.kill()
        process.wait()
