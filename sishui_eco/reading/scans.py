"""The pictures of a scanned PDF: a scanner writes each page as one JPEG, which stands in the file as it is."""

from __future__ import annotations

from collections.abc import Iterator

from sishui_eco.reading.seals import red_round

_BEGIN, _END, _JPEG = b"stream", b"endstream", b"\xff\xd8\xff"
_LOOKED_AT = 4  # from the beginning and from the end: a seal stands on the first page or on the last
_STREAMS = 20_000


def red_round_in_scan(content: bytes) -> bool | None:
    """Return whether a page of a scan plausibly shows a round red seal, None when no page could be looked at.

    Nothing is drawn and nothing is inflated: a PDF of text, a locked one and one with pages in another
    coding show no picture here, and None is all that is said of them.
    """
    places = list(_pictures(content))
    if len(places) > 2 * _LOOKED_AT:
        places = places[:_LOOKED_AT] + places[-_LOOKED_AT:]
    answers = [red_round(content[start:end]) for start, end in places]
    if True in answers:
        return True
    return False if False in answers else None


def _pictures(content: bytes) -> Iterator[tuple[int, int]]:
    """Yield where JPEG streams begin and end; one pass, however broken the file is."""
    position = 0
    for _ in range(_STREAMS):
        start = content.find(_BEGIN, position)
        if start < 0:
            return
        start += len(_BEGIN)
        start += 2 if content[start : start + 2] == b"\r\n" else 1
        end = content.find(_END, start)
        end = len(content) if end < 0 else end
        if content.startswith(_JPEG, start):
            yield start, end
        position = end + len(_END)
