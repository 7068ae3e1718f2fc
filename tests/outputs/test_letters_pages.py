"""The pages as LibreOffice prints them, measured in millimetres against GB/T 9704-2012."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from outcome_sample import sample_campaign, sample_outcome

from sishui_eco.outputs.letters import choose_letters, join_letters, write_circular, write_letter, write_notice
from sishui_eco.outputs.letters.blocks import Paragraph
from sishui_eco.outputs.letters.page import face_of
from sishui_eco.outputs.letters.writing import write_document

pdfplumber = pytest.importorskip("pdfplumber", reason="pdfplumber is not installed")
pytestmark = pytest.mark.skipif(
    not (shutil.which("soffice") and shutil.which("pdftoppm")), reason="LibreOffice or pdftoppm is not installed"
)

CAMPAIGN = sample_campaign()
OUTCOME = sample_outcome()
PLANS = {plan.unit_id: plan for plan in choose_letters(OUTCOME, CAMPAIGN)}
MM = 72 / 25.4
CHASING = [plan for plan in PLANS.values() if not plan.mend]


def documents() -> dict[str, bytes]:
    with_copies = replace(CAMPAIGN, parameters={**CAMPAIGN.parameters, "抄送单位": "县委办公室、县政府办公室"})
    chase = replace(PLANS["U05"], kind="chase")
    drawn = replace(PLANS["U05"], kind="urge", missing=(), seal=("annex4",), check=("annex2",))
    grid = write_document(
        [Paragraph(text="字" * 28 * 60)],
        face=face_of(CAMPAIGN),
        section="document",
        product="notice",
        title="格",
        moment=OUTCOME.as_of,
    )
    return {
        "letter": write_letter(chase, OUTCOME, CAMPAIGN),
        "plain": write_letter(chase, OUTCOME, CAMPAIGN, plain=True),
        "returned": write_letter(PLANS["U07"], OUTCOME, CAMPAIGN),
        "one": write_letter(replace(PLANS["U07"], findings=PLANS["U07"].findings[:1]), OUTCOME, CAMPAIGN),
        "tight": write_letter(replace(PLANS["U05"], kind="urge"), OUTCOME, with_copies),
        "drawn": write_letter(drawn, OUTCOME, CAMPAIGN),
        "copies": write_letter(PLANS["U07"], OUTCOME, with_copies),
        "joined": join_letters([write_letter(PLANS[unit], OUTCOME, CAMPAIGN) for unit in ("U05", "U07", "U10")]),
        "circular": write_circular(OUTCOME, CAMPAIGN),
        "notice": write_notice(CAMPAIGN),
        "grid": grid,
        **{f"chasing_{plan.unit_id}": write_letter(plan, OUTCOME, CAMPAIGN) for plan in CHASING},
    }


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Print all documents once; return name -> list of pages (pdfplumber) and the folder."""
    folder = tmp_path_factory.mktemp("letters")
    made = documents()
    for name, content in made.items():
        (folder / f"{name}.docx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run(
        [*command, *(str(folder / f"{name}.docx") for name in made)], check=True, capture_output=True, timeout=120
    )
    opened = {name: pdfplumber.open(folder / f"{name}.pdf") for name in made}
    yield {name: pdf.pages for name, pdf in opened.items()} | {"": folder}
    for pdf in opened.values():
        pdf.close()


def lines_of(page) -> list[tuple[str, float, float, float]]:
    """Return (text, top, left, right) of each line in millimetres, from the top."""
    rows: dict[int, list] = {}
    for char in page.chars:
        if char["text"].strip():
            rows.setdefault(round(char["top"]), []).append(char)
    found = []
    for top in sorted(rows):
        chars = sorted(rows[top], key=lambda char: char["x0"])
        text = "".join(char["text"] for char in chars)
        found.append((text, top / MM, chars[0]["x0"] / MM, chars[-1]["x1"] / MM))
    return found


def line(page, start: str) -> tuple[str, float, float, float]:
    return next(item for item in lines_of(page) if item[0].startswith(start))


