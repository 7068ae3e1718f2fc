"""The public copy of the leaders' workbook: masked, without what is for the office only, and scanned."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from html import unescape

import msgspec

from sishui_eco.model.outcome import Outcome
from sishui_eco.outputs.summary import PUBLIC_SHEETS, write_book
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import load_table, word

# A mobile number as people type it: half or full width, grouped with blanks or dashes, with +86.
_MOBILE = re.compile(
    r"(?<![\d.])([1\uff11][3-9\uff13-\uff19]\d)[ \-\u2010-\u2015\u3000]?(\d{4})[ \-\u2010-\u2015\u3000]?(\d{4})(?!\d)"
)
_LANDLINE = re.compile(r"(?<!\d)([0\uff10]\d{2,3})([ \-\u2010-\u2015\uff0d])(\d{3,4})(\d{4})(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)(?:\d{17}[\dXx\uff38\uff58]|\d{15})(?!\d)")
_MAIL = re.compile(r"([\w.+-])[\w.+-]*(@[\w-]+(?:\.[\w-]+)+)", re.ASCII)
_NAME_FIELDS = ("liaison_name", "responsible_name", "signatory")
_CONTACT_FIELDS = ("contact",)


class Leftover(msgspec.Struct, frozen=True, kw_only=True):
    """Something personal or internal found in a workbook meant for the public.

    `kind` is one of telephone, landline, identity, mail, comment, hidden_sheet, internal_sheet,
    author, external_link, macro, unreadable; `sample` is masked.
    """

    kind: str
    part: str
    sample: str = ""


def write_public_copy(outcome: Outcome, campaign: Campaign) -> bytes:
    """Return the public copy as bytes; `scan_for_personal_data` on it must find nothing."""
    mask = masker(outcome, campaign)
    return write_book(outcome, campaign, PUBLIC_SHEETS, mask=mask, product="public")


def masker(outcome: Outcome, campaign: Campaign) -> Callable[[str], str]:
    """Return a function that masks telephones, identity numbers, mail addresses and known persons' names.

    A "name" that is a word of the campaign or of ours (a unit that wrote its own name as liaison) is
    left alone, or it would be struck out wherever the workbook uses the word.
    """
    ours = _vocabulary(campaign)
    named = {name for text in _contacts(outcome) for name in _split_names(text)}
    names = sorted((name for name in named if name not in ours), key=lambda name: (-len(name), name))
    pattern = re.compile("|".join(re.escape(name) for name in names)) if names else None

    def mask(text: str) -> str:
        if pattern is not None:
            text = pattern.sub(lambda match: masked_name(match[0]), text)
        return mask_numbers(text)

    return mask


def masked_name(name: str) -> str:
    """Return a name as it may be published: 张**."""
    return word("public.masked_name", "summary", first=name[0])


def mask_numbers(text: str) -> str:
    """Return a text with mobile numbers as 138****1234, identity numbers and mail addresses masked."""
    text = _IDENTITY.sub(lambda match: _masked_identity(match[0]), text)
    text = _MOBILE.sub(r"\1****\3", text)
    text = _LANDLINE.sub(r"\1\2****\4", text)
    return _MAIL.sub(r"\1***\2", text)


def _contacts(outcome: Outcome) -> set[str]:
    """Return the distinct texts that name persons: a county's are few, and each is taken apart once."""
    found: set[str] = set()
    for version in outcome.versions:
        for field in _NAME_FIELDS:
            answer = version.submission.form_fields.get(field)
            if answer is not None:
                found.add(answer.value or answer.raw)
        for record in version.submission.records:
            found.update([record.answers[field].raw for field in _CONTACT_FIELDS if field in record.answers])
    return found


