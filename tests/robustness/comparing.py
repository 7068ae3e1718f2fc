"""Our cells beside those of openpyxl, calamine and xlrd, over every spreadsheet of the corpora, by kind of difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from sishui_eco.intake.sniffing import sniff
from sishui_eco.model.arrival import FileKind
from sishui_eco.model.finding import Refused
from sishui_eco.model.grid import Cell, CellKind
from sishui_eco.model.place import Place
from sishui_eco.reading import read
from sishui_eco.running.workers import WorkLimits, run_tasks
from tests.robustness.corpora_table import all_paths
from tests.robustness.other_readers import READERS, Seen, comparable, see
from tests.robustness.seeds import CORPORA

SPREADSHEETS = frozenset({FileKind.XLSX, FileKind.XLSB, FileKind.XLS, FileKind.ODS, FileKind.ENCRYPTED_OFFICE})
EMPTY_RESULT = "(empty)"
LIMITS = WorkLimits(seconds=20, memory=2 * 1024**3)


@dataclass(slots=True)
class Ours:
    """What we see: cells, values under merges, and the refusal when there is one."""

    cells: Seen = field(default_factory=dict)
    covered: set[tuple[str, int, int]] = field(default_factory=set)
    dates: set[tuple[str, int, int]] = field(default_factory=set)
    uncached: set[tuple[str, int, int]] = field(default_factory=set)
    code: str = ""
    told: str = ""


def our_view(item: tuple[str, bytes], _: object) -> Ours:
    """Return what our reader sees in a spreadsheet (worker task)."""
    path, content = item
    ours = Ours()
    try:
        document = read(content, sniff(content, path), Place(file=path))
    except Refused as refused:
        ours.code = refused.finding.code
        return ours
    ours.told = ";".join(sorted({notice.code for notice in document.notices}))
    for grid in document.grids:
        for cells, under in ((grid.cells, False), (grid.covered, True)):
            for (row, column), cell in cells.items():
                place = (grid.name, row, column)
                ours.cells[place] = _key(cell)
                if under:
                    ours.covered.add(place)
                if cell.kind is CellKind.DATE:
                    ours.dates.add(place)
                if cell.uncached:
                    ours.uncached.add(place)
    return ours


def _key(cell: Cell) -> str:
    if cell.kind is CellKind.DATE:
        return "moment"
    if cell.number is not None and cell.kind is CellKind.NUMBER:
        try:
            return comparable(float(cell.number))
        except OverflowError:
            return comparable(cell.text)
    return comparable(cell.text) or EMPTY_RESULT


@dataclass(slots=True)
class Comparison:
    """Differences by kind: how many files, how many cells, one example."""

    files: Counter[str] = field(default_factory=Counter)
    cells: Counter[str] = field(default_factory=Counter)
    example: dict[str, str] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)  # who finds cells in how many files
    empty: list[str] = field(default_factory=list)  # files in which another finds cells and we none

    def add(self, kind: str, path: str, cells: int = 0, place: object = "") -> None:
        self.files[kind] += 1
        self.cells[kind] += cells
        self.example.setdefault(kind, f"{path.rpartition('/')[2]} {place}".strip())

    def lines(self) -> list[str]:
        """Return the comparison as a table of Markdown."""
        told = ["| who finds cells | files |", "|---|---|"]
        told += [f"| {who} | {count} |" for who, count in sorted(self.rows.items(), key=lambda item: -item[1])]
        told += ["", "| difference | files | cells | example |", "|---|---|---|---|"]
        ordered = sorted(self.files, key=lambda kind: (-self.files[kind], kind))
        told += [
            f"| {kind} | {self.files[kind]} | {self.cells[kind] or ''} | {self.example[kind]} |" for kind in ordered
        ]
        return [
            *told,
            "",
            f"Called empty by us, and not refused by name, while another finds cells: {self.empty or 'none'}",
        ]


def compared(paths: list[str], workers: int = 2, limits: WorkLimits = LIMITS) -> Comparison:
    """Return the differences between our reader and the three others over some files of the corpora."""
    contents = {path: (CORPORA / path).read_bytes() for path in paths}
    books = [(path, content) for path, content in contents.items() if sniff(content, path) in SPREADSHEETS]
    asked = [(reader, content) for _, content in books for reader in READERS]
    ours = list(run_tasks(our_view, books, None, workers=workers, limits=limits))
    theirs = list(run_tasks(see, asked, None, workers=workers, limits=limits, chunk=3))
    result = Comparison()
    for at, (path, _) in enumerate(books):
        seen = {reader: theirs[at * len(READERS) + number] for number, reader in enumerate(READERS)}
        views = {reader: done.result for reader, done in seen.items() if done.result is not None}
        for reader, done in seen.items():
            if done.death is not None and str(done.death) != "crash":
                result.add(f"{reader} runs out of {'time' if done.death == 'timeout' else 'memory'}", path)
        _compare(result, path, ours[at].result or Ours(code=f"died {ours[at].death}"), views)
    return result


def _compare(result: Comparison, path: str, ours: Ours, views: dict[str, Seen]) -> None:
    finding = [reader for reader, cells in views.items() if cells]
    result.rows.update(finding)
    result.rows["union of the three"] += bool(finding)
    result.rows["ours"] += bool(ours.cells)
    if finding and not ours.cells:
        if not ours.code:
            result.empty.append(f"{path} ({', '.join(finding)})")
        result.add(f"refused by us with {ours.code or 'nothing'}, read by another", path)
    if ours.cells and not finding:
        result.add("read by us alone", path, len(ours.cells))
    for reader, cells in views.items():
        if cells and ours.cells:
            _cells(result, path, ours, reader, cells)


def _cells(result: Comparison, path: str, ours: Ours, reader: str, theirs: Seen) -> None:
    missing = sorted(place for place in theirs if place not in ours.cells)
    extra = sorted(place for place in ours.cells if place not in theirs)
    kinds: dict[str, list[tuple[str, int, int]]] = {f"seen by {reader}, not by us": missing}
    for place in extra:
        kinds.setdefault(f"seen by us, not by {reader}: {_why(ours, place)}", []).append(place)
    for place in sorted(theirs.keys() & ours.cells.keys()):
        if theirs[place] != ours.cells[place]:
            kinds.setdefault(f"another value in {reader}: {_how(ours, place, theirs[place])}", []).append(place)
    for kind, places in kinds.items():
        if places:
            sheet, row, column = places[0]
            pair = f"{theirs.get(places[0], '')[:24]!r} / {ours.cells.get(places[0], '')[:24]!r}"
            result.add(kind, path, len(places), f"{sheet[:20]}!R{row}C{column} {pair}")


def _why(ours: Ours, place: tuple[str, int, int]) -> str:
    if place in ours.uncached:
        return "formula without stored result"
    if place in ours.covered:
        return "value under a merge"
    if ours.cells[place] == EMPTY_RESULT:
        return "formula whose stored result is empty"
    return "error cell" if ours.cells[place].startswith("#") else "other"


def _how(ours: Ours, place: tuple[str, int, int], theirs: str) -> str:
    if place in ours.dates:
        return "number where we see a date"
    if theirs == "moment":
        return "date where we see a number"
    if theirs.startswith("#"):
        return "error value"
    if place in ours.covered:
        return "under a merge"
    return "escapes or text" if not theirs.replace(".", "").replace("-", "").isdigit() else "number"


def compare(told: Callable[[str], None]) -> int:
    """Print the comparison over the whole corpora; 1 when another reader finds cells where we find none."""
    result = compared(all_paths())
    for line in result.lines():
        told(line)
    return 1 if result.empty else 0
