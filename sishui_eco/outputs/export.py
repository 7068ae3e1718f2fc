"""The machine-readable face: six JSON Lines files, kept stable (DESIGN.md §6)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sishui_eco.model.finding import Finding
from sishui_eco.model.outcome import Outcome, StandingState, Version
from sishui_eco.model.place import Place
from sishui_eco.model.submission import Answer
from sishui_eco.spec.campaign import Campaign


def write_export(outcome: Outcome, campaign: Campaign) -> dict[str, bytes]:
    """Return file name -> UTF-8 JSON Lines, one object a line, keys in the contract's order."""
    return {f"{name}.jsonl": _lines(rows) for name, rows in export_rows(outcome, campaign).items()}


def export_rows(outcome: Outcome, campaign: Campaign) -> dict[str, list[dict[str, Any]]]:
    """Return the six tables of the export as rows of plain values."""
    return {
        "answers": list(_answers(outcome, campaign)),
        "findings": [_finding(finding) for finding in outcome.findings],
        "arrivals": list(_arrivals(outcome)),
        "tally": list(_tally(outcome)),
        "standings": list(_standings(outcome)),
        "verdicts": list(_verdicts(outcome)),
    }


def _lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode("utf-8")


def _answers(outcome: Outcome, campaign: Campaign) -> Iterator[dict[str, Any]]:
    states = {(item.unit_id, item.form): item.state for item in outcome.standings}
    for version in sorted(outcome.versions, key=lambda item: _version_order(item, campaign)):
        if not version.counts or not version.submission.unit_id:
            continue
        submission = version.submission
        state = states.get((submission.unit_id, submission.form), StandingState.TO_MEND)
        nil = (submission.nil_statement,) if submission.nil_statement else ()
        form_level = {answer.field: answer for answer in (*submission.form_fields.values(), *nil)}
        for _, answer in sorted(form_level.items()):
            yield _answer(version, state, "", answer, campaign)
        for record in submission.records:
            if (record.place.sheet, record.place.row) in version.rejected:
                continue
            for answer in record.answers.values():
                yield _answer(version, state, record.key, answer, campaign)


def _version_order(version: Version, campaign: Campaign) -> tuple[int, str]:
    unit = campaign.unit_by_id.get(version.submission.unit_id)
    return (unit.order if unit else len(campaign.units), version.submission.form)


def _answer(version: Version, state: str, record: str, answer: Answer, campaign: Campaign) -> dict[str, Any]:
    submission, place = version.submission, answer.place
    return {
        "unit_id": submission.unit_id,
        "unit": campaign.unit_name(submission.unit_id),
        "form": submission.form,
        "version": version.number,
        "standing": str(state),
        "record": record,
        "field": answer.field,
        "kind": answer.kind,
        "raw": answer.raw,
        "value": answer.value,
        "file": place.file,
        "member": place.member,
        "sha256": submission.arrival.sha256,
        "sheet": place.sheet,
        "cell": place.cell,
        "row": place.row,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    first = finding.places[0] if finding.places else Place(file="")
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "unit_id": finding.unit_id,
        "form": finding.form,
        "record": finding.record,
        "field": finding.field,
        "file": first.file,
        "member": first.member,
        "sheet": first.sheet,
        "cells": [place.cell for place in finding.places if place.cell],
        "raw": finding.raw,
        "expected": finding.expected,
        "message": finding.message,
        "remedy": finding.remedy,
    }


def _arrivals(outcome: Outcome) -> Iterator[dict[str, Any]]:
    for line in outcome.arrivals:
        row = {
            "file": line.arrival.file,
            "member": line.arrival.member,
            "sha256": line.arrival.sha256,
            "received": line.arrival.received.isoformat(sep=" "),
            "verdict": str(line.verdict),
            "form": ";".join(line.forms),
            "unit_id": line.unit_id,
            "evidence": line.evidence,
        }
        if line.code:
            row["code"] = line.code
        yield row


def _tally(outcome: Outcome) -> Iterator[dict[str, Any]]:
    for line in outcome.tally:
        yield {name: getattr(line, name) for name in line.__dataclass_fields__}


def _standings(outcome: Outcome) -> Iterator[dict[str, Any]]:
    for item in outcome.standings:
        yield {
            "unit_id": item.unit_id,
            "form": item.form,
            "standing": str(item.state),
            "version": item.version,
            "due": item.due.isoformat(sep=" "),
            "days_overdue": item.days_overdue,
            "owed": "；".join(item.owed),
        }


def _verdicts(outcome: Outcome) -> Iterator[dict[str, Any]]:
    for item in outcome.verdicts:
        yield {
            "unit_id": item.unit_id,
            "record": item.record,
            "target": item.target,
            "actual": item.actual,
            "year": item.year,
            "self_verdict": item.self_verdict,
            "verdict": str(item.judgement),
            "basis": item.basis,
        }
