"""Reports: making a version, and sending editions of it to the sub-group or to a coordinator."""

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
from audit.retention import due, restored
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
"""The trail's names for these acts."""
SKIPPED = 10
"""How many numbers of versions are left out after a restoration."""


@dataclass(frozen=True)
class ReportView:
    """A version of a cycle's report. `standing`: its progress towards being issued.

    `new`: it was made just now; otherwise the newest version already said the same.
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
        """The audit's name, as displayed everywhere."""
        return audit_name(self.contents.title, self.contents.number)


@dataclass(frozen=True)
class DrawnUp:
    """What a version would say, as of the time `at`: later changes are newer than the version.

    `erased`: how many texts of its audit had been erased by then.
    """

    said: Contents
    at: datetime
    erased: int


def draw_up(session: Session, who: Actor | None, cycle_id: str) -> DrawnUp:
    """What a new version would say. It takes much reading, which `make` needn't do while it holds a lock.

    `who`: None on the command line. Refused before the cycle is at its meetings, and once its texts were removed;
    DoesNotAddUp.
    """
    _makeable(session, who, cycle_id)
    at, gone = now(session), erased.count(session, cycle_id)
    return DrawnUp(gather.contents(session, cycle_id), at, gone)


def make(session: Session, who: Actor | None, cycle_id: str, drawn: DrawnUp | None = None) -> ReportView:
    """Make a version as it was `drawn` up (None: draw it up now), unless the newest version says the same.

    It is drawn up again if another version was made since, which would otherwise be newer than this one, or if a text
    was erased since, which would otherwise be back. `who`: None on the command line. Refused and DoesNotAddUp as by
    `draw_up`.
    """
    cycle = _makeable(session, who, cycle_id, locked=True)
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
        version=_number(session, cycle, newest),
        by_id=who.person_id if who else None,
        made_at=drawn.at,
    )
    contents.keep(session, report, drawn.said)
    session.add(report)
    ledger.redraw(session, MessageKind.SIGN_OFF, [newest.id] if newest else [])
    trail.record(session, who, MAKE, subject_id=report.id, cycle_id=cycle_id, detail=f"version {report.version}")
    session.flush()
    return _view(session, report, new=True)


def _says(session: Session, newest: Report, said: Contents) -> bool:
    """Whether a version says this. Its stored contents are parsed first, as older ones lack newer fields."""
    return contents.fingerprint(contents.kept(session, newest)) == contents.fingerprint(said)


def _number(session: Session, cycle: Cycle, newest: Report | None) -> int:
    """The next version's number: never one that may be out already, made after the backup that was restored here."""
    known_until = newest.made_at if newest else cycle.opened_at
    skipped = SKIPPED if known_until is not None and restored.since(session, known_until) else 0
    return (newest.version if newest else 0) + 1 + skipped


def _makeable(session: Session, who: Actor | None, cycle_id: str, *, locked: bool = False) -> Cycle:
    if who is not None:
        require_coordinator(who, MAKE, cycle_id)
    cycle = existing(session, Cycle, cycle_id, locked=locked)
    moment.require(cycle, moment.REPORTABLE, "no report is made of it")
    due.require_texts(session, cycle, "no report is made of it")
    return cycle


def report(session: Session, report_id: str) -> ReportView:
    """A version; NotFound. The caller checks permission."""
    found = existing(session, Report, report_id)
    return _view(session, found)


def numbered(session: Session, cycle_id: str, version: int) -> str:
    """The id of a cycle's version with this number; NotFound."""
    report_id = session.scalar(select(Report.id).where(Report.cycle_id == cycle_id, Report.version == version))
    if report_id is None:
        raise NotFound(f"There is no version {version} of this report.")
    return report_id


def send(session: Session, who: Actor, report_id: str, edition: Edition) -> bool:
    """Post an edition of the newest version in the sub-group's channel, once; returns whether it will be.

    If not, it has to be released first, and the person who asked gets a message about that.
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
    """The ledger's key: an edition is sent once, and once more when its version is issued, as it then says so."""
    issued = ":issued" if found.issued_at else ""
    return f"{MessageKind.REPORT}:{edition}:{found.id}{to}{issued}"


def publish(session: Session, who: Actor, publication_id: str) -> AskedPublication:
    """Release a publication in this person's name, and send it to where it was asked for.

    Refused as by publications.release_decided.
    """
    released = publications.release_decided(session, who, publication_id)
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
    """Have an edition sent to this coordinator by DM: once, however often this is called. Refused at EDITION.

    Returns the version, and whether the edition is on its way: one for the public has to be released first, about which
    the coordinator gets a message. `unsigned`: why the public edition is published though not all have signed; Refused
    at that field if it is needed.
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
    """Send an edition to a person by DM, once; Refused once the audit's texts or posts were removed.

    The caller checks permission.
    """
    _require_kept(session, found)
    key = _key(found, edition, f":{who.person_id}")
    ledger.insert(session, MessageKind.REPORT, found.cycle_id, found.id, person_id=who.person_id, key=key)
    note_reading(session, who, found, edition)


def note_reading(session: Session, who: Actor | None, found: Report, edition: Edition) -> None:
    """Record in the register of readings that a person got a report as a file (None: the command line)."""
    detail = f"{edition} {found.version}"
    trail.reading(session, who, READ, subject_id=found.id, cycle_id=found.cycle_id, detail=detail)


def _current(session: Session, who: Actor, report_id: str) -> tuple[Report, Cycle]:
    """The newest version and its cycle, locked; Refused for an older version."""
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
    """Refuse to send a report of a cycle whose texts or posts were removed."""
    cycle = session.get_one(Cycle, found.cycle_id)
    due.require_texts(session, cycle, "no report of it is sent")
    due.require_posts(session, cycle, "no report of it is sent")


def _newest(session: Session, cycle_id: str) -> Report | None:
    return session.scalar(select(Report).where(Report.cycle_id == cycle_id).order_by(Report.version.desc()).limit(1))


def _view(session: Session, row: Report, *, new: bool = False) -> ReportView:
    by = session.scalar(select(Person.label).where(Person.id == row.by_id)) if row.by_id else None
    stands = sign_off_status.version_standing(session, row.id) if row.asked_at else DRAFT
    return ReportView(row.id, row.cycle_id, row.version, contents.kept(session, row), row.made_at, by, new, stands)
