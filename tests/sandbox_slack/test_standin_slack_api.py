"""Slack's own client against the stand-in's Web API."""

from collections.abc import Callable
from typing import Any
from urllib.request import Request, urlopen

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from sandbox.slack import Team, Workspace, admin

LEAD, EAST, NORTH, GENERAL, BOT = "U0EDUEAST1", "C0AUDEAST1", "C0AUDNORT1", "C0GENERAL1", "U0BOTUSER1"
HELLO = [{"type": "section", "text": {"type": "mrkdwn", "text": "Hello & <@U0EDUEAST1> <b>"}}]
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [{"type": "divider"}]}
METADATA = {"event_type": "roundtable_message", "event_payload": {"row": 7}}


def refusal(call: Callable[..., Any], **args: object) -> dict[str, Any]:
    with pytest.raises(SlackApiError) as caught:
        call(**args)
    data: dict[str, Any] = caught.value.response.data
    return data


def test_the_token_says_who_asks(client: WebClient, address: str, workspace: Workspace) -> None:
    answer = client.auth_test()
    assert answer["team_id"] == "T0SANDBOX1"
    assert answer["user_id"] == BOT
    assert answer.headers["X-Accepted-OAuth-Scopes"] == ""
    api = f"{address}/api/"
    assert refusal(WebClient("xoxb-other", base_url=api).auth_test)["error"] == "invalid_auth"
    assert refusal(WebClient("", base_url=api).auth_test)["error"] == "not_authed"
    assert refusal(client.api_call, api_method="no.such")["error"] == "unknown_method"
    workspace.app.active = False
    assert refusal(client.auth_test)["error"] == "account_inactive"
    assert client.api_test(foo="bar")["args"] == {"foo": "bar"}


def test_a_message_is_kept_as_slack_keeps_it(client: WebClient) -> None:
    answer = client.chat_postMessage(channel=EAST, text="a & b <i> https://x.example", unfurl_links=False)
    message = answer["message"]
    assert message["text"] == "a &amp; b &lt;i&gt; <https://x.example>"
    assert message["type"] == "message"
    assert (message["user"], message["bot_id"], message["app_id"]) == (BOT, "B0SANDBOX1", "A0SANDBOX1")
    assert message["bot_profile"]["name"] == "Roundtable"
    assert message["blocks"][0]["type"] == "rich_text"
    blocks = client.chat_postMessage(channel=EAST, text="t", blocks=HELLO)["message"]["blocks"]
    assert blocks[0]["text"] == {
        "type": "mrkdwn",
        "text": "Hello &amp; <@U0EDUEAST1> &lt;b&gt;",
        "verbatim": False,
    }
    assert blocks[0]["block_id"]


def test_metadata_is_found_again_only_when_asked_for(client: WebClient) -> None:
    before = client.chat_postMessage(channel=EAST, text="before")["ts"]
    ts = client.chat_postMessage(channel=EAST, text="t", metadata=METADATA)["ts"]
    plain = client.conversations_history(channel=EAST, oldest=before)["messages"]
    assert [(one["ts"], "metadata" in one) for one in plain] == [(ts, False)]
    asked = client.conversations_history(channel=EAST, oldest=before, inclusive=True, include_all_metadata=True)
    assert [one.get("metadata") for one in asked["messages"]] == [METADATA, None]
    wrong = refusal(client.chat_postMessage, channel=EAST, text="t", metadata={"event_type": "x"})
    assert wrong["error"] == "invalid_metadata_format"


