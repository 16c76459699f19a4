"""More of the Web API: what comes after messages and conversations."""

import json
from collections.abc import Callable
from http.client import RemoteDisconnected
from typing import Any
from urllib.request import Request, urlopen

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from sandbox.faults import Fault
from sandbox.slack import Workspace
from sandbox.slack.api.door import METHODS

LEAD, EAST, NORTH = "U0EDUEAST1", "C0AUDEAST1", "C0AUDNORT1"
METADATA = {"event_type": "roundtable_message", "event_payload": {"row": 7}}


def refusal(call: Callable[..., Any], **args: object) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        call(**args)
    data: dict[str, Any] = caught.value.response.data
    return data


def test_a_response_url_works_five_times(workspace: Workspace, client: WebClient) -> None:
    ts = client.chat_postMessage(channel=EAST, text="original")["ts"]
    hook = WebhookClient(workspace.new_response_url(EAST, LEAD, message_ts=ts))
    assert hook.send(text="changed", replace_original=True).status_code == 200
    assert hook.send(text="only you").status_code == 200
    assert hook.send(text="all", response_type="in_channel").status_code == 200
    assert hook.send(blocks=[{"type": "header"}]).status_code == 400
    assert [one["text"] for one in workspace.person(LEAD).messages(EAST)] == ["changed", "only you", "all"]
    assert hook.send(delete_original=True).status_code == 200
    assert hook.send(text="sixth").status_code == 404
    assert [one["text"] for one in client.conversations_history(channel=EAST)["messages"]] == ["all"]


def test_missing_scopes_are_named(client: WebClient, workspace: Workspace) -> None:
    workspace.app.scopes = ["chat:write", "channels:read"]
    wrong = refusal(client.conversations_info, channel=EAST)
    assert (wrong["error"], wrong["needed"]) == ("missing_scope", "groups:read")
    assert wrong["provided"] == "chat:write,channels:read"
    answer = client.chat_postMessage(channel=EAST, text="t")
    assert answer.headers["X-OAuth-Scopes"] == "chat:write,channels:read"


def test_rates_are_kept_when_asked_for(client: WebClient, workspace: Workspace) -> None:
    workspace.clock = lambda: 1_800_000_000.0
    workspace.enforce_rates = True
    for _ in range(5):
        client.chat_postMessage(channel=EAST, text="t")
    with pytest.raises(SlackApiError) as caught:
        client.chat_postMessage(channel=EAST, text="t")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "1"
    assert caught.value.response.data == {"ok": False, "error": "ratelimited"}
    client.chat_postMessage(channel=NORTH, text="t")


def test_faults_stand_in_front(client: WebClient, workspace: Workspace, address: str) -> None:
    once = WebClient("xoxb-sandbox", base_url=f"{address}/api/", retry_handlers=[])
    workspace.faults.add(Fault("chat.postMessage", drop="after"))
    with pytest.raises(RemoteDisconnected):
        once.chat_postMessage(channel=EAST, text="t", metadata=METADATA)
    assert len(client.conversations_history(channel=EAST)["messages"]) == 1


def test_how_it_was_sent_is_warned_about(address: str) -> None:
    body = json.dumps({"token": "xoxb-sandbox"}).encode()
    with urlopen(Request(f"{address}/api/auth.test", body, {"Content-Type": "application/json"})) as answer:
        assert json.load(answer)["warning"] == "missing_charset"
    with urlopen(Request(f"{address}/api/auth.test", b"{", {"Content-Type": "application/json"})) as answer:
        assert json.load(answer)["error"] == "invalid_json"


GARBLED = [
    "x",
    "--1",
    "\u00b2",
    "\x00",
    "\ud800",
    5,
    1.5,
    True,
    [],
    {},
    [[]],
    "[]",
    "{}",
    "[[]]",
    '[{"type": []}]',
    EAST,
    LEAD,
]


@pytest.mark.parametrize("method", sorted(METHODS))
def test_garbled_arguments_are_answered_in_words(address: str, method: str) -> None:
    names = ("blocks", "view", "metadata", "files", "cursor", "limit", "oldest", "thread_ts", "types", "user", "ts")
    for number, value in enumerate(GARBLED):
        args = {
            "channel": EAST,
            "text": "t",
            names[number % len(names)]: value,
            names[(number + 5) % len(names)]: value,
        }
        headers = {"Content-Type": "application/json; charset=utf-8", "Authorization": "Bearer xoxb-sandbox"}
        with urlopen(Request(f"{address}/api/{method}", json.dumps(args).encode(), headers)) as answer:
            assert isinstance(json.load(answer)["ok"], bool)
