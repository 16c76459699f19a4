"""What the table of moments is played on: one cycle, and the states that its world can be in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit.access import Actor, actor
from audit.calendar import LONDON
from audit.meeting.reopen import reopen
from audit.people.people import Profile
from audit.report import contents, gather
from audit.returns import decline, draft, handover, submit
from audit.returns.answers import Answers
from audit.setup import opening
from bot import loading
from storage.actions import Action, Recommendation
from storage.cases import Case, Involvement
from storage.clock import Clock, now
from storage.crypto import seal
from storage.cycles import Cycle, CycleArea, CycleState
from storage.engine import Sessions
from storage.findings import Finding
from storage.meetings import Judgement, Meeting
from storage.people import Agency, Area, Person
from storage.reports import Report
from storage.returns import Return, ReturnVersion
from storage.trail import TrailEntry
from tests.kit.forging import TEAM
from tests.kit.judging import ratify
from tests.kit.loaded import FILE

OPENED = datetime(2026, 3, 4, 12, 0, tzinfo=LONDON)
DAY = timedelta(days=1)
GOOD = Answers(grade="good", why="The plan was followed.")
RAISED = {"immediate_action": "yes", "immediate_what": "A visit.", "immediate_owner": "Duty team"}
RAISED |= {"immediate_by": "2026-03-20"}


@dataclass(frozen=True)
class Still(Clock):
    """A clock that stands."""

    at: datetime = OPENED

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True)
class World:
    """The one cycle in a transaction, and what is in it: every record of the table is about the case T2-EAST-03."""

    session: Session
    cycle: Cycle
    case: Case
    meeting: Meeting

    def who(self, user: str = "U0COORDIN") -> Actor:
        return actor(self.session, TEAM, user)

    def returned(self, agency: str) -> str:
        """The id of an agency's return."""
        owned = select(Return.id).join(Involvement, Involvement.id == Return.involvement_id)
        named = owned.join(Agency, Agency.id == Involvement.agency_id).where(Agency.label == agency)
        return self.session.scalars(named.where(Involvement.case_id == self.case.id)).one()

    def version(self, agency: str) -> str:
        """The id of the newest version of an agency's return."""
        versions = select(ReturnVersion.id).where(ReturnVersion.return_id == self.returned(agency))
        return self.session.scalars(versions.order_by(ReturnVersion.number.desc())).first() or ""

    def one(self, table: type, *where: object) -> str:
        """The id of the only row."""
        return self.session.scalars(select(table.id).where(*where)).one()  # type: ignore[attr-defined, no-any-return, arg-type]

    def agency(self, label: str) -> str:
        return self.one(Agency, Agency.label == label)

    def entries(self) -> int:
        """How much stands in the trail, where every change goes."""
        self.session.flush()
        return self.session.scalar(select(func.count()).select_from(TrailEntry)) or 0


def prepare(session: Session) -> None:
    """The published cycle, opened; Education has answered, and every other sort of record is there once."""
    session.info["clock"] = Still(at=OPENED)
    cycle = loading.load(session, loading.read(FILE), answered=False)
    opening.open_cycle(session, None, cycle.id)
    session.flush()
    at = world(session)
    asked = RAISED | {"immediate_by": "2026-03-20"}
    submit.submit(session, at.who("U0EDUEAST"), at.returned("Education"), "V0SENT", Answers(asked, "good", None, "So."))
    submit.submit(session, at.who("U0SEND"), at.returned("SEND"), "V0SENT2", GOOD)
    draft.save(session, at.who("U0POLICE"), at.returned("Police"), "V0DRAFT", GOOD, asked=("grade", "why"))
    auditor = Profile(TEAM, "U0OUTSIDER", "Auditor")
    handover.give(session, at.who("U0PROBAT"), at.returned("Probation"), auditor, "Auditor")
    decline.ask(session, at.who("U0CSC"), at.returned("Children's Social Care"), "The worker has left.")
    _followed(session, at)


