"""A form that is filled from what stands, and what becomes of it when it is sent."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A form as it was filled from what stood then.

    `mark`: of what it showed, "" before there is anything to show; it comes back with the form (docs/decisions/0015).
    `again`: that isn't what stands now, since somebody was first or something has changed: nothing is done, and it
    is shown again with what was typed. `done`: what it asks for is so, be it sent once or twice.
    """

    mark: str = ""
    again: bool = False
    done: bool = False
