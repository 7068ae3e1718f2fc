"""The archive for the inspection binders: files received by indicator, in catalogue order, with registers.

Everything is computed before anything is written: path below the archive -> bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from sishui_eco.model.outcome import ArrivalLine, Outcome
from sishui_eco.outputs.archive import HAVE, Item, loose_lines, register_items, sealed_copies, write_register
from sishui_eco.outputs.letters.blocks import ANNEX_TITLE, BLANK, TITLE, Block, Paragraph, Table
from sishui_eco.outputs.letters.page import face_of
from sishui_eco.outputs.letters.titles import split_title
from sishui_eco.outputs.letters.writing import write_document
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import load_table, word

PRODUCT = "register"
REGISTERS = 2  # the workbook and the document
LONGEST_NAME = 120  # bytes of UTF-8: four levels of it stay below what Windows and network drives take
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
Contents = Mapping[tuple[str, str], bytes]


def archive_files(outcome: Outcome, campaign: Campaign, contents: Contents) -> dict[str, bytes]:
    """Return the whole archive; a file filed under two materials lies under both.

    Shape: every supporting file is under a material or among those left over; every version that counts
    is among the returned forms.
    """
    items = register_items(outcome, campaign)
    files = {
        _word("files.workbook"): write_register(outcome, campaign),
        _word("files.document"): write_word_register(items, outcome, campaign),
    }
    taken = set(files)
    for folder, line in (*_filed(items), *_loose(items, outcome, campaign), *_returned(items, outcome, campaign)):
        content = contents.get((line.arrival.file, line.arrival.member))
        if content is not None:
            files[free_path(folder, line.arrival.name, taken)] = content
    return files


def _filed(items: Sequence[Item]) -> Iterator[tuple[str, ArrivalLine]]:
    number = 0
    for at, (indicator, group) in enumerate(groupby(items, key=lambda item: item.coverage.material.indicator), 1):
        above = _word("folders.numbered", number=at, name=safe_name(indicator))
        for item in group:
            number += 1
            own = _word("folders.numbered", number=number, name=safe_name(item.coverage.material.name))
            for line in item.files:
                yield f"{above}/{own}", line


def _loose(items: Sequence[Item], outcome: Outcome, campaign: Campaign) -> Iterator[tuple[str, ArrivalLine]]:
    for line in loose_lines(items, outcome, campaign):
        yield f"{_word('folders.loose')}/{_unit(line.unit_id, campaign)}", line


def _returned(items: Sequence[Item], outcome: Outcome, campaign: Campaign) -> Iterator[tuple[str, ArrivalLine]]:
    """Yield the forms that count, then the sealed copies of forms."""
    counting = {
        (item.submission.arrival.file, item.submission.arrival.member) for item in outcome.versions if item.counts
    }
    for line in outcome.arrivals:
        if (line.arrival.file, line.arrival.member) in counting:
            yield f"{_word('folders.forms')}/{_unit(line.unit_id, campaign)}", line
    for line in sealed_copies(items, outcome, campaign):
        yield f"{_word('folders.forms')}/{_unit(line.unit_id, campaign)}", line


def _unit(unit_id: str, campaign: Campaign) -> str:
    unit = campaign.unit_by_id.get(unit_id)
    if unit is None:
        return _word("folders.nobody")
    return _word("folders.numbered", number=unit.order + 1, name=safe_name(unit.name))


def safe_name(name: str) -> str:
    """Return a name that Windows takes for a file or folder: no path, no device, not too long, ending kept."""
    clean = _FORBIDDEN.sub("_", name).strip(" .") or "_"
    if _RESERVED.match(clean):
        clean = f"_{clean}"
    stem, dot, ending = clean.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = clean, "", ""
    room = LONGEST_NAME - len((dot + ending).encode())
    while len(stem.encode()) > room:
        stem = stem[:-1]
    return f"{stem.rstrip(' .') if not dot else stem}{dot}{ending}"


def free_path(folder: str, name: str, taken: set[str]) -> str:
    """Return a path in a folder that is not taken yet, whatever the case of its letters, and take it."""
    clean = safe_name(name)
    stem, dot, ending = clean.rpartition(".") if "." in clean else (clean, "", "")
    number, path = 1, f"{folder}/{clean}"
    while path.lower() in taken:
        number += 1
        path = f"{folder}/{stem}({number}){dot}{ending}"
    taken.add(path.lower())
    return path


# --- the register as a Word document ---------------------------------------------------------------------


def write_word_register(items: Sequence[Item], outcome: Outcome, campaign: Campaign) -> bytes:
    """Return the register as docx: what is there in catalogue order, then what is missing by unit."""
    title = _word("titles.register", region=campaign.region)
    day = outcome.as_of
    counts = {state: sum(item.state == state for item in items) for state in ("have", "unclear", "lacking")}
    line = _word("lines.summary", total=len(items), year=day.year, month=day.month, day=day.day, **counts)
    wanted = missing_by_unit(items, campaign)
    missing = _word("lines.missing", count=len(wanted), units=len({item.coverage.material.provider for item in wanted}))
    blocks: list[Block] = [Paragraph(style=TITLE, text=text) for text in split_title(title)]
    blocks += [BLANK, Paragraph(text=line), _table("register", list(enumerate(items, 1)), campaign)]
    blocks += [Paragraph(style=ANNEX_TITLE, text=_word("titles.missing"), new_page=True), Paragraph(text=missing)]
    blocks += [_table("missing", list(enumerate(wanted, 1)), campaign), Paragraph(tiny=True)]
    return write_document(
        blocks, face=face_of(campaign), section="document", product=PRODUCT, title=title, moment=outcome.as_of
    )


def missing_by_unit(items: Sequence[Item], campaign: Campaign) -> list[Item]:
    """Return what is not there, by unit in roster order."""
    order = {unit.unit_id: unit.order for unit in campaign.units}
    wanted = [item for item in items if item.state != HAVE]
    return sorted(wanted, key=lambda item: order.get(item.coverage.material.provider, len(order)))


def _table(key: str, items: Sequence[tuple[int, Item]], campaign: Campaign) -> Table:
    columns: dict[str, int] = load_table("archive")["word"][key]
    return Table(
        columns=tuple(_word(f"columns.{name}") for name in columns),
        widths=tuple(columns.values()),
        rows=tuple(tuple(_value(name, number, item, campaign) for name in columns) for number, item in items),
        centred=tuple(at for at, name in enumerate(columns) if name in ("number", "state", "count")),
    )


def _value(name: str, number: int, item: Item, campaign: Campaign) -> str:
    material = item.coverage.material
    values = {
        "number": str(number),
        "indicator": material.indicator,
        "material": material.name,
        "provider": campaign.unit_name(material.provider),
        "state": _word(f"states.{item.state}"),
        "lacking": item.lacking,
        "count": str(len(item.files)) if item.files else "",
    }
    return values[name]


def _word(key: str, **parameters: object) -> str:
    return word(key, "archive", **parameters)
