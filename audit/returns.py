"""Returns: what waits for an agency, opening the form, and submitting a version of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, and_, or_, select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import ANSWERING, Actor, require_answering
from audit.answers import Answers, check, keep, kept, same
from audit.errors import NotFound, Refused
from audit.scales import Scale
from audit.schedule import deadline
from audit.tools import Tool
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import AuditTool, Cycle, CycleArea, CycleState
from storage.faults import fault
from storage.meetings import Meeting
from storage.people import Agency, Area, Person
from storage.promises import PromiseKind, promise
from storage.returns import Return, ReturnState, ReturnVersion


@dataclass(frozen=True)
class Party:
    """Whose return of which case: all by their labels."""

    reference: str
    area: str
    agency: str


@dataclass(frozen=True)
class Waiting:
    """One line of an agency lead's list. `late`: its newest version came after the deadline."""

    return_id: str
    party: Party
    state: str
    version: int
    due_at: datetime
    meeting_at: datetime
    late: bool = False
    locked: bool = False


@dataclass(frozen=True)
class OpenReturn:
    """What the return's form shows. `record_id` is what it was filled from: a version, or the return itself."""

    record_id: str
    party: Party
    cycle_title: str
    due_at: datetime
    meeting_at: datetime
    now: datetime
    scale: Scale
    tool: Tool
    answers: Answers
    version: int
    saved_at: datetime | None
    saved_by: str | None

    @property
    def late(self) -> bool:
        """Whether what is sent now counts as late."""
        return self.now > self.due_at


@dataclass(frozen=True)
class Saved:
    """A version that is stored."""

    party: Party
    version: int
    saved_at: datetime
    meeting_at: datetime
    late: bool


class Conflict(Refused):
    """Somebody else saved first. `newest` is the form as it stands now, holding what was typed."""

    def __init__(self, sentence: str, newest: OpenReturn) -> None:
        super().__init__(sentence)
        self.newest = newest


_Found = Row[Return, Involvement, Case, Agency, Area, Cycle, Meeting, AuditTool]

_FOUND = (
    select(Return, Involvement, Case, Agency, Area, Cycle, Meeting, AuditTool)
    .join(Involvement, Involvement.id == Return.involvement_id)
    .join(Case, Case.id == Involvement.case_id)
    .join(Agency, Agency.id == Involvement.agency_id)
    .join(Area, Area.id == Case.area_id)
    .join(Cycle, Cycle.id == Case.cycle_id)
    .join(CycleArea, and_(CycleArea.cycle_id == Case.cycle_id, CycleArea.area_id == Case.area_id))
    .join(Meeting, Meeting.id == CycleArea.meeting_id)
    .join(AuditTool, AuditTool.id == Cycle.tool_id)
)
"""A return with everything that it belongs to, in one query."""

ASKED = (Case.withdrawn_at.is_(None), Involvement.withdrawn_at.is_(None))
"""That a return is still asked for."""


def _party(found: _Found) -> Party:
    return Party(found.Case.reference, found.Area.label, found.Agency.label)


def waiting(session: Session, who: Actor, cycle_id: str | None = None) -> tuple[Waiting, ...]:
    """Every return that `who` may answer in cycles that are collecting (or in one cycle), by area and reference."""
    mine = [
        and_(Involvement.agency_id == grant.agency_id, *([Case.area_id == grant.area_id] if grant.area_id else []))
        for grant in who.grants
        if grant.kind in ANSWERING
    ]
    if not mine:
        return ()
    wanted = _FOUND.where(or_(*mine), *ASKED, Cycle.state.in_((CycleState.COLLECTING, CycleState.MEETING)))
    if cycle_id is not None:
        wanted = wanted.where(Cycle.id == cycle_id)
    found_all = session.execute(wanted.order_by(Cycle.number, Area.label, Case.reference, Agency.label)).all()
    late = _late(session, [found.Return.id for found in found_all])
    return tuple(
        Waiting(
            found.Return.id,
            _party(found),
            found.Return.state,
            found.Return.version,
            deadline(found.Cycle.due_on),
            found.Meeting.starts_at,
            found.Return.id in late,
            found.Return.locked_at is not None,
        )
        for found in found_all
    )


def _late(session: Session, return_ids: list[str]) -> set[str]:
    """Those of these returns whose newest version came after the deadline."""
    newest = and_(ReturnVersion.return_id == Return.id, ReturnVersion.number == Return.version)
    late = select(Return.id).join(ReturnVersion, newest).where(Return.id.in_(return_ids), ReturnVersion.late)
    return set(session.scalars(late))


def open_form(session: Session, who: Actor, return_id: str) -> OpenReturn:
    """The form of a return as it stands, for the agency's own people."""
    found = session.execute(_FOUND.where(Return.id == return_id)).one_or_none()
    if found is None:
        raise NotFound("This return isn't there any more.")
    require_answering(who, found.Involvement.agency_id, found.Case.area_id, return_id)
    _require_open(session, found)
    return _form(session, found)


