"""Approval: how far a version of a report is on its way from a draft to an issued one, and who signed it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit.access import Actor, in_force
from storage.clock import now
from storage.crypto import unseal
from storage.people import SIGNING, Person, Role, RoleKind
from storage.reports import Answer, Report, Signature

PARTIES: Mapping[str, str] = {
    RoleKind.FOR_LOCAL_AUTHORITY: "Local authority",
    RoleKind.FOR_CARE_BOARD: "Integrated care board",
    RoleKind.FOR_POLICE: "Police",
    RoleKind.SCRUTINEER: "Independent scrutineer",
}
"""Who signs a report: the role of those who do -> what they sign for."""
WORDS = "words"

Stage = Literal["draft", "approved", "issued"]


@dataclass(frozen=True)
class SignOff:
    """A sign-off that stands. `of`: a label of PARTIES; `by`: who gave it, as people are shown; `on`: its day."""

    of: str
    by: str
    on: date


@dataclass(frozen=True)
class Standing:
    """How a version stands: "approved" once all have signed, "issued" once a coordinator issued it then.

    `awaited`: labels of PARTIES, of which no sign-off stands.
    """

    stage: Stage
    signed: tuple[SignOff, ...] = ()
    awaited: tuple[str, ...] = tuple(PARTIES.values())


@dataclass(frozen=True)
class Said:
    """The newest answer of a partner to a version. `words`: what must change; who signed outside Slack, and how.

    `by`: whoever signed it, or recorded it (`outside`).
    """

    party: str
    answer: str
    by: str
    by_id: str
    on: date
    at: datetime
    words: str
    outside: bool

    @property
    def signed(self) -> bool:
        """Whether it is a sign-off that stands."""
        return self.answer == Answer.SIGNED

    @property
    def giver(self) -> str:
        """Who gave it."""
        return self.words if self.outside else self.by


def said(session: Session, report_id: str) -> dict[str, Said]:
    """Each party that answered a version -> its newest answer."""
    newest = (
        select(Signature.party, func.max(Signature.number).label("number"))
        .where(Signature.report_id == report_id)
        .group_by(Signature.party)
        .subquery()
    )
    rows = session.execute(
        select(Signature, Person.label)
        .join(newest, (newest.c.party == Signature.party) & (newest.c.number == Signature.number))
        .join(Person, Person.id == Signature.by_id)
        .where(Signature.report_id == report_id)
    )
    return {row.party: _said(session, row, by) for row, by in rows}


def _said(session: Session, row: Signature, by: str) -> Said:
    words = unseal(session, row, WORDS) if row.words is not None else ""
    return Said(row.party, row.answer, by, row.by_id, row.on, row.at, words, row.outside)


def standing(session: Session, report_id: str) -> Standing:
    """How a version stands now."""
    answers, report = said(session, report_id), session.get_one(Report, report_id)
    signed = tuple(
        SignOff(label, answers[party].giver, answers[party].on)
        for party, label in PARTIES.items()
        if party in answers and answers[party].signed
    )
    there = {each.of for each in signed}
    awaited = tuple(label for label in PARTIES.values() if label not in there)
    return Standing("issued" if report.issued_at else "draft" if awaited else "approved", signed, awaited)


def parties(who: Actor) -> tuple[str, ...]:
    """What this person signs for: keys of PARTIES, in their order."""
    return tuple(party for party in PARTIES if who.has(RoleKind(party)))


def signatories(session: Session) -> dict[str, tuple[str, ...]]:
    """Each party -> the ids of the people who sign for it now; none is left out."""
    rows = session.execute(
        select(Role.kind, Role.person_id)
        .distinct()
        .join(Person, Person.id == Role.person_id)
        .where(Role.kind.in_(SIGNING), Person.active, in_force(now(session)))
        .order_by(Role.person_id)
    ).all()
    return {party: tuple(person for kind, person in rows if kind == party) for party in PARTIES}
