"""The order in which Home lists the cases of a meeting is the order of its agenda, whatever was answered."""

import random
from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from audit.access import actor
from audit.cases.summary import of_cycle
from audit.home import home
from audit.library import tools
from audit.meeting import agenda, discussion_order
from audit.meeting.discussion_order import GradedCases
from audit.returns.immediate_text import ImmediateTexts, NeededNow, keep
from audit.scales import INSPECTION, NO_OVERALL
from bot import loading
from storage.cases import Case, Involvement
from storage.clock import now
from storage.crypto import seal
from storage.cycles import Cycle
from storage.immediate import ImmediateAction
from storage.meetings import Moderation
from storage.people import Agency, Person
from storage.returns import Return, ReturnState, ReturnVersion
from tests.kit import graded
from tests.kit.forging import TEAM
from tests.kit.loaded import FILE
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR
from tests.underway.test_dates import OPENED, march

CHAIR = "U0CHAIR"
UNJUDGED = dict.fromkeys(("judgements", "findings", "recommendations"), ())
GRADES = [grade.key for grade in INSPECTION.grades]


def mixed(session: Session, cycle: Cycle, seed: int) -> None:
    """Its returns as if they had been answered, moderated and withdrawn at random."""
    chance, by = random.Random(seed), session.scalars(select(Person.id)).first()
    rows = session.execute(
        select(Return, ReturnVersion, Involvement)
        .join(ReturnVersion, ReturnVersion.return_id == Return.id)
        .join(Involvement, Involvement.id == Return.involvement_id)
        .join(Case, Case.id == Involvement.case_id)
        .join(Agency, Agency.id == Involvement.agency_id)
        .order_by(Case.reference, Agency.label)  # ids are of chance
    ).all()
    for row, version, involvement in rows:
        state = chance.choice([*[ReturnState.SUBMITTED] * 12, *ReturnState])
        row.state, version.grade = state, chance.choice([*GRADES[:3] * 4, "inadequate", "not_graded"])
        if version.sections:
            asked = [key for key, given in version.sections.items() if given]
            given = {key: chance.choice([*GRADES[:3] * 2, "not_applicable"]) for key in asked}
            version.grade, version.sections = NO_OVERALL, version.sections | given
        version.state = ReturnState.REQUESTED if state == ReturnState.DRAFTED else state
        involvement.withdrawn_at = now(session) if chance.random() < 0.05 else None
        if chance.random() < 0.1:
            section = chance.choice([*version.sections]) if version.sections else ""
            for number, grade in enumerate(chance.sample([*GRADES, None], 2), 1):
                moderated = Moderation(
                    return_id=row.id, number=number, version=1, grade=grade, by_id=by, at=now(session), section=section
                )
                seal(session, moderated, "reason", "The meeting saw more.")
                session.add(moderated)
        if chance.random() < 0.03:
            urgent = ImmediateAction(return_id=row.id, cycle_id=cycle.id, version=1, raised_at=now(session))
            urgent.closed_at = now(session) if chance.random() < 0.3 else None
            keep(session, urgent, ImmediateTexts(NeededNow("See to it.", "Head", "2031-03-03"), (), ""))
            session.add(urgent)


def overall(session: Session) -> Cycle:
    """The published cycle, answered and not judged."""
    return loading.load(session, loading.read(FILE).model_copy(update=UNJUDGED), answered=True)


def by_section(session: Session) -> Cycle:
    """The same, graded by section only."""
    tools.store(session, None, graded.SECTIONED)
    return loading.load(session, graded.file(graded.SECTIONED).model_copy(update=UNJUDGED), answered=True)


@pytest.mark.both_databases
@pytest.mark.parametrize("made", [overall, by_section])
def test_home_and_the_place_of_a_case_go_by_the_agenda(play: Play, made: Callable[[Session], Cycle]) -> None:
    play.move_clock(OPENED)
    with play.sessions.begin() as session:
        cycle = made(session)
        session.flush()
        mixed(session, cycle, 1)
        session.execute(update(Case).where(Case.reference < "T2-EAST-03").values(released_at=now(session)))
    play.move_clock(march(30, 12))
    with play.reading() as session:
        who, chair = (actor(session, TEAM, user) for user in (COORDINATOR, CHAIR))
        cycle = session.scalars(select(Cycle)).one()
        agendas = agenda.show(session, who, cycle.id).agendas
        compared = {case.id: GradedCases(case.scale, case.tool) for case in of_cycle(session, cycle.id)}
        keys = discussion_order.of_cases(session, compared)
        shown = home.home(session, who).audits[0]
        for reader in (who, chair):
            for each in agenda.show(session, reader, cycle.id).agendas:
                out = sum(not item.case.concealed for item in each.items)
                places = [agenda.place(session, reader, item.case.id) for item in each.items]
                assert [at and (at.number, at.out) for at in places] == [(n, out) for n in range(1, len(places) + 1)]
    listed = [item.case.reference for each in agendas for item in each.items]
    assert len({key[:4] for key in keys.values()}) > 3, "or nothing but the reference would be tried"
    assert [case.reference for case in shown.cases] == listed
