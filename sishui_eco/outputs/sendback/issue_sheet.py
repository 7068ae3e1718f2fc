"""The issue list as a worksheet part, to stand in front of a unit's own sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sishui_eco.model.place import column_letters
from sishui_eco.outputs.markup import DECLARATION, escaped, escaped_attribute
from sishui_eco.outputs.sendback.marks import MARKS, listed_colour
from sishui_eco.outputs.sendback.package import MAIN, RELATION, Package, parse, serialise
from sishui_eco.outputs.sendback.styles_part import Styles
from sishui_eco.outputs.sendback.words import CELL_LIMIT, Issue, xml_text
from sishui_eco.outputs.sendback.workbook_part import quote_sheet
from sishui_eco.outputs.styles import text_height
from sishui_eco.zh import word

COLUMNS = ("number", "place", "severity", "problem", "remedy", "explanation", "key")
WIDTHS = (6.0, 20.0, 12.0, 44.0, 40.0, 26.0, 10.0)
TEXT_WIDTHS = tuple(width - 2 for width in WIDTHS[1:6])  # less the indent
TITLE_HEIGHT, LINE_HEIGHT = 34.0, 19.0
TALLEST = 390.0
ROOM = 8.0  # points above and below the text of a row, for the pen


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueSheet:
    """The part's bytes and where things stand on it."""

    content: bytes
    header_row: int
    last_row: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Formats:
    """The formats of the issue list, by their numbers in the styles part."""

    title: int
    line: int
    strong: int
    heading: int
    centre: int
    text: int
    link: int
    open: int
    severity: dict[str, int]


def _formats(styles: Styles) -> Formats:
    body, title = word("sheet.font_body", "sendback"), word("sheet.font_title", "sendback")

    def font(size: float, name: str = body, extra: str = "", colour: str = "FF1A1A1A") -> str:
        return (
            f'<font>{extra}<sz val="{size:g}"/><color rgb="{colour}"/><name val="{name}"/><charset val="134"/></font>'
        )

    def solid(colour: str) -> str:
        inner = f'<fgColor rgb="{colour}"/><bgColor indexed="64"/>'
        return f'<fill><patternFill patternType="solid">{inner}</patternFill></fill>'

    def align(across: str) -> str:
        indent = ' indent="1"' if across == "left" else ""
        return f'<alignment horizontal="{across}" vertical="center" wrapText="1"{indent}/>'

    sides = "".join(
        f'<{side} style="thin"><color rgb="FF8C8C8C"/></{side}>' for side in ("left", "right", "top", "bottom")
    )
    box = f"<border>{sides}<diagonal/></border>"
    return Formats(
        title=styles.add_format(font=font(18, title), alignment=align("center")),
        line=styles.add_format(font=font(10.5), alignment=align("left"), extra="quote"),
        strong=styles.add_format(font=font(10.5, title), alignment=align("left"), extra="quote"),
        heading=styles.add_format(
            fill=solid("FFDDE7EF"), font=font(10.5, title), border=box, alignment=align("center")
        ),
        centre=styles.add_format(font=font(10.5), border=box, alignment=align("center")),
        text=styles.add_format(font=font(10.5), border=box, alignment=align("left"), extra="quote"),
        link=styles.add_format(
            font=font(10.5, extra="<u/>", colour="FF1F4E8C"), border=box, alignment=align("left"), extra="quote"
        ),
        open=styles.add_format(
            fill=solid("FFFFFFF0"), font=font(10.5), border=box, alignment=align("left"), extra="quote protection"
        ),
        severity={
            name: styles.add_format(
                fill=solid(listed_colour(name)), font=font(10.5, title), border=box, alignment=align("center")
            )
            for name in MARKS
        },
    )


SHARED = 1 << 18  # bytes of a styles part that is worth remembering
Prepared = tuple[bytes, Styles, Formats]


def formats_in(package: Package, part: str) -> tuple[Styles, Formats]:
    """Return the styles of a package with the formats of the issue list among them.

    Returns of one blank have one styles part, so they are added to it once and not for each.
    """
    content = package.read(part)
    written, styles, formats = _prepared(content) if len(content) <= SHARED else _prepare(content)
    package.put(part, written)
    return styles.again(package.tree(part)), formats


def _prepare(content: bytes) -> Prepared:
    root = parse(content)
    styles = Styles(root)
    formats = _formats(styles)
    return serialise(root), styles, formats


_prepared = lru_cache(maxsize=32)(_prepare)


