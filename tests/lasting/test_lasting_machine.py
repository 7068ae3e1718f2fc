"""Any sequence of returns, second thoughts, decisions, crashes and runs: the result is that of a simple model.

The model is a dictionary: per town the bytes that ever came, when, whether they are acceptable.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sishui_eco.ledger import open_ledger
from sishui_eco.pipeline import collect
from sishui_eco.releasing import verify_folder
from tests.lasting.faulty_run import Fault, child
from tests.lasting.serial import without_workers
from tests.lasting.small_task import AS_OF, GOOD, TOWNS, WORSE, annex4, drop, make_small_task, settings

ALL = bool(os.environ.get("SISHUI_ALL"))
FIRST_DAY = datetime(2023, 7, 14, 9, 0)
unit_ids = st.sampled_from(sorted(TOWNS)[:2])
days = st.integers(0, 15)
mails_ = st.tuples(unit_ids, st.booleans(), st.integers(0, 2), days, st.booleans())


@cache
def form(unit_id: str, good: bool, edition: int) -> bytes:
    return annex4(unit_id, GOOD if good else WORSE, size=str(edition + 2))


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@cache
def packed(content: bytes, number: int) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(zipfile.ZipInfo(f"附件4_{number}.xlsx", (2023, 7, 1, 8, 0, 0)), content)
    return stream.getvalue()


@dataclass
class Came:
    """Bytes of a form: whose, whether acceptable."""

    unit_id: str
    good: bool


@dataclass
class Model:
    came: dict[str, Came] = field(default_factory=dict)  # sha256 of a form
    inside: dict[str, str] = field(default_factory=dict)  # sha256 of a top-level file -> of the form in it
    inbox: dict[str, tuple[str, datetime]] = field(default_factory=dict)  # name -> top-level sha256, file time
    known: dict[str, datetime] = field(default_factory=dict)  # top-level sha256 -> since when, once collected
    decisions: dict[str, tuple[str, str]] = field(default_factory=dict)  # action -> (form sha256, unit)

    def collect(self) -> None:
        """Take note of what lies in the inbox: the first copy keeps the earliest time known."""
        for top in {top for top, _ in self.inbox.values()}:
            moments = [moment for other, moment in self.inbox.values() if other == top]
            self.known[top] = min([*moments, *([self.known[top]] if top in self.known else [])])

    def counting(self) -> dict[str, tuple[str, int]]:
        """Return unit -> (sha256, number) of the version that counts."""
        received: dict[str, datetime] = {}
        for top, moment in self.known.items():
            key = self.inside[top]
            received[key] = min(moment, received.get(key, moment))
        found = {}
        for unit_id in TOWNS:
            all_ = sorted((moment, key) for key, moment in received.items() if self.came[key].unit_id == unit_id)
            live = [item for item in all_ if self.decisions.get("剔除", ("", ""))[0] != item[1]]
            accepted = [item for item in live if self.decisions.get("采用", ("", ""))[0] == item[1]]
            waived = self.decisions.get("免除问题", ("", ""))[1] == unit_id
            fitting = [item for item in live if self.came[item[1]].good or waived]
            for choice in (accepted, fitting, live):
                if choice:
                    found[unit_id] = (choice[-1][1], all_.index(choice[-1]) + 1)
                    break
        return found


class Returns(RuleBasedStateMachine):
    @initialize(mails=st.lists(mails_, min_size=4, max_size=7, unique=True))
    def begin(self, mails: list[tuple[str, bool, int, int, bool]]) -> None:
        self.base = Path(tempfile.mkdtemp(prefix="sishui_"))
        self.task = make_small_task(self.base / "任务")
        self.model, self.files, self.changed = Model(), 0, True
        self.events, self.originals = 0, set()
        self.submit(mails)

    def teardown(self) -> None:
        if hasattr(self, "model") and (self.model.inbox or self.model.known):
            self.run()
        shutil.rmtree(self.base, ignore_errors=True)

    def put(self, name: str, top: bytes, content: bytes, unit_id: str, good: bool, moment: datetime) -> None:
        drop(self.task, name, top, moment.isoformat())
        self.model.came[sha(content)] = Came(unit_id, good)
        self.model.inside[sha(top)] = sha(content)
        self.model.inbox[name] = (sha(top), moment)
        self.changed = True

    @rule(mails=st.lists(mails_, min_size=1, max_size=3))
    def submit(self, mails: list[tuple[str, bool, int, int, bool]]) -> None:
        """Forms come: new, again, better, worse, or an older mail that is only found now."""
        for unit_id, good, edition, day, in_zip in mails:
            self.files += 1
            content = form(unit_id, good, edition)
            top = packed(content, self.files % 2) if in_zip else content
            name = f"{self.files:03d}.{'zip' if in_zip else 'xlsx'}"
            self.put(name, top, content, unit_id, good, FIRST_DAY + timedelta(days=day))

    @precondition(lambda self: self.model.inbox)
    @rule(data=st.data(), unit_id=unit_ids, good=st.booleans(), edition=st.integers(0, 2), day=days)
    def replace_in_place(self, data, unit_id: str, good: bool, edition: int, day: int) -> None:
        """The clerk saves another form over a file of the inbox."""
        name = data.draw(st.sampled_from(sorted(self.model.inbox)))
        content = form(unit_id, good, edition)
        if name.endswith(".xlsx"):
            self.put(name, content, content, unit_id, good, FIRST_DAY + timedelta(days=day))

    @precondition(lambda self: self.model.inbox)
    @rule(data=st.data())
    def move_out(self, data) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.inbox)))
        (self.task.inbox / name).unlink()
        del self.model.inbox[name]
        self.changed = True

    @precondition(lambda self: self.model.inbox)
    @rule(data=st.data(), day=days)
    def touch(self, data, day: int) -> None:
        name = data.draw(st.sampled_from(sorted(self.model.inbox)))
        moment = FIRST_DAY + timedelta(days=day)
        drop(self.task, name, (self.task.inbox / name).read_bytes(), moment.isoformat())
        self.model.inbox[name] = (self.model.inbox[name][0], moment)
        self.changed = True

    @precondition(lambda self: self.model.came)
    @rule(data=st.data(), action=st.sampled_from(["剔除", "采用", "免除问题"]), drop_it=st.booleans())
    def decide(self, data, action: str, drop_it: bool) -> None:
        """The clerk decides something about one form, or takes the decision back."""
        self.changed = True
        self.model.decisions.pop(action, None)
        if not drop_it:
            key = data.draw(st.sampled_from(sorted(self.model.came)))
            self.model.decisions[action] = (key, self.model.came[key].unit_id)
        rows = []
        for number, (name, (key, unit_id)) in enumerate(sorted(self.model.decisions.items()), start=1):
            row = {"number": str(number), "action": name, "who": "测试戊", "why": "核对原件后决定"}
            scope = {"code": "N201", "unit": TOWNS[unit_id]} if name == "免除问题" else {"file": key}
            rows.append({**row, **scope})
        self.task.settings.write_bytes(settings(rows))

    @precondition(lambda self: self.model.inbox and hasattr(os, "fork"))
    @rule(at=st.integers(1, 260))
    def crash(self, at: int) -> None:
        """A run is killed at some change of the disk; what it recorded by then is known, what not is not."""
        reading, writing = os.pipe()
        child(self.task.root, AS_OF.date().isoformat(), Fault("kill", at, writing), self.base / "said.txt")
        os.close(reading)
        os.close(writing)
        with open_ledger(self.task.ledger) as ledger:
            if ledger.verify() > self.events:  # one transaction: all of the run, or nothing
                self.model.collect()

    @precondition(lambda self: self.changed)
    @rule()
    def run(self) -> None:
        self.changed = False
        outcome = collect(self.task.root, as_of=AS_OF, workers=1).outcome
        self.model.collect()
        found = {
            version.submission.unit_id: (version.submission.arrival.sha256, version.number)
            for version in outcome.versions
            if version.counts
        }
        assert found == self.model.counting()
        assert {line.arrival.sha256 for line in outcome.arrivals} == {
            self.model.inside[top] for top in self.model.known
        }
        with open_ledger(self.task.ledger) as ledger:
            state = {
                key.partition("|")[0]: (item["sha256"], item["number"])
                for key, payload in ledger.state("counting").items()
                for item in payload["versions"]
            }
        assert state == found
        assert verify_folder(self.task.root)
        self.task.memory.unlink()  # so that the second run is a whole one
        again = collect(self.task.root, as_of=AS_OF, workers=1)
        assert not again.changed

    @invariant()
    def history_never_shrinks(self) -> None:
        if not hasattr(self, "task") or not self.task.ledger.exists():
            return
        with open_ledger(self.task.ledger) as ledger:
            events = ledger.verify()
        originals = {path.name for path in self.task.originals.rglob("*") if len(path.name) == 64}
        assert events >= self.events and originals >= self.originals
        self.events, self.originals = events, originals


Returns.TestCase.settings = hypothesis_settings(
    max_examples=60 if ALL else 8,
    stateful_step_count=25 if ALL else 7,
    deadline=None,
    phases=(Phase.generate, Phase.shrink) if ALL else (Phase.generate,),
    derandomize=not ALL,
    suppress_health_check=list(HealthCheck),
)


class TestReturns(Returns.TestCase):
    @pytest.fixture(autouse=True)
    def _serial(self, monkeypatch):
        without_workers(monkeypatch)
