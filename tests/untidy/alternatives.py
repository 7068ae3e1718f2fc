"""The same untidy workbooks read by other tools, scored generously, written into docs/comparison.md.

Other tools return rows of a table, not understood answers. So they are asked for less: an answer counts
when the typed text stands in the record's row under a heading that holds the true heading's words, a record
when half of its answers do. Nothing needs to be interpreted. A returned row that is no record is junk. The package is scored by its own, stricter judge beside it.
"""

from __future__ import annotations

import contextlib
import datetime
import importlib
import io
import logging
import tempfile
import unicodedata
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from sishui_eco.spec.settings import default_campaign
from tests.untidy.counts import Score
from tests.untidy.generator import Claim, Line, Sheet, Untidy, make_file
from tests.untidy.reopening import bare
from tests.untidy.scorer import score_file

SEEDS, FILES_PER_SEED = 20, 12
TARGET = Path(__file__).parents[2] / "docs" / "comparison.md"
Row = list[tuple[str, str]]  # (heading, value) pairs as the tool gave them


@dataclass(frozen=True)
class Head:
    """Where the headings of a sheet truly stand: for tools that must be told."""

    sheet: str
    first: int
    last: int
    texts: tuple[str, ...]


@dataclass
class Tally:
    """What a tool got of the true record lines and their answers."""

    records: int = 0
    found: int = 0
    junk: int = 0
    answers: int = 0
    right: int = 0
    failed: int = 0
    files: int = 0


@dataclass(frozen=True)
class Tool:
    """A way of reading a workbook: `read` gives the rows of every table it finds."""

    name: str
    package: str
    told: str
    read: Callable[[Path, list[Head]], Iterator[Row]]
    cells: bool = field(default=False)  # whether it can say which cell a value came from


def heads_of(untidy: Untidy) -> list[Head]:
    """Return the first run of heading rows of every sheet that holds a form."""
    heads = []
    for sheet in untidy.sheets:
        rows = [row for row, line in enumerate(sheet.lines, start=1) if line.classes == {"heading"}]
        if not rows:
            continue
        last = rows[0]
        while last + 1 in rows:
            last += 1
        texts = [str(entry.value) for row in range(rows[0], last + 1) for entry in sheet.lines[row - 1].cells.values()]
        heads.append(Head(sheet.name, rows[0], last, tuple(texts)))
    return heads


def frames(path: Path, **options: Any) -> Iterator[Row]:
    """Yield the rows of pandas' frames."""
    import pandas

    for frame in pandas.read_excel(path, **options).values():
        yield from rows_of(frame)


def rows_of(frame: Any) -> Iterator[Row]:
    names = ["/".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in frame.columns]
    for values in frame.itertuples(index=False, name=None):
        yield [(name, text(value)) for name, value in zip(names, values, strict=True)]


def text(value: Any) -> str:
    """Return a value as plain text; a missing one is empty."""
    if value is None or value != value or str(value) in ("nan", "NaT", "<NA>"):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def pandas_tutorial(path: Path, heads: list[Head]) -> Iterator[Row]:
    """`pandas.read_excel(path, sheet_name=None)`: the headings are where tutorials have them."""
    yield from frames(path, sheet_name=None)


def pandas_told(path: Path, heads: list[Head]) -> Iterator[Row]:
    """Tell pandas sheet and heading rows of every form."""
    for head in heads:
        rows = list(range(head.first - 1, head.last))
        yield from frames(path, sheet_name=[head.sheet], header=rows if len(rows) > 1 else rows[0])


def by_frictionless(path: Path, heads: list[Head]) -> Iterator[Row]:
    """Tell frictionless sheet and heading rows, and ask it to fill merged cells."""
    from frictionless import Dialect, Resource, formats

    for head in heads:
        control = formats.ExcelControl(sheet=head.sheet, fill_merged_cells=True)
        dialect = Dialect(header_rows=list(range(head.first, head.last + 1)), header_join="/")
        with Resource(path=str(path), control=control, dialect=dialect, basepath="/") as resource:
            for row in resource.row_stream:
                yield [(str(name), text(value)) for name, value in row.to_dict().items()]


def by_libhxl(path: Path, heads: list[Head]) -> Iterator[Row]:
    """Tell libhxl every heading there is, as tag specifications."""
    import hxl

    names = sheet_names(path)
    for head in heads:
        specs = [(name.replace("\n", " "), f"#column+c{number}") for number, name in enumerate(head.texts) if name]
        options = hxl.InputOptions(allow_local=True, sheet_index=names.index(head.sheet))
        source = hxl.data(hxl.input.tagger(str(path), specs, options))
        for row in source:
            yield [(str(name), text(value)) for name, value in zip(source.headers, row.values, strict=False)]


