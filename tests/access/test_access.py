"""Every handler x every role: who gets in is a table, and the table must know every handler."""

import json
from collections.abc import Iterator, Sequence

from sqlalchemy import select

from audit.governance.permissions import PERMISSIONS, Who
from audit.trail import READINGS
from bot.settings import Settings
from storage.clock import now
from storage.engine import Sessions
from storage.people import Person, Role
from storage.trail import TrailEntry
from tests.access import stage
from tests.access.ways import GOOD, OTHER_TEAM, REGISTERED, ROLES, WAYS, Way
from tests.kit.direct import Direct
from tests.kit.forging import TEAM, send
from tests.kit.looking import entries, newest_entry, rows
from tests.kit.play import Play
from tests.kit.registry import registered
from tests.kit.served import HERE
from views.governance import permissions


class Stage:
    """Three cycles: one that is collecting, with cases released and not, and two that are only planned."""

    def __init__(self, play: Play, *, by_wire: bool = False) -> None:
        """`by_wire`: the requests go over HTTP, instead of straight into the application."""
        self.play = play
        play.load()
        self.workspace, self.sessions = play.workspace, play.sessions
        if not by_wire:
            self.workspace.sender = Direct(self.workspace, play.web)
        for user in ("U0AUDITOR", "U0ENDED", "U0GONE"):
            self.workspace.add_user(id=user, team_id=TEAM, name=user.lower(), real_name=user)
        with play.sessions.begin() as session:
            stage.prepare(session, play)
        with self.sessions.reading() as session:
            self.records = dict(stage.records(session))
        self.denials = newest_entry(self.sessions)
        """The number of the last denial that was looked at."""

    def faults(self, ways: Sequence[tuple[str, Way]], *, in_turn: bool = False) -> Iterator[str]:
        """Use each way in every role, all those to be denied first; what is wrong with what came of it.

        `in_turn`: of those that are denied one uses it, and of those that get in one, the next ones the next way.
        """
        before = rows(self.sessions)
        for number, (verb, way) in enumerate(ways):
            denied = sorted(set(ROLES) - way.allowed)
            yield from self._used(verb, way, _turn(denied, number) if in_turn else denied)
        after = rows(self.sessions)
        yield from (f"somebody who was denied changed {name}" for name in before if after[name] != before[name])
        for number, (verb, way) in enumerate(ways):
            allowed = sorted(way.allowed)
            yield from self._used(verb, way, _turn(allowed, number) if in_turn else allowed)

    def _used(self, verb: str, way: Way, roles: Sequence[str]) -> Iterator[str]:
        """Use it in these roles, then look at what the trail says of each."""
        for role in roles:
            yield from self._go(verb, way, role)
        denied = entries(self.sessions, "denied", self.denials)
        self.denials = max([self.denials, *(entry.number for entry in denied)])
        found = [(entry.actor, entry.detail) for entry in denied]
        wanted = [
            (f"{_team(role)}/{ROLES[role]}", way.verb if role in REGISTERED else "enter")
            for role in roles
            if role not in way.allowed
        ]
        if found != wanted:
            yield f"{verb} on {way.about}: in the trail {found}, and not {wanted}"

    def _go(self, verb: str, way: Way, role: str) -> Iterator[str]:
        payload = way.payload(ROLES[role], _team(role), self.records.get((verb.partition(".")[0], way.about), ""))
        calls = len(self.workspace.calls)
        outcome = send(self.workspace, payload)
        shown = [json.dumps(call.args) for call in list(self.workspace.calls)[calls:]]
        answer = outcome.body + "".join(shown)
        told = any(sentence in answer for sentence in SENTENCES)
        if not outcome.ok or "Something went wrong" in answer or told == (role in way.allowed) or not answer:
            yield f"{verb} on {way.about} as {role}: {outcome.status}, answered {answer[:300]}"
        if stage.CANARY in answer and role not in READERS:
            yield f"{verb} on {way.about} shows {role} what another agency wrote"


def _turn(roles: list[str], number: int) -> list[str]:
    """Whose turn it is."""
    return [roles[number % len(roles)]]


def _team(role: str) -> str:
    return OTHER_TEAM if role == "elsewhere" else TEAM


READERS = {"lead", "deputy", "coordinator", "chair"}
"""Who may read what Education in East wrote of a case that isn't released: itself, and by name who runs the meeting."""

