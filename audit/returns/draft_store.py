"""Windows: a form as one person has it open, and the draft that is kept of what they type there."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_answering, require_coordinator
from audit.delivery import ledger
from audit.errors import Refused
from audit.returns.answers import Answers, Drafted, fields_before, keep_draft, kept_draft, over
from audit.returns.form import starting
from audit.returns.found_return import Found, filled_from, party_of
from audit.returns.who_may_answer import Capacity, capacity, handed_over
from audit.tools import IMMEDIATE_DETAILS, Tool
from storage.clock import now
from storage.messages import MessageKind
from storage.promises import PromiseKind, promise
from storage.returns import Draft, ReturnState


@dataclass(frozen=True)
class Window:
    """An open form: the return and the version number (`base`) that it was filled from.

    `draft`: the draft that it was filled from, or None. `view_id`: the form's id in Slack.
    """

    found: Found
    base: int
    role: Capacity
    record_id: str
    view_id: str
    draft: Draft | None


def window(session: Session, who: Actor, record_id: str, view_id: str) -> Window:
    """The window of a form, with its return locked; NotFound, NotAllowed."""
    found, base = filled_from(session, record_id)
    role = capacity(session, who, found)
    draft = session.get(Draft, record_id) if record_id != found.Return.id else None
    if draft is not None:
        session.refresh(draft)  # read again, now that the return is locked
        require_visible(session, who, found, role, draft)
    return Window(found, base, role, record_id, view_id, draft)


def require_visible(session: Session, who: Actor, found: Found, role: Capacity, draft: Draft) -> None:
    """Refuse a draft to those who mustn't see it: an agency's is for its people, a coordinator's for coordinators."""
    behalf = kept_draft(session, draft).behalf
    if draft.answers is None or behalf == (role is Capacity.BEHALF):
        return
    if behalf:
        require_coordinator(who, "draft.take", draft.id)
    else:
        require_answering(who, found.Involvement.agency_id, found.Case.area_id, found.Return.id)


def known_answers(session: Session, who: Actor, at: Window) -> tuple[Answers, bool]:
    """The known answers to fields that the page doesn't show: those of other pages, and those just hidden.

    Also returns whether they aren't this window's own, because its draft was sent, discarded or continued elsewhere.
    They are then the person's newest draft, or what was sent last.
    """
    row = _of_window(session, at) or at.draft
    if row is None:
        return starting(session, at.found.Return.id, at.base), False
    if row.answers is not None:
        return kept_draft(session, row).answers, False
    mine = select(Draft).where(Draft.return_id == at.found.Return.id, Draft.by_id == who.person_id)
    kept = session.scalars(mine.where(Draft.answers.is_not(None)).order_by(Draft.saved_at.desc(), Draft.id))
    of_role = (each for each in map(partial(kept_draft, session), kept) if each.behalf == (at.role is Capacity.BEHALF))
    newest = next(of_role, None)
    return newest.answers if newest else starting(session, at.found.Return.id, at.found.Return.version), True


def answers_to_send(tool: Tool, known: Answers, typed: Answers, asked: Collection[str]) -> Answers:
    """The last page with what the other pages hold, without questions that aren't visible.

    Details of an immediate action that were on the page are included in any case, so that they are checked.
    """
    joined = over(typed, known, fields_of_earlier_pages(tool, asked))
    shown = tool.shows(joined.sections) | set(IMMEDIATE_DETAILS).intersection(asked)
    return replace(joined, sections={key: text for key, text in joined.sections.items() if key in shown})


def fields_of_earlier_pages(tool: Tool, asked: Collection[str]) -> list[str]:
    """The fields of the pages before the last that aren't in `asked`."""
    return [field for field in fields_before(tool, len(tool.steps) - 1) if field not in asked]


