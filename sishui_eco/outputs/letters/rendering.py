"""A template filled in: paragraphs and tables of a letter.

What is filled in is never looked at again: a unit that types marks sees its marks in the letter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from sishui_eco.outputs.letters.blocks import ANNEX_TITLE, Block, Paragraph, Table
from sishui_eco.outputs.letters.template import Counter, If, Line, Node, Rows, Template, Value
from sishui_eco.outputs.letters.wording import numeral, say


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a template may name, by our keys; rows are facts of their own."""

    values: Mapping[str, str]
    flags: Mapping[str, bool] = msgspec.field(default_factory=dict)
    rows: Mapping[str, Sequence[Facts]] = msgspec.field(default_factory=dict)


class Rendered(msgspec.Struct, frozen=True, kw_only=True):
    """A letter without its frame: each annex is its title and what stands below it."""

    title: str
    addressee: str
    body: tuple[Block, ...]
    annexes: tuple[tuple[str, tuple[Block, ...]], ...]


def render(template: Template, facts: Facts) -> Rendered:
    """Return the text of a letter; what follows an annex title belongs to that annex."""
    machine = _Machine(facts)
    blocks = machine.blocks(template.body)
    body: list[Block] = []
    annexes: list[tuple[str, list[Block]]] = []
    for block in blocks:
        if isinstance(block, Paragraph) and block.style == ANNEX_TITLE:
            annexes.append((block.text, []))
        else:
            (annexes[-1][1] if annexes else body).append(block)
    return Rendered(
        title=title_of(template, facts),
        addressee=machine.text(template.addressee)[1],
        body=tuple(body),
        annexes=tuple((name, tuple(content)) for name, content in annexes),
    )


def title_of(template: Template, facts: Facts) -> str:
    """Return the title alone."""
    return _Machine(facts).text(template.title)[1]


class _Machine:
    """Counts headings while it fills in."""

    def __init__(self, facts: Facts) -> None:
        self._scopes = [facts]
        self._counts = [0, 0, 0]

    def blocks(self, nodes: Sequence[Node]) -> list[Block]:
        found: list[Block] = []
        for node in nodes:
            if isinstance(node, If):
                found += self._branch(node)
            elif isinstance(node, Rows):
                found.append(self._table(node))
            elif isinstance(node, Line):
                lead, text = self.text(node.parts)
                if lead or text:
                    found.append(Paragraph(style=node.style, lead=lead, text=text))
        return found

    def _branch(self, node: If) -> list[Block]:
        if not node.loop:
            return self.blocks(self._chosen(node))
        found: list[Block] = []
        for facts in self._rows(node.key):
            self._scopes.append(facts)
            found += self.blocks(node.then)
            self._scopes.pop()
        return found

    def _chosen(self, node: If) -> Sequence[Node]:
        flag = next((scope.flags[node.key] for scope in reversed(self._scopes) if node.key in scope.flags), False)
        return node.then if flag != node.negative else node.otherwise

    def _rows(self, key: str) -> Sequence[Facts]:
        return self._scopes[0].rows.get(key, ())

    def _table(self, node: Rows) -> Table:
        rows = []
        for key, cells in node.rows:
            for facts in self._rows(key) if key else (None,):
                if facts is not None:
                    self._scopes.append(facts)
                rows.append(tuple("".join(self.text(cell)) for cell in cells))
                if facts is not None:
                    self._scopes.pop()
        return Table(columns=node.columns, widths=node.widths, rows=tuple(rows), centred=node.centred, dense=node.dense)

    def text(self, parts: Sequence[Node]) -> tuple[str, str]:
        """Return the lead (the number of the second level, set in its own type) and the text of a line."""
        lead, text = "", ""
        for part in parts:
            if isinstance(part, str):
                text += part
            elif isinstance(part, Value):
                text += self._value(part.key)
            elif isinstance(part, Counter):
                if part.level == 1 and not text:
                    lead += self._number(part.level)
                else:
                    text += self._number(part.level)
            elif isinstance(part, If):
                inner_lead, inner = self.text(self._chosen(part))
                lead, text = lead + inner_lead, text + inner
        return lead, text

    def _value(self, key: str) -> str:
        return next((scope.values[key] for scope in reversed(self._scopes) if key in scope.values), "")

    def _number(self, level: int) -> str:
        self._counts[level] += 1
        for below in range(level + 1, len(self._counts)):
            self._counts[below] = 0
        count = self._counts[level]
        if level == 0:
            return say("level1", numeral=numeral(count), text="")
        return say("level2", numeral=numeral(count)) if level == 1 else say("item", number=count, text="")
