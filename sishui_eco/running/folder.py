"""The clerk's task folder: where each thing lies (DESIGN.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sishui_eco.errors import TaskFolderError
from sishui_eco.zh import word

DEPTH = 3  # levels of folders looked through: province, city, county


@dataclass(frozen=True, slots=True)
class TaskFolder:
    """Paths below one task folder; nothing is created by looking."""

    root: Path

    @property
    def settings(self) -> Path:
        return self.root / word("settings", "folder")

    @property
    def blanks(self) -> Path:
        return self.root / word("blanks", "folder")

    @property
    def templates(self) -> Path:
        return self.root / word("templates", "folder")

    @property
    def inbox(self) -> Path:
        return self.root / word("inbox", "folder")

    @property
    def results(self) -> Path:
        return self.root / word("results", "folder")

    @property
    def latest(self) -> Path:
        return self.results / word("latest", "folder")

    @property
    def ledger(self) -> Path:
        return self.root / word("ledger", "folder")

    @property
    def originals(self) -> Path:
        return self.root / word("originals", "folder")

    @property
    def lock(self) -> Path:
        return self.root / word("lock", "folder")

    @property
    def memory(self) -> Path:
        return self.root / word("memory", "folder")

    def require(self) -> TaskFolder:
        """Return the folder itself when it holds a settings workbook. Raises: TaskFolderError."""
        if not self.root.is_dir():
            raise TaskFolderError("folder_absent", path=str(self.root))
        if not self.settings.is_file():
            raise TaskFolderError("settings_absent", path=str(self.settings))
        return self


def task_folders(root: Path, depth: int = DEPTH) -> tuple[Path, ...]:
    """Return the task folders below a folder that is none itself, by name; nothing below a task folder is one."""
    if not root.is_dir() or TaskFolder(root).settings.is_file():
        return ()
    found: list[Path] = []
    for path in sorted(item for item in root.iterdir() if item.is_dir() and not item.name.startswith(".")):
        if TaskFolder(path).settings.is_file():
            found.append(path)
        elif depth > 1:
            found.extend(task_folders(path, depth - 1))
    return tuple(found)
