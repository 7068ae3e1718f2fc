"""The 任务, 节假日 and 裁定 sheets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sishui_eco.spec.bounds import is_bound
from sishui_eco.spec.campaign import Decision, Form, Office
from sishui_eco.spec.faults import Faults
from sishui_eco.spec.tables import SettingsRow, SettingsTable
from sishui_eco.zh import finding_catalogue, load_table

if TYPE_CHECKING:
    from sishui_eco.spec.build_units import Roster


def split_list(text: str) -> tuple[str, ...]:
    """Return the parts of a list written with ；; or 、, stripped, without empty ones."""
    for separator in load_table("settings")["separators"]:
        text = text.replace(separator, "\n")
    return tuple(part.strip() for part in text.split("\n") if part.strip())


class TaskSheet:
    """The key-value sheet 任务, read with every fault added to `faults`."""

    def __init__(self, table: SettingsTable, faults: Faults) -> None:
        self.table = table
        self.faults = faults
        self.words: dict[str, Any] = load_table("settings")
        self.rows: dict[str, SettingsRow] = {}
        for row in table.rows:
            key = row.get("key")
            if key in self.rows:
                other = table.place(self.rows[key], "key")
                faults.add("duplicate_key", place=table.place(row, "key"), value=key, other=other)
            self.rows.setdefault(key, row)
        self.years = self._years()
        self.window = (self._integer("window_start"), self._integer("window_end"))
        if self.window[0] and self.window[1] and self.window[1] < self.window[0]:
            faults.add("window_reversed", place=self._place("window_end"))
        self.expected_indicators = self._integer("expected_indicators")
        self.notice_date = self._date("notice_date")
        self.deadline = self._deadline()
        self.categories = split_list(self.text("categories"))
        self._check_bounds()

    def plain_fields(self) -> dict[str, Any]:
        """Return the Campaign fields that come from this sheet alone."""
        return {
            "task_id": self.text("task_id"),
            "name": self.text("name"),
            "region": self.text("region"),
            "edition": self.text("edition"),
            "notice_title": self.text("notice_title"),
            "notice_number": self.text("notice_number"),
            "notice_date": self.notice_date,
            "deadline": self.deadline,
            "years": self.years,
            "window": self.window,
            "expected_indicators": self.expected_indicators,
            "office": Office(
                **{name: self.text(name) for name in ("issuer", "signature", "contact", "phone", "address", "email")}
            ),
            "categories": self.categories,
            "project_domains": self._domains(),
            "parameters": {key: row.get("value") for key, row in self.rows.items()},
            "severities": self._severities(),
            "provisional": self._provisional(),
        }

    def text(self, name: str, **parameters: str) -> str:
        """Return the value of a key; a missing or empty one is a fault."""
        key = self._key(name, **parameters)
        row = self.rows.get(key)
        if row is None:
            self.faults.add("missing_key", sheet=self.table.title, value=key)
            return ""
        if not row.get("value"):
            self.faults.add("missing_value", place=self.table.place(row, "value"), value=key)
        return row.get("value")

    def optional(self, name: str, **parameters: str) -> str:
        row = self.rows.get(self._key(name, **parameters))
        return row.get("value") if row else ""

    def _key(self, name: str, **parameters: str) -> str:
        return str(self.words["keys"][name]).format(**parameters)

    def _place(self, name: str) -> str:
        row = self.rows.get(self._key(name))
        return self.table.place(row, "value") if row else self.table.title

    def _check_bounds(self) -> None:
        """Tell of limits that are no numbers: a limit passed over in silence is none."""
        reading = load_table("reading")
        for table in (load_table("intake")["limits"], reading["limits"], reading["work_limits"]):
            for key in (item["key"] for item in table.values()):
                row = self.rows.get(key)
                if row and row.get("value") and not is_bound(row.get("value").strip()):
                    self.faults.add("bad_limit", place=self.table.place(row, "value"), value=row.get("value"))

    def _integer(self, name: str) -> int:
        text = self.text(name)
        if text and not text.isdecimal():
            self.faults.add("bad_number", place=self._place(name), value=text)
            return 0
        return int(text or 0)

    def _date(self, name: str) -> date:
        text = self.text(name)
        try:
            return date.fromisoformat(text)
        except ValueError:
            if text:
                self.faults.add("bad_date", place=self._place(name), value=text)
            return date.min

    def _deadline(self) -> datetime:
        text = self.text("deadline")
        try:
            deadline = datetime.fromisoformat(text)
        except ValueError:
            if text:
                self.faults.add("bad_datetime", place=self._place("deadline"), value=text)
            return datetime.min
        if deadline.date() < self.notice_date:
            self.faults.add(
                "deadline_before_notice", place=self._place("deadline"), value=text, notice=self.notice_date.isoformat()
            )
        return deadline

    def _years(self) -> tuple[int, ...]:
        parts = split_list(self.text("years"))
        wrong = [part for part in parts if not (part.isdecimal() and len(part) == 4)]
        for part in wrong:
            self.faults.add("bad_year", place=self._place("years"), value=part)
        years = tuple(sorted({int(part) for part in parts if part not in wrong}))
        if not years:
            self.faults.add("year_missing", place=self._place("years"))
            return ()
        gaps = [str(year) for year in range(years[0], years[-1]) if year not in years]
        if gaps:
            text = self.text("years")
            self.faults.add("year_gap", place=self._place("years"), value=text, missing="、".join(gaps))
        return years

    def _domains(self) -> tuple[tuple[str, str], ...]:
        pairs = []
        for part in split_list(self.text("project_domains")):
            name, _, category = part.replace("＝", "=").partition("=")
            if category not in self.categories:
                self.faults.add("unknown_category", place=self._place("project_domains"), value=category or part)
            pairs.append((name.strip(), category.strip()))
        return tuple(pairs)

    def _severities(self) -> Mapping[str, str]:
        prefix = str(self.words["keys"]["severity"]).format(code="")
        by_word = {text: name for name, text in self.words["severities"].items()}
        chosen: dict[str, str] = {}
        for key, row in self.rows.items():
            if not key.startswith(prefix):
                continue
            code, severity = key.removeprefix(prefix).strip(), by_word.get(row.get("value"))
            if code not in finding_catalogue():
                self.faults.add("unknown_code", place=self.table.place(row, "key"), value=code)
            elif severity is None:
                allowed = "、".join(by_word)
                place = self.table.place(row, "value")
                self.faults.add("unknown_severity", place=place, value=row.get("value"), allowed=allowed)
            else:
                chosen[code] = severity
        return chosen

    def _provisional(self) -> tuple[str, ...]:
        mark = self.words["provisional"]
        return tuple(key for key, row in self.rows.items() if row.get("status") == mark)


def build_holidays(table: SettingsTable, faults: Faults) -> Mapping[date, bool]:
    """Return day -> True (off) or False (make-up working day)."""
    words = load_table("settings")["holiday"]
    days: dict[date, bool] = {}
    for row in table.rows:
        try:
            day = date.fromisoformat(row.get("day"))
        except ValueError:
            faults.add("bad_date", place=table.place(row, "day"), value=row.get("day"))
            continue
        arrangement = row.get("arrangement")
        if arrangement not in words.values():
            allowed = "、".join(words.values())
            faults.add("unknown_kind", place=table.place(row, "arrangement"), value=arrangement, allowed=allowed)
        days[day] = arrangement == words["off"]
    return days


def build_decisions(
    table: SettingsTable, roster: Roster, forms: tuple[Form, ...], faults: Faults
) -> tuple[Decision, ...]:
    """Return the clerk's decisions; each needs an action, a name and a reason."""
    words = load_table("settings")
    actions = {text: name for name, text in words["actions"].items()}
    labels = {form.label: form.key for form in forms}
    decisions = []
    for row in table.rows:
        action = actions.get(row.get("action"), "")
        if not action:
            allowed = "、".join(actions)
            faults.add("unknown_action", place=table.place(row, "action"), value=row.get("action"), allowed=allowed)
        if row.get("form") and row.get("form") not in labels:
            place = table.place(row, "form")
            faults.add("unknown_form", place=place, value=row.get("form"), allowed="、".join(labels))
        if row.get("code") and row.get("code") not in finding_catalogue():
            faults.add("unknown_code", place=table.place(row, "code"), value=row.get("code"))
        for name in ("who", "why"):
            if not row.get(name):
                what = words["columns"]["decisions"][name]
                faults.add("decision_without_reason", place=table.place(row, name), what=what)
        value = row.get("value")
        if action == "assign_unit":
            value = roster.find(value, table.place(row, "value"), faults)
        elif action == "assign_form":
            value = labels.get(value, value)
        decisions.append(
            Decision(
                number=row.get("number") or str(row.number),
                action=action,
                file=row.get("file"),
                unit_id=roster.find(row.get("unit"), table.place(row, "unit"), faults) if row.get("unit") else "",
                form=labels.get(row.get("form"), ""),
                record=row.get("record"),
                field=row.get("field"),
                code=row.get("code"),
                value=value,
                who=row.get("who"),
                why=row.get("why"),
                until=_until(table, row, faults),
                row=row.number,
            )
        )
    return tuple(decisions)


def _until(table: SettingsTable, row: SettingsRow, faults: Faults) -> date | None:
    text = row.get("until")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults.add("bad_date", place=table.place(row, "until"), value=text)
        return None
