"""A screenshot reduced to 256 colours: a third of the size, and alike to the eye on a page of few colours."""

import struct
import zlib
from collections import Counter
from typing import Final

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_COLOURS: Final = 256
Pixel = tuple[int, int, int]


def smaller(png: bytes) -> bytes:
    """An 8-bit RGB or RGBA PNG, as browsers make them, reduced to a palette of its 256 most frequent colours."""
    chunks = _chunks(png)
    wide, high, _, kind = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
    size = {2: 3, 6: 4}[kind]
    rows = _unfiltered(zlib.decompress(chunks[b"IDAT"]), wide * size, high, size)
    pixels = [[(row[at], row[at + 1], row[at + 2]) for at in range(0, wide * size, size)] for row in rows]
    counted = Counter(pixel for row in pixels for pixel in row)
    palette = [pixel for pixel, _ in counted.most_common(_COLOURS)]
    place = {pixel: _nearest(pixel, palette) for pixel in counted}
    place |= {pixel: number for number, pixel in enumerate(palette)}
    drawn = b"".join(b"\0" + bytes(place[pixel] for pixel in row) for row in pixels)
    head = struct.pack(">IIBBBBB", wide, high, 8, 3, 0, 0, 0)
    colours = bytes(part for pixel in palette for part in pixel)
    parts = ((b"IHDR", head), (b"PLTE", colours), (b"IDAT", zlib.compress(drawn, 9)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, body) for name, body in parts)


def _chunks(png: bytes) -> dict[bytes, bytes]:
    """The chunks by name; chunks of the same name are joined."""
    found: dict[bytes, bytes] = {}
    at = len(_SIGNATURE)
    while at < len(png):
        length, name = struct.unpack(">I4s", png[at : at + 8])
        found[name] = found.get(name, b"") + png[at + 8 : at + 8 + length]
        at += length + 12
    return found


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _unfiltered(data: bytes, wide: int, high: int, size: int) -> list[bytearray]:
    """The bytes of each row with PNG's five filters undone. `wide`: bytes per row; `size`: bytes per pixel."""
    rows: list[bytearray] = []
    above = bytearray(wide)
    for number in range(high):
        start = number * (wide + 1)
        row = bytearray(data[start + 1 : start + 1 + wide])
        _undo(data[start], row, above, size)
        rows.append(row)
        above = row
    return rows


def _undo(how: int, row: bytearray, above: bytearray, size: int) -> None:
    for at in range(len(row)) if how else ():
        left = row[at - size] if at >= size else 0
        corner = above[at - size] if at >= size else 0
        guess = (0, left, above[at], (left + above[at]) // 2, 0)[how] if how != 4 else _paeth(left, above[at], corner)  # noqa: PLR2004  # PNG's own numbers
        row[at] = (row[at] + guess) & 255


def _paeth(left: int, up: int, corner: int) -> int:
    whole = left + up - corner
    return min((left, up, corner), key=lambda one: abs(whole - one))


def _nearest(pixel: Pixel, palette: list[Pixel]) -> int:
    red, green, blue = pixel
    return min(
        range(len(palette)),
        key=lambda at: (palette[at][0] - red) ** 2 + (palette[at][1] - green) ** 2 + (palette[at][2] - blue) ** 2,
    )
