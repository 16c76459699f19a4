"""The moment: in which state of the world something may be done, and what stands beside what was done outside it.

What a cycle's state allows, `require` asks. What belongs to a meeting is done at it or after it. Outside that a case is
ratified, and a grade moderated, only with a reason; so is a case ratified without its quorum. `Moment` is all that a
judgement depends on, so that whoever ratifies has seen it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from audit import quorum
from audit.calendar import stamp
from audit.errors import Refused
from storage.cases import Case
from storage.clock import now
from storage.cycles import Cycle, CycleArea, CycleState
from storage.mappings import by_first
from storage.meetings import IN_FORCE, Judgement, Meeting, Reopening, Stance
from storage.types import plain_rows

OPEN = (CycleState.COLLECTING, CycleState.MEETING)
"""While a cycle is under way: agencies answer, cases are judged, dates and cases change."""
STANDING = (*OPEN, CycleState.RATIFIED, CycleState.REPORTED)
"""From its opening to its close: what a meeting found can be changed, a case re-opened, an action added."""
MET = (CycleState.MEETING, CycleState.RATIFIED, CycleState.REPORTED)
"""From its first meeting to its close: the sub-group recommends."""
REPORTABLE = (*MET, CycleState.CLOSED)
"""From its first meeting on: a report is written and made of it."""

EXCEPTION = "exception"
"""The field that says why something is done outside its moment."""
EARLY, INQUORATE = "early", "inquorate"
OUTSIDE = {EARLY: "before its meeting", INQUORATE: "without its quorum"}
"""How a judgement can be outside the rule -> the same in words."""

_STANDS = {
    CycleState.PLANNED: "isn't open yet",
    CycleState.COLLECTING: "is still collecting returns",
    CycleState.MEETING: "is still at its meetings",
    CycleState.RATIFIED: "is ratified",
    CycleState.REPORTED: "is reported",
    CycleState.CLOSED: "is closed",
    CycleState.CANCELLED: "was cancelled",
}


def require(cycle: Cycle, among: Collection[CycleState], so: str) -> None:
    """Refuse what can't be done in the state that a cycle is in; `so` says what can't be, or what to do instead."""
    if cycle.state not in among:
        raise Refused(f"Audit {cycle.number} {_STANDS[CycleState(cycle.state)]}, so {so}.")


def closed(state: str, meeting_at: datetime, moment: datetime, *, ratified: bool, reopened: bool) -> bool:
    """Whether a return can no longer be sent: what was asked for and isn't there didn't come.

    So it is once its audit's meetings are closed or it was cancelled (`state`), its case is `ratified`, or its meeting
    has begun, unless the case was ratified there and `reopened`. Before its audit opens, nothing is closed.
    """
    begun = moment >= meeting_at and not reopened
    return state != CycleState.PLANNED and (state not in OPEN or ratified or begun)


RATIFIED = exists().where(Judgement.case_id == Case.id, IN_FORCE)
"""That a case is ratified."""

AGAIN = exists().where(Reopening.case_id == Case.id).correlate(Case) & ~RATIFIED.correlate(Case)
"""That a case was ratified and is open again."""

REOPENED = (
    select(Case.id, func.max(Reopening.at)).join(Reopening, Reopening.case_id == Case.id).where(AGAIN).group_by(Case.id)
)
"""The cases that are open again, and since when."""


def reopened(session: Session, scope: ColumnElement[bool]) -> dict[str, datetime]:
    """The cases in `scope` that are open again: id -> since when."""
    return by_first(plain_rows(session, REOPENED.where(scope)))


Stances = Mapping[Stance, tuple[str, ...]]
"""Stance -> the ids of the agencies that take it."""


@dataclass(frozen=True)
class Contributor:
    """An agency that sent a return for a case. `present`: whether it was at the meeting, None if nobody recorded it."""

    agency_id: str
    agency: str
    present: bool | None


@dataclass(frozen=True)
class Moment:
    """What a case is ratified in: its meeting, the quorum's `rule`, who has a say, and what is missing or open.

    `missing`: the agencies without a return, by label; `immediate`: the agencies with an open immediate action, once
    for each. `mark` is of this, and of the version of every return.
    """

    meeting_at: datetime
    now: datetime
    rule: str
    contributors: tuple[Contributor, ...]
    missing: tuple[str, ...]
    immediate: tuple[str, ...]
    mark: str

    @property
    def early(self) -> bool:
        """Whether the meeting hasn't begun: it has from its first moment on."""
        return self.now < self.meeting_at

    @property
    def needed(self) -> int:
        """How many agencies make the quorum."""
        return quorum.needed(self.rule, len(self.contributors))

    def spoke(self, stances: Stances) -> int:
        """How many agencies that sent a return agree or disagree; who is recorded as absent doesn't count."""
        said = {*stances.get(Stance.AGREES, ()), *stances.get(Stance.DISSENTS, ())}
        return sum(each.agency_id in said and each.present is not False for each in self.contributors)

    def outside(self, stances: Stances) -> tuple[str, ...]:
        """How a judgement with these positions would be outside the rule; empty if it wouldn't."""
        broken = {EARLY: self.early, INQUORATE: self.spoke(stances) < self.needed}
        return tuple(how for how, is_so in broken.items() if is_so)

    def fault(self, stances: Stances, exception: str) -> str:
        """What is wrong with the reason given for an exception; "" if nothing is."""
        outside, said = self.outside(stances), exception.strip()
        if said and not outside:
            return "It is ratified at its meeting and with its quorum, so there is no exception. Leave this empty."
        if said or not outside:
            return ""
        why = {
            EARLY: f"The meeting is on {at(self.meeting_at)}.",
            INQUORATE: f"The quorum is {self.needed} of the agencies that sent a return (there are"
            f" {len(self.contributors)}), and {self.spoke(stances)} of those who came agree or disagree.",
        }
        if not self.contributors:
            why[INQUORATE] = "No agency sent a return, so nobody can agree."
            if not self.early:
                return f"{why[INQUORATE]} Say why it is judged all the same."
        return f"{' '.join(why[how] for how in outside)} Wait for it, or say why the case can't."


def at(moment: datetime) -> str:
    """A meeting's time in a sentence, London's."""
    return stamp(moment)


def _meeting_of(session: Session, case: Case) -> Meeting:
    """The meeting at which a case is discussed."""
    return session.get_one(Meeting, session.get_one(CycleArea, case.place_id).meeting_id)


def begun(session: Session, meeting: Meeting) -> bool:
    """Whether a meeting has begun: from its first moment on."""
    return now(session) >= meeting.starts_at


def require_discussed(session: Session, case: Case, what: str) -> None:
    """Refuse what belongs to the discussion of a case that nobody can have discussed yet; `what` can be done later.

    It is from the release of its summary on, or from the start of its meeting, or once it was ratified as urgent.
    """
    judged = select(exists().where(Judgement.case_id == case.id))
    if case.released_at is None and not begun(session, _meeting_of(session, case)) and not session.scalar(judged):
        raise Refused(
            f"The summary of {case.reference} isn't out yet. {what} once it is, or from the start of its meeting."
        )
