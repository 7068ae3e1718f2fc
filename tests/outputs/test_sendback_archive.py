"""The register of the archive: what is there, what is missing and from whom, in the catalogue's order."""

import io
from dataclasses import replace
from datetime import datetime

import openpyxl

from sishui_eco.model.arrival import Arrival, ArrivalVerdict, FileKind
from sishui_eco.model.outcome import ArrivalLine, MergedRow, Outcome
from sishui_eco.model.place import Place
from sishui_eco.model.submission import Answer, Record
from sishui_eco.outputs.archive import write_register
from sishui_eco.spec.campaign import Material
from sishui_eco.spec.settings import default_campaign

AS_OF = datetime(2023, 8, 7, 9, 30)
BASE = default_campaign()
U1, U2 = BASE.units[0].unit_id, BASE.units[1].unit_id


def material(name, provider=U1, years=(), medium="扫描件", indicator="河长制"):
    return Material(indicator=indicator, name=name, requirement="", years=years, provider=provider, medium=medium)


CAMPAIGN = replace(
    BASE,
    materials=(
        material("河长名单"),
        material("巡河记录", years=(2020, 2021)),
        material("工作方案文本"),
        material("监测年报", U2, indicator="水环境质量"),
        material("规划文本图集", U2, medium="纸质盖章件", indicator="水环境质量"),
    ),
)


def arrival(name, unit, verdict=ArrivalVerdict.SUPPORTING):
    item = Arrival(file=name, name=name, sha256=name, size=1, kind=FileKind.PDF, received=AS_OF)
    return ArrivalLine(arrival=item, verdict=verdict, unit_id=unit, evidence="按文件名")


def row(key, unit, **raw):
    place = Place(file="附件3.xlsx", sheet="附件3", row=5, column=1)
    canonical = {"是": "yes", "否": "no"}
    answers = {
        name: Answer(field=name, kind="text", raw=text, value=canonical.get(text, text), place=place)
        for name, text in raw.items()
    }
    record = Record(form="annex3", key=key, place=place, rows=(5,), answers=answers)
    return MergedRow(unit_id=unit, form="annex3", record=record, version=1, arrival=arrival("附件3.xlsx", unit).arrival)


def registered(rows=(), arrivals=()):
    outcome = Outcome(campaign=CAMPAIGN, as_of=AS_OF, arrivals=tuple(arrivals), merged={"annex3": tuple(rows)})
    return openpyxl.load_workbook(io.BytesIO(write_register(outcome, CAMPAIGN)))


def listed(sheet):
    heads = [cell.value for cell in sheet[3]]
    return [dict(zip(heads, (cell.value for cell in line), strict=True)) for line in sheet.iter_rows(min_row=4)]


def test_catalogue_order_and_everything_missing_when_nothing_came():
    book = registered()
    lines = listed(book["档案目录"])
    assert [line["资料名称"] for line in lines] == ["河长名单", "巡河记录", "工作方案文本", "监测年报", "规划文本图集"]
    assert {line["状态"] for line in lines} == {"■缺件"}
    assert [line["提供单位"] for line in listed(book["缺件清单"])] == [BASE.unit_name(U1)] * 3 + [
        BASE.unit_name(U2)
    ] * 2
    assert book["档案目录"]["A2"].value.startswith("应有资料 5 件：●已齐 0 件，▲待核 0 件，■缺件 5 件")


def test_a_material_is_complete_only_with_its_years_and_its_file():
    rows = [
        row("河长制／河长名单", U1, provided="是", file_ref="河长名单2022.pdf", copies="2"),
        row("河长制／巡河记录", U1, provided="是", file_ref="x", years="2020"),
        row("河长制／工作方案文本", U1, provided="否"),
        row("水环境质量／监测年报", U2, provided="是"),
        row("水环境质量／规划文本图集", U2, provided="是"),
    ]
    lines = listed(registered(rows, [arrival("河长名单2022.pdf", U1)])["档案目录"])
    assert [(line["状态"], line["缺什么"]) for line in lines] == [
        ("●已齐", None),
        ("■缺件", "缺2021年；附件3填已提供，未见文件"),
        ("■缺件", "单位填“否”"),
        ("▲待核", "附件3填已提供，未见文件"),
        ("▲待核", "纸质件，请核对实物"),
    ]
    assert lines[0]["归档文件"] == "河长名单2022.pdf"
    assert lines[0]["归档依据"] == "附件3所填文件名"
    assert lines[0]["份数"] == "2"


def test_a_file_is_filed_only_under_its_own_unit_and_the_rest_is_listed_for_the_clerk():
    came = [
        arrival("（盖章）工作方案文本.pdf", U1),
        arrival("监测年报.pdf", U1),
        arrival("照片.jpg", U2),
        arrival("河长名单.pdf", U1, ArrivalVerdict.DUPLICATE),
    ]
    book = registered([], came)
    lines = {line["资料名称"]: line for line in listed(book["档案目录"])}
    assert lines["工作方案文本"]["状态"] == "▲待核"
    assert lines["工作方案文本"]["缺什么"] == "有文件，附件3未填"
    assert lines["工作方案文本"]["归档依据"] == "文件名含资料名称"
    assert lines["监测年报"]["状态"] == "■缺件"
    assert lines["河长名单"]["归档文件"] is None
    assert sorted(line["文件"] for line in listed(book["未归类文件"])) == ["照片.jpg", "监测年报.pdf"]


def test_hostile_names_stay_text_and_the_bytes_are_the_same_each_time():
    came = [arrival("=HYPERLINK(1).pdf", U1), arrival("http://x.example\x01.pdf", U1)]
    outcome = Outcome(campaign=CAMPAIGN, as_of=AS_OF, arrivals=tuple(came))
    book = registered([], came)
    assert {cell.data_type for cell in book["未归类文件"]["C"][3:]} == {"s"}
    assert not [cell for line in book["未归类文件"].iter_rows() for cell in line if cell.hyperlink]
    assert write_register(outcome, CAMPAIGN) == write_register(
        replace(outcome, arrivals=tuple(reversed(came))), CAMPAIGN
    )
    assert book.custom_doc_props["eco_product"].value == "register"
