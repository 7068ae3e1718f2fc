"""Send out Excel forms, read what comes back, check it, merge it, and chase the rest.

`collect(folder, as_of=...)` runs the whole river and returns an `Outcome`; `frames(outcome)` is the same as
pandas frames; `Campaign` is what was asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Campaign", "Outcome", "collect", "frames"]

if TYPE_CHECKING:
    from sishui_eco.model.outcome import Outcome
    from sishui_eco.pipeline import collect_outcome as collect
    from sishui_eco.pipeline import frames
    from sishui_eco.spec.campaign import Campaign


def __getattr__(name: str) -> Any:
    """Load the public names when they are first used, so that a small command stays quick."""
    if name == "collect":
        from sishui_eco.pipeline import collect_outcome

        return collect_outcome
    if name == "frames":
        from sishui_eco.pipeline import frames

        return frames
    if name == "Campaign":
        from sishui_eco.spec.campaign import Campaign

        return Campaign
    if name == "Outcome":
        from sishui_eco.model.outcome import Outcome

        return Outcome
    raise AttributeError(name)
