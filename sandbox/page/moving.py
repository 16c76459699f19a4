"""The documentation's animation of an audit from a return to its report, made from existing pictures."""

import io
from pathlib import Path
from typing import Final

from PIL import Image

NAME: Final = "audit.gif"
FRAMES: Final = (
    ("page", 2500), ("return", 2000), ("return-saved", 2500), ("summaries", 2500), ("discussion", 2500),
    ("ratify", 2000), ("tally", 3000), ("report-sent", 3500),
)  # fmt: skip
"""Each picture, and for how many milliseconds it is shown."""
MOST: Final = 2_000_000
"""The limit of the file in bytes, for a page that many people open."""


def joined(folder: Path) -> bytes:
    """A looping GIF of the pictures in a folder. Raises ValueError if it is larger than MOST."""
    first, *others = (_still(folder / f"{name}.png") for name, _ in FRAMES)
    file = io.BytesIO()
    durations = [milliseconds for _, milliseconds in FRAMES]
    first.save(file, "GIF", save_all=True, append_images=others, duration=durations, loop=0, optimize=True)
    if file.tell() > MOST:
        raise ValueError(f"{NAME} has {file.tell():,} bytes")
    return file.getvalue()


def _still(path: Path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
