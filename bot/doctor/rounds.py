"""The doctor's round: all checks run at once, none takes longer than its time, and none holds up another."""

import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from time import monotonic

from sqlalchemy.exc import SQLAlchemyError

from bot.doctor import google, people, setup, slack, socket_mode, work
from bot.doctor.means import Means
from bot.doctor.results import How, LookResult, Unasked, unasked

Looking = Callable[[Means], Iterator[LookResult]]

FAST, PATIENT = 25.0, 75.0
"""Seconds for a check: for most of them, and for those that ask about many things."""
ROUND: tuple[tuple[str, Looking, float], ...] = (
    ("Settings", setup.settings, FAST),
    ("Files", setup.files, FAST),
    ("Database", setup.database, FAST),
    ("Keys", setup.known_keys, FAST),
    ("Time zones", setup.zones, FAST),
    ("Slack", slack.token, FAST),
    ("Slack app", slack.app, FAST),
    ("Socket Mode", socket_mode.link, FAST),
    ("Channels", slack.places, PATIENT),
    ("Google", google.key, FAST),
    ("Sheets", google.sheets, PATIENT),
    ("People", people.accounts, PATIENT),
    ("Roles", people.roles, FAST),
    ("Worker", work.queue, FAST),
)
"""The checks (subject, function, seconds), in the order in which they are reported."""


@dataclass
class LookedAt:
    """A subject with its results so far."""

    subject: str
    findings: list[LookResult] = field(default_factory=list)


def go(given: Means, of: Sequence[tuple[str, Looking, float]] = ROUND) -> list[LookedAt]:
    """Every subject with its results, in the order of `of`; the checks run at once."""
    begun = monotonic()
    # The files first, as opening the database corrects their modes.
    first = [_look(given, *each) for each in of if each[1] is setup.files]
    for _, thread, seconds in first:
        thread.join(seconds)
    looks = first + [_look(given, *each) for each in of if each[1] is not setup.files]
    by_subject = {}
    for looked, thread, seconds in looks:
        thread.join(max(0.0, begun + seconds - monotonic()))
        late = [unasked(f"No answer came within {seconds:.0f} seconds.")] if thread.is_alive() else []
        by_subject[looked.subject] = LookedAt(looked.subject, [*looked.findings, *late])
    return [by_subject[subject] for subject, _, _ in of]


def _look(given: Means, subject: str, look: Looking, seconds: float) -> tuple[LookedAt, Thread, float]:
    """Start a check in a daemon thread."""
    looked = LookedAt(subject)

    def run() -> None:
        try:
            for finding in look(given):
                looked.findings.append(finding)
        except Unasked as reason:
            looked.findings.append(unasked(reason.sentence))
        except SQLAlchemyError as error:
            looked.findings.append(unasked(f"The database couldn't be asked ({type(error).__name__}): see Database."))
        except Exception as error:  # noqa: BLE001  # whatever it is, the other checks go on
            looked.findings.append(unasked(_our_fault(error)))

    thread = Thread(target=run, name=subject, daemon=True)
    thread.start()
    return looked, thread, seconds


def _our_fault(error: Exception) -> str:
    """A sentence with an error's class and place, never its message."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}"
    return f"It couldn't be checked, and that is our fault ({place}): please tell us."


def problems(round_: Sequence[LookedAt]) -> int:
    """The number of problems found."""
    return sum(finding.how == How.PROBLEM for looked in round_ for finding in looked.findings)
