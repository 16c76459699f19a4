"""Lanes: what goes to one channel goes in turn, and nothing that is over keeps its lane."""

from sqlalchemy import text

from tests.kit.play import Play


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
