"""The ids that the product handles, from its tables, once it is certain that bolt has no other listeners."""

import handlers
from bot.settings import Settings
from bot.web import slack_app
from handlers import dispatch
from storage.engine import Sessions


def registered(settings: Settings, sessions: Sessions) -> list[str]:
    """The id of every action, view, command and event that has a listener.

    Each id has a listener for all places; others may handle it first, each in forms of its own.
    """
    app = slack_app(settings, sessions)
    answering = {each.ack_function.__module__ for each in app._listeners}  # noqa: SLF001  # bolt has no public list
    assert answering == {dispatch.__name__}, "something is listened for that stands in no table"
    ids = [listener.id for listener in handlers.LISTENERS if not listener.form]
    narrowed = {listener.id for listener in handlers.LISTENERS if listener.form}
    assert narrowed <= set(ids), "a choice in a form that nobody takes would be answered by nobody"
    return ids
