"""Publications: what leaves the partnership is asked for, checked against earlier publications, then released.

The sub-group and the agencies' leads may read every released case (audit.cycle.release), so for them the only rule is
that no other case is counted. For the public, audit.report.publishable decides. What the public has read counts as read
by everybody.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_coordinator
from audit.calendar import stamp
from audit.cycle import release
from audit.delivery import ledger
from audit.disclosure.risks import Rules
from audit.errors import Refused
from audit.letterhead import current
from audit.report import contents, name_check, publishable, published, quantities, sign_off_status
from audit.report.contents import Contents
from audit.report.publishable import CALLED, Decision
from audit.report.sign_off_status import UNSIGNED
from audit.report.written_since import NOTHING, NewerThanVersion, since
from audit.retention import due, restored
from audit.row_by_id import existing
from storage.clock import now
from storage.crypto import seal, unseal
from storage.cycles import Cycle
from storage.messages import Message, MessageKind
from storage.people import Person
from storage.publications import Audience, Publication
from storage.reports import Edition, Report
from storage.types import LOCK

ASK, PUBLISH = "report.ask", "report.publish"
"""The trail's names for these acts."""


@dataclass(frozen=True)
class AskedPublication:
    """A publication that was asked for. `decision`: None while it is being checked.

    `released_by`: "" for the command line. `unsigned`: why it is published though not all have signed, or "". `places`:
    the places whose texts are in a public edition. `since`: what is newer than the version, and so isn't published.
    `unknown`: what the check may not know, in words, or "". `stated`: (text, the first words) of texts that state a
    number, a grade or an area, which nothing checks.
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
    since: NewerThanVersion = NOTHING
    unknown: str = ""
    stated: tuple[tuple[str, str], ...] = ()


def require_fit(session: Session, report: Report, edition: Edition) -> Contents:
    """A version's contents, if this edition of it may go to anybody but coordinators.

    Refused if it counts a case that isn't released; for the public also if it isn't final or names somebody.
    """
    said = contents.kept(session, report)
    if edition in CALLED:
        publishable.require_final(said, edition)
    release.require_all(session, report.cycle_id, {case.reference for case in said.cases}, f"Version {report.version}")
    if edition in CALLED:
        require_unnamed(session, edition, "\n".join(publishable.written(said)))
    return said


def require_unnamed(session: Session, edition: str, text: str) -> None:
    """Refuse to publish if `text`, or the template in which the edition is written, names a case or a person."""
    name_check.require_unnamed(session, text)
    template = current.letterhead(session).template if edition == Edition.PUBLIC else None
    if template is not None:
        from audit.letterhead import package  # loads lxml, which the web process rarely needs

        name_check.require_unnamed_template(session, package.words(template))


def ask(
    session: Session,
    who: Actor | None,
    report: Report,
    edition: Edition,
    *,
    to_sub_group: bool = False,
    unsigned: str = "",
) -> str | None:
    """Ask for an edition to be published: it is checked, and the person is told what it leaves out. Returns its id.

    None if it was released before. Asking again repeats the check. Refused as by `require_fit`, or if the cycle's
    texts were removed. `unsigned`: why a public edition is published though not all have signed the version;
    Refused at that field if it is needed.
    """
    cycle = _turn(session, report.cycle_id)
    if published.shown(session, report.id, edition) is not None:
        return None
    require_fit(session, report, edition)
    due.require_texts(session, cycle, "nothing more of it is published")
    unsigned = sign_off_status.why_unsigned(session, who, report, unsigned) if edition == Edition.PUBLIC else ""
    publication = session.scalar(
        published.of(report.id, edition).where(
            Publication.released_at.is_(None), Publication.to_sub_group == to_sub_group
        )
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


def _turn(session: Session, cycle_id: str) -> Cycle:
    """Lock the cycle, so that its publications are asked for, decided and released one after the other."""
    return session.get_one(Cycle, cycle_id, with_for_update=LOCK)


def _in_turn(session: Session, publication_id: str) -> Publication:
    """A publication, read anew under the cycle's lock; NotFound."""
    row = existing(session, Publication, publication_id)
    _turn(session, row.cycle_id)
    session.refresh(row)
    return row


def _require_signed(session: Session, row: Publication) -> None:
    """Refuse if a signature is missing (perhaps withdrawn) and no reason was given for publishing without it."""
    if (
        row.what == Edition.PUBLIC
        and row.unsigned is None
        and sign_off_status.version_standing(session, row.report_id or "").awaited
    ):
        raise Refused(
            "Not everybody has signed this version off, or somebody has withdrawn. Ask for its public edition again."
        )


