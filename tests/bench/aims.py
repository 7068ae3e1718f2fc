"""The aims of issue 7 against what was measured: each aim names the tables and lines it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from measuring import Line, Table, told_seconds

Found = Mapping[str, Mapping[str, Line]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A bound, how its figure comes from the measured lines, and how the figure is told."""

    what: str
    limit: float
    figure: Callable[[Found], float]
    told: Callable[[float], str] = told_seconds
    least: bool = False  # the figure must be at least the limit, not at most

    def reached(self, figure: float) -> bool:
        return figure >= self.limit if self.least else figure <= self.limit


def seconds(table: str, line: str) -> Callable[[Found], float]:
    return lambda found: found[table][line].seconds


def memory(table: str, *lines: str) -> Callable[[Found], float]:
    return lambda found: max(found[table][line].memory for line in lines)


def largest(table: str, *lines: str) -> Callable[[Found], float]:
    return lambda found: max(found[table][line].largest for line in lines)


def amount(table: str, line: str) -> Callable[[Found], float]:
    return lambda found: found[table][line].amount


def times(table: str, line: str, other: str) -> Callable[[Found], float]:
    """Return how many times as long one line takes as another of its table, by the ratios of paired runs."""
    return lambda found: found[table][line].ratio / found[table][other].ratio


def growth(table: str, line: str, small: int, large: int) -> Callable[[Found], float]:
    """Return how many times as much a workbook costs among many as among few."""
    return lambda found: (
        (found[f"{table}_{large}"][line].seconds / large) / (found[f"{table}_{small}"][line].seconds / small)
    )


def factor(value: float) -> str:
    return f"{value:.2f} ×"


def megabytes(value: float) -> str:
    return f"{value:.0f} MB"


OURS, FLOOR, USUAL = "sishui_eco_reading", "inflate_c_expat_floor", "the_usual_script_pandas_concat"
NOTHING, SAME, MORE = "collect_from_nothing", "collect_nothing_changed", "collect_one_file_more"
AIMS = (
    Aim(what="reading a typical file: at most 3 × the floor", limit=3, figure=times("reading", OURS, FLOOR), told=factor),
    Aim(what="reading a typical file: at least 20 × faster than openpyxl", limit=20, least=True,
        figure=times("reading", "openpyxl", OURS), told=factor),
    Aim(what="reading 100,000 rows: at most 4 × the floor", limit=4, figure=times("large", OURS, FLOOR), told=factor),
    Aim(what="reading 100,000 rows: holding at most 5 × what is inflated", limit=5, figure=amount("large", OURS), told=factor),
    Aim(what="the per-file job: at most 6 ms", limit=0.006, figure=seconds("file", "the_whole_per_file_job")),
    Aim(what="the per-file job: more than twice as fast as pandas.read_excel alone", limit=2, least=True,
        figure=times("file", "pandas_read_excel_alone", "the_whole_per_file_job"), told=factor),
    Aim(what="two workers: at least 1.7 ×", limit=1.7, least=True, figure=times("workers", "one", "two"), told=factor),
    Aim(what="a county, cold: under 4 s", limit=4, figure=seconds("county", NOTHING)),
    Aim(what="a county, cold: at least 3 × as fast as the usual script", limit=3, least=True,
        figure=times("county", USUAL, NOTHING), told=factor),
    Aim(what="a county, nothing changed: under 1 s", limit=1, figure=seconds("county", SAME)),
    Aim(what="a county, one mail more: under 1.5 s", limit=1.5, figure=seconds("county", MORE)),
    Aim(what="`--help`: under 0.4 s", limit=0.4, figure=seconds("small", "help")),
    Aim(what="`status`: under 0.4 s", limit=0.4, figure=seconds("small", "status")),
    Aim(what="a province of 20,000 in one task: under 3 minutes", limit=180, figure=seconds("one_20000", "from_nothing")),
    Aim(what="a province of 20,000 in 136 tasks: under 3 minutes", limit=180, figure=seconds("many_20000", NOTHING)),
    Aim(what="a province in one task: main process under 1 GB", limit=1024, told=megabytes,
        figure=memory("one_20000", "from_nothing", "one_file_more")),
    Aim(what="a province in 136 tasks: no process above 1 GB", limit=1024, told=megabytes,
        figure=largest("many_20000", NOTHING, MORE)),
    Aim(what="a province in one task, one mail more: under 10 s", limit=10, figure=seconds("one_20000", "one_file_more")),
    Aim(what="a province in 136 tasks, one mail more: under 10 s", limit=10, figure=seconds("many_20000", MORE)),
    Aim(what="one task: a workbook costs at 20,000 at most 1.2 × that at 2,000", limit=1.2, told=factor,
        figure=growth("one", "from_nothing", 2_000, 20_000)),
    Aim(what="136 tasks: a workbook costs at 20,000 at most 1.2 × that at 2,000", limit=1.2, told=factor,
        figure=growth("many", NOTHING, 2_000, 20_000)),
    Aim(what="summary of 200,000 records: under 40 s", limit=40, figure=seconds("summary", "summary")),
    Aim(what="summary of 200,000 records: writing it adds less than 300 MB to what the records take", limit=300,
        figure=amount("summary", "summary"), told=megabytes),
    Aim(what="1,000 letters: under 4 s", limit=4, figure=seconds("thousands", "1_000_letters")),
    Aim(what="1,000 marked copies: under 6 s", limit=6, figure=seconds("thousands", "1_000_marked_copies")),
)  # fmt: skip


def aims_table(tables: Sequence[Table]) -> str:
    """Return the table of aims: what was found of each, and whether it is reached."""
    found = {table.key: {line.key: line for line in table.lines} for table in tables}
    rows = ["| aim | found | |", "|---|---|---|"]
    for aim in AIMS:
        try:
            figure = aim.figure(found)
        except KeyError:
            rows.append(f"| {aim.what} | not measured | open |")
            continue
        rows.append(f"| {aim.what} | {aim.told(figure)} | {'reached' if aim.reached(figure) else 'not reached'} |")
    return "\n".join(rows) + "\n"
