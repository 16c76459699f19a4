"""Withdrawing a case of a cycle under way, taking that back, and changing its agencies. No rows are deleted."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor
from audit.errors import NotFound, Refused
from audit.filled_form import Filled, newest_act
from audit.labels import about_areas
from audit.moment import RATIFIED
from audit.pasted import fingerprint
from audit.people.agencies import AgencyLine, everything
from audit.underway.change import Follows, follows, open_immediate, under_way
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import Cycle, CycleArea
from storage.meetings import Meeting
from storage.people import Area
from storage.promises import PromiseKind, promise
from storage.returns import Return
from storage.types import LOCK

AGENCIES = "agencies"
"""The form's field for agencies."""
STANDING = "standing"
WITHDRAWN, TAKING_PART = "withdrawn", "in"
"""The choices of the field STANDING, which withdraws a case."""
CHANGE = "case.change"
_ACTS = ("case.withdraw", "case.restore", "agency.involve", "agency.withdraw")
"""The trail's verbs for what the form does."""


@dataclass(frozen=True)
class CaseRow:
    """A case in the list of cases to change; `sent` of its `asked` returns are in."""

    case_id: str
    reference: str
    area: str
    asked: int
    sent: int
    ratified: bool
    withdrawn: bool


@dataclass(frozen=True)
class CaseRows:
    """All cases of a cycle, by area and reference, with withdrawn ones last."""

    cycle_id: str
    title: str
    rows: tuple[CaseRow, ...]


@dataclass(frozen=True)
class CaseChange(Filled):
    """A case to be changed. `involved`: the ids of its agencies now; `offered`: all that can be chosen.

    `withdraw` and `chosen` are what was asked for. What that means: `withdrawing` or `restoring` the case; agencies
    `added` or `dropped`, of which the `kept` ones have sent a return, which is kept. `immediate`: the number of
    immediate actions that stay open.
    """

    case_id: str
    cycle_id: str
    title: str
    reference: str
    area: str
    withdrawn: bool
    offered: tuple[AgencyLine, ...]
    involved: frozenset[str]
    withdraw: bool
    chosen: frozenset[str]
    withdrawing: bool = False
    restoring: bool = False
    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    immediate: int = 0
    follows: Follows | None = None


def case_rows(session: Session, who: Actor, cycle_id: str) -> CaseRows:
    """The cases of a cycle under way, for a coordinator."""
    cycle = under_way(session, who, CHANGE, cycle_id)
    asked = func.count().filter(Involvement.withdrawn_at.is_(None))
    sent = func.count().filter(Involvement.withdrawn_at.is_(None), Return.version > 0)
    rows = session.execute(
        select(Case, Area.label, asked, sent, RATIFIED)
        .join(Area, Area.id == Case.area_id)
        .join(Involvement, Involvement.case_id == Case.id)
        .join(Return, Return.involvement_id == Involvement.id)
        .where(Case.cycle_id == cycle_id)
        .group_by(Case.id, Area.label)
        .order_by(Case.withdrawn_at.is_not(None), Area.label, Case.reference)
    )
    return CaseRows(
        cycle.id,
        cycle.name,
        tuple(
            CaseRow(case.id, case.reference, area, asked, sent, bool(ratified), case.withdrawn_at is not None)
            for case, area, asked, sent, ratified in rows
        ),
    )


def open_case(session: Session, who: Actor, case_id: str) -> CaseChange:
    """A case's form, for a coordinator, while the cycle is under way. Refused once the case is ratified."""
    case, _ = _found(session, who, case_id)
    return _change(session, case)


def change(
    session: Session, who: Actor, case_id: str, agency_ids: Collection[str], seen: str, *, withdraw: bool
) -> CaseChange:
    """Withdraw or restore a case, or set its agencies, once `seen` proves that the consequences were displayed.

    A withdrawn case keeps its agencies, whichever are chosen. If all is so already, nothing changes (`done`).
    """
    case, cycle = _found(session, who, case_id, locked=True)
    wanted = _wanted(session, _change(session, case), agency_ids, withdraw=withdraw)
    if not (wanted.withdrawing or wanted.restoring or wanted.added or wanted.dropped):
        if not seen:
            raise Refused("That is how it is already: nothing would change.", AGENCIES)
        return replace(wanted, done=True)
    _check(session, case, wanted)
    wanted = _previewed(session, cycle, case, wanted)
    if seen != wanted.mark:
        return replace(wanted, again=bool(seen))
    if wanted.withdrawing or wanted.restoring:
        case.withdrawn_at = now(session) if wanted.withdrawing else None
        verb = "case.withdraw" if wanted.withdrawing else "case.restore"
        trail.record(session, who, verb, subject_id=case.id, cycle_id=cycle.id, detail=case.reference)
    if not wanted.withdraw:
        _involve(session, who, case, wanted)
    promise(session, PromiseKind.CYCLE, cycle.id, now(session))
    return replace(wanted, done=True)


def _found(session: Session, who: Actor, case_id: str, *, locked: bool = False) -> tuple[Case, Cycle]:
    case = session.get(Case, case_id)
    cycle = under_way(session, who, CHANGE, case.cycle_id if case else case_id, locked=locked)
    if case is None:
        raise NotFound("This case no longer exists.")
    if locked:
        session.refresh(case, with_for_update=LOCK)  # also locked by ratifying
    if case.withdrawn_at is None and session.scalar(select(Case.id).where(Case.id == case.id, RATIFIED)):
        raise Refused(
            f"{case.reference} has been ratified, so neither it nor its agencies can be changed any more. If the grade"
            " is wrong, ratify it again."
        )
    return case, cycle


