"""Every rule of the plan has codes or says who judges it; the page that tells so is up to date."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from sishui_eco.zh import finding_catalogue, load_table

ROOT = Path(__file__).parents[2]
RULES = load_table("rules")["rules"]
ALL = [
    *(f"A{n}" for n in range(1, 6)),
    *(f"B{n}" for n in range(1, 8)),
    *(f"C{n}" for n in range(1, 6)),
    *(f"D{n}" for n in range(1, 13)),
    "E1",
]
BY_PEOPLE = {"D9", "D12"}  # a seal, and whether a project is ripe: no program may judge them


def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_rules", ROOT / "docs" / "make_rules.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_rule_of_the_plan_stands_in_the_table_once() -> None:
    assert [rule["id"] for rule in RULES] == ALL


@pytest.mark.parametrize("rule", RULES, ids=[rule["id"] for rule in RULES])
def test_a_rule_is_answered_for_by_codes_of_the_catalogue_or_by_people(rule) -> None:
    codes = rule["codes"]
    assert len(codes) == len(set(codes))
    assert set(codes) <= set(finding_catalogue())
    assert bool(codes) != (rule["id"] in BY_PEOPLE)
    if not codes:
        assert rule["beyond"]


def test_the_strictest_rules_send_the_form_back() -> None:
    """Rules that the plan calls 错误 have a code of that severity."""
    grave = {"A1", "A3", "A4", "B1", "B2", "B3", "B4", "B5", "C1", "C2", "C4", "D1", "D2", "D3", "D5", "D7", "D10"}
    catalogue = finding_catalogue()
    for rule in RULES:
        severities = {catalogue[code].severity for code in rule["codes"]}
        assert rule["id"] not in grave or "error" in severities, rule["id"]


def test_the_page_of_rules_is_up_to_date() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page == maker().rules_page(), "run: python docs/make_rules.py"


def test_the_page_names_every_code() -> None:
    page = maker().rules_page()
    assert [code for code in finding_catalogue() if f"| {code} |" not in page] == []
