"""Every limit of facts/untrusted.md §1 can be changed on the task sheet, and a wrong number there is told."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from sishui_eco.errors import SettingsError
from sishui_eco.examining import examine_arrival, work_limits
from sishui_eco.intake.limits import Limits, limits_of
from sishui_eco.intake.receive import expand
from sishui_eco.outputs.settings_workbook import write_settings
from sishui_eco.reading import ReadLimits, read_limits_of
from sishui_eco.running.workers import WorkLimits
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import default_campaign, default_tables, load_settings_bytes
from sishui_eco.zh import load_table
from tests.robustness.hostile_parts import GOOD_ROWS, book
from tests.robustness.probing import MOMENT

WORDS: dict[str, dict[str, dict[str, Any]]] = {
    "intake": load_table("intake")["limits"],
    "reading": load_table("reading")["limits"],
    "workers": load_table("reading")["work_limits"],
}
SORTS = {"intake": (Limits, limits_of), "reading": (ReadLimits, read_limits_of), "workers": (WorkLimits, work_limits)}
ALL = [(sort, item.name) for sort, (made, _) in SORTS.items() for item in fields(made)]


def with_row(key: str, value: str) -> Campaign:
    """Return the shipped task with one more row on its task sheet, written and read as a workbook."""
    tables = {name: [dict(row.values) for row in table.rows] for name, table in default_tables().items()}
    tables["campaign"].append({"key": key, "value": value})
    return load_settings_bytes(write_settings(tables, MOMENT), "填报任务.xlsx")


@pytest.mark.parametrize(("sort", "name"), ALL)
def test_each_limit_has_a_row_of_its_own(sort: str, name: str) -> None:
    made, of = SORTS[sort]
    row = WORDS[sort][name]
    campaign = default_campaign()
    assert of(campaign) == made()
    changed = replace(campaign, parameters={**campaign.parameters, row["key"]: "7"})
    assert of(changed) == replace(made(), **{name: 7 * row["measure"]})


def test_no_two_limits_share_a_key() -> None:
    keys = [row["key"] for words in WORDS.values() for row in words.values()]
    assert len(set(keys)) == len(keys) == len(ALL)


def test_a_limit_in_the_settings_workbook_refuses_and_a_higher_one_lets_through() -> None:
    cells = book(GOOD_ROWS)
    (received,) = expand("a.xlsx", cells, MOMENT)
    low = with_row(WORDS["reading"]["cells"]["key"], "1")
    assert examine_arrival(received.arrival, low).code == "R206"
    assert examine_arrival(received.arrival, with_row(WORDS["reading"]["cells"]["key"], "1000")).code != "R206"
    assert low.digest != default_campaign().digest  # what was remembered under other limits is not believed


@pytest.mark.parametrize("value", ["不限", "0", "-5", "1.5", "9" * 30])
@pytest.mark.parametrize("sort", WORDS)
def test_a_limit_that_is_no_number_is_told_by_its_cell(sort: str, value: str) -> None:
    key = next(iter(WORDS[sort].values()))["key"]
    with pytest.raises(SettingsError) as fault:
        with_row(key, value)
    assert value in str(fault.value.faults)


def test_the_page_on_robustness_tells_every_limit_as_it_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "robustness.md").read_text(encoding="utf-8")
    for sort, name in ALL:
        row, default = WORDS[sort][name], getattr(SORTS[sort][0](), name)
        assert f"| {row['key']} | {int(default / row['measure']):,} |" in page
