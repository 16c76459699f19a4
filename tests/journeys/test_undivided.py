"""An audit without areas, from its set-up to its report: the word stands in nothing that anybody is shown of it."""

import json
from datetime import timedelta

from sqlalchemy import select, update

from audit import cycle_facts
from audit.calendar import dues, in_london, to_json, working_days_after
from audit.cycle import board, tally
from audit.report import gather
from sheets.drawing import draw
from sheets.tabs import SyncInfo
from storage.cases import Case
from storage.clock import now
from storage.cycles import Cycle
from storage.people import Agency, Area
from storage.reports import Edition
from tests.kit import undivided
from tests.kit.play import Play
from tests.kit.posting import deliver_due
from tests.kit.pressing import COORDINATOR, asked, pressed, submitted
from tests.kit.publishing import drawn
from views import documents

CHAIR, POLICE, LEAD, MEMBER = "U0CHAIR", "U0POLICE", "U0EDUEAST", "U0SUBGROUP"
LOOKS = (
    "cycle.manage", "archive.open", "progress.show", "nudge.choose", "agenda.show", "deliveries.show", "channels.show",
    "cases.list", "case.new", "cases.choose", "deadline.choose", "lead.choose", "sheet.show", "sheet.others",
    "sheet.lending", "figures.show", "findings.show", "report.show", "matrix.show", "cycle.steps",
    "cycle.cancel", "description.choose",
)  # fmt: skip


def test_nothing_that_people_are_shown_names_an_area(play: Play) -> None:
    play.put(undivided.planned)
    cycle_id = its_meeting_is_set(play)
    cases_are_pasted_and_drawn(play, cycle_id)
    assert asked(play, COORDINATOR, "cycle.open", cycle_id).ok
    unnamed(play)
    a_case_joins_and_the_returns_come(play, cycle_id)
    a_case_gets_a_meeting_of_its_own(play, cycle_id)
    the_meeting_ratifies(play, cycle_id)
    everything_is_looked_at(play, cycle_id)
    the_next_is_set_up_as_this_one(play)


def its_meeting_is_set(play: Play) -> str:
    """In the form that a coordinator fills in, where no area can be chosen as there is none."""
    with play.reading() as session:
        cycle_id = session.scalars(select(Cycle.id)).one()
        assert [each.label for each in session.scalars(select(Area))] == [""]
    assert asked(play, COORDINATOR, "places.show", cycle_id).ok
    assert "place.new" not in play.modal_text(COORDINATOR), "one meeting is there, for all cases"
    assert pressed(play, COORDINATOR, "place.edit").ok
    assert submitted(play, COORDINATOR, quota="6").ok
    assert "Cases: 4 of 6" in play.modal_text(COORDINATOR)
    unnamed(play)
    return cycle_id


def cases_are_pasted_and_drawn(play: Play, cycle_id: str) -> None:
    """Lines name no area; a list that does is told what is wrong with it."""
    assert asked(play, COORDINATOR, "cases.paste", cycle_id).ok
    assert submitted(play, COORDINATOR, lines="T2-A-05, East, Police").ok
    assert "*Line 1:* there is no agency “East”." in play.modal_text(COORDINATOR)
    assert submitted(play, COORDINATOR, lines="Reference\tAgencies\nT2-A-05\tPolice / Education").ok
    unnamed(play)
    assert submitted(play, COORDINATOR).ok
    assert "1 case is in Audit 2, Transitions now" in play.modal_text(COORDINATOR)
    play.close_modal(COORDINATOR)
    assert asked(play, COORDINATOR, "sample.choose", cycle_id).ok
    values = play.modal(COORDINATOR).values
    assert next(values[field] for field in values if field.startswith("quotas"))
    with play.reading() as session:
        police = session.scalars(select(Agency.id).where(Agency.label == "Police")).one()
    drawing = {"listed": "T2-B-01\nT2-B-02\nT2-B-03", "quotas": "1", "agencies": [police]}
    assert "whole number" in str(submitted(play, COORDINATOR, **drawing | {"quotas": "East: 1"}).shown)
    assert submitted(play, COORDINATOR, **drawing).ok
    assert "1 of 3 listed." in play.modal_text(COORDINATOR)
    unnamed(play)
    assert submitted(play, COORDINATOR).ok
    assert "1 case in Audit 2, Transitions" in play.modal_text(COORDINATOR)
    unnamed(play)
    play.close_modal(COORDINATOR)


def a_case_joins_and_the_returns_come(play: Play, cycle_id: str) -> None:
    """A case is added; a lead answers, says nil, asks not to answer, is reminded."""
    deliver_due(play)
    assert asked(play, COORDINATOR, "case.new", cycle_id).ok
    with play.reading() as session:
        police = session.scalars(select(Agency.id).where(Agency.label == "Police")).one()
    assert submitted(play, COORDINATOR, reference="T2-C-01", agencies=[police]).ok
    unnamed(play)
    assert submitted(play, COORDINATOR).ok
    assert "T2-C-01 is in the audit" in play.modal_text(COORDINATOR)
    play.close_modal(COORDINATOR)
    assert play.open_return(POLICE, "T2-EAST-01").ok
    unnamed(play)
    assert submitted(play, POLICE, grade="good", why="As planned.").ok
    unnamed(play)
    play.close_modal(POLICE)
    assert play.send_return(LEAD, "T2-EAST-01", grade="inadequate").ok
    assert play.person(LEAD).open_home().ok
    for action in ("returns.known", "cover.choose", "snooze.choose"):
        assert asked(play, LEAD, action, cycle_id).ok
        unnamed(play)
    for user in (LEAD, POLICE, COORDINATOR, CHAIR, MEMBER):
        assert play.person(user).open_home().ok
    unnamed(play)


