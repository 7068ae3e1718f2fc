"""Templates of letters: the built-in ones, as Word files for the office, and read back from those."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sishui_eco.errors import SettingsError
from sishui_eco.outputs.letters.blocks import Block, Paragraph, Table
from sishui_eco.outputs.letters.page import face_of
from sishui_eco.outputs.letters.template import (
    TABLE_NAME,
    Source,
    SourceLine,
    SourceTable,
    Template,
    Vocabulary,
    fault,
    parse_template,
    say,
)
from sishui_eco.outputs.letters.template_reading import Unreadable, read_sources
from sishui_eco.outputs.letters.wording import table
from sishui_eco.outputs.letters.writing import write_document
from sishui_eco.spec.campaign import Campaign
from sishui_eco.zh import load_table, word

DOCUMENTS = ("notice", "circular")
PRODUCT = "template"
Templates = Mapping[str, Template]


def kinds() -> tuple[str, ...]:
    """Return every kind of letter that has a template."""
    return tuple(_data()["kinds"])


def template_of(kind: str, campaign: Campaign, templates: Templates | None = None) -> Template:
    """Return the office's template of a kind, else the built-in one."""
    given = (templates or {}).get(kind)
    return given if given is not None else _built_in(kind, form_labels(campaign))


@cache
def _built_in(kind: str, labels: tuple[tuple[str, str], ...]) -> Template:
    template, faults = parse_template(built_in_sources(kind, labels), vocabulary(kind, labels))
    if faults:
        raise ValueError(f"built-in template {kind}: {faults}")
    return template


def form_labels(campaign: Campaign) -> tuple[tuple[str, str], ...]:
    """Return (label, key) of every form: columns of the list of units are named by them."""
    return tuple((form.label, form.key) for form in campaign.forms)


def vocabulary(kind: str, labels: Sequence[tuple[str, str]]) -> Vocabulary:
    """Return the names that a template of a kind may use."""
    words = _data()[kind if kind in DOCUMENTS else "letter"]
    rows = {
        name: (
            entry["key"],
            {**(dict(labels) if entry.get("by_form") else {}), **entry["values"]},
            entry.get("flags", {}),
        )
        for name, entry in words["rows"].items()
    }
    return Vocabulary(values=words["values"], flags=words["flags"], rows=rows)


def _data() -> dict[str, Any]:
    return load_table(TABLE_NAME)


# --- built in ---------------------------------------------------------------------------------------------


def built_in_sources(kind: str, labels: Sequence[tuple[str, str]]) -> tuple[Source, ...]:
    """Return the lines of a built-in template; the column that stands for all forms becomes one a form."""
    words = _data()["words"]
    styles = {name: key for key, name in table("styles").items()}
    found: list[Source] = []
    grid: dict[str, list[str]] = {}
    for line in _lines(_data()["kinds"][kind], words["include"]):
        head, mark, rest = line.partition(words["style_mark"])
        if mark and head in styles:
            found.append(SourceLine(style=styles[head], text=rest))
        elif mark and head in (words["table"], words["widths"], words["centred"], words["dense"]):
            grid[head] = rest.split(words["style_mark"])
        elif mark and head == words["row"]:
            found.append(_grid(grid, rest.split(words["style_mark"]), words, [label for label, _ in labels]))
            grid = {}
        else:
            found.append(SourceLine(text=line))
    return tuple(found)


def _lines(text: str, include: str) -> Iterator[str]:
    for line in text.splitlines():
        if line.startswith(include):
            yield from _lines(_data()["parts"][line.removeprefix(include)], include)
        elif line:
            yield line


