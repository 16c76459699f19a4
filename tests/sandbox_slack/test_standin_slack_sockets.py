"""Socket Mode as Slack's own client knows it: it is let in, hears hello, answers envelopes, and is replaced."""

from contextlib import ExitStack
from threading import Thread

import pytest
import requests
from slack_bolt import Ack, App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from websockets.sync.client import connect

from sandbox.slack import Workspace
from sandbox.slack.sockets import MOST

LEAD = "U0EDUEAST1"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # of that client, at its end
def test_slack_s_own_client_is_content(workspace: Workspace, client: WebClient, address: str) -> None:
    token, sockets, heard = workspace.in_socket_mode(), workspace.sockets, []
    app = App(
        client=client,
        authorize=lambda: AuthorizeResult(enterprise_id=None, team_id=workspace.team.id, bot_token="xoxb-sandbox"),
        request_verification_enabled=False,
        process_before_response=True,
    )
    workspace.app.commands = ["/audit"]

    @app.command("/audit")
    def answer(ack: Ack) -> None:
        ack(text="Here they are.")

    @app.event("app_home_opened")
    def opened(ack: Ack, body: dict[str, object]) -> None:
        heard.append(body["event"])
        ack()

    handler = SocketModeHandler(app, token)
    handler.connect()  # type: ignore[no-untyped-call]  # bolt's own way
    try:
        assert sockets.wait()
        done = workspace.person(LEAD).command("/audit", "", "C0GENERAL1")
        assert (done.ok, done.body) == (True, '{"text":"Here they are."}')
        assert workspace.person(LEAD).open_home().ok
        assert len(heard) == 1
        assert requests.post(f"{address}/_sandbox/connections/refresh", timeout=60).json()["opened"] == 1
        assert sockets.wait_until(lambda: sockets.opened == 2 and sockets.held == 1)
        assert workspace.person(LEAD).open_home().ok
    finally:
        Thread(target=handler.close, daemon=True).start()  # it takes three seconds, for nobody


def test_it_says_no_as_slack_does(workspace: Workspace, address: str) -> None:
    def refusal(token: str, **form: str) -> str:
        with pytest.raises(SlackApiError) as no:
            WebClient(token, base_url=f"{address}/api/").api_call("apps.connections.open", data=form)
        return str(no.value.response["error"])

    token = workspace.in_socket_mode()
    assert refusal("xoxb-sandbox") == "not_allowed_token_type"
    assert refusal("xapp-another") == "invalid_auth"
    workspace.app.app_scopes = []
    assert refusal(token) == "missing_scope"
    with ExitStack() as stack:
        for _ in range(MOST):
            assert "hello" in stack.enter_context(connect(workspace.sockets.ticket())).recv(60)
        with connect(workspace.sockets.ticket()) as beyond:
            assert "too_many_websockets" in beyond.recv(60)
    workspace.app.socket_mode = False
    with connect(workspace.sockets.ticket()) as off:
        assert "link_disabled" in off.recv(60)
    assert workspace.person(LEAD).open_home().shown == "dispatch_failed"
