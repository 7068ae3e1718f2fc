"""The parts of a mail as raw bytes: a linear, bounded, forgiving reading of MIME.

The standard parser walks a stack of boundaries for every line and recurses without bound (2,000
nested mails end it, 100,000 parts stall it), and gives nested mails no bytes of their own. This one
keeps slices of the original, stops at the limits, and mends what mail programs break: missing
boundaries, continuation lines that are not indented, header blocks without the blank line.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sishui_eco.intake.limits import KIB, ContainerFault, Limits
from sishui_eco.intake.mail_headers import parameters

_HEADER = re.compile(rb"([!-9;-~]{1,76})[ \t]*:")
_HEADERS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MimePart:
    """One part: headers with lower-case names and raw values, its body as it stands, its parts."""

    headers: tuple[tuple[str, bytes], ...]
    body: bytes = field(repr=False)
    parts: tuple[MimePart, ...] = ()

    def header(self, name: str) -> bytes:
        """Return the first header of a name, b"" when it is absent."""
        return next((value for key, value in self.headers if key == name), b"")

    @property
    def content_type(self) -> str:
        """Return the type in lower case, `text/plain` when it is absent or senseless."""
        main = self.header("content-type").partition(b";")[0].strip().strip(b"\"'").decode("latin-1").lower()
        return main if re.fullmatch(r"[a-z0-9.+_-]+/[a-z0-9.+_-]+", main) else "text/plain"

    @property
    def disposition(self) -> str:
        return self.header("content-disposition").partition(b";")[0].strip().decode("latin-1").lower()

    @property
    def charset(self) -> str:
        return parameters(self.header("content-type")).get("charset", b"").decode("latin-1")

    def leaves(self) -> Iterator[MimePart]:
        """Yield the parts that hold something, in order."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


