"""How much of a container intake is willing to open, and the one way an opener says no."""

from __future__ import annotations

from dataclasses import dataclass

from sishui_eco.spec.bounds import changed_bounds
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import load_table

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds of one top-level file; each has its own refusal code, each can be changed in the settings.

    Measure: `*_bytes` in bytes, `ratio` as unpacked over packed size, looked at only above
             `ratio_floor`; `archive_depth` counts archives inside one another (a loose zip is 1),
             `mail_depth` mails inside one another; `nested_entries` bounds an archive inside another.
    Source:  facts/untrusted.md §1, measured on 3,243 real packages and 113 real mails.
    """

    file_bytes: int = 50 * MIB
    entries: int = 2_000
    nested_entries: int = 200
    entry_bytes: int = 128 * MIB
    archive_bytes: int = 200 * MIB
    total_bytes: int = 500 * MIB
    ratio: int = 200
    ratio_floor: int = 100 * KIB
    archive_depth: int = 2
    mail_parts: int = 200
    mail_depth: int = 10
    header_bytes: int = 64 * KIB
    body_characters: int = 20_000
    inline_bytes: int = 20 * KIB
    extractor_seconds: int = 15


def limits_of(campaign: Campaign) -> Limits:
    """Return the limits with those the task sheet changes, under the keys of `zh/intake.toml`."""
    return changed_bounds(Limits(), load_table("intake")["limits"], campaign)


class ContainerFault(Exception):
    """A container, or one member of it, cannot be opened. Never leaves the room.

    `code` is a finding code of letter A; `receive` adds the place and makes the finding.
    """

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(code)
        self.code = code
        self.parameters = parameters


class Budget:
    """Counts what has been unpacked: of one archive, and of everything in one top-level file."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._total = 0
        self._archive = 0

    def start_archive(self) -> None:
        """Begin the count of another archive or mail."""
        self._archive = 0

    def spend(self, number: int) -> None:
        """Count unpacked bytes. Raises: ContainerFault A104 or A105 when a bound is passed."""
        self._archive += number
        self._total += number
        if self._archive > self.limits.archive_bytes:
            raise ContainerFault("A104", limit=self.limits.archive_bytes // MIB)
        if self._total > self.limits.total_bytes:
            raise ContainerFault("A105", limit=self.limits.total_bytes // MIB)
