"""Where worker processes come from: forked from one that loaded their module once for all; on Windows begun anew."""

from __future__ import annotations

import multiprocessing
import sys
from multiprocessing.context import BaseContext
from pathlib import Path

from sishui_eco.running.folder import TaskFolder

PER_FILE = "sishui_eco.preloaded"  # what reads one file


def begin_to_read(folder: Path) -> None:
    """Let what reads files be loaded for the task of a folder, while its own process loads all the rest."""
    if TaskFolder(folder).settings.is_file():
        processes_with(PER_FILE)


def processes_with(module: str) -> BaseContext:
    """Return the context of processes that have a module loaded; the one they are forked from begins to load it now.

    So the earlier it is asked for, the sooner they are ready. The first module asked for is the one that is loaded.
    """
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    from multiprocessing.forkserver import ensure_running

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([module])
    ensure_running()
    return context
