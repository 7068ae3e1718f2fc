"""A round red mark on a picture is evidence for people; nothing is ever called genuine."""

from __future__ import annotations

import io
import sys

import pytest
from openpyxl.drawing.image import Image as SheetImage
from planted_blanks import campaign, clean_content, examine, open_book
from planted_river import make_river, texts_of

from sishui_eco.reading.seals import any_red_round, red_round

Image = pytest.importorskip("PIL.Image")
ImageDraw = pytest.importorskip("PIL.ImageDraw")
RED, BLACK = (205, 40, 45), (30, 30, 30)


def page(draw_on, *, size=(1240, 1754), form="PNG", paper=(250, 250, 248), turn=0) -> bytes:
    """Return a scan of A4 at 150 dots with lines of text and what `draw_on` adds."""
    picture = Image.new("RGB", size, paper)
    pen = ImageDraw.Draw(picture)
    for y in range(150, 1400, 60):
        pen.rectangle((120, y, 1100, y + 14), fill=BLACK)
    draw_on(pen)
    if turn:
        picture = picture.rotate(turn, fillcolor=paper)
    buffer = io.BytesIO()
    picture.save(buffer, form, **({"quality": 60} if form == "JPEG" else {}))
    return buffer.getvalue()


def ring(pen, x=850, y=1450, radius=118, colour=RED, width=9) -> None:
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), outline=colour, width=width)
    star = [(x, y - 45), (x + 40, y + 35), (x - 45, y - 12), (x + 45, y - 12), (x - 40, y + 35)]
    pen.polygon(star, fill=colour)


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_round_red_seal_on_a_scan_is_seen(form) -> None:
    assert red_round(page(ring, form=form)) is True


def test_a_slanted_pale_seal_over_text_is_seen() -> None:
    assert red_round(page(lambda pen: ring(pen, y=1300, colour=(226, 120, 118)), form="JPEG", turn=4)) is True


def test_no_red_is_no_seal() -> None:
    assert red_round(page(lambda pen: ring(pen, colour=BLACK))) is False


def test_a_red_letterhead_is_no_seal() -> None:
    def heading(pen) -> None:
        pen.rectangle((200, 60, 1040, 120), fill=RED)
        pen.rectangle((120, 135, 1120, 140), fill=RED)

    assert red_round(page(heading)) is False


def test_a_red_square_is_no_seal() -> None:
    assert red_round(page(lambda pen: pen.rectangle((730, 1330, 970, 1570), outline=RED, width=10))) is False
    assert red_round(page(lambda pen: pen.rectangle((730, 1330, 970, 1570), fill=RED))) is False


def test_half_a_ring_is_no_seal() -> None:
    assert red_round(page(lambda pen: pen.arc((730, 1330, 970, 1570), 0, 180, fill=RED, width=10))) is False


def test_what_is_no_picture_says_nothing() -> None:
    assert red_round(b"") is None
    assert red_round(b"%PDF-1.7 no picture") is None
    assert red_round(page(ring)[:400]) is None


def test_pictures_of_a_file_are_counted() -> None:
    plain = page(lambda pen: None)
    assert any_red_round([page(ring), plain]) == 1
    assert any_red_round([plain]) == 0
    assert any_red_round([b"junk"]) is None


def test_without_the_optional_library_nothing_is_said(monkeypatch) -> None:
    content = page(ring)
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert red_round(content) is None


def sealed_book(content: bytes) -> bytes:
    book = open_book("U10", clean_content("U10"))
    picture = SheetImage(io.BytesIO(content))
    picture.width, picture.height = 200, 280
    book.forms["annex4"].sheet.add_image(picture, "J28")
    return book.content()


@pytest.mark.parametrize(("draw_on", "rounds"), [(ring, 1), (lambda pen: None, 0)])
def test_a_picture_in_the_workbook_is_looked_at(draw_on, rounds) -> None:
    understood = examine(sealed_book(page(draw_on)))
    assert [(item.pictures, item.red_rounds) for item in understood.submissions] == [(1, rounds)] * 3


def test_a_workbook_without_pictures_says_nothing_of_seals() -> None:
    assert {item.red_rounds for item in examine(clean_content("U10")).submissions} == {None}


def test_people_are_shown_what_was_seen_and_never_told_that_it_is_genuine(tmp_path) -> None:
    river = make_river(tmp_path, {"住建局.xlsx": clean_content("U10"), "财政局.xlsx": clean_content("U06")})
    river.put("县住房城乡建设局/附件4盖章件.jpg", page(ring, form="JPEG"))
    river.put("县财政局/附件4盖章件.png", page(lambda pen: None))
    outcome = river.collect()
    seals = {item.unit_id: item.evidence for item in outcome.reviews if item.subject == "公章"}
    assert seals["U10"] == "随件有“附件4盖章件.jpg”（其中 1 张有圆形红色印记，真伪请核对原件）"
    assert seals["U06"] == "随件有“附件4盖章件.png”（没有看到圆形红色印记）"
    shown = texts_of(river.summary(), "人工复核")
    assert seals["U10"] in shown and seals["U06"] in shown
    assert "建设内容是否详实具体" in shown and "主要负责人签字" in shown
    lines = {line.arrival.name: line.evidence for line in outcome.arrivals}
    assert lines["附件4盖章件.jpg"].endswith("图上有圆形红色印记，真伪请核对原件")
    assert campaign().unit_name("U10") in shown
