"""Changing, under way, what leads are told with their requests: the period looked at, and who holds the key."""

from dataclasses import asdict, dataclass, replace

from pydantic import TypeAdapter
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from audit import moment, trail
from audit.access import Actor
from audit.errors import Refused
from audit.filled_form import Filled
from audit.labels import AS_KEY_HOLDER, AS_PERIOD
from audit.pasted import Unreadable, fingerprint, fitting, sentence
from audit.screening import screen
from audit.setup.plan import HOLDER, PERIOD
from audit.underway.change import Follows, follows, under_way
from storage.clock import now
from storage.cycles import Cycle
from storage.promises import PromiseKind, promise
from storage.reports import Report

VERB = "period_key.change"
_KINDS: dict[str, TypeAdapter[str]] = {PERIOD: AS_PERIOD, HOLDER: AS_KEY_HOLDER}


@dataclass(frozen=True)
class Said:
    """What leads are told of a cycle: the period looked at, and who holds the key to references; "" if nobody said."""

    period: str
    key_holder: str


@dataclass(frozen=True)
class Resaid(Filled):
    """What leads are told `before` and `after`; the rest as audit.underway.dates.DeadlineMove.

    `outdated`: whether a version of the report was made, which goes on saying another period.
    """

    cycle_id: str
    title: str
    before: Said
    after: Said | None = None
    follows: Follows | None = None
    outdated: bool = False


def open_form(session: Session, who: Actor, cycle_id: str) -> Resaid:
    """What the form shows; for a coordinator, from the cycle's opening to its close."""
    return _resaid(under_way(session, who, VERB, cycle_id, among=moment.STANDING))


def _resaid(cycle: Cycle) -> Resaid:
    return Resaid(cycle.id, cycle.name, Said(cycle.period, cycle.key_holder))


def change(session: Session, who: Actor, cycle_id: str, typed: Said, seen: str = "") -> Resaid:
    """Tell leads what was typed, once `seen` says that exactly what follows was shown.

    Until the cycle closes, since its report says the period, and is written when its meetings are over.
    The same form sent again finds it changed. Refused at its fields.
    """
    cycle = under_way(session, who, VERB, cycle_id, locked=True, among=moment.STANDING)
    screen.screen(session, who, asdict(typed))
    said = _fitting(typed)
    found = replace(_resaid(cycle), after=said)
    if said == found.before:
        if not seen:
            raise Refused("Nothing is changed.", fields=dict.fromkeys(_KINDS, "That is what stands there already."))
        return replace(found, done=True)
    every, another = follows(session, cycle), said.period != found.before.period
    following = Follows(told=every.told, sheet=every.sheet and another)  # Read me has the period
    made = another and session.scalar(select(exists().where(Report.cycle_id == cycle.id)))
    mark = fingerprint(VERB, cycle.id, found.before, said, following)
    found = replace(found, follows=following, outdated=bool(made), mark=mark)
    if seen != found.mark:
        return replace(found, again=bool(seen))
    cycle.period, cycle.key_holder = said.period, said.key_holder
    trail.record(session, who, VERB, subject_id=cycle.id, cycle_id=cycle.id)
    promise(session, PromiseKind.CYCLE, cycle.id, now(session))
    return replace(found, done=True)


def _fitting(typed: Said) -> Said:
    kept, wrong = {}, {}
    for field, text in asdict(typed).items():
        try:
            kept[field] = fitting(_KINDS[field], text)
        except Unreadable as error:
            wrong[field] = sentence(str(error))
    if wrong:
        raise Refused("Some answers can't be kept as they are.", fields=wrong)
    return Said(**kept)
