"""The engine: DBOS runs deliveries, look-ups and redraws; the sweep supplies them; dead workers' work is taken over."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic

import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions, WorkflowStatus
from sqlalchemy.engine import URL

from jobs import engine_tables, nightly, sweep, workflows
from jobs.deliver import deliver
from jobs.lookups import look_up
from jobs.quiet import Quiet
from jobs.redraw import redraw
from jobs.slack_posting import Poster
from jobs.sweep import Behind
from jobs.worker_slots import Slot
from jobs.workflows import DELAYED, PENDING, WAITING
from sheets.google_client import GoogleClient
from storage import chain
from storage.crypto import WrongKey
from storage.engine import UNAVAILABLE, Sessions

VERSION = "1"
"""Fixed, because DBOS's default is a hash of the code, and pending work would be stranded by each deployment. Raise it
only when a workflow's arguments change."""

SLACK, SHEETS = "slack", "sheets"
AT_ONCE = 2
"""Number of sheets drawn at once, so that one for which Google doesn't answer doesn't hold up another."""
THREADS = 16
_POLL = 0.25
"""Seconds between two polls of a queue, or a quarter of the queue's pace if that is more. For sheets it is doubled, as
one poll takes six statements."""
LOOK_EVERY = 2.0
_SEALED_AT_ONCE = 5_000
"""Maximum number of trail entries sealed at a time, so that many of them (after an upgrade) delay no other work."""
SHOWN = 20
_CHECKPOINT_EVERY = 60.0
_PURGE_EVERY = 3600.0

log = structlog.get_logger()


def _config(url: URL, executor: str) -> DBOSConfig:
    return DBOSConfig(
        name="roundtable",
        system_database_url=engine_tables.address(url),
        executor_id=executor,
        application_version=VERSION,
        serializer=DBOSPortableJSONSerializer(),
        run_migrations=False,
        max_executor_threads=THREADS,
        sys_db_pool_size=8,
        db_engine_kwargs={"hide_parameters": True},
        notification_listener_polling_interval_sec=_POLL,  # there are no notifications, but stopping waits so long
        notification_coalesce_sec=_POLL,  # likewise; by default it wakes a hundred times a second
        log_level="WARNING",
        enable_otlp=False,
    )


class Failed(Exception):
    """A workflow failed; the message is the class of its error, which was logged."""


@contextmanager
def _unquoted() -> Iterator[None]:
    """Replace any error by Failed: DBOS stores an error's text, and a database error's text quotes rows."""
    try:
        yield
    except Exception as error:  # noqa: BLE001  # whatever its class, its text must not be stored
        log.warning("workflow_failed", kind=type(error).__name__)
        raise Failed(type(error).__name__) from None


@dataclass(frozen=True)
class Paces:
    """Minimum seconds between two of a kind; `retry`: seconds until a failed attempt is repeated for the first time.

    `redraw` applies to each sheet and each message, `sheets` to all sheets together, `messages` to each channel.
    """

    sweep: float
    redraw: float
    sheets: float
    messages: float
    retry: float


