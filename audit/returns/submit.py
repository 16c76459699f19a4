"""Returns: what waits for an agency, opening the form, and submitting a version of it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from audit.access import ANSWERING, Actor, answered_by
from audit.calendar import deadline
from audit.errors import NotFound, Refused
from audit.moment import OPEN
from audit.returns import immediate_text, window
from audit.returns import versions as versions_rules
from audit.returns.answer_checks import check, storable
from audit.returns.answers import Answers, kept, same
from audit.returns.form import (
    Again,
    Capacity,
    OpenReturn,
    bare,
    build,
    capacity,
    draft_view,
    drafts,
    from_draft,
    handed_over,
)
from audit.returns.immediate_text import Immediate
from audit.returns.versions import ASKED, FOUND, Found, Party, add_version, party_of, require_open, sent_before
from audit.returns.window import Window
from audit.tools import Tool
from storage.cases import Case
from storage.clock import now
from storage.cycles import Cycle
from storage.immediate import ImmediateAction
from storage.people import Agency, Area, Person
from storage.returns import Decline, Draft, Handover, Return, ReturnState, ReturnVersion

__all__ = ["Again", "OpenReturn", "Party", "Saved", "Waiting", "open_form", "submit", "urgent", "waiting"]


@dataclass(frozen=True)
class Waiting:
    """One line of an agency lead's list.

    `late`: its newest version came after the deadline. `asked_not_to`: a coordinator decides whether it is declined.
    `reopened`: its case was ratified and opened again, so it can be changed though the meeting has begun.
    `over`: nothing more is asked about it, and it is listed for its immediate action alone.
    `draft_saved_at`: when who looks last saved a draft of theirs. `auditor`: with whom it is (a label); `ready`: who
    says that it can be signed off. `entered`: a coordinator entered what was sent. `immediate`: the immediate action
    that it raised last.
    """

    return_id: str
    party: Party
    state: str
    version: int
    due_at: datetime
    meeting_at: datetime
    late: bool = False
    locked: bool = False
    asked_not_to: bool = False
    draft_saved_at: datetime | None = None
    auditor: str | None = None
    ready: bool = False
    entered: bool = False
    reopened: bool = False
    immediate: Immediate | None = None
    over: bool = False

    def begun(self, moment: datetime) -> bool:
        """Whether its meeting has begun, so that it can't be changed any more."""
        return moment >= self.meeting_at and not self.reopened


@dataclass(frozen=True)
class Saved:
    """A version that is stored. `written_by`: the auditor whose draft was signed off with it, by their label.

    `immediate`: the immediate action that it asks for, or that an earlier version did and that is still open.
    """

    party: Party
    version: int
    saved_at: datetime
    meeting_at: datetime
    late: bool
    written_by: str = ""
    immediate: Immediate | None = None


def waiting(session: Session, who: Actor, cycle_id: str | None = None) -> tuple[Waiting, ...]:
    """Every return that `who` may answer in cycles that are collecting (or in one cycle), by area and reference."""
    if not who.has(*ANSWERING):
        return ()
    return listed(session, who, answered_by(who), *([Cycle.id == cycle_id] if cycle_id is not None else []))


def urgent(session: Session, who: Actor) -> tuple[Waiting, ...]:
    """The returns about which nothing more is asked, but whose immediate action is open."""
    ids = session.scalars(select(ImmediateAction.return_id).where(ImmediateAction.closed_at.is_(None))).all()
    if not ids or not who.has(*ANSWERING):
        return ()
    found = _listed(session, who, answered_by(who), Return.id.in_(ids), ~_ASKED)
    return tuple(replace(each, over=True) for each in found)


def listed(session: Session, who: Actor, *those: ColumnElement[bool]) -> tuple[Waiting, ...]:
    """Those returns, as far as they are asked for in cycles that are collecting, as `who` sees them in a list."""
    return _listed(session, who, *those, _ASKED)


_ASKED = and_(*ASKED, Cycle.state.in_(OPEN))


