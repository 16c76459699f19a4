"""Every handler x every role: who gets in is a table here, and the table must know every handler."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.description import Setup
from audit.setup import load
from bot.settings import Settings
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import Cycle
from storage.engine import Sessions
from storage.people import Agency, Person, Role, RoleKind, Workspace
from storage.returns import Return
from tests.forging import TEAM, Payload, click, command, home_opened, modal, send, submission
from tests.looking import entries, rows
from tests.play import Play
from tests.registry import registered

OTHER_TEAM = "T0OTHER"
ROLES = {
    "coordinator": "U0COORDIN",
    "chair": "U0CHAIR",
    "sub_group_member": "U0SUBGROUP",
    "lead": "U0EDUEAST",
    "lead_of_another_area": "U0EDUNORTH",
    "lead_of_another_agency": "U0POLICE",
    "lead_not_involved": "U0YOT",
    "deputy": "U0EDUDEPUTY",
    "auditor": "U0AUDITOR",
    "ended": "U0ENDED",
    "deactivated": "U0GONE",
    "unregistered": "U0OUTSIDER",
    "elsewhere": "U0EDUEAST",
}
"""What somebody is -> their user id. Seen from Education's returns in East; "elsewhere": that id, another workspace."""
OVERSEERS = {"coordinator", "chair", "sub_group_member"}
REGISTERED = set(ROLES) - {"deactivated", "unregistered", "elsewhere"}
OWN = {"lead", "deputy"}


@dataclass(frozen=True)
class Way:
    """A handler, used on one record: who gets in, and what a denial is recorded as."""

    about: str
    allowed: set[str]
    verb: str
    payload: Callable[[str, str, str], Payload]


GOOD = {"grade": "good", "why": "The plan was followed."}
_views = count()


def pressed(verb: str) -> Callable[[str, str, str], Payload]:
    return lambda who, team, record: click(who, verb, record, team=team)


def sent(verb: str) -> Callable[[str, str, str], Payload]:
    def payload(who: str, team: str, record: str) -> Payload:
        found = submission(who, verb, record, GOOD, team=team)
        found["view"]["id"] = f"V0{next(_views)}"
        return found

    return payload


def closed(who: str, team: str, _: str) -> Payload:
    """A notice was closed: that brings Home up to date."""
    return submission(who, "home.refresh", "", {}, team=team) | {"type": "view_closed"}


def turned(verb: str) -> Callable[[str, str, str], Payload]:
    return lambda who, team, record: click(who, verb, "0", team=team, view=modal("", record))


SUMMARY = {
    "released": OVERSEERS | OWN | {"lead_of_another_agency"},
    "not released": OVERSEERS,
    "released elsewhere": OVERSEERS | {"lead_of_another_area"},
}
RETURN = {"own": OWN, "of the police": {"lead_of_another_agency"}, "elsewhere": {"lead_of_another_area"}}
WAYS: dict[str, list[Way]] = {
    "return.open": [Way(about, who, "return.answer", pressed("return.open")) for about, who in RETURN.items()],
    "return.submit": [Way(about, who, "return.answer", sent("return.submit")) for about, who in RETURN.items()],
    "summary.read": [Way(about, who, "summary.read", pressed("summary.read")) for about, who in SUMMARY.items()],
    "summary.page": [Way(about, who, "summary.read", turned("summary.page")) for about, who in SUMMARY.items()],
    "case.judge": [Way("released", {"coordinator"}, "case.ratify", pressed("case.judge"))],
    "case.ratify": [Way("to be ratified", {"coordinator"}, "case.ratify", sent("case.ratify"))],
    "cycle.open": [Way("planned", {"coordinator"}, "cycle.open", pressed("cycle.open"))],
    "sheet.show": [Way("collecting", {"coordinator"}, "sheet.read", pressed("sheet.show"))],
    "drift.read": [Way("collecting", {"coordinator"}, "drift.read", pressed("drift.read"))],
    "drift.page": [Way("collecting", {"coordinator"}, "drift.read", turned("drift.page"))],
    "app_home_opened": [Way("", REGISTERED, "enter", lambda who, team, _: home_opened(who, team=team))],
    "home.refresh": [Way("", REGISTERED, "enter", closed)],
    "/audit": [
        Way("", REGISTERED, "enter", lambda who, team, _: command(who, team=team)),
        Way("help", REGISTERED, "enter", lambda who, team, _: command(who, "help", team=team)),
        Way("sheet", {"coordinator"}, "sheet.read", lambda who, team, _: command(who, "sheet", team=team)),
    ],
}
"""Handler -> ways of using it. Whoever isn't registered is denied as "enter"."""


