"""Saved mails and mailboxes: attachments, sender, time and text."""

from __future__ import annotations

import html
import re
from datetime import datetime
from email.utils import mktime_tz, parsedate_tz

from sishui_eco.intake.limits import Budget, ContainerFault, Limits
from sishui_eco.intake.listing import COUNTY_TIME
from sishui_eco.intake.mail_headers import attachment_name, header_text
from sishui_eco.intake.member import Member, Opened, without_clashes
from sishui_eco.intake.mime import MimePart, decoded_body, parse_mail
from sishui_eco.intake.names import clean_name, decode_text
from sishui_eco.intake.sniffing import sniff
from sishui_eco.model.arrival import FileKind, MailContext
from sishui_eco.zh import load_table, word

_NESTED_MAILS = frozenset({"message/rfc822", "message/global", "message/news"})
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_REPORTS = frozenset({"message/delivery-status", "message/disposition-notification", "text/rfc822-headers"})
_MBOX_LINE = re.compile(rb"(?m)(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\r\n]{0,200}\d{1,2}:\d{2}[^\r\n]{0,40}\r?\n")


def open_eml(content: bytes, budget: Budget) -> Opened:
    """Return the attachments of a mail, with sender, subject, time and text.

    Findings: A110, A111, A112 by way of ContainerFault; notice A301 for attachments left on a server.
    """
    limits = budget.limits
    tree = parse_mail(content, limits)
    leaves = list(tree.leaves())
    texts = [leaf for leaf in leaves if _is_body(leaf, tree)]
    raw_texts = [(leaf, decoded_body(leaf)) for leaf in texts]
    linked = b"".join(raw for leaf, raw in raw_texts if leaf.content_type == "text/html")
    files = [leaf for leaf in leaves if leaf not in texts and not _is_skipped(leaf)]
    members = []
    for number, leaf in enumerate(files, start=1):
        raw = decoded_body(leaf)
        budget.spend(len(raw))
        members.append(_member(leaf, raw, number, linked, limits))
    names = without_clashes([member.path for member in members])
    sent = mail_time(tree)
    body = body_text([(leaf.content_type, raw, leaf.charset) for leaf, raw in raw_texts], limits)
    return Opened(
        members=tuple(
            Member(path=name, content=member.content, kind=member.kind, inline=member.inline)
            for name, member in zip(names, members, strict=True)
        ),
        mail=_context(tree, sent, body),
        received=sent,
        notices=cloud_notices(body, [raw for _, raw in raw_texts]),
    )


def _context(tree: MimePart, sent: datetime | None, body: str) -> MailContext:
    name, address = split_sender(header_text(tree.header("from") or tree.header("sender")))
    subject = header_text(tree.header("subject"))
    return MailContext(sender_name=name, sender_address=address, subject=subject, sent=sent, body=body)


def _is_body(leaf: MimePart, tree: MimePart) -> bool:
    """Say whether a part is text to be read in the mail rather than a file sent with it."""
    if leaf.content_type not in {"text/plain", "text/html"} or leaf.disposition == "attachment":
        return False
    if attachment_name(leaf.header("content-disposition"), leaf.header("content-type")):
        return False
    # A workbook saved as "single file web page" is a mail without a sender: its pages are the tables.
    return not (leaf.header("content-location") and not tree.header("from"))


def _is_skipped(leaf: MimePart) -> bool:
    return leaf.content_type in _REPORTS or (leaf.content_type.startswith("multipart/") and not leaf.body.strip())


def _member(leaf: MimePart, raw: bytes, number: int, linked: bytes, limits: Limits) -> Member:
    name = attachment_name(leaf.header("content-disposition"), leaf.header("content-type"))
    if not name and leaf.header("content-location"):
        name = clean_name(header_text(leaf.header("content-location")))
    if leaf.content_type in _NESTED_MAILS:
        return Member(path=name or _subject_name(raw, number, limits), content=raw, kind=_mail_kind(raw))
    fallback = word("unnamed_attachment", "intake", number=number)
    return Member(path=name or fallback, content=raw, inline=_is_inline(leaf, raw, linked, limits))


def _mail_kind(raw: bytes) -> FileKind | None:
    """Return EML for a nested mail whose few headers alone would not tell."""
    kind = sniff(raw)
    return FileKind.EML if kind in {FileKind.CSV, FileKind.UNKNOWN, FileKind.HTML} else None


def _subject_name(raw: bytes, number: int, limits: Limits) -> str:
    """Return the subject of a nested mail as its name."""
    hit = re.search(rb"(?mi)^subject[ \t]*:([^\r\n]*(?:\r?\n[ \t]+[^\r\n]*)*)", raw[: limits.header_bytes])
    subject = clean_name(re.sub(r"[/\\]", "_", header_text(hit.group(1)))) if hit else ""
    return (subject or word("unnamed_mail", "intake", number=number)) + word("mail_suffix", "intake")


def _is_inline(leaf: MimePart, raw: bytes, linked: bytes, limits: Limits) -> bool:
    """Say whether a part is a small picture belonging to the text, or a mail signature."""
    if leaf.content_type in _SIGNATURES:
        return True
    if len(raw) > limits.inline_bytes or sniff(raw) is not FileKind.IMAGE:
        return False
    identity = leaf.header("content-id").strip(b"<> \t\r\n")
    if identity and b"cid:" + identity in linked:
        return True
    return leaf.disposition != "attachment" and bool(identity or leaf.disposition == "inline")


