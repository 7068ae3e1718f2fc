"""What makes texts alike leaves letters, digits and Han as they are, so that most texts need not be looked at closely."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sishui_eco.checks import texts
from sishui_eco.model.remembered import LETTERS
from sishui_eco.understanding.values import words

SIGNS = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF) | st.sampled_from("abcxyz0189")


@given(st.text(SIGNS, max_size=12))
def test_letters_stay_as_they_are(text: str) -> None:
    assert LETTERS.fullmatch(text)
    made = (texts._plain, texts._bare, words._folded, words._key_text)
    assert {make(text) for make in made} == {text}


def test_every_han_sign_stays_as_it_is() -> None:
    whole = "".join(map(chr, range(0x4E00, 0xA000)))
    made = (texts._plain, texts._bare, words._folded, words._key_text)
    assert all(make(whole) == whole for make in made)


def test_what_is_no_letter_is_looked_at() -> None:
    assert (texts.bare("Ａ 1－一"), texts.plain("≧ 20"), words.key_text("“甲” 乙")) == ("a1一", "≥20", "甲乙")
    assert all(not LETTERS.fullmatch(text) for text in ("Ⅲ", "A", "甲 乙", "〇", "①"))
