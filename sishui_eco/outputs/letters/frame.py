"""What every letter has above and below its body: number, title, addressee, annexes, signature, date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from msgspec.structs import replace

from sishui_eco.outputs.letters.blocks import (
    ADDRESSEE,
    ANNEX_LABEL,
    ANNEX_TITLE,
    BLANK,
    BODY,
    COPIES,
    DATE,
    ENCLOSURE,
    NOTE,
    SIGNATURE,
    TITLE,
    Block,
    Paragraph,
    Table,
)
from sishui_eco.outputs.letters.page import ACROSS, PAGE_TEXT
from sishui_eco.outputs.letters.styles import PITCH
from sishui_eco.outputs.letters.titles import split_title
from sishui_eco.outputs.letters.wording import full_date, lines_of, say, setting, table, width
from sishui_eco.spec.campaign import Campaign

SEAL_INDENT = 4.0  # characters right of the date when the letter is sealed
PLAIN_INDENT = 2.0
TITLE_POINTS = 32.0
SHORT_LINE = 6.0  # characters: a closing phrase
PITCHES = (PITCH, 568, 560, 550, 540, 530, 520, 515)  # twips; practice is 26 to 30 points


def title_blocks(heading: str, campaign: Campaign) -> list[Block]:
    """Return the title's lines, broken in a good shape."""
    words = (campaign.region, *(form.title for form in campaign.forms))
    return [Paragraph(style=TITLE, text=line) for line in split_title(heading, words=words)]


def top(number: Block, heading: str, addressee: str, campaign: Campaign) -> list[Block]:
    """Return everything above the body of a letter: number, two lines, title, one line, addressee."""
    return [
        number,
        BLANK,
        BLANK,
        *title_blocks(heading, campaign),
        BLANK,
        *([Paragraph(style=ADDRESSEE, text=addressee)] if addressee else []),
    ]


def top_of_document(heading: str, addressee: str, campaign: Campaign) -> list[Block]:
    """Return title and addressee of the ordinary form: two lines below the red line, one line between."""
    return top(BLANK, heading, addressee, campaign)[1:]


def enclosures(names: Sequence[str]) -> list[Block]:
    """Return the list of annexes below the body, names aligned with one another."""
    if not names:
        return []
    if len(names) == 1:
        return [
            Paragraph(keep=True),
            Paragraph(style=ENCLOSURE, text=say("parts.enclosure_one", name=names[0]), left=5, hanging=3, keep=True),
        ]
    lines: list[Block] = [Paragraph(keep=True)]
    for at, name in enumerate(names, 1):
        key = "enclosure_first" if at == 1 else "enclosure_next"
        indent = 4.0 if at == 1 else 1.0
        text = say(f"parts.{key}", name=name, number=at)
        lines.append(Paragraph(style=ENCLOSURE, text=text, left=6, hanging=indent, keep=True))
    return lines


def signature(name: str, day: date, *, sealed: bool, blanks: int = 1) -> list[Block]:
    """Return signature and date where they belong.

    Sealed: the date four characters from the right, the signature centred over it; a signature too long
    for that stands at the right edge, the date centred under it. Without seal: the signature two
    characters from the right, the date two characters right of where the signature begins.
    """
    dated = Paragraph(style=DATE, text=full_date(day))
    lines = split_title(name, ACROSS - PLAIN_INDENT) if width(name) > ACROSS else (name,)
    widest, date_width = max(width(line) for line in lines), width(dated.text)
    room = max(0.0, ACROSS - widest)
    if sealed:
        date_right = SEAL_INDENT
        right = date_right + (date_width - widest) / 2
        if right < 0:
            right = min(1.0, room)
            date_right = right + (widest - date_width) / 2
        dated = replace(dated, right=date_right)
    else:
        right = min(PLAIN_INDENT, room)
        begin = ACROSS - right - widest + PLAIN_INDENT
        if begin + date_width <= ACROSS - PLAIN_INDENT:
            dated = replace(dated, left=begin, align="left")
        else:
            dated = replace(dated, right=PLAIN_INDENT)
            right = max(right, min(room, date_width + PLAIN_INDENT + PLAIN_INDENT - widest))
    space: list[Block] = [Paragraph(keep=True)] * blanks
    signed = [Paragraph(style=SIGNATURE, text=line, right=right + (widest - width(line)) / 2) for line in lines]
    return [*space, *signed, dated]


