"""总览: one A4 page that a leader reads in a minute."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sishui_eco.model.outcome import Judgement, Outcome
from sishui_eco.outputs.styles import PAPER_A4, set_up_page, text_height
from sishui_eco.outputs.summary.book import Book, Entry, centred, count, decimals_of, listed, money, text, words
from sishui_eco.outputs.summary.charts import insert_charts
from sishui_eco.outputs.summary.figures import (
    Figures,
    deadline_words,
    moment_words,
    percentage,
)
from sishui_eco.outputs.summary.headlines import changes_of, headline, tiles
from sishui_eco.outputs.summary.matters import matters_of
from sishui_eco.outputs.summary.table import cell_name, column_range
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import load_table

KEY = "overview"
COLUMNS, COLUMN_WIDTH = 14, 8.0
LEFT = 8  # columns of the tables; the charts stand to the right of them
ROW = 19.0
TILE_COLUMNS = ((0, 3), (4, 6), (7, 10), (11, 13))


def lay_overview(book: Book, outcome: Outcome, campaign: Campaign, figures: Figures) -> None:
    """Write the page: tiles, three tables with their charts, the change, the matters."""
    sheet = book.sheets[KEY]
    sheet.set_column(0, COLUMNS - 1, COLUMN_WIDTH)
    row = _head(book, campaign, figures)
    row = _tiles(book, figures, row)
    returns = _returns(book, campaign, figures, row)
    indicators = _indicators(book, figures, returns.end)
    projects = _projects(book, figures, indicators.end)
    row = _change(book, figures, projects.end)
    row = _matters(book, outcome, campaign, figures, row)
    _notes(book, campaign, row)
    insert_charts(book, returns, indicators, projects)
    set_up_page(
        sheet,
        paper=PAPER_A4,
        landscape=False,
        left=campaign.name,
        right=words("line.footer_right", as_of=moment_words(book.as_of)),
        tall=1,
    )


def _across(book: Book, row: int, first: int, last: int, entry: Entry, look: Any) -> None:
    """Write an entry over several columns of one row, keeping its link."""
    if last > first:
        book.sheets[KEY].merge_range(row, first, row, last, "", look)
    book.put(KEY, row, first, entry, look)


def _head(book: Book, campaign: Campaign, figures: Figures) -> int:
    formats = book.formats
    _across(book, 0, 0, COLUMNS - 1, text(_title(book, campaign)), formats.title(17))
    book.set_height(KEY, 0, 32)
    line = words(
        "overview.line",
        as_of=moment_words(book.as_of),
        deadline=deadline_words(campaign),
        units=figures.units,
    )
    _across(book, 1, 0, COLUMNS - 1, text(line), formats.line("center"))
    book.set_height(KEY, 1, 18)
    sentence = headline(figures)
    look = formats.make(**_plain(11), text_wrap=True, valign="vcenter", align="left", top=1, bottom=1)
    _across(book, 2, 0, COLUMNS - 1, text(sentence), look)
    book.set_height(KEY, 2, text_height(sentence, COLUMNS * COLUMN_WIDTH, 11) + 4)
    return 3


def _title(book: Book, campaign: Campaign) -> str:
    suffix = words("public.title_suffix") if book.product == "public" else ""
    return words("overview.title", name=campaign.name) + suffix


def _plain(size: float) -> dict[str, object]:
    return {"font_name": words("fonts.body"), "font_size": size}


def _tiles(book: Book, figures: Figures, row: int) -> int:
    formats = book.formats
    book.set_height(KEY, row, 6)
    looks = (
        formats.make(**_plain(10), align="center", valign="vcenter", top=1, left=1, right=1),
        formats.make(**_big(), align="center", valign="vcenter", left=1, right=1),
        formats.make(**_plain(9), align="center", valign="vcenter", bottom=1, left=1, right=1),
    )
    for (first, last), tile in zip(TILE_COLUMNS, tiles(figures), strict=True):
        for offset, look in enumerate(looks):
            link = book.link(tile[3]) if offset == 1 else ""
            _across(book, row + 1 + offset, first, last, text(tile[offset], link=link), look)
    for offset, height in enumerate((18, 30, 17)):
        book.set_height(KEY, row + 1 + offset, height)
    return row + 4


def _big() -> dict[str, object]:
    return {"font_name": words("fonts.title"), "font_size": 20}


class Block:
    """Where a table stands on the page: title row, heading row, body rows, total row, the row after it."""

    def __init__(self, title: int, body: int) -> None:
        self.title, self.heading, self.first, self.last = title, title + 1, title + 2, title + 1 + body
        self.total, self.note = self.last + 1, self.last + 2
        self.end = self.last + 3


def _section(book: Book, row: int, title: str, link: str = "") -> None:
    look = book.formats.make(font_name=words("fonts.heading"), font_size=12, valign="vcenter")
    _across(book, row, 0, COLUMNS - 1, text(title, link=link), look)
    book.set_height(KEY, row, 22)


def _note(book: Book, row: int, sentence: str, lines: int = 2) -> None:
    look = book.formats.make(**_plain(9.5), text_wrap=True, valign="top", align="left")
    _across(book, row, 0, LEFT - 1, text(sentence), look)
    needed = text_height(sentence, LEFT * COLUMN_WIDTH, 9.5)
    book.set_height(KEY, row, max(needed, 15 * lines))


def _table(
    book: Book, block: Block, headings: Sequence[str], rows: Sequence[Sequence[Entry]], spans: Sequence[int]
) -> None:
    """Write headings, body rows and a total row; `spans` says over how many columns each heading goes."""
    formats = book.formats
    lines = [[text(heading) for heading in headings], *rows]
    for offset, line in enumerate(lines):
        row, column = block.heading + offset, 0
        kind = "total" if offset == len(lines) - 1 else "body"
        for entry, span in zip(line, spans, strict=True):
            look = formats.heading()
            if offset:
                look = formats.cell(align=entry.align, kind=kind, number=entry.number_format, tone=entry.tone)
            _across(book, row, column, column + span - 1, entry, look)
            column += span
        book.set_height(KEY, row, 28 if offset == 0 and any("\n" in heading for heading in headings) else ROW)


def _returns(book: Book, campaign: Campaign, figures: Figures, row: int) -> Block:
    block = Block(row, len(figures.forms))
    _section(book, block.title, words("overview.returns"))
    states = ("accepted", "nil", "to_mend", "awaiting_seal", "missing")
    marks = ("good", "good", "warn", "warn", "bad")
    headings = [words("overview.form"), words("overview.owed")]
    headings += [
        f"{words(f'marks.{mark}')}\n{words(f'states.{state}')}" for state, mark in zip(states, marks, strict=True)
    ]
    headings.append(words("overview.late"))
    link = book.link("progress")
    rows = []
    for item in figures.forms:
        values = [item.owed, *(getattr(item, state) for state in states), item.overdue]
        label = centred(item.label, link=book.link(item.form))
        rows.append([label, *(count(value, link=link) for value in values)])
    totals = [sum(int(line[column].number or 0) for line in rows) for column in range(1, 8)]
    rows.append([centred(words("overview.total")), *_sums(block, totals)])
    _table(book, block, headings, rows, (1,) * 8)
    names = [campaign.unit_name(unit) for unit in figures.late_units]
    shown = words("overview.late_units", names=listed(names, 7)) if names else words("overview.no_late")
    _note(book, block.note, shown, 4)
    return block


def _sums(block: Block, totals: Sequence[int], start: int = 1, span: int = 1) -> list[Entry]:
    return [
        count(value, formula=f"=SUM({column_range(start + number * span, block.first, block.last)})")
        for number, value in enumerate(totals)
    ]


def _indicators(book: Book, figures: Figures, row: int) -> Block:
    block = Block(row, len(figures.attributes))
    _section(book, block.title, words("overview.indicators"))
    states = ("met", "not_met", "manual", "missing")
    marks = ("good", "bad", "warn", "bad")
    headings = [words("overview.attribute")]
    headings += [
        f"{words(f'marks.{mark}')}\n{words(f'verdicts.{state}')}" for state, mark in zip(states, marks, strict=True)
    ]
    headings.append(words("overview.total"))
    link = book.link("annex2")
    rows = []
    for number, item in enumerate(figures.attributes):
        cells = [count(getattr(item, state), link=link) for state in states]
        here = block.first + number
        whole = f"=SUM({cell_name(here, 2)}:{cell_name(here, 6)})"
        rows.append([centred(item.attribute), *cells, count(item.total, formula=whole)])
    totals = [sum(int(line[column].number or 0) for line in rows) for column in range(1, 6)]
    columns = (2, 3, 4, 6, 7)
    sums = [
        count(value, formula=f"=SUM({column_range(column, block.first, block.last)})")
        for value, column in zip(totals, columns, strict=True)
    ]
    rows.append([centred(words("overview.total")), *sums])
    _table(book, block, headings, rows, (2, 1, 1, 2, 1, 1))
    names = [item.name for item in figures.indicators if item.state == Judgement.NOT_MET]
    shown = words("overview.not_met_names", names=listed(names, 5)) if names else words("overview.no_not_met")
    _note(book, block.note, shown, 5)
    return block


def _projects(book: Book, figures: Figures, row: int) -> Block:
    block = Block(row, len(figures.classes) + (1 if figures.unclassified.projects else 0))
    _section(book, block.title, words("overview.projects"))
    items = [*figures.classes, *([figures.unclassified] if figures.unclassified.projects else [])]
    decimals = max((decimals_of(item.investment) for item in items), default=0)
    whole = sum((item.investment for item in items), Decimal(0))
    keys = ("class", "count", "investment", "share")
    link, rows = book.link("annex4"), []
    total = cell_name(block.total, 4, fixed=True)
    for number, item in enumerate(items):
        here = cell_name(block.first + number, 4)
        share = f"=IF({total}=0,0,ROUND({here}/{total}*100,1))"
        rows.append(
            [
                centred(item.name, link=book.link("plan")),
                count(item.projects, link=link),
                money(item.investment, decimals, link=link),
                _share(percentage(item.investment, whole), share),
            ]
        )
    projects = count(sum(item.projects for item in items), formula=f"=SUM({column_range(2, block.first, block.last)})")
    invested = money(whole, decimals, formula=f"=SUM({column_range(4, block.first, block.last)})")
    hundred = _share(Decimal("100.0") if whole else Decimal("0.0"), f"=IF({total}=0,0,100)")
    rows.append([centred(words("overview.total")), projects, invested, hundred])
    _table(book, block, [words(f"overview.{key}") for key in keys], rows, (2, 2, 2, 2))
    block.end = block.note
    return block


def _share(value: Decimal, formula: str) -> Entry:
    return Entry(number=value, formula=formula, align="center", number_format="0.0")


def _change(book: Book, figures: Figures, row: int) -> int:
    formats = book.formats
    if figures.previous is None:
        _section(book, row, words("overview.change"))
        _across(book, row + 1, 0, COLUMNS - 1, text(words("overview.first_time")), formats.line())
        return row + 2
    day = figures.previous.as_of
    shown = words("line.day", year=day.year, month=day.month, day=day.day)
    _section(book, row, words("overview.change_since", day=shown))
    items = changes_of(figures.previous, figures.current)
    for offset, key in enumerate(("item", "last", "now", "difference")):
        look = formats.heading() if offset == 0 else formats.cell(align="center")
        _across(book, row + 1 + offset, 0, 1, text(words(f"overview.{key}")), look)
        book.set_height(KEY, row + 1 + offset, ROW)
    for number, (name, last, now) in enumerate(items):
        first = 2 + number * 2
        _across(book, row + 1, first, first + 1, text(name), formats.heading())
        decimals = max(decimals_of(last), decimals_of(now))
        _figure(book, row + 2, first, money(last, decimals))
        _figure(book, row + 3, first, money(now, decimals))
        formula = f"={cell_name(row + 3, first)}-{cell_name(row + 2, first)}"
        signed = money(now - last, decimals, formula=formula)
        pattern = f"+{signed.number_format};-{signed.number_format};0"
        look = formats.cell(align="center", number=pattern, kind="subtotal")
        _across(book, row + 4, first, first + 1, signed, look)
    return row + 5


def _figure(book: Book, row: int, column: int, entry: Entry) -> None:
    look = book.formats.cell(align="center", number=entry.number_format)
    _across(book, row, column, column + 1, entry, look)


def _matters(book: Book, outcome: Outcome, campaign: Campaign, figures: Figures, row: int) -> int:
    formats = book.formats
    _section(book, row, words("overview.matters"))
    found = matters_of(outcome, campaign, figures, book.keys)
    if not found:
        _across(book, row + 1, 0, COLUMNS - 1, text(words("overview.no_matters")), formats.line())
        return row + 2
    spans = ((0, 0), (1, 6), (7, 10), (11, 13))
    headings = (words("headings.number"), words("overview.matter"), words("overview.advice"), words("overview.who"))
    for (first, last), heading in zip(spans, headings, strict=True):
        _across(book, row + 1, first, last, text(heading), formats.heading())
    book.set_height(KEY, row + 1, ROW)
    for number, matter in enumerate(found, start=1):
        entries = (
            count(number, link=book.link(matter.sheet)),
            text(matter.what),
            text(matter.advice),
            text(matter.who),
        )
        here = row + 1 + number
        for (first, last), entry in zip(spans, entries, strict=True):
            _across(book, here, first, last, entry, formats.cell(align=entry.align, number=entry.number_format))
        widths = [(last - first + 1) * COLUMN_WIDTH for first, last in spans]
        needed = [text_height(entry.text, width) for entry, width in zip(entries, widths, strict=True)]
        book.set_height(KEY, here, max(needed))
    return row + 2 + len(found)


def _notes(book: Book, campaign: Campaign, row: int) -> None:
    look = book.formats.make(**_plain(9), text_wrap=True, valign="vcenter", align="left")
    notes = [words("overview.footnote")]
    if campaign.provisional:
        first = [item for item in load_table("summary")["provisional"]["first"] if item in campaign.provisional]
        items = [*first, *(item for item in campaign.provisional if item not in first)]
        notes.append(words("provisional.note", items=listed(items, max(len(first), 3))))
    for offset, note in enumerate(notes):
        _across(book, row + offset, 0, COLUMNS - 1, text(note), look)
        book.set_height(KEY, row + offset, text_height(note, COLUMNS * COLUMN_WIDTH, 9))
