"""The register of the indicator archive: by indicator, what is there, what is missing and from whom."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import msgspec
import xlsxwriter

from sishui_eco.model.arrival import ArrivalVerdict
from sishui_eco.model.outcome import ArrivalLine, Outcome
from sishui_eco.outputs.packaging import normalise_package
from sishui_eco.outputs.plain_text import write_text
from sishui_eco.outputs.styles import PAPER_A3, PAPER_A4, Formats, set_up_page, text_height, writable
from sishui_eco.outputs.summary.coverage import Coverage, YearState, coverage_of
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import load_table, word

PRODUCT = "register"
HAVE, UNCLEAR, LACKING = "have", "unclear", "lacking"
TONES = {HAVE: "good", UNCLEAR: "warn", LACKING: "bad"}
CENTRED = frozenset({"number", "years", "copies", "state", "received", "medium"})
SHORTEST_NAME = 4  # a shorter material name is found in too many file names
FIRST_ROW = 3  # below title, line and heading
ROOM, TALLEST = 6.0, 390.0
REGISTER = {
    "number": 6, "indicator": 22, "material": 26, "requirement": 24, "years": 17, "provider": 18, "medium": 13,
    "copies": 7, "state": 10, "lacking": 20, "files": 34, "basis": 18,
}  # fmt: skip
MISSING = {"number": 6, "provider": 24, "indicator": 28, "material": 34, "state": 10, "lacking": 30}
LOOSE = {"number": 6, "provider": 24, "file": 60, "received": 18, "evidence": 36}
_NOISE = re.compile(r"[\W_]+")


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One material of the catalogue: its state, what it lacks, the files filed under it and why."""

    coverage: Coverage
    state: str
    lacking: str
    files: tuple[ArrivalLine, ...]
    basis: str


def write_register(outcome: Outcome, campaign: Campaign) -> bytes:
    """Return the register workbook: all materials in catalogue order, missing ones by unit, files left over."""
    items = register_items(outcome, campaign)
    loose = loose_lines(items, outcome, campaign)
    buffer = io.BytesIO()
    book: Any = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_custom_property("eco_product", PRODUCT)
    book.set_properties({"title": _word("titles.register", region=campaign.region), "author": ""})
    formats = Formats(book)
    _register(book, formats, items, outcome, campaign)
    _missing(book, formats, items, campaign)
    _loose(book, formats, loose, campaign)
    book.close()
    return normalise_package(buffer.getvalue(), outcome.as_of)


def register_items(outcome: Outcome, campaign: Campaign) -> tuple[Item, ...]:
    """Return every material of the catalogue with the supporting files that are surely its own."""
    lines = _supporting(outcome)
    return tuple(_item(coverage, lines) for coverage in coverage_of(outcome, campaign))


def loose_lines(items: Sequence[Item], outcome: Outcome, campaign: Campaign) -> list[ArrivalLine]:
    """Return the supporting files that are surely of no material, nor sealed copies of a form."""
    filed = {id(line) for item in items for line in item.files}
    return [line for line in _supporting(outcome) if id(line) not in filed and not is_sealed_copy(line, campaign)]


def sealed_copies(items: Sequence[Item], outcome: Outcome, campaign: Campaign) -> list[ArrivalLine]:
    """Return the supporting files that are sealed copies of forms: they belong beside the returned forms."""
    filed = {id(line) for item in items for line in item.files}
    return [line for line in _supporting(outcome) if id(line) not in filed and is_sealed_copy(line, campaign)]


def is_sealed_copy(line: ArrivalLine, campaign: Campaign) -> bool:
    """Say whether a known unit's file is named after a seal and after a form or a nil statement."""
    unit = campaign.unit_by_id.get(line.unit_id)
    words, name = load_table("archive")["sealed"], _stem(line)
    if unit is None or not any(item in name for item in words["seal"]):
        return False
    forms = [campaign.form_by_key[key] for key in unit.forms]
    named = [*words["nil"], *(_bare(text) for form in forms for text in (form.label, form.title))]
    return any(item in name for item in named if item)


