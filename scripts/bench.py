"""Measure every stage and the whole beside the alternatives; write the tables of docs/speed.md and docs/scale.md.

    python scripts/bench.py                          all but the provinces: some three minutes on a quiet machine
    python scripts/bench.py --only county,reading    some parts only
    python scripts/bench.py --only province          2,000 and 20,000 workbooks, in one task and in many
    python scripts/bench.py --only province --sizes 500
    python scripts/bench.py --write                  keep what is measured (docs/measured.json), show it
    python scripts/bench.py --show --write           measure nothing, only show again what is kept

Inputs are made from a seed. What is compared runs in turns; a ratio is the median of the ratios of each turn.
"""

from __future__ import annotations

import argparse
import compileall
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "bench")]

import aims  # noqa: E402
import at_scale  # noqa: E402
import measuring  # noqa: E402
import one_machine  # noqa: E402
import simulation  # noqa: E402

PAGE = ROOT / "docs" / "speed.md"
PLAN = ROOT / "docs" / "scale.md"
KEPT = ROOT / "docs" / "measured.json"
Part = Callable[[Path, int], list[measuring.Table]]
PARTS: dict[str, Part] = {
    "reading": one_machine.reading,
    "file": one_machine.per_file,
    "county": one_machine.county,
    "outputs": one_machine.outputs,
    "summary": at_scale.summary,
    "cluster": at_scale.cluster,
    "province": at_scale.province,
}
USUAL = tuple(name for name in PARTS if name != "province")


def measure(part: Part, turns: int) -> dict[str, Any]:
    """Measure one part in a folder of its own and return its tables, with how busy the machine was."""
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        tables = part(Path(name), turns)
    for table in tables:
        print(table, flush=True)
    return {"load": round(before, 1), "tables": measuring.kept(tables)}


def as_installed() -> None:
    """Compile what will run, as pip does when it installs: an environment may keep Python from doing so by itself."""
    for folder in (ROOT / "sishui_eco", ROOT / "tests" / "bench"):
        compileall.compile_dir(folder, quiet=1)


def machine() -> str:
    cores = os.cpu_count() or 1
    return f"CPython {platform.python_version()}, {platform.system()}, {cores} cores"


def tables_of(kept: dict[str, Any]) -> list[measuring.Table]:
    """Return every table that is kept, in the order of the parts."""
    return [table for name in PARTS for table in measuring.tables_from(kept.get(name, {}).get("tables", ()))]


def put(text: str, mark: str, content: str) -> str:
    """Return a page with what stands between the two comments of a mark replaced."""
    begin, end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
    return f"{text.partition(begin)[0]}{begin}\n\n{content.strip()}\n\n{end}{text.partition(end)[2]}"


def page(text: str, kept: dict[str, Any]) -> str:
    """Return the page of speed with its tables and its aims made anew from what is kept."""
    tables = tables_of(kept)
    busy = ", ".join(f"{name} {kept[name]['load']}" for name in PARTS if name in kept)
    head = f"Measured on {kept.get('machine', machine())}; load of the machine before each part: {busy}.\n\n"
    return put(put(text, "measured", head + "\n".join(map(str, tables))), "aims", aims.aims_table(tables))


def plan_page(text: str, kept: dict[str, Any]) -> str:
    """Return the page of scale with its plan simulated anew from what is kept."""
    return put(text, "planned", simulation.plan_text(tables_of(kept)))


def write(found: dict[str, Any]) -> None:
    """Keep what was measured beside what was measured before, and show all of it."""
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.is_file() else {}
    kept = kept | ({"machine": machine()} if found else {}) | found
    KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), kept), encoding="utf-8")
    PLAN.write_text(plan_page(PLAN.read_text(encoding="utf-8"), kept), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=5, help="turns of each comparison")
    parser.add_argument("--only", default=",".join(USUAL), help=f"parts, with commas: {', '.join(PARTS)}")
    parser.add_argument("--sizes", default="2000,20000", help="workbooks of a province")
    parser.add_argument("--show", action="store_true", help="measure nothing")
    parser.add_argument("--write", action="store_true", help="keep and show what is measured")
    options = parser.parse_args(arguments)
    sizes = tuple(int(size) for size in options.sizes.split(","))
    parts = PARTS | {"province": partial(at_scale.province, sizes=sizes)}
    found: dict[str, Any] = {}
    as_installed()
    for name in () if options.show else options.only.split(","):
        found[name] = measure(parts[name], options.turns)
        if options.write:
            write(found)
    if options.write and not found:
        write(found)


if __name__ == "__main__":
    main()
