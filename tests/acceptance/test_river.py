"""The whole river on the sample task: what the builder planned is what collect finds."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import openpyxl
import pytest

from sishui_eco.intake.listing import list_inbox
from sishui_eco.intake.receive import expand
from sishui_eco.pipeline import collect
from tests.acceptance.conftest import AS_OF, Sample, files_of

EXPORT_KEYS = {
    "answers": "unit_id unit form version standing record field kind raw value file member sha256 sheet cell row",
    "findings": "code severity unit_id form record field file member sheet cells raw expected message remedy",
    "arrivals": "file member sha256 received verdict form unit_id evidence",
    "tally": "file member sheet rows merged returned superseded excluded heading section subtotal note sample blank_form",
    "standings": "unit_id form standing version due days_overdue owed",
    "verdicts": "unit_id record target actual year self_verdict verdict basis",
}
VERDICTS = {
    "read", "nil_return", "duplicate", "superseded", "blank",
    "supporting", "own_output", "ignored", "refused", "unrecognised",
}  # fmt: skip


def test_the_sample_is_as_large_and_untidy_as_promised(sample: Sample):
    assert len({plan.file for plan in sample.plan.files}) >= 60
    assert len(sample.plan.returned_units) >= 30
    assert len({plan.round for plan in sample.plan.files}) >= 3
    assert sample.plan.missing_units
    verdicts = {plan.verdict for plan in sample.plan.files}
    assert verdicts >= {"read", "nil_return", "duplicate", "superseded", "blank", "supporting", "ignored", "refused"}


def test_every_arrival_has_exactly_the_planned_verdict(sample: Sample):
    planned = {(plan.file, plan.member): plan.verdict for plan in sample.plan.files}
    found = {(row["file"], row["member"]): row["verdict"] for row in sample.export("arrivals")}
    assert len(found) == len(sample.export("arrivals"))
    assert set(found.values()) <= VERDICTS
    wrong = {
        key: (found.get(key), planned.get(key))
        for key in planned.keys() | found.keys()
        if found.get(key) != planned.get(key)
    }
    assert not wrong


def test_every_arrival_has_the_planned_unit_and_forms(sample: Sample):
    found = {(row["file"], row["member"]): row for row in sample.export("arrivals")}
    for plan in sample.plan.files:
        row = found[plan.file, plan.member]
        if plan.submissions:
            assert set(row["form"].split(";")) == set(plan.forms), plan.file
            assert row["unit_id"] == plan.unit_id, plan.file


def test_a_refused_arrival_has_a_code(sample: Sample):
    for row in sample.export("arrivals"):
        assert (row["verdict"] == "refused") == ("code" in row), row


def test_every_tally_balances(sample: Sample):
    parts = EXPORT_KEYS["tally"].split()[4:]
    for row in sample.export("tally"):
        assert row["rows"] == sum(row[name] for name in parts), row


def test_the_tally_of_every_file_equals_the_plan(sample: Sample):
    """Rows of sheets that the builder did not plan (loose text of a Word file, a duty roster) are notes."""
    tally: dict[tuple[str, str], list[dict]] = {}
    for row in sample.export("tally"):
        tally.setdefault((row["file"], row["member"]), []).append(row)
    compared = 0
    for plan in sample.plan.files:
        rows = tally.get((plan.file, plan.member), [])
        found = {name: sum(row[name] for row in rows) for name in ("section", "subtotal", "sample", "blank_form")}
        found["records"] = sum(row[name] for row in rows for name in ("merged", "returned", "superseded", "excluded"))
        if plan.verdict in ("duplicate", "refused", "ignored"):
            assert not rows
            continue
        if not plan.sheets:  # Word, csv: no sheets were planned, only records
            assert found["records"] == sum(item.records for item in plan.submissions), plan.file
            continue
        assert found == {name: sum(getattr(sheet, name) for sheet in plan.sheets) for name in found}, plan.file
        for sheet in plan.sheets:
            own = [row for row in rows if row["sheet"] == sheet.sheet]
            if sheet.sheet:
                assert [row["rows"] for row in own] == [sheet.rows], (plan.file, sheet.sheet)
                compared += 1
    assert compared > 70


def test_rows_merged_returned_and_superseded_equal_the_plan(sample: Sample):
    for name in ("merged", "returned", "superseded"):
        assert sum(row[name] for row in sample.export("tally")) == sample.plan.tally.get(name, 0), name


def test_the_number_of_merged_records_equals_the_plan(sample: Sample):
    found = {form: len(rows) for form, rows in sample.outcome.merged.items()}
    assert found == dict(sample.plan.records_merged)


def test_every_planned_answer_is_found_at_its_place(sample: Sample):
    found = {
        (row["file"], row["member"], row["cell"], row["form"], row["field"], row["record"]): row
        for row in sample.export("answers")
    }
    counting = {
        (plan.file, plan.member, item.form) for plan in sample.plan.files for item in plan.submissions if item.counts
    }
    sent_back = {
        (v.submission.arrival.file, v.submission.arrival.member, record.key)
        for v in sample.outcome.versions
        for record in v.submission.records
        if v.counts and (record.place.sheet, record.place.row) in v.rejected
    }
    assert 0 < len(sent_back) <= sample.plan.tally["returned"]
    wrong = []
    for item in sample.plan.answers:
        if (item.file, item.member, item.form) not in counting or (item.file, item.member, item.record) in sent_back:
            continue
        row = found.get((item.file, item.member, item.cell, item.form, item.field, item.record))
        if row is None or row["value"] != item.value:
            wrong.append((item, row and row["value"]))
    assert not wrong, wrong[:10]
    assert len(sample.plan.answers) >= 450


def test_every_answer_of_the_export_is_found_again_at_its_place(sample: Sample):
    contents = {
        (item.arrival.file, item.arrival.member): item.arrival.content
        for file in list_inbox(sample.task.inbox)
        for item in expand(file.file, file.path.read_bytes(), file.received)
    }
    books: dict[tuple[str, str], openpyxl.Workbook] = {}
    looked = 0
    for row in sample.export("answers"):
        key = (row["file"], row["member"])
        content = contents[key]
        if not zipfile.is_zipfile(io.BytesIO(content)) or b"xl/worksheets" not in content:
            continue
        if key not in books:
            books[key] = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        value = books[key][row["sheet"]][row["cell"]].value
        looked += 1
        assert shows(value, row["raw"]), (row, value)
    assert looked > 1500


def shows(value: object, raw: str) -> bool:
    """Say whether a cell's value, seen by another reader, is what `raw` says."""
    if value is None:
        return False
    if isinstance(value, str):
        return value.replace("\r\n", "\n") == raw or value.strip() == raw.strip()
    if isinstance(value, datetime):
        return str(value.year) in raw
    try:
        shown = Decimal(raw.replace("%", "").replace(",", ""))
    except InvalidOperation:
        return str(value) in raw
    stored = Decimal(repr(value)) if isinstance(value, float) else Decimal(str(value))
    return abs(shown - stored * (100 if "%" in raw else 1)) <= Decimal("0.01")


