"""The Python face is the same pipeline: typed objects and pandas frames."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas
import pytest

import sishui_eco
from sishui_eco.merge import frame
from tests.acceptance.conftest import AS_OF, Sample


def test_collect_returns_an_outcome(sample: Sample, tmp_path: Path):
    folder = tmp_path / "任务"
    (folder / "收件").mkdir(parents=True)
    shutil.copy2(sample.task.settings, folder / sample.task.settings.name)
    shutil.copy2(sample.task.inbox / "星村镇附件4.xlsx", folder / "收件")
    outcome = sishui_eco.collect(folder, as_of=AS_OF)
    assert isinstance(outcome, sishui_eco.Outcome)
    assert isinstance(outcome.campaign, sishui_eco.Campaign)
    assert {row.unit_id for row in outcome.merged["annex4"]} == {"U28"}


@pytest.mark.parametrize("form", ["annex2", "annex3", "annex4"])
def test_merged_rows_as_a_frame_keep_every_value_as_it_is(sample: Sample, form: str):
    rows = sample.outcome.merged[form]
    table = frame(rows, sample.campaign)
    assert isinstance(table, pandas.DataFrame)
    assert len(table) == len(rows)
    assert list(table["record"]) == [row.record.key for row in rows]
    for field in ("no", "investment", "actual.2022"):
        if field in table:
            assert list(table[field]) == [row.record.value(field) for row in rows]


def test_an_outcome_as_frames_holds_what_the_export_holds(sample: Sample):
    tables = sishui_eco.frames(sample.outcome)
    assert set(tables) == {
        "answers",
        "findings",
        "arrivals",
        "tally",
        "standings",
        "verdicts",
        "annex2",
        "annex3",
        "annex4",
    }
    for name in ("answers", "findings", "arrivals", "tally", "standings", "verdicts"):
        rows = sample.export(name)
        assert len(tables[name]) == len(rows)
        assert list(tables[name].columns)[: len(rows[0])] == list(rows[0])
    assert list(tables["answers"]["value"]) == [row["value"] for row in sample.export("answers")]


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError):
        _ = sishui_eco.nothing