def red_bands(folder: Path, name: str) -> list[tuple[float, float, float, float]]:
    """Return (top, bottom, left, right) in millimetres of each band of red on the first page."""
    target = folder / f"{name}_red"
    command = ["pdftoppm", "-r", "254", "-f", "1", "-l", "1", "-singlefile", str(folder / f"{name}.pdf"), str(target)]
    subprocess.run(command, check=True, timeout=60)
    data = target.with_suffix(".ppm").read_bytes()
    _, size, _, pixels = data.split(b"\n", 3)
    across, down = (int(number) for number in size.split())
    image = numpy.frombuffer(pixels, dtype=numpy.uint8).reshape(down, across, 3)
    red = (image[:, :, 0] > 150) & (image[:, :, 1] < 120)
    rows = numpy.flatnonzero(red.any(axis=1))
    bands = numpy.split(rows, numpy.flatnonzero(numpy.diff(rows) > 1) + 1) if rows.size else []
    found = []
    for band in bands:
        columns = numpy.flatnonzero(red[band].any(axis=0))
        found.append((band[0] / 10, (band[-1] + 1) / 10, columns[0] / 10, (columns[-1] + 1) / 10))
    return found


def near(value: float, wanted: float, within: float = 1.0) -> bool:
    return abs(value - wanted) <= within


def test_a_page_holds_22_lines_of_28_characters_in_the_type_area(pages):
    page = pages["grid"][1]
    body = [item for item in lines_of(page) if item[0].startswith("字")]
    assert len(body) == 22
    assert {len(item[0]) for item in body} == {28}
    assert all(near(item[2], 28, 0.5) and near(item[3], 184, 0.7) for item in body)
    assert near(body[0][1], 37 + 2.3) and near(body[-1][1] - body[0][1], 21 * 225 / 22, 0.5)


def test_head_and_double_lines_of_a_letter(pages):
    head, thick, thin, low_thin, low_thick = red_bands(pages[""], "letter")
    assert near(head[0], 30)
    assert near(thick[0] - head[1], 4)
    assert thick[1] - thick[0] > thin[1] - thin[0], "the upper line is the thick one"
    assert low_thin[1] - low_thin[0] < low_thick[1] - low_thick[0], "the lower line is the thick one"
    assert near(297 - low_thick[1], 20)
    for rule in (thick, thin, low_thin, low_thick):
        assert near(rule[3] - rule[2], 170) and near((rule[2] + rule[3]) / 2, 105)


def test_number_title_addressee_and_body_of_a_letter(pages):
    page = pages["letter"][0]
    thin = red_bands(pages[""], "letter")[2]
    number = line(page, "____")
    assert near(number[3], 184) and near(number[1] + 0.8 - thin[1], 4.94)  # 7/8 of a character below the line
    titles = [char for char in page.chars if near(char["size"], 22, 0.2)]
    assert near((min(c["x0"] for c in titles) + max(c["x1"] for c in titles)) / 2 / MM, 106)
    assert near(line(page, "县工业和信息化局：")[2], 28)
    assert near(line(page, "根据《")[2], 28 + 2 * 5.56)


def test_title_addressee_and_body_stand_as_many_lines_apart_as_the_standard_says(pages):
    lines = lines_of(pages["returned"][0])
    first = next(at for at, item in enumerate(lines) if item[0].startswith("____"))
    sizes = (16, 22, 22, 16, 16)
    number, title, title_end, addressee, body = (
        item[1] + size / MM / 2 for item, size in zip(lines[first : first + 5], sizes, strict=True)
    )
    pitch, title_pitch = 28.95 / MM, 32 / MM
    assert near(title - number, pitch / 2 + 2 * pitch + title_pitch / 2)  # two empty lines
    assert near(title_end - title, title_pitch, 0.3)
    assert near(addressee - title_end, title_pitch / 2 + pitch + pitch / 2)  # one empty line
    assert near(body - addressee, pitch, 0.3)


def test_the_first_page_of_a_letter_has_no_number_the_second_has(pages):
    first, second = pages["returned"][:2]
    assert not [item for item in lines_of(first) if item[0] == "—1—"]
    number = line(second, "—2—")
    assert near(number[2], 28 + 4.94)  # even: one character from the left
    assert near(number[1] + 2.5, 262 + 7)


