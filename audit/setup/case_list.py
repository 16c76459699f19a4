"""Cases pasted from a spreadsheet into a planned cycle: read, checked line by line, and stored all or none."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_coordinator
from audit.errors import Refused
from audit.filled_form import require_as_filled
from audit.labels import AS_REFERENCE, AS_TEXT
from audit.pasted import Bad, Unreadable, cells, comparable_name, fingerprint, fitting, numbered
from audit.people.agencies import everything
from audit.setup.load import add_case, first_places
from audit.setup.plan import planned
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import CycleArea
from storage.mappings import by_first
from storage.people import WHOLE, Area
from storage.promises import PromiseKind, promise

VERB = "cases.add"
LINES = "lines"
"""The form's field."""
OTHER_CASES = "the audit has other cases now"
HEADINGS = ("reference", "ref", "case", "case reference", "case ref", "case id", "id")
_BETWEEN = re.compile(r"[/;|\t]")


@dataclass(frozen=True)
class ListedCase:
    """A case as a line names it; `agency_ids` in the order of the line."""

    number: int
    reference: str
    area_id: str
    agency_ids: tuple[str, ...]


@dataclass(frozen=True)
class NameableAgencies:
    """The names that a list may use: plain name -> id.

    `areas`: the cycle's; only WHOLE if it has none, and lines then name no area. `elsewhere`: plain names of areas that
    aren't in the cycle. `cases`: plain reference -> (area id, agency ids) of the cycle's cases.
    """

    areas: Mapping[str, str]
    agencies: Mapping[str, str]
    elsewhere: frozenset[str] = frozenset()
    cases: Mapping[str, tuple[str, frozenset[str]]] = field(default_factory=dict)


@dataclass(frozen=True)
class CaseList:
    """A pasted list as it was understood. `areas` and `agencies`: (label, number of cases), by label.

    `mark`: of the cases that were there when the form was opened and, if it can be stored (`storable`), of exactly
    this. `stored`: it is in the cycle. `by_area`: lines name areas.
    """

    cycle_id: str
    name: str
    text: str = ""
    cases: int = 0
    areas: tuple[tuple[str, int], ...] = ()
    agencies: tuple[tuple[str, int], ...] = ()
    bad: tuple[Bad, ...] = ()
    mark: str = ""
    storable: bool = False
    stored: bool = False
    by_area: bool = True


def begin(session: Session, who: Actor, cycle_id: str) -> CaseList:
    """An empty list for a planned cycle, for a coordinator; Refused while the cycle has no meeting."""
    require_coordinator(who, VERB, cycle_id)
    cycle = planned(session, cycle_id)
    require_placed(session, cycle_id)
    known = known_names(session, cycle_id)
    return CaseList(cycle_id, cycle.name, mark=mark_of_cases(known), by_area=WHOLE not in known.areas)


def mark_of_cases(known: NameableAgencies) -> str:
    """The mark of a form that is opened on these cases."""
    return fingerprint("cases", sorted(known.cases))


def require_placed(session: Session, cycle_id: str) -> None:
    """Refuse while the cycle has no place to which a case could belong."""
    if not first_places(session, cycle_id):
        raise Refused("Please set the audit's meeting and its channel first, under Meetings and channels.")


def submit(session: Session, who: Actor, cycle_id: str, text: str, seen: str) -> CaseList:
    """The list as it was understood; stored as a whole once `seen` is the mark of what is shown now.

    Nothing is stored while any line is bad. Sending the same again finds its cases there, and adds nothing. Refused if
    cases were added since the form was opened: these may be some of them, written otherwise.
    """
    require_coordinator(who, VERB, cycle_id)
    cycle = planned(session, cycle_id, locked=True)
    known = known_names(session, cycle_id)
    listed, bad = read(text, known)
    known_cases = [each for each in listed if comparable_name(each.reference) in known.cases]
    again = bool(listed) and len(known_cases) == len(listed) and all(_same(each, known) for each in known_cases)
    if not again:
        bad = [*bad, *(Bad(each.number, f"{each.reference} is in this audit already") for each in known_cases)]
    opened, (seen_then, _, shown) = mark_of_cases(known), seen.partition("-")
    if listed and not again:
        require_as_filled(seen_then, opened, OTHER_CASES, LINES)
    read_as = fingerprint(cycle_id, [(each.reference, each.area_id, each.agency_ids) for each in listed])
    storable = bool(listed) and not bad
    agreed = storable and shown == read_as
    if agreed and not again:
        places = first_places(session, cycle_id)
        for each in listed:
            case = add_case(session, places[each.area_id], each.reference, each.agency_ids)
            trail.record(session, who, "case.add", subject_id=case.id, cycle_id=cycle_id)
        promise(session, PromiseKind.CYCLE, cycle_id, now(session))
    areas, agencies = _counts(session, listed)
    return CaseList(
        cycle_id, cycle.name, text, len(listed), areas, agencies, tuple(sorted(bad, key=lambda one: one.number)),
        f"{opened}-{read_as}" if storable else seen_then or opened, storable, agreed, WHOLE not in known.areas,
    )  # fmt: skip


