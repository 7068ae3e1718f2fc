"""来源, 来件登记 and 收支平衡: where every row came from, what became of every file, that none was lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sishui_eco.model.finding import Finding
from sishui_eco.model.outcome import ArrivalLine, MergedRow, Outcome, TallyLine
from sishui_eco.model.place import Place, column_letters
from sishui_eco.outputs.styles import PAPER_A3, writable
from sishui_eco.outputs.summary.book import NOTHING, Book, Entry, centred, count, text, words
from sishui_eco.outputs.summary.laying import lay_sheet
from sishui_eco.outputs.summary.links import MANY
from sishui_eco.outputs.summary.parts import Filed, as_of_line, filed, marked, top_line
from sishui_eco.outputs.summary.table import Column, Row, Table, body_row, cell_name, column_range
from sishui_eco.spec.campaign import Campaign

SHORT_HASH = 12
LONGEST_TARGET = 2000  # of a link; Excel refuses more than 2,080 characters
LINKED_ROWS = MANY // 2  # of the sheet of sources, with two links each
ACCOUNTS = (
    "merged",
    "returned",
    "superseded",
    "excluded",
    "heading",
    "section",
    "subtotal",
    "note",
    "sample",
    "blank_form",
)
ROWS_COLUMN = 4
_CENTRED = frozenset({"form", "cell", "sha", "received", "file_kind", "code"})
ARRIVAL_TONES = {
    "read": "good",
    "nil_return": "good",
    "supporting": "good",
    "refused": "bad",
    "unrecognised": "bad",
    "superseded": "none",
    "duplicate": "none",
    "own_output": "none",
    "ignored": "none",
    "blank": "warn",
}


def _source_columns() -> tuple[Column, ...]:
    return _columns(
        {
            "number": (6, 8),
            "form": (8, 8),
            "unit": (18, 24),
            "record": (22, 34),
            "version": (5, 6),
            "file": (28, 44),
            "member": (14, 36),
            "sheet": (12, 20),
            "cell": (8, 12),
            "sha": (14, 14),
            "received": (18.5, 18.5),
            "summary_row": (18, 20),
            "original": (10, 10),
        }
    )


def _columns(widths: dict[str, tuple[float, float]]) -> tuple[Column, ...]:
    return tuple(
        Column(heading=words(f"headings.{key}"), least=a, most=b, align="center" if key in _CENTRED else "left")
        for key, (a, b) in widths.items()
    )


def anchor_sources(book: Book, outcome: Outcome, campaign: Campaign) -> None:
    """Fix beforehand on which row each record will stand, so that earlier sheets can link to it."""
    first = body_row(_source_columns(), 0)
    for form in campaign.forms:
        book.sources[form.key] = first
        first += len(outcome.merged.get(form.key, ()))
    first = body_row(_arrival_columns(), 0)
    for row, line in enumerate(outcome.arrivals, start=first):
        book.anchors["arrivals", (line.arrival.file, line.arrival.member)] = row


def lay_sources(book: Book, outcome: Outcome, campaign: Campaign) -> None:
    """Write file, sheet, cell and hash of every merged row, with the way back to its summary row."""
    every = (found for form in campaign.forms for found in filed(outcome, form.key))
    rows = _source_rows(book, campaign, every)
    columns = _source_columns()
    table = Table(
        title=words("titles.sources"),
        left=top_line(campaign),
        right=as_of_line(book),
        columns=columns,
        rows=rows,
        notes=(words("notes.sources"),),
        frozen=4,
        paper=PAPER_A3,
    )
    lay_sheet(book, "sources", [table])


def _source_rows(book: Book, campaign: Campaign, every: Iterable[Filed]) -> Iterator[Row]:
    """Yield a line a record. Records of one file follow one another: what they share is looked up once."""
    arrival, shared, received, ways = None, "", "", [NOTHING, NOTHING]
    labels = {form.key: form.label for form in campaign.forms}
    for number, (position, row) in enumerate(every, start=1):
        place = row.record.place
        if row.arrival is not arrival:
            arrival, shared = row.arrival, row.arrival.sha256[:SHORT_HASH]
            received = f"{row.arrival.received:%Y-%m-%d %H:%M}"
            ways = [_original(book, place), _arrival(book, place)]
        cells = (
            number,
            labels[row.form],
            campaign.unit_name(row.unit_id),
            row.record.key,
            row.version,
            place.file,
            place.member,
            place.sheet,
            _cells(row),
            shared,
            received,
            _way_to(book, row.form, position),
            ways[number > LINKED_ROWS],
        )
        yield Row(cells=cells)


def _way_to(book: Book, key: str, thing: object) -> Entry:
    """Return a link to the row of a sheet that a thing stands on, told by its number."""
    row = book.row_of(key, thing)
    if row is None:
        return centred("", tone="link")
    return centred(
        words("headings.sheet_row", sheet=book.name(key), row=row + 1), tone="link", link=book.link_to(key, row)
    )


def _cells(row: MergedRow) -> str:
    """Return the physical range of a record: `A7:P8`, or the row when its columns are unknown."""
    record = row.record
    columns = [place.column for answer in record.answers.values() if (place := answer.place).row]
    if not columns:
        return record.place.cell
    first, last = column_letters(min(columns)), column_letters(max(columns))
    rows = record.rows or [at for answer in record.answers.values() if (at := answer.place.row)][:1]
    top, bottom = min(rows), max(rows)
    return f"{first}{top}:{last}{bottom}" if (first, top) != (last, bottom) else f"{first}{top}"


def _original(book: Book, place: Place) -> Entry:
    """Return a link to the file in the inbox; none for a name that would not survive as a link."""
    target = f"external:{book.inbox_link.rstrip('/')}/{place.file}"
    if not book.inbox_link or len(target) > LONGEST_TARGET or writable(place.file) != place.file:
        return text("")
    return centred(words("headings.open_original"), tone="link", link=target)


def _arrival(book: Book, place: Place) -> Entry:
    """Return a link to the line of the file's arrival, where the original is linked once for all its rows."""
    return _way_to(book, "arrivals", (place.file, place.member))


