"""How wide and how tall a text is taken to be: character by character, however the sum is found."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from sishui_eco.outputs.styles import count_lines, text_width, widest_line

TEXTS = st.text(st.sampled_from("泗水县附件›？?a1 é，…\u203b\U0001f600\uff61")) | st.text()


@given(TEXTS)
def test_the_width_of_a_text_is_that_of_its_characters(text: str) -> None:
    text = text.encode("utf-8", "replace").decode()
    assert text_width(text) == sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text)


@given(st.lists(TEXTS.map(lambda text: text.replace("\n", "")), min_size=1), st.floats(3, 80))
def test_a_text_takes_the_lines_of_its_parts_and_is_as_wide_as_the_widest(parts: list[str], width: float) -> None:
    whole = "\n".join(parts)
    assert count_lines(whole, width) == sum(count_lines(part, width) for part in parts)
    assert widest_line(whole) == max(map(text_width, parts))


def test_a_long_latin_word_takes_a_line_more_only_where_it_must_break() -> None:
    assert count_lines("一二三四五六abcdefg", 30) == 1
    assert count_lines("一二三四五六abcdefg", 13) == 3
    assert count_lines("一二三四五六abc一二", 13) == 2