SENTENCES = (
    "You are not registered for this audit",
    "others answer for it",
    "others own it",
    "your agency is not involved",
    "has not been released yet",
    "Only a coordinator can do this",
    "Only a coordinator or the chair can do this",
    "Only an agency's lead or deputy can do this",
    "Only a coordinator or a member of the sub-group can do this",
    "Only its owner, a coordinator or a member of the sub-group can do this",
    "Only coordinators, the chair and the sub-group can see this",
    "You have nothing to do in this audit",
    "Only those who sign the report off can do this",
)


EVERY = [(verb, way) for verb, ways in WAYS.items() for way in ways]


def test_fault_07_08_09_every_handler_lets_in_exactly_those_that_the_table_says(play: Play) -> None:
    """On SQLite everybody tries everything; who gets in is asked of PostgreSQL in the same words, so some do there."""
    on_sqlite = play.sessions.url.get_backend_name() == "sqlite"
    assert list(Stage(play).faults(EVERY, in_turn=not on_sqlite)) == []
    with play.reading() as session:
        recorded = set(session.scalars(select(TrailEntry.verb).distinct()))
    read = {verb for verb in recorded if verb.endswith((".read", ".show", ".open"))} - {"cycle.open"}
    assert {"summary.read", "history.read", "immediate.read"} <= read <= set(READINGS)
    assert {"case.judge", "draft.take", "report.read"} <= recorded & set(READINGS)
    said = {each.verb for each in PERMISSIONS if "recorded)" in each.what} - {"return.answer", "report.send"}
    assert said <= recorded & set(READINGS), "what the page says is recorded"


def test_fault_07_08_by_the_wire_it_is_the_same(play: Play) -> None:
    """The first way of each kind of request."""
    firsts: dict[str, tuple[str, Way]] = {}
    for verb, way in EVERY:
        firsts.setdefault(str(way.payload("", "", "").get("type", "command")), (verb, way))
    assert set(firsts) == {"block_actions", "view_submission", "view_closed", "event_callback", "command"}
    assert list(Stage(play, by_wire=True).faults(list(firsts.values()))) == []


def test_the_table_knows_every_handler(settings: Settings, sessions: Sessions) -> None:
    assert sorted(registered(settings, sessions)) == sorted(WAYS)


OF_OTHERS = {"of the police", "elsewhere", "released elsewhere"}
"""Records that are another agency's, or of another area: the same rule, seen by its own people."""
IN_WORDS = {
    "coordinator": Who.COORDINATOR,
    "chair": Who.CHAIR,
    "sub_group_member": Who.SUB_GROUP,
    "lead": Who.LEAD,
    "deputy": Who.DEPUTY,
    "auditor": Who.AUDITOR,
    "lead_of_another_agency": Who.OTHER_AGENCY,
    "lead_of_another_area": Who.OTHER_AREA,
    "lead_not_involved": Who.NOT_INVOLVED,
    "signatory": Who.SIGNATORY,
    "ended": Who.ANYBODY,
}


def test_the_page_for_people_says_what_this_table_says() -> None:
    """Each rule that is used here has its row there, and each row there a use here; the page in docs is current."""
    used = {
        (way.verb, frozenset(IN_WORDS[role] for role in way.allowed)) for _, way in EVERY if way.about not in OF_OTHERS
    }
    assert used == {(each.verb, each.who) for each in PERMISSIONS}
    assert len(PERMISSIONS) == len(used)
    assert (HERE / "docs" / "access.md").read_text() == permissions.page(), "roundtable access > docs/access.md"


def test_fault_08_a_role_ends_at_the_next_click(play: Play) -> None:
    play.load()
    assert play.open_return("U0EDUEAST", "T2-EAST-03").ok
    shown = play.modal("U0EDUEAST")
    with play.sessions.begin() as session:
        role = session.scalars(select(Role).join(Person).where(Person.user_id == "U0EDUEAST")).one()
        role.until = now(session)
    play.person("U0EDUEAST").fill(shown.id, {**GOOD})
    assert "others answer for it" in play.person("U0EDUEAST").submit(shown.id).body
    assert len(entries(play.sessions, "denied")) == 2  # the grade is told at once
    assert rows(play.sessions)["return_versions"] == []
