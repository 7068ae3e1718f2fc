"""Write docs/rules.md: every rule of the plan with the finding codes that answer for it, from the words of the package.

python docs/make_rules.py           writes the page
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sishui_eco.zh import finding_catalogue, load_table

PAGE = Path(__file__).with_name("rules.md")


def rules_page() -> str:
    """Return the page; codes that belong to no rule stand at its end, so that none is left out."""
    table = load_table("rules")
    words, rules = table["page"], table["rules"]
    lines = [f"# {words['title']}", "", words["intro"], ""]
    for rule in rules:
        lines += rule_lines(rule, words)
    named = {code for rule in rules for code in rule["codes"]}
    rest = [code for code in finding_catalogue() if code not in named]
    lines += [f"## {words['others']}", "", words["others_intro"], "", *code_table(rest, words), ""]
    return "\n".join(lines)


def rule_lines(rule: dict[str, Any], words: dict[str, Any]) -> list[str]:
    source = words["source"].format(source=rule["source"], how=words["how"][rule["how"]])
    lines = [f"## {rule['id']}　{rule['text']}", "", source, ""]
    if rule["codes"]:
        lines += [*code_table(rule["codes"], words), ""]
    if rule.get("beyond"):
        lines += [words["beyond"].format(beyond=rule["beyond"]) + "。", ""]
    return lines


def code_table(codes: list[str], words: dict[str, Any]) -> list[str]:
    entries = finding_catalogue()
    lines = [words["columns"], "|---|---|---|---|---|"]
    for code in codes:
        entry = entries[code]
        parts = (code, words["severity"][entry.severity], words["audience"][entry.audience])
        lines.append("| " + " | ".join((*parts, cell(entry.sentence), cell(entry.remedy))) + " |")
    return lines


def cell(text: str) -> str:
    """Return a sentence for a table cell, with an ellipsis for what is filled in."""
    return re.sub(r"\{\w*\}", "…", text).replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    PAGE.write_text(rules_page(), encoding="utf-8")
