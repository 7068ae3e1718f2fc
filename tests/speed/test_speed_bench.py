"""The bench measures what it says: its provinces are read as meant, its rivals do their work, its pages are what it kept."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from sishui_eco.pipeline import collect
from sishui_eco.spec.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
AS_OF = datetime(2023, 8, 3, 23, 59)


@pytest.fixture(scope="module", autouse=True)
def bench_on_the_path():
    added = [str(ROOT / "tests" / "bench"), str(ROOT / "scripts")]
    sys.path[:0] = added
    yield
    for path in added:
        sys.path.remove(path)


def test_every_workbook_of_a_province_is_read_and_every_county_has_its_own_roster(tmp_path):
    import provinces

    one, other = provinces.many_tasks(tmp_path, files=20, counties=2)
    names = [{unit.name for unit in load_settings(task.settings).units} for task in (one, other)]
    assert [len(found) for found in names] == [provinces.UNITS, provinces.UNITS]
    assert not names[0] & names[1]
    outcome = collect(one.root, as_of=AS_OF, workers=2).outcome
    assert len(outcome.arrivals) == 10
    assert {str(line.verdict) for line in outcome.arrivals} <= {"read", "superseded"}
    assert sum(map(len, outcome.merged.values())) > 20


def test_one_task_of_many_counties_counts_the_last_return_of_each_unit(tmp_path):
    import provinces

    task = provinces.one_task(tmp_path / "one", files=12)
    outcome = collect(task.root, as_of=AS_OF, workers=2).outcome
    verdicts = [str(line.verdict) for line in outcome.arrivals]
    assert verdicts.count("superseded") == 8 and verdicts.count("read") == 4


def test_the_same_seed_makes_the_same_province(tmp_path):
    import provinces

    def made(folder: Path) -> dict[str, bytes]:
        provinces.many_tasks(folder, files=10, counties=2)
        return {
            str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.xlsx") if "收件" in str(path)
        }

    first = made(tmp_path / "a")
    assert len(first) == 10 and made(tmp_path / "b") == first


def test_the_scripts_people_write_make_a_workbook_and_letters(tmp_path):
    import inputs
    import rivals

    task = inputs.county(tmp_path / "county", files=4)
    for name, script in (("naive", rivals.naive_script), ("best", rivals.best_script)):
        out = tmp_path / name
        out.mkdir()
        script(task.inbox, out)
        assert (out / "汇总.xlsx").stat().st_size > 5000
        assert len(list(out.glob("*.docx"))) >= 2


def test_an_outcome_of_many_records_is_as_large_as_asked(tmp_path):
    import many_records

    outcome = many_records.outcome_of(1200)
    assert sum(map(len, outcome.merged.values())) == 1200
    assert len({row.unit_id for rows in outcome.merged.values() for row in rows}) == 40


def test_the_pages_show_what_is_kept():
    import bench

    kept = json.loads(bench.KEPT.read_text(encoding="utf-8"))
    for path, made in ((bench.PAGE, bench.page), (bench.PLAN, bench.plan_page)):
        text = path.read_text(encoding="utf-8")
        assert made(text, kept) == text, f"{path.name}: python scripts/bench.py --show --write"


def test_an_aim_is_judged_by_what_was_measured():
    import aims
    from measuring import Line, Table

    def judged(seconds: float) -> str:
        lines = (Line(key="collect_from_nothing", what="x", seconds=seconds),)
        rows = aims.aims_table([Table(key="county", title="", lines=lines)]).splitlines()
        return next(row for row in rows if row.startswith("| a county, cold: under 4 s"))

    assert judged(3.9).endswith("| 3.90 s | reached |")
    assert judged(4.1).endswith("| 4.10 s | not reached |")
    assert "| not measured | open |" in aims.aims_table([])


def test_a_plan_does_every_workbook_and_more_writers_are_faster():
    import simulation

    costs = simulation.Costs(worker=0.01, reading=0.001, writing=0.01, sent=1e4, sent_by_url=500.0, back=5e3)
    few = simulation.Plan(writers=2, cores=8, by_url=False, tasks=[147] * 40)
    many = simulation.Plan(writers=8, cores=8, by_url=True, tasks=[147] * 40)
    for plan in (few, many):
        simulation.Simulation(plan, costs, seed=1).run()
        assert plan.busy["writers"] == pytest.approx(40 * 147 * 0.011)
    assert few.moved == pytest.approx(40 * 147 * 15e3) and many.moved == pytest.approx(40 * 147 * 5500)
    assert few.limit == "writers" and many.seconds < few.seconds
    assert all(0 < many.share(kind) <= 1 for kind in many.busy)
    again = simulation.Simulation(
        replace(many, seconds=0.0, moved=0.0, busy=dict.fromkeys(many.busy, 0.0)), costs, seed=1
    )
    assert again.run().seconds == many.seconds
