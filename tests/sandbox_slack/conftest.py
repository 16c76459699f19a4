"""A served stand-in, Slack's own client, and a real bolt app behind Flask that listens to it."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response, request
from slack_bolt import Ack, App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_sdk import WebClient

from sandbox.serve import serving
from sandbox.slack import Workspace, running

from .forms import LEAD, Json, button, form
from .receiving import Listener


@pytest.fixture
def workspace() -> Workspace:
    found = Workspace.from_seed()
    found.trigger_seconds = found.answer_seconds = 60  # a busy machine may need Slack's three seconds
    return found


@pytest.fixture
def address(workspace: Workspace) -> Iterator[str]:
    with running(workspace) as served:
        yield served


@pytest.fixture
def client(address: str) -> WebClient:
    return WebClient("xoxb-sandbox", base_url=f"{address}/api/", timeout=60)


@pytest.fixture
def listener(workspace: Workspace, client: WebClient) -> Iterator[Listener]:
    """Its app is bare: a test adds listeners; statuses put into `answers` are given first, without asking bolt."""
    app = App(client=client, signing_secret="sandbox-signing-secret", process_before_response=True)
    found = Listener(app)
    handler, server = SlackRequestHandler(app), Flask("listener")

    @server.post("/slack/events")
    def events() -> Response:
        with found.lock:
            found.requests.append((dict(request.headers), request.get_data()))
            status = found.answers.pop(0) if found.answers else None
        return Response("", status) if status else handler.handle(request)

    with serving(server) as receiver:
        workspace.app.request_url = f"{receiver}/slack/events"
        yield found


@pytest.fixture
def opened(workspace: Workspace, client: WebClient, listener: Listener) -> Workspace:
    """The lead clicked a button in a direct message and has the form in front of them."""

    @listener.app.action("return.open")
    def open_form(ack: Ack, body: Json, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=form())
        ack()

    @listener.app.action("other")
    def other(ack: Ack, body: Json, client: WebClient) -> None:
        client.views_push(trigger_id=body["trigger_id"], view=form("Pushed"))
        ack()

    lead = workspace.person(LEAD)
    posted = client.chat_postMessage(channel=lead.dm, text="One waits", blocks=button())
    assert lead.click(lead.dm, posted["ts"], "return.open").status == 200
    return workspace
