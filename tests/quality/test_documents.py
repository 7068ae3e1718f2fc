"""README, manual and scripts say what the program does: every verb, every picture, every command."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from sishui_eco.errors import EcoError
from sishui_eco.preparing import make_task
from sishui_eco.zh import load_table

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MANUAL = (ROOT / "docs" / "manual.md").read_text(encoding="utf-8")


def test_every_verb_stands_in_the_readme_and_every_alias_in_the_manual():
    for name, entry in load_table("cli")["verbs"].items():
        assert f"sishui-eco {name} " in README, name
        assert entry["alias"] in README and entry["alias"] in MANUAL, entry["alias"]


@pytest.mark.parametrize("document", ["README.md", "docs/manual.md"])
def test_every_link_and_picture_is_there(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#:]+)\)", text)
    assert targets
    for target in targets:
        assert ((ROOT / document).parent / target).is_file(), target


def test_ci_calls_the_test_command_of_the_readme():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    mark = re.search(r"<!-- test command -->\n```\n(.+)\n```", README)
    assert mark and mark.group(1).startswith("python -m pip install")
    assert "<!-- test command -->" in script and "bash -c \"$command\"" in script  # fmt: skip


def test_every_kind_of_our_faults_has_its_own_exit_code():
    def kinds(cls):
        for sub in cls.__subclasses__():
            yield sub
            yield from kinds(sub)

    codes = [cls.exit_code for cls in kinds(EcoError) if cls.__module__ == "sishui_eco.errors"]
    assert len(codes) == len(set(codes)) >= 9
    assert all(code > 2 for code in codes)


def test_every_fault_of_ours_has_a_sentence():
    sentences = load_table("errors")
    keys = set()
    for path in (ROOT / "sishui_eco").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        keys |= set(re.findall(r'(?:Error|LedgerError)\(\s*"([a-z_]+)"', text))
    assert len(keys) > 15
    assert not [key for key in sorted(keys) if key not in sentences]


@pytest.mark.parametrize(("script", "says"), [("issue_blanks", "空白表"), ("write_reminders", "函件")])
def test_a_double_clicked_script_says_what_it_did_and_where(script, says, tmp_path):
    make_task(tmp_path / "任务", sample=False)
    (tmp_path / "任务" / "收件" / "说明.txt").write_text("财政局无重点工程项目", encoding="utf-8")
    result = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / f"{script}.py"), str(tmp_path / "任务")],
        capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL, cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert says in result.stdout and "任务" in result.stdout


def test_the_collecting_script_collects(tmp_path):
    make_task(tmp_path / "任务", sample=False)
    (tmp_path / "任务" / "收件" / "说明.txt").write_text("财政局无重点工程项目", encoding="utf-8")
    result = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "collect_and_summarise.py"), str(tmp_path / "任务"), "--as-of", "2023-08-03"],
        capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL, cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert result.returncode in (0, 1), result.stderr
    assert "成果在" in result.stdout
    assert (tmp_path / "任务" / "成果" / "最新").is_dir()


def test_buttons_of_a_task_folder_run_their_verb(tmp_path):
    make_task(tmp_path / "任务", sample=False)
    for name, verb in load_table("folder")["buttons"].items():
        text = (tmp_path / "任务" / name).read_bytes().decode("gbk")
        assert f"sishui_eco {verb} " in text and "\r\n" in text
