"""Sign-offs of a version, as displayed to signatories and coordinators; and who is to be asked for one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session, aliased

from audit.access import Actor, require_signing
from audit.delivery.ledger import Due
from audit.errors import Refused
from audit.filled_form import Filled
from audit.moment import REPORTABLE
from audit.pasted import fingerprint
from audit.report import contents, sign_off_status
from audit.report.issue import READ as AS_FILE
from audit.report.sign_off_status import PARTIES, GivenSignOff, VersionStanding
from audit.report.written_since import NewerThanVersion, since
from audit.retention.due import silent
from audit.role_in_force import in_force
from audit.row_by_id import existing
from storage.clock import now
from storage.cycles import Cycle
from storage.mappings import by_first
from storage.messages import Message, MessageKind
from storage.people import SIGNING, Person, Role, RoleKind
from storage.reports import Report, Signature
from storage.trail import TrailEntry
from storage.types import UtcDateTime, plain_rows

READ = "signoff.read"
"""The trail's name for a refused reading; a report that was read is AS_FILE there."""


@dataclass(frozen=True)
class PartnersPart:
    """One partner's part in signing a version. `holders`: labels of its signatories; `said`: its newest answer."""

    party: str
    label: str
    holders: tuple[str, ...]
    said: GivenSignOff | None


@dataclass(frozen=True)
class SignOffForm(Filled):
    """A version and its sign-offs. `newer`: the number of a newer version, or 0.

    `since`: what was written since this version. `mark`: of the newest answer and of `since`. `mine`: the parties for
    which the reader signs. `was_read`: the reader has had the version sent to them. `final`: every case was ratified
    when it was made. `issued_by`: "" until it is issued. `over`: texts or posts of the audit were removed, so it can't
    be signed any more.
    """

    report_id: str
    cycle_id: str
    number: int
    title: str
    version: int
    made_at: datetime
    now: datetime
    final: bool
    newer: int
    since: NewerThanVersion
    asked_at: datetime | None
    standing: VersionStanding
    issued_at: datetime | None
    issued_by: str
    parts: tuple[PartnersPart, ...]
    mine: tuple[str, ...]
    coordinates: bool
    was_read: bool
    over: bool = False

    @property
    def awaited(self) -> tuple[PartnersPart, ...]:
        """The partners that haven't signed."""
        return tuple(part for part in self.parts if part.said is None or not part.said.signed)

    @property
    def open(self) -> bool:
        """Whether sign-offs can be given or withdrawn now."""
        return self.asked_at is not None and not self.newer and self.issued_at is None and not self.over


def look(session: Session, who: Actor, report_id: str) -> SignOffForm:
    """A version and its sign-offs, for coordinators and, once they were asked, for signatories."""
    require_signing(who, READ, report_id)
    report = existing(session, Report, report_id)
    if report.asked_at is None and not who.has(RoleKind.COORDINATOR):
        raise Refused("Nobody has asked for sign-offs of this version.")
    return of(session, who, report)


def of(session: Session, who: Actor, found: Report) -> SignOffForm:
    """A version and its sign-offs. The caller checks permission."""
    cycle, said = session.get_one(Cycle, found.cycle_id), sign_off_status.newest_answers(session, found.id)
    labels = by_first(session.execute(select(Person.id, Person.label)))
    parts = tuple(
        PartnersPart(party, PARTIES[party], tuple(labels[each] for each in holders), said.get(party))
        for party, holders in sign_off_status.signatories(session).items()
    )
    newest = session.scalar(select(func.max(Report.version)).where(Report.cycle_id == cycle.id)) or 0
    version = contents.kept(session, found)
    newer = since(session, found, version)
    return SignOffForm(
        report_id=found.id, cycle_id=cycle.id, number=cycle.number, title=cycle.name, version=found.version,
        made_at=found.made_at, now=now(session), final=not version.draft,
        newer=newest if newest > found.version else 0, since=newer, asked_at=found.asked_at,
        standing=sign_off_status.version_standing(session, found.id), issued_at=found.issued_at,
        issued_by=labels.get(found.issued_by_id or "", ""), parts=parts, mine=sign_off_status.parties(who),
        coordinates=who.has(RoleKind.COORDINATOR), was_read=_was_read(session, who, found),
        mark=_mark(session, found, newer), over=silent(session, cycle),
    )  # fmt: skip


def _was_read(session: Session, who: Actor, found: Report) -> bool:
    """Whether this person has had the version sent to them."""
    same = (TrailEntry.subject_id == found.id, TrailEntry.verb == AS_FILE, TrailEntry.person_id == who.person_id)
    return bool(session.scalar(select(exists().where(*same))))


def _mark(session: Session, found: Report, newer: NewerThanVersion) -> str:
    """The id of the version's newest answer ("0" if none), a full stop, and the fingerprint of what is newer."""
    answer = session.scalar(select(func.max(Signature.id)).where(Signature.report_id == found.id)) or "0"
    return f"{answer}.{fingerprint(newer)}"


def overtaken(form: SignOffForm, newest: str | None, mark: str) -> bool:
    """Whether a form with this mark lacked the `newest` answer (its id), or what is newer than the version now."""
    (answer, _, newer), (_, _, now_newer) = mark.partition("."), form.mark.partition(".")
    return (newest is not None and newest > answer) or newer not in {"", now_newer}


def require_open(form: SignOffForm) -> None:
    """Refuse unless sign-offs can be given and withdrawn now."""
    if form.over:
        raise Refused(f"The retention period of audit {form.number} has ended, so its report can no longer be signed.")
    if form.newer:
        raise Refused(f"There is a newer version ({form.newer}), and its sign-offs start again.")
    if form.asked_at is None:
        raise Refused("Nobody has asked for sign-offs of this version.")
    if form.issued_at is not None:
        raise Refused(f"Version {form.version} is issued: its sign-offs stand.")


_NEWER = aliased(Report)
_DUE = (
    select(Report.cycle_id, Report.id, Role.person_id)
    .distinct()
    .join(Role, Role.kind.in_(SIGNING))
    .join(Person, Person.id == Role.person_id)
    .join(Cycle, Cycle.id == Report.cycle_id)
    .where(
        Cycle.state.in_(REPORTABLE),
        Report.asked_at.is_not(None),
        Report.issued_at.is_(None),
        Person.active,
        in_force(bindparam("moment", type_=UtcDateTime())),
        ~exists().where(_NEWER.cycle_id == Report.cycle_id, _NEWER.version > Report.version),
        ~exists().where(Signature.report_id == Report.id, Signature.party == Role.kind),
        ~exists().where(
            Message.kind == MessageKind.SIGN_OFF, Message.subject_id == Report.id, Message.person_id == Role.person_id
        ),
    )
)


def due(session: Session) -> tuple[Due, ...]:
    """The requests for sign-offs that are due, also to people who became signatories later."""
    rows = plain_rows(session, _DUE, {"moment": now(session)})
    return tuple(
        Due(cycle_id, MessageKind.SIGN_OFF, report_id, person_id=person) for cycle_id, report_id, person in rows
    )
