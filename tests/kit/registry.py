"""What the product answers to: read off bolt itself, so that nothing registered can be left out of a test."""

from inspect import getclosurevars

from bot.settings import Settings
from bot.web import slack_app
from storage.engine import Sessions


def registered(settings: Settings, sessions: Sessions) -> list[str]:
    """The id of every action, view, command and event that has a listener.

    One listener takes an id wherever it comes from; others may take it before, each from forms of its own.
    """
    app = slack_app(settings, sessions)
    ids: list[str] = []
    narrowed: list[str] = []
    for listener in app._listeners:  # noqa: SLF001  # bolt has no public list
        constraints = [
            str(value)
            for matcher in listener.matchers
            for value in getclosurevars(matcher.func).nonlocals.values()  # type: ignore[attr-defined]
            if isinstance(value, str)
        ]
        assert len(constraints) == 1, f"{listener} listens for something that this can't read: {constraints}"
        (narrowed if len(listener.matchers) > 1 else ids).extend(constraints)
    assert set(narrowed) <= set(ids), "a choice in a form that nobody takes would be answered by nobody"
    return ids
