"""Answers -> findings and verdicts: one answer, one record, one form, across forms, across units, across versions."""

from __future__ import annotations

from sishui_eco.checks.across import check_across
from sishui_eco.checks.comparing import all_changes, compare, compare_successive, mended
from sishui_eco.checks.deadlines import (
    add_working_days,
    all_standings,
    days_overdue,
    standing,
    unknown_years,
    working_day,
)
from sishui_eco.checks.explanations import identity, is_settled
from sishui_eco.checks.human import human_review, seal_evidence
from sishui_eco.checks.scores import Score, unit_scores
from sishui_eco.checks.selection import Selection, choose_versions, settle
from sishui_eco.checks.submission import check_submission, recheck
from sishui_eco.checks.targets import Target, TargetKind, parse_target
from sishui_eco.checks.verdicts import (
    IndicatorVerdict,
    cross_table,
    judge_indicator,
    judge_submission,
    overall,
    unparsed_targets,
)
from sishui_eco.checks.versions import check_versions

__all__ = [
    "IndicatorVerdict",
    "Score",
    "Selection",
    "Target",
    "TargetKind",
    "add_working_days",
    "all_changes",
    "all_standings",
    "check_across",
    "check_submission",
    "check_versions",
    "choose_versions",
    "compare",
    "compare_successive",
    "cross_table",
    "days_overdue",
    "human_review",
    "identity",
    "is_settled",
    "judge_indicator",
    "judge_submission",
    "mended",
    "overall",
    "parse_target",
    "recheck",
    "seal_evidence",
    "settle",
    "standing",
    "unit_scores",
    "unknown_years",
    "unparsed_targets",
    "working_day",
]
