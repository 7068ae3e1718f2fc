"""Every code of the checks: a return that raises it, and a near miss that does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

import msgspec
import pytest
from returned import (
    BUILDINGS,
    FIRST_ROW,
    GREEN,
    PROJECT,
    SEWAGE,
    annex2,
    annex3,
    annex4,
    campaign,
    codes,
    indicator_cells,
    nil_return,
    project,
    record,
    with_listed,
)

from sishui_eco.checks import check_across, check_submission, check_versions, choose_versions, compare_successive
from sishui_eco.model.finding import Finding, make_finding
from sishui_eco.model.submission import Submission
from sishui_eco.spec.campaign import Campaign, ListedProject
from sishui_eco.zh import finding_catalogue

AS_OF = datetime(2023, 8, 4, 12, 0)
Findings = Sequence[Finding]


def check(item: Submission, spec: Campaign | None = None) -> Findings:
    return check_submission(item, spec or campaign())


def green(**changes) -> Findings:
    return check(annex2("U06", {GREEN: changes}))


def buildings(**changes) -> Findings:
    return check(annex2("U10", {BUILDINGS: changes}))


LAND = "单位国内生产总值建设用地使用面积下降率"  # U07, ≥4.5, 参考性, a change
AIR = "环境空气质量／PM2.5浓度下降幅度"  # U08
PURCHASE = "政府绿色采购比例／政府采购统计表"


def purchase_key() -> str:
    return campaign().materials_of("U06")[0].key


def material(**changes) -> Findings:
    return check(annex3("U06", {purchase_key(): changes}))


def works(**changes) -> Findings:
    return check(annex4("U10", [project(**changes)]))


def people(**changes) -> Findings:
    return check(annex2("U06", people=changes))


def other_leaf(key: str, row: int = 9, **changes):
    return record("annex2", key, indicator_cells(key, **changes), row, "附件2.xlsx")


def unknown_leaf(name: str):
    return record("annex2", name, {"indicator": name, "actual.2022": "5"}, 9, "附件2.xlsx", known=False)


def extra_material(indicator: str, name: str, **changes):
    cells = {"indicator": indicator, "material": name, "provided": "是", "file_ref": "a.pdf", **changes}
    return record("annex3", f"{indicator}／{name}", cells, 12, "附件3.xlsx", known=False)


def unmet(**changes) -> Findings:
    base = {
        "y2020": "70",
        "y2021": "72",
        "y2022": "75",
        "self_verdict": "未达标",
        "gap_plan": "2023年底前完成采购目录调整",
        "due": "2023-12",
    }
    return green(**{**base, **changes})


def two(a: Submission, b: Submission, spec: Campaign | None = None, supporting=None) -> Findings:
    return check_across([a, b], spec or campaign(), supporting or {})


def history(*items: Submission, spec: Campaign | None = None) -> Findings:
    spec = spec or campaign()
    checked = [replace(item, findings=(*item.findings, *check_submission(item, spec))) for item in items]
    versions = choose_versions(checked, spec, AS_OF).versions
    return check_versions(versions, spec, compare_successive(versions))


FIRST, SECOND = {"received": "2023-07-20 09:00", "sha": "a" * 64}, {"received": "2023-07-25 09:00", "sha": "b" * 64}
LATE = {"received": "2023-08-02 09:00", "sha": "c" * 64}
LISTED = ListedProject(name=PROJECT, unit_id="U10", level="省级")
ENERGY = "单位地区生产总值能耗"  # led by U04, supported by U19

CASES: dict[str, tuple[Callable[[], Findings], Callable[[], Findings]]] = {
    "C101": (lambda: green(evidence=""), lambda: green(remarks="")),
    "C102": (
        lambda: green(y2020="", y2021="", y2022="", self_verdict="", evidence=""),
        lambda: green(y2020="", y2021="", y2022="", self_verdict=""),
    ),
    "C103": (lambda: works(investment="待定"), lambda: works(site="待定")),
    "C104": (lambda: green(evidence="详见附件"), lambda: green(remarks="详见附件")),
    "C105": (lambda: green(y2022="不涉及"), lambda: buildings(y2022="不涉及")),
    "C106": (lambda: buildings(y2022="不涉及"), lambda: buildings(y2022="不涉及", remarks="辖区内当年没有城镇新建建筑")),
    "C107": (lambda: works(investment="/"), lambda: works(site="/")),
    "C201": (
        lambda: check(annex2("U06", more=[unknown_leaf("森林城市建设")])),
        lambda: check(annex2("U06", more=[unknown_leaf("森林城市建设")], findings=(make_finding_of("森林城市建设"),))),
    ),
    "C202": (lambda: green(target="≥70"), lambda: green(target="不低于80%")),
    "C203": (lambda: green(measure="元"), lambda: green(measure="％")),
    "C204": (lambda: green(attribute="参考性"), lambda: green(attribute="约束性")),
    "C205": (lambda: green(lead_unit=("县审计局", "U24")), lambda: green(lead_unit=("财政局", "U06"))),
    "C206": (lambda: green(lead_unit=("县财政局、县审计局", "U06;U24")), lambda: green(lead_unit=("县财政局", "U06"))),
    "C207": (lambda: green(support_units=("县财政局", "U06")), lambda: green(support_units=("县审计局", "U24"))),
    "C212": (lambda: green(self_verdict="基本达标"), lambda: green(self_verdict="已达标")),
    "C221": (
        lambda: check(annex2("U04", {ENERGY: {"y2022": ("完成上级规定的目标任务；保持稳定或持续改善", "")}})),
        lambda: check(annex2("U10", {"水环境质量／黑臭水体消除比例": {"y2022": "100"}})),
    ),
    "C222": (lambda: green(y2022="101"), lambda: green(y2022="100")),
    "C223": (
        lambda: green(y2022="-5"),
        lambda: check(annex2("U08", {AIR: {"y2020": "-1", "y2021": "0", "y2022": "2"}})),
    ),
    "C224": (lambda: green(y2021="9.6"), lambda: green(y2021="50")),
    "C225": (lambda: green(y2020="96.5", y2021="96.5", y2022="96.5"), lambda: green(y2020="100", y2021="100", y2022="100")),
    "C231": (lambda: green(y2022="79.9"), lambda: green(y2022="80")),
    "C232": (lambda: unmet(y2022="80"), lambda: unmet(y2022="79.9")),
    "C233": (lambda: unmet(), lambda: green(y2022="79.9")),
    "C234": (
        lambda: buildings(y2020="48", y2021="47", y2022="46", self_verdict="未达标"),
        lambda: buildings(y2020="46", y2021="47", y2022="48"),
    ),
    "C241": (lambda: unmet(gap_plan=""), lambda: green(gap_plan="")),
    "C242": (lambda: unmet(due=""), lambda: green(due="")),
    "C243": (lambda: unmet(due=("争取早日", "")), lambda: unmet(due=("2023年12月", "2023-12"))),
    "C244": (lambda: unmet(due=("2022年底", "2022-12-31")), lambda: unmet(due=("2023年7月20日", "2023-07-20"))),
    "C245": (lambda: unmet(gap_plan="加强整改"), lambda: unmet(gap_plan="调整采购目录并培训")),
    "C301": (
        lambda: check(annex3("U06", more=[extra_material("森林城市建设", "规划文本")])),
        lambda: check(annex3("U06", more=[extra_material(GREEN, "规划文本")])),
    ),
    "C302": (
        lambda: check(annex3("U06", drop=(f"{GREEN}／政府采购统计表",), more=[extra_material(GREEN, "政府采购统计报表")])),
        lambda: check(annex3("U06", more=[extra_material(GREEN, "采购台账")])),
    ),
    "C303": (lambda: material(file_ref=""), lambda: material(provided="否", file_ref="")),
    "C304": (lambda: material(provided="否", file_ref=""), lambda: material(provided="是")),
    "C305": (lambda: material(years=("2022", "2022")), lambda: material(years=("2020-2022年", "2020;2021;2022"))),
    "C306": (lambda: material(copies="0"), lambda: material(copies="1")),
    "C307": (lambda: material(copies="1.5"), lambda: material(copies="2")),
    "C308": (lambda: material(provider=("县审计局", "U24")), lambda: material(provider=("县财政局、县审计局", "U06;U24"))),
    "C309": (lambda: material(provided="否"), lambda: material(provided="否", file_ref="")),
    "C310": (lambda: material(medium="照片"), lambda: material()),
    "C311": (
        lambda: check(replace(annex3("U06"), unit_id="U10")),
        lambda: check(annex3("U06")),
    ),
    "C401": (lambda: works(project="绿化"), lambda: works(project="城区绿化")),
    "C402": (lambda: works(project="重点工程项目"), lambda: works(project="重点工程项目管理平台建设")),
    "C403": (lambda: works(category="基础设施"), lambda: works(category="生态安全")),
    "C404": (
        lambda: works(project="泗水县国土绿化项目", category="生态文化"),
        lambda: works(project="泗水县国土绿化项目", category="生态安全"),
    ),
    "C411": (
        lambda: works(period=("2033-2035", "2033-01/2035-12")),
        lambda: works(period=("2030-2035", "2030-01/2035-12")),
    ),
    "C412": (
        lambda: works(period=("2025-2023", "2025-01/2023-12")),
        lambda: works(period=("2023", "2023-01/2023-12")),
    ),
    "C413": (
        lambda: works(period=("2019-2022", "2019-01/2022-12")),
        lambda: works(period=("2019-2023", "2019-01/2023-12"), stage="在建，完成60%"),
    ),
    "C414": (
        lambda: works(period=("2028-2033", "2028-01/2033-12"), investment_by_year=""),
        lambda: works(period=("2028-2030", "2028-01/2030-12")),
    ),
    "C415": (lambda: works(period=("2023年起", "2023-01/")), lambda: works(period=("2023-2024", "2023-01/2024-12"))),
    "C416": (lambda: works(stage="已竣工验收"), lambda: works(stage="在建，未竣工，预计2024年竣工")),
    "C417": (
        lambda: works(period=("2021-2024", "2021-01/2024-12"), stage=""),
        lambda: works(period=("2021-2024", "2021-01/2024-12"), stage="在建，完成60%"),
    ),
    "C421": (lambda: works(content="管网改造"), lambda: works(content="新建污水管网12公里，改造泵站2座")),
    "C422": (
        lambda: works(content="对城区老旧污水管网进行全面改造提升和修复"),
        lambda: works(content="编制全县生态文明建设规划文本1部并组织实施"),
    ),
    "C423": (lambda: works(content="按规划实施"), lambda: works(content="按规划实施污水管网12公里、泵站2座改造")),
    "C424": (
        lambda: works(project="泗河流域水环境综合治理与生态修复工程", content="泗河流域水环境综合治理与生态修复工程"),
        lambda: works(project="泗河流域水环境综合治理与生态修复工程"),
    ),
    "C431": (lambda: works(investment="0"), lambda: works(investment="1200")),
    "C432": (lambda: works(investment="12000000", funding="", investment_by_year=""), lambda: works(investment="120000", funding="", investment_by_year="")),
    "C433": (lambda: works(investment="0.12", funding="", investment_by_year=""), lambda: works(investment="1", funding="", investment_by_year="")),
    "C434": (lambda: works(funding="上级资金500万元，县财政600万元"), lambda: works(funding="上级资金0.05亿元，县财政700")),
    "C435": (lambda: works(funding="财政60%，自筹30%"), lambda: works(funding="财政60%，自筹40%")),
    "C436": (lambda: works(investment_by_year="2023年500；2024年600"), lambda: works(investment_by_year="2023年：500万元，2024年：700万元")),
    "C437": (lambda: works(investment_by_year="2023年500；2026年700"), lambda: works(investment_by_year="2023年500；2025年700")),
    "C441": (lambda: works(supports="绿水青山"), lambda: works(supports="26．城镇污水处理率")),
    "C442": (lambda: works(supports="河长制"), lambda: works(supports="26、水环境质量")),
    "C451": (lambda: works(responsible_unit=("县水利局", "U12")), lambda: works(responsible_unit=("县水利局、县住建局", "U12;U10"))),
    "C461": (lambda: works(listed="是"), lambda: works(listed="是，县级")),
    "C462": (
        lambda: check(annex4(), with_listed(LISTED)),
        lambda: check(annex4("U10", [project(listed="省级")]), with_listed(LISTED)),
    ),
    "F101": (lambda: people(liaison_name=""), lambda: people(report_date="")),
    "F102": (lambda: people(liaison_name="样例乙、样例丙"), lambda: people(liaison_name="样例乙（办公室 副主任）13800000002")),
    "F103": (lambda: people(responsible_name="测试甲 测试丁"), lambda: people(responsible_name="测 试 甲")),
    "F104": (lambda: people(liaison_phone="1380000"[:6]), lambda: people(liaison_phone="0537-0000000")),
    "F105": (lambda: people(liaison_name="测试甲"), lambda: people(liaison_name="测试甲甲")),
    "F106": (lambda: people(liaison_name="局办公室"), lambda: people(liaison_name="样例乙")),
    "F111": (lambda: people(report_date="2023-08-30"), lambda: people(report_date="2023-07-20")),
    "F112": (lambda: people(report_date="2022-03-01"), lambda: people(report_date="2023-07-13")),
    "F201": (lambda: check(annex2("U10", drop=(SEWAGE,))), lambda: check(annex2("U10"))),
    "F202": (
        lambda: check(annex2("U06", more=[other_leaf(SEWAGE)])),
        lambda: check(annex2("U06", more=[other_leaf(SEWAGE, **UNANSWERED)])),
    ),
    "F203": (
        lambda: check(annex2("U06", more=[other_leaf(GREEN)])),
        lambda: check(annex4("U10", [project(), project(row=7, project="城区雨污分流改造工程")])),
    ),
    "F204": (
        lambda: check(annex4("U10", [project(), project(row=7, project=PROJECT[:-2] + "项目")])),
        lambda: check(annex4("U10", [project(), project(row=7, project=PROJECT[:-2] + "项目", investment="1300", funding="", investment_by_year="")])),
    ),
    "F301": (lambda: check(annex3("U12", drop=(campaign().materials_of("U12")[0].key,))), lambda: check(annex3("U12"))),
    "F302": (
        lambda: check(annex3("U06"), without_materials(GREEN, keep="U10")),
        lambda: check(annex3("U06")),
    ),
    "F401": (
        lambda: check(annex4("U10", [project(project="城区雨污分流改造工程")]), with_listed(LISTED)),
        lambda: check(annex4("U10", [project(listed="省级")]), with_listed(LISTED)),
    ),
    "F402": (lambda: check(annex4(nil="我单位无重点工程项目")), lambda: check(nil_return())),
    "F403": (lambda: check(annex4("U10", [])), lambda: check(nil_return("U10"))),
    "F404": (lambda: check(nil_return(people={"signatory": ""})), lambda: check(nil_return())),
    "F405": (lambda: check(replace(annex2("U06"), records=(), nil_statement=nil_return().nil_statement)), lambda: check(nil_return())),
    "F501": (lambda: check(replace(annex2("U06"), records=())), lambda: check(nil_return())),
    "F502": (lambda: check(without_column(annex2("U06"), "evidence")), lambda: check(without_column(annex2("U06"), "remarks"))),
    "F503": (lambda: check(annex2("U06", edition="0")), lambda: check(annex2("U06", edition="1"))),
    "F504": (lambda: check(replace(annex2("U06"), unit_id="U02")), lambda: check(annex2("U06"))),
    "X101": (
        lambda: two(annex2("U06", {GREEN: {"evidence": "采购目录汇编"}}), annex3("U06")),
        lambda: two(annex2("U06", {GREEN: {"evidence": f"1.{campaign().materials_of('U06')[0].name}"}}), annex3("U06")),
    ),
    "X102": (
        lambda: two(annex2("U06"), annex3("U06"), supporting={"U06": ["采购目录.pdf"]}),
        lambda: two(annex2("U06"), annex3("U06"), supporting={"U06": [f"{campaign().materials_of('U06')[0].name}（定稿）.PDF"]}),
    ),
    "X103": (
        lambda: two(annex2("U06"), annex3("U06", people={"liaison_name": "样例丁"})),
        lambda: two(annex2("U06"), annex3("U06", people={"liaison_name": "样例 乙"})),
    ),
    "X104": (
        lambda: two(annex2("U06"), annex3("U06", people={"responsible_name": "测试丁"})),
        lambda: two(annex2("U06"), annex3("U06", people={"responsible_name": "测试甲（副局长）"})),
    ),
    "X105": (lambda: two(annex2("U06"), annex3("U06")), lambda: two(annex2("U06"), annex3("U06", {purchase_key(): {"file_ref": "档案盒6-1"}}))),
    "X106": (
        lambda: two(annex2("U06", {GREEN: {"evidence": "采购台账"}}), annex3("U06", more=[extra_material(GREEN, "采购台账", provided="否")])),
        lambda: two(annex2("U06", {GREEN: {"evidence": "采购台账"}}), annex3("U06", more=[extra_material(GREEN, "采购台账")])),
    ),
    "X107": (
        lambda: two(annex2("U06"), annex3("U06", people={"liaison_phone": "13800000009"})),
        lambda: two(annex2("U06"), annex3("U06")),
    ),
    "X108": (
        lambda: two(annex2("U10", drop=(SEWAGE,)), annex4("U10")),
        lambda: two(annex2("U10"), annex4("U10")),
    ),
    "P101": (
        lambda: two(annex2("U06"), replace(annex2("U06", {GREEN: {"y2022": "88"}}, file="b.xlsx"), unit_id="U24")),
        lambda: two(annex2("U06"), annex2("U10")),
    ),
    "P102": (
        lambda: two(annex4("U10"), annex4("U12", [project(project=PROJECT[:-2] + "项目")])),
        lambda: two(annex4("U10"), annex4("U12", [project(project="泗水县城区供水管网改造工程", investment="900", funding="", investment_by_year="")])),
    ),
    "P103": (
        lambda: two(annex2("U04"), replace(annex2("U04", {ENERGY: {"y2022": "90"}}, file="b.xlsx"), unit_id="U19")),
        lambda: two(annex2("U04"), replace(annex2("U04", file="b.xlsx"), unit_id="U19")),
    ),
    "P104": (lambda: two(annex2("U06"), annex2("U10")), lambda: check_across(everybody(), campaign(), {})),
    "P105": (lambda: two(annex2("U06"), annex2("U10")), lambda: check_across(everybody(), campaign(), {})),
    "P106": (
        lambda: check_across([], with_target("适宜"), {}),
        lambda: check_across([], with_target("≥60"), {}),
    ),
    "P107": (
        lambda: two(annex2("U04"), replace(annex2("U04", file="b.xlsx"), unit_id="U19")),
        lambda: two(annex2("U04"), annex2("U19")),
    ),
    "V101": (
        lambda: history(annex2("U06", **FIRST), annex2("U06", {GREEN: {"y2022": "99"}}, **SECOND)),
        lambda: history(annex2("U06", **FIRST), annex2("U06", {GREEN: {"y2022": "99", "remarks": "按审计结果调整口径"}}, **SECOND)),
    ),
    "V102": (
        lambda: history(annex2("U06", {GREEN: {"gap_plan": "调整采购目录并培训"}}, **FIRST), annex2("U06", **SECOND)),
        lambda: history(annex2("U06", {GREEN: {"remarks": "调整采购目录并培训"}}, **FIRST), annex2("U06", **SECOND)),
    ),
    "V103": (
        lambda: history(annex4("U10", [project(), project(row=7, project="城区雨污分流改造工程")], **FIRST), annex4("U10", **SECOND)),
        lambda: history(annex4("U10", **FIRST), annex4("U10", [project(), project(row=7, project="城区雨污分流改造工程")], **SECOND)),
    ),
    "V104": (
        lambda: history(annex2("U06", {GREEN: {"y2022": "101"}}, **FIRST), annex2("U06", {GREEN: {"y2022": "102"}}, **SECOND)),
        lambda: history(annex2("U06", {GREEN: {"y2022": "101"}}, **FIRST), annex2("U06", {GREEN: {"evidence": ""}}, **SECOND)),
    ),
    "V105": (
        lambda: history(annex2("U06", people={"report_date": "2023-07-19"}, **FIRST), annex2("U06", people={"report_date": "2023-07-15"}, **SECOND)),
        lambda: history(annex2("U06", people={"report_date": "2023-07-19"}, **FIRST), annex2("U06", people={"report_date": "2023-07-19"}, **SECOND)),
    ),
    "V106": (
        lambda: history(annex2("U06", **FIRST), annex2("U06", {GREEN: {"y2022": "101"}}, **SECOND)),
        lambda: history(annex2("U06", {GREEN: {"y2022": "101"}}, **FIRST), annex2("U06", **SECOND)),
    ),
    "V107": (
        lambda: history(annex2("U06", **FIRST), annex2("U06", **SECOND)),
        lambda: history(annex2("U06", **FIRST), annex2("U06", people={"liaison_name": "样例丁"}, **SECOND)),
    ),
    "V108": (lambda: history(annex2("U06", **LATE)), lambda: history(annex2("U06", received="2023-07-31 17:30"))),
    "V109": (
        lambda: history(annex2("U06"), spec=replace(campaign(), deadline=datetime(2043, 7, 31))),
        lambda: history(annex2("U06")),
    ),
}  # fmt: skip

UNANSWERED = {"y2020": "", "y2021": "", "y2022": "", "self_verdict": "", "evidence": ""}


def make_finding_of(key: str) -> Finding:
    """An earlier finding on the same row, whatever the code: the check must then be silent."""
    return msgspec.structs.replace(make_finding("N201", raw="x", record=key, field="indicator"), code="I309")


def without_materials(indicator: str, keep: str) -> Campaign:
    spec = campaign()
    return replace(spec, materials=tuple(m for m in spec.materials if m.indicator != indicator), indicators=tuple(
        replace(leaf, name="新增指标") if leaf.name == indicator else leaf for leaf in spec.indicators
    ))  # fmt: skip


def without_column(item: Submission, name: str) -> Submission:
    records = tuple(
        msgspec.structs.replace(r, answers={k: a for k, a in r.answers.items() if k != name}) for r in item.records
    )
    return replace(item, records=records, present_fields=item.present_fields - {name})


def everybody() -> list[Submission]:
    spec = campaign()
    return [
        annex2(unit.unit_id, file=f"{unit.unit_id}.xlsx") for unit in spec.units if spec.indicators_of(unit.unit_id)
    ]


def with_target(target: str) -> Campaign:
    spec = campaign()
    return replace(spec, indicators=(replace(spec.indicators[2], target=target),))


@pytest.mark.parametrize("code", sorted(CASES))
def test_the_fault_is_told(code):
    assert code in codes(CASES[code][0]())


@pytest.mark.parametrize("code", sorted(CASES))
def test_a_near_miss_is_not_told(code):
    assert code not in codes(CASES[code][1]())


def test_every_code_of_the_checks_has_a_case():
    ours = {code for code in finding_catalogue() if code[0] in "CXPV" or (code[0] == "F" and code[1] != "9")}
    assert ours == set(CASES)
    assert len(ours) >= 110


@pytest.mark.parametrize("code", sorted(CASES))
def test_what_is_told_is_complete_chinese(code):
    finding = next(item for item in CASES[code][0]() if item.code == code)
    for text in (finding.message, finding.remedy):
        assert text and "{" not in text and "None" not in text and "“”" not in text.replace("“”填写", "")
        assert text.endswith(("。", "？", "）", "}")) or finding.parameters
    entry = finding_catalogue()[code]
    assert len(entry.explanation) >= 8 and entry.example


CELLS = {
    "C101": ("U06", {GREEN: {"evidence": ""}}, "evidence"),
    "C202": ("U06", {GREEN: {"target": "≥70"}}, "target"),
    "C212": ("U06", {GREEN: {"self_verdict": "基本达标"}}, "self_verdict"),
    "C222": ("U06", {GREEN: {"y2022": "101"}}, "actual.2022"),
    "C231": ("U06", {GREEN: {"y2022": "79.9"}}, "self_verdict"),
}


@pytest.mark.parametrize("code", sorted(CELLS))
def test_that_cell_and_no_other_is_named(code):
    unit, changes, field = CELLS[code]
    clean = annex2(unit)
    findings = [item for item in check(annex2(unit, changes)) if item.severity != "note"]
    assert codes(findings) == [code]
    spec = [item.key for item in campaign().form_by_key["annex2"].fields if item.in_blank]
    assert (findings[0].places[0].row, findings[0].places[0].column) == (FIRST_ROW, spec.index(field) + 1)
    assert not [item for item in check(clean) if item.severity != "note"]


def test_a_value_that_could_not_be_read_is_told_once():
    unread = annex4("U10", [project(investment=("一千二百", ""))])
    told = make_finding("N201", raw="一千二百", record=PROJECT, field="investment")
    assert not codes(check(replace(unread, findings=(told,))))


def test_the_cell_of_an_empty_column_is_known_from_its_neighbours():
    findings = [item for item in unmet(gap_plan="", due="") if item.code in ("C241", "C242")]
    fields = [item.key for item in campaign().form_by_key["annex2"].fields if item.in_blank]
    assert [item.places[0].column for item in findings] == [fields.index("gap_plan") + 1, fields.index("due") + 1]


@pytest.mark.parametrize("unit_id", [f"U{n:02d}" for n in range(1, 38)])
def test_clean_returns_have_no_findings(unit_id):
    found = [
        item
        for form in (annex2(unit_id), annex3(unit_id))
        if form.records
        for item in check(form)
        if item.severity != "note"
    ]
    assert not found


def test_rule_dates_use_the_day_of_receipt_not_the_clock():
    early = annex2("U06", people={"report_date": "2023-07-19"}, received="2023-07-18 08:00")
    assert "F111" in codes(check(early))
    assert date(2023, 7, 19) > early.arrival.received.date()


def test_a_person_and_the_number_that_both_lack_are_told_at_once():
    (both,) = [item for item in people(liaison_name="", liaison_phone="") if item.code == "F101"]
    assert both.field == "liaison_name" and both.message == "没有填“联络员”和“联系电话”。"
    (number,) = [item for item in people(liaison_phone="") if item.code == "F101"]
    assert number.field == "liaison_phone" and number.message == "没有填“联系电话”。"


def test_a_conflict_across_units_names_both_cells_and_both_units():
    found = two(
        annex2("U04", file="a.xlsx"), replace(annex2("U04", {ENERGY: {"y2022": "90"}}, file="b.xlsx"), unit_id="U19")
    )
    conflict = next(item for item in found if item.code == "P103")
    assert [str(place) for place in conflict.places] == ["b.xlsx › annex2!K6", "a.xlsx › annex2!K6"]
    assert conflict.unit_id == "U19" and dict(conflict.parameters)["unit_ids"] == "U19;U04"
    assert "县统计局“90”" in conflict.message and "县发展和改革局“93”" in conflict.message


def test_a_project_claimed_by_two_names_both_cells():
    found = two(annex4("U10", file="a.xlsx"), annex4("U12", [project(file="b.xlsx")], file="b.xlsx"))
    claim = next(item for item in found if item.code == "P102")
    assert {place.file for place in claim.places} == {"a.xlsx", "b.xlsx"} and claim.unit_id == "U12"


# More than one cell is wrong in these; everywhere else one fault raises one finding.
SEVERAL = {"C234", "C311", "F302", "F504", "P104", "V106", "X101", "X103", "X104", "X106", "X107"}


@pytest.mark.parametrize("code", sorted(set(CASES) - SEVERAL))
def test_one_cause_one_finding(code):
    told = [item.code for item in CASES[code][0]() if item.severity != "note" or item.code == code]
    assert told == [code]
