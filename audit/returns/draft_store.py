"""Windows: a form as somebody has it before them, and the one draft that is kept of what they type there."""

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
    """Where a form belongs, and the version that it was filled from.

    `draft` is what it was filled from, where that was a draft.
    """

    found: Found
    base: int
    role: Capacity
    record_id: str
    view_id: str
    draft: Draft | None


def window(session: Session, who: Actor, record_id: str, view_id: str) -> Window:
    """The window that a form came from, its return locked; NotFound, NotAllowed."""
    found, base = filled_from(session, record_id)
    role = capacity(session, who, found)
    draft = session.get(Draft, record_id) if record_id != found.Return.id else None
    if draft is not None:
        session.refresh(draft)  # as it is now that the return is locked
        require_visible(session, who, found, role, draft)
    return Window(found, base, role, record_id, view_id, draft)


def require_visible(session: Session, who: Actor, found: Found, role: Capacity, draft: Draft) -> None:
    """The agency's drafts are its own people's and their auditor's, those of coordinators for it the coordinators'."""
    behalf = kept_draft(session, draft).behalf
    if draft.answers is None or behalf == (role is Capacity.BEHALF):
        return
    if behalf:
        require_coordinator(who, "draft.take", draft.id)
    else:
        require_answering(who, found.Involvement.agency_id, found.Case.area_id, found.Return.id)


def before(session: Session, who: Actor, at: Window) -> tuple[Answers, bool]:
    """What is known of the fields that a page doesn't show: those of other pages, and those hidden just now.

    And whether that isn't the window's own: its draft was sent, thrown away, or gone on from elsewhere. Then it is the
    person's newest draft, or what was sent last.
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
    """What is sent from the last page, with what the others held; nothing of a question that isn't asked.

    Details of an immediate action that stood on the page which was sent are asked about all the same.
    """
    joined = over(typed, known, elsewhere(tool, asked))
    shown = tool.shows(joined.sections) | set(IMMEDIATE_DETAILS).intersection(asked)
    return replace(joined, sections={key: text for key, text in joined.sections.items() if key in shown})


def elsewhere(tool: Tool, asked: Collection[str]) -> list[str]:
    """The fields of the pages before the last that aren't in `asked`."""
    return [field for field in fields_before(tool, len(tool.steps) - 1) if field not in asked]


def earlier_pages(session: Session, who: Actor, at: Window) -> Answers | None:
    """What stands in this window's draft, and so on its earlier pages when the last is sent; None if it has none."""
    row = _of_window(session, at)
    if row is None or row.by_id != who.person_id or row.answers is None:
        return None
    return kept_draft(session, row).answers


def store(session: Session, who: Actor, at: Window, answers: Answers, *, base: int | None = None) -> Draft:
    """Keep `answers` as the draft of this window (begun from version `base`, if not from the one it was filled from).

    A window has one draft. What it was filled from is emptied with that if it is one's own, since this goes on from it;
    a colleague's stays theirs.
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
    """The id of somebody else's draft from which this text began; None if it is the person's own."""
    if draft is None:
        return None
    return kept_draft(session, draft).began_from if draft.by_id == who.person_id else draft.id


def _rows(session: Session, at: Window) -> list[Draft]:
    """This window's drafts, whatever version each began from; there is something in one of them at most."""
    mine = select(Draft).where(Draft.return_id == at.found.Return.id, Draft.view_id == at.view_id)
    return list(session.scalars(mine))


def _of_window(session: Session, at: Window) -> Draft | None:
    return next((row for row in _rows(session, at) if row.base == at.base), None)


def _begun(session: Session, found: Found) -> None:
    """Something is drafted now: lists say so."""
    if found.Return.state == ReturnState.REQUESTED:
        found.Return.state = ReturnState.DRAFTED
        promise(session, PromiseKind.DRAFT, found.Return.id, now(session))


def not_ready(session: Session, found: Found, draft: Draft) -> None:
    """What is changed again isn't ready to be signed off: whoever was told so is told."""
    if draft.ready_at is None:
        return
    draft.ready_at = None
    handover = handed_over(session, found.Return.id)
    if handover is not None:
        ledger.again(session, MessageKind.HANDOVER, [handover.id])
    promise(session, PromiseKind.DRAFT, found.Return.id, now(session))


def sent(session: Session, who: Actor, at: Window) -> Draft | None:
    """What was typed in this window has been sent: its draft is emptied, those of other windows and people stay.

    The draft of somebody else that the text goes back to, if it does.
    """
    rows = [*_rows(session, at), *([at.draft] if at.draft else [])]
    source_id = next((found for row in rows if (found := _began_from(session, who, row))), None)
    for row in rows:
        if row.by_id == who.person_id:
            empty(row)
    return session.get(Draft, source_id) if source_id else None


def empty(draft: Draft) -> None:
    """Nothing of it is left but that it was there, so that a form filled from it still knows its base."""
    draft.answers, draft.ready_at = None, None
