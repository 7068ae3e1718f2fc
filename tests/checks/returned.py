"""Returned forms drawn from the catalogue: clean ones, and clean ones with single cells changed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sishui_eco.model.arrival import Arrival, FileKind
from sishui_eco.model.finding import Finding
from sishui_eco.model.place import Place
from sishui_eco.model.submission import Answer, Blank, Record, Submission
from sishui_eco.spec.campaign import Campaign
from sishui_eco.spec.settings import default_campaign

FIRST_ROW = 6
BLANKS = {
    "无": Blank.NONE, "不涉及": Blank.NOT_APPLICABLE, "/": Blank.NOT_APPLICABLE, "待定": Blank.PENDING,
    "详见附件": Blank.ELSEWHERE, "〃": Blank.SAME,
}  # fmt: skip
GREEN = "政府绿色采购比例"  # U06, ≥80, 约束性
SEWAGE = "城镇污水处理率"  # U10, ≥85, 约束性
BUILDINGS = "城镇新建绿色建筑比例"  # U10, ≥50, 参考性
PROJECT = "泗水县城区污水管网改造工程"


def campaign() -> Campaign:
    return default_campaign()


def arrival(name: str = "附件.xlsx", received: str = "2023-07-20 09:00", sha: str = "") -> Arrival:
    return Arrival(
        file=name, name=name, sha256=sha or hashlib.sha256(f"{name}|{received}".encode()).hexdigest(), size=1, kind=FileKind.XLSX,
        received=datetime.fromisoformat(received),
    )  # fmt: skip


def answer(field: str, raw: str, place: Place, kind: str = "text", value: str | None = None) -> Answer:
    blank = BLANKS.get(raw, Blank.FILLED)
    if kind == "yes-no" and raw in ("是", "否"):
        blank, value = Blank.FILLED, {"是": "yes", "否": "no"}[raw]
    if value is None:
        value = raw if blank is Blank.FILLED else ""
    return Answer(field=field, kind=kind, raw=raw, value=value, place=place, blank=blank)


Cellish = str | tuple[str, str]


def record(form: str, key: str, cells: Mapping[str, Cellish], row: int, file: str, known: bool = True) -> Record:
    """Return a record whose columns stand in form order; a pair is (raw, value), "" leaves the cell empty."""
    spec = campaign().form_by_key[form]
    columns = {field.key: at for at, field in enumerate((f for f in spec.fields if f.in_blank), start=1)}
    kinds = {field.key: field.kind for field in spec.fields}
    answers = {}
    for name, cell in cells.items():
        raw, value = cell if isinstance(cell, tuple) else (cell, None)
        if raw != "":
            place = Place(file=file, sheet=form, row=row, column=columns.get(name, 30))
            kind = kinds.get(name, "text")
            leaf = campaign().indicator_by_key.get(key)
            if name.startswith("actual.") and leaf:
                kind = "text" if leaf.measure in ("-", "") else "percent" if leaf.measure == "%" else "number"
            if kind in ("units", "date", "period") and value is None:
                value = "" if kind != "date" else raw
            answers[name] = answer(name, raw, place, kind, value)
    return Record(
        form=form, key=key, place=Place(file=file, sheet=form, row=row), rows=(row,), answers=answers, known=known
    )


PEOPLE = {
    "reporting_unit": "县财政局",
    "responsible_name": "测试甲",
    "responsible_phone": "13800000001",
    "liaison_name": "样例乙",
    "liaison_phone": "138****0002",
    "report_date": "2023-07-19",
}


def labels(file: str, form: str, people: Mapping[str, str]) -> dict[str, Answer]:
    names = {**PEOPLE, **people}
    return {
        name: answer(
            name, raw, Place(file=file, sheet=form, row=2, column=at), "date" if name == "report_date" else "text"
        )
        for at, (name, raw) in enumerate(names.items(), start=1)
        if raw
    }


def submission(
    form: str, unit_id: str, records: list[Record], *, file: str = "附件.xlsx", received: str = "2023-07-20 09:00",
    people: Mapping[str, str] | None = None, nil: str = "", sha: str = "", findings: tuple[Finding, ...] = (), **parts: object,
) -> Submission:  # fmt: skip
    spec = campaign().form_by_key[form]
    nil_answer = (
        answer("nil_statement", nil, Place(file=file, sheet=form, row=3, column=1), "text", nil) if nil else None
    )
    return Submission(
        arrival=arrival(file, received, sha), form=form, unit_id=unit_id, records=tuple(records),
        form_fields=labels(file, form, people or {}), nil_statement=nil_answer, findings=findings,
        present_fields=frozenset(field.key for field in spec.fields), **parts,  # type: ignore[arg-type]
    )  # fmt: skip


def indicator_cells(key: str, **changes: Cellish) -> dict[str, Cellish]:
    """Return clean cells of a leaf; changes name fields, `y2022` standing for actual.2022."""
    leaf = campaign().indicator_by_key[key]
    given = {"target": leaf.target, "measure": leaf.measure, "attribute": leaf.attribute, "indicator": leaf.name}
    cells: dict[str, Cellish] = {
        **given,
        "sub_indicator": leaf.sub_name,
        "lead_unit": (campaign().unit_name(leaf.lead), leaf.lead),
        "support_units": ("、".join(map(campaign().unit_name, leaf.supports)), ";".join(leaf.supports)),
        "self_verdict": "达标",
        "evidence": "统计报表",
    }
    for at, year in enumerate(campaign().years):
        number = str(95 - at if leaf.polarity == "-" else 95 + at)
        cells[f"actual.{year}"] = CLEAN_TEXTS.get(leaf.target, "100" if "100" in leaf.target else number)
    for name, cell in changes.items():
        cells[f"actual.{name[1:]}" if name[:1] == "y" and name[1:].isdigit() else name] = cell
    return cells


CLEAN_TEXTS = {
    "制定实施": "已印发实施", "有效开展": "已有效开展", "全面实施": "已全面实施", "开展": "已开展", "不明显": "不明显",
    "建立": "已建立", "实施": "已实施", "面积不减少，性质不改变，功能不降低": "面积未减少，性质未改变，功能未降低",
}  # fmt: skip


def annex2(
    unit_id: str = "U06",
    changes: Mapping[str, Mapping[str, Cellish]] | None = None,
    drop: tuple[str, ...] = (),
    **parts,
) -> Submission:
    """Return a clean annex 2 of a unit; `changes` maps a leaf to changed cells, `drop` leaves rows out."""
    file = parts.get("file", "附件2.xlsx")
    leaves = [leaf for leaf in campaign().indicators_of(unit_id) if leaf.key not in drop]
    records = [
        record("annex2", leaf.key, indicator_cells(leaf.key, **(changes or {}).get(leaf.key, {})), FIRST_ROW + at, file)
        for at, leaf in enumerate(leaves)
    ]
    records += parts.pop("more", [])
    return submission("annex2", unit_id, records, **{"file": file, **parts})


def material_cells(key: str, **changes: Cellish) -> dict[str, Cellish]:
    item = next(m for m in campaign().materials if m.key == key)
    years = "、".join(map(str, item.years))
    cells: dict[str, Cellish] = {
        "indicator": item.indicator, "material": item.name, "requirement": item.requirement, "years": (years, years),
        "provider": (campaign().unit_name(item.provider), item.provider), "medium": item.medium, "copies": "1",
        "provided": "是", "file_ref": f"{item.name}.pdf",
    }  # fmt: skip
    return {**cells, **changes}


def annex3(
    unit_id: str = "U06",
    changes: Mapping[str, Mapping[str, Cellish]] | None = None,
    drop: tuple[str, ...] = (),
    **parts,
) -> Submission:
    file = parts.get("file", "附件3.xlsx")
    items = [item for item in campaign().materials_of(unit_id) if item.key not in drop]
    records = [
        record("annex3", item.key, material_cells(item.key, **(changes or {}).get(item.key, {})), FIRST_ROW + at, file)
        for at, item in enumerate(items)
    ]
    records += parts.pop("more", [])
    return submission("annex3", unit_id, records, **{"file": file, **parts})


def project_cells(**changes: Cellish) -> dict[str, Cellish]:
    cells: dict[str, Cellish] = {
        "category": "生态生活", "project": PROJECT, "nature": "新建", "site": "泗水县城区",
        "content": "新建污水管网12公里，改造泵站2座，配套检查井300座", "period": ("2023-2025", "2023-01/2025-12"),
        "investment": "1200", "funding": "上级资金500万元，县财政700万元", "investment_by_year": "2023年500；2024年700",
        "stage": "前期", "responsible_unit": ("县住房城乡建设局", "U10"), "supports": SEWAGE, "listed": "否",
    }  # fmt: skip
    return {**cells, **changes}


def project(row: int = FIRST_ROW, file: str = "附件4.xlsx", **changes: Cellish) -> Record:
    cells = project_cells(**changes)
    name = cells["project"][0] if isinstance(cells["project"], tuple) else cells["project"]
    return record("annex4", name or f"第{row}行", cells, row, file, known=bool(name))


def annex4(unit_id: str = "U10", records: list[Record] | None = None, **parts) -> Submission:
    file = parts.get("file", "附件4.xlsx")
    return submission(
        "annex4", unit_id, [project(file=file)] if records is None else records, **{"file": file, **parts}
    )


def nil_return(unit_id: str = "U06", **parts) -> Submission:
    people = {"signatory": "测试丙", **parts.pop("people", {})}
    return annex4(unit_id, [], nil="我单位无重点工程项目", people=people, **parts)


def codes(findings) -> list[str]:
    return [finding.code for finding in findings]


def with_listed(*projects) -> Campaign:
    return replace(campaign(), listed_projects=projects)
