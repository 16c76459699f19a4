"""The whole sandbox: a Slack workspace, a Google Drive, the product's process and its clock, kept in one folder."""

import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from subprocess import Popen
from threading import Condition, Event, Lock, Thread
from typing import Final

from sandbox import atomic
from sandbox.cyclefile import CycleFile
from sandbox.dates import Calendar
from sandbox.play import Play
from sandbox.product import DidNotStart, Product
from sandbox.scene import CYCLES, PUBLISHED, Scene
from sandbox.serve import serving
from sandbox.sheets import BOT, Drive, create_app
from sandbox.slack import keeping
from sandbox.slack.shapes import Obj, obj, objs, text
from sandbox.slack.web import running
from sandbox.slack.workspace import Workspace
from sandbox.trouble import Trouble

MANIFEST: Final = Path(__file__).parents[1] / "manifest.json"
PATIENCE: Final = 60.0
"""Seconds to wait for the first messages, and for an answer of the product's."""
_BREATH: Final = 0.15
_LOOK: Final = 0.15
_SAVE: Final = 1.0
_SETTLING: Final = 1.0

Say = Callable[[str], None]


def address(spreadsheet: str) -> str:
    """The spreadsheet's URL as Google would have it."""
    return f"https://docs.google.com/spreadsheets/d/{spreadsheet}/edit"


class Desk:
    """Everything that the page shows and controls; `version` grows whenever any of it changes."""

    def __init__(
        self, folder: Path, scene: Scene, *, workspace: Workspace, drive: Drive, product: Product, kept: Obj
    ) -> None:
        self.folder = folder
        self.scene = scene
        self.workspace = workspace
        self.drive = drive
        self.product = product
        self.file = CycleFile.read(scene.cycle)
        self.spreadsheet = text(kept.get("spreadsheet"))
        self.calendar = Calendar(kept.get("moves"))
        self.play = Play(self)
        self.trouble = Trouble(self)
        self.status: Obj = {}
        self.version = time.time_ns() // 1_000_000  # higher than before a restart
        self._changed = Condition()
        self._moving = Lock()
        self._stopped = Event()
        self._follower: Popen[str] | None = None
        self._look = Event()

    # what changes

    def bump(self) -> None:
        """Raise the version and wake those who wait for a change."""
        with self._changed:
            self.version += 1
            self._changed.notify_all()

    def wait(self, after: int, seconds: float) -> None:
        """Wait until something has changed since version `after`, but at most `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: self.version > after or self._stopped.is_set(), seconds)

    @property
    def number(self) -> int:
        """The number of the cycle that is played: the published one's, or else the newest cycle's that has a sheet."""
        if self.scene.loads:
            return self.file.number
        return max(self._known(), default=1)

    def _known(self) -> list[int]:
        """The numbers of the cycles that have a sheet, from the product's last status."""
        numbers = [one.get("cycle_number") for one in objs(self.status.get("sheets"))]
        return [one for one in numbers if isinstance(one, int)]

    def knows(self, spreadsheet: str) -> bool:
        """Whether the product draws in a spreadsheet."""
        return (self.scene.loads and spreadsheet == self.spreadsheet) or self.whose(spreadsheet) is not None

    def whose(self, spreadsheet: str) -> str | None:
        """The agency or area that a spreadsheet is drawn for, "" for the whole audit; None if it isn't drawn."""
        sheets = [one for one in objs(self.status.get("sheets")) if one.get("spreadsheet_id") == spreadsheet]
        return text(sheets[0].get("whose")) if sheets else None

    def another_sheet(self) -> str:
        """Create another empty spreadsheet, shared with the product, and return its id."""
        made = self.drive.create_spreadsheet(f"Spreadsheet {len(self.drive.files) + 1}", share_with=(BOT,))
        self.save()
        self.bump()
        return made

    def now(self) -> datetime:
        """The product's now."""
        return self.calendar.now()

    def move_to(self, moment: datetime) -> None:
        """Move the product's clock to `moment`."""
        since = time.time()
        self.product.run("clock", "--to", moment.isoformat())
        self.calendar.moved(moment, since)
        self.save()
        self.bump()

    def to_the_next_thing(self) -> str:
        """Move the clock a minute past the next thing due, and return a sentence that says what it was."""
        with self._moving:
            due = self.calendar.next()
            if due is None:
                return "Nothing more is due in this cycle."
            self.move_to(due.at + timedelta(minutes=1))
        return f"It is now a minute past: {due.what}."

    def to_the_next_morning(self) -> str:
        """Move the clock to 9:01 on the next weekday, when reminders are sent, and return a sentence that says so."""
        with self._moving:
            morning = self.calendar.next_morning()
            self.move_to(morning)
        return f"It is now {morning:%A} {morning.day} {morning:%B}, a minute past nine."

    # saving

    def save(self) -> None:
        """Save the workspace and the moves of the clock; the product and the Drive save their own data."""
        with self.workspace.lock:  # also keeps two threads from saving at once
            keeping.write(self.workspace, self.folder / "slack.json")
            kept = {"spreadsheet": self.spreadsheet, "moves": self.calendar.kept()}
            atomic.write(self.folder / "desk.json", json.dumps(kept))

    # the first time

    def set_up(self, say: Say) -> None:
        """Set up the scene's first state."""
        say("Setting up the database ...")
        self.product.run("migrate")
        if self.scene.loads:
            self._set_up_cycle(say)
        else:
            say("Starting the product with an empty database ...")
            self.product.start()
            self.workspace.app.request_url = self.product.url
            self.spreadsheet = self.drive.create_spreadsheet("Your audit", share_with=(BOT,))
        self.save()

    def _set_up_cycle(self, say: Say) -> None:
        """Load the published cycle, bind its sheet, open it as the coordinator, and wait for its requests."""
        say("Starting the product, loading the published cycle ...")
        with ThreadPoolExecutor(1) as beside:
            starting = beside.submit(self.product.start)
            self.product.run("cycle", "load", str(self.file.path))
            self.spreadsheet = self.drive.create_spreadsheet(self.file.title, share_with=(BOT,))
            self.product.run("sheet", "bind", str(self.file.number), self.sheet_url)
            starting.result()
        self.workspace.app.request_url = self.product.url
        say("Opening the audit, asking the agencies' leads ...")
        self.play.open_the_cycle()
        self.workspace.wait_for(self.play.all_asked, PATIENCE)

    @property
    def sheet_url(self) -> str:
        """The sheet's URL as Google would have it."""
        return address(self.spreadsheet)

    def resume(self, say: Say) -> None:
        """Start the product again on what the folder holds."""
        say("Starting the product with what was done before ...")
        self.product.run("migrate")
        self.product.start()
        self.workspace.app.request_url = self.product.url

    # following

    def follow(self) -> None:
        """Start the threads that follow the product and save what changes."""
        if self.scene.loads:
            self.calendar.learn(self.product.ask("schedule", str(self.number)))
        else:
            self.look_again()
        self._follower = self.product.follow("status", "--json", "--follow")
        for work in (self._watch, self._keep, self._read_status, self._learn):
            Thread(target=work, daemon=True).start()

    def look_again(self) -> None:
        """Have the cycle's dates read again in a moment: a form was sent, and may have changed them."""
        self._look.set()

    def _learn(self) -> None:
        while self._look.wait() and not self._stopped.wait(_SETTLING):
            self._look.clear()
            if not (self.scene.loads or self._known()):
                continue  # there is no cycle yet
            # `_moving` keeps the clock from being moved between the product's answer and its use. If the product is
            # down, there is nothing to read.
            with suppress(DidNotStart), self._moving:
                self.calendar.learn(self.product.ask("schedule", str(self.number)))
                self.bump()

    def _watch(self) -> None:
        """Bump the version when Slack changes (at once), or a spreadsheet or the product's process (soon after)."""
        before: object = None
        while not self._stopped.wait(_BREATH):
            seen = self.workspace.version
            self.workspace.wait_for(lambda seen=seen: self.workspace.version != seen, _LOOK)  # type: ignore[misc]
            books = tuple(id(file.book) for file in list(self.drive.files.values()))
            now = (self.workspace.version, books, self.product.alive)
            if now != before:
                before = now
                self.bump()

    def _keep(self) -> None:
        kept = -1
        while not self._stopped.wait(_SAVE):
            if self.workspace.version != kept:
                kept = self.workspace.version
                self.save()

    def _read_status(self) -> None:
        lines = self._follower.stdout if self._follower else None
        for line in lines or ():
            known = self._known()
            self.status = obj(json.loads(line))
            if self._known() != known:
                self.look_again()
            self.bump()

    def end(self) -> None:
        """Stop everything, and save."""
        self._stopped.set()
        self._look.set()
        self.play.stop()
        self.bump()
        if self._follower is not None:
            self._follower.terminate()
            with self._follower:
                pass  # waited for, its pipe closed
        self.product.stop()
        self.save()


