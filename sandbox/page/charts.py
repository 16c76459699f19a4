"""Charts as SVG: grouped and stacked bars, lines, areas and pies, each with its numbers as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, floor, log10, pi, sin
from typing import Final, Literal

from markupsafe import Markup

from sandbox.page.html import el

COLOURS: Final = ("#1264a3", "#c4580d", "#2b7a4b", "#8a3a8f", "#b3261e", "#5c6b7a")
WIDTH: Final = 560
HEIGHT: Final = 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 34, 8, 26, 40
_PLOT_WIDTH: Final = WIDTH - _LEFT - _RIGHT
_PLOT_HEIGHT: Final = HEIGHT - _TOP - _BOTTOM


@dataclass(frozen=True)
class Line:
    """A series: its name, a value for each category, and its colour ("": the next of COLOURS)."""

    name: str
    values: Sequence[float]
    colour: str = ""


@dataclass(frozen=True)
class Plot:
    """The data of a chart; a pie shows only the first series."""

    kind: Literal["bar", "stacked", "line", "area", "pie"]
    title: str
    categories: Sequence[str]
    series: Sequence[Line]
    y_label: str = ""


def chart(plot: Plot) -> Markup:
    """The chart as a figure; its numbers are also in the SVG's description, for screen readers."""
    drawn = _pie(plot) if plot.kind == "pie" else _axes(plot) + _DRAWN[plot.kind](plot)
    picture = el(
        "svg",
        el("title", plot.title),
        el("desc", _words(plot)),
        drawn,
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
        role="img",
        class_="chart",
    )
    return el("figure", el("figcaption", plot.title), picture, _legend(plot), class_="chart-frame")


def _words(plot: Plot) -> str:
    return "; ".join(
        f"{line.name}: {', '.join(f'{label} {value:g}' for label, value in zip(plot.categories, line.values, strict=False))}"  # noqa: E501
        for line in plot.series
    )


def _colour(plot: Plot, number: int) -> str:
    return plot.series[number].colour or COLOURS[number % len(COLOURS)] if plot.kind != "pie" else COLOURS[number % 6]


def _legend(plot: Plot) -> Markup:
    names = list(plot.categories) if plot.kind == "pie" else [line.name for line in plot.series]
    keys = [
        el("li", el("svg", el("rect", width=10, height=10, rx=2, fill=_colour(plot, number)), class_="key"), name)
        for number, name in enumerate(names)
        if name
    ]
    return el("ul", keys, class_="legend", aria_hidden="true")


def _most(plot: Plot) -> float:
    if plot.kind == "stacked":
        tops = [sum(column) for column in zip(*(line.values for line in plot.series), strict=False)]
    else:
        tops = [value for line in plot.series for value in line.values]
    return _round_up(max([1.0, *tops]))


def _round_up(value: float) -> float:
    """The lowest number from `value` up that makes an axis of four round steps."""
    power = 10.0 ** floor(log10(max(value, 4) / 4))
    return next(
        4.0 * step * power for step in (1, 2, 2.5, 5, 10) if 4 * step * power >= value and step * power % 1 == 0
    )


def _x(plot: Plot, place: float) -> float:
    return _LEFT + _PLOT_WIDTH * place / max(1, len(plot.categories))


def _y(value: float, most: float) -> float:
    return _TOP + _PLOT_HEIGHT * (1 - value / most)


def _text(said: str, x: float, y: float, anchor: str = "middle", class_: str = "axis") -> Markup:
    return el("text", said, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor, class_=class_)


def _axes(plot: Plot) -> Markup:
    most = _most(plot)
    shown = Markup("")
    for quarter in range(5):
        value = most * quarter / 4
        y = _y(value, most)
        shown += el("line", x1=_LEFT, x2=WIDTH - _RIGHT, y1=f"{y:.1f}", y2=f"{y:.1f}", class_="rule")
        shown += _text(f"{value:g}", _LEFT - 6, y + 4, "end")
    for place, name in enumerate(plot.categories):
        for number, part in enumerate(_folded(name)):
            shown += _text(part, _x(plot, place + 0.5), HEIGHT - _BOTTOM + 15 + 12 * number)
    return shown + _text(plot.y_label, 2, 12, "start")


