"""One sample task, collected once, looked at by many tests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from sishui_eco.pipeline import Collected, collect
from sishui_eco.preparing import make_task
from sishui_eco.running.folder import TaskFolder
from sishui_eco.sample import Plan
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import load_settings

AS_OF = datetime(2023, 8, 3, 23, 59)


@dataclass(frozen=True)
class Sample:
    task: TaskFolder
    plan: Plan
    campaign: Campaign
    collected: Collected

    @property
    def outcome(self):
        return self.collected.outcome

    def export(self, name: str) -> list[dict[str, Any]]:
        path = self.task.latest / "导出" / f"{name}.jsonl"
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def sample(tmp_path_factory) -> Sample:
    made = make_task(tmp_path_factory.mktemp("river") / "任务", sample=True)
    assert made.plan is not None
    collected = collect(made.task.root, as_of=AS_OF, workers=2)
    return Sample(made.task, made.plan, load_settings(made.task.settings), collected)


def files_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
