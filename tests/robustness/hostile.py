"""Files made to hurt, built by the tests and never stored: one or more for each row of facts/untrusted.md, section 1.

Each case says what must come of it: the verdicts and codes of its leaves, in one set.
"""

from __future__ import annotations

import io
import stat
import struct
from collections.abc import Callable
from dataclasses import dataclass

from sishui_eco.reading.second import compound_of
from tests.robustness.hostile_parts import (
    GOOD_ROWS,
    LINKS,
    MAIN,
    MIB,
    Entry,
    attached,
    book,
    book_parts,
    document,
    endless,
    entry,
    mail,
    noise,
    packed,
    records,
    relation,
    relations,
    zipped,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One hostile file: its row in the facts, its name as it arrives, how it is made, and what must come of it."""

    row: int
    file: str
    build: Callable[[], bytes]
    ends: frozenset[str]  # verdict, or verdict and code, of every leaf

    @property
    def heavy(self) -> bool:
        """Say whether making or reading it takes seconds; left out of the everyday tests."""
        return self.file in HEAVY


CASES: list[Case] = []
HEAVY = frozenset({
    "two million cells.xlsx", "two million shared texts.xlsx", "bomb all parts together.xlsx", "half a million formats.xlsx",
    "bomb part above its limit.xlsx", "zip above its total.zip", "bomb in a zip.zip", "bomb sheet 2 GiB.xlsx",
    "boundary that begins all lines.eml", "lines of dashes.eml", "pictures of sixty million dots.xlsx", "pictures all red.xlsx",
})  # fmt: skip


def case(row: int, file: str, *ends: str) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Register a builder under the name its file arrives with."""

    def register(build: Callable[[], bytes]) -> Callable[[], bytes]:
        CASES.append(Case(row=row, file=file, build=build, ends=frozenset(ends)))
        return build

    return register


def given(row: int, file: str, content: bytes | Callable[[], bytes], *ends: str) -> None:
    """Register a file that needs no function of its own."""
    build = content if callable(content) else lambda: content
    case(row, file, *ends)(build)


# --- 1: bombs ------------------------------------------------------------------------------------------


def swollen(name: str, inflating: Entry, **told: str) -> bytes:
    """Return a workbook in which one part is replaced by an inflating entry."""
    parts = book_parts(**told)
    kept = [entry(part, content) for part, content in parts.items() if part != name]
    return zipped(*kept, inflating)


SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"
LOOSE = noise(700) + b" " * 48_000  # compresses less than two hundred to one


@case(1, "bomb sheet 2 GiB.xlsx", "refused R202")
def _() -> bytes:
    return swollen(SHEET, endless(SHEET, b" " * MIB, 2048, b"<worksheet>"))


@case(1, "bomb part above its limit.xlsx", "refused R202")
def _() -> bytes:
    return swollen(STRINGS, endless(STRINGS, LOOSE, 3000, b"<sst>"), strings="<sst/>")


@case(1, "bomb all parts together.xlsx", "refused R203")
def _() -> bytes:
    parts = book_parts(strings="<sst/>", styles="<styleSheet/>")
    swelling = {STRINGS: b"<sst " + MAIN.encode() + b">", STYLES: b"<styleSheet " + MAIN.encode() + b">"}
    kept = [entry(name, content) for name, content in parts.items() if name not in swelling]
    tails = {STRINGS: b"</sst>", STYLES: b"</styleSheet>"}
    return zipped(*kept, *(entry(name, head + LOOSE * 2350 + tails[name]) for name, head in swelling.items()))


@case(1, "two million shared texts.xlsx", "refused R206")
def _() -> bytes:
    texts = "".join(f"<si><t>{number:x}</t></si>" for number in range(2_000_002))
    return book(strings=f"<sst {MAIN}>{texts}</sst>")


@case(1, "two million cells.xlsx", "refused R206")
def _() -> bytes:
    letters = [chr(65 + number) for number in range(26)]
    rows = (
        f'<row r="{row}">' + "".join(f'<c r="{letter}{row}"><v>{row}</v></c>' for letter in letters) + "</row>"
        for row in range(1, 77_001)
    )
    return book("".join(rows))


@case(1, "half a million formats.xlsx", "refused R212")
def _() -> bytes:
    formats = "".join(f'<xf numFmtId="{number * 7919 % 65_521}"/>' for number in range(500_000))
    return book(styles=f"<styleSheet {MAIN}><cellXfs>{formats}</cellXfs></styleSheet>")


@case(1, "declared size is a lie.xlsx", "refused R204")
def _() -> bytes:
    bomb = endless(STRINGS, b" " * MIB, 300, b"<sst>")
    return swollen(STRINGS, Entry(name=bomb.name, packed=bomb.packed, size=100), strings="<sst/>")


@case(1, "bomb in a zip.zip", "refused A103", "unrecognised")
def _() -> bytes:
    return zipped(endless("附件4.xlsx", b"\0" * MIB, 2048), entry("good.xlsx", book()))


@case(1, "bomb in a zip with a lying size.zip", "refused A106")
def _() -> bytes:
    bomb = endless("附件4.xlsx", b"\0" * MIB, 500)
    return zipped(Entry(name=bomb.name, packed=bomb.packed, size=50))


@case(1, "zip above its total.zip", "refused A104")
def _() -> bytes:
    return zipped(*(endless(f"{number}.csv", LOOSE, 2000) for number in range(4)))


@case(1, "bomb of the seven zip kind.7z", "refused A103")
def _() -> bytes:
    import py7zr

    target = io.BytesIO()
    with py7zr.SevenZipFile(target, "w") as archive:
        archive.writestr(bytes(150 * MIB), "附件4.xlsx")
    return target.getvalue()


@case(1, "bomb of open document repeats.ods", "refused R206")
def _() -> bytes:
    return open_document('<t:table-row t:number-rows-repeated="1048576">' + REPEATED + "</t:table-row>")


@case(1, "tables in tables of an open document.ods", "unrecognised")
def _() -> bytes:
    inner = "<t:table><t:table-row><t:table-cell><x:p>1</x:p>" * 40 + "</t:table-cell></t:table-row></t:table>" * 40
    return open_document(f"<t:table-row><t:table-cell>{inner}</t:table-cell></t:table-row>")


@case(1, "hidden rows without end.ods", "unrecognised")
def _() -> bytes:
    row = '<t:table-row t:visibility="collapse" t:number-rows-repeated="999" t:style-name="{:x}"/>'
    return open_document("".join(row.format(number * 7_919_777 % 99_999_989) for number in range(20_000)))


REPEATED = '<t:table-cell t:number-columns-repeated="16384" o:value-type="string"><x:p>1</x:p></t:table-cell>'


def open_document(rows: str, head: str = "") -> bytes:
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("o", "office"), ("t", "table"), ("x", "text"))
    )
    body = f'<o:body><o:spreadsheet><t:table t:name="s">{rows}</t:table></o:spreadsheet></o:body>'
    content = f'<?xml version="1.0"?>{head}<o:document-content {spaces}>{body}</o:document-content>'
    kind = entry("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    return zipped(kind, entry("content.xml", content))


# --- 2: zips in zips, overlapping zips ------------------------------------------------------------------


@case(2, "overlap 20000 entries.zip", "refused A102")
def _() -> bytes:
    return overlapping(20_000)


@case(2, "overlap 300 entries.zip", "refused A108")
def _() -> bytes:
    return overlapping(300)


def overlapping(count: int) -> bytes:
    """Return a zip whose entries all mean the same five megabytes."""
    kernel = entry("0.csv", b"1," * 2_500_000)
    others = (
        Entry(name=f"{number}.csv".encode(), packed=kernel.packed, crc=kernel.crc, size=kernel.size, offset=0)
        for number in range(1, count)
    )
    return zipped(kernel, *others)


@case(2, "overlapping parts.xlsx", "refused R210")
def _() -> bytes:
    parts = [entry(name, content) for name, content in book_parts().items()]
    return zipped(
        *parts, Entry(name=b"xl/other.xml", packed=parts[0].packed, crc=parts[0].crc, size=parts[0].size, offset=0)
    )


@case(2, "nested six deep and ten wide.zip", "refused A109")
def _() -> bytes:
    content = zipped(entry("a.csv", "1,2"))
    for _ in range(5):
        content = zipped(*(entry(f"{number}.zip", content) for number in range(10)))
    return content


@case(2, "nested fifty deep.zip", "refused A109")
def _() -> bytes:
    content = zipped(entry("a.csv", "1,2"))
    for _ in range(50):
        content = zipped(entry("a.zip", content, method=8))
    return content


@case(2, "zip in zip in a mail.eml", "refused A109", "unrecognised")
def _() -> bytes:
    deepest = zipped(
        entry("deep.zip", zipped(entry("deeper.zip", zipped(entry("a.csv", "1"))))), entry("b.xlsx", book())
    )
    return attached(b"a.zip", deepest)


@case(2, "ten thousand parts.xlsx", "refused R201")
def _() -> bytes:
    return packed({**book_parts(), **{f"junk/{number}": b"" for number in range(10_000)}})


@case(2, "three thousand members.zip", "refused A102")
def _() -> bytes:
    return zipped(*(entry(f"{number}.csv", "1") for number in range(3000)))


# --- 3 and 4: names and duplicates in archives -----------------------------------------------------------

SLIPPERY = [
    b"../../../../tmp/slip.xlsx", b"..\\..\\slip2.xlsx", b"/etc/slip3.xlsx", b"C:\\Windows\\slip4.xlsx", b"\\\\10.0.0.1\\share\\slip5.xlsx",
    b"CON.xlsx", b"nul", b"slip6.xlsx::$DATA", b"a/../../slip7.xlsx", b"slip8\x00.xlsx", b"slip9. . .", b"com\xc2\xb9.xlsx",
    b"\xe2\x80\xaexslx.4\xe4\xbb\xb6\xe9\x99\x84.xlsx", b"a\x1b[31m.xlsx", b"<b>|?*.xlsx", b"x" * 5000 + b".xlsx", b"....//....//slip10.xlsx",
]  # fmt: skip


@case(3, "slippery names.zip", "unrecognised")
def _() -> bytes:
    return zipped(*(entry(name, book(GOOD_ROWS.replace("<v>1<", f"<v>{at}<"))) for at, name in enumerate(SLIPPERY)))


@case(3, "a link in a zip.zip", "refused A209", "unrecognised")
def _() -> bytes:
    link = entry("附件4.xlsx", "/etc/passwd", mode=stat.S_IFLNK | 0o777)
    return zipped(link, entry("good.xlsx", book()))


@case(3, "one name twice.zip", "refused A107")
def _() -> bytes:
    return zipped(entry("附件4.xlsx", book()), entry("附件4.XLSX", book("")))


@case(3, "one part twice.xlsx", "refused R210")
def _() -> bytes:
    parts = [entry(name, content) for name, content in book_parts().items()]
    return zipped(*parts, entry("XL/Worksheets/Sheet1.xml", "<worksheet/>"))


@case(4, "gbk names.zip", "supporting")
def _() -> bytes:
    return zipped(entry("县水利局附件4.xlsx".encode("gbk"), book(), flags=0))


# --- 5: passwords ----------------------------------------------------------------------------------------


@case(5, "locked.zip", "refused A201")
def _() -> bytes:
    return zipped(entry("附件4.xlsx", book(), flags=0x801))


@case(5, "locked with aes.zip", "refused A201")
def _() -> bytes:
    return zipped(entry("附件4.xlsx", book(), flags=0x801, method=99))


@case(5, "locked part.xlsx", "refused R101")
def _() -> bytes:
    return zipped(*(entry(name, content, flags=1) for name, content in book_parts().items()))


@case(5, "locked workbook.xlsx", "refused R101")
def _() -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile

    target = io.BytesIO()
    OOXMLFile(io.BytesIO(book())).encrypt("secret", target)
    return target.getvalue()


@case(5, "locked old workbook.xls", "refused R101")
def _() -> bytes:
    return compound_of(records(BIFF_BEGIN, (0x002F, b"\1\0" * 20), BIFF_END))


BIFF_BEGIN, BIFF_END = (0x0809, struct.pack("<HH12x", 0x0600, 5)), (0x000A, b"")

# --- 6 and 7: entities, inside and outside ----------------------------------------------------------------

LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
)
QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{noise(60_000).decode()}">]>'
XML = '<?xml version="1.0"?>'


