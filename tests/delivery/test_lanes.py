"""Lanes: what goes to one channel goes in turn, and nothing that is over keeps its lane."""

from datetime import timedelta

import pytest
from sqlalchemy import text, update

from storage.clock import wall
from storage.messages import Message
from storage.sheet_state import SheetState
from tests.kit.play import Play


@pytest.mark.both_databases
def test_a_workflow_whose_end_could_not_be_written_keeps_nobody_waiting(play: Play) -> None:
    """As on a full disk: what it did is recorded, but DBOS takes it to run still, and would let nobody else run."""
    play.load()
    play.worker()
    play.settled()
    with play.sessions.begin() as session:
        table = "workflow_status" if session.get_bind().dialect.name == "sqlite" else "dbos.workflow_status"
        session.execute(text(f"UPDATE {table} SET status = 'PENDING', output = NULL, completed_at = NULL"))
    assert play.send_return("U0POLICE", "T2-EAST-01").ok
    play.settled()


@pytest.mark.both_databases
def test_fault_18_a_clock_that_is_put_back_keeps_nothing_waiting(play: Play) -> None:
    """By an hour: whatever was noted before seems to be in the future, the beginnings that paces go by too."""
    play.load()
    with play.working():
        play.settled()
    with play.sessions.begin() as session:
        table = "workflow_status" if session.get_bind().dialect.name == "sqlite" else "dbos.workflow_status"
        session.execute(text(f"UPDATE {table} SET started_at_epoch_ms = started_at_epoch_ms + 3600000"))
        for each in (Message, SheetState):
            session.execute(update(each).values(next_try_at=wall() + timedelta(hours=1)))
    assert play.send_return("U0POLICE", "T2-EAST-01").ok
    with play.working():
        play.settled()
