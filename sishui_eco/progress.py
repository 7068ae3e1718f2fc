"""The progress of long work on a terminal."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

from sishui_eco.zh import word


class ProgressBar:
    """Files done, rate and time left, rewritten in place on the error stream; silent when that is no terminal."""

    WIDTH = 20
    PAUSE = 0.1  # seconds between two pictures of it

    def __init__(self, stream: Any = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._stage, self._begun, self._shown = "", clock(), 0.0
        self._live = bool(getattr(self._stream, "isatty", lambda: False)())

    def __call__(self, stage: str, done: int, total: int) -> None:
        now = self._clock()
        if stage != self._stage or done == 0:
            self._stage, self._begun, self._shown = stage, now, 0.0
        if not total:
            return
        seconds = max(now - self._begun, 0.001)
        name = word(f"progress.{stage}", "cli")
        if done >= total:
            line = word("progress.done", "cli", stage=name, done=done, total=total, seconds=f"{seconds:.1f}")
            print(line if self._live else line.strip(), file=self._stream)
        elif self._live and now - self._shown >= self.PAUSE:
            self._shown = now
            rate, full = done / seconds, self.WIDTH * done // total
            left = self._duration((total - done) / rate) if rate else "?"
            drawn = "#" * full + "-" * (self.WIDTH - full)  # nothing that a console in code page 936 lacks
            bar = word(
                "progress.bar", "cli", stage=name, bar=drawn, done=done, total=total, rate=f"{rate:.0f}", left=left
            )
            print(bar, end="", file=self._stream, flush=True)

    @staticmethod
    def _duration(seconds: float) -> str:
        minutes, rest = divmod(round(seconds), 60)
        return word(f"progress.{'minutes' if minutes else 'seconds'}", "cli", minutes=minutes, seconds=rest)
