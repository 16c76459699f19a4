"""How Slack reaches the bot: parse, call, answer. One file a noun, each with `register(app, sessions)`."""

from slack_bolt import App

from handlers import cases, commands, cycles, edge, home, meetings, returns, sheets
from storage.engine import Sessions

ROOMS = (returns, cases, meetings, cycles, sheets, home, commands)
"""In the order in which bolt looks for a listener: the submission of a return comes first."""


def register(app: App, sessions: Sessions) -> None:
    """Let `app` answer everything that the product understands."""
    for room in ROOMS:
        room.register(app, sessions)
    edge.register(app, sessions)
