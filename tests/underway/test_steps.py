"""The steps of a cycle: each refused with what is missing, then taken; what rests then, and the way back."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from audit.chasing import reminders
from audit.cycle import states
from audit.errors import NotFound, Refused
from audit.meeting import agenda, summaries_due
from audit.underway import steps
from storage.actions import Action, ActionState, Recommendation
from storage.cases import Case
from storage.clock import now
from storage.crypto import seal
from storage.cycles import Cycle, CycleState, LearningTheme
from storage.findings import Finding
from storage.immediate import ImmediateAction
from storage.messages import MessageKind
from storage.people import Person
from storage.reports import Report
from storage.returns import Return
from storage.types import new_id
from tests.kit import managing
from tests.kit.forging import send, submission
from tests.kit.judging import ratified
from tests.kit.looking import entries
from tests.kit.play import GRADED, Play
from tests.kit.pressing import acting, asked, return_of
from tests.underway.test_dates import begun, march

COORDINATOR = managing.COORDINATOR


def steps_of(play: Play) -> str:
    assert asked(play, COORDINATOR, "cycle.steps", managing.cycle(play).id).ok
    return play.modal_text(COORDINATOR)


def took(play: Play) -> str:
    """Press the button that takes the step; what it says, once it is closed."""
    said = managing.press(play, "cycle.step")
    play.close_modal(COORDINATOR)
    return said


def refused(play: Play, to: str) -> str:
    """What somebody is told who takes a step that wasn't offered."""
    who, record = acting(play, COORDINATOR), managing.cycle(play).id
    with play.sessions.begin() as session, pytest.raises(Refused) as found:
        steps.take(session, who, record, to)
    return found.value.sentence


def ratify_all(play: Play) -> None:
    for case in play.board().cases:
        ratified(play, case.reference)


@contextmanager
def changing(play: Play) -> Iterator[tuple[Session, Cycle]]:
    with play.sessions.begin() as session:
        yield session, session.scalars(select(Cycle)).one()


def issued(play: Play, version: int = 1) -> None:
    with changing(play) as (session, cycle):
        report = Report(cycle_id=cycle.id, version=version, content_hash="0" * 64, made_at=now(session))
        seal(session, report, "content", "{}")
        session.add(report)


def themed(play: Play) -> None:
    """A finding about what is to improve, and one about a strength."""
    with changing(play) as (session, _):
        by = session.scalars(select(Person.id).where(Person.user_id == COORDINATOR)).one()
        case_id = session.scalars(select(Case.id)).first()
        for label, strength in (("Housing", False), ("School", True)):
            theme = LearningTheme(id=new_id(), label=label, strength=strength)
            found = Finding(case_id=case_id, kind="learning", theme_id=theme.id, by_id=by, at=now(session))
            seal(session, found, "text", "Seen in this case.")
            session.add_all((theme, found))


def owed(play: Play) -> None:
    """An action from a recommendation, and a recommendation without any."""
    with changing(play) as (session, cycle):
        by = session.scalars(select(Person.id).where(Person.user_id == COORDINATOR)).one()
        moment = now(session)
        made = [Recommendation(cycle_id=cycle.id, number=n, by_id=by, made_at=moment) for n in (1, 2)]
        for each in made:
            seal(session, each, "text", "Name a transition lead.")
        action = Action(
            cycle_id=cycle.id, number=1, recommendation_id=made[0].id, by_id=by,
            due_on=moment.date() + timedelta(days=30), made_at=moment,
        )  # fmt: skip
        seal(session, action, "text", "Publish the list.")
        seal(session, action, "owner", "Head of service")
        session.add_all((*made, action))


def acted(play: Play, state: ActionState) -> None:
    with changing(play) as (session, _):
        session.execute(update(Action).values(state=state))


def to_ratified(play: Play) -> None:
    play.move_clock(march(26, 11))
    managing.delivered(play)
    assert "This step can be taken" in steps_of(play)
    assert "is now at its meetings" in took(play)
    assert "T2-CENTRAL-01 isn't ratified" in steps_of(play)
    play.close_modal(COORDINATOR)
    assert "T2-CENTRAL-01 isn't ratified; T2-CENTRAL-02 isn't" in refused(play, "ratified")
    assert "has moved on" in refused(play, "closed")
    assert managing.cycle(play).state == "meeting"
    assert "16 things are missing" in managing.menu(play)
    play.close_modal(COORDINATOR)
    assert "the meeting about Central, North is on Fri 27 Mar 2026, " in refused(play, "ratified")

    play.move_clock(march(27, 15))
    ratify_all(play)
    said = steps_of(play)
    for warning in (
        "Nobody has recorded who came to the meeting about East", "about Central, North",
        "1 immediate action is still open",
    ):  # fmt: skip
        assert warning in said
    with changing(play) as (session, _):
        session.execute(update(ImmediateAction).values(closed_at=now(session)))
    assert "something has changed" in managing.press(play, "cycle.step")
    assert "is now ratified" in took(play)


