"""The worker's look-ups at night and after Slack's events, done at once in the test's own thread."""

from datetime import timedelta

from jobs import nightly
from jobs.slack_posting import Poster
from storage.clock import now
from tests.kit.play import Play
from tests.kit.posting import deliver_due


def poster(play: Play) -> Poster:
    """Slack's client as the worker uses it."""
    return Poster(play.settings.slack_bot_token.get_secret_value(), play.settings.slack_api_url)


def look(play: Play) -> None:
    """Do every look-up that is due, and deliver the messages that result."""
    assert play.workspace.sender.settle(30)
    asking = poster(play)
    nightly.plan(play.sessions)
    while nightly.step(play.sessions, asking):
        pass
    nightly.report_untold(play.sessions)
    deliver_due(play)


def night(play: Play) -> None:
    """Let a night pass, with all its look-ups."""
    nightly.plan(play.sessions)
    with play.reading() as session:
        later = now(session) + timedelta(days=1)
    play.move_clock(later)
    look(play)
