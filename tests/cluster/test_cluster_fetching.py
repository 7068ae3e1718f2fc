"""Workers that see the inbox open the files themselves, through any fsspec URL; whatever they do not see is sent."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from sishui_eco.examining import Leaf, Opening, examine_arrival, examine_leaf, open_file
from sishui_eco.model.arrival import Arrival, FileKind
from sishui_eco.running.fetching import with_bytes, with_own_bytes, without_bytes
from sishui_eco.running.storing import Held
from sishui_eco.running.workers import Death, WorkLimits
from sishui_eco.spec.settings import default_campaign
from tests.cluster.doubles import behave
from tests.cluster.needs import NEEDS_DASK

pytestmark = NEEDS_DASK

WHEN = datetime(2023, 7, 18)
CONTENT = "序号,项目名称\n1,样例项目\n".encode()


def arrival(content: bytes = CONTENT, file: str = "财政局/附件4 #1.csv", member: str = "") -> Arrival:
    return Arrival(
        file=file, member=member, name=file.rpartition("/")[2], sha256=hashlib.sha256(content).hexdigest(),
        size=len(content), kind=FileKind.CSV, received=WHEN, content=content,
    )  # fmt: skip


def leaf(one: Arrival, path: Path) -> Leaf:
    """Return an arrival on its way, its bytes in a file of this machine as originals are."""
    path.write_bytes(one.content)
    held = Held(one.sha256, one.size, "" if one.member else one.file, (path,))
    return Leaf(arrival=replace(one, content=b""), held=held)


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


def test_bytes_are_fetched_by_any_kind_of_url(url, tmp_path):
    one = leaf(arrival(), tmp_path / "original")
    items = [without_bytes(one), without_bytes(Opening(file=one.arrival.file, received=WHEN, held=one.held))]
    assert [(item.held.content, item.held.paths) for item in items] == [(None, ()), (None, ())]
    filled, unseen = with_bytes(items, url)
    assert ([item.held.content for item in filled], unseen) == ([CONTENT, CONTENT], [])


def test_other_bytes_under_the_name_do_not_count(inbox, tmp_path):
    other = leaf(arrival(CONTENT + b"2,x\n"), tmp_path / "original")
    assert with_bytes([without_bytes(other)], str(inbox)) == ([], [0])


def test_members_of_containers_travel_with_their_bytes_and_other_items_as_they_are(tmp_path):
    member = without_bytes(leaf(arrival(member="附件4.csv"), tmp_path / "original"))
    assert (member.held.content, member.held.paths) == (CONTENT, ())
    assert with_bytes([member, "text"], "/nowhere") == ([member, "text"], [])
    assert without_bytes("text") == with_own_bytes("text") == "text"


def test_a_cluster_reads_the_same_with_bytes_by_url_and_where_it_does_not_see_the_inbox(two_workers, inbox, tmp_path):
    campaign, limits = default_campaign(), WorkLimits()
    gone = replace(arrival(CONTENT + b"2,x\n"), file="不在.csv", name="不在.csv")
    arrivals = [arrival(), gone, arrival(member="附件4.csv")]
    items = [leaf(one, tmp_path / f"original{at}") for at, one in enumerate(arrivals)]
    opening = [Opening(file=item.arrival.file, received=WHEN, held=item.held) for item in items]
    said = {}
    for url in ("", str(inbox), str(inbox / "nowhere")):
        cluster = replace(two_workers, inbox_url=url)
        said[url] = list(cluster.run(examine_leaf, items, campaign, limits=limits))
        opened = list(cluster.run(open_file, opening, _limits(), limits=limits))
        assert [leaf.arrival.sha256 for done in opened for leaf in done.result] == [one.sha256 for one in arrivals]
    here = [(item, examine_arrival(one, campaign), None) for item, one in zip(items, arrivals, strict=True)]
    for done in said.values():
        assert [(item.item, item.result, item.death) for item in done] == here


def test_workers_that_see_nothing_are_not_asked_again(two_workers, tmp_path):
    cluster = replace(two_workers, inbox_url="/nowhere")
    list(cluster.run(examine_leaf, [leaf(arrival(), tmp_path / "original")], default_campaign(), limits=WorkLimits()))
    assert cluster.inbox_url == ""


def test_bytes_that_are_gone_everywhere_cost_that_item_only(two_workers, tmp_path):
    gone, there = leaf(arrival(), tmp_path / "gone"), leaf(arrival(), tmp_path / "original")
    (tmp_path / "gone").unlink()
    for url in ("", "/nowhere"):
        cluster = replace(two_workers, inbox_url=url)
        done = list(cluster.run(examine_leaf, [gone, there], default_campaign(), limits=WorkLimits()))
        assert [item.death for item in done] == [Death.CRASH, None]


def _limits():
    from sishui_eco.intake.limits import limits_of

    return limits_of(default_campaign())


def test_behave_is_a_task_of_plain_items(two_workers, inbox):
    cluster = replace(two_workers, inbox_url=str(inbox))
    assert [d.result for d in cluster.run(behave, ["a"], "ok:", limits=WorkLimits())] == ["ok:a"]
