"""Colours as Google keeps them: 8-bit parts as float32 without zeros, each twice (as a Color and a ColorStyle)."""

import struct
from decimal import Decimal

from sandbox.sheets.wire import Obj

Rgb = tuple[float, float, float]

WHITE: Obj = {"red": 1, "green": 1, "blue": 1}
THEME = {
    "TEXT": {},
    "BACKGROUND": WHITE,
    "ACCENT1": {"red": 0.25882354, "green": 0.52156866, "blue": 0.95686275},
    "ACCENT2": {"red": 0.91764706, "green": 0.2627451, "blue": 0.20784314},
    "ACCENT3": {"red": 0.9843137, "green": 0.7372549, "blue": 0.015686275},
    "ACCENT4": {"red": 0.20392157, "green": 0.65882355, "blue": 0.3254902},
    "ACCENT5": {"red": 1, "green": 0.42745098, "blue": 0.003921569},
    "ACCENT6": {"red": 0.27450982, "green": 0.7411765, "blue": 0.7764706},
    "LINK": {"red": 0.06666667, "green": 0.33333334, "blue": 0.8},
}
_STYLED = {
    "backgroundColor",
    "foregroundColor",
    "tabColor",
    "color",
    "headerColor",
    "firstBandColor",
    "secondBandColor",
    "footerColor",
    "visibleBackgroundColor",
    "visibleForegroundColor",
    "positiveColor",
    "negativeColor",
}


def float32(number: float) -> float:
    """The shortest decimal of the nearest float32, as Google prints floats."""
    exact = struct.unpack("f", struct.pack("f", number))[0]
    for digits in range(1, 10):
        short = float(f"{exact:.{digits}g}")
        if struct.unpack("f", struct.pack("f", short))[0] == exact:
            return int(short) if short.is_integer() else short
    return float(Decimal(exact))


def plain(colour: Obj) -> Obj:
    """A Color as Google returns it: its parts rounded to 8 bits, zeros left out."""
    parts = {part: round(colour.get(part, 0) * 255) / 255 for part in ("red", "green", "blue", "alpha")}
    return {part: float32(value) for part, value in parts.items() if value}


def paired(value: object) -> object:
    """`value` with each colour beside its ColorStyle, whichever was given; the style wins."""
    if isinstance(value, list):
        return [paired(one) for one in value]
    if not isinstance(value, dict):
        return value
    result = {name: paired(one) for name, one in value.items()}
    for name in _STYLED & {key.removesuffix("Style") for key in value}:
        style = value.get(name + "Style")
        if style == {}:  # no colour and no theme colour: ignored
            result.pop(name + "Style")
        elif isinstance(style, dict):
            theme = style.get("themeColor")
            colour = THEME.get(theme, {}) if theme else plain(style.get("rgbColor") or {})
            result[name] = colour
            result[name + "Style"] = {"themeColor": theme} if theme else {"rgbColor": colour}
        elif isinstance(value.get(name), dict):
            colour = plain(value[name])
            result[name] = colour
            result[name + "Style"] = {"rgbColor": colour}
    return result


def rgb(colour: Obj | None) -> Rgb | None:
    """Red, green and blue from 0 to 1; None for None."""
    if colour is None:
        return None
    return (float(colour.get("red", 0)), float(colour.get("green", 0)), float(colour.get("blue", 0)))
