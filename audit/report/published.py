"""The editions of an audit's report that were released to the public, and what each told."""

from pydantic import TypeAdapter
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from audit.calendar import in_london, on
from audit.disclosure.published_before import PublishedVersion
from audit.errors import Refused
from audit.report import contents, public_facts
from audit.report.contents import Contents
from audit.report.publishable import Before, Decision, Publishable
from storage.clock import now
from storage.crypto import seal, unseal
from storage.publications import Audience, Publication
from storage.reports import Report

_STORED = TypeAdapter(Decision)


def shown(session: Session, report_id: str, edition: str) -> Publishable | None:
    """What a version's released edition shows; None before its release.

    Also None if it was released before there was this ledger: what it showed isn't known, so it isn't drawn again.
    """
    row = session.scalar(
        of(report_id, edition).where(Publication.released_at.is_not(None), Publication.content.is_not(None))
    )
    found = decided(session, row) if row else None
    return found.shown if found else None


def of(report_id: str, edition: str) -> Select[Publication]:
    """Selects the first publication of a version's edition."""
    return (
        select(Publication)
        .where(Publication.report_id == report_id, Publication.what == edition)
        .order_by(Publication.asked_at)
        .limit(1)
    )


def put(session: Session, row: Publication, decision: Decision) -> None:
    """Record in the ledger what a publication tells."""
    seal(session, row, "content", _STORED.dump_json(decision).decode())


def decided(session: Session, row: Publication) -> Decision | None:
    """What a publication may tell, or told; None while undecided, and if it is older than the ledger."""
    return _STORED.validate_json(unseal(session, row, "content")) if row.content is not None else None


def last(session: Session, cycle_id: str) -> str:
    """The id of a cycle's newest released publication for the public, or ""."""
    newest = _every(cycle_id).with_only_columns(Publication.id).order_by(None)
    return session.scalar(newest.order_by(Publication.released_at.desc(), Publication.id.desc()).limit(1)) or ""


def before(session: Session, cycle_id: str, now_said: Contents) -> Before:
    """All that was published of a cycle, with the labels used in `now_said`; Refused if that isn't known."""
    told, withheld, newest = [], set[str](), ""
    for row in session.scalars(_every(cycle_id)):
        report = session.get_one(Report, row.report_id)
        said, decision = contents.kept(session, report), decided(session, row)
        newest = f"version {report.version} went out on {on(in_london(row.released_at or now(session)).date())}"
        if decision is None:
            raise Refused(
                f"What was told when {newest} isn't known here, so nothing more about this audit can be published."
            )
        version = PublishedVersion(public_facts.case_states(said), decision.facts)
        told.append(public_facts.with_current_labels(now_said, said, version))
        withheld |= {name for name, _ in decision.left_out}
    return Before(tuple(told), frozenset(withheld), newest)


def _every(cycle_id: str) -> Select[Publication]:
    return (
        select(Publication)
        .where(
            Publication.cycle_id == cycle_id,
            Publication.audience == Audience.PUBLIC,
            Publication.released_at.is_not(None),
        )
        .order_by(Publication.released_at, Publication.id)
    )