def sheet_names(path: Path) -> list[str]:
    import openpyxl

    return list(openpyxl.load_workbook(path, read_only=True).sheetnames)


def by_messy_xlsx(path: Path, heads: list[Head]) -> Iterator[Row]:
    """Let messy-xlsx find everything; only its renaming of Chinese columns is switched off."""
    import messy_xlsx

    config = messy_xlsx.SheetConfig(sanitize_column_names=False, multi_row_headers=True)
    with messy_xlsx.MessyWorkbook(str(path), sheet_config=config) as book:
        for name in book.sheet_names:
            yield from rows_of(book.to_dataframe(sheet=name))


def by_xldetect(path: Path, heads: list[Head]) -> Iterator[Row]:
    """Let xldetect find the regions, then take their cells."""
    import openpyxl
    import xldetect

    book = openpyxl.load_workbook(path, data_only=True)
    for region in xldetect.inspect_path(str(path)).iter_regions():
        if not region.has_header:
            continue
        page = book[region.sheet]
        for row in range(region.data_start_row, region.max_row + 1):
            values = [page.cell(row, column).value for column in range(region.min_col, region.max_col + 1)]
            yield [(str(name), text(value)) for name, value in zip(region.headers, values, strict=False)]


TOOLS = (
    Tool("pandas，照教程", "pandas", "不告诉", pandas_tutorial),
    Tool("pandas，告诉表头行", "pandas", "工作表、表头行", pandas_told),
    Tool("frictionless", "frictionless", "工作表、表头行、合并填充", by_frictionless),
    Tool("libhxl", "libhxl", "工作表、全部表头文字", by_libhxl),
    Tool("messy-xlsx", "messy-xlsx", "不告诉", by_messy_xlsx),
    Tool("xldetect", "xldetect", "不告诉", by_xldetect, cells=True),
)


def key(value: object) -> str:
    """Fold a text for comparison: widths and blanks do not count, nor does how a date is printed."""
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    folded = bare(unicodedata.normalize("NFKC", text(value)))
    return folded.removesuffix("00:00:00")


def line_values(line: Line) -> dict[int, str]:
    return {column: key(entry.value) for column, entry in line.cells.items() if key(entry.value)}


def score_tool(tool: Tool, untidy: Untidy, path: Path, tally: Tally) -> None:
    """Add what a tool makes of one file."""
    tally.files += 1
    lines = [line for sheet in untidy.sheets for line in sheet.lines if line.classes == {"record"}]
    claims = [claim for part in untidy.parts for claim in part.claims if wanted(claim)]
    tally.records += len(lines)
    tally.answers += len(claims)
    rows: list[Row] = []
    try:
        with quiet():
            for row in tool.read(path, heads_of(untidy)):
                if any(value for _, value in row):
                    rows.append(row)
    except Exception:  # a tool that gives up on a file has found nothing more in it
        tally.failed += 1
    matched = match(lines, rows)
    above = headings_above(untidy)
    got: dict[int, list[bool]] = {}
    for claim in claims:
        got.setdefault(id(claim.places[0][0]), []).append(has_answer(claim, matched, above))
    read = [line for line in got if line in matched and sum(got[line]) * 2 >= len(got[line])]
    tally.found += len(read)
    tally.junk += len(rows) - len(read)
    tally.right += sum(sum(answers) for answers in got.values())


def wanted(claim: Claim) -> bool:
    return bool(claim.record) and claim.record != "*" and not claim.optional and not claim.tell


def match(lines: list[Line], rows: list[Row]) -> dict[int, Row]:
    """Return the row each record line came out as: at least three fifths of what was typed is in it."""
    found: dict[int, Row] = {}
    free = list(range(len(rows)))
    for line in lines:
        typed = list(line_values(line).values())
        for number in free:
            held = {key(value) for _, value in rows[number]}
            if typed and sum(value in held for value in typed) >= 0.6 * len(typed):
                found[id(line)] = rows[number]
                free.remove(number)
                break
    return found


def headings_above(untidy: Untidy) -> Callable[[Line, int], list[str]]:
    """Return a function giving the heading texts over a cell."""
    where: dict[int, tuple[Sheet, int]] = {}
    for sheet in untidy.sheets:
        where |= {id(line): (sheet, row) for row, line in enumerate(sheet.lines)}

    def above(line: Line, column: int) -> list[str]:
        sheet, row = where[id(line)]
        heads = [other for other in sheet.lines[:row] if other.classes == {"heading"} and column in other.cells]
        return [key(other.cells[column].value) for other in heads[-2:]]

    return above


