"""Mail headers as people meant them, out of every broken form that mail programs write.

The standard library decodes none of raw GBK, gb2312 that is GBK in truth, split characters in
quoted words, unquoted names with spaces, or labels it does not know (facts/formats.md §1.4); here
headers are taken as raw bytes and decoded by our own rules.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from sishui_eco.intake.names import clean_name, codec_of, decode_bytes, repaired

_WORD = re.compile(rb"=\?([^?\s]{0,40})\?([BbQq])\?(.*?)(?:\?=|$)", re.DOTALL)
_CONTINUED = re.compile(r"([a-z]+)\*(\d{1,3})(\*?)")
_MAXIMUM = 8_192  # of one decoded header value; names and subjects are far shorter
_WORDS = 200


@dataclass(frozen=True, slots=True)
class _Word:
    label: str
    encoding: str
    payload: bytes


def header_text(raw: bytes) -> str:
    """Return a header's text: encoded words joined and decoded, raw bytes guessed, folding undone."""
    value = re.sub(rb"[\r\n]+[ \t]*", b" ", raw[:_MAXIMUM]).replace(b"\x00", b"").strip()
    text = _decode_words(value)
    for _ in range(2):  # some gateways encode twice
        if not re.search(r"=\?[^?\s]{1,40}\?[BbQq]\?", text):
            break
        text = _decode_words(text.encode("utf-8", "replace"))
    if re.search(r"&#x?[0-9a-fA-F]{2,6};", text):
        text = html.unescape(text)
    return repaired(text).strip()


def _decode_words(value: bytes) -> str:
    """Return the value with runs of encoded words of one charset decoded as one piece."""
    pieces: list[str] = []
    run: list[_Word] = []
    position = 0
    for count, hit in enumerate(_WORD.finditer(value)):
        between = value[position : hit.start()]
        word = _Word(hit.group(1).decode("latin-1").lower(), hit.group(2).decode().upper(), hit.group(3))
        if between.strip() or (run and run[-1].label.partition("*")[0] != word.label.partition("*")[0]):
            pieces.append(_decode_run(run))
            run = []
        if between.strip():
            pieces.append(decode_bytes(between if pieces[-1:] != [""] else between.lstrip()))
        run.append(word)
        position = hit.end()
        if count >= _WORDS:
            break
    pieces.append(_decode_run(run))
    rest = value[position:]
    return "".join(pieces) + (decode_bytes(rest) if rest.strip() else "")


def _decode_run(run: list[_Word]) -> str:
    """Return the text of adjacent words; their bytes are joined first, for characters split between them."""
    if not run:
        return ""
    joined = b""
    waiting = b""
    for word in run:
        if word.encoding == "Q":
            joined, waiting = joined + _base64(waiting) + _quoted(word.payload), b""
            continue
        waiting += re.sub(rb"[^A-Za-z0-9+/=_-]", b"", word.payload)
        if len(waiting) % 4 == 0 or waiting.endswith(b"="):
            joined, waiting = joined + _base64(waiting), b""
    return decode_bytes(joined + _base64(waiting), run[0].label)


def _base64(payload: bytes) -> bytes:
    """Return decoded bytes; wrong padding and the URL alphabet are forgiven."""
    plain = payload.replace(b"-", b"+").replace(b"_", b"/").rstrip(b"=")
    if len(plain) % 4 == 1:
        plain = plain[:-1]
    try:
        return base64.b64decode(plain + b"=" * (-len(plain) % 4))
    except (binascii.Error, ValueError):
        return payload


def _quoted(payload: bytes) -> bytes:
    plain = re.sub(rb"=\s+", b"", payload.replace(b"_", b" "))
    return re.sub(rb"=([0-9A-Fa-f]{2})", lambda hit: bytes([int(hit.group(1), 16)]), plain)


def parameters(raw: bytes) -> dict[str, bytes]:
    """Return the parameters of a Content-Type or Content-Disposition, keys lower case, values as raw bytes.

    Unquoted values with spaces, missing closing quotes, `;` inside unquoted names and GBK characters
    whose second byte is a backslash are understood. The first value of a key counts.
    """
    value = re.sub(rb"\r?\n[ \t]*|\r[ \t]*", b" ", raw[:_MAXIMUM])
    found: dict[str, bytes] = {}
    last = ""
    for number, segment in enumerate(_segments(value)):
        key_bytes, equals, content = segment.partition(b"=")
        key = key_bytes.strip().decode("latin-1").lower()
        if not equals or not re.fullmatch(r"[a-z][a-z0-9_*-]*\*?", key):
            if number > 0 and last and segment.strip():
                found[last] += b";" + segment.rstrip()
            continue
        if key not in found:
            found[key] = _unquoted(content.strip())
            last = key
    return found


