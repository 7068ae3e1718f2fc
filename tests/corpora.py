"""Where the shared corpora lie: beside the project, or beside a folder above it (a worktree)."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
_PLACES = [folder / "shared" / "corpora" for folder in _ROOT.parents]
CORPORA = next((place for place in _PLACES if place.is_dir()), _PLACES[0])
