"""The worker: whether one is alive, what waits and for how long, what was set aside."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from audit.calendar import stamp
from audit.delivery import backlog
from audit.delivery.backlog import Status
from audit.moment import STANDING
from audit.retention import restored
from bot.doctor.means import Means
from bot.doctor.results import LookResult, note, ok, problem
from jobs import worker_slots
from storage.cycles import Cycle
from views.parts import count_of

LONG = timedelta(minutes=15)
"""How long something may wait: a worker takes it up within seconds, and tries again within ten minutes."""
MOST = 10
"""Number of messages in trouble that are named; the rest are counted."""
_SILENT = (
    "This database was restored from a backup, so nothing starts. Once the installation that the backup came from has"
    " stopped for good, run `roundtable resume --the-other-has-stopped`."
)


def queue(given: Means) -> Iterator[LookResult]:
    """Whether a worker is alive, and what waits for it."""
    with given.reading() as session:
        now, waited = backlog.status(session), backlog.longest_wait(session)
        silent = restored.silent_since(session) is not None
        in_use = session.scalar(select(Cycle.id).where(Cycle.state.in_(STANDING)).limit(1)) is not None
        alive = worker_slots.alive(session)
    yield from [problem(_SILENT)] if silent else _worker(alive, in_use=in_use or not now.settled)
    yield from _waiting(now, waited, alive=bool(alive))
    yield from _trouble(now)


def _worker(alive: int, *, in_use: bool) -> Iterator[LookResult]:
    if alive:
        yield ok(f"{count_of(alive, 'worker is', 'workers are')} running.")
        return
    sentence = (
        "No worker is running, so nothing is posted and no sheet is updated. Start `roundtable worker` (on SQLite,"
        " `roundtable web`, which includes it)."
    )
    yield problem(sentence) if in_use else note(sentence)


def _waiting(now: Status, waited: timedelta, *, alive: bool) -> Iterator[LookResult]:
    counts = f"Waiting: {count_of(now.promises, 'change')} and {count_of(now.messages_behind, 'message')}"
    if alive and waited > LONG:
        yield problem(
            f"{counts}, the oldest for {waited.total_seconds() / 60:,.0f} minutes, although a worker is running. Look"
            " at its log, and restart it."
        )
    else:
        yield ok(f"{counts}." if not now.settled else "Nothing is waiting.")


def _trouble(now: Status) -> Iterator[LookResult]:
    if now.refused is not None:
        yield problem(
            f"No message has been sent since {stamp(now.refused.since)}: {now.refused.sentence} The worker tries the"
            " token when it starts and every minute, and then sends what is waiting."
        )
    yield from (
        problem(f"{each} Nobody in Slack can be told: add a coordinator, and set an audit up.")
        for each in now.without_audience
    )
    aside = [each for each in now.trouble if each.set_aside]
    for each in aside[:MOST]:
        yield problem(f"A message was set aside ({each.key}): {each.error} Then run `roundtable redeliver`.")
    if len(aside) > MOST:
        yield problem(f"{len(aside) - MOST} more were set aside: `roundtable status` lists them.")
    yield from (
        note(f"A message couldn't be posted yet ({each.key}), and is tried again: {each.error}")
        for each in now.trouble[:MOST]
        if not each.set_aside
    )
    for sheet in now.sheets:
        if sheet.error:
            of = f"{sheet.cycle_number}, {sheet.whose}," if sheet.whose else sheet.cycle_number
            yield problem(f"The sheet of audit {of} couldn't be updated: {sheet.error}")
