"""One function a verb: the pipeline run, and what is said of it in Chinese."""

from __future__ import annotations

import json
import re
import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sishui_eco.errors import EcoError, TaskFolderError
from sishui_eco.model.finding import Severity
from sishui_eco.running.folder import TaskFolder
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import load_settings
from sishui_eco.telling import Told
from sishui_eco.zh import finding_catalogue, load_table, word

if TYPE_CHECKING:
    from sishui_eco.running.workers import Workers

OK, FINDINGS = 0, 1
SAMPLE_DAY = datetime(2023, 8, 3, 23, 59)


def say(key: str, **parameters: object) -> None:
    print(word(f"say.{key}", "cli", **parameters))


class ProgressBar:
    """Files done, rate and time left, rewritten in place on the error stream; silent when that is no terminal."""

    WIDTH = 20
    PAUSE = 0.1  # seconds between two pictures of it

    def __init__(self, stream: Any = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._stage, self._begun, self._shown = "", clock(), 0.0
        self._live = bool(getattr(self._stream, "isatty", lambda: False)())

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = self._clock()
        if stage != self._stage or done == 0:
            self._stage, self._begun, self._shown = stage, now, 0.0
        if not total:
            return
        seconds = max(now - self._begun, 0.001)
        name = word(f"progress.{stage}", "cli")
        if done >= total:
            line = word("progress.done", "cli", stage=name, done=done, total=total, seconds=f"{seconds:.1f}")
            print(line if self._live else line.strip(), file=self._stream)
        elif self._live and now - self._shown >= self.PAUSE:
            self._shown = now
            rate, full = done / seconds, self.WIDTH * done // total
            left = self._duration((total - done) / rate) if rate else "?"
            drawn = "#" * full + "-" * (self.WIDTH - full)  # nothing that a console in code page 936 lacks
            bar = word(
                "progress.bar", "cli", stage=name, bar=drawn, done=done, total=total, rate=f"{rate:.0f}", left=left
            )
            print(bar, end="", file=self._stream, flush=True)

    @staticmethod
    def _duration(seconds: float) -> str:
        minutes, rest = divmod(round(seconds), 60)
        return word(f"progress.{'minutes' if minutes else 'seconds'}", "cli", minutes=minutes, seconds=rest)


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
            return collect_tasks(options, tasks, workers, ProgressBar(), say)
        collected = collect(
            options.folder,
            as_of=options.moment,
            workers=workers,
            progress=ProgressBar(),
            who=options.who,
            by_clock=options.by_clock,
        )
    campaign = load_settings(TaskFolder(options.folder).settings)
    say_told(collected.told)
    latest = TaskFolder(options.folder).latest
    if not collected.changed:
        say("unchanged")
    say("results", path=latest)
    say("summary", name=word("outputs.summary", "folder", name=campaign.name))
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


def say_told(told: Told) -> None:
    """Say in a few lines what came, where it stands, what is wrong, and that no row was lost."""
    named = ("read", "duplicate", "superseded", "supporting", "refused", "unrecognised")
    other = sum(count for name, count in told.verdicts.items() if name not in (*named, "nil_return"))
    verdicts = Counter(told.verdicts)
    say(
        "collect",
        arrivals=told.arrivals,
        nil=verdicts["nil_return"],
        other=other,
        **{name: verdicts[name] for name in named},
    )
    names = ("accepted", "nil", "to_mend", "awaiting_seal", "missing")
    say("standings", total=told.standings, **{name: told.states.get(name, 0) for name in names})
    say("verdicts", **{name: told.judgements.get(name, 0) for name in ("met", "not_met", "manual")})
    say("findings", total=told.findings, **{str(name): told.severities.get(str(name), 0) for name in Severity})
    rest = told.accounts["rows"] - sum(count for name, count in told.accounts.items() if name != "rows")
    say("balance", other=rest, **told.accounts)
    if told.refused:
        say("refused_heading")
    for place, message, remedy in told.refused:
        say("refused", place=place, message=message, remedy=remedy)


def run_status(options: Namespace) -> int:
    """Say who has returned what as of the last collect, and whom to call; of many task folders, a line each."""
    if not TaskFolder(options.folder).settings.is_file():
        from sishui_eco.province_verbs import tell_tasks
        from sishui_eco.running.folder import task_folders

        if tasks := task_folders(options.folder):
            return tell_tasks(options, tasks, say)
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


def print_matrix(rows: list[dict[str, Any]], campaign: Campaign) -> None:
    """Print unit × form, one mark a cell; shape tells the state without colour."""
    words = load_table("cli")
    cells = {(row["unit_id"], row["form"]): row["standing"] for row in rows}
    width = max(len(unit.name) for unit in campaign.units) * 2 + 2
    for unit in campaign.units:
        states = [cells.get((unit.unit_id, form.key), "none") for form in campaign.forms]
        shown = "  ".join(
            f"{form.label}{words['mark'][state]}" for form, state in zip(campaign.forms, states, strict=True)
        )
        worst = max(states, key=["none", "accepted", "nil", "awaiting_seal", "to_mend", "missing"].index)
        pad = " " * (width - sum(2 if ord(sign) > 255 else 1 for sign in unit.name))
        say("status_row", mark=words["mark"][worst], unit=unit.name, pad=pad, cells=shown)
    say("status_legend")


def print_calls(rows: list[dict[str, Any]], campaign: Campaign) -> None:
    """Print the three units that owe most and longest."""
    owed: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        if row["owed"]:
            owed.setdefault(row["unit_id"], []).append(row)
    order = {unit.unit_id: unit.order for unit in campaign.units}
    worst = sorted(
        owed.items(), key=lambda item: (-len(item[1]), -max(row["days_overdue"] for row in item[1]), order[item[0]])
    )
    if worst:
        say("status_calls")
    for number, (unit_id, items) in enumerate(worst[:3], start=1):
        things = "；".join(row["owed"] for row in items)
        say("status_call", number=number, unit=campaign.unit_name(unit_id), owed=things)


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
