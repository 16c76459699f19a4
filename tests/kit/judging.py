"""Short functions for people's work at a meeting: answering, discussing a case, ratifying it."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from audit.access import Actor, actor
from audit.cases.summary import CaseView
from audit.meeting import ratify as ratify_rules
from audit.meeting.verdict import Verdict
from sandbox.slack import Outcome
from storage.cases import Case
from storage.clock import now
from storage.cycles import CycleArea
from storage.meetings import Attendance, Judgement, Position, Stance
from storage.people import Agency, Area, Person, Role, RoleKind
from tests.kit.forging import TEAM
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, asked, pressed, submitted

REFERENCE = "T2-EAST-03"
URGENT = "The child is to be placed next week."
"""The reason why a case can't wait for its meeting."""
LEADS = {"Education": "U0EDUEAST", "Police": "U0POLICE", "Probation": "U0PROBAT"}
ASSURED = {
    "safe": "Yes: the allocated worker saw them today.",
    "action": "A plan with a date for each step.",
    "owner": "Service manager",
    "by": "2031-03-03",
    "monitor": "Sub-group chair",
}


def answered(play: Play, *agencies: str, reference: str = REFERENCE) -> None:
    """These agencies send their returns, each with the grade Good."""
    for agency in agencies:
        assert play.send_return(LEADS[agency], reference).ok
        play.close_modal(LEADS[agency])


def released(play: Play, reference: str = REFERENCE) -> None:
    """Release the case, as if its summary had been posted."""
    with play.sessions.begin() as session:
        case = session.scalars(select(Case).where(Case.reference == reference)).one()
        case.released_at = now(session)


def attended(play: Play, **there: bool) -> None:
    """Record the attendance at East's meeting: agency -> whether it was present."""
    with play.sessions.begin() as session:
        places = select(CycleArea.meeting_id).join(Area, Area.id == CycleArea.area_id)
        meeting = session.scalars(places.where(Area.label == "East")).one()
        by = session.scalars(select(Person.id).where(Person.user_id == COORDINATOR)).one()
        for agency, present in there.items():
            agency_id = session.scalars(select(Agency.id).where(Agency.label == agency)).one()
            session.add(Attendance(meeting_id=meeting, agency_id=agency_id, present=present, by_id=by, at=now(session)))


def second_coordinator(play: Play) -> str:
    """Make the chair a coordinator as well, and return their user id."""
    with play.sessions.begin() as session:
        person = session.scalars(select(Person.id).where(Person.user_id == "U0CHAIR")).one()
        session.add(Role(person_id=person, kind=RoleKind.COORDINATOR))
    return "U0CHAIR"


def case_of(play: Play, reference: str = REFERENCE) -> CaseView:
    return next(case for case in play.board().cases if case.reference == reference)


def ids(play: Play, *agencies: str) -> list[str]:
    with play.reading() as session:
        found = {agency.label: agency.id for agency in session.scalars(select(Agency))}
    return [found[agency] for agency in agencies]


def discussed(play: Play, user: str = COORDINATOR, reference: str = REFERENCE) -> None:
    """Open the case's discussion."""
    assert asked(play, user, "case.discuss", case_of(play, reference).id).ok


def judged(play: Play, user: str = COORDINATOR, **answers: object) -> Outcome:
    """Ratify the case from its open discussion; before its meeting, with the reason URGENT."""
    assert pressed(play, user, "case.judge").ok
    early = "The meeting hasn't begun" in play.modal_text(user)
    return submitted(play, user, **({"exception": URGENT} if early else {}) | answers)


def ratified(play: Play, reference: str, grade: str = "good", reason: str | None = None) -> None:
    """Ratify a case: every agency that sent a return agrees, and URGENT is the reason for an exception."""
    with play.sessions.begin() as session:
        ratify(session, actor(session, TEAM, COORDINATOR), session.scalars(_case(reference)).one(), grade, reason)


def ratify(session: Session, who: Actor, case_id: str, grade: str = "good", reason: str | None = None) -> CaseView:
    """As `ratified`, in the caller's transaction."""
    form = ratify_rules.open_judging(session, who, case_id)
    moment = form.about.moment
    stances = {Stance.AGREES: tuple(each.agency_id for each in moment.contributors)}
    why = URGENT if moment.outside(stances) else ""
    done = ratify_rules.ratify(
        session, who, form.record_id, Verdict(grade, reason, "The plan held.", {}, stances, exception=why), moment.mark
    )
    assert isinstance(done, CaseView)
    return done


def _case(reference: str) -> Select[str]:
    return select(Case.id).where(Case.reference == reference)


def sent_twice(play: Play, outcome: Outcome) -> None:
    """Send the request again, as Slack does when the answer is lost."""
    assert outcome.request
    assert play.workspace.sender.resend(outcome.request).ok


def judgements(play: Play) -> list[tuple[str, int, bool]]:
    """Every judgement: grade, version, and whether it is in force."""
    with play.reading() as session:
        found = session.scalars(select(Judgement).order_by(Judgement.version))
        return [(each.grade, each.version, each.ended_at is None) for each in found]


def positions(play: Play) -> dict[str, str]:
    """Agency -> its stance on the newest judgement."""
    with play.reading() as session:
        newest = session.scalars(select(Judgement).order_by(Judgement.version.desc())).first()
        assert newest
        rows = session.execute(
            select(Agency.label, Position.stance)
            .join(Position, Position.agency_id == Agency.id)
            .where(Position.judgement_id == newest.id)
        )
        return {agency: stance for agency, stance in rows}  # noqa: C416  # a Row isn't typed as a pair
