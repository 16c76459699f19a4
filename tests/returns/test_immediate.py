"""Immediate actions: told at once and privately, and open until a coordinator has closed them."""

import json
from datetime import date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import access
from audit.calendar import LONDON
from audit.delivery import ledger
from audit.errors import Refused
from audit.returns import immediate, submit
from audit.returns.answers import Answers
from sandbox.slack.shapes import Obj
from storage.cases import Case, Involvement
from storage.immediate import ImmediateAction
from storage.people import Agency, Person, Role, RoleKind
from storage.returns import Return, ReturnVersion
from tests.kit.forging import TEAM
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.pressing import submitted

CANARY = "CANARY-9b1e"
ASKED: dict[str, object] = {
    "immediate_action": "yes",
    "immediate_what": f"{CANARY} A visit must be made.",
    "immediate_owner": f"{CANARY} The duty team",
    "immediate_by": "2026-03-20",
}
WEDNESDAY = datetime(2026, 3, 4, 12, 0, tzinfo=LONDON)


def second_coordinator(play: Play) -> None:
    with play.sessions.begin() as session:
        chair = session.scalars(select(Person).where(Person.user_id == "U0CHAIR")).one()
        session.add(Role(person_id=chair.id, kind=RoleKind.COORDINATOR))


def alerts(play: Play, user: str) -> list[Obj]:
    """The messages about immediate actions in somebody's DM."""
    who = play.person(user)
    return [message for message in who.messages(who.dm) if "mmediate action" in str(message["text"])]


def says(play: Play, *words: str, count: int = 1) -> bool:
    """Whether each of both coordinators has so many messages, and the first one says this."""
    told = [alerts(play, user) for user in ("U0COORDIN", "U0CHAIR")]
    return all(len(each) == count and all(word in json.dumps(each[0]) for word in words) for each in told)


def press(play: Play, user: str, action_id: str) -> str:
    """Press a button under the newest message, and give what is shown."""
    message = alerts(play, user)[-1]
    assert play.person(user).click(play.person(user).dm, str(message["ts"]), action_id).ok
    return play.modal_text(user)


def send(play: Play, user: str, **answers: object) -> str:
    """Fill in and submit the topmost modal; what is shown then."""
    submitted(play, user, **answers)
    after = play.person(user).modal()
    return play.modal_text(user) + json.dumps(after.field_errors if after else "")


@pytest.mark.on_sqlite
def test_an_alert_from_raising_to_closing(play: Play) -> None:
    play.move_clock(WEDNESDAY.replace(hour=3))  # whatever the hour
    play.load()
    second_coordinator(play)
    play.work_while_waiting()
    sent = play.send_return("U0EDUEAST", "T2-EAST-03", **ASKED)
    assert sent.request
    assert play.until(lambda: says(play, "T2-EAST-03, Education (East)", "Not acknowledged yet", "referral route"))
    assert play.workspace.sender.resend(sent.request).ok
    play.settled()
    assert len(rows(play.sessions)["immediate_actions"]) == 1

    stale = press(play, "U0CHAIR", "immediate.show")
    assert "A visit must be made." in stale
    assert "Fri 20 Mar" in stale
    assert "A visit must be made." in press(play, "U0COORDIN", "immediate.show")
    refused = send(play, "U0COORDIN", dealing="Duty manager", note="Call 07700 900123.")
    assert "phone number" in refused
    assert "acknowledged" in send(play, "U0COORDIN", dealing="Duty manager", note="Rung them.")
    assert play.until(lambda: says(play, "Acknowledged by Coordinator"))

    assert play.send_return("U0EDUEAST", "T2-EAST-03", immediate_action="no").ok
    assert play.until(lambda: says(play, "Acknowledged by", "no immediate action is needed", "stays open"))
    changed = {**ASKED, "immediate_what": f"{CANARY} Two visits must be made."}
    assert play.send_return("U0EDUEAST", "T2-EAST-03", **changed).ok
    assert play.until(lambda: says(play, "Changed after it was acknowledged", count=2)), "told anew, and at once"
    assert "has changed what must happen" in send(play, "U0CHAIR", dealing="Chair", note="Stale.")
    play.person("U0CHAIR").close(play.person("U0CHAIR").modal().id, whole_stack=True)  # type: ignore[union-attr]

    shown = press(play, "U0CHAIR", "immediate.close")
    assert "Two visits" in shown
    assert "Say what was done" in send(play, "U0CHAIR", done=" \n ")
    assert "is closed" in send(play, "U0CHAIR", done=f"{CANARY} Both visits were made.")
    assert play.until(lambda: says(play, "Closed by Chair", count=2))
    play.settled()
    assert "Both visits were made." in press(play, "U0COORDIN", "immediate.show")
    with play.workspace.lock:
        said = json.dumps(
            [one.text + json.dumps(one.blocks) for all_ in play.workspace.messages.values() for one in all_]
        )
    assert CANARY not in said, "references only, wherever it was posted"
    assert "Duty manager" not in said
    assert CANARY.encode() not in b"".join(row[3] for row in rows(play.sessions)["immediate_actions"] if row[3])  # type: ignore[misc]
    for verb, times in {"raise": 1, "change": 1, "acknowledge": 1, "close": 1, "read": 4}.items():
        assert len(entries(play.sessions, f"immediate.{verb}")) == times, verb


