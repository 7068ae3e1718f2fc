"""The archive for the binders: files by indicator, safe names, a register in Word, nothing lost."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))
from test_sendback_archive import AS_OF, CAMPAIGN, U1, U2, arrival, row

from sishui_eco.cli import main
from sishui_eco.model.outcome import Outcome
from sishui_eco.outputs.binders import LONGEST_NAME, archive_files, free_path, safe_name
from sishui_eco.preparing import make_task

KEYS = {item.name: item.key for item in CAMPAIGN.materials}


def filed(*lines, rows=()):
    outcome = Outcome(campaign=CAMPAIGN, as_of=AS_OF, arrivals=lines, merged={"annex3": tuple(rows)})
    contents = {(line.arrival.file, line.arrival.member): line.arrival.name.encode() for line in lines}
    return archive_files(outcome, CAMPAIGN, contents)


def test_files_lie_by_indicator_and_material_in_catalogue_order_others_apart_by_unit():
    files = filed(arrival("监测年报.pdf", U2), arrival("河长名单2023.pdf", U1), arrival("说不清.pdf", U1))
    name = CAMPAIGN.units[0].name
    assert [path for path in files if not path.startswith("00_")] == [
        "01_河长制/01_河长名单/河长名单2023.pdf",
        "02_水环境质量/04_监测年报/监测年报.pdf",
        f"98_未归类文件/01_{name}/说不清.pdf",
    ]
    assert files["02_水环境质量/04_监测年报/监测年报.pdf"] == "监测年报.pdf".encode()


def test_sealed_copies_of_forms_lie_beside_the_forms_and_are_not_left_over():
    unit = CAMPAIGN.units[0]
    label = CAMPAIGN.form_by_key[unit.forms[-1]].label
    files = filed(
        arrival(f"{label}盖章件.pdf", U1),
        arrival("无项目说明（签字）.pdf", U1),
        arrival("盖章件.pdf", U1),
        arrival(f"{label}盖章件.png", ""),
        arrival(f"{label}说明.pdf", U1),
    )
    folder = f"01_{unit.name}"
    assert sorted(path for path in files if not path.startswith("00_")) == [
        f"98_未归类文件/00_单位不明/{label}盖章件.png",
        f"98_未归类文件/{folder}/盖章件.pdf",
        f"98_未归类文件/{folder}/{label}说明.pdf",
        f"99_报送表格/{folder}/无项目说明（签字）.pdf",
        f"99_报送表格/{folder}/{label}盖章件.pdf",
    ]


def test_two_files_of_one_name_both_stay():
    twice = arrival("河长名单.pdf", U1)
    again = replace(twice, arrival=replace(twice.arrival, member="A.zip"))
    other = replace(twice, arrival=replace(twice.arrival, member="b", name="河长名单.PDF"))
    paths = [path for path in filed(twice, again, other) if path.startswith("01_")]
    assert len({path.lower() for path in paths}) == 3
    assert "01_河长制/01_河长名单/河长名单(2).pdf" in paths


def test_the_word_register_says_what_is_there_what_is_missing_and_from_whom():
    files = filed(arrival("河长名单.pdf", U1), rows=[row(KEYS["河长名单"], U1, provided="是")])
    document = Document(io.BytesIO(files["00_档案目录.docx"]))
    register, missing = document.tables
    rows = [[cell.text for cell in line.cells] for line in register.rows]
    assert len(rows) == 1 + len(CAMPAIGN.materials)
    assert rows[1][1:3] == ["河长制", "河长名单"] and rows[1][4] == "1" and "已齐" in rows[1][5]
    lacking = [[cell.text for cell in line.cells] for line in missing.rows][1:]
    assert [line[3] for line in lacking] == ["巡河记录", "工作方案文本", "监测年报", "规划文本图集"]
    assert [line[1] for line in lacking] == [CAMPAIGN.unit_name(unit) for unit in (U1, U1, U2, U2)]
    assert any("共 4 件，涉及 2 个单位" in paragraph.text for paragraph in document.paragraphs)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../a.txt", "_.._a.txt"),
        ("..", "_"),
        ("CON.pdf", "_CON.pdf"),
        ("com1", "_com1"),
        ("a\u202efdp.exe", "a_fdp.exe"),
        ("水质: 2023?.pdf", "水质_ 2023_.pdf"),
        ("名单. ", "名单"),
    ],
)
def test_a_name_that_would_harm_is_made_safe(name, safe):
    assert safe_name(name) == safe


@given(st.lists(st.text(min_size=0, max_size=200), max_size=8))
def test_any_names_give_distinct_paths_that_stay_in_their_folder(names):
    taken: set[str] = set()
    paths = [free_path("甲", name, taken) for name in names]
    assert len({path.lower() for path in paths}) == len(paths)
    for path in paths:
        folder, _, name = path.partition("/")
        assert folder == "甲" and name and "/" not in name and "\\" not in name and name.strip(". ") != ""
        assert len(name.encode()) <= LONGEST_NAME + len("(9)")


def test_archive_writes_a_new_folder_and_never_into_a_full_one(tmp_path, capsys):
    made = make_task(tmp_path / "任务", sample=False)
    (made.task.inbox / "说明.pdf").write_bytes(b"%PDF-1.4\n%%EOF\n")
    target = tmp_path / "归档"
    command = ["归档", str(made.task.root), "--to", str(target), "--as-of", "2023-08-03", "--workers", "1"]
    assert main(command) in (0, 1)
    assert {path.name for path in target.iterdir()} >= {"00_档案目录.xlsx", "00_档案目录.docx"}
    before = sorted(target.rglob("*"))
    assert main(command) == 4 and sorted(target.rglob("*")) == before
    assert "不是空的" in capsys.readouterr().err
