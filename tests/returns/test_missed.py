"""A return that never came: awaited while it can still be sent, and by one word everywhere once it no longer can."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from audit import cycle_facts
from audit.access import actor
from audit.chasing import progress
from audit.cycle import outline
from audit.cycle.board import Board
from audit.errors import Refused
from audit.figures import figures as figures_rules
from audit.home import stages
from audit.home.every_audit import sections
from audit.meeting import agenda, reopen
from audit.report import gather
from audit.returns import found_return
from sheets.drawing import draw, returns, status
from sheets.tabs import Tab
from storage.cycles import Cycle, CycleArea, CycleState
from storage.meetings import Judgement, Meeting
from storage.people import Area
from tests.cycle.test_releases import ANEW, shown
from tests.kit import managing, reading
from tests.kit.forging import TEAM
from tests.kit.judging import REFERENCE, answered, case_of, ratified, released
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, acting, return_of
from tests.sheet.boards import sync
from views.cases.summary import full, headlines
from views.chasing import progress as progress_view
from views.cycle import matrix, tally
from views.documents import markdown
from views.figures import figures
from views.meeting import agenda as agenda_view
from views.report import editions

HOUR = timedelta(hours=1)
EAST = select(CycleArea.id).join(Area, Area.id == CycleArea.area_id).where(Area.label == "East")


def meeting_begins(play: Play) -> None:
    play.move_clock(case_of(play).meeting_at + HOUR)


def ratified_early(play: Play) -> None:
    ratified(play, REFERENCE)


def meetings_closed(play: Play) -> None:
    with play.sessions.begin() as session:
        session.scalars(select(Cycle)).one().state = CycleState.RATIFIED


def opened_again(play: Play) -> None:
    """The case is ratified at its meeting, and opened again."""
    meeting_begins(play)
    ratified(play, REFERENCE)
    with play.sessions.begin() as session:
        judgement = session.scalars(select(Judgement.id)).one()
        reopen.reopen(session, actor(session, TEAM, COORDINATOR), judgement, "A record turned up.")


def sendable(play: Play, return_id: str) -> bool:
    """Whether the product takes it."""
    with play.reading() as session:
        try:
            found_return.require_open(session, found_return.find(session, return_id))
        except Refused:
            return False
        return True


@pytest.mark.parametrize("so", [None, meeting_begins, ratified_early, meetings_closed, opened_again])
def test_a_return_didnt_come_once_it_cant_be_sent(play: Play, so: Callable[[Play], None] | None) -> None:
    play.load()
    answered(play, "Education")
    released(play)
    if so is not None:
        so(play)
    police = return_of(play, REFERENCE, "Police")
    line = next(each for each in case_of(play).lines if each.return_id == police)
    over = not sendable(play, police)
    assert over == (so not in {None, opened_again})
    assert (line.result, line.counted) == (("missed",) * 2 if over else ("awaiting",) * 2)
    with play.reading() as session:
        cycle_id = cycle_facts.by_number(session, 2).id
        found = progress.progress(session, acting(play, COORDINATOR), cycle_id)
        [part] = sections(session, acting(play, COORDINATOR), [cycle_id])
        standing = stages.audit_stage(part, play.board().now)
    assert {item.open for item in found.items if item.return_id == police} == {not over}
    counted, whole = play.board().tally.self_grades, found.overview.whole
    assert (whole.awaited, whole.missed) == (counted.awaiting, counted.missed)
    assert counted.awaiting + counted.missed == counted.total - 1
    if so is not meetings_closed:
        assert (standing.missed, sum(each.awaited for each in standing.awaited)) == (whole.missed, whole.awaited)


def test_that_one_didnt_come_tells_others_nothing_of_what_a_meeting_decided_before_the_case_is_out(play: Play) -> None:
    play.load()
    answered(play, "Education")
    early = others_see(play)
    ratified_early(play)
    assert others_see(play) == early, "ratified before its meeting"
    meeting_begins(play)
    late = others_see(play)
    with play.sessions.begin() as session:
        judgement = session.scalars(select(Judgement.id)).one()
        reopen.reopen(session, actor(session, TEAM, COORDINATOR), judgement, "A record turned up.")
    assert others_see(play) == late, "and opened again"
    released(play)
    assert {name for name, told in others_see(play).items() if told != late[name]} == {*late}


def others_see(play: Play) -> dict[str, str]:
    """What those who don't coordinate see of how far returns are."""
    cycle_id, users = managing.cycle(play).id, ("U0SUBGROUP", "U0CHAIR")
    board, found = play.board(), dict[str, str]()
    for user in users:
        found[f"{user} progress"] = shown(play, user, "progress.show", cycle_id)
        found[f"{user} agenda"] = shown(play, user, "agenda.show", cycle_id)
        found[f"{user} audit"] = shown(play, user, "archive.open", cycle_id)
        assert play.person(user).command("/audit", "", play.person(user).dm).ok
        home = play.person(user).home()
        assert home
        found[f"{user} Home"] = json.dumps(home.content)
    with play.reading() as session:
        found["channel"] = str(matrix.matrix(outline.outline(session, cycle_id).conceal()))
    found["sheet"] = str(draw(replace(board, unreleased=False), sync()))
    return {name: ANEW.sub("", told) for name, told in found.items()}


def test_every_surface_says_that_it_didnt_come(play: Play) -> None:
    play.load()
    answered(play, "Education")
    with play.sessions.begin() as session:
        last = max(meeting.starts_at for meeting in session.scalars(select(Meeting)))
    for case in play.board().cases:
        released(play, case.reference)
    assert "didn't come" not in "".join(said(play).values()).lower()
    play.move_clock(last + HOUR)
    for name, words in said(play).items():
        assert "didn't come" in words.lower(), name
        assert "awaited" not in words.lower(), name
        assert "overdue" not in words.lower(), name
        assert "yet from" not in words.lower(), name


def said(play: Play) -> dict[str, str]:
    """What each surface says of the returns of an audit."""
    board, case = play.board(), case_of(play)
    with play.reading() as session:
        cycle_id, who = board.cycle.id, acting(play, COORDINATOR)
        meetings, report = agenda.show(session, who, cycle_id), gather.contents(session, cycle_id)
        posted = agenda.of_area(session, session.scalars(EAST).one())
        numbers = figures_rules.figures(session, who, cycle_id)
        far = progress.progress(session, who, cycle_id)
    assert posted
    return {
        "summary": reading.everything(headlines(case, board.now).blocks),
        "full summary": reading.everything(full(case, board.now)),
        "matrix": reading.everything(matrix.matrix(board).blocks),
        "tally": reading.everything(tally.tally(board.cycle, board.tally, board.now).blocks),
        "agenda": reading.everything(agenda_view.view(meetings)),
        "area's agenda": reading.everything(agenda_view.posted(posted).blocks),
        "progress": reading.everything(progress_view.view(far)),
        "figures": reading.everything(figures.view(numbers)),
        "report": markdown(editions.document(report, "full", 1, board.now)),
        **{tab.title: cells(tab) for tab in tabs(board)},
    }


def tabs(board: Board) -> list[Tab]:
    return [status.tab(board), returns.tab(board)]


def cells(tab: Tab) -> str:
    return "\n".join(str(value) for row in tab.rows for value in row.values)
