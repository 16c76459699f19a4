"""Kill -9 between what one person did and the answer to another, who has the same form open: it is done once."""

from sqlalchemy import func, select

from audit.access import actor
from audit.meeting import ratify
from audit.report import issue, publications
from storage.cases import Case
from storage.meetings import Judgement
from storage.people import Person, Role, RoleKind
from storage.publications import Publication
from storage.reports import Edition, Report
from storage.trail import TrailEntry
from tests.faults.forms import Form, marker, refused, saved
from tests.faults.house import House
from tests.faults.processes import until
from tests.kit.forging import Payload, click, send, submission
from tests.kit.pressing import COORDINATOR
from tests.kit.reporting import answered

POINT = "answer.before"
CHAIR, POLICE, DEPUTY = "U0CHAIR", "U0POLICE", "U0OUTSIDER"


def entries(house: House, verb: str) -> int:
    with house.sessions.reading() as session:
        return session.scalar(select(func.count()).select_from(TrailEntry).where(TrailEntry.verb == verb)) or 0


def killed_after(house: House, payload: Payload, verb: str) -> None:
    """The process is killed once this is done, before it is answered; then it starts again."""
    web = house.web(DIE_AT=POINT)
    assert send(house.workspace, payload).status == 0
    assert until(web.died)
    house.kill()
    assert entries(house, verb) == 1
    house.web()


def test_fault_16_killed_between_a_return_and_the_answer_to_another_lead(house: House) -> None:
    house.load(cases_=1)
    with house.sessions.begin() as session:
        lead = session.scalars(select(Person).where(Person.user_id == POLICE)).one()
        [role] = session.scalars(select(Role).where(Role.person_id == lead.id))
        other = Person(workspace_id=lead.workspace_id, user_id=DEPUTY, label="Police deputy")
        session.add(other)
        session.flush()
        session.add(Role(person_id=other.id, kind=RoleKind.DEPUTY, agency_id=role.agency_id, area_id=role.area_id))
    [return_id] = house.return_ids("Police")
    record = house.record_id(return_id)
    mine, theirs = Form(POLICE, record, "V0MINE", marker()), Form(DEPUTY, record, "V0THEIRS", marker())
    killed_after(house, mine.payload(house.workspace.team.id), "return.submit")
    late = house.send(theirs, return_id)
    assert refused(late)
    assert "while you were writing" in late.body
    assert saved(house.send(mine, return_id))
    assert house.versions() == [(return_id, mine.why)]
    assert entries(house, "return.submit") == 1


def _judging(house: House, user: str, case_id: str) -> Payload:
    with house.sessions.reading() as session:
        form = ratify.open_judging(session, actor(session, house.workspace.team.id, user), case_id)
    typed = {"grade": "good", "why": marker(), "exception": "It can't wait."}
    named = {f"{name}__{form.about.moment.mark}": said for name, said in typed.items()}
    payload = submission(user, "case.ratify", form.record_id, named)
    payload["view"]["id"] = f"V0{user}"
    return payload


def test_fault_16_killed_between_a_judgement_and_the_answer_to_another_chair(house: House) -> None:
    house.load(cases_=1)
    with house.sessions.reading() as session:
        case_id = session.scalars(select(Case.id)).one()
    mine, theirs = (_judging(house, user, case_id) for user in (COORDINATOR, CHAIR))
    killed_after(house, mine, "case.ratify")
    assert "while you were writing" in send(house.workspace, theirs).body
    assert "is ratified" in send(house.workspace, mine).body
    with house.sessions.reading() as session:
        assert session.scalar(select(func.count()).select_from(Judgement)) == 1
    assert entries(house, "case.ratify") == 1


def test_fault_16_killed_between_a_release_and_the_answer_to_another_coordinator(house: House) -> None:
    cycle_id = answered(house)
    with house.sessions.begin() as session:
        chair = session.scalars(select(Person).where(Person.user_id == CHAIR)).one()
        session.add(Role(person_id=chair.id, kind=RoleKind.COORDINATOR))
        who = actor(session, house.workspace.team.id, COORDINATOR)
        made = issue.make(session, who, cycle_id)
        publication = publications.ask(session, who, session.get_one(Report, made.id), Edition.BRIEFING) or ""
    house.work()
    house.settled()
    house.kill()
    mine, theirs = (click(user, "report.release", publication) for user in (COORDINATOR, CHAIR))
    killed_after(house, mine, publications.PUBLISH)
    for payload in (theirs, mine):
        assert send(house.workspace, payload).ok
    with house.sessions.reading() as session:
        coordinator = session.scalars(select(Person.id).where(Person.user_id == COORDINATOR)).one()
        assert session.get_one(Publication, publication).released_by_id == coordinator
    assert entries(house, publications.PUBLISH) == 1
