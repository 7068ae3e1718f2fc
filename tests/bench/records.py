"""A summary of very many records, made as they are asked for: how long the workbook takes, and how much memory.

    python tests/bench/records.py 200000

prints seconds of processor time and the peak of a fresh process that holds nothing but generated records.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import overload

from sishui_eco.model.arrival import Arrival, ArrivalVerdict, FileKind
from sishui_eco.model.outcome import ArrivalLine, MergedRow, Outcome, ReviewItem, Standing, StandingState, TallyLine
from sishui_eco.model.place import Place
from sishui_eco.model.submission import Answer, Record
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import default_campaign

AS_OF = datetime(2023, 8, 5, 9)
PER_FILE = 10
FORM = "annex4"


@dataclass(frozen=True, slots=True)
class Rows(Sequence[MergedRow]):
    """So many projects of a province, none of them kept."""

    campaign: Campaign
    files: Sequence[Arrival]
    count: int

    def __len__(self) -> int:
        return self.count

    @overload
    def __getitem__(self, at: int) -> MergedRow: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[MergedRow]: ...
    def __getitem__(self, at: int | slice) -> MergedRow | Sequence[MergedRow]:
        if isinstance(at, slice):
            return [self[number] for number in range(*at.indices(self.count))]
        if not 0 <= at < self.count:
            raise IndexError(at)
        return project(self.campaign, self.files[at // PER_FILE], at)


@dataclass(frozen=True, slots=True)
class Reviews(Sequence[ReviewItem]):
    """One row for each project, as the checks ask for it."""

    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, at: int) -> ReviewItem: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[ReviewItem]: ...
    def __getitem__(self, number: int | slice) -> ReviewItem | Sequence[ReviewItem]:
        if isinstance(number, slice):
            return [self[at] for at in range(*number.indices(len(self)))]
        units, arrival = self.rows.campaign.units, self.rows.files[number // PER_FILE]
        unit = units[number // PER_FILE % len(units)]
        return ReviewItem(
            unit_id=unit.unit_id,
            form=FORM,
            subject="建设内容是否详实具体；是否具备成熟条件",
            record=name_of(unit.name, number),
            evidence=f"建设内容“{content_of(number)}”；没有写实施阶段",
            place=Place(file=arrival.file, sheet="附件4", row=5 + number % PER_FILE, column=6),
        )


def name_of(unit: str, number: int) -> str:
    return f"{unit}{number}片区综合治理工程"


def content_of(number: int) -> str:
    return f"治理河道{number % 997}公里，新建生态护岸{number % 31}.6公里，配套监测站{number % 9}座"


def came(campaign: Campaign, number: int) -> Arrival:
    unit = campaign.units[number % len(campaign.units)]
    name = f"{unit.name}附件4-{number}.xlsx"
    return Arrival(
        file=f"第{number // 500 + 1}批/{name}",
        name=name,
        kind=FileKind.XLSX,
        size=20_000,
        sha256=f"{number * 2654435761 % (1 << 64):016x}" * 4,
        received=AS_OF - timedelta(minutes=number % 20_000),
    )


def project(campaign: Campaign, arrival: Arrival, number: int) -> MergedRow:
    """Return one project; names differ, contents and amounts mostly. Answers that say the same are shared."""
    unit = campaign.units[number // PER_FILE % len(campaign.units)]
    row = 5 + number % PER_FILE
    amount = str(100 + number * 7 % 8900) + ("" if number % 3 else ".5")
    half = Decimal(amount) / 2
    answers = {
        "category": shared("category", "choice", campaign.categories[number % len(campaign.categories)], row, 2),
        "project": answer("project", "text", name_of(unit.name, number), row, 3),
        "nature": shared("nature", "choice", "新建", row, 4),
        "site": shared("site", "text", f"{unit.name}辖区", row, 5),
        "content": answer("content", "text", content_of(number), row, 6),
        "period": shared("period", "period", "2023-01/2025-12", row, 7),
        "investment": answer("investment", "money", amount, row, 8),
        "funding": shared("funding", "text", "县级资金", row, 9),
        "investment_by_year": answer("investment_by_year", "text", f"2023年{half}；2024年{half}", row, 10),
        "stage": shared("stage", "text", "前期", row, 11),
        "responsible_unit": shared("responsible_unit", "units", unit.name, row, 12),
        "supports": shared("supports", "text", "河湖岸线保护率", row, 13),
        "listed": shared("listed", "text", "否", row, 14),
    }
    place = Place(file=arrival.file, sheet="附件4", row=row, column=1)
    record = Record(form=FORM, key=answers["project"].value, place=place, rows=(row,), answers=answers)
    return MergedRow(unit_id=unit.unit_id, form=FORM, record=record, version=1, arrival=arrival)


def answer(field: str, kind: str, value: str, row: int, column: int) -> Answer:
    place = Place(file="", sheet="附件4", row=row, column=column)
    return Answer(field=field, kind=kind, raw=value, value=value, place=place)


shared = lru_cache(maxsize=4096)(answer)


def outcome_of(records: int) -> tuple[Outcome, Campaign]:
    """Return an outcome of so many projects from a tenth as many files of the shipped roster's units, many times over."""
    campaign = default_campaign()
    shipped = campaign.units
    units = [
        replace(shipped[at % len(shipped)], unit_id=f"U{at:05d}", name=f"第{at}号镇人民政府", order=at)
        for at in range(max(40, records // 30))
    ]
    campaign = replace(campaign, units=tuple(units))
    files = [came(campaign, number) for number in range(-(-records // PER_FILE))]
    lines = tuple(
        ArrivalLine(arrival=item, verdict=ArrivalVerdict.READ, forms=(FORM,), unit_id=units[at % len(units)].unit_id)
        for at, item in enumerate(files)
    )
    tally = tuple(
        TallyLine(file=item.file, member="", sheet="附件4", rows=PER_FILE + 3, merged=PER_FILE, heading=3)
        for item in files
    )
    standings = tuple(
        Standing(unit_id=unit.unit_id, form=FORM, state=StandingState.ACCEPTED, version=1, due=AS_OF) for unit in units
    )
    rows = Rows(campaign, files, records)
    outcome = Outcome(
        campaign=campaign,
        as_of=AS_OF,
        arrivals=lines,
        standings=standings,
        tally=tally,
        merged={"annex2": (), "annex3": (), FORM: rows},  # type: ignore[dict-item]
        reviews=Reviews(rows),  # type: ignore[arg-type]
    )
    return outcome, campaign


def main() -> None:
    from sishui_eco.outputs.summary import write_summary

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records", type=int)
    parser.add_argument("--to", default="", help="also write the workbook here")
    options = parser.parse_args()
    outcome, campaign = outcome_of(options.records)
    start = time.process_time()
    for _ in outcome.merged[FORM]:
        pass
    making, before, start = time.process_time() - start, _peak(), time.process_time()
    content = write_summary(outcome, campaign, inbox_link="../../收件")
    taken = time.process_time() - start
    print(f"{options.records} records: {taken:.1f} s, {len(content) / 1e6:.0f} MB file,", end=" ")
    print(f"peak {_peak():.0f} MB of which {before:.0f} before writing; making all records once takes {making:.1f} s")
    if options.to:
        with Path(options.to).open("wb") as file:
            file.write(content)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024 * 1024)


if __name__ == "__main__":
    main()
