"""The ordinary form of an official document (notice, circular): red head, number, red line as wide as the text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sishui_eco.outputs.letters import frame
from sishui_eco.outputs.letters.blocks import Block, Paragraph
from sishui_eco.outputs.letters.page import face_of
from sishui_eco.outputs.letters.rendering import Rendered
from sishui_eco.outputs.letters.wording import default, say, setting
from sishui_eco.outputs.letters.writing import write_document
from sishui_eco.spec.campaign import Campaign


def write_official(
    text: Rendered,
    enclosed: Sequence[str],
    annexes: Sequence[Block],
    campaign: Campaign,
    moment: datetime,
    product: str,
) -> bytes:
    """Return a document in the ordinary form as docx; number left open, no seal drawn."""
    number = say("parts.notice_number", year=moment.year)
    sealed = setting("sealed", campaign) != default("no")
    top: list[Block] = [
        Paragraph(style="EcoFileHead", text=say("parts.file_head", issuer=campaign.office.issuer)),
        Paragraph(),
        Paragraph(),
        Paragraph(style="EcoFileNumber", text=number),
        *frame.top_of_document(text.title, text.addressee, campaign),
        *frame.kept(text.body),
    ]
    tail = frame.enclosures(enclosed)
    signed = frame.signature(campaign.office.signature, moment.date(), sealed=sealed, blanks=2 if sealed else 1)
    return write_document(
        [*top, *tail, *signed, *frame.contact(campaign), *frame.copies(campaign), *annexes],
        face=face_of(campaign),
        section="document",
        product=product,
        title=text.title,
        moment=moment,
    )
