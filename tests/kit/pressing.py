"""Short functions for what people do in modals, and for what tests look at afterwards."""

from sqlalchemy import select

from audit.access import Actor, actor
from audit.cases.summary import Line
from sandbox.slack import Outcome
from storage.cases import Case, Involvement
from storage.people import Agency
from storage.returns import Return
from tests.kit.forging import TEAM, click, send
from tests.kit.play import Play

LEAD, DEPUTY, COORDINATOR = "U0EDUEAST", "U0EDUDEPUTY", "U0COORDIN"


def asked(play: Play, user: str, action_id: str, record: str) -> Outcome:
    """Send a press of a button, regardless of where it is shown."""
    return send(play.workspace, click(user, action_id, record))


def pressed(play: Play, user: str, action_id: str, block_id: str | None = None) -> Outcome:
    """Press a button of the modal in front."""
    return play.person(user).act(play.modal(user).id, action_id, block_id)


def submitted(play: Play, user: str, **answers: object) -> Outcome:
    """Fill in and submit the modal in front."""
    play.fill(user, **answers)
    return play.send(user)


def line(play: Play, reference: str, agency: str = "Education") -> Line:
    """An agency's line of a case on the board."""
    case = next(case for case in play.board().cases if case.reference == reference)
    return next(each for each in case.lines if each.agency == agency)


def return_of(play: Play, reference: str, agency: str = "Education") -> str:
    """The id of an agency's return for a case."""
    with play.reading() as session:
        return session.scalars(
            select(Return.id)
            .join(Involvement, Involvement.id == Return.involvement_id)
            .join(Case, Case.id == Involvement.case_id)
            .join(Agency, Agency.id == Involvement.agency_id)
            .where(Case.reference == reference, Agency.label == agency)
        ).one()


def acting(play: Play, user: str) -> Actor:
    """The person as the rules' Actor."""
    with play.reading() as session:
        return actor(session, TEAM, user)
