"""The people whom nobody plays: leads who answer from the cycle file, and the coordinator who ratifies from it.

They go through the doors: the button in their direct messages, the form, its submission.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import cycle
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final

from sandbox.cyclefile import Part
from sandbox.dates import DEADLINE
from sandbox.slack.person import Person
from sandbox.slack.shapes import Obj, obj, objs, text

if TYPE_CHECKING:
    from sandbox.desk import Desk

FIRST: Final = ("Police", "Children's Social Care", "Health Providers", "SEND", "CCGs")
"""Who has answered when the page opens: half of the ten, in this order."""
LATE: Final = {"Probation", "YOT"}
NEVER: Final = {"VCFS organisations"}
_OPEN: Final = "Open return"
_OPENS: Final = "return.open"


class Refused(Exception):
    """Somebody couldn't do their part; says why."""


class Play:
    """One thing is played at a time; `words` says what, `done` of `total` how far."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk
        self._lock = Lock()
        self._stop = Event()
        self._thread: Thread | None = None
        self._sent: set[tuple[str, str]] = set()
        self.words = ""
        self.done = 0
        self.total = 0

    @property
    def busy(self) -> bool:
        """Whether somebody is being played."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """Leave off, and wait until nobody is at it."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def wait(self, seconds: float) -> bool:
        """Wait until what is being played is over; False if it takes longer."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.busy

    # what can be played

    def first(self, agencies: int | None = None) -> None:
        """The first agencies answer (all of FIRST if None)."""
        mine = FIRST[:agencies]
        self._begin("Agencies are answering", [one for one in self._desk.file.returns if one.agency in mine])

    def rest(self, me: str) -> str:
        """Everybody else answers but `me`; those who are late only after the deadline, one agency never."""
        late = self._desk.calendar.passed(DEADLINE)
        left = [one for one in self.left(me) if late or one.agency not in LATE]
        if not left:
            return self._nobody_left(late=late)
        return self._begin("The late ones answer" if late else "The others answer", left)

    def _nobody_left(self, *, late: bool) -> str:
        if not self._desk.scene.loads:
            return "Nobody else has anything to answer just now."
        if not late:
            return f"{' and '.join(sorted(LATE))} answer after the deadline: move the clock first."
        return f"Everybody else has answered, but for {' and '.join(sorted(NEVER))}, who never will."

    def left(self, me: str) -> list[Part]:
        """The returns that others will still send, sooner or later."""
        if not self._desk.scene.loads:
            return self._made_up(me)
        waiting = {user: self._waiting(user) for user in self._desk.file.leads if user != me}
        return [
            one
            for one in self._desk.file.returns
            if one.agency not in NEVER
            and (one.case, one.agency) not in self._sent
            and one.case in waiting.get(one.user, {})
        ]

    def _made_up(self, me: str) -> list[Part]:
        """What waits for anybody in a cycle of one's own, with answers borrowed from the file."""
        others = [one.id for one in self._desk.workspace.users.values() if not one.is_bot and one.id != me]
        found = [(case, user) for user in others for case in self._waiting(user)]
        borrowed = cycle(one.answers for one in self._desk.file.returns)
        return [Part(case, user, user, answers) for (case, user), answers in zip(found, borrowed, strict=False)]

    def ratify_all(self) -> str:
        """The coordinator ratifies what the file says, case by case, through the form."""
        coordinator = self._person(self._desk.file.coordinator)
        coordinator.open_home()
        waiting = _buttons(coordinator, "Ratify ")
        judgements = self._desk.file.judgements
        if not self._desk.scene.loads:
            judgements = tuple(replace(one, case=case) for one, case in zip(cycle(judgements), waiting, strict=False))
        left = [one for one in judgements if one.case in waiting]
        if not left:
            return "Every case is ratified already, or the coordinator's Home isn't there yet."
        return self._begin("The coordinator ratifies", left)

    # how

    def open_the_cycle(self) -> None:
        """The coordinator opens the audit from Home."""
        coordinator = self._person(self._desk.file.coordinator)
        coordinator.open_home()
        home = coordinator.home()
        for block in objs(home.content["blocks"]) if home else []:
            button = obj(block.get("accessory"))
            if home is not None and button.get("action_id") == "cycle.open":
                outcome = coordinator.act(home.id, "cycle.open", text(block["block_id"]))
                _settle(coordinator, outcome.shown)
                return
        raise Refused("The coordinator's Home offers no button to open the audit.")

    def all_asked(self) -> bool:
        """Whether every lead has a message with their returns."""
        return all(self._waiting(user) for user in self._desk.file.leads)

    def _begin(self, words: str, parts: list[Part]) -> str:
        with self._lock:
            if self.busy:
                return "Please wait: somebody is answering just now."
            self.words, self.done, self.total = words, 0, len(parts)
            self._thread = Thread(target=self._run, args=(parts,), daemon=True)
            self._thread.start()
        return f"{words}: {len(parts)} to go."

    def _run(self, parts: Iterable[Part]) -> None:
        for part in parts:
            if self._stop.is_set():
                return
            try:
                if part.agency:
                    self._answer(part)
                else:
                    self._ratify(part)
            except Refused as refused:
                self.words = str(refused)
                break
            self.done += 1
            self._desk.bump()
        self._desk.bump()

    def _answer(self, part: Part) -> None:
        lead = self._person(part.user)
        ts, block_id, action = self._waiting(part.user).get(part.case, ("", "", ""))
        if not ts:
            return  # they have sent it themselves meanwhile
        self._through_the_form(lead, part, lambda: lead.click(lead.dm, ts, action, block_id).shown)
        self._sent.add((part.case, part.agency))

    def _ratify(self, part: Part) -> None:
        coordinator = self._person(self._desk.file.coordinator)
        home = coordinator.home()
        place = _buttons(coordinator, "Ratify ").get(part.case)
        if home is None or place is None:
            return
        self._through_the_form(coordinator, part, lambda: coordinator.act(home.id, place[1], place[0]).shown)

    def _through_the_form(self, who: Person, part: Part, press: Callable[[], str | None]) -> None:
        if who.modal() is not None:
            raise Refused(f"Stopped: {who.user.real_name} has a form open. Close it, then go on.")
        _check(who, press())
        form = who.modal()
        if form is None:
            raise Refused(f"Stopped: no form opened for {who.user.real_name}.")
        _fill_in(who, form.id, part.answers)
        _settle(who, who.submit(form.id).shown)

    def _person(self, user: str) -> Person:
        return self._desk.workspace.person(user)

    def _waiting(self, user: str) -> dict[str, tuple[str, str, str]]:
        """Case -> (ts, block, action) of the buttons under which a lead still finds an unanswered return.

        What the first message about a case says holds (the request): an old reminder may say what was true then.
        """
        lead = self._person(user)
        found: dict[str, tuple[str, tuple[str, str, str]]] = {}
        for message in lead.messages(lead.dm):
            for block in objs(message.get("blocks")):
                button, words = obj(block.get("accessory")), text(obj(block.get("text")).get("text")).split("*")
                if button.get("action_id") == _OPENS and len(words) > 1:
                    place = (text(message["ts"]), text(block["block_id"]), _OPENS)
                    found.setdefault(words[1], (text(obj(button.get("text")).get("text")), place))
        return {case: place for case, (label, place) in found.items() if label == _OPEN}


