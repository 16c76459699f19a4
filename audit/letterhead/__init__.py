"""The partnership's name, logo and Word template, which determine what its documents look like."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Letterhead:
    """A partnership's name ("" if not set), its logo as a PNG and its own Word template (each None if not set)."""

    name: str = ""
    logo: bytes | None = None
    template: bytes | None = None


PLAIN = Letterhead()
"""The letterhead if nothing is set."""
