"""Reads files of the corpora in a process of its own and prints one verdict a line.

Run by test_reading_corpora.py: a reader that aborts the process must not take the tests with it.
Standard input: lines of `path<TAB>kind`; standard output: `path<TAB>kind<TAB>ends_as<TAB>code<TAB>grids<TAB>cells`.
"""

from __future__ import annotations

import sys

from sishui_eco.model.arrival import FileKind
from sishui_eco.model.finding import Refused
from sishui_eco.model.place import Place
from sishui_eco.reading import read
from tests.corpora import CORPORA


def verdict(path: str, kind: str) -> str:
    """Return the verdict line of one file; any exception but Refused is named as a leak."""
    content = (CORPORA / path).read_bytes()
    try:
        document = read(content, FileKind(kind), Place(file=path))
    except Refused as refused:
        return f"{path}\t{kind}\trefused\t{refused.finding.code}\t0\t0"
    except BaseException as fault:
        return f"{path}\t{kind}\tLEAK\t{type(fault).__name__}\t0\t0"
    cells = sum(len(grid.cells) + len(grid.covered) for grid in document.grids)
    code = ";".join(notice.code for notice in document.notices)
    return f"{path}\t{kind}\t{document.reader}\t{code}\t{len(document.grids)}\t{cells}"


if __name__ == "__main__":
    for line in sys.stdin:
        print(verdict(*line.rstrip("\n").split("\t")), flush=True)
