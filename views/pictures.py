"""A chart as a picture, for where Slack can't draw one: its numbers, its alt text and its PNG."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from math import ceil
from textwrap import fill
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, FAINT, PAPER = "#1d1c1d", "#616061", "#ffffff"
FONT = "DejaVu Sans"
"""A font that comes with matplotlib, so that pictures are the same everywhere. Documents use Verdana, a similar one."""
_DOTS = 160
"""Dots per inch: 1,200 across, readable when a phone shows it at a third of that."""
WIDTH, LABELS, EDGE = 7.5, 1.9, 0.25
BAR, PANEL_HEAD, HEAD, LINE = 0.26, 0.75, 0.4, 0.17
"""Inches, as in the line above."""
MOST_ACROSS = 3
MOST_NAME = 18
_ROUND_NUMBER = 0.35
"""Room for the number beside a bar, as a fraction of the longest bar."""


@dataclass(frozen=True)
class Bar:
    """One bar with its number, which may be 0; `colour` is #rrggbb."""

    label: str
    number: int
    colour: str


@dataclass(frozen=True)
class Panel:
    """One chart of a picture. `note` gives the total; every panel of a picture has the same labels."""

    name: str
    note: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Picture:
    """Panels under one title, at most 3 in a row, and a caption that must be read with them."""

    title: str
    caption: str
    panels: tuple[Panel, ...]

    @property
    def key(self) -> str:
        """The picture's hash: 64 hexadecimal digits."""
        return hashlib.sha256(repr(self).encode()).hexdigest()

    @property
    def alt(self) -> str:
        """Every number in words, for screen readers."""
        parts = [
            f"{panel.name} ({panel.note}): " + ", ".join(f"{bar.label}: {bar.number}" for bar in panel.bars)
            for panel in self.panels
        ]
        return f"{self.title}. {'; '.join(parts)}."

    def png(self) -> bytes:
        """The picture as a PNG, drawn once and then cached."""
        return drawn(self)


@lru_cache(maxsize=32)
def drawn(picture: Picture) -> bytes:
    """The PNG of a picture; cached, since all of a report's documents share its pictures.

    matplotlib is loaded here, since most processes never draw.
    """
    from matplotlib.figure import Figure

    across = min(len(picture.panels), MOST_ACROSS)
    down = ceil(len(picture.panels) / across)
    caption = fill(picture.caption, 84)
    foot = EDGE + LINE * (caption.count("\n") + 2)
    panel = PANEL_HEAD + BAR * len(picture.panels[0].bars)
    height = HEAD + panel * down + foot
    figure = Figure(figsize=(WIDTH, height), dpi=_DOTS, facecolor=PAPER)
    words: dict[str, Any] = {"fontfamily": FONT, "parse_math": False, "va": "top"}
    figure.text(EDGE / WIDTH, 1 - 0.18 / height, _drawable(picture.title), size=14, color=INK, weight="bold", **words)
    figure.text(EDGE / WIDTH, (foot - LINE) / height, _drawable(caption), size=9, color=FAINT, **words)
    longest = max((bar.number for each in picture.panels for bar in each.bars), default=0) or 1
    room = (WIDTH - LABELS - EDGE) / across
    for place, each in enumerate(picture.panels):
        row, column = divmod(place, across)
        bars = BAR * len(each.bars)
        left, bottom = LABELS + column * room, height - HEAD - row * panel - PANEL_HEAD - bars
        box = (left / WIDTH, bottom / height, (room - 0.2) / WIDTH, bars / height)
        _draw(figure.add_axes(box), each, longest, labelled=column == 0)
    png = BytesIO()
    figure.savefig(png, format="png", dpi=_DOTS, metadata={"Software": None})
    return png.getvalue()


def _draw(axes: "Axes", panel: Panel, longest: int, *, labelled: bool) -> None:
    """Draw one panel: a bar for each label, the first on top, with its number beside it."""
    places = range(len(panel.bars))
    axes.barh(places, [bar.number for bar in panel.bars], height=0.72, color=[bar.colour for bar in panel.bars])
    for place, bar in zip(places, panel.bars, strict=True):
        axes.annotate(
            str(bar.number), (bar.number, place), (5, 0), textcoords="offset points",
            va="center_baseline", fontfamily=FONT, size=11, color=INK,
        )  # fmt: skip
    axes.set_xlim(0, longest * (1 + _ROUND_NUMBER))
    axes.set_ylim(len(panel.bars) - 0.5, -0.5)
    axes.set_xticks([])
    labels = [_drawable(bar.label) if labelled else "" for bar in panel.bars]
    axes.set_yticks(places, labels, fontfamily=FONT, size=10, color=INK, parse_math=False)
    axes.tick_params(left=False)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
    axes.spines["left"].set_color(FAINT)
    above: dict[str, Any] = {"fontfamily": FONT, "parse_math": False, "transform": axes.transAxes, "va": "bottom"}
    unit = 1 / (BAR * len(panel.bars))  # an inch above the bars
    note = _drawable(panel.note).replace(", ", "\n")
    axes.text(0, 1 + 0.07 * unit, note, size=8, color=FAINT, linespacing=1.1, **above)
    axes.text(0, 1 + 0.37 * unit, _drawable(_cut(panel.name)), size=11, color=INK, weight="bold", **above)


def _cut(name: str) -> str:
    return name if len(name) <= MOST_NAME else name[: MOST_NAME - 1].rstrip() + "…"


def _drawable(text: str) -> str:
    """`text` with a question mark for each character that the font lacks; the alt text has the whole of it."""
    from matplotlib.font_manager import findfont, get_font

    known = get_font(findfont(FONT)).get_charmap()
    return "".join(each if each == "\n" or ord(each) in known else "?" for each in text)
