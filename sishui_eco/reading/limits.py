"""How much of a file the readers are willing to look at, and the one way they say no."""

from __future__ import annotations

from dataclasses import dataclass

from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.place import Place
from sishui_eco.spec.bounds import changed_bounds
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import load_table

MIB = 1024 * 1024
LAST_ROW = 1_048_576
LAST_COLUMN = 16_384


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLimits:
    """Bounds of one file; each has its own refusal code, each can be changed in the settings.

    Measure: sizes in bytes, `entry_ratio` as uncompressed over compressed size, looked at only
             above `ratio_floor`; `densified_cells` bounds the area given to a reader that fills it.
    Source:  facts/untrusted.md §1, measured on 3,243 real packages.
    """

    file_bytes: int = 50 * MIB
    entries: int = 2_000
    entry_bytes: int = 128 * MIB
    total_bytes: int = 200 * MIB
    entry_ratio: int = 200
    ratio_floor: int = 100 * 1024
    sheets: int = 256
    cells: int = 2_000_000
    cell_text: int = 32_767
    merges: int = 50_000
    cell_formats: int = 65_490
    xml_depth: int = 256
    densified_cells: int = 5_000_000


def read_limits_of(campaign: Campaign) -> ReadLimits:
    """Return the limits with those the task sheet changes, under the keys of `zh/reading.toml`."""
    return changed_bounds(ReadLimits(), load_table("reading")["limits"], campaign)


class Unreadable(Exception):
    """A part cannot be read by this reader; a second reader may try. Never leaves the room.

    `code` is the refusal when nobody else can read the file either.
    """

    def __init__(self, code: str, **parameters: int | str) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = {key: str(value) for key, value in parameters.items()}

    def finding(self, place: Place) -> Finding:
        """Return the refusal this failure becomes."""
        return make_finding(self.code, place, **self.parameters)


class OverLimit(Unreadable):
    """A limit or a ban was met; final, no second reader may try."""
