"""The marked copy: what goes back to a unit so that it sees which cell to mend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sishui_eco.model.arrival import FileKind
from sishui_eco.model.finding import Finding
from sishui_eco.model.outcome import Change
from sishui_eco.model.submission import Submission
from sishui_eco.outputs.sendback.fresh import copy_out, moved_findings
from sishui_eco.outputs.sendback.package import NotPatchable
from sishui_eco.outputs.sendback.patch import Marked, is_marked, mark, open_workbook, strip
from sishui_eco.outputs.sendback.words import Issue, heading_lines, issues_of
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import load_table, word

EXTENSION = ".xlsx"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sendback:
    """A finished sendback. `marked` says whether it is the unit's own workbook; `told` says so in Chinese.

    `name_suffix` goes between the stem of the original's name and nothing else: it ends in the extension.
    """

    content: bytes
    name_suffix: str
    marked: bool
    told: str


def write_sendback(
    original: bytes,
    kind: FileKind,
    submission: Submission,
    findings: Sequence[Finding],
    campaign: Campaign,
    moment: datetime,
    fates: Sequence[Change] = (),
) -> Sendback:
    """Return the unit's own workbook with the issue list in front and every faulty cell filled and noted.

    Marks of an earlier round are taken out first. Where the original cannot be patched without risk
    (not an xlsx package, encrypted, strict, damaged, with macros, signed), the unit's answers are copied as
    text into a new workbook and marked there; `told` names the reason. Findings for the clerk stay out.
    `fates` say what became of the findings of the version before.
    """
    try:
        if kind is not FileKind.XLSX:
            raise NotPatchable(_reason(kind))
        return _own_workbook(original, submission, findings, campaign, moment, fates)
    except NotPatchable as refusal:
        return _new_workbook(refusal.reason, submission, findings, campaign, moment, fates)


def strip_marks(content: bytes) -> bytes:
    """Return a marked copy without our sheet, fills and notes; bytes that carry none come back as they are."""
    if not is_marked(content):
        return content
    try:
        return strip(content)
    except NotPatchable:
        return content


def _own_workbook(
    original: bytes,
    submission: Submission,
    findings: Sequence[Finding],
    campaign: Campaign,
    moment: datetime,
    fates: Sequence[Change],
) -> Sendback:
    clean = open_workbook(original)
    if clean.marked:
        clean = open_workbook(strip(original))
    issues = issues_of(findings, submission, clean.own_sheets())
    result = mark(clean, issues, _lines(issues, submission, campaign, moment, fates))
    key = "told.marked" if result.cells else "told.listed"
    told = word(key, "sendback", cells=result.cells, sheet=result.sheet_name, total=_total(issues))
    if result.unnoted:
        told += word("told.unnoted", "sendback", cells=result.unnoted)
    return _sendback(result, marked=True, told=told)


def _new_workbook(
    reason: str,
    submission: Submission,
    findings: Sequence[Finding],
    campaign: Campaign,
    moment: datetime,
    fates: Sequence[Change],
) -> Sendback:
    fresh = copy_out(submission, campaign, moment)
    issues = issues_of(moved_findings(findings, fresh), submission, {fresh.sheet: True})
    why = word(f"reasons.{reason}", "sendback")
    title, counts, *rest = _lines(issues, submission, campaign, moment, fates)
    result = mark(
        open_workbook(fresh.content), issues, [title, counts, word("sheet.fresh", "sendback", reason=why), *rest]
    )
    told = word(
        "told.fresh",
        "sendback",
        reason=why,
        cells=result.cells,
        sheet=result.sheet_name,
        total=_total(issues),
    )
    return _sendback(result, marked=False, told=told)


def _lines(
    issues: Sequence[Issue], submission: Submission, campaign: Campaign, moment: datetime, fates: Sequence[Change]
) -> list[str]:
    return heading_lines(issues, submission, campaign, moment > campaign.deadline, fates)


def _total(issues: Sequence[Issue]) -> int:
    return sum(1 + len(issue.also) for issue in issues)


def _sendback(result: Marked, *, marked: bool, told: str) -> Sendback:
    suffix = word("file.suffix", "sendback") + EXTENSION
    return Sendback(content=result.content, name_suffix=suffix, marked=marked, told=told)


def _reason(kind: FileKind) -> str:
    reason: str = load_table("sendback")["kinds"].get(kind.value, "kind_other")
    return reason