def known_names(session: Session, cycle_id: str) -> NameableAgencies:
    """The names that a list for this cycle may use."""
    territory = everything(session)
    placed = session.execute(
        select(Area.label, Area.id).join(CycleArea, CycleArea.area_id == Area.id).where(CycleArea.cycle_id == cycle_id)
    )
    areas = by_first(placed)
    agencies = {
        comparable_name(name): each.id for each in territory.agencies for name in (each.short_label, each.label)
    }
    elsewhere = frozenset(comparable_name(each.label) for each in territory.areas if each.label not in areas)
    return NameableAgencies(
        {comparable_name(label): key for label, key in areas.items()}, agencies, elsewhere, _cases(session, cycle_id)
    )


def _cases(session: Session, cycle_id: str) -> dict[str, tuple[str, frozenset[str]]]:
    rows = session.execute(
        select(Case.reference, Case.area_id, Involvement.agency_id)
        .outerjoin(Involvement, Involvement.case_id == Case.id)
        .where(Case.cycle_id == cycle_id)
    )
    by_reference: dict[str, tuple[str, set[str]]] = {}
    for reference, area_id, agency_id in rows:
        by_reference.setdefault(comparable_name(reference), (area_id, set()))[1].add(agency_id)
    return {reference: (area_id, frozenset(agencies)) for reference, (area_id, agencies) in by_reference.items()}


def _same(listed: ListedCase, known: NameableAgencies) -> bool:
    return known.cases[comparable_name(listed.reference)] == (listed.area_id, frozenset(listed.agency_ids))


def _counts(
    session: Session, listed: Sequence[ListedCase]
) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]:
    territory = everything(session)
    areas = Counter(each.area_id for each in listed)
    agencies = Counter(agency_id for each in listed for agency_id in each.agency_ids)
    return (
        tuple((each.label, areas[each.id]) for each in territory.areas if areas[each.id]),
        tuple((each.label, agencies[each.id]) for each in territory.agencies if agencies[each.id]),
    )


def read(text: str, known: NameableAgencies) -> tuple[list[ListedCase], list[Bad]]:
    """The cases in a list, and the bad lines with their reasons; a heading in the first line is skipped."""
    listed: list[ListedCase] = []
    faulty: list[Bad] = []
    first: dict[str, int] = {}
    for place, (number, line) in enumerate(numbered(text)):
        try:
            parts = cells(line)
            if place == 0 and comparable_name(parts[0]) in HEADINGS:
                continue
            case = _case(number, parts, known)
            require_once(case.reference, number, first)
        except Unreadable as why:
            faulty.append(Bad(number, str(why)))
        else:
            listed.append(case)
    return listed, faulty


def _case(number: int, found: Sequence[str], known: NameableAgencies) -> ListedCase:
    agencies = found[1 if WHOLE in known.areas else 2 :]
    return ListedCase(number, *reference_and_area(found, known), _agencies(agencies, known))


def require_once(reference: str, number: int, first: dict[str, int]) -> None:
    """Note that line `number` names a reference; Unreadable if an earlier line (`first`: reference -> line) does."""
    twin = first.setdefault(comparable_name(reference), number)
    if twin != number:
        raise Unreadable(f"{reference} is in line {twin} too")


def reference_and_area(found: Sequence[str], known: NameableAgencies) -> tuple[str, str]:
    """A line's reference, and its area's id (WHOLE's in a cycle without areas); Unreadable."""
    reference = fitting(AS_REFERENCE, found[0])
    if WHOLE in known.areas:
        return reference, known.areas[WHOLE]
    if len(found) < 2 or not found[1]:  # noqa: PLR2004  # reference and area
        raise Unreadable("no area is named: write the reference, a comma or tab, the area")
    area = known.areas.get(comparable_name(found[1]))
    if area is None:
        if comparable_name(found[1]) in known.elsewhere:
            raise Unreadable(f"“{found[1]}” is not in this audit: add it under Meetings and channels")
        raise Unreadable(f"there is no area “{_quoted(found[1])}”")
    return reference, area


def _agencies(found: Sequence[str], known: NameableAgencies) -> tuple[str, ...]:
    """The ids of the agencies in a line's other cells: one in each, or several separated by / ; or |."""
    names = [
        name
        for cell in found
        for name in ([cell] if comparable_name(cell) in known.agencies else _BETWEEN.split(cell))
        if name.strip()
    ]
    if not names:
        raise Unreadable("no agency is named")
    unknown = [name for name in names if comparable_name(name) not in known.agencies]
    if unknown:
        slash = ": write / between agencies" if "," in unknown[0] else ""
        raise Unreadable(f"there is no agency “{_quoted(unknown[0])}”{slash}")
    return tuple(dict.fromkeys(known.agencies[comparable_name(name)] for name in names))


def _quoted(name: str) -> str:
    """The typed text, shortened so that it can be found again; Unreadable if it seems to be an identifier."""
    name = fitting(AS_TEXT, name)
    return name if len(name) <= 40 else f"{name[:39]}…"  # noqa: PLR2004  # enough to find it again
