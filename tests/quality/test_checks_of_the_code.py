"""Every check of the code, run by the tests: types, style, import directions, words, and the shape of the house."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from sishui_eco.zh import finding_catalogue, placeholders

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "sishui_eco"
MODULES = sorted(PACKAGE.rglob("*.py"))


def run(*arguments: str) -> None:
    result = subprocess.run(
        [sys.executable, "-m", *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8"
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_types_are_strict():
    run("mypy")


def test_style():
    run("ruff", "check", ".")


def test_format():
    run("ruff", "format", "--check", ".")


def test_data_flows_one_way():
    code = "import sys; sys.argv[1:] = ['--no-cache']; from importlinter.cli import lint_imports_command as run; run()"
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_chinese_sentence_in_the_code(path):
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found = re.findall(r"[\u4e00-\u9fff]{2,}", node.value)
            assert not found or _is_docstring(node, text), f"{path.name}:{node.lineno} {found}"


def _is_docstring(node: ast.Constant, text: str) -> bool:
    return any(
        isinstance(owner, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and owner.body
        and isinstance(owner.body[0], ast.Expr)
        and isinstance(owner.body[0].value, ast.Constant)
        and owner.body[0].value.value == node.value
        for owner in ast.walk(ast.parse(text))
    )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_functions_are_short_and_modules_are_small(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 420, "split this module"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 60, f"{path.name}:{node.lineno} {node.name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_public_functions_say_what_they_return(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body, f"{path} has no docstring"


def test_every_code_has_sentence_remedy_explanation_and_example():
    catalogue = finding_catalogue()
    for code, entry in catalogue.items():
        assert re.fullmatch(r"[ARINCFXPV]\d{3}", code)
        assert entry.severity in ("error", "doubt", "note") and entry.audience in ("unit", "clerk")
        assert re.fullmatch(r"[a-z0-9_]+", entry.slug)
        for text in (entry.sentence, entry.remedy, entry.explanation, entry.example):
            assert text.strip(), code
        placeholders(code)
    slugs = [entry.slug for entry in catalogue.values()]
    assert len(slugs) == len(set(slugs)), sorted(slug for slug in slugs if slugs.count(slug) > 1)


def test_every_code_is_used_in_the_code_and_raised_by_a_test():
    code_text = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    test_text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "tests").rglob("*"))
        if path.suffix in (".py", ".csv", ".txt")
    )
    unused = [code for code in finding_catalogue() if f'"{code}"' not in code_text]
    untested = [code for code in finding_catalogue() if code not in test_text]
    assert not unused, unused
    assert not untested, untested


def test_word_tables_are_valid():
    for path in sorted((PACKAGE / "zh").rglob("*.toml")):
        tomllib.loads(path.read_text(encoding="utf-8"))


def test_no_path_of_a_machine_and_no_real_telephone_number_is_committed():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split("\n")
    names = [name for name in listed if name.endswith((".py", ".toml", ".csv", ".md", ".cfg", ".txt"))]
    for name in names:
        path = ROOT / name
        if path == Path(__file__) or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert "/" + "work/main" not in text and "/" + "root/" not in text, name
