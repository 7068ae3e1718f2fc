"""Every hostile file through the real worker path, one at a time, told beside what was expected of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sishui_eco.running.workers import WorkLimits, run_tasks
from sishui_eco.spec.settings import default_campaign
from tests.robustness import hostile_more
from tests.robustness.hostile import CASES, Case
from tests.robustness.probing import Probe, probe_file

assert hostile_more.CASES_ADDED
LIMITS = WorkLimits()


def ends_of(probe: Probe | None) -> frozenset[str]:
    """Return the verdicts and codes of the leaves of one file, as a case states them."""
    return frozenset(f"{leaf.verdict} {leaf.code}".strip() for leaf in probe.leaves) if probe else frozenset({"died"})


def judged(cases: Iterable[Case], workers: int = 2) -> list[tuple[Case, Probe | None, str]]:
    """Return each case with what came of it and, when it died, how."""
    chosen = list(cases)
    items = [(case.file, case.build()) for case in chosen]
    done = run_tasks(probe_file, items, default_campaign(), workers=workers, limits=LIMITS, chunk=1)
    return [(case, item.result, str(item.death or "")) for case, item in zip(chosen, done, strict=True)]


def faults(case: Case, probe: Probe | None, death: str, most: float = 10.0) -> list[str]:
    """Return what is wrong with the way a case ended, nothing when it is as expected."""
    if probe is None:
        return [f"worker died: {death}"]
    told = [f"ended as {sorted(ends_of(probe))}, not {sorted(case.ends)}"] if ends_of(probe) != case.ends else []
    told += [f"took {probe.seconds:.1f} s"] if probe.seconds > most else []
    return told + probe.raised + probe.netted


def tell(told: Callable[[str], None], part: str = "") -> int:
    """Judge all cases, tell one line each, and return how many ended otherwise than expected."""
    bad = 0
    for case, probe, death in judged(case for case in CASES if part in case.file):
        wrong = faults(case, probe, death)
        bad += bool(wrong)
        told(f"{case.row:2} {case.file}: {'; '.join(wrong) or 'as expected'} ({probe.seconds if probe else -1:.2f} s)")
    return bad
