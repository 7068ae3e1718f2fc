"""One self-contained page of the leaders' figures for a telephone: no script, no network, no personal data."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from html import escape

from sishui_eco.model.outcome import Judgement, Outcome, Standing, StandingState
from sishui_eco.outputs.public import masker
from sishui_eco.outputs.summary.book import MONEY_DECIMALS, decimals_of, words
from sishui_eco.outputs.summary.figures import (
    DONE,
    MISSING,
    Figures,
    deadline_words,
    figures_of,
    moment_words,
    overdue,
    percentage,
    standings_by_unit,
)
from sishui_eco.outputs.summary.headlines import changes_of, headline, tiles
from sishui_eco.outputs.summary.matters import matters_of
from sishui_eco.outputs.summary.parts import state_tone
from sishui_eco.spec.campaign import Campaign

_STYLE = """
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0;background:#f3f4f2;color:#1a1a1a;line-height:1.6;
font-family:"PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif;font-size:16px}
main{max-width:1120px;margin:0 auto;padding:12px}
h1{font-size:1.3rem;line-height:1.35;margin:.4rem 0 .2rem}
h2{font-size:1.05rem;margin:0 0 .5rem;border-left:.3rem solid #2f6b3a;padding-left:.5rem}
p{margin:.3rem 0}.sub,.foot{color:#555;font-size:.85rem}
section{background:#fff;border:1px solid #ddd;border-radius:8px;padding:12px;margin:10px 0}
.tiles{display:grid;grid-template-columns:repeat(2,1fr);gap:8px;margin:10px 0}
.tile{background:#fff;border:1px solid #ddd;border-radius:8px;padding:10px;text-align:center}
.tile b{display:block;font-size:1.55rem;line-height:1.3}.tile small{color:#555}
.bar{display:flex;height:1.5rem;border:1px solid #8c8c8c;border-radius:4px;overflow:hidden;margin:.15rem 0 .5rem}
.bar span{display:flex;align-items:center;justify-content:center;font-size:.8rem;min-width:2.4em;
border-right:1px solid #8c8c8c}.bar span:last-child{border-right:0}
.good{background:#cfe6d0}.warn{background:#fbe7bc}.bad{background:#f3c5c1}.none{background:#fff}
.keys{font-size:.82rem;color:#444}.keys i{display:inline-block;width:.9em;height:.9em;border:1px solid #8c8c8c;
margin:0 .25em 0 .7em;vertical-align:-.08em}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{border-bottom:1px solid #e2e2e2;padding:.35rem .3rem;text-align:left;vertical-align:top}
th{font-weight:600;color:#444;white-space:nowrap}td.n,th.n{text-align:right;white-space:nowrap}
td.s{white-space:nowrap}.t-good{color:#1b5e20}.t-warn{color:#8a5300}.t-bad{color:#a31515}.t-none{color:#666}
ol{margin:0;padding-left:1.4rem}li{margin:.35rem 0}li span{display:block;color:#555;font-size:.88rem}
details summary{cursor:pointer;font-weight:600}
.scroll{overflow-x:auto}
@media(min-width:800px){.tiles{grid-template-columns:repeat(4,1fr)}.two{display:grid;grid-template-columns:1fr 1fr;
gap:10px;margin:10px 0}.two section{margin:0}}
@media print{body{background:#fff}section,.tile{break-inside:avoid}}
"""


def write_board(outcome: Outcome, campaign: Campaign) -> str:
    """Return the page as HTML text; every word that came from outside is escaped and masked."""
    figures = figures_of(outcome, campaign)
    mask = masker(outcome, campaign)
    parts = [
        _header(outcome, campaign, figures),
        _tiles(figures),
        _matters(outcome, campaign, figures),
        f'<div class="two">{_returns(figures)}{_indicators(figures)}</div>',
        f'<div class="two">{_projects(figures)}{_change(figures)}</div>',
        _units(outcome, campaign),
        f'<p class="foot">{_say("board.footer")}{_say("board.detail")}</p>',
    ]
    body = mask("\n".join(part for part in parts if part))
    title = escape(words("overview.title", name=campaign.name))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style></head>\n<body><main>\n{body}\n</main></body></html>\n"
    )


def _say(key: str, **parameters: object) -> str:
    return escape(words(key, **parameters))


def _header(outcome: Outcome, campaign: Campaign, figures: Figures) -> str:
    sub = _say("board.sub", as_of=moment_words(outcome.as_of), deadline=deadline_words(campaign))
    return (
        f"<h1>{_say('overview.title', name=campaign.name)}</h1>"
        f'<p class="sub">{sub}</p><p>{escape(headline(figures))}</p>'
    )


def _tiles(figures: Figures) -> str:
    cells = [
        f'<div class="tile">{escape(label)}<b>{escape(value)}</b><small>{escape(note)}</small></div>'
        for label, value, note, _ in tiles(figures)
    ]
    return f'<div class="tiles">{"".join(cells)}</div>'


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>"


def _bar(parts: Sequence[tuple[str, str, int]]) -> str:
    """Return a bar of (tone, name, count), each part as wide as its count and showing it."""
    spans = [
        f'<span class="{tone}" style="flex:{count}" title="{escape(name)}">'
        f"{escape(words(f'marks.{mark_of(tone)}'))}{count}</span>"
        for tone, name, count in parts
        if count
    ]
    return f'<div class="bar">{"".join(spans)}</div>'


def mark_of(tone: str) -> str:
    """Return the shape of a part of a bar; an empty square stands for what nobody reported."""
    return "absent" if tone == "none" else tone


def _keys(parts: Sequence[tuple[str, str]]) -> str:
    keys = [f'<i class="{tone}"></i>{escape(words(f"marks.{mark_of(tone)}") + name)}' for tone, name in parts]
    return f'<p class="keys">{"".join(keys)}</p>'


def _returns(figures: Figures) -> str:
    states = (
        ("good", "accepted"),
        ("good", "nil"),
        ("warn", "to_mend"),
        ("warn", "awaiting_seal"),
        ("bad", "missing"),
    )
    blocks = []
    for item in figures.forms:
        done = _say("board.progress", done=item.returned, owed=item.owed)
        bar = _bar([(tone, words(f"states.{state}"), getattr(item, state)) for tone, state in states])
        blocks.append(f"<p>{escape(item.label)}　{done}</p>{bar}")
    legend = words("states.accepted") + "/" + words("states.nil")
    waiting = words("states.to_mend") + "/" + words("states.awaiting_seal")
    keys = _keys([("good", legend), ("warn", waiting), ("bad", words("states.missing"))])
    return _section(words("board.returns"), "".join(blocks) + keys)


def _indicators(figures: Figures) -> str:
    states = (("good", Judgement.MET), ("warn", Judgement.MANUAL), ("bad", Judgement.NOT_MET), ("none", MISSING))
    blocks = []
    for item in figures.attributes:
        bar = _bar([(tone, words(f"verdicts.{state}"), getattr(item, str(state))) for tone, state in states])
        done = f"{words('verdicts.met')} {item.met}/{item.total}"
        blocks.append(f"<p>{escape(item.attribute)}　{escape(done)}</p>{bar}")
    keys = _keys([(tone, words(f"verdicts.{state}")) for tone, state in states])
    return _section(words("board.indicators"), "".join(blocks) + keys)


def _projects(figures: Figures) -> str:
    items = [*figures.classes, *([figures.unclassified] if figures.unclassified.projects else [])]
    whole = sum((item.investment for item in items), Decimal(0))
    decimals = min(max((decimals_of(item.investment) for item in items), default=0), MONEY_DECIMALS)
    rows = [
        f"<tr><td>{escape(item.name)}</td><td class=n>{item.projects}</td>"
        f"<td class=n>{item.investment:,.{decimals}f}</td><td class=n>{percentage(item.investment, whole)}</td></tr>"
        for item in items
    ]
    total = (
        f"<tr><th>{_say('overview.total')}</th><th class=n>{sum(item.projects for item in items)}</th>"
        f"<th class=n>{whole:,.{decimals}f}</th><th class=n>{percentage(whole, whole)}</th></tr>"
    )
    heads = [
        words("overview.class"),
        words("overview.count"),
        words("overview.chart_projects"),
        words("overview.share"),
    ]
    heads[2] = words("overview.investment") + words("punctuation.open") + words("punctuation.money")
    heads[2] += words("punctuation.close")
    return _section(words("board.projects"), _grid(heads, [*rows, total], first=1))


def _grid(heads: Sequence[str], rows: Sequence[str], first: int) -> str:
    """Return a table; from column `first` on the headings stand over numbers."""
    cells = [f"<th{' class=n' if number >= first else ''}>{escape(head)}</th>" for number, head in enumerate(heads)]
    return f'<div class="scroll"><table><tr>{"".join(cells)}</tr>{"".join(rows)}</table></div>'


def _change(figures: Figures) -> str:
    if figures.previous is None:
        return _section(words("board.change"), f"<p>{_say('overview.first_time')}</p>")
    rows = []
    for name, last, now in changes_of(figures.previous, figures.current):
        difference = now - last
        sign = words("overview.plus") if difference > 0 else words("overview.minus") if difference < 0 else ""
        shown = f"{sign}{abs(difference):,}" if difference else words("overview.same")
        rows.append(
            f"<tr><td>{escape(name)}</td><td class=n>{last:,}</td><td class=n>{now:,}</td>"
            f"<td class=n>{escape(shown)}</td></tr>"
        )
    heads = [words(f"overview.{key}") for key in ("item", "last", "now", "difference")]
    return _section(words("board.change"), _grid(heads, rows, first=1))


def _matters(outcome: Outcome, campaign: Campaign, figures: Figures) -> str:
    found = matters_of(outcome, campaign, figures)
    if not found:
        return _section(words("board.matters"), f"<p>{_say('overview.no_matters')}</p>")
    items = [
        f"<li>{escape(matter.what)}<span>{escape(matter.advice)}"
        f"{escape(words('punctuation.open') + matter.who + words('punctuation.close'))}</span></li>"
        for matter in found
    ]
    return _section(words("board.matters"), f"<ol>{''.join(items)}</ol>")


def _units(outcome: Outcome, campaign: Campaign) -> str:
    """Return every unit with its standing per form; those that owe something first, in roster order."""
    by_unit = standings_by_unit(outcome)
    listed = [unit for unit in campaign.units if unit.unit_id in by_unit]
    listed.sort(key=lambda unit: all(item.state in DONE for item in by_unit[unit.unit_id]))
    rows = []
    for unit in listed:
        own = {item.form: item for item in by_unit[unit.unit_id]}
        cells = "".join(_state_cell(own.get(form.key)) for form in campaign.forms)
        late = max((item.days_overdue for item in own.values() if overdue(item)), default=0)
        note = f'<br><small class="t-bad">{_say("board.overdue", days=late)}</small>' if late else ""
        rows.append(f"<tr><td>{escape(unit.name)}{note}</td>{cells}</tr>")
    heads = [words("headings.unit"), *(form.label for form in campaign.forms)]
    return _section(words("board.units"), _grid(heads, rows, first=len(heads)))


def _state_cell(item: Standing | None) -> str:
    if item is None:
        return f'<td class="s t-none">{_say("states.not_owed")}</td>'
    tone = state_tone(item.state)
    shown = words(f"marks.{tone}") + words(f"states.{StandingState(item.state)}")
    return f'<td class="s t-{tone}">{escape(shown)}</td>'
