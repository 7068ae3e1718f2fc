"""Tables printed as text: what no reader may notice, however long they are."""

from __future__ import annotations

import io
import re
import sys
import zipfile
import zlib
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from outcome_sample import sample_campaign, sample_outcome
from test_summary_workbook import texts, with_project

from sishui_eco.model.outcome import Outcome
from sishui_eco.outputs.deflating import Deflated, entry_of, joined_crc
from sishui_eco.outputs.packaging import write_entries
from sishui_eco.outputs.summary import laying, links, plan, printing, strings, table, write_summary

FIRST_ROW = 5


def written(outcome: Outcome, *, inbox_link: str = "../../收件") -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(write_summary(outcome, sample_campaign(), inbox_link=inbox_link)))


def shown(book: openpyxl.Workbook) -> dict[tuple[str, str], object]:
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


@settings(max_examples=20, deadline=None, phases=[Phase.generate])
@given(st.lists(st.text(max_size=40), max_size=6), st.text(max_size=9))
def test_a_part_made_in_pieces_reads_as_one(pieces: list[str], last: str) -> None:
    parts: list[str | Deflated] = []
    pieces = [piece.encode("utf-8", "replace").decode() for piece in (*pieces, last)]
    for number, piece in enumerate(pieces):
        part = Deflated()
        part.write(piece)
        parts.append(part if number % 2 else piece)
    package = zipfile.ZipFile(io.BytesIO(write_entries([entry_of("a.xml", parts)])))
    assert package.testzip() is None
    assert package.read("a.xml").decode() == "".join(pieces)


@pytest.mark.parametrize("length", [0, 1, 1 << 20, (1 << 20) + 5])
def test_checksums_of_two_texts_give_that_of_both(length: int) -> None:
    first, second = b"before", b"x" * length
    assert joined_crc(zlib.crc32(first), zlib.crc32(second), length) == zlib.crc32(first + second)


@pytest.mark.parametrize("typed", ["<r></b></r>", "<r><t>甲</t></r>", "_x0041_", '"&<>', " 甲 ", "</v></c><c><f>1</f>"])
def test_what_looks_like_a_piece_of_the_file_stays_a_text(typed: str) -> None:
    found = texts(written(with_project(typed, site=typed))["附件4汇总"])
    assert [re.sub("_x005F_", "_", text) for text in found].count(typed) == 2


def test_a_table_that_forgets_its_texts_still_shows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    before = shown(written(sample_outcome()))
    monkeypatch.setattr(strings, "REMEMBERED", 7)
    monkeypatch.setattr(printing, "REMEMBERED", 3)
    content = write_summary(sample_outcome(), sample_campaign(), inbox_link="../../收件")
    assert shown(openpyxl.load_workbook(io.BytesIO(content))) == before
    table = zipfile.ZipFile(io.BytesIO(content)).read("xl/sharedStrings.xml").decode()
    assert int(re.search(r'uniqueCount="(\d+)"', table)[1]) == table.count("<si>")  # type: ignore[index]


def test_a_number_below_the_measured_rows_still_fits_its_column(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = with_project("最大项目", category="生态文化", investment="123456789012")
    whole = Counter(map(str, shown(written(outcome)).values()))
    monkeypatch.setattr(laying, "MEASURED", 1)
    book = written(outcome)
    assert Counter(map(str, shown(book).values())) == whole
    assert book["附件4汇总"].column_dimensions["J"].width > len("123,456,789,012.00")


def test_where_no_more_links_fit_a_formula_leads_to_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    full = written(sample_outcome())
    monkeypatch.setattr(links, "FEW", 10)
    monkeypatch.setattr(links, "MANY", 25)
    book = written(sample_outcome())
    values = openpyxl.load_workbook(
        io.BytesIO(write_summary(sample_outcome(), sample_campaign(), inbox_link="../../收件")), data_only=True
    )
    assert shown(full) == shown_with_links_read(book)
    sheet, before = book["附件4汇总"], full["附件4汇总"]
    followed = 0
    for row in sheet.iter_rows(min_row=FIRST_ROW):
        cell = row[-1]
        link = before[cell.coordinate].hyperlink
        if link is None:
            continue
        if cell.hyperlink is None:
            assert cell.value == f'=HYPERLINK("#{link.location}","{values[sheet.title][cell.coordinate].value}")'
            followed += 1
    assert followed > 5
    assert sum(1 for row in sheet.iter_rows() for cell in row if cell.hyperlink) == 25


def shown_with_links_read(book: openpyxl.Workbook) -> dict[tuple[str, str], object]:
    pattern = re.compile(r'=HYPERLINK\("#[^"]*","([^"]*)"\)')
    found = shown(book)
    return {
        key: match[1] if isinstance(value, str) and (match := pattern.fullmatch(value)) else value
        for key, value in found.items()
    }


def test_rows_that_no_sheet_can_hold_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (table, laying, plan, sys.modules["sishui_eco.outputs.summary.projects"]):
        if hasattr(module, "LAST_ROW"):
            monkeypatch.setattr(module, "LAST_ROW", 20)
    book = written(sample_outcome())
    sheet = book["附件4汇总"]
    assert sheet.max_row < 26
    notes = [str(row[0].value) for row in sheet.iter_rows(min_row=20) if row[0].value]
    assert any(re.search(r"只列出前16行，其余\d+行超出", note) for note in notes)
    assert not [cell for row in book["附件4分类"].iter_rows() for cell in row if "SUMIF" in str(cell.value)]


@pytest.mark.parametrize("name", ["甲#乙.xlsx", "100%完成.xlsx", "a%20b.xlsx", "甲 & 乙 [终].xlsx", "甲'乙.xlsx"])
def test_a_file_of_any_name_is_linked(name: str) -> None:
    outcome = with_project("甲项目")
    row = outcome.merged["annex4"][0]
    place = msgspec.structs.replace(row.record.place, file=f"第一批/{name}")
    moved = replace(row, record=msgspec.structs.replace(row.record, place=place))
    book = written(replace(outcome, merged={**outcome.merged, "annex4": (moved, *outcome.merged["annex4"][1:])}))
    links_: list[Any] = [row[-1].hyperlink for row in book["来源"].iter_rows() if str(row[5].value).endswith(name)]
    escaped = re.sub(r'[%"<>\[\]^`{} #]', lambda found: f"%{ord(found[0]):02x}", name)
    assert [link.target for link in links_] == [f"..\\..\\收件\\第一批\\{escaped}"]


def test_every_record_is_asked_for_four_times_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once each for the figures, for what the columns must be, for its row and for its line of the sources."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "bench"))
    import records

    asked: Counter[int] = Counter()
    project = records.project
    monkeypatch.setattr(records, "project", lambda *given: (asked.update([given[-1]]), project(*given))[1])
    outcome, campaign = records.outcome_of(60)
    book = openpyxl.load_workbook(io.BytesIO(write_summary(outcome, campaign, inbox_link="../../收件")))
    assert set(asked.values()) == {4} and len(asked) == 60
    rows = [row for row in book["附件4汇总"].iter_rows(min_row=FIRST_ROW) if row[-1].hyperlink]
    sources = book["来源"]
    assert len(rows) == 60
    assert all(
        sources[row[-1].hyperlink.location.rpartition("!")[2]].offset(0, 3).value == row[2].value for row in rows
    )
