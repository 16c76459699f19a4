"""Publications: what leaves the partnership, of which one version a cycle may be the public edition."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor
from audit.calendar import in_london, on
from audit.cycle import release
from audit.errors import Refused
from audit.report import contents, disclosure
from audit.report.contents import Contents
from storage.clock import now
from storage.cycles import Cycle
from storage.reports import Edition, Report

PUBLISH = "report.publish"
"""What the trail calls it."""


def let_go(session: Session, who: Actor | None, found: Report, edition: Edition, field: str | None = None) -> None:
    """Let an edition of a version go to others than coordinators: every way leads through here.

    Refused at `field` if it counts a case that isn't released; and one for people outside if it would tell too much,
    alone or beside what went out before. `who` None: the command line.
    """
    try:
        _require_fit(session, found, edition)
    except Refused as refusal:
        raise Refused(refusal.sentence, field) from None
    column = _MADE.get(edition)
    if column and getattr(found, column) is None:
        setattr(found, column, now(session))
        detail = f"{edition} {found.version}"
        trail.record(session, who, PUBLISH, subject_id=found.id, cycle_id=found.cycle_id, detail=detail)


_MADE = {Edition.PUBLIC: "public_at", Edition.BRIEFING: "briefed_at"}
"""The editions for people outside, and where it is kept when they were first made of a version."""


def _require_fit(session: Session, found: Report, edition: Edition) -> None:
    session.get_one(Cycle, found.cycle_id, with_for_update=True)  # one after the other: none is let go beside another
    said = contents.kept(session, found)
    release.require_all(session, found.cycle_id, {case.reference for case in said.cases}, f"Version {found.version}")
    if edition in _MADE:
        disclosure.publishable(said, edition)
        _require_alike(session, found, said, edition)


def _require_alike(session: Session, found: Report, said: Contents, edition: Edition) -> None:
    """Two public editions, or two things that count otherwise, can be compared: the difference may be one child."""
    out = (Report.public_at.is_not(None)) | (Report.briefed_at.is_not(None))
    others = session.scalars(
        select(Report).where(Report.cycle_id == found.cycle_id, Report.id != found.id, out).order_by(Report.version)
    )
    for other in others:
        if edition == Edition.PUBLIC and other.public_at is not None and found.public_at is None:
            raise _compared(other, "An audit has one public edition")
        if disclosure.numbers(contents.kept(session, other)) != disclosure.numbers(said):
            raise _compared(other, "This version counts otherwise")


def _compared(other: Report, why: str) -> Refused:
    at = other.public_at or other.briefed_at
    day = on(in_london(at).date()) if at else ""
    return Refused(
        f"{why}: version {other.version} went out on {day}. Whoever has both can compare them, and tell what was judged"
        f" of one child. Give out version {other.version} again; what has changed since is for the full edition."
    )
