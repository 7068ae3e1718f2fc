"""Which task folder a double-clicked script works on: the one dropped on it, the one it lies in, or the one chosen."""

from __future__ import annotations

import sys
from pathlib import Path

from sishui_eco.running.folder import TaskFolder
from sishui_eco.zh import word


def run(verb: str, *options: str) -> int:
    """Run one verb on the task folder, then wait for a key so that the window stays open."""
    from sishui_eco.cli import main

    folder, *rest = sys.argv[1:] or [find_folder()]
    code = main([verb, folder, *options, *rest]) if folder else 2
    if sys.stdin is not None and sys.stdin.isatty():
        input(word("press_enter", "scripts"))
    return code


def find_folder() -> str:
    """Return the task folder here or above, else the one picked in a dialog, else ""."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if TaskFolder(folder).settings.is_file():
            return str(folder)
    try:
        from tkinter import Tk, filedialog

        Tk().withdraw()
        return str(filedialog.askdirectory(title=word("choose_folder", "scripts")) or "")
    except Exception:  # no screen, no tkinter
        print(word("drop_folder", "scripts"))
        return ""