def _folded(name: str) -> list[str]:
    """A label on at most two lines."""
    if len(name) <= 12 or " " not in name:  # noqa: PLR2004  # characters that fit below a group of bars
        return [name]
    words = name.split(" ")
    half = min(range(1, len(words)), key=lambda cut: abs(len(" ".join(words[:cut])) - len(name) / 2))
    return [" ".join(words[:half]), " ".join(words[half:])]


def _rect(plot: Plot, number: int, span: tuple[float, float], value: float, base: float = 0) -> Markup:
    most, (x, wide) = _most(plot), span
    top, bottom = _y(base + value, most), _y(base, most)
    size = {"x": f"{x:.1f}", "y": f"{top:.1f}", "width": f"{wide:.1f}", "height": f"{max(0.0, bottom - top):.1f}"}
    return el("rect", rx=2, fill=_colour(plot, number), **size)


def _bars(plot: Plot) -> Markup:
    shown, group = Markup(""), _PLOT_WIDTH / max(1, len(plot.categories))
    wide = min(34.0, group * 0.8 / max(1, len(plot.series)))
    for place in range(len(plot.categories)):
        start = _x(plot, place + 0.5) - wide * len(plot.series) / 2
        for number, line in enumerate(plot.series):
            value, x = line.values[place], start + wide * number
            shown += _rect(plot, number, (x + 1, wide - 2), value)
            shown += _text(f"{value:g}", x + wide / 2, _y(value, _most(plot)) - 3, class_="value")
    return shown


def _stacked(plot: Plot) -> Markup:
    shown, group = Markup(""), _PLOT_WIDTH / max(1, len(plot.categories))
    wide = min(54.0, group * 0.7)
    for place in range(len(plot.categories)):
        base, x = 0.0, _x(plot, place + 0.5) - wide / 2
        for number, line in enumerate(plot.series):
            value = line.values[place]
            shown += _rect(plot, number, (x, wide), value, base)
            base += value
        shown += _text(f"{base:g}", x + wide / 2, _y(base, _most(plot)) - 3, class_="value")
    return shown


def _points(plot: Plot, line: Line) -> str:
    return " ".join(f"{_x(plot, at + 0.5):.1f},{_y(value, _most(plot)):.1f}" for at, value in enumerate(line.values))


def _lines(plot: Plot) -> Markup:
    return Markup("").join(
        el("polyline", points=_points(plot, line), fill="none", stroke=_colour(plot, number), stroke_width=2.5)
        for number, line in enumerate(plot.series)
    )


def _areas(plot: Plot) -> Markup:
    base = _y(0, _most(plot))
    ends = f"{_x(plot, len(plot.categories) - 0.5):.1f},{base:.1f} {_x(plot, 0.5):.1f},{base:.1f}"
    filled = [
        el("polygon", points=f"{_points(plot, line)} {ends}", fill=_colour(plot, number), fill_opacity=0.25)
        for number, line in enumerate(plot.series)
    ]
    return Markup("").join(filled) + _lines(plot)


def _pie(plot: Plot) -> Markup:
    values = list(plot.series[0].values) if plot.series else []
    total, turned, shown = sum(values) or 1, -pi / 2, Markup("")
    x, y, radius = WIDTH / 2, HEIGHT / 2, HEIGHT / 2 - 20
    for number, value in enumerate(values):
        angle = 2 * pi * min(value / total, 0.9999)
        start, end = (x + radius * cos(turned), y + radius * sin(turned)), turned + angle
        path = f"M{x:.1f} {y:.1f}L{start[0]:.1f} {start[1]:.1f}A{radius} {radius} 0 {int(angle > pi)} 1 "
        path += f"{x + radius * cos(end):.1f} {y + radius * sin(end):.1f}Z"
        shown += el("path", d=path, fill=COLOURS[number % len(COLOURS)], stroke="#fff")
        middle = turned + angle / 2
        shown += _text(f"{value:g}", x + radius * 0.65 * cos(middle), y + radius * 0.65 * sin(middle), class_="slice")
        turned = end
    return shown


_DRAWN: Final = {"bar": _bars, "stacked": _stacked, "line": _lines, "area": _areas}