def _tell(session: Session, who: Actor, found: Publication) -> None:
    """Send the person a message about the publication, which is updated whenever its state changes."""
    key = f"{MessageKind.RELEASE}:{found.id}:{who.person_id}"
    ledger.insert(session, MessageKind.RELEASE, found.cycle_id, found.id, person_id=who.person_id, key=key)
    _draw_again(session, found.id)


def _draw_again(session: Session, publication_id: str) -> None:
    for row in session.scalars(
        select(Message).where(Message.kind == MessageKind.RELEASE, Message.subject_id == publication_id)
    ):
        row.wanted += 1


def decide(session: Session, publication_id: str) -> Decision:
    """What a publication may tell now. Takes seconds, so it is for the worker or a command."""
    row = existing(session, Publication, publication_id)
    said = contents.kept(session, session.get_one(Report, row.report_id))
    try:
        return publishable.decide(said, row.what, published.before(session, row.cycle_id, said), _rules(session))
    except Refused as refusal:
        return Decision((), (), (), frozenset(), refusal.sentence)


def keep(session: Session, publication_id: str, decision: Decision, last: str) -> bool:
    """Store a decision; False if something was published since `last`, the newest publication when it was made."""
    row = _in_turn(session, publication_id)
    if row.released_at is None and published.last(session, row.cycle_id) != last:
        return False
    if row.released_at is None:
        published.put(session, row, decision)
    return True


def last(session: Session, publication_id: str) -> str:
    """The id of the newest publication of the same cycle for the public, or ""."""
    return published.last(session, existing(session, Publication, publication_id).cycle_id)


def look(session: Session, publication_id: str) -> AskedPublication:
    """A publication as it is now; NotFound."""
    row = existing(session, Publication, publication_id)
    report = session.get_one(Report, row.report_id)
    by = session.scalar(select(Person.label).where(Person.id == row.released_by_id)) if row.released_by_id else ""
    cycle, decided = session.get_one(Cycle, row.cycle_id), published.decided(session, row)
    said = contents.kept(session, report)
    unsigned = unseal(session, row, UNSIGNED) if row.unsigned is not None else ""
    return AskedPublication(
        row.id, report.id, cycle.name, report.version, row.what, decided, row.to_sub_group, row.released_at, by or "",
        unsigned, _places(said, row, decided), since(session, report, said), _unknown(session, cycle),
        tuple(quantities.stated(said)),
    )  # fmt: skip


def _unknown(session: Session, cycle: Cycle) -> str:
    made_at = restored.unknown_since(session, cycle)
    if made_at is None:
        return ""
    return (
        f"Roundtable's database was restored from a backup of {stamp(made_at)}. What was published of this audit after "
        "that isn't known here, so this isn't checked with it."
    )


def _places(said: Contents, row: Publication, decided: Decision | None) -> tuple[str, ...]:
    if row.what != Edition.PUBLIC or decided is None:
        return ()
    return tuple(publishable.texts(said, decided.shown))


def release_decided(session: Session, who: Actor | None, publication_id: str) -> AskedPublication:
    """Release what was decided, in this person's name (None: the command line), once.

    Refused if it isn't checked (again, after another publication), or can't be published; for the command line also if
    the check may not know of everything, which a person has to decide on.
    """
    if who is not None:
        require_coordinator(who, PUBLISH, publication_id)
    row = _in_turn(session, publication_id)
    report = session.get_one(Report, row.report_id)
    if who is None and (unknown := _unknown(session, session.get_one(Cycle, row.cycle_id))):
        raise Refused(f"{unknown} If nothing was, release it in Slack (Report), where somebody does so by name.")
    if row.released_at is None:
        require_fit(session, report, Edition(row.what))
        _require_signed(session, row)
        decided = published.decided(session, row)
        if decided is None:
            raise Refused("This is still being checked. The message that asks for the release says when it is done.")
        if decided.refused:
            raise Refused(decided.refused)
        if decided.rules != session.info["publishing"]:
            raise Refused(
                "The limit for small numbers has changed since this was checked. Ask for this edition again, and it "
                "is checked again."
            )
        row.released_at, row.released_by_id = now(session), who.person_id if who else None
        detail = f"{row.what} {report.version}"
        trail.record(session, who, PUBLISH, subject_id=report.id, cycle_id=row.cycle_id, detail=detail)
        _check_others_again(session, row)
    _draw_again(session, row.id)
    session.flush()
    return look(session, row.id)


def _check_others_again(session: Session, released: Publication) -> None:
    """Discard decisions on the cycle's other publications, which didn't take this one into account."""
    others = select(Publication).where(
        Publication.cycle_id == released.cycle_id,
        Publication.audience == Audience.PUBLIC,
        Publication.released_at.is_(None),
        Publication.id != released.id,
    )
    for other in session.scalars(others):
        other.content = None
        _draw_again(session, other.id)


def _rules(session: Session) -> Rules:
    threshold, enough = session.info["publishing"]
    return Rules(threshold, enough)