def test_messages_are_changed_and_deleted(client: WebClient, workspace: Workspace) -> None:
    ts = client.chat_postMessage(channel=EAST, text="one", blocks=HELLO, metadata=METADATA)["ts"]
    changed = client.chat_update(channel=EAST, ts=ts, text="two")
    assert changed["text"] == "two"
    assert changed["message"]["edited"]["user"] == "B0SANDBOX1"
    assert changed["message"]["metadata"] == METADATA
    assert client.chat_getPermalink(channel=EAST, message_ts=ts)["permalink"].endswith(f"/p{ts.replace('.', '')}")
    client.reactions_add(channel=EAST, timestamp=ts, name="eyes")
    client.chat_delete(channel=EAST, ts=ts)
    assert refusal(client.chat_update, channel=EAST, ts=ts, text="x")["error"] == "message_not_found"
    workspace.person(LEAD).say(EAST, "mine")
    theirs = workspace.person(LEAD).messages(EAST)[-1]["ts"]
    assert refusal(client.chat_update, channel=EAST, ts=theirs, text="x")["error"] == "cant_update_message"
    assert refusal(client.chat_delete, channel=EAST, ts=theirs)["error"] == "cant_delete_message"


@pytest.mark.filterwarnings("ignore:The top-level `text` argument:UserWarning")
def test_posting_is_refused_for_slacks_reasons(client: WebClient, workspace: Workspace) -> None:
    def post(**args: object) -> object:
        return refusal(client.chat_postMessage, **{"channel": EAST, "text": "t", **args})["error"]

    assert post(channel="C0NOWHERE1") == "channel_not_found"
    assert post(channel=GENERAL) == "not_in_channel"
    assert post(text="") == "no_text"
    assert post(text="x" * 40_001) == "msg_too_long"
    wrong = refusal(client.chat_postMessage, channel=EAST, text="t", blocks=[{"type": "header"}])
    assert wrong["error"] == "invalid_blocks"
    assert wrong["errors"] == ["missing required field: text [json-pointer:/blocks/0]"]
    assert wrong["response_metadata"]["messages"] == ["[ERROR] missing required field: text [json-pointer:/blocks/0]"]
    long = [{"type": "section", "text": {"type": "plain_text", "text": "x" * 2600}}] * 4
    assert post(blocks=long) == "msg_blocks_too_long"
    admin.to_channel(workspace, EAST, "read_only", {})
    assert post() == "restricted_action"
    admin.to_channel(workspace, EAST, "archive", {})
    assert post() == "is_archived"
    admin.to_channel(workspace, NORTH, "kick", {})
    assert post(channel=NORTH) == "channel_not_found"


def test_direct_messages_and_who_cannot_have_them(client: WebClient, workspace: Workspace) -> None:
    opened = client.conversations_open(users=LEAD)["channel"]["id"]
    again = client.conversations_open(users=[LEAD], return_im=True)
    assert (again["already_open"], again["channel"]["user"]) == (True, LEAD)
    assert client.chat_postMessage(channel=LEAD, text="t")["channel"] == opened
    assert refusal(client.conversations_open, users="U0NOBODY01")["error"] == "user_not_found"
    assert refusal(client.conversations_open, users=BOT)["error"] == "cannot_dm_bot"
    workspace.teams["T0OTHER001"] = Team("T0OTHER001", "Other", "other")
    workspace.add_user(id="U0EXTERNA1", team_id="T0OTHER001", name="external", real_name="External")
    assert refusal(client.conversations_open, users="U0EXTERNA1")["error"] == "user_not_visible"
    admin.refuse_dms(workspace, LEAD, "messages_tab_disabled")
    assert refusal(client.conversations_open, users=LEAD)["error"] == "messages_tab_disabled"
    assert refusal(client.chat_postMessage, channel=opened, text="t")["error"] == "messages_tab_disabled"
    admin.refuse_dms(workspace, LEAD, "")
    admin.deactivate(workspace, LEAD)
    assert refusal(client.conversations_open, users=LEAD)["error"] == "user_disabled"
    assert client.users_info(user=LEAD)["user"]["deleted"] is True
    assert client.chat_postMessage(channel=LEAD, text="Slack takes it all the same")["channel"] == opened


def test_an_ephemeral_is_seen_by_one(client: WebClient, workspace: Workspace) -> None:
    client.chat_postEphemeral(channel=EAST, user=LEAD, text="only you")
    assert [one["text"] for one in workspace.person(LEAD).messages(EAST)] == ["only you"]
    assert workspace.person("U0COORDIN1").messages(EAST) == []
    assert client.conversations_history(channel=EAST)["messages"] == []
    assert refusal(client.chat_postEphemeral, channel=EAST, user="U0OUTSIDE1", text="t")["error"] == (
        "user_not_in_channel"
    )


