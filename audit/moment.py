"""When in an audit something may be done, and what is recorded with it if it is done early.

`require` checks what a cycle's state allows. A case is ratified, and a grade moderated, at the meeting or after it.
Before the meeting both need a reason, and so does a case that is ratified without its quorum. `Moment` holds everything
that a judgement depends on, so that whoever ratifies has seen it.
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
"""States in which a cycle is under way: agencies answer, cases are judged, dates and cases change."""
STANDING = (*OPEN, CycleState.RATIFIED, CycleState.REPORTED)
"""States from opening to close: a meeting's findings can be changed, a case re-opened, an action added."""
MET = (CycleState.MEETING, CycleState.RATIFIED, CycleState.REPORTED)
"""States from the first meeting to the close: the sub-group makes recommendations."""
REPORTABLE = (*MET, CycleState.CLOSED)
"""States from the first meeting on: a report is written and issued."""

EXCEPTION = "exception"
"""The field for the reason why something is done outside the rule."""
EARLY, INQUORATE = "early", "inquorate"
OUTSIDE = {EARLY: "before its meeting", INQUORATE: "without its quorum"}
"""How a judgement can break the rule -> the same in words."""

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
    """Refused unless the cycle's state is in `among`. `so` ends the sentence: what can't be done, or what to do."""
    if cycle.state not in among:
        raise Refused(f"Audit {cycle.number} {_STANDS[CycleState(cycle.state)]}, so {so}.")


def cannot_be_sent(state: str, meeting_at: datetime, moment: datetime, *, ratified: bool, reopened: bool) -> bool:
    """Whether a return can no longer be sent, so that a missing one counts as not received.

    It can't once the cycle is past its meetings or cancelled (`state`), its case is `ratified`, or its meeting has
    begun, unless the case was ratified there and `reopened`. While the cycle is planned, nothing is closed.
    """
    meeting_begun = moment >= meeting_at and not reopened
    return state != CycleState.PLANNED and (state not in OPEN or ratified or meeting_begun)


RATIFIED = exists().where(Judgement.case_id == Case.id, IN_FORCE)
"""A condition on Case: it is ratified."""

REOPENED_NOW = exists().where(Reopening.case_id == Case.id).correlate(Case) & ~RATIFIED.correlate(Case)
"""A condition on Case: it was ratified once and is open again."""

REOPENED = (
    select(Case.id, func.max(Reopening.at))
    .join(Reopening, Reopening.case_id == Case.id)
    .where(REOPENED_NOW)
    .group_by(Case.id)
)
"""Selects (case id, when it was last re-opened) of the cases that are open again."""


def reopened(session: Session, scope: ColumnElement[bool]) -> dict[str, datetime]:
    """Case id -> when it was last re-opened, for the cases in `scope` that are open again."""
    return by_first(plain_rows(session, REOPENED.where(scope)))


Stances = Mapping[Stance, tuple[str, ...]]
"""Stance -> the ids of the agencies that take it."""


@dataclass(frozen=True)
class Contributor:
    """An agency that sent a return for a case. `present`: whether it was at the meeting; None if not recorded."""

    agency_id: str
    agency: str
    present: bool | None


@dataclass(frozen=True)
class Moment:
    """What ratifying a case depends on: its meeting, the quorum `rule`, the contributors, and what is missing or open.

    `missing`: the labels of agencies without a return. `immediate`: the label of an agency for each of its open
    immediate actions. `mark`: a fingerprint of all this, and of the version of every return.
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
        """Whether the meeting hasn't begun yet."""
        return self.now < self.meeting_at

    @property
    def needed(self) -> int:
        """How many agencies make the quorum."""
        return quorum.needed(self.rule, len(self.contributors))

    def spoke(self, stances: Stances) -> int:
        """How many agencies with a return agree or disagree. An agency that is recorded as absent doesn't count."""
        spoken = {*stances.get(Stance.AGREES, ()), *stances.get(Stance.DISSENTS, ())}
        return sum(each.agency_id in spoken and each.present is not False for each in self.contributors)

    def outside(self, stances: Stances) -> tuple[str, ...]:
        """The ways in which a judgement with these stances would break the rule; empty if it wouldn't."""
        broken = {EARLY: self.early, INQUORATE: self.spoke(stances) < self.needed}
        return tuple(how for how, is_so in broken.items() if is_so)

    def fault(self, stances: Stances, exception: str) -> str:
        """What is wrong with the reason `exception` for breaking the rule; "" if nothing is."""
        outside, reason = self.outside(stances), exception.strip()
        if reason and not outside:
            return "It is ratified at its meeting and with its quorum, so there is no exception. Leave this empty."
        if reason or not outside:
            return ""
        why = {
            EARLY: f"The meeting is on {stamp(self.meeting_at)}.",
            INQUORATE: f"The quorum is {self.needed} of the agencies that sent a return (there are"
            f" {len(self.contributors)}), and {self.spoke(stances)} of those who came agree or disagree.",
        }
        if not self.contributors:
            why[INQUORATE] = "No agency sent a return, so nobody can agree."
            if not self.early:
                return f"{why[INQUORATE]} Say why it is judged all the same."
        return f"{' '.join(why[how] for how in outside)} Wait for it, or say why the case can't."


def _meeting_of(session: Session, case: Case) -> Meeting:
    """The meeting at which a case is discussed."""
    return session.get_one(Meeting, session.get_one(CycleArea, case.place_id).meeting_id)


def begun(session: Session, meeting: Meeting) -> bool:
    """Whether a meeting has begun; it has at the moment when it starts."""
    return now(session) >= meeting.starts_at


def require_discussed(session: Session, case: Case, what: str) -> None:
    """Refuse a part of a case's discussion while nobody can have discussed it. `what` says what can be done later.

    A case can be discussed once its summary is released, its meeting has begun, or it was ratified as urgent.
    """
    judged = select(exists().where(Judgement.case_id == case.id))
    if case.released_at is None and not begun(session, _meeting_of(session, case)) and not session.scalar(judged):
        raise Refused(
            f"The summary of {case.reference} isn't out yet. {what} once it is, or from the start of its meeting."
        )
