"""Mutations: bytes flipped, cut, zeroed, doubled, spliced; parts of packages swapped, altered, lost; mails unhinged.

Every mutant is a pure function of (seed number, stream, number): a find can be made again from its three words.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from random import Random

from tests.robustness.seeds import Seed, zip_parts

_WORDS = (
    b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"&#0;", b"&#x110000;", b"]]>", b"<!--", b"-->", b"\xff\xfe", b"\x00",
    b"-1", b"4294967296", b"99999999999999999999", b"1e309", b"NaN", b"XFD1048576", b"A0", b"A1:XFD1048576", b"ZZZZ9",
    b"\xef\xbb\xbf", b"\xa1\xa1", b"\x81\x30\x81\x30", b"\x84\x31\xa4\x37", b"=?gb2312?B?", b"?=", b"=?utf-8?q?=FF?=",
    b"0", b"1048577", b"true", b" ", b"\n", b"\r\n\r\n", b'"', b"'", b"<", b">", b"/", b"..", b"%00", b"''",
    b"\xe2\x80\xae", b"\xe5\xa5\xbd" * 40, b"9" * 400, b"2023-02-30", b"-2958466", b"0.0000000000000000001", b"s", b"t",
    b"2023\xe5\xb9\xb413\xe6\x9c\x88", b"\xe4\xba\xbf" * 30, b"1.5e400%", b"\xe5\x90\x8c\xe4\xb8\x8a", b"--", b"\\",
)  # fmt: skip
_ATTRIBUTE = re.compile(rb'="[^"]{0,60}"')
_TAG = re.compile(rb"<[^<>]{1,300}>")
_TEXT = re.compile(rb">[^<>]{1,200}<")


def mutant(stream: str, seed: int, number: int, seeds: Sequence[Seed]) -> tuple[str, bytes]:
    """Return name and bytes of one mutant of `stream` (files or mails)."""
    rng = Random(f"{stream}/{seed}/{number}")
    own = [seed for seed in seeds if "/" not in seed[0]]
    name, _, content = rng.choice(own if own and rng.random() < 0.4 else seeds)
    actions: list[Callable[[Random, bytes, Sequence[Seed]], bytes]] = [_flip, _cut, _zero, _double, _splice, _insert]
    if stream == "mails":
        actions += [_mail_header, _mail_lines, _mail_words, _mail_header, _mail_lines, _mail_words]
    elif content[:2] == b"PK":
        actions += [_swap_parts, _alter_part, _alter_part, _alter_part, _lose_part, _alter_part]
    elif _TAG.search(content[:500]):
        actions += [_alter_markup] * 4
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        content = rng.choice(actions)(rng, content, seeds)
    return name.rpartition("/")[2], content


def _span(rng: Random, content: bytes, most: int = 4096) -> tuple[int, int]:
    start = rng.randrange(len(content) + 1)
    return start, min(len(content), start + rng.choice((1, 2, 4, 16, 64, 512, most)))


def _flip(rng: Random, content: bytes, _: Sequence[Seed]) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.choice((1, 2, 8, 32))):
        if changed:
            changed[rng.randrange(len(changed))] = rng.choice((0, 0xFF, 0x7F, 0x80, rng.randrange(256)))
    return bytes(changed)


def _cut(rng: Random, content: bytes, _: Sequence[Seed]) -> bytes:
    start, end = _span(rng, content)
    return rng.choice((content[:start], content[start:], content[:start] + content[end:]))


def _zero(rng: Random, content: bytes, _: Sequence[Seed]) -> bytes:
    start, end = _span(rng, content)
    return content[:start] + rng.choice((b"\0", b"\xff", b" ")) * (end - start) + content[end:]


def _double(rng: Random, content: bytes, _: Sequence[Seed]) -> bytes:
    start, end = _span(rng, content)
    return content[:start] + content[start:end] * rng.choice((2, 3, 50)) + content[end:]


def _splice(rng: Random, content: bytes, seeds: Sequence[Seed]) -> bytes:
    other = rng.choice(seeds)[2]
    start, end = _span(rng, other, 20_000)
    at, to = _span(rng, content)
    return rng.choice((content[:at] + other[start:], content[:at] + other[start:end] + content[to:]))


def _insert(rng: Random, content: bytes, _: Sequence[Seed]) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.choice(_WORDS) + content[at:]


def _alter_markup(rng: Random, content: bytes, _: Sequence[Seed]) -> bytes:
    """Return XML with an attribute or a text replaced, or a tag lost or doubled."""
    pattern = rng.choice((_ATTRIBUTE, _ATTRIBUTE, _TEXT, _TAG))
    hits = [hit.span() for hit in pattern.finditer(content)]
    if not hits:
        return _flip(rng, content, ())
    for start, end in sorted(rng.sample(hits, min(len(hits), rng.choice((1, 1, 3)))), reverse=True):
        old = content[start:end]
        if pattern is _TAG:
            new = rng.choice((b"", old + old, old.replace(b"/>", b">"), content[slice(*rng.choice(hits))]))
        elif pattern is _ATTRIBUTE:
            new = rng.choice((b'="' + rng.choice(_WORDS) + b'"', content[slice(*rng.choice(hits))], b""))
        else:
            new = b">" + rng.choice(_WORDS) + b"<"
        content = content[:start] + new + content[end:]
    return content


def _packed(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED, 1)
    return target.getvalue()


def _swap_parts(rng: Random, content: bytes, seeds: Sequence[Seed]) -> bytes:
    """Return a package with a part exchanged for another of its own, or of another package."""
    parts = zip_parts(content)
    others = zip_parts(rng.choice(seeds)[2]) or parts
    if not parts or not others:
        return _flip(rng, content, seeds)
    first = rng.choice(sorted(parts))
    same = [name for name in sorted(others) if name == first] if rng.random() < 0.5 else []
    second = rng.choice(same or sorted(others))
    parts[first], swapped = others[second], parts[first]
    if second in parts and rng.random() < 0.5:
        parts[second] = swapped
    return _packed(parts)


def _alter_part(rng: Random, content: bytes, seeds: Sequence[Seed]) -> bytes:
    """Return a package with one part changed under a right checksum: deeper than flipped bytes can reach."""
    parts = zip_parts(content)
    likely = [name for name in sorted(parts) if re.search(r"sheet|shared|styles|workbook|document|content", name)]
    if not parts:
        return _flip(rng, content, seeds)
    name = rng.choice(likely or sorted(parts))
    change = _alter_markup if name.endswith((".xml", ".rels")) and rng.random() < 0.8 else _flip
    parts[name] = change(rng, parts[name], seeds)
    return _packed(parts)


def _lose_part(rng: Random, content: bytes, seeds: Sequence[Seed]) -> bytes:
    parts = zip_parts(content)
    if not parts:
        return _cut(rng, content, seeds)
    del parts[rng.choice(sorted(parts))]
    return _packed(parts)


def _mail_lines(rng: Random, content: bytes, seeds: Sequence[Seed]) -> bytes:
    """Return a mail with lines lost, doubled, exchanged, or taken from another mail."""
    lines = content.splitlines(keepends=True) or [b""]
    other = rng.choice(seeds)[2].splitlines(keepends=True) or [b""]
    for _ in range(rng.choice((1, 2, 5))):
        at = rng.randrange(len(lines))
        start = rng.randrange(len(other))
        lines[at : at + rng.choice((0, 1, 2))] = rng.choice(
            ([], [lines[at]] * rng.choice((2, 300)), other[start : start + rng.choice((1, 10, 100))], [b"\r\n"])
        )
        lines = lines or [b""]
    return b"".join(lines)


def _mail_header(rng: Random, content: bytes, _: Sequence[Seed]) -> bytes:
    """Return a mail with a header of its own or an odd one altered or added."""
    head, mark, body = content.partition(b"\r\n\r\n" if b"\r\n\r\n" in content else b"\n\n")
    lines = head.splitlines(keepends=True) or [b""]
    at = rng.randrange(len(lines))
    odd = (
        b'Content-Type: multipart/mixed; boundary=""\r\n', b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"Content-Type: message/rfc822\r\n", b"Content-Transfer-Encoding: base64\r\n", b"Date: 99 Foo 99999 25:61\r\n",
        b"Content-Type: text/plain; charset=utf-7\r\n", b"Content-Type: text/html; charset=idna\r\n",
        b"Content-Type: text/plain; charset=unicode_escape\r\n", b"Content-Type: text/plain; charset=\xff\xfe\r\n",
        b"Content-Disposition: attachment; filename*0*=gb2312''%C1; filename*1*=%A8.xls; filename*9=x\r\n",
        b'Content-Disposition: attachment; filename="=?x-gbk?B?xxxx=?= ' + b"(" * 500 + b'"\r\n',
        b"Content-Type: application/octet-stream; name*=utf-8'zh'%E6%B3\r\n", b"Subject: " + b"=?gbk?Q?=C4?= " * 60 + b"\r\n",
        b"Content-Transfer-Encoding: x-uuencode\r\n", b"Content-Type: application/ms-tnef\r\n", b"Received: ; ;;\r\n",
        b"To: " + b'"' * 3000 + b"\r\n", b"Content-Type: multipart/digest\r\n", b"From: <<>>@@,,;;\r\n",
    )  # fmt: skip
    lines[at : at + rng.choice((0, 1))] = [rng.choice(odd)]
    return b"".join(lines) + mark + body


def _mail_words(rng: Random, content: bytes, _: Sequence[Seed]) -> bytes:
    """Return a mail with one word of MIME exchanged for another wherever it stands."""
    words = (
        b"base64", b"quoted-printable", b"8bit", b"multipart/mixed", b"multipart/alternative", b"text/plain", b"7bit",
        b"message/rfc822", b"gb2312", b"utf-8", b"boundary", b"filename", b"name", b"attachment", b"inline", b"charset",
        b"text/html", b"application/octet-stream", b"utf-16", b"hex", b"?B?", b"?Q?", b"zip", b"rot13",
    )  # fmt: skip
    present = [item for item in words if item in content]
    if not present:
        return _insert(rng, content, ())
    return content.replace(rng.choice(present), rng.choice(words), rng.choice((1, -1)))
