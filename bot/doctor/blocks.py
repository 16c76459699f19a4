"""Whether Slack takes all that the product can show: one of every view and message is sent to it to be checked.

Nothing is posted or opened, and the database that is in use isn't read: what is sent is of an invented audit.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from time import monotonic, sleep

from bot.doctor import invented_audit
from bot.doctor.means import Means, Slack, TooMuch
from bot.doctor.pressing import Pressing, ShownSurface
from bot.doctor.results import LookResult, Unasked, ok, problem, unasked
from jobs.attempts import Never, Shut
from views.parts import count_of, notice

LONGEST = 1200.0
"""Seconds for the whole look."""
OFTEN = 20.0
"""Seconds between two words about how far it is."""
_FIRST = ShownSurface("notice", "view", notice("Roundtable", "Whether Slack checks anything."))
_MOST = 3
"""How many places of one refusal are named."""
_POINTER, _CODE = re.compile(r"[A-Za-z0-9_/~-]{1,200}"), re.compile(r"[a-z0-9_]{1,60}")


def look(given: Means, *, a_minute: int, tell: Callable[[str], None]) -> Iterator[LookResult]:
    """Have Slack check every view and message, `a_minute`; a refused one is named with the place, never its content.

    `tell`: what is given a sentence now and then about how far it is.
    """
    slack = _Asked(given.slack(), monotonic() + LONGEST - 2 * given.patience, tell)
    slack.refused(_FIRST)
    tell("Slack checks what it is asked about. Every button of an invented audit is pressed now.")
    shown = every()
    tell(f"{len(shown)} kinds of views and messages were shown. Slack is asked about {a_minute} a minute.")
    taken, begun, told = 0, monotonic(), {""}
    for number, each in enumerate(shown):
        sleep(max(0.0, begun + number * 60 / a_minute - monotonic()))
        if monotonic() > slack.until:
            yield unasked(
                f"Time was over after {number} of {len(shown)}: run it again with more a minute, as in --blocks 100."
            )
            break
        refused = slack.refused(each)
        taken += not refused
        if refused not in told:
            told.add(refused)
            yield problem(refused)
        slack.now_and_then(f"{number + 1} of {len(shown)} are checked.")
    yield ok(f"Slack takes {taken} of {len(shown)} kinds of views and messages.")


def every() -> tuple[ShownSurface, ...]:
    """One of every view and message, by name."""
    found = pressed().found.values()
    return tuple(sorted(found, key=lambda each: (each.what, each.name, len(str(each.payload)))))


@cache
def pressed() -> Pressing:
    """A Pressing that has pressed every button on every day of the invented audit: a minute of one core."""
    with invented_audit.database() as sessions:
        pressing = Pressing(sessions)
        pressing.everything()
    return pressing


@dataclass
class _Asked:
    """Slack, asked `until` that moment; `told_at`: when something was last told. Both by the monotonic clock."""

    slack: Slack
    until: float
    tell: Callable[[str], None]
    told_at: float = field(default_factory=monotonic)

    def now_and_then(self, sentence: str) -> None:
        """Tell that, unless something was just told."""
        if monotonic() > self.told_at + OFTEN:
            self.told_at = monotonic()
            self.tell(sentence)

    def refused(self, each: ShownSurface) -> str:
        """What Slack has against a view or message; "" if it takes it. Unasked if Slack doesn't say."""
        while True:
            try:
                answer = self.slack.validate(each.what, json.dumps(each.payload))
            except TooMuch as busy:
                if monotonic() + busy.seconds > self.until:
                    raise Unasked(
                        "Slack was asked too much: run it again later, with fewer a minute, as in --blocks 20."
                    ) from None
                self.tell(f"Slack was asked too much, and asks for a pause of {count_of(int(busy.seconds), 'second')}.")
                sleep(busy.seconds)
            except (Never, Shut) as never:
                raise Unasked(f"Slack checks nothing that is shown. {never.sentence}") from None
            else:
                return "" if answer.get("ok") else _said(each, answer.get("errors"))


def _said(each: ShownSurface, errors: object) -> str:
    found = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    places = [f"at {_plain(error, 'pointer', _POINTER)} ({_plain(error, 'code', _CODE)})" for error in found]
    more = f" and {len(places) - _MOST} more" if len(places) > _MOST else ""
    where = f", {', '.join(places[:_MOST])}{more}" if places else ""
    return f"Slack refuses the {each.what} “{each.name}”{where}: please tell whoever makes Roundtable."


def _plain(error: dict[str, object], key: str, looks: re.Pattern[str]) -> str:
    """A value of Slack's error, if it has the form that such values have: nothing that anybody wrote comes through."""
    said = str(error.get(key) or "")
    return said if looks.fullmatch(said) else "somewhere" if key == "pointer" else "no code"
