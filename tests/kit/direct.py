"""Slack's signed requests, passed to the application in the test's own thread, for tests that aren't about HTTP."""

from urllib.parse import urlsplit

from flask import Flask

from sandbox.slack import Outcome, SentRequest, Workspace
from sandbox.slack.sender import Sender


class Direct(Sender):
    """Calls `web` itself, including the gate, without a socket, a thread or Slack's three seconds."""

    def __init__(self, workspace: Workspace, web: Flask) -> None:
        super().__init__(workspace)
        self._client = web.test_client()

    def resend(self, request: SentRequest) -> Outcome:
        """The application's answer to a request."""
        path = urlsplit(request.url).path
        answer = self._client.post(path, data=request.body, headers=dict(request.headers))
        shown = None if answer.status_code < 300 else "dispatch_failed"
        return Outcome(answer.status_code, answer.text, 0.0, False, shown, request, dict(answer.headers))  # noqa: FBT003