def with_head(part: str, head: str, used: str = "") -> bytes:
    """Return a workbook one part of which begins with a declaration."""
    parts = book_parts(strings=f"{XML}<sst {MAIN}><si><t>{used}</t></si></sst>", styles=f"{XML}<styleSheet {MAIN}/>")
    parts[part] = str(parts[part]).replace(XML, XML + head)
    return packed(parts)


for _part in (STRINGS, SHEET, STYLES, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels"):
    given(
        6,
        f"laughs in {_part.replace('/', '_')}.xlsx",
        lambda part=_part: with_head(part, LAUGHS, "&a9;"),
        "refused R105",
    )
given(6, "quadratic.xlsx", lambda: with_head(STRINGS, QUADRATIC, "&a;" * 3_000), "refused R105")
given(6, "laughs.docx", lambda: document("<w:p><w:r><w:t>&a9;</w:t></w:r></w:p>", LAUGHS), "refused R105")
given(6, "laughs.ods", lambda: open_document("<t:table-row/>", LAUGHS), "refused R105")
given(
    6,
    "laughs 2003.xls",
    f'{XML}<?mso-application progid="Excel.Sheet"?>{LAUGHS}<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">&a9;</Workbook>'.encode(),
    "refused R105",
)
given(
    6,
    "laughs in utf-16.xlsx",
    lambda: packed({**book_parts(), SHEET: f"{LAUGHS}<worksheet {MAIN}>&a9;</worksheet>".encode("utf-16")}),
    "refused R105",
)


def outside(port: int) -> dict[str, bytes]:
    """Return the files that ask to be connected somewhere: each by another way of asking."""
    url = f"http://127.0.0.1:{port}/x"
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{url}">]>'
    dtd = f'<!DOCTYPE x SYSTEM "{url}.dtd">'
    parameter = f'<!DOCTYPE x [<!ENTITY % p SYSTEM "{url}.p"> %p;]>'
    found = {
        f"outside {number}.xlsx": with_head(STRINGS, head, "&e;")
        for number, head in enumerate((entity, dtd, parameter))
    }
    found["outside.docx"] = document("<w:p><w:r><w:t>&e;</w:t></w:r></w:p>", entity)
    found["outside.ods"] = open_document("<t:table-row/>", entity)
    found["outside.html.xls"] = (
        f'<html><head><link rel=stylesheet href="{url}"><base href="{url}"></head><body><img src="{url}">'
        f'<script src="{url}"></script><table><tr><td>1</td></tr></table><iframe src="{url}"></iframe></body></html>'
    ).encode()
    found["outside mail.eml"] = mail(
        f'<html><img src="{url}"><a href="{url}">x</a></html>'.encode(),
        b"Content-Type: text/html",
        b"Disposition-Notification-To: a@example.invalid",
        f"Content-Location: {url}".encode(),
    )
    found["outside body.eml"] = mail(b"", f'Content-Type: message/external-body; access-type=URL; URL="{url}"'.encode())
    return {**found, **linked(url)}


def linked(url: str) -> dict[str, bytes]:
    """Return the files whose links, templates, pictures, formulas and servers lie elsewhere."""
    link = (
        f'<?xml version="1.0"?><externalLink {MAIN} {LINKS}><ddeLink ddeService="cmd" ddeTopic="/c calc"/>'
        f'<externalBook r:id="rId1"/></externalLink>'
    )
    rows = (
        f'<row r="1"><c r="A1" t="str"><f>WEBSERVICE("{url}")</f><v>1</v></c>'
        f'<c r="B1"><f>[1]Sheet1!A1</f><v>2</v></c><c r="C1" t="str"><f>HYPERLINK("{url}","x")</f><v>x</v></c>'
        f'<c r="D1" t="str"><f>cmd|\'/c calc\'!A0</f><v>3</v></c></row>'
    )
    parts = book_parts(rows, more=relation(9, "externalLink", "externalLinks/externalLink1.xml"))
    parts["xl/externalLinks/externalLink1.xml"] = link
    parts["xl/externalLinks/_rels/externalLink1.xml.rels"] = relations(relation(1, "externalLinkPath", url, True))
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = relations(
        relation(1, "hyperlink", url, True), relation(2, "image", url, True)
    )
    template = relations(relation(1, "attachedTemplate", url, True), relation(2, "image", url, True))
    remote = document(
        "<w:p><w:r><w:t>x</w:t></w:r></w:p>",
        **{"word/_rels/document.xml.rels": template, "word/_rels/settings.xml.rels": template},
    )
    main_elsewhere = {**book_parts(), "_rels/.rels": relations(relation(1, "officeDocument", url, True))}
    return {"links.xlsx": packed(parts), "template.docx": remote, "main part elsewhere.xlsx": packed(main_elsewhere)}


OUTSIDE_ENDS = {
    "outside 0.xlsx": "refused R105", "outside 1.xlsx": "refused R105", "outside 2.xlsx": "refused R105",
    "outside.docx": "refused R105", "outside.ods": "refused R105", "outside.html.xls": "unrecognised",
    "outside mail.eml": "unrecognised", "outside body.eml": "refused R103", "links.xlsx": "unrecognised",
    "template.docx": "unrecognised", "main part elsewhere.xlsx": "unrecognised",
}  # fmt: skip
