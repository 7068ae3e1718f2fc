"""Outlook .msg mails, read from their OLE2 streams; mails inside them are opened in place."""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime

import olefile

from sishui_eco.intake.containers.mail import body_text, cloud_notices, parse_moment
from sishui_eco.intake.limits import Budget, ContainerFault, Limits
from sishui_eco.intake.listing import COUNTY_TIME
from sishui_eco.intake.member import Member, Opened, without_clashes
from sishui_eco.intake.mime import parse_mail
from sishui_eco.intake.names import clean_name, clean_path, decode_bytes
from sishui_eco.intake.sniffing import sniff
from sishui_eco.model.arrival import FileKind, MailContext
from sishui_eco.zh import word

_ATTACHMENT = "__attach_version1.0_#"
_EMBEDDED = "__substg1.0_3701000D"
_PROPERTIES = "__properties_version1.0"
_UTC_OFFSET = timedelta(hours=8)
_STREAM_MAXIMUM = 64 * 1024 * 1024


class _Streams:
    """The paths of all streams, and which folders lie in which: looked through once, however many mails there are."""

    def __init__(self, paths: Iterable[tuple[str, ...]]) -> None:
        self.paths = frozenset(paths)
        self.folders: dict[tuple[str, ...], set[str]] = {}
        self.attachments = 0
        for path in self.paths:
            for depth in range(len(path) - 1):
                self.folders.setdefault(path[:depth], set()).add(path[depth])

    def holds(self, folder: tuple[str, ...]) -> bool:
        return folder[-1] in self.folders.get(folder[:-1], ())

    def count(self, attachments: int, limits: Limits) -> None:
        """Count the attachments of all mails in the file. Raises: ContainerFault A110."""
        self.attachments += attachments
        if self.attachments > limits.mail_parts:
            raise ContainerFault("A110", limit=limits.mail_parts)


class _Store:
    """The streams of one message storage (the file itself, or a mail attached to it)."""

    def __init__(self, ole: olefile.OleFileIO, prefix: tuple[str, ...], streams: _Streams) -> None:
        self.ole = ole
        self.prefix = prefix
        self.streams = streams
        self.codepage = self._codepage()

    def raw(self, *path: str) -> bytes | None:
        """Return a stream's bytes, None when it is absent. Raises: what olefile raises on damage."""
        whole = (*self.prefix, *path)
        if whole not in self.streams.paths:
            return None
        with self.ole.openstream(list(whole)) as stream:
            return bytes(stream.read(_STREAM_MAXIMUM))

    def text(self, number: str, *folder: str) -> str:
        """Return a text property, the Unicode form first, then the one in the message's code page."""
        wide = self.raw(*folder, f"__substg1.0_{number}001F")
        if wide is not None:
            return wide.decode("utf-16-le", "replace").partition("\x00")[0]
        narrow = self.raw(*folder, f"__substg1.0_{number}001E") or b""
        return decode_bytes(narrow.partition(b"\x00")[0], self.codepage)

    def fixed(self, *folder: str) -> dict[int, bytes]:
        """Return the eight value bytes of each fixed-length property, by tag."""
        raw = self.raw(*folder, _PROPERTIES) or b""
        head = 8 if folder else (32 if not self.prefix else 24)
        rows = (raw[at : at + 16] for at in range(head, len(raw) - 15, 16))
        return {struct.unpack_from("<I", row)[0]: row[8:] for row in rows}

    def _codepage(self) -> str:
        properties = self.fixed()
        for tag in (0x3FFD0003, 0x3FDE0003):
            number = int.from_bytes(properties.get(tag, b"")[:4], "little")
            if number:
                return "utf-8" if number == 65001 else f"cp{number}"
        return ""

    def attachments(self) -> list[str]:
        """Return the names of the attachment storages directly below, in order."""
        found = self.streams.folders.get(self.prefix, ())
        return sorted(name for name in found if name.lower().startswith(_ATTACHMENT))


def open_msg(content: bytes, budget: Budget) -> Opened:
    """Return the attachments of an Outlook mail; those of mails inside it keep their own sender and time.

    Findings: A110, A111, A202 by way of ContainerFault; notice A301.
    """
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as ole:
            streams = _Streams(tuple(path) for path in ole.listdir(streams=True, storages=False))
            return _message(_Store(ole, (), streams), budget, 0)
    except (ContainerFault, MemoryError):
        raise
    except Exception as fault:  # olefile raises many kinds on damaged files
        raise ContainerFault("A202") from fault


