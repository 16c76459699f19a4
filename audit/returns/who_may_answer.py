"""Who may open, write and send a return, and in which capacity; decided again at every click."""

from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.access import Actor, require_answering
from audit.returns.found_return import Found
from storage.people import RoleKind
from storage.returns import Handover


class Capacity(StrEnum):
    """The capacity in which a person fills in the form."""

    OWN = "own"  # the agency's lead or deputy
    AUDITOR = "auditor"  # drafts it, for the lead to sign off
    BEHALF = "behalf"  # a coordinator, for an agency that answered in another way


def capacity(session: Session, who: Actor, found: Found) -> Capacity:
    """The capacity in which this person fills in this return; NotAllowed if they may not."""
    agency_id, area_id = found.Involvement.agency_id, found.Case.area_id
    if not who.answers_for(agency_id, area_id):
        if _audits(session, who, found):
            return Capacity.AUDITOR
        if who.has(RoleKind.COORDINATOR):
            return Capacity.BEHALF
    require_answering(who, agency_id, area_id, found.Return.id)
    return Capacity.OWN


def _audits(session: Session, who: Actor, found: Found) -> bool:
    """Whether the return is handed over to this person, who still is an auditor of the agency."""
    role = any(
        grant.kind == RoleKind.AUDITOR and grant.agency_id == found.Involvement.agency_id for grant in who.grants
    )
    handed = handed_over(session, found.Return.id) if role else None
    return handed is not None and handed.person_id == who.person_id


def handed_over(session: Session, return_id: str) -> Handover | None:
    """The return's current handover, or None; there is at most one."""
    return session.scalar(select(Handover).where(Handover.return_id == return_id, Handover.ended_at.is_(None)))
