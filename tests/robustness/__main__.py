"""`python -m tests.robustness fuzz|compare|freeze`: the referee's long runs."""

from __future__ import annotations

import argparse
import sys

from tests.robustness import fuzzing


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.robustness", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    fuzz = verbs.add_parser("fuzz", help="mutate files and mails; keep what hurts")
    fuzz.add_argument("--files", type=int, default=20_000)
    fuzz.add_argument("--mails", type=int, default=20_000)
    fuzz.add_argument("--seed", type=int, default=1)
    fuzz.add_argument("--workers", type=int, default=2)
    fuzz.add_argument("--keep", action="store_true", help="store the minimised finds")
    hostile = verbs.add_parser("hostile", help="every hostile file beside what was expected of it")
    hostile.add_argument("part", nargs="?", default="", help="only files whose name holds this")
    verbs.add_parser("freeze", help="write the frozen table of the corpora anew")
    verbs.add_parser("compare", help="our cells beside those of openpyxl, calamine and xlrd over the corpora")
    chosen = parser.parse_args()
    if chosen.verb == "freeze":
        from tests.robustness.corpora_table import freeze

        print(freeze())
        return 0
    if chosen.verb == "compare":
        from tests.robustness.comparing import compare

        return compare(print)
    if chosen.verb == "hostile":
        from tests.robustness.hostile_run import tell

        return min(1, tell(lambda text: print(text, flush=True), chosen.part))
    return _fuzz(chosen)


def _fuzz(chosen: argparse.Namespace) -> int:
    bad = 0
    for stream, count in (("files", chosen.files), ("mails", chosen.mails)):
        tally = fuzzing.fuzz(stream, count, chosen.seed, chosen.workers, lambda text: print(text, flush=True))
        print("\n".join(tally.lines()), flush=True)
        bad += tally.deaths.total() + tally.raised.total()
        if chosen.keep:
            fuzzing.keep_finds(tally, chosen.seed)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
