"""One file of the list -> its bytes and the truth about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from random import Random

from sishui_eco.outputs.blanks import write_blank
from sishui_eco.sample import junk
from sishui_eco.sample.biff import xls_bytes
from sishui_eco.sample.canvas import Canvas
from sishui_eco.sample.cards import draw_card
from sishui_eco.sample.documents import nil_document, plain_document, table_document
from sishui_eco.sample.drafts import Draft, make_draft
from sishui_eco.sample.drawing import draw_bare_table, draw_table
from sishui_eco.sample.faults import plant
from sishui_eco.sample.filling import fill_blank
from sishui_eco.sample.markup import csv_bytes, html_bytes, xml_bytes
from sishui_eco.sample.plan import Planted
from sishui_eco.sample.tables import FileRow, words
from sishui_eco.sample.workbooks import workbook_bytes
from sishui_eco.spec.campaign import Campaign

TORN_AT = 2600


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The bytes of one file, the drafts in it, and the canvas of each sheet (with its form, or "")."""

    content: bytes
    drafts: tuple[Draft, ...] = ()
    canvases: tuple[tuple[str, Canvas], ...] = ()
    planted: tuple[Planted, ...] = ()
    named_sheets: bool = True


def make_file(row: FileRow, campaign: Campaign, seed: int) -> Made:
    """Return what one line of the list asks for; copies and containers are the builder's business."""
    random = Random(f"{seed}/{row.file}/{row.member}")  # noqa: S311 - sample data, no secret
    drafts, planted = _drafts(row, campaign, random)
    made = WRITERS[row.writer](row, drafts, campaign, random)
    return Made(
        content=made.content, drafts=drafts, canvases=made.canvases, planted=planted, named_sheets=made.named_sheets
    )


def _drafts(row: FileRow, campaign: Campaign, random: Random) -> tuple[tuple[Draft, ...], tuple[Planted, ...]]:
    drafts, planted = [], []
    for form in row.forms:
        nil = form == "annex4" and ("nil" in row.shape or row.writer == "nil_docx")
        draft = make_draft(row.unit_id, form, campaign, row.round, random, nil)
        for name, argument in (*row.faults, *_pending(draft)):
            if bite := plant(draft, name, argument, campaign):
                draft, record, key = bite
                where = {"file": row.file, "member": row.member, "unit_id": row.unit_id, "form": form}
                planted.append(Planted(**where, record=record, field=key, meaning=name))
        drafts.append(draft)
    return tuple(drafts), tuple(planted)


def _pending(draft: Draft) -> tuple[tuple[str, str], ...]:
    """Materials that the facts say are not there yet are faults of their own."""
    if draft.form != "annex3":
        return ()
    records = zip(draft.keys, draft.records, strict=True)
    return tuple(("not_provided", key) for key, record in records if record["provided"].value == "no")


def _issued(row: FileRow, campaign: Campaign) -> bytes:
    return write_blank(campaign.unit_by_id[row.unit_id], campaign, datetime.combine(campaign.notice_date, time(9)))


def _blank(row: FileRow, drafts: tuple[Draft, ...], campaign: Campaign, _: Random) -> Made:
    filled = fill_blank(_issued(row, campaign), drafts, campaign)
    labels = {form.label: form.key for form in campaign.forms}
    canvases = tuple((labels.get(canvas.name, ""), canvas) for canvas in filled.canvases)
    return Made(content=filled.content, canvases=canvases)


def _own(row: FileRow, drafts: tuple[Draft, ...], campaign: Campaign, random: Random) -> Made:
    names = words()["drawing"]["sheet_names"]
    titles = names if len(drafts) == 1 else [campaign.form_by_key[draft.form].label for draft in drafts]
    canvases = [
        draw_table(draft, campaign, row.shape, title, random) for draft, title in zip(drafts, titles, strict=False)
    ]
    empty = [name for name in names if name not in titles[: len(drafts)]] if "sheets" in row.shape else []
    content = workbook_bytes(canvases, empty[: 3 - len(drafts)])
    return Made(content=content, canvases=tuple(zip((draft.form for draft in drafts), canvases, strict=True)))


def _card(row: FileRow, drafts: tuple[Draft, ...], campaign: Campaign, _: Random) -> Made:
    canvas = draw_card(drafts[0], campaign, row.shape, words()["drawing"]["sheet_names"][0])
    return Made(content=workbook_bytes([canvas]), canvases=((drafts[0].form, canvas),))


def _markup(to_bytes: Callable[[Canvas], bytes]) -> Callable[..., Made]:
    def write(row: FileRow, drafts: tuple[Draft, ...], campaign: Campaign, random: Random) -> Made:
        name = words()["drawing"]["sheet_names"][0]
        canvas = draw_table(drafts[0], campaign, row.shape, name, random)
        named = to_bytes in (xml_bytes, xls_bytes)
        return Made(content=to_bytes(canvas), canvases=((drafts[0].form, canvas),), named_sheets=named)

    return write


def _docx(row: FileRow, drafts: tuple[Draft, ...], campaign: Campaign, random: Random) -> Made:
    canvas = draw_bare_table(drafts[0], campaign, row.shape, "", random)
    content = table_document(drafts[0], canvas, campaign, row.shape)
    return Made(content=content, canvases=((drafts[0].form, canvas),), named_sheets=False)


def _nil_docx(row: FileRow, drafts: tuple[Draft, ...], campaign: Campaign, _: Random) -> Made:
    return Made(content=nil_document(drafts[0], campaign, row.shape))


def _duty_roster() -> bytes:
    other = words()["others"]["duty"]
    canvas = Canvas(name=other["sheet"])
    for number, cells in enumerate(other["rows"], start=1):
        canvas.accounts[number] = "other"
        for column, text in enumerate(cells, start=1):
            canvas.put(number, column, text)
    return workbook_bytes([canvas])


def _fixed(content: Callable[[FileRow, Campaign], bytes]) -> Callable[..., Made]:
    def write(row: FileRow, _drafts: tuple[Draft, ...], campaign: Campaign, _random: Random) -> Made:
        return Made(content=content(row, campaign))

    return write


WRITERS: dict[str, Callable[[FileRow, tuple[Draft, ...], Campaign, Random], Made]] = {
    "blank": _blank,
    "unfilled": _blank,
    "own": _own,
    "card": _card,
    "html": _markup(html_bytes),
    "xml": _markup(xml_bytes),
    "csv": _markup(csv_bytes),
    "biff": _markup(xls_bytes),
    "docx": _docx,
    "nil_docx": _nil_docx,
    "pdf": _fixed(lambda row, _: junk.sealed_scan() + b"%% " + row.unit_id.encode() + b"\n"),
    "photo": _fixed(lambda row, _: junk.photo(len(row.file) * 3)),
    "other_xlsx": _fixed(lambda _row, _: _duty_roster()),
    "notice_docx": _fixed(lambda _row, _: plain_document(words()["others"]["notice"]["paragraphs"])),
    "other_docx": _fixed(lambda _row, _: plain_document(words()["others"]["summary"]["paragraphs"])),
    "lock": _fixed(lambda _row, _: b"\x06Office".ljust(165, b" ")),
    "truncated": _fixed(lambda row, campaign: _issued(row, campaign)[:TORN_AT]),
    "encrypted": _fixed(lambda _row, _: junk.encrypted_workbook()),
    "empty": _fixed(lambda _row, _: b""),
}
