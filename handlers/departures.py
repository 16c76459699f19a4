"""Somebody's Slack account is deactivated."""

from slack_bolt import Ack, App

from audit import departures as rules
from handlers.payloads import USER_CHANGED
from storage.engine import Sessions


def register(app: App, sessions: Sessions) -> None:
    """Listen for changes of people's accounts; nearly all of them are no concern of ours."""

    @app.event(USER_CHANGED)
    def changed(ack: Ack, event: dict[str, dict[str, str | bool]], body: dict[str, str]) -> None:
        user = event["user"]
        if user["deleted"]:
            with sessions.begin() as session:
                for team_id in {str(user.get("team_id") or body["team_id"]), body["team_id"]}:
                    rules.left(session, team_id, str(user["id"]))
        ack()
