"""Letters written are not letters sent: what the ledger is told, and what follows from it."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from outcome_sample import sample_campaign, sample_outcome

from sishui_eco.cli import main
from sishui_eco.ledger import open_ledger
from sishui_eco.outputs.compose import compose_letters
from sishui_eco.outputs.letters import Correspondence, choose_joint_letters, choose_letters
from sishui_eco.outputs.letters.outgoing import read_outgoing, sent_event, sent_letters
from sishui_eco.outputs.mail import Attachment
from sishui_eco.preparing import make_task
from sishui_eco.spec.settings import load_settings

CAMPAIGN = sample_campaign()
OUTCOME = sample_outcome()
OUTPUTS = compose_letters(OUTCOME, CAMPAIGN, {})
COPY = Attachment(name="退改.xlsx", content=b"data of one unit")


def test_the_list_names_every_letter_that_was_written():
    listed = read_outgoing(OUTPUTS["发函清单.csv"])
    written = {name.removeprefix("函件/") for name in OUTPUTS if name.startswith("函件/")}
    assert {item.file for item in listed} == written and len(listed) == len(written)
    assert {item.written for item in listed} == {date(2023, 8, 7)}
    kinds = {(plan.unit_ids, plan.kind) for plan in choose_letters(OUTCOME, CAMPAIGN)}
    assert {(item.unit_ids, item.kind) for item in listed if len(item.unit_ids) == 1} == kinds


def test_joint_letters_lie_with_the_others_and_take_no_unit_s_marked_copy_along():
    plans = choose_joint_letters(OUTCOME, CAMPAIGN)
    names = [name for name in OUTPUTS if name.startswith("函件/会商")]
    assert plans and len(names) == len(plans)
    outputs = compose_letters(OUTCOME, CAMPAIGN, {plan.unit_id: [COPY] for plan in plans})
    mails = [name for name in outputs if name.startswith("邮件草稿/会商")]
    assert len(mails) == len(plans)
    for name in mails:
        assert b"spreadsheetml" not in outputs[name] and b"wordprocessingml" in outputs[name]


def test_every_unit_of_every_letter_has_a_text_short_enough_for_a_telephone():
    lines = [line.split("\t") for line in OUTPUTS["短信.txt"].decode("utf-8-sig").splitlines()]
    listed = read_outgoing(OUTPUTS["发函清单.csv"])
    addressees = [CAMPAIGN.unit_name(unit) for item in listed for unit in item.unit_ids]
    assert [unit for unit, _ in lines] == addressees
    assert all(text.startswith(f"{unit}：") and len(text) <= 70 for unit, text in lines)
    assert "县农业农村局：与县水利事业发展中心所报数据有1处须会商确定" in lines[-1][1]


def test_a_reminder_is_not_written_before_its_day():
    standings = tuple(replace(item, days_overdue=0) for item in OUTCOME.standings)

    def reminders(day: int) -> list[str]:
        outcome = replace(OUTCOME, as_of=datetime(2023, 7, day, 9, 0), standings=standings)
        return [name for name in compose_letters(outcome, CAMPAIGN, {}) if name.endswith("_提醒函.docx")]

    assert not reminders(25) and reminders(26)


def test_a_second_chase_follows_from_a_letter_sent_not_from_one_written():
    standings = tuple(replace(item, days_overdue=min(2, item.days_overdue)) for item in OUTCOME.standings)
    soon = replace(OUTCOME, as_of=datetime(2023, 8, 2, 23, 59), standings=standings)
    first = compose_letters(soon, CAMPAIGN, {})
    chased = next(plan for plan in choose_letters(soon, CAMPAIGN) if plan.kind == "chase")
    listed = next(item for item in read_outgoing(first["发函清单.csv"]) if item.unit_ids == (chased.unit_id,))
    _, subject, payload = sent_event(listed, date(2023, 8, 2), "someone")
    assert subject == f"{chased.unit_id}|2023-08-02|chase"
    office = Correspondence(sent=sent_letters([payload]))
    assert office.sent == {chased.unit_id: [("chase", date(2023, 8, 2))]}
    later = replace(soon, as_of=datetime(2023, 8, 3, 23, 59))
    again = compose_letters(later, CAMPAIGN, {}, office)
    unsent = compose_letters(later, CAMPAIGN, {})
    assert any(f"_{CAMPAIGN.unit_name(chased.unit_id)}_督办函" in name for name in again)
    assert not any(f"_{CAMPAIGN.unit_name(chased.unit_id)}_督办函" in name for name in unsent)


@pytest.fixture
def task(tmp_path, monkeypatch):
    made = make_task(tmp_path / "任务", sample=False)
    name = "发函清单.csv"
    folder = made.task.results / "2023-08-07_催办"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(OUTPUTS[name])
    return made.task


def sent(task, *arguments: str) -> int:
    return main(["已发", str(task.root), "--as-of", "2023-08-08", *arguments])


def recorded(task) -> list[tuple[str, str]]:
    with open_ledger(task.ledger) as ledger:
        return [(event.subject, str(event.payload["sent"])) for event in ledger.events("sent")]


def test_one_unit_then_all_and_no_letter_twice(task, capsys):
    units = {unit.name for unit in load_settings(task.settings).units}
    listed = [item for item in read_outgoing(OUTPUTS["发函清单.csv"]) if item.names in units]
    assert sent(task, "--unit", listed[0].names) == 0
    assert len(recorded(task)) == 1 and recorded(task)[0][1] == "2023-08-08"
    assert sent(task, "--all") == 0 and sent(task, "--all") == 0
    total = len(read_outgoing(OUTPUTS["发函清单.csv"]))
    assert len(recorded(task)) == total == len(set(recorded(task)))
    assert f"{total} 份为已发（其中新登记 0 份）" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "recorded_units"),
    [("全部", 99), ("全部\r", 99), ("县工业和信息化局、大黄沟乡人民政府", 2), ("县工业和信息化局", 1), ("", 0)],
)
def test_the_button_shows_the_letters_and_asks_which_went_out(task, capsys, monkeypatch, answer, recorded_units):
    monkeypatch.setattr("builtins.input", lambda question: print(question) or answer)
    assert sent(task, "--ask") == 0
    listed = read_outgoing(OUTPUTS["发函清单.csv"])
    out = capsys.readouterr().out
    assert not [item for item in listed if item.file not in out] and "哪些已经发出？" in out
    assert len({item for item in recorded(task)}) == min(recorded_units, len(listed))
    assert ("没有登记。" in out) is (recorded_units == 0)


def test_a_window_without_a_keyboard_records_nothing(task, monkeypatch):
    def closed(question: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", closed)
    assert sent(task, "--ask") == 0 and recorded(task) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--unit", "没有这个局"), "单位名录里没有“没有这个局”"),
        (("--all", "--as-of", "2023-08-01"), "还没有写出的函件"),
    ],
)
def test_what_cannot_be_recorded_is_told_and_nothing_is(task, capsys, arguments, told):
    assert sent(task, *arguments) not in (0, 1)
    assert told in capsys.readouterr().err
    assert recorded(task) == []


def test_whom_must_be_said(task):
    with pytest.raises(SystemExit) as left:
        sent(task)
    assert left.value.code == 2


def test_a_list_that_was_changed_is_told(task, capsys):
    path = next(task.results.rglob("发函清单.csv"))
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    assert sent(task, "--all") == 4
    assert "被改动过" in capsys.readouterr().err


def test_init_lays_templates_and_a_broken_one_stops_before_anything_is_written(task, capsys):
    assert {path.name for path in task.templates.iterdir()} >= {"催报函.docx", "情况通报.docx", "说明.txt"}
    (task.templates / "催报函.docx").write_bytes(b"no document")
    (task.inbox / "x.txt").write_text("x", encoding="utf-8")
    assert main(["collect", str(task.root), "--as-of", datetime(2023, 8, 8).date().isoformat()]) == 3
    assert "“催报函.docx”全文：不是 Word 文档" in capsys.readouterr().err
    assert not (task.results / "最新").exists()
