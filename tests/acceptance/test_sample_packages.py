"""Every Office file of the sample against the schemas of ECMA-376, by a validator nobody here wrote.

openxml-audit ports Microsoft's Open XML SDK. Two of its rules are no schema rules and are left out: that a
Word document must have a theme part (ECMA-376 part 1, 11.3: it may), and that inline strings of a sheet are
moved into a shared table when Excel saves the file (18.3.1.53: they are allowed). What a unit's own workbook
already had wrong is not ours to mend: its marked copy may not have more.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from sishui_eco.outputs.binders import archive_files
from sishui_eco.outputs.letters import choose_letters, write_letter
from sishui_eco.outputs.public import write_public_copy
from sishui_eco.preparing import issue_blanks

audit = pytest.importorskip("openxml_audit", reason="openxml-audit is not installed")
NO_SCHEMA_RULE = re.compile(r"required relationship type '[^']*/theme' is missing|inline-string cell\(s\)")


def faults(path: Path) -> Counter[str]:
    """Return the faults of a package, one text each, without the numbers of its parts."""
    found = audit.OpenXmlValidator().validate(str(path)).errors
    texts = (f"{re.sub(r'[0-9]+', '', error.part_uri or '')} {error.description}" for error in found)
    return Counter(text for text in texts if not NO_SCHEMA_RULE.search(text))


def test_the_validator_sees_faults(sample, tmp_path):
    source = next((sample.task.latest / "函件").glob("*.docx"))
    broken = tmp_path / "broken.docx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                data = re.sub(rb"(<w:jc [^>]*/>)", rb"\1<w:keepNext/>", data, count=1).replace(
                    b"<w:p>", b"<w:p><w:tbl/>", 1
                )
            new.writestr(name, data)
    assert not faults(source) and faults(broken)


def test_everything_we_write_is_valid(sample, tmp_path):
    issue_blanks(sample.task.root)
    latest = sample.task.latest
    (tmp_path / "公开版.xlsx").write_bytes(write_public_copy(sample.outcome, sample.campaign))
    for name, content in archive_files(sample.outcome, sample.campaign, {}).items():
        (tmp_path / name).write_bytes(content)
    copied = replace(sample.campaign, parameters={**sample.campaign.parameters, "抄送单位": "县委办公室"})
    (tmp_path / "抄送.docx").write_bytes(
        write_letter(choose_letters(sample.outcome, copied)[0], sample.outcome, copied)
    )
    letters = sorted((latest / "函件").glob("*.docx"))
    kinds = {path.stem.rpartition("_")[2]: path for path in letters}
    paths = [
        sample.task.settings,
        *sorted(latest.glob("*.xlsx")),
        *sorted(latest.glob("*.docx")),
        *sorted(kinds.values()),
        *sorted(sample.task.templates.glob("*.docx")),
        *sorted(sample.task.blanks.glob("*.docx")),
        *sorted(sample.task.blanks.glob("*.xlsx"))[::6],
        *tmp_path.iterdir(),
    ]
    assert len(paths) > 20 and len(kinds) >= 4
    assert {path.name: dict(found) for path in paths if (found := faults(path))} == {}


def test_a_marked_copy_has_no_fault_that_the_unit_s_workbook_had_not(sample, tmp_path):
    copies = sorted((sample.task.latest / "退改表").iterdir())
    originals: Counter[str] = Counter()
    for kept in sorted(path for path in sample.task.originals.rglob("*") if path.is_file()):
        content = kept.read_bytes()
        if zipfile.is_zipfile(io.BytesIO(content)) and b"xl/workbook.xml" in content:
            path = tmp_path / f"{kept.name}.xlsx"
            path.write_bytes(content)
            originals |= faults(path)
    assert originals, "openpyxl writes the parts of a font in an order that the validator tells"
    assert len(copies) > 5
    for copy in copies:
        assert not faults(copy) - originals, copy.name
