"""Files that people upload into forms."""

import base64
from typing import Protocol

from sandbox.slack import Workspace
from sandbox.slack.files import file_json
from sandbox.slack.model import File
from tests.kit.pressing import COORDINATOR


class Working(Protocol):
    """Anything with a workspace: a play, or the product as processes."""

    workspace: Workspace


def handed(play: Working, data: bytes, name: str = "ours.xlsx", file_id: str = "F0HANDED") -> dict[str, object]:
    """Upload a file for a form, and return the answer. Slack waits for longer, since a process must read the file."""
    play.workspace.answer_seconds = 60
    file = File(file_id, name, name, len(data), COORDINATOR, 0, "0123456789", complete=True)
    file.data = base64.b64encode(data).decode()
    play.workspace.files[file.id] = file
    return file_json(play.workspace, file)
