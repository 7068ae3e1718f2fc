"""Tables that units return in Word: every fault of facts/formats.md §2.4 is seen right."""

from __future__ import annotations

import io
import zipfile

from sishui_eco.model.arrival import FileKind
from sishui_eco.model.grid import Merge
from tests.reading.reading_packages import (
    WORD,
    deflated,
    drawn,
    read_as,
    refusal,
    relations,
    sheet,
    word_file,
    workbook,
)


def p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def tc(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr>{properties}{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def grids(body: str) -> list[str]:
    return [f"{grid.name}: {drawn(grid)}" for grid in read_as(word_file(body), FileKind.DOCX).grids]


def one(body: str) -> str:
    return drawn(read_as(word_file(body), FileKind.DOCX).grids[0])


def test_tables_in_order_and_the_text_last() -> None:
    body = p("标题") + tbl(tr(tc("甲"), tc("乙"))) + p("") + tbl(tr(tc("丙"))) + p("无重点工程项目提报")
    assert grids(body) == ["表格1: A1=甲 B1=乙", "表格2: A1=丙", "正文: A1=标题\nA3=无重点工程项目提报"]


def test_insertions_are_in_and_deletions_out() -> None:
    cell = (
        "<w:tc><w:p><w:ins><w:r><w:t>新增</w:t></w:r></w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t>移来</w:t></w:r></w:moveTo></w:p></w:tc>"
    )
    assert one(tbl(tr(cell))) == "A1=新增移来"


def test_deleted_rows_are_gone() -> None:
    deleted = tr(tc("删"), properties="<w:trPr><w:del/></w:trPr>")
    assert one(tbl(tr(tc("一")), deleted, tr(tc("二")))) == "A1=一\nA2=二"


def sdt(content: str) -> str:
    return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def test_content_controls_are_looked_through_at_every_level() -> None:
    inline = f"<w:tc><w:p>{sdt('<w:r><w:t>行内</w:t></w:r>')}</w:p></w:tc>"
    block = f"<w:tc>{sdt(p('块'))}</w:tc>"
    assert one(tbl(tr(inline, block, sdt(tc("格")), tc("末")), sdt(tr(tc("行"))))) == "A1=行内 B1=块 C1=格 D1=末\nA2=行"
    assert one(sdt(tbl(tr(tc("整表"))))) == "A1=整表"


def test_spans_across_and_down() -> None:
    restart, carry = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    body = tbl(
        tr(tc("序号", restart), tc("投资", '<w:gridSpan w:val="2"/>')),
        tr(tc("", carry), tc("中央"), tc("地方")),
        tr(tc("藏", carry), tc("1"), tc("2")),
    )
    grid = read_as(word_file(body), FileKind.DOCX).grids[0]
    assert drawn(grid) == "A1=序号 B1=投资\nB2=中央 C2=地方\nB3=1 C3=2"
    assert sorted(grid.merges, key=str) == [Merge(1, 1, 3, 1), Merge(1, 2, 1, 3)]
    assert {place: cell.text for place, cell in grid.covered.items()} == {(3, 1): "藏"}


def test_merge_continued_from_nowhere_and_span_zero() -> None:
    body = tbl(tr(tc("首", "<w:vMerge/>"), tc("零", '<w:gridSpan w:val="0"/>'), tc("后")))
    assert one(body) == "A1=首 B1=零 C1=后"


def test_grid_before_shifts_the_row() -> None:
    body = tbl(tr(tc("一"), tc("二")), tr(tc("缩进"), properties='<w:trPr><w:gridBefore w:val="1"/></w:trPr>'))
    assert one(body) == "A1=一 B1=二\nB2=缩进"


def test_nested_tables_follow_their_parent() -> None:
    inner = f"<w:tc>{p('外')}{tbl(tr(tc('内1'), tc('内2')))}{p('')}</w:tc>"
    assert grids(tbl(tr(inner, tc("旁"))))[:2] == ["表格1: A1=外 B1=旁", "表格1内嵌1: A1=内1 B1=内2"]


def test_breaks_tabs_symbols_and_links() -> None:
    run = '<w:r><w:t>一</w:t><w:br/><w:t>二</w:t><w:tab/><w:sym w:font="Wingdings" w:char="F0FE"/><w:noBreakHyphen/></w:r>'
    link = '<w:hyperlink r:id="x"><w:r><w:t>网址</w:t></w:r></w:hyperlink>'
    smart = "<w:smartTag><w:r><w:t>济宁</w:t></w:r></w:smartTag>"
    field = "<w:r><w:instrText>PAGE</w:instrText></w:r>"
    assert one(tbl(tr(f"<w:tc><w:p>{run}{link}{smart}{field}</w:p></w:tc>"))) == "A1=一\n二\t√-网址济宁"


def test_paragraphs_of_a_cell_are_lines_and_text_boxes_are_read() -> None:
    box = '<w:r><w:pict><w:txbxContent xmlns:v="v">' + p("框内") + "</w:txbxContent></w:pict></w:r>"
    assert one(tbl(tr(f"<w:tc>{p('甲')}{p('乙')}<w:p>{box}</w:p></w:tc>"))) == "A1=甲\n乙\n\n框内"
    assert grids(f"<w:p>{box}</w:p>") == ["正文: A2=框内"]


def test_comments_pictures_and_struck_cells() -> None:
    extra = {
        "word/_rels/document.xml.rels": relations(("c", "comments", "comments.xml"), ("i", "image", "media/i.png")),
        "word/comments.xml": f'<w:comments {WORD}><w:comment w:id="4">{p("请核实")}</w:comment></w:comments>',
        "word/media/i.png": b"seal",
    }
    drawing = '<w:r><w:drawing xmlns:a="a"><a:blip r:embed="i"/></w:drawing></w:r>'
    cell = (
        '<w:tc><w:p><w:r><w:rPr><w:strike/></w:rPr><w:t>作废</w:t></w:r><w:r><w:commentReference w:id="4"/></w:r>'
        f"{drawing}</w:p></w:tc>"
    )
    document = read_as(word_file(tbl(tr(tc("a"), cell)), extra), FileKind.DOCX)
    grid = document.grids[0]
    assert grid.comments == {(1, 2): "请核实"}
    assert [(picture.row, picture.column) for picture in grid.pictures] == [(1, 2)]
    assert (grid.cells[(1, 1)].struck, grid.cells[(1, 2)].struck) == (False, True)
    assert document.pictures == 1


def test_broken_relations_and_strict_documents_are_read() -> None:
    extra = {"word/_rels/document.xml.rels": relations(("a", "image", "NULL"), ("b", "hyperlink", "#_Toc1"))}
    assert drawn(read_as(word_file(p("正文"), extra), FileKind.DOCX).grids[-1]) == "A1=正文"


def test_strict_document_is_read() -> None:
    with zipfile.ZipFile(io.BytesIO(word_file(tbl(tr(tc("严格")))))) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    strict = {
        name: data.replace(
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/w"
        ).replace("http://schemas.openxmlformats.org/officeDocument/2006", "http://purl.oclc.org/ooxml/officeDocument")
        for name, data in parts.items()
    }
    assert "purl" in strict["_rels/.rels"]
    assert drawn(read_as(deflated(strict), FileKind.DOCX).grids[0]) == "A1=严格"


def test_a_workbook_named_word_is_refused_by_name() -> None:
    assert refusal(b"<html>", FileKind.DOCX) == "R102"
    assert refusal(workbook(sheet("")), FileKind.DOCX) == "R103"