def _buttons(who: Person, begins: str) -> dict[str, tuple[str, str]]:
    """Reference -> (block, action) of the buttons on somebody's Home whose label is `begins` and a reference."""
    home = who.home()
    found = {}
    for block in objs(home.content["blocks"]) if home else []:
        for button in objs(block.get("elements")):
            label = text(obj(button.get("text")).get("text"))
            if label.startswith(begins):
                found[label.removeprefix(begins)] = (text(block["block_id"]), text(button.get("action_id")))
    return found


def _fill_in(who: Person, view_id: str, answers: Obj) -> None:
    """Answer what the form asks; some of it asks only once something else is answered."""
    left = dict(answers)
    while True:
        form = who.modal()
        asked = {text(one.get("block_id")) for one in objs(form.content["blocks"])} if form else set()
        now = {name: left.pop(name) for name in list(left) if name in asked}
        if not now:
            return
        who.fill(view_id, now)


def _check(who: Person, shown: str | None) -> None:
    if shown is not None:
        raise Refused(f"Stopped: {who.user.real_name} read: {shown}")


def _settle(who: Person, shown: str | None) -> None:
    """Close what thanks them; Refused, with the form closed, if they were refused."""
    view = who.modal()
    if view is not None:
        who.close(view.id, whole_stack=True)
    _check(who, shown)
