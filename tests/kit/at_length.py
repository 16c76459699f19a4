"""How much is tried: of what there is very much of, a part; all of it by `make faults`, which takes an hour."""

import os
from collections.abc import Sequence
from itertools import product
from typing import Any

LONG = bool(os.environ.get("FAULTS_LONG"))
"""Whether there is time for all of it: `make faults` sets it."""


def in_turn(*axes: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Each value of each axis at least once; at length each with each.

    The longest axis changes from one to the next, and so does the first of the others; each further one only when
    those before it have been through.
    """
    if LONG:
        return [*product(*axes)]
    longest, step, steps = max(axes, key=len), 1, []
    for axis in axes:
        steps.append(1 if axis is longest else step)
        step *= 1 if axis is longest else len(axis)
    number = max(1 + step * (len(axis) - 1) for axis, step in zip(axes, steps, strict=True))
    return [tuple(axis[n // step % len(axis)] for axis, step in zip(axes, steps, strict=True)) for n in range(number)]
