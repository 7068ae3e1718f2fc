"""Work of the outputs is counted: what is loaded, measured, deflated, taken apart, and how often."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import sishui_eco
from sishui_eco.model.outcome import Outcome
from sishui_eco.outputs import compose, export, public
from sishui_eco.outputs.letters import page, wording, writing
from sishui_eco.outputs.summary import printing, write_summary
from sishui_eco.outputs.summary.book import Entry

sys.path.insert(0, str(Path(__file__).parents[1] / "outputs"))

from outcome_sample import sample_campaign, sample_outcome

CAMPAIGN = sample_campaign()
COPIES = 200


def many_projects() -> Outcome:
    """Return an outcome in which one project was reported again and again."""
    outcome = sample_outcome()
    rows = outcome.merged["annex4"]
    return replace(outcome, merged={**outcome.merged, "annex4": (*rows, *[rows[0]] * COPIES)})


def counted(monkeypatch: pytest.MonkeyPatch, holder: object, name: str) -> list[tuple[Any, ...]]:
    """Replace a function by itself and a list of its arguments."""
    calls: list[tuple[Any, ...]] = []
    function = getattr(holder, name)

    def call(*arguments: Any, **named: Any) -> Any:
        calls.append(arguments)
        return function(*arguments, **named)

    monkeypatch.setattr(holder, name, call)
    return calls


def test_composing_loads_no_library_that_only_others_need() -> None:
    code = "import sys, sishui_eco.outputs.compose\nprint(*sys.modules)"
    root = Path(sishui_eco.__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, encoding="utf-8", check=True)
    loaded = set(done.stdout.split())
    assert "xlsxwriter" in loaded
    assert loaded & {"docx", "pandas", "numpy", "openpyxl"} == set()


def test_rows_that_say_the_same_are_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    measured = counted(monkeypatch, printing, "lines_within")
    write_summary(sample_outcome(), CAMPAIGN)
    before = len(measured)
    measured.clear()
    write_summary(many_projects(), CAMPAIGN)
    entries = 4 * COPIES  # findings, the way to the source, the way back, the way to the file
    assert 0 < len(measured) - before <= entries


def test_a_plain_cell_of_a_long_table_costs_no_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    made = counted(monkeypatch, printing.RowPrinter, "_entry")
    write_summary(sample_outcome(), CAMPAIGN)
    before = len(made)
    made.clear()
    write_summary(many_projects(), CAMPAIGN)
    entries = [arguments[2] for arguments in made]
    assert all(isinstance(entry, Entry) for entry in entries)
    assert 0 < (len(entries) - before) / COPIES <= 6  # of 33 cells: amounts, findings, links to and from the source


@pytest.fixture
def deflated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was deflated for letters and the circular, of a process that wrote none before."""
    for cached in (page.skeleton, writing._shared_entry, wording.lines_of):
        cached.cache_clear()
    parts = counted(monkeypatch, writing, "make_entry")
    compose.compose_letters(sample_outcome(), CAMPAIGN, {})
    return [name for name, _ in parts]


def test_of_a_letter_only_its_text_is_deflated(deflated: list[str]) -> None:
    assert len(deflated) > 10
    assert set(deflated) == {"word/document.xml"}
    assert page.skeleton.cache_info().misses == 1
    assert 0 < writing._shared_entry.cache_info().misses < len(deflated)


def test_lines_that_letters_share_are_counted_once(deflated: list[str]) -> None:
    seen = wording.lines_of.cache_info()
    assert seen.hits > 3 * seen.misses > 0


def test_what_answers_of_a_version_share_is_encoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = counted(monkeypatch, export, "_inner")
    outcome = sample_outcome()
    lines = export.write_export(outcome, CAMPAIGN)["answers.jsonl"].count(b"\n")
    versions = sum(version.counts for version in outcome.versions)
    fields = {tuple(part.values()) for (part,) in shared if "field" in part}
    assert lines > 10 * versions
    assert len(shared) <= 4 * versions + len(fields)


def test_names_are_taken_apart_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = sample_outcome()
    taken = counted(monkeypatch, public, "_split_names")
    public.masker(replace(outcome, versions=outcome.versions * 5), CAMPAIGN)
    assert [text for (text,), times in Counter(taken).items() if times > 1] == []
    assert taken
