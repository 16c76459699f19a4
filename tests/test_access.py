"""Every handler x every role: who gets in is a table here, and the table must know every handler."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.access import actor
from audit.answers import Answers
from audit.declines import ask
from audit.description import Setup
from audit.drafts import save
from audit.handovers import give
from audit.people import Profile
from audit.returns import submit
from audit.setup import load
from bot.settings import Settings
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import Cycle
from storage.engine import Sessions
from storage.immediate import ImmediateAction
from storage.messages import Message, MessageKind, MessageState
from storage.people import Agency, Cover, Person, Role, RoleKind, Workspace
from storage.returns import Decline, Draft, Handover, Return, ReturnVersion
from tests import access_changes, access_setup
from tests.forging import TEAM, Payload, click, command, home_opened, modal, send, submission
from tests.looking import entries, newest_entry, rows
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
ANSWERING = {*OWN, "lead_of_another_area", "lead_of_another_agency", "lead_not_involved"}


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


def sent(verb: str, **answers: str) -> Callable[[str, str, str], Payload]:
    def payload(who: str, team: str, record: str) -> Payload:
        found = submission(who, verb, record, answers or GOOD, team=team)
        found["view"]["id"] = f"V0{next(_views)}"
        return found

    return payload


def closed(who: str, team: str, _: str) -> Payload:
    """A notice was closed: that brings Home up to date."""
    return submission(who, "home.refresh", "", {}, team=team) | {"type": "view_closed"}


def turned(verb: str) -> Callable[[str, str, str], Payload]:
    return lambda who, team, record: click(who, verb, "0", team=team, view=modal("", record))


def within(verb: str) -> Callable[[str, str, str], Payload]:
    """A button that stands in a modal about the same record."""
    return lambda who, team, record: click(who, verb, record, team=team, view=modal("", record))


def typed(verb: str) -> Callable[[str, str, str], Payload]:
    """Something in the return's form, filled in."""

    def payload(who: str, team: str, record: str) -> Payload:
        form = modal("return.submit", record, GOOD, f"V0{next(_views)}")
        return click(who, verb, record, team=team, view=form)

    return payload


def ticked(verb: str) -> Callable[[str, str, str], Payload]:
    """The second step of "which of these are known?", the record ticked."""

    def payload(who: str, team: str, record: str) -> Payload:
        found = submission(who, verb, "every", {}, team=team)
        ticks = {"type": "checkboxes", "selected_options": [{"value": record}]}
        found["view"]["id"] = f"V0{next(_views)}"
        found["view"]["state"]["values"] = {f"nil_{'0' * 12}_0": {"answer": ticks}}
        return found

    return payload


