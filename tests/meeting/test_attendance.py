"""Attendance: recorded when the meeting is near, changed later, refused in words, and never over somebody else's."""

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from audit.erased_word import ERASED
from audit.errors import Refused
from audit.meeting import attendance
from storage.clock import now
from storage.meetings import Attendance, Meeting
from storage.people import Person
from tests.kit import managing
from tests.kit.erasing import reference_of, said_of_audit, texts_of_audit
from tests.kit.forging import click, send
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.pressing import acting, asked
from tests.underway.test_dates import begun, march

CHAIR, COORDINATOR = "U0CHAIR", managing.COORDINATOR


def meeting(play: Play) -> Meeting:
    """East's, the first."""
    with play.reading() as session:
        return session.scalars(select(Meeting).order_by(Meeting.starts_at)).all()[0]


def opened(play: Play) -> str:
    """From the meetings to the form of East's."""
    assert asked(play, COORDINATOR, "agenda.show", managing.cycle(play).id).ok
    return managing.press(play, "attendance.edit")


def came(play: Play) -> dict[str, tuple[bool | None, str]]:
    with play.reading() as session:
        found = attendance.of_cycle(session, managing.cycle(play).id)[meeting(play).id]
    return {each.agency: (each.present, each.who) for each in found if each.present is not None}


def ids(play: Play, *agencies: str) -> list[str]:
    return managing.agency_ids(play, *agencies)


def person(play: Play, user_id: str) -> str:
    with play.reading() as session:
        return session.scalars(select(Person.id).where(Person.user_id == user_id)).one()


def boxes(play: Play) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = play.modal(managing.COORDINATOR).content["blocks"]  # type: ignore[assignment]
    return [block for block in blocks if "checkboxes" in json.dumps(block)]


def test_who_came_is_recorded_and_changed_and_begins_the_meetings(play: Play) -> None:
    begun(play)
    play.move_clock(march(20))
    assert send(play.workspace, click(COORDINATOR, "attendance.edit", meeting(play).id)).ok
    assert "can be recorded from Mon 23 Mar 2026" in play.modal_text(COORDINATOR)
    play.close_modal(COORDINATOR)

    play.move_clock(march(26, 10))
    managing.delivered(play)
    assert "Meeting about East" in opened(play)
    assert [len(box["element"]["options"]) for box in boxes(play)] == [10]
    lines = "Police: detective sergeant\n\n children's social  care :team manager"
    present = ids(play, "Police", "Children's Social Care", "YOT")
    chair = person(play, CHAIR)
    assert managing.enter(play, chair=chair, present_0=present, who=lines).ok
    told = play.modal(managing.COORDINATOR)
    assert told.previous_view_id is None, "the form closed"
    for part in ("Came: Children's Social Care (team manager), Police (detective sergeant), YOT", "Not there: CCGs"):
        assert part in play.modal_text(COORDINATOR), "and the meetings under it say so"
    assert "Chair: Chair of the audit meeting" in play.modal_text(COORDINATOR)
    play.close_modal(COORDINATOR)
    assert len(came(play)) == 10
    assert came(play)["Police"] == (True, "detective sergeant")
    assert came(play)["SEND"] == (False, "")
    assert managing.cycle(play).state == "meeting"
    assert [entry.detail for entry in entries(play.sessions, "attendance.record")] == ["3 of 10 agencies present"]
    assert [entry.detail for entry in entries(play.sessions, "cycle.step")] == ["collecting to meeting"]
    [agenda] = [said for said in managing.posted(play, "C0AUDITEAST") if "Agenda: East" in said]
    assert "Came: 3 of 10 agencies" in agenda
    assert "detective" not in agenda

    assert "detective sergeant" in opened(play)
    assert managing.enter(play, chair=None, present_0=ids(play, "SEND"), who="").ok
    play.close_modal(COORDINATOR)
    assert {agency for agency, (present, _) in came(play).items() if present} == {"SEND"}
    assert meeting(play).chair_id is None
    assert len(rows(play.sessions)["attendances"]) == 10
    assert len(entries(play.sessions, "attendance.record")) == 2
    assert len(entries(play.sessions, "cycle.step")) == 1


