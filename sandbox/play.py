"""The people nobody plays on the page: leads answer from the cycle file, coordinator and sub-group take it from there.

Like real people they use the app itself: the button in a direct message or on Home, the form, its submission.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import cycle
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Final

from sandbox import hands, meeting
from sandbox.cyclefile import Finding, Part
from sandbox.dates import DEADLINE, MEETING
from sandbox.hands import NoButton, Refused
from sandbox.slack.person import Person
from sandbox.slack.shapes import obj, objs, text

if TYPE_CHECKING:
    from sandbox.desk import Desk

FIRST: Final = ("Police", "Children's Social Care", "Health Providers", "SEND", "CCGs")
"""The agencies that have answered when the page opens, in this order: half of the ten."""
LATE: Final = {"Probation", "YOT"}
NEVER: Final = {"VCFS organisations"}
_OPEN: Final = "Open return"
_OPENS: Final = "return.open"
_NO_MEETING: Final = "The coordinator's Home has no meetings yet: set an audit up there, open it, and come back."
_NO_MEMBER: Final = (
    "The sub-group member's Home has no recommendations: give them that role under People, and open an audit first."
)

Act = Callable[[], None]


class Play:
    """Plays one thing at a time; `words` describes it, and `done` of `total` is its progress."""

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
        """Whether something is being played."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """Stop what is being played, and wait until it has stopped."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def wait(self, seconds: float) -> bool:
        """Wait until what is being played is over; False if it takes longer than `seconds`."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.busy

    # what can be played

    def first(self, agencies: int | None = None) -> None:
        """Let the first agencies answer; `agencies`: how many of FIRST, None for all."""
        mine = FIRST[:agencies]
        self._begin(
            "Answers of the first agencies", self._answers(one for one in self._desk.file.returns if one.agency in mine)
        )

    def rest(self, me: str) -> str:
        """Let everybody but `me` answer; the LATE agencies only after the deadline, the NEVER ones not at all."""
        late = self._desk.calendar.passed(DEADLINE)
        left = [one for one in self.left(me) if late or one.agency not in LATE]
        if not left:
            return self._nobody_left(late=late)
        return self._begin("Answers of the late ones" if late else "Answers of the others", self._answers(left))

    def _answers(self, parts: Iterable[Part]) -> list[Act]:
        return [partial(self._answer, one) for one in parts]

    def _nobody_left(self, *, late: bool) -> str:
        if not self._desk.scene.loads:
            return "Nobody else has anything to answer just now."
        if not late:
            return f"{' and '.join(sorted(LATE))} answer after the deadline: move the clock first."
        return f"Everybody else has answered, but for {' and '.join(sorted(NEVER))}, who never will."

    def left(self, me: str) -> list[Part]:
        """The returns that people other than `me` will still send, sooner or later."""
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
        """The returns that anybody else still owes in a cycle of your own, with answers borrowed from the file."""
        others = [one.id for one in self._desk.workspace.users.values() if not one.is_bot and one.id != me]
        owed = [(case, user) for user in others for case in self._waiting(user)]
        borrowed = cycle(one.answers for one in self._desk.file.returns)
        return [Part(case, user, user, answers) for (case, user), answers in zip(owed, borrowed, strict=False)]

    def ratify_all(self) -> str:
        """Record attendance where there is none, and ratify each case as the file says, all as the coordinator."""
        return self._meet("Ratifying", found=False)

    def hold_meetings(self) -> str:
        """As `ratify_all`, and add the findings of each case."""
        return self._meet("Meetings and judgements", found=True)

    def _meet(self, words: str, *, found: bool) -> str:
        who = self._person(self._desk.file.coordinator)
        try:
            cases = meeting.agenda(who)
        except NoButton:
            return _NO_MEETING
        except Refused as refused:
            return str(refused)
        left = [one for one in self._judgements(list(cases)) if not cases.get(one.case, True)]
        findings = self._findings(list(cases)) if found else {}
        if not left and not findings:
            return "Every case is ratified already, or there is no case yet."
        going: list[Act] = [self._next_thing] * self._desk.calendar.until(MEETING)
        attending: list[Act] = [partial(self._part, who, partial(self._attended, who))]
        judging: list[Act] = [
            partial(self._part, who, partial(self._judge, who, one, findings.pop(one.case, ()))) for one in left
        ]
        finding: list[Act] = [
            partial(self._part, who, partial(meeting.find, who, case, each)) for case, each in findings.items()
        ]
        return self._begin(words, [*going, *attending, *judging, *finding])

    def _attended(self, who: Person) -> None:
        """Record who came to each meeting. Runs after the clock was moved: attendance can't be recorded long before."""
        for one in meeting.unattended(who):
            meeting.attend(who, one, NEVER)

    def _judge(self, who: Person, part: Part, findings: Sequence[Finding]) -> None:
        meeting.judge(who, part, self._desk.now().date(), findings, invent=not self._desk.scene.loads)

    def _next_thing(self) -> None:
        """Move the clock to the next thing due: a case is ratified at its meeting or after it."""
        self._desk.to_the_next_thing()

    def _judgements(self, cases: Sequence[str]) -> list[Part]:
        """The file's judgements; in a cycle of your own, each case gets one borrowed from another case."""
        judgements = self._desk.file.judgements
        if self._desk.scene.loads:
            return list(judgements)
        return [replace(one, case=case) for one, case in zip(cycle(judgements), cases, strict=False)]

    def _findings(self, cases: Sequence[str]) -> dict[str, list[Finding]]:
        """Case -> the file's findings; in a cycle of your own, each case gets those of another case."""
        by_case: dict[str, list[Finding]] = {}
        for one in self._desk.file.findings:
            by_case.setdefault(one.case, []).append(one)
        if self._desk.scene.loads:
            return by_case
        return {
            case: [replace(one, case=case) for one in each]
            for each, case in zip(cycle(by_case.values()), cases, strict=False)
        }

    def recommend(self) -> str:
        """Make the file's recommendations, with their actions, as the sub-group member."""
        who = self._person(self._desk.file.member)
        try:
            already = meeting.recommended(who)
        except NoButton:
            return _NO_MEMBER
        except Refused as refused:
            return str(refused)
        if already is None:
            return "The sub-group recommends once a meeting has begun: hold the meetings first."
        if already:
            return "The sub-group has recommended already."
        today = self._desk.now().date()
        acts: list[Act] = [
            partial(self._part, who, partial(meeting.recommend, who, one, today))
            for one in self._desk.file.recommendations
        ]
        return self._begin("Recommendations", acts)

    # the means

    def open_the_cycle(self) -> None:
        """Open the audit from Home, as the coordinator."""
        coordinator = self._person(self._desk.file.coordinator)
        hands.begin(coordinator)
        hands.press(coordinator, "cycle.open")
        hands.close(coordinator)

    def all_asked(self) -> bool:
        """Whether every lead has a message with their returns."""
        return all(self._waiting(user) for user in self._desk.file.leads)

    def _begin(self, words: str, acts: Sequence[Act]) -> str:
        with self._lock:
            if self.busy:
                return "Please wait: somebody is answering just now."
            self.words, self.done, self.total = words, 0, len(acts)
            self._thread = Thread(target=self._run, args=(acts,), daemon=True)
            self._thread.start()
        return f"{words}: {len(acts)} to go."

    def _run(self, acts: Iterable[Act]) -> None:
        for act in acts:
            if self._stop.is_set():
                return
            try:
                act()
            except Refused as refused:
                self.words = f"{refused} {self.done} of {self.total} are done."
                break
            self.done += 1
            self._desk.bump()
        self._desk.look_again()  # the acts may have set dates
        self._desk.bump()

    @staticmethod
    def _part(who: Person, act: Act) -> None:
        """Run `act` as a person; if it is refused, close what it opened. Raises Busy if they had a modal open."""
        hands.free(who)
        try:
            act()
        except Refused:
            hands.close(who)
            raise

    def _answer(self, part: Part) -> None:
        lead = self._person(part.user)
        ts, block_id, action = self._waiting(part.user).get(part.case, ("", "", ""))
        if not ts:
            return  # it was sent meanwhile

        def answer() -> None:
            hands.check(lead, lead.click(lead.dm, ts, action, block_id))
            hands.send(lead, part.answers, invent=not self._desk.scene.loads)

        self._part(lead, answer)
        self._sent.add((part.case, part.agency))

    def _person(self, user: str) -> Person:
        return self._desk.workspace.person(user)

    def _waiting(self, user: str) -> dict[str, tuple[str, str, str]]:
        """Case -> (ts, block, action) of the buttons under which a lead still finds an unanswered return.

        The first message about a case counts, which is the request: a later reminder may be out of date.
        """
        lead = self._person(user)
        buttons: dict[str, tuple[str, tuple[str, str, str]]] = {}
        for message in lead.messages(lead.dm):
            for block in objs(message.get("blocks")):
                button, words = obj(block.get("accessory")), text(obj(block.get("text")).get("text")).split("*")
                if button.get("action_id") == _OPENS and len(words) > 1:
                    place = (text(message["ts"]), text(block["block_id"]), _OPENS)
                    buttons.setdefault(words[1], (text(obj(button.get("text")).get("text")), place))
        return {case: place for case, (label, place) in buttons.items() if label == _OPEN}