class _Counter:
    """How many parts of one mail have been seen."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.parts = 0

    def add(self) -> None:
        self.parts += 1
        if self.parts > self.limits.mail_parts:
            raise ContainerFault("A110", limit=self.limits.mail_parts)


def parse_mail(content: bytes, limits: Limits) -> MimePart:
    """Return the tree of a mail; mails inside it stay closed.

    Raises: ContainerFault A110, A111, A112 when it passes a limit.
    """
    text = content if b"\n" in content else content.replace(b"\r", b"\n")
    return _part(text.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"), _Counter(limits), 0)


def _part(text: bytes, counter: _Counter, depth: int) -> MimePart:
    counter.add()
    if depth > counter.limits.mail_depth:
        raise ContainerFault("A111", limit=counter.limits.mail_depth)
    headers, body = _split_headers(text, counter.limits)
    part = MimePart(headers=headers, body=body)
    if not part.content_type.startswith("multipart/"):
        return part
    pieces = _pieces(body, parameters(part.header("content-type")).get("boundary", b""), counter)
    parts = tuple(_part(piece, counter, depth + 1) for piece in pieces)
    return MimePart(headers=headers, body=body, parts=parts)


def _split_headers(text: bytes, limits: Limits) -> tuple[tuple[tuple[str, bytes], ...], bytes]:
    """Return the headers and the body after them."""
    found: list[tuple[str, bytearray]] = []
    position = 0
    while position < len(text):
        end = text.find(b"\n", position)
        end = len(text) if end < 0 else end
        line = text[position:end].rstrip(b"\r")
        after = end + 1
        if not line.strip():
            return _finished(found), text[after:]
        hit = _HEADER.match(line)
        if hit and line[:1] not in b" \t":
            found.append((hit.group(1).decode("latin-1").lower(), bytearray(line[hit.end() :].strip())))
        elif not _continues(found, line, position, text[after : after + 80]):
            return _finished(found), text[position:]
        _check_header(found, limits)
        position = after
    return _finished(found), b""


def _check_header(found: list[tuple[str, bytearray]], limits: Limits) -> None:
    if len(found) > _HEADERS or (found and len(found[-1][1]) > limits.header_bytes):
        raise ContainerFault("A112", limit=limits.header_bytes // KIB)


def _finished(found: list[tuple[str, bytearray]]) -> tuple[tuple[str, bytes], ...]:
    return tuple((name, bytes(value)) for name, value in found)


def _continues(found: list[tuple[str, bytearray]], line: bytes, position: int, following: bytes) -> bool:
    """Take a line that is no header into the one before it, or pass over it; False ends the headers."""
    if not found:
        return (position == 0 and line.startswith((b"From ", b">From "))) or bool(_HEADER.match(following))
    value = found[-1][1]
    if line[:1] in (b" ", b"\t"):
        value += b"\n" + line
        return True
    if value.endswith(b";") or re.match(rb'"|=\?|(?:file)?name\*?[0-9]*\*?=|charset=|boundary=', line):
        value += b"\n " + line
        return True
    return bool(_HEADER.match(following))


def _pieces(body: bytes, boundary: bytes, counter: _Counter) -> list[bytes]:
    """Return the raw parts between boundary lines; a wrong boundary is looked up in the body."""
    pieces = _cut(body, boundary.strip(), counter) if boundary.strip() else []
    if pieces:
        return pieces
    guess = re.search(rb"(?mi)^--(\S[^\r\n]{0,200}?)[ \t]*\r?\n(?:content-|mime-)", body)
    return _cut(body, guess.group(1), counter) if guess else []


def _cut(body: bytes, boundary: bytes, counter: _Counter) -> list[bytes]:
    pattern = re.compile(rb"(?m)^--" + re.escape(boundary) + rb"(--)?[ \t]*\r?$\n?")
    pieces: list[bytes] = []
    start = -1
    for hit in pattern.finditer(body):
        if start >= 0:
            pieces.append(_without_last_break(body[start : hit.start()]))
            if len(pieces) > counter.limits.mail_parts:
                raise ContainerFault("A110", limit=counter.limits.mail_parts)
        start = -1 if hit.group(1) else hit.end()
    if start >= 0 and body[start:].strip():
        pieces.append(body[start:])
    return pieces


def _without_last_break(piece: bytes) -> bytes:
    return piece.removesuffix(b"\n").removesuffix(b"\r")


def decoded_body(part: MimePart) -> bytes:
    """Return the bytes of a part with its transfer encoding undone; what cannot be undone stays."""
    encoding = part.header("content-transfer-encoding").strip().strip(b"\"';").decode("latin-1").lower()
    encoding = re.split(r"[\s;(]", encoding)[0]
    if encoding == "base64":
        return _base64(part.body)
    if encoding == "quoted-printable":
        return quopri.decodestring(part.body)
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _uudecoded(part.body)
    return part.body


def _base64(body: bytes) -> bytes:
    """Return base64 decoded as far as its first padding; a list's footer after it is no part of it.

    Several padded pieces in a row, as some programs write, are decoded one by one.
    """
    plain = re.sub(rb"[^A-Za-z0-9+/=]", b"", body)
    pieces = re.findall(rb"[A-Za-z0-9+/]+", plain)
    if len(pieces) > 1 and len(pieces[1]) < 400:
        pieces = pieces[:1]
    result = b""
    try:
        for piece in pieces[:1_000]:
            whole = piece[:-1] if len(piece) % 4 == 1 else piece
            result += base64.b64decode(whole + b"=" * (-len(whole) % 4))
    except binascii.Error:
        return result or body
    return result


def _uudecoded(body: bytes) -> bytes:
    lines = body.splitlines()
    begin = next((at for at, line in enumerate(lines) if re.match(rb"begin [0-7]{3,4} ", line)), -1)
    result = bytearray()
    for line in lines[begin + 1 :]:
        if line.strip() in {b"end", b"`", b""}:
            break
        try:
            result += binascii.a2b_uu(line)
        except binascii.Error:
            try:  # old encoders pad the last line wrongly
                result += binascii.a2b_uu(line[: (((line[0] - 32) & 63) * 4 + 5) // 3])
            except binascii.Error:  # a line that is none: what was decoded before it stands
                break
    return bytes(result) or body
