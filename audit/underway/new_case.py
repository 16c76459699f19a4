"""Cases that join a cycle under way."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor
from audit.errors import Refused
from audit.filled import Filled
from audit.labels import AS_REFERENCE
from audit.pasted import Unreadable, fingerprint, fitting, plain, sentence
from audit.people.agencies import AgencyLine, AreaLine, everything
from audit.setup.load import add_case
from audit.underway.change import Follows, follows, under_way
from audit.underway.involvements import chosen_agencies, involved_in, require_time
from storage.cases import Case
from storage.clock import now
from storage.cycles import Cycle, CycleArea
from storage.promises import PromiseKind, promise

REFERENCE, AREA = "reference", "area"
"""The form's fields beside audit.underway.involvements.AGENCIES."""
ADD = "case.add"


@dataclass(frozen=True)
class NewCase(Filled):
    """A case to be added: what can be chosen, and what was. The rest as audit.underway.involvements.CaseChange."""

    cycle_id: str
    title: str
    areas: tuple[AreaLine, ...]
    offered: tuple[AgencyLine, ...]
    reference: str = ""
    area_id: str = ""
    chosen: frozenset[str] = frozenset()
    follows: Follows | None = None


def begin(session: Session, who: Actor, cycle_id: str) -> NewCase:
    """What a new case's form shows; for a coordinator, while the cycle is under way."""
    return _new(session, under_way(session, who, ADD, cycle_id))


def _new(session: Session, cycle: Cycle) -> NewCase:
    territory = everything(session)
    there = set(session.scalars(select(CycleArea.area_id).where(CycleArea.cycle_id == cycle.id)))
    areas = tuple(each for each in territory.areas if each.id in there)
    return NewCase(cycle.id, cycle.title, areas, territory.agencies)


def add(  # noqa: PLR0917  # what was asked, and what was answered
    session: Session, who: Actor, cycle_id: str, reference: str, area_id: str, agency_ids: Collection[str],
    seen: str = "",
) -> NewCase:  # fmt: skip
    """Add a case, once `seen` says that exactly what follows was shown; the same form sent again finds it there."""
    cycle = under_way(session, who, ADD, cycle_id, locked=True)
    found = replace(_new(session, cycle), area_id=area_id)
    try:
        found = replace(found, reference=fitting(AS_REFERENCE, reference))
    except Unreadable as why:
        raise Refused(sentence(str(why)), REFERENCE) from None
    if area_id not in {each.id for each in found.areas}:
        raise Refused("Please choose an area of this audit.", AREA)
    found = replace(found, chosen=chosen_agencies({each.id for each in found.offered}, agency_ids))
    if _there(session, found):
        if not seen:
            raise Refused(f"{found.reference} is in this audit already.", REFERENCE)
        return replace(found, done=True)
    require_time(session, cycle.id, area_id, AREA)
    places = [(each, area_id) for each in found.chosen]
    following = follows(session, cycle, places=places, case_ids=())
    mark = fingerprint(ADD, cycle.id, found.reference, area_id, sorted(found.chosen), following)
    found = replace(found, follows=following, mark=mark)
    if seen != mark:
        return replace(found, again=bool(seen))
    case = add_case(session, cycle.id, found.reference, area_id, sorted(found.chosen))
    trail.record(session, who, ADD, subject_id=case.id, cycle_id=cycle.id, detail=found.reference)
    promise(session, PromiseKind.CYCLE, cycle.id, now(session))
    return replace(found, done=True)


def _there(session: Session, found: NewCase) -> bool:
    """Whether exactly this case is in the cycle; Refused if another one has its reference."""
    for case in session.scalars(select(Case).where(Case.cycle_id == found.cycle_id)):
        if plain(case.reference) == plain(found.reference):
            if case.withdrawn_at is not None:
                raise Refused(f"{case.reference} was withdrawn. Take it back under Cases and agencies.", REFERENCE)
            same = involved_in(session, case.id) == found.chosen and case.area_id == found.area_id
            if not same:
                raise Refused(f"{case.reference} is in this audit already.", REFERENCE)
            return True
    return False
