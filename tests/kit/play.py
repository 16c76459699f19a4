"""One product under test, and the people who use it: tests do what people do."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from threading import Event, Thread
from time import monotonic
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.cycle import board as board_rules
from audit.cycle.board import Board
from audit.delivery import backlog
from bot import worker
from bot.settings import Settings
from bot.web import build
from sandbox.sheets import BOT, Drive
from sandbox.slack import Outcome, Person, View, Workspace
from storage.cycles import Cycle
from storage.engine import Sessions
from tests.kit import loaded, settling
from tests.kit.at_once import AtOnce
from tests.kit.doors import listening
from tests.kit.loaded import FILE
from tests.kit.snapshots import Snapshots

GRADED: dict[str, object] = {"grade": "good", "why": "The plan was followed."}


class Filed(Protocol):
    """Anything with the published cycle's file, such as a play."""

    file: dict[str, Any]


class Play:
    """The product, serving between the stand-ins, and ways to use it."""

    def __init__(
        self,
        settings: Settings,
        sessions: Sessions,
        workspace: Workspace,
        drive: Drive,
        stack: ExitStack,
        *,
        snapshots: Snapshots,
    ) -> None:
        self.settings, self.sessions, self.workspace, self.drive = settings, sessions, workspace, drive
        self._stack, self._snapshots = stack, snapshots
        self.web = build(settings, sessions)
        self.url = stack.enter_context(listening(self.web))
        workspace.app.request_url = f"{self.url}/slack/events"
        self.file: dict[str, Any] = json.loads(FILE.read_text())
        self.spreadsheet_id = drive.create_spreadsheet("Audit 2", share_with=(BOT,))
        self._meanwhile: Callable[[], bool] = _nothing

    def load(self, *, opened: bool = True) -> None:
        """Load the published cycle, bound to its sheet and without any return."""
        with self.sessions.begin() as session:
            loaded.load(session, self.settings.clock.now(), self.spreadsheet_id, opened=opened)

    def start_from(self, make: Callable[["Play"], None]) -> None:
        """Do what `make` does with a play, or insert a copy if a test did so before. No worker is left at work."""
        self._snapshots.start_from(self, make)
        self._meanwhile = _nothing

    def put(self, make: Callable[[Session], object]) -> None:
        """Insert the rows that `make` would make into the empty database."""
        with self.sessions.begin() as session:
            loaded.put(session, self.settings.clock.now(), make, self.spreadsheet_id)

    @contextmanager
    def working(self) -> Iterator[None]:
        """A worker that has started when the block begins, and ends with the block."""
        stop, crashed = Event(), []

        def run() -> None:
            try:
                worker.run(self.settings, stop)
            except BaseException as error:
                crashed.append(error)
                raise

        thread = Thread(target=run)
        thread.start()
        try:
            meanwhile, self._meanwhile = self._meanwhile, _nothing
            assert self.until(
                lambda: not thread.is_alive() or "nightly" in {each.name for each in threading.enumerate()}
            )
            yield
            self._meanwhile = meanwhile
        finally:
            stop.set()
            thread.join(40)
        assert not crashed
        assert not thread.is_alive()

    def worker(self) -> None:
        """Start a worker, which ends with the test."""
        self._stack.enter_context(self.working())

    def work_while_waiting(self) -> None:
        """From now on, waiting does a worker's work in the waiting thread: for tests that aren't about the engine."""
        self._meanwhile = AtOnce(self.settings, self.sessions)

    def settled(self, seconds: float = 60) -> None:
        """Wait until everything in Slack and in the sheets is up to date."""
        assert self.until(lambda: settling.settled(self.sessions), seconds), self.status()

    def until(self, condition: Callable[[], bool], seconds: float = 60) -> bool:
        """Wait until a condition is true; False if it isn't within `seconds`."""
        deadline, pause = monotonic() + seconds, Event()
        while not condition():
            if monotonic() > deadline:
                return False
            if not self._meanwhile():
                pause.wait(0.2)
        return True

    def status(self) -> backlog.Status:
        with self.sessions.reading() as session:
            return backlog.status(session)

    def board(self) -> Board:
        with self.sessions.reading() as session:
            return board_rules.board(session, session.scalars(select(Cycle.id)).one())

    def reading(self) -> AbstractContextManager[Session]:
        return self.sessions.reading()

    def move_clock(self, moment: datetime) -> None:
        self.settings.clock.move_to(moment)

    def person(self, user_id: str) -> Person:
        return self.workspace.person(user_id)

    def modal(self, user_id: str) -> View:
        """The modal in front of the person, who must have one open."""
        found = self.person(user_id).modal()
        assert found is not None
        return found

    def open_return(self, user_id: str, reference: str) -> Outcome:
        """Open a return from Home, as a person does."""
        return self.press_on_home(user_id, "return.open", reference)

    def press_on_home(self, user_id: str, action_id: str, about: str) -> Outcome:
        """Open Home and press the button for `action_id` in a block that contains `about`."""
        who = self.person(user_id)
        assert who.open_home().ok
        button = self.home_button(user_id, action_id, about)
        home = who.home()
        assert home is not None
        return who.act(home.id, action_id, block_id=button["block_id"])

    def press_in_audit(self, user_id: str, action_id: str, about: str) -> Outcome:
        """As `press_on_home`, in the view about the whole audit that Home opens."""
        assert self.press_on_home(user_id, "archive.open", "archive.open").ok
        modal = self.modal(user_id)
        blocks: list[dict[str, Any]] = modal.content["blocks"]  # type: ignore[assignment]
        return self.person(user_id).act(modal.id, action_id, block_id=_holding(blocks, action_id, about)["block_id"])

    def press_in_modal(self, user_id: str, action_id: str) -> Outcome:
        """Press the first button for `action_id` in the modal in front."""
        return self.person(user_id).act(self.modal(user_id).id, action_id)

    def fill(self, user_id: str, **answers: object) -> None:
        """Fill in inputs of the modal in front; fields may be named without the marks that the app adds."""
        shown = self.modal(user_id)
        marked = {name.partition("__")[0]: name for name in shown.values}
        given = {marked.get(field, field): answer for field, answer in answers.items()}
        self.person(user_id).fill(shown.id, given)

    def send(self, user_id: str) -> Outcome:
        """Submit the modal in front."""
        return self.person(user_id).submit(self.modal(user_id).id)

    def close_modal(self, user_id: str) -> None:
        """Close the modal in front; the app is notified only if it asked for it."""
        assert self.person(user_id).close(self.modal(user_id).id).status in {0, 200}

    def home_button(self, user_id: str, action_id: str, about: str) -> dict[str, Any]:
        """The block of Home that has a button for `action_id` and contains `about`."""
        home = self.person(user_id).home()
        assert home is not None
        blocks: list[dict[str, Any]] = home.content["blocks"]  # type: ignore[assignment]
        return _holding(blocks, action_id, about)

    def send_return(self, user_id: str, reference: str, **answers: object) -> Outcome:
        """Open, fill in and submit a return."""
        assert self.open_return(user_id, reference).ok
        self.fill(user_id, **(GRADED | answers))
        return self.send(user_id)

    def modal_text(self, user_id: str) -> str:
        """The content of the modal in front as JSON, "" without one."""
        modal = self.person(user_id).modal()
        return json.dumps(modal.content, ensure_ascii=False) if modal else ""


def _nothing() -> bool:
    """The work done while waiting, if there is none: nothing."""
    return False


def _holding(blocks: list[dict[str, Any]], action_id: str, about: str) -> dict[str, Any]:
    """The block that has a button for `action_id` and contains `about`."""
    for block in blocks:
        buttons = [block.get("accessory"), *block.get("elements", [])]
        if about in json.dumps(block) and any(b and b.get("action_id") == action_id for b in buttons):
            return block
    raise AssertionError(f"no {action_id} for {about} in {json.dumps(blocks)[:2000]}")
