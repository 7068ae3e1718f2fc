"""Make the pictures of README and manual from real outputs: python docs/make_pictures.py (needs soffice, pdftoppm)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from sishui_eco.cli import main

IMAGES = Path(__file__).resolve().parent / "images"
DOTS = "70"


def pages(path: Path, work: Path) -> Path:
    """Return the PDF of an Office file."""
    profile = (work / "profile").as_uri()
    command = [
        "soffice",
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(work),
    ]
    subprocess.run([*command, str(path)], check=True, capture_output=True)
    return work / f"{path.stem}.pdf"


def picture(path: Path, page: int, name: str, work: Path) -> None:
    """Write one page of an Office file as a picture."""
    pdf = pages(path, work)
    number = str(page)
    target = str(IMAGES / name)
    subprocess.run(
        ["pdftoppm", "-r", DOTS, "-png", "-singlefile", "-f", number, "-l", number, str(pdf), target], check=True
    )


def first(folder: Path, pattern: str) -> Path:
    return sorted(folder.rglob(pattern))[0]


if __name__ == "__main__":
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        task = work / "task"
        if main(["demo", str(task)]) != 0:
            sys.exit(1)
        latest = task / "成果" / "最新"
        picture(task / "填报任务.xlsx", 1, "settings", work)
        picture(first(task / "空白表", "12_*.xlsx"), 2, "blank", work)
        picture(first(latest, "*_汇总.xlsx"), 1, "overview", work)
        picture(first(latest, "*_汇总.xlsx"), 2, "progress", work)
        picture(first(latest / "退改表", "07_*.xlsx"), 1, "sendback", work)
        picture(first(latest / "函件", "07_*.docx"), 1, "letter", work)