def _listed(session: Session, who: Actor, *those: ColumnElement[bool]) -> tuple[Waiting, ...]:
    wanted = FOUND.where(*those).order_by(Cycle.number, Area.label, Case.reference, Agency.label)
    found_all = session.execute(wanted).all()
    beside = _Beside(session, who, found_all)
    return tuple(beside.line(found) for found in found_all)


class _Beside:
    """What a list says of each of these returns beside the return itself, read at once for all."""

    def __init__(self, session: Session, who: Actor, found_all: Sequence[Found]) -> None:
        ids, case_ids = [found.Return.id for found in found_all], {found.Case.id for found in found_all}
        newest = and_(ReturnVersion.return_id == Return.id, ReturnVersion.number == Return.version)
        versions = session.execute(
            select(Return.id, ReturnVersion.late, ReturnVersion.source)
            .join(ReturnVersion, newest)
            .where(Return.id.in_(ids))
        ).all()
        self._late = {return_id for return_id, late, _ in versions if late}
        self._entered = {return_id for return_id, _, source in versions if source}
        undecided = select(Decline.return_id).where(Decline.return_id.in_(ids), Decline.decided_at.is_(None))
        self._asked_not_to = set(session.scalars(undecided))
        kept_ones = select(Draft).where(Draft.return_id.in_(ids), Draft.answers.is_not(None)).order_by(Draft.saved_at)
        mine = [draft for draft in session.scalars(kept_ones) if draft.by_id == who.person_id]
        self._saved_at = {draft.return_id: draft.saved_at for draft in mine}
        self._auditors, self._ready = _handed(session, ids)
        self._immediate = immediate_text.newest(session, ids)
        self._reopened = versions_rules.reopened(session, Case.id.in_(case_ids))

    def line(self, found: Found) -> Waiting:
        return_id = found.Return.id
        return Waiting(
            return_id,
            party_of(found),
            found.Return.state,
            found.Return.version,
            deadline(found.Cycle.due_on),
            found.Meeting.starts_at,
            late=return_id in self._late,
            locked=found.Return.locked_at is not None,
            asked_not_to=return_id in self._asked_not_to,
            draft_saved_at=self._saved_at.get(return_id),
            auditor=self._auditors.get(return_id),
            ready=return_id in self._ready,
            entered=return_id in self._entered,
            reopened=found.Case.id in self._reopened,
            immediate=self._immediate.get(return_id),
        )


def _handed(session: Session, ids: list[str]) -> tuple[dict[str, str], set[str]]:
    """Which of these returns are with an auditor (return id -> their label), and which of those are ready."""
    rows = session.execute(
        select(Handover.return_id, Person.label, Draft.id)
        .join(Person, Person.id == Handover.person_id)
        .outerjoin(
            Draft,
            and_(Draft.return_id == Handover.return_id, Draft.by_id == Handover.person_id, Draft.ready_at.is_not(None)),
        )
        .where(Handover.return_id.in_(ids), Handover.ended_at.is_(None))
    ).all()
    return {return_id: label for return_id, label, _ in rows}, {return_id for return_id, _, ready in rows if ready}


