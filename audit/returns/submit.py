"""Opening a return's form, and sending the return, which stores a version."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor
from audit.errors import Refused
from audit.returns import draft_store, immediate_text
from audit.returns.answer_checks import check, storable
from audit.returns.answers import Answers, kept, same
from audit.returns.asked_tool import tool_of
from audit.returns.draft import newer
from audit.returns.draft_store import Window
from audit.returns.form import NotSent, OpenReturn, draft_view, drafts, from_draft, to_check, to_show
from audit.returns.found_return import Found, Party, find, party_of, require_open
from audit.returns.immediate_text import Immediate
from audit.returns.versions import BesideReturn, add_version, beside, sent_before
from audit.returns.who_may_answer import Capacity, capacity, handed_over
from storage.clock import now
from storage.people import Person
from storage.returns import Draft, ReturnState, ReturnVersion

READ = "return.read"
"""The trail's name for a coordinator's reading of a return in its form."""


@dataclass(frozen=True)
class Saved:
    """A stored version. `written_by`: the label of the auditor whose draft it signed off, or "".

    `immediate`: the immediate action that it asks for, or an earlier one that is still open, or None.
    """

    party: Party
    version: int
    saved_at: datetime
    meeting_at: datetime
    late: bool
    written_by: str = ""
    immediate: Immediate | None = None


def open_form(session: Session, who: Actor, return_id: str) -> OpenReturn:
    """A return's form, filled from one's own newest draft, an auditor's ready one, or else the newest version."""
    found = find(session, return_id)
    role = capacity(session, who, found)
    require_open(session, found)
    form = to_show(session, who, found, role)
    for draft, by, drafted in drafts(session, return_id, role):  # newest first
        theirs = draft.ready_at is not None and role is Capacity.OWN
        if draft.base == form.newest.number and (draft.by_id == who.person_id or theirs):
            return from_draft(form, draft_view(who, draft, by), drafted.answers)
    return form


def is_reading(opened: OpenReturn) -> bool:
    """Whether a coordinator reads in this form what an agency wrote. Its own people's reading isn't recorded."""
    return opened.capacity is Capacity.BEHALF and (opened.newest.answers != Answers() or opened.immediate is not None)


def note_reading(session: Session, who: Actor, opened: OpenReturn) -> None:
    """Record in the register of readings that a coordinator has opened an agency's form."""
    detail = f"{opened.party.reference} version {opened.newest.number}"
    cycle_id = find(session, opened.return_id).Cycle.id
    trail.reading(session, who, READ, subject_id=opened.return_id, cycle_id=cycle_id, detail=detail)


def submit(
    session: Session,
    who: Actor,
    record_id: str,
    view_id: str,
    answers: Answers,
    *,
    asked: Collection[str] | None = None,
) -> Saved | OpenReturn:
    """Store `answers` as the next version of the return that the form was filled from.

    `asked`: the fields of the page that was sent, or None if the form has one page. The same form sent again (same
    view, base and answers) gets the same answer and is stored once; with other answers, it is a correction by a person
    who didn't see the first answer. If another version came first, nothing is stored: the form is returned, filled from
    a draft of what was typed that begins from that version. Raises NotSent or Refused with the fields at fault,
    NotAllowed.
    """
    at = draft_store.window(session, who, record_id, view_id)
    if at.role is Capacity.AUDITOR:
        raise Refused("Only the agency's lead or deputy can send this return. Say that it is ready for sign-off.")
    stored_beside = beside(session, at.found, view_id)
    sent = sent_before(session, at.found.Return.id, view_id, at.base) if stored_beside.sent else ()
    before = kept(session, sent[-1]) if sent and sent[-1].state == ReturnState.SUBMITTED else None
    if before is not None and same(before, _whole(at, before, answers, asked)):
        return _saved(session, at.found, sent[-1], before, stored_beside)
    anew = newer(session, who, at, answers, asked) if asked is not None and not sent else None
    if anew is not None:
        return anew
    form = prepared(session, who, at, answers, asked=asked, before=before)
    repeated = any(same(kept(session, earlier), form.answers) for earlier in sent[:-1])
    if form.newest.number != (sent[-1].number if sent and not repeated else at.base):
        return overtaken(session, who, at, form)
    source = draft_store.sent(session, who, at) if stored_beside.drafts else None
    answers = replace(form.answers, written_by=_signed_off(session, source))
    version = add_version(session, who, at.found, view_id, answers, declining=stored_beside.declining)
    return _saved(session, at.found, version, answers, stored_beside)


