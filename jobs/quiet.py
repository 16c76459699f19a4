"""Leaves sweeps out while nothing happens: an idle worker asks the database one question instead of a dozen."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import and_, exists, or_, select

from storage.engine import Sessions
from storage.messages import LIVE, Message
from storage.people_lists import PeopleList
from storage.promises import Promise
from storage.sheet_state import SheetState

ANYWAY = timedelta(seconds=5)
"""Maximum time for which sweeps are left out: after it the calendar may have made something due."""
_WAITS = or_(
    exists().select_from(Promise),
    exists().where(and_(Message.state == LIVE, Message.delivered < Message.wanted)),
    exists().where(SheetState.delivered < SheetState.wanted),
    exists().where(PeopleList.delivered < PeopleList.wanted),
)
"""Whether something is to be done, now or later: then time alone makes it due, and sweeps go on."""


class Quiet:
    """Leaves sweeps out as long as nothing waits, nobody commits anything, and the clock isn't moved."""

    def __init__(self, sessions: Sessions, anyway: timedelta = ANYWAY) -> None:
        self._sessions, self._anyway = sessions, anyway
        self._stood: tuple[object, datetime] | None = None  # the database's version and the time before the last sweep
        self._at_rest = False  # whether nothing waited then

    def unless_quiet(self, sweep: Callable[[], None]) -> None:
        """Sweep, unless nothing changed since a sweep that left nothing to do. A failed sweep is repeated."""
        mark, moment = self._sessions.data_version(), self._sessions.clock.now()
        if self._stood is not None and mark == self._stood[0] and timedelta() <= moment - self._stood[1] < self._anyway:
            self._at_rest = self._at_rest or not self._waits()
            if self._at_rest:
                return
        self._stood, self._at_rest = None, False
        sweep()
        self._stood = mark, moment

    def _waits(self) -> bool:
        with self._sessions.reading() as session:
            return bool(session.scalar(select(_WAITS)))
