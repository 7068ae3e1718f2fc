"""A fault of a submission: a value, collected and told in Chinese."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

import msgspec

from sishui_eco.model.place import Place
from sishui_eco.zh import finding_entry, placeholders


class Severity(StrEnum):
    ERROR = "error"  # 退回修改
    DOUBT = "doubt"  # 核实
    NOTE = "note"  # 提示


class Finding(msgspec.Struct, frozen=True, kw_only=True, gc=False, array_like=True):
    """One fault. Make it with `make_finding`, which refuses unknown codes and missing parameters."""

    code: str
    severity: Severity
    places: tuple[Place, ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()
    unit_id: str = ""
    form: str = ""
    record: str = ""
    field: str = ""
    raw: str = ""
    expected: str = ""

    @property
    def audience(self) -> str:
        """`unit` or `clerk`: who is told."""
        return finding_entry(self.code).audience

    @property
    def message(self) -> str:
        """What is wrong, in Chinese, with the value quoted; without the place."""
        return self._fill(finding_entry(self.code).sentence)

    @property
    def remedy(self) -> str:
        """What to do, in Chinese."""
        return self._fill(finding_entry(self.code).remedy)

    def _fill(self, template: str) -> str:
        return template.format_map(
            {"raw": self.raw, "expected": self.expected, "record": self.record, **dict(self.parameters)}
        )

    def about(self, *, unit_id: str | None = None, form: str | None = None) -> Finding:
        """Return the finding with its owner filled in where it is still empty."""
        owner, about = self.unit_id or unit_id or "", self.form or form or ""
        if owner == self.unit_id and about == self.form:
            return self
        return msgspec.structs.replace(self, unit_id=owner, form=about)


class FindingMakingError(ValueError):
    """A programmer's fault: an unknown code or a missing parameter."""


@cache
def _asked_for(code: str) -> tuple[Severity, frozenset[str]]:
    """Return the default severity of a code and the parameters its sentence and remedy need."""
    return Severity(finding_entry(code).severity), placeholders(code) - {"raw", "expected", "record"}


def make_finding(
    code: str,
    *places: Place,
    unit_id: str = "",
    form: str = "",
    record: str = "",
    field: str = "",
    raw: str = "",
    expected: str = "",
    **parameters: object,
) -> Finding:
    """Return a finding of the catalogue (`zh/findings/*.toml`) with its default severity.

    Sentence and remedy may use {raw}, {expected}, {record} and every name given in `parameters`.
    Raises: FindingMakingError for an unknown code or a placeholder without a parameter.
    """
    try:
        severity, needed = _asked_for(code)
    except KeyError:
        raise FindingMakingError(f"unknown finding code {code}") from None
    if needed and (missing := needed.difference(parameters)):
        raise FindingMakingError(f"{code} lacks parameters {sorted(missing)}")
    return Finding(
        code=code,
        severity=severity,
        places=places,
        parameters=tuple(sorted([(key, str(value)) for key, value in parameters.items()])) if parameters else (),
        unit_id=unit_id,
        form=form,
        record=record,
        field=field,
        raw=raw,
        expected=expected,
    )


class Refused(Exception):
    """Raised inside intake and reading when a file cannot be taken; becomes a refusal of that file.

    Carries the finding (letter A or R, severity error). Never shown raw.
    """

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding

    def __reduce__(self) -> tuple[type[Refused], tuple[Finding]]:
        return Refused, (self.finding,)
