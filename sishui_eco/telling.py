"""What the command line says of a run, as figures: so few that they can be remembered beside its results."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sishui_eco import reckoning
from sishui_eco.model.outcome import Outcome

ACCOUNTS = ("rows", "merged", "returned", "superseded", "excluded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How many there are of each kind, and the files that could not be taken: place, message, remedy."""

    arrivals: int
    standings: int
    findings: int
    verdicts: Mapping[str, int] = field(default_factory=dict)  # of arrivals
    states: Mapping[str, int] = field(default_factory=dict)
    judgements: Mapping[str, int] = field(default_factory=dict)
    severities: Mapping[str, int] = field(default_factory=dict)
    accounts: Mapping[str, int] = field(default_factory=dict)
    refused: tuple[tuple[str, str, str], ...] = ()
    units: int = 0  # that owe something
    returned_units: int = 0
    late: int = 0  # things owed and overdue, or returned too late
    projects: int = 0
    investment: Decimal = Decimal(0)


def tell(outcome: Outcome) -> Told:
    """Return the figures of an outcome."""
    figures = reckoning.snapshot(outcome)
    refused = []
    for line in outcome.arrivals:
        if line.code and line.findings:
            finding = next((item for item in line.findings if item.code == line.code), line.findings[0])
            refused.append((str(line.arrival.place), finding.message, finding.remedy))
    return Told(
        arrivals=len(outcome.arrivals),
        standings=len(outcome.standings),
        findings=len(outcome.findings),
        verdicts=Counter(str(line.verdict) for line in outcome.arrivals),
        states=Counter(str(item.state) for item in outcome.standings),
        judgements=Counter(str(verdict.judgement) for verdict in outcome.verdicts),
        severities=Counter(str(finding.severity) for finding in outcome.findings),
        accounts={name: sum(getattr(line, name) for line in outcome.tally) for name in ACCOUNTS},
        refused=tuple(refused),
        units=len({item.unit_id for item in outcome.standings}),
        returned_units=figures.returned_units,
        late=sum(item.late or item.days_overdue > 0 for item in outcome.standings),
        projects=figures.projects,
        investment=figures.investment,
    )
