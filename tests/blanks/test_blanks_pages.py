"""A blank as it leaves the printer, with LibreOffice as the referee."""

from __future__ import annotations

import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from sishui_eco.outputs.blanks import write_blank
from sishui_eco.spec.settings import default_campaign

needs_office = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftotext")), reason="LibreOffice or pdftotext is not installed"
)


@needs_office
def test_blank_prints_one_page_a_sheet_with_nothing_cut(tmp_path: Path) -> None:
    campaign = default_campaign()
    unit = campaign.unit_by_id["U12"]
    (tmp_path / "blank.xlsx").write_bytes(write_blank(unit, campaign, datetime(2023, 7, 13, 9, 0)))
    profile = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "blank.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    printed = subprocess.run(
        ["pdftotext", "-layout", "-enc", "UTF-8", "blank.pdf", "-"], cwd=tmp_path, check=True, capture_output=True
    )
    pages = printed.stdout.decode("utf-8").rstrip("\f").split("\f")
    assert len(pages) == 4
    assert "###" not in printed.stdout.decode("utf-8")
    for number, (page, title) in enumerate(zip(pages, ("填表说明", "附件2", "附件3", "附件4"), strict=True), start=1):
        assert title in page
        assert f"第{number}页" in page.replace(" ", "").replace("\u3000", "")
