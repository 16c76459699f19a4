"""Threads that share Python's lock."""

import sys

TURN = 0.0005
"""Seconds."""


def share() -> None:
    """Let a thread that computes give the lock to one that waits for it ten times as soon as usual.

    A transaction gives the lock away at each of its statements. Beside a thread that draws a sheet a sweep of 40
    statements waited for it 40 times, and everybody who sends a return waited for the sweep: 0.2 to 0.5 s.
    """
    sys.setswitchinterval(TURN)
