"""What the fuzz runs found, made small: none of it may hurt again. And a short run of new mutants."""

from __future__ import annotations

import os

import pytest

from tests.robustness.fuzzing import FINDS, fuzz, known_finds, symptoms
from tests.robustness.mutating import mutant
from tests.robustness.seeds import file_seeds, mail_seeds

COUNT = 20_000 if os.environ.get("SISHUI_ALL") else 200


def test_the_table_of_finds_and_the_files_agree() -> None:
    listed = {row["file"] for row in known_finds()}
    assert listed == {path.name for path in FINDS.iterdir() if path.suffix != ".csv"}
    assert listed


@pytest.mark.parametrize("row", known_finds(), ids=lambda row: row["file"])
def test_a_find_is_mended(row: dict[str, str]) -> None:
    assert symptoms(row["name"], [(FINDS / row["file"]).read_bytes()]) == [set()]


@pytest.mark.parametrize("stream", ["files", "mails"])
def test_mutants_end_in_verdicts(stream: str) -> None:
    tally = fuzz(stream, COUNT, 20_230_731, 2, lambda _: None)
    assert tally.mutants == COUNT
    assert (tally.deaths.total(), tally.raised.total()) == (0, 0), tally.finds
    assert tally.slowest < 10


def test_mutants_can_be_made_again_and_differ() -> None:
    for stream, seeds in (("files", file_seeds()), ("mails", mail_seeds())):
        made = [mutant(stream, 5, number, seeds) for number in range(60)]
        assert made == [mutant(stream, 5, number, seeds) for number in range(60)]
        originals = {content for _, _, content in seeds}
        assert len({content for _, content in made} - originals) > 50
