"""A deployment that is as it should be, for whoever breaks it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.keys import check
from tests.kit.doctored import Doctor, environment
from tests.kit.play import Play


@pytest.fixture
def doctor(play: Play, tmp_path: Path) -> Iterator[Doctor]:
    """The published cycle, open, a worker at work, everything posted and drawn."""
    check(play.sessions)
    play.load()
    with play.working():
        play.settled()
        yield Doctor(play, environment(play.settings), tmp_path)
