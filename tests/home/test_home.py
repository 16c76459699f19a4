"""Home by what is next: an audit from its set-up to its close, as a coordinator, the chair and a lead find it there."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, update

from audit.access import actor
from audit.home import home
from audit.report import issue
from storage.actions import Action, ActionState
from storage.clock import now
from storage.cycles import Cycle, CycleState
from storage.people import Person, Role, RoleKind
from tests.kit import managing, many_audits, reporting
from tests.kit.following_up import act, recommend
from tests.kit.forging import TEAM
from tests.kit.judging import ratified
from tests.kit.play import Play
from tests.kit.pressing import acting, pressed
from tests.underway.test_dates import OPENED, march

COORDINATOR, CHAIR, MEMBER, LEAD = "U0COORDIN", "U0CHAIR", "U0SUBGROUP", "U0EDUEAST"
READ, DISCUSS = "summary.read", "case.discuss"


def looked(play: Play, user: str) -> tuple[str, list[str]]:
    """What somebody's Home says down to its line across, and what its buttons there ask for."""
    assert play.person(user).open_home().ok
    shown = play.person(user).home()
    assert shown
    blocks: list[dict[str, Any]] = shown.content["blocks"]  # type: ignore[assignment]
    first = blocks[: next(n for n, block in enumerate(blocks) if block["type"] == "divider")]
    buttons = [each for block in first for each in [block.get("accessory"), *block.get("elements", [])] if each]
    return json.dumps(first, ensure_ascii=False), [each["action_id"] for each in buttons if "action_id" in each]


def at(play: Play, state: CycleState) -> None:
    """As if every audit had come so far."""
    with play.sessions.begin() as session:
        session.execute(update(Cycle).values(state=state))


@pytest.mark.on_sqlite
def test_home_says_what_is_next_until_the_meeting(play: Play) -> None:
    play.move_clock(OPENED)
    play.load(opened=False)
    said, offered = looked(play, COORDINATOR)
    assert "*Open it.* The leads of 10 agencies get their requests." in said
    assert "Your first audit: 6 of 10 steps done" in said
    assert offered[:2] == ["channels.show", "cycle.open"]
    leads = update(Role).where(Role.kind == RoleKind.AGENCY_LEAD)
    with play.sessions.begin() as session:
        session.execute(leads.values(until=now(session)))
    assert "5 of 10 steps done" in looked(play, COORDINATOR)[0], "nobody leads an agency any more"
    with play.sessions.begin() as session:
        session.execute(leads.values(until=None))
    assert play.press_on_home(COORDINATOR, "cycle.open", "audit 2").ok
    assert "doesn't know what you typed" in play.person(COORDINATOR).command("/audit", "hepl", "C0GENERAL").body
    assert "The leads of 10 agencies get their requests in a message" in play.modal_text(COORDINATOR)
    play.close_modal(COORDINATOR)

    assert play.send_return(LEAD, "T2-EAST-01").ok
    play.close_modal(LEAD)
    said, offered = looked(play, COORDINATOR)
    assert "*Chase the returns.* 1 of 150 returns answered; awaited: 149 (Central 50, East 49, North 50)." in said
    assert "8 of 10 steps done" in said, "it isn't drawn, and nobody has looked at the channels"
    assert offered[:3] == ["channels.show", "progress.show", "nudge.choose"]
    assert {READ, DISCUSS} & set(offered) == set()
    assert "*Chase" not in looked(play, CHAIR)[0]

    play.move_clock(march(24, 18))  # every meeting's summaries are due
    assert "aren't out: *Messages* below says why" in looked(play, COORDINATOR)[0]
    managing.delivered(play)
    for user in (COORDINATOR, CHAIR, MEMBER):
        said, offered = looked(play, user)
        assert "*Read for the meeting.* The summaries of 15 of 15 cases are out" in said
        assert offered[0] == "agenda.show"
        assert offered.count(READ) == 9
    said, offered = looked(play, LEAD)
    assert said.index("Send your agency's returns") < said.index("Read for the meeting")
    assert offered.count(READ) == 5


