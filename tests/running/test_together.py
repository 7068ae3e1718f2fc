"""Files written side by side: all durable at the end, the first fault told, nothing begun after it."""

from __future__ import annotations

import errno
import os
import stat
import threading
import time

import pytest

from sishui_eco.errors import StorageError
from sishui_eco.running import storing
from sishui_eco.running.publishing import Staging
from sishui_eco.running.storing import Together, write_below


def test_all_is_done_when_the_block_is_left(tmp_path):
    with Together() as writes:
        for number in range(200):
            writes.do(write_below, tmp_path / str(number % 7) / str(number), b"x" * number)
    assert sorted(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) == list(range(200))


def test_they_wait_for_the_disk_together(monkeypatch):
    meeting = threading.Barrier(storing.SYNCERS)
    with Together() as writes:
        for _ in range(storing.SYNCERS):
            writes.do(lambda: meeting.wait(20))  # one after the other would never meet


def test_the_first_fault_is_told_and_nothing_begins_after_it():
    done = []

    def fail() -> None:
        raise StorageError("disk_full", path="x")

    with pytest.raises(StorageError), Together() as writes:
        writes.do(fail)
        while not writes._fault:
            time.sleep(0.001)
        writes.do(done.append, 1)
    assert done == []


@pytest.mark.parametrize("threads", [0, 4])
def test_a_full_disk_at_any_file_of_a_set_leaves_nothing(tmp_path, monkeypatch, threads):
    monkeypatch.setattr(storing, "SYNCERS", threads)
    real, lock = os.fsync, threading.Lock()
    for fail_at in range(1, 41):
        count = 0

        def fsync(descriptor, fail_at=fail_at):
            nonlocal count
            if stat.S_ISREG(os.fstat(descriptor).st_mode):
                with lock:
                    count += 1
                    now = count
                if now == fail_at:
                    raise OSError(errno.ENOSPC, "no space")
            real(descriptor)

        monkeypatch.setattr(os, "fsync", fsync)
        with pytest.raises(StorageError) as caught, Staging(tmp_path / "成果") as staging:
            for number in range(20):
                staging.put(f"函件/{number}.txt", b"letter")
        assert caught.value.key == "disk_full"
        assert list((tmp_path / "成果").iterdir()) == []


def test_two_outputs_of_one_name_are_a_fault_of_ours(tmp_path):
    with pytest.raises(ValueError, match="two outputs"), Staging(tmp_path) as staging:
        staging.put("a.txt", b"1")
        staging.put("a.txt", b"2")
