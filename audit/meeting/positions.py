"""Positions: whether each contributing agency agrees with a judgement, and the check that none is left out."""

from collections import Counter

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from audit.moment import Contributor, Stances
from storage.cases import Case, Involvement
from storage.cycles import CycleArea
from storage.meetings import Attendance, Judgement, Position, Stance
from storage.people import Agency
from storage.returns import Return, ReturnState

FIELDS = {Stance.AGREES: "agrees", Stance.DISSENTS: "dissents", Stance.SILENT: "silent"}
"""The form's field for each stance."""


def contributors(session: Session, case_id: str) -> tuple[Contributor, ...]:
    """The agencies with a submitted return for the case, by label."""
    rows = session.execute(
        select(Agency.id, Agency.label, Attendance.present)
        .join(Involvement, Involvement.agency_id == Agency.id)
        .join(Return, Return.involvement_id == Involvement.id)
        .join(Case, Case.id == Involvement.case_id)
        .join(CycleArea, CycleArea.id == Case.place_id)
        .outerjoin(Attendance, and_(Attendance.meeting_id == CycleArea.meeting_id, Attendance.agency_id == Agency.id))
        .where(Case.id == case_id, Involvement.withdrawn_at.is_(None), Return.state == ReturnState.SUBMITTED)
        .order_by(Agency.label)
    )
    return tuple(Contributor(agency_id, agency, present) for agency_id, agency, present in rows)


def by_attendance(found: tuple[Contributor, ...]) -> Stances:
    """The positions with which the form opens: agencies present agree, absent ones are silent, others are open."""
    return {
        Stance.AGREES: tuple(each.agency_id for each in found if each.present),
        Stance.SILENT: tuple(each.agency_id for each in found if each.present is False),
    }


def completed(found: tuple[Contributor, ...], stances: Stances) -> Stances:
    """The positions, completed: an agency that was present and is in no list agrees.

    Without any lists, all positions follow the attendance.
    """
    if not stances:
        return by_attendance(found)
    named = {agency_id for ids in stances.values() for agency_id in ids}
    implied = tuple(each.agency_id for each in found if each.present and each.agency_id not in named)
    return {**stances, Stance.AGREES: (*stances.get(Stance.AGREES, ()), *implied)}


def one_by_one(stances: Stances) -> bool:
    """Whether positions were asked for although the attendance is complete: the form then has no list of who agrees."""
    return bool(stances) and Stance.AGREES not in stances


def recorded(found: tuple[Contributor, ...]) -> bool:
    """Whether the attendance of every contributor is recorded."""
    return all(each.present is not None for each in found)


def same(one: Stances, other: Stances) -> bool:
    """Whether both hold the same positions, in whatever order the agencies were chosen."""
    return _comparable(one) == _comparable(other)


def _comparable(stances: Stances) -> dict[str, list[str]]:
    return {str(stance): sorted(set(ids)) for stance, ids in stances.items() if ids}


def faults(found: tuple[Contributor, ...], stances: Stances) -> dict[str, str]:
    """Field -> what is wrong with the positions; empty if each contributor has exactly one."""
    chosen = Counter(agency_id for ids in stances.values() for agency_id in set(ids))
    labels = {each.agency_id: each.agency for each in found}
    doubled = {agency_id: label for agency_id, label in labels.items() if chosen[agency_id] > 1}
    missing = [label for agency_id, label in labels.items() if not chosen[agency_id]]
    if doubled:
        at = next(stance for stance in reversed(FIELDS) if doubled.keys() & set(stances.get(stance, ())))
        return {
            FIELDS[at]: "Each agency must be in only one of the three lists. More than once: "
            f"{', '.join(doubled.values())}."
        }
    if missing:
        return {
            FIELDS[Stance.AGREES]: f"Every agency that sent a return agrees, disagrees or is silent. Missing:"
            f" {', '.join(missing)}. If one isn't offered, it answered just now: close this and open it again."
        }
    strange = next((stance for stance, ids in stances.items() if set(ids) - labels.keys()), None)
    if strange is not None:
        return {FIELDS[strange]: "One of these agencies has no return for this case now. Please choose again."}
    return {}


def keep(session: Session, judgement: Judgement, stances: Stances) -> None:
    """Store the positions on a judgement."""
    session.add_all(
        Position(judgement_id=judgement.id, agency_id=agency_id, stance=stance)
        for stance, ids in stances.items()
        for agency_id in dict.fromkeys(ids)
    )


def kept(session: Session, judgement_id: str) -> Stances:
    """The stored positions on a judgement."""
    rows = session.scalars(select(Position).where(Position.judgement_id == judgement_id)).all()
    return {stance: tuple(row.agency_id for row in rows if row.stance == stance) for stance in Stance}