def test_planted_faults_are_told(sample: Sample):
    findings = sample.export("findings")
    told = {(row["unit_id"], row["form"]) for row in findings if row["severity"] in ("error", "doubt")}
    versions = {
        (v.submission.arrival.file, v.submission.arrival.member, v.submission.form): v for v in sample.outcome.versions
    }
    for fault in sample.plan.planted:
        version = versions.get((fault.file, fault.member, fault.form))
        own = [f for f in version.findings if fault.record in (f.record, "")] if version else []
        assert own or (fault.unit_id, fault.form) in told, fault


@pytest.mark.parametrize("name", sorted(EXPORT_KEYS))
def test_export_has_exactly_the_keys_of_the_contract(sample: Sample, name):
    rows = sample.export(name)
    assert rows
    keys = EXPORT_KEYS[name].split()
    for row in rows:
        extra = ["code"] if name == "arrivals" and row["verdict"] == "refused" else []
        assert list(row) == keys + extra


def test_export_values_are_canonical(sample: Sample):
    import re

    for row in sample.export("answers"):
        assert row["raw"], row
        value, kind = row["value"], row["kind"]
        if not value:
            continue
        if kind in ("number", "percent", "money"):
            assert re.fullmatch(r"-?\d+(\.\d*[1-9])?", value), row
        if kind == "period":
            assert re.fullmatch(r"(\d{4}-\d{2})?/(\d{4}-\d{2})?", value), row
        if kind == "yes-no":
            assert value in ("yes", "no"), row
        if kind == "date":
            assert re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", value), row
        if kind == "units":
            assert re.fullmatch(r"U\d\d(;U\d\d)*", value), row