class Desk:
    """The rules at work, without Slack: one return of Education's, and the coordinator."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.number = 0
        with play.reading() as session:
            self.return_id = session.scalars(
                select(Return.id)
                .join(Involvement, Involvement.id == Return.involvement_id)
                .join(Case, Case.id == Involvement.case_id)
                .join(Agency, Agency.id == Involvement.agency_id)
                .where(Case.reference == "T2-EAST-03", Agency.label == "Education")
            ).one()

    def answer(self, needed: str = "yes", what: str = "A visit.", by: str = "2026-03-20") -> None:
        """Send the next version."""
        self.number += 1
        texts = {"immediate_action": needed, "immediate_what": what, "immediate_owner": "Duty team", "immediate_by": by}
        given = Answers({key: text for key, text in texts.items() if needed == "yes" or key == "immediate_action"},
                        grade="good", why="The plan was followed.")  # fmt: skip
        with self.play.sessions.begin() as session:
            base = self.record(session)
            submit.submit(session, access.actor(session, TEAM, "U0EDUEAST"), base, f"V0{self.number}", given)

    def record(self, session: Session) -> str:
        """What a form opened now is filled from."""
        newest = select(ReturnVersion.id).order_by(ReturnVersion.number.desc()).limit(1)
        return session.scalar(newest) or self.return_id

    def actions(self) -> list[tuple[bool, bool]]:
        """(acknowledged, closed) of each action, oldest first."""
        with self.play.reading() as session:
            found = session.scalars(select(ImmediateAction).order_by(ImmediateAction.raised_at, ImmediateAction.id))
            return [(row.acknowledged_at is not None, row.closed_at is not None) for row in found]

    def due_at(self, day: int, hour: int, minute: int = 0) -> int:
        """How many reminders fall due then (of March 2026); they go into the ledger."""
        self.play.move_clock(datetime(2026, 3, day, hour, minute, tzinfo=LONDON))
        with self.play.sessions.begin() as session:
            found = immediate.due(session)
            ledger.add(session, found)
            assert immediate.due(session) == ()
        return len(found)

    def acknowledge(self, note: str = "") -> None:
        with self.play.sessions.begin() as session:
            immediate.acknowledge(session, self.coordinator(session), self.record(session), "Duty manager", note)

    def close(self, done: str = "Visited.") -> None:
        with self.play.sessions.begin() as session:
            immediate.close(session, self.coordinator(session), self.record(session), done)

    def coordinator(self, session: Session) -> access.Actor:
        return access.actor(session, TEAM, "U0COORDIN")


@pytest.fixture
def desk(play: Play) -> Desk:
    play.move_clock(WEDNESDAY)
    play.load()
    return Desk(play)


@pytest.mark.on_sqlite
def test_reminders_fall_due_on_working_days_only_and_once(desk: Desk) -> None:
    desk.answer()  # Wednesday 4 March, noon
    assert [desk.due_at(4, 12, 59), desk.due_at(4, 13, 1), desk.due_at(4, 16)] == [0, 1, 0]
    assert [desk.due_at(4, 18), desk.due_at(5, 8, 59), desk.due_at(5, 9), desk.due_at(5, 15)] == [0, 0, 1, 0]
    assert [desk.due_at(6, 16, 59), desk.due_at(7, 12), desk.due_at(8, 12)] == [1, 0, 0], "Friday's came late"
    desk.acknowledge()
    assert [desk.due_at(9, 9), desk.due_at(19, 9)] == [0, 0]
    assert [desk.due_at(20, 9), desk.due_at(21, 9), desk.due_at(23, 9)] == [1, 0, 1], "its day has come"
    desk.close()
    assert desk.due_at(24, 9) == 0


def test_one_that_is_raised_late_in_the_day_is_reminded_of_in_the_morning(desk: Desk) -> None:
    desk.play.move_clock(WEDNESDAY.replace(hour=16, minute=30))
    desk.answer()
    assert [desk.due_at(4, 17, 30), desk.due_at(5, 9), desk.due_at(5, 9, 31), desk.due_at(6, 9)] == [0, 1, 0, 1]


def test_what_was_closed_is_raised_anew_only_if_it_is_asked_anew(desk: Desk) -> None:
    desk.answer("no")
    assert desk.actions() == []
    desk.answer()
    desk.acknowledge()
    desk.answer()
    assert desk.actions() == [(True, False)], "the same again"
    desk.close()
    desk.close()
    desk.answer()
    assert desk.actions() == [(True, True)]
    with pytest.raises(Refused, match="has closed"):
        desk.close("Something else.")
    with pytest.raises(Refused, match="has closed"):
        desk.acknowledge("And another thing.")
    desk.answer("no")
    desk.answer()
    assert desk.actions() == [(True, True), (False, False)], "it was over, and is asked for again"
    desk.answer(what="Another visit.", by=date(2026, 3, 5).isoformat())
    desk.close()
    assert desk.actions() == [(True, True), (True, True)], "closing says that it was read"
    with desk.play.reading() as session:
        assert immediate.open_ones(session) == ()