def _supporting(outcome: Outcome) -> list[ArrivalLine]:
    lines = [line for line in outcome.arrivals if line.verdict is ArrivalVerdict.SUPPORTING]
    return sorted(lines, key=lambda line: (line.arrival.received, line.arrival.file, line.arrival.member))


def _item(coverage: Coverage, lines: Sequence[ArrivalLine]) -> Item:
    own = [line for line in lines if line.unit_id == coverage.material.provider]
    files, basis = _filed(coverage, own)
    state, lacking = _judge(coverage, bool(files))
    return Item(coverage=coverage, state=state, lacking=lacking, files=files, basis=basis)


def _filed(coverage: Coverage, lines: Sequence[ArrivalLine]) -> tuple[tuple[ArrivalLine, ...], str]:
    """Return the files of a material: by the name the unit gave in annex 3, else by the material's own name."""
    reference = _bare(coverage.row.record.raw("file_ref")) if coverage.row else ""
    if reference:
        found = tuple(line for line in lines if len(stem := _stem(line)) >= SHORTEST_NAME and stem in reference)
        if found:
            return found, _word("basis.reference")
    name = _bare(coverage.material.name)
    found = tuple(line for line in lines if len(name) >= SHORTEST_NAME and name in _stem(line))
    return found, _word("basis.name") if found else ""


def _stem(line: ArrivalLine) -> str:
    return _bare(line.arrival.name.rpartition(".")[0] or line.arrival.name)


