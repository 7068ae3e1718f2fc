"""Staging and publishing: the last good set stays whole at any moment."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from sishui_eco.errors import StorageError
from sishui_eco.running import publishing
from sishui_eco.running.publishing import keep_original, manifest, manifest_of, next_run, publish, repair, stage

FIRST = {"a.txt": b"1", "sub/b.txt": b"2"}
SECOND = {"a.txt": b"3", "sub/c.txt": b"4"}


def files_of(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def publish_set(results: Path, outputs) -> Path:
    run = next_run(results, "2023-08-03")
    publish(results, stage(results, outputs), run)
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


def test_a_full_disk_at_every_write_leaves_the_last_good_set(tmp_path, monkeypatch):
    publish_set(tmp_path, FIRST)
    fired = 0
    for fail_at in range(1, 4):
        count = 0
        real = os.fsync

        def fsync(descriptor, fail_at=fail_at, real=real):
            nonlocal count, fired
            count += 1
            if count == fail_at:
                fired += 1
                raise OSError(errno.ENOSPC, "no space")
            real(descriptor)

        monkeypatch.setattr(publishing.os, "fsync", fsync)
        if fail_at <= len(SECOND):
            with pytest.raises(StorageError) as caught:
                stage(tmp_path, SECOND)
            assert caught.value.key == "disk_full"
        monkeypatch.setattr(publishing.os, "fsync", real)
        assert files_of(tmp_path / "最新") == FIRST
        assert not (tmp_path / ".暂存").exists()
    assert fired == len(SECOND)


@pytest.mark.parametrize("cut", range(1, 4))
def test_cut_off_between_any_two_renames_is_mended_by_the_next_run(tmp_path, monkeypatch, cut):
    publish_set(tmp_path, FIRST)
    staging, run = stage(tmp_path, SECOND), next_run(tmp_path, "2023-08-03")
    real, count = Path.rename, 0

    class Killed(BaseException):
        pass

    def rename(self, target):
        nonlocal count
        count += 1
        if count == cut:
            raise Killed
        return real(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    with pytest.raises(Killed):
        publish(tmp_path, staging, run)
    monkeypatch.setattr(Path, "rename", real)
    repair(tmp_path)
    assert files_of(tmp_path / "最新") in (FIRST, SECOND)
    publish_set(tmp_path, SECOND)
    assert files_of(tmp_path / "最新") == SECOND


def test_manifest_knows_names_and_contents(tmp_path):
    publish_set(tmp_path, FIRST)
    assert manifest_of(tmp_path / "最新") == manifest(FIRST) != manifest(SECOND)
    assert manifest({"a.txt": b"1"}) != manifest({"b.txt": b"1"})


def test_an_original_is_kept_once_and_read_only(tmp_path):
    path = keep_original(tmp_path, "ab" + "0" * 62, b"bytes")
    assert path.read_bytes() == b"bytes"
    assert not path.stat().st_mode & 0o222
    assert keep_original(tmp_path, "ab" + "0" * 62, b"bytes") == path
