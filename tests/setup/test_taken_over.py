"""A new audit set up as the one before it was: what is taken over, what no longer holds, and nothing else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from audit.calendar import LONDON, in_london
from audit.people import roles
from storage.cases import Case
from storage.clock import now
from storage.cycles import Cycle, CycleArea
from storage.meetings import Meeting
from storage.people import Area, Channel, Person
from storage.sheet_state import SheetState
from storage.types import new_id
from tests.kit.forging import send, submission
from tests.kit.looking import rows
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, acting, asked, pressed, submitted

OWN = {"title": "Audit 3, Neglect", "theme": "Neglect", "origin": "An inspection.", "due": "2026-06-10"}
SAME = (
    "scale", "tool_id", "summary_days", "sub_group_channel", "reflections_in_sheet", "unreleased_in_sheet", "proposal",
    "quorum", "period", "key_holder",
)  # fmt: skip


@pytest.fixture
def second(play: Play) -> Play:
    """Audit 2 is under way, not set up as the form proposes it; it is Wednesday noon."""
    play.move_clock(datetime(2026, 3, 4, 12, 0, tzinfo=LONDON))
    play.load()
    with play.sessions.begin() as session:
        cycle = session.scalars(select(Cycle)).one()
        cycle.summary_days, cycle.proposal, cycle.quorum, cycle.unreleased_in_sheet = 5, "median", "50%", False
        cycle.period, cycle.key_holder = "The last school year", "The business unit"
        first = session.scalars(select(CycleArea).join(Area).where(Area.label == "East")).one()
        first.quota = 5
    return play


def _audit(play: Play, **typed: str) -> str:
    """Plan the next audit as that one was, and say what is its own."""
    assert asked(play, COORDINATOR, "cycle.new", "all").ok
    play.fill(COORDINATOR, title=OWN["title"], **typed)
    assert pressed(play, COORDINATOR, "cycle.taken").ok
    return str(play.modal(COORDINATOR).content["private_metadata"])


def _days(play: Play) -> list[str]:
    """The names of the topmost form's days, the earliest meeting's first."""
    return [name for name in play.modal(COORDINATOR).values if name.startswith("day_")]


def _meet(play: Play, area: str, *, like: str = "", later: timedelta | None = None) -> None:
    """In the audit before, an area meets with another one, or by itself, so much later than now."""
    with play.sessions.begin() as session:
        places = {session.get_one(Area, each.area_id).label: each for each in session.scalars(select(CycleArea)).all()}
        met = session.get_one(Meeting, places[like or area].meeting_id)
        if later is not None:
            met = Meeting(cycle_id=met.cycle_id, starts_at=met.starts_at + later)
            session.add(met)
            session.flush()
        places[area].meeting_id = met.id


def _places(play: Play, number: int) -> list[tuple[str, str, int | None, datetime]]:
    with play.reading() as session:
        found = session.execute(
            select(Area.label, CycleArea.channel, CycleArea.quota, Meeting.starts_at)
            .select_from(CycleArea)
            .join(Area, Area.id == CycleArea.area_id)
            .join(Meeting, Meeting.id == CycleArea.meeting_id)
            .join(Cycle, Cycle.id == CycleArea.cycle_id)
            .where(Cycle.number == number)
            .order_by(Area.label)
        )
        return [(area, channel, quota, meets) for area, channel, quota, meets in found]


@pytest.mark.on_sqlite
def test_an_audit_is_set_up_as_the_one_before_it_was(second: Play) -> None:
    before = rows(second.sessions)
    new = _audit(second)
    shown = second.modal_text(COORDINATOR)
    assert "*Taken over from audit 2:* the audit tool and scale" in shown
    assert "*Not taken over:* number, title" in shown
    assert OWN["title"] in shown, "what was typed stays"
    assert "Nobody leads" not in shown
    assert rows(second.sessions) == before, "nothing is kept yet"
    assert submitted(second, COORDINATOR, **OWN).ok
    with second.reading() as session:
        then, made = session.scalars(select(Cycle).order_by(Cycle.number)).all()
        assert {name: getattr(made, name) for name in SAME} == {name: getattr(then, name) for name in SAME}
        assert (made.id, made.number, made.theme) == (new, 3, "Neglect")
        assert session.get_one(SheetState, new).spreadsheet_id is None
        assert session.scalars(select(Case).where(Case.cycle_id == new)).all() == []
    assert asked(second, COORDINATOR, "places.show", new).ok
    assert pressed(second, COORDINATOR, "places.earlier").ok
    shown = second.modal_text(COORDINATOR)
    taken = "*Taken over from audit 2:* the areas, their channels, how many cases each has, the times of the meetings."
    assert "Set up as in audit 2" in shown, "the form is called what its button is"
    assert taken in shown
    assert "*Not taken over:* the days" in shown
    assert "· 5 cases" in shown
    first, _ = _days(second)
    assert submitted(second, COORDINATOR, **{first: "2026-06-09"}).shown == (
        "Returns are due on Wed 10 Jun 2026, after the meeting on Tue 9 Jun 2026."
    )
    assert _places(second, 3) == []
    off = submitted(second, COORDINATOR, **{first: "2026-06-20"})
    assert "Sat 20 Jun 2026 is a Saturday" in second.modal_text(COORDINATOR) + off.body
    _meet(second, "East", like="Central")
    assert "in audit 2 was changed meanwhile" in submitted(second, COORDINATOR, **{first: "2026-06-22"}).body
    _meet(second, "East", later=timedelta(days=-1))
    assert asked(second, COORDINATOR, "places.show", new).ok
    assert pressed(second, COORDINATOR, "places.earlier").ok
    _meet(second, "East", later=timedelta(days=4))
    assert submitted(second, COORDINATOR, **{first: "2026-06-22"}).ok
    assert "The meetings have been added." in second.modal_text(COORDINATOR)
    assert "places.earlier" not in second.modal_text(COORDINATOR), "it has its own now"
    then_places, made_places = _places(second, 2), _places(second, 3)
    assert [each[:3] for each in made_places] == [each[:3] for each in then_places]
    days = {area: in_london(meets).date().isoformat() for area, *_, meets in made_places}
    assert days == {"East": "2026-06-22", "Central": "2026-06-19", "North": "2026-06-19"}, (
        "each the day that it had there"
    )


def test_what_no_longer_holds_is_said_and_asked_for(second: Play) -> None:
    who = acting(second, COORDINATOR)
    with second.sessions.begin() as session:
        for channel in ("C0SUBGROUP", "C0AUDITEAST"):
            gone = {"error": f"#{channel} is archived: unarchive it in Slack, or choose another channel."}
            session.add(Channel(id=new_id(), channel=channel, name=channel, checked_at=now(session), **gone))
        lead = session.scalars(select(Person.id).where(Person.user_id == "U0POLICE")).one()
        roles.leave(session, who, lead)
        cycle = session.scalars(select(Cycle)).one()
        cycle.period, cycle.key_holder = "1st April to the end of June", ""
    new = _audit(second, key_holder="The audit's team")
    shown = second.modal_text(COORDINATOR)
    assert "The sub-group's channel: #C0SUBGROUP is archived" in shown
    assert "Nobody leads Police" in shown
    assert "The period looked at was “1st April to the end of June”: say this audit's." in shown
    assert second.modal(COORDINATOR).values["period__as2"]["answer"]["value"] is None
    assert second.modal(COORDINATOR).values["key_holder__as2"]["answer"]["value"] == "The audit's team", "it said none"
    assert submitted(second, COORDINATOR, sub_group_channel="C0AUDITNORTH", **OWN).ok
    assert asked(second, COORDINATOR, "places.show", new).ok
    assert pressed(second, COORDINATOR, "places.earlier").ok
    assert "#C0AUDITEAST is archived" in second.modal_text(COORDINATOR)
    assert "how many cases" in second.modal_text(COORDINATOR)
    place = next(name for name in second.modal(COORDINATOR).values if name.startswith("channel_"))
    marks = [name.removeprefix("day_") for name in _days(second)]
    at_once = [
        {place: "C0AUDITNORTH"} | {f"day_{mark}": day for mark in marks} | {f"at_{mark}": "10:00" for mark in marks}
        for day in ("2026-06-22", "2026-06-23", "2026-06-24", "2026-06-25")
    ]
    with ThreadPoolExecutor() as pool:  # several coordinators, each with other days
        forms = [submission(COORDINATOR, "places.taken", new, each) for each in at_once]
        said = [each.body for each in pool.map(lambda form: send(second.workspace, form), forms)]
    assert sum("has its meetings already" in each for each in said) == len(at_once) - 1
    assert [(each[0], each[1]) for each in _places(second, 3)] == [
        ("Central", "C0AUDITCENTRAL"), ("East", "C0AUDITNORTH"), ("North", "C0AUDITNORTH"),
    ]  # fmt: skip


def test_there_may_be_nothing_to_take_over(play: Play) -> None:
    play.load(opened=False)
    with play.sessions.begin() as session:
        only = session.scalars(select(Cycle.id)).one()
    assert asked(play, COORDINATOR, "places.show", only).ok
    assert "places.earlier" not in play.modal_text(COORDINATOR)
    assert asked(play, COORDINATOR, "cycle.edit", only).ok
    assert "cycle.taken" not in play.modal_text(COORDINATOR)
