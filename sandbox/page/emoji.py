"""Emoji: their short names, and drawings of the common ones, since a browser may lack a font for them."""

import re
from collections.abc import Mapping
from typing import Final

from markupsafe import Markup, escape

from sandbox.page.html import el, together

SHORT: Final[Mapping[str, str]] = {
    "white_check_mark": "✅",
    "heavy_check_mark": "✔️",
    "x": "❌",
    "warning": "⚠️",
    "hourglass": "⏳",
    "hourglass_flowing_sand": "⏳",
    "alarm_clock": "⏰",
    "bell": "🔔",
    "calendar": "📅",
    "clipboard": "📋",
    "memo": "📝",
    "lock": "🔒",
    "mag": "🔍",
    "eyes": "👀",
    "rotating_light": "🚨",
    "red_circle": "🔴",
    "large_yellow_circle": "🟡",
    "large_green_circle": "🟢",
    "large_blue_circle": "🔵",
    "white_circle": "⚪",
    "information_source": "ℹ️",  # noqa: RUF001  # the sign itself
    "bar_chart": "📊",
    "page_facing_up": "📄",
    "speech_balloon": "💬",
    "tada": "🎉",
    "wave": "👋",
    "thumbsup": "👍",
    "+1": "👍",
    "star": "⭐",
    "arrow_right": "➡️",
}
_TICK: Final = "M4.6 9.3l2.9 2.9 6-6.4"
_GLASS: Final = "M5 2.5h8M5 15.5h8M6 3c0 4 2.4 4.2 2.4 6S6 11 6 15M12 3c0 4-2.4 4.2-2.4 6S12 11 12 15"
_SHACKLE: Final = "M6 8V6a3 3 0 0 1 6 0v2"
_STROKED: Final[dict[str, str | int]] = {"fill": "none", "stroke_width": 2, "stroke_linecap": "round"}


def _round(colour: str) -> list[Markup]:
    return [el("circle", cx=9, cy=9, r=7, fill=colour)]


_DRAWN: Final[Mapping[str, list[Markup]]] = {
    "✅": [
        el("rect", x=1, y=1, width=16, height=16, rx=4, fill="#1c7d48"),
        el("path", d=_TICK, stroke="#fff", **_STROKED),
    ],
    "⚠": [
        el("path", d="M9 1.5L17.3 16.2H.7z", fill="#f2b200"),
        el("path", d="M9 6.5v4.6M9 13.6v.2", stroke="#3d2e00", **_STROKED),
    ],
    "⏳": [el("path", d=_GLASS, stroke="#8a5a12", **(_STROKED | {"stroke_width": 1.6}))],
    "⛔": [*_round("#b3261e"), el("rect", x=4.5, y=7.6, width=9, height=2.8, fill="#fff")],
    "❌": [el("path", d="M4 4l10 10M14 4L4 14", stroke="#b3261e", **_STROKED)],
    "ℹ": [  # noqa: RUF001  # the sign itself
        *_round("#1264a3"),
        el("path", d="M9 8.2v4.4M9 5.4v.2", stroke="#fff", **_STROKED),
    ],
    "🔒": [
        el("rect", x=4, y=8, width=10, height=7.5, rx=1.6, fill="currentColor"),
        el("path", d=_SHACKLE, stroke="currentColor", **_STROKED),
    ],
    "🕘": [
        el("circle", cx=9, cy=9, r=7, stroke="currentColor", **(_STROKED | {"stroke_width": 1.6})),
        el("path", d="M9 5v4H5.6", stroke="currentColor", **(_STROKED | {"stroke_width": 1.6})),
    ],
    "👁": [
        el("path", d="M1.5 9Q9 1.5 16.5 9 9 16.5 1.5 9z", stroke="currentColor", **(_STROKED | {"stroke_width": 1.5})),
        el("circle", cx=9, cy=9, r=2.3, fill="currentColor"),
    ],
    "📄": [el("path", d="M4.5 1.5h6l3 3v12h-9z", stroke="currentColor", **(_STROKED | {"stroke_width": 1.5}))],
    "🔴": _round("#c62f24"),
    "🟡": _round("#e5b400"),
    "🟢": _round("#238a4b"),
    "🔵": _round("#1264a3"),
}
_ANY: Final = re.compile("(" + "|".join(_DRAWN) + ")\ufe0f?")


def named(text: str) -> str:
    """`text` with emoji in place of the known short names."""
    return re.sub(r":([a-z0-9_+'-]+):", lambda found: SHORT.get(found[1], found[0]), text)


def drawn(text: str) -> Markup:
    """`text`, escaped, with pictures in place of the emoji that have a drawing."""
    parts = _ANY.split(text)
    return together(picture(part) if place % 2 else escape(part) for place, part in enumerate(parts))


def picture(sign: str) -> Markup:
    """One emoji as a picture; without a drawing, the character itself."""
    shapes = _DRAWN.get(sign.removesuffix("\ufe0f"))
    if shapes is None:
        return escape(sign)
    return el("svg", shapes, viewBox="0 0 18 18", class_="emoji", role="img", aria_label=sign)
