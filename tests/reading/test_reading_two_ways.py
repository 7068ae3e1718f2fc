"""The quick way through a sheet and the sure one: what they read never differs, whatever the sheet looks like.

The quick way may decline any part; then expat reads it alone and nothing can differ. So it is also
asserted that usual sheets are not declined.
"""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sishui_eco.model.arrival import FileKind
from sishui_eco.model.finding import Refused
from sishui_eco.model.grid import Document
from sishui_eco.reading import ReadLimits, read, scan, xlsx
from sishui_eco.reading import sheet as sheet_module
from sishui_eco.reading.limits import OverLimit
from sishui_eco.reading.number_format import compile_format, show_number
from sishui_eco.reading.numbers import number_look
from sishui_eco.reading.package import Package
from tests.reading.reading_packages import PLACE, deflated, sheet, strings, styles, workbook

TEXTS = strings("泗河", "98.5%", " ", "", "a&amp;b", "_x000D_", "泗水县<!-- -->".replace("<!-- -->", ""))
RICH = TEXTS.replace("</sst>", "<si><r><rPr><strike/></rPr><t>删</t></r></si></sst>")
STYLES = styles("0.00", "yyyy-mm-dd", "0.0%", "#,##0.00_);[Red]-#,##0.00", xf='<xf numFmtId="0" fontId="1"/>',
                fonts="<font/><font><strike/></font>")  # fmt: skip
CELLS = [
    '<c r="{}" t="s"><v>0</v></c>', '<c r="{}" s="1" t="s"><v>1</v></c>', '<c r="{}" t="s"><v>2</v></c>',
    '<c r="{}" t="s"><v>4</v></c>', '<c r="{}" t="s"><v>7</v></c>', '<c r="{}" t="s" s="5"><v>5</v></c>',
    '<c r="{}"><v>36</v></c>', '<c r="{}" s="1"><v>-0.5</v></c>', '<c r="{}" s="2"><v>45000</v></c>',
    '<c r="{}" s="3"><v>0.98999999999999999</v></c>', '<c r="{}" s="4"><v>0</v></c>', '<c r="{}" t="n"><v>1E-3</v></c>',
    '<c r="{}" s="1"/>', '<c r="{}" s="1" />', '<c r="{}"></c>', '<c r="{}"><v></v></c>', '<c r="{}"><v> </v></c>',
    '<c r="{}" t="str"><v>甲 &amp; 乙</v></c>', '<c r="{}" t="str"><v>a&#10;b</v></c>', '<c r="{}" t="str"><v/></c>',
    '<c r="{}" t="b"><v>1</v></c>', '<c r="{}" t="e"><v>#REF!</v></c>', '<c r="{}" t="d"><v>2023-03-01</v></c>',
    '<c r="{}"><f>SUM(A1:A2)</f><v>3</v></c>', '<c r="{}"><f>1+1</f></c>', '<c r="{}" s="9"><f>A1</f><v /></c>',
    '<c r="{}"><f t="shared" ref="A1:A9" si="0">B1*2</f><v>4</v></c>', '<c r="{}"><f t="shared" si="0"/><v>4</v></c>',
    '<c r="{}" t="inlineStr"><is><t>文</t></is></c>', '<c r="{}" t="inlineStr"><is><t xml:space="preserve"> a</t></is></c>',
    '<c r="{}" t="inlineStr"><is><r><rPr><strike/></rPr><t>删</t></r><r><t> </t></r></is></c>',
    '<c r="{}" t="inlineStr"><is><t>泗</t><rPh sb="0" eb="1"><t>si</t></rPh></is></c>',
    '<c r="{}" t="str"><f>DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>', '<c r="{}" t="s"><v>99</v></c>',
    '<c r="{}"><v>NaN</v></c>', '<c r="{}"><v>１</v></c>', '<c r="{}" cm="1"><v>5</v></c>', "<c><v>5</v></c>",
]  # fmt: skip
ROWS = ['<row r="{}">', '<row r="{}" spans="1:3" ht="20" customHeight="1" x14ac:dyDescent="0.2">', "<row>",
        '<row r="{}" hidden="1">', '<row r="{}" hidden="0">']  # fmt: skip
