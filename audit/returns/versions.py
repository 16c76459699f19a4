"""Versions of returns: finding those that a form's window has stored, and adding one."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor
from audit.calendar import deadline
from audit.errors import Refused
from audit.returns import immediate
from audit.returns.answers import Answers, keep, kept, only_asked, same
from audit.returns.asked_tool import tool_of
from audit.returns.found_return import Found, party_of, require_open
from storage.clock import now
from storage.faults import fault
from storage.immediate import ImmediateAction
from storage.promises import PromiseKind, promise
from storage.returns import Decline, Draft, ReturnState, ReturnVersion
from storage.types import change, insert_now, plain_rows


@dataclass(frozen=True)
class BesideReturn:
    """Whether a return has things that matter to its next version; most returns have none of them.

    `sent`: this window has stored a version. `drafts`: there are drafts. `declining`: a request not to answer is
    undecided. `immediate`: it has or had an immediate action.
    """

    sent: bool
    drafts: bool
    declining: bool
    immediate: bool


_BESIDE = select(
    exists().where(ReturnVersion.view_id == bindparam("view_id")),
    exists().where(Draft.return_id == bindparam("return_id")),
    exists().where(Decline.return_id == bindparam("return_id"), Decline.decided_at.is_(None)),
    exists().where(ImmediateAction.return_id == bindparam("return_id")),
)


def beside(session: Session, found: Found, view_id: str) -> BesideReturn:
    """What a locked return has besides its row.

    This needs its own statement: the locking one doesn't see what was committed while it waited for the lock.
    """
    return BesideReturn(*plain_rows(session, _BESIDE, {"return_id": found.Return.id, "view_id": view_id}).one())


def sent_before(session: Session, return_id: str, view_id: str, base: int) -> Sequence[ReturnVersion]:
    """The versions that this window stored from `base` on, oldest first; almost always none."""
    sent = session.scalars(
        select(ReturnVersion)
        .where(ReturnVersion.view_id == view_id, ReturnVersion.base >= base)
        .order_by(ReturnVersion.base)
    ).all()
    if any(each.return_id != return_id for each in sent):
        raise Refused("This form was sent for another return already. Please close it and open it again.")
    return sent


def repeated(  # noqa: PLR0917  # what a version is made of
    session: Session, found: Found, base: int, view_id: str, answers: Answers, state: ReturnState
) -> ReturnVersion | None:
    """The version by which this window has already brought about `state`, from version `base` on; or None.

    Refused if it said something else then, or if the return has changed since the window was opened or can't be
    changed.
    """
    sent = sent_before(session, found.Return.id, view_id, base)
    if sent and sent[-1].state == state:
        if not same(kept(session, sent[-1]), answers):
            raise Refused(
                f"What this form said first about {party_of(found).reference} is saved, and what you changed since"
                " isn't in it. Close it, and look at the return."
            )
        return sent[-1]
    require_open(session, found)
    if found.Return.version != base:
        raise Refused(
            f"The return for {party_of(found).reference} was changed since you opened this, so nothing was done. Please"
            " close this and open it again."
        )
    return None


_VERBS = {
    ReturnState.SUBMITTED: "return.submit",
    ReturnState.NIL: "return.nil",
    ReturnState.DECLINED: "return.decline",
    ReturnState.REQUESTED: "return.withdraw",
}
"""The trail's name for a version, by the state that it brings about."""


def add_version(  # noqa: PLR0917  # what a version is made of
    session: Session,
    who: Actor,
    found: Found,
    view_id: str,
    answers: Answers,
    state: ReturnState = ReturnState.SUBMITTED,
    *,
    declining: bool = True,
) -> ReturnVersion:
    """Add the next version of a locked return, which also settles any undecided request not to answer.

    `declining`: False if there is certainly no such request.
    """
    row, case, cycle = found.Return, found.Case, found.Cycle
    moment = now(session)
    answered = state in (ReturnState.SUBMITTED, ReturnState.NIL)
    version = ReturnVersion(
        return_id=row.id,
        number=row.version + 1,
        state=state,
        base=row.version,
        view_id=view_id,
        tool_id=cycle.tool_id,
        late=answered and moment > deadline(cycle.due_on),
        after_release=case.released_at is not None,
        by_id=who.person_id,
        submitted_at=moment,
    )
    keep(session, version, tool_of(found), answers)
    insert_now(session, version)
    change(session, row, version=version.number, state=state)
    if declining:
        waiting = update(Decline).where(Decline.return_id == row.id, Decline.decided_at.is_(None))
        session.execute(waiting.values(decided_by_id=who.person_id, decided_at=moment))
    detail = f"{case.reference} version {version.number} {answers.grade or ''}".rstrip()
    verb = f"{_VERBS[state]}_for" if answers.source else _VERBS[state]
    trail.record(session, who, verb, subject_id=row.id, cycle_id=cycle.id, detail=detail)
    promise(session, PromiseKind.RETURN, row.id, moment)
    session.flush()
    if state == ReturnState.SUBMITTED:
        immediate.follow(session, who, row.id, cycle.id, version.number, only_asked(tool_of(found), answers))
    fault("submit.after_insert")
    return version
