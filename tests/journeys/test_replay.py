"""`make replay`: the published cycle on a product of its own, and the one line at the end."""

import re
import subprocess
import sys

import pytest

LINE = re.compile(
    r"replayed: cases 15, outstanding 0, good 4, requires improvement 6, inadequate 1, not graded 4, returns 150,"
    r" slack messages 31, sheet writes \d+, seconds \d+"
)
"""12 requests, 15 summaries, who has answered and the tally; since one return is late, a reminder and a digest too."""


@pytest.mark.timeout(400)
def test_the_replay_ends_with_the_published_figures() -> None:
    done = subprocess.run([sys.executable, "-m", "sandbox.replay"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *told, last = done.stdout.splitlines()
    assert LINE.fullmatch(last)
    assert sum(line.startswith("replayed") for line in told) == 0
    assert any("A burst of 150 returns cost " in line for line in told)
