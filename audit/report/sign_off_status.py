"""Approval: how far a version of a report is on its way from a draft to an issued one, and who signed it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from audit.access import Actor
from audit.errors import Refused
from audit.moment import REPORTABLE
from audit.role_in_force import in_force
from audit.screening import fields, screen
from audit.screening.fields import TypedField
from storage.clock import now
from storage.crypto import unseal
from storage.cycles import Cycle
from storage.people import SIGNING, Person, Role, RoleKind
from storage.reports import Answer, Report, Signature
from storage.retention import Purge

PARTIES: Mapping[str, str] = {
    RoleKind.FOR_LOCAL_AUTHORITY: "Local authority",
    RoleKind.FOR_CARE_BOARD: "Integrated care board",
    RoleKind.FOR_POLICE: "Police",
    RoleKind.SCRUTINEER: "Independent scrutineer",
}
"""Who signs a report: the role of those who do -> what they sign for."""
WORDS = "words"
UNSIGNED, UNSIGNED_LIMIT = "unsigned", 300
"""The field that says why a public edition goes out though not all have signed, and its characters."""

Stage = Literal["draft", "approved", "issued"]


@dataclass(frozen=True)
class SignOff:
    """A sign-off that stands. `of`: a label of PARTIES; `by`: who gave it, as people are shown; `on`: its day."""

    of: str
    by: str
    on: date


@dataclass(frozen=True)
class VersionStanding:
    """How a version stands: "approved" once all have signed, "issued" once a coordinator issued it then.

    `awaited`: labels of PARTIES, of which no sign-off stands.
    """

    stage: Stage
    signed: tuple[SignOff, ...] = ()
    awaited: tuple[str, ...] = tuple(PARTIES.values())


DRAFT = VersionStanding("draft")
"""How a version stands of which nobody was asked for a sign-off."""


@dataclass(frozen=True)
class GivenSignOff:
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
        """Who gave the answer: in words where it was given outside Slack."""
        return self.words if self.outside else self.by


def newest_answers(session: Session, report_id: str) -> dict[str, GivenSignOff]:
    """Each party that answered a version -> its newest answer."""
    return answers(session, [report_id]).get(report_id, {})


def answers(session: Session, report_ids: Collection[str]) -> dict[str, dict[str, GivenSignOff]]:
    """Each version's id -> each party that answered it -> its newest answer."""
    newest = (
        select(Signature.report_id, Signature.party, func.max(Signature.number).label("number"))
        .where(Signature.report_id.in_(report_ids))
        .group_by(Signature.report_id, Signature.party)
        .subquery()
    )
    same = and_(*(newest.c[name] == getattr(Signature, name) for name in ("report_id", "party", "number")))
    rows = session.execute(
        select(Signature, Person.label).join(newest, same).join(Person, Person.id == Signature.by_id)
    )
    by_report: dict[str, dict[str, GivenSignOff]] = {}
    for row, by in rows:
        by_report.setdefault(row.report_id, {})[row.party] = _said(session, row, by)
    return by_report


def unsealed_answer(session: Session, row: Signature) -> GivenSignOff:
    """A stored answer, unsealed."""
    return _said(session, row, session.get_one(Person, row.by_id).label)


def _said(session: Session, row: Signature, by: str) -> GivenSignOff:
    words = unseal(session, row, WORDS) if row.words is not None else ""
    return GivenSignOff(row.party, row.answer, by, row.by_id, row.on, row.at, words, row.outside)


def version_standing(session: Session, report_id: str) -> VersionStanding:
    """How a version stands now."""
    return _standing(
        newest_answers(session, report_id), issued=session.get_one(Report, report_id).issued_at is not None
    )


def _standing(answered: Mapping[str, GivenSignOff], *, issued: bool) -> VersionStanding:
    signed = tuple(
        SignOff(label, answered[party].giver, answered[party].on)
        for party, label in PARTIES.items()
        if party in answered and answered[party].signed
    )
    there = {each.of for each in signed}
    awaited = tuple(label for label in PARTIES.values() if label not in there)
    return VersionStanding("issued" if issued else "draft" if awaited else "approved", signed, awaited)


@dataclass(frozen=True)
class Awaiting:
    """The newest version of a cycle's report, whose sign-offs were asked for and which isn't issued.

    `changes`: labels of the partners that ask for changes. `unsigned`: the keys of those of which no sign-off stands;
    on Home, of those alone that the reader signs for.
    """

    cycle_id: str
    report_id: str
    number: int
    title: str
    version: int
    standing: VersionStanding
    changes: tuple[str, ...]
    unsigned: frozenset[str]

    @property
    def answered(self) -> bool:
        """Whether all in `unsigned` ask for changes, so that a new version is awaited, and not their sign-off."""
        return {PARTIES[party] for party in self.unsigned} <= {*self.changes}


_NEWER = aliased(Report)
_AWAITING = (
    select(Cycle, Report)
    .join(Cycle, Cycle.id == Report.cycle_id)
    .where(
        Report.asked_at.is_not(None),
        Report.issued_at.is_(None),
        Cycle.state.in_(REPORTABLE),
        ~exists().where(Purge.cycle_id == Cycle.id),  # nobody can read any more what they would sign
        ~exists().where(_NEWER.cycle_id == Report.cycle_id, _NEWER.version > Report.version),
    )
    .order_by(Cycle.number.desc())
)


def awaiting(session: Session, *only: ColumnElement[bool]) -> tuple[Awaiting, ...]:
    """The versions on their way to be issued, the newest audit first; `only`: conditions on Cycle."""
    rows = session.execute(_AWAITING.where(*only) if only else _AWAITING).all()
    answered = answers(session, [report.id for _, report in rows]) if rows else {}
    return tuple(_awaiting(cycle, report, answered.get(report.id, {})) for cycle, report in rows)


def _awaiting(cycle: Cycle, report: Report, answered: Mapping[str, GivenSignOff]) -> Awaiting:
    return Awaiting(
        cycle_id=cycle.id, report_id=report.id, number=cycle.number, title=cycle.name, version=report.version,
        standing=_standing(answered, issued=False),
        changes=tuple(PARTIES[party] for party, said in answered.items() if said.answer == Answer.CHANGES),
        unsigned=frozenset(party for party in PARTIES if party not in answered or not answered[party].signed),
    )  # fmt: skip


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


def why_unsigned(session: Session, who: Actor | None, report: Report, typed: str) -> str:
    """Why a public edition of a version goes out though not all have signed, as it is kept; "" if they have.

    Refused at UNSIGNED where nothing is said. `who` None: the command line.
    """
    awaited, text = version_standing(session, report.id).awaited, typed.strip()
    if not awaited:
        return ""
    if not text:
        raise Refused(
            f"Not all have signed version {report.version} off. Awaited: {', '.join(awaited)}. Wait for them, or say "
            "why the public edition goes out without them.",
            UNSIGNED,
        )
    if who is not None:
        fields.check(session, who, {UNSIGNED: TypedField(text, limit=UNSIGNED_LIMIT)})
    elif kind := screen.kinds(session, {UNSIGNED: text}).get(UNSIGNED):
        raise Refused(f"There seems to be {kind} in the reason. Please take it out.", UNSIGNED)
    return text
