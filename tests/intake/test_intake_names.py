"""Names in every encoding that packers and mail programs are known to write; all must come out right."""

from __future__ import annotations

import base64
import zlib
from urllib.parse import quote, quote_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sishui_eco.intake.mail_headers import attachment_name, header_text, parameters
from sishui_eco.intake.names import NAME_LENGTH, clean_name, clean_path, decode_bytes, zip_entry_name
from sishui_eco.intake.zip_directory import ZipEntry

N = "附件4 泗水县水利局.xlsx"  # the name meant by most rows
RARE = "张垚镕喆_附件2.xls"  # letters that GB2312 lacks
TRADITIONAL = "水利局報送資料.xls"


def b(text: str, encoding: str, label: str | None = None) -> bytes:
    return b"=?%s?B?%s?=" % ((label or encoding).encode(), base64.b64encode(text.encode(encoding)))


def q(text: str, encoding: str, label: str | None = None) -> bytes:
    coded = "".join(f"={byte:02X}" for byte in text.encode(encoding))
    return f"=?{label or encoding}?Q?{coded}?=".encode()


def split_b(text: str, encoding: str, *cuts: int, label: str | None = None, glue: bytes = b"\r\n ") -> bytes:
    """Encoded words whose bytes are cut anywhere, also inside a character."""
    raw, words, start = text.encode(encoding), [], 0
    for cut in (*cuts, len(raw)):
        words.append(b"=?%s?B?%s?=" % ((label or encoding).encode(), base64.b64encode(raw[start:cut])))
        start = cut
    return glue.join(words)


def split_base64_text(text: str, encoding: str, cut: int) -> bytes:
    """One base64 text cut without regard to groups of four."""
    coded = base64.b64encode(text.encode(encoding)).decode()
    return f"=?{encoding}?B?{coded[:cut]}?=\r\n =?{encoding}?B?{coded[cut:]}?=".encode()


def pct(text: str, encoding: str) -> bytes:
    return quote_from_bytes(text.encode(encoding), safe="").encode()


