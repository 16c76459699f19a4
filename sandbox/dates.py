"""The product's clock as the sandbox knows it: its present time, past times, and what falls due next."""

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
"""Seconds by which the two clocks may differ before the product's must have been moved."""


@dataclass(frozen=True)
class Due:
    """Something that falls due."""

    at: datetime
    what: str


class Calendar:
    """The product's clock, and what falls due by it.

    `moves`: pairs of the wall time of a move (seconds since 1970) and the seconds by which the product's clock is ahead
    from then on; oldest first.
    """

    def __init__(self, moves: object = None) -> None:
        self._moves = [(0.0, 0.0), *(_pair(one) for one in items(moves))]
        self.dues: list[Due] = []

    def kept(self) -> list[tuple[float, float]]:
        """The moves, as they are stored in JSON."""
        return self._moves[1:]

    def now(self) -> datetime:
        """The product's now, UTC."""
        return datetime.fromtimestamp(self.by_product(time.time()), UTC)

    def by_product(self, wall: float) -> float:
        """The product's time at a moment of wall time, both in seconds since 1970."""
        return wall + next(ahead for since, ahead in reversed(self._moves) if since <= wall)

    def moved(self, to: datetime, since: float) -> None:
        """Record that the product's clock was moved to `to`; `since`: wall time just before the command was run."""
        self._moves.append((since, to.timestamp() - since))

    def learn(self, schedule: Obj) -> None:
        """Take over the dates, and the present time, from the output of `roundtable schedule N --json`."""
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
        """The next thing due, or None."""
        return next((due for due in self.dues if due.at > self.now()), None)

    def next_morning(self) -> datetime:
        """9:01 in London on the next weekday; today, if that is still to come."""
        now = self.now().astimezone(LONDON)
        morning = now.replace(hour=9, minute=1, second=0, microsecond=0)
        while morning <= now or morning.weekday() in WEEKEND:
            morning = (morning.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=LONDON)
        return morning

    def until(self, what: str) -> int:
        """The number of things still to fall due up to the last one whose name contains `what`; 0 if none is."""
        left = [due for due in self.dues if due.at > self.now()]
        return max((place for place, due in enumerate(left, 1) if what in due.what), default=0)

    def passed(self, what: str) -> bool:
        """Whether something named `what` has fallen due."""
        return any(due.what == what and due.at <= self.now() for due in self.dues)


def _together(dues: list[Due]) -> list[Due]:
    """The things due, with those of the same moment merged into one."""
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
