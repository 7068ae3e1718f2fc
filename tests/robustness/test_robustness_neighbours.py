"""A bad file hurts only itself: thirty good returns say the same with hostile files among them."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from sishui_eco.model.outcome import ArrivalLine, Outcome
from sishui_eco.outputs.export import write_export
from sishui_eco.pipeline import look, silent
from sishui_eco.preparing import make_task
from sishui_eco.spec.settings import load_settings
from tests.robustness.hostile import CASES, Case
from tests.robustness.hostile_run import judged
from tests.robustness.seeds import sample_files

Said = tuple[list[ArrivalLine], Outcome, dict[str, bytes]]
AS_OF = datetime(2023, 8, 3, 23, 59)
STAMP = 1_690_000_000
ALL = bool(os.environ.get("SISHUI_ALL"))
# Runaway texts stand in real returns of real units: they take part, as they should, and so change the outcome.
HOSTILE = [case for case in CASES if not case.file.startswith("runaway")]
assert judged  # its module registers every case
SINGLES = ["oleloop.xls", "overlap 300 entries.zip"]


def good_files() -> dict[str, bytes]:
    files = sample_files()
    chosen = [name for name in sorted(files) if name.endswith((".xlsx", ".xls", ".csv", ".docx", ".zip", ".eml"))]
    return {f"{at:02}/{name}": files[name] for at, name in enumerate(chosen[:30])}


def said(folder: Path, files: dict[str, bytes], good: dict[str, bytes]) -> Said:
    """Return what became of the good files, the outcome, and the export without lines about other files."""
    task = make_task(folder, sample=False).task
    for name, content in files.items():
        path = task.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (STAMP, STAMP))
    _, outcome = look(task, AS_OF, 2, silent)
    export = write_export(outcome, load_settings(task.settings))
    kept = {
        name: b"\n".join(line for line in content.split(b"\n") if b"hostile/" not in line)
        for name, content in export.items()
    }
    assert (len(files) > len(good)) == (b"hostile/" in export["arrivals.jsonl"])
    return [line for line in outcome.arrivals if line.arrival.file in good], outcome, kept


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Said:
    good = good_files()
    assert len(good) == 30
    return said(tmp_path_factory.mktemp("alone") / "task", good, good)


def mixed(good: dict[str, bytes], bad: list[Case]) -> dict[str, bytes]:
    """Return the good files with the bad ones spread among them: each shares a worker's errand with good ones."""
    return {**good, **{f"{at % 30:02}/hostile/{case.file}": case.build() for at, case in enumerate(bad)}}


def assert_same(folder: Path, bad: list[Case], alone: Said) -> None:
    good = good_files()
    lines, outcome, export = said(folder, mixed(good, bad), good)
    assert lines == alone[0]
    assert outcome.merged == alone[1].merged
    for name in ("answers.jsonl", "verdicts.jsonl", "tally.jsonl", "arrivals.jsonl"):
        assert export[name] == alone[2][name], name


def test_all_hostile_files_at_once_change_nothing_in_the_good_ones(tmp_path: Path, alone) -> None:
    """Those that cost seconds take part only when all are asked for."""
    bad = [case for case in HOSTILE if ALL or not case.heavy]
    assert_same(tmp_path / "task", bad, alone)


@pytest.mark.parametrize("file", [case.file for case in HOSTILE] if ALL else SINGLES)
def test_one_hostile_file_changes_nothing_in_the_good_ones(file: str, tmp_path: Path, alone) -> None:
    assert_same(tmp_path / "task", [case for case in HOSTILE if case.file == file], alone)
