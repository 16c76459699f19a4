"""Every kind of request that Slack documents, at the real door: answered at once, with no effect that isn't ours.

What is sent has the shapes of Slack's own published samples, and a word in each text that no log may repeat.
"""

import json
import sys
from collections.abc import Callable, Mapping
from io import StringIO
from typing import Any

import pytest

from bot import logs
from sandbox.slack import Outcome
from tests.kit.forging import TEAM, Payload, click, command, home_opened, modal, submission
from tests.kit.looking import rows
from tests.kit.play import Play

CANARY = "Canaryword"
LEAD, EAST, RECORD = "U0EDUEAST", "C0AUDITEAST", "a" * 32
LOOKS = frozenset({"trail", "trail_head", "channels", "people"})
"""The tables in which an event may say that Slack is asked soon, and somebody's denial is recorded."""

ACCOUNT = {
    "id": LEAD, "team_id": TEAM, "name": CANARY, "real_name": CANARY, "deleted": False, "is_restricted": True,
    "profile": {"real_name": CANARY, "email": CANARY, "fields": None}, "tz": None, "updated": 1700000000,
}  # fmt: skip
HEARD: dict[str, Payload] = {
    "app_home_opened": {"user": LEAD, "channel": "D0", "tab": "home", "view": modal("", "")},
    "user_change": {"user": ACCOUNT, "cache_ts": 1700000000},
    "member_joined_channel": {"user": LEAD, "channel": EAST, "channel_type": "G", "team": TEAM, "inviter": "U1"},
    "member_left_channel": {"user": LEAD, "channel": EAST, "channel_type": "G", "team": TEAM},
    "channel_left": {"channel": EAST, "actor_id": "U1"},
    "group_left": {"channel": EAST, "actor_id": "U1"},
    "channel_archive": {"channel": EAST, "user": "U1", "is_moved": 0},
    "group_archive": {"channel": EAST, "user": "U1", "is_moved": 0},
    "channel_unarchive": {"channel": EAST, "user": "U1"},
    "group_unarchive": {"channel": EAST, "user": "U1"},
    "channel_deleted": {"channel": EAST, "actor_id": "U1"},
    "group_deleted": {"channel": EAST, "actor_id": "U1"},
    "channel_rename": {"channel": {"id": EAST, "name": CANARY, "name_normalized": CANARY, "created": 1}},
    "group_rename": {"channel": {"id": EAST, "name": CANARY, "is_mpim": False, "created": 1}},
    "channel_shared": {"channel": EAST, "connected_team_id": "E0ELSEWHERE"},
    "channel_unshared": {"channel": EAST, "previously_connected_team_id": "T0ELSEWHERE", "is_ext_shared": False},
    "channel_id_changed": {"old_channel_id": "G0OTHERS", "new_channel_id": "C0OTHERS"},
    "app_uninstalled": {},
    "tokens_revoked": {"tokens": {"oauth": [LEAD], "bot": ["U0ROUNDTABLE"]}},
}
"""The events that the app subscribes to -> their fields."""
UNHEARD = (
    "message", "app_mention", "app_context_changed", "app_requested", "assistant_thread_started", "call_rejected",
    "channel_created", "channel_history_changed", "dnd_updated", "dnd_updated_user", "email_domain_changed",
    "emoji_changed", "entity_details_requested", "file_change", "file_created", "file_deleted", "file_public",
    "file_shared", "file_unshared", "function_executed", "grid_migration_finished", "grid_migration_started",
    "group_close", "group_history_changed", "group_open", "im_close", "im_created", "im_history_changed", "im_open",
    "invite_requested", "link_shared", "message_metadata_posted", "pin_added", "pin_removed", "reaction_added",
    "reaction_removed", "resources_added", "scope_denied", "scope_granted", "shared_channel_invite_accepted",
    "shared_channel_invite_received", "star_added", "subteam_created", "subteam_members_changed", "subteam_updated",
    "team_access_granted", "team_access_revoked", "team_domain_change", "team_join", "team_rename",
    "user_huddle_changed", "user_profile_changed", "user_resource_granted", "user_status_changed",
    "workflow_published", "workflow_step_execute", "an_event_of_next_year",
)  # fmt: skip
"""Events that the app doesn't ask for, some of which were subscribed to by hand, perhaps."""
INSTALLED = {"enterprise_id": None, "team_id": TEAM, "user_id": "U0ROUNDTABLE", "is_bot": True}
ENVELOPES: dict[str, Payload] = {
    "a workspace": {"authorizations": [INSTALLED | {"is_enterprise_install": False}], "is_ext_shared_channel": False},
    "one of an organisation": {
        "enterprise_id": "E0ORG", "context_enterprise_id": "E0ORG", "context_team_id": TEAM,
        "authorizations": [INSTALLED | {"enterprise_id": "E0ORG", "is_enterprise_install": False}],
    },
    "a whole organisation": {
        "enterprise_id": "E0ORG", "context_team_id": None,
        "authorizations": [INSTALLED | {"team_id": None, "is_enterprise_install": True}],
    },
    "another, by a shared channel": {
        "team_id": "T0ELSEWHERE", "context_team_id": TEAM, "is_ext_shared_channel": True, "authorizations": None,
    },
    "an old app": {"authed_users": ["U0ROUNDTABLE"], "authed_teams": [TEAM]},
}  # fmt: skip
"""Where an event comes from -> the fields around it."""
PEOPLE: dict[str, Payload] = {
    "a lead": {"id": LEAD, "username": CANARY, "name": CANARY, "team_id": TEAM},
    "somebody of an organisation": {"id": "W0SOMEBODY", "name": CANARY, "team_id": TEAM, "enterprise_id": "E0ORG"},
    "somebody from outside": {"id": LEAD, "name": CANARY, "team_id": "T0ELSEWHERE"},
    "somebody without a workspace": {"id": "U0NOBODY"},
}
"""Who did it -> the payload's `user`."""
CLICKS: dict[str, tuple[Payload, int]] = {
    "block_actions": (click(LEAD, "return.open", RECORD), 200),
    "block_actions in a modal": (click(LEAD, "return.open", RECORD, view=modal("return.submit", RECORD)), 200),
    "view_submission": (submission(LEAD, "return.submit", RECORD, {"grade": "good", "why": CANARY}), 200),
    "view_closed": (submission(LEAD, "home.refresh", RECORD, {}) | {"type": "view_closed", "is_cleared": False}, 200),
    **{
        kind: (click(LEAD, "return.open", RECORD) | {"type": kind, "callback_id": "return.open", "value": CANARY}, 404)
        for kind in (
            "shortcut", "message_action", "block_suggestion", "interactive_message", "dialog_submission",
            "dialog_cancellation", "dialog_suggestion", "workflow_step_edit", "a_kind_of_next_year",
        )
    },
}  # fmt: skip
"""The kinds of interaction -> (a payload, the status of the answer)."""
BESIDE: Payload = {
    "api_app_id": "A0SANDBOX", "token": CANARY, "enterprise": {"id": "E0ORG", "name": CANARY}, "response_urls": [],
    "container": {"type": "message", "message_ts": "1.2", "channel_id": EAST}, "channel": {"id": EAST, "name": CANARY},
    "message": {"type": "message", "text": f"{CANARY} &amp; \U0001f600", "ts": "1.2"}, "interactivity": None,
    "is_enterprise_install": False, "bot_access_token": CANARY, "function_data": {"execution_id": "Fx1"},
}  # fmt: skip
"""Fields of interactions that nothing here reads, or not always."""


