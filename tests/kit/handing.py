"""Files that people upload into forms."""

import base64

from sandbox.slack.files import file_json
from sandbox.slack.model import File
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR


def handed(play: Play, data: bytes, name: str = "ours.xlsx", file_id: str = "F0HANDED") -> dict[str, object]:
    """A file that somebody uploads into a form."""
    file = File(file_id, name, name, len(data), COORDINATOR, 0, "0123456789", complete=True)
    file.data = base64.b64encode(data).decode()
    play.workspace.files[file.id] = file
    return file_json(play.workspace, file)