def test_channels_tell_whether_they_are_private_and_shared(client: WebClient, workspace: Workspace) -> None:
    channel = client.conversations_info(channel=EAST, include_num_members=True)["channel"]
    assert (channel["is_private"], channel["is_ext_shared"], channel["num_members"]) == (True, False, 5)
    admin.to_channel(workspace, EAST, "share", {"team": "T0OTHER001"})
    admin.to_channel(workspace, EAST, "make_public", {})
    channel = client.conversations_info(channel=EAST)["channel"]
    assert (channel["is_private"], channel["is_ext_shared"]) == (False, True)
    listed = client.conversations_list(types="private_channel")["channels"]
    assert [one["name"] for one in listed] == ["audit-north", "audit-sub-group"]
    assert client.conversations_members(channel=NORTH)["members"] == [BOT, "U0COORDIN1", "U0HLTNORT1"]
    assert client.conversations_join(channel=GENERAL)["channel"]["is_member"] is True
    assert client.users_conversations(user=LEAD, types="public_channel")["channels"][0]["name"] == "general"
    people = client.users_list(limit=3)
    rest = client.users_list(cursor=people["response_metadata"]["next_cursor"])
    assert {one["id"] for one in people["members"] + rest["members"]} == {"USLACKBOT", *workspace.users}
    assert refusal(client.users_list, cursor="nonsense")["error"] == "invalid_cursor"
    assert client.users_lookupByEmail(email="coordinator@board.example")["user"]["id"] == "U0COORDIN1"


def test_history_comes_in_pages_newest_first(client: WebClient) -> None:
    sent = [client.chat_postMessage(channel=EAST, text=str(number))["ts"] for number in range(5)]
    assert len(set(sent)) == 5
    first = client.conversations_history(channel=EAST, limit=3)
    assert [one["text"] for one in first["messages"]] == ["4", "3", "2"]
    assert first["has_more"] is True
    sent.append(client.chat_postMessage(channel=EAST, text="meanwhile")["ts"])
    second = client.conversations_history(channel=EAST, cursor=first["response_metadata"]["next_cursor"])
    assert [one["text"] for one in second["messages"]] == ["1", "0"]
    client.chat_postMessage(channel=EAST, text="below", thread_ts=sent[0])
    thread = client.conversations_replies(channel=EAST, ts=sent[0])["messages"]
    assert [one["text"] for one in thread] == ["0", "below"]
    assert thread[0]["reply_count"] == 1


def test_views_are_refused_in_slacks_words(client: WebClient, workspace: Workspace) -> None:
    def trigger() -> str:
        return workspace.new_trigger(LEAD)

    wrong = refusal(client.views_open, trigger_id=trigger(), view={**MODAL, "title": None})
    assert wrong["error"] == "invalid_arguments"
    assert "[ERROR] missing required field: title [json-pointer:/view]" in wrong["response_metadata"]["messages"]
    used = trigger()
    view = client.views_open(trigger_id=used, view={**MODAL, "external_id": "e1"})["view"]
    assert view["id"].startswith("V")
    assert view["root_view_id"] == view["id"]
    assert view["state"] == {"values": {}}
    assert refusal(client.views_open, trigger_id=used, view=MODAL)["error"] == "exchanged_trigger_id"
    assert refusal(client.views_open, trigger_id="1.2.3", view=MODAL)["error"] == "invalid_trigger_id"
    again = refusal(client.views_open, trigger_id=trigger(), view={**MODAL, "external_id": "e1"})
    assert again["error"] == "duplicate_external_id"
    assert refusal(client.views_update, view_id="V0NOWHERE1", view=MODAL)["error"] == "not_found"
    stale = refusal(client.views_update, view_id=view["id"], hash="1.x", view=MODAL)
    assert stale["error"] == "hash_conflict"
    changed = client.views_update(external_id="e1", hash=view["hash"], view={**MODAL, "external_id": "e1"})["view"]
    assert changed["hash"] != view["hash"]
    workspace.trigger_seconds = -1
    assert refusal(client.views_open, trigger_id=trigger(), view=MODAL)["error"] == "expired_trigger_id"


