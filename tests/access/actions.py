"""Who may read and change recommendations and actions: the part of tests/access/ways.py's table that is about them."""

import json
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.setup.description import Setup
from audit.setup.load import load
from storage.actions import Action, Recommendation
from storage.cases import Case
from storage.clock import now
from storage.crypto import seal
from storage.cycles import Cycle, CycleState
from storage.people import Agency, Person
from tests.access.making import MONITORING, OVERSEERS, OWN, Making, pressed, sent, turned, within
from tests.kit.play import Filed

IN_EVERY_AREA = {*OWN, "lead_of_another_area"}
NUMBER = 5
MADE, ADDED = "a" * 32, "b" * 32
"""The ids under which the forms below make something."""

FORMS: dict[str, list[tuple[str, set[str], str, Making]]] = {
    "recommendations.show": [("met", OVERSEERS, "recommendations.read", pressed("recommendations.show"))],
    "recommendations.page": [("met", OVERSEERS, "recommendations.read", turned("recommendations.page"))],
    "recommendation.new": [("met", MONITORING, "recommendation.make", within("recommendation.new"))],
    "recommendation.add": [
        ("met", MONITORING, "recommendation.make", sent("recommendation.add", **{f"text__{MADE}": "Name a lead."}))
    ],
    "recommendation.edit": [("one", MONITORING, "recommendation.make", within("recommendation.edit"))],
    "recommendation.save": [("one", MONITORING, "recommendation.make", sent("recommendation.save", text="Another."))],
    "recommendation.withdraw": [("two", MONITORING, "recommendation.make", within("recommendation.withdraw"))],
    "action.new": [
        (about, MONITORING, "action.add", within("action.new")) for about in ("its recommendation", "its case")
    ],
    "action.add": [
        (
            "its recommendation",
            MONITORING,
            "action.add",
            sent(
                "action.add", **{f"what__{ADDED}": "Do it.", f"owner__{ADDED}": "Head", f"due__{ADDED}": "2031-03-12"}
            ),
        )
    ],
    "action.show": [
        ("of a case", OVERSEERS | OWN, "action.read", pressed("action.show")),
        ("recommended", OVERSEERS | IN_EVERY_AREA, "action.read", pressed("action.show")),
        ("somebody's", OVERSEERS | {"lead_not_involved"}, "action.read", pressed("action.show")),
    ],
    "action.page": [("of a case", OVERSEERS | OWN, "action.read", turned("action.page"))],
    "action.step": [
        ("of a case", MONITORING | OWN, "action.step", within("action.step")),
        ("recommended", MONITORING | IN_EVERY_AREA, "action.step", within("action.step")),
    ],
    "action.stepped": [
        ("of a case", MONITORING | OWN, "action.step", sent("action.stepped", state="open", note="Begun.")),
    ],
    "action.owner": [("of a case", MONITORING, "action.own", within("action.owner"))],
    "action.owned": [
        ("recommended", MONITORING, "action.own", sent("action.owned", owner="Deputy head", note="The head has left.")),
    ],
}
"""Handler -> ways: what about, who gets in, what a denial is recorded as, and how it is used."""


def prepare(session: Session, play: Filed) -> None:
    """A cycle whose meetings are under way, with two recommendations and three actions."""
    setup = play.file["setup"]
    load(session, Setup.model_validate_json(json.dumps(setup | {"cycle": setup["cycle"] | {"number": NUMBER}})))
    cycle = _cycle(session)
    cycle.state = CycleState.MEETING
    by = session.scalars(select(Person.id).where(Person.user_id == "U0COORDIN")).one()
    for number in (1, 2):
        row = Recommendation(cycle_id=cycle.id, number=number, by_id=by, made_at=now(session))
        seal(session, row, "text", "Name a lead.")
        session.add(row)
    session.flush()
    case = session.scalars(select(Case.id).where(Case.cycle_id == cycle.id, Case.reference == "T2-EAST-03")).one()
    education = session.scalars(select(Agency.id).where(Agency.label == "Education")).one()
    owner = session.scalars(select(Person.id).where(Person.user_id == "U0YOT")).one()
    for number, found in enumerate((
        {"case_id": case, "agency_id": education},
        {"recommendation_id": _recommendation(session, 1), "agency_id": education},
        {"case_id": case, "owner_id": owner},
    ), 1):  # fmt: skip
        action = Action(
            cycle_id=cycle.id, number=number, due_on=(now(session) + timedelta(days=9)).date(), by_id=by,
            made_at=now(session), **found,
        )  # fmt: skip
        seal(session, action, "text", "Do it.")
        seal(session, action, "owner", "Head")
        session.add(action)


def records(session: Session) -> Iterator[tuple[tuple[str, str], str]]:
    """(noun, what about it) -> id."""
    cycle = _cycle(session)
    yield ("recommendations", "met"), cycle.id
    yield ("recommendation", "met"), cycle.id
    yield ("recommendation", "one"), _recommendation(session, 1)
    yield ("recommendation", "two"), _recommendation(session, 2)
    yield ("action", "its recommendation"), _recommendation(session, 1)
    actions = session.scalars(select(Action).where(Action.cycle_id == cycle.id).order_by(Action.number)).all()
    yield ("action", "its case"), actions[0].case_id or ""
    for about, action in zip(("of a case", "recommended", "somebody's"), actions, strict=True):
        yield ("action", about), action.id


def _cycle(session: Session) -> Cycle:
    return session.scalars(select(Cycle).where(Cycle.number == NUMBER)).one()


def _recommendation(session: Session, number: int) -> str:
    return session.scalars(
        select(Recommendation.id).join(Cycle).where(Cycle.number == NUMBER, Recommendation.number == number)
    ).one()
