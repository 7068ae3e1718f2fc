"""The collector of cycles rests during a run and is afterwards as it was, whatever happened."""

from __future__ import annotations

import gc

import pytest

from sishui_eco import stages
from sishui_eco.pipeline import collect
from tests.lasting.serial import OneAfterAnother
from tests.lasting.small_task import AS_OF, annex4, drop, make_small_task


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("fails", [False, True])
def test_the_collector_rests_during_a_run_only(tmp_path, monkeypatch, before, fails):
    task = make_small_task(tmp_path / "任务")
    drop(task, "泗河.xlsx", annex4("U25"), "2023-07-20 09:00")
    seen, real = [], stages.conclude

    def conclude(*given):
        seen.append(gc.isenabled())
        if fails:
            raise RuntimeError
        return real(*given)

    monkeypatch.setattr(stages, "conclude", conclude)
    try:
        gc.enable() if before else gc.disable()
        try:
            collect(task.root, as_of=AS_OF, workers=OneAfterAnother())
        except RuntimeError:
            assert fails
        assert gc.isenabled() is before
    finally:
        gc.enable()
    assert seen == [False]
