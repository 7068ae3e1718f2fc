"""The generator itself: every kind can be switched on alone, seeds repeat, and it knows nothing of the package."""

from __future__ import annotations

import ast
import sys
from functools import cache
from pathlib import Path

import pytest

from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import default_campaign
from tests.untidy.generator import KINDS, Kind, Untidy, make_file
from tests.untidy.generator.kinds import BY_NAME, GROUPS

PLAIN = {
    "layout": "list_in_workbook",
    "unit": "unit_in_one_cell",
    "unit_name": "unit_full_name",
    "heading": "plain_heading",
}


@cache
def campaign() -> Campaign:
    return default_campaign()


def alone(kind: Kind) -> frozenset[str]:
    """Return the plainest file's kinds with one more, and what that one needs."""
    chosen = {name for group, name in PLAIN.items() if group != kind.group} | {kind.name}
    while needed := {BY_NAME[name].needs for name in chosen} - {""} - chosen:
        chosen |= needed
    if kind.name == "period_in_two_columns" or kind.group == "heading":
        chosen.add("title_row")
    return frozenset(chosen)


def drawn(untidy: Untidy) -> list[object]:
    sheets = [
        [
            (
                line.hidden,
                sorted(
                    (column, entry.value, entry.formula, entry.number_format) for column, entry in line.cells.items()
                ),
            )
            for line in sheet.lines
        ]
        for sheet in untidy.sheets
    ]
    return [untidy.name, [sheet.name for sheet in untidy.sheets], sheets]


def test_there_are_at_least_sixty_kinds_each_with_its_own_name() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) >= 60
    assert {kind.group for kind in KINDS} == {"", *GROUPS}


@pytest.mark.parametrize("seed", [1, 7])
def test_a_seed_draws_the_same_file_again(seed: int) -> None:
    assert str(drawn(make_file(seed, campaign(), hard=True))) == str(drawn(make_file(seed, campaign(), hard=True)))


def test_seeds_draw_different_files() -> None:
    assert len({str(drawn(make_file(seed, campaign()))) for seed in range(20)}) == 20


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if PLAIN.get(kind.group) != kind.name], ids=lambda kind: kind.name
)
def test_every_kind_changes_some_file(kind: Kind) -> None:
    form = "annex2" if "annex2" in kind.forms and kind.name != "missing_answers" else kind.forms[0]
    with_it, without = alone(kind), alone(kind) - {kind.name}
    without |= {PLAIN[kind.group]} if kind.group else set()
    assert any(
        traces(make_file(seed, campaign(), form=form, force=with_it, only=True))
        != traces(make_file(seed, campaign(), form=form, force=frozenset(without), only=True))
        for seed in range(25)
    )


def traces(untidy: Untidy) -> str:
    """Return all that a kind may leave a trace in: cells, merges, hidden parts, stray cells, the file name."""
    rest = [
        (sheet.hidden, sorted(sheet.hidden_columns), sheet.far, len(sheet.merges), len(sheet.under_merge))
        for sheet in untidy.sheets
    ]
    comments = [entry.comment for sheet in untidy.sheets for line in sheet.lines for entry in line.cells.values()]
    struck = [entry.struck for sheet in untidy.sheets for line in sheet.lines for entry in line.cells.values()]
    return str((drawn(untidy), rest, comments, struck, untidy.word))


GENERATOR = sorted((Path(__file__).parent / "generator").glob("*.py"))
OPENING = {"open", "read_text", "read_bytes", "import_module", "__import__", "files", "glob", "iterdir"}


def imported(tree: ast.AST) -> set[str]:
    """Return the top-level names of what a module imports, its own package's by their whole name."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return {name if name.startswith(("tests", ".")) else name.split(".")[0] for name in found}


@pytest.mark.parametrize("path", GENERATOR, ids=lambda path: path.stem)
def test_the_generator_shares_no_code_and_no_word_list_with_the_package(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    foreign = {name for name in imported(tree) if name not in sys.stdlib_module_names}
    assert all(
        name in {"docx", "openpyxl", "xlsxwriter"} or name.startswith("tests.untidy.generator") for name in foreign
    ), foreign
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = {func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "") for func in called}
    assert not names & OPENING, names & OPENING  # it reads no file, so none of the package's lists