def has_answer(claim: Claim, matched: dict[int, Row], above: Callable[[Line, int], list[str]]) -> bool:
    """Say whether the typed text stands in the record's row under its heading."""
    line, column = claim.places[0]
    row = matched.get(id(line))
    entry = next((ln.cells[col] for ln, col in claim.places if col in ln.cells), None)
    if row is None or entry is None:
        return False
    names, typed = above(line, column), key(entry.value)
    return any(key(value) == typed and any(name and name in key(heading) for name in names) for heading, value in row)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep what the tools print and warn about out of the table."""
    logging.disable(logging.CRITICAL)
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stderr(io.StringIO()),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logging.disable(logging.NOTSET)


def version(package: str) -> str:
    """Return the installed version, "" when it is absent or cannot be imported."""
    try:
        importlib.import_module({"libhxl": "hxl", "messy-xlsx": "messy_xlsx"}.get(package, package))
        return metadata.version(package)
    except ImportError:
        return ""


def list_workbooks(campaign: Any, *, hard: bool) -> Iterator[Untidy]:
    """Yield the files of the mixture that are lists in workbooks: all that the other tools can read."""
    for seed in range(SEEDS):
        for position in range(FILES_PER_SEED):
            untidy = make_file(seed * 1000 + position, campaign, hard=hard)
            if "list_in_workbook" in untidy.kinds and not {"lines_in_cell", "two_projects_in_one_cell"} & set(
                untidy.kinds
            ):
                yield untidy


def compared(*, hard: bool) -> tuple[Score, dict[str, Tally]]:
    """Return the package's score and every present tool's tally over the same files."""
    campaign, own = default_campaign(), Score()
    present = [tool for tool in TOOLS if version(tool.package)]
    tallies = {tool.name: Tally() for tool in present}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "return.xlsx"
        for untidy in list_workbooks(campaign, hard=hard):
            path.write_bytes(untidy.content)
            own.take(score_file(untidy, campaign))
            for tool in present:
                score_tool(tool, untidy, path, tallies[tool.name])
    return own, tallies


def table(own: Score, tallies: dict[str, Tally]) -> list[str]:
    """Return the lines of one table."""
    lines = [
        "| 工具 | 事先告诉它 | 读到的记录 | 多读的行 | 读到的填报值 | 指得出单元格 | 判表、判单位 |",
        "|---|---|---|---|---|---|---|",
        f"| **本项目** | 不告诉 | {own.records_found}/{own.records} | {own.junk} | {own.found}/{own.wanted}"
        f"（{own.recall:.2%}，已解释成规范值） | 全部，错 {own.places_wrong} 处"
        f" | 表 {own.forms_right}/{own.forms}，单位 {own.units_right}/{own.units}，错而不说 {own.units_silent + own.forms_silent} |",
    ]
    for tool in TOOLS:
        tally = tallies.get(tool.name)
        if tally is None:
            lines.append(f"| {tool.name} | {tool.told} | 未安装，没有测 | | | | |")
            continue
        failed = f"（{tally.failed} 个文件报错）" if tally.failed else ""
        lines.append(
            f"| {tool.name} {version(tool.package)} | {tool.told} | {tally.found}/{tally.records}{failed} | {tally.junk}"
            f" | {tally.right}/{tally.answers}（{tally.right / max(tally.answers, 1):.2%}，原文） |"
            f" {'能' if tool.cells else '不能'} | 不判 |"
        )
    return lines


def page() -> str:
    """Return the whole page."""
    parts = [
        "# 与别的读表工具比一比",
        "",
        "本页由 `python -m tests.untidy --compare` 写出，不要手改。同一批“乱表”（`tests/untidy/` 里按种子生成、真值已知），"
        "各工具并排读，用同一套真值打分。",
        "",
        "- 只比 Excel 里一行一条的表；Word 表、一项目一表、零报告、一格几行的，别的工具都不读，不计在内。",
        "- 对别的工具从宽：填报值只要原文在那条记录的行里、又在写着那个表头的列下，就算对，不要求它懂得“1.2亿元”或“√”；"
        "一条记录有一半填报值对了就算读到。本项目从严：必须解释成规范值，另计填报单位、联络员等表外的值。",
        "- “多读的行”是交出来却不是记录的行：标题、小计、合计、说明、落款、示例、不相干的工作表，或表头没认出来的行。",
        "",
    ]
    for hard, title in ((False, "平常的乱法"), (True, "最难的乱法")):
        own, tallies = compared(hard=hard)
        parts += [f"## {title}（{SEEDS} 个种子，{own.files} 个文件）", "", *table(own, tallies), ""]
    return "\n".join(parts)


def write_comparison() -> None:
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(page(), encoding="utf-8", newline="\n")
    print(f"wrote {TARGET.name}")
