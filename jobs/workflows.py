"""DBOS's workflows as rows: queued again if nobody runs them, deleted some time after they have ended."""

from collections.abc import Sequence
from datetime import timedelta

from dbos import DBOS, WorkflowStatus

from storage.clock import wall

KEPT = timedelta(days=1)
"""How long workflows are kept for inspection after they have ended."""
PENDING, DELAYED = "PENDING", "DELAYED"
WAITING = ("ENQUEUED", DELAYED, PENDING)
_ENDED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_AHEAD = timedelta(minutes=1)
"""By how much another worker's clock may be ahead of this one's."""


def queue_again(workflows: Sequence[WorkflowStatus]) -> None:
    """Put workflows back into their lanes. One that is still running would run twice."""
    for workflow in workflows:
        DBOS.resume_workflow(workflow.workflow_id, queue_name=workflow.queue_name)


def hurry(delayed: Sequence[WorkflowStatus], longest: float) -> None:
    """Queue those delayed by more than `longest` seconds, which no delay is: the machine's clock was set back."""
    until = (wall() + _AHEAD).timestamp() + longest
    queue_again([each for each in delayed if (each.delay_until_epoch_ms or 0) > until * 1000])


def forget_later_than_now() -> None:
    """Delete ended workflows that seem to have begun in the future: the machine's clock was set back.

    DBOS would count them towards its rate limits, so that nothing else began until that time.
    """
    _delete(began_after=(wall() + _AHEAD).isoformat())


def purge() -> None:
    """Delete workflows that ended long ago; DBOS would keep them for ever."""
    _delete(ended_before=(wall() - KEPT).isoformat())


def _delete(*, began_after: str | None = None, ended_before: str | None = None) -> None:
    """Delete workflows that have ended and that began after, or ended before, the given time (ISO 8601)."""
    while ended := DBOS.list_workflows(
        status=list(_ENDED), dequeued_after=began_after, completed_before=ended_before, limit=500, load_input=False,
        load_output=False,
    ):  # fmt: skip
        DBOS.delete_workflows([workflow.workflow_id for workflow in ended])
