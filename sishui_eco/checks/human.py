"""What no program may judge goes to people, with the evidence found. It never says that a seal is genuine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sishui_eco.checks.saying import filled, said
from sishui_eco.checks.texts import bare, plain, shorten, words
from sishui_eco.model.outcome import Judgement, ReviewItem, Verdict, Version
from sishui_eco.model.submission import Submission
from sishui_eco.spec.campaign import Campaign, Form

Seen = Mapping[str, Mapping[str, bool]]  # unit -> name of a picture -> whether a round red mark is on it


def human_review(
    versions: Sequence[Version],
    verdicts: Sequence[Verdict],
    campaign: Campaign,
    supporting: Mapping[str, Sequence[str]],
    seen: Seen | None = None,
) -> tuple[ReviewItem, ...]:
    """Return the list for human review in the order of the versions: seals, signatures, projects, verdicts.

    `seen` says of pictures that came beside the forms whether a round red mark is on them.
    """
    items: list[ReviewItem] = []
    for version in versions:
        if not version.counts:
            continue
        submission = version.submission
        form = campaign.form_by_key.get(submission.form)
        nil = submission.nil_statement is not None and not submission.records
        if form and (form.sealed or nil):
            scans = scans_of(supporting.get(submission.unit_id, ()))
            items.append(_seal(version, form, scans, (seen or {}).get(submission.unit_id, {})))
        if nil:
            items.append(_signature(submission))
        if submission.form == "annex4":
            items.extend(_projects(submission))
    items.extend(_verdict(verdict) for verdict in verdicts if verdict.judgement is Judgement.MANUAL)
    return tuple(items)


def scans_of(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names that are scans or pictures by their ending."""
    endings = tuple(words()["supporting"]["scans"])
    return tuple(name for name in names if name.lower().endswith(endings))


def seal_evidence(
    form: Form, versions: Sequence[Version], scans: Sequence[str], seen: Mapping[str, bool] | None = None
) -> tuple[str, ...]:
    """Return what suggests that a sealed copy came: pictures in the workbook, scans named after the form or its seal.

    A scan that names another form by its number is no evidence for this one.
    """
    table, told = words()["supporting"], words()["human"]
    found = [
        told["picture"].format(count=version.submission.pictures) + _rounds(version.submission.red_rounds)
        for version in versions
        if not version.excluded and version.submission.pictures > 0
    ]
    nil = any(version.submission.nil_statement for version in versions)
    hints = [form.label, form.title, *form.title_aliases, *(table["nil_words"] if nil else ())]
    for name in scans:
        key = bare(name)
        if any(bare(hint) in key for hint in hints if hint) or (
            any(word in name for word in table["seal_words"]) and not _names_another(name, form)
        ):
            looked = (seen or {}).get(name)
            found.append(told["scan"].format(name=name) + _rounds(None if looked is None else int(looked)))
    return tuple(dict.fromkeys(found))


def _rounds(count: int | None) -> str:
    """Return what was seen on pictures; it never says that a seal is genuine."""
    told = words()["human"]
    if count is None:
        return str(told["not_looked"])
    return str(told["red_round"].format(count=count) if count else told["no_red_round"])


def _names_another(name: str, form: Form) -> bool:
    """Whether a file name carries the label of another form (附件2 beside 附件4)."""
    number = re.search(words()["supporting"]["number_in_label"], plain(form.label))
    if not number:
        return False
    stem = plain(form.label)[: number.start()]
    return bool(stem) and re.search(rf"{re.escape(stem)}(?!{number.group()})[0-9]", plain(name)) is not None


def _seal(version: Version, form: Form, scans: Sequence[str], seen: Mapping[str, bool]) -> ReviewItem:
    table = words()["human"]
    evidence = seal_evidence(form, [version], scans, seen) or (table["no_seal"],)
    submission = version.submission
    return ReviewItem(
        unit_id=submission.unit_id,
        form=submission.form,
        subject=table["seal"],
        evidence=str(table["joint"]).join(evidence),
        place=submission.arrival.place,
    )


def _signature(submission: Submission) -> ReviewItem:
    table, answer = words()["human"], submission.form_fields.get("signatory")
    named = table["signatory"].format(name=said(answer)) if answer and answer.raw else table["no_signatory"]
    place = answer.place if answer else submission.arrival.place
    return ReviewItem(
        unit_id=submission.unit_id, form=submission.form, subject=table["signature"], evidence=named, place=place
    )


def _projects(submission: Submission) -> list[ReviewItem]:
    """Return one item a project: who looks at its content sees at once whether it is ready to begin."""
    table, longest = words()["human"], words()["limits"]["quoted"]
    items = []
    for record in submission.records:
        content, stage = filled(record, "content"), filled(record, "stage")
        found = (
            table["content"].format(content=shorten(said(content), longest)) if content else table["no_content"],
            table["stage"].format(stage=said(stage)) if stage else table["no_stage"],
        )
        items.append(
            ReviewItem(
                unit_id=submission.unit_id,
                form=submission.form,
                subject=table["project"],
                record=record.key,
                evidence=table["joint"].join(found),
                place=content.place if content else record.place,
            )
        )
    return items


def _verdict(verdict: Verdict) -> ReviewItem:
    return ReviewItem(
        unit_id=verdict.unit_id,
        form="annex2",
        subject=words()["human"]["verdict"],
        record=verdict.record,
        evidence=verdict.basis,
        place=verdict.place,
    )