def test_numbers_of_the_ordinary_form_change_sides(pages):
    odd, even = line(pages["circular"][0], "—1—"), line(pages["circular"][1], "—2—")
    assert near(odd[3], 184 - 4.94) and near(even[2], 28 + 4.94)


def test_head_and_line_of_the_ordinary_form(pages):
    head, rule = red_bands(pages[""], "circular")
    assert near(head[0], 37 + 35)
    assert near(rule[2], 28, 0.5) and near(rule[3], 184, 0.5)
    number = line(pages["circular"][0], "____")
    assert near((number[2] + number[3]) / 2, 106, 1.5)
    assert near(rule[0] - (number[1] + 6.1), 4)


def test_preprinted_paper_stays_free_of_red_and_the_text_stands_as_on_red(pages):
    assert red_bands(pages[""], "plain") == []
    assert CAMPAIGN.office.issuer not in lines_of(pages["plain"][0])[0][0]
    for start in ("____", "关于", "县工业和信息化局："):
        assert near(line(pages["plain"][0], start)[1], line(pages["letter"][0], start)[1])


def test_date_stands_under_the_signature(pages):
    page = pages["letter"][0]
    name = [item for item in lines_of(page) if item[0] == CAMPAIGN.office.signature][-1]
    dated = line(page, "2023年8月7日")
    assert dated[1] > name[1]
    assert near((name[2] + name[3]) / 2, (dated[2] + dated[3]) / 2, 6)


def test_a_simple_chasing_letter_is_one_page(pages):
    assert len(CHASING) > 5
    assert {plan.unit_id: len(pages[f"chasing_{plan.unit_id}"]) for plan in CHASING} == {
        plan.unit_id: 1 for plan in CHASING
    }


def test_a_correction_of_one_fault_is_one_page(pages):
    assert len(pages["one"]) == 1


def test_a_letter_that_just_does_not_fit_is_set_closer_or_its_last_line_drawn_in(pages):
    for name in ("tight", "drawn"):
        assert len(pages[name]) == 1, name
        assert all(top + 5.6 < 262.5 for _, top, *_ in lines_of(pages[name][0])), name
    assert any(text.endswith("特此函达。") and len(text) > 5 for text, *_ in lines_of(pages["drawn"][0]))


def test_copies_stand_at_the_foot_of_the_last_page(pages):
    last = pages["copies"][-1]
    text, top, left, _ = line(last, "抄送：县委办公室、县政府办公室。")
    assert near(left, 28 + 4.94) and near(top + 4.94 + 2.6, 262, 1.5), text
    assert line(last, "（联系人")[1] < top - 20


def test_joined_letters_begin_new_pages_with_their_own_head_and_numbers(pages):
    heads = [
        at
        for at, page in enumerate(pages["joined"])
        if any(item[0] == CAMPAIGN.office.issuer and item[1] < 40 for item in lines_of(page))
    ]
    assert heads == [0, 1, 3]
    numbers = [[item[0] for item in lines_of(page) if item[0].startswith("—")] for page in pages["joined"]]
    assert numbers == [[], [], ["—2—"], [], ["—2—"]]


def test_rosters_take_one_page_and_nothing_runs_out_of_the_type_area(pages):
    assert len(pages["notice"]) == 4 and len(pages["circular"]) == 4
    for name in ("letter", "returned", "joined", "circular", "notice"):
        for page in pages[name]:
            for text, top, left, right in lines_of(page):
                if text != CAMPAIGN.office.issuer and not text.startswith("—"):
                    assert left > 27.5 and right < 184 + 5.8, text  # LibreOffice hangs a closing mark
                    assert top + 5.6 < 262.5, text


def test_no_signature_stands_alone_on_a_page(pages):
    for name in ("returned", "circular", "notice"):
        for page in pages[name]:
            texts = [item[0] for item in lines_of(page)]
            if CAMPAIGN.office.signature in texts and texts[0] != CAMPAIGN.office.issuer:
                assert texts.index(CAMPAIGN.office.signature) > 0
