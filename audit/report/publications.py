"""Publications: what leaves the partnership. Each is asked for, audited beside all that left before, and then released.

The sub-group and the agencies' leads may read every case that is released (audit.cycle.release): for them the gate is
that nothing counts another. For the public it is audit.report.publishable. What the public has read, everybody has
read.
"""

from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_coordinator
from audit.calendar import in_london, on
from audit.cycle import release
from audit.delivery import ledger
from audit.disclosure.risks import Rules
from audit.disclosure.told_before import ToldVersion
from audit.errors import Refused
from audit.letterhead import current
from audit.report import contents, name_check, public_facts, publishable, sign_off_status
from audit.report.contents import Contents
from audit.report.publishable import CALLED, Before, Decision, Publishable
from audit.report.sign_off_status import UNSIGNED
from audit.report.written_since import NOTHING, Since, since
from audit.retention import due
from audit.row_by_id import existing
from storage.clock import now
from storage.crypto import seal, unseal
from storage.cycles import Cycle
from storage.messages import Message, MessageKind
from storage.people import Person
from storage.publications import Audience, Publication
from storage.reports import Edition, Report

ASK, PUBLISH = "report.ask", "report.publish"
"""What the trail calls it."""
_STORED = TypeAdapter(Decision)


@dataclass(frozen=True)
class AskedPublication:
    """A publication that was asked for; `decision` None: it is being checked. `released_by` "": the command line.

    `unsigned`: why it goes out though not all have signed; "" if they have. `places`: what people wrote that stands in
    a public edition, by place. `since`: what is newer than the version, which is published without it.
    """

    id: str
    report_id: str
    audit: str
    version: int
    edition: str
    decision: Decision | None
    to_sub_group: bool
    released_at: datetime | None
    released_by: str
    unsigned: str = ""
    places: tuple[str, ...] = ()
    since: Since = NOTHING


def require_fit(session: Session, report: Report, edition: Edition) -> Contents:
    """What a version says, if an edition of it may go to others than coordinators at all.

    Refused if it counts a case that isn't released; one for the public if it isn't final or names somebody.
    """
    said = contents.kept(session, report)
    if edition in CALLED:
        publishable.require_final(said, edition)
    release.require_all(session, report.cycle_id, {case.reference for case in said.cases}, f"Version {report.version}")
    if edition in CALLED:
        require_unnamed(session, edition, "\n".join(publishable.written(said)))
    return said


def require_unnamed(session: Session, edition: str, text: str) -> None:
    """Refused if what is given out names a case or somebody: `text`, or the template that the edition is written in."""
    name_check.require_unnamed(session, text)
    template = current.letterhead(session).template if edition == Edition.PUBLIC else None
    if template is not None:
        from audit.letterhead import package  # with lxml, which the web process rarely needs

        name_check.require_unnamed_template(session, package.words(template))


def ask(
    session: Session,
    who: Actor | None,
    report: Report,
    edition: Edition,
    *,
    to_sub_group: bool = False,
    unsigned: str = "",
) -> str:
    """Ask that an edition for the public be published: it is checked, and who asks is told what it leaves out; its id.

    Asking again checks again. Refused as `require_fit` says, and of a cycle whose time is over. `unsigned`: why a
    public edition goes out though the version isn't signed off by all; Refused at that field without.
    """
    require_fit(session, report, edition)
    due.require_texts(session, session.get_one(Cycle, report.cycle_id), "nothing more of it is published")
    unsigned = sign_off_status.why_unsigned(session, who, report, unsigned) if edition == Edition.PUBLIC else ""
    publication = session.scalar(
        _of(report.id, edition).where(Publication.released_at.is_(None), Publication.to_sub_group == to_sub_group)
    )
    if publication is None:
        publication = Publication(
            cycle_id=report.cycle_id, audience=Audience.PUBLIC, what=edition, report_id=report.id,
            to_sub_group=to_sub_group, asked_at=now(session),
        )  # fmt: skip
        session.add(publication)
    publication.content, publication.unsigned, publication.asked_by_id = None, None, who.person_id if who else None
    if unsigned:
        seal(session, publication, UNSIGNED, unsigned)
    detail = f"{edition} {report.version}"
    trail.record(session, who, ASK, subject_id=report.id, cycle_id=report.cycle_id, detail=detail)
    session.flush()
    if who is not None:
        _tell(session, who, publication)
    return publication.id


def _require_signed(session: Session, row: Publication) -> None:
    """Refused if not all have signed, any more, and nobody said why it goes out without."""
    if (
        row.what == Edition.PUBLIC
        and row.unsigned is None
        and sign_off_status.version_standing(session, row.report_id or "").awaited
    ):
        raise Refused("Not all have signed this version off, or not any more. Ask for its public edition again.")


def _tell(session: Session, who: Actor, found: Publication) -> None:
    """A message to who asked, that says how it stands: drawn again whenever that changes."""
    key = f"{MessageKind.RELEASE}:{found.id}:{who.person_id}"
    ledger.insert(session, MessageKind.RELEASE, found.cycle_id, found.id, person_id=who.person_id, key=key)
    _draw_again(session, found.id)


def _draw_again(session: Session, publication_id: str) -> None:
    for row in session.scalars(
        select(Message).where(Message.kind == MessageKind.RELEASE, Message.subject_id == publication_id)
    ):
        row.wanted += 1


def decide(session: Session, publication_id: str) -> Decision:
    """What a publication may tell now. Takes seconds: for the worker, and for a command."""
    row = existing(session, Publication, publication_id)
    said = contents.kept(session, session.get_one(Report, row.report_id))
    try:
        return publishable.decide(said, row.what, _before(session, row.cycle_id, said), _rules(session))
    except Refused as refusal:
        return Decision((), (), (), frozenset(), refusal.sentence)