def event(kind: str, fields: Mapping[str, Any], around: Mapping[str, Any]) -> Payload:
    """An event as Slack sends it."""
    said = {"text": CANARY, "event_ts": "1700000000.000100", **fields, "type": kind}
    return {**home_opened(LEAD), "token": CANARY, "event_time": 1700000000, **around, "event": said}


@pytest.mark.both_databases
def test_every_kind_is_answered_and_does_nothing_that_is_not_ours(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    play.load()
    before, sender = rows(play.sessions, but=LOOKS), play.workspace.sender
    written = StringIO()

    def sent(what: object, send: Callable[[], Outcome], status: int = 200) -> None:
        outcome = send()
        assert outcome.status == status, (what, outcome)
        said = written.getvalue()
        written.seek(0)
        written.truncate()
        assert CANARY not in said, (what, said)
        assert '"event": "bug"' not in said, (what, said)

    def json_sent(payload: Payload) -> Callable[[], Outcome]:
        return lambda: sender.send(json.dumps(payload).encode(), "application/json")

    with monkeypatch.context() as patched:
        patched.setattr(sys, "stderr", written)
        logs.set_up("DEBUG")
        for kind, fields in (HEARD | {kind: {} for kind in UNHEARD}).items():
            for where, around in ENVELOPES.items():
                sent((kind, where), json_sent(event(kind, fields, around)))
        for kind in ("app_uninstalled", "tokens_revoked"):
            of_organisation = event(kind, HEARD[kind], ENVELOPES["a whole organisation"])
            sent((kind, "without a workspace"), json_sent({k: v for k, v in of_organisation.items() if k != "team_id"}))
        for kind, (payload, status) in CLICKS.items():
            for who, user in PEOPLE.items():
                for team in ({"id": TEAM, "domain": CANARY}, {"id": TEAM, "enterprise_id": "E0ORG"}, None):
                    done = BESIDE | payload | {"user": user, "team": team, "trigger_id": "1.2.abc"}
                    sent((kind, who, team), lambda done=done: sender.interactive(done), status)  # type: ignore[misc]
        for who in (LEAD, "W0SOMEBODY"):
            typed = command(who, f"{CANARY} &lt;\U0001f600&gt;") | {"enterprise_id": "E0ORG", "channel_name": CANARY}
            sent(("a command", who), lambda typed=typed: sender.command(typed))  # type: ignore[misc]
        sent("a proof", lambda: sender.url_verification("abc"))
        sent("a warning", json_sent({"type": "app_rate_limited", "team_id": TEAM, "minute_rate_limited": 1}))
    logs.set_up(play.settings.log_level)
    assert rows(play.sessions, but=LOOKS) == before
    assert play.status().refused is None
