"""What changed between versions of a unit's form, in the words of the form, and what became of its findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sishui_eco.checks.explanations import identity, is_settled
from sishui_eco.checks.saying import said
from sishui_eco.checks.texts import plain, words
from sishui_eco.model.finding import Finding, Severity
from sishui_eco.model.outcome import Change, Version
from sishui_eco.model.submission import Answer, Record, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two successive versions, compared once."""

    old: Version
    new: Version
    changes: tuple[Change, ...]


def compare(old: Submission, new: Submission, *, from_version: int = 0, to_version: int = 0) -> tuple[Change, ...]:
    """Return the differences of two versions in the order of the newer form, what vanished last.

    A record that came or went is one change with an empty field; `before` and `after` are as the cells say.
    """
    before, after = by_key(old), by_key(new)
    form = new.form
    numbers: dict[str, str | int] = {
        "unit_id": new.unit_id,
        "form": form,
        "from_version": from_version,
        "to_version": to_version,
    }
    changes: list[Change] = []
    for key, record in after.items():
        if key in before:
            changes.extend(_changed(before[key], record, numbers))
        else:
            changes.append(_whole(record, "", words()["changes"]["record_added"], numbers))
    for key, record in before.items():
        if key not in after:
            changes.append(_whole(record, words()["changes"]["record_removed"], "", numbers))
    return tuple(changes)


def by_key(submission: Submission) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for record in submission.records:
        found.setdefault(record.key, record)
    return found


def _whole(record: Record, gone: str, came: str, numbers: dict[str, str | int]) -> Change:
    removed = bool(gone)
    return _change(
        numbers,
        record=record.key,
        field="",
        before=record.key if removed else "",
        after=gone if removed else came,
        place=record.place,
    )


def _change(numbers: dict[str, str | int], **parts: object) -> Change:
    return Change(**numbers, **parts)  # type: ignore[arg-type]


def _changed(old: Record, new: Record, numbers: dict[str, str | int]) -> list[Change]:
    earlier, later = old.answers, new.answers
    differing = [name for name, answer in later.items() if not same_answer(earlier.get(name), answer)]
    differing += [name for name in earlier if name not in later]
    changes = []
    for name in differing:
        before, after = earlier.get(name), later.get(name)
        answer = after or before
        changes.append(
            _change(
                numbers,
                record=new.key,
                field=name,
                before=said(before) if before else "",
                after=said(after) if after else "",
                place=answer.place if answer else new.place,
            )
        )
    return changes


def same_answer(one: Answer | None, other: Answer | None) -> bool:
    """Whether two answers say the same: equal values, or equal texts when they have no value; 85 equals 85.0."""
    if one is None or other is None:
        return one is other
    if one.value == other.value and (one.value or one.raw == other.raw):
        return one.blank is other.blank  # nearly all are written alike
    if one.value or other.value:
        return plain(one.value) == plain(other.value) and one.blank is other.blank
    return plain(one.raw) == plain(other.raw) and one.blank is other.blank


def mended(
    old_findings: Iterable[Finding], new_findings: Iterable[Finding]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[Finding, ...]]:
    """Return (mended, still open, new) findings between two versions, by code, record and field."""
    old, new = tuple(old_findings), tuple(new_findings)
    old_keys, new_keys = {identity(item) for item in old}, {identity(item) for item in new}
    return (
        tuple(item for item in old if identity(item) not in new_keys),
        tuple(item for item in new if identity(item) in old_keys),
        tuple(item for item in new if identity(item) not in old_keys),
    )


def successive(versions: Sequence[Version]) -> tuple[tuple[Version, Version], ...]:
    """Return pairs of successive versions of the same unit and form; excluded ones and parts of one are left out."""
    groups: dict[tuple[str, str], list[Version]] = {}
    for version in versions:
        if not version.excluded and version.submission.unit_id:
            groups.setdefault((version.submission.unit_id, version.submission.form), []).append(version)
    pairs: list[tuple[Version, Version]] = []
    for group in groups.values():
        times = Counter(item.number for item in group)
        single = [item for item in group if times[item.number] == 1]
        ordered = sorted(single, key=lambda item: item.number)
        pairs.extend(pairwise(ordered))
    return tuple(pairs)


def compare_successive(versions: Sequence[Version]) -> tuple[Compared, ...]:
    """Return every two successive versions of which one corrects the other, with what changed between them."""
    return tuple(
        Compared(
            old=old,
            new=new,
            changes=compare(old.submission, new.submission, from_version=old.number, to_version=new.number),
        )
        for old, new in successive(versions)
        if not both_count(old, new)
    )


def all_changes(compared: Iterable[Compared]) -> tuple[Change, ...]:
    """Return every change between successive versions, then what became of the findings that a unit must answer."""
    pairs = tuple(compared)
    changes = [change for pair in pairs for change in pair.changes]
    return (*changes, *(fate for pair in pairs for fate in _fates(pair.old, pair.new)))


def _fates(old: Version, new: Version) -> list[Change]:
    gone, still, fresh = mended(_for_unit(old.findings), _for_unit(new.findings))
    said = new.submission.explanations
    earlier = {identity(item): item for item in old.findings}
    told = [("explained" if is_settled(item, said) and _made_again(item, new) else "mended", item) for item in gone]
    told += [("open", item) for item in still] + [("new", item) for item in fresh]
    return [
        Change(
            unit_id=new.submission.unit_id,
            form=new.submission.form,
            record=item.record,
            field=item.field,
            before=earlier[identity(item)].message if fate != "new" else "",
            after=item.message if fate in ("open", "new") else "",
            from_version=old.number,
            to_version=new.number,
            place=next(iter(item.places), None),
            code=item.code,
            fate=fate,
        )
        for fate, item in told
    ]


def _for_unit(findings: Iterable[Finding]) -> list[Finding]:
    return [item for item in findings if item.audience == "unit" and item.severity is not Severity.NOTE]


def _made_again(finding: Finding, new: Version) -> bool:
    """Whether a version still gives cause for a finding that is no longer open."""
    return identity(finding) in {identity(item) for item in new.submission.findings}


def both_count(old: Version, new: Version) -> bool:
    return old.counts and new.counts  # sub-units: not one correcting the other
