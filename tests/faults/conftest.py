"""The fixture `house`: a product of its own for each test, whose processes end with the test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import logs
from bot.settings import Settings
from sandbox.sheets import Drive
from sandbox.slack import Workspace
from storage.engine import Sessions
from tests.faults.house import House
from tests.faults.processes import PATIENCE
from tests.faults.told import TOLD
from tests.kit.fork_server import PRODUCT, shared


@pytest.fixture
def house(
    settings: Settings,
    sessions: Sessions,
    workspace: Workspace,
    drive: Drive,
    *,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> Iterator[House]:
    """The product without any process running and without any cycle."""
    logs.set_up(settings.log_level)  # as its processes do: structlog's default renders every frame of an error
    workspace.trigger_seconds = workspace.answer_seconds = PATIENCE  # a busy machine may need Slack's three seconds
    found = House(settings, sessions, workspace, drive, home=tmp_path, fork_server=shared(*PRODUCT))
    try:
        yield found
    finally:
        found.kill()
        record_property(TOLD, found.told)
