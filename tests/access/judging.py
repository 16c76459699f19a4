"""Who may discuss and judge a case: the part of tests/access/ways.py's table that is about it."""

from collections.abc import Iterator

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from audit.access import actor
from audit.returns.answers import Answers
from audit.returns.submit import submit
from storage.cases import Case, Involvement
from storage.cycles import Cycle
from storage.meetings import Judgement
from storage.people import Agency
from storage.returns import Return, ReturnVersion
from tests.access.making import CHAIRING, COORDINATOR, OVERSEERS, Making, pressed, sent, turned, within
from tests.kit.forging import TEAM
from tests.kit.judging import ratify

MODERATED, RATIFIED = "T2-CENTRAL-01", "T2-CENTRAL-02"
FORMS: dict[str, tuple[str, set[str], str, Making]] = {
    "case.discuss": ("released", OVERSEERS, "case.discuss", pressed("case.discuss")),
    "discussion.page": ("released", OVERSEERS, "case.discuss", turned("discussion.page")),
    "case.previous": ("released", OVERSEERS, "case.discuss", within("case.previous")),
    "case.next": ("released", OVERSEERS, "case.discuss", within("case.next")),
    "case.positions": ("released", CHAIRING, "case.ratify", within("case.positions")),
    "grade.moderate": ("sent", CHAIRING, "grade.moderate", pressed("grade.moderate")),
    "grade.moderated": (
        "as read", CHAIRING, "grade.moderate", sent("grade.moderated", grade="inadequate", why="A long drift."),
    ),
    "case.reopen": ("ratified", COORDINATOR, "case.reopen", pressed("case.reopen")),
    "case.reopened": ("as ratified", COORDINATOR, "case.reopen", sent("case.reopened", reason="A record turned up.")),
}  # fmt: skip
"""Handler -> what about, who gets in, what a denial is recorded as, and how it is used."""


def prepare(session: Session) -> None:
    """The police have answered about a released case; another case is ratified."""
    given = Answers(grade="good", why="The plan was followed.")
    submit(session, actor(session, TEAM, "U0POLICE"), session.scalars(_RETURN).one(), "V0MODERATED", given)
    case = session.scalars(_case(RATIFIED)).one()
    session.flush()
    ratify(session, actor(session, TEAM, "U0COORDIN"), case.id)


def records(session: Session) -> Iterator[tuple[tuple[str, str], str]]:
    """(noun, what about it) -> id; that of the released case itself is in tests/access/stage.py."""
    yield ("discussion", "released"), session.scalars(_case("T2-EAST-03")).one().id
    yield ("grade", "sent"), session.scalars(_RETURN).one()
    version = select(ReturnVersion.id).where(ReturnVersion.view_id == "V0MODERATED")
    yield ("grade", "as read"), session.scalars(version).one()
    yield ("answer", "as read"), session.scalars(version).one()
    case = session.scalars(_case(RATIFIED)).one()
    yield ("case", "ratified"), case.id
    yield ("case", "as ratified"), session.scalars(select(Judgement.id).where(Judgement.case_id == case.id)).one()


def _case(reference: str) -> Select[Case]:
    return select(Case).join(Cycle, Cycle.id == Case.cycle_id).where(Cycle.number == 2, Case.reference == reference)


_RETURN = (
    select(Return.id)
    .join(Involvement, Involvement.id == Return.involvement_id)
    .join(Case, Case.id == Involvement.case_id)
    .join(Cycle, Cycle.id == Case.cycle_id)
    .join(Agency, Agency.id == Involvement.agency_id)
    .where(Cycle.number == 2, Case.reference == MODERATED, Agency.label == "Police")
)
"""The police's return of that case, in the cycle that is under way."""
