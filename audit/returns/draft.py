"""Drafts: what was typed and not sent, kept for the form's window, and continued in another."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor
from audit.errors import NeedsConfirmation, NotFound, Refused
from audit.returns.answer_checks import follows, possible, storable
from audit.returns.answers import OWN, Answers, label_of, over, page_of
from audit.returns.asked_tool import outdated, tool_of
from audit.returns.draft_store import Window, empty, known_answers, not_ready, require_visible, store, window
from audit.returns.form import OpenReturn, draft_view, drafts, from_draft, to_show
from audit.returns.found_return import Found, Party, find, party_of, require_open
from audit.returns.versions import sent_before
from audit.returns.who_may_answer import Capacity, capacity
from audit.tools import Tool
from storage.clock import now
from storage.promises import PromiseKind, promise
from storage.returns import Draft, ReturnState

NEWER = (
    "What this audit asks was changed while you were writing. Nothing was sent; what you typed is kept as a draft."
    " Please look through the form before you send it."
)
ELSEWHERE = (
    "You carried on with this draft in another window, or discarded it there. The other pages show what is"
    " known now, and this one what you typed here: please look through them before you send it."
)
GONE = "This draft no longer exists: it was sent or discarded."


@dataclass(frozen=True)
class Discarded:
    """A draft that was discarded."""

    return_id: str
    party: Party


def save(
    session: Session,
    who: Actor,
    record_id: str,
    view_id: str,
    typed: Answers,
    *,
    asked: Collection[str],
    by: int = 0,
) -> OpenReturn:
    """Keep what was typed in the fields `asked` of a form's page; the form, moved `by` pages.

    What mustn't be stored isn't: the form then says so, and still shows what was typed. Refused if the return can't be
    changed any more, NotFound, NotAllowed.
    """
    at = window(session, who, record_id, view_id)
    if (anew := newer(session, who, at, typed, asked)) is not None:
        return anew
    form = _filled(session, who, at, typed, asked)
    _require_unsent(session, at)
    try:
        storable(session, who, form.tool, form.answers)
    except Refused as refusal:
        questions = refusal.questions if isinstance(refusal, NeedsConfirmation) else {}
        form = replace(form, record_id=record_id, questions=questions)
        return replace(form, notice=_unsaved(form.tool, refusal))
    return _shown(session, who, replace(form, step=form.beyond(by)), store(session, who, at, form.answers))


def turn(
    session: Session, who: Actor, record_id: str, view_id: str, typed: Answers, *, asked: Collection[str]
) -> OpenReturn:
    """Keep a page and show the next. Refused at fields whose content mustn't be stored."""
    at = window(session, who, record_id, view_id)
    if (anew := newer(session, who, at, typed, asked)) is not None:
        return anew
    form = _filled(session, who, at, typed, asked)
    _require_unsent(session, at)
    storable(session, who, form.tool, form.answers)
    more = follows(form, asked)
    form = replace(form, notice=next(iter(more.values()))) if more else replace(form, step=form.beyond(1))
    return _shown(session, who, form, store(session, who, at, form.answers))


def newer(session: Session, who: Actor, at: Window, typed: Answers, asked: Collection[str]) -> OpenReturn | None:
    """The form in the tool's newer version, with what was typed, if it was made by an earlier one; or None."""
    tool = outdated(session, at.found, asked, typed.sections)
    if tool is None:
        return None
    _require_unsent(session, at)
    known, _ = known_answers(session, who, at)
    form = to_show(session, who, at.found, at.role, over(known, typed, asked))
    form = replace(form, answers=possible(form), notice=NEWER)
    storable(session, who, tool, form.answers)
    return _shown(session, who, form, store(session, who, at, form.answers))


def _filled(session: Session, who: Actor, at: Window, typed: Answers, asked: Collection[str]) -> OpenReturn:
    """The form at the page with the fields `asked`, filled with what was typed there and what is known otherwise."""
    known, elsewhere = known_answers(session, who, at)
    tool = tool_of(at.found)
    fields = {*OWN, *(section.key for section in tool.sections)}.intersection(asked)
    form = to_show(session, who, at.found, at.role, over(known, typed, fields))
    notice = ELSEWHERE if elsewhere and len(tool.steps) > 1 else None
    return replace(form, answers=possible(form), step=page_of(tool, asked), notice=notice)


def _require_unsent(session: Session, at: Window) -> None:
    require_open(session, at.found)
    if sent_before(session, at.found.Return.id, at.view_id, at.base):
        raise Refused("This form was sent already. Please close it and open the return again.")


def _shown(session: Session, who: Actor, form: OpenReturn, draft: Draft) -> OpenReturn:
    session.flush()
    kept = tuple(each for each in form.others if session.get_one(Draft, each.id).answers is not None)
    form = replace(form, others=kept)
    return from_draft(form, draft_view(who, draft, who.label), form.answers, notice=form.notice)


def _unsaved(tool: Tool, refusal: Refused) -> str:
    field = next(iter(refusal.fields))
    return f"The draft was not saved. {label_of(tool, field)}: {refusal.fields[field]}"


def take(session: Session, who: Actor, draft_id: str) -> OpenReturn:
    """The form filled from a draft, one's own from another window or a colleague's; the reading is recorded."""
    draft, found, role = _open(session, who, draft_id)
    visible = {row.id: (row, by, drafted) for row, by, drafted in drafts(session, found.Return.id, role)}
    if draft.id not in visible:
        raise NotFound(GONE)
    row, by, drafted = visible[draft.id]
    trail.reading(session, who, "draft.take", subject_id=found.Return.id, cycle_id=found.Cycle.id,
                 detail=party_of(found).reference)  # fmt: skip
    return from_draft(to_show(session, who, found, role), draft_view(who, row, by), drafted.answers)


def discard(session: Session, who: Actor, draft_id: str) -> Discarded:
    """Discard one's own draft. Repeating it changes nothing."""
    draft, found, _ = _open(session, who, draft_id)
    if draft.by_id != who.person_id:
        raise Refused("Only the person who wrote a draft can discard it.")
    if draft.answers is not None:
        not_ready(session, found, draft)
        empty(draft)
        session.flush()
        _over(session, found)
        trail.record(session, who, "draft.discard", subject_id=found.Return.id, cycle_id=found.Cycle.id,
                     detail=party_of(found).reference)  # fmt: skip
    return Discarded(found.Return.id, party_of(found))


def _over(session: Session, found: Found) -> None:
    """Set a return without any draft back to requested."""
    left = select(Draft.id).where(Draft.return_id == found.Return.id, Draft.answers.is_not(None)).limit(1)
    if found.Return.state == ReturnState.DRAFTED and session.scalar(left) is None:
        found.Return.state = ReturnState.REQUESTED
        promise(session, PromiseKind.DRAFT, found.Return.id, now(session))


def _open(session: Session, who: Actor, draft_id: str) -> tuple[Draft, Found, Capacity]:
    """A draft and its return, locked, if this person may change it."""
    draft = session.get(Draft, draft_id)
    if draft is None:
        raise NotFound(GONE)
    found = find(session, draft.return_id, locked=True)
    session.refresh(draft)  # read again, now that the return is locked
    role = capacity(session, who, found)
    require_visible(session, who, found, role, draft)
    require_open(session, found)
    return draft, found, role