def _arrival_columns() -> tuple[Column, ...]:
    return _columns(
        {
            "number": (6, 8),
            "file": (30, 46),
            "member": (14, 36),
            "arrival_verdict": (14, 16),
            "form": (9, 20),
            "unit": (16, 24),
            "received": (18.5, 18.5),
            "file_kind": (8, 16),
            "size": (9, 12),
            "sha": (14, 14),
            "evidence": (24, 64),
            "code": (7, 8),
            "remedy": (24, 40),
            "original": (10, 10),
        }
    )


def lay_arrivals(book: Book, outcome: Outcome, campaign: Campaign) -> None:
    """Write every file that came and the one verdict it ended in."""
    rows = (_arrival_row(book, campaign, number, line) for number, line in enumerate(outcome.arrivals, start=1))
    columns = _arrival_columns()
    table = Table(
        title=words("titles.arrivals"),
        left=top_line(campaign),
        right=as_of_line(book),
        columns=columns,
        rows=rows,
        notes=(words("notes.arrivals"),),
        frozen=2,
        paper=PAPER_A3,
    )
    lay_sheet(book, "arrivals", [table])


def _arrival_row(book: Book, campaign: Campaign, number: int, line: ArrivalLine) -> Row:
    arrival = line.arrival
    labels = [campaign.form_by_key[form].label for form in line.forms if form in campaign.form_by_key]
    cells = (
        number,
        arrival.file,
        arrival.member,
        marked(ARRIVAL_TONES[line.verdict], words(f"arrival_verdicts.{line.verdict}")),
        words("punctuation.list").join(labels),
        words("punctuation.list").join(campaign.unit_name(unit) for unit in line.unit_id.split(";") if unit),
        f"{arrival.received:%Y-%m-%d %H:%M}",
        words(f"file_kinds.{arrival.kind}"),
        arrival.size,
        arrival.sha256[:SHORT_HASH],
        line.evidence,
        line.code,
        _advice(line.findings),
        _original(book, arrival.place),
    )
    return Row(cells=cells)


def _advice(findings: tuple[Finding, ...]) -> str:
    return "\n".join(dict.fromkeys(f"{finding.message}{finding.remedy}" for finding in findings))


def lay_tally(book: Book, outcome: Outcome, campaign: Campaign) -> None:
    """Write rows read against where they went, sheet by sheet, with sums and a check as formulas."""
    columns = _columns(
        {
            "number": (6, 7),
            "file": (30, 46),
            "member": (14, 30),
            "sheet": (12, 20),
            "rows": (9, 9),
            **{account: (9, 9) for account in ACCOUNTS},
            "balance": (8, 8),
        }
    )
    rows = [_tally_row(book, columns, index, line) for index, line in enumerate(outcome.tally)]
    if rows:
        rows.append(_tally_total(columns, outcome))
    table = Table(
        title=words("titles.tally"),
        left=top_line(campaign),
        right=as_of_line(book),
        columns=columns,
        rows=rows,
        notes=(words("notes.tally"),),
        frozen=2,
        paper=PAPER_A3,
    )
    lay_sheet(book, "tally", [table])


def _tally_row(book: Book, columns: tuple[Column, ...], index: int, line: TallyLine) -> Row:
    cells = (
        count(index + 1, link=book.link("arrivals", (line.file, line.member))),
        line.file,
        line.member,
        line.sheet,
        line.rows,
        *[getattr(line, account) for account in ACCOUNTS],
        _balance(body_row(columns, index), line.balanced),
    )
    return Row(cells=cells)


def _balance(row: int, balanced: bool) -> Entry:
    first, last = cell_name(row, ROWS_COLUMN + 1), cell_name(row, ROWS_COLUMN + len(ACCOUNTS))
    good, bad = words("headings.balanced"), words("headings.unbalanced")
    formula = f'=IF({cell_name(row, ROWS_COLUMN)}=SUM({first}:{last}),"{good}","{bad}")'
    shown = good if balanced else bad
    return Entry(text=shown, formula=formula, align="center", tone="good" if balanced else "bad")


def _tally_total(columns: tuple[Column, ...], outcome: Outcome) -> Row:
    first, last = body_row(columns, 0), body_row(columns, len(outcome.tally) - 1)
    sums = [sum(line.rows for line in outcome.tally)]
    sums += [sum(getattr(line, account) for line in outcome.tally) for account in ACCOUNTS]
    totals = [
        count(value, formula=f"=SUM({column_range(ROWS_COLUMN + offset, first, last)})")
        for offset, value in enumerate(sums)
    ]
    entries = (
        text(""),
        centred(words("headings.total")),
        text(""),
        text(""),
        *totals,
        _balance(last + 1, sums[0] == sum(sums[1:])),
    )
    return Row(cells=entries, kind="total")