def split_sender(text: str) -> tuple[str, str]:
    """Return display name and address of a From line."""
    hits = re.findall(r"<([^<>\s]+@[^<>\s]+)>", text)
    if hits:
        return text[: text.rfind("<")].strip(" \"'\t"), hits[-1]
    hit = re.search(r"[^\s<>\"',;:()]+@[^\s<>\"',;:()]+", text)
    if hit is None:
        return text.strip(" \"'<>"), ""
    return re.sub(r"[()\"']", "", text.replace(hit.group(), "")).strip(" <>"), hit.group()


def mail_time(tree: MimePart) -> datetime | None:
    """Return when a mail was sent as naive county time (UTC+8): Date, else the newest Received."""
    dates = [tree.header("date"), tree.header("resent-date")]
    dates += [value.rpartition(b";")[2] for name, value in tree.headers if name == "received"][:1]
    return next((moment for value in dates if (moment := parse_moment(header_text(value)))), None)


def parse_moment(text: str) -> datetime | None:
    """Return a mail date as naive county time; without a zone it is taken as county time already."""
    plain = re.sub(r"\([^()]*\)", " ", text).strip()
    if re.search(r"(?<![+-])\b0\d{3}\b", plain):  # 0001, the empty date of some programs
        return None
    parts = parsedate_tz(plain)
    zoned = re.search(r"\d:\d\d(?::\d\d)?(?:\.\d+)?\s*(?:[AaPp][Mm]\b)?\s*(?:[+-]\d|[A-Za-z])", plain)
    moment: datetime | None
    try:
        if parts is not None:
            datetime(*parts[:6])  # refuses the 99th of July, which the next line would count on from
        if parts is not None and zoned:
            moment = datetime.fromtimestamp(mktime_tz(parts), COUNTY_TIME).replace(tzinfo=None)
        elif parts is not None:
            moment = datetime(*parts[:6])
        else:
            moment = _numbers_moment(plain)
    except (ValueError, OverflowError, OSError, TypeError):
        return None
    return moment if moment and 1990 <= moment.year <= 2100 else None


def _numbers_moment(text: str) -> datetime | None:
    """Return the moment of a date written in numbers, as 2023-07-25 10:00 in whatever signs."""
    hit = re.search(r"((?:19|20)\d\d)\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})(?:\D{1,8}(\d{1,2}):(\d{2})(?::(\d{2}))?)?", text)
    return datetime(*(int(number or 0) for number in hit.groups())) if hit else None  # type: ignore[arg-type]


def body_text(texts: list[tuple[str, bytes, str]], limits: Limits) -> str:
    """Return the text of a mail from (type, bytes, charset) parts, the plain ones when there are any."""
    plain = [
        decode_text(raw[: limits.body_characters * 4], label) for kind, raw, label in texts if kind == "text/plain"
    ]
    chosen = "\n".join(text.strip() for text in plain).strip()
    if not chosen:
        pages = [
            decode_text(raw[: limits.body_characters * 20], label) for kind, raw, label in texts if kind == "text/html"
        ]
        chosen = "\n".join(page_text(page) for page in pages)
    return chosen.replace("\r\n", "\n").replace("\x00", "")[: limits.body_characters].strip()


def page_text(page: str) -> str:
    """Return the visible text of a page, roughly."""
    bare = re.sub(r"(?is)<(script|style|title)\b.*?(?:</\1\s*>|\Z)", " ", page)
    bare = re.sub(r"(?i)<(?:br|/p|/div|/tr|/li|/h\d)\b[^<>]{0,1000}>", "\n", bare)
    bare = html.unescape(re.sub(r"<[^<>]{0,5000}>", " ", bare)).replace("\u00a0", " ")
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in bare.splitlines())
    return "\n".join(line for line in lines if line)


def cloud_notices(body: str, raw_texts: list[bytes]) -> tuple[ContainerFault, ...]:
    """Return A301 when the text announces or links attachments that stayed on a mail provider's server."""
    table = load_table("intake")
    whole = "\n".join([body, *(raw.decode("utf-8", "ignore") for raw in raw_texts)])[:1_000_000]
    said = next((term for term in table["cloud_words"] if term in body), "")
    links = re.findall(r"https?://[^\s\"'<>]{4,500}", whole.lower())
    known = [link for link in links if any(re.search(pattern, link) for pattern in table["cloud_links"])]
    if not said and not known:
        return ()
    host = known[0].split("/")[2] if known else ""
    return (ContainerFault("A301", raw=said or host, host=host or said, number=len(set(known)) or 1),)


def open_mbox(content: bytes, budget: Budget) -> Opened:
    """Return the mails of a mailbox as members, named by their subjects.

    Findings: A102 by way of ContainerFault when there are too many.
    """
    limits = budget.limits
    starts = [hit.span() for hit in _MBOX_LINE.finditer(content)]
    if len(starts) > limits.entries:
        raise ContainerFault("A102", number=len(starts), limit=limits.entries)
    ends = [start for start, _ in starts[1:]] + [len(content)]
    mails = [content[begin:end].rstrip(b"\r\n") + b"\n" for (_, begin), end in zip(starts, ends, strict=True)]
    budget.spend(sum(map(len, mails)))
    mails = [re.sub(rb"(?m)^>(>*From )", rb"\1", mail) for mail in mails]
    names = without_clashes([_subject_name(mail, number, limits) for number, mail in enumerate(mails, start=1)])
    return Opened(
        members=tuple(
            Member(path=name, content=mail, kind=FileKind.EML) for name, mail in zip(names, mails, strict=True)
        )
    )
