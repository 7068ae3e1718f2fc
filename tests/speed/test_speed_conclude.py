"""Concluding is counted: versions are held against each other once, every row is looked for once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from sishui_eco import merge
from sishui_eco.checks import choose_versions, comparing
from sishui_eco.concluding import conclude
from sishui_eco.inbox import Inbox
from sishui_eco.model.arrival import Arrival, ArrivalVerdict, FileKind
from sishui_eco.model.place import Place
from sishui_eco.model.submission import Record, RowClass, SheetRows, Submission, Understood
from sishui_eco.spec.settings import default_campaign

AS_OF = datetime(2023, 8, 3, 23, 59)


def returned(name: str, day: int, rows: int) -> Understood:
    """Return an annex 4 of one unit with so many projects, received on a day of July."""
    arrival = Arrival(
        file=name, name=name, sha256=name, size=1, kind=FileKind.XLSX, received=datetime(2023, 7, day), member=""
    )
    records = tuple(
        Record(form="annex4", key=f"第{row}号工程", place=Place(file=name, sheet="表", row=row), rows=(row,))
        for row in range(1, rows + 1)
    )
    submission = Submission(arrival=arrival, form="annex4", unit_id="U10", records=records)
    classes = dict.fromkeys(range(1, rows + 1), RowClass.RECORD)
    sheet = SheetRows(sheet="表", classes=classes, owner=dict.fromkeys(classes, 0))
    return Understood(arrival=arrival, verdict=ArrivalVerdict.READ, submissions=(submission,), rows=(sheet,))


def test_versions_are_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[str, str]] = []
    compare = comparing.compare

    def counting(old: Submission, new: Submission, **numbers: int) -> object:
        compared.append((old.arrival.file, new.arrival.file))
        return compare(old, new, **numbers)

    monkeypatch.setattr(comparing, "compare", counting)
    understood = [returned(name, day, 3) for day, name in enumerate("abc", start=1)]
    conclude(Inbox(received=(), files=(), held={}), understood, default_campaign(), AS_OF, None)
    assert compared == [("a", "b"), ("b", "c")]


class Counted(tuple[Record, ...]):
    """Records that count how often one is looked at."""

    looked = 0

    def __iter__(self) -> Iterator[Record]:
        for record in super().__iter__():
            Counted.looked += 1
            yield record


def test_the_tally_looks_at_each_record_once() -> None:
    item = returned("a", 1, 200)
    versions = choose_versions(item.submissions, default_campaign(), AS_OF).versions
    object.__setattr__(versions[0].submission, "records", Counted(item.submissions[0].records))
    (line,) = merge.tally_arrivals([item], versions)
    assert (line.rows, line.merged, Counted.looked) == (200, 200, 200)
