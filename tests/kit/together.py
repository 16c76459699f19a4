"""How tests are shared out among the processes of a run."""

from xdist.scheduler import LoadScopeScheduling

TOGETHER = (
    "tests/page/", "tests/home/test_behind.py", "tests/bot/test_cli.py", "tests/moments/",
    "tests/journeys/test_guide.py", "tests/bot/test_doctor_blocks.py", "tests/test_house.py",
)  # fmt: skip
"""Tests that share something dear to begin with, so that one process runs all of them."""


class Together(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """Sends each test to whichever process is free, but what belongs together to one.

    xdist's own groups write into a test's id, which pytest no longer lets them do.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((each for each in TOGETHER if nodeid.startswith(each)), nodeid)
