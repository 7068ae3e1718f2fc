"""How much of the truth of an untidy file is understood, and whether what is missed is told.

Places and rows are judged against the file reopened by other readers (`reopening.py`).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sishui_eco.intake.receive import expand
from sishui_eco.model.finding import Finding, Refused, Severity
from sishui_eco.model.submission import Answer, Record, Submission, Understood
from sishui_eco.reading import read
from sishui_eco.understanding import understand
from tests.untidy.counts import Miss, Score
from tests.untidy.generator import Claim, Line, Part, Untidy
from tests.untidy.generator.model import address
from tests.untidy.reopening import Reopened, positions, same

RECEIVED = datetime.datetime(2023, 7, 20, 9, 0)
NAMES = ("indicator", "sub_indicator", "material", "project")


@dataclass(frozen=True)
class Outcome:
    """What the package said of a file, findings of all stages together."""

    understood: Understood | None
    findings: tuple[Finding, ...]


def examine(untidy: Untidy, campaign: Any) -> Outcome:
    """Run the package: intake, reading, understanding; no checks, no ledger."""
    received = expand(untidy.name, untidy.content, RECEIVED)[0]
    try:
        document = read(received.arrival.content, received.arrival.kind, received.arrival.place)
    except Refused as refused:
        return Outcome(None, (refused.finding,))
    understood = understand(received.arrival, document, campaign)
    own = [finding for submission in understood.submissions for finding in submission.findings]
    return Outcome(understood, (*document.notices, *understood.findings, *own))


class Judge:
    """One file's judging."""

    def __init__(self, untidy: Untidy, outcome: Outcome) -> None:
        self.untidy, self.outcome = untidy, outcome
        self.score = Score(files=1)
        self.reopened = Reopened(untidy)
        self.where = positions(untidy)
        self.renamed = self._sheet_names()

    def _sheet_names(self) -> dict[str, str]:
        """Return the package's names of a Word file's tables and text, by order of appearance."""
        understood = self.outcome.understood
        if not self.untidy.word or understood is None:
            return {}
        return {rows.sheet: name for rows, name in zip(understood.rows, self.reopened.names, strict=False)}

    def judge(self) -> Score:
        understood = self.outcome.understood
        submissions = list(understood.submissions) if understood else []
        for part in self.untidy.parts:
            mine = [item for item in submissions if item.form == part.form]
            chosen = next((item for item in mine if item.unit_id == part.unit_id), mine[0] if mine else None)
            if chosen is not None:
                submissions.remove(chosen)
            self._form(part, chosen)
            self._part(part, chosen)
        for extra in submissions:
            self.score.forms_silent += not self._tells_about_file(("I1",))
            self._miss("form", "", extra.form, "", "", f"{len(extra.records)} records", "", told=False)
            for record in extra.records:
                self._junk(record)
        self._tally()
        self._row_classes()
        return self.score

    def _form(self, part: Part, submission: Submission | None) -> None:
        self.score.forms += 1
        self.score.units += 1
        if submission is None:
            told = self._tells_lost(part)
            self.score.forms_silent += not told
            self._miss("form", "", "", "", part.form, self._evidence(), "", told=told)
            return
        self.score.forms_right += 1
        if submission.unit_id == part.unit_id:
            self.score.units_right += 1
            return
        told = self._tells_about_file(("I4", "I107"))
        self.score.units_silent += not told
        self._miss("unit", "unit", "", "", part.unit_id, f"{submission.unit_id} {submission.evidence}", "", told=told)

    def _tells_lost(self, part: Part) -> bool:
        """Say whether a person hears that a table was not taken: a finding at its rows, or a verdict that asks for one."""
        understood = self.outcome.understood
        if understood is None or str(understood.verdict) == "unrecognised":
            return True
        spots = {spot[:2] for claim in part.claims for spot in self._spots(claim)}
        for finding in self.outcome.findings:
            if finding.severity is Severity.NOTE or finding.code.startswith("I4"):
                continue
            places = [(self._sheet(place.sheet), place.row) for place in finding.places if place.sheet]
            if any(place in spots or (place[1] == 0 and place[0] in dict(spots)) for place in places):
                return True
        return False

    def _evidence(self) -> str:
        understood = self.outcome.understood
        return f"{understood.verdict} {understood.evidence}" if understood else self.outcome.findings[0].code

    def _tells_about_file(self, prefixes: tuple[str, ...]) -> bool:
        return any(
            finding.code.startswith(prefixes) and finding.severity is not Severity.NOTE
            for finding in self.outcome.findings
        )

    def _part(self, part: Part, submission: Submission | None) -> None:
        records: dict[str, Record] = {}
        doubtful = {self.where[id(claim.places[0][0])] for claim in part.claims if claim.record == "*"}
        for record in submission.records if submission else ():
            key = next((key for key in part.keys if same(key, record.key)), None)
            if any((self._sheet(record.place.sheet), row) in doubtful for row in record.rows):
                continue
            if key is None or key in records:
                self._junk(record)
            else:
                records[key] = record
        self.score.records += len(part.keys)
        self.score.records_found += len(records)
        if part.nil != bool(submission and submission.nil_statement):
            self._miss(
                "nil", "nil", "", "", str(part.nil), str(submission and submission.nil_statement), "", told=False
            )
        whole = submission is None and self._tells_lost(part)
        lost = [key for key in part.keys if key not in records]
        for key in lost:
            self._lost(key, [claim for claim in part.claims if claim.record == key], whole)
        used: set[tuple[str, str]] = set()
        for claim in part.claims:
            used.add((claim.record, claim.field))
            if claim.record not in lost:
                self._claim(claim, self._answer(claim, records, submission), whole)
        for key, answer in self._answers(records, submission):
            self._place(key, answer)
            if answer.value and not self._carried(part, key, answer, used):
                self.score.given += 1
                if (key, answer.field) not in used:
                    self.score.wrong += 1
                    self._miss("junk answer", "", key, answer.field, "", answer.value, answer.place.cell, told=False)

    def _carried(self, part: Part, key: str, answer: Answer, used: set[tuple[str, str]]) -> bool:
        """Say whether a column that was not understood was carried through as it is: missed above, not wrong."""
        if not answer.field.startswith("extra.") or (key, answer.field) in used:
            return False
        spot = (self._sheet(answer.place.sheet), answer.place.row, answer.place.column)
        return any(claim.record == key and spot in self._spots(claim) for claim in part.claims)

    def _lost(self, key: str, claims: list[Claim], whole: bool) -> None:
        """Count all answers of a record that did not come at all; told once, in its row."""
        wanted = [claim for claim in claims if not claim.optional and not claim.tell]
        self.score.wanted += len(wanted)
        rows = {spot[:2] for claim in claims for spot in self._spots(claim)}
        told = whole or any(
            (self._sheet(place.sheet), place.row) in rows and finding.severity is not Severity.NOTE
            for finding in self.outcome.findings
            for place in finding.places
        )
        self.score.untold += 0 if told else len(wanted)
        kind = next((claim.kind for claim in claims if claim.field in NAMES and claim.kind), "")
        self._miss("record", kind, key, "", f"{len(wanted)} answers", "", self._at(claims[0]), told=told)

    def _answers(self, records: dict[str, Record], submission: Submission | None) -> Iterator[tuple[str, Answer]]:
        for key, record in records.items():
            yield from ((key, answer) for answer in record.answers.values())
        if submission is not None:
            yield from (("", answer) for answer in submission.form_fields.values())

    def _answer(self, claim: Claim, records: dict[str, Record], submission: Submission | None) -> Answer | None:
        if claim.record == "":
            return submission.form_fields.get(claim.field) if submission else None
        record = records.get(claim.record)
        return record.answers.get(claim.field) if record else None

    def _claim(self, claim: Claim, answer: Answer | None, whole: bool) -> None:
        value = answer.value if answer else ""
        if claim.optional and not value:
            return
        right = any(same(value, wanted) for wanted in (claim.value, *claim.also))
        if claim.tell:
            told = self._tells(claim)
            self.score.untold += not (told and (right or not value))
            if not told or not (right or not value):
                self._miss(
                    "untold", claim.kind, claim.record, claim.field, claim.value, value, self._at(claim), told=told
                )
            return
        if not claim.optional:
            self.score.wanted += 1
            self.score.found += right
        if not right:
            self.score.wrong += bool(value)
            told = self._tells(claim) or whole
            self.score.untold += not told
            self._miss("answer", claim.kind, claim.record, claim.field, claim.value, value, self._at(claim), told=told)
        elif answer is not None and right:
            self._doubts(claim)
        if right and answer is not None and not self._among(claim, answer):
            self.score.places_wrong += 1
            self._miss(
                "place", claim.kind, claim.record, claim.field, self._at(claim), answer.place.cell, "", told=False
            )

    def _doubts(self, claim: Claim) -> None:
        """Count what is said against a cell that is plainly right."""
        for finding in self.outcome.findings:
            accused = {(self._sheet(place.sheet), place.row, place.column) for place in finding.places}
            if finding.severity is not Severity.NOTE and finding.code.startswith("N") and accused & self._spots(claim):
                self.score.false_doubts += 1
                what = f"{finding.code} {finding.message}"
                self._miss(
                    "false doubt", claim.kind, claim.record, claim.field, claim.value, what, self._at(claim), told=True
                )

    def _at(self, claim: Claim) -> str:
        line, column = claim.places[0]
        sheet, row = self.where[id(line)]
        return f"{sheet}!{address(row, column)}"

    def _spots(self, claim: Claim) -> set[tuple[str, int, int]]:
        return {(*self.where[id(line)], column) for line, column in claim.places}

    def _sheet(self, name: str) -> str:
        return self.renamed.get(name, name)

    def _among(self, claim: Claim, answer: Answer) -> bool:
        return (self._sheet(answer.place.sheet), answer.place.row, answer.place.column) in self._spots(claim)

    def _place(self, key: str, answer: Answer) -> None:
        """Check that the cell named by an answer, reopened, holds its raw text."""
        self.score.places += 1
        spot = (self._sheet(answer.place.sheet), answer.place.row, answer.place.column)
        if not self.reopened.holds(spot, answer.raw):
            self.score.places_wrong += 1
            held = str(self.reopened.cells.get(spot, ("", ""))[0])
            self._miss("place", "", key, answer.field, held, answer.raw, str(answer.place), told=False)

    def _tells(self, claim: Claim) -> bool:
        spots = self._spots(claim)
        return any(self._names(finding, claim, spots) for finding in self.outcome.findings)

    def _names(self, finding: Finding, claim: Claim, spots: set[tuple[str, int, int]]) -> bool:
        """Say whether a finding leads a person to the cell: by record and column, cell, row, heading or sheet."""
        if claim.record and finding.record and same(finding.record, claim.record) and finding.field == claim.field:
            return True
        if finding.field == claim.field and not finding.record and finding.severity is not Severity.NOTE:
            return True
        for place in finding.places:
            for sheet, row, column in spots:
                if self._sheet(place.sheet) != sheet:
                    continue
                if place.row == row and place.column in (0, column):
                    return True
                if place.row == row and not finding.field and finding.severity is not Severity.NOTE:
                    return True
                if place.column == column and place.row < row and not finding.field:
                    return True
                if (place.row, place.column) == (0, 0) and finding.severity is not Severity.NOTE:
                    return True
        return False

    def _junk(self, record: Record) -> None:
        self.score.junk += 1
        filled = [answer for answer in record.answers.values() if answer.value]
        self.score.given += len(filled)
        self.score.wrong += len(filled)
        told = any(same(finding.record, record.key) for finding in self.outcome.findings if finding.record)
        self._miss("junk", "", record.key, "", "", f"rows {record.rows}", str(record.place), told=told)

    def _tally(self) -> None:
        """Every non-blank row, counted by the other reader, must have exactly one class."""
        if self.outcome.understood is None:
            self.score.sheets += 1
            self.score.unbalanced += 1
            return
        classed = {self._sheet(rows.sheet): rows for rows in self.outcome.understood.rows}
        under = {
            (sheet.name, sheet.rows()[id(line)]) for sheet in self.untidy.sheets for line, _, _ in sheet.under_merge
        }
        for name, rows in self.reopened.rows.items():
            self.score.sheets += 1
            own = set(classed[name].classes) if name in classed else set()
            unowned = (
                [
                    row
                    for row, kind in classed[name].classes.items()
                    if str(kind) == "record" and row not in classed[name].owner
                ]
                if name in classed
                else []
            )
            hidden = {row for sheet, row in under if sheet == name}
            if own | hidden != rows | hidden or unowned:
                self.score.unbalanced += 1
                self._miss(
                    "tally",
                    "",
                    "",
                    name,
                    str(sorted(rows - own)[:9]),
                    str(sorted(own - rows)[:9]),
                    str(unowned),
                    told=False,
                )

    def _row_classes(self) -> None:
        understood = self.outcome.understood
        classed = {self._sheet(rows.sheet): rows.classes for rows in understood.rows} if understood else {}
        for sheet in self.untidy.sheets:
            for line in sheet.lines:
                name, row = self.where[id(line)]
                kind = classed.get(name, {}).get(row)
                if not line.cells or kind is None:
                    continue
                self.score.rows += 1
                if str(kind) not in line.classes:
                    self.score.rows_wrong += 1
                    self._miss(
                        "row",
                        "",
                        "",
                        name,
                        "/".join(sorted(line.classes)),
                        str(kind),
                        f"{name}!{row} {_sight(line)}",
                        told=False,
                    )

    def _miss(
        self, what: str, kind: str, record: str, name: str, expected: str, got: str, where: str, *, told: bool
    ) -> None:
        self.score.misses.append(
            Miss(what, kind, self.untidy.seed, self.untidy.name, record, name, expected, got, where, told)
        )


def _sight(line: Line) -> str:
    return "|".join(str(entry.value) for _, entry in sorted(line.cells.items()))[:60]


def score_file(untidy: Untidy, campaign: Any) -> Score:
    """Return the score of one file."""
    return Judge(untidy, examine(untidy, campaign)).judge()
