"""All letters of a day in one document, each a section that begins on a front page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sishui_eco.outputs.packaging import RawEntry, make_entry, read_entries, write_entries

DOCUMENT = "word/document.xml"
_LIMIT = 1 << 28
_SECTION = re.compile(r"<w:sectPr\b(?:(?!<w:sectPr\b).)*</w:sectPr>\Z", re.DOTALL)
_TYPE = '<w:type w:val="nextPage"/>'


def join_letters(letters: Sequence[bytes]) -> bytes:
    """Return one docx with all letters, in order; each keeps its section, its head and its page numbers.

    Every letter begins a page numbered 1: a printer that prints both sides leaves the back before it empty,
    so two letters never share a sheet. (A section of type oddPage would say it plainly, but LibreOffice 7.4
    then repeats the red head on every page.) Letters must come from `write_letter` with one campaign.

    Raises: ValueError when there are none or their parts differ.
    """
    if not letters:
        raise ValueError("no letters to join")
    packages = [read_entries(letter) for letter in letters]
    shared = _shared(packages[0])
    texts = []
    for package in packages:
        if _shared(package) != shared:
            raise ValueError("letters of different campaigns cannot be joined")
        texts.append(next(item for item in package if item.name == DOCUMENT).content(_LIMIT).decode("utf-8"))
    opening = texts[0][: texts[0].index("<w:body>") + len("<w:body>")]
    bodies = [_body(text) for text in texts]
    last_body, last_section = bodies[-1]
    parts = [f"{body}<w:p><w:pPr>{_EMPTY}{_on_front(section)}</w:pPr></w:p>" for body, section in bodies[:-1]]
    text = f"{opening}{''.join(parts)}{last_body}{_on_front(last_section)}</w:body></w:document>"
    entries = [item for item in packages[0] if item.name != DOCUMENT]
    entries.append(make_entry(DOCUMENT, text.encode("utf-8")))
    return write_entries(sorted(entries, key=lambda entry: entry.name))


_EMPTY = '<w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'


def _shared(package: Sequence[RawEntry]) -> tuple[tuple[str, bytes], ...]:
    return tuple(
        (entry.name, entry.data) for entry in package if entry.name.startswith("word/") and entry.name != DOCUMENT
    )


def _body(text: str) -> tuple[str, str]:
    inner = text[text.index("<w:body>") + len("<w:body>") : text.rindex("</w:body>")]
    found = _SECTION.search(inner)
    if found is None:
        raise ValueError("a letter without section")
    return inner[: found.start()], found.group()


def _on_front(section: str) -> str:
    """Return the section with its first page odd; the type stands after the references, as the schema wants."""
    at = section.index("<w:pgSz")
    return section[:at] + _TYPE + section[at:]
