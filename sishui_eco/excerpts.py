"""Parts of the results written by themselves: the letters of a day, the export, a public copy, an archive."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

from sishui_eco.errors import TaskFolderError
from sishui_eco.inbox import Progress, contents_of
from sishui_eco.ledger import open_ledger
from sishui_eco.pipeline import look, silent
from sishui_eco.running.folder import TaskFolder
from sishui_eco.running.storing import write_file
from sishui_eco.running.workers import Workers
from sishui_eco.spec.settings import load_settings
from sishui_eco.zh import word


def write_letters_of_day(
    folder: Path | str, *, as_of: datetime, workers: int | Workers | None = None, progress: Progress = silent
) -> tuple[int, Path]:
    """Write the letters of one day beside the results and return their number and folder."""
    from sishui_eco.corresponding import correspondence
    from sishui_eco.outputs.compose import compose_letters, compose_sendbacks

    task = TaskFolder(Path(folder)).require()
    inbox, outcome = look(task, as_of, workers, progress)
    campaign = load_settings(task.settings)
    with open_ledger(task.ledger) if task.ledger.exists() else nullcontext() as ledger:
        office = correspondence(task, campaign, ledger)
    sendbacks = compose_sendbacks(outcome, campaign, contents_of(inbox))
    outputs = compose_letters(outcome, campaign, sendbacks, office)
    target = task.results / word("letters_of_day", "folder", date=as_of.date().isoformat())
    for name in sorted(outputs):
        write_file(target / name, outputs[name])
    letters = word("outputs.letters", "folder") + "/"
    return sum(name.startswith(letters) for name in outputs), target


def export_folder(
    folder: Path | str, to: Path, *, as_of: datetime, workers: int | Workers | None = None, progress: Progress = silent
) -> int:
    """Write the six export files into a folder and return their number."""
    from sishui_eco.outputs.export import write_export

    task = TaskFolder(Path(folder)).require()
    _, outcome = look(task, as_of, workers, progress)
    files = write_export(outcome, load_settings(task.settings))
    for name in sorted(files):
        write_file(to / name, files[name])
    return len(files)


def write_public(
    folder: Path | str, to: Path, *, as_of: datetime, workers: int | Workers | None = None, progress: Progress = silent
) -> Sequence[str]:
    """Write the public copy when a scan finds nothing personal in it; return what it found otherwise."""
    from sishui_eco.outputs.public import scan_for_personal_data, write_public_copy

    task = TaskFolder(Path(folder)).require()
    _, outcome = look(task, as_of, workers, progress)
    content = write_public_copy(outcome, load_settings(task.settings))
    left = scan_for_personal_data(content)
    if not left:
        write_file(to, content)
    return [str(item) for item in left]


def write_archive(
    folder: Path | str, to: Path, *, as_of: datetime, workers: int | Workers | None = None, progress: Progress = silent
) -> tuple[int, int, int]:
    """Write the archive into a new folder; return how many files were filed, how many are left over, and materials.

    Raises: TaskFolderError when the folder is there and not empty.
    """
    from sishui_eco.outputs.binders import REGISTERS, archive_files

    task = TaskFolder(Path(folder)).require()
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise TaskFolderError("folder_not_empty", path=str(to))
    inbox, outcome = look(task, as_of, workers, progress)
    campaign = load_settings(task.settings)
    files = archive_files(outcome, campaign, contents_of(inbox))
    for name in sorted(files):
        write_file(to / name, files[name])
    loose = sum(name.startswith(word("folders.loose", "archive")) for name in files)
    return len(files) - REGISTERS - loose, loose, len(campaign.materials)
