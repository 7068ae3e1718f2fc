"""Worker processes cost a second a run; where many runs are made, the same tasks are done one after another here."""

from __future__ import annotations

import pytest

from sishui_eco import pipeline, receiving
from sishui_eco.running.workers import Done


def run_serially(task, items, shared, *, workers, limits, chunk=8):
    for item in items:
        yield Done(item, task(item, shared))


def without_workers(patch: pytest.MonkeyPatch) -> None:
    for module in (pipeline, receiving):
        patch.setattr(module, "run_tasks", run_serially)
