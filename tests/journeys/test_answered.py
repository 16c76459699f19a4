"""What agencies answered, counted from the form they send to what others are shown of it."""

import json
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from audit.cycle import release
from audit.returns.answers import keep, kept
from bot import figures_cli
from sheets.drawing import draw
from storage.cases import Case, Involvement
from storage.clock import now
from storage.returns import Return, ReturnVersion
from tests.kit import counted, reading
from tests.kit.judging import LEADS, REFERENCE, released
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, asked, pressed, submitted
from tests.sheet.boards import sync
from views.cycle.tally import tally

CHAIR, SUB_GROUP, EDUCATION = "U0CHAIR", "U0SUBGROUP", LEADS["Education"]
GIVEN = {"grade": "good", "why": "As planned."}


@pytest.mark.on_sqlite
def test_an_answer_is_counted_from_the_form_to_the_page(play: Play, capsys: pytest.CaptureFixture[str]) -> None:
    play.put(counted.collecting)
    assert play.open_return(EDUCATION, REFERENCE).ok
    play.fill(EDUCATION, planned="partly")
    assert submitted(play, EDUCATION, seen="yes", age="15", referred=["housing", "health"], **GIVEN).ok
    play.close_modal(EDUCATION)
    play.press_in_audit(COORDINATOR, "figures.show", "audit 2")
    assert pressed(play, COORDINATOR, "answered.show").ok
    told = said(play, COORDINATOR)
    assert "1 of 150 returns is there." in told
    assert "Asked in 1 of 1 return.\n• Yes: *0*\n• Partly: *1*\n• No: *0*\n• Not answered: *0*\n" in told
    assert "• Housing: *1*\n• Adult health: *1*\n" in told
    assert "_East_ (1): Answered *1* · Lowest *15*" in told
    capsys.readouterr()
    figures_cli.tally(play.settings, Namespace(audit=2, json=True))
    printed = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert printed["adds_up"]
    assert printed["answers"]["planned"]["choices"] == {"yes": 0, "partly": 1, "no": 0}
    cycle_id = play.board().cycle.id
    assert "0 of 15 cases" in opened(play, SUB_GROUP, cycle_id)
    assert "*1*" not in said(play, SUB_GROUP)
    released(play)
    assert "• Partly: *1*" in opened(play, SUB_GROUP, cycle_id)
    assert play.open_return(EDUCATION, REFERENCE).ok
    assert submitted(play, EDUCATION, planned="yes", change_reason="A record was found.").ok
    assert "• Yes: *0*\n• Partly: *1*" in opened(play, SUB_GROUP, cycle_id), "as it was when others could read it"
    assert asked(play, EDUCATION, "answered.show", cycle_id).ok
    assert "Only coordinators, the chair and the sub-group can see this." in play.modal_text(EDUCATION)


HIDDEN = "T2-CENTRAL-03"


def test_nothing_that_others_see_depends_on_an_unreleased_case(play: Play) -> None:
    play.put(counted.finished)
    with play.sessions.begin() as session:
        session.execute(update(Case).where(Case.reference != HIDDEN).values(released_at=now(session)))
    before = surfaces(play)
    assert "14 of 15 cases" in before[SUB_GROUP]
    answered_anew(play, seen="", planned="no", age="", referred="health")
    after = surfaces(play)
    assert {name for name in before if before[name] != after[name]} == {COORDINATOR, "sheet"}
    released(play, HIDDEN)
    out = surfaces(play)
    assert {name for name in before if before[name] != out[name]} >= {SUB_GROUP, CHAIR, "sheet for others"}
    assert out[SUB_GROUP] == out[COORDINATOR]


def surfaces(play: Play) -> Mapping[str, str]:
    """Who reads what -> what it says of answers."""
    board = play.board()
    found = {who: opened(play, who, board.cycle.id) for who in (COORDINATOR, CHAIR, SUB_GROUP)}
    others = release.shared(board)
    message = tally(others.cycle, others.tally, others.now, (), others.graded, of=len(board.cases))
    for name, drawn in (("sheet", board), ("sheet for others", replace(board, unreleased=False))):
        found[name] = repr(next(tab for tab in draw(drawn, sync()) if tab.key == "answers"))
    assert "answered.show" in json.dumps(message.blocks)
    return found


def answered_anew(play: Play, **sections: str) -> None:
    """As if every agency had answered something else of the hidden case."""
    theirs = (
        select(ReturnVersion)
        .join(Return, Return.id == ReturnVersion.return_id)
        .join(Involvement, Involvement.id == Return.involvement_id)
        .join(Case, Case.id == Involvement.case_id)
        .where(Case.reference == HIDDEN)
    )
    with play.sessions.begin() as session:
        for version in session.scalars(theirs):
            answers = kept(session, version)
            keep(session, version, counted.TOOL, replace(answers, sections={**answers.sections, **sections}))


def opened(play: Play, user: str, cycle_id: str) -> str:
    assert asked(play, user, "answered.show", cycle_id).ok
    return said(play, user)


def said(play: Play, user: str) -> str:
    return "\n".join(reading.marked_up(play.modal(user).content))
