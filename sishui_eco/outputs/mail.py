"""Mail drafts that open unsent in Outlook and Foxmail, with the letter and the marked copies attached."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote

from sishui_eco.outputs.letters.choosing import LetterPlan
from sishui_eco.outputs.letters.letter import sealed_names
from sishui_eco.outputs.letters.wording import again_moment, full_date, labels, say, table
from sishui_eco.outputs.packaging import COUNTY_ZONE
from sishui_eco.spec.campaign import Campaign

_WORD_BYTES = 45  # of UTF-8 in one encoded word: 60 characters of base64
_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".xls": "application/vnd.ms-excel",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes along with a letter, and what the unit is told of it beside its name."""

    name: str
    content: bytes
    told: str = ""


def write_mail_draft(
    plan: LetterPlan,
    letter: bytes,
    letter_name: str,
    sendbacks: Sequence[Attachment],
    campaign: Campaign,
    moment: datetime,
) -> bytes:
    """Return the .eml as bytes; same inputs, same bytes. The addressee is left for the office to fill in."""
    attached = [Attachment(name=letter_name, content=letter), *sendbacks]
    unit = campaign.unit_name(plan.unit_id)
    subject = say("mail.subject", kind=plan.title, heading=plan.heading, unit=unit)
    text = body_text(plan, attached, campaign, moment)
    digest = hashlib.sha256("\0".join([subject, text]).encode("utf-8"))
    for item in attached:
        digest.update(item.name.encode("utf-8") + b"\0" + hashlib.sha256(item.content).digest())
    mark = digest.hexdigest()
    aware = moment if moment.tzinfo else moment.replace(tzinfo=COUNTY_ZONE)
    lines = [
        "X-Unsent: 1",
        "To: ",
        f"Subject: {encoded_words(subject, len('Subject: '))}",
        f"Date: {format_datetime(aware)}",
        f"Message-ID: <{mark[:32]}@sishui-eco.invalid>",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/mixed; boundary="eco-{mark[32:]}"',
        "",
        "",
    ]
    parts = [_text_part(text), *(_file_part(item.name, item.content) for item in attached)]
    divider = f"--eco-{mark[32:]}"
    body = "".join(f"{divider}\r\n{part}\r\n" for part in parts)
    return ("\r\n".join(lines) + body + f"{divider}--\r\n").encode("ascii")


def body_text(plan: LetterPlan, attached: Sequence[Attachment], campaign: Campaign, moment: datetime) -> str:
    """Return the text of the mail: what is owed, by when, and what each attachment is."""
    joint = str(table("joint"))
    what = [
        say(f"what.{key}", items=items, address=campaign.office.address)
        for key, items in (
            ("missing", labels(plan.missing, campaign)),
            ("mend", labels(plan.mend, campaign)),
            ("check", labels(plan.check, campaign)),
            ("seal", joint.join(sealed_names(plan, campaign))),
        )
        if items
    ]
    what += [say("what.unread", name=name, why=why, remedy=remedy) for name, why, remedy in plan.unread]
    return say(
        "mail.body",
        unit=joint.join(campaign.unit_name(unit_id) for unit_id in plan.unit_ids or (plan.unit_id,)),
        kind=plan.title,
        what="".join(what),
        again=again_moment(plan.due_again, campaign),
        email=campaign.office.email,
        files="\n".join(_file_line(at, item) for at, item in enumerate(attached, 1)),
        contact=campaign.office.contact,
        phone=campaign.office.phone,
        signature=campaign.office.signature,
        today=full_date(moment.date()),
    )


def _file_line(number: int, item: Attachment) -> str:
    key = "file_told" if item.told else "file_line"
    return say(f"mail.{key}", number=number, name=item.name, told=item.told)


def _text_part(text: str) -> str:
    content = _base64(text.replace("\n", "\r\n").encode("utf-8"))
    return f'Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n{content}'


def _file_part(name: str, content: bytes) -> str:
    """Return an attachment, its name both ways: encoded words for old readers, RFC 2231 for the others."""
    ending = "." + name.rsplit(".", 1)[-1].lower()
    kind = _TYPES.get(ending, "application/octet-stream")
    return (
        f'Content-Type: {kind};\r\n name="{encoded_words(name, 7)}"\r\n'
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment;\r\n filename*=UTF-8''{quote(name, safe='')}\r\n\r\n{_base64(content)}"
    )


def encoded_words(text: str, used: int = 0) -> str:
    """Return a header text as encoded words (RFC 2047), folded, cut between characters."""
    if text.isascii():
        return text.replace("\r", " ").replace("\n", " ")
    pieces: list[bytes] = [b""]
    room = _WORD_BYTES - max(0, used - 3)
    for char in text:
        data = char.encode("utf-8", "replace")
        if len(pieces[-1]) + len(data) > room:
            pieces.append(b"")
            room = _WORD_BYTES
        pieces[-1] += data
    return "\r\n ".join(f"=?UTF-8?B?{base64.b64encode(piece).decode('ascii')}?=" for piece in pieces)


def _base64(content: bytes) -> str:
    text = base64.b64encode(content).decode("ascii")
    return "\r\n".join([text[at : at + 76] for at in range(0, len(text), 76)])
