"""A program that lets many processes collect one task at the same moment: python racing.py FOLDER AS_OF NUMBER.

Prints one JSON line a process: its exit code and what it said.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from sishui_eco import cli, pipeline, verbs  # noqa: F401  imported once, before any child


def racer(folder: str, as_of: str, start: int, output: Path) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 99
    try:
        stream = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(stream, 1)
        os.dup2(stream, 2)
        os.read(start, 1)  # until the starter lets go
        code = cli.main(["collect", folder, "--as-of", as_of, "--workers", "1"])
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


if __name__ == "__main__":
    folder, as_of, number = sys.argv[1:]
    reading, writing = os.pipe()
    outputs = [Path(folder).with_name(f"said{at}.txt") for at in range(int(number))]
    pids = []
    for output in outputs:
        pid = os.fork()
        if pid == 0:
            os.close(writing)
            os._exit(os.waitstatus_to_exitcode(os.waitpid(racer(folder, as_of, reading, output), 0)[1]))
        pids.append(pid)
    os.close(reading)
    os.close(writing)
    for pid, output in zip(pids, outputs, strict=True):
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print(json.dumps({"code": code, "said": output.read_text(encoding="utf-8")}, ensure_ascii=False))
