"""Staging and publishing: the last good set stays whole at any moment."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from pathlib import Path

import pytest

from sishui_eco.errors import StorageError
from sishui_eco.running import publishing
from sishui_eco.running.publishing import next_run, publish, repair, stage, unstage
from sishui_eco.running.storing import keep_original, manifest, manifest_of, read_original

FIRST = {"a.txt": b"1", "sub/b.txt": b"2"}
SECOND = {"a.txt": b"3", "sub/c.txt": b"4"}
KNOWN = {manifest(FIRST), manifest(SECOND)}


def files_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def publish_set(results: Path, outputs) -> Path:
    run = next_run(results, "2023-08-03")
    stage(results, outputs)
    publish(results, run, KNOWN)
    return run


def test_published_set_is_in_the_run_folder_and_in_the_latest(tmp_path):
    run = publish_set(tmp_path, FIRST)
    assert run.name == "2023-08-03_第1次"
    assert files_of(run) == FIRST == files_of(tmp_path / "最新")


def test_latest_is_replaced_whole_and_the_old_run_stays(tmp_path):
    first = publish_set(tmp_path, FIRST)
    second = publish_set(tmp_path, SECOND)
    assert files_of(first) == FIRST
    assert files_of(second) == SECOND == files_of(tmp_path / "最新")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["2023-08-03_第1次", "2023-08-03_第2次", "最新"]


def test_a_full_disk_at_every_sync_leaves_the_last_good_set_and_nothing_else(tmp_path, monkeypatch):
    publish_set(tmp_path, FIRST)
    before = sorted(path.name for path in tmp_path.iterdir())
    real, fired, finished = os.fsync, 0, False
    for fail_at in range(1, 20):
        count = 0

        def fsync(descriptor, fail_at=fail_at):
            nonlocal count, fired
            count += 1
            if count == fail_at and stat.S_ISREG(os.fstat(descriptor).st_mode):
                fired += 1
                raise OSError(errno.ENOSPC, "no space")
            real(descriptor)

        monkeypatch.setattr(os, "fsync", fsync)
        try:
            stage(tmp_path, SECOND)
        except StorageError as error:
            assert error.key == "disk_full"
            assert sorted(path.name for path in tmp_path.iterdir()) == before
        else:
            finished = count < fail_at
            unstage(tmp_path)
        assert files_of(tmp_path / "最新") == FIRST
    assert fired == 2 * len(SECOND) and finished


class Killed(BaseException):
    """Stands for a SIGKILL: nothing of ours catches it."""


@pytest.mark.parametrize("swapping", ["one step", "two renames"])
@pytest.mark.parametrize("cut", range(1, 4))
def test_cut_off_at_any_rename_is_finished_by_the_next_run(tmp_path, monkeypatch, cut, swapping):
    publish_set(tmp_path, FIRST)
    stage(tmp_path, SECOND)
    run = next_run(tmp_path, "2023-08-03")
    if swapping == "two renames":
        monkeypatch.setattr(publishing, "_exchange", lambda one, other: False)
    real, count = Path.rename, 0

    def rename(self, target):
        nonlocal count
        count += 1
        if count == cut:
            raise Killed
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    try:
        publish(tmp_path, run, KNOWN)
    except Killed:
        killed = True
    else:
        killed = False
    assert killed == (cut <= (3 if swapping == "two renames" else 2))
    monkeypatch.setattr(Path, "rename", real)
    repair(tmp_path, (run.name, manifest(SECOND)), KNOWN)
    assert files_of(tmp_path / "最新") == SECOND == files_of(run)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2023-08-03_第1次", "2023-08-03_第2次", "最新"]


def test_what_was_staged_but_not_recorded_is_taken_back(tmp_path):
    first = publish_set(tmp_path, FIRST)
    stage(tmp_path, SECOND)
    repair(tmp_path, (first.name, manifest(FIRST)), {manifest(FIRST)})
    assert files_of(tmp_path / "最新") == FIRST
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2023-08-03_第1次", "最新"]


def test_a_latest_set_that_people_changed_is_put_aside_not_removed(tmp_path):
    publish_set(tmp_path, FIRST)
    (tmp_path / "最新" / "a.txt").write_bytes(b"by hand")
    publish_set(tmp_path, SECOND)
    assert files_of(tmp_path / "最新") == SECOND
    assert files_of(tmp_path / "改动过的最新_1") == {**FIRST, "a.txt": b"by hand"}


def test_a_name_once_recorded_is_not_given_again(tmp_path):
    assert next_run(tmp_path, "2023-08-03", {"2023-08-03_第1次"}).name == "2023-08-03_第2次"


def test_an_original_that_was_changed_is_not_handed_out(tmp_path):
    sha256 = hashlib.sha256(b"bytes").hexdigest()
    path = keep_original(tmp_path, sha256, b"bytes")
    assert read_original(tmp_path, sha256) == b"bytes"
    path.chmod(0o600)
    path.write_bytes(b"Bytes")
    assert read_original(tmp_path, sha256) is None
    path.unlink()
    assert read_original(tmp_path, sha256) is None


def test_manifest_knows_names_and_contents(tmp_path):
    publish_set(tmp_path, FIRST)
    assert manifest_of(tmp_path / "最新") == manifest(FIRST) != manifest(SECOND)
    assert manifest({"a.txt": b"1"}) != manifest({"b.txt": b"1"})


def test_an_original_is_kept_once_and_read_only(tmp_path):
    path = keep_original(tmp_path, "ab" + "0" * 62, b"bytes")
    assert path.read_bytes() == b"bytes"
    assert not path.stat().st_mode & 0o222
    assert keep_original(tmp_path, "ab" + "0" * 62, b"bytes") == path
