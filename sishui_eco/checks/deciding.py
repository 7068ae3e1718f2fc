"""The clerk's decisions (裁定) applied to submissions: assign, correct, leave a row out; and what each one did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

import msgspec

from sishui_eco.checks.explanations import in_force, names_field
from sishui_eco.checks.submission import recheck
from sishui_eco.checks.texts import bare, words
from sishui_eco.model.outcome import DecisionEffect
from sishui_eco.model.submission import Answer, Blank, Record, Submission
from sishui_eco.spec.campaign import Campaign, Decision, Field


class Meant(Protocol):
    """What a text means in a field: a value of a kind in canonical form, or a stated blank."""

    @property
    def value(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def blank(self) -> Blank: ...


Reader = Callable[[str, Field, str, Campaign], Meant]  # text, field, key of the record, campaign


@dataclass(slots=True, kw_only=True)
class Deciding:
    """The decisions in force on a day, and how often each was used so far.

    `read` reads the text of a correction as the unit's cell would have been read; without it the text is the value.
    """

    campaign: Campaign
    today: date
    read: Reader | None = None
    used: Counter[str] = field(default_factory=Counter)
    refused: set[str] = field(default_factory=set)

    @property
    def decisions(self) -> tuple[Decision, ...]:
        return tuple(item for item in self.campaign.decisions if in_force(item, self.today))

    def of(self, action: str) -> tuple[Decision, ...]:
        return tuple(item for item in self.decisions if item.action == action)

    def apply(self, submission: Submission) -> Submission:
        """Return a submission with assignments, corrections and left-out rows applied, checked anew if changed."""
        changed = submission
        for decision in self.decisions:
            if scope_matches(decision, changed):
                changed = _ACTIONS.get(decision.action, _unchanged)(changed, decision, self)
        if changed is submission:
            return submission
        if changed.unit_id != submission.unit_id:
            kept = tuple(item for item in changed.findings if item.code[:2] != "I4")
            owned = tuple(msgspec.structs.replace(item, unit_id=changed.unit_id) for item in kept)
            changed = replace(changed, findings=owned)
        return recheck(changed, self.campaign)

    def effects(self) -> tuple[DecisionEffect, ...]:
        """Return what every decision did, those that matched nothing or have expired included."""
        return tuple(self._effect(item) for item in self.campaign.decisions)

    def _effect(self, decision: Decision) -> DecisionEffect:
        table, count = words()["decisions"], self.used[decision.number]
        if not in_force(decision, self.today):
            what = table["expired"].format(until=decision.until)
        elif decision.number in self.refused and not count:
            what = table["form_with_rows"]
        elif not count:
            what = table["nothing"]
        else:
            form = self.campaign.form_by_key.get(decision.value)
            what = table[decision.action].format(
                count=count, unit=self.campaign.unit_name(decision.value), form=form.label if form else decision.value
            )
        return DecisionEffect(decision=decision, matched=count, what=what)


def scope_matches(decision: Decision, submission: Submission) -> bool:
    """Whether file, unit and form of a decision are those of a submission; empty parts match everything."""
    arrival = submission.arrival
    names = (arrival.sha256, arrival.file, arrival.member, arrival.name, str(arrival.place))
    return (
        (not decision.file or decision.file in names)
        and decision.form in ("", submission.form, *(("",) if decision.action == "assign_form" else ()))
        and (decision.action == "assign_unit" or decision.unit_id in ("", submission.unit_id))
    )


def _unchanged(submission: Submission, decision: Decision, deciding: Deciding) -> Submission:
    return submission


def _assign_unit(submission: Submission, decision: Decision, deciding: Deciding) -> Submission:
    if not decision.file or submission.unit_id == decision.value:
        deciding.used[decision.number] += bool(decision.file)
        return submission
    deciding.used[decision.number] += 1
    return replace(submission, unit_id=decision.value)


def _assign_form(submission: Submission, decision: Decision, deciding: Deciding) -> Submission:
    if submission.records and submission.form != decision.value:
        deciding.refused.add(decision.number)
        return submission
    deciding.used[decision.number] += 1
    return replace(submission, form=decision.value)


def _correct(submission: Submission, decision: Decision, deciding: Deciding) -> Submission:
    """Put the clerk's value in place of the unit's; what the cell shows stays as `raw`."""
    if not decision.record or not decision.field:
        return submission
    records = tuple(_corrected(record, decision, deciding) for record in submission.records)
    if records == submission.records:
        return submission
    fixed = {
        (new.key, name) for new, old in zip(records, submission.records, strict=True) for name in _differing(new, old)
    }
    findings = tuple(item for item in submission.findings if (item.record, item.field) not in fixed)
    return replace(submission, records=records, findings=findings)


def _differing(new: Record, old: Record) -> list[str]:
    return [name for name, answer in new.answers.items() if answer != old.answers.get(name)]


def _corrected(record: Record, decision: Decision, deciding: Deciding) -> Record:
    if bare(record.key) != bare(decision.record):
        return record
    form = deciding.campaign.form_by_key.get(record.form)
    fields = (
        [item for item in form.fields if names_field(decision.field, record.form, item.key, deciding.campaign)]
        if form
        else []
    )
    if not fields:
        return record
    deciding.used[decision.number] += 1
    spec = fields[0]
    old = record.answers.get(spec.key)
    note = words()["versions"]["corrected"].format(number=decision.number, raw=old.raw if old else "")
    meant = deciding.read(decision.value, spec, record.key, deciding.campaign) if deciding.read else None
    answer = Answer(
        field=spec.key,
        kind=meant.kind if meant else (old.kind if old else spec.kind),
        raw=old.raw if old else "",
        value=meant.value if meant else decision.value,
        place=old.place if old else record.place,
        blank=meant.blank if meant else Blank.FILLED,
        note=note,
    )
    return msgspec.structs.replace(record, answers={**record.answers, spec.key: answer})


def _exclude_record(submission: Submission, decision: Decision, deciding: Deciding) -> Submission:
    """Leave one row out; excluding a whole submission is done when versions are chosen."""
    if not decision.record:
        return submission
    kept = tuple(record for record in submission.records if bare(record.key) != bare(decision.record))
    if len(kept) == len(submission.records):
        return submission
    deciding.used[decision.number] += len(submission.records) - len(kept)
    return replace(submission, records=kept)


_ACTIONS = {
    "assign_unit": _assign_unit,
    "assign_form": _assign_form,
    "correct": _correct,
    "exclude": _exclude_record,
}


def first_scope(decisions: Sequence[Decision], submission: Submission) -> Decision | None:
    """Return the first decision about a whole submission that covers it."""
    return next((item for item in decisions if not item.record and scope_matches(item, submission)), None)
