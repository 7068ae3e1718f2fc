"""One function a verb: the pipeline run, and what is said of it in Chinese."""

from __future__ import annotations

import json
import re
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sishui_eco.errors import EcoError, TaskFolderError
from sishui_eco.progress import ProgressBar
from sishui_eco.running.folder import TaskFolder
from sishui_eco.saying import print_calls, print_matrix, say, say_told
from sishui_eco.spec.settings import load_settings
from sishui_eco.zh import finding_catalogue, load_table, word

if TYPE_CHECKING:
    from sishui_eco.running.workers import Workers

OK, FINDINGS = 0, 1
SAMPLE_DAY = datetime(2023, 8, 3, 23, 59)


def run_init(options: Namespace) -> int:
    """Make a task folder, with sample returns when asked."""
    from sishui_eco import preparing

    made = preparing.make_task(options.folder, sample=options.sample)
    say("init", path=options.folder)
    if made.plan is not None:
        say("init_sample", count=len(made.plan.files), units=len(made.plan.returned_units))
    campaign = load_settings(TaskFolder(options.folder).settings)
    if campaign.provisional:
        say("provisional", count=len(campaign.provisional))
    say("init_next", settings=word("settings", "folder"))
    return OK


def run_issue(options: Namespace) -> int:
    """Write the blanks of every unit and the issuing notice."""
    from sishui_eco import preparing

    count, notice = preparing.issue_blanks(options.folder)
    say("issue", count=count, path=TaskFolder(options.folder).blanks)
    say("notice", path=notice)
    return OK


def run_collect(options: Namespace) -> int:
    """Receive, read, judge, merge and publish; of a folder of task folders, every one of them."""
    from sishui_eco.pipeline import collect
    from sishui_eco.province_verbs import collect_tasks
    from sishui_eco.running.folder import task_folders

    with crew_of(options) as workers:
        if tasks := task_folders(options.folder):
            return collect_tasks(options, tasks, workers, ProgressBar())
        collected = collect(
            options.folder,
            as_of=options.moment,
            workers=workers,
            progress=ProgressBar(),
            who=options.who,
            by_clock=options.by_clock,
        )
    say_told(collected.told)
    latest = TaskFolder(options.folder).latest
    if not collected.changed:
        say("unchanged")
    say("results", path=latest)
    say("summary", name=word("outputs.summary", "folder", name=collected.campaign.name))
    for key in ("sendbacks", "letters"):
        name = word(f"outputs.{key}", "folder")
        if (latest / name).is_dir():
            say(key, count=sum(1 for _ in (latest / name).iterdir()), name=name)
    return FINDINGS if collected.told.findings else OK


@contextmanager
def crew_of(options: Namespace) -> Iterator[int | Workers | None]:
    """Give what reads the files: processes of this machine, or a cluster when one was asked for."""
    if not getattr(options, "cluster", ""):
        yield options.workers
        return
    from sishui_eco.running.cluster import open_cluster
    from sishui_eco.running.workers import default_workers

    count = options.workers or default_workers()
    with open_cluster(options.cluster, workers=count, inbox_url=options.inbox_url) as cluster:
        yield cluster


def run_status(options: Namespace) -> int:
    """Say who has returned what as of the last collect, and whom to call; of many task folders, a line each."""
    if not TaskFolder(options.folder).settings.is_file():
        from sishui_eco.province_verbs import tell_tasks
        from sishui_eco.running.folder import task_folders

        if tasks := task_folders(options.folder):
            return tell_tasks(options, tasks)
    task = TaskFolder(options.folder).require()
    campaign = load_settings(task.settings)
    standings = task.latest / word("outputs.export", "folder") / "standings.jsonl"
    if not standings.is_file():
        raise TaskFolderError("no_results")
    rows = [json.loads(line) for line in standings.read_text(encoding="utf-8").splitlines()]
    published = datetime.fromtimestamp(standings.stat().st_mtime)
    say("status_heading", name=campaign.name, as_of=published.strftime("%Y-%m-%d %H:%M"))
    print_matrix(rows, campaign)
    print_calls(rows, campaign)
    newer = [
        path for path in task.inbox.rglob("*") if path.is_file() and path.stat().st_ctime > standings.stat().st_mtime
    ]
    if newer:
        say("status_new", count=len(newer))
    return FINDINGS if any(row["owed"] for row in rows) else OK


def run_letters(options: Namespace) -> int:
    """Write the letters of a day."""
    from sishui_eco.excerpts import write_letters_of_day

    count, folder = write_letters_of_day(
        options.folder, as_of=options.moment, workers=options.workers, progress=ProgressBar()
    )
    if count:
        say("letters_done", count=count, path=folder)
    else:
        say("letters_none")
    return OK