def _followed(session: Session, at: World) -> None:
    """A finding, a recommendation, an action of the case and one verified, a version of the report."""
    by = session.scalars(select(Person.id).where(Person.user_id == "U0COORDIN")).one()
    moment = now(session)
    report = Report(cycle_id=at.cycle.id, version=1, made_at=moment)  # older than all of the rest
    contents.keep(session, report, gather.contents(session, at.cycle.id))
    session.add(report)
    finding = Finding(case_id=at.case.id, kind="concern", by_id=by, at=moment)
    recommended = Recommendation(cycle_id=at.cycle.id, number=1, by_id=by, made_at=moment)
    of_case = Action(cycle_id=at.cycle.id, number=1, case_id=at.case.id, due_on=moment.date(), by_id=by, made_at=moment)
    verified = Action(
        cycle_id=at.cycle.id, number=2, case_id=at.case.id, due_on=moment.date(), by_id=by,
        made_at=moment, state="verified", closed_at=moment,
    )  # fmt: skip
    for row in (finding, recommended, of_case, verified):
        seal(session, row, "text", "It was late.")
        session.add(row)
    for action in (of_case, verified):
        seal(session, action, "owner", "Head")


def world(session: Session) -> World:
    cycle = session.scalars(select(Cycle)).one()
    case = session.scalars(select(Case).where(Case.reference == "T2-EAST-03")).one()
    place = select(Meeting).join(CycleArea, CycleArea.meeting_id == Meeting.id).join(Area, Area.id == CycleArea.area_id)
    return World(session, cycle, case, session.scalars(place.where(Area.label == "East")).one())


def _at(at: World, moment: datetime) -> None:
    at.session.info["clock"] = Still(at=moment)


def _planned(at: World) -> None:
    _at(at, OPENED)
    at.cycle.state = CycleState.PLANNED


def _collecting(at: World) -> None:
    _at(at, OPENED)


def _released(at: World) -> None:
    _at(at, at.meeting.starts_at - 2 * DAY)
    at.case.released_at = now(at.session)


def _last_moment(at: World) -> None:
    """The summary couldn't be posted, and the meeting begins in a moment."""
    _at(at, at.meeting.starts_at - timedelta(microseconds=1))


def _meeting(at: World) -> None:
    """The meeting's first moment; its summary wasn't posted."""
    _at(at, at.meeting.starts_at)


def _judged(at: World) -> None:
    """Ratified at the meeting."""
    _released(at)
    _meeting(at)
    ratify(at.session, at.who(), at.case.id)


def _urgent(at: World) -> None:
    """Ratified before the meeting."""
    _collecting(at)
    ratify(at.session, at.who(), at.case.id)


def _reopened(at: World) -> None:
    _judged(at)
    reopen(at.session, at.who(), at.one(Judgement), "A record turned up.")


def _withdrawn(at: World) -> None:
    _released(at)
    at.case.withdrawn_at = now(at.session)


def _in_state(state: CycleState) -> Callable[[World], None]:
    def become(at: World) -> None:
        _judged(at)
        at.cycle.state = state

    return become


WORLDS: dict[str, Callable[[World], None]] = {
    "planned": _planned,
    "collecting": _collecting,
    "released": _released,
    "last moment": _last_moment,
    "meeting": _meeting,
    "judged": _judged,
    "urgent": _urgent,
    "reopened": _reopened,
    "withdrawn": _withdrawn,
    "ratified": _in_state(CycleState.RATIFIED),
    "reported": _in_state(CycleState.REPORTED),
    "closed": _in_state(CycleState.CLOSED),
    "cancelled": _in_state(CycleState.CANCELLED),
}
"""State of the world -> how the prepared cycle comes into it."""


@contextmanager
def undone(sessions: Sessions) -> Iterator[Session]:
    """A transaction of which nothing is kept."""
    with suppress(_Undone), sessions.begin() as session:
        yield session
        raise _Undone


class _Undone(Exception):
    pass