def _bare(text: str) -> str:
    """Return a name without punctuation, width and case, for comparing."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).lower()


def _judge(coverage: Coverage, has_file: bool) -> tuple[str, str]:
    """Return the state of a material and, in words, what it lacks."""
    record = coverage.row.record if coverage.row else None
    if record is None:
        return (UNCLEAR, _word("lacking.unlisted")) if has_file else (LACKING, _word("lacking.all"))
    provided = record.value("provided")
    if provided == "no":
        return (UNCLEAR if has_file else LACKING), _word("lacking.refused")
    if provided != "yes":
        return UNCLEAR, _word("lacking.unanswered")
    parts = []
    lacking = [str(year) for year, state in coverage.states if state is YearState.LACKING and year]
    if lacking:
        parts.append(_word("lacking.years", years=_word("lacking.years_joint").join(lacking)))
    if any(state is YearState.UNCLEAR for _, state in coverage.states):
        parts.append(_word("lacking.year_unclear"))
    if not has_file:
        on_paper = _word("lacking.paper_word") in coverage.material.medium
        parts.append(_word("lacking.paper" if on_paper else "lacking.file"))
    state = LACKING if lacking else UNCLEAR if parts else HAVE
    return state, _word("lacking.joint").join(parts)


def _register(book: Any, formats: Formats, items: Sequence[Item], outcome: Outcome, campaign: Campaign) -> None:
    counts = {state: sum(item.state == state for item in items) for state in TONES}
    day = outcome.as_of
    line = _word("lines.summary", total=len(items), year=day.year, month=day.month, day=day.day, **counts)
    title = _word("titles.register", region=campaign.region)
    sheet = _Sheet(book, formats, "register", REGISTER, title, line, PAPER_A3)
    number = 0
    for _, group in groupby(items, key=lambda item: item.coverage.material.indicator):
        members = list(group)
        first = sheet.row
        for item in members:
            number += 1
            sheet.add(_register_values(number, item, campaign), item.state)
        if len(members) > 1:
            sheet.merge("indicator", first, members[0].coverage.material.indicator)
    sheet.finish()


def _register_values(number: int, item: Item, campaign: Campaign) -> dict[str, str | int]:
    material, row = item.coverage.material, item.coverage.row
    return {
        "number": number,
        "indicator": material.indicator,
        "material": material.name,
        "requirement": material.requirement,
        "years": _word("lacking.years_joint").join(str(year) for year in material.years),
        "provider": campaign.unit_name(material.provider),
        "medium": material.medium,
        "copies": row.record.raw("copies") if row else "",
        "state": _word(f"states.{item.state}"),
        "lacking": item.lacking,
        "files": "\n".join(str(line.arrival.place) for line in item.files),
        "basis": item.basis,
    }


def _missing(book: Any, formats: Formats, items: Sequence[Item], campaign: Campaign) -> None:
    order = {unit.unit_id: index for index, unit in enumerate(campaign.units)}
    wanted = sorted(
        (item for item in items if item.state != HAVE),
        key=lambda item: order.get(item.coverage.material.provider, len(order)),
    )
    units = {item.coverage.material.provider for item in wanted}
    line = _word("lines.missing", count=len(wanted), units=len(units))
    sheet = _Sheet(book, formats, "missing", MISSING, _word("titles.missing"), line, PAPER_A4)
    for number, item in enumerate(wanted, 1):
        sheet.add(_register_values(number, item, campaign), item.state)
    sheet.filter()
    sheet.finish()


def _loose(book: Any, formats: Formats, lines: Sequence[ArrivalLine], campaign: Campaign) -> None:
    told = _word("lines.loose", count=len(lines))
    sheet = _Sheet(book, formats, "loose", LOOSE, _word("titles.loose"), told, PAPER_A4)
    for number, line in enumerate(lines, 1):
        values: dict[str, str | int] = {
            "number": number,
            "provider": campaign.unit_name(line.unit_id),
            "file": str(line.arrival.place),
            "received": line.arrival.received.strftime("%Y-%m-%d %H:%M"),
            "evidence": line.evidence,
        }
        sheet.add(values, "")
    sheet.filter()
    sheet.finish()


class _Sheet:
    """A list sheet that grows row by row: title, line, heading, bordered rows."""

    def __init__(
        self, book: Any, formats: Formats, key: str, widths: dict[str, int], title: str, line: str, paper: int
    ) -> None:
        self._sheet: Any = book.add_worksheet(_word(f"sheets.{key}"))
        self._formats = formats
        self._widths = widths
        self._last = len(widths) - 1
        for at, width in enumerate(widths.values()):
            self._sheet.set_column(at, at, width)
        self._banner(0, title, formats.title(), 34)
        self._banner(1, line, formats.line(), 20)
        for at, name in enumerate(widths):
            self._sheet.write_string(2, at, _word(f"columns.{name}"), formats.heading())
        self._sheet.set_row(2, 26)
        self._sheet.freeze_panes(3, 0)
        self._sheet.repeat_rows(0, 2)
        set_up_page(self._sheet, paper=paper)
        self.row = FIRST_ROW

    def _banner(self, row: int, text: str, style: Any, height: float) -> None:
        self._sheet.merge_range(row, 0, row, self._last, "", style)
        write_text(self._sheet, row, 0, writable(text), style)
        self._sheet.set_row(row, height)

    def add(self, values: dict[str, str | int], state: str) -> None:
        """Write one row; the state column takes the tone of its state."""
        height = 20.0
        for at, (name, width) in enumerate(self._widths.items()):
            value = values[name]
            align = "center" if name in CENTRED else "left"
            style = self._formats.cell(align=align, tone=TONES.get(state, "") if name == "state" else "")
            if isinstance(value, int):
                self._sheet.write_number(self.row, at, value, style)
                continue
            if value:
                write_text(self._sheet, self.row, at, writable(value), style)
            else:
                self._sheet.write_blank(self.row, at, None, style)
            height = max(height, text_height(value, width) + ROOM)
        self._sheet.set_row(self.row, min(height, TALLEST))
        self.row += 1

    def merge(self, name: str, first: int, value: str) -> None:
        """Merge a column from `first` to the row written last."""
        at = list(self._widths).index(name)
        style = self._formats.cell()
        self._sheet.merge_range(first, at, self.row - 1, at, "", style)
        write_text(self._sheet, first, at, writable(value), style)

    def filter(self) -> None:
        """Let the rows be filtered; not for lists with merged cells, where a filter hides the wrong rows."""
        if self.row > FIRST_ROW:
            self._sheet.autofilter(FIRST_ROW - 1, 0, self.row - 1, self._last)

    def finish(self) -> None:
        """Say so where the list is empty."""
        if self.row == FIRST_ROW:
            self._banner(FIRST_ROW, _word("lines.none"), self._formats.cell(align="center"), 22)


def _word(key: str, **parameters: object) -> str:
    return word(key, "archive", **parameters)
