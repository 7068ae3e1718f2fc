"""Real files that nobody here wrote, through the worker path: the frozen table, and what other readers see."""

from __future__ import annotations

import os
import shutil
import time

import pytest

from sishui_eco.running.workers import WorkLimits
from sishui_eco.zh import finding_catalogue
from tests.robustness.comparing import compared
from tests.robustness.corpora_table import all_paths, frozen, rows_of, run_corpora
from tests.robustness.seeds import CORPORA

pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="the shared corpora are not beside the project")
ALL = bool(os.environ.get("SISHUI_ALL"))
ENDS = {
    "xlsx",
    "xls",
    "xlsb",
    "ods",
    "odt",
    "docx",
    "doc",
    "text",
    "html",
    "xml_sheet",
    "calamine",
    "refused",
    "unrecognised",
}


def test_every_file_ends_as_frozen_quickly_and_without_a_fault_of_ours() -> None:
    """An improvement fails too: look at the difference, then `python -m tests.robustness freeze`."""
    expected = frozen()
    paths = all_paths()
    assert sorted(expected) == paths
    chosen = paths if ALL else paths[::5]
    started = time.perf_counter()
    for path, probe, death in run_corpora(chosen):
        assert probe is not None, f"{path}: {death}"
        assert (probe.raised, probe.netted) == ([], []), path
        if [leaf.code for leaf in probe.leaves] == ["A205"] and not any(map(shutil.which, ("unrar", "bsdtar"))):
            continue  # no program of this machine can open a RAR; intake's own tests hold what is said then
        assert rows_of(path, probe) == expected[path]
        assert "read" not in {leaf.verdict for leaf in probe.leaves}, f"{path} passed for a return of this task"
    assert time.perf_counter() - started < 180


def test_the_frozen_table_holds_grids_or_named_refusals_only() -> None:
    rows = [row for found in frozen().values() for row in found]
    assert len(rows) > 1500
    assert {row[3] for row in rows} <= ENDS | {"ignored", "supporting"}
    assert {row[4] for row in rows if row[3] == "refused"} <= set(finding_catalogue()) - {
        "A210",
        "R901",
        "R902",
        "R903",
    }
    assert [row for row in rows if row[3] == "refused" and not row[4]] == []


def test_no_file_is_called_empty_in_which_another_reader_finds_cells() -> None:
    paths = all_paths()
    result = compared(paths) if ALL else compared(paths[::24], limits=WorkLimits(seconds=3))
    assert result.empty == []
    assert result.rows["ours"] >= result.rows["union of the three"] - (0 if ALL else 2)
    assert not [kind for kind in result.files if kind.startswith("another value") and kind.endswith(": number")]
    assert not [
        kind for kind in result.files if kind.startswith(("seen by openpyxl, not by us", "seen by xlrd, not by us"))
    ]