def _grid(
    grid: Mapping[str, Sequence[str]], row: Sequence[str], words: Mapping[str, str], labels: Sequence[str]
) -> SourceTable:
    head, widths = grid[words["table"]], [int(width) for width in grid[words["widths"]]]
    at = head.index(words["columns"]) if words["columns"] in head else len(head)
    each = widths[at] // max(1, len(labels)) if at < len(head) else 0
    spread = [*widths[:at], *([each] * len(labels) if at < len(head) else ()), *widths[at + 1 :]]
    spread[-1] += 100 - sum(spread)
    marked = [f"{words['open']}{label}{words['close']}" for label in labels]
    return SourceTable(
        rows=(_spread(head, at, labels), _spread(row, at, marked)),
        widths=tuple(spread),
        centred=tuple(int(one) - 1 for one in grid.get(words["centred"], ()) if int(one) <= len(spread)),
        dense=words["dense"] in grid,
        where=("", ""),
    )


def _spread(cells: Sequence[str], at: int, instead: Sequence[str]) -> tuple[str, ...]:
    return (*cells[:at], *(instead if at < len(cells) else ()), *cells[at + 1 :])


# --- as Word files ----------------------------------------------------------------------------------------


def template_files(campaign: Campaign) -> dict[str, bytes]:
    """Return the files of the folder of templates: one document a kind, and how to write them."""
    labels = form_labels(campaign)
    files = {file_name(kind): _document(kind, campaign) for kind in kinds()}
    text = say("guide.head").lstrip("\n") + "".join(_guide(kind, labels) for kind in kinds())
    files[say("files.guide")] = text.replace("\n", "\r\n").encode("utf-8-sig")
    return files


def file_name(kind: str) -> str:
    """Return the name of the template of a kind."""
    title = say(f"files.{kind}") if kind in DOCUMENTS else str(table("kinds")[kind]["name"])
    return say("files.name", title=title)


def _document(kind: str, campaign: Campaign) -> bytes:
    sources = built_in_sources(kind, form_labels(campaign))
    blocks: list[Block] = []
    for source in sources:
        blocks += [_block(source), Paragraph(tiny=True)] if isinstance(source, SourceTable) else [_block(source)]
    return write_document(
        blocks,
        face=face_of(campaign),
        section="plain",
        product=PRODUCT,
        title=file_name(kind).rpartition(".")[0],
        moment=campaign.deadline,
    )


def _block(source: Source) -> Block:
    if isinstance(source, SourceLine):
        return Paragraph(style=source.style, text=source.text)
    head, *rows = source.rows
    return Table(columns=head, widths=source.widths, rows=tuple(rows), centred=source.centred, dense=source.dense)


def _guide(kind: str, labels: Sequence[tuple[str, str]]) -> str:
    words, known = _data()["words"], vocabulary(kind, labels)

    def names(of: Sequence[str]) -> str:
        return "".join(f"{words['open']}{name}{words['close']}" for name in of)

    text = say("guide.title", file=file_name(kind)) + say("guide.values", names=names(tuple(known.values)))
    text += say("guide.flags", names=table("joint").join(known.flags))
    for name, (_, values, flags) in known.rows.items():
        told = names((*values, *(words["has"] + flag for flag in flags)))
        text += say("guide.rows", name=name, names=told)
    return text


# --- read back --------------------------------------------------------------------------------------------


def read_templates(files: Mapping[str, bytes], campaign: Campaign) -> dict[str, Template]:
    """Return the templates by kind; `files` maps names in the folder to their bytes, others are left alone.

    Raises: SettingsError with every fault of every template, by file and paragraph.
    """
    labels = form_labels(campaign)
    found: dict[str, Template] = {}
    faults: list[str] = []
    for kind in kinds():
        name = file_name(kind)
        if name not in files:
            continue
        template, told = _read(files[name], kind, labels)
        found[kind] = template
        faults += [say("faults.line", file=name, where=where, fault=what) for where, what in told]
    if faults:
        raise SettingsError("template_faults", tuple(faults), count=len(faults), folder=word("templates", "folder"))
    return found


def _read(content: bytes, kind: str, labels: Sequence[tuple[str, str]]) -> tuple[Template, tuple[tuple[str, str], ...]]:
    try:
        sources = read_sources(content)
    except Unreadable:
        return Template((), (), ()), ((fault("whole"), fault("unreadable")),)
    return parse_template(sources, vocabulary(kind, labels))