def contact(campaign: Campaign) -> list[Block]:
    """Return the note below the date that names whom to ask."""
    office = campaign.office
    return [Paragraph(style=NOTE, text=say("parts.contact", contact=office.contact, phone=office.phone))]


def copies(campaign: Campaign, *, bottom: bool = False) -> list[Block]:
    """Return the line of those who get a copy, when the settings name any; `bottom` puts it at the page's foot."""
    units = setting("copies", campaign)
    text = say("parts.copies", units=units)
    return [Paragraph(style=COPIES, text=text, left=4, right=1, hanging=3, bottom=bottom)] if units else []


def annexes(found: Sequence[tuple[str, Sequence[Block]]], count: int, first: int = 1) -> list[Block]:
    """Return the annexes that are printed with a letter, each on a page of its own.

    `count` is how many annexes the letter has in all, `first` the number of the first of these.
    """
    blocks: list[Block] = []
    for at, (heading, content) in enumerate(found, first):
        label = say("parts.annex_label_number", number=at) if count > 1 else say("parts.annex_label")
        blocks += [Paragraph(style=ANNEX_LABEL, text=label, new_page=True), BLANK]
        blocks += [Paragraph(style=ANNEX_TITLE, text=line) for line in split_title(heading)]
        blocks += [BLANK, *content]
        if content and isinstance(content[-1], Table):
            blocks.append(Paragraph(tiny=True))
    return blocks


def kept(blocks: Sequence[Block]) -> list[Block]:
    """Return the body with its end bound to what follows: no signature on a page alone, nor with one short line."""
    found = list(blocks)
    for at in range(len(found) - 1, -1, -1):
        block = found[at]
        if not isinstance(block, Paragraph):
            break
        found[at] = replace(block, keep=True)
        if _lines(block) > 1:
            break
    return found


def drawn_in(blocks: Sequence[Block]) -> list[Block]:
    """Return the body with a short closing line drawn into the paragraph above it: one line less."""
    *rest, above, last = blocks if len(blocks) > 1 else (*blocks, None, None)
    if not (isinstance(above, Paragraph) and isinstance(last, Paragraph) and above.style == last.style == BODY):
        return list(blocks)
    if width(last.text) > SHORT_LINE:
        return list(blocks)
    return [*rest, replace(above, text=above.text + last.text)]


def fitted(
    pages: Sequence[Sequence[Block]], otherwise: Callable[[], Sequence[Block]], room: float = PAGE_TEXT
) -> tuple[Sequence[Block], int]:
    """Return the first of these versions of a page that fits one sheet, with the widest line pitch (twips).

    The standard pitch is tried on all versions before a narrower one, and all that before the version that
    `otherwise` makes; when nothing fits, the first version at the standard pitch runs over as many pages as it needs.
    """
    found = _closest(pages, room)
    return found or _closest([otherwise()], room) or (pages[0], PITCH)


def _closest(pages: Sequence[Sequence[Block]], room: float) -> tuple[Sequence[Block], int] | None:
    sizes: dict[int, tuple[float, int]] = {}
    for pitch in PITCHES:
        for at, page in enumerate(pages):
            if at not in sizes:  # the first mostly fits
                sizes[at] = _size(page)
            points, lines = sizes[at]
            if points + lines * pitch / 20 <= room:
                return page, pitch
    return None


def _size(blocks: Sequence[Block]) -> tuple[float, int]:
    """Return what paragraphs take, by counting characters: points of fixed height, lines of the body's pitch."""
    points, lines = 0.0, 0
    for block in blocks:
        if isinstance(block, Table):
            return float("inf"), 0
        if block.style == TITLE:
            points += TITLE_POINTS
        else:
            lines += _lines(block)
    return points, lines


def _lines(block: Paragraph) -> int:
    taken = (block.left or 0.0) + (block.right or 0.0)
    if block.style in (ENCLOSURE, COPIES):
        return lines_of(block.text, ACROSS - taken)
    first = 0.0 if block.style in (ADDRESSEE, SIGNATURE, DATE) else 2.0
    return lines_of(block.lead + block.text, ACROSS - taken, first)


def share(part: int, whole: int) -> str:
    """Return a percentage with at most one decimal, halves rounded up."""
    tenths = (2000 * part + whole) // (2 * whole) if whole else 0
    value = f"{tenths // 10}.{tenths % 10}" if tenths % 10 else str(tenths // 10)
    return say("circular.percent", value=value)


def joined(texts: Sequence[str]) -> str:
    return str(table("joint")).join(texts)
