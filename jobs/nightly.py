"""Checks each channel and person in Slack every night, and after an event of Slack's.

One question is asked at a time, to keep to Slack's rates whatever the number. While Slack refuses the app's token, only
the token is tried, once a minute.
"""

from collections.abc import Callable
from functools import partial
from threading import Event
from time import monotonic
from typing import TypeVar

import structlog
from sqlalchemy.orm import Session

from audit.delivery import channels, slack_conditions
from audit.people import departures, nightly_looks
from audit.people.nightly_looks import DueLookup
from jobs.attempts import NeedsPerson, TokenRefused, TryLater
from jobs.slack_posting import Poster
from storage.engine import UNAVAILABLE, Sessions
from storage.people import Channel

Model = TypeVar("Model")
_PACE, _PLAN_EVERY = 2.0, 60.0
"""Seconds between two checks, and between two plans of the night."""
_TRY_EVERY = 60.0
"""Seconds between two tries of a token that Slack refused."""

log = structlog.get_logger()


def run(sessions: Sessions, poster: Poster, stop: Event) -> None:
    """Make the checks that are due until `stop` is set, the token's first of all."""
    _logging_errors(partial(check, sessions, poster))
    planned = -_PLAN_EVERY
    while not stop.wait(_PACE):
        if monotonic() - planned > _PLAN_EVERY:
            _logging_errors(partial(plan, sessions))
            _logging_errors(partial(report_untold, sessions))
            planned = monotonic()
        _logging_errors(partial(step, sessions, poster))


def _logging_errors(doing: Callable[[], object]) -> None:
    """Run `doing` and log its errors; it is repeated in its turn."""
    try:
        doing()
    except UNAVAILABLE as error:
        log.warning("database_unavailable", exc_info=error)
    except Exception:  # one unexpected row must not stop all checks
        log.exception("look_failed")


def plan(sessions: Sessions) -> None:
    """Plan a check for every channel and person without one."""
    with sessions.reading() as session:
        unplanned = nightly_looks.unplanned(session)
    if unplanned:
        with sessions.begin() as session:
            nightly_looks.plan(session)


def report_untold(sessions: Sessions) -> None:
    """Report the conditions that couldn't be reported before, once there is a coordinator."""
    with sessions.reading() as session:
        late = bool(slack_conditions.untold(session)) and not slack_conditions.without_audience(session)
    if late:
        with sessions.begin() as session:
            departures.settle(session)
            slack_conditions.tell_late(session)


def step(sessions: Sessions, poster: Poster) -> bool:
    """Make the check that is due first. Returns whether one was due."""
    with sessions.reading() as session:
        shut = slack_conditions.refusal(session) is not None
        due = None if shut else nightly_looks.due(session)
    if shut:
        with sessions.begin() as session:
            trying = slack_conditions.claim_token_attempt(session, _TRY_EVERY)
        if trying:
            check(sessions, poster)
        return False
    if due is None:
        return False
    with sessions.begin() as session:
        taken = nightly_looks.reserve(session, due)
    if taken is not None:
        _look(sessions, poster, taken)
    return True


def _look(sessions: Sessions, poster: Poster, look: DueLookup) -> None:
    try:
        keep = _at_channel(poster, look) if look.table is Channel else _at_person(poster, look)
    except TokenRefused as refused:
        _shut(sessions, refused)
        return
    except TryLater as later:
        log.info("look_not_answered", kind=type(later).__name__)
        return
    with sessions.begin() as session:
        keep(session)
        nightly_looks.reschedule(session, look)


def _at_channel(poster: Poster, look: DueLookup) -> Callable[[Session], object]:
    """Check a channel; returns a function that records the result."""
    answer = _found(lambda: poster.look(look.slack_id))
    return lambda session: channels.record(session, look.slack_id, answer)


def _at_person(poster: Poster, look: DueLookup) -> Callable[[Session], object]:
    """Check a person; returns a function that records the result."""
    answer = _found(lambda: poster.account(look.slack_id))
    return lambda session: departures.record_lookup(session, look.row_id, answer)


def _found(ask: Callable[[], Model]) -> Model | str:
    """Slack's answer, or the sentence of its refusal."""
    try:
        return ask()
    except NeedsPerson as refusal:
        return refusal.sentence


def check(sessions: Sessions, poster: Poster) -> None:
    """Ask Slack whether it accepts the token; if it doesn't answer, the last known state is kept."""
    try:
        poster.check()
    except TokenRefused as refused:
        _shut(sessions, refused)
        return
    except (TryLater, NeedsPerson) as unanswered:
        log.warning("slack_not_reached", error=type(unanswered.__cause__ or unanswered).__name__)
        return
    with sessions.reading() as session:
        shut = slack_conditions.refusal(session)
    if shut is not None:
        with sessions.begin() as session:
            slack_conditions.token_accepted(session)
        log.info("slack_token_taken")


def _shut(sessions: Sessions, refused: TokenRefused) -> None:
    with sessions.begin() as session:
        fresh = slack_conditions.token_refused(session, refused.sentence)
    if fresh:
        log.error("slack_token_refused")