def run_sent(options: Namespace) -> int:
    """Record that letters of the latest day went out."""
    from sishui_eco.corresponding import record_sent

    units: tuple[str, ...] | None = tuple(options.unit)
    if options.ask:
        units = ask_whom(options.folder, options.moment)
    if units is None:
        say("sent_none")
        return OK
    letters, new = record_sent(options.folder, units, options.moment, options.who)
    say("sent", date=letters[0].written.isoformat(), count=len(letters), new=new)
    for letter in letters:
        say("sent_line", units=letter.names, file=letter.file)
    return OK


def ask_whom(folder: Path, moment: datetime) -> tuple[str, ...] | None:
    """Show the letters of the latest day and ask; return the units named, () for all, None when nothing went out."""
    from sishui_eco.corresponding import letters_of_latest_day

    letters = letters_of_latest_day(TaskFolder(folder).require(), moment)
    say("sent_heading", date=letters[0].written.isoformat(), count=len(letters))
    for letter in letters:
        say("sent_line", units=letter.names, file=letter.file)
    words = load_table("cli")["sent"]
    try:
        answer = input(word("say.sent_question", "cli")).strip()
    except EOFError:
        return None
    if answer in words["every"]:
        return ()
    return tuple(name for name in re.split(f"[{words['between']}]", answer) if name) or None


def run_adopt(options: Namespace) -> int:
    """Learn an official blank into the settings workbook."""
    from sishui_eco import preparing

    learned, backup = preparing.adopt_form(options.folder, options.file)
    form = learned.form
    say(
        "adopted",
        label=form.label,
        title=form.title,
        matched=len(learned.matched),
        extra=len(learned.unmatched),
        missing=len(learned.missing),
        backup=backup.name,
    )
    for key, heading, why in learned.matched:
        say("adopted_match", heading=heading, field=key, why=why)
    for heading in learned.unmatched:
        say("adopted_extra", heading=heading)
    for heading in learned.missing:
        say("adopted_missing", heading=heading)
    for doubt in learned.doubts:
        say("adopted_doubt", doubt=doubt)
    return FINDINGS if learned.doubts else OK


def run_explain(options: Namespace) -> int:
    """Say what a finding code means."""
    entry = finding_catalogue().get(options.code.upper())
    if entry is None:
        raise EcoError("unknown_code", code=options.code)
    say(
        "explain",
        code=entry.code,
        severity=word(f"severity.{entry.severity}", "cli"),
        audience=word(f"audience.{entry.audience}", "cli"),
        sentence=entry.sentence,
        remedy=entry.remedy,
        explanation=entry.explanation,
        example=entry.example,
    )
    return OK


def run_doctor(options: Namespace) -> int:
    """Say of one file what it is, whose, what would be read and why."""
    from sishui_eco.doctor import examine_file, print_examination

    print_examination(examine_file(options.file, options.task, options.moment))
    return OK


def run_export(options: Namespace) -> int:
    """Write the machine-readable result."""
    from sishui_eco.excerpts import export_folder

    count = export_folder(
        options.folder, options.to, as_of=options.moment, workers=options.workers, progress=ProgressBar()
    )
    say("export", count=count, path=options.to)
    return OK


def run_public(options: Namespace) -> int:
    """Write the public copy of the summary workbook, scanned for anything left."""
    from sishui_eco.excerpts import write_public

    left = write_public(
        options.folder, options.to, as_of=options.moment, workers=options.workers, progress=ProgressBar()
    )
    if left:
        say("public_left", count=len(left), where="；".join(left[:5]))
        return FINDINGS
    say("public", path=options.to)
    return OK


def run_archive(options: Namespace) -> int:
    """File what was received by indicator, with registers."""
    from sishui_eco.excerpts import write_archive

    filed, loose, items = write_archive(
        options.folder, options.to, as_of=options.moment, workers=options.workers, progress=ProgressBar()
    )
    say("archive", files=filed, items=items, path=options.to)
    if loose:
        say("archive_loose", count=loose, name=word("folders.loose", "archive"))
    return FINDINGS if loose else OK


def run_verify(options: Namespace) -> int:
    """Check the ledger's chain, the originals and the published results against one another."""
    from sishui_eco.releasing import verify_folder

    say("verified", count=verify_folder(options.folder, who=options.who))
    return OK


def run_demo(options: Namespace) -> int:
    """Walk through everything on sample data, in a new folder."""
    words = load_table("cli")["verbs"]
    if not options.as_of:
        options.moment = SAMPLE_DAY
    say("demo_start", path=options.folder)
    options.sample, options.to = True, options.folder / word("outputs.export", "folder")
    for verb in ("init", "issue", "collect", "letters", "export"):
        say("demo_step", step=words[verb]["alias"])
        RUNNERS[verb](options)
    return OK


RUNNERS: dict[str, Callable[[Namespace], int]] = {
    "init": run_init,
    "issue": run_issue,
    "collect": run_collect,
    "letters": run_letters,
    "export": run_export,
}