D = b'attachment; filename="%s"'
U = b"attachment; filename=%s"
MAIL_NAMES: list[tuple[str, bytes, bytes, str]] = [
    # label, Content-Disposition, Content-Type, name meant
    ("plain ascii", D % b"annex4.xlsx", b"", "annex4.xlsx"),
    ("rfc2231 utf-8", b"attachment; filename*=UTF-8''" + pct(N, "utf-8"), b"", N),
    ("rfc2231 utf-8 with language", b"attachment; filename*=utf-8'zh-cn'" + pct(N, "utf-8"), b"", N),
    ("rfc2231 gb18030", b"attachment; filename*=gb18030''" + pct(N, "gb18030"), b"", N),
    ("rfc2231 gbk", b"attachment; filename*=GBK''" + pct(RARE, "gb18030"), b"", RARE),
    ("rfc2231 labelled gb2312 holding gbk", b"attachment; filename*=gb2312''" + pct(RARE, "gb18030"), b"", RARE),
    ("rfc2231 without charset", b"attachment; filename*=''" + pct(N, "utf-8"), b"", N),
    ("rfc2231 without charset gbk", b"attachment; filename*=''" + pct(N, "gbk"), b"", N),
    ("rfc2231 without the quotes", b"attachment; filename*=" + pct(N, "utf-8"), b"", N),
    ("rfc2231 in double quotes", b"attachment; filename*=\"UTF-8''" + pct(N, "utf-8") + b'"', b"", N),
    ("rfc2231 wrongly labelled utf-8", b"attachment; filename*=utf-8''" + pct(N, "gbk"), b"", N),
    ("rfc2231 wrongly labelled latin", b"attachment; filename*=iso-8859-1''" + pct(N, "utf-8"), b"", N),
    ("rfc2231 with raw bytes", b"attachment; filename*=utf-8''" + N.encode(), b"", N),
    ("rfc2231 unknown charset", b"attachment; filename*=x-odd-9''" + pct(N, "gbk"), b"", N),
    (
        "rfc2231 continued",
        b"attachment;\r\n filename*0*=UTF-8''%E9%99%84%E4%BB%B6;\r\n filename*1*=4%20%E6%B3%97%E6%B0%B4%E5%8E%BF;"
        b"\r\n filename*2*=%E6%B0%B4%E5%88%A9%E5%B1%80.xlsx",
        b"",
        N,
    ),
    (
        "rfc2231 continued in wrong order and mixed",
        b"attachment; filename*2=.xlsx; filename*0*=UTF-8''%E9%99%84%E4%BB%B64; "
        b"filename*1*=%20%E6%B3%97%E6%B0%B4%E5%8E%BF%E6%B0%B4%E5%88%A9%E5%B1%80",
        b"",
        N,
    ),
    (
        "rfc2231 continued, charset in every part",
        b"attachment; filename*0*=UTF-8''%E9%99%84%E4%BB%B64%20; "
        b"filename*1*=UTF-8''%E6%B3%97%E6%B0%B4%E5%8E%BF%E6%B0%B4%E5%88%A9%E5%B1%80.xlsx",
        b"",
        N,
    ),
    (
        "rfc2231 continued, cut inside a character",
        b"attachment; filename*0*=UTF-8''%E9%99%84%E4%BB%B64%20%E6%B3; "
        b"filename*1*=%97%E6%B0%B4%E5%8E%BF%E6%B0%B4%E5%88%A9%E5%B1%80.xlsx",
        b"",
        N,
    ),
    ("continued plain", b'attachment; filename*0="annex-"; filename*1="4.xlsx"', b"", "annex-4.xlsx"),
    ("continued encoded word", b'attachment; filename*0="' + b(N, "utf-8")[:30] + b'"; filename*1="' + b(N, "utf-8")[30:] + b'"', b"", N),
    ("continued raw gbk", b'attachment; filename*0="' + N.encode("gbk")[:9] + b'"; filename*1="' + N.encode("gbk")[9:] + b'"', b"", N),
    ("rfc2047 b utf-8 in quotes", D % b(N, "utf-8"), b"", N),
    ("rfc2047 b utf-8 without quotes", U % b(N, "utf-8"), b"", N),
    ("rfc2047 lower case", D % b(N, "gbk").replace(b"?B?", b"?b?"), b"", N),
    ("rfc2047 q utf-8", D % q(N, "utf-8"), b"", N),
    ("rfc2047 q gb18030", D % q(N, "gb18030"), b"", N),
    ("rfc2047 q with underscore and plain letters", D % b"=?utf-8?Q?=E9=99=84=E4=BB=B64_ok.xlsx?=", b"", "附件4 ok.xlsx"),
    ("rfc2047 q with raw spaces", D % b"=?utf-8?Q?=E9=99=84=E4=BB=B6 4 ok.xlsx?=", b"", "附件 4 ok.xlsx"),
    ("rfc2047 b gb2312", D % b(N, "gbk", "gb2312"), b"", N),
    ("rfc2047 gb2312 holding gbk", D % b(RARE, "gbk", "gb2312"), b"", RARE),
    ("rfc2047 q gb2312 holding gb18030", D % q("㐂村_附件2.xls", "gb18030", "GB2312"), b"", "㐂村_附件2.xls"),
    ("rfc2047 x-gbk", D % b(N, "gbk", "x-gbk"), b"", N),
    ("rfc2047 cp936", D % b(N, "gbk", "cp936"), b"", N),
    ("rfc2047 ms936", D % b(N, "gbk", "ms936"), b"", N),
    ("rfc2047 euc-cn", D % b(N, "gbk", "euc-cn"), b"", N),
    ("rfc2047 gb_2312-80", D % b(N, "gbk", "gb_2312-80"), b"", N),
    ("rfc2047 unknown-8bit", D % b(N, "gbk", "unknown-8bit"), b"", N),
    ("rfc2047 default", D % b(N, "utf-8", "default"), b"", N),
    ("rfc2047 labelled latin holding gbk", D % b(N, "gbk", "iso-8859-1"), b"", N),
    ("rfc2047 labelled gb2312 holding utf-8", D % b(N, "utf-8", "gb2312"), b"", N),
    ("rfc2047 labelled utf-8 holding gbk", D % b(N, "gbk", "utf-8"), b"", N),
    ("rfc2047 with language", D % b(N, "utf-8", "utf-8*zh-cn"), b"", N),
    ("rfc2047 big5", D % b(TRADITIONAL, "big5"), b"", TRADITIONAL),
    ("rfc2047 folded", D % split_b(N, "utf-8", 6, 16), b"", N),
    ("rfc2047 split inside a character", D % split_b(N, "utf-8", 7, 17), b"", N),
    ("rfc2047 gbk split inside a character", D % split_b(N, "gbk", 3, 10, label="gb2312"), b"", N),
    ("rfc2047 words without space between", D % split_b(N, "utf-8", 7, glue=b""), b"", N),
    ("rfc2047 base64 text cut anywhere", D % split_base64_text(N, "utf-8", 13), b"", N),
    ("rfc2047 without padding", D % b(N + "x", "utf-8").replace(b"=?=", b"?=").replace(b"=?=", b"?="), b"", N + "x"),
    ("rfc2047 with spaces inside base64", D % b(N, "utf-8").replace(b"6", b"6 ", 1), b"", N),
    ("rfc2047 without end", D % b(N, "utf-8")[:-2], b"", N),
    ("rfc2047 with the ending outside", D % (b("附件4 泗水县水利局", "utf-8") + b".xlsx"), b"", N),
    ("rfc2047 encoded twice", D % b(b(N, "utf-8").decode(), "utf-8"), b"", N),
    ("rfc2047 of two charsets", D % (b("附件4 泗水县", "gbk") + b" " + b("水利局.xlsx", "utf-8")), b"", N),
    ("rfc2047 hz", D % b("附件4.xls", "hz", "hz-gb-2312"), b"", "附件4.xls"),
    ("raw gbk", D % N.encode("gbk"), b"", N),
    ("raw gbk rare letters", D % RARE.encode("gbk"), b"", RARE),
    ("raw utf-8", D % N.encode(), b"", N),
    ("raw gbk without quotes, with a space", U % N.encode("gbk"), b"", N),
    ("raw gbk ending in a backslash byte", D % "昞淺.xls乗".encode("gbk"), b"", "昞淺.xls乗"),
    ("raw gbk also valid utf-8: 水", D % "水.xls".encode("gbk"), b"", "水.xls"),
    ("raw gbk also valid utf-8: 鲁", D % "鲁.doc".encode("gbk"), b"", "鲁.doc"),
    ("raw big5", D % TRADITIONAL.encode("big5"), b"", TRADITIONAL),
    ("unquoted with a space", U % b"annex 4 final.xlsx", b"", "annex 4 final.xlsx"),
    ("unquoted with a semicolon", U % "附件4;终稿.xlsx".encode(), b"", "附件4;终稿.xlsx"),
    ("unquoted followed by size", U % (N.encode("gbk") + b"; size=123"), b"", N),
    ("quote never closed", b'attachment; filename="' + N.encode("gbk") + b"; size=1", b"", N),
    ("single quotes", b"attachment; filename='" + N.encode("gbk") + b"'", b"", N),
    ("percent-encoded utf-8", D % pct(N, "utf-8"), b"", N),
    ("percent-encoded gbk", D % pct(N, "gbk"), b"", N),
    ("percent sign that is meant", D % "完成98%20项.xlsx".encode(), b"", "完成98%20项.xlsx"),
    ("javascript escape", D % "".join(f"%u{ord(x):04X}" if ord(x) > 127 else x for x in N).encode(), b"", N),
    ("html entities", D % "".join(f"&#{ord(x)};" if ord(x) > 127 else x for x in N).encode(), b"", N),
    ("extended value in the plain key", U % (b"UTF-8''" + pct(N, "utf-8")), b"", N),
    ("utf-8 taken for latin and coded again", D % N.encode().decode("latin-1").encode(), b"", N),
    ("gbk taken for latin and coded again", D % N.encode("gbk").decode("latin-1").encode(), b"", N),
    ("only name in the content type", b"attachment", b'application/octet-stream; name="' + b(N, "gbk") + b'"', N),
    ("only name, raw gbk, unquoted", b"", b"application/vnd.ms-excel; name=" + N.encode("gbk"), N),
    ("name extended", b"", b"application/x; name*=GB18030''" + pct(N, "gb18030"), N),
    ("question marks give way", D % b"????.xlsx", b"application/x; name*=utf-8''" + pct(N, "utf-8"), N),
    ("both, extended wins", D % b"annex.xlsx" + b"; filename*=utf-8''" + pct(N, "utf-8"), b"", N),
    ("first of two equal keys", D % b(N, "utf-8") + b'; filename="other.xlsx"', b"", N),
    ("upper-case key", b"ATTACHMENT; FILENAME=" + b(N, "utf-8"), b"", N),
    ("space around the equals sign", b'attachment ; filename = "' + b(N, "utf-8") + b'" ; size=1', b"", N),
    ("path of an old browser", D % ("C:\\fakepath\\" + N).encode(), b"", N),
    ("path in gbk", D % ("D:\\资料\\" + N).encode("gbk"), b"", N),
    ("climbing path", D % b"../../../../etc/cron.d/x", b"", "x"),
    ("right-to-left override", D % "附件\u202exslx.exe".encode(), b"", "附件xslx.exe"),
    ("zero byte", D % b"annex4.xlsx\x00.exe", b"", "annex4.xlsx.exe"),
    ("raw utf-8 with an accented letter", D % "ciële.txt".encode(), b"", "ciële.txt"),
    ("no name at all", b"attachment", b"application/x", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("disposition", "kind", "meant"), [row[1:] for row in MAIL_NAMES], ids=[row[0] for row in MAIL_NAMES]
)
def test_attachment_name_comes_out_as_meant(disposition: bytes, kind: bytes, meant: str) -> None:
    assert attachment_name(disposition, kind) == meant


def zip_case(raw: bytes, flags: int = 0, extra: bytes = b"") -> str:
    entry = ZipEntry(raw_name=raw, flags=flags, method=0, checksum=0, packed=0, size=0, offset=0, extra=extra)
    return clean_path(zip_entry_name(entry))


def unicode_path(raw: bytes, name: str, good: bool = True) -> bytes:
    payload = b"\x01" + (zlib.crc32(raw) ^ (0 if good else 1)).to_bytes(4, "little") + name.encode()
    return b"\x55\x54\x01\x00\x00" + b"\x75\x70" + len(payload).to_bytes(2, "little") + payload


ZIP_NAMES: list[tuple[str, str, str]] = [
    ("gbk without flag", zip_case(N.encode("gbk")), N),
    ("utf-8 without flag", zip_case(N.encode()), N),
    ("utf-8 with flag", zip_case(N.encode(), 0x800), N),
    ("gbk under the utf-8 flag", zip_case(N.encode("gbk"), 0x800), N),
    ("unicode path field", zip_case(b"????4.xlsx", 0, unicode_path(b"????4.xlsx", N)), N),
    ("stale unicode path field", zip_case(N.encode("gbk"), 0, unicode_path(b"old", "旧名.xlsx", False)), N),
    ("single hanzi 水", zip_case("水.xls".encode("gbk")), "水.xls"),
    ("single hanzi 鲁", zip_case("鲁.doc".encode("gbk")), "鲁.doc"),
    ("water office", zip_case("水务局_附件4.xlsx".encode("gbk")), "水务局_附件4.xlsx"),
    ("rare letters", zip_case(RARE.encode("gb18030")), RARE),
    ("backslash trail byte", zip_case("昞乗/淺.xls".encode("gbk")), "昞乗/淺.xls"),
    ("backslash separators in gbk", zip_case("泗水县\\附件4.xlsx".encode("gbk")), "泗水县/附件4.xlsx"),
    ("traditional", zip_case(TRADITIONAL.encode("big5")), TRADITIONAL),
    ("decomposed letters of macOS", zip_case("re\u0301sume\u0301 附件.xlsx".encode()), "résumé 附件.xlsx"),
    ("packed again from cp437", zip_case(N.encode("gbk").decode("cp437").encode(), 0x800), N),
    ("packed again from gbk", zip_case("泗水县水利局.xlsx".encode().decode("gbk", "ignore").encode("gb18030")), "泗水县水利局.xlsx"),
    ("cut in the middle of a letter", zip_case("附件四泗水".encode("gbk")[:-1]), "附件四泗"),
    ("climbing", zip_case("../../附件.xlsx".encode()), "附件.xlsx"),
    ("drive letter", zip_case(b"C:\\Windows\\system32\\a.dll"), "Windows/system32/a.dll"),
    ("absolute", zip_case(b"/etc/passwd"), "etc/passwd"),
    ("alternate stream", zip_case(b"a.xlsx::$DATA"), "a.xlsx__$DATA"),
    ("device", zip_case(b"folder/CON.xlsx"), "folder/_CON.xlsx"),
    ("plain", zip_case(b"annex/4.xlsx"), "annex/4.xlsx"),
]  # fmt: skip


@pytest.mark.parametrize(("shown", "meant"), [row[1:] for row in ZIP_NAMES], ids=[row[0] for row in ZIP_NAMES])
def test_zip_name_comes_out_as_meant(shown: str, meant: str) -> None:
    assert shown == meant


def test_the_tables_hold_sixty_encodings_and_more() -> None:
    assert len(MAIL_NAMES) + len(ZIP_NAMES) >= 100


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b(N, "gb18030", "gb2312") + b" (" + b("盖章件", "utf-8") + b")", N + " (盖章件)"),
        (b"Re: " + b("水利局报送", "utf-8"), "Re: 水利局报送"),
        ("水利局报送".encode("gbk"), "水利局报送"),
        (b("测试甲", "gbk") + b" <a@example.invalid>", "测试甲 <a@example.invalid>"),
        (b"=?broken", "=?broken"),
        (b"", ""),
        (b"=?utf-8?B?!!!!?=", ""),
    ],
)
def test_header_text(raw: bytes, text: str) -> None:
    assert header_text(raw) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a/b/附件.xlsx", "附件.xlsx"),
        ("附件.xlsx. . ", "附件.xlsx"),
        ("附\u200b件\u202e.xlsx", "附件.xlsx"),
        ("附件\r\n.xlsx", "附件.xlsx"),
        ('a<b>c:d"e|f?g*.xlsx', "a_b_c_d_e_f_g_.xlsx"),
        ("LPT¹", "_LPT¹"),
        ("nul.txt", "_nul.txt"),
        ("..", ""),
        ("\ud800x.xlsx", "_x.xlsx"),
        ("字" * 300 + ".xlsx", "字" * 115 + ".xlsx"),
    ],
)
def test_display_name_is_cleaned(text: str, shown: str) -> None:
    assert clean_name(text) == shown


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=200))
def test_a_display_name_is_one_harmless_part(text: str) -> None:
    shown = clean_name(text)
    assert len(shown) <= NAME_LENGTH + 1
    assert not set(shown) & set('<>:"/\\|?*\x00\r\n\u202e')
    assert clean_name(shown) == shown
    assert shown not in {".", ".."}


@settings(max_examples=300, deadline=None)
@given(raw=st.binary(max_size=200), kind=st.binary(max_size=80))
def test_any_bytes_give_some_name(raw: bytes, kind: bytes) -> None:
    assert isinstance(attachment_name(b"attachment; filename=" + raw, kind), str)
    assert isinstance(header_text(raw), str)
    assert isinstance(parameters(raw), dict)


COMMON = "泗水县生态环境局水利农业林业发展改革财政教育卫生健康自然资源住房城乡建设交通运输工业信息化镇街道办事处附件指标资料项目鲁路卢陆梅茅芦态"


@settings(max_examples=300, deadline=None)
@given(name=st.text(COMMON, min_size=1, max_size=12), encoding=st.sampled_from(["utf-8", "gb18030"]))
def test_names_of_offices_are_told_in_both_encodings(name: str, encoding: str) -> None:
    assert decode_bytes((name + ".xlsx").encode(encoding)) == name + ".xlsx"


def test_quoted_percent_name_is_the_same_as_the_standard_one() -> None:
    assert attachment_name(b"attachment; filename*=utf-8''" + quote(N).encode(), b"") == N
