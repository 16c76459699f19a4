"""Planning a cycle: what fits, what is refused at which answer, and nothing made twice."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from audit.access import Actor, actor
from audit.calendar import LONDON
from audit.errors import NeedsConfirmation, Refused
from audit.findings.themes import Added, add, change, theme, theme_lines
from audit.identifiers import masks
from audit.people.people import first_coordinator
from audit.setup import opening, places, plan
from audit.setup.load import load
from bot import loading
from storage.clock import now
from storage.cycles import Cycle, CycleArea, LearningTheme
from storage.engine import Sessions
from storage.meetings import Meeting
from storage.people import Area, Channel, Person, Role
from storage.types import new_id
from tests.kit.loaded import FILE
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.pressing import acting, asked, submitted
from views.themes.themes import added

ANSWERS = {
    "number": "3", "title": "Audit 3", "theme": "Neglect", "origin": "Data.", "scale": "three_step",
    "tool": "single_agency", "due": "2026-03-18", "summary_days": "3", "sub_group_channel": "C0SUBGROUP",
    "reflections": "no", "proposal": "median",
}  # fmt: skip
COORDINATOR = "U0COORDIN"
REFUSED = [
    ("number", "2", "Audit 2 is set up already. Please choose another number."),
    ("number", "0", "Please write a whole number from 1 to 9999."),
    ("number", "three", "Please write a whole number from 1 to 9999."),
    ("title", " ", "Something must be written here."),
    ("title", "x" * 101, "At most 100 characters fit."),
    ("theme", "Ring 07700 900123", "This seems to contain a phone number."),
    ("period", "Ring 07700 900123", "This seems to contain a phone number."),
    ("period", "x" * 101, "At most 100 characters fit."),
    ("period", "...", "A letter or a digit has to be in it."),
    ("key_holder", "Ring 07700 900123", "This seems to contain a phone number."),
    ("key_holder", "x" * 201, "At most 200 characters fit."),
    ("scale", "stars", "There is no scale “stars”"),
    ("tool", "other", "There is no such audit tool."),
    ("due", "2026-03-03", "That day has passed. Please choose a later one."),
    ("due", "", "Please choose a day."),
    ("due", "tomorrow", "Please choose a day."),
    ("summary_days", "21", "Please choose a number of working days from 0 to 20."),
    ("proposal", "mean", "Please choose one of the rules."),
    ("sub_group_channel", "#here", "Please choose a private channel."),
]


@pytest.fixture
def second(play: Play) -> Play:
    """Audit 2 is planned; it is Wednesday noon."""
    play.move_clock(datetime(2026, 3, 4, 12, 0, tzinfo=LONDON))
    play.load(opened=False)
    return play


def _save(play: Play, cycle_id: str, **answers: str) -> plan.Plan:
    who = acting(play, COORDINATOR)
    with play.sessions.begin() as session:
        return plan.save(session, who, cycle_id, ANSWERS | answers)


def test_every_answer_that_does_not_fit_is_named_and_nothing_is_stored(second: Play) -> None:
    before, wrong = rows(second.sessions), []
    for field, answer, sentence in REFUSED:
        try:
            _save(second, new_id(), **{field: answer})
            wrong.append((field, answer, "(it was stored)"))
        except Refused as refused:
            if not refused.fields.get(field, "").startswith(sentence):
                wrong.append((field, answer, str(refused.fields)))
    assert wrong == []
    assert rows(second.sessions) == before


@pytest.mark.both_databases
def test_a_form_sent_twice_makes_one_cycle_and_can_be_edited_until_it_is_open(second: Play) -> None:
    cycle_id = new_id()
    assert _save(second, cycle_id) == _save(second, cycle_id)
    assert [len(entries(second.sessions, verb)) for verb in ("cycle.set_up", "cycle.edit")] == [2, 0]
    assert _save(second, cycle_id, theme="Transitions", reflections="yes").theme == "Transitions"
    assert len(entries(second.sessions, "cycle.edit")) == 1
    with second.reading() as session:
        assert len(session.scalars(select(Cycle)).all()) == 2
        stored = session.get_one(Cycle, cycle_id)
        assert (stored.scale["key"], stored.reflections_in_sheet, stored.number) == ("three_step", True, 3)
        assert stored.proposal == "median"
        published = session.scalars(select(Cycle.id).where(Cycle.number == 2)).one()
    with pytest.raises(Refused, match="no longer works"):
        _save(second, "all", number="4")
    assert asked(second, COORDINATOR, "cycle.open", published).ok
    with pytest.raises(Refused, match="isn't being planned any more"):
        _save(second, published, number="2")
    _place(second, cycle_id, "2026-03-20")
    with pytest.raises(Refused, match="A meeting of this audit is on"):
        _save(second, cycle_id, due="2026-03-23")


def _place(play: Play, cycle_id: str, day: str, area: str = "East") -> places.Places:
    who = acting(play, COORDINATOR)
    with play.sessions.begin() as session:
        found = session.scalars(select(Area.id).where(Area.label == area)).one()
        return places.add(
            session, who, cycle_id, {"area": found, "channel": "C0AUDITEAST", "day": day, "at": "10:00", "quota": "5"}
        )


def test_areas_with_the_same_time_meet_together_and_an_idle_meeting_goes(second: Play) -> None:
    cycle_id = new_id()
    _save(second, cycle_id)
    for day, meetings in (("2026-03-20", 1), ("2026-03-23", 1), ("2026-03-20", 1)):
        assert len(_place(second, cycle_id, day).places) == 1
        assert _count(second, Meeting, cycle_id) == meetings
    _place(second, cycle_id, "2026-03-20", "North")
    assert _count(second, Meeting, cycle_id) == 1
    _place(second, cycle_id, "2026-03-25", "North")
    assert (_count(second, Meeting, cycle_id), _count(second, CycleArea, cycle_id)) == (2, 2)


def _count(play: Play, table: type[Meeting] | type[CycleArea], cycle_id: str) -> int:
    with play.reading() as session:
        return len(session.scalars(select(table.id).where(table.cycle_id == cycle_id)).all())


@pytest.mark.on_sqlite
def test_what_is_missing_and_what_is_only_worth_knowing(second: Play) -> None:
    cycle_id = new_id()
    _save(second, cycle_id)
    assert _checklist(second, cycle_id).missing == ("it has no meeting and audit channel yet", "it has no cases")
    _place(second, cycle_id, "2026-03-20")
    found = _checklist(second, cycle_id)
    assert found.missing == ("it has no cases",)
    unheld = "nobody is named who holds the key to the references, so leads are told to ask the coordinator"
    assert found.warnings == ("East has 0 of 5 cases", unheld, "no Google Sheet is set, so there won't be one")
    with second.reading() as session:
        published = session.scalars(select(Cycle.id).where(Cycle.number == 2)).one()
    ready = _checklist(second, published)
    assert (ready.missing, ready.warnings) == ((), ())
    assert (ready.opening.led, ready.opening.agencies) == (10, 10)
    with second.sessions.begin() as session:
        lead = session.scalars(select(Role).join(Person).where(Person.user_id == "U0EDUEAST")).one()
        lead.until = now(session)
        session.add(Channel(channel="C0AUDITEAST", name="audit-east", error="The channel is archived: unarchive it."))
    assert _checklist(second, published).warnings == (
        "nobody leads Education (East): a coordinator can enter their returns",
        "the channel of East: The channel is archived: unarchive it",
    )
    second.move_clock(second.settings.clock.now() + timedelta(days=60))
    assert _checklist(second, published).missing[0] == "the deadline for returns has passed"


def _checklist(play: Play, cycle_id: str) -> opening.Checklist:
    with play.reading() as session:
        return opening.checklist(session, cycle_id)


def test_a_sheet_named_in_slack_is_looked_at_before_anything_is_written(second: Play) -> None:
    public = second.drive.create_spreadsheet("Public")
    second.drive.share(public, "", "writer", "anyone")
    with second.reading() as session:
        published = session.scalars(select(Cycle.id)).one()
    second.work_while_waiting()
    assert asked(second, COORDINATOR, "sheet.address", published).ok
    assert submitted(second, COORDINATOR, address=f"https://docs.google.com/spreadsheets/d/{public}/edit").ok
    assert second.until(lambda: "Anyone who has its link" in str(_dm(second)))
    assert second.drive.spreadsheet(public).titles == ["Sheet1"], "nothing was written"
    assert asked(second, COORDINATOR, "sheet.address", published).ok
    assert "the present spreadsheet stays as it is" in second.modal_text(COORDINATOR)
    assert submitted(second, COORDINATOR, address=second.spreadsheet_id).ok
    assert second.until(lambda: "it can be updated again" in str(_dm(second)))


def _dm(play: Play) -> object:
    return play.person(COORDINATOR).messages(play.person(COORDINATOR).dm)


def test_learning_themes_are_added_once_renamed_and_retired(sessions: Sessions) -> None:
    who = _first(sessions)
    with sessions.begin() as session:
        assert add(session, who, "SGO payments\n\nHousing \nhousing\n\uff0b School") == Added(3)
        assert add(session, who, "sgo payments\nschool\n+ School") == Added(0)
        assert add(session, who, "\uff0bsgo Payments\n+ sgo payments") == Added(0, ("SGO payments",))
        assert "not as a strength: SGO payments. Press Change" in added(Added(0, ("SGO payments",)))
        for nothing in ("...", "+ !", "\u2014"):
            with pytest.raises(Refused, match=r"Line 1: a letter or a digit has to be in it"):
                add(session, who, nothing)
        with pytest.raises(Refused, match=r"Line 2: it seems to contain a phone number"):
            add(session, who, "Fine\n07700 900123")
    with sessions.begin() as session:
        housing = session.scalars(select(LearningTheme).where(LearningTheme.label == "Housing")).one()
        change(session, who, housing.id, "Homes", retired=True)
        change(session, who, housing.id, "Homes", strength=True)
        with pytest.raises(Refused, match="There is a learning theme"):
            change(session, who, housing.id, "SGO Payments", retired=False)
    with sessions.reading() as session:
        assert {(each.label, each.strength, each.retired) for each in theme_lines(session, who)} == {
            ("School", True, False),
            ("SGO payments", False, False),
            ("Homes", True, True),
        }
        assert theme_lines(session, who)[-1].label == "Homes", "what is offered comes first"
    assert [each.detail for each in entries(sessions, "theme.change")] == ["retired", "strength"]


def _first(sessions: Sessions) -> Actor:
    with sessions.begin() as session:
        assert first_coordinator(session, "T1", "U1")
        assert not first_coordinator(session, "T1", "U2")
    with sessions.reading() as session:
        person = session.scalars(select(Person)).one()
        return actor(session, "T1", person.user_id)


def test_a_cycle_file_goes_by_the_same_limits(sessions: Sessions) -> None:
    with sessions.begin() as session:
        session.add_all(Area(label=f"Area {number}") for number in range(38))
    with pytest.raises(Refused, match="At most 100 agencies and 40 areas"), sessions.begin() as session:
        load(session, loading.read(FILE).setup)


def test_a_theme_that_somebody_else_changed_meanwhile_is_looked_at_again(sessions: Sessions) -> None:
    who = _first(sessions)
    with sessions.begin() as session:
        workspace = session.get_one(Person, who.person_id).workspace_id
        colleague = Person(workspace_id=workspace, user_id="U0SECOND", label="Second coordinator")
        session.add(colleague)
        add(session, who, "Housing")
        session.flush()
        theme_id = theme_lines(session, who)[0].id
        seen = theme(session, who, theme_id).mark
        change(session, who, theme_id, "Homes", seen=seen)
        change(session, who, theme_id, "Homes", seen=seen)  # the same form again
        change(session, who, theme_id, "Home", seen=seen)  # a second thought
        with pytest.raises(Refused, match="it is “Home” now"):
            change(session, replace(who, person_id=colleague.id), theme_id, "Housing", strength=True, seen=seen)
        assert [(each.label, each.strength) for each in theme_lines(session, who)] == [("Home", False)]


def test_a_theme_is_screened_as_all_free_text_is(sessions: Sessions) -> None:
    who = _first(sessions)
    with sessions.begin() as session:
        session.info["local_ids"] = masks.local("LCS999999")
        with pytest.raises(Refused, match="a reference number"):
            add(session, who, "About LCS123456")
        with pytest.raises(NeedsConfirmation):
            add(session, who, "Jane Sample, born 14/03/2009")
        assert theme_lines(session, who) == ()