def keep(session: Session, publication_id: str, decision: Decision, last: str) -> bool:
    """Keep what was decided; False if something was published since `last`, the newest publication then."""
    row = existing(session, Publication, publication_id, locked=True)
    if row.released_at is None and _last(session, row.cycle_id) != last:
        return False
    if row.released_at is None:
        put(session, row, decision)
    return True


def put(session: Session, row: Publication, decision: Decision) -> None:
    """Put into the ledger what a publication tells."""
    seal(session, row, "content", _STORED.dump_json(decision).decode())


def look(session: Session, publication_id: str) -> AskedPublication:
    """A publication as it stands; NotFound."""
    row = existing(session, Publication, publication_id)
    report = session.get_one(Report, row.report_id)
    by = session.scalar(select(Person.label).where(Person.id == row.released_by_id)) if row.released_by_id else ""
    audit, decided = session.get_one(Cycle, row.cycle_id).name, _decided(session, row)
    said = contents.kept(session, report)
    unsigned = unseal(session, row, UNSIGNED) if row.unsigned is not None else ""
    return AskedPublication(
        row.id, report.id, audit, report.version, row.what, decided, row.to_sub_group, row.released_at, by or "",
        unsigned, _places(said, row, decided), since(session, report, said),
    )  # fmt: skip


def _places(said: Contents, row: Publication, decided: Decision | None) -> tuple[str, ...]:
    if row.what != Edition.PUBLIC or decided is None:
        return ()
    return tuple(publishable.texts(said, decided.shown))


def let_go(session: Session, who: Actor | None, publication_id: str) -> AskedPublication:
    """Publish what was decided, in the publisher's name (None: the command line): the same again changes nothing.

    Refused if it isn't checked (again, since something else was published meanwhile), or can't be published.
    """
    if who is not None:
        require_coordinator(who, PUBLISH, publication_id)
    row = existing(session, Publication, publication_id)
    session.get_one(Cycle, row.cycle_id, with_for_update=True)  # one after the other: none is let go beside another
    session.refresh(row)
    report = session.get_one(Report, row.report_id)
    if row.released_at is None:
        require_fit(session, report, Edition(row.what))
        _require_signed(session, row)
        decided = _decided(session, row)
        if decided is None:
            raise Refused("This is still being checked. The message that asks for the release says when it is done.")
        if decided.refused:
            raise Refused(decided.refused)
        row.released_at, row.released_by_id = now(session), who.person_id if who else None
        detail = f"{row.what} {report.version}"
        trail.record(session, who, PUBLISH, subject_id=report.id, cycle_id=row.cycle_id, detail=detail)
        _check_others_again(session, row)
    _draw_again(session, row.id)
    session.flush()
    return look(session, row.id)


def _check_others_again(session: Session, released: Publication) -> None:
    """What was decided of others counts no more: it didn't know of what is published now."""
    others = select(Publication).where(
        Publication.cycle_id == released.cycle_id,
        Publication.audience == Audience.PUBLIC,
        Publication.released_at.is_(None),
        Publication.id != released.id,
    )
    for other in session.scalars(others):
        other.content = None
        _draw_again(session, other.id)


def released(session: Session, report_id: str, edition: str) -> Publishable | None:
    """What a version's edition tells, once it was released; None before."""
    row = session.scalar(_of(report_id, edition).where(Publication.released_at.is_not(None)))
    if row is None:
        return None
    decided = _decided(session, row)
    return decided.shown if decided else Publishable(frozenset(public_facts.OFFERED[edition]))


def last(session: Session, publication_id: str) -> str:
    """The newest publication of its cycle for the public, by id; "" if there is none."""
    return _last(session, existing(session, Publication, publication_id).cycle_id)


def _last(session: Session, cycle_id: str) -> str:
    newest = _public(cycle_id).with_only_columns(Publication.id).order_by(None)
    return session.scalar(newest.order_by(Publication.released_at.desc(), Publication.id.desc()).limit(1)) or ""


def _before(session: Session, cycle_id: str, now_said: Contents) -> Before:
    """All that the public has read of a cycle, called as it is in what is said now."""
    told, withheld, newest = [], set[str](), ""
    for row in session.scalars(_public(cycle_id)):
        report = session.get_one(Report, row.report_id)
        said, decided = contents.kept(session, report), _decided(session, row)
        offers = public_facts.offers(said, row.what)
        facts = decided.facts if decided else [fact for offer in offers for fact in offer.facts]
        version = ToldVersion(public_facts.stood(said), frozenset(facts))
        told.append(public_facts.as_called_in(now_said, said, version))
        withheld |= {name for name, _ in decided.left_out} if decided else set()
        newest = f"version {report.version} went out on {on(in_london(row.released_at or now(session)).date())}"
    return Before(tuple(told), frozenset(withheld), newest)


def _public(cycle_id: str) -> Select[Publication]:
    return (
        select(Publication)
        .where(
            Publication.cycle_id == cycle_id,
            Publication.audience == Audience.PUBLIC,
            Publication.released_at.is_not(None),
        )
        .order_by(Publication.released_at, Publication.id)
    )


def _of(report_id: str, edition: str) -> Select[Publication]:
    return (
        select(Publication)
        .where(Publication.report_id == report_id, Publication.what == edition)
        .order_by(Publication.asked_at)
        .limit(1)
    )


def _decided(session: Session, row: Publication) -> Decision | None:
    return _STORED.validate_json(unseal(session, row, "content")) if row.content is not None else None


def _rules(session: Session) -> Rules:
    threshold, enough = session.info["publishing"]
    return Rules(threshold, enough)
