"""What each kind of message says: drawn from the database whenever it is delivered."""

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

from audit import access, cycle_facts
from audit.actions import reminders as reminders_rules
from audit.calendar import in_hours, in_london, opens_next
from audit.cases import summary
from audit.chasing import digest, prompt, reminders, snooze
from audit.cycle import board as board_rules
from audit.cycle import release
from audit.errors import NotAllowed, Refused
from audit.meeting import agenda
from audit.report import issue, meeting_pack, recipients
from audit.returns import cover, decline, handover, immediate, immediate_raisers
from audit.returns import waiting as waiting_rules
from audit.sheet import edits, state
from audit.underway import cancel
from audit.underway.cancel import Cancelled
from jobs.attempts import Later, Never
from storage.clock import now
from storage.messages import Message, MessageKind
from storage.people import Person, RoleKind, Workspace
from views.actions import reminders as reminders_view
from views.cases import summary as summary_view
from views.chasing import digest as digest_view
from views.chasing import prompt as prompt_view
from views.chasing import reminders as reminder_views
from views.cycle import matrix as matrix_view
from views.cycle import tally as tally_view
from views.meeting import agenda as agenda_view
from views.parts import Content
from views.report import issue as issue_view
from views.report import meeting_pack as meeting_pack_view
from views.returns import cover as cover_view
from views.returns import decline as decline_view
from views.returns import handover as handover_view
from views.returns import immediate as immediate_view
from views.returns import request as request_view
from views.sheet import state as state_view
from views.underway import cancel as cancel_view
from views.underway import involvements as involvements_view


def drawn(session: Session, row: Message) -> Content | None:
    """What the message should say now, drawn from the database by its kind; None if there is nothing to say (any more).

    Somebody who may no longer be told isn't; any other refusal sets the message aside.
    """
    try:
        if row.kind in _CALLED_OFF and (cancelled := cancel.cancelled(session, row.cycle_id)):
            return _called_off(session, row, cancelled)
        if row.kind in _WHILE_OPEN and not _stands(row) and not cycle_facts.is_open(session, row.cycle_id):
            return None
        return _DRAWN[MessageKind(row.kind)](session, row)
    except NotAllowed:
        return None
    except Refused as refusal:
        raise Never(refusal.sentence) from refusal


def _stands(row: Message) -> bool:
    """Whether it is posted, or may be: an attempt began to post it whose end nobody saw."""
    return row.ts is not None or row.intended_at is not None


def _called_off(session: Session, row: Message, cancelled: Cancelled) -> Content | None:
    """What stands in Slack says that the audit was cancelled; what doesn't is never posted."""
    to_person = row.person_id is not None
    if to_person:
        _addressee(session, row)
    return cancel_view.called_off(cancelled, to_person=to_person) if row.ts else None


def _request(session: Session, row: Message) -> Content:
    waiting = waiting_rules.waiting(session, _addressee(session, row), row.cycle_id)
    return request_view.request(cycle_facts.view(session, row.cycle_id), waiting, now(session))


def _summary(session: Session, row: Message) -> Content | None:
    case = summary.summary(session, row.subject_id)
    if case.withdrawn:
        return involvements_view.withdrawn(case) if row.ts else None
    return summary_view.headlines(case, now(session))


def _agenda(session: Session, row: Message) -> Content | None:
    found = agenda.of_area(session, row.subject_id)
    return agenda_view.posted(found) if found else None


def _tally(session: Session, row: Message) -> Content:
    board = release.shared(board_rules.board(session, row.cycle_id))
    return tally_view.tally(board.cycle, board.tally, board.now, board.themes, of=len(board.cases))


def _matrix(session: Session, row: Message) -> Content:
    return matrix_view.matrix(release.shared(board_rules.board(session, row.cycle_id)))


def _drift(session: Session, row: Message) -> Content:
    access.require_coordinator(_addressee(session, row), "drift.read", row.cycle_id)
    return state_view.digest(edits.digest(session, row.cycle_id, date.fromisoformat(row.subject_id)))


def _sheet_stopped(session: Session, row: Message) -> Content:
    access.require_coordinator(_addressee(session, row), "sheet.read", row.cycle_id)
    return state_view.stopped(state.stop(session, row.cycle_id, row.subject_id))


def _immediate(session: Session, row: Message) -> Content:
    access.require_coordinator(_addressee(session, row), "immediate.read", row.subject_id)
    return immediate_view.message(immediate.told(session, row.subject_id), now(session))


def _immediate_due(session: Session, row: Message) -> Content | None:
    access.require_coordinator(_addressee(session, row), "immediate.read", row.subject_id)
    reminded = immediate.reminder(session, row)
    return immediate_view.reminder(reminded, now(session)) if reminded else None


def _immediate_raised(session: Session, row: Message) -> Content | None:
    found = immediate_raisers.told(session, _addressee(session, row), row)
    return immediate_view.to_whom_raised(found, now(session)) if found else None


def _decline(session: Session, row: Message) -> Content | None:
    view = decline.look(session, row.subject_id)
    who = _addressee(session, row)
    if who.has(RoleKind.COORDINATOR):
        return decline_view.to_coordinators(view)
    return decline_view.to_whom_asked(view) if who.person_id == view.asked_by_id else None


def _reminder(session: Session, row: Message) -> Content | None:
    who, moment = _addressee(session, row), now(session)
    waiting = waiting_rules.waiting(session, who, row.cycle_id)
    unsent = row.ts is None
    if reminders.superseded(session, row) or (
        unsent and not any(reminder_views.asks(each, moment) for each in waiting)
    ):
        return None
    _require_hours(session, row)
    return reminder_views.reminder(
        cycle_facts.view(session, row.cycle_id), waiting, _reminded(session, who, row), moment
    )


