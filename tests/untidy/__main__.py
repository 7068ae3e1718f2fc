"""`python -m tests.untidy --seeds 20 [--hard]`: score the package on untidy returns; `--compare`: the alternatives."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sishui_eco.spec.settings import default_campaign
from tests.untidy.counts import Miss, Score
from tests.untidy.generator import BY_NAME, Untidy, make_file
from tests.untidy.scorer import score_file

FILES_PER_SEED = 12


def files_of(seed: int, campaign: Any, *, hard: bool) -> Iterator[Untidy]:
    """Yield the files of one seed: a small inbox."""
    for position in range(FILES_PER_SEED):
        yield make_file(seed * 1000 + position, campaign, hard=hard)


def measure(seeds: range, *, hard: bool) -> Score:
    """Return the score over all files of some seeds."""
    campaign, total = default_campaign(), Score()
    for seed in seeds:
        for untidy in files_of(seed, campaign, hard=hard):
            total.take(score_file(untidy, campaign))
    return total


def table(score: Score) -> str:
    """Return the score as lines for people."""
    return "\n".join(
        (
            f"files {score.files}, sheets {score.sheets}, rows {score.rows}, records {score.records}",
            f"answers  recall {score.recall:.4%} ({score.found}/{score.wanted})  "
            f"precision {score.precision:.4%} ({score.given - score.wrong}/{score.given})",
            f"records  recall {score.record_recall:.4%}  junk {score.junk}",
            f"places   wrong {score.places_wrong}/{score.places}",
            f"units    right {score.units_right}/{score.units}  silent wrong {score.units_silent}",
            f"forms    right {score.forms_right}/{score.forms}  silent wrong {score.forms_silent}",
            f"tally    unbalanced {score.unbalanced}/{score.sheets}  row classes off {score.rows_wrong}/{score.rows}",
            f"missed and untold {score.untold}  false doubts {score.false_doubts}",
        )
    )


def listed(misses: list[Miss], limit: int) -> Iterator[str]:
    """Yield the misses, most frequent kind first, a few examples each."""
    counts = Counter((miss.what, miss.kind, miss.field) for miss in misses)
    for (what, kind, name), count in counts.most_common():
        meaning = BY_NAME[kind].what if kind in BY_NAME else ""
        yield f"{count:4}  {what} · {kind or '-'} {meaning} · {name}"
        for miss in [m for m in misses if (m.what, m.kind, m.field) == (what, kind, name)][:limit]:
            told = "told" if miss.told else "NOT TOLD"
            yield f"        seed {miss.seed} {miss.file} {miss.where} [{miss.record}] wanted {miss.expected!r} got {miss.got!r} {told}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.untidy", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--hard", action="store_true")
    parser.add_argument("--examples", type=int, default=2)
    parser.add_argument("--compare", action="store_true", help="write docs/comparison.md")
    asked = parser.parse_args()
    if asked.compare:
        from tests.untidy.alternatives import write_comparison

        write_comparison()
        return
    score = measure(range(asked.first, asked.first + asked.seeds), hard=asked.hard)
    title = "hardest mixture" if asked.hard else "typical mixture"
    print("\n".join([title, table(score), *listed(score.misses, asked.examples)]))


if __name__ == "__main__":
    main()
