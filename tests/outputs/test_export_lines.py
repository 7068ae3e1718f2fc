"""The export's lines are what its rows say, whatever was typed."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from outcome_sample import answer, sample_campaign, sample_outcome

from sishui_eco.model.place import Place
from sishui_eco.outputs.export import _quoted, export_rows, write_export

TYPED = '"引号"\\反斜\n换行\t\x07\u2028é\U0001f600'


def test_lines_are_the_rows_as_json_with_every_sign_kept() -> None:
    outcome, campaign = sample_outcome(), sample_campaign()
    first = next(item for item in outcome.versions if item.counts)
    place = Place(file='甲"乙.xlsx', member="内\\层.xlsx", sheet="表\n1", row=3, column=2)
    fields = {**first.submission.form_fields, "signatory": answer("signatory", TYPED, place, 2)}
    changed = replace(first, submission=replace(first.submission, form_fields=fields))
    versions = tuple(changed if item is first else item for item in outcome.versions)
    outcome = replace(outcome, versions=versions)
    files = write_export(outcome, campaign)
    for name, rows in export_rows(outcome, campaign).items():
        expected = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        assert files[f"{name}.jsonl"].decode("utf-8") == expected, name
    assert any(json.loads(line)["raw"] == TYPED for line in files["answers.jsonl"].decode("utf-8").split("\n") if line)


def test_every_sign_is_quoted_as_the_standard_library_quotes_it() -> None:
    signs = [chr(code) for code in range(0x11000) if not 0xD800 <= code < 0xE000]
    assert [sign for sign in signs if _quoted(sign) != json.dumps(sign, ensure_ascii=False).encode()] == []
