"""What the scorer counts, and one thing missed."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Miss:
    """One thing that is not as it should be."""

    what: str  # answer, junk, place, unit, form, tally, row, untold, nil
    kind: str
    seed: int
    file: str
    record: str
    field: str
    expected: str
    got: str
    where: str
    told: bool


@dataclass
class Score:
    """Counts over files; add them with `take`."""

    files: int = 0
    wanted: int = 0
    found: int = 0
    given: int = 0
    wrong: int = 0
    records: int = 0
    records_found: int = 0
    junk: int = 0
    places: int = 0
    places_wrong: int = 0
    units: int = 0
    units_right: int = 0
    units_silent: int = 0
    forms: int = 0
    forms_right: int = 0
    forms_silent: int = 0
    sheets: int = 0
    unbalanced: int = 0
    rows: int = 0
    rows_wrong: int = 0
    untold: int = 0
    false_doubts: int = 0  # errors or doubts raised about cells that were understood and state their value plainly
    misses: list[Miss] = field(default_factory=list)

    def take(self, other: Score) -> None:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)

    @property
    def recall(self) -> float:
        return self.found / self.wanted if self.wanted else 1.0

    @property
    def precision(self) -> float:
        return 1 - self.wrong / self.given if self.given else 1.0

    @property
    def record_recall(self) -> float:
        return self.records_found / self.records if self.records else 1.0