def _reminded(session: Session, who: access.Actor, row: Message) -> reminder_views.Reminded:
    mine = [each for each in cover.mine(session, who) if each.covered_id == who.person_id]
    return reminder_views.Reminded(
        coverable=who.person_id if cover.coverable(session, who.person_id) else None,
        covered=mine[0] if mine else None,
        rests_until=snooze.until(session, who, row.cycle_id),
    )


def _digest(session: Session, row: Message) -> Content | None:
    access.require_coordinator(_addressee(session, row), "digest.read", row.cycle_id)
    day = date.fromisoformat(row.subject_id)
    over = row.ts is not None and day < in_london(now(session)).date()  # it stays as it was on its day
    found = None if over or reminders.superseded(session, row) else digest.digest(session, row.cycle_id, day)
    if found is None:
        return None
    _require_hours(session, row)
    return digest_view.digest(found)


def _require_hours(session: Session, row: Message) -> None:
    """Later, if it hasn't been sent yet and would disturb somebody's evening: Slack was away when it was due."""
    moment = now(session)
    if row.ts is None and not in_hours(moment):
        wait = opens_next(moment) - moment
        raise Later("It will be sent from 9 am on the next working day.", wait.total_seconds())


def _prompt(session: Session, row: Message) -> Content | None:
    found = prompt.prompt(session, row.cycle_id, row.subject_id)
    return prompt_view.prompt(found) if found.places or row.ts else None


def _cover(session: Session, row: Message) -> Content | None:
    found = cover.view(session, row.subject_id)
    if found.over and row.ts is None:
        return None
    waiting = waiting_rules.waiting(session, _addressee(session, row), row.cycle_id)
    return cover_view.message(found, cycle_facts.view(session, row.cycle_id), waiting, now(session))


def _handover(session: Session, row: Message) -> Content | None:
    handed, who = handover.look(session, row.subject_id), _addressee(session, row)
    if handed.ended_at is not None and row.ts is None:
        return None
    return handover_view.to_auditor(handed) if who.person_id == handed.auditor_id else handover_view.to_lead(handed)


def _action(session: Session, row: Message) -> Content | None:
    _addressee(session, row)
    found = reminders_rules.told(session, row)
    yours = found.theirs and not found.newer
    if row.ts is None and (found.action.closed or not yours):
        return None
    return reminders_view.told(found.action, now(session)) if yours else reminders_view.passed(found)


def _action_due(session: Session, row: Message) -> Content | None:
    _addressee(session, row)
    found = reminders_rules.owing(session, row)
    if found is None:
        return None
    _require_hours(session, row)
    return reminders_view.reminder(found)


def _actions_digest(session: Session, row: Message) -> Content | None:
    found = reminders_rules.standing(session, row)
    if found is None:
        return None
    _require_hours(session, row)
    return reminders_view.digest(found)


def _report(session: Session, row: Message) -> Content | None:
    if row.ts is not None:
        return None  # it stays as it was sent
    if row.person_id is not None:
        access.require_coordinator(_addressee(session, row), "report.send", row.subject_id)
    found = issue.report(session, row.subject_id)
    sent = recipients.register(session, row.cycle_id)
    return issue_view.message(found, recipients.edition_of(row), sent)


def _pack(session: Session, row: Message) -> Content | None:
    if row.ts is not None:
        return None  # likewise
    found = meeting_pack.pack(session, _addressee(session, row), row.subject_id)
    return meeting_pack_view.message(found) if found else None


_CALLED_OFF = frozenset({
    MessageKind.REQUEST, MessageKind.REMINDER, MessageKind.PROMPT, MessageKind.DECLINE, MessageKind.HANDOVER,
    MessageKind.SUMMARY, MessageKind.AGENDA, MessageKind.TALLY, MessageKind.MATRIX, MessageKind.ACTION,
})  # fmt: skip
"""What says that its cycle was cancelled, once it was: not immediate actions, which stay until somebody closes them."""

_WHILE_OPEN = frozenset({
    MessageKind.REQUEST,
    MessageKind.REMINDER,
    MessageKind.PROMPT,
    MessageKind.SUMMARY,
    MessageKind.AGENDA,
    MessageKind.TALLY,
    MessageKind.MATRIX,
})  # fmt: skip
"""What is posted for the first time only while its cycle is open, however long it waited in the ledger."""

_DRAWN: dict[MessageKind, Callable[[Session, Message], Content | None]] = {
    MessageKind.REPORT: _report,
    MessageKind.PACK: _pack,
    MessageKind.REQUEST: _request,
    MessageKind.SUMMARY: _summary,
    MessageKind.AGENDA: _agenda,
    MessageKind.TALLY: _tally,
    MessageKind.MATRIX: _matrix,
    MessageKind.DRIFT: _drift,
    MessageKind.SHEET_STOPPED: _sheet_stopped,
    MessageKind.REMINDER: _reminder,
    MessageKind.DIGEST: _digest,
    MessageKind.PROMPT: _prompt,
    MessageKind.COVER: _cover,
    MessageKind.DECLINE: _decline,
    MessageKind.HANDOVER: _handover,
    MessageKind.IMMEDIATE: _immediate,
    MessageKind.IMMEDIATE_DUE: _immediate_due,
    MessageKind.IMMEDIATE_RAISED: _immediate_raised,
    MessageKind.ACTION: _action,
    MessageKind.ACTION_DUE: _action_due,
    MessageKind.ACTIONS_DIGEST: _actions_digest,
}


def _addressee(session: Session, row: Message) -> access.Actor:
    person = session.get_one(Person, row.person_id)
    workspace = session.get_one(Workspace, person.workspace_id)
    return access.actor(session, workspace.team_id, person.user_id)
