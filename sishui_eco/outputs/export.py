"""The machine-readable face: six JSON Lines files, kept stable (DESIGN.md §6)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from sishui_eco.model.finding import Finding
from sishui_eco.model.outcome import Outcome, StandingState, Version
from sishui_eco.model.place import Place
from sishui_eco.model.submission import Answer
from sishui_eco.spec.campaign import Campaign


def write_export(outcome: Outcome, campaign: Campaign) -> dict[str, bytes]:
    """Return file name -> UTF-8 JSON Lines, one object a line, keys in the contract's order."""
    files = {"answers.jsonl": _answer_lines(outcome, campaign)}
    return files | {f"{name}.jsonl": _lines(rows) for name, rows in _other_rows(outcome).items()}


def export_rows(outcome: Outcome, campaign: Campaign) -> dict[str, list[dict[str, Any]]]:
    """Return the six tables of the export as rows of plain values."""
    answers = [
        {**_whose(version, state, campaign), **_what(record, answer), **_where(version, answer), **_cell(answer)}
        for version, state in _counting(outcome, campaign)
        for record, answer in _answers(version)
    ]
    return {"answers": answers, **_other_rows(outcome)}


def _other_rows(outcome: Outcome) -> dict[str, list[dict[str, Any]]]:
    return {
        "findings": [_finding(finding) for finding in outcome.findings],
        "arrivals": list(_arrivals(outcome)),
        "tally": list(_tally(outcome)),
        "standings": list(_standings(outcome)),
        "verdicts": list(_verdicts(outcome)),
    }


_encode = json.JSONEncoder(ensure_ascii=False).encode
_quoted = msgspec.json.Encoder().encode  # of a text the very bytes that `json` makes, in half the time
_VALUE = b', "value": '


def _lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join([_encode(row) + "\n" for row in rows]).encode("utf-8")


def _answer_lines(outcome: Outcome, campaign: Campaign) -> bytes:
    """Return the lines of all answers.

    What those of one version, one sheet, one record or one field share is encoded once; a test holds these lines
    and the rows of `export_rows` together. Version by version, because memory touched for the first time costs as
    much as what is written to it.
    """
    buffer = io.BytesIO()
    fields: dict[tuple[str, str], bytes] = {}
    for version, state in _counting(outcome, campaign):
        buffer.write(b"".join(_version_lines(version, _whose(version, state, campaign), fields)))
    return buffer.getvalue()


def _version_lines(version: Version, who: Mapping[str, str | int], fields: dict[tuple[str, str], bytes]) -> list[bytes]:
    """Return the lines of one version in pieces; `fields` remembers how each field begins its piece."""
    pieces: list[bytes] = []
    whose = f'{{{_inner(who)}, "record": '.encode()
    here, where = None, b""
    for name, answers in _records(version):
        record = whose + _quoted(name) + b", "
        for answer in answers:
            place = answer.place
            if here is None or (place.sheet, place.file, place.member) != here:
                here = (place.sheet, place.file, place.member)
                where = f', {_inner(_where(version, answer))}, "cell": '.encode()
            field = fields.get((answer.field, answer.kind))
            if field is None:
                told = _inner({"field": answer.field, "kind": answer.kind})
                field = fields[answer.field, answer.kind] = f'{told}, "raw": '.encode()
            cell = f'"{place.cell}", "row": {place.row}}}\n'.encode()
            pieces += (record, field, _quoted(answer.raw), _VALUE, _quoted(answer.value), where, cell)
    return pieces


def _inner(part: Mapping[str, str | int]) -> str:
    """Return part of an object as JSON, without the braces."""
    return _encode(part)[1:-1]


def _counting(outcome: Outcome, campaign: Campaign) -> Iterator[tuple[Version, str]]:
    """Yield the versions that count and their standings, by unit in roster order, then by form."""
    states = {(item.unit_id, item.form): item.state for item in outcome.standings}
    for version in sorted(outcome.versions, key=lambda item: _version_order(item, campaign)):
        submission = version.submission
        if version.counts and submission.unit_id:
            yield version, str(states.get((submission.unit_id, submission.form), StandingState.TO_MEND))


def _answers(version: Version) -> Iterator[tuple[str, Answer]]:
    """Yield the record and the answer of each non-blank answer, those about the whole form first."""
    return ((record, answer) for record, answers in _records(version) for answer in answers)


def _records(version: Version) -> Iterator[tuple[str, Iterable[Answer]]]:
    """Yield each record with its answers; first, without a name, what is said of the whole form."""
    submission = version.submission
    nil = (submission.nil_statement,) if submission.nil_statement else ()
    form_level = {answer.field: answer for answer in (*submission.form_fields.values(), *nil)}
    yield "", [answer for _, answer in sorted(form_level.items())]
    for record in submission.records:
        if (record.place.sheet, record.place.row) not in version.rejected:
            yield record.key, record.answers.values()


def _version_order(version: Version, campaign: Campaign) -> tuple[int, str]:
    unit = campaign.unit_by_id.get(version.submission.unit_id)
    return (unit.order if unit else len(campaign.units), version.submission.form)


def _whose(version: Version, state: str, campaign: Campaign) -> dict[str, Any]:
    submission = version.submission
    return {
        "unit_id": submission.unit_id,
        "unit": campaign.unit_name(submission.unit_id),
        "form": submission.form,
        "version": version.number,
        "standing": state,
    }


def _what(record: str, answer: Answer) -> dict[str, Any]:
    return {
        "record": record,
        "field": answer.field,
        "kind": answer.kind,
        "raw": answer.raw,
        "value": answer.value,
    }


def _where(version: Version, answer: Answer) -> dict[str, Any]:
    place = answer.place
    return {
        "file": place.file,
        "member": place.member,
        "sha256": version.submission.arrival.sha256,
        "sheet": place.sheet,
    }


def _cell(answer: Answer) -> dict[str, Any]:
    return {"cell": answer.place.cell, "row": answer.place.row}


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