def _change(session: Session, case: Case) -> CaseChange:
    involved = involved_in(session, case.id)
    cycle = session.get_one(Cycle, case.cycle_id)
    withdrawn = case.withdrawn_at is not None
    return CaseChange(
        case.id, cycle.id, cycle.name, case.reference, session.get_one(Area, case.area_id).label,
        withdrawn, everything(session).agencies, involved, withdraw=withdrawn, chosen=involved,
    )  # fmt: skip


def involved_in(session: Session, case_id: str) -> frozenset[str]:
    """The ids of the agencies involved in a case."""
    agencies = select(Involvement.agency_id).where(Involvement.case_id == case_id, Involvement.withdrawn_at.is_(None))
    return frozenset(session.scalars(agencies))


def _wanted(session: Session, wanted: CaseChange, agency_ids: Collection[str], *, withdraw: bool) -> CaseChange:
    """The form with what was asked for, and what that means."""
    wanted = replace(wanted, withdraw=withdraw, withdrawing=withdraw and not wanted.withdrawn)
    if withdraw:
        return wanted
    labels = {each.id: each.label for each in wanted.offered}
    chosen = chosen_agencies(labels, agency_ids)
    dropped = wanted.involved - chosen
    answered = set(
        session.scalars(
            select(Involvement.agency_id)
            .join(Return, Return.involvement_id == Involvement.id)
            .where(Involvement.case_id == wanted.case_id, Return.version > 0)
        )
    )
    return replace(
        wanted,
        chosen=chosen,
        restoring=wanted.withdrawn,
        added=tuple(sorted(labels[each] for each in chosen - wanted.involved)),
        dropped=tuple(sorted(labels[each] for each in dropped)),
        kept=tuple(sorted(labels[each] for each in dropped & answered)),
    )


def chosen_agencies(offered: Collection[str], agency_ids: Collection[str]) -> frozenset[str]:
    """The chosen agencies; Refused at AGENCIES if there are none, or one isn't `offered`."""
    chosen = frozenset(agency_ids)
    if not chosen:
        raise Refused("Please choose at least one agency. To leave the case out, withdraw it.", AGENCIES)
    if not chosen <= set(offered):
        raise Refused("One of these agencies no longer exists. Please choose again.", AGENCIES)
    return chosen


def _check(session: Session, case: Case, found: CaseChange) -> None:
    left = select(Case.id).where(Case.cycle_id == case.cycle_id, Case.withdrawn_at.is_(None), Case.id != case.id)
    if found.withdrawing and session.scalars(left).first() is None:
        raise Refused("It is the only case of this audit. Cancel the audit instead.", STANDING)
    if found.added:
        require_time(session, case.place_id, AGENCIES)


def require_time(session: Session, place_id: str, field: str) -> None:
    """Refuse, at `field`, once the place's meeting has begun: an agency asked now couldn't answer."""
    place = session.get_one(CycleArea, place_id)
    if session.get_one(Meeting, place.meeting_id).starts_at <= now(session):
        about = about_areas(session.get_one(Area, place.area_id).label)
        raise Refused(f"The meeting{about} has begun, so nobody could answer. Move it first.", field)


def _previewed(session: Session, cycle: Cycle, case: Case, wanted: CaseChange) -> CaseChange:
    labels = {each.id: each.label for each in wanted.offered}
    whole_case = wanted.withdrawing or wanted.restoring
    touched = (wanted.chosen | wanted.involved) if whole_case else wanted.chosen ^ wanted.involved
    following = follows(session, cycle, places=[(each, case.area_id) for each in touched], case_ids=[case.id])
    asked = {labels[each] for each in wanted.chosen} if not wanted.withdraw else set()
    following = replace(
        following,
        asked=following.asked if asked else (),
        unled=tuple(each for each in following.unled if each[0] in asked),
    )
    wanted = replace(wanted, follows=following, immediate=open_immediate(session, [case.id]))
    seen = (
        wanted.withdrawn, sorted(wanted.involved), wanted.withdraw, sorted(wanted.chosen), wanted.kept,
        wanted.immediate,
    )  # fmt: skip
    changed = [case.id, *session.scalars(select(Involvement.id).where(Involvement.case_id == case.id))]
    return replace(wanted, mark=fingerprint(CHANGE, *seen, following, newest_act(session, changed, *_ACTS)))


def _involve(session: Session, who: Actor, case: Case, found: CaseChange) -> None:
    rows = {row.agency_id: row for row in session.scalars(select(Involvement).where(Involvement.case_id == case.id))}
    for agency_id in sorted(found.chosen ^ found.involved):
        joins = agency_id in found.chosen
        row = rows.get(agency_id)
        if row is None:
            row = Involvement(case_id=case.id, agency_id=agency_id)
            session.add_all((row, Return(involvement_id=row.id)))
        row.withdrawn_at = None if joins else now(session)
        verb = "agency.involve" if joins else "agency.withdraw"
        detail = f"{case.reference} {agency_id}"
        trail.record(session, who, verb, subject_id=row.id, cycle_id=case.cycle_id, detail=detail)