def issue_sheet(issues: Sequence[Issue], lines: Sequence[str], formats: Formats) -> IssueSheet:
    """Return the worksheet: title, lines, one row an issue, links to the cells, only the explanations open."""
    rows: list[str] = []
    for at, line in enumerate(lines, 1):
        index = formats.title if at == 1 else formats.strong if at == 2 else formats.line
        height = TITLE_HEIGHT if at == 1 else max(LINE_HEIGHT, text_height(line, sum(WIDTHS[:6]), 10.5))
        rows.append(_row(at, height, [(line, index)]))
    header = len(lines) + 1
    labels = [(word(f"columns.{name}", "sendback"), formats.heading) for name in COLUMNS]
    rows.append(_row(header, 24, labels))
    for at, issue in enumerate(issues, header + 1):
        rows.append(_issue_row(at, issue, formats))
    last = header + len(issues)
    return IssueSheet(content=_worksheet(rows, header, last, issues).encode(), header_row=header, last_row=last)


def _issue_row(at: int, issue: Issue, formats: Formats) -> str:
    texts = (issue.place_text, issue.severity_text, issue.finding.message, issue.remedy, issue.said)
    height = max(text_height(text, width, 10.5) for text, width in zip(texts, TEXT_WIDTHS, strict=True))
    cells: list[tuple[str | int, int]] = [
        (issue.number, formats.centre),
        (issue.place_text, formats.link if issue.target else formats.text),
        (issue.severity_text, formats.severity[issue.finding.severity.value]),
        (issue.finding.message, formats.text),
        (issue.remedy, formats.text),
        (issue.said, formats.open),
        (issue.key, formats.text),
    ]
    return _row(at, min(height + ROOM, TALLEST), cells)


def _row(number: int, height: float, cells: Sequence[tuple[str | int, int]]) -> str:
    inner = "".join(_cell(f"{column_letters(at)}{number}", value, index) for at, (value, index) in enumerate(cells, 1))
    return f'<row r="{number}" ht="{height:.4g}" customHeight="1">{inner}</row>'


def _cell(reference: str, value: str | int, index: int) -> str:
    if isinstance(value, int):
        return f'<c r="{reference}" s="{index}"><v>{value}</v></c>'
    if not value:
        return f'<c r="{reference}" s="{index}"/>'
    text = escaped(xml_text(value))
    return f'<c r="{reference}" s="{index}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _worksheet(rows: Sequence[str], header: int, last: int, issues: Sequence[Issue]) -> str:
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"{hidden}/>'
        for at, width in enumerate(WIDTHS, 1)
        for hidden in (' hidden="1"' if COLUMNS[at - 1] == "key" else "",)
    )
    merges = "".join(f'<mergeCell ref="A{at}:F{at}"/>' for at in range(1, header))
    footer = escaped(word("sheet.footer", "sendback"))
    return (
        f'{DECLARATION}<worksheet xmlns="{MAIN}" xmlns:r="{RELATION}">'
        '<sheetPr><tabColor rgb="FFC0392B"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:G{last}"/>'
        f'<sheetViews><sheetView showGridLines="0" tabSelected="1" workbookViewId="0"><pane ySplit="{header}" '
        f'topLeftCell="A{header + 1}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="B{header + 1}" sqref="B{header + 1}"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>{"".join(rows)}</sheetData>'
        '<sheetProtection sheet="1" formatCells="0" formatColumns="0" formatRows="0"/>'
        f'<mergeCells count="{header - 1}">{merges}</mergeCells>'
        f'<dataValidations count="1"><dataValidation type="textLength" operator="lessThanOrEqual" allowBlank="1" '
        f'showErrorMessage="1" sqref="F{header + 1}:F{max(last, header + 1)}"><formula1>{CELL_LIMIT}</formula1>'
        f"</dataValidation></dataValidations>{_links(header, issues)}"
        '<printOptions horizontalCentered="1"/>'
        '<pageMargins left="0.45" right="0.45" top="0.55" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        f"<headerFooter><oddFooter>&amp;C&amp;9{footer}</oddFooter></headerFooter></worksheet>"
    )


def _links(header: int, issues: Sequence[Issue]) -> str:
    links = [
        f'<hyperlink ref="B{header + issue.number}" location="{escaped_attribute(_location(issue))}" display=""/>'
        for issue in issues
        if issue.target
    ]
    return f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""


def _location(issue: Issue) -> str:
    assert issue.target is not None
    row, column = max(issue.target.row, 1), max(issue.target.column, 1)
    return f"{quote_sheet(issue.target.sheet)}!{column_letters(column)}{row}"
