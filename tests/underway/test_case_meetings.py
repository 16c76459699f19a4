"""Cases that go to another meeting than the others of their area: all that is about them goes by it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import cycle_facts
from audit.access import Actor
from audit.calendar import LONDON
from audit.errors import Refused
from audit.meeting import agenda, attendance, summaries_due
from audit.setup import places
from audit.underway import case_meetings, dates
from bot import loading
from storage.cases import Case
from storage.cycles import Cycle, CycleArea
from storage.meetings import Meeting
from storage.messages import MessageKind
from storage.people import Area
from tests.faults.databases import waiting_for_locks
from tests.kit import loaded, undivided
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, acting, asked, submitted

OPENED = datetime(2026, 3, 4, 12, 0, tzinfo=LONDON)
"""A Wednesday. Returns are due on 18 March; East meets on 26 March, North and Central on the 27th, each at 10."""
LATER = {"day": "2026-04-01", "at": "14:30"}
MOVED = ("T2-EAST-02", "T2-EAST-05")


@pytest.fixture
def who(play: Play) -> Actor:
    """The coordinator of the published cycle, which is open."""
    play.move_clock(OPENED)
    play.load()
    return acting(play, COORDINATOR)


def cycle_of(session: Session) -> str:
    return session.scalars(select(Cycle.id)).one()


def ids(session: Session, *references: str) -> list[str]:
    return list(session.scalars(select(Case.id).where(Case.reference.in_(references))))


def moved(session: Session, who: Actor, *references: str, to: dict[str, str] = LATER) -> case_meetings.CaseMove:
    """The form is sent twice: what follows is shown, and agreed to."""
    cycle_id, cases = cycle_of(session), ids(session, *references)
    seen = case_meetings.move(session, who, cycle_id, cases, to)
    assert not seen.done
    found = case_meetings.move(session, who, cycle_id, cases, to, seen.mark)
    session.flush()
    return found


def meetings(session: Session) -> list[tuple[str, tuple[str, ...]]]:
    """Each meeting's day, and its areas."""
    found = cycle_facts.view(session, cycle_of(session)).meetings
    return [(each.starts_at.astimezone(LONDON).date().isoformat(), each.areas) for each in found]


def due(session: Session) -> set[str]:
    """The references of the cases whose summaries are due, and the areas whose agendas are."""
    cases = [each.subject_id for each in summaries_due.due(session) if each.kind == MessageKind.SUMMARY]
    agendas = [each.subject_id for each in agenda.due(session)]
    named = select(Area.label).join(CycleArea, CycleArea.area_id == Area.id).where(CycleArea.id.in_(agendas))
    return {*session.scalars(select(Case.reference).where(Case.id.in_(cases))), *session.scalars(named)}


@pytest.mark.both_databases
def test_an_areas_cases_are_divided_between_two_meetings(play: Play, who: Actor) -> None:
    with play.sessions.begin() as session:
        assert moved(session, who, *MOVED).done
        cycle_id, cases = cycle_of(session), ids(session, *MOVED)
        again = case_meetings.move(session, who, cycle_id, cases, LATER, "whatever was seen")
        assert again.done, "the same form sent twice"
    east = ("2026-03-26", ("East",))
    with play.reading() as session:
        assert meetings(session) == [east, ("2026-03-27", ("Central", "North")), ("2026-04-01", ("East",))]
        assert cycle_facts.view(session, cycle_id).areas == ("Central", "East", "North")
        listed = agenda.show(session, who, cycle_id).agendas
        assert [item.case.reference for item in listed[-1].items] == list(MOVED)
        assert len(listed[0].items) == 3
        assert len(attendance.of_cycle(session, cycle_id)) == 3
    play.move_clock(datetime(2026, 3, 26, 9, 0, tzinfo=LONDON))
    with play.reading() as session:
        assert "T2-EAST-01" in due(session)
        assert not set(MOVED) & due(session)
    play.move_clock(datetime(2026, 3, 31, 12, 0, tzinfo=LONDON))
    with play.reading() as session:
        assert due(session) == {*MOVED, "East"}
    assert [entry.detail for entry in entries(play.sessions, "case.meeting")] == ["2026-04-01T13:30Z"] * 2


def test_back_with_the_others_nothing_is_left_of_the_second_meeting(play: Play, who: Actor) -> None:
    with play.sessions.begin() as session:
        before = meetings(session)
        assert moved(session, who, "T2-EAST-02").done
        assert moved(session, who, "T2-EAST-02", to={"day": "2026-03-26", "at": "10:00"}).done
        assert meetings(session) == before
        assert len(session.scalars(select(CycleArea)).all()) == 3


def test_a_case_joins_another_areas_meeting_and_stays_in_its_channel(play: Play, who: Actor) -> None:
    with play.sessions.begin() as session:
        assert moved(session, who, "T2-EAST-02", to={"day": "2026-03-27", "at": "10:00"}).done
        assert meetings(session)[1] == ("2026-03-27", ("Central", "East", "North"))
        case = session.scalars(select(Case).where(Case.reference == "T2-EAST-02")).one()
        assert session.get_one(CycleArea, case.place_id).channel == "C0AUDITEAST"


