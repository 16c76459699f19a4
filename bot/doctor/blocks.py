"""Whether Slack accepts everything that the product can show: each kind of view and message is sent to it for checking.

Nothing is posted or opened, and the database in use isn't read: the content is that of an invented audit.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from time import monotonic, sleep

from bot.doctor import invented_audit
from bot.doctor.means import Means, RateLimited, Slack
from bot.doctor.pressing import Pressing, ShownSurface
from bot.doctor.results import LookResult, Unasked, ok, problem, unasked
from jobs.attempts import NeedsPerson, TokenRefused
from views.parts import count_of, notice

LONGEST = 1200.0
"""Seconds for the whole check."""
OFTEN = 20.0
"""Seconds between two reports of progress."""
_FIRST = ShownSurface("notice", "view", notice("Roundtable", "Whether Slack checks anything."))
_MOST = 3
"""Number of places named for one refusal."""
_POINTER, _CODE = re.compile(r"[A-Za-z0-9_/~-]{1,200}"), re.compile(r"[a-z0-9_]{1,60}")


def look(given: Means, *, a_minute: int, tell: Callable[[str], None]) -> Iterator[LookResult]:
    """Have Slack check every view and message, `a_minute`; a refused one is named with its place, never its content.

    `tell` is called now and then with a sentence about the progress.
    """
    slack = _Asked(given.slack(), monotonic() + LONGEST - 2 * given.patience, tell)
    slack.refused(_FIRST)
    tell("Slack can check views. Now every button of a made-up audit is pressed.")
    shown = every()
    tell(f"{len(shown)} kinds of views and messages were shown. Slack is asked about {a_minute} a minute.")
    taken, begun, reported = 0, monotonic(), {""}
    for number, each in enumerate(shown):
        sleep(max(0.0, begun + number * 60 / a_minute - monotonic()))
        if monotonic() > slack.until:
            yield unasked(
                f"Time ran out after {number} of {len(shown)}: run it again with more a minute, such as --blocks 100."
            )
            break
        refused = slack.refused(each)
        taken += not refused
        if refused not in reported:
            reported.add(refused)
            yield problem(refused)
        slack.now_and_then(f"{number + 1} of {len(shown)} have been checked.")
    yield ok(f"Slack accepts {taken} of {len(shown)} kinds of views and messages.")


def every() -> tuple[ShownSurface, ...]:
    """Every kind of view and message, ordered by name."""
    surfaces = pressed().found.values()
    return tuple(sorted(surfaces, key=lambda each: (each.what, each.name, len(str(each.payload)))))


@cache
def pressed() -> Pressing:
    """A Pressing that has pressed every button on every day of the invented audit; this takes a minute of one core."""
    with invented_audit.database() as sessions:
        pressing = Pressing(sessions)
        pressing.everything()
    return pressing


@dataclass
class _Asked:
    """Slack, asked until `until`; `told_at`: the last report of progress. Both are times of the monotonic clock."""

    slack: Slack
    until: float
    tell: Callable[[str], None]
    told_at: float = field(default_factory=monotonic)

    def now_and_then(self, sentence: str) -> None:
        """Report the progress, unless that was just done."""
        if monotonic() > self.told_at + OFTEN:
            self.told_at = monotonic()
            self.tell(sentence)

    def refused(self, each: ShownSurface) -> str:
        """Slack's objection to a view or message; "" if Slack accepts it. Unasked if Slack doesn't answer."""
        while True:
            try:
                answer = self.slack.validate(each.what, json.dumps(each.payload))
            except RateLimited as busy:
                if monotonic() + busy.seconds > self.until:
                    raise Unasked(
                        "Slack was asked too often: run it again later with fewer a minute, such as --blocks 20."
                    ) from None
                self.tell(
                    f"Slack was asked too often, and asks for a pause of {count_of(int(busy.seconds), 'second')}."
                )
                sleep(busy.seconds)
            except (NeedsPerson, TokenRefused) as refusal:
                raise Unasked(f"Slack checked nothing. {refusal.sentence}") from None
            else:
                return "" if answer.get("ok") else _said(each, answer.get("errors"))


def _said(each: ShownSurface, errors: object) -> str:
    refusals = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    places = [f"at {_plain(error, 'pointer', _POINTER)} ({_plain(error, 'code', _CODE)})" for error in refusals]
    more = f" and {len(places) - _MOST} more" if len(places) > _MOST else ""
    where = f", {', '.join(places[:_MOST])}{more}" if places else ""
    return f"Slack refuses the {each.what} “{each.name}”{where}: please tell whoever makes Roundtable."


def _plain(error: dict[str, object], key: str, looks: re.Pattern[str]) -> str:
    """A value of Slack's error if it has the form of such values, so that nothing written by people is shown."""
    value = str(error.get(key) or "")
    return value if looks.fullmatch(value) else "somewhere" if key == "pointer" else "no code"
