"""Whether a picture plausibly shows a round red seal: evidence for people, never a proof.

Pillow is an optional extra (`images`); without it nothing is looked at and nothing is said.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Iterator
from typing import Any

LARGEST_FILE = 30_000_000  # bytes
LARGEST_PICTURE = 20_000_000  # pixels
MOST_PICTURES = 8  # looked at in one file
SIDE = 300  # pixels of the longer side after shrinking: a 4 cm seal on A4 is then some 40 across
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP")
SMALLEST = 10  # pixels across; what is smaller is a dot
ROUND = (0.8, 1.25)  # width by height
GAP = 2  # pixels between two red dots of one mark
REDDEST = (110, 45)  # least red, and least lead of red over green and blue
MOST_RED = 0.45  # share of a picture that may be red; more is a red area, not a seal
SECTORS = 36
COVERED = 0.7  # share of the sectors in which the ring is seen
OUTSIDE = 0.04  # largest share of red beyond the ring, where a square would have its corners

Spot = tuple[int, int]


def red_round(data: bytes) -> bool | None:
    """Return whether a picture plausibly shows a round red seal, None when it could not be looked at."""
    if not data or len(data) > LARGEST_FILE:
        return None
    try:
        from PIL import Image
    except ImportError:
        return None
    try:
        pixels, size = _red_pixels(Image, data)
    except Exception:  # decoders of untrusted pictures fail in many ways; a failure says nothing
        return None
    if len(pixels) > MOST_RED * size[0] * size[1]:
        return False
    return any(_is_ring(mark) for mark in _marks(pixels, size))


def any_red_round(pictures: Iterable[bytes]) -> int | None:
    """Return how many of a file's pictures plausibly show a seal, None when none could be looked at."""
    answers = [red_round(data) for data, _ in zip(pictures, range(MOST_PICTURES), strict=False)]
    looked = [answer for answer in answers if answer is not None]
    return sum(looked) if looked else None


def _red_pixels(library: Any, data: bytes) -> tuple[set[Spot], tuple[int, int]]:
    with library.open(io.BytesIO(data), formats=FORMATS) as picture:
        if picture.width * picture.height > LARGEST_PICTURE:
            raise ValueError("too large")
        picture.draft("RGB", (SIDE, SIDE))
        shown = picture.convert("RGBA")
    shown.thumbnail((SIDE, SIDE))
    paper = library.new("RGBA", shown.size, (255, 255, 255, 255))
    paper.alpha_composite(shown)
    content = paper.convert("RGB").tobytes()
    width, height = shown.size
    least, lead = REDDEST
    found = {
        (at // 3 % width, at // 3 // width)
        for at in range(0, len(content), 3)
        if content[at] >= least and content[at] - max(content[at + 1], content[at + 2]) >= lead
    }
    return found, (width, height)


def _marks(pixels: set[Spot], size: tuple[int, int]) -> Iterator[list[Spot]]:
    """Return groups of red pixels that lie within `GAP` of one another, those of a plausible extent."""
    left = set(pixels)
    near = [(dx, dy) for dx in range(-GAP, GAP + 1) for dy in range(-GAP, GAP + 1) if dx or dy]
    for start in sorted(pixels):
        if start not in left:
            continue
        left.discard(start)
        group, at = [start], 0
        while at < len(group):
            x, y = group[at]
            at += 1
            for dx, dy in near:
                spot = (x + dx, y + dy)
                if spot in left:
                    left.discard(spot)
                    group.append(spot)
        width, height = _extent(group)[2:]
        if min(width, height) >= SMALLEST and width < max(size) and ROUND[0] <= width / height <= ROUND[1]:
            yield group


def _extent(group: list[Spot]) -> tuple[float, float, int, int]:
    """Return centre, width and height of a group."""
    left, right = min(x for x, _ in group), max(x for x, _ in group)
    top, bottom = min(y for _, y in group), max(y for _, y in group)
    return (left + right) / 2, (top + bottom) / 2, right - left + 1, bottom - top + 1


def _is_ring(group: list[Spot]) -> bool:
    """Whether red is seen all around at the edge of a circle, and hardly any beyond it."""
    across, down, width, height = _extent(group)
    sectors: set[int] = set()
    beyond = 0
    for x, y in group:
        dx, dy = (x - across) / (width / 2), (y - down) / (height / 2)
        distance = math.hypot(dx, dy)
        if distance > 1.1:
            beyond += 1
        elif distance >= 0.8:
            sectors.add(int((math.atan2(dy, dx) + math.pi) / (2 * math.pi) * SECTORS) % SECTORS)
    return len(sectors) >= COVERED * SECTORS and beyond <= OUTSIDE * len(group)
