"""The audit meeting: its agenda and attendance, discussing a case, ratifying and re-opening it."""

from dataclasses import replace

from audit.errors import Refused
from audit.meeting import agenda, attendance, discussion, ratify, reopen
from audit.meeting.ratify import JudgementForm
from handlers.call import Call
from handlers.listeners import goes_on, on_action, on_choice, on_form, opens, turns, updated_form
from views.cases.summary import DISCUSS
from views.confirming import CHANGED
from views.meeting import agenda as agenda_view
from views.meeting import attendance as attendance_view
from views.meeting import discussion as discussion_view
from views.meeting import ratify as ratify_view
from views.meeting import reopen as reopen_view
from views.meeting.ratify import VerdictForm
from views.parts import View


def record_attendance(call: Call) -> View | None:
    """Record a meeting's attendance, and go back to the meetings."""
    form = call.form
    with call.begin() as session:
        who = call.actor(session)
        recorded = attendance.record(session, who, form.record_id, attendance_view.answers(form), form.seen)
        meetings = agenda.show(session, who, recorded.cycle_id)
    if not recorded.done:
        return attendance_view.recording(recorded)
    if call.below is None:
        return attendance_view.recorded(recorded)
    return call.close_on(agenda_view.view_at(meetings, recorded.meeting_id))


def ratify_case(call: Call) -> View | None:
    """Ratify a case, and go back to its discussion."""
    form = VerdictForm.read(call.view)
    try:
        with call.begin() as session:
            who = call.actor(session)
            case = ratify.ratify(session, who, form.record_id, form.verdict(), form.seen)
            if isinstance(case, JudgementForm):
                return ratify_view.judging(case)
            about = discussion.discussion(session, who, case.id)
    except Refused as refusal:
        anew = updated_form(form.asked, refusal, lambda: _anew(call, form))
        if anew is None:
            raise
        return anew
    if call.below is None:
        return ratify_view.ratified(about)
    return call.close_on(discussion_view.discussion(about))


def choose_grade(call: Call) -> None:
    """Show the judgement's form again, updated to the choice made in it."""
    call.redraw(call.shown, ratify_view.judging(_chosen(call, VerdictForm.read(call.view))))


def choose_positions(call: Call) -> None:
    """Let the chair choose the agencies' positions one by one."""
    call.redraw(call.shown, ratify_view.judging(_chosen(call, VerdictForm.read(call.view), one_by_one=True)))


def _chosen(call: Call, form: VerdictForm, *, one_by_one: bool = False) -> JudgementForm:
    with call.reading() as session:
        who, verdict = call.actor(session), form.verdict()
        return ratify.chosen(session, who, form.record_id, verdict, form.seen, one_by_one=one_by_one)


def _anew(call: Call, form: VerdictForm) -> View:
    """The form updated to the choices made in it, with a notice."""
    return ratify_view.judging(replace(_chosen(call, form), notice=CHANGED))


def reopen_case(call: Call) -> View | None:
    """Re-open a ratified case, and go back to its discussion."""
    form = call.form
    with call.begin() as session:
        who = call.actor(session)
        case = reopen.reopen(session, who, form.record_id, form.texts.get(reopen.REASON, ""))
        if call.below is None:
            return reopen_view.reopened(case)
        about = discussion.discussion(session, who, case.id)
    return call.close_on(discussion_view.discussion(about))


LISTENERS = (
    opens(agenda_view.SHOW, agenda.show, agenda_view.view, here=True),
    turns(agenda_view.PAGE, agenda.show, agenda_view.view),
    opens(attendance_view.EDIT, attendance.open_form, attendance_view.recording),
    on_form(attendance_view.RECORD, record_attendance),
    opens(DISCUSS, discussion.open_discussion, discussion_view.discussion, writes=True),
    turns(discussion_view.PAGE, discussion.open_discussion, discussion_view.discussion, writes=True),
    goes_on(discussion_view.PREVIOUS, discussion.open_discussion, discussion_view.discussion, writes=True),
    goes_on(discussion_view.NEXT, discussion.open_discussion, discussion_view.discussion, writes=True),
    opens(ratify_view.JUDGE, ratify.read_judging, ratify_view.judging, writes=True),
    on_choice(ratify_view.RATIFY, choose_grade),
    on_action(ratify_view.POSITIONS, choose_positions),
    on_form(ratify_view.RATIFY, ratify_case),
    opens(reopen_view.REOPEN, reopen.open_reopening, reopen_view.reopening),
    on_form(reopen_view.REOPENED, reopen_case),
)