def to_reported(play: Play) -> None:
    assert "No report has been made yet" in steps_of(play)
    play.close_modal(COORDINATOR)
    issued(play)
    themed(play)
    said = steps_of(play)
    for warning in (
        "Version 1 of the report isn't signed off and issued", "Version 1 of the report hasn't been sent",
        "No recommendation answers the learning theme Housing",
    ):  # fmt: skip
        assert warning in said
    assert "School" not in said, "a strength needs none"
    assert "is now reported" in took(play)


def to_closed(play: Play) -> None:
    owed(play)
    said = steps_of(play)
    assert "Action 1 of recommendation 1 isn't begun" in said
    assert "Recommendation 2 has no action" in said
    play.close_modal(COORDINATOR)
    acted(play, ActionState.DONE)
    assert "action 1 of recommendation 1 is done, but nobody has verified it" in refused(play, "closed")
    acted(play, ActionState.VERIFIED)
    said = steps_of(play)
    assert "Nobody has said whether action 1 of recommendation 1 changed practice" in said
    assert "Version 1 of the report isn't signed off and issued" in said
    assert re.search("is now closed.* is due to be removed in 365 days", took(play))
    assert "no step is left" in steps_of(play)


def test_a_cycle_goes_step_by_step_to_its_end(play: Play) -> None:
    begun(play)
    assert play.send_return("U0YOT", "T2-EAST-03", immediate_action="yes", immediate_what="A visit.",
                            immediate_owner="Duty", immediate_by="2026-03-09").ok  # fmt: skip
    said = steps_of(play)
    assert "Its first meeting is on Thu 26 Mar 2026: from Mon 23 Mar 2026 on" in said
    assert 'cycle.step"' not in said
    play.close_modal(COORDINATOR)
    assert "can't take this step yet: its first meeting is on Thu 26 Mar 2026" in refused(play, "meeting")

    to_ratified(play)
    to_reported(play)
    to_closed(play)
    assert [entry.detail for entry in entries(play.sessions, "cycle.step")] == [
        "collecting to meeting", "meeting to ratified", "ratified to reported", "reported to closed",
    ]  # fmt: skip


def test_what_is_ratified_rests_and_goes_back_when_a_case_is_opened_again(play: Play) -> None:
    begun(play)
    play.move_clock(march(16, 10))
    with play.reading() as session:
        assert reminders.due(session), "those who haven't answered are reminded"
    play.move_clock(march(27, 15))
    ratify_all(play)
    who = acting(play, COORDINATOR)
    with changing(play) as (session, cycle):
        step = steps.next_step(session, who, cycle.id)
        assert step.to == CycleState.RATIFIED
        assert "summaries that aren't posted yet won't be posted any more: of 15 cases" in step.warnings
        assert steps.take(session, who, cycle.id, "ratified", step.mark).done
        assert steps.take(session, who, cycle.id, "ratified", step.mark).done, "again is the same"
    play.move_clock(march(26, 9))
    with play.reading() as session:
        assert (reminders.due(session), summaries_due.due(session), agenda.due(session)) == ((), (), ())
    managing.delivered(play)
    assert managing.ledger(play, MessageKind.SUMMARY) == 0
    record = return_of(play, "T2-NORTH-01", "Police")
    with changing(play) as (session, _):  # as if the agency had been added after the case was ratified
        session.execute(update(Return).values(locked_at=None))
    assert (
        "judgements have been ratified"
        in send(play.workspace, submission("U0POLICE", "return.submit", record, GRADED)).body
    )

    with changing(play) as (session, cycle):
        states.back_to_meeting(session, who, cycle)
        assert cycle.state == CycleState.MEETING
        states.back_to_meeting(session, who, cycle)
        states.begin_meeting(session, who, cycle)
    with play.reading() as session:
        assert summaries_due.due(session), "what was held back is due again"
    for state in (CycleState.CLOSED, CycleState.CANCELLED):
        with play.sessions.begin() as session:
            cycle = session.scalars(select(Cycle)).one()
            cycle.state = state
            session.flush()
            with pytest.raises(Refused, match=r"Audit 2 (is closed|was cancelled)"):
                states.back_to_meeting(session, who, cycle)
            with pytest.raises(NotFound):
                steps.take(session, who, "0" * 32, "closed")
    assert [entry.detail for entry in entries(play.sessions, "cycle.step")] == [
        "collecting to meeting", "meeting to ratified", "ratified to meeting",
    ]  # fmt: skip
