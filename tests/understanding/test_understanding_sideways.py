"""Tables beside one another, tables lying on their side, classes given by the rows between the records."""

from __future__ import annotations

from drawing import codes, one, take

BESIDE = """附件4 重点工程项目提报表
填报单位|县住房城乡建设局
序号|工程类别|项目名称|起止年限|总投资||序号|工程类别|项目名称|起止年限|总投资
1|生态生活|甲片区管网工程|2023-2025|1200||3|生态安全|丙片区造林工程|2023-2025|300
2|生态生活|乙片区管网工程|2023-2024|200||4|生态安全|丁片区造林工程|2024-2025|500"""

SIDEWAYS = """附件4 重点工程项目提报表
填报单位|县住房城乡建设局
项目名称|甲片区管网工程|乙片区造林工程|丙企业技改工程
工程类别|生态生活|生态安全|生态经济
建设规模及主要内容|管网12公里|造林200亩|技改1项
起止年限|2023-2025|2023-2024|2024-2025
总投资|1200||500
支撑指标|城镇污水处理率|林草覆盖率|单位地区生产总值能耗"""


def test_two_tables_beside_one_another_are_both_read_and_neither_calls_the_other_stray() -> None:
    understood = take(BESIDE)
    found = {record.key: record.value("investment") for record in one(understood).records}
    assert found == {
        "甲片区管网工程": "1200",
        "乙片区管网工程": "200",
        "丙片区造林工程": "300",
        "丁片区造林工程": "500",
    }
    assert "I304" not in codes(understood)


def test_what_stands_beside_a_table_under_no_heading_is_still_told() -> None:
    understood = take(BESIDE.replace("|300\n", "|300|手写补充\n"))
    assert "I304" in codes(understood)


def test_a_table_lying_on_its_side_has_a_record_a_column() -> None:
    submission = one(take(SIDEWAYS))
    found = [(record.key, record.value("investment"), record.raw("category")) for record in submission.records]
    assert found == [
        ("甲片区管网工程", "1200", "生态生活"),
        ("乙片区造林工程", "", "生态安全"),
        ("丙企业技改工程", "500", "生态经济"),
    ]
    assert [record.answers["project"].place.cell for record in submission.records] == ["B3", "C3", "D3"]


def test_a_remark_beside_a_single_card_makes_no_second_record() -> None:
    card = "\n".join(
        line.split("|")[0] + "|" + line.split("|")[1] + ("|（盖章）" if "项目名称" in line else "")
        for line in SIDEWAYS.splitlines()[2:]
    )
    head = "\n".join(SIDEWAYS.splitlines()[:2])
    assert [record.key for record in one(take(f"{head}\n{card}")).records] == ["甲片区管网工程"]


def test_a_class_given_by_a_section_row_alone_is_not_guessed_but_told() -> None:
    understood = take("""附件4 重点工程项目提报表
填报单位|县住房城乡建设局
序号|项目名称|建设规模及主要内容|起止年限|总投资|支撑指标
一、生态生活类
1|甲片区管网工程|管网12公里|2023-2025|1200|城镇污水处理率
二、生态安全类
1|乙片区造林工程|造林200亩|2023-2024|300|林草覆盖率""")
    assert [record.raw("category") for record in one(understood).records] == ["", ""]
    missing = [item.field for item in one(understood).findings if item.code == "I201"]
    assert "category" in missing
