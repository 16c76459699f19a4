"""Who may open, write and send a return: in which capacity, decided anew at every click."""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.access import Actor, require_answering
from audit.returns.found_return import Found
from storage.people import RoleKind
from storage.returns import Handover


class Capacity(StrEnum):
    """In which capacity somebody fills in the form."""

    OWN = "own"  # the agency's lead or deputy
    AUDITOR = "auditor"  # drafts it; the lead signs it off
    BEHALF = "behalf"  # a coordinator, for an agency that told them


def capacity(session: Session, who: Actor, found: Found) -> Capacity:
    """In which capacity `who` fills in this return; NotAllowed if they may not at all."""
    agency_id, area_id = found.Involvement.agency_id, found.Case.area_id
    if not who.answers_for(agency_id, area_id):
        if _audits(session, who, found):
            return Capacity.AUDITOR
        if who.has(RoleKind.COORDINATOR):
            return Capacity.BEHALF
    require_answering(who, agency_id, area_id, found.Return.id)
    return Capacity.OWN


def _audits(session: Session, who: Actor, found: Found) -> bool:
    """Whether the return is handed to `who`, who still is an auditor of the agency."""
    role = any(
        grant.kind == RoleKind.AUDITOR and grant.agency_id == found.Involvement.agency_id for grant in who.grants
    )
    handed = handed_over(session, found.Return.id) if role else None
    return handed is not None and handed.person_id == who.person_id


def handed_over(session: Session, return_id: str) -> Handover | None:
    """The return's handover that isn't over; there is at most one."""
    return session.scalar(select(Handover).where(Handover.return_id == return_id, Handover.ended_at.is_(None)))