@pytest.mark.parametrize(
    ("references", "to", "why"),
    [
        ((), LATER, "at least one case"),
        (MOVED, {"day": "2026-03-26", "at": "10:00"}, "at that time already"),
        (MOVED, {"day": "2026-03-17", "at": "10:00"}, "Returns are due on Wed 18 Mar 2026, after the meeting"),
        (MOVED, {"day": "2026-03-03", "at": "10:00"}, "would be in the past"),
        (MOVED, {"day": "", "at": "10:00"}, "choose a day"),
        (("T2-EAST-04",), LATER, "was withdrawn"),
    ],
)
def test_what_cannot_be_is_refused(
    play: Play, who: Actor, references: tuple[str, ...], to: dict[str, str], why: str
) -> None:
    with play.sessions.begin() as session:
        session.scalars(select(Case).where(Case.reference == "T2-EAST-04")).one().withdrawn_at = OPENED
        session.flush()
        with pytest.raises(Refused, match=why):
            case_meetings.move(session, who, cycle_of(session), ids(session, *references), to)


def test_a_case_stays_once_its_summary_is_due_but_its_meeting_moves(play: Play, who: Actor) -> None:
    with play.sessions.begin() as session:
        assert moved(session, who, *MOVED).done
    play.move_clock(datetime(2026, 3, 30, 12, 0, tzinfo=LONDON))
    with play.sessions.begin() as session:
        with pytest.raises(Refused, match="summary of one of these cases is due"):
            case_meetings.move(
                session, who, cycle_of(session), ids(session, *MOVED), {"day": "2026-04-09", "at": "10:00"}
            )
        second = session.scalars(select(Meeting).order_by(Meeting.starts_at.desc()).limit(1)).one()
        to = {"day": "2026-04-09", "at": "10:00"}
        seen = dates.move_meeting(session, who, second.id, to)
        assert dates.move_meeting(session, who, second.id, to, seen.mark).done
        assert meetings(session)[-1] == ("2026-04-09", ("East",))


def test_a_planned_audit_is_divided_too_and_no_place_doubles_another(play: Play) -> None:
    play.move_clock(OPENED)
    play.load(opened=False)
    who = acting(play, COORDINATOR)
    with play.sessions.begin() as session:
        assert moved(session, who, *MOVED).done
        shown = places.show(session, who, cycle_of(session)).places
        east = [each for each in shown if each.area == "East"]
        assert [each.cases for each in east] == [3, 2]
        back = {"channel": "C0AUDITEAST", "day": "2026-03-26", "at": "10:00"}
        with pytest.raises(Refused, match="That meeting exists already"):
            places.save(session, who, east[1].id, back)


def test_a_file_says_which_cases_have_a_meeting_of_their_own(play: Play) -> None:
    """With areas and without."""
    play.move_clock(OPENED)
    for file, reference in ((loading.read(loaded.FILE), "T2-EAST-02"), (undivided.file(*undivided.FEW), "T2-EAST-04")):
        apart = file.setup.meetings[0].model_copy(update={"areas": (), "cases": (reference,)})
        day = apart.day.model_copy(update={"in_working_days": 25})
        described = file.setup.model_copy(
            update={"meetings": (*file.setup.meetings, apart.model_copy(update={"day": day}))}
        )
        with play.sessions.begin() as session:
            cycle = loading.load(session, file.model_copy(update={"setup": described}), answered=False)
            session.flush()
            at = cycle_facts.view(session, cycle.id).meetings
            assert at[-1].starts_at - at[0].starts_at > timedelta(days=7)
            case = session.scalars(select(Case).where(Case.reference == reference)).one()
            place = session.get_one(CycleArea, case.place_id)
            assert session.get_one(Meeting, place.meeting_id).starts_at == at[-1].starts_at
            session.rollback()


def test_a_meeting_that_its_last_case_leaves_at_the_same_moment_is_gone(play: Play, who: Actor) -> None:
    """Whoever moves it then is told so."""
    with play.reading() as session:
        place = select(CycleArea.meeting_id).join(Area, Area.id == CycleArea.area_id).where(Area.label == "East")
        meeting, url = session.scalars(place).one(), play.settings.database_url.get_secret_value()
    assert asked(play, COORDINATOR, "meeting.choose", meeting).ok
    assert submitted(play, COORDINATOR, day="2026-03-30", at="10:00").ok
    with ThreadPoolExecutor(1) as pool:
        with play.sessions.begin() as session:
            assert moved(session, who, *(f"T2-EAST-0{number}" for number in range(1, 6))).done
            sent = pool.submit(play.send, COORDINATOR)
            assert play.until(lambda: waiting_for_locks(url) == 1 or sent.done())
        assert "This meeting no longer exists." in sent.result().body