def test_pushing_needs_a_modal_below_and_ends_at_three(client: WebClient, workspace: Workspace) -> None:
    outside = refusal(client.views_push, trigger_id=workspace.new_trigger(LEAD), view=MODAL)
    assert outside["error"] == "invalid_arguments"
    view = client.views_open(trigger_id=workspace.new_trigger(LEAD), view=MODAL)["view"]["id"]
    for _ in range(2):
        view = client.views_push(trigger_id=workspace.new_trigger(LEAD, view), view=MODAL)["view"]["id"]
    fourth = refusal(client.views_push, trigger_id=workspace.new_trigger(LEAD, view), view=MODAL)
    assert fourth["error"] == "push_limit_reached"


def test_a_home_is_replaced_by_hash(client: WebClient) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    first = client.views_publish(user_id=LEAD, view=home)["view"]
    client.views_publish(user_id=LEAD, hash=first["hash"], view=home)
    stale = refusal(client.views_publish, user_id=LEAD, hash=first["hash"], view=home)
    assert stale["error"] == "hash_conflict"


def test_files_go_through_the_external_upload(client: WebClient, workspace: Workspace) -> None:
    answer = client.files_upload_v2(
        channel=EAST, filename="report.pdf", content=b"%PDF", title="Report", initial_comment="Here"
    )
    file: dict[str, Any] = answer["file"]
    assert (file["name"], file["title"], file["size"]) == ("report.pdf", "Report", 4)
    message = workspace.person(LEAD).messages(EAST)[-1]
    assert message["text"] == "Here"
    assert message["files"][0]["id"] == file["id"]  # type: ignore[index]
    wanted = Request(file["url_private"], headers={"Authorization": "Bearer xoxb-sandbox"})
    with urlopen(wanted) as served:
        assert served.read() == b"%PDF"
    assert EAST in client.files_info(file=file["id"])["file"]["shares"]["private"]
    no_picture = [{"type": "image", "alt_text": "A chart", "slack_file": {"id": file["id"]}}]
    wrong = refusal(client.chat_postMessage, channel=EAST, text="t", blocks=no_picture)
    assert wrong["errors"] == ["invalid slack file [json-pointer:/blocks/0/slack_file]"]
    chart = client.files_upload_v2(filename="chart.png", content=b"\x89PNG", alt_txt="A chart")["file"]["id"]
    picture = [{"type": "image", "alt_text": "A chart", "slack_file": {"id": chart}}]
    assert client.chat_postMessage(channel=EAST, text="t", blocks=picture)["ok"]
    assert client.views_publish(user_id=LEAD, view={"type": "home", "blocks": picture})["ok"]
    client.files_delete(file=file["id"])
    assert refusal(client.files_info, file=file["id"])["error"] == "file_not_found"


def test_what_is_to_be_shown_can_be_checked_before(client: WebClient, workspace: Workspace) -> None:
    def checked(**given: object) -> dict[str, Any]:
        return refusal(client.api_call, api_method="blocks.validate", json=given)

    assert client.api_call("blocks.validate", json={"view": MODAL})["ok"]
    assert client.api_call("blocks.validate", json={"message": {"blocks": HELLO}})["ok"]
    assert client.api_call("blocks.validate", json={"blocks": HELLO})["ok"]
    assert checked(view=MODAL, blocks=HELLO)["error"] == checked()["error"] == "invalid_arguments"
    wrong = checked(view=MODAL | {"blocks": [{"type": "section"}]})
    assert wrong["error"] == "invalid_view"
    assert wrong["errors"][0]["pointer"] == "/blocks/0/type"
    assert checked(message={"blocks": [{"type": "alert"}]})["error"] == "invalid_message"
    assert not workspace.views
