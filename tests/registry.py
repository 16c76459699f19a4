"""What the product answers to: read off bolt itself, so that nothing registered can be left out of a test."""

from inspect import getclosurevars

from bot.settings import Settings
from bot.web import slack_app
from storage.engine import Sessions


def registered(settings: Settings, sessions: Sessions) -> list[str]:
    """The id of every action, view, command and event that has a listener."""
    app = slack_app(settings, sessions)
    ids = []
    for listener in app._listeners:  # noqa: SLF001  # bolt has no public list
        constraints = [
            str(value)
            for matcher in listener.matchers
            for value in getclosurevars(matcher.func).nonlocals.values()  # type: ignore[attr-defined]
            if isinstance(value, str)
        ]
        assert len(constraints) == 1, f"{listener} listens for something that this can't read: {constraints}"
        ids += constraints
    return ids
