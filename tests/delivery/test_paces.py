"""The worker's paces where nothing is set: one message a second in a channel, and within Google's limits."""

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import pairwise

import pytest
from dbos import DBOS, WorkflowStatus
from sqlalchemy import update

from audit.calendar import summaries_due
from bot.settings import Settings
from jobs.engine import SHEETS, SLACK
from storage.cases import Case
from storage.clock import now
from tests.kit.play import Play
from tests.kit.sheet_talk import redrawn

PACES = ("message_seconds", "sheet_seconds")
EAST, KEPT = "C0AUDITEAST", ("T2-EAST-01", "T2-EAST-02")


def workflows(queue: str) -> list[WorkflowStatus]:
    """Those of a queue, in whatever state."""
    with ThreadPoolExecutor(1) as apart:  # a browser's tests leave an event loop running here, which DBOS minds
        return apart.submit(DBOS.list_workflows, queue_name=queue, load_input=False, load_output=False).result()


def closest(queue: str) -> dict[str, int]:
    """For each lane of a queue in which several things were done, the fewest milliseconds between two beginnings."""
    lanes: dict[str, list[int]] = defaultdict(list)
    for done in workflows(queue):
        assert done.dequeued_at is not None
        lanes[done.queue_partition_key or ""].append(done.dequeued_at)
    return {lane: min(b - a for a, b in pairwise(sorted(each))) for lane, each in lanes.items() if len(each) > 1}


@pytest.mark.both_databases
def test_as_delivered_the_product_keeps_to_what_slack_and_google_take(play: Play) -> None:
    """Google takes 60 reads and 60 writes a minute, and a redraw is one of each at most."""
    play.settings = play.settings.model_copy(update={name: Settings.model_fields[name].default for name in PACES})
    play.load()
    with play.sessions.begin() as session:
        session.execute(update(Case).where(Case.reference.not_in(KEPT)).values(withdrawn_at=now(session)))
    play.move_clock(summaries_due(min(case.meeting_at for case in play.board().cases), 3) + timedelta(minutes=1))
    play.worker()
    play.settled()
    redrawn(play)
    assert len(play.person("U0COORDIN").messages(EAST)) == len(KEPT) + 1, "a summary each, and the agenda"
    assert closest(SLACK)[EAST] >= 1000
    assert min(closest(SLACK).values()) >= 1000
    [redraws] = closest(SHEETS).values()
    assert redraws >= 1000


@pytest.mark.on_sqlite
def test_a_message_that_was_changed_just_now_rests(play: Play) -> None:
    """On the day a return is due, some dozen lists would be drawn anew for each. The first change is made at once."""
    play.settings = play.settings.model_copy(update={"redraw_seconds": 3600})
    play.load()
    play.worker()

    def left(count: int) -> bool:
        lead = play.person("U0POLICE")
        return f"{count} of 15 returns still to send" in str(lead.messages(lead.dm))

    assert play.until(lambda: left(15))
    assert play.send_return("U0POLICE", "T2-EAST-01").ok
    assert play.until(lambda: left(14))
    assert play.send_return("U0POLICE", "T2-EAST-02").ok
    assert play.until(lambda: any(each.status == "DELAYED" for each in workflows(SLACK)))
    assert left(14)
