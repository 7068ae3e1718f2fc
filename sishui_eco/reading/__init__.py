"""An arrival's bytes to grids: one tolerant reader a format, refusals by name, nothing else."""

from __future__ import annotations

from sishui_eco.reading.limits import ReadLimits, read_limits_of
from sishui_eco.reading.read import read

__all__ = ["ReadLimits", "read", "read_limits_of"]
