"""Whether Slack takes all that the product can show: one of every view and message is sent to it to be checked.

Nothing is posted or opened, and the database that is in use isn't read: what is sent is of an invented audit.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from time import monotonic, sleep

from bot.doctor import invented_audit
from bot.doctor.means import Given, Slack, TooMuch
from bot.doctor.pressing import Pressing, Shown
from bot.doctor.results import Finding, Unasked, ok, problem, unasked
from jobs.attempts import Never
from views.parts import notice

LONGEST = 1200.0
"""Seconds for the whole look."""
_FIRST = Shown("notice", "view", notice("Roundtable", "Whether Slack checks anything."))
_MOST = 3
"""How many places of one refusal are named."""
_POINTER, _CODE = re.compile(r"[A-Za-z0-9_/~-]{1,200}"), re.compile(r"[a-z0-9_]{1,60}")


def look(given: Given, *, a_minute: int) -> Iterator[Finding]:
    """Have Slack check every view and message, `a_minute`; a refused one is named with the place, never its content."""
    slack, until = given.slack(), monotonic() + LONGEST - 2 * given.patience
    _refused(slack, _FIRST, until)
    shown, taken, begun, told = every(), 0, monotonic(), {""}
    for number, each in enumerate(shown):
        sleep(max(0.0, begun + number * 60 / max(1, a_minute) - monotonic()))
        if monotonic() > until:
            yield unasked(
                f"Time was over after {number} of {len(shown)}: say it again with more a minute, as in --blocks 100."
            )
            break
        refused = _refused(slack, each, until)
        taken += not refused
        if refused not in told:
            told.add(refused)
            yield problem(refused)
    yield ok(f"Slack takes {taken} of {len(shown)} kinds of views and messages.")


def every() -> tuple[Shown, ...]:
    """One of every view and message, by name."""
    found = pressed().found.values()
    return tuple(sorted(found, key=lambda each: (each.what, each.name, len(str(each.payload)))))


@cache
def pressed() -> Pressing:
    """A Pressing that has pressed every button on every day of the invented audit, in half a minute."""
    with invented_audit.database() as sessions:
        pressing = Pressing(sessions)
        pressing.everything()
    return pressing


def _refused(slack: Slack, each: Shown, until: float) -> str:
    """What Slack has against a view or message; "" if it takes it. Unasked if Slack doesn't say."""
    while True:
        try:
            answer = slack.validate(each.what, json.dumps(each.payload))
        except TooMuch as busy:
            if monotonic() + busy.seconds > until:
                raise Unasked(
                    "Slack was asked too much: say it again later, with fewer a minute, as in --blocks 20."
                ) from None
            sleep(busy.seconds)
        except Never as never:
            raise Unasked(f"Slack checks nothing that is shown. {never.sentence}") from None
        else:
            return "" if answer.get("ok") else _said(each, answer.get("errors"))


def _said(each: Shown, errors: object) -> str:
    found = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    places = [f"at {_plain(error, 'pointer', _POINTER)} ({_plain(error, 'code', _CODE)})" for error in found]
    more = f" and {len(places) - _MOST} more" if len(places) > _MOST else ""
    where = f", {', '.join(places[:_MOST])}{more}" if places else ""
    return f"Slack refuses the {each.what} “{each.name}”{where}: please tell whoever makes Roundtable."


def _plain(error: dict[str, object], key: str, looks: re.Pattern[str]) -> str:
    """A value of Slack's error, if it has the form that such values have: nothing that anybody wrote comes through."""
    said = str(error.get(key) or "")
    return said if looks.fullmatch(said) else "somewhere" if key == "pointer" else "no code"
