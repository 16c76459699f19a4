"""How the table of who gets in uses a handler, and whom its parts call alike."""

from collections.abc import Callable

from tests.kit.forging import Payload, click, modal, submission

COORDINATOR = {"coordinator"}
CHAIRING = {*COORDINATOR, "chair"}
MONITORING = {*COORDINATOR, "sub_group_member"}
OVERSEERS = CHAIRING | MONITORING
OWN = {"lead", "deputy"}

Making = Callable[[str, str, str], Payload]
"""User id, team id and record -> what Slack sends when that person uses the handler on it."""


def pressed(verb: str) -> Making:
    """A button."""
    return lambda who, team, record: click(who, verb, record, team=team)


def within(verb: str) -> Making:
    """A button that stands in a modal about the same record."""
    return lambda who, team, record: click(who, verb, record, team=team, view=modal("", record))


def turned(verb: str) -> Making:
    """A button that turns to the first page."""
    return lambda who, team, record: click(who, verb, "0", team=team, view=modal("", record))


def sent(verb: str, **answers: object) -> Making:
    """A form, each answer as text, or (a list) as people chosen."""

    def payload(who: str, team: str, record: str) -> Payload:
        found = submission(who, verb, record, {}, team=team)
        found["view"]["state"]["values"] = {field: {"answer": _answer(given)} for field, given in answers.items()}
        return found

    return payload


def _answer(given: object) -> Payload:
    if isinstance(given, list):
        return {"type": "multi_users_select", "selected_users": given}
    return {"type": "plain_text_input", "value": given}
