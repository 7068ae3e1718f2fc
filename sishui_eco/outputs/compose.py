"""Every output of one run, computed before anything is written: file name -> bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Protocol

from sishui_eco.model.arrival import FileKind
from sishui_eco.model.outcome import Change, Outcome, Version
from sishui_eco.outputs.archive import write_register
from sishui_eco.outputs.board import write_board
from sishui_eco.outputs.export import write_export
from sishui_eco.outputs.letters import (
    Correspondence,
    LetterPlan,
    choose_joint_letters,
    choose_letters,
    headed,
    join_letters,
    short_texts,
    write_circular,
    write_letter,
    write_outgoing,
)
from sishui_eco.outputs.mail import Attachment, write_mail_draft
from sishui_eco.outputs.sendback import write_sendback
from sishui_eco.outputs.sendback.writing import Sendback
from sishui_eco.outputs.summary import write_summary
from sishui_eco.outputs.telling import findings_to_send, newest_versions, told_by_form
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import word

NOTHING_BROUGHT = Correspondence()
Contents = Mapping[tuple[str, str], bytes]  # (file, member) -> original bytes


class Pieces(Protocol):
    """What was made before: a piece that depends on nothing but `seen` is made once."""

    def made(self, seen: object, make: Callable[[], Sendback]) -> Sendback:
        """Return the piece that was made of the same things, else make it."""
        ...


class NothingMade:
    """Pieces that are all made anew."""

    def made(self, seen: object, make: Callable[[], Sendback]) -> Sendback:
        return make()


NOTHING_MADE = NothingMade()


def compose_outputs(
    outcome: Outcome,
    campaign: Campaign,
    contents: Contents,
    office: Correspondence = NOTHING_BROUGHT,
    pieces: Pieces = NOTHING_MADE,
) -> Iterator[tuple[str, bytes]]:
    """Yield every output of a run as it is made, with its path below the results folder.

    Same outcome, same bytes: nothing here reads the clock or, but for the originals, the disk. The largest comes
    last, so that the many small ones are on their way to the disk meanwhile.
    """
    sendbacks = compose_sendbacks(outcome, campaign, contents, pieces)
    folder = _name("sendbacks")
    yield from {f"{folder}/{item.name}": item.content for items in sendbacks.values() for item in items}.items()
    yield from compose_letters(outcome, campaign, sendbacks, office).items()
    export = _name("export")
    yield from ((f"{export}/{name}", content) for name, content in write_export(outcome, campaign).items())
    yield _name("board"), write_board(outcome, campaign).encode("utf-8")
    yield _name("register"), write_register(outcome, campaign)
    yield _name("summary", name=campaign.name), write_summary(outcome, campaign, inbox_link=inbox_link())


def inbox_link() -> str:
    """Return the way from a published workbook to the inbox, for links to the original files."""
    return f"../../{word('inbox', 'folder')}"


def _name(key: str, **parameters: object) -> str:
    return word(f"outputs.{key}", "folder", **parameters)


def compose_sendbacks(
    outcome: Outcome, campaign: Campaign, contents: Contents, pieces: Pieces = NOTHING_MADE
) -> dict[str, list[Attachment]]:
    """Return unit_id -> a marked copy for each newest version that has faults to mend, with what the unit is told."""
    found: dict[str, list[Attachment]] = {}
    told, fated = told_by_form(outcome), fates_by_version(outcome)

    def send(parts: Sequence[Version]) -> None:
        findings = [item for version in parts for item in findings_to_send(version, told)]
        unit = campaign.unit_by_id.get(parts[0].submission.unit_id)
        if not findings or unit is None:
            return
        arrival = parts[0].submission.arrival
        content = contents.get((arrival.file, arrival.member), b"")
        fates = [item for version in parts for item in fated.get(version_key(version), ())]
        given = (arrival.kind, parts[0].submission, findings)
        made = pieces.made(
            (hashlib.sha256(content).digest(), *given, campaign.digest, outcome.as_of, fates),
            lambda: write_sendback(content, *given, campaign, outcome.as_of, fates),
        )
        if not made.marked and len(parts) > 1:  # a fresh blank holds one form
            for version in parts:
                send([version])
            return
        label = word("joint", "folder").join(
            form.label for form in campaign.forms if form.key in {version.submission.form for version in parts}
        )
        name = _name("sendback", order=unit.order + 1, unit=unit.name, label=label, suffix=made.name_suffix)
        found.setdefault(unit.unit_id, []).append(Attachment(name=name, content=made.content, told=made.told))

    for parts in returned_together(newest_versions(outcome.versions)):
        send(parts)
    return found


def returned_together(versions: Sequence[Version]) -> list[list[Version]]:
    """Return versions that came in one workbook as one list: they go back as one marked copy.

    What cannot be marked in its own file is copied form by form, so it stays apart.
    """
    groups: dict[tuple[str, ...], list[Version]] = {}
    for version in versions:
        arrival = version.submission.arrival
        apart = "" if arrival.kind is FileKind.XLSX else version.submission.form
        groups.setdefault((arrival.file, arrival.member, version.submission.unit_id, apart), []).append(version)
    return list(groups.values())


def fates_by_version(outcome: Outcome) -> Mapping[tuple[str, str, int], Sequence[Change]]:
    """Return version -> what became of the findings of the version before, as it answers them."""
    found: dict[tuple[str, str, int], list[Change]] = {}
    for item in outcome.changes:
        if item.fate:
            found.setdefault((item.unit_id, item.form, item.to_version), []).append(item)
    return found


def version_key(version: Version) -> tuple[str, str, int]:
    return (version.submission.unit_id, version.submission.form, version.number)


def compose_letters(
    outcome: Outcome,
    campaign: Campaign,
    sendbacks: Mapping[str, Sequence[Attachment]],
    office: Correspondence = NOTHING_BROUGHT,
) -> dict[str, bytes]:
    """Return letters, mail drafts, short texts, the circular, the list and one file to print all letters of the day.

    A reminder whose day has not come yet is not written.
    """
    plans = [plan for plan in choose_letters(outcome, campaign, office.sent) if plan.timely]
    named = [(plan, letter_name(plan, campaign), _mail_name(plan, campaign)) for plan in plans]
    for number, plan in enumerate(choose_joint_letters(outcome, campaign), 1):
        units = _joint_units(plan, campaign)
        letter = _name("joint_letter", number=number, units=units, title=plan.title)
        named.append((plan, letter, _name("joint_mail", number=number, units=units)))
    outputs: dict[str, bytes] = {}
    letters: list[bytes] = []
    for plan, name, mail in named:
        plan = headed(plan, outcome, campaign, office.templates)
        letters.append(write_letter(plan, outcome, campaign, templates=office.templates))
        outputs[f"{_name('letters')}/{name}"] = letters[-1]
        attached = sendbacks.get(plan.unit_id, ()) if len(plan.unit_ids) < 2 else ()
        outputs[f"{_name('mails')}/{mail}"] = write_mail_draft(
            plan, letters[-1], name, attached, campaign, outcome.as_of
        )
    if letters:
        outputs[_name("print_all")] = join_letters(letters)
        told = [line for plan, _, _ in named for line in short_texts(plan, campaign)]
        texts = "".join(f"{unit}\t{text}\r\n" for unit, text in told)
        outputs[_name("texts")] = texts.encode("utf-8-sig")
        listed = [(plan, name) for plan, name, _ in named]
        outputs[_name("outgoing")] = write_outgoing(listed, outcome.as_of.date(), campaign)
    outputs[_name("circular")] = write_circular(outcome, campaign, office.templates)
    return outputs


def _joint_units(plan: LetterPlan, campaign: Campaign) -> str:
    names = [campaign.unit_name(unit_id) for unit_id in plan.unit_ids]
    if len(names) > 2:
        return _name("joint_units", unit=names[0], count=len(names))
    return word("joint", "folder").join(names)


def _mail_name(plan: LetterPlan, campaign: Campaign) -> str:
    unit = campaign.unit_by_id[plan.unit_id]
    return _name("mail", order=unit.order + 1, unit=unit.name)


def letter_name(plan: LetterPlan, campaign: Campaign) -> str:
    unit = campaign.unit_by_id[plan.unit_id]
    return _name("letter", order=unit.order + 1, unit=unit.name, title=plan.title)
