"""The command line as a clerk meets it: every verb, every kind of bad input, one Chinese sentence, no traceback."""

from __future__ import annotations

import errno
import io
import json
import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from sishui_eco.cli import build_parser, main
from sishui_eco.running import publishing, storing
from sishui_eco.zh import load_table
from tests.acceptance.conftest import Sample, files_of

AS_OF = "2023-08-03"


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main([str(argument) for argument in arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    return code, said.out, said.err


@pytest.fixture
def task(sample: Sample, tmp_path: Path) -> Path:
    """A copy of the collected sample task that a test may spoil."""
    shutil.copytree(sample.task.root, tmp_path / "任务")
    return tmp_path / "任务"


@pytest.fixture
def small(tmp_path: Path, sample: Sample) -> Path:
    """A task with a handful of returned files: quick to collect."""
    folder = tmp_path / "小任务"
    main(["init", str(folder)])
    for name in ("02_县委宣传部_指标资料填报表.xlsx", "县文旅局无项目说明.docx", "星村镇附件4.xlsx"):
        shutil.copy2(sample.task.inbox / name, folder / "收件" / name)
    return folder


def test_every_verb_has_a_chinese_alias_and_chinese_help(capsys):
    words = load_table("cli")["verbs"]
    for name, entry in words.items():
        for verb in (name, entry["alias"]):
            with pytest.raises(SystemExit) as caught:
                build_parser().parse_args([verb, "--help"])
            assert caught.value.code == 0
    assert re.search(r"[\u4e00-\u9fff]", capsys.readouterr().out)


def test_wrong_usage_is_told_in_chinese_with_exit_code_2(capsys):
    for arguments in ([], ["随便"], ["collect"], ["export", "x"]):
        with pytest.raises(SystemExit) as caught:
            main(arguments)
        assert caught.value.code == 2
        assert re.search(r"[\u4e00-\u9fff]{4}", capsys.readouterr().err)


def test_init_makes_a_folder_a_clerk_can_start_with(capsys, tmp_path):
    code, out, _ = run(capsys, "初始化", tmp_path / "新任务")
    assert code == 0 and "下一步" in out and "暂定" in out
    assert {path.name for path in (tmp_path / "新任务").iterdir()} >= {"填报任务.xlsx", "收件", "空白表"}


def test_init_never_overwrites(capsys, task):
    before = files_of(task)
    code, _, err = run(capsys, "init", task)
    assert code == 4 and "没有写入" in err
    assert files_of(task) == before


def test_issue_writes_a_blank_for_every_unit_and_the_notice(capsys, small):
    code, out, _ = run(capsys, "下发", small)
    assert code == 0 and "37" in out
    names = [path.name for path in (small / "空白表").iterdir()]
    assert len([name for name in names if name.endswith(".xlsx")]) == 37
    assert "下发通知.docx" in names


def test_collect_says_what_came_and_where_things_are(capsys, small):
    code, out, err = run(capsys, "回收", small, "--as-of", AS_OF)
    assert code == 1
    for words in ("收到 3 件", "一行不少", "成果在", "退改表", "函件"):
        assert words in out, out
    assert "收件 3/3" in err


def test_collect_again_says_that_nothing_changed(capsys, small):
    run(capsys, "collect", small, "--as-of", AS_OF)
    code, out, _ = run(capsys, "collect", small, "--as-of", AS_OF)
    assert code == 1 and "没有重写" in out


def test_status_shows_every_unit_and_whom_to_call(capsys, task, sample):
    code, out, _ = run(capsys, "进度", task)
    assert code == 1
    for unit in sample.campaign.units:
        assert unit.name in out
    assert "如果只打三个电话" in out and "■" in out and "●" in out


def test_status_before_the_first_collect_says_what_to_do(capsys, small):
    code, _, err = run(capsys, "status", small)
    assert code == 4 and "回收" in err


def test_letters_of_a_day(capsys, small):
    code, out, _ = run(capsys, "催办", small, "--as-of", "2023-08-10")
    assert code == 0
    folder = small / "成果" / "2023-08-10_催办"
    letters = list((folder / "函件").glob("*.docx"))
    assert letters and str(len(letters)) in out


def test_explain_every_code(capsys):
    from sishui_eco.zh import finding_catalogue

    for code in finding_catalogue():
        status, out, _ = run(capsys, "解释", code)
        assert status == 0 and "怎么改" in out and "为什么查" in out


def test_explain_an_unknown_code(capsys):
    status, _, err = run(capsys, "explain", "Z999")
    assert status == 20 and "Z999" in err


def test_doctor_tells_what_a_file_is_and_whose(capsys, sample):
    code, out, _ = run(capsys, "体检", sample.task.inbox / "星村镇附件4.xlsx")
    assert code == 0
    for words in ("星村镇人民政府", "附件4", "条记录", "逐行归类"):
        assert words in out, out


@pytest.mark.parametrize(
    "content", [b"", b"\0" * 100, b"PK\x03\x04broken", b"%PDF-1.4\n", b"\xd0\xcf\x11\xe0" + b"\0" * 600]
)
def test_doctor_takes_any_file(capsys, tmp_path, content):
    path = tmp_path / "文件.xlsx"
    path.write_bytes(content)
    code, out, _ = run(capsys, "doctor", path)
    assert code == 0 and "结论" in out


def test_export_writes_the_six_files(capsys, small, tmp_path):
    code, _, _ = run(capsys, "导出", small, "--to", tmp_path / "出", "--as-of", AS_OF)
    assert code == 0
    names = sorted(path.name for path in (tmp_path / "出").iterdir())
    assert names == [f"{n}.jsonl" for n in ("answers", "arrivals", "findings", "standings", "tally", "verdicts")]
    for line in (tmp_path / "出" / "answers.jsonl").read_text(encoding="utf-8").splitlines():
        json.loads(line)


def test_public_copy_shows_no_telephone(capsys, small, tmp_path):
    code, _, _ = run(capsys, "公开版", small, "--to", tmp_path / "公开.xlsx", "--as-of", AS_OF)
    assert code == 0
    book = openpyxl.load_workbook(tmp_path / "公开.xlsx")
    text = " ".join(
        str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None
    )
    assert not re.search(r"1[3-9]\d{9}", text)


def test_verify_finds_a_tampered_ledger(capsys, task):
    import sqlite3

    assert run(capsys, "核验", task)[0] == 0
    with sqlite3.connect(task / "台账.sqlite") as connection:
        connection.execute("DROP TRIGGER no_update")
        connection.execute("UPDATE events SET payload = payload || ' ' WHERE number = 2")
    code, _, err = run(capsys, "verify", task)
    assert code == 9 and "第 2 条" in err


def test_adopt_learns_our_own_generic_blank(capsys, small):
    blank = Path(__file__).resolve().parents[2] / "workbooks" / "blank_annex4.xlsx"
    code, out, _ = run(capsys, "学表", small, blank)
    assert code == 0 and "附件4" in out
    assert run(capsys, "collect", small, "--as-of", AS_OF)[0] == 1


def test_adopt_with_questions_says_so_in_its_exit_code(capsys, small, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["序号", "工程类别", "项目名称", "建设内容", "起止年限", "总投资额度", "责任单位", "支撑指标"])
    book.save(tmp_path / "官方附件4.xlsx")
    code, out, _ = run(capsys, "adopt", small, tmp_path / "官方附件4.xlsx")
    assert code == 1 and "“总投资额度”不认得，作为附加列保留；是不是“总投资”？" in out


def test_adopt_refuses_what_is_no_form(capsys, small, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["值班", "日期"])
    book.save(tmp_path / "值班表.xlsx")
    before = (small / "填报任务.xlsx").read_bytes()
    code, _, err = run(capsys, "adopt", small, tmp_path / "值班表.xlsx")
    assert code == 11 and "没有改动" in err
    assert (small / "填报任务.xlsx").read_bytes() == before


def test_a_folder_that_is_none(capsys, tmp_path):
    code, _, err = run(capsys, "collect", tmp_path / "没有")
    assert code == 4 and "没有" in err


def test_an_empty_inbox(capsys, tmp_path):
    run(capsys, "init", tmp_path / "新")
    code, _, err = run(capsys, "collect", tmp_path / "新")
    assert code == 5 and "空的" in err


def test_a_settings_workbook_with_faults_tells_them_all_and_touches_nothing(capsys, task):
    book = openpyxl.load_workbook(task / "填报任务.xlsx")
    book["单位名录"]["B4"] = "县委组织部"
    book["任务"]["B10"] = "2023-03-20 17:30"
    book.save(task / "填报任务.xlsx")
    before = files_of(task / "成果")
    code, _, err = run(capsys, "collect", task, "--as-of", AS_OF)
    assert code == 3 and "单位名录!B4" in err and "任务!B10" in err
    assert files_of(task / "成果") == before


def test_a_broken_settings_workbook(capsys, small):
    (small / "填报任务.xlsx").write_bytes(b"PK broken")
    code, _, err = run(capsys, "collect", small)
    assert code == 3 and "打不开" in err


def test_a_full_disk_keeps_the_last_good_results(capsys, small, monkeypatch):
    run(capsys, "collect", small, "--as-of", AS_OF)
    before = files_of(small / "成果")
    fired = []

    def full(descriptor):
        fired.append(descriptor)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storing.os, "fsync", full)
    code, _, err = run(capsys, "collect", small, "--as-of", "2023-08-04")
    assert fired and code == 7 and "磁盘空间不足" in err
    assert files_of(small / "成果") == before


def test_another_run_holds_the_task(capsys, small):
    from sishui_eco.ledger import run_lock

    with run_lock(small / ".运行中", "甲@电脑"):
        code, _, err = run(capsys, "collect", small)
    assert code == 8 and "甲@电脑" in err


def test_an_unknown_unit_is_told_and_the_others_finish(capsys, small):
    book = openpyxl.load_workbook(small / "收件" / "星村镇附件4.xlsx")
    sheet = book.worksheets[0]
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell.value, str) and "星村" in cell.value:
                cell.value = cell.value.replace("星村镇人民政府", "火星办事处").replace("星村镇", "火星办事处")
    book.save(small / "收件" / "附件4.xlsx")
    (small / "收件" / "星村镇附件4.xlsx").unlink()
    code, _, _ = run(capsys, "collect", small, "--as-of", AS_OF)
    assert code == 1
    rows = [
        json.loads(line) for line in (small / "成果/最新/导出/arrivals.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert {row["file"]: row["unit_id"] for row in rows}["附件4.xlsx"] == ""
    findings = (small / "成果/最新/导出/findings.jsonl").read_text(encoding="utf-8")
    assert "火星办事处" in findings
    assert {row["verdict"] for row in rows} == {"read", "nil_return"}


def test_a_file_held_by_another_program_is_told_and_the_others_finish(capsys, small, monkeypatch):
    """A403: what cannot be read now is told, and read by the next run."""
    real = Path.read_bytes

    def held(self):
        if self.name == "星村镇附件4.xlsx" and self.parent.name == "收件":
            raise PermissionError(13, "held")
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", held)
    code, out, _ = run(capsys, "collect", small, "--as-of", AS_OF)
    assert code == 1 and "星村镇附件4.xlsx" in out and "WPS" in out
    rows = [json.loads(x) for x in (small / "成果/最新/导出/arrivals.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["file"]: row.get("code") for row in rows}["星村镇附件4.xlsx"] == "A403"
    assert sum(row["verdict"] in ("read", "nil_return") for row in rows) == 2
    monkeypatch.setattr(Path, "read_bytes", real)
    run(capsys, "collect", small, "--as-of", AS_OF)
    rows = [json.loads(x) for x in (small / "成果/最新/导出/arrivals.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {row["verdict"] for row in rows} == {"read", "nil_return"}
    assert run(capsys, "verify", small)[0] == 0


def test_an_output_open_in_another_program_is_told_and_nothing_is_lost(capsys, small, monkeypatch):
    run(capsys, "collect", small, "--as-of", AS_OF)
    before = files_of(small / "成果" / "最新")
    real = Path.rename

    def held(self, target):
        if self.name == "最新":
            raise PermissionError(13, "held")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", held)
    monkeypatch.setattr(publishing, "_exchange", lambda one, other: False)
    monkeypatch.setattr(storing, "ON_WINDOWS", True)
    monkeypatch.setattr(storing, "FIRST_WAIT", 0.001)
    code, _, err = run(capsys, "collect", small, "--as-of", "2023-08-04")
    monkeypatch.undo()
    assert code == 6 and "WPS" in err
    assert files_of(small / "成果" / "最新") == before
    code, _, _ = run(capsys, "collect", small, "--as-of", "2023-08-04")
    assert code == 1 and files_of(small / "成果" / "最新") != before


def test_a_console_that_cannot_show_chinese_does_not_stop_the_work(small, monkeypatch):
    import sys

    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    assert main(["collect", str(small), "--as-of", AS_OF]) == 1
    sys.stdout.flush()
    assert b"?" in raw.getvalue()