def _segments(value: bytes) -> list[bytes]:
    """Return the `;`-separated segments outside quotes; an unclosed quote ends at the next `;`."""
    segments: list[bytes] = []
    start, position, quoted = 0, 0, False
    doubles = not _is_utf8(value)
    while position < len(value):
        byte = value[position]
        if doubles and byte >= 0x81 and value[position + 1 : position + 2] not in {b"", b'"'}:
            position += 2
            continue
        if byte == 0x5C and quoted and value[position + 1 : position + 2] in {b'"', b"\\"}:
            position += 2
            continue
        if byte == 0x22:
            quoted = not quoted and value.find(b'"', position + 1) > 0
        elif byte == 0x3B and not quoted:
            segments.append(value[start:position])
            start = position + 1
        position += 1
    segments.append(value[start:])
    return segments


def _unquoted(content: bytes) -> bytes:
    if not content.startswith(b'"'):
        return content.strip(b"'") if content.startswith(b"'") and content.endswith(b"'") else content
    inner = content[1:]
    doubles = not _is_utf8(inner)
    plain = bytearray()
    position = 0
    while position < len(inner):
        byte = inner[position]
        if doubles and byte >= 0x81 and inner[position + 1 : position + 2] not in {b"", b'"'}:
            plain += inner[position : position + 2]
            position += 2
            continue
        if byte == 0x22:
            break
        if byte == 0x5C and inner[position + 1 : position + 2] in {b'"', b"\\"}:
            position += 1
            byte = inner[position]
        plain.append(byte)
        position += 1
    return bytes(plain)


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def attachment_name(disposition: bytes, content_type: bytes) -> str:
    """Return the best name the two headers give, cleaned for display; "" when there is none.

    The extended form is preferred, then `filename`, then `name`; one that lost characters (question
    marks, replacement marks) gives way to one that did not.
    """
    names: list[str] = []
    for found, key in ((parameters(disposition), "filename"), (parameters(content_type), "name")):
        names += [_extended(found, key), _continued(found, key), _plain(found.get(key, b""))]
    known = [name for name in names if name.strip()]
    whole = [name for name in known if "\ufffd" not in name and "?" not in name]
    best = (whole or known or [""])[0]
    return clean_name(best)


def _extended(found: Mapping[str, bytes], key: str) -> str:
    """Return the value of `filename*=charset'language'%XX…`, quotes or charset missing or not."""
    raw = found.get(f"{key}*", b"")
    return _extended_value(raw) if raw else ""


def _extended_value(raw: bytes) -> str:
    label, content = _charset_split(raw)
    if not label and b"=?" in content:
        return header_text(content)
    return repaired(decode_bytes(unquote_to_bytes(content), label))


def _charset_split(raw: bytes) -> tuple[str, bytes]:
    hit = re.match(rb"([A-Za-z0-9_.:-]{0,40})'([A-Za-z0-9_-]{0,20})'", raw)
    if hit is None:
        return "", raw
    return hit.group(1).decode(), raw[hit.end() :]


def _continued(found: Mapping[str, bytes], key: str) -> str:
    """Return a name split over `filename*0*`, `filename*1` …; order by number, gaps ignored."""
    parts: list[tuple[int, bool, bytes]] = []
    for name, value in found.items():
        hit = _CONTINUED.fullmatch(name)
        if hit and hit.group(1) == key:
            parts.append((int(hit.group(2)), bool(hit.group(3)), value))
    if not parts:
        return ""
    label, joined = "", b""
    for number, (_, coded, value) in enumerate(sorted(parts, key=lambda part: part[0])):
        if coded:
            own_label, content = _charset_split(value)
            label = label or (own_label if codec_of(own_label) or number == 0 else "")
            joined += unquote_to_bytes(content if own_label or number == 0 else value)
        else:
            joined += value
    if b"=?" in joined:
        return header_text(joined)
    return _plain(joined) if not label else repaired(decode_bytes(joined, label))


def _plain(raw: bytes) -> str:
    """Return a plain `filename=`: encoded words, raw bytes, percent codes or `%uXXXX`."""
    if not raw:
        return ""
    if re.match(rb"(?i)(?:utf-?8|gbk|gb2312|gb18030)'[A-Za-z_-]*'", raw):
        return _extended_value(raw)
    text = header_text(raw)
    if not text.isascii() or "%" not in text:
        return text
    if re.search(r"%u[0-9A-Fa-f]{4}", text):
        return re.sub(r"%u([0-9A-Fa-f]{4})", lambda hit: chr(int(hit.group(1), 16)), text)
    if re.search(r"%[0-9A-Fa-f]{2}", text):
        return decode_bytes(unquote_to_bytes(text))
    return text
