"""The stand-in by itself: its control API, its file, its command line."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from slack_sdk import WebClient

from sandbox import die_with_parent
from sandbox.slack import Workspace, running

from .receiving import Listener

LEAD, EAST = "U0EDUEAST1", "C0AUDEAST1"
BUTTON = {"type": "button", "action_id": "open", "text": {"type": "plain_text", "text": "Open"}, "value": "R1"}
ACTIONS = [{"type": "actions", "block_id": "b", "elements": [BUTTON]}]


def ask(address: str, path: str, body: object = None, method: str | None = None) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(f"{address}/_sandbox/{path}", data, method=method)) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def test_a_page_sees_and_does_what_a_person_can(address: str, client: WebClient, listener: Listener) -> None:
    ts = client.chat_postMessage(channel=EAST, text="One waits", blocks=ACTIONS)["ts"]
    listener.answers.extend([200, 500])
    seen = ask(address, f"people/{LEAD}")
    assert {one["name"]: one["unread"] for one in seen["channels"]}["audit-east"] == 1
    click = {"channel": EAST, "ts": ts, "action_id": "open"}
    assert ask(address, f"people/{LEAD}/click", click)["status"] == 200
    assert "dispatch_failed" in ask(address, f"people/{LEAD}/click", click)["shown"]
    version = seen["version"]
    ask(address, f"people/{LEAD}/read", {"channel": EAST})
    seen = ask(address, f"people/{LEAD}")
    assert {one["name"]: one["unread"] for one in seen["channels"]}["audit-east"] == 0
    assert ask(address, f"version?after={version}&seconds=5")["version"] > version
    assert len(ask(address, f"people/{LEAD}/messages?channel={EAST}")["messages"]) == 1
    assert ask(address, f"messages?channel={EAST}")["messages"][0]["ts"] == ts
    assert ask(address, "counts")["chat.postMessage"] == 1
    assert ask(address, "log?method=chat.postMessage")["calls"][0]["result"]["ok"] is True
    with pytest.raises(HTTPError, match="409"):
        ask(address, f"people/{LEAD}/click", {**click, "action_id": "nothing"})
    with pytest.raises(HTTPError, match="404"):
        ask(address, "people/U0NOBODY01")


def test_requests_can_be_forged_and_sent_again_from_outside(address: str, listener: Listener) -> None:
    listener.answers.extend([200, 200])
    sent = ask(address, "send/interactive", {"type": "block_actions", "team": {"id": "T0OTHER001"}})["request"]
    assert ask(address, "resend", sent)["status"] == 200
    (first, body), (second, again) = listener.requests
    assert body == again
    assert first["X-Slack-Signature"] == second["X-Slack-Signature"]


def test_trouble_can_be_made_from_outside(address: str, client: WebClient, workspace: Workspace) -> None:
    ask(address, "faults", {"match": "auth.test", "status": 503, "times": None})
    with pytest.raises(HTTPError, match="503"):
        urlopen(f"{address}/api/auth.test")
    assert len(ask(address, "faults")["faults"]) == 1
    ask(address, "faults", method="DELETE")
    client.auth_test()
    ask(address, f"people/{LEAD}/refuse_dms", {"error": "user_not_visible"})
    assert workspace.users[LEAD].dm_error == "user_not_visible"
    ask(address, f"people/{LEAD}/deactivate", {})
    assert workspace.users[LEAD].deleted
    ask(address, f"channels/{EAST}/kick", {})
    assert workspace.app.bot_user_id not in workspace.channels[EAST].members
    ask(address, f"channels/{EAST}/archive", {})
    assert workspace.channels[EAST].is_archived
    ask(address, "people", {"id": "U0NEWCOME1", "name": "newcomer", "real_name": "Newcomer"})
    assert client.users_info(user="U0NEWCOME1")["user"]["real_name"] == "Newcomer"


def test_a_workspace_goes_on_where_it_was(tmp_path: Path) -> None:
    kept = tmp_path / "slack.json"
    workspace = Workspace.load(kept)
    with running(workspace) as address:
        client = WebClient("xoxb-sandbox", base_url=f"{address}/api/")
        ts = client.chat_postMessage(channel=LEAD, text="kept \U0001f9ea", blocks=ACTIONS)["ts"]
        view = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": ACTIONS}
        client.views_open(trigger_id=workspace.new_trigger(LEAD), view=view)
    again = Workspace.load(kept)
    lead = again.person(LEAD)
    assert [one["ts"] for one in lead.messages(lead.dm)] == [ts]
    modal = lead.modal()
    assert modal is not None
    assert modal.content["title"] == {"type": "plain_text", "text": "T", "emoji": True}


def test_a_seed_with_an_unknown_field_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="a Team has no nmae"):
        Workspace.from_seed({"team": {"id": "T1", "nmae": "x", "domain": "x"}, "app": {}})


def test_it_runs_alone(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox.slack", "--port", "0", "--state", str(tmp_path / "state.json")]
    with subprocess.Popen(
        die_with_parent.command(*command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ}
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", first)
        assert found is not None
        assert WebClient("xoxb-sandbox", base_url=f"{found[0]}/api/").auth_test()["ok"]
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