SUMMARY = {
    "released": OVERSEERS | OWN | {"lead_of_another_agency"},
    "not released": OVERSEERS,
    "released elsewhere": OVERSEERS | {"lead_of_another_area"},
}
RETURN = {"own": OWN, "of the police": {"lead_of_another_agency"}, "elsewhere": {"lead_of_another_area"}}
WITH_COORDINATORS = {about: who | {"coordinator"} for about, who in RETURN.items()}
FORM = {about: who | {"coordinator"} for about, who in RETURN.items()} | {"handed": OWN | {"coordinator", "auditor"}}
"""A coordinator may enter a return for an agency; an auditor writes the one that was handed to them."""
WAYS: dict[str, list[Way]] = {
    "return.open": [Way(about, who, "return.answer", pressed("return.open")) for about, who in FORM.items()],
    "return.submit": [Way(about, who, "return.answer", sent("return.submit")) for about, who in FORM.items()],
    "return.next": [Way("handed", FORM["handed"], "return.answer", sent("return.next"))],
    "return.back": [Way("handed", FORM["handed"], "return.answer", typed("return.back"))],
    "answer": [Way("handed", FORM["handed"], "return.answer", typed("answer"))],
    "draft.save": [Way(about, who, "return.answer", typed("draft.save")) for about, who in FORM.items()],
    "draft.take": [Way("a draft", OWN, "return.answer", pressed("draft.take"))],
    "draft.discard": [Way("a draft", OWN, "return.answer", within("draft.discard"))],
    "handover.choose": [Way(about, who, "return.answer", pressed("handover.choose")) for about, who in RETURN.items()],
    "handover.give": [Way("handed", OWN, "return.answer", sent("handover.give", person="U0AUDITOR"))],
    "handover.ready": [Way("handed", FORM["handed"], "return.answer", sent("handover.ready"))],
    "handover.end": [Way("a handover", OWN, "return.answer", pressed("handover.end"))],
    "return.nil": [Way(about, who, "return.answer", turned("return.nil")) for about, who in RETURN.items()],
    "returns.known": [Way("waiting", REGISTERED, "enter", pressed("returns.known"))],
    "returns.split": [Way("waiting", REGISTERED, "enter", sent("returns.split"))],
    "returns.nil": [Way(about, who, "return.answer", ticked("returns.nil")) for about, who in RETURN.items()],
    "decline.ask": [Way(about, who, "return.answer", pressed("decline.ask")) for about, who in RETURN.items()],
    "decline.send": [Way(about, who, "return.answer", sent("decline.send")) for about, who in RETURN.items()],
    "decline.decide": [Way("waiting", {"coordinator"}, "decline.read", pressed("decline.decide"))],
    "decline.settle": [Way("waiting", {"coordinator"}, "decline.settle", sent("decline.settle"))],
    "nil.enter": [Way("own", {"coordinator"}, "nil.enter", pressed("nil.enter"))],
    "nil.entered": [Way("own", {"coordinator"}, "nil.enter", sent("nil.entered"))],
    "return.withdraw": [
        Way(about, who, "return.answer", pressed("return.withdraw")) for about, who in WITH_COORDINATORS.items()
    ],
    "return.takeback": [
        Way(about, who, "return.answer", sent("return.takeback")) for about, who in WITH_COORDINATORS.items()
    ],
    "history.show": [
        Way(about, who, "history.read", pressed("history.show")) for about, who in WITH_COORDINATORS.items()
    ],
    "history.turn": [
        Way(about, who, "history.read", turned("history.turn")) for about, who in WITH_COORDINATORS.items()
    ],
    "history.back": [
        Way(about, who, "history.read", within("history.back")) for about, who in WITH_COORDINATORS.items()
    ],
    "history.read": [Way("version", OWN | {"coordinator"}, "history.read", within("history.read"))],
    "history.page": [Way("version", OWN | {"coordinator"}, "history.read", turned("history.page"))],
    "progress.show": [Way("collecting", OVERSEERS, "progress.read", pressed("progress.show"))],
    "progress.page": [Way("collecting", OVERSEERS, "progress.read", turned("progress.page"))],
    "summary.read": [Way(about, who, "summary.read", pressed("summary.read")) for about, who in SUMMARY.items()],
    "summary.page": [Way(about, who, "summary.read", turned("summary.page")) for about, who in SUMMARY.items()],
    "case.judge": [Way("released", {"coordinator"}, "case.ratify", pressed("case.judge"))],
    "case.ratify": [Way("to be ratified", {"coordinator"}, "case.ratify", sent("case.ratify"))],
    "cycle.open": [Way("planned", {"coordinator"}, "cycle.open", pressed("cycle.open"))],
    "snooze.choose": [Way("collecting", ANSWERING, "snooze.choose", pressed("snooze.choose"))],
    "snooze.rest": [Way("collecting", ANSWERING, "snooze.choose", sent("snooze.rest"))],
    "cover.choose": [Way("of the lead", {"lead", "coordinator"}, "cover.choose", pressed("cover.choose"))],
    "cover.arrange": [Way("of the lead", {"lead", "coordinator"}, "cover.choose", sent("cover.arrange"))],
    "cover.end": [Way("standing", {"lead", "coordinator"}, "cover.end", pressed("cover.end"))],
    "nudge.choose": [Way("collecting", {"coordinator"}, "nudge.choose", pressed("nudge.choose"))],
    "nudge.send": [Way("collecting", {"coordinator"}, "nudge.choose", sent("nudge.send"))],
    "returns.mine": [Way("collecting", REGISTERED, "enter", pressed("returns.mine"))],
    "user_change": [],  # Slack tells it, nobody does it: tests/test_departures.py
    "sheet.show": [Way("collecting", {"coordinator"}, "sheet.read", pressed("sheet.show"))],
    "drift.read": [Way("collecting", {"coordinator"}, "drift.read", pressed("drift.read"))],
    "drift.page": [Way("collecting", {"coordinator"}, "drift.read", turned("drift.page"))],
    "immediate.show": [Way("raised", {"coordinator"}, "immediate.read", pressed("immediate.show"))],
    "immediate.close": [Way("raised", {"coordinator"}, "immediate.read", pressed("immediate.close"))],
    "immediate.acknowledge": [
        Way("as read", {"coordinator"}, "immediate.acknowledge", sent("immediate.acknowledge", dealing="Duty manager"))
    ],
    "immediate.closed": [Way("as read", {"coordinator"}, "immediate.close", sent("immediate.closed", done="Visited."))],
    "deliveries.show": [
        Way(about, {"coordinator"}, "deliveries.read", pressed("deliveries.show")) for about in ("collecting", "all")
    ],
    "deliveries.page": [Way("collecting", {"coordinator"}, "deliveries.read", turned("deliveries.page"))],
    "delivery.again": [Way("set aside", {"coordinator"}, "delivery.again", pressed("delivery.again"))],
    "delivery.again_all": [Way("collecting", {"coordinator"}, "delivery.again", pressed("delivery.again_all"))],
    "channels.show": [Way("collecting", {"coordinator"}, "channels.read", pressed("channels.show"))],
    "channels.check": [Way("collecting", {"coordinator"}, "channels.change", within("channels.check"))],
    "channel.allow": [Way("collecting", {"coordinator"}, "channels.change", within("channel.allow"))],
    "channel.forbid": [Way("collecting", {"coordinator"}, "channels.change", within("channel.forbid"))],
    "app_home_opened": [Way("", REGISTERED, "enter", lambda who, team, _: home_opened(who, team=team))],
    "home.refresh": [Way("", REGISTERED, "enter", closed)],
    "/audit": [
        Way("", REGISTERED, "enter", lambda who, team, _: command(who, team=team)),
        Way("help", REGISTERED, "enter", lambda who, team, _: command(who, "help", team=team)),
        Way("sheet", {"coordinator"}, "sheet.read", lambda who, team, _: command(who, "sheet", team=team)),
    ],
}
"""Handler -> ways of using it. Whoever isn't registered is denied as "enter"."""
WAYS |= {
    verb: [Way(about, {"coordinator"}, recorded, payload)]
    for verb, (about, recorded, payload) in (access_setup.FORMS | access_changes.FORMS).items()
}