def prepared(
    session: Session,
    who: Actor,
    at: Window,
    answers: Answers,
    *,
    asked: Collection[str] | None,
    before: Answers | None = None,
) -> OpenReturn:
    """The whole form as it would be sent; NotSent if something is at fault. `before`: what the window sent earlier."""
    require_open(session, at.found)
    tool = tool_of(at.found)
    parted = asked is not None and bool(draft_store.fields_of_earlier_pages(tool, asked))
    first = (draft_store.earlier_pages(session, who, at) or before) if parted else None
    if parted and first is None:
        raise Refused(
            "You carried on with this draft in another window, or discarded it there. Nothing was sent. Press Back to"
            " look at the earlier pages again; what you typed here stays."
        )
    form = to_check(session, at.found, at.role, _whole(at, first or Answers(), answers, asked))
    whole_answers = form.answers
    if at.role is not Capacity.BEHALF:
        whole_answers = replace(whole_answers, source="", given_by="")
    if not form.changing:
        whole_answers = replace(whole_answers, change_reason="")
    form = replace(form, answers=whole_answers, record_id=at.record_id, step=len(tool.steps) - 1)
    try:
        check(form, asked)
        storable(session, who, form.tool, form.answers)
    except Refused as refusal:
        shown = replace(to_show(session, who, at.found, at.role, whole_answers), record_id=at.record_id, step=form.step)
        own = next((each for each in shown.others if each.id == at.record_id), None)
        raise NotSent(refusal, from_draft(shown, own, whole_answers) if own else shown) from refusal
    return form


def overtaken(session: Session, who: Actor, at: Window, form: OpenReturn) -> OpenReturn:
    """The form with what was typed, kept as a draft that begins from the version that came first."""
    draft = draft_store.store(session, who, at, form.answers, base=form.newest.number)
    step, form = form.step, to_show(session, who, at.found, at.role, form.answers)
    notice = (
        f"{form.newest.by} saved version {form.newest.number} while you were writing. Nothing of yours is lost:"
        f" it is below, and sending it makes it version {form.newest.number + 1}."
    )
    return replace(from_draft(form, draft_view(who, draft, who.label), form.answers, notice=notice), step=step)


def _whole(at: Window, first: Answers, answers: Answers, asked: Collection[str] | None) -> Answers:
    """What one page says, with what is known of the other pages."""
    return answers if asked is None else draft_store.answers_to_send(tool_of(at.found), first, answers, asked)


def _signed_off(session: Session, source: Draft | None) -> str:
    """The label of the auditor whose ready draft is sent now, or ""; this ends their handover."""
    handover = handed_over(session, source.return_id) if source is not None and source.ready_at is not None else None
    if source is None or handover is None or source.by_id != handover.person_id:
        return ""
    draft_store.empty(source)
    handover.ended_at = now(session)
    return session.get_one(Person, handover.person_id).label


def _saved(session: Session, found: Found, version: ReturnVersion, answers: Answers, there: BesideReturn) -> Saved:
    asked = immediate_text.asked_for(answers) is not None
    known = immediate_text.newest(session, [found.Return.id]) if asked or there.immediate else {}
    raised = known.get(found.Return.id)
    shown = raised is not None and (raised.closed_at is None or asked)
    return Saved(
        party_of(found),
        version.number,
        version.submitted_at,
        found.Meeting.starts_at,
        version.late,
        answers.written_by,
        raised if shown else None,
    )
