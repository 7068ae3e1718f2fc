"""What `doctor` tells a clerk of any sort of file: what it is, what was seen, and why it was read or refused."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from sishui_eco.doctor import Look, examine_file, look_closely, print_examination
from sishui_eco.model.arrival import FileKind
from sishui_eco.spec.settings import default_campaign
from sishui_eco.zh import load_table
from tests.compound_files import compound
from tests.corpora import CORPORA
from tests.robustness.hostile_parts import GOOD_ROWS, attached, book, document
from tests.robustness.seeds import sample_files

MOMENT = datetime(2023, 7, 20, 9, 0)
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF"


def zipped(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return target.getvalue()


def told(folder: Path, name: str, content: bytes, capsys: pytest.CaptureFixture[str]) -> str:
    path = folder / name
    path.write_bytes(content)
    print_examination(examine_file(path, None, MOMENT))
    return capsys.readouterr().out


FILES: dict[str, tuple[bytes, tuple[str, ...]]] = {
    "附件4.xlsx": (book(GOOD_ROWS), ("是什么：Excel 工作簿", "结论：", "个有内容的单元格")),
    "附件4.xls": (book(GOOD_ROWS), ("后缀是 .xls，与内容不符", "是什么：Excel 工作簿")),
    "附件4": (book(GOOD_ROWS), ("后缀是 空的，与内容不符",)),
    "说明.docx": (document("<w:p><w:r><w:t>无重点工程项目提报</w:t></w:r></w:p>"), ("是什么：Word 文档", "表“正文”")),
    "网页.xls": (b"<html><table><tr><td>1</td></tr></table></html>", ("是什么：网页", "与内容不符", "[R305]")),
    "文本.csv": ("单位,指标\n水利局,1\n".encode("gbk"), ("是什么：纯文本", "这种格式看不出：")),
    "半个.xlsx": (book(GOOD_ROWS)[:-60], ("结论：不能读入", "[R102]", "依据：")),
    "密码.xlsx": (compound({"EncryptedPackage": b"x"}), ("是什么：设有打开密码的 Office 文件", "[R101]")),
    "空.xlsx": (b"", ("是什么：空文件", "不能读入")),
    "~$附件4.xlsx": (b"x" * 165, ("是什么：临时文件或系统文件", "结论：")),
    "扫描.pdf": (b"%PDF-1.4\n", ("是什么：版式文件", "盖章件或支撑材料")),
    "照片.jpg": (PICTURE, ("是什么：图片", "盖章件或支撑材料")),
    "资料.zip": (zipped(a_xlsx=book(GOOD_ROWS), b_jpg=PICTURE), ("是什么：压缩包（zip）", "里面有 2 个文件", "里面的：a.xlsx", "里面的：b.jpg")),
    "坏.zip": (zipped(a_xlsx=book(GOOD_ROWS))[:200], ("是什么：压缩包（zip）", "结论：不能读入", "[A202]")),
    "来信.eml": (attached("县水利局附件4.xlsx".encode(), book(GOOD_ROWS)), ("是什么：邮件（eml）", "邮件：主题“", "里面的：县水利局附件4.xlsx")),
    "怪.bin": (bytes(range(256)) * 9, ("是什么：认不出的格式", "结论：")),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_doctor_says_what_a_file_is_and_what_became_of_it(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content, words = FILES[name]
    seen = told(tmp_path, name, content, capsys)
    for word in words:
        assert word in seen, seen
    assert f"文件：{name}（{len(content)} 字节）" in seen
    assert not re.search(r"Traceback|Error|None|[{}]", seen)


def test_doctor_of_a_good_return_names_unit_form_and_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name, content = next((name, data) for name, data in sample_files().items() if name.endswith("星村镇附件4.xlsx"))
    seen = told(tmp_path, Path(name).name, content, capsys)
    for word in ("哪个单位：星村镇人民政府", "附件4：", "条记录", "逐行归类"):
        assert word in seen


def test_every_kind_has_a_name_for_people() -> None:
    words = load_table("cli")["file_kind"]
    assert set(words) == {kind.value for kind in FileKind}
    assert all(re.search(r"[\u4e00-\u9fff]", item["name"]) for item in words.values())


@pytest.mark.skipif(not CORPORA.is_dir(), reason="the shared corpora are not beside the project")
def test_doctor_has_a_conclusion_for_every_leaf_of_real_files() -> None:
    paths = sorted(path for path in CORPORA.rglob("*") if path.is_file() and path.stat().st_size < 60_000)[::40]
    looks: list[Look] = []
    for path in paths:
        looks += look_closely((path.name, path.read_bytes(), MOMENT), default_campaign())
    assert len(looks) > 30
    for look in looks:
        refused = look.understood.verdict.value == "refused"
        assert look.understood.evidence or look.received.arrival.kind is FileKind.TEMPORARY
        assert not refused or (look.understood.code and look.understood.findings)
