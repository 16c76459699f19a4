"""The report: its texts, versions, sign-offs and distribution register; and the meeting pack."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.report import issue, meeting_pack, paragraphs, recipients, sign_off, sign_off_form, versions
from audit.report.recipients import AUDIENCE, DAY, EDITION, HOW, VERSION, RegisterLine
from audit.report.sign_off import ANSWER, PARTY, TypedSignOff
from audit.report.sign_off_form import SignOffForm
from audit.report.sign_off_status import UNSIGNED, WORDS
from handlers.call import Call
from handlers.edge import ShownModal, number
from handlers.listeners import changes, on_action, opens, sends, turns
from storage.reports import Edition
from views.forms import Form
from views.parts import View
from views.report import issue as issue_view
from views.report import meeting_pack as meeting_pack_view
from views.report import paragraphs as paragraphs_view
from views.report import publications
from views.report import sign_off as sign_off_view


def make_version(call: Call) -> None:
    """Make a version of the report from the cycle's present state."""
    at, cycle_id = call.shown, call.clicked
    with call.reading() as session:  # the slow part, in which nobody else has to wait
        drawn = issue.draw_up(session, call.actor(session), cycle_id)
    with call.begin() as session:
        issued = issue.make(session, call.actor(session), cycle_id, drawn)
    notice = f"Version {issued.version} {'is made' if issued.new else 'says all of this already'}."
    _show_shelf(call, at, cycle_id, notice)


def send_report(call: Call) -> None:
    """Have the full report sent."""
    _send(call, Edition.FULL)


def send_briefing(call: Call) -> None:
    """Have the briefing sent."""
    _send(call, Edition.BRIEFING)


def _send(call: Call, edition: Edition) -> None:
    at = call.shown
    with call.begin() as session:
        who, report_id = call.actor(session), call.clicked
        sent = issue.send(session, who, report_id, edition)
        cycle_id = issue.choose(session, who, report_id).cycle_id
    notice = "It has been sent, or is on its way." if sent else "It is being checked. A message asks you to release it."
    _show_shelf(call, at, cycle_id, notice)


def release(call: Call) -> None:
    """Publish an edition that was checked, in the name of the person who pressed the button."""
    with call.begin() as session:
        issue.publish(session, call.actor(session), call.clicked)


def _show_shelf(call: Call, at: ShownModal, cycle_id: str, notice: str) -> None:
    """Show a cycle's versions as they are now, with a notice."""
    with call.reading() as session:
        shelf = versions.shelf(session, call.actor(session), cycle_id)
    call.replace(at, issue_view.shelf(shelf, told=notice))


def fetch_report(session: Session, who: Actor, form: Form) -> View:
    """Send an edition to the person who asked for it."""
    report, sent = issue.fetch(session, who, form.record_id, form.text(EDITION), form.text(UNSIGNED))
    return issue_view.got(report) if sent else issue_view.checking(report)


def record_recipient(session: Session, who: Actor, form: Form) -> View:
    """Record that a version was sent outside Slack."""
    line = RegisterLine(form.record_id, *(form.text(field) for field in (AUDIENCE, EDITION, VERSION, HOW, DAY)))
    recipients.record(session, who, line)
    return issue_view.recorded(line.audience)


def edit_text(call: Call) -> None:
    """Open the form of a place of the report, in place of the list."""
    at, key = call.shown, call.clicked
    with call.reading() as session:
        opened = paragraphs.open_text(session, call.actor(session), at.record_id, key)
    call.redraw(at, paragraphs_view.form(opened))


def save_text(session: Session, who: Actor, form: Form) -> View:
    """Store a text of the report, and go back to the list."""
    key, _, base = form.seen.rpartition("-")
    saved = paragraphs.save(session, who, form.record_id, key, number(base), form.text(paragraphs.TEXT))
    if not saved.done:
        return paragraphs_view.form(saved)
    listed = paragraphs.writing(session, who, form.record_id)
    return paragraphs_view.view(listed, notice=f"{paragraphs_view.name(saved.place)}: saved.")


def let_in(call: Call) -> None:
    """Include a text in the report's public edition."""
    _decide_public(call, public=True)


def keep_out(call: Call) -> None:
    """Take a text out of the report's public edition."""
    _decide_public(call, public=False)


def _decide_public(call: Call, *, public: bool) -> None:
    at, base = call.shown, call.form.seen.rpartition("-")[2]
    with call.begin() as session:
        decided = paragraphs.publish(session, call.actor(session), call.clicked, number(base), public=public)
    notice = "It may appear in the public edition." if public else "It stays in the full edition."
    call.replace(at, paragraphs_view.form(decided, notice=notice if decided.done else ""))


def give_sign_off(session: Session, who: Actor, form: Form) -> View:
    """Store a signatory's answer: signed, changes, or taken back."""
    given = TypedSignOff(*(form.text(field) for field in (PARTY, ANSWER, WORDS)))
    signed = sign_off.give(session, who, form.record_id, given, form.seen)
    if not signed.done:
        return sign_off_view.deciding(signed)
    return sign_off_view.view(signed, notice=sign_off_view.GIVEN_WORDS[given.answer])


def record_sign_off(session: Session, who: Actor, form: Form) -> View:
    """Record an answer about a version that was given outside Slack."""
    given = TypedSignOff(*(form.text(field) for field in (PARTY, ANSWER, WORDS, sign_off.DAY)))
    signed = sign_off.record(session, who, form.record_id, given, form.seen)
    return sign_off_view.view(signed, notice="It is recorded.") if signed.done else sign_off_view.recording(signed)


def _noted(notice: str) -> Callable[[SignOffForm], View]:
    return lambda signing: sign_off_view.view(signing, notice=notice)


LISTENERS = (
    opens(paragraphs_view.SHOW, paragraphs.writing, paragraphs_view.view),
    turns(paragraphs_view.PAGE, paragraphs.writing, paragraphs_view.view),
    on_action(paragraphs_view.EDIT, edit_text),
    sends(paragraphs_view.SAVE, save_text),
    on_action(paragraphs_view.LET_IN, let_in),
    on_action(paragraphs_view.KEEP_OUT, keep_out),
    opens(sign_off_view.SHOW, sign_off_form.look, sign_off_view.view),
    changes(sign_off_view.ASK, sign_off.ask, _noted("Those who sign have been asked, or will be shortly.")),
    opens(sign_off_view.READ, sign_off.read, _noted("It comes in a message from this app."), writes=True, here=True),
    opens(sign_off_view.DECIDE, sign_off.decide, sign_off_view.deciding, here=True),
    sends(sign_off_view.GIVEN, give_sign_off),
    opens(sign_off_view.RECORD, sign_off.recording, sign_off_view.recording, here=True),
    sends(sign_off_view.RECORDED, record_sign_off),
    changes(sign_off_view.ISSUE, sign_off.issue, _noted("It is issued.")),
    opens(issue_view.SHOW, versions.shelf, issue_view.shelf),
    turns(issue_view.PAGE, versions.shelf, issue_view.shelf),
    on_action(issue_view.MAKE, make_version),
    on_action(issue_view.SEND, send_report),
    on_action(issue_view.BRIEF, send_briefing),
    opens(issue_view.GET, issue.choose, issue_view.getting),
    sends(issue_view.GOT, fetch_report),
    on_action(publications.RELEASE, release),
    opens(issue_view.RECORD, versions.recording, issue_view.recording),
    sends(issue_view.RECORDED, record_recipient),
    opens(meeting_pack_view.PACK, meeting_pack.ask, meeting_pack_view.confirmation, writes=True),
)
