"""A deployment that is as it should be, for whoever breaks it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.keys import check
from tests.kit.doctored import Doctor, environment
from tests.kit.play import Play


@pytest.fixture
def doctor(play: Play, tmp_path: Path) -> Iterator[Doctor]:
    """The published cycle, open, a worker at work, everything posted and drawn; Slack would come in Socket Mode."""
    play.cast(_at_work)
    with play.working():
        token = play.workspace.in_socket_mode()
        yield Doctor(play, environment(play.settings) | {"SLACK_APP_TOKEN": token}, tmp_path)


def _at_work(play: Play) -> None:
    check(play.sessions)
    play.load()
    with play.working():
        play.settled()
