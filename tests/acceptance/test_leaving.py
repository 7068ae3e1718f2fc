"""A command in a process of its own: everything is said before it leaves, its code is told, whoever reads on or not."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-m", "sishui_eco"]


@pytest.mark.parametrize(("arguments", "code"), [(["explain", "C301"], 0), (["explain", "Z999"], 3), (["--help"], 0)])
def test_all_is_said_and_the_code_is_told(arguments, code):
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode != 0) == (code != 0)
    assert (done.stdout or done.stderr).endswith("\n") and "Traceback" not in done.stderr
    assert ("C301" in done.stdout) == (code == 0)


@pytest.mark.skipif(sys.platform == "win32", reason="no pipe of this kind there")
def test_nobody_reads_on():
    held_back = {name: text for name, text in os.environ.items() if name != "PYTHONUNBUFFERED"}
    reader = subprocess.Popen(
        [*COMMAND, "explain", "C301"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=held_back
    )
    assert reader.stdout is not None and reader.stderr is not None
    reader.stdout.close()
    said = reader.stderr.read().decode()
    assert reader.wait() is not None and "Traceback" not in said and "BrokenPipe" not in said
