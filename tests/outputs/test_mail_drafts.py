"""Mail drafts: read back with the standard library, as a mail program would."""

from __future__ import annotations

import email
import email.policy
import re
import sys
from dataclasses import replace
from email.header import decode_header, make_header
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from outcome_sample import sample_campaign, sample_outcome

from sishui_eco.outputs.letters import choose_letters
from sishui_eco.outputs.mail import Attachment, encoded_words, write_mail_draft

CAMPAIGN = sample_campaign()
OUTCOME = sample_outcome()
PLAN = next(plan for plan in choose_letters(OUTCOME, CAMPAIGN) if plan.unit_id == "U12")
LETTER_NAME = "12_县水利事业发展中心_退改函.docx"
SENDBACKS = [
    Attachment(
        name="12_县水利事业发展中心_附件2_退改表 (1).xlsx",
        content=b"PK\x03\x04 a",
        told="原文件为旧版表格，已誊入新的空白表。",
    ),
    Attachment(name="附件3.xls", content=b"\xd0\xcf\x11\xe0"),
]


def draft(**changes) -> bytes:
    plan = replace(PLAN, **changes)
    return write_mail_draft(plan, b"PK\x03\x04 letter", LETTER_NAME, SENDBACKS, CAMPAIGN, OUTCOME.as_of)


def parsed():
    return email.message_from_bytes(draft(), policy=email.policy.default)


def test_it_opens_as_a_draft_without_addressee():
    message = parsed()
    assert message["X-Unsent"] == "1"
    assert not message["To"] and message["From"] is None
    assert message["Subject"].startswith("退改函：关于退回修改") and "县水利事业发展中心" in message["Subject"]
    assert message["Date"] == "Mon, 07 Aug 2023 09:30:00 +0800"


def test_text_says_what_and_by_when():
    text = parsed().get_body().get_content().replace("\r\n", "\n")
    assert text.startswith("县水利事业发展中心：")
    assert "须修改或核实：附件2。" in text and "2023年8月10日17时30分前" in text
    assert "1. 12_县水利事业发展中心_退改函.docx\n2. " in text and "\n3. 附件3.xls\n" in text


def test_what_the_unit_is_told_of_a_copy_stands_below_its_name():
    text = parsed().get_body().get_content().replace("\r\n", "\n")
    assert "\n2. 12_县水利事业发展中心_附件2_退改表 (1).xlsx\n   原文件为旧版表格，已誊入新的空白表。\n" in text


def test_attachments_come_out_whole_with_their_names():
    found = {part.get_filename(): part.get_content() for part in parsed().iter_attachments()}
    assert found == {LETTER_NAME: b"PK\x03\x04 letter", **{item.name: item.content for item in SENDBACKS}}


def test_names_are_told_both_ways_for_old_and_new_mail_programs():
    names = [LETTER_NAME, *(item.name for item in SENDBACKS)]
    old = []
    for raw in re.findall(rb'\r\n name="(.*?)"\r\n', draft(), re.DOTALL):
        old.append(str(make_header(decode_header(raw.decode("ascii")))))
    assert old == names
    assert draft().count(b"filename*=UTF-8''") == 3


def test_lines_are_ascii_crlf_and_not_too_long():
    content = draft()
    assert content.isascii() and b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) < 998
    header = content.split(b"\r\n\r\n")[0]
    assert max(len(line) for line in header.split(b"\r\n")) <= 78


def test_same_draft_same_bytes_other_draft_other_identity():
    assert draft() == draft()
    first, second = (
        email.message_from_bytes(item)["Message-ID"] for item in (draft(), draft(heading="关于另一事项的函"))
    )
    assert first != second


def test_encoded_words_do_not_cut_a_character():
    text = "𠮷野家" * 30
    for word in encoded_words(text).split("\r\n "):
        assert len(word) <= 75
        assert "\ufffd" not in str(make_header(decode_header(word)))
    assert str(make_header(decode_header(encoded_words(text)))) == text


def test_a_header_cannot_be_broken_by_a_line_break():
    assert "\n" not in encoded_words("a\r\nBcc: b@example.invalid")
