"""The short and the long version of tests: the short one tries a part; `make faults` tries all, which takes an hour."""

import os
from collections.abc import Sequence
from itertools import product
from typing import Any

LONG = bool(os.environ.get("FAULTS_LONG"))
"""Whether this is the long version; `make faults` sets it."""


def in_turn(*axes: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Combinations with each value of each axis at least once; in the long version, all combinations.

    From one combination to the next the longest axis changes, and the first of the others; each further one changes
    only once all combinations of those before it have occurred.
    """
    if LONG:
        return [*product(*axes)]
    longest, step, steps = max(axes, key=len), 1, []
    for axis in axes:
        steps.append(1 if axis is longest else step)
        step *= 1 if axis is longest else len(axis)
    number = max(1 + step * (len(axis) - 1) for axis, step in zip(axes, steps, strict=True))
    return [tuple(axis[n // step % len(axis)] for axis, step in zip(axes, steps, strict=True)) for n in range(number)]
