"""The report: looking at its versions, making one, sending it, who got it; and the pack for a meeting."""

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.report import issue, meeting_pack, recipients
from audit.report.recipients import AUDIENCE, DAY, EDITION, HOW, VERSION, Line
from handlers.call import Call
from handlers.edge import Shown
from handlers.listeners import on_action, opens, sends, turns
from storage.reports import Edition
from views.forms import Form
from views.parts import View
from views.report import issue as issue_view
from views.report import meeting_pack as meeting_pack_view
from views.report import release as release_view


def make_version(call: Call) -> None:
    """Make a version of the report from how the cycle stands."""
    at, cycle_id = call.shown, call.clicked
    with call.reading() as session:  # the long part, for which nobody else has to wait
        contents = issue.draw_up(session, call.actor(session), cycle_id)
    with call.begin() as session:
        issued = issue.issue(session, call.actor(session), cycle_id, contents)
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
    notice = "It is sent, or on its way." if sent else "It is being checked. A message asks you to release it."
    _show_shelf(call, at, cycle_id, notice)


def release(call: Call) -> None:
    """Publish what was checked, in the name of whoever presses the button."""
    with call.begin() as session:
        issue.publish(session, call.actor(session), call.clicked)


def _show_shelf(call: Call, at: Shown, cycle_id: str, notice: str) -> None:
    """Show a cycle's versions as they are now."""
    with call.reading() as session:
        shelf = issue.shelf(session, call.actor(session), cycle_id)
    call.replace(at, issue_view.shelf(shelf, told=notice))


def fetch_report(session: Session, who: Actor, form: Form) -> View:
    """Send an edition to whoever asks for it."""
    found, sent = issue.fetch(session, who, form.record_id, form.text(EDITION))
    return issue_view.got(found) if sent else issue_view.checking(found)


def record_recipient(session: Session, who: Actor, form: Form) -> View:
    """Record who got a version by another way."""
    line = Line(*(form.text(field) for field in (AUDIENCE, EDITION, VERSION, HOW, DAY)))
    recipients.record(session, who, form.record_id, line)
    return issue_view.recorded(line.audience)


LISTENERS = (
    opens(issue_view.SHOW, issue.shelf, issue_view.shelf),
    turns(issue_view.PAGE, issue.shelf, issue_view.shelf),
    on_action(issue_view.ISSUE, make_version),
    on_action(issue_view.SEND, send_report),
    on_action(issue_view.BRIEF, send_briefing),
    opens(issue_view.GET, issue.choose, issue_view.getting),
    sends(issue_view.GOT, fetch_report),
    on_action(release_view.RELEASE, release),
    opens(issue_view.RECORD, issue.recording, issue_view.recording),
    sends(issue_view.RECORDED, record_recipient),
    opens(meeting_pack_view.PACK, meeting_pack.ask, meeting_pack_view.asked, writes=True),
)
