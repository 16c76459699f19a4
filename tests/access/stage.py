"""What the access table is played on: cycles, cases, returns, drafts and everything else that a handler is about."""

import json
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.access import actor
from audit.people.people import Profile
from audit.returns.answers import Answers
from audit.returns.decline import ask
from audit.returns.draft import save
from audit.returns.handover import give
from audit.returns.submit import submit
from audit.setup.description import Setup
from audit.setup.load import load
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import Cycle
from storage.immediate import ImmediateAction
from storage.messages import Message, MessageKind, MessageState
from storage.people import Agency, Cover, Person, Role, RoleKind, Workspace
from storage.returns import Decline, Draft, Handover, Return, ReturnVersion
from tests.access import actions, changes, findings, judging, meetings, reports
from tests.access import setup as access_setup
from tests.access.ways import ROLES
from tests.kit.forging import TEAM
from tests.kit.play import Filed

CANARY = "Canaryword"
"""In what Education in East wrote of cases that aren't released: nobody else reads it."""


def prepare(session: Session, play: Filed) -> None:
    """Whatever the handlers need, beside the published cycle."""
    _people(session)
    _cover(session)
    _cases(session)
    _versions(session)
    _drafts(session)
    _immediate(session)
    _other_cycles(session, play)
    access_setup.prepare(session)
    meetings.prepare(session)
    judging.prepare(session)
    findings.prepare(session)
    actions.prepare(session, play)
    reports.prepare(session)


def _people(session: Session) -> None:
    """An auditor, a lead whose time is over, and a coordinator whose registration ended."""
    workspace = session.scalars(select(Workspace)).one()
    education = session.scalars(select(Agency.id).where(Agency.label == "Education")).one()
    over = now(session) - timedelta(minutes=1)
    for user, active, kind, until in (
        ("U0AUDITOR", True, RoleKind.AUDITOR, None),
        ("U0ENDED", True, RoleKind.AGENCY_LEAD, over),
        ("U0GONE", False, RoleKind.COORDINATOR, None),
    ):
        person = Person(workspace_id=workspace.id, user_id=user, label=user, active=active)
        agency = None if kind == RoleKind.COORDINATOR else education
        session.add_all((person, Role(person_id=person.id, kind=kind, agency_id=agency, until=until)))


def _cover(session: Session) -> None:
    """Somebody covers for Education's lead in East; whose time is over covers for a role that has ended as well."""
    workspace = session.scalars(select(Workspace)).one()
    role = session.scalars(select(Role).join(Person).where(Person.user_id == ROLES["lead"])).one()
    person = Person(workspace_id=workspace.id, user_id="U0STANDIN", label="Stand-in")
    until = now(session) + timedelta(days=5)
    session.add_all((person, Cover(role_id=role.id, person_id=person.id, until=until, made_at=now(session))))
    ended = session.scalars(select(Role).join(Person).where(Person.user_id == ROLES["ended"])).one()
    former = session.scalars(select(Person.id).where(Person.user_id == ROLES["deactivated"])).one()
    over = Role(
        person_id=former, kind=RoleKind.DEPUTY, agency_id=role.agency_id, area_id=role.area_id, until=ended.until
    )
    session.add_all((over, Cover(role_id=over.id, person_id=ended.person_id, until=until, made_at=now(session))))


def _cases(session: Session) -> None:
    """Three cases are released; the YOT has no part in any, nor the police in one."""
    released = (("T2-EAST-03", ("YOT",)), ("T2-NORTH-01", ("YOT", "Police")), (judging.MODERATED, ("YOT",)))
    for reference, without in released:
        case = session.scalars(select(Case).where(Case.reference == reference)).one()
        case.released_at = now(session)
        gone = select(Involvement).join(Agency).where(Involvement.case_id == case.id, Agency.label.in_(without))
        for involvement in session.scalars(gone):
            session.delete(session.scalars(select(Return).where(Return.involvement_id == involvement.id)).one())
            session.delete(involvement)


def _versions(session: Session) -> None:
    """Education in East has sent one return, and asks not to answer another."""
    lead = actor(session, TEAM, "U0EDUEAST")
    session.flush()
    submit(session, lead, _return(session, "T2-EAST-01"), "V0BEFORE", Answers(grade="good", why=CANARY))
    ask(session, lead, _return(session, "T2-EAST-02"), "The worker has left.")


def _immediate(session: Session) -> None:
    """Education in East says that something must happen now; the message about it could not be delivered."""
    texts = {"immediate_action": "yes", "immediate_what": "A visit.", "immediate_owner": "Duty team"}
    texts["immediate_by"] = (now(session) + timedelta(days=9)).date().isoformat()
    given = Answers(texts, grade="good", why=CANARY)
    submit(session, actor(session, TEAM, "U0EDUEAST"), _return(session, "T2-EAST-04"), "V0ALERT", given)
    alert = select(Message).where(Message.kind == MessageKind.IMMEDIATE)
    session.scalars(alert).one().state = MessageState.SET_ASIDE


