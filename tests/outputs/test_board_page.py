"""The board: one page, no script, nothing from outside, the same figures as the workbook."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from outcome_sample import AS_OF, sample_campaign, sample_outcome

from sishui_eco.model.outcome import Outcome
from sishui_eco.outputs.board import write_board
from sishui_eco.outputs.summary.figures import figures_of
from sishui_eco.outputs.summary.headlines import headline, tiles


class Page(HTMLParser):
    """Collects tags, links and text, and checks that every element is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Page:
    page = Page()
    page.feed(html)
    assert page.open == []
    return page


@pytest.fixture(scope="module")
def html() -> str:
    return write_board(sample_outcome(), sample_campaign())


def test_page_is_self_contained(html: str) -> None:
    page = read(html)
    assert page.links == [] and "script" not in page.tags
    assert not re.search(r"https?://|url\(|@import", html)
    assert "default-src 'none'" in html and 'name="viewport"' in html


def test_page_shows_the_figures_of_the_workbook(html: str) -> None:
    figures = figures_of(sample_outcome(), sample_campaign())
    text = read(html).text
    assert headline(figures) in text
    for label, value, note, _ in tiles(figures):
        assert label in text and value in text and note in text


def test_every_unit_that_owes_something_is_listed_with_shape_and_word(html: str) -> None:
    text = read(html).text
    units = {item.unit_id for item in sample_outcome().standings}
    assert all(sample_campaign().unit_name(unit) in text for unit in units)
    assert "■未报" in text and "●合格" in text and "▲待修改" in text


def test_units_names_cannot_become_markup() -> None:
    campaign = sample_campaign()
    hostile = replace(campaign.units[0], name="<script>alert(1)</script>县委组织部")
    html = write_board(sample_outcome(), replace(campaign, units=(hostile, *campaign.units[1:])))
    page = read(html)
    assert "script" not in page.tags and "<script>alert(1)</script>县委组织部" in page.text


def test_no_telephone_reaches_the_page(html: str) -> None:
    assert not re.search(r"1[3-9]\d{9}", html)


def test_first_day_without_any_return_makes_a_page() -> None:
    text = read(write_board(Outcome(campaign=sample_campaign(), as_of=AS_OF), sample_campaign())).text
    assert "首次统计，暂无上次数据。" in text and "0.0%" in text


def test_same_outcome_gives_the_same_page(html: str) -> None:
    assert write_board(sample_outcome(), sample_campaign()) == html
