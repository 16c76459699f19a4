"""Sign-offs: asked for, given or refused, withdrawn, recorded; and issuing a version once all have signed it."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from audit import calendar, moment, trail
from audit.access import Actor, coordinators, require_coordinator, require_signing
from audit.calendar import in_london
from audit.delivery import ledger
from audit.errors import Refused
from audit.report import internal_publications, publications, sign_off_form, sign_off_status
from audit.report.issue import hand_out
from audit.report.sign_off_form import READ, SignOffForm
from audit.report.sign_off_status import WORDS
from audit.retention import due
from audit.row_by_id import existing
from audit.screening import fields
from audit.screening.fields import TypedField
from storage.clock import now
from storage.crypto import seal
from storage.cycles import Cycle
from storage.messages import MessageKind
from storage.people import RoleKind
from storage.publications import Audience
from storage.reports import Answer, Edition, Report, Signature
from storage.types import LOCK

ASK, GIVE, RECORD, ISSUE = "signoff.ask", "signoff.give", "signoff.record", "report.issue"
"""The trail's names for these acts."""
PARTY, ANSWER, DAY = "party", "answer", "day"
"""The forms' fields, besides WORDS."""
WORDS_LIMIT = 1000
"""The most characters for what must change."""
GIVER_LIMIT = 150
"""The most characters for who signed outside Slack, and how."""
_SO = "no report of it is signed"


@dataclass(frozen=True)
class TypedSignOff:
    """A typed answer. `party`: a key of PARTIES; `answer`: an Answer; `day`: of an answer given outside Slack."""

    party: str
    answer: str
    words: str = ""
    day: str = ""


def ask(session: Session, who: Actor, report_id: str) -> SignOffForm:
    """Ask all signatories to sign the newest version; asking again changes nothing.

    Refused unless every case is ratified and released, as signatories read all of them.
    """
    require_coordinator(who, ASK, report_id)
    report = _current(session, report_id)
    said = publications.require_fit(session, report, Edition.FULL)
    if said.draft:
        total = said.tally.ratified.total
        raise Refused(f"Only {said.ratified} of {total} cases are ratified. Nobody can sign that yet.")
    if report.asked_at is None:
        report.asked_at, report.asked_by_id = now(session), who.person_id
        internal_publications.note(session, who, report, Audience.PARTNERSHIP)
        _record(session, who, ASK, report, "")
    session.flush()
    return sign_off_form.of(session, who, report)


def read(session: Session, who: Actor, report_id: str) -> SignOffForm:
    """Have the full edition sent to a signatory by DM; the reading is recorded."""
    report = existing(session, Report, report_id)
    require_reading(session, who, report)
    hand_out(session, who, report, Edition.FULL)
    session.flush()
    return sign_off_form.of(session, who, report)


def require_reading(session: Session, who: Actor, found: Report) -> None:
    """Refuse the full edition to anybody but coordinators and signatories who were asked."""
    if who.has(RoleKind.COORDINATOR):
        return
    require_signing(who, READ, found.id, signs=True)
    if found.asked_at is None:
        raise Refused("Nobody has asked for sign-offs of this version.")
    publications.require_fit(session, found, Edition.FULL)


def decide(session: Session, who: Actor, report_id: str) -> SignOffForm:
    """The form for signing, or for saying what must change; for signatories."""
    require_signing(who, GIVE, report_id, signs=True)
    form = sign_off_form.look(session, who, report_id)
    sign_off_form.require_open(form)
    return form


def give(session: Session, who: Actor, report_id: str, given: TypedSignOff, mark: str) -> SignOffForm:
    """Sign a version, say what must change, or withdraw that.

    Nothing is stored, and the form says `again`, if another answer was given or something was written since its
    `mark`. Refused at the field, also if the signatory hasn't had the version sent to them.
    """
    require_signing(who, GIVE, report_id, signs=True)
    report = _current(session, report_id)
    form = sign_off_form.of(session, who, report)
    sign_off_form.require_open(form)
    if given.party not in form.mine:
        raise Refused("Say who you are signing for.", PARTY)
    wrong = _wrong(form, given)
    if given.answer == Answer.SIGNED and not form.was_read:
        wrong[ANSWER] = "Please read it first: “Read the report” sends it to you."
    missing = "Say what must change." if given.answer == Answer.CHANGES else ""
    fields.check(session, who, {WORDS: TypedField(given.words, missing, WORDS_LIMIT)}, wrong)
    words = given.words.strip() if given.answer == Answer.CHANGES else ""
    return _answered(session, who, report, replace(given, words=words), mark)


def recording(session: Session, who: Actor, report_id: str) -> SignOffForm:
    """The form for a partner's answer given outside Slack, for a coordinator."""
    require_coordinator(who, RECORD, report_id)
    form = sign_off_form.of(session, who, existing(session, Report, report_id))
    sign_off_form.require_open(form)
    return form


