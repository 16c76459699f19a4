"""Nil returns: an agency says that it doesn't know the child, for one case or for several at once."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.access import Actor, require_answering, require_coordinator
from audit.calendar import deadline
from audit.errors import NotFound, Refused
from audit.returns import waiting as waiting_rules
from audit.returns.answers import GIVEN_BY, SOURCE, SOURCES, Answers
from audit.returns.found_return import FOUND, Found, Party, filled_from, find, newest_id, party_of, require_open
from audit.returns.versions import add_version, repeated
from audit.returns.waiting import Waiting
from audit.screening import fields
from audit.screening.fields import TypedField
from audit.tools import LINE_LIMIT
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import Cycle
from storage.returns import UNANSWERED, Return, ReturnState, ReturnVersion
from storage.types import LOCK

MOST = 80
"""The most returns asked about at once: as many as fit one modal, in groups of ten."""


@dataclass(frozen=True)
class Nil:
    """A stored nil return."""

    party: Party
    version: int
    at: datetime
    meeting_at: datetime
    late: bool


@dataclass(frozen=True)
class NilSource:
    """How a coordinator received a nil return (a key of audit.returns.answers.SOURCES), and who gave it (a role)."""

    source: str
    given_by: str


@dataclass(frozen=True)
class Entering:
    """The form in which a coordinator enters a nil return. `record_id`: what it is filled from."""

    record_id: str
    party: Party
    due_at: datetime
    now: datetime


@dataclass(frozen=True)
class WhichAreKnown:
    """The form "which of these are known?": the first of the returns still to answer, and how many more.

    `holders`: who knows which children these are, one for each cycle, "" if nobody is named. `mark` identifies the
    list, so that no answer is about a return that wasn't shown.
    """

    now: datetime
    waiting: tuple[Waiting, ...]
    left: int
    holders: tuple[str, ...] = ()

    @property
    def mark(self) -> str:
        """12 hexadecimal digits that identify the returns shown."""
        return sha256("".join(each.return_id for each in self.waiting).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class NilSplit:
    """The returns proposed to become nil, and those still to be answered."""

    nil: tuple[Waiting, ...]
    known: tuple[Waiting, ...]
    left: int
    now: datetime


@dataclass(frozen=True)
class NilOutcome:
    """The result of several nil returns. `skipped`: those not changed, each with a sentence why."""

    done: tuple[Nil, ...]
    skipped: tuple[tuple[Party, str], ...]
    left: int
    now: datetime


def send(session: Session, who: Actor, record_id: str, view_id: str) -> Nil:
    """Make the form's return a nil return; once, if the same window repeats it. Refused, NotAllowed."""
    found, base = filled_from(session, record_id)
    require_answering(who, found.Involvement.agency_id, found.Case.area_id, found.Return.id)
    return _say(session, who, found, base, view_id, Answers())


def open_entering(session: Session, who: Actor, return_id: str) -> Entering:
    """The form for entering an agency's nil return, for a coordinator."""
    require_coordinator(who, "nil.enter", return_id)
    found = find(session, return_id)
    require_open(session, found)
    _require_unanswered(found)
    return Entering(newest_id(session, found), party_of(found), deadline(found.Cycle.due_on), now(session))


def enter_for_agency(session: Session, who: Actor, record_id: str, view_id: str, told: NilSource) -> Nil:
    """Enter, as a coordinator, a nil return that an agency gave in another way; once, if the same window repeats it."""
    found, base = filled_from(session, record_id)
    require_coordinator(who, "nil.enter", found.Return.id)
    wrong = {} if told.source in SOURCES else {SOURCE: "Say how you got this."}
    given_by = TypedField(told.given_by, "Say who gave it: a role, not a name.", LINE_LIMIT)
    fields.check(session, who, {GIVEN_BY: given_by}, wrong)
    return _say(session, who, found, base, view_id, Answers(source=told.source, given_by=told.given_by))


def _say(  # noqa: PLR0917  # what a version is made of
    session: Session, who: Actor, found: Found, base: int, view_id: str, answers: Answers
) -> Nil:
    before = repeated(session, found, base, view_id, answers, ReturnState.NIL)
    if before is None:
        _require_unanswered(found)
    version = before or add_version(session, who, found, view_id, answers, ReturnState.NIL)
    return _nil(found, version)


def _require_unanswered(found: Found) -> None:
    if found.Return.state not in UNANSWERED:
        raise Refused(f"{_answered(found)} Take it back first, if the child isn't known to the agency.")


