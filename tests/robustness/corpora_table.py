"""What became of every real file of the corpora, one row a leaf: run, frozen, compared."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from sishui_eco.running.workers import WorkLimits, run_tasks
from sishui_eco.spec.settings import default_campaign
from tests.robustness.probing import Probe, probe_file
from tests.robustness.seeds import CORPORA, corpora_files

VERDICTS = Path(__file__).parent / "corpora_verdicts.csv"
COLUMNS = ("path", "member", "kind", "ends", "code", "grids", "cells")
Row = tuple[str, ...]


def rows_of(path: str, probe: Probe) -> list[Row]:
    """Return the rows of one file: the reader that read it, or how it ended unread."""
    return [
        (
            path,
            leaf.member,
            leaf.kind,
            leaf.reader or leaf.verdict,
            leaf.code or leaf.notices,
            str(leaf.grids),
            str(leaf.cells),
        )
        for leaf in probe.leaves
    ]


def run_corpora(paths: Sequence[str], workers: int = 2) -> list[tuple[str, Probe | None, str]]:
    """Return each file with what came of it through the worker path and, when its worker died, how."""
    items = [(path, (CORPORA / path).read_bytes()) for path in paths]
    done = run_tasks(probe_file, items, default_campaign(), workers=workers, limits=WorkLimits())
    return [(item.item[0], item.result, str(item.death or "")) for item in done]


def all_paths() -> list[str]:
    return [path.relative_to(CORPORA).as_posix() for path in corpora_files()]


def frozen() -> dict[str, list[Row]]:
    """Return the frozen rows by path."""
    found: dict[str, list[Row]] = {}
    with VERDICTS.open(encoding="utf-8", newline="") as lines:
        for row in csv.reader(lines):
            if tuple(row) != COLUMNS:
                found.setdefault(row[0], []).append(tuple(row))
    return found


def freeze() -> int:
    """Write the table of verdicts anew and return how many rows it has; look at the difference before committing."""
    rows: list[Row] = []
    for path, probe, death in run_corpora(all_paths()):
        rows += rows_of(path, probe) if probe else [(path, "", "", "DIED", death, "0", "0")]
    with VERDICTS.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    return len(rows)