class Stage:
    """Three cycles: one that is collecting, with cases released and not, and two that are only planned."""

    def __init__(self, play: Play) -> None:
        self.play = play
        play.load()
        self.workspace, self.sessions = play.workspace, play.sessions
        self.workspace.answer_seconds = 60  # however busy this machine is
        for user in ("U0AUDITOR", "U0ENDED", "U0GONE"):
            self.workspace.add_user(id=user, team_id=TEAM, name=user.lower(), real_name=user)
        with play.patiently() as session:
            _people(session)
            _cover(session)
            _cases(session)
            _versions(session)
            _drafts(session)
            _immediate(session)
            _other_cycles(session, play)
            access_setup.prepare(session)
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
        before, calls = newest_entry(self.sessions), len(self.workspace.calls)
        outcome = send(self.workspace, payload)
        shown = [json.dumps(call.args) for call in list(self.workspace.calls)[calls:]]
        answer = outcome.body + "".join(shown)
        fresh = [(entry.actor, entry.detail) for entry in entries(self.sessions, "denied", before)]
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
    "Only an agency's lead or deputy can do this",
    "Only coordinators, the chair and the sub-group can see this",
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


def _cover(session: Session) -> None:
    """Somebody covers for Education's lead in East."""
    workspace = session.scalars(select(Workspace)).one()
    role = session.scalars(select(Role).join(Person).where(Person.user_id == ROLES["lead"])).one()
    person = Person(workspace_id=workspace.id, user_id="U0STANDIN", label="Stand-in")
    until = now(session) + timedelta(days=5)
    session.add_all((person, Cover(role_id=role.id, person_id=person.id, until=until, made_at=now(session))))


def _cases(session: Session) -> None:
    """Two cases are released; the police and the YOT have no part in one, nor the YOT in the other."""
    for reference, without in (("T2-EAST-03", ("YOT",)), ("T2-NORTH-01", ("YOT", "Police"))):
        case = session.scalars(select(Case).where(Case.reference == reference)).one()
        case.released_at = now(session)
        gone = select(Involvement).join(Agency).where(Involvement.case_id == case.id, Agency.label.in_(without))
        for involvement in session.scalars(gone):
            session.delete(session.scalars(select(Return).where(Return.involvement_id == involvement.id)).one())
            session.delete(involvement)


