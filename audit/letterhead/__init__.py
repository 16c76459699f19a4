"""The partnership's name, its logo and its Word template: what its documents look like."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Letterhead:
    """A partnership's name ("" if it isn't told), its logo as a PNG and its own Word template (None: there is none)."""

    name: str = ""
    logo: bytes | None = None
    template: bytes | None = None


PLAIN = Letterhead()
"""Where nothing is set."""
