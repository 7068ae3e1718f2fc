"""Many task folders below one: each as if alone, a line of each, one page over all; a fault of one hurts no other."""

from __future__ import annotations

import io
import os
import shutil
import signal
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from sishui_eco import cli, province
from sishui_eco.pipeline import collect
from sishui_eco.progress import ProgressBar
from sishui_eco.province import collect_all
from sishui_eco.running.folder import TaskFolder, task_folders
from sishui_eco.running.workers import LocalWorkers
from tests.lasting.serial import OneAfterAnother
from tests.lasting.small_task import AS_OF, WORSE, annex4, drop, files_of, make_small_task


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    """A city with two counties below it and one beside; one holds no file yet."""
    root = tmp_path_factory.mktemp("province") / "省"
    for name, unit_id, investment in (("济宁市/甲县", "U25", "1200"), ("济宁市/乙县", "U26", WORSE)):
        task = make_small_task(root / name)
        drop(task, "附件4.xlsx", annex4(unit_id, investment), "2023-07-20 09:00")
    make_small_task(root / "丙县")
    (root / "资料").mkdir()
    return root


@pytest.fixture
def root(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "省"))


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    capsys.readouterr()
    code = cli.main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    return code, said.out, said.err


def page(root: Path) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(io.BytesIO((root / "各任务汇总.xlsx").read_bytes()))
    return [tuple(row) for row in book["各任务"].iter_rows(min_row=4, values_only=True)]


def test_task_folders_are_found_below_and_none_below_one(root):
    assert [path.relative_to(root).as_posix() for path in task_folders(root)] == ["丙县", "济宁市/乙县", "济宁市/甲县"]
    make_small_task(root / "丙县" / "收件" / "误放的任务")
    assert len(task_folders(root)) == 3
    assert task_folders(root / "丙县") == task_folders(root / "没有") == task_folders(root / "资料") == ()


def test_each_is_as_if_alone_a_fault_of_one_is_told_and_one_page_stands_over_all(root, template, tmp_path, capsys):
    code, out, err = run(capsys, "collect", root, "--as-of", "2023-08-03", "--workers", "2")
    assert code == 5  # of the county whose inbox is empty: a fault of ours goes before findings
    lines = out.splitlines()
    assert lines[0].startswith("丙县：没能处理。") and "是空的" in lines[0]
    assert lines[1].startswith("济宁市/乙县：应报") and lines[2].startswith("济宁市/甲县：应报")
    assert "2/2" in err and lines[-1].endswith("各任务汇总.xlsx")
    for name in ("济宁市/甲县", "济宁市/乙县"):
        alone = TaskFolder(Path(shutil.copytree(template / name, tmp_path / name)))
        collect(alone.root, as_of=AS_OF, workers=OneAfterAnother())
        assert files_of(root / name / "成果") == files_of(alone.results)
    empty, second, first, total = page(root)
    assert empty[0] == "丙县" and set(empty[1:9]) == {None} and "是空的" in str(empty[9])
    assert [row[0] for row in (second, first)] == ["济宁市/乙县", "济宁市/甲县"]
    assert total[0] == "合计" and total[2] == second[2] + first[2] == 2
    assert first[7:9] == (1, 1200)


def test_the_second_run_changes_nothing_and_says_so(root, capsys):
    (root / "丙县" / "填报任务.xlsx").unlink()
    assert run(capsys, "collect", root, "--as-of", "2023-08-03", "--workers", "1")[0] == 1
    before = {path: path.stat().st_mtime_ns for path in root.rglob("*") if path.is_file()}
    code, out, _ = run(capsys, "collect", root, "--as-of", "2023-08-03", "--workers", "1")
    assert code == 1 and out.count("没有变化") == 2
    results = {path: when for path, when in before.items() if "成果" in path.parts or path.name == "各任务汇总.xlsx"}
    assert len(results) > 10 and all(path.stat().st_mtime_ns == when for path, when in results.items())


def test_status_says_a_line_of_each(root, capsys):
    task = TaskFolder(root / "济宁市" / "甲县")
    collect(task.root, as_of=AS_OF, workers=OneAfterAnother())
    code, out, _ = run(capsys, "status", root)
    assert code == 1
    assert out.splitlines()[:2] == ["丙县：还没有回收过", "济宁市/乙县：还没有回收过"]
    assert out.splitlines()[2].startswith("济宁市/甲县：已了结") and "3 个任务，3 个还有欠报" in out


def test_workers_brought_along_read_for_one_task_after_the_other(root):
    reports = list(collect_all(root, task_folders(root), as_of=AS_OF, workers=OneAfterAnother()))
    assert [report.told is None for report in reports] == [True, False, False]
    again = list(collect_all(root, task_folders(root), as_of=AS_OF, workers=OneAfterAnother()))
    assert [(report.told, report.changed) for report in again[1:]] == [(report.told, False) for report in reports[1:]]


def die_at_second(errand, orders):
    if errand.name == "济宁市/乙县":
        os.kill(os.getpid(), signal.SIGKILL)
    return province.Report(name=errand.name)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no way to kill a process unseen")
def test_a_process_that_dies_costs_its_own_task_only(root, monkeypatch):
    monkeypatch.setattr(province, "collect_task", die_at_second)
    reports = list(collect_all(root, task_folders(root), as_of=AS_OF, workers=1))
    assert [report.code for report in reports] == [0, 20, 0]
    assert "意外结束" in reports[1].fault


def test_what_is_not_foreseen_is_told_without_its_text(root, monkeypatch):
    def fail(*given, **named):
        raise ValueError("张三 13800000001")

    monkeypatch.setattr(province, "collect", fail)
    reports = list(collect_all(root, task_folders(root), as_of=AS_OF, workers=OneAfterAnother()))
    assert {report.code for report in reports} == {20}
    assert all("ValueError" in report.fault and "张三" not in report.fault for report in reports)


def test_another_day_is_another_page(root):
    paths = [province.write_page(root, [], AS_OF + timedelta(days=day)).read_bytes() for day in (0, 0, 1)]
    assert paths[0] == paths[1] != paths[2]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_shows_files_done_rate_and_time_left_in_signs_every_console_has():
    now = [0.0]
    stream = Terminal()
    bar = ProgressBar(stream, lambda: now[0])
    for done in range(1001):
        bar("examine", done, 1000)
        now[0] += 0.2
    pictures = stream.getvalue().split("\r")
    assert pictures[500].startswith("读表 [##########----------] 500/1000  5/秒  还需约 1 分 40 秒")
    assert "1000/1000 完成，用时 200.0 秒" in pictures[-1]
    assert stream.getvalue().encode("gbk")
    assert all(len(picture.encode("gbk")) < 80 for picture in pictures)


def test_the_bar_is_not_drawn_more_often_than_eyes_can_see():
    now = [0.0]
    stream = Terminal()
    bar = ProgressBar(stream, lambda: now[0])
    for done in range(1001):
        bar("examine", done, 1000)
        now[0] += 0.001
    assert 5 < stream.getvalue().count("\r") < 15


def test_processes_go_when_the_province_is_done():
    with LocalWorkers(1) as local:
        local.start(province.__name__)
    assert not any(thread.is_alive() for thread in local._leaving)
