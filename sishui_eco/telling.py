"""What the command line says of a run, as figures so few that they can be remembered; and of a fault, as a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from sishui_eco import reckoning
from sishui_eco.errors import EcoError
from sishui_eco.model.outcome import Outcome
from sishui_eco.running.storing import fault_of
from sishui_eco.zh import word

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


def sentence_of(error: Exception) -> tuple[str, int]:
    """Return a fault of ours as one Chinese sentence, with the single faults it holds below, and its exit code.

    What nobody foresaw is told by its kind and where it happened, without any value of it.
    """
    if isinstance(error, OSError):
        error = fault_of(error, Path(str(error.filename or "")))
    if isinstance(error, EcoError):
        faults = (f"  {fault}" for fault in getattr(error, "faults", ()))
        return "\n".join((word(error.key, "errors", **error.parameters), *faults)), error.exit_code
    told = word("unexpected", "errors", kind=type(error).__name__, detail=_where(error))
    return told, EcoError.exit_code


def _where(error: BaseException) -> str:
    """Return module:line of a fault of ours."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).stem}:{trace.tb_lineno}" if trace else "?"