def a_case_gets_a_meeting_of_its_own(play: Play, cycle_id: str) -> None:
    """Ten working days later than the others', whatever holidays come between: its summary isn't due with theirs."""
    with play.reading() as session:
        case_id = session.scalars(select(Case.id).where(Case.reference == "T2-C-01")).one()
        before = cycle_facts.view(session, cycle_id).meetings[0].starts_at
    assert asked(play, COORDINATOR, "cases.choose", cycle_id).ok
    later = working_days_after(in_london(before).date(), 10)
    assert submitted(play, COORDINATOR, cases=[case_id], day=later.isoformat(), at="10:00").ok
    assert "T2-C-01: discussed" in play.modal_text(COORDINATOR)
    unnamed(play)
    assert submitted(play, COORDINATOR).ok
    play.close_modal(COORDINATOR)
    play.move_clock(before - timedelta(hours=1))
    play.work_while_waiting()
    play.settled()
    posted = json.dumps([each.blocks for each in play.workspace.messages[undivided.CHANNEL]])
    assert "Case T2-EAST-01" in posted
    assert '"Agenda"' in posted
    assert "T2-C-01" not in posted
    unnamed(play)
    play.move_clock(before + timedelta(hours=1))


def the_meeting_ratifies(play: Play, cycle_id: str) -> None:
    with play.reading() as session:
        case_id = session.scalars(select(Case.id).where(Case.reference == "T2-EAST-01")).one()
    assert asked(play, CHAIR, "summary.read", case_id).ok
    unnamed(play)
    assert asked(play, CHAIR, "case.discuss", case_id).ok
    unnamed(play)
    assert pressed(play, CHAIR, "case.judge").ok
    unnamed(play)
    with play.reading() as session:
        both = list(session.scalars(select(Agency.id).where(Agency.label.in_(undivided.AGENCIES))))
    assert submitted(play, CHAIR, grade="good", why="Agreed.", agrees=both).ok
    assert asked(play, COORDINATOR, "agenda.show", cycle_id).ok
    assert "T2-C-01" in play.modal_text(COORDINATOR)
    assert pressed(play, COORDINATOR, "pack.ask").ok
    play.settled()
    unnamed(play)


def everything_is_looked_at(play: Play, cycle_id: str) -> None:
    for action in LOOKS:
        assert asked(play, COORDINATOR, action, cycle_id).ok
    unnamed(play)
    for user in (LEAD, POLICE, COORDINATOR, CHAIR, MEMBER):
        assert play.person(user).open_home().ok
    unnamed(play)


def the_next_is_set_up_as_this_one(play: Play) -> None:
    """Its forms say what they take over."""
    assert asked(play, COORDINATOR, "cycle.new", "all").ok
    assert pressed(play, COORDINATOR, "cycle.taken").ok
    unnamed(play)
    cycle_id = str(play.modal(COORDINATOR).content["private_metadata"])
    with play.reading() as session:
        due = working_days_after(in_london(now(session)).date(), 40)
    own = {"title": "Audit 3", "theme": "Neglect", "origin": "An inspection.", "due": due.isoformat()}
    assert submitted(play, COORDINATOR, **own).ok
    assert asked(play, COORDINATOR, "places.show", cycle_id).ok
    assert pressed(play, COORDINATOR, "places.earlier").ok
    assert "audit 2:* the channel, how many cases, the time of the meeting." in play.modal_text(COORDINATOR)
    unnamed(play)


def unnamed(play: Play) -> None:
    """No message, no modal and no Home of anybody has it."""
    shown = [each.content for each in play.workspace.views.values()]
    said = [(each.text, each.blocks) for channel in play.workspace.messages.values() for each in channel]
    assert undivided.named(json.dumps([shown, said], ensure_ascii=False)) == []


def test_its_numbers_its_sheet_and_its_report_are_of_the_whole(play: Play) -> None:
    play.put(undivided.finished)
    with play.sessions.begin() as session:
        session.execute(update(Case).values(released_at=now(session)))
    with play.reading() as session:
        cycle = cycle_facts.view(session, session.scalars(select(Cycle.id)).one())
        found = board.board(session, cycle.id)
        said = gather.contents(session, cycle.id)
    counted = tally.to_json(found.tally, found.themes)
    assert counted["adds_up"]
    assert counted["grades"] == {"outstanding": 0, "good": 4, "requires_improvement": 6, "inadequate": 1}
    due = to_json(dues(cycle.due_at, [each.starts_at for each in cycle.meetings], 3), [()])
    tabs = draw(found, SyncInfo(found.now, 1))
    headings = [column.header for tab in tabs for column in tab.columns]
    cells = [value for tab in tabs for row in tab.rows for value in row.values]
    charts = [chart.title for tab in tabs for chart in tab.charts]
    assert charts == ["Ratified case judgements"]
    assert "area" not in json.dumps([counted, due])
    texts = [*headings, *map(str, cells), *charts]
    texts += [documents.markdown(drawn(said, edition)) for edition in Edition]
    assert [line for text in texts for line in undivided.named(text)] == []
    assert any("T2-EAST-01" in text for text in texts)
