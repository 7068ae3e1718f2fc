"""The vote of evidence on whose a file is."""

from __future__ import annotations

import pytest
from value_cases import CAMPAIGN

from sishui_eco.model.place import Place
from sishui_eco.understanding.units import UnitClaim, decide_unit

ROSTER = {unit.name: unit.unit_id for unit in CAMPAIGN.units}
FINANCE, AUDIT, WATER = ROSTER["县财政局"], ROSTER["县审计局"], ROSTER["县水利事业发展中心"]


def decide(*claims: str):
    drawn = []
    for row, claim in enumerate(claims, start=1):
        source, _, text = claim.partition("=")
        drawn.append(UnitClaim(source=source, text=text, place=Place(file="附件4.xlsx", sheet="表", row=row, column=1)))
    return decide_unit(drawn, CAMPAIGN, form="annex4")


def codes(verdict) -> list[str]:
    return [finding.code for finding in verdict.findings]


@pytest.mark.parametrize(
    ("claims", "unit_id", "expected"),
    [
        (["reporting_cell=县财政局"], FINANCE, []),
        (["reporting_cell=填报单位（盖章）：县财政局"], FINANCE, []),
        (["reporting_cell=填报单位：泗水县财政局（公章）"], FINANCE, []),
        (["reporting_cell=财政局"], FINANCE, []),
        (["hidden_id=" + FINANCE], FINANCE, []),
        (["seal_line=县财政局（盖章）"], FINANCE, []),
        (["hidden_id=" + FINANCE, "reporting_cell=县财政局", "file_name=县财政局附件4.xlsx"], FINANCE, []),
        (["reporting_cell=县财政局", "file_name=附件4(1).xlsx", "mail_sender=测试甲 <a@example.invalid>"], FINANCE, []),
        # strong against strong
        (["hidden_id=" + FINANCE, "reporting_cell=县审计局"], "", ["I401"]),
        (["reporting_cell=县财政局", "seal_line=县审计局"], "", ["I401"]),
        (["reporting_cell=县财政局", "reporting_cell=县审计局", "file_name=县财政局.xlsx"], "", ["I401"]),
        # strong against weak
        (["reporting_cell=县财政局", "file_name=县审计局-附件4.xlsx"], FINANCE, ["I404"]),
        (["reporting_cell=县财政局", "mail_sender=县审计局 <a@example.invalid>"], FINANCE, ["I406"]),
        (["reporting_cell=县财政局", "folder=县审计局"], FINANCE, ["I406"]),
        (["reporting_cell=县财政局", "file_name=县审计局.xlsx", "archive=县水利局.zip"], FINANCE, ["I404", "I406"]),
        (["reporting_cell=县财政局", "rows=县审计局"], FINANCE, []),
        # an unknown name
        (["reporting_cell=县公安局"], "", ["I402"]),
        (["reporting_cell=县公安局", "file_name=县财政局附件4.xlsx"], "", ["I402"]),
        (["reporting_cell=县公安局", "hidden_id=" + FINANCE], FINANCE, ["I402"]),
        (["reporting_cell=县水力局"], "", ["I402"]),
        (["reporting_cell=县水力局", "file_name=县水利局附件4.xlsx"], WATER, ["I409"]),
        (["reporting_cell=县水力局", "rows=县水利局"], "", ["I402"]),
        (["reporting_cell=街道办事处"], "", ["I407"]),
        (["reporting_cell=街道办事处", "file_name=泗河街道附件4.xlsx"], ROSTER["泗河街道办事处"], ["I409"]),
        (["reporting_cell=街道办事处", "file_name=县财政局附件4.xlsx"], "", ["I407"]),
        # weak evidence alone
        (["file_name=县财政局附件4.xlsx"], FINANCE, ["I405"]),
        (["file_name=附件4.xlsx", "folder=县财政局", "mail_subject=县财政局报送附件4"], FINANCE, ["I405"]),
        (["rows=县财政局", "rows=县财政局"], FINANCE, ["I405"]),
        (["file_name=县财政局附件4.xlsx", "mail_sender=县审计局"], "", ["I403"]),
        (["rows=县财政局", "rows=县审计局"], "", ["I403"]),
        (["file_name=县财政局附件4.xlsx", "rows=县审计局"], "", ["I403"]),
        (["file_name=县财政局附件4.xlsx", "rows=县审计局", "rows=县财政局"], FINANCE, ["I405"]),
        (["file_name=住建-附件4.xlsx"], "", ["I408"]),
        (["file_name=发展改革局-附件4.xlsx"], ROSTER["县发展和改革局"], ["I405"]),
        (["file_name=建设指标任务分解表.xlsx", "sheet_name=Sheet1"], "", ["I408"]),
        ([], "", ["I408"]),
        # blank claims say nothing
        (["reporting_cell=填报单位（盖章）：", "file_name=县财政局.xlsx"], FINANCE, ["I405"]),
        (["reporting_cell=（盖章）"], "", ["I408"]),
        (["reporting_cell=____", "seal_line=/"], "", ["I408"]),
        (["seal_line=单位公章   年  月  日"], "", ["I408"]),
    ],
)  # fmt: skip
def test_whose_file_is_it(claims, unit_id, expected):
    verdict = decide(*claims)
    assert (verdict.unit_id, codes(verdict)) == (unit_id, expected)
    assert verdict.evidence


def test_a_conflict_names_both_units_and_both_places():
    (finding,) = decide("hidden_id=" + FINANCE, "reporting_cell=县审计局").findings
    assert "县财政局" in finding.message and "县审计局" in finding.message
    assert len(finding.places) == 2
    assert finding.form == "annex4"


def test_agreeing_evidence_is_listed():
    evidence = decide("reporting_cell=县水利局", "file_name=县水利局-附件4(1).xlsx").evidence
    assert "判为县水利事业发展中心" in evidence
    assert "填报单位栏“县水利局”（别名）" in evidence
    assert "文件名“县水利局-附件4(1).xlsx”（含有名称）" in evidence


def test_a_mail_addressed_to_the_office_is_no_claim_of_the_office():
    verdict = decide(
        "mail_subject=致市生态环境局泗水县分局：县财政局附件4",
        "mail_body=市生态环境局泗水县分局：\n现报送附件4。县财政局",
    )
    assert (verdict.unit_id, codes(verdict)) == (FINANCE, ["I405"])
    assert decide("mail_body=市生态环境局泗水县分局：您好").unit_id == ""


def test_the_office_itself_reports_by_its_cell_and_file_name():
    office = ROSTER["市生态环境局泗水县分局"]
    assert decide("reporting_cell=市生态环境局泗水分局", "file_name=生态环境分局附件2.xlsx").unit_id == office


def test_the_order_of_claims_changes_neither_unit_nor_codes():
    claims = ["reporting_cell=县财政局", "file_name=县审计局.xlsx", "archive=县水利局.zip", "rows=县财政局"]
    forward, backward = decide(*claims), decide(*reversed(claims))
    assert forward.unit_id == backward.unit_id
    assert sorted(codes(forward)) == sorted(codes(backward))


def test_an_unknown_unit_is_told_with_suggestions():
    (finding,) = decide("reporting_cell=县水力局").findings
    assert "县水利事业发展中心" in finding.remedy