def unanswered(session: Session, who: Actor, cycle_id: str | None = None) -> WhichAreKnown:
    """The returns (in one cycle, or all) that this person still has to answer, without requests to decline."""
    moment = now(session)
    every = [
        each
        for each in waiting_rules.waiting(session, who, cycle_id)
        if each.state in UNANSWERED and not each.locked and not each.asked_not_to and not each.begun(moment)
    ]
    shown = tuple(every[:MOST])
    return WhichAreKnown(
        moment, shown, max(0, len(every) - MOST), _key_holders(session, [each.return_id for each in shown])
    )


def split(asked: WhichAreKnown, known: Collection[str]) -> NilSplit:
    """The consequences of ticking the returns in `known` (ids)."""
    nil = tuple(each for each in asked.waiting if each.return_id not in known)
    return NilSplit(nil, tuple(each for each in asked.waiting if each.return_id in known), asked.left, asked.now)


_UNTICKED = "It was sent before you unticked it. Take it back, if your agency knows the child."
"""Shown for a nil return that was sent by an earlier sending of a form that no longer includes it."""


def send_all(session: Session, who: Actor, return_ids: Sequence[str], view_id: str) -> NilOutcome:
    """Make these returns nil, except those that can't be any more; once, if the same window repeats it.

    What the window sent before stays, even if it isn't included now. Nothing is changed at all if one of them isn't
    this person's to answer (NotAllowed) or doesn't exist (NotFound).
    """
    by_id = {found.Return.id: found for found in _locked(session, return_ids)}
    if set(return_ids) - set(by_id):
        raise NotFound("One of these returns no longer exists. Please close this and open it again.")
    for found in by_id.values():
        require_answering(who, found.Involvement.agency_id, found.Case.area_id, found.Return.id)
    sent = {
        version.return_id: version
        for version in session.scalars(
            select(ReturnVersion).where(ReturnVersion.view_id == view_id, ReturnVersion.state == ReturnState.NIL)
        )
    }
    if not (return_ids or sent):
        raise Refused("Nothing is ticked, so nothing was sent. Tick the cases that your agency doesn't know.")
    done = [_nil(find(session, gone), sent[gone]) for gone in sorted(sent.keys() - set(return_ids))]
    skipped = [(unticked.party, _UNTICKED) for unticked in done]
    for found in (by_id[return_id] for return_id in dict.fromkeys(return_ids)):
        why = None if found.Return.id in sent else _why_not(session, found)
        if why is not None:
            skipped.append((party_of(found), why))
            continue
        version = sent.get(found.Return.id) or add_version(session, who, found, view_id, Answers(), ReturnState.NIL)
        done.append(_nil(found, version))
    waiting = unanswered(session, who)
    return NilOutcome(tuple(done), tuple(skipped), len(waiting.waiting) + waiting.left, waiting.now)


def _locked(session: Session, return_ids: Iterable[str]) -> Sequence[Found]:
    """The returns, locked in a fixed order."""
    return session.execute(
        FOUND.where(Return.id.in_(set(return_ids))).order_by(Return.id).with_for_update(of=Return, **LOCK)
    ).all()


def _why_not(session: Session, found: Found) -> str | None:
    """A sentence why a return can't be made nil now; None if it can."""
    try:
        require_open(session, found)
    except Refused as refusal:
        return refusal.sentence
    return None if found.Return.state in UNANSWERED else _answered(found)


def _answered(found: Found) -> str:
    what = {ReturnState.NIL: "a nil return", ReturnState.DECLINED: "declined"}.get(
        ReturnState(found.Return.state), "sent"
    )
    return f"The return for {found.Case.reference} is {what} already."


def _nil(found: Found, version: ReturnVersion) -> Nil:
    return Nil(party_of(found), version.number, version.submitted_at, found.Meeting.starts_at, version.late)


def _key_holders(session: Session, return_ids: Collection[str]) -> tuple[str, ...]:
    """Who holds the keys to these returns' references, one for each cycle, "" if nobody is named."""
    rows = session.execute(
        select(Cycle.number, Cycle.key_holder)
        .distinct()
        .join(Case, Case.cycle_id == Cycle.id)
        .join(Involvement, Involvement.case_id == Case.id)
        .join(Return, Return.involvement_id == Involvement.id)
        .where(Return.id.in_(return_ids))
        .order_by(Cycle.number)
    )
    return tuple(holder for _, holder in rows)
