"""The native charts of the overview; they draw the cells of its tables and stay editable in WPS and Excel."""

from __future__ import annotations

from typing import Any, Protocol

from sishui_eco.outputs.styles import BAD, INK, RULE
from sishui_eco.outputs.summary.book import Book, words

KEY = "overview"
CHART_COLUMN = 8
LABEL = {"size": 9, "color": INK}
# Fills that differ in brightness, so that a black and white print can be told apart; white is "nothing came".
DARK, PALE, MIDDLE, LIGHT = "#2E7D32", "#A9D3AB", "#C77700", "#FBE7BC"
NOTHING: dict[str, Any] = {"fill": {"color": "#FFFFFF"}, "border": {"color": BAD, "width": 1.5}}
FAILED = {"fill": {"color": BAD}}
RETURNS = [{"fill": {"color": color}} for color in (DARK, PALE, MIDDLE, LIGHT)] + [NOTHING]
VERDICTS = [{"fill": {"color": "#7DB881"}}, FAILED, {"fill": {"color": LIGHT}}, NOTHING]


class Placed(Protocol):
    """What a chart must know of its table."""

    title: int
    heading: int
    first: int
    last: int
    end: int


def insert_charts(book: Book, returns: Placed, indicators: Placed, projects: Placed) -> None:
    """Draw the three charts beside their tables."""
    states = [f"states.{state}" for state in ("accepted", "nil", "to_mend", "awaiting_seal", "missing")]
    _stacked(book, returns, "returns", list(zip(states, (2, 3, 4, 5, 6), RETURNS, strict=True)), "axis_forms")
    verdicts = [f"verdicts.{state}" for state in ("met", "not_met", "manual", "missing")]
    _stacked(
        book, indicators, "indicators", list(zip(verdicts, (2, 3, 4, 6), VERDICTS, strict=True)), "axis_indicators"
    )
    _columns(book, projects)


def _range(book: Book, block: Placed, column: int) -> list[Any]:
    return [book.name(KEY), block.first, column, block.last, column]


def _stacked(book: Book, block: Placed, name: str, series: list[tuple[str, int, dict[str, Any]]], axis: str) -> None:
    """A stacked bar a line of the table, told apart by shade and pattern, each part with its number."""
    chart = book.workbook.add_chart({"type": "bar", "subtype": "stacked"})
    for key, column, fill in series:
        chart.add_series(
            {
                "name": words(key),
                "categories": _range(book, block, 0),
                "values": _range(book, block, column),
                "border": {"color": RULE},
                "gap": 40,
                "data_labels": {"value": True, "num_format": "0;;", "font": _label_font(fill)},
                **fill,
            }
        )
    chart.set_y_axis({"reverse": True, "crossing": "max", "num_font": LABEL, "line": {"color": RULE}})
    chart.set_x_axis(
        {
            "num_font": LABEL,
            "name": words(f"overview.{axis}"),
            "name_font": {**LABEL, "bold": False},
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
            "num_format": "0",
        }
    )
    _finish(book, chart, block, name, legend=True)


def _label_font(fill: dict[str, Any]) -> dict[str, Any]:
    dark = fill["fill"]["color"] in (DARK, MIDDLE, BAD)
    return {"size": 9, "bold": True, "color": "#FFFFFF" if dark else INK}


def _columns(book: Book, block: Placed) -> None:
    chart = book.workbook.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": words("overview.investment"),
            "categories": _range(book, block, 0),
            "values": _range(book, block, 4),
            "fill": {"color": "#5B7FA3"},
            "border": {"color": RULE},
            "gap": 60,
            "data_labels": {"value": True, "num_format": "#,##0", "font": {"size": 8}},
        }
    )
    chart.set_x_axis({"num_font": {**LABEL, "size": 8}, "line": {"color": RULE}})
    chart.set_y_axis(
        {
            "num_font": {**LABEL, "size": 8},
            "name": words("overview.axis_money"),
            "name_font": {**LABEL, "bold": False},
            "num_format": "#,##0",
            "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
        }
    )
    _finish(book, chart, block, "projects", legend=False)


def _finish(book: Book, chart: Any, block: Placed, name: str, *, legend: bool) -> None:
    chart.set_title(
        {"name": words(f"overview.chart_{name}"), "name_font": {"size": 10.5, "bold": True}, "overlay": False}
    )
    chart.set_legend({"position": "bottom", "font": {"size": 8.5}} if legend else {"none": True})
    chart.set_chartarea({"border": {"color": RULE}})
    height = sum(_row_pixels(book, row) for row in range(block.heading, block.end))
    chart.set_size({"width": 6 * 61 - 8, "height": height - 4})
    anchor = {"x_offset": 8, "y_offset": 2, "object_position": 1, "description": words(f"overview.chart_{name}")}
    book.sheets[KEY].insert_chart(block.heading, CHART_COLUMN, chart, anchor)


def _row_pixels(book: Book, row: int) -> int:
    return round(book.heights.get((KEY, row), 15.0) * 4 / 3)