EMPTY_ROWS = ["", "", "", '<row r="90" hidden="1"/>', '<row r="91"/>', "\n  "]
MERGES = ["", '<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>', '<mergeCells><mergeCell ref="C3"/></mergeCells>',
          '<mergeCells count="2"><mergeCell ref="B3:A1"/><mergeCell ref="XFD1:XFE1048577"/></mergeCells>',
          '<!-- <mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells> -->']  # fmt: skip
# Pieces a mutation drops into a sheet, or finds and takes away.
PIECES = ["<", ">", '"', "&", "&#1;", "&amp;", "\x01", "\r", "<!-- x -->", "<![CDATA[1]]>", "]]>", "<v>", "</v>", "</c>", "<c",
          "</row>", "<row>", " ", "/", "<is>", "x:", 'r="A1"', 's="1"', 't="s"', "\ufffe", "<?x y?>", "<!DOCTYPE a>", "²"]  # fmt: skip


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """Draw rows of cells of every shape, in any order of rows and columns."""
    rows = []
    for number in draw(st.lists(st.integers(1, 12), max_size=5)):
        columns = draw(st.lists(st.sampled_from(["A", "B", "C", "AA", "XFD"]), max_size=5))
        cells = "".join(draw(st.sampled_from(CELLS)).format(f"{column}{number}") for column in columns)
        rows.append(draw(st.sampled_from(ROWS)).format(number) + cells + "</row>" + draw(st.sampled_from(EMPTY_ROWS)))
    return draw(st.sampled_from(EMPTY_ROWS)) + "".join(rows)


def outcome(content: bytes) -> Document | str:
    try:
        return read(content, FileKind.XLSX, PLACE)
    except Refused as refused:
        return refused.finding.code


