"""Every check of one submission, in the order in which their findings are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from sishui_eco.checks import (
    answer_checks,
    figure_checks,
    form_checks,
    indicator_checks,
    material_checks,
    money_checks,
    people_checks,
    project_checks,
)
from sishui_eco.checks.examined import Examined
from sishui_eco.checks.situations import rules_for
from sishui_eco.model.finding import Finding
from sishui_eco.model.submission import Record, Submission
from sishui_eco.spec.campaign import Campaign

RecordCheck = Callable[[Examined, Record], Iterator[Finding]]
FormCheck = Callable[[Examined], Iterator[Finding]]

FORM_CHECKS: tuple[FormCheck, ...] = (*people_checks.CHECKS, *form_checks.CHECKS)
EVERY_RECORD: tuple[RecordCheck, ...] = answer_checks.CHECKS
RECORD_CHECKS: dict[str, tuple[RecordCheck, ...]] = {
    "annex2": (*indicator_checks.CHECKS, *figure_checks.CHECKS),
    "annex3": material_checks.CHECKS,
    "annex4": (*project_checks.CHECKS, *money_checks.CHECKS),
}


def check_submission(submission: Submission, campaign: Campaign) -> tuple[Finding, ...]:
    """Return what the checks find in one submission, form first, then record by record.

    Values that could not be read are passed over: the reading stage has told them already.
    Findings of the stages before are not repeated in the result.
    """
    examined = Examined(submission=submission, campaign=campaign)
    found: list[Finding] = [finding for check in FORM_CHECKS for finding in check(examined)]
    absent = set(form_checks.missing_columns(examined))
    checks = (*EVERY_RECORD, *RECORD_CHECKS.get(submission.form, ()))
    chosen: dict[int, tuple[RecordCheck, ...]] = {}  # situation -> what is asked
    for record in submission.records:
        situation = examined.situation(record)
        if situation not in chosen:
            chosen[situation] = rules_for(checks, situation)
        for check in chosen[situation]:
            for item in check(examined, record):
                if item.field not in absent:
                    found.append(item)
    return tuple(dict.fromkeys(found))


def without_checks(submission: Submission) -> Submission:
    """Return a submission with only the findings of the stages before the checks."""
    return replace(submission, findings=tuple(item for item in submission.findings if not is_check(item.code)))


def is_check(code: str) -> bool:
    """Whether a code is made by `check_submission`; F9xx belongs to the reading of the structure."""
    return code[0] == "C" or (code[0] == "F" and code[1] != "9")


def recheck(submission: Submission, campaign: Campaign) -> Submission:
    """Return a submission whose check findings are made anew, after a value of it was corrected."""
    bare_one = without_checks(submission)
    return replace(bare_one, findings=(*bare_one.findings, *check_submission(bare_one, campaign)))