def earlier_pages(session: Session, who: Actor, at: Window) -> Answers | None:
    """What this window's draft holds, for the earlier pages when the last is sent; None without a draft."""
    row = _of_window(session, at)
    if row is None or row.by_id != who.person_id or row.answers is None:
        return None
    return kept_draft(session, row).answers


def store(session: Session, who: Actor, at: Window, answers: Answers, *, base: int | None = None) -> Draft:
    """Keep `answers` as this window's draft, begun from version `base` (default: the one the form was filled from).

    A window has one draft. The draft that it was filled from is emptied if it is the person's own; a colleague's stays.
    """
    at = at if base is None else replace(at, base=base)
    rows = _rows(session, at)
    row = next((each for each in rows if each.base == at.base), None)
    if row is not None and row.by_id != who.person_id:
        raise Refused("This form belongs to somebody else. Please close it and open the return again.")
    began_from = _began_from(session, who, row or at.draft)
    left = [each for each in rows if each is not row]
    if row is None:
        row = Draft(return_id=at.found.Return.id, by_id=who.person_id, base=at.base, view_id=at.view_id)
        session.add(row)
        left += [at.draft] if at.draft is not None and at.draft.by_id == who.person_id else []
    row.saved_at = now(session)
    keep_draft(session, row, Drafted(answers, at.role is Capacity.BEHALF, began_from))
    not_ready(session, at.found, row)
    for each in left:
        not_ready(session, at.found, each)
        empty(each)
    _begun(session, at.found)
    trail.record(session, who, "draft.save", subject_id=at.found.Return.id, cycle_id=at.found.Cycle.id,
                 detail=party_of(at.found).reference)  # fmt: skip
    return row


def _began_from(session: Session, who: Actor, draft: Draft | None) -> str | None:
    """The id of another person's draft from which this text was continued; None if there is none."""
    if draft is None:
        return None
    return kept_draft(session, draft).began_from if draft.by_id == who.person_id else draft.id


def _rows(session: Session, at: Window) -> list[Draft]:
    """This window's drafts, one for each version that they began from; at most one isn't empty."""
    mine = select(Draft).where(Draft.return_id == at.found.Return.id, Draft.view_id == at.view_id)
    return list(session.scalars(mine))


def _of_window(session: Session, at: Window) -> Draft | None:
    return next((row for row in _rows(session, at) if row.base == at.base), None)


def is_ready(session: Session, at: Window, answers: Answers) -> bool:
    """Whether this window's draft has these answers and was marked as ready for sign-off."""
    row = _of_window(session, at)
    return row is not None and row.ready_at is not None and kept_draft(session, row).answers == answers


def _begun(session: Session, found: Found) -> None:
    """Mark a requested return as drafted, so that lists show it."""
    if found.Return.state == ReturnState.REQUESTED:
        found.Return.state = ReturnState.DRAFTED
        promise(session, PromiseKind.DRAFT, found.Return.id, now(session))


def not_ready(session: Session, found: Found, draft: Draft) -> None:
    """Withdraw a draft's readiness for sign-off, as it is changed, and update the messages about it."""
    if draft.ready_at is None:
        return
    draft.ready_at = None
    handover = handed_over(session, found.Return.id)
    if handover is not None:
        ledger.redraw(session, MessageKind.HANDOVER, [handover.id])
    promise(session, PromiseKind.DRAFT, found.Return.id, now(session))


def sent(session: Session, who: Actor, at: Window) -> Draft | None:
    """Empty this window's drafts, after what was typed was sent; drafts of other windows and people stay.

    Returns another person's draft from which the text was continued, or None.
    """
    rows = [*_rows(session, at), *([at.draft] if at.draft else [])]
    source_id = next((found for row in rows if (found := _began_from(session, who, row))), None)
    for row in rows:
        if row.by_id == who.person_id:
            empty(row)
    return session.get(Draft, source_id) if source_id else None


def empty(draft: Draft) -> None:
    """Delete a draft's content but not its row, so that a form filled from it still knows its base."""
    draft.answers, draft.ready_at = None, None
