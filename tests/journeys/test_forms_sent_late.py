"""Forms that are sent again after somebody else has changed, or taken back, what they made."""

import pytest
from sqlalchemy import select

from sandbox.slack import Outcome
from storage.cases import Case
from storage.cycles import Cycle, CycleArea
from storage.people import Agency, Area
from storage.sheet_state import SheetState
from tests.journeys.test_older_forms import OTHER, SINCE, an_id, two_coordinators, within
from tests.kit import managing
from tests.kit.forging import second_thought
from tests.kit.looking import rows
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, asked, submitted

pytestmark = pytest.mark.both_databases


def resent(play: Play, sent: Outcome) -> str:
    """The answer when the same form is sent again."""
    assert sent.request
    return play.workspace.sender.resend(sent.request).body


def test_a_case_that_somebody_else_added_while_bad_lines_were_corrected_is_no_second_one(play: Play) -> None:
    two_coordinators(play, opened=False)
    cycle = managing.cycle(play).id
    for user in (COORDINATOR, OTHER):
        within(play, user, ("cases.paste", cycle))
    assert "no agency is named" in submitted(play, OTHER, lines="T2-NORTH-60, North").body
    assert submitted(play, COORDINATOR, lines="T2-NORTH-060, North, Education").ok
    assert play.send(COORDINATOR).ok
    assert SINCE in submitted(play, OTHER, lines="T2-NORTH-60, North, Education").body
    assert SINCE in play.send(OTHER).body
    with play.reading() as session:
        references = session.scalars(select(Case.reference).where(Case.reference.endswith("60"))).all()
    assert references == ["T2-NORTH-060"]
    play.close_modal(OTHER)
    within(play, OTHER, ("cases.paste", cycle))
    assert submitted(play, OTHER, lines="T2-NORTH-61, North").ok
    assert submitted(play, OTHER, lines="T2-NORTH-61, North, Education").ok
    assert "1 case is in" in play.send(OTHER).body


def test_a_sheet_that_was_taken_back_is_not_lent_again_by_the_form_that_lent_it(play: Play) -> None:
    two_coordinators(play, opened=True)
    cycle, police = managing.cycle(play).id, an_id(play, Agency, label="Police")
    probation = an_id(play, Agency, label="Probation")
    for user in (COORDINATOR, OTHER):
        within(play, user, ("sheet.lending", cycle))
    address = play.drive.create_spreadsheet("For the Police")
    lent = submitted(play, COORDINATOR, to=police, address=address)
    assert "has its sheet" in lent.body
    others = play.drive.create_spreadsheet("For Probation")
    assert "has its sheet" in submitted(play, OTHER, to=probation, address=others).body
    with play.reading() as session:
        sheet = session.scalars(select(SheetState.id).where(SheetState.agency_id == police)).one()
    within(play, OTHER, ("sheet.leaving", sheet))
    assert "is taken back" in play.send(OTHER).body
    stands = rows(play.sessions)
    assert SINCE in resent(play, lent)
    assert rows(play.sessions) == stands


def test_a_sample_is_drawn_from_what_its_form_was_opened_on(play: Play) -> None:
    two_coordinators(play, opened=False)
    cycle = managing.cycle(play).id
    listed = "\n".join(f"S-EAST-{number}, East" for number in range(40))
    given = {"listed": listed, "quotas": "East: 2", "agencies": [an_id(play, Agency, label="Police")]}
    for user in (COORDINATOR, OTHER):
        assert asked(play, user, "sample.choose", cycle).ok
    assert "there is no area" in submitted(play, OTHER, **given | {"listed": "S-1, West"}).body
    assert submitted(play, COORDINATOR, **given).ok
    drawn = play.send(COORDINATOR)
    stands = rows(play.sessions)
    assert len(stands["samples"]) == 1
    assert SINCE in second_thought(play.workspace, drawn, seed="another").body
    assert SINCE in submitted(play, OTHER, **given).body
    assert SINCE not in resent(play, drawn)
    assert rows(play.sessions) == stands
    play.close_modal(OTHER)
    assert asked(play, OTHER, "sample.choose", cycle).ok
    assert submitted(play, OTHER, **given | {"listed": "S-EAST-50, East", "quotas": "East: 1"}).ok
    assert play.send(OTHER).ok
    assert len(rows(play.sessions)["samples"]) == 2


def test_a_form_that_made_an_audit_or_a_meeting_undoes_nothing_that_somebody_else_changed_in_it(play: Play) -> None:
    two_coordinators(play, opened=False)
    planned = {"title": "Neglect", "theme": "Neglect", "origin": "Data.", "due": "2026-04-01"}
    assert asked(play, COORDINATOR, "cycle.new", "all").ok
    made = submitted(play, COORDINATOR, sub_group_channel="C0SUBGROUP", **planned)
    cycle = an_id(play, Cycle, title="Neglect")
    assert SINCE not in second_thought(play.workspace, made, title="Neglect then").body, "nobody else changed it"
    within(play, COORDINATOR, ("places.show", cycle), ("place.new", cycle))
    meets = {"channel": "C0AUDITEAST", "day": "2026-04-16", "at": "10:00"}
    meeting = submitted(play, COORDINATOR, area=an_id(play, Area, label="East"), **meets)
    place = an_id(play, CycleArea, cycle_id=cycle)

    within(play, OTHER, ("cycle.edit", cycle))
    assert submitted(play, OTHER, key_holder="The unit").ok
    within(play, OTHER, ("places.show", cycle), ("place.edit", place))
    assert submitted(play, OTHER, at="11:30").ok
    stands = rows(play.sessions)
    for sent in (made, meeting):
        assert SINCE in resent(play, sent)
    assert rows(play.sessions) == stands

    within(play, OTHER, ("places.show", cycle), ("place.edit", place), ("place.remove", place))
    stands = rows(play.sessions)
    assert SINCE in resent(play, meeting)
    assert rows(play.sessions) == stands
