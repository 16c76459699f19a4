"""Reports: making a version, and having one sent to the sub-group or to who asks."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from audit import moment, trail
from audit.access import Actor, require_coordinator
from audit.delivery import ledger
from audit.errors import NotFound, Refused
from audit.report import contents, gather, internal_publications, publications, sign_off_status
from audit.report.contents import Contents
from audit.report.publications import AskedPublication
from audit.report.recipients import EDITION, chosen
from audit.report.sign_off_status import DRAFT, VersionStanding
from audit.retention import due
from audit.row_by_id import existing
from audit.screening import erased
from storage.clock import now
from storage.cycles import Cycle, audit_name
from storage.messages import Message, MessageKind
from storage.people import Person
from storage.publications import Audience
from storage.reports import Edition, Report
from storage.types import LOCK

READ, MAKE, SEND = "report.read", "report.make", "report.send"
"""What the trail calls it."""


@dataclass(frozen=True)
class ReportView:
    """A version of a cycle's report, and how far it is.

    `new`: it was made just now, since the one before says something else.
    """

    id: str
    cycle_id: str
    version: int
    contents: Contents
    made_at: datetime
    by: str | None
    new: bool = False
    standing: VersionStanding = DRAFT

    @property
    def audit(self) -> str:
        """The name of the report's audit, as people read it everywhere."""
        return audit_name(self.contents.title, self.contents.number)


@dataclass(frozen=True)
class DrawnUp:
    """What a version would say, as things stood `at` that time: whatever is changed from then on is newer than it.

    `erased`: how many texts of its audit had been erased by then.
    """

    said: Contents
    at: datetime
    erased: int


def draw_up(session: Session, who: Actor | None, cycle_id: str) -> DrawnUp:
    """What a new version would say: much reading, which `make` is spared. `who` None: the command line.

    Refused before the cycle's meeting has begun; DoesNotAddUp.
    """
    _makeable(session, who, cycle_id)
    at, gone = now(session), erased.count(session, cycle_id)
    return DrawnUp(gather.contents(session, cycle_id), at, gone)


def make(session: Session, who: Actor | None, cycle_id: str, drawn: DrawnUp | None = None) -> ReportView:
    """Make a version as it was `drawn` up (None: how things stand now), or find that the newest says the same.

    A version that somebody else made since is no older than this one, and what was erased since would be back: it is
    drawn up anew then. `who` None: the command line. Refused, DoesNotAddUp: as `draw_up`.
    """
    _makeable(session, who, cycle_id, locked=True)
    newest = _newest(session, cycle_id)
    if (
        drawn is None
        or (newest is not None and newest.made_at >= drawn.at)
        or drawn.erased != erased.count(session, cycle_id)
    ):
        drawn = draw_up(session, who, cycle_id)
    if newest is not None and _says(session, newest, drawn.said):
        return _view(session, newest)
    report = Report(
        cycle_id=cycle_id,
        version=newest.version + 1 if newest else 1,
        by_id=who.person_id if who else None,
        made_at=drawn.at,
    )
    contents.keep(session, report, drawn.said)
    session.add(report)
    ledger.again(session, MessageKind.SIGN_OFF, [newest.id] if newest else [])
    trail.record(session, who, MAKE, subject_id=report.id, cycle_id=cycle_id, detail=f"version {report.version}")
    session.flush()
    return _view(session, report, new=True)


def _says(session: Session, newest: Report, said: Contents) -> bool:
    """Whether a version says this; read anew, since what is kept may be older than a part of what is said now."""
    return contents.fingerprint(contents.kept(session, newest)) == contents.fingerprint(said)


def _makeable(session: Session, who: Actor | None, cycle_id: str, *, locked: bool = False) -> None:
    if who is not None:
        require_coordinator(who, MAKE, cycle_id)
    cycle = existing(session, Cycle, cycle_id, locked=locked)
    moment.require(cycle, moment.REPORTABLE, "no report is made of it")
    due.require_texts(session, cycle, "no report is made of it")


def report(session: Session, report_id: str) -> ReportView:
    """A version; NotFound. Says nothing about who may see it."""
    found = existing(session, Report, report_id)
    return _view(session, found)


def numbered(session: Session, cycle_id: str, version: int) -> str:
    """The id of a cycle's version with this number; NotFound."""
    found = session.scalar(select(Report.id).where(Report.cycle_id == cycle_id, Report.version == version))
    if found is None:
        raise NotFound(f"There is no version {version} of this report.")
    return found


def send(session: Session, who: Actor, report_id: str, edition: Edition) -> bool:
    """Have an edition of the newest version shared in the sub-group's channel, once.

    False: it has to be released first, and who asks gets a message about that.
    """
    found, cycle = _current(session, who, report_id)
    if edition == Edition.PUBLIC:
        raise Refused("The public edition is for people outside. Send the sub-group the full one.")
    publications.require_fit(session, found, edition)
    if edition == Edition.FULL:
        internal_publications.note(session, who, found, Audience.SUB_GROUP)
    elif publications.ask(session, who, found, edition, to_sub_group=True) is not None:
        return False
    _share(session, who, found, cycle, edition)
    return True