@contextmanager
def opened(
    folder: Path,
    say: Say,
    *,
    answered: int | None = None,
    scene: Scene = PUBLISHED,
    socket: bool = False,
    kind: type[Product] = Product,
) -> Iterator[Desk]:
    """The desk kept in `folder`, or a new one there, while the block runs.

    `answered`: the number of agencies that answer at the start, None for all of FIRST; `socket`: use Socket Mode;
    `kind`: the class that runs the product.
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = (folder / "ready").exists()
    kept = obj(json.loads((folder / "desk.json").read_text())) if known else {}
    seed = json.loads((CYCLES / "transitions.workspace.json").read_text(encoding="utf-8"))
    workspace = Workspace.load(folder / "slack.json", seed)
    workspace.install(json.loads(MANIFEST.read_text(encoding="utf-8")))
    workspace.app.socket_mode = False
    token = workspace.in_socket_mode() if socket else ""
    workspace.state_file = None  # saved once a second, not at every change: 75 returns arrive at the start
    workspace.trigger_seconds = workspace.answer_seconds = PATIENCE  # a slow machine may need Slack's three seconds
    drive = Drive(folder / "drive.json")
    with ExitStack() as stack:
        slack = stack.enter_context(running(workspace))
        google = stack.enter_context(serving(create_app(drive)))
        home = folder / "product"
        home.mkdir(exist_ok=True)
        key = home / "service-account.json"
        atomic.write(key, json.dumps(drive.service_account(google)), 0o600)
        product = kind(home, slack_url=slack, google_url=google, SLACK_APP_TOKEN=token, **scene.settings)
        desk = Desk(folder, scene, workspace=workspace, drive=drive, product=product, kept=kept)
        stack.callback(desk.end)
        began = time.monotonic()
        (desk.resume if known else desk.set_up)(say)
        desk.follow()
        (folder / "ready").touch()
        if scene.loads and not known:
            desk.play.first(answered)
        say(f"Ready after {time.monotonic() - began:.0f} seconds.")
        yield desk