def test_every_owed_form_has_one_standing(sample: Sample):
    owed = [(unit.unit_id, form) for unit in sample.campaign.units for form in unit.forms]
    found = [(row["unit_id"], row["form"]) for row in sample.export("standings")]
    assert sorted(found) == sorted(owed)


def test_missing_units_are_missing(sample: Sample):
    states = {(row["unit_id"], row["form"]): row["standing"] for row in sample.export("standings")}
    for unit_id in sample.plan.missing_units:
        assert {state for (unit, _), state in states.items() if unit == unit_id} == {"missing"}


def test_results_hold_everything_people_need(sample: Sample):
    names = set(files_of(sample.task.latest))
    assert any(name.endswith("_汇总.xlsx") for name in names)
    assert any(name.startswith("退改表/") for name in names)
    assert {f"导出/{name}.jsonl" for name in EXPORT_KEYS} <= names
    owing = {row["unit_id"] for row in sample.export("standings") if row["owed"]}
    for unit in sample.campaign.units:
        own = [name for name in names if name.startswith(f"函件/{unit.order + 1:02d}_{unit.name}_")]
        assert (len(own) > 0) == (unit.unit_id in owing) or any("会商" in name for name in own), unit.name


def test_a_second_run_changes_nothing(sample: Sample):
    before = files_of(sample.task.results)
    again = collect(sample.task.root, as_of=AS_OF, workers=1)
    assert not again.changed
    assert files_of(sample.task.results) == before


def test_a_shuffled_inbox_in_a_new_folder_gives_the_same_bytes(sample: Sample, tmp_path: Path):
    copy = tmp_path / "另一处"
    (copy / "收件").mkdir(parents=True)
    shutil.copy2(sample.task.settings, copy / sample.task.settings.name)
    files = list_inbox(sample.task.inbox)
    for file in sorted(files, key=lambda item: item.file[::-1]):
        target = copy / "收件" / file.file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file.path, target)
        stamp = file.path.stat().st_mtime
        os.utime(target, (stamp, stamp))
    collect(copy, as_of=AS_OF, workers=1)
    assert files_of(copy / "成果" / "最新") == files_of(sample.task.latest)


def test_originals_are_kept_and_the_inbox_is_untouched(sample: Sample):
    kept = {path.name for path in sample.task.originals.rglob("*") if path.is_file()}
    for line in sample.outcome.arrivals:
        assert line.arrival.sha256 in kept


def test_one_more_broken_file_changes_nothing_else(sample: Sample, tmp_path: Path):
    copy = tmp_path / "坏件"
    shutil.copytree(sample.task.root, copy)
    shutil.rmtree(copy / "成果")
    (copy / "台账.sqlite").unlink()
    bad = copy / "收件" / "坏文件.xlsx"
    bad.write_bytes(b"PK\x03\x04" + b"\0" * 200)
    os.utime(bad, (1690800000, 1690800000))
    outcome = collect(copy, as_of=AS_OF, workers=2).outcome
    line = next(line for line in outcome.arrivals if line.arrival.file == "坏文件.xlsx")
    assert (str(line.verdict), bool(line.code)) == ("refused", True)
    answers = (copy / "成果" / "最新" / "导出" / "answers.jsonl").read_bytes()
    assert answers == (sample.task.latest / "导出" / "answers.jsonl").read_bytes()
