"""Taking a return back: it is requested again, and every version is kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.access import Actor, require_answering
from audit.calendar import deadline
from audit.errors import Refused
from audit.returns.answers import CHANGE_REASON, Answers
from audit.returns.found_return import Found, Party, filled_from, find, newest_id, party_of, require_open
from audit.returns.versions import add_version, repeated
from audit.screening import fields
from audit.screening.fields import TypedField
from storage.clock import now
from storage.people import RoleKind
from storage.returns import ReturnState, ReturnVersion

_SENT = (ReturnState.SUBMITTED, ReturnState.NIL)


@dataclass(frozen=True)
class TakingBack:
    """The form. `record_id`: the version to take back; `released`: others may have read it, so a reason is required."""

    record_id: str
    party: Party
    version: int
    nil: bool
    released: bool
    due_at: datetime
    meeting_at: datetime
    now: datetime


@dataclass(frozen=True)
class TakenBack:
    """A return that is requested again."""

    party: Party
    version: int
    due_at: datetime
    meeting_at: datetime
    at: datetime


def open_form(session: Session, who: Actor, return_id: str) -> TakingBack:
    """The form for taking a return back; Refused if nothing was sent or it can't be changed any more."""
    found = find(session, return_id)
    _require_own(session, who, found)
    require_open(session, found)
    _require_sent(found)
    row = found.Return
    return TakingBack(
        record_id=newest_id(session, found),
        party=party_of(found),
        version=row.version,
        nil=row.state == ReturnState.NIL,
        released=found.Case.released_at is not None,
        due_at=deadline(found.Cycle.due_on),
        meeting_at=found.Meeting.starts_at,
        now=now(session),
    )


def take_back(session: Session, who: Actor, record_id: str, view_id: str, reason: str) -> TakenBack:
    """Set a return back to requested; once, if the same window repeats it.

    A released case's return needs a reason, which is stored with the version. Refused, NotAllowed.
    """
    found, base = filled_from(session, record_id)
    _require_own(session, who, found)
    answers = Answers(change_reason=reason if found.Case.released_at is not None else "")
    before = repeated(session, found, base, view_id, answers, ReturnState.REQUESTED)
    if before is not None:
        return _taken_back(found, before)
    _require_sent(found)
    if found.Case.released_at is not None:
        missing = "Others have read this return: say why your agency takes it back."
        fields.check(session, who, {CHANGE_REASON: TypedField(reason, missing)})
    return _taken_back(found, add_version(session, who, found, view_id, answers, ReturnState.REQUESTED))


def _require_own(session: Session, who: Actor, found: Found) -> None:
    """Refuse unless the agency takes back its own return, or a coordinator one that coordinators entered."""
    agency_id, area_id = found.Involvement.agency_id, found.Case.area_id
    if who.has(RoleKind.COORDINATOR) and not who.answers_for(agency_id, area_id):
        newest = ReturnVersion.number == found.Return.version
        if (
            session.scalar(select(ReturnVersion.source).where(ReturnVersion.return_id == found.Return.id, newest))
            is None
        ):
            raise Refused(f"{found.Agency.label} sent this return itself, so only its own people can take it back.")
        return
    require_answering(who, agency_id, area_id, found.Return.id)


def _require_sent(found: Found) -> None:
    if found.Return.state not in _SENT:
        raise Refused(f"No return is sent for {found.Case.reference}, so there is nothing to take back.")


def _taken_back(found: Found, version: ReturnVersion) -> TakenBack:
    due_at = deadline(found.Cycle.due_on)
    return TakenBack(party_of(found), version.number, due_at, found.Meeting.starts_at, version.submitted_at)
