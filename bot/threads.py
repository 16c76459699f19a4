"""How threads share Python's global interpreter lock."""

import sys

TURN = 0.0005
"""Seconds after which a thread gives up the lock if another waits for it."""


def share() -> None:
    """Let a computing thread give the interpreter lock to a waiting one ten times as soon as by default.

    A transaction releases the lock at each of its statements. Beside a thread that draws a sheet, a sweep of 40
    statements waited for it 40 times, and everybody who sent a return waited for the sweep: 0.2 to 0.5 s.
    """
    sys.setswitchinterval(TURN)
