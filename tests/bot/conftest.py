"""A deployment that is as it should be, for whoever breaks it."""

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from jobs.worker_slots import slot
from storage.keys import check
from tests.kit.doctored import Doctor, environment
from tests.kit.play import Play


@pytest.fixture
def doctor(play: Play, tmp_path: Path) -> Iterator[Doctor]:
    """The published cycle, open, everything posted and drawn, a worker's slot held; Slack would come in Socket Mode."""
    play.start_from(_at_work)
    with slot(play.sessions.url, Event()):
        token = play.workspace.in_socket_mode()
        yield Doctor(play, environment(play.settings) | {"SLACK_APP_TOKEN": token}, tmp_path)


def _at_work(play: Play) -> None:
    check(play.sessions)
    play.load()
    play.work_while_waiting()
    play.settled()
