"""What is kept for the next run: a worker's own message, deflated; what is damaged is not known."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec
import pytest

from sishui_eco.running import recall
from sishui_eco.running.packing import message_of, pack
from sishui_eco.running.workers import LocalWorkers, WorkLimits


class Note(msgspec.Struct, frozen=True):
    text: str


def double(item: str, shared: object) -> Note:
    return Note(item * 2)


def test_a_result_is_kept_as_it_came_from_the_worker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with LocalWorkers(1) as workers:
        (done,) = workers.run(double, ["甲" * 5000], None, limits=WorkLimits())
    monkeypatch.setattr(recall.msgspec.msgpack, "encode", None)  # not made again
    content = recall.kept(done.result, done.message)
    assert len(content) < 500
    recall.remember(tmp_path / "memory", "read", {"a": content}, ["a"])
    assert recall.recall(tmp_path / "memory", "read", ["a", "b"], Note) == {"a": Note("甲" * 10000)}


def test_without_a_message_the_result_is_packed_here() -> None:
    note = Note("甲")
    assert recall.kept(note) == recall.kept(note, message_of(pack(double, note)))


def test_what_does_not_inflate_is_not_known(tmp_path: Path) -> None:
    recall.remember(tmp_path / "memory", "read", {"a": recall.kept(Note("甲"))[:-3], "b": b"", "c": b"z"}, "abc")
    recall.remember(tmp_path / "memory", "read", {"d": recall.kept(Note("乙"))}, "abcd")
    assert set(recall.recall(tmp_path / "memory", "read", "abcd", Note)) == {"d"}
    with sqlite3.connect(tmp_path / "memory") as connection:
        assert connection.execute("SELECT count(*) FROM remembered").fetchone() == (4,)


def test_what_depended_on_something_else_makes_room_when_it_is_read_anew(tmp_path):
    memory = tmp_path / "memory"
    recall.remember(memory, "read 1", {"a": recall.kept(Note("甲"))}, ["a"])
    recall.remember(memory, "ready", {"a": recall.kept(Note("丙"))}, ["a"])
    assert recall.recall_all(memory, "read 2", Note) == {}
    recall.remember(memory, "read 2", {"b": recall.kept(Note("乙"))}, ["b"])
    assert recall.recall_all(memory, "read 2", Note) == {"b": Note("乙")}
    assert not recall.known_keys(memory, "read 1") and recall.known_keys(memory, "ready") == {"a"}
