"""DBOS's workflows as rows: queued again where nobody runs them, deleted once they have ended."""

from collections.abc import Sequence
from datetime import timedelta

from dbos import DBOS, WorkflowStatus

from storage.clock import wall

KEPT = timedelta(days=1)
"""How long finished workflows stay for a look."""
PENDING, DELAYED = "PENDING", "DELAYED"
WAITING = ("ENQUEUED", DELAYED, PENDING)
_ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_AHEAD = timedelta(minutes=1)
"""How much later another worker's clock may be than this one's."""


def queue_again(workflows: Sequence[WorkflowStatus]) -> None:
    """Put each back into the lane that it was in. One that runs would run twice."""
    for workflow in workflows:
        DBOS.resume_workflow(workflow.workflow_id, queue_name=workflow.queue_name)


def hurry(delayed: Sequence[WorkflowStatus], longest: float) -> None:
    """Queue those that wait for longer (seconds) than they are ever told to: the machine's clock was put back."""
    until = (wall() + _AHEAD).timestamp() + longest
    queue_again([each for each in delayed if (each.delay_until_epoch_ms or 0) > until * 1000])


def forget_later_than_now() -> None:
    """Delete workflows that have ended and seem to have begun in a while: the machine's clock was put back.

    DBOS would count them into each pace, so that nothing more began until it is that late again.
    """
    _delete(began_after=(wall() + _AHEAD).isoformat())


def purge() -> None:
    """Delete workflows that ended long ago; DBOS would keep them for ever."""
    _delete(ended_before=(wall() - KEPT).isoformat())


def _delete(*, began_after: str | None = None, ended_before: str | None = None) -> None:
    """Delete the workflows that have ended, and began or ended then."""
    while ended := DBOS.list_workflows(
        status=list(_ENDED), dequeued_after=began_after, completed_before=ended_before, limit=500, load_input=False,
        load_output=False,
    ):  # fmt: skip
        DBOS.delete_workflows([workflow.workflow_id for workflow in ended])
