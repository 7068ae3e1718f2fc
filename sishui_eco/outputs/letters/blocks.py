"""A letter before it is Word: paragraphs and tables in order, each with the style it takes."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

BODY, NUMBER, TITLE, ADDRESSEE = "Normal", "EcoNumber", "EcoTitle", "EcoAddressee"
HEAD, LEVEL1, LEVEL2, ENCLOSURE = "EcoHead", "EcoLevel1", "EcoLevel2", "EcoEnclosure"
SIGNATURE, DATE, NOTE, COPIES = "EcoSignature", "EcoDate", "EcoNote", "EcoCopies"
ANNEX_LABEL, ANNEX_TITLE, CELL = "EcoAnnexLabel", "EcoAnnexTitle", "EcoCell"
CELL_DENSE, CELL_HEAD = "EcoCellDense", "EcoCellHead"


class Paragraph(msgspec.Struct, frozen=True, kw_only=True):
    """One paragraph. `lead` is a first piece in the second level's type; indents count characters.

    `keep` keeps it with the next; `new_page` starts a page with it.
    """

    style: str = BODY
    text: str = ""
    lead: str = ""
    left: float | None = None
    hanging: float | None = None
    right: float | None = None
    align: str = ""  # when not the style's
    keep: bool = False
    new_page: bool = False
    bottom: bool = False  # at the foot of the type area of the page that the next paragraph stands on
    tiny: bool = False  # as good as no height: Word wants a paragraph after a table


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """A table with one heading row; `widths` are percentages of the type area; `centred` are column indices."""

    columns: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    centred: tuple[int, ...] = ()
    dense: bool = False  # one line a row, so that a roster fits on a page


Block: TypeAlias = Paragraph | Table
BLANK = Paragraph()
