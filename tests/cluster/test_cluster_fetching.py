"""Workers that see the inbox open the files themselves, through any fsspec URL; whatever they do not see is sent."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from sishui_eco.examining import examine_arrival, open_file
from sishui_eco.model.arrival import Arrival, FileKind
from sishui_eco.running.fetching import Absent, with_bytes, without_bytes
from sishui_eco.running.workers import WorkLimits
from sishui_eco.spec.settings import default_campaign
from tests.cluster.doubles import NEEDS_DASK, behave

pytestmark = NEEDS_DASK

WHEN = datetime(2023, 7, 18)
CONTENT = "序号,项目名称\n1,样例项目\n".encode()


def arrival(content: bytes = CONTENT, file: str = "财政局/附件4 #1.csv", member: str = "") -> Arrival:
    return Arrival(
        file=file, member=member, name=file.rpartition("/")[2], sha256=hashlib.sha256(content).hexdigest(),
        size=len(content), kind=FileKind.CSV, received=WHEN, content=content,
    )  # fmt: skip


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """An inbox with one file, and beside it the same inbox packed into a zip."""
    path = tmp_path / "收件" / "财政局" / "附件4 #1.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(CONTENT)
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(path, "收件/财政局/附件4 #1.csv")
    return tmp_path / "收件"


@pytest.fixture(params=["path", "file", "zip", "cached"])
def url(request, inbox: Path) -> str:
    return {
        "path": str(inbox),
        "file": f"file://{inbox}",
        "zip": f"zip://收件::file://{inbox.parent}/all.zip",
        "cached": f"simplecache::file://{inbox}",
    }[request.param]


def test_bytes_are_fetched_by_any_kind_of_url(url):
    items = [without_bytes(arrival()), without_bytes(("财政局/附件4 #1.csv", CONTENT, WHEN))]
    assert items[0][0].content == b"" and isinstance(items[1][1], Absent)
    assert with_bytes(items, url) == ([arrival(), ("财政局/附件4 #1.csv", CONTENT, WHEN)], [])


def test_other_bytes_under_the_name_do_not_count(inbox):
    other = arrival(CONTENT + b"2,x\n")
    assert with_bytes([without_bytes(other)], str(inbox)) == ([], [0])


def test_members_of_containers_and_other_items_travel_as_they_are():
    member = arrival(member="附件4.csv")
    for item in (member, replace(member, content=b"", member=""), ("a", None, WHEN), "text"):
        assert without_bytes(item) is item


def test_a_cluster_reads_the_same_with_bytes_by_url_and_where_it_does_not_see_the_inbox(two_workers, inbox):
    campaign, limits = default_campaign(), WorkLimits()
    gone = replace(arrival(CONTENT + b"2,x\n"), file="不在.csv", name="不在.csv")
    items = [arrival(), gone, arrival(member="附件4.csv")]
    said = {}
    for url in ("", str(inbox), str(inbox / "nowhere")):
        cluster = replace(two_workers, inbox_url=url)
        said[url] = list(cluster.run(examine_arrival, items, campaign, limits=limits))
        opened = list(cluster.run(open_file, [(i.file, i.content, WHEN) for i in items], _limits(), limits=limits))
        assert [leaf.arrival.content for done in opened for leaf in done.result] == [i.content for i in items]
    here = [(item, examine_arrival(item, campaign), None) for item in items]
    for done in said.values():
        assert [(item.item, item.result, item.death) for item in done] == here


def test_workers_that_see_nothing_are_not_asked_again(two_workers):
    cluster = replace(two_workers, inbox_url="/nowhere")
    list(cluster.run(examine_arrival, [arrival()], default_campaign(), limits=WorkLimits()))
    assert cluster.inbox_url == ""


def _limits():
    from sishui_eco.intake import limits_of

    return limits_of(default_campaign())


def test_behave_is_a_task_of_plain_items(two_workers, inbox):
    cluster = replace(two_workers, inbox_url=str(inbox))
    assert [d.result for d in cluster.run(behave, ["a"], "ok:", limits=WorkLimits())] == ["ok:a"]
