"""An address that does not answer, a scheduler that goes, workers that never come, other code: one fault of ours each."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import weakref
from pathlib import Path

import pytest

from sishui_eco.errors import ClusterError
from sishui_eco.running import cluster as cluster_module
from sishui_eco.running import edition
from sishui_eco.running.cluster import open_cluster
from sishui_eco.running.workers import WorkLimits
from tests.cluster.doubles import behave, slow, started_scheduler, started_worker
from tests.cluster.needs import NEEDS_DASK

pytestmark = NEEDS_DASK

LIMITS = WorkLimits()
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def scheduler():
    """A scheduler of its own process, as on a real cluster; yields it with its address."""
    process, address = started_scheduler()
    yield process, address
    process.kill()
    process.wait()


def test_nothing_answers(monkeypatch):
    monkeypatch.setattr(cluster_module, "CONNECT", 0.5)
    with pytest.raises(ClusterError) as caught, open_cluster("tcp://127.0.0.1:9", workers=1):
        pass
    assert caught.value.key == "cluster_unreachable" and caught.value.exit_code == 12


def test_a_client_that_never_connected_is_gone_at_once(monkeypatch):
    """Left to the collector of cycles it might go in the middle of making another, and Dask would wait for itself."""
    import distributed

    made, make = [], distributed.Client.__init__

    def init(self, *given, **named):
        made.append(weakref.ref(self))
        make(self, *given, **named)

    monkeypatch.setattr(cluster_module, "CONNECT", 0.3)
    monkeypatch.setattr(distributed.Client, "__init__", init)
    with pytest.raises(ClusterError), open_cluster("tcp://127.0.0.1:9", workers=1):
        pass
    assert [client() for client in made] == [None]


def test_what_is_no_address_is_told_too(monkeypatch):
    monkeypatch.setattr(cluster_module, "CONNECT", 0.5)
    with pytest.raises(ClusterError) as caught, open_cluster("不是地址", workers=1):
        pass
    assert caught.value.key == "cluster_unreachable"


def test_a_cluster_without_workers_is_not_waited_for_forever(scheduler, monkeypatch):
    monkeypatch.setattr(cluster_module, "TICK", 0.1)
    monkeypatch.setattr(cluster_module, "ALONE", 0.5)
    with open_cluster(scheduler[1], workers=1) as cluster, pytest.raises(ClusterError) as caught:
        list(cluster.run(behave, ["a"], "ok:", limits=LIMITS))
    assert caught.value.key == "cluster_without_workers"


def test_a_scheduler_that_is_killed_ends_the_run_with_what_was_done(scheduler, monkeypatch):
    monkeypatch.setattr(cluster_module, "TICK", 0.2)
    process, address = scheduler
    worker = started_worker(address)
    done = []
    try:
        with pytest.raises(ClusterError) as caught, open_cluster(address, workers=1) as cluster:
            for item in cluster.run(slow, [str(n) for n in range(400)], "ok:", limits=LIMITS):
                done.append(item.result)
                if len(done) == 50:
                    process.send_signal(signal.SIGKILL)
    finally:
        worker.kill()
        worker.wait()
    assert caught.value.key == "cluster_lost"
    assert done == [f"ok:{number}" for number in range(len(done))] and 50 <= len(done) < 400


def test_other_code_on_the_cluster_is_told_instead_of_used(two_workers, monkeypatch):
    monkeypatch.setattr(cluster_module, "edition_of_contents", lambda: "0" * 64)
    with pytest.raises(ClusterError) as caught:
        list(two_workers.run(behave, ["a"], "ok:", limits=LIMITS))
    assert caught.value.key == "cluster_edition"
    assert caught.value.parameters == {"ours": "0" * 8, "theirs": edition.edition_of_contents()[:8]}


def test_the_mark_of_the_code_is_of_contents_not_of_times(tmp_path, monkeypatch):
    def mark(text: str, name: str = "a.py") -> str:
        (tmp_path / name).write_text(text)
        edition.edition_of_contents.cache_clear()
        return edition.edition_of_contents()

    monkeypatch.setattr(edition, "files", lambda package: tmp_path)
    try:
        first = mark("one")
        os.utime(tmp_path / "a.py", (0, 0))
        assert mark("one") == first
        assert mark("two") != first
        assert mark("one") == first != mark("one", "b.toml")
    finally:
        edition.edition_of_contents.cache_clear()


def test_dask_is_not_imported_unless_asked_for():
    code = "import sys, sishui_eco.pipeline, sishui_eco.running.cluster; print('distributed' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert said.stdout.strip() == "False"