def _share(session: Session, who: Actor, found: Report, cycle: Cycle, edition: Edition) -> None:
    key = _key(found, edition)
    if not session.scalar(select(exists().where(Message.key == key))):
        ledger.insert(
            session, MessageKind.REPORT, cycle.id, found.id, channel=cycle.sub_group_channel, key=key,
        )  # fmt: skip
        trail.record(session, who, SEND, subject_id=found.id, cycle_id=cycle.id, detail=f"{edition} {found.version}")


def _key(found: Report, edition: Edition, to: str = "") -> str:
    """What lets an edition be sent once, and once more when its version is issued: it says so then."""
    issued = ":issued" if found.issued_at else ""
    return f"{MessageKind.REPORT}:{edition}:{found.id}{to}{issued}"


def publish(session: Session, who: Actor, publication_id: str) -> AskedPublication:
    """Release a publication in the publisher's name, and send it where it was asked to be sent; Refused as it says."""
    released = publications.let_go(session, who, publication_id)
    found, edition = session.get_one(Report, released.report_id), Edition(released.edition)
    _require_kept(session, found)
    if released.to_sub_group:
        _share(session, who, found, session.get_one(Cycle, found.cycle_id), edition)
    else:
        hand_out(session, who, found, edition)
    return released


def choose(session: Session, who: Actor, report_id: str) -> ReportView:
    """A version of which a coordinator wants an edition; NotFound."""
    require_coordinator(who, SEND, report_id)
    return report(session, report_id)


def fetch(session: Session, who: Actor, report_id: str, edition: str, unsigned: str = "") -> tuple[ReportView, bool]:
    """Have an edition sent to the coordinator who asks, by DM: once, however often. Refused at EDITION.

    `unsigned`: why the public edition goes out though not all have signed; Refused at that field where it must be said.
    Whether it is on its way: an edition for the public has to be released first, about which they get a message.
    """
    require_coordinator(who, SEND, report_id)
    found, wanted = existing(session, Report, report_id), chosen(edition)
    _require_kept(session, found)
    if wanted != Edition.FULL:
        try:
            asked = publications.ask(session, who, found, wanted, unsigned=unsigned)
        except Refused as refusal:
            if refusal.fields:
                raise
            raise Refused(refusal.sentence, EDITION) from None
        if asked is not None:
            return _view(session, found), False
    hand_out(session, who, found, wanted)
    return _view(session, found), True


def hand_out(session: Session, who: Actor, found: Report, edition: Edition) -> None:
    """An edition by DM, once as it stands; Refused once its time is over. Says nothing about who may have it."""
    _require_kept(session, found)
    key = _key(found, edition, f":{who.person_id}")
    ledger.insert(session, MessageKind.REPORT, found.cycle_id, found.id, person_id=who.person_id, key=key)
    note_reading(session, who, found, edition)


def note_reading(session: Session, who: Actor | None, found: Report, edition: Edition) -> None:
    """Put into the trail that somebody got a report as a file; None: by the command line."""
    detail = f"{edition} {found.version}"
    trail.reading(session, who, READ, subject_id=found.id, cycle_id=found.cycle_id, detail=detail)


def _current(session: Session, who: Actor, report_id: str) -> tuple[Report, Cycle]:
    """The newest version, and its cycle, locked; Refused for an older one."""
    require_coordinator(who, SEND, report_id)
    found = existing(session, Report, report_id)
    cycle = session.get_one(Cycle, found.cycle_id, with_for_update=LOCK)
    moment.require(cycle, moment.REPORTABLE, "no report of it is sent")
    _require_kept(session, found)
    newest = _newest(session, cycle.id)
    if newest is not None and newest.id != found.id:
        raise Refused(f"There is a newer version ({newest.version}). Please open the report again and send that.")
    return found, cycle


def _require_kept(session: Session, found: Report) -> None:
    """Refuse what sends a report of a cycle whose time is over."""
    cycle = session.get_one(Cycle, found.cycle_id)
    due.require_texts(session, cycle, "no report of it is sent")
    due.require_posts(session, cycle, "no report of it is sent")


def _newest(session: Session, cycle_id: str) -> Report | None:
    return session.scalar(select(Report).where(Report.cycle_id == cycle_id).order_by(Report.version.desc()).limit(1))


def _view(session: Session, row: Report, *, new: bool = False) -> ReportView:
    by = session.scalar(select(Person.label).where(Person.id == row.by_id)) if row.by_id else None
    stands = sign_off_status.version_standing(session, row.id) if row.asked_at else DRAFT
    return ReportView(row.id, row.cycle_id, row.version, contents.kept(session, row), row.made_at, by, new, stands)
