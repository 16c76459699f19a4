"""The approval of a version, from a draft to an issued one, and who has signed it."""

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
"""The parties that sign a report: the role of their signatories -> label."""
WORDS = "words"
UNSIGNED, UNSIGNED_LIMIT = "unsigned", 300
"""The field for why a public edition is published though not all have signed, and its length in characters."""

Stage = Literal["draft", "approved", "issued"]


@dataclass(frozen=True)
class SignOff:
    """A sign-off in force. `of`: a label of PARTIES; `by`: who gave it, in words; `on`: its date."""

    of: str
    by: str
    on: date


@dataclass(frozen=True)
class VersionStanding:
    """The approval of a version: "approved" once all have signed, "issued" once a coordinator then issued it.

    `awaited`: the labels of the parties that haven't signed.
    """

    stage: Stage
    signed: tuple[SignOff, ...] = ()
    awaited: tuple[str, ...] = tuple(PARTIES.values())


DRAFT = VersionStanding("draft")
"""The standing of a version for which no sign-offs were asked."""


@dataclass(frozen=True)
class GivenSignOff:
    """A party's newest answer. `words`: what must change, or who answered outside Slack, and how.

    `by`: who signed it or, if `outside` Slack, recorded it.
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
        """Whether this is a sign-off in force."""
        return self.answer == Answer.SIGNED

    @property
    def giver(self) -> str:
        """Who gave the answer, in words."""
        return self.words if self.outside else self.by


def newest_answers(session: Session, report_id: str) -> dict[str, GivenSignOff]:
    """Party -> its newest answer to a version."""
    return answers(session, [report_id]).get(report_id, {})


def answers(session: Session, report_ids: Collection[str]) -> dict[str, dict[str, GivenSignOff]]:
    """Version id -> party -> its newest answer."""
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
    """The approval of a version now."""
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
    """The newest version of a cycle's report, for which sign-offs were asked and which isn't issued.

    `changes`: labels of the parties that ask for changes. `unsigned`: keys of the parties that haven't signed; on Home,
    only those for which the reader signs.
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
        """Whether all in `unsigned` ask for changes, so that a new version is awaited and not their signature."""
        return {PARTIES[party] for party in self.unsigned} <= {*self.changes}


_NEWER = aliased(Report)
_AWAITING = (
    select(Cycle, Report)
    .join(Cycle, Cycle.id == Report.cycle_id)
    .where(
        Report.asked_at.is_not(None),
        Report.issued_at.is_(None),
        Cycle.state.in_(REPORTABLE),
        ~exists().where(Purge.cycle_id == Cycle.id),  # what would be signed can't be read any more
        ~exists().where(_NEWER.cycle_id == Report.cycle_id, _NEWER.version > Report.version),
    )
    .order_by(Cycle.number.desc())
)


def awaiting(session: Session, *only: ColumnElement[bool]) -> tuple[Awaiting, ...]:
    """The versions that are being signed, newest audit first. `only`: conditions on Cycle."""
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
    """The parties for which this person signs: keys of PARTIES, in order."""
    return tuple(party for party in PARTIES if who.has(RoleKind(party)))


def signatories(session: Session) -> dict[str, tuple[str, ...]]:
    """Party -> the ids of the people who sign for it now, for all parties."""
    rows = session.execute(
        select(Role.kind, Role.person_id)
        .distinct()
        .join(Person, Person.id == Role.person_id)
        .where(Role.kind.in_(SIGNING), Person.active, in_force(now(session)))
        .order_by(Role.person_id)
    ).all()
    return {party: tuple(person for kind, person in rows if kind == party) for party in PARTIES}


def why_unsigned(session: Session, who: Actor | None, report: Report, typed: str) -> str:
    """The reason, as stored, for publishing a version though not all have signed; "" if they have.

    Refused at UNSIGNED if none is given. `who`: None on the command line.
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