def submit(session: Session, who: Actor, record_id: str, view_id: str, answers: Answers) -> Saved:
    """Store `answers` as the next version of the return that the form was filled from.

    The same form sent again (same view, same base, same answers) is answered the same and stored once; with other
    answers it is a second thought of somebody whom the first answer never reached. Raises Refused with the fields at
    fault, Conflict if another version came first, NotAllowed.
    """
    found, base = _filled_from(session, record_id)
    return_id = found.Return.id
    require_answering(who, found.Involvement.agency_id, found.Case.area_id, return_id)
    sent = _sent_before(session, return_id, view_id, base)
    if sent and same(kept(session, sent[-1]), answers):
        return _saved(found, sent[-1])
    _require_open(session, found)
    form = _form(session, found, answers)
    check(form.scale, form.tool, answers)
    repeated = any(same(kept(session, earlier), answers) for earlier in sent[:-1])
    if found.Return.version != (sent[-1].number if sent and not repeated else base):
        raise Conflict(
            f"{form.saved_by} saved version {form.version} while you were writing. Nothing of yours is lost:"
            f" it is below, and sending it makes it version {form.version + 1}.",
            form,
        )
    return _saved(found, _add_version(session, who, found, view_id, form.tool, answers))


def _filled_from(session: Session, record_id: str) -> tuple[_Found, int]:
    """The return, locked, and the version number that a form with this record id was filled from."""
    found = session.execute(_FOUND.where(Return.id == record_id).with_for_update(of=Return)).one_or_none()
    if found is not None:
        return found, 0
    version = session.get(ReturnVersion, record_id)
    if version is None:
        raise NotFound("This return isn't there any more.")
    of_version = _FOUND.where(Return.id == version.return_id).with_for_update(of=Return)
    return session.execute(of_version).one(), version.number


def _sent_before(session: Session, return_id: str, view_id: str, base: int) -> Sequence[ReturnVersion]:
    """The versions that this window brought about from `base` on, oldest first: almost always none."""
    sent = session.scalars(
        select(ReturnVersion)
        .where(ReturnVersion.view_id == view_id, ReturnVersion.base >= base)
        .order_by(ReturnVersion.base)
    ).all()
    if any(each.return_id != return_id for each in sent):
        raise Refused("This form was sent for another return already. Please close it and open it again.")
    return sent


def _require_open(session: Session, found: _Found) -> None:
    party = _party(found)
    if found.Cycle.state == CycleState.PLANNED:
        raise Refused("This audit hasn't been opened yet.")
    if found.Case.withdrawn_at is not None or found.Involvement.withdrawn_at is not None:
        raise Refused(f"{party.reference} is no longer asked of your agency. Nothing was changed.")
    if found.Return.locked_at is not None:
        raise Refused(f"{party.reference} has been ratified, so its returns are locked. Nothing was changed.")
    if now(session) >= found.Meeting.starts_at:
        raise Refused(f"The meeting about {party.reference} has begun, so this return can't be changed any more.")


def _form(session: Session, found: _Found, typed: Answers | None = None) -> OpenReturn:
    row, cycle, tool = found.Return, found.Cycle, found.AuditTool
    newest = row.id
    stored, saved_at, saved_by = Answers(), None, None
    if row.version:
        version, author = session.execute(
            select(ReturnVersion, Person)
            .join(Person, Person.id == ReturnVersion.by_id)
            .where(ReturnVersion.return_id == row.id, ReturnVersion.number == row.version)
        ).one()
        newest, saved_at, saved_by = version.id, version.submitted_at, author.label
        stored = kept(session, version)
    return OpenReturn(
        record_id=newest,
        party=_party(found),
        cycle_title=cycle.title,
        due_at=deadline(cycle.due_on),
        meeting_at=found.Meeting.starts_at,
        now=now(session),
        scale=Scale.from_json(cycle.scale),
        tool=Tool.from_json(tool.key, tool.version, tool.sections),
        answers=typed or stored,
        version=row.version,
        saved_at=saved_at,
        saved_by=saved_by,
    )


def _add_version(  # noqa: PLR0917  # what a version is made of
    session: Session, who: Actor, found: _Found, view_id: str, tool: Tool, answers: Answers
) -> ReturnVersion:
    row, case, cycle = found.Return, found.Case, found.Cycle
    moment = now(session)
    version = ReturnVersion(
        return_id=row.id,
        number=row.version + 1,
        base=row.version,
        view_id=view_id,
        tool_id=cycle.tool_id,
        late=moment > deadline(cycle.due_on),
        after_release=case.released_at is not None,
        by_id=who.person_id,
        submitted_at=moment,
    )
    keep(session, version, tool, answers)
    session.add(version)
    row.version, row.state = version.number, ReturnState.SUBMITTED
    trail.record(
        session, who, "return.submit", subject_id=row.id, cycle_id=cycle.id,
        detail=f"{case.reference} version {version.number} {answers.grade}",
    )  # fmt: skip
    promise(session, PromiseKind.RETURN, row.id, moment)
    session.flush()
    fault("submit.after_insert")
    return version


def _saved(found: _Found, version: ReturnVersion) -> Saved:
    return Saved(_party(found), version.number, version.submitted_at, found.Meeting.starts_at, version.late)