def test_home_says_what_is_next_from_the_meeting_on(play: Play) -> None:
    play.move_clock(OPENED)
    play.load()
    play.move_clock(march(24, 18))
    managing.delivered(play)
    play.move_clock(march(30, 12))
    todo = (
        "*Hold the meeting: record who came, discuss and ratify.* 15 cases still to be ratified: Central, East, North."
    )
    assert todo in looked(play, COORDINATOR)[0]
    assert looked(play, CHAIR)[1].count(DISCUSS) == 9
    assert DISCUSS not in looked(play, MEMBER)[1]
    assert "5 returns can't be changed any more" in looked(play, LEAD)[0]
    for case in play.board().cases:
        ratified(play, case.reference)
    said, offered = looked(play, COORDINATOR)
    assert "*Close the meetings.*" in said
    assert offered[0] == "cycle.steps"

    at(play, CycleState.RATIFIED)
    assert "*Recommend.* No recommendation or action yet" in looked(play, MEMBER)[0]
    assert recommend(play).ok
    assert act(play, due="2026-04-15").ok
    said, offered = looked(play, COORDINATOR)
    assert "*Make the report.* No report has been made yet. 1 recommendation, 0 of 1 action closed." in said
    assert offered[0] == "report.show"
    reporting.show(play)
    assert pressed(play, COORDINATOR, "report.make").ok
    assert (
        "*Send the report to the sub-group, then mark the audit as reported.* Version 1" in looked(play, COORDINATOR)[0]
    )
    reporting.show(play)
    assert pressed(play, COORDINATOR, "report.send").ok
    managing.delivered(play)
    said, offered = looked(play, COORDINATOR)
    assert "*Mark the audit as reported.* Version 1 of the report is sent to the sub-group." in said
    assert offered[0] == "cycle.steps"
    play.move_clock(march(30, 13))
    assert recommend(play, text="Something else.").ok
    managing.described(play, title="Audit 2, Adulthood")
    said, offered = looked(play, COORDINATOR)
    assert "*Make a new version of the report.* 1 recommendation and the audit's title are newer than version" in said
    assert offered[0] == "report.show"
    at(play, CycleState.REPORTED)
    play.move_clock(march(30, 12).replace(month=4))
    assert (
        "*Follow up the actions.* 2 recommendations, 0 of 1 action closed, 1 overdue." in looked(play, COORDINATOR)[0]
    )
    changed_while_a_version_is_made(play)
    with play.sessions.begin() as session:
        session.execute(update(Action).values(state=ActionState.VERIFIED))
    assert "*Close the audit.*" in looked(play, COORDINATOR)[0]
    at(play, CycleState.CLOSED)
    said, offered = looked(play, COORDINATOR)
    assert "*Plan the next audit.*" in said
    assert offered[0] == "cycle.new"


def changed_while_a_version_is_made(play: Play) -> None:
    """What it says was read before the audit was renamed: Home says so, and nothing older becomes the newest."""
    who, cycle_id = acting(play, COORDINATOR), managing.cycle(play).id
    with play.reading() as session:
        drawn = issue.draw_up(session, who, cycle_id)
    managing.described(play, title="Audit 2, Growing up")
    with play.sessions.begin() as session:
        assert issue.make(session, who, cycle_id, drawn).version == 2
    assert "The audit's title is newer than version 2 of the report." in looked(play, COORDINATOR)[0]
    made = []
    for each in (None, drawn):
        with play.sessions.begin() as session:
            made.append(issue.make(session, who, cycle_id, each))
    assert [(each.version, each.new) for each in made] == [(3, True), (3, False)]
    assert "newer than" not in looked(play, COORDINATOR)[0]


def test_opening_counts_the_agencies_that_somebody_leads_where_they_are_asked(play: Play) -> None:
    play.move_clock(OPENED)
    play.load(opened=False)
    with play.sessions.begin() as session:
        role = {
            user: session.scalars(select(Role).join(Person).where(Person.user_id == user)).one()
            for user in ("U0EDUEAST", "U0POLICE", "U0YOT")
        }
        role["U0EDUEAST"].until = role["U0POLICE"].until = now(session)
        session.get_one(Person, role["U0YOT"].person_id).active = False
    said, _ = looked(play, COORDINATOR)
    assert "*Open it.* The leads of 8 of 10 agencies get their requests." in said
    assert "Nobody leads Education (East), Police (Central), Police (East), Police (North), YOT (Central)" in said
    managing.menu(play)
    assert "The leads of 8 of 10 agencies get their requests at once." in play.modal_text(COORDINATOR)
    play.close_modal(COORDINATOR)
    assert play.press_on_home(COORDINATOR, "cycle.open", "audit 2").ok
    assert "The leads of 8 of 10 agencies get their requests in a message" in play.modal_text(COORDINATOR)


def test_a_planned_audit_that_lacks_something_cant_be_opened_from_home(play: Play) -> None:
    play.move_clock(OPENED)
    play.load(opened=False)
    play.move_clock(OPENED.replace(month=4))
    said, offered = looked(play, COORDINATOR)
    assert "*Set it up.* Before it can be opened: the deadline for returns has passed" in said
    assert "the meeting about T2-CENTRAL-01 has passed" in said
    assert "cycle.open" not in offered
    said, offered = looked(play, CHAIR)
    assert "It isn't open yet." in said
    assert "Set it up" not in said


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements of the block."""
    heard: list[str] = []

    def executed(*given: object) -> None:
        heard.append(str(given[2]))

    event.listen(Engine, "before_cursor_execute", executed)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", executed)


def spent(play: Play) -> dict[tuple[str, CycleState], int]:
    """How many statements each one's Home takes, in each state of all audits."""
    found = {}
    for state in (CycleState.PLANNED, CycleState.COLLECTING, CycleState.REPORTED, CycleState.CLOSED):
        at(play, state)
        for user in (COORDINATOR, CHAIR, LEAD):
            with play.reading() as session:
                who = actor(session, TEAM, user)
                with counted() as heard:
                    shown = home.home(session, who)
                assert shown.audits or user == LEAD or state == CycleState.CLOSED
            found[user, state] = len(heard)
    return found


def test_home_takes_as_many_statements_for_many_audits_and_cases(play: Play) -> None:
    play.load()
    with play.sessions.begin() as session:
        cycle_id = session.scalars(select(Cycle.id)).one()
        many_audits.copied(session, cycle_id, range(3, 4))  # the first audit alone has its checklist
    few = spent(play)
    with play.sessions.begin() as session:
        many_audits.copied(session, cycle_id, range(4, 7))
    assert spent(play) == few
