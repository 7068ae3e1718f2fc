"""Pages as business systems write them, and as no system should: what is a tag, what is text, and that time grows with length."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sishui_eco.model.arrival import FileKind
from sishui_eco.reading.html_tokens import tokens
from tests.reading.reading_packages import drawn, read_as, refusal


def told(page: str) -> str:
    """Draw the tokens of a page: text as it is, `[tag a=b]`, `[/tag]`."""
    signs = {"start": "[{0}]", "end": "[/{0}]", "text": "{0}"}
    return "".join(
        signs[token.kind].format(" ".join([token.name, *(f"{key}={value}" for key, value in token.attributes.items())]))
        for token in tokens(page)
    )


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ('<TD ColSpan=2 title="a>b">x</TD>', "[td colspan=2 title=a>b]x[/td]"),
        ("<td nowrap align='left'/>", "[td nowrap= align=left]"),
        ("<td a = 'x' a=y>", "[td a=x]"),
        ("5 < 6 &amp; 7 &gt; 3&nbsp;&#20803;", "5 < 6 & 7 > 3\xa0元"),
        ("a<!-- <td>hidden</td> -->b", "ab"),
        ("a<!-->b<!--->c", "abc"),
        ("a<!-- never closed <td>1</td>", "a<!-- never closed [td]1[/td]"),
        ("<!DOCTYPE html><?xml version='1.0'?><![if IE]>x<![endif]>", "x"),
        ("<script>if (a<b) '<td>'</script>y<STYLE>td{}</Style >z", "[script][/script]y[style][/style]z"),
        ("x<script>never closed <td>1", "x[script]"),
        ("a</>b</ 5", "a</>b</ 5"),
        ("<td title='never closed>1</td>", "[td title='never closed=]1[/td]"),
        ("<td title=\"x' y>1</td>", "[td title=\"x' y=]1[/td]"),
        ('1<td b=">"', '1[td b="]"'),
        ("1<td", "1<td"),
        ("&#99999999999999999999;&#x110000;&bogus;&", "\ufffd\ufffd&bogus;&"),
        ("<html><td\n\tx\n=\n1\n>", "[html][td x=1]"),
    ],
)
def test_tags_and_texts_of_a_page(page: str, expected: str) -> None:
    assert told(page) == expected


def test_a_tag_without_an_end_costs_no_later_tag_its_spans() -> None:
    broken = '<table><tr><td colspan=2>a<td>b</table><p x=">" <table><tr><td colspan=2>c<td>d</table'
    document = read_as(broken.encode(), FileKind.HTML)
    assert drawn(document.grids[0]) == "A1=a C1=b"


@given(st.text(alphabet="<>/!-\"'=&;# \ntdTD中1", max_size=60))
def test_no_page_loses_a_chinese_letter_outside_its_markup(page: str) -> None:
    kept = [token.name for token in tokens(page) if token.kind == "text"]
    if "<" not in page and "&" not in page:
        assert "".join(kept) == page
    assert sum(text.count("中") for text in kept) <= page.count("中")


def test_spans_from_above_count_as_cells() -> None:
    wide = "".join("<td rowspan=60000 colspan=1000>1" for _ in range(16))
    page = f"<table><tr>{wide}" + "<tr><td>2" * 3000 + "</table>"
    assert refusal(page.encode(), FileKind.HTML) == "R206"