def test_what_is_wrong_stands_at_its_field_and_nothing_is_kept(play: Play) -> None:
    begun(play)
    play.move_clock(march(26, 10))
    opened(play)
    police = ids(play, "Police")
    for lines, why in (
        ("Police: ring 07700 900123", "a phone number"),
        ("Fire: station manager", "Line 1: it doesn't begin with an agency of this meeting"),
        ("Police sergeant", "it doesn't begin with an agency"),
        ("Police:", "Line 1: it doesn't say who came"),
        ("Police: x\nPolice: y", "Line 2: this agency has a line already"),
        ("SEND: officer", "Line 1: this agency isn't ticked above"),
        (f"Police: {'x' * 151}", "at most 150 characters fit"),
    ):
        assert why in managing.refusal(play, present_0=police, who=lines), lines
    assert came(play) == {}
    assert managing.cycle(play).state == "collecting"
    play.close_modal(COORDINATOR)
    play.close_modal(COORDINATOR)

    who, record = acting(play, COORDINATOR), meeting(play).id
    lead = attendance.AttendanceAnswers(chair_id=person(play, "U0POLICE"))
    with play.sessions.begin() as session, pytest.raises(Refused) as refused:
        attendance.record(session, who, record, lead, attendance.open_form(session, who, record).mark)
    assert set(refused.value.fields) == {"chair"}


def test_what_somebody_else_recorded_meanwhile_is_shown_first(play: Play) -> None:
    begun(play)
    play.move_clock(march(26, 10))
    opened(play)
    record, who = meeting(play).id, acting(play, COORDINATOR)
    police, yot = ids(play, "Police", "YOT")
    with play.sessions.begin() as session:
        mark = attendance.open_form(session, who, record).mark
        assert attendance.record(
            session, who, record, attendance.AttendanceAnswers(present=frozenset({police})), mark
        ).done
    assert managing.enter(play, present_0=[yot]).ok
    assert "Something has changed since you opened this" in play.modal_text(COORDINATOR)
    assert came(play)["YOT"] == (False, "")
    outcome = play.person(COORDINATOR).submit(play.modal(managing.COORDINATOR).id)
    assert outcome.ok
    assert came(play)["YOT"] == (True, "")
    assert came(play)["Police"] == (False, "")
    assert outcome.request
    play.workspace.sender.resend(outcome.request)
    assert len(entries(play.sessions, "attendance.record")) == 2, "the same form again changes nothing"


def test_attendance_of_a_cycle_that_is_not_open_is_refused(play: Play) -> None:
    play.move_clock(march(4))
    play.load(opened=False)
    assert send(play.workspace, click(COORDINATOR, "attendance.edit", meeting(play).id)).ok
    assert "isn't open yet" in play.modal_text(COORDINATOR)
    with play.reading() as session:
        assert session.scalars(select(Attendance)).all() == []
        assert now(session).astimezone(march(4).tzinfo) >= march(4)


def test_who_came_is_erased_and_a_form_that_was_open_cannot_bring_it_back(play: Play, tmp_path: Path) -> None:
    begun(play)
    play.move_clock(march(26, 10))
    opened(play)
    name, police = "Canaryword of the district team", ids(play, "Police")
    assert managing.enter(play, present_0=police, who=f"Police: {name}").ok
    managing.press(play, "attendance.edit")
    rows = texts_of_audit(play, tmp_path / "before.xlsx")
    assert "1 text was erased, from 1 row." in said_of_audit(
        play, tmp_path, "--text", reference_of(rows, name, "attendances"), "--for-good"
    )
    assert came(play)["Police"] == (True, ERASED)
    assert "These words were erased" in managing.refusal(play, present_0=police, who=f"Police: {name}")
    assert came(play)["Police"] == (True, ERASED)
    play.close_modal(COORDINATOR)
    managing.press(play, "attendance.edit")
    assert "erased" not in str(play.modal(COORDINATOR).values)
