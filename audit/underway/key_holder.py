"""Naming, under way, who holds the key to the references: whom a lead asks which child is meant."""

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor
from audit.errors import Refused
from audit.filled_form import Filled
from audit.labels import AS_KEY_HOLDER
from audit.pasted import Unreadable, fingerprint, fitting, sentence
from audit.screening import screen
from audit.setup.plan import HOLDER
from audit.underway.change import Follows, follows, under_way
from storage.clock import now
from storage.cycles import Cycle
from storage.promises import PromiseKind, promise

VERB = "keyholder.change"


@dataclass(frozen=True)
class HolderChange(Filled):
    """Who holds the key `before` and `after`, "" if nobody is named; the rest as audit.underway.dates.DeadlineMove."""

    cycle_id: str
    title: str
    before: str
    after: str | None = None
    follows: Follows | None = None


def open_holder(session: Session, who: Actor, cycle_id: str) -> HolderChange:
    """What the form shows; for a coordinator, while the cycle is under way."""
    return _change(under_way(session, who, VERB, cycle_id))


def _change(cycle: Cycle) -> HolderChange:
    return HolderChange(cycle.id, cycle.name, cycle.key_holder)


def change(session: Session, who: Actor, cycle_id: str, holder: str, seen: str = "") -> HolderChange:
    """Name somebody else, or with "" nobody, once `seen` says that exactly what follows was shown.

    The same form sent again finds it changed. Refused at its field.
    """
    cycle = under_way(session, who, VERB, cycle_id, locked=True)
    screen.screen(session, who, {HOLDER: holder})
    try:
        named = fitting(AS_KEY_HOLDER, holder)
    except Unreadable as error:
        raise Refused(sentence(str(error)), HOLDER) from None
    found = replace(_change(cycle), after=named)
    if named == cycle.key_holder:
        if not seen:
            raise Refused("That is what stands there already.", HOLDER)
        return replace(found, done=True)
    following = Follows(told=follows(session, cycle).told)
    found = replace(found, follows=following, mark=fingerprint(VERB, cycle.id, found.before, named, following))
    if seen != found.mark:
        return replace(found, again=bool(seen))
    cycle.key_holder = named
    trail.record(session, who, VERB, subject_id=cycle.id, cycle_id=cycle.id)
    promise(session, PromiseKind.CYCLE, cycle.id, now(session))
    return replace(found, done=True)