def record(session: Session, who: Actor, report_id: str, given: TypedSignOff, mark: str) -> SignOffForm:
    """Record a partner's answer given outside Slack; `words`: who gave it, and how. Refused at the field.

    Its day can't be in the future, or before the version was made.
    """
    require_coordinator(who, RECORD, report_id)
    report = _current(session, report_id)
    form = sign_off_form.of(session, who, report)
    sign_off_form.require_open(form)
    wrong = _wrong(form, given)
    on = calendar.chosen(given.day)
    if on is None:
        wrong[DAY] = "Say on which day."
    elif on > in_london(now(session)).date():
        wrong[DAY] = "That day is still to come."
    elif on < in_london(report.made_at).date():
        wrong[DAY] = f"Version {report.version} was made later than that."
    fields.check(session, who, {WORDS: TypedField(given.words, "Say who gave it, and how.", GIVER_LIMIT)}, wrong)
    return _answered(session, who, report, replace(given, words=" ".join(given.words.split())), mark, on)


def _wrong(form: SignOffForm, given: TypedSignOff) -> dict[str, str]:
    """Field -> why this answer can't be given for this partner."""
    part = next((each for each in form.parts if each.party == given.party), None)
    if part is None:
        return {PARTY: "Say who it is signed for."}
    if given.answer not in set(Answer):
        return {ANSWER: "Choose what is said."}
    if given.answer == Answer.TAKEN_BACK and not (part.said and part.said.answer != Answer.TAKEN_BACK):
        return {ANSWER: "There is nothing to take back."}
    return {}


def _answered(  # noqa: PLR0917  # the parts of a sent form
    session: Session, who: Actor, found: Report, given: TypedSignOff, mark: str, on: date | None = None
) -> SignOffForm:
    """Store an answer, unless it is the current one, or another was given or something was written since `mark`.

    An answer for another partner by the same person counts too: they may have chosen the wrong partner first.
    """
    last = session.scalar(
        select(Signature)
        .where(Signature.report_id == found.id, Signature.party == given.party)
        .order_by(Signature.number.desc())
        .limit(1)
    )
    stands = sign_off_status.newest_answers(session, found.id).get(given.party)
    day = on or in_london(now(session)).date()
    said = (given.answer, given.words, on is not None)
    if stands and (stands.answer, stands.words, stands.outside) == said and stands.on == (on or stands.on):
        return replace(sign_off_form.of(session, who, found), done=True)
    form = sign_off_form.of(session, who, found)
    theirs = or_(Signature.party == given.party, Signature.by_id == who.person_id)
    newest = session.scalar(select(func.max(Signature.id)).where(Signature.report_id == found.id, theirs))
    if sign_off_form.overtaken(form, newest, mark):
        return replace(form, again=True)
    row = Signature(
        report_id=found.id, party=given.party, number=last.number + 1 if last else 1, answer=given.answer, on=day,
        outside=on is not None, by_id=who.person_id, at=now(session),
    )  # fmt: skip
    if given.words:
        seal(session, row, WORDS, given.words)
    session.add(row)
    _record(session, who, RECORD if on else GIVE, found, f"{given.party} {given.answer}")
    ledger.redraw(session, MessageKind.SIGN_OFF, [found.id])
    session.flush()
    if on is None:
        ledger.tell(session, MessageKind.SIGN_OFF_SAID, found.cycle_id, row.id, coordinators(session))
    return replace(sign_off_form.of(session, who, found), done=True)


def issue(session: Session, who: Actor, report_id: str) -> SignOffForm:
    """Issue the newest version, once all have signed it, after which nobody can withdraw."""
    require_coordinator(who, ISSUE, report_id)
    report = _current(session, report_id)
    form = sign_off_form.of(session, who, report)
    if form.standing.awaited:
        raise Refused(f"Version {report.version} can't be issued yet. Awaited: {', '.join(form.standing.awaited)}.")
    publications.require_fit(session, report, Edition.FULL)
    if report.issued_at is None:
        report.issued_at, report.issued_by_id = now(session), who.person_id
        _record(session, who, ISSUE, report, "")
        ledger.redraw(session, MessageKind.SIGN_OFF, [report.id])
    session.flush()
    return replace(sign_off_form.of(session, who, report), done=True)


def _current(session: Session, report_id: str) -> Report:
    """The newest version of its cycle, locked; Refused for another one, or once texts or posts were removed."""
    report = existing(session, Report, report_id)
    cycle = session.get_one(Cycle, report.cycle_id, with_for_update=LOCK)
    moment.require(cycle, moment.REPORTABLE, _SO)
    due.require_texts(session, cycle, _SO)
    due.require_posts(session, cycle, _SO)
    session.refresh(report, with_for_update=LOCK)
    newest = session.scalar(select(func.max(Report.version)).where(Report.cycle_id == cycle.id))
    if newest != report.version:
        raise Refused(f"There is a newer version ({newest}), and its sign-offs start again.")
    return report


def _record(session: Session, who: Actor, verb: str, found: Report, detail: str) -> None:
    said = f"version {found.version} {detail}".strip()
    trail.record(session, who, verb, subject_id=found.id, cycle_id=found.cycle_id, detail=said)
