"""Conclude: what everything together says; nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sishui_eco import checks, merge, reckoning
from sishui_eco.inbox import Inbox
from sishui_eco.ledger import Ledger
from sishui_eco.model.outcome import Outcome
from sishui_eco.model.submission import Understood
from sishui_eco.recording import gone_findings
from sishui_eco.spec.campaign import Campaign
from sishui_eco.understanding import read_correction


def conclude(
    inbox: Inbox,
    understood: Sequence[Understood],
    campaign: Campaign,
    as_of: datetime,
    ledger: Ledger | None,
) -> Outcome:
    """Return the outcome: versions, findings, standings, verdicts, merged rows, tally; nothing is written.

    Raises: ConservationError when rows in and rows out do not balance.
    """
    submissions = tuple(submission for item in understood for submission in item.submissions)
    selection = checks.choose_versions(submissions, campaign, as_of, read_correction)
    versions = tuple(
        replace(version, rejected=merge.rejected_records(version.submission, campaign))
        for version in selection.versions
    )
    counting = tuple(version.submission for version in versions if version.counts)
    verdicts = tuple(verdict for item in counting for verdict in checks.judge_submission(item, campaign))
    arrivals = [(item.arrival, item.findings) for item in inbox.received]
    lines = reckoning.arrival_lines(arrivals, understood, versions)
    supporting = reckoning.supporting_files(lines)
    compared = checks.compare_successive(versions)
    others = (
        *checks.check_across(counting, campaign, supporting),
        *checks.check_versions(versions, campaign, compared),
        *gone_findings(lines, inbox.files),
    )
    found = reckoning.open_findings(lines, versions, others, campaign)
    findings, effects = checks.settle(found, selection.effects, campaign, as_of)
    tally = merge.tally_arrivals(understood, versions)
    reckoning.require_balance(tally)
    return Outcome(
        campaign=campaign,
        as_of=as_of,
        arrivals=lines,
        versions=versions,
        findings=findings,
        standings=checks.all_standings(versions, campaign, as_of, supporting),
        verdicts=verdicts,
        merged=merge.merge_versions(versions, verdicts, campaign),
        tally=tally,
        changes=checks.all_changes(compared),
        decisions=effects,
        reviews=checks.human_review(versions, verdicts, campaign, supporting, reckoning.pictures_seen(lines)),
        previous=ledger.snapshot_before(as_of.date()) if ledger else None,
    )
