"""Letters on disk and in the ledger: the office's templates, what was written, what was sent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from sishui_eco.errors import EcoError, TaskFolderError
from sishui_eco.ledger import Ledger, open_ledger, run_lock
from sishui_eco.outputs.letters.outgoing import (
    LEDGER_KIND,
    Correspondence,
    Outgoing,
    read_outgoing,
    sent_event,
    sent_letters,
)
from sishui_eco.outputs.letters.template_files import Templates, file_name, kinds, read_templates
from sishui_eco.running.folder import TaskFolder
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import load_settings
from sishui_eco.zh import load_table, word


def office_templates(task: TaskFolder, campaign: Campaign) -> Templates:
    """Return the templates that lie in the task folder. Raises: SettingsError with all faults of all of them."""
    names = [file_name(kind) for kind in kinds()]
    return read_templates({name: _content(task.templates / name) for name in names if _there(task, name)}, campaign)


def _there(task: TaskFolder, name: str) -> bool:
    return (task.templates / name).is_file()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EcoError("unreadable", path=str(path), reason=error.strerror or "") from error


def correspondence(task: TaskFolder, campaign: Campaign, ledger: Ledger | None) -> Correspondence:
    """Return what the office brings to its letters."""
    payloads = ledger.state(LEDGER_KIND).values() if ledger is not None else ()
    return Correspondence(templates=office_templates(task, campaign), sent=sent_letters(payloads))


def letters_of_latest_day(task: TaskFolder, as_of: datetime) -> tuple[Outgoing, ...]:
    """Return the letters written for the latest day up to `as_of`; a folder of that day's own goes first.

    Raises: TaskFolderError when no letters were written yet, or their list cannot be read.
    """
    name = word("outputs.outgoing", "folder")
    days = word("letters_of_day", "folder", date="*")
    found: list[tuple[Outgoing, ...]] = []
    for path in [*sorted(task.results.glob(f"{days}/{name}")), task.latest / name]:
        if not path.is_file():
            continue
        try:
            letters = read_outgoing(_content(path))
        except ValueError:
            raise TaskFolderError("letter_list_broken", path=str(path)) from None
        if letters and max(item.written for item in letters) <= as_of.date():
            found.append(letters)
    if not found:
        raise TaskFolderError("no_letters")
    return max(found, key=lambda letters: max(item.written for item in letters))


def record_sent(folder: Path, units: Collection[str], as_of: datetime, who: str) -> tuple[tuple[Outgoing, ...], int]:
    """Record that letters of the latest day went out, to these units by name or to all when none is given.

    Return the letters and how many of them are new in the ledger: a letter is sent once.
    Raises: EcoError for a unit that is unknown or has no letter that day.
    """
    task = TaskFolder(folder).require()
    campaign = load_settings(task.settings)
    letters = letters_of_latest_day(task, as_of)
    wanted = {_unit_id(name, campaign) for name in units}
    chosen = tuple(item for item in letters if not wanted or wanted & set(item.unit_ids))
    without = wanted - {unit_id for item in letters for unit_id in item.unit_ids}
    if without:
        joint = str(load_table("letters")["joint"])
        names = joint.join(campaign.unit_name(unit_id) for unit_id in sorted(without))
        raise EcoError("no_letter_for_unit", unit=names, date=letters[0].written.isoformat())
    with run_lock(task.lock, who), open_ledger(task.ledger) as ledger:
        known = ledger.state(LEDGER_KIND)
        events = [sent_event(item, as_of.date(), who) for item in chosen]
        return chosen, ledger.append(event for event in events if event[1] not in known)


def _unit_id(name: str, campaign: Campaign) -> str:
    """Return the unit of a name as the roster writes it, by name, alias or number. Raises: EcoError."""
    for unit in campaign.units:
        if name.strip() in (unit.name, unit.unit_id, *unit.aliases):
            return unit.unit_id
    raise EcoError("unknown_unit", unit=name)