def _versions(session: Session) -> None:
    """Education in East has sent one return, and asks not to answer another."""
    lead = actor(session, TEAM, "U0EDUEAST")
    session.flush()
    submit(
        session, lead, _return(session, "T2-EAST-01"), "V0BEFORE", Answers(grade="good", why="The plan was followed.")
    )
    ask(session, lead, _return(session, "T2-EAST-02"), "The worker has left.")


def _immediate(session: Session) -> None:
    """Education in East says that something must happen now; the message about it could not be delivered."""
    texts = {"immediate_action": "yes", "immediate_what": "A visit.", "immediate_owner": "Duty team"}
    texts["immediate_by"] = (now(session) + timedelta(days=9)).date().isoformat()
    given = Answers(texts, grade="good", why="The plan was followed.")
    submit(session, actor(session, TEAM, "U0EDUEAST"), _return(session, "T2-EAST-04"), "V0ALERT", given)
    alert = select(Message).where(Message.kind == MessageKind.IMMEDIATE)
    session.scalars(alert).one().state = MessageState.SET_ASIDE


def _drafts(session: Session) -> None:
    """Education in East has drafted one return, and handed another to its auditor."""
    lead = actor(session, TEAM, "U0EDUEAST")
    answers = Answers(grade="good", why="The plan was followed.")
    save(session, lead, _return(session, "T2-EAST-04"), "V0DRAFTED", answers, asked=("grade", "why"))
    give(session, lead, _return(session, "T2-EAST-05"), Profile(TEAM, "U0AUDITOR", "Auditor"), "")


def _return(session: Session, reference: str) -> str:
    """Education's return of a case."""
    return session.scalars(
        select(Return.id)
        .join(Involvement, Involvement.id == Return.involvement_id)
        .join(Case, Case.id == Involvement.case_id)
        .join(Agency, Agency.id == Involvement.agency_id)
        .where(Case.reference == reference, Agency.label == "Education")
    ).one()


def _other_cycles(session: Session, play: Play) -> None:
    setup = play.file["setup"]
    for number in (3, 4):
        load(session, Setup.model_validate_json(json.dumps(setup | {"cycle": setup["cycle"] | {"number": number}})))


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
    for noun in ("return", "returns", "nil", "decline", "history", "draft", "handover"):
        yield (noun, "own"), returns["T2-EAST-03", "Education"]
        yield (noun, "of the police"), returns["T2-EAST-03", "Police"]
        yield (noun, "elsewhere"), returns["T2-NORTH-01", "Education"]
    for noun in ("return", "answer", "draft", "handover"):
        yield (noun, "handed"), returns["T2-EAST-05", "Education"]
    yield ("draft", "a draft"), session.scalars(select(Draft.id)).one()
    yield ("handover", "a handover"), session.scalars(select(Handover.id)).one()
    yield ("decline", "waiting"), session.scalars(select(Decline.id)).one()
    yield ("returns", "waiting"), "every"
    first = select(ReturnVersion.id).where(ReturnVersion.view_id == "V0BEFORE")
    yield ("history", "version"), session.scalars(first).one()
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
    for noun in (
        "sheet",
        "drift",
        "progress",
        "snooze",
        "nudge",
        "returns",
        "deliveries",
        "delivery",
        "channels",
        "channel",
    ):
        yield (noun, "collecting"), session.scalars(select(Cycle.id).where(Cycle.number == 2)).one()
    yield ("cover", "of the lead"), session.scalars(select(Person.id).where(Person.user_id == ROLES["lead"])).one()
    yield ("cover", "standing"), session.scalars(select(Cover.id)).one()
    yield ("deliveries", "all"), "all"
    yield (
        ("delivery", "set aside"),
        session.scalars(select(Message.id).where(Message.kind == MessageKind.IMMEDIATE)).one(),
    )
    action = session.scalars(select(ImmediateAction)).one()
    yield ("immediate", "raised"), action.id
    version = select(ReturnVersion.id).where(ReturnVersion.return_id == action.return_id)
    yield ("immediate", "as read"), session.scalars(version).one()
    yield from access_setup.records(session)
    yield from access_changes.records(session)
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
    assert len(entries(play.sessions, "denied")) == 2  # the grade is told at once
    assert rows(play.sessions)["return_versions"] == []
