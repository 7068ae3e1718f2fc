"""Bytes that are the same every time: zip packages, mails, and names in the encodings of old programs."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime

STAMP = (1980, 1, 1, 0, 0, 0)
FIXED_TIME = "2023-07-17T08:00:00Z"
TIME_PROPERTY = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
LINE = 76


def normalised(package: bytes) -> bytes:
    """Return an Office package with sorted entries, fixed stamps and fixed document times."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        entries = {name: source.read(name) for name in sorted(source.namelist(), key=_content_types_first)}
    if "docProps/core.xml" in entries:
        fixed = rb"\g<1>" + FIXED_TIME.encode() + rb"\g<2>"
        entries["docProps/core.xml"] = TIME_PROPERTY.sub(fixed, entries["docProps/core.xml"])
    return zipped(entries)


def _content_types_first(name: str) -> tuple[bool, str]:
    return (name != "[Content_Types].xml", name)


def zipped(entries: Mapping[str, bytes]) -> bytes:
    """Return a zip of the entries in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in entries.items():
            info = zipfile.ZipInfo(name, STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(info, content)
    return buffer.getvalue()


def zipped_gbk(entries: Mapping[str, bytes]) -> bytes:
    """Return a zip whose names are raw GBK without the UTF-8 flag, as Chinese zip programs write them.

    The standard library writes no such names; stand-ins of the same length are replaced afterwards.
    """
    encoded = {name: name.encode("gbk") for name in entries}
    standins = {name: f"{number:03d}".ljust(len(raw), "~") for number, (name, raw) in enumerate(encoded.items())}
    package = zipped({standins[name]: content for name, content in entries.items()})
    for name, raw in encoded.items():
        package = package.replace(standins[name].encode(), raw)
    return package


def mail(headers: Mapping[str, str], body: str, attachments: Iterable[tuple[str, bytes]], moment: datetime) -> bytes:
    """Return a saved mail as a Chinese mail program sends it: gb2312 words, base64 parts."""
    boundary = "----=_NextPart_000_0001_01D9C2A3"
    lines = [f"{name}: {value}" for name, value in headers.items()]
    lines.append(f"Date: {moment:%a, %d %b %Y %H:%M:%S} +0800")
    lines += ["MIME-Version: 1.0", f'Content-Type: multipart/mixed; boundary="{boundary}"', ""]
    lines += [f"--{boundary}", 'Content-Type: text/plain; charset="gb2312"', "Content-Transfer-Encoding: base64", ""]
    lines += [*_base64_lines(body.encode("gb18030")), ""]
    for name, content in attachments:
        word = encoded_word(name)
        lines += [
            f"--{boundary}",
            f'Content-Type: application/octet-stream; name="{word}"',
            "Content-Transfer-Encoding: base64",
            f'Content-Disposition: attachment; filename="{word}"',
            "",
            *_base64_lines(content),
            "",
        ]
    lines += [f"--{boundary}--", ""]
    return "\r\n".join(lines).encode("ascii")


def encoded_word(text: str) -> str:
    return f"=?gb2312?B?{base64.b64encode(text.encode('gb18030')).decode()}?="


def _base64_lines(content: bytes) -> list[str]:
    text = base64.b64encode(content).decode()
    return [text[start : start + LINE] for start in range(0, len(text), LINE)]
