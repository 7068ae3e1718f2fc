"""A red round mark on a page of a scanned PDF."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pytest

from sishui_eco.examining import examine_arrival
from sishui_eco.intake.receive import expand
from sishui_eco.reading.scans import red_round_in_scan
from sishui_eco.spec.settings import default_campaign

Image = pytest.importorskip("PIL.Image", reason="Pillow is an optional extra")
ImageDraw = pytest.importorskip("PIL.ImageDraw")


def page(seal: bool) -> bytes:
    """Return a scanned page as a JPEG, with a seal or without."""
    paper: Any = Image.new("RGB", (827, 1169), (250, 250, 248))
    pen: Any = ImageDraw.Draw(paper)
    for line in range(120, 800, 40):
        pen.line((90, line, 740, line), fill=(40, 40, 40), width=3)
    if seal:
        pen.ellipse((500, 850, 660, 1010), outline=(214, 40, 46), width=7)
    target = io.BytesIO()
    paper.save(target, "JPEG", quality=70)
    return target.getvalue()


def scan(*pages: bytes, line: bytes = b"\n") -> bytes:
    """Return a PDF as a scanner writes it: one picture a page."""
    parts = [b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"]
    for number, picture in enumerate(pages, start=2):
        head = b"%d 0 obj\n<< /Subtype /Image /Filter /DCTDecode /Length %d >>\nstream" % (number, len(picture))
        parts.append(head + line + picture + b"\nendstream\nendobj\n")
    return b"".join(parts) + b"trailer\n<< /Root 1 0 R >>\n%%EOF\n"


PLAIN, SEALED = page(False), page(True)


@pytest.mark.parametrize("line", [b"\n", b"\r\n"])
def test_a_seal_is_seen_on_the_first_and_on_the_last_page(line: bytes) -> None:
    assert red_round_in_scan(scan(SEALED, *[PLAIN] * 11, line=line)) is True
    assert red_round_in_scan(scan(*[PLAIN] * 11, SEALED, line=line)) is True
    assert red_round_in_scan(scan(PLAIN, PLAIN, line=line)) is False


def test_nothing_is_said_of_what_cannot_be_looked_at() -> None:
    assert red_round_in_scan(b"%PDF-1.4\n") is None
    assert red_round_in_scan(scan(b"x\x9c\x03\x00\x00\x00\x00\x01")) is None
    assert red_round_in_scan(scan(SEALED[:400])) is None
    assert red_round_in_scan(b"%PDF-1.4" + b"stream\n\xff\xd8\xff" * 100_000) is None


@pytest.mark.parametrize(("content", "seen"), [(scan(SEALED), True), (scan(PLAIN), False), (b"%PDF-1.4\n", None)])
def test_a_run_notes_the_mark_of_a_scan(content: bytes, seen: bool | None) -> None:
    (received,) = expand("星村镇附件4盖章件.pdf", content, datetime(2023, 7, 20))
    understood = examine_arrival(received.arrival, default_campaign())
    assert (understood.verdict.value, understood.red_round) == ("supporting", seen)
    assert ("圆形红色印记" in understood.evidence) is (seen is not None)
