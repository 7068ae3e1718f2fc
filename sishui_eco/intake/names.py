"""Names as people meant them: guessing encodings, cleaning for display.

Names serve display and matching only; nothing is ever stored or opened under them.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator
from functools import cache

from sishui_eco.intake.zip_directory import ZipEntry, extra_field
from sishui_eco.zh import load_table

NAME_LENGTH = 120
_UTF8_FLAG = 0x800
_INFO_ZIP_UNICODE_PATH = 0x7075
_CHINESE_LABELS = frozenset(
    {"gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "cp936", "ms936", "windows-936", "x-cp936", "euc-cn"}
    | {"gb2312-80", "csgb2312", "gb", "chinese", "x-euc-cn", "gb2312_charset", "x-mac-chinesesimp", "gb1830"}
)
_TRADITIONAL_LABELS = frozenset({"big5", "x-x-big5", "big5-hkscs", "cp950", "ms950", "cn-big5"})
# Labels that programs write when they do not know; high bytes under them are guessed.
_EMPTY_LABELS = frozenset(
    {"", "unknown-8bit", "x-unknown", "unknown", "default", "none", "us-ascii", "ascii", "iso-8859-1", "latin1"}
    | {"windows-1252", "cp1252", "8bit", "binary", "iso8859-1", "ansi", "x-user-defined", "_iso-8859-1"}
)
_INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
_HANZI_INSIDE_WORD = re.compile("[A-Za-z][\u3400-\u9fff][a-z]")
_DEVICES = re.compile(r"(?i)(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?=\.|\s*$)")


def codec_of(label: str) -> str:
    """Return the Python codec to try for a charset label, "" when the label says nothing.

    gb2312 in mails means GBK or GB18030 in truth, so the whole family is read as gb18030.
    """
    plain = label.strip().strip("\"'").lower().partition("*")[0]
    if plain in _EMPTY_LABELS:
        return ""
    if plain in _CHINESE_LABELS:
        return "gb18030"
    if plain in _TRADITIONAL_LABELS:
        return "big5hkscs"
    try:
        "".encode(plain)
        b"".decode(plain)
    except (LookupError, ValueError, TypeError):
        return ""
    return "" if plain.replace("-", "_") in {"undefined", "idna", "punycode", "raw_unicode_escape"} else plain


def decode_bytes(raw: bytes, label: str = "") -> str:
    """Return the text most probably meant by `raw`; the declared charset weighs but does not bind.

    About one GB2312 character in seven is also valid UTF-8 when alone, and UTF-8 hanzi read as GBK give
    rare characters: candidates are therefore weighed by how common their characters are.
    """
    return _best(raw, label)[1]


def decode_text(raw: bytes, label: str = "") -> str:
    """Return a longer text; its first 3,000 bytes decide the encoding, stray bytes become marks."""
    codec, _ = _best(raw[:3_000], label)
    return raw.decode(codec or "utf-8", "replace")


def _best(raw: bytes, label: str) -> tuple[str, str]:
    declared = codec_of(label)
    if raw.isascii() and declared in {"", "utf-8", "gb18030", "big5hkscs"}:
        return declared or "utf-8", raw.decode("ascii")
    best, best_score = ("utf-8", ""), float("-inf")
    for codec, text in _candidates(raw, declared, "cp1252" if label else "cp437"):
        score = plausibility(text, codec) + _trust(codec, declared)
        if score > best_score:
            best, best_score = (codec, text), score
    return best


def _trust(codec: str, declared: str) -> float:
    """Return how much a label weighs: little for the Chinese ones, which are often wrong, more for others."""
    if not codec:
        return -0.5
    if codec != declared:
        return 0.0
    return 0.75 if codec in {"utf-8", "gb18030", "big5hkscs"} else 2.0


def _candidates(raw: bytes, declared: str, western: str) -> Iterator[tuple[str, str]]:
    """Yield the strict decodings and the western one; when none is strict, those that lose a character."""
    found = False
    codecs_to_try = ([declared] if declared else []) + ["utf-8", "gb18030", "big5hkscs"]
    for codec in dict.fromkeys(codecs_to_try):
        text = _decoded_but_for_the_end(raw, codec)
        if text is not None:
            found = found or codec != "big5hkscs"
            yield codec, text
            if codec == "utf-8" and text and max(text) <= "\u0192":  # perhaps Latin-1 coded once more
                yield "", repaired(text)
    yield western, raw.decode(western, "replace")
    if not found:
        yield "gb18030", raw.decode("gb18030", "replace")
        yield "utf-8", raw.decode("utf-8", "replace")


def _decoded_but_for_the_end(raw: bytes, codec: str) -> str | None:
    """Return the strict decoding; a last character cut in two by a length limit is dropped."""
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as fault:
        if fault.end < len(raw) or fault.start == 0 or len(raw) - fault.start > 3:
            return None
        return raw[: fault.start].decode(codec, "ignore")
    except (LookupError, ValueError):
        return None


def plausibility(text: str, codec: str = "utf-8") -> float:
    """Return how much `text` looks like a Chinese office's name: mean weight of its odd characters.

    `codec` says by which decoding it came; "" is a decoding undone and redone.
    """
    odd = [letter for letter in text if not " " <= letter <= "~"]
    if not odd:
        return 1.5
    score = sum(_weight(letter, codec) for letter in odd) / len(odd)
    if codec == "utf-8" and any(letter > "\u0800" for letter in odd):
        score += 0.5  # three-byte sequences hardly arise by chance
    if codec in {"gb18030", "big5hkscs"} and _HANZI_INSIDE_WORD.search(text):
        score -= 2.5  # an accented letter of another language
    words: list[str] = load_table("intake")["expected_words"]
    return score + min(1.0, 0.25 * sum(len(word) for word in words if word in text))


@cache
def _weight(letter: str, codec: str) -> float:
    """Return 2 for the common hanzi (level 1 of GB2312 or Big5) down to -4 for replacement marks."""
    if letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" or "\ud800" <= letter <= "\udfff":
        return -4.0
    if codec == "big5hkscs":
        lead = letter.encode("big5hkscs", "replace")[0]
        return 1.7 if 0xA4 <= lead <= 0xC6 else (-0.5 if _is_hanzi(letter) else -1.0)
    lead = (letter.encode("gb2312", "replace") or b"?")[0]
    if 0xB0 <= lead <= 0xD7:
        return 2.0
    if 0xD8 <= lead <= 0xF7:
        return 1.0
    if _is_hanzi(letter):
        common = codec == "utf-8" and 0xA4 <= letter.encode("big5", "replace")[0] <= 0xC6
        return 1.7 if common else -0.5
    if letter in "\u2014\u2018\u2019\u201c\u201d\u2026\u00b7" or "\u3000" <= letter <= "\u3017" or letter > "\uff00":
        return 1.0
    if "\u00c0" <= letter <= "\u017f" and codec in {"utf-8", "cp1252"}:
        return -0.2
    return -3.0 if unicodedata.category(letter) in {"Cc", "Cn"} else -1.0


def _is_hanzi(letter: str) -> bool:
    return "\u3400" <= letter <= "\u9fff" or "\U00020000" <= letter <= "\U0003ffff"


def repaired(text: str) -> str:
    """Return `text` with a wrong decoding of some earlier program undone, when that clearly helps.

    Known from zips packed again and mails forwarded: GBK shown as cp437 or Latin-1, UTF-8 shown as
    Latin-1 or as GBK.
    """
    if text.isascii():
        return text
    best, best_score = text, plausibility(text)
    for wrong in ("cp437", "latin-1", "cp1252", "gb18030"):
        try:
            raw = text.encode(wrong)
        except UnicodeEncodeError:
            continue
        again = _strict_utf8(raw) if wrong == "gb18030" else decode_bytes(raw)
        if again and plausibility(again) > best_score + 1.0 and sum(map(_is_hanzi, again)) > 1:
            best, best_score = again, plausibility(again)
    return best


def _strict_utf8(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return ""


def zip_entry_name(entry: ZipEntry) -> str:
    """Return the path of a zip entry as its packer meant it, `/`-separated, not yet cleaned."""
    payload = extra_field(entry.extra, _INFO_ZIP_UNICODE_PATH)
    text = ""
    if payload and payload[0] == 1 and payload[1:5] == zlib.crc32(entry.raw_name).to_bytes(4, "little"):
        text = _strict_utf8(payload[5:])
    if not text and entry.flags & _UTF8_FLAG:
        text = _strict_utf8(entry.raw_name)
    return repaired(text or decode_bytes(entry.raw_name)).replace("\\", "/")


def clean_name(text: str, fallback: str = "") -> str:
    """Return a bare name fit to show and to match: NFC, one path part, nothing invisible, at most 120 long."""
    parts = re.split(r"[/\\]", text)
    kept = next((part for part in map(_clean_part, reversed(parts)) if part), "")
    return kept or fallback


def clean_path(text: str, fallback: str = "") -> str:
    """Return a path for display: `..`, drive letters and empty parts dropped, each part cleaned."""
    parts = [_clean_part(part) for part in re.split(r"[/\\]", text) if not re.fullmatch(r"[A-Za-z]:|\.+|\s*", part)]
    return "/".join(part for part in parts if part) or fallback


def _clean_part(part: str) -> str:
    whole = part.encode("utf-8", "replace").decode("utf-8")
    shown = unicodedata.normalize("NFC", _INVISIBLE.sub("", whole.replace("\u00a0", " ")))
    shown = _FORBIDDEN.sub("_", shown).strip().rstrip(". ")
    if not shown.strip("._ ") and not shown.startswith("_"):
        return ""
    if _DEVICES.match(shown):
        shown = "_" + shown
    return _shortened(shown)


def _shortened(name: str) -> str:
    """Return a name of at most 120 characters that keeps its ending."""
    if len(name) <= NAME_LENGTH:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:NAME_LENGTH].rstrip(". ")
    return stem[: NAME_LENGTH - len(ending) - 1].rstrip(". ") + dot + ending
