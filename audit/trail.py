"""Write the trail: append-only, references and grades only."""

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.errors import NotAllowed
from storage.clock import now
from storage.trail import TrailEntry

SYSTEM = "Roundtable"


def record(
    session: Session,
    who: Actor | None,
    verb: str,
    *,
    subject_id: str | None = None,
    cycle_id: str | None = None,
    detail: str = "",
) -> None:
    """Record that `who` (None: the product itself) did `verb` ("return.submit") to `subject_id`."""
    session.add(
        TrailEntry(
            at=now(session),
            person_id=who.person_id if who else None,
            actor=who.label if who else SYSTEM,
            verb=verb,
            cycle_id=cycle_id,
            subject_id=subject_id,
            detail=detail[:200],
        )
    )


def record_denial(session: Session, denial: NotAllowed, slack_user: str) -> None:
    """Record what somebody was not allowed to do; `slack_user` is "team/user", registered or not."""
    session.add(
        TrailEntry(
            at=now(session),
            person_id=denial.person_id,
            actor=slack_user[:80],
            verb="denied",
            subject_id=denial.subject_id,
            detail=denial.verb,
        )
    )
