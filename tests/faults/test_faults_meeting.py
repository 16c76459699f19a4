"""Processes killed at random during a meeting: everything confirmed to its people is stored, once.

Findings, recommendations, actions, judgements and drafts; tests/faults/test_faults_chaos.py has the returns.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from random import Random
from threading import Event, Thread

import pytest
from sqlalchemy import func, select, update

from audit.access import actor
from audit.meeting import ratify, verdict
from audit.returns.answers import kept_draft
from sandbox.product import free_port
from storage.actions import Action, Recommendation
from storage.cases import Case
from storage.clock import now
from storage.crypto import unseal
from storage.cycles import Cycle, CycleState
from storage.findings import Finding
from storage.meetings import Judgement
from storage.people import Agency
from storage.returns import Draft
from storage.trail import TrailEntry
from storage.types import new_id
from tests.faults.forms import marker
from tests.faults.house import House
from tests.faults.processes import until
from tests.faults.test_faults_chaos import CASES, KILLS, replaced, webs
from tests.kit.at_length import LONG
from tests.kit.forging import click, send, submission
from tests.kit.pressing import COORDINATOR

SEED = 20_260_702
POLICE = "U0POLICE"
PATIENCE = 420
"""Seconds until enough is done, on a busy machine."""
KEPT = {"finding.add": Finding, "recommendation.add": Recommendation, "action.add": Action, "case.ratify": Judgement}
"""A form's name, which is also its verb in the trail -> the row that it makes."""


class Meeting:
    """A meeting at which one case is discussed and another judged.

    `told`: a form's name -> the texts that were confirmed to their sender.
    """

    def __init__(self, house: House) -> None:
        self.house, self.over, self.told = house, Event(), defaultdict[str, list[str]](list)
        self.drafted = ["", ""]
        """The text of the last draft acknowledged, and of the last one sent."""
        with house.settings.database() as sessions, sessions.begin() as session:
            cycle = session.scalars(select(Cycle)).one()
            cycle.state = CycleState.MEETING
            *_, self.discussed, self.judged = session.scalars(select(Case.id).order_by(Case.reference))
            session.execute(
                update(Case).where(Case.id.in_((self.discussed, self.judged))).values(released_at=now(session))
            )
            self.cycle_id = cycle.id
            self.police = session.scalars(select(Agency.id).where(Agency.label == "Police")).one()

    def run(self) -> list[Thread]:
        """Start a thread for each person, who repeats one activity until it is over."""
        doing = (self.find, self.recommend, self.judge, self.draft)
        threads = [Thread(target=self._again, args=(each,)) for each in doing]
        for each in threads:
            each.start()
        return threads

    def _again(self, doing: Callable[[], object]) -> None:
        while not self.over.is_set():
            doing()

    def _send(self, form: str, record_id: str, mark: str, texts: Mapping[str, str], text: str) -> None:
        """Send a form until its sender gets the confirmation."""
        payload = submission(COORDINATOR, form, record_id, {f"{name}__{mark}": each for name, each in texts.items()})
        payload["view"]["id"] = f"V0{marker().upper()}"

        def heard() -> bool:
            outcome = send(self.house.workspace, payload)
            done = outcome.ok and any(each in outcome.body for each in ("Finding saved", "is added", "is ratified"))
            self.told[form] += [text] * done
            return done or self.over.is_set()

        assert until(heard, PATIENCE)

    def find(self) -> None:
        text = marker()
        typed = {"kind": "concern", "agency": "several", "theme": "none", "text": text}
        self._send("finding.add", self.discussed, new_id(), typed, text)

    def recommend(self) -> None:
        made, text, what = new_id(), marker(), marker()
        self._send("recommendation.add", self.cycle_id, made, {"text": text}, text)
        if text in self.told["recommendation.add"]:
            typed = {"what": what, "owner": "Inspector", "due": "2031-03-12", "agency": self.police}
            self._send("action.add", made, new_id(), typed, what)

    def judge(self) -> None:
        with self.house.sessions.reading() as session:
            who, text = actor(session, self.house.workspace.team.id, COORDINATOR), marker()
            form = ratify.open_judging(session, who, self.judged)
        typed = {"grade": "good", "why": text, "exception": "It can't wait."}
        self._send("case.ratify", form.record_id, form.about.moment.mark, typed, text)

    def draft(self) -> None:
        """Save a draft in a return's form, which is opened again if something else is shown."""
        who, text = self.house.workspace.person(POLICE), marker()

        def answered() -> bool:
            form = who.modal()
            if form is None or "draft.save" not in str(form.content):
                if form is not None:
                    who.close(form.id)
                send(self.house.workspace, click(POLICE, "return.open", self.house.return_ids("Police")[0]))
                return self.over.is_set()
            who.fill(form.id, {"why": text})
            self.drafted[1] = text
            outcome, shown = who.act(form.id, "draft.save"), who.modal()
            if outcome.ok and shown is not None and shown.id == form.id:  # otherwise an apology is on top of it
                self.drafted[0] = text
                return True
            return self.over.is_set()

        assert until(answered, PATIENCE)

    def none_lost_none_doubled(self) -> None:
        """Everything confirmed is stored once and in the trail once; beside it only what was under way at the end."""
        with self.house.sessions.reading() as session:
            for form, kind in KEPT.items():
                rows = session.scalars(select(kind))
                stored = Counter(
                    verdict.kept(session, row).why if isinstance(row, Judgement) else unseal(session, row, "text")
                    for row in rows
                )
                assert max(stored.values()) == 1, form
                assert set(self.told[form]) <= stored.keys(), form
                assert len(stored) - len(self.told[form]) <= 1, form
                entries = session.scalar(select(func.count()).where(TrailEntry.verb == form))
                assert entries == len(stored), form
            for numbered in (select(Recommendation.number), select(Action.recommendation_id, Action.number)):
                numbers = session.execute(numbered).all()
                assert len(set(numbers)) == len(numbers)
            drafts = session.scalars(select(Draft).where(Draft.answers.is_not(None)))
            assert [kept_draft(session, each).answers.why in self.drafted for each in drafts] == [True]


@pytest.mark.skipif(not LONG, reason="the chaos of returns stands for it")
def test_fault_16_chaos_at_a_meeting(house: House) -> None:
    house.load(cases_=CASES)
    meeting, port, chance, pause = Meeting(house), free_port(), Random(SEED), Event()
    workers = [] if house.on_sqlite else [house.worker()]
    running = [*(house.begin_web(port) for _ in range(webs(house))), *workers]
    threads = meeting.run()
    try:
        for _ in range(KILLS):
            pause.wait(chance.uniform(0.3, 2.5))  # the time between kills: it waits for no condition
            replaced(house, running, chance, port)
        assert until(lambda: min(len(meeting.told[form]) for form in KEPT) > 1, PATIENCE), house.logs()
    finally:
        meeting.over.set()
        for each in threads:
            each.join()
    house.settled(120)
    meeting.none_lost_none_doubled()
    for channel, messages in house.workspace.messages.items():  # an apology has no ledger row, and may be there twice
        house.workspace.messages[channel] = [each for each in messages if each.metadata or not each.by_app]
    house.none_lost_none_doubled()
