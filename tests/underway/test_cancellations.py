"""Cancelling a cycle: everything that was posted says so, nothing more is asked, and every row is kept."""

import pytest
from sqlalchemy import update

from jobs.sweep import take_up
from storage.messages import MessageKind
from storage.sheet_state import SheetState
from tests.kit import managing
from tests.kit.forging import second_thought
from tests.kit.looking import entries, rows
from tests.kit.play import GRADED, Play
from tests.underway.test_dates import begun, march

WHY = "The partnership is being reorganised."


@pytest.mark.on_sqlite
def test_a_cancelled_cycle_says_so_everywhere_and_asks_nothing_more(play: Play) -> None:
    begun(play)
    assert play.send_return("U0POLICE", "T2-EAST-03").ok
    play.move_clock(march(23, 10))
    summaries, before = managing.posted(play, "C0AUDITEAST"), managing.requests(play)
    assert len(summaries) == 6, "and the agenda"
    assert play.open_return("U0EDUEAST", "T2-EAST-03").ok
    form = play.modal("U0EDUEAST")
    play.person("U0EDUEAST").fill(form.id, GRADED)

    assert "can't be opened again" in managing.begin(play, "cycle.cancel")
    assert "NHS number" in managing.refusal(play, why="It is about 943 476 5919.")
    shown = managing.previewed(play, why=WHY)
    assert "Nothing more is asked of anybody" in shown
    assert "What was answered (1 of 150 returns) is kept" in shown
    assert "5 posted case summaries changed in place" in shown
    assert "The tally in the sub-group's channel is changed in place" in shown
    managing.agree(play)

    after = managing.requests(play)
    assert {user: len(said) for user, said in after.items()} == {user: len(said) for user, said in before.items()}
    assert "This audit was cancelled on Mon 23 Mar, 10 am" in after["U0EDUEAST"][0]
    for channel, count in (("C0AUDITEAST", 6), ("C0AUDITNORTH", 0)):
        said = managing.posted(play, channel)
        assert len(said) == count
        assert all("This audit was cancelled" in each and "Good" not in each for each in said)
    assert all("This audit was cancelled" in each for each in managing.posted(play, "C0SUBGROUP"))
    assert "This audit was cancelled" in play.person("U0EDUEAST").submit(form.id).body
    assert "followed" in str(play.workspace.views[form.id].values), "what was typed is still there"
    assert len(rows(play.sessions)["return_versions"]) == 1

    for day in (24, 26):  # the next summaries' morning, and the last reminder's
        play.move_clock(march(day, 10))
        assert managing.requests(play) == after
    assert managing.ledger(play, MessageKind.SUMMARY) == 5
    assert [entry.detail for entry in entries(play.sessions, "cycle.cancel")] == ["collecting"]
    assert "reorganised" not in str(rows(play.sessions, but=frozenset())), "the reason is sealed"
    play.close_modal(managing.COORDINATOR)
    home = play.person(managing.COORDINATOR).home()
    assert home
    assert "None is under way" in str(home.content), "without being opened again"
    assert WHY in managing.menu_of_what_is_over(play)


def test_a_planned_cycle_is_cancelled_too_and_nobody_hears_of_it(play: Play) -> None:
    play.move_clock(march(4))
    play.load(opened=False)
    with play.sessions.begin() as session:
        session.execute(update(SheetState).values(spreadsheet_id=None))
    assert [sheet.cycle_number for sheet in play.status().sheets] == [2], "its sheet isn't set up yet"
    managing.begin(play, "cycle.cancel")
    assert "Nobody is sent anything" in managing.previewed(play, why=WHY)
    sent = managing.enter(play)
    assert "is cancelled" in play.modal_text(managing.COORDINATOR)
    assert "Audit cancelled" in second_thought(play.workspace, sent).body
    assert "the reason that was given first stands" in second_thought(play.workspace, sent, why="Too early.").body
    take_up(play.sessions)
    assert rows(play.sessions)["messages"] == []
    assert play.status().sheets == (), "and doesn't wait for one any more"
    play.close_modal(managing.COORDINATOR)
    assert "The partnership is being reorganised" in managing.menu_of_what_is_over(play)
    assert "Open the audit" not in play.modal_text(managing.COORDINATOR)
