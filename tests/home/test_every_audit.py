"""Past audits: a list for each person, page by page, and from it to everything of an audit that is over."""

import json
import re

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from audit.access import actor
from audit.home import home
from audit.home.every_audit import MOST_UNDER_WAY, NEWEST, PAGE
from storage.cases import Case
from storage.cycles import Cycle, CycleState
from tests.kit import loaded, many_audits
from tests.kit.following_up import press
from tests.kit.forging import TEAM, click, modal, send
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR

CHAIR, MEMBER, LEAD, NOT_INVOLVED = "U0CHAIR", "U0SUBGROUP", "U0EDUEAST", "U0YOT"
NUMBERS = range(100, 100 + PAGE + 2)


@pytest.fixture
def past(play: Play) -> Play:
    """An audit under way, and more that are over than fit on a page."""
    with play.sessions.begin() as session:
        loaded.put(session, play.settings.clock.now(), _many, play.spreadsheet_id)
    return play


def _many(session: Session) -> None:
    loaded.collecting(session)
    many_audits.copied(session, many_audits.finished(session, NUMBERS[0]), NUMBERS[1:])


def begun(play: Play, user: str) -> str:
    """Press All audits on Home; what the list says."""
    assert play.press_on_home(user, "archive.show", "All audits").ok
    return play.modal_text(user)


def numbers(said: str) -> list[int]:
    """The audits that are named, each once by its title, which says its number."""
    assert "(audit " not in said
    return sorted(map(int, re.findall(r"\*Audit (\d+)", said)))


def test_home_has_what_is_under_way_and_the_newest_that_are_over(past: Play) -> None:
    assert past.person(COORDINATOR).open_home().ok
    shown = past.person(COORDINATOR).home()
    assert shown
    assert numbers(json.dumps(shown.content)) == [2, *NUMBERS[-NEWEST:]]


def test_of_many_under_way_home_has_the_newest(past: Play) -> None:
    with past.sessions.begin() as session:
        session.execute(update(Cycle).where(Cycle.number >= NUMBERS[0]).values(state=CycleState.REPORTED))
    with past.reading() as session:
        shown = home.home(session, actor(session, TEAM, COORDINATOR))
        assert [each.part.cycle.number for each in shown.audits] == [*reversed(NUMBERS)][:MOST_UNDER_WAY]


def test_nobody_is_offered_what_home_shows_already(play: Play) -> None:
    play.load()
    for user in (COORDINATOR, LEAD):
        assert play.person(user).open_home().ok
        shown = play.person(user).home()
        assert shown
        assert "All audits" not in json.dumps(shown.content)


@pytest.mark.parametrize("user", [COORDINATOR, CHAIR, MEMBER])
def test_who_oversees_it_all_reaches_everything_of_an_old_audit(past: Play, user: str) -> None:
    assert numbers(begun(past, user)) == [*NUMBERS[2:]]
    assert numbers(press(past, user, "archive.page", "Next page")) == [2, *NUMBERS[:2]]
    said = press(past, user, "archive.open", f"audit {NUMBERS[0]}")
    assert "2 cases, 2 ratified: Outstanding 0" in said
    assert ("Manage this audit" in said) == (user == COORDINATOR)
    for verb, words in (
        ("figures.show", "Self-grades"),
        ("report.show", "Version 1"),
        ("recommendations.show", "recommendation"),
        ("summary.read", "T2-EAST-01"),
    ):
        assert words in press(past, user, verb, "T2-EAST-01" if verb == "summary.read" else "")
        past.close_modal(user)
    assert "theme" in press(past, user, "findings.show")


def test_the_way_back_is_a_button(past: Play) -> None:
    listed = begun(past, COORDINATOR)
    press(past, COORDINATOR, "archive.open", f"audit {NUMBERS[-1]}")
    assert numbers(press(past, COORDINATOR, "archive.show")) == numbers(listed)


def test_the_menu_of_an_old_audit_takes_its_place_so_that_two_more_fit_above(past: Play) -> None:
    begun(past, COORDINATOR)
    shown = past.person(COORDINATOR).modal()
    press(past, COORDINATOR, "archive.open", f"audit {NUMBERS[-1]}")
    assert "Look" in press(past, COORDINATOR, "cycle.manage")
    menu = past.person(COORDINATOR).modal()
    assert shown
    assert menu
    assert menu.id == shown.id


def test_a_lead_sees_the_audits_with_released_cases_of_theirs_and_those_cases(past: Play) -> None:
    assert numbers(begun(past, LEAD)) == [*NUMBERS[2:]]
    said = press(past, LEAD, "archive.open", f"audit {NUMBERS[-1]}")
    assert "T2-EAST-01" in said
    assert "T2-NORTH-02" not in said
    assert "Outstanding" not in said
    assert "Manage" not in said
    assert "T2-EAST-01" in press(past, LEAD, "summary.read", "T2-EAST-01")


def test_what_isnt_released_is_neither_listed_nor_shown(past: Play) -> None:
    newest = select(Cycle.id).where(Cycle.number == NUMBERS[-1]).scalar_subquery()
    with past.sessions.begin() as session:
        session.execute(update(Case).where(Case.cycle_id == newest).values(released_at=None))
        cycle_id = session.scalars(select(Cycle.id).where(Cycle.number == NUMBERS[-1])).one()
    assert numbers(begun(past, LEAD)) == [*NUMBERS[1:-1]]
    refused = send(past.workspace, click(LEAD, "archive.open", cycle_id))
    assert refused.ok
    assert "You can't look at this audit" in past.modal_text(LEAD)
    assert [entry.detail for entry in entries(past.sessions, "denied")] == ["archive.read"]


def test_an_agency_without_a_part_in_them_has_an_empty_list(past: Play) -> None:
    assert send(past.workspace, click(NOT_INVOLVED, "archive.show", "all")).ok
    assert "There is no audit to look at here." in past.modal_text(NOT_INVOLVED)


@pytest.mark.parametrize("page", ["7", "9" * 32])
def test_a_page_that_isnt_there_is_empty(past: Play, page: str) -> None:
    begun(past, COORDINATOR)
    shown = past.modal(COORDINATOR)
    turned = modal("", "all", view_id=shown.id) | {"hash": shown.hash}
    assert send(past.workspace, click(COORDINATOR, "archive.page", page, view=turned)).ok
    assert "There is no audit to look at here." in past.modal_text(COORDINATOR)
