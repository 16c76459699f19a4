"""Somebody's Slack account is deactivated."""

from typing import TypedDict

from slack_bolt import Ack, App

from audit.people import departures
from handlers.payloads import USER_CHANGED
from storage.engine import Sessions


class Account(TypedDict, total=False):
    """Somebody's account in an event; of an Enterprise organisation's people it names all their workspaces."""

    id: str
    team_id: str
    deleted: bool
    enterprise_user: dict[str, list[str]]


def register(app: App, sessions: Sessions) -> None:
    """Listen for changes of people's accounts; nearly all of them are no concern of ours."""

    @app.event(USER_CHANGED)
    def changed(ack: Ack, event: dict[str, Account], body: dict[str, str]) -> None:
        user = event["user"]
        if user["deleted"]:
            with sessions.begin() as session:
                for team_id in (
                    user.get("team_id") or body["team_id"],
                    *user.get("enterprise_user", {}).get("teams", ()),
                ):
                    departures.left(session, team_id, user["id"])
        ack()
