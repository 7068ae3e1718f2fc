"""The list of the letters of a day: what was written, for whom; from it the ledger learns what was sent."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from sishui_eco.outputs.letters.choosing import LetterPlan, Sent
from sishui_eco.outputs.letters.template_files import Templates
from sishui_eco.outputs.letters.wording import say, table
from sishui_eco.spec.campaign import Campaign

LEDGER_KIND = "sent"


class Correspondence(msgspec.Struct, frozen=True, kw_only=True):
    """What the office brings to its letters: its own texts by kind, and the letters that already went out."""

    templates: Templates = msgspec.field(default_factory=dict)
    sent: Sent = msgspec.field(default_factory=dict)


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """One letter as written; `written` is the day it is dated, `file` its name."""

    unit_ids: tuple[str, ...]
    names: str
    kind: str
    written: date
    file: str


def write_outgoing(letters: Iterable[tuple[LetterPlan, str]], day: date, campaign: Campaign) -> bytes:
    """Return the list as CSV that opens in Excel: who, what, dated when, which file."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(table("outgoing")["columns"])
    joint = str(table("joint"))
    for number, (plan, file) in enumerate(letters, 1):
        units = plan.unit_ids or (plan.unit_id,)
        names = joint.join(campaign.unit_name(unit_id) for unit_id in units)
        writer.writerow([number, names, plan.title, day.isoformat(), file, ";".join(units), plan.kind])
    return buffer.getvalue().encode("utf-8-sig")


def read_outgoing(content: bytes) -> tuple[Outgoing, ...]:
    """Return the letters of a list. Raises: ValueError when it is no such list."""
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    _, names, _, written, file, units, kind = table("outgoing")["columns"]
    try:
        return tuple(
            Outgoing(
                unit_ids=tuple(row[units].split(";")),
                names=row[names],
                kind=row[kind],
                written=date.fromisoformat(row[written]),
                file=row[file],
            )
            for row in rows
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(say("outgoing.broken")) from error


def sent_event(letter: Outgoing, day: date, who: str) -> tuple[str, str, Mapping[str, object]]:
    """Return the ledger event of one letter that was sent on a day."""
    units = ";".join(letter.unit_ids)
    payload = {
        "unit_ids": list(letter.unit_ids),
        "kind": letter.kind,
        "written": letter.written.isoformat(),
        "sent": day.isoformat(),
        "file": letter.file,
        "who": who,
    }
    return LEDGER_KIND, f"{units}|{letter.written.isoformat()}|{letter.kind}", payload


def sent_letters(payloads: Iterable[Mapping[str, object]]) -> Sent:
    """Return unit id -> (kind, day sent) of every letter the ledger knows, in its order."""
    found: dict[str, list[tuple[str, date]]] = {}
    for payload in payloads:
        units = payload["unit_ids"]
        for unit_id in units if isinstance(units, list) else ():
            found.setdefault(str(unit_id), []).append((str(payload["kind"]), date.fromisoformat(str(payload["sent"]))))
    return found
