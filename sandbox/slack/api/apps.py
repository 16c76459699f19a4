"""The apps methods: a URL for a connection in Socket Mode."""

from typing import Final

from sandbox.slack.api.args import Args
from sandbox.slack.api.method import Method
from sandbox.slack.shapes import Obj
from sandbox.slack.workspace import Workspace


def _open(workspace: Workspace, _: Args) -> Obj:
    return {"ok": True, "url": workspace.sockets.ticket()}


METHODS: Final = {"apps.connections.open": Method(_open, ("connections:write",), app_level=True)}
