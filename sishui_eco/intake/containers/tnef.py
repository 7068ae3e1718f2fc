"""winmail.dat: the attachments that Outlook wrapped in TNEF.

An own reader: tnefparse has not been released since 2021 and loses GBK names.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from sishui_eco.intake.limits import Budget, ContainerFault
from sishui_eco.intake.member import Member, Opened, without_clashes
from sishui_eco.intake.names import clean_name, decode_bytes
from sishui_eco.model.arrival import FileKind
from sishui_eco.zh import word

_SIGNATURE = b"\x78\x9f\x3e\x22"
_RENDER_DATA, _TITLE, _DATA, _PROPERTIES, _CODEPAGE = 0x9002, 0x8010, 0x800F, 0x9005, 0x9007
_LONG_NAME, _SHORT_NAME, _OBJECT = 0x3707, 0x3704, 0x3701
_FIXED = {0x0002: 4, 0x0003: 4, 0x0004: 4, 0x000A: 4, 0x000B: 4, 0x0001: 4}
_FIXED |= {0x0005: 8, 0x0006: 8, 0x0007: 8, 0x0014: 8, 0x0040: 8, 0x0048: 16}
_VARIABLE = frozenset({0x000D, 0x001E, 0x001F, 0x0102})
_MESSAGE_INTERFACE = b"\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"


@dataclass(slots=True)
class _Draft:
    """An attachment while its attributes come in."""

    title: bytes = b""
    data: bytes = b""
    long_name: str = ""
    embedded: bytes = field(default=b"", repr=False)


def open_tnef(content: bytes, budget: Budget) -> Opened:
    """Return the attachments of a winmail.dat.

    Findings: A110, A202 by way of ContainerFault.
    """
    codepage, drafts, complete = _drafts(content, budget)
    if not complete and not drafts:
        raise ContainerFault("A202")
    members = []
    for number, draft in enumerate(drafts, start=1):
        data = draft.embedded or draft.data
        budget.spend(len(data))
        name = draft.long_name or decode_bytes(draft.title.rstrip(b"\x00"), codepage)
        shown = clean_name(name, word("unnamed_attachment", "intake", number=number))
        kind = FileKind.TNEF if draft.embedded else None
        fault = None if complete or number < len(drafts) else ContainerFault("A202")
        members.append(Member(path=shown, content=data, kind=kind, fault=fault))
    names = without_clashes([member.path for member in members])
    return Opened(
        members=tuple(
            Member(path=name, content=member.content, kind=member.kind, fault=member.fault)
            for name, member in zip(names, members, strict=True)
        )
    )


def _drafts(content: bytes, budget: Budget) -> tuple[str, list[_Draft], bool]:
    """Return code page, attachments, and whether the stream was whole."""
    if not content.startswith(_SIGNATURE):
        raise ContainerFault("A202")
    codepage = ""
    drafts: list[_Draft] = []
    position = 6
    while position + 11 <= len(content):
        _, attribute, length = struct.unpack_from("<BII", content, position)
        start = position + 9
        if start + length + 2 > len(content):
            return codepage, drafts, False
        payload = content[start : start + length]
        number = attribute & 0xFFFF
        if number == _CODEPAGE and length >= 4:
            codepage = f"cp{int.from_bytes(payload[:4], 'little')}"
        elif number == _RENDER_DATA:
            drafts.append(_Draft())
            if len(drafts) > budget.limits.mail_parts:
                raise ContainerFault("A110", limit=budget.limits.mail_parts)
        elif drafts:
            _take(drafts[-1], number, payload, codepage)
        position = start + length + 2
    return codepage, drafts, True


def _take(draft: _Draft, number: int, payload: bytes, codepage: str) -> None:
    if number == _TITLE:
        draft.title = payload
    elif number == _DATA:
        draft.data = payload
    elif number == _PROPERTIES:
        names: dict[int, str] = {}
        for identity, kind, value in _properties(payload):
            if identity in {_LONG_NAME, _SHORT_NAME}:
                wide = kind == 0x001F
                text = value.decode("utf-16-le", "replace") if wide else decode_bytes(value.rstrip(b"\x00"), codepage)
                names[identity] = text.rstrip("\x00")
            elif identity == _OBJECT and value.startswith(_MESSAGE_INTERFACE) and value[16:20] == _SIGNATURE:
                draft.embedded = value[16:]
            elif identity == _OBJECT and not draft.data:
                draft.data = value
        draft.long_name = names.get(_LONG_NAME) or names.get(_SHORT_NAME, "")


def _properties(payload: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield (identity, type, value) of a MAPI property list as far as it is understood."""
    if len(payload) < 4:
        return
    count = int.from_bytes(payload[:4], "little")
    position = 4
    for _ in range(min(count, 2_000)):
        if position + 4 > len(payload):
            return
        kind, identity = struct.unpack_from("<HH", payload, position)
        position += 4
        if identity >= 0x8000:
            position = _after_name(payload, position)
        if kind in _FIXED:
            yield identity, kind, payload[position : position + _FIXED[kind]]
            position += _FIXED[kind]
            continue
        if kind & 0x0FFF not in _VARIABLE or position + 4 > len(payload):
            return
        values = int.from_bytes(payload[position : position + 4], "little")
        position += 4
        for _ in range(min(values, 2_000)):
            if position + 4 > len(payload):
                return
            length = int.from_bytes(payload[position : position + 4], "little")
            yield identity, kind, payload[position + 4 : position + 4 + length]
            position += 4 + length + (-length % 4)


def _after_name(payload: bytes, position: int) -> int:
    """Return the position after the name of a named property: a GUID, then a number or a text."""
    if int.from_bytes(payload[position + 16 : position + 20], "little") == 0:
        return position + 24
    length = int.from_bytes(payload[position + 20 : position + 24], "little")
    return position + 24 + length + (-length % 4)