def both_ways(content: bytes, chunk: int = 40) -> tuple[Document | str, Document | str]:
    """Return what the quick way (in tiny chunks) reads of a workbook, and what expat alone reads."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scan, "_CHUNK", chunk)
        quick = outcome(content)
        patch.setattr(sheet_module, "scan_cells", lambda *_: None)
        return quick, outcome(content)


@given(bodies(), st.sampled_from(MERGES), st.sampled_from([TEXTS, RICH]))
def test_sheets_of_every_shape_read_the_same(body: str, merges: str, texts: str) -> None:
    quick, sure = both_ways(workbook(sheet(body, after=merges), texts=texts, style=STYLES))
    assert quick == sure


def test_sheets_with_random_damage_read_the_same() -> None:
    chance = random.Random(2023)
    read_through = 0
    for _ in range(400):
        rows = []
        for number in range(1, chance.randrange(2, 6)):
            cells = "".join(chance.choice(CELLS[:-6]).format(f"{column}{number}") for column in "ABC")
            rows.append(f'<row r="{number}">{cells}</row>')
        text = sheet("".join(rows), after=MERGES[1])
        place = chance.randrange(len(text))
        piece = chance.choice(PIECES)
        cut = chance.choice((0, 0, 1, 3)) if piece not in text or chance.random() < 0.5 else -1
        damaged = text.replace(piece, "", 1) if cut < 0 else text[:place] + piece + text[place + cut :]
        quick, sure = both_ways(workbook(damaged, texts=RICH, style=STYLES))
        assert quick == sure, damaged
        read_through += isinstance(quick, Document) and quick.reader == "xlsx"
    assert 100 < read_through < 400  # some are refused, some are not


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A1" r="B1"><v>5</v></c>',
        '<c r="A1" s="1" s="2"><v>5</v></c>',
        '<c r="A1" t="str"><v>]]></v></c>',
        '<c r="A1" t="str"><v>a & b</v></c>',
        '<c r="A1" t="inlineStr"><is><r><t>a & b</t></r></is></c>',
        '<c r="A1" t="s"><v>-1</v></c>',
        '<c r="A1"><v>5&#x1;</v></c>',
        '<c r="XFE1"><v>5</v></c>',
        '<c r="A1048577"><v>5</v></c>',
        '<c r="A0"><v>5</v></c>',
        '<c r="AAAA1"><v>5</v></c>',
        '<c r="" s="1"/><c r="B1"><v>5</v></c>',
        '<c r="XFE1" s="1"/><c r="B1"><v>5</v></c>',
        '<c r="A1" t="s"><v>0\x01</v></c>',
        '<c r="A1"><v>5</v></c></row><row 4ac:d="1"><c r="A2"><v>5</v></c>',
        '<c r="A1"><v>5</v></c></row><row r="0" hidden="1"><c r="A2"><v>5</v></c>',
        '<c r="A1"><v>5</v></c><c r="A1"><v>6</v></c>',
        '<c r="A1"><v>5</v></c></row></sheetData><sheetData><row r="2"><c r="A2"><v>5</v></c>',
    ],
)
def test_what_is_faulty_is_told_by_expat(cell: str) -> None:
    quick, sure = both_ways(workbook(sheet(f'<row r="1">{cell}</row>'), texts=TEXTS, style=STYLES))
    assert quick == sure


def test_usual_sheets_are_not_declined(monkeypatch: pytest.MonkeyPatch) -> None:
    declined = []
    monkeypatch.setattr(sheet_module._SheetParser, "begin_cell", lambda *_: declined.append("a cell"), raising=True)
    monkeypatch.setitem(sheet_module._STARTS, "c", lambda *_: declined.append("a cell"))
    usual = [cell for cell in CELLS[:-6] if "&#" not in cell and "> </v>" not in cell]
    for number, cell in enumerate(usual, start=1):
        content = workbook(sheet(f'<row r="{number}">{cell.format(f"A{number}")}</row>'), texts=RICH, style=STYLES)
        assert isinstance(outcome(content), Document)
        assert declined == [], cell


PLACES = st.dictionaries(st.tuples(st.integers(1, 9), st.integers(1, 9)), st.none(), max_size=6)


@given(PLACES, st.sampled_from([0, 1]), st.lists(st.integers(0, 12), max_size=3))
def test_the_used_area_is_told_without_walking_it(
    cells: dict[tuple[int, int], None], axis: int, asked: list[int]
) -> None:
    last = max((place[axis] for place in cells), default=0)
    assert xlsx._used(cells, axis, asked) == min(last, max(asked, default=0))  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [0, 1, 70_000, 2**20, 2**20 + 1, 2**20 + 200, 3 * 2**20 + 1])
def test_a_part_of_any_size_is_inflated_whole(size: int) -> None:
    """A step of 2**20 bytes may end when all that was deflated is taken in but not all given out."""
    for noise in (random.Random(size).randbytes(size // 2) + bytes(size - size // 2), bytes(size)):
        package = Package(deflated({"a.bin": noise}), ReadLimits(entry_ratio=2000))
        assert package.read("a.bin") == noise


def test_a_part_understood_before_is_counted_again() -> None:
    content = deflated({"a.xml": b"<a>" + bytes(1000)})
    assert Package(content, ReadLimits()).meaning("a.xml", len) == 1003
    with pytest.raises(OverLimit) as refused:
        Package(content, ReadLimits(entry_bytes=1002)).meaning("a.xml", len)
    assert refused.value.code == "R202"


@given(
    st.one_of(
        st.integers(-(10**12), 10**12).map(str),
        st.decimals(-(10**9), 10**9, places=4).map(lambda number: format(number.normalize(), "f")),
        st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda number: f"{number:.17g}"),
        st.sampled_from(["5.00000000000000001", "0.00000000000000001", "12345678901234567", "-0.004", "0", "-0.5"]),
    ),
    st.sampled_from(["General", "0", "0.00", "#,##0", "#,##0.00", "0.0%", "0.00_);(0.00)", "0.00;-0.00;", "0.0;;"]),
)
def test_the_quick_look_of_a_number_is_the_slow_one(value: str, code: str) -> None:
    shape = compile_format(code)
    kind, text, number, moment = number_look(value, shape, False)
    slow = replace(shape, quick=None)
    assert number is not None
    assert (kind.value, text, moment) == ("number", show_number(number, slow), None)
    assert repr(number) == repr(number_look(f" {value}", slow, False)[2])  # not plain, so worked out the long way