def _drafts(session: Session) -> None:
    """Education in East has drafted one return, and handed another to its auditor."""
    lead = actor(session, TEAM, "U0EDUEAST")
    answers = Answers(grade="good", why=CANARY)
    save(session, lead, _return(session, "T2-EAST-04"), "V0DRAFTED", answers, asked=("grade", "why"))
    give(session, lead, _return(session, "T2-EAST-05"), Profile(TEAM, "U0AUDITOR", "Auditor"), "")


def _return(session: Session, reference: str) -> str:
    """Education's return of a case."""
    return session.scalars(
        select(Return.id)
        .join(Involvement, Involvement.id == Return.involvement_id)
        .join(Case, Case.id == Involvement.case_id)
        .join(Agency, Agency.id == Involvement.agency_id)
        .where(Case.reference == reference, Agency.label == "Education")
    ).one()


def _other_cycles(session: Session, play: Filed) -> None:
    setup = play.file["setup"]
    for number in (3, 4):
        load(session, Setup.model_validate_json(json.dumps(setup | {"cycle": setup["cycle"] | {"number": number}})))


def records(session: Session) -> Iterator[tuple[tuple[str, str], str]]:
    """(noun, what about it) -> id."""
    found = session.execute(
        select(Return.id, Case.reference, Agency.label)
        .join(Involvement, Involvement.id == Return.involvement_id)
        .join(Case, Case.id == Involvement.case_id)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .join(Agency, Agency.id == Involvement.agency_id)
        .where(Cycle.number == 2)
    )
    returns = {(reference, agency): record for record, reference, agency in found}
    for noun in ("return", "returns", "nil", "decline", "history", "draft", "handover"):
        yield (noun, "own"), returns["T2-EAST-03", "Education"]
        yield (noun, "of the police"), returns["T2-EAST-03", "Police"]
        yield (noun, "elsewhere"), returns["T2-NORTH-01", "Education"]
    for noun in ("return", "answer", "draft", "handover"):
        yield (noun, "handed"), returns["T2-EAST-05", "Education"]
    yield ("draft", "a draft"), session.scalars(select(Draft.id)).one()
    yield ("handover", "a handover"), session.scalars(select(Handover.id)).one()
    yield ("decline", "waiting"), session.scalars(select(Decline.id)).one()
    yield ("returns", "waiting"), "every"
    first = select(ReturnVersion.id).where(ReturnVersion.view_id == "V0BEFORE")
    yield ("history", "version"), session.scalars(first).one()
    yield from _of_cases(session)
    yield from _of_the_cycle(session)
    yield ("cover", "of the lead"), session.scalars(select(Person.id).where(Person.user_id == ROLES["lead"])).one()
    yield ("cover", "standing"), session.scalars(select(Cover.id).join(Role).where(Role.until.is_(None))).one()
    set_aside = select(Message.id).where(Message.kind == MessageKind.IMMEDIATE)
    yield ("delivery", "set aside"), session.scalars(set_aside).one()
    action = session.scalars(select(ImmediateAction)).one()
    yield ("immediate", "raised"), action.id
    version = select(ReturnVersion.id).where(ReturnVersion.return_id == action.return_id)
    yield ("immediate", "as read"), session.scalars(version).one()
    for part in (access_setup, changes, meetings, judging, findings, actions, reports):
        yield from part.records(session)
    yield ("cycle", "planned"), session.scalars(select(Cycle.id).where(Cycle.number == 3)).one()


def _of_cases(session: Session) -> Iterator[tuple[tuple[str, str], str]]:
    cases = {
        reference: record
        for record, reference in session.execute(
            select(Case.id, Case.reference).join(Cycle, Cycle.id == Case.cycle_id).where(Cycle.number == 2)
        )
    }
    named = {"released": "T2-EAST-03", "not released": "T2-EAST-04", "released elsewhere": "T2-NORTH-01"}
    for about, reference in named.items():
        yield ("summary", about), cases[reference]
    yield ("case", "released"), cases["T2-EAST-03"]
    yield ("case", "to be ratified"), cases["T2-EAST-05"]
    yield ("answer", "to be ratified"), cases["T2-EAST-05"]


def _of_the_cycle(session: Session) -> Iterator[tuple[tuple[str, str], str]]:
    cycle_id = session.scalars(select(Cycle.id).where(Cycle.number == 2)).one()
    nouns = "sheet drift progress figures answered matrix calendar snooze nudge returns deliveries delivery"
    for noun in [*nouns.split(), "channels", "channel"]:
        yield (noun, "collecting"), cycle_id
    yield ("deliveries", "all"), "all"
    yield ("archive", "everything"), "all"
    yield ("archive", "with released cases"), cycle_id
