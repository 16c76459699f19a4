"""The product's now as the sandbox knows it, what falls due next, and when a message was written by that clock."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sandbox.slack.shapes import Obj, items, objs, strings, text

DEADLINE: Final = "the deadline for returns"
MEETING: Final = "the meeting"
LONDON: Final = ZoneInfo("Europe/London")
WEEKEND: Final = (5, 6)
_MOVED: Final = 60.0
"""Seconds by which two clocks may differ before somebody must have moved one."""


@dataclass(frozen=True)
class Due:
    """Something that falls due."""

    at: datetime
    what: str


class Calendar:
    """`moves`: (wall time, seconds by which the product is ahead from then on), oldest first."""

    def __init__(self, moves: object = None) -> None:
        self._moves = [(0.0, 0.0), *(_pair(one) for one in items(moves))]
        self.dues: list[Due] = []

    def kept(self) -> list[tuple[float, float]]:
        """The moves, as JSON."""
        return self._moves[1:]

    def now(self) -> datetime:
        """The product's now, UTC."""
        return datetime.fromtimestamp(self.by_product(time.time()), UTC)

    def by_product(self, wall: float) -> float:
        """What the product's clock said at a moment of wall time; seconds since 1970 both."""
        return wall + next(ahead for since, ahead in reversed(self._moves) if since <= wall)

    def moved(self, to: datetime, since: float) -> None:
        """Note that the product's clock was moved. It was told so at `since` (wall time), and may have acted since."""
        self._moves.append((since, to.timestamp() - since))

    def learn(self, schedule: Obj) -> None:
        """Take what `roundtable schedule N --json` says."""
        now = _moment(schedule["now"]).timestamp()
        if abs(now - self.now().timestamp()) > _MOVED:
            self._moves.append((time.time(), now - time.time()))
        dues = [Due(_moment(schedule["due_at"]), DEADLINE)]
        if schedule["tally_at"]:
            dues.append(Due(_moment(schedule["tally_at"]), "the cycle's tally"))
        for meeting in objs(schedule["meetings"]):
            named = " and ".join(sorted(strings(meeting.get("areas"))))
            of, about = (f" of {named}", f" about {named}") if named else ("", "")
            dues.append(Due(_moment(meeting["summaries_at"]), f"the case summaries{of}"))
            dues.append(Due(_moment(meeting["starts_at"]), f"{MEETING}{about}"))
        for action in objs(schedule["actions"]):
            day = datetime.fromisoformat(text(action["due_on"]))
            dues.append(Due(day.replace(hour=9, tzinfo=LONDON), f"{text(action['name'])} to be done"))
        self.dues = _together(sorted(dues, key=lambda due: due.at))

    def next(self) -> Due | None:
        """The next thing due, if anything is."""
        return next((due for due in self.dues if due.at > self.now()), None)

    def next_morning(self) -> datetime:
        """A minute past nine in London on the next weekday; today, if that is still to come."""
        now = self.now().astimezone(LONDON)
        there = now.replace(hour=9, minute=1, second=0, microsecond=0)
        while there <= now or there.weekday() in WEEKEND:
            there = (there.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=LONDON)
        return there

    def until(self, what: str) -> int:
        """How many things fall due until the last one called `what` has come; 0 if that is over."""
        left = [due for due in self.dues if due.at > self.now()]
        return max((place for place, due in enumerate(left, 1) if what in due.what), default=0)

    def passed(self, what: str) -> bool:
        """Whether something called `what` has fallen due."""
        return any(due.what == what and due.at <= self.now() for due in self.dues)


def _together(dues: list[Due]) -> list[Due]:
    """The things, those that fall due at the same moment made into one."""
    kept: list[Due] = []
    for due in dues:
        if kept and kept[-1].at == due.at:
            kept[-1] = Due(due.at, f"{kept[-1].what}, {due.what}")
        else:
            kept.append(due)
    return kept


def _pair(move: object) -> tuple[float, float]:
    since, ahead = items(move)
    return float(str(since)), float(str(ahead))


def _moment(value: object) -> datetime:
    return datetime.fromisoformat(text(value))
