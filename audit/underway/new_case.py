"""Adding cases to a cycle under way."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor
from audit.errors import Refused
from audit.filled_form import Filled, require_as_filled
from audit.labels import AS_REFERENCE
from audit.pasted import Unreadable, comparable_name, fingerprint, fitting, sentence
from audit.people.agencies import AgencyLine, everything
from audit.setup.load import add_case
from audit.underway.change import Follows, follows, under_way
from audit.underway.involvements import chosen_agencies, involved_in, require_time
from storage.cases import Case
from storage.clock import now
from storage.cycles import Cycle, CycleArea
from storage.meetings import Meeting
from storage.people import Area
from storage.promises import PromiseKind, promise

REFERENCE, PLACE = "reference", "place"
"""The form's fields besides audit.underway.involvements.AGENCIES."""
ADD = "case.add"


@dataclass(frozen=True)
class PlaceLine:
    """A place that a case can belong to: an area (WHOLE if the audit has none) with one of its meetings."""

    id: str
    area: str
    starts_at: datetime


@dataclass(frozen=True)
class NewCase(Filled):
    """A case to be added: what can be chosen, and what was chosen. A single place is chosen already.

    The rest: see audit.underway.involvements.CaseChange.
    """

    cycle_id: str
    title: str
    places: tuple[PlaceLine, ...]
    offered: tuple[AgencyLine, ...]
    reference: str = ""
    place_id: str = ""
    chosen: frozenset[str] = frozenset()
    follows: Follows | None = None


def begin(session: Session, who: Actor, cycle_id: str) -> NewCase:
    """A new case's form, for a coordinator, while the cycle is under way."""
    return _new(session, under_way(session, who, ADD, cycle_id))


def _new(session: Session, cycle: Cycle) -> NewCase:
    rows = session.execute(
        select(CycleArea.id, Area.label, Meeting.starts_at)
        .join(Area, Area.id == CycleArea.area_id)
        .join(Meeting, Meeting.id == CycleArea.meeting_id)
        .where(CycleArea.cycle_id == cycle.id)
        .order_by(Area.label, Meeting.starts_at)
    )
    places = tuple(PlaceLine(*row) for row in rows)
    only = places[0].id if len(places) == 1 else ""
    mark = fingerprint(ADD, _references(session, cycle.id))
    return NewCase(cycle.id, cycle.name, places, everything(session).agencies, place_id=only, mark=mark)


def _references(session: Session, cycle_id: str) -> list[str]:
    """The references of all its cases, in the order in which they were added."""
    return list(session.scalars(select(Case.reference).where(Case.cycle_id == cycle_id).order_by(Case.id)))


def add(  # noqa: PLR0917  # the parts of a sent form
    session: Session, who: Actor, cycle_id: str, reference: str, place_id: str, agency_ids: Collection[str],
    seen: str,
) -> NewCase:  # fmt: skip
    """Add a case, once `seen` proves that the consequences were shown; the same form sent again finds it there.

    Refused at REFERENCE if cases were added since the form was opened: this may be one of them, written otherwise.
    """
    cycle = under_way(session, who, ADD, cycle_id, locked=True)
    new_case = _new(session, cycle)
    opened, (seen_then, _, shown) = new_case.mark, seen.partition("-")
    new_case = replace(new_case, place_id=place_id or new_case.place_id)
    try:
        new_case = replace(new_case, reference=fitting(AS_REFERENCE, reference))
    except Unreadable as why:
        raise Refused(sentence(str(why)), REFERENCE) from None
    place = next((each for each in new_case.places if each.id == new_case.place_id), None)
    if place is None:
        raise Refused("Please choose one of these.", PLACE)
    new_case = replace(new_case, chosen=chosen_agencies({each.id for each in new_case.offered}, agency_ids))
    if _there(session, new_case):
        if not shown:
            raise Refused(f"{new_case.reference} is in this audit already.", REFERENCE)
        return replace(new_case, done=True)
    require_as_filled(seen_then, opened, f"case {_references(session, cycle_id)[-1]} was added", REFERENCE)
    require_time(session, place.id, PLACE if len(new_case.places) > 1 else REFERENCE)
    row = session.get_one(CycleArea, place.id)
    places = [(each, row.area_id) for each in new_case.chosen]
    following = follows(session, cycle, places=places, case_ids=())
    mark = f"{opened}-{fingerprint(new_case.reference, place.id, sorted(new_case.chosen), following)}"
    new_case = replace(new_case, follows=following, mark=mark)
    if seen != mark:
        return replace(new_case, again=bool(shown))
    case = add_case(session, row, new_case.reference, sorted(new_case.chosen))
    trail.record(session, who, ADD, subject_id=case.id, cycle_id=cycle.id, detail=new_case.reference)
    promise(session, PromiseKind.CYCLE, cycle.id, now(session))
    return replace(new_case, done=True)


def _there(session: Session, found: NewCase) -> bool:
    """Whether exactly this case is in the cycle; Refused if another case has its reference."""
    for case in session.scalars(select(Case).where(Case.cycle_id == found.cycle_id)):
        if comparable_name(case.reference) == comparable_name(found.reference):
            if case.withdrawn_at is not None:
                raise Refused(f"{case.reference} was withdrawn. Take it back under Cases and agencies.", REFERENCE)
            same = involved_in(session, case.id) == found.chosen and case.place_id == found.place_id
            if not same:
                raise Refused(f"{case.reference} is in this audit already.", REFERENCE)
            return True
    return False