class Engine:
    """One worker: holds a slot, runs workflows, and sweeps until it is stopped."""

    def __init__(
        self,
        sessions: Sessions,
        poster: Poster,
        client: GoogleClient | None,
        paces: Paces,
        *,
        help_url: str = "",
    ) -> None:
        """Without a `client` no sheet is drawn, and sheets that are behind stay pending."""
        self._sessions = sessions
        self._poster = poster
        self._client = client
        self._paces = paces
        self._help_url = help_url
        self._offered: set[str] = set()  # ids of workflows that wait or run, as far as this worker knows
        self._ended: set[str] = set()  # ids of those that had ended at the last check
        self._running: set[str] = set()  # ids of workflows running in this process
        self._changeable_at: dict[str, float] = {}  # message's id -> when (monotonic) it may be changed again
        self._distrusted = False  # the heads of the trail's chains can't be opened
        self._strange: set[int] = set()  # numbers of trail entries that can't be sealed
        self._over: set[str] = set()  # ids of those that DBOS lists as running but no longer ran at the last check

    def run(self, slot: Slot, stop: Event) -> None:
        """Work until `stop` is set; SlotLost if another worker may be taking over."""
        DBOS(config=_config(self._sessions.url, slot.executor))
        self._register()
        DBOS.launch()
        DBOS.register_queue(
            SLACK,
            partition_concurrency=1,
            partition_limiter={"limit": 1, "period": self._paces.messages},
            polling_interval_sec=max(_POLL, self._paces.messages / 4),
        )
        DBOS.register_queue(
            SHEETS,
            global_concurrency=AT_ONCE,
            limiter={"limit": 1, "period": self._paces.sheets},
            polling_interval_sec=max(2 * _POLL, self._paces.sheets / 4),
        )
        log.info("worker_started", slot=slot.number)
        asking = Thread(target=nightly.run, args=(self._sessions, self._poster, stop), name="nightly", daemon=True)
        asking.start()  # a thread of its own, as Slack may take long to answer
        try:
            self._loop(slot, stop)
        finally:
            log.info("worker_stopping", slot=slot.number)
            DBOS.destroy(workflow_completion_timeout_sec=20, destroy_registry=True)
            asking.join(5)
            log.info("worker_stopped", slot=slot.number)

    def _register(self) -> None:
        def deliver_message(message_id: str) -> None:
            with self._noted(), _unquoted():
                deliver(self._sessions, self._poster, message_id, retry=self._paces.retry)

        def redraw_sheet(sheet_id: str) -> None:
            if self._client is not None:
                retry, help_url = self._paces.retry, self._help_url
                with self._noted(), _unquoted():
                    redraw(self._sessions, self._client, sheet_id, help_url=help_url, retry=retry)

        def look_people_up(list_id: str) -> None:
            with self._noted(), _unquoted():
                look_up(self._sessions, self._poster, list_id, retry=self._paces.retry)

        DBOS.workflow(name="deliver_message")(deliver_message)
        DBOS.workflow(name="look_people_up")(look_people_up)
        DBOS.workflow(name="redraw_sheet")(redraw_sheet)

    def _loop(self, slot: Slot, stop: Event) -> None:
        looked = checkpointed = purged = -_PURGE_EVERY
        quiet = Quiet(self._sessions)
        while not stop.wait(self._paces.sweep):
            slot.check()
            try:
                quiet.unless_quiet(self._sweep)
                if monotonic() - looked > LOOK_EVERY:
                    self._look(slot)
                    self._seal()
                    looked = monotonic()
                if monotonic() - checkpointed > _CHECKPOINT_EVERY:
                    self._sessions.checkpoint()
                    workflows.forget_later_than_now()
                    checkpointed = monotonic()
                if monotonic() - purged > _PURGE_EVERY:
                    workflows.purge()
                    purged = monotonic()
            except UNAVAILABLE as error:
                log.warning("database_unavailable", exc_info=error)

    def _sweep(self) -> None:
        sweep.take_up(self._sessions)
        for name, found in (("look_people_up", sweep.lookups), ("deliver_message", sweep.deliveries)):
            for behind in found(self._sessions):
                options: EnqueueOptions = {"workflow_name": name, "queue_name": SLACK}
                self._offer(behind, {**options, "queue_partition_key": behind.lane}, self._delay(behind))
        if self._client is not None:
            for behind in sweep.redraws(self._sessions):
                options = {"workflow_name": "redraw_sheet", "queue_name": SHEETS, "priority": behind.priority}
                self._offer(behind, options, self._paces.redraw)

    def _delay(self, behind: Behind) -> float:
        """Seconds until the row may be changed again; 0 if it wasn't changed just now."""
        return max(0.0, self._changeable_at.get(behind.row_id, 0.0) - monotonic()) if behind.coalesced else 0.0

    def _offer(self, behind: Behind, options: EnqueueOptions, delay: float) -> None:
        """Enqueue a workflow, unless it waits already: when it runs, it brings about whatever is wanted then.

        `delay` (seconds) lets a burst of changes share one workflow. If a workflow ended though its row is still behind
        (the database was unavailable when the failure should have been recorded), the row gets a new workflow id.
        """
        if behind.workflow_id in self._ended:
            sweep.renew(self._sessions, behind)
        elif behind.workflow_id not in self._offered:
            if delay:
                options["delay_seconds"] = delay
            DBOS.enqueue_workflow_with_options(
                {**options, "workflow_id": behind.workflow_id, "app_version": VERSION}, behind.row_id
            )
            self._offered.add(behind.workflow_id)
            if behind.coalesced:
                self._changeable_at[behind.row_id] = monotonic() + delay + self._paces.redraw

    @contextmanager
    def _noted(self) -> Iterator[None]:
        workflow_id = str(DBOS.workflow_id)
        self._running.add(workflow_id)
        try:
            yield
        finally:
            self._running.discard(workflow_id)

    def _look(self, slot: Slot) -> None:
        """Update which workflows wait or run, and queue again those that nobody runs, as they block their lanes."""
        listed = DBOS.list_workflows(status=list(WAITING), load_input=False, load_output=False)
        waiting = {workflow.workflow_id for workflow in listed}
        self._changeable_at = {row_id: until for row_id, until in self._changeable_at.items() if until > monotonic()}
        self._ended, self._offered = self._offered - waiting, self._offered & waiting
        workflows.hurry([workflow for workflow in listed if workflow.status == DELAYED], 2 * self._paces.redraw)
        pending = [workflow for workflow in listed if workflow.status == PENDING]
        self._queue_forgotten([workflow for workflow in pending if workflow.executor_id == slot.executor])
        for executor in {str(workflow.executor_id) for workflow in pending} - {slot.executor}:
            with slot.instead_of(executor) as dead:
                if dead:  # listed again, as another worker may have taken it over meanwhile
                    left = DBOS.list_workflows(status=PENDING, executor_id=executor, load_input=False)
                    workflows.queue_again(left)
                    log.info("took_over", slot=executor, count=len(left))

    def _seal(self) -> None:
        """Seal the trail's new entries; those changed, or without a mark of ours, are logged once, SHOWN at most."""
        try:
            strange = set(chain.seal(self._sessions, _SEALED_AT_ONCE).strange)
        except WrongKey as wrong:  # nothing is sealed until that is mended; `roundtable trail verify` reports it too
            if not self._distrusted:
                log.error("trail_not_sealed", key=wrong.bound_to)  # noqa: TRY400  # the traceback would say nothing
            self._distrusted = True
            return
        for number in sorted(strange - self._strange)[:SHOWN]:
            log.error("trail_entry_not_ours", number=number)
        self._strange = strange

    def _queue_forgotten(self, ours: list[WorkflowStatus]) -> None:
        """Queue workflows again whose end couldn't be recorded because the disk was full.

        Not at the first check, when their end may be about to be recorded; nor while workflows wait for a free thread.
        """
        over = [workflow for workflow in ours if workflow.workflow_id not in self._running]
        forgotten = [workflow for workflow in over if workflow.workflow_id in self._over]
        self._over = {workflow.workflow_id for workflow in over}
        if forgotten and len(self._running) < THREADS:
            log.warning("workflow_forgotten", count=len(forgotten))
            workflows.queue_again(forgotten)
