"""Worker processes cost a second a run; where many runs are made, the same tasks are done one after another here."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from sishui_eco import pipeline
from sishui_eco.running.workers import Done


class OneAfterAnother:
    """Workers that are this very process."""

    def run(self, task, items, shared, *, limits, chunk=8):
        for item in items:
            yield Done(item, task(item, shared))


def without_workers(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(pipeline, "employ", lambda workers, preload: nullcontext(OneAfterAnother()))