def _vocabulary(campaign: Campaign) -> str:
    """Return every word that campaign and workbook use, as one text to look things up in."""
    words: list[str] = [*campaign.categories, *campaign.provisional, campaign.name, campaign.region]
    words += [name for unit in campaign.units for name in (unit.name, *unit.aliases, unit.category)]
    for leaf in campaign.indicators:
        words += [leaf.domain, leaf.task, leaf.name, leaf.sub_name, leaf.target, leaf.attribute]
    words += [text for item in campaign.materials for text in (item.name, item.requirement, item.medium)]
    words += [str(value) for table in load_table("summary").values() for value in table.values()]
    return "\n".join(words)


def _split_names(text: str) -> Iterator[str]:
    """Yield the persons named in a cell; anything too short or too long to be a name is left alone."""
    stops = re.escape(word("punctuation.list", "summary") + word("punctuation.clause", "summary"))
    for part in re.split(rf"[{stops},;/\s]+", text):
        bare = part.strip("()\uff08\uff09:\uff1a")
        if 2 <= len(bare) <= 4 and not any(char.isdigit() or char.isascii() for char in bare):
            yield bare


def scan_for_personal_data(content: bytes) -> list[Leftover]:
    """Return everything in a workbook's package that must not be published, in the order of its parts."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = [(name, package.read(name)) for name in sorted(package.namelist())]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError):
        return [Leftover(kind="unreadable", part="")]
    found: list[Leftover] = []
    for name, data in parts:
        found += _part_by_name(name)
        if name.endswith((".xml", ".rels", ".vml")):
            found += _in_text(name, data.decode("utf-8", "replace"))
    return found


def _part_by_name(name: str) -> list[Leftover]:
    lower = name.lower()
    kinds = {"comments": "comment", "vbaproject": "macro", "externallinks": "external_link", "persons": "author"}
    return [Leftover(kind=kind, part=name) for mark, kind in kinds.items() if mark in lower]


def _in_text(name: str, xml: str) -> list[Leftover]:
    found = []
    if name == "xl/workbook.xml":
        found += _sheets(name, xml)
    if name == "docProps/core.xml":
        people = re.findall(r"<(?:dc:creator|cp:lastModifiedBy)>([^<]+)</", xml)
        found += [Leftover(kind="author", part=name, sample=masked_name(person)) for person in people]
    if name.endswith(".rels") and 'TargetMode="External"' in xml:
        found.append(Leftover(kind="external_link", part=name))
    for text in re.findall(r">([^<>]+)<", xml):
        found += [Leftover(kind=kind, part=name, sample=mask_numbers(hit)) for kind, hit in personal_in(unescape(text))]
    return found


def _sheets(name: str, xml: str) -> list[Leftover]:
    forbidden = load_table("summary")["public"]["forbidden_sheets"]
    found = []
    for tag in re.findall(r"<sheet [^>]*>", xml):
        title = unescape((re.search(r'name="([^"]*)"', tag) or ["", ""])[1])
        if re.search(r'state="(?:hidden|veryHidden)"', tag):
            found.append(Leftover(kind="hidden_sheet", part=name, sample=title))
        if title in forbidden:
            found.append(Leftover(kind="internal_sheet", part=name, sample=title))
    return found


def personal_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield (kind, text) of every telephone, identity number and mail address in a text."""
    for match in _MOBILE.finditer(text):
        yield "telephone", match[0]
    for match in _LANDLINE.finditer(text):
        yield "landline", match[0]
    for match in _IDENTITY.finditer(text):
        if _plausible_identity(match[0]):
            yield "identity", match[0]
    for match in _MAIL.finditer(text):
        yield "mail", match[0]


def _plausible_identity(number: str) -> bool:
    """Tell whether 15 or 18 digits hold a date of birth where an identity number has it.

    The check digit is not asked: a mistyped number is somebody's all the same.
    """
    month, day = (number[10:12], number[12:14]) if len(number) == 18 else (number[8:10], number[10:12])
    century = len(number) == 15 or 1900 <= int(number[6:10]) <= 2099
    return century and 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def _masked_identity(number: str) -> str:
    if not _plausible_identity(number):
        return number
    return number[:2] + "*" * (len(number) - 5) + number[-3:]
