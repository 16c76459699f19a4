"""The distribution of tests among the processes of a run."""

from xdist.scheduler import LoadScopeScheduling

TOGETHER = (
    "tests/page/", "tests/home/test_behind.py", "tests/bot/test_cli.py", "tests/moments/",
    "tests/journeys/test_guide.py", "tests/bot/test_doctor_blocks.py", "tests/test_house.py",
)  # fmt: skip
"""Tests that share something expensive, so that one process runs all of them."""


class Together(LoadScopeScheduling):  # type: ignore[misc]  # the base class has no types
    """Sends each test to any free process, but those of one entry of TOGETHER to the same one.

    xdist's own groups would add to a test's id, which pytest no longer permits.
    """

    def _split_scope(self, nodeid: str) -> str:
        return next((each for each in TOGETHER if nodeid.startswith(each)), nodeid)
