"""Many task folders on one cluster: a process for each writes, all read by one scheduler; the same bytes as alone."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from sishui_eco import province
from sishui_eco.pipeline import collect
from sishui_eco.province import Errand, Orders, collect_all, collect_task
from sishui_eco.running.folder import TaskFolder, task_folders
from tests.cluster.needs import NEEDS_DASK
from tests.lasting.serial import OneAfterAnother
from tests.lasting.small_task import AS_OF, annex4, drop, files_of, make_small_task

pytestmark = NEEDS_DASK


def make_tasks(root: Path) -> Path:
    for name, unit_id in (("甲县", "U25"), ("乙县", "U26"), ("丙县", "U27")):
        drop(make_small_task(root / name), "附件4.xlsx", annex4(unit_id, "1200"), "2023-07-20 09:00")
    return root


@pytest.mark.parametrize("seen", [False, True])
def test_each_task_is_as_if_alone(two_workers, tmp_path, seen):
    together = make_tasks(tmp_path / "省")
    alone = Path(shutil.copytree(together, tmp_path / "各"))
    url = f"file://{together}/{{task}}/收件" if seen else ""
    cluster = replace(two_workers, inbox_url=url, writers=2)
    reports = list(collect_all(together, task_folders(together), as_of=AS_OF, workers=cluster))
    assert [(report.name, report.fault) for report in reports] == [("丙县", ""), ("乙县", ""), ("甲县", "")]
    for folder in task_folders(alone):
        collect(folder, as_of=AS_OF, workers=OneAfterAnother())
        assert files_of(together / folder.name / "成果") == files_of(TaskFolder(folder).results)


def test_the_url_of_a_task_names_the_task(two_workers):
    assert two_workers.of_task("s3://省/{task}/收件", "市/甲县").inbox_url == "s3://省/市/甲县/收件"


def test_a_task_whose_process_cannot_reach_the_cluster_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("sishui_eco.running.cluster.CONNECT", 0.3)
    monkeypatch.setattr(province.signal, "signal", lambda number, handler: None)
    folder = make_tasks(tmp_path / "省") / "甲县"
    report = collect_task(
        Errand(name="甲县", folder=folder, files=1), Orders(as_of=AS_OF, who="", cluster="tcp://127.0.0.1:9")
    )
    assert report.code == 12 and "连不上集群" in report.fault