def open_form(session: Session, who: Actor, return_id: str) -> OpenReturn:
    """The form of a return: filled from one's own newest draft or an auditor's ready one, else as it stands."""
    found = session.execute(FOUND.where(Return.id == return_id)).one_or_none()
    if found is None:
        raise NotFound("This return isn't there any more.")
    role = capacity(session, who, found)
    require_open(session, found)
    form = build(session, who, found, role)
    for draft, by, drafted in drafts(session, return_id, role):  # the newest first
        theirs = draft.ready_at is not None and role is Capacity.OWN
        if draft.base == form.version and (draft.by_id == who.person_id or theirs):
            return from_draft(form, draft_view(who, draft, by), drafted.answers)
    return form


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

    `asked` are the fields that the page had which was sent, if that isn't the whole form. The same form sent again
    (same view, same base, same answers) is answered the same and stored once; with other answers it is a second thought
    of somebody whom the first answer never reached. If another version came first nothing is sent: the form is given
    back, filled from a draft that holds what was typed and begins from that version. Raises Again or Refused with the
    fields at fault, NotAllowed.
    """
    at = window.window(session, who, record_id, view_id)
    if at.role is Capacity.AUDITOR:
        raise Refused("Only the agency's lead or deputy can send this return. Say that it is ready for sign-off.")
    sent = sent_before(session, at.found.Return.id, view_id, at.base)
    before = kept(session, sent[-1]) if sent and sent[-1].state == ReturnState.SUBMITTED else None
    if before is not None and same(before, _whole(at, before, answers, asked)):
        return _saved(session, at.found, sent[-1], before)
    form = prepared(session, who, at, answers, asked=asked, before=before)
    repeated = any(same(kept(session, earlier), form.answers) for earlier in sent[:-1])
    if form.version != (sent[-1].number if sent and not repeated else at.base):
        return overtaken(session, who, at, form)
    answers = replace(form.answers, written_by=_signed_off(session, window.sent(session, who, at)))
    version = add_version(session, who, at.found, view_id, answers)
    return _saved(session, at.found, version, answers)


def prepared(
    session: Session,
    who: Actor,
    at: Window,
    answers: Answers,
    *,
    asked: Collection[str] | None,
    before: Answers | None = None,
) -> OpenReturn:
    """The whole form as it would be sent from a window that sent `before` already; Again if something is at fault."""
    require_open(session, at.found)
    tool = _tool(at.found)
    parted = asked is not None and bool(window.elsewhere(tool, asked))
    first = (window.first_page(session, who, at) or before) if parted else None
    if parted and first is None:
        raise Refused(
            "You went on with this draft in another window, or threw it away there. Nothing was sent. Press Back to"
            " look at the first page again; what you typed here stays."
        )
    form = bare(session, at.found, at.role, _whole(at, first or Answers(), answers, asked))
    given = form.answers
    if at.role is not Capacity.BEHALF:
        given = replace(given, source="", given_by="")
    if not form.changing:
        given = replace(given, change_reason="")
    form = replace(form, answers=given, record_id=at.record_id, step=len(tool.steps) - 1)
    try:
        check(form)
        storable(session, who, form.tool, form.answers)
    except Refused as refusal:
        shown = build(session, who, at.found, at.role, given)
        raise Again(refusal, replace(shown, record_id=at.record_id, step=form.step)) from refusal
    return form


def overtaken(session: Session, who: Actor, at: Window, form: OpenReturn) -> OpenReturn:
    """The form with what was typed, kept as a draft that begins from the version which came first."""
    draft = window.store(session, who, at, form.answers, base=form.version)
    step, form = form.step, build(session, who, at.found, at.role, form.answers)
    notice = (
        f"{form.saved_by} saved version {form.version} while you were writing. Nothing of yours is lost:"
        f" it is below, and sending it makes it version {form.version + 1}."
    )
    return replace(from_draft(form, draft_view(who, draft, who.label), form.answers, notice=notice), step=step)


def _tool(found: Found) -> Tool:
    return Tool.from_json(found.AuditTool.key, found.AuditTool.version, found.AuditTool.sections)


def _whole(at: Window, first: Answers, answers: Answers, asked: Collection[str] | None) -> Answers:
    """What one page says, with what is known of the first."""
    return answers if asked is None else window.whole(_tool(at.found), first, answers, asked)


def _signed_off(session: Session, source: Draft | None) -> str:
    """The auditor whose ready draft is sent now, by their label: with that the return isn't theirs any more."""
    handover = handed_over(session, source.return_id) if source is not None and source.ready_at is not None else None
    if source is None or handover is None or source.by_id != handover.person_id:
        return ""
    window.empty(source)
    handover.ended_at = now(session)
    return session.get_one(Person, handover.person_id).label


def _saved(session: Session, found: Found, version: ReturnVersion, answers: Answers) -> Saved:
    raised = immediate_text.newest(session, [found.Return.id]).get(found.Return.id)
    shown = raised is not None and (raised.closed_at is None or immediate_text.asked_for(answers) is not None)
    return Saved(
        party_of(found),
        version.number,
        version.submitted_at,
        found.Meeting.starts_at,
        version.late,
        answers.written_by,
        raised if shown else None,
    )