class Stage:
    """Two cycles: one that is collecting, with cases released and not, and one that is only planned."""

    def __init__(self, play: Play) -> None:
        self.play = play
        play.load()
        self.workspace, self.sessions = play.workspace, play.sessions
        self.workspace.answer_seconds = 60  # however busy this machine is
        for user in ("U0AUDITOR", "U0ENDED", "U0GONE"):
            self.workspace.add_user(id=user, team_id=TEAM, name=user.lower(), real_name=user)
        with play.patiently() as session:
            _people(session)
            _cases(session)
            _second_cycle(session, play)
        with self.sessions.reading() as session:
            self.records = dict(_records(session))

    def faults(self, verb: str, way: Way) -> Iterator[str]:
        """Use the way in every role, those to be denied first; what is wrong with what came of it."""
        before = rows(self.sessions)
        for role in sorted(set(ROLES) - way.allowed):
            yield from self._go(verb, way, role)
        if rows(self.sessions) != before:
            yield f"{verb} on {way.about}: somebody who was denied changed something"
        for role in sorted(way.allowed):
            yield from self._go(verb, way, role)

    def _go(self, verb: str, way: Way, role: str) -> Iterator[str]:
        team = OTHER_TEAM if role == "elsewhere" else TEAM
        payload = way.payload(ROLES[role], team, self.records.get((verb.partition(".")[0], way.about), ""))
        denied, calls = len(entries(self.sessions, "denied")), len(self.workspace.calls)
        outcome = send(self.workspace, payload)
        shown = [json.dumps(call.args) for call in list(self.workspace.calls)[calls:]]
        answer = outcome.body + "".join(shown)
        fresh = [(entry.actor, entry.detail) for entry in entries(self.sessions, "denied")[denied:]]
        who = [] if role in way.allowed else [(f"{team}/{ROLES[role]}", way.verb if role in REGISTERED else "enter")]
        told = any(sentence in answer for sentence in SENTENCES)
        if not outcome.ok or "Something went wrong" in answer or fresh != who or told != bool(who) or not answer:
            yield f"{verb} on {way.about} as {role}: {outcome.status}, in the trail {fresh}, answered {answer[:300]}"


SENTENCES = (
    "You are not registered for this audit",
    "it belongs to another agency or area",
    "your agency is not involved",
    "has not been released yet",
    "Only a coordinator can do this",
)


def _people(session: Session) -> None:
    """An auditor, a lead whose time is over, and a coordinator whose registration ended."""
    workspace = session.scalars(select(Workspace)).one()
    education = session.scalars(select(Agency.id).where(Agency.label == "Education")).one()
    over = now(session) - timedelta(minutes=1)
    for user, active, kind, until in (
        ("U0AUDITOR", True, RoleKind.AUDITOR, None),
        ("U0ENDED", True, RoleKind.AGENCY_LEAD, over),
        ("U0GONE", False, RoleKind.COORDINATOR, None),
    ):
        person = Person(workspace_id=workspace.id, user_id=user, label=user, active=active)
        agency = None if kind == RoleKind.COORDINATOR else education
        session.add_all((person, Role(person_id=person.id, kind=kind, agency_id=agency, until=until)))


def _cases(session: Session) -> None:
    """Two cases are released; the police and the YOT have no part in one, nor the YOT in the other."""
    for reference, without in (("T2-EAST-03", ("YOT",)), ("T2-NORTH-01", ("YOT", "Police"))):
        case = session.scalars(select(Case).where(Case.reference == reference)).one()
        case.released_at = now(session)
        gone = select(Involvement).join(Agency).where(Involvement.case_id == case.id, Agency.label.in_(without))
        for involvement in session.scalars(gone):
            session.delete(session.scalars(select(Return).where(Return.involvement_id == involvement.id)).one())
            session.delete(involvement)


def _second_cycle(session: Session, play: Play) -> None:
    setup = play.file["setup"]
    load(session, Setup.model_validate_json(json.dumps(setup | {"cycle": setup["cycle"] | {"number": 3}})))


def _records(session: Session) -> Iterator[tuple[tuple[str, str], str]]:
    """(noun, what about it) -> id."""
    found = session.execute(
        select(Return.id, Case.reference, Agency.label)
        .join(Involvement, Involvement.id == Return.involvement_id)
        .join(Case, Case.id == Involvement.case_id)
        .join(Cycle, Cycle.id == Case.cycle_id)
        .join(Agency, Agency.id == Involvement.agency_id)
        .where(Cycle.number == 2)
    )
    returns = {(reference, agency): record for record, reference, agency in found}
    yield ("return", "own"), returns["T2-EAST-03", "Education"]
    yield ("return", "of the police"), returns["T2-EAST-03", "Police"]
    yield ("return", "elsewhere"), returns["T2-NORTH-01", "Education"]
    cases = {
        reference: record
        for record, reference in session.execute(
            select(Case.id, Case.reference).join(Cycle, Cycle.id == Case.cycle_id).where(Cycle.number == 2)
        )
    }
    named = {"released": "T2-EAST-03", "not released": "T2-EAST-04", "released elsewhere": "T2-NORTH-01"}
    for about, reference in named.items():
        yield ("summary", about), cases[reference]
    yield ("case", "released"), cases["T2-EAST-03"]
    yield ("case", "to be ratified"), cases["T2-EAST-05"]
    for noun in ("sheet", "drift"):
        yield (noun, "collecting"), session.scalars(select(Cycle.id).where(Cycle.number == 2)).one()
    yield ("cycle", "planned"), session.scalars(select(Cycle.id).where(Cycle.number == 3)).one()


def test_every_handler_lets_in_exactly_those_that_the_table_says(play: Play) -> None:
    stage = Stage(play)
    wrong = [fault for verb, ways in WAYS.items() for way in ways for fault in stage.faults(verb, way)]
    assert wrong == []


def test_the_table_knows_every_handler(settings: Settings, sessions: Sessions) -> None:
    assert sorted(registered(settings, sessions)) == sorted(WAYS)


def test_a_role_ends_at_the_next_click(play: Play) -> None:
    play.load()
    assert play.open_return("U0EDUEAST", "T2-EAST-03").ok
    shown = play.person("U0EDUEAST").modal()
    assert shown
    with play.sessions.begin() as session:
        role = session.scalars(select(Role).join(Person).where(Person.user_id == "U0EDUEAST")).one()
        role.until = now(session)
    play.person("U0EDUEAST").fill(shown.id, {**GOOD})
    assert "belongs to another agency" in play.person("U0EDUEAST").submit(shown.id).body
    assert len(entries(play.sessions, "denied")) == 1
    assert rows(play.sessions)["return_versions"] == []
