"""Two people who have the same form open, one who sends it after the other or both at once: over every verb."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import select, update

from audit.calendar import LONDON
from bot.settings import Settings
from handlers.payloads import UNASKED
from storage.cases import Case
from storage.clock import now
from storage.crypto import seal
from storage.cycles import LearningTheme
from storage.engine import Sessions
from storage.findings import Finding
from storage.people import Person, Role, RoleKind
from tests.journeys.test_older_forms import an_id
from tests.kit import managing, reporting
from tests.kit.play import Play
from tests.kit.registry import registered
from tests.moments.table import LOOKS, SAME_AS
from tests.two import collecting, met, planned, reported
from tests.two.forms import FIRST, SECOND, THIRD, Raced, Then, close_all, faults, faults_at_once

WEDNESDAY = datetime(2026, 3, 4, 12, tzinfo=LONDON)
ELSEWHERE = {
    "handover.ready": "one auditor alone: tests/returns/test_handovers.py",
    "return.next": "each has a draft of their own: tests/returns/test_drafts.py",
    "draft.take": "it opens a draft, and its reading is recorded: tests/returns/test_drafts.py",
    "draft.discard": "a draft is discarded by its author alone: tests/returns/test_drafts.py",
    "delivery.again": "what is delivered isn't sent again: tests/delivery/test_log.py",
    "delivery.again_all": "what is delivered isn't sent again: tests/delivery/test_log.py",
}
"""Handlers that aren't raced here -> why, and where it is tested what happens."""


def _coordinators(play: Play) -> None:
    """Three people are coordinators, and members of every channel."""
    with play.sessions.begin() as session:
        for person in session.scalars(select(Person).where(Person.user_id.in_((SECOND, THIRD)))):
            session.add(Role(person_id=person.id, kind=RoleKind.COORDINATOR))
    with play.workspace.changing():
        for channel in play.workspace.channels.values():
            if not channel.is_im:
                channel.members = sorted({*channel.members, FIRST, SECOND, THIRD})


def _planned(play: Play) -> None:
    play.move_clock(WEDNESDAY)
    play.load(opened=False)
    play.work_while_waiting()


def _collecting(play: Play) -> None:
    """Three people answer for Education in East."""
    play.move_clock(WEDNESDAY)
    play.load()
    with play.sessions.begin() as session:
        north = session.scalars(select(Person).where(Person.user_id == "U0EDUNORTH")).one()
        deputy = session.scalars(select(Role).join(Person).where(Person.user_id == "U0EDUDEPUTY")).one()
        session.add(Role(person_id=north.id, kind=RoleKind.DEPUTY, agency_id=deputy.agency_id, area_id=deputy.area_id))


def _met(play: Play) -> None:
    """A case that two agencies have answered, with two findings, when its meeting has begun."""
    play.move_clock(WEDNESDAY)
    play.load()
    for user in ("U0POLICE", "U0SEND"):
        assert play.send_return(user, met.CASE).ok
        close_all(play, user)
    case, coordinator = managing.case_id(play, met.CASE), an_id(play, Person, user_id=FIRST)
    with play.sessions.begin() as session:
        session.execute(update(Case).where(Case.id == case).values(released_at=now(session)))
        themes = [LearningTheme(label=each) for each in ("Drift", "Delay", "Payments")]
        session.add_all(themes)
        session.flush()
        for _ in range(2):
            finding = Finding(
                case_id=case, kind="concern", theme_id=themes[0].id, by_id=coordinator, at=now(session)
            )  # fmt: skip
            seal(session, finding, "text", "It was paid late.")
            session.add(finding)
    play.move_clock(datetime(2026, 3, 26, 11, tzinfo=LONDON))


def _reported(play: Play) -> None:
    reporting.answered(play)


@dataclass(frozen=True)
class World:
    """How an audit comes to a stage, what is raced there, and what is to become of each."""

    comes: Callable[[Play], None]
    rows: Callable[[Play], Iterator[tuple[str, Raced]]]
    then: Mapping[str, Then]


WORLDS = {
    "planned": World(_planned, planned.rows, planned.THEN),
    "collecting": World(_collecting, collecting.rows, collecting.THEN),
    "met": World(_met, met.rows, met.THEN),
    "reported": World(_reported, reported.rows, reported.THEN),
}


def _wrong(play: Play, name: str, of: Callable[[Play, Raced, Then], Iterator[str]]) -> list[str]:
    world, tried, wrong = WORLDS[name], set(), list[str]()
    world.comes(play)
    _coordinators(play)
    for verb, raced in world.rows(play):
        tried.add(verb)
        wrong += [f"{verb}: {fault[:2000]}" for fault in of(play, raced, world.then[verb])]
    assert tried == {*world.then}
    return wrong


@pytest.mark.on_sqlite
@pytest.mark.parametrize("name", WORLDS)
def test_of_two_who_send_the_same_form_nobody_s_work_is_lost_or_doubled(play: Play, name: str) -> None:
    assert not (wrong := _wrong(play, name, faults)), "\n\n".join(wrong)


@pytest.mark.parametrize("name", WORLDS)
def test_at_the_same_moment_it_is_no_different(play: Play, name: str) -> None:
    """On PostgreSQL, where locks keep them apart: on SQLite there is one writer at a time."""
    assert not (wrong := _wrong(play, name, faults_at_once)), "\n\n".join(wrong)


def test_the_table_knows_every_handler_that_changes_something(settings: Settings, sessions: Sessions) -> None:
    raced = {verb.partition(",")[0] for world in WORLDS.values() for verb in world.then}
    assert sorted({*registered(settings, sessions)} - {*LOOKS, *SAME_AS, *UNASKED} - {*ELSEWHERE}) == sorted(
        raced - {*SAME_AS}
    )