def _message(store: _Store, budget: Budget, depth: int) -> Opened:
    limits = budget.limits
    if depth > limits.mail_depth:
        raise ContainerFault("A111", limit=limits.mail_depth)
    folders = store.attachments()
    store.streams.count(len(folders), limits)
    context, notices = _context(store, limits)
    members: list[Member] = []
    for number, folder in enumerate(folders, start=1):
        members += _attachment(store, folder, number, budget, depth)
    names = without_clashes([member.path for member in members])
    renamed = tuple(_named(member, name) for member, name in zip(members, names, strict=True))
    return Opened(members=renamed, mail=context, received=context.sent, notices=notices)


def _named(member: Member, path: str) -> Member:
    return Member(
        path=path,
        content=member.content,
        kind=member.kind,
        inline=member.inline,
        mail=member.mail,
        received=member.received,
    )


def _context(store: _Store, limits: Limits) -> tuple[MailContext, tuple[ContainerFault, ...]]:
    page = store.raw("__substg1.0_10130102") or b""
    texts = [
        ("text/plain", store.text("1000").encode("utf-8", "replace"), "utf-8"),
        ("text/html", page, store.codepage),
    ]
    body = body_text([item for item in texts if item[1]], limits)
    context = MailContext(
        sender_name=store.text("0C1A") or store.text("0042"),
        sender_address=_address(store),
        subject=store.text("0037"),
        sent=_sent(store, limits),
        body=body,
    )
    return context, cloud_notices(body, [page])


def _address(store: _Store) -> str:
    candidates = (store.text("5D01"), store.text("0C1F"), store.text("0065"), store.text("5D02"))
    return next((item for item in candidates if re.fullmatch(r"[^\s@/]+@[^\s@/]+", item)), "")


def _sent(store: _Store, limits: Limits) -> datetime | None:
    """Return when a message was submitted, else delivered, else what its transport headers say."""
    properties = store.fixed()
    for tag in (0x00390040, 0x0E060040):
        ticks = int.from_bytes(properties.get(tag, b"")[:8], "little")
        if 0 < ticks < 2**62:
            moment = datetime(1601, 1, 1) + timedelta(microseconds=ticks // 10) + _UTC_OFFSET
            if 1990 <= moment.year <= 2100:
                return moment.replace(microsecond=0)
    headers = store.text("007D").encode("utf-8", "replace")
    return parse_moment(parse_mail(headers, limits).header("date").decode("utf-8", "replace")) if headers else None


def _attachment(store: _Store, folder: str, number: int, budget: Budget, depth: int) -> Iterator[Member]:
    name = next((text for tag in ("3707", "3704", "3001") if (text := store.text(tag, folder).strip())), "")
    shown = clean_name(name, word("unnamed_attachment", "intake", number=number))
    inner = (*store.prefix, folder, _EMBEDDED)
    if store.streams.holds(inner):
        yield from _nested(_Store(store.ole, inner, store.streams), shown, budget, depth)
        return
    data = store.raw(folder, "__substg1.0_37010102")
    if data is None:
        return
    budget.spend(len(data))
    properties = store.fixed(folder)
    hidden = bool(int.from_bytes(properties.get(0x7FFE000B, b"")[:2], "little"))
    referenced = hidden or bool(store.text("3712", folder) or store.text("3713", folder))
    small = len(data) <= budget.limits.inline_bytes and sniff(data) is FileKind.IMAGE
    yield Member(path=shown, content=data, inline=referenced and small)


def _nested(inner: _Store, shown: str, budget: Budget, depth: int) -> Iterator[Member]:
    """Yield what a mail inside a mail holds; when it holds no file, the mail itself as an .eml."""
    opened = _message(inner, budget, depth + 1)
    context = opened.mail
    if context is not None and all(member.inline for member in opened.members):
        yield Member(path=f"{shown}.msg", content=_as_mail(context), kind=FileKind.EML, received=opened.received)
    for member in opened.members:
        yield Member(
            path=clean_path(f"{shown}.msg/{member.path}"),
            content=member.content,
            kind=member.kind,
            inline=member.inline,
            mail=member.mail or context,
            received=member.received or opened.received,
        )


def _as_mail(context: MailContext) -> bytes:
    """Return a mail without attachments as the text of an .eml, so that it can be listed and opened."""
    date = format_datetime(context.sent.replace(tzinfo=COUNTY_TIME)) if context.sent else ""
    sender = f"{context.sender_name} <{context.sender_address}>" if context.sender_address else context.sender_name
    heads = {"From": sender, "Subject": context.subject, "Date": date, "MIME-Version": "1.0"}
    lines = [f"{name}: {' '.join(value.split())}" for name, value in heads.items()]
    return "\n".join([*lines, "Content-Type: text/plain; charset=utf-8", "", context.body, ""]).encode(
        "utf-8", "replace"
    )
