"""The distribution register: which edition of which version of a report was sent to whom, how and when."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from audit import calendar, trail
from audit.access import Actor, require_coordinator
from audit.calendar import at, in_london
from audit.errors import Refused
from audit.report import contents, internal_publications, publications, published
from audit.report.publishable import CALLED
from audit.screening import screen
from storage.clock import now
from storage.crypto import seal, unseal
from storage.cycles import Cycle
from storage.messages import Message
from storage.publications import Audience
from storage.reports import Distribution, Edition, Report
from storage.types import LOCK

RECORD = "report.record"
"""The trail's name for adding a line."""
AUDIENCE, EDITION, VERSION, DAY, HOW = "audience", "edition", "version", "day", "how"
"""The form's fields."""
AUDIENCE_LIMIT = 150
_WEBSITE = "website"
WAYS = ("email", "meeting", "post", _WEBSITE, "other")
"""How an edition can be sent outside Slack."""
_IN_SLACK = "slack"
SUB_GROUP = "Sub-group"


@dataclass(frozen=True)
class Sent:
    """A line of the register. `edition`: storage's Edition."""

    version: int
    edition: str
    audience: str
    how: str
    sent_at: datetime


@dataclass(frozen=True)
class RegisterLine:
    """A line for the register, as typed. `id`: its form's; `version`: a report's id; `day`: an ISO date."""

    id: str
    audience: str
    edition: str
    version: str
    how: str
    day: str


def register(session: Session, cycle_id: str) -> tuple[Sent, ...]:
    """The register's lines about a cycle's report, oldest first."""
    rows = session.execute(
        select(Distribution, Report.version)
        .join(Report, Report.id == Distribution.report_id)
        .where(Report.cycle_id == cycle_id)
        .order_by(Distribution.sent_at, Distribution.id)
    )
    return tuple(Sent(version, row.edition, _audience(session, row), row.how, row.sent_at) for row, version in rows)


def _audience(session: Session, row: Distribution) -> str:
    """To whom it was sent: a post in Slack went to the sub-group, which is known even after texts were removed."""
    return SUB_GROUP if row.message_id else unseal(session, row, AUDIENCE)


def record(session: Session, who: Actor, line: RegisterLine) -> None:
    """Add a line to the register: a version was sent outside Slack. The same line again adds nothing.

    Refused at its field: for a draft, which mustn't leave the partnership; for an edition that wasn't released
    (audit.report.publications); and for a form that was sent before with other answers.
    """
    require_coordinator(who, RECORD, line.id)
    report = session.get(Report, line.version) if line.version else None
    if report is None:
        raise Refused("Choose the version that was sent.", VERSION)
    edition, on = chosen(line.edition), _day(session, line.day, report)
    if contents.kept(session, report).draft:
        raise Refused(f"Version {report.version} is a draft: it must not be given to anybody outside.", VERSION)
    audience = " ".join(line.audience.split())
    if not audience:
        raise Refused("Say to whom it was sent.", AUDIENCE)
    if len(audience) > AUDIENCE_LIMIT:
        raise Refused(f"Please use at most {AUDIENCE_LIMIT} characters.", AUDIENCE)
    screen.screen(session, who, {AUDIENCE: audience})
    if line.how not in WAYS:
        raise Refused("Say how it was sent.", HOW)
    _require_released(session, report, edition, line.how)
    session.get_one(Cycle, report.cycle_id, with_for_update=LOCK)  # the same line sent at the same time waits
    row = Distribution(
        id=line.id, report_id=report.id, edition=edition, how=line.how, sent_at=at(on, time(12)), by_id=who.person_id
    )
    if audience in _recorded(session, row):
        return
    if (first := session.get(Distribution, line.id)) is not None:
        raise Refused(
            f"This form added “{unseal(session, first, AUDIENCE)}” to the register before you changed it, and that line"
            " stays. If it was sent to somebody else, or in another way, too: close this, and record that anew.",
            AUDIENCE,
        )
    seal(session, row, AUDIENCE, audience)
    session.add(row)
    if edition == Edition.FULL:
        internal_publications.note(session, who, report, Audience.PARTNERSHIP)
    trail.record(
        session, who, RECORD, subject_id=report.id, cycle_id=report.cycle_id, detail=f"{edition} {report.version}"
    )


def _require_released(session: Session, found: Report, edition: Edition, how: str) -> None:
    if edition == Edition.FULL and how == _WEBSITE:
        raise Refused("The full edition is for the partnership only: a website is for everybody.", EDITION)
    if edition != Edition.FULL and published.shown(session, found.id, edition) is None:
        called = CALLED[edition]
        raise Refused(
            f"The {called} of version {found.version} isn't released. “Get it in a message” checks it, says what it"
            " leaves out, and asks you to release it.",
            EDITION,
        )
    try:
        publications.require_fit(session, found, edition)
    except Refused as refusal:
        raise Refused(refusal.sentence, EDITION) from None


def _recorded(session: Session, line: Distribution) -> set[str]:
    """The recipients for whom the register has this version, edition, day and way."""
    alike = select(Distribution).where(
        Distribution.report_id == line.report_id,
        Distribution.edition == line.edition,
        Distribution.how == line.how,
        Distribution.sent_at == line.sent_at,
    )
    return {unseal(session, row, AUDIENCE) for row in session.scalars(alike)}


def _day(session: Session, text: str, found: Report) -> date:
    on = calendar.chosen(text)
    if on is None:
        raise Refused("Say on which day it was sent.", DAY)
    if on > in_london(now(session)).date():
        raise Refused("That day is still to come.", DAY)
    if on < in_london(found.made_at).date():
        raise Refused(f"Version {found.version} was made later than that.", DAY)
    return on


def edition_of(message: Message) -> Edition:
    """The edition of a REPORT message, which is in its key."""
    return Edition(message.key.split(":")[1])


def posted(session: Session, message: Message) -> None:
    """Add a report that was posted in the sub-group's channel to the register, once."""
    if message.channel is None or session.scalar(select(exists().where(Distribution.message_id == message.id))):
        return
    row = Distribution(
        report_id=message.subject_id, edition=edition_of(message), how=_IN_SLACK, message_id=message.id,
        sent_at=now(session),
    )  # fmt: skip
    seal(session, row, AUDIENCE, SUB_GROUP)
    session.add(row)


def chosen(text: str) -> Edition:
    """An edition as a form names it; Refused at EDITION."""
    if text not in set(Edition):
        raise Refused("Choose an edition.", EDITION)
    return Edition(text)
