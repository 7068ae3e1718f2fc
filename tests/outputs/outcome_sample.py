"""A hand-built Outcome as a real round would leave it: 37 units, 45 leaves, some 60 projects, faults.

Everything is synthetic and fixed; no clock, no randomness. `sample_outcome()` gives the whole,
`sample_campaign()` the shipped campaign with two decisions added.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache

from sishui_eco.model.arrival import Arrival, ArrivalVerdict, FileKind
from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.outcome import (
    ArrivalLine,
    Change,
    DecisionEffect,
    Judgement,
    MergedRow,
    Outcome,
    Snapshot,
    Standing,
    StandingState,
    TallyLine,
    Verdict,
    Version,
)
from sishui_eco.model.place import Place
from sishui_eco.model.submission import Answer, Blank, Record, Submission
from sishui_eco.spec.campaign import Campaign, Decision
from sishui_eco.spec.settings import default_campaign
from sishui_eco.zh import placeholders

AS_OF = datetime(2023, 8, 7, 9, 30)
SILENT = ("U05", "U18", "U21", "U33", "U36", "U37")  # nothing came
PARTIAL = ("U04", "U16")  # annex 3 still missing
NIL = ("U02", "U09", "U22", "U24", "U31")
UNSEALED = ("U11", "U28")
TO_MEND = {("U07", "annex2"), ("U10", "annex4"), ("U12", "annex2"), ("U13", "annex3"), ("U20", "annex4")}
LATE = ("U12", "U27", "U34")
RESUBMITTED = ("U08", "U12")

PROJECTS = (
    (
        "生态安全",
        "泗河干流{name}段生态修复工程",
        "治理河道12.5公里，新建生态护岸8.6公里，湿地320亩，配套水质自动监测站2座",
        "1280.5",
    ),
    ("生态生活", "{name}农村生活污水治理项目", "新建污水处理站6座，铺设管网42公里，受益村庄38个", "3650"),
    (
        "生态经济",
        "{name}畜禽粪污资源化利用整县推进项目",
        "建设集中处理中心1处，年处理粪污15万吨，有机肥生产线2条",
        "8600",
    ),
    ("生态文化", "{name}生态文明宣传教育基地", "改造展馆1200平方米，年接待2万人次", "260.75"),
    ("生态空间", "{name}自然保护地勘界立标", "勘界面积56平方公里，埋设界桩420个", "185"),
    ("生态制度", "{name}河湖长制信息化平台", "接入监控点位160个，开发管理系统1套", "430"),
)


@cache
def sample_campaign() -> Campaign:
    """The shipped campaign with two recorded decisions."""
    decisions = (
        Decision(number="1", action="exclude", file="旧版/附件4.xlsx", who="测试甲", why="误发去年的表", row=2),
        Decision(
            number="2",
            action="assign_unit",
            file="扫描件.zip",
            value="U29",
            who="测试甲",
            why="电话核实为柘沟镇所报",
            until=date(2023, 12, 31),
            row=3,
        ),
    )
    return replace(default_campaign(), decisions=decisions)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def arrival(file: str, received: datetime, member: str = "", kind: FileKind = FileKind.XLSX) -> Arrival:
    name = (member or file).rsplit("/", 1)[-1]
    return Arrival(
        file=file, member=member, name=name, sha256=digest(file + member), size=24_576, kind=kind, received=received
    )


FAULTS: dict[str, tuple[tuple[str, int, str, dict[str, str]], ...]] = {
    "annex2": (
        ("C202", 0, "target", {"raw": "≥30", "expected": "≥40"}),
        ("C231", 1, "self_verdict", {"raw": "达标", "basis": "目标“≥95”，2022年填报“93.5”"}),
        ("C224", 1, "actual.2022", {"raw": "98.5", "value": "9.75", "year": "2021"}),
    ),
    "annex3": (
        ("C303", 0, "file_ref", {}),
        ("C304", 1, "provided", {"raw": "否"}),
        ("C305", 1, "years", {"raw": "2021、2022", "missing": "2020"}),
    ),
    "annex4": (
        (
            "C403",
            0,
            "category",
            {"raw": "生态工程", "options": "生态制度、生态安全、生态空间、生态经济、生态生活、生态文化"},
        ),
        ("C436", 1, "investment_by_year", {"sum": "300", "total": "530", "difference": "230"}),
        ("C422", 1, "content", {}),
    ),
}


def received_of(unit_id: str) -> datetime:
    number = int(unit_id[1:])
    day = datetime(2023, 7, 20, 9, 0) + timedelta(days=number % 10, minutes=37 * number)
    return datetime(2023, 8, 3, 10, 15) + timedelta(minutes=11 * number) if unit_id in LATE else day


def file_of(campaign: Campaign, unit_id: str, form: str) -> str:
    label = campaign.form_by_key[form].label
    return f"第一批/{campaign.unit_name(unit_id)}{label}（最新版）.xlsx"


def answer(field: str, raw: str, place: Place, column: int, kind: str = "text", value: str | None = None) -> Answer:
    blank = Blank.FILLED if raw else Blank.EMPTY
    return Answer(
        field=field,
        kind=kind,
        raw=raw,
        value=raw if value is None else value,
        place=place.at(place.row, column),
        blank=blank,
        approximate="约" in raw,
    )


def record(form: str, key: str, place: Place, values: Mapping[str, tuple[str, str, str | None]]) -> Record:
    answers = {
        field: answer(field, raw, place, column, kind, value)
        for column, (field, (raw, kind, value)) in enumerate(values.items(), start=1)
    }
    return Record(form=form, key=key, place=place, rows=(place.row,), answers=answers)


def _indicator_records(campaign: Campaign, unit_id: str) -> list[tuple[Record, Verdict]]:
    made = []
    file = file_of(campaign, unit_id, "annex2")
    for offset, leaf in enumerate(campaign.indicators_of(unit_id)):
        if leaf.name == "城镇生活垃圾分类减量化行动":
            continue  # a leaf its lead forgot
        place = Place(file=file, sheet="附件2", row=6 + offset, column=1)
        position = campaign.indicators.index(leaf)
        judgement = Judgement.NOT_MET if position in (12, 26, 34) else Judgement.MET
        judgement = Judgement.MANUAL if not leaf.polarity and position % 3 == 0 else judgement
        actual = "未开展" if judgement is Judgement.NOT_MET else "已按要求开展，印发文件3份"
        if leaf.polarity:
            last = Decimal("36.4") if judgement is Judgement.NOT_MET else Decimal("98.5")
            shown = [
                (str(last - 2), None),
                (str(last - 1), None),
                (f"{last}%" if position % 4 else str(last), str(last)),
            ]
        else:
            shown = [(actual, "")] * 3
        claims = position in (12, 34)
        values: dict[str, tuple[str, str, str | None]] = {
            f"actual.{year}": (raw, "number", value) for year, (raw, value) in zip(campaign.years, shown, strict=True)
        }
        values["self_verdict"] = ("达标" if judgement is not Judgement.NOT_MET or claims else "未达标", "choice", "met")
        plan = (
            "监测点位少、治理资金不足；2023年底前完成整改，新增治理能力每日2万吨"
            if judgement is Judgement.NOT_MET
            else ""
        )
        values["gap_plan"] = (plan, "text", None)
        values["due"] = ("2023-12-31" if plan else "", "date", None)
        verdict = Verdict(
            unit_id=unit_id,
            record=leaf.key,
            indicator=leaf.name,
            sub_indicator=leaf.sub_name,
            attribute=leaf.attribute,
            target=leaf.target,
            actual=shown[2][0],
            year=str(campaign.years[-1]),
            self_verdict="met",
            judgement=judgement,
            basis=f"目标“{leaf.target}”，{campaign.years[-1]}年填报“{shown[2][0]}”",
            agreement="claims_met" if judgement is Judgement.NOT_MET and claims else "agrees",
            place=place,
        )
        made.append((record("annex2", leaf.key, place, values), verdict))
    return made


def _material_records(campaign: Campaign, unit_id: str) -> list[Record]:
    made = []
    file = file_of(campaign, unit_id, "annex3")
    for offset, item in enumerate(campaign.materials_of(unit_id)):
        if offset % 7 == 5:
            continue
        provided = "no" if offset % 5 == 3 else "yes"
        years = "2020-2022年" if item.years and offset % 3 else "2021、2022"
        place = Place(file=file, sheet="资料清单", row=5 + offset, column=1)
        values: dict[str, tuple[str, str, str | None]] = {
            "years": (years, "year", None),
            "medium": (item.medium, "choice", None),
            "copies": ("2", "number", None),
            "provided": ("是" if provided == "yes" else "否", "yes-no", provided),
            "file_ref": (f"{item.name}（盖章扫描）.pdf" if provided == "yes" else "", "text", None),
            "remarks": ("正在收集" if provided == "no" else "", "text", None),
        }
        made.append(record("annex3", item.key, place, values))
    return made


def _project_records(campaign: Campaign, unit_id: str) -> list[Record]:
    number = int(unit_id[1:])
    made = []
    for offset in range(1 + number % 4):
        category, name, content, money = PROJECTS[(number + offset) % len(PROJECTS)]
        short = campaign.unit_name(unit_id).removesuffix("人民政府").removesuffix("街道办事处")
        key = name.format(name=short)
        place = Place(file=file_of(campaign, unit_id, "annex4"), sheet="Sheet1", row=5 + offset, column=1)
        total = Decimal(money) + number * 10
        half = total / 2
        plan = f"2023年{half}；2024年{total - half}" if offset % 2 == 0 else "按进度拨付"
        values: dict[str, tuple[str, str, str | None]] = {
            "category": (category, "choice", None),
            "project": (key, "text", None),
            "nature": ("新建", "choice", None),
            "site": (f"泗水县{short}", "text", None),
            "content": (content, "text", None),
            "period": ("2023年1月—2025年12月", "period", "2023-01/2025-12"),
            "investment": (str(total), "money", str(total)),
            "funding": ("争取上级资金60%，县级配套40%", "text", None),
            "investment_by_year": (plan, "text", None),
            "stage": ("前期", "text", None),
            "responsible_unit": (campaign.unit_name(unit_id), "units", unit_id),
            "supports": ("水环境质量", "text", None),
            "listed": ("县级" if offset else "否", "text", None),
        }
        made.append(record("annex4", key, place, values))
    return made


def _state(unit_id: str, form: str) -> StandingState:
    if unit_id in SILENT or (unit_id in PARTIAL and form == "annex3"):
        return StandingState.MISSING
    if (unit_id, form) in TO_MEND:
        return StandingState.TO_MEND
    if form == "annex4" and unit_id in NIL:
        return StandingState.NIL
    return StandingState.AWAITING_SEAL if form == "annex4" and unit_id in UNSEALED else StandingState.ACCEPTED


def _standing(campaign: Campaign, unit_id: str, form: str) -> Standing:
    state = _state(unit_id, form)
    done = state in (StandingState.ACCEPTED, StandingState.NIL)
    came = None if state is StandingState.MISSING else received_of(unit_id)
    again = came + timedelta(days=3) if came and unit_id in RESUBMITTED else came
    owed = {"missing": ("{}未报",), "to_mend": ("{}待修改",), "awaiting_seal": ("{}盖章件",)}.get(state, ())
    return Standing(
        unit_id=unit_id,
        form=form,
        state=state,
        version=0 if came is None else (2 if unit_id in RESUBMITTED else 1),
        due=campaign.deadline,
        days_overdue=0 if done else 5,
        late=unit_id in LATE,
        owed=tuple(word.format(campaign.form_by_key[form].label) for word in owed),
        first_received=came,
        last_received=again,
        errors=2 if state is StandingState.TO_MEND else 0,
        doubts=1 if state is StandingState.TO_MEND else 0,
    )


def _form_fields(unit_id: str, place: Place) -> dict[str, Answer]:
    number = int(unit_id[1:])
    return {
        "liaison_name": answer("liaison_name", f"测试{'甲乙丙丁戊己庚辛壬癸'[number % 10]}", place.at(3, 2), 2),
        "liaison_phone": answer("liaison_phone", f"138{number:08d}", place.at(3, 5), 5),
    }


def _findings(campaign: Campaign, unit_id: str, form: str, records: list[Record]) -> tuple[Finding, ...]:
    if (unit_id, form) not in TO_MEND or not records:
        return ()
    made = []
    for code, index, field, parameters in FAULTS[form]:
        item = records[min(index, len(records) - 1)]
        place = item.answers[field].place if field in item.answers else item.place
        about = {"unit_id": unit_id, "form": form, "record": item.key, "field": field}
        made.append(make_finding(code, place, **about, **parameters))
    return tuple(made)


@cache
def sample_outcome() -> Outcome:
    """The whole outcome."""
    campaign = sample_campaign()
    merged: dict[str, list[MergedRow]] = {form.key: [] for form in campaign.forms}
    arrivals: list[ArrivalLine] = []
    findings: list[Finding] = []
    versions, standings, verdicts, tally = [], [], [], []
    for unit in campaign.units:
        for form in unit.forms:
            standing = _standing(campaign, unit.unit_id, form)
            standings.append(standing)
            if standing.state is StandingState.MISSING:
                continue
            came = arrival(file_of(campaign, unit.unit_id, form), standing.last_received or AS_OF)
            judged = _indicator_records(campaign, unit.unit_id) if form == "annex2" else []
            records = [item for item, _ in judged]
            if form == "annex3":
                records = _material_records(campaign, unit.unit_id)
            if form == "annex4" and standing.state is not StandingState.NIL:
                records = _project_records(campaign, unit.unit_id)
            own = _findings(campaign, unit.unit_id, form, records)
            findings += own
            verdicts += [verdict for _, verdict in judged]
            by_record = {verdict.record: verdict for _, verdict in judged}
            submission = Submission(
                arrival=came,
                form=form,
                unit_id=unit.unit_id,
                records=tuple(records),
                form_fields=_form_fields(unit.unit_id, came.place),
                evidence="标题与表头14列相符；单位取自“填报单位”栏",
            )
            if unit.unit_id in RESUBMITTED:
                old = replace(came, file=came.file.replace("第一批", "第零批"), received=received_of(unit.unit_id))
                earlier = replace(submission, arrival=old)
                versions.append(Version(submission=earlier, number=1, counts=False, reason="有更新的一版"))
                arrivals.append(_line(old, ArrivalVerdict.SUPERSEDED, form, unit.unit_id))
                tally.append(_tally(old, superseded=len(records)))
            versions.append(
                Version(
                    submission=submission,
                    number=standing.version,
                    counts=True,
                    reason="收到时间最晚的合格版",
                    findings=own,
                )
            )
            verdict = ArrivalVerdict.NIL_RETURN if standing.state is StandingState.NIL else ArrivalVerdict.READ
            arrivals.append(_line(came, verdict, form, unit.unit_id))
            tally.append(_tally(came, merged=len(records)))
            merged[form] += [
                MergedRow(
                    unit_id=unit.unit_id,
                    form=form,
                    record=item,
                    version=standing.version,
                    arrival=came,
                    verdict=by_record.get(item.key),
                    findings=tuple(fault for fault in own if fault.record == item.key),
                )
                for item in records
            ]
    order = {leaf.key: number for number, leaf in enumerate(campaign.indicators)}
    merged["annex2"].sort(key=lambda row: order[row.record.key])
    arrivals += _other_arrivals()
    findings += [refusal for line in arrivals for refusal in line.findings] + _joint_findings(campaign)
    return Outcome(
        campaign=campaign,
        as_of=AS_OF,
        arrivals=tuple(arrivals),
        versions=tuple(versions),
        findings=tuple(findings),
        standings=tuple(standings),
        verdicts=tuple(verdicts),
        merged={form: tuple(rows) for form, rows in merged.items()},
        tally=tuple(tally),
        changes=_changes(campaign),
        decisions=(
            DecisionEffect(decision=campaign.decisions[0], matched=1, what="1份来件不计入"),
            DecisionEffect(decision=campaign.decisions[1], matched=0, what=""),
        ),
        previous=Snapshot(
            as_of=date(2023, 8, 1),
            accepted=31,
            returned_units=24,
            met=19,
            not_met=4,
            projects=41,
            investment=Decimal("98760.5"),
        ),
    )


def _line(came: Arrival, verdict: ArrivalVerdict, form: str, unit_id: str) -> ArrivalLine:
    return ArrivalLine(
        arrival=came, verdict=verdict, forms=(form,), unit_id=unit_id, evidence="标题、表头、填报单位三处一致"
    )


def _tally(came: Arrival, *, merged: int = 0, superseded: int = 0) -> TallyLine:
    return TallyLine(
        file=came.file,
        member=came.member,
        sheet="Sheet1",
        rows=merged + superseded + 5,
        merged=merged,
        superseded=superseded,
        heading=3,
        subtotal=1,
        note=1,
    )


def _other_arrivals() -> list[ArrivalLine]:
    late = datetime(2023, 8, 4, 16, 45)
    locked = arrival("县市场监管局附件4.xlsx", late, kind=FileKind.ENCRYPTED_OFFICE)
    refusal = make_finding("R101", locked.place, **{name: locked.name for name in placeholders("R101")})
    zipped = arrival("第二批.zip", late, member="县农业农村局/秸秆台账.xlsx")
    unknown = arrival("新建 Microsoft Excel 工作表.xlsx", late)
    return [
        ArrivalLine(arrival=locked, verdict=ArrivalVerdict.REFUSED, code=refusal.code, findings=(refusal,)),
        ArrivalLine(arrival=zipped, verdict=ArrivalVerdict.SUPPORTING, unit_id="U13", evidence="与附件3所列文件同名"),
        ArrivalLine(arrival=unknown, verdict=ArrivalVerdict.UNRECOGNISED, evidence="没有认出表头，也没有单位名称"),
    ]


def _joint_findings(campaign: Campaign) -> list[Finding]:
    first = Place(file=file_of(campaign, "U12", "annex4"), sheet="Sheet1", row=5, column=2)
    second = Place(file=file_of(campaign, "U13", "annex4"), sheet="Sheet1", row=6, column=2)
    told = "县水利事业发展中心“泗河生态修复工程”；县农业农村局“泗河生态修复工程（二期）”"
    name = "泗河生态修复工程"
    return [make_finding("P102", first, second, form="annex4", record=name, raw=name, told=told)]


def _changes(campaign: Campaign) -> tuple[Change, ...]:
    place = Place(file=file_of(campaign, "U12", "annex2"), sheet="附件2", row=8, column=11)
    return (
        Change(
            unit_id="U12",
            form="annex2",
            record="河湖岸线保护率",
            field="actual.2022",
            before="85",
            after="98.5",
            from_version=1,
            to_version=2,
            place=place,
        ),
        Change(
            unit_id="U08",
            form="annex4",
            record="泗河干流生态修复工程",
            field="",
            before="",
            after="泗河干流生态修复工程",
            from_version=1,
            to_version=2,
            place=place,
        ),
    )
