"""An outcome of hundreds of thousands of records, without reading as many workbooks: one unit's returns, under many units."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import inputs
import provinces

from sishui_eco import merge
from sishui_eco.model.outcome import Outcome, Standing, Version
from sishui_eco.pipeline import collect
from sishui_eco.running.folder import TaskFolder
from sishui_eco.spec.settings import load_settings

AS_OF = datetime(2023, 8, 3, 23, 59)
EACH = 30  # records of a unit
SEEDS = 3  # units that are truly collected, and stand model for all


def outcome_of(records: int) -> Outcome:
    """Return an outcome of so many merged records, 30 a unit; texts are shared, so that memory is that of the writer."""
    units = -(-records // EACH)
    with tempfile.TemporaryDirectory() as name:
        task, campaign = inputs.make_folder(Path(name) / "task", provinces.roster(units))
        seeds = campaign.units[-SEEDS:]
        for unit in seeds:
            rows = inputs.project_rows(
                unit.name, EACH, provinces.random.Random(unit.unit_id), inputs.supported(campaign, unit)
            )
            content = inputs.workbook("annex4", unit.name, rows)
            inputs.put(task, inputs.Returned(f"{unit.unit_id}.xlsx", content, inputs.FIRST_ROUND))
        small = collect(task.root, as_of=AS_OF, workers=1).outcome
        return _spread(small, TaskFolder(task.root))


def _spread(small: Outcome, task: TaskFolder) -> Outcome:
    """Give every unit of the roster the version of one of the models."""
    campaign = load_settings(task.settings)
    models = {item.submission.unit_id: item for item in small.versions}
    standing = {item.unit_id: item for item in small.standings if item.unit_id in models}
    lines = {item.unit_id: item for item in small.arrivals}
    order = sorted(models)
    versions: list[Version] = []
    standings: list[Standing] = []
    arrivals = []
    for number, unit in enumerate(campaign.units):
        seed = order[number % len(order)]
        model, file = models[seed], f"{unit.unit_id}.xlsx"
        arrival = replace(model.submission.arrival, file=file, name=file, sha256=f"{number:064x}")
        submission = replace(model.submission, arrival=arrival, unit_id=unit.unit_id)
        versions.append(replace(model, submission=submission))
        standings.append(replace(standing[seed], unit_id=unit.unit_id))
        arrivals.append(replace(lines[seed], arrival=arrival, unit_id=unit.unit_id))
    merged = merge.merge_versions(versions, (), campaign)
    tally = tuple(replace(line, file=arrival.arrival.file) for arrival in arrivals for line in small.tally[:1])
    return replace(
        small, campaign=campaign, versions=tuple(versions), standings=tuple(standings), arrivals=tuple(arrivals),
        merged=merged, tally=tally, findings=(), changes=(), reviews=(),
    )  # fmt: skip
