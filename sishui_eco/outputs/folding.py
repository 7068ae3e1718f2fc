"""Like findings in neighbouring cells, told together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sishui_eco.model.finding import Finding, Severity
from sishui_eco.model.place import Place

NEIGHBOURS = 2  # rows from one record to the next; a record may stand in two rows


@dataclass(frozen=True, slots=True)
class Folded:
    """One thing to be told: the first of some like findings, and the others, from top to bottom."""

    first: Finding
    others: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        return (self.first, *self.others)

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(dict.fromkeys(place for finding in self.findings for place in finding.places))


def fold_findings(findings: Iterable[Finding], *, exact: bool = False) -> list[Folded]:
    """Return findings in the given order, like ones in neighbouring cells of one column as one.

    Alike are findings of one code, unit, form and field in one column of a sheet, if they use the same words or
    are mere notes (never with `exact`, where every cell is quoted). An error that quotes its value stays alone:
    each cell must be told what is wrong with it.
    """
    groups: list[list[Finding]] = []
    last: dict[tuple[object, ...], list[Finding]] = {}
    for finding in dict.fromkeys(findings):
        key = _kind(finding, exact)
        group = last.get(key)
        if group is not None and len(finding.places) == 1 and _neighbours(group, finding):
            group.append(finding)
            continue
        groups.append([finding])
        if len(finding.places) == 1 and finding.places[0].row:
            last[key] = groups[-1]
    return [_folded(group) for group in groups]


def _kind(finding: Finding, exact: bool) -> tuple[object, ...]:
    words = () if finding.severity is Severity.NOTE and not exact else (finding.message, finding.remedy)
    place = finding.places[0] if finding.places else Place(file="")
    where = (place.file, place.member, place.sheet, place.column)
    return (finding.code, finding.severity, finding.unit_id, finding.form, finding.field, *words, *where)


def _neighbours(group: Sequence[Finding], finding: Finding) -> bool:
    row, rows = finding.places[0].row, {item.places[0].row for item in group}
    return bool(row) and row not in rows and any(abs(row - other) <= NEIGHBOURS for other in rows)


def _folded(group: Sequence[Finding]) -> Folded:
    first, *others = sorted(group, key=lambda item: item.places[:1]) if len(group) > 1 else group
    return Folded(first, tuple(others))
