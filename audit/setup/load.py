"""Setting up a cycle from a cycle file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import ANSWERING
from audit.bounds import twice
from audit.calendar import at, in_london, on
from audit.errors import Refused
from audit.identifiers import find, patterns
from audit.library import tools
from audit.past import audits
from audit.people.agencies import MOST_AGENCIES, MOST_AREAS, whole_territory
from audit.screening import screen
from audit.setup import scale_choice
from audit.setup.description import TEXTS, CycleSetup, RoleSetup, Setup, WorkspaceSetup
from audit.tools import Tool
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import Cycle, CycleArea
from storage.meetings import Meeting
from storage.people import WHOLE, Agency, Area, Person, Role, Workspace
from storage.returns import Return
from storage.sheet_state import SheetState


def load(session: Session, setup: Setup) -> Cycle:
    """Store a planned cycle, with those agencies, areas and people of its file that don't exist yet.

    Refused with the first fault; nothing is stored then. A person who has left, or a role that has ended, is one: only
    a coordinator gives access back.
    """
    _check(session, setup)
    workspace = _workspace(session, setup.workspace)
    agencies = _agencies(session, setup)
    areas = _areas(session, setup)
    planned = cycle(session, setup.cycle, workspace)
    places = _meetings(session, setup, planned, areas)
    _people(session, setup, workspace, agencies, areas)
    _cases(session, setup, places, agencies)
    session.add(SheetState.of_all(planned.id, setup.cycle.spreadsheet_id))
    trail.record(session, None, "cycle.set_up", subject_id=planned.id, cycle_id=planned.id)
    session.flush()
    return planned


def _check(session: Session, setup: Setup) -> None:
    number = setup.cycle.number
    if session.scalar(select(Cycle.id).where(Cycle.number == number)) is not None:
        raise Refused(f"Audit {number} is set up already.")
    audits.require_unused(session, number)
    _screened(session, setup)
    scale_choice.chosen(setup.cycle)
    _room(session, setup)
    if setup.cycle.tool not in tools.offered(session):
        raise Refused(f"There is no audit tool “{setup.cycle.tool}”.")
    areas = {area.label for area in setup.areas}
    agencies = {agency.label for agency in setup.agencies}
    _once("case", [case.reference for case in setup.cases])
    _once("agency", [agency.label for agency in setup.agencies])
    _once("short label", [agency.short_label for agency in setup.agencies])
    _once("area", [area.label for area in setup.areas])
    _once("area with a meeting", [area for meeting in setup.meetings for area in meeting.areas])
    _once("case with a meeting of its own", [each for meeting in setup.meetings for each in meeting.cases])
    _once("person", [person.user_id for person in setup.people])
    for case in setup.cases:
        _once(f"in case {case.reference}", list(case.agencies))
    _known("area", areas, {each for meeting in setup.meetings for each in meeting.areas})
    _known("area", areas, {case.area for case in setup.cases if case.area})
    _known("case", {case.reference for case in setup.cases}, {each for m in setup.meetings for each in m.cases})
    _placed(setup)
    _known("agency", agencies, {agency for case in setup.cases for agency in case.agencies})
    _own_short_labels(session, setup)
    roles = [role for person in setup.people for role in person.roles]
    for person in setup.people:
        _once(f"for {person.label}: the role", [_in_words(role) for role in person.roles])
    alone = [role.kind.replace("_", " ") for role in roles if role.kind in ANSWERING and not role.agency]
    if alone:
        raise Refused(f"No agency is named for the role {alone[0]}.")
    _known("agency", agencies, {role.agency for role in roles if role.agency})
    _known("area", areas, {role.area for role in roles if role.area})


def _placed(setup: Setup) -> None:
    """Refuse unless every area (or else the cycle as a whole) has a channel and a meeting, and every case an area."""
    if bool(setup.areas) == bool(setup.channel):
        raise Refused("A cycle has either areas, each with its channel, or no areas and a “channel” for all cases.")
    without = {area.label for area in setup.areas} - {area for meeting in setup.meetings for area in meeting.areas}
    if without:
        raise Refused(f"No meeting is planned for {', '.join(sorted(without))}.")
    nowhere = [case.reference for case in setup.cases if setup.areas and not case.area]
    if nowhere:
        raise Refused(f"No area is named for {', '.join(nowhere)}.")
    if any(not (meeting.areas or meeting.cases) for meeting in setup.meetings[0 if setup.areas else 1 :]):
        raise Refused("A meeting names no areas, and no cases of its own.")


def _screened(session: Session, setup: Setup) -> None:
    """Refuse texts that contain an identifier, or may contain one: nobody is there to be asked."""
    described = setup.cycle
    texts = {field: getattr(described, field) for field in TEXTS}
    refused = screen.kinds(session, texts)
    for field, text in texts.items():
        kind = refused.get(field) or next((kind for kind, _ in find.asks(text)), None)
        if kind:
            raise Refused(f"The cycle's {field} may contain {kind}: nothing that identifies a person is kept here.")
    labels = {
        "agency": [text for each in setup.agencies for text in (each.label, each.short_label)],
        "area": [each.label for each in setup.areas],
        "person": [each.label for each in setup.people],
    }
    for noun, kind in screen.kinds(session, {what: "\n".join(each) for what, each in labels.items()}).items():
        raise Refused(f"The label of some {noun} contains {kind}: nothing that identifies a person is kept here.")


def _room(session: Session, setup: Setup) -> None:
    """Refuse more agencies or areas than menus and forms in Slack hold."""
    labels = {*session.scalars(select(Agency.label)), *(agency.label for agency in setup.agencies)}
    areas = {*session.scalars(select(Area.label).where(Area.label != WHOLE)), *(area.label for area in setup.areas)}
    if len(labels) > MOST_AGENCIES or len(areas) > MOST_AREAS:
        raise Refused(f"At most {MOST_AGENCIES} agencies and {MOST_AREAS} areas can take part.")


def _own_short_labels(session: Session, setup: Setup) -> None:
    """Refuse a short label that another agency has, since charts tell agencies apart by it."""
    taken = {agency.short_label: agency.label for agency in session.scalars(select(Agency))}
    for part in setup.agencies:
        if taken.get(part.short_label, part.label) != part.label:
            raise Refused(f"The short label {part.short_label} belongs to {taken[part.short_label]} already.")


def _in_words(role: RoleSetup) -> str:
    return " ".join(part for part in (role.kind.replace("_", " "), role.agency, role.area) if part)


def _once(what: str, names: list[str]) -> None:
    if doubled := twice(names):
        raise Refused(f"More than once: {what} {', '.join(doubled)}.")


def _known(what: str, known: set[str], named: set[str]) -> None:
    if named - known:
        raise Refused(f"Unknown {what}: {', '.join(sorted(named - known))}.")


def _workspace(session: Session, setup: WorkspaceSetup) -> Workspace:
    workspace = session.scalar(select(Workspace).where(Workspace.team_id == setup.team_id))
    if workspace is None:
        workspace = Workspace(team_id=setup.team_id, name=setup.name)
        session.add(workspace)
    return workspace


def _agencies(session: Session, setup: Setup) -> dict[str, str]:
    known = {agency.label: agency for agency in session.scalars(select(Agency))}
    for part in setup.agencies:
        if part.label not in known:
            known[part.label] = Agency(label=part.label, short_label=part.short_label)
            session.add(known[part.label])
    return {label: agency.id for label, agency in known.items()}


def _areas(session: Session, setup: Setup) -> dict[str, str]:
    known = {area.label: area for area in session.scalars(select(Area))}
    for part in setup.areas:
        if part.label not in known:
            known[part.label] = Area(label=part.label)
            session.add(known[part.label])
    return {label: area.id for label, area in known.items()}


def cycle(session: Session, setup: CycleSetup, workspace: Workspace, cycle_id: str | None = None) -> Cycle:
    """Add a planned cycle with its own settings to the session; without places, people and cases."""
    named = {"id": cycle_id} if cycle_id else {}
    row = Cycle(**facts(session, setup), **named, workspace_id=workspace.id)
    session.add(row)
    return row


def facts(session: Session, setup: CycleSetup) -> dict[str, object]:
    """Column -> value of a cycle's own settings. Working days are counted from today.

    The newest version of the tool is used, and the tool's own scale takes precedence over the chosen one.
    """
    today = in_london(now(session)).date()
    tool = tools.row(session, setup.tool)
    return {
        **setup.model_dump(exclude={"scale", "tool", "due", "spreadsheet_id"}),
        "scale": (Tool.stored(tool).scale or scale_choice.chosen(setup)).to_json(),
        "tool_id": tool.id,
        "due_on": setup.due.date(today),
    }


@dataclass(frozen=True)
class _Places:
    """`of`: area label (WHOLE without areas) -> its place; `apart`: case reference -> the meeting that lists it."""

    of: dict[str, CycleArea]
    apart: dict[str, Meeting]


def _meetings(session: Session, setup: Setup, cycle: Cycle, areas: dict[str, str]) -> _Places:
    today = in_london(now(session)).date()
    channels = {area.label: area.channel for area in setup.areas} or {WHOLE: setup.channel or ""}
    places = _Places({}, {})
    for number, part in enumerate(setup.meetings):
        starts_at: datetime = at(part.day.date(today), part.at)
        require_after_deadline(cycle.due_on, starts_at)
        meeting = Meeting(cycle_id=cycle.id, starts_at=starts_at)
        session.add(meeting)
        for label in part.areas if setup.areas else [WHOLE][number:]:
            area_id = areas[label] if label else whole_territory(session)
            place = CycleArea(cycle_id=cycle.id, area_id=area_id, meeting_id=meeting.id, channel=channels[label])
            session.add(place)
            places.of[label] = place
        places.apart.update(dict.fromkeys(part.cases, meeting))
    return places


def require_after_deadline(due_on: date, starts_at: datetime, field: str | None = None) -> None:
    """Refuse, at `field`, a meeting on a day before the returns are due."""
    day = in_london(starts_at).date()
    if day < due_on:
        raise Refused(f"Returns are due on {on(due_on)}, after the meeting on {on(day)}.", field=field)


def _people(
    session: Session, setup: Setup, workspace: Workspace, agencies: dict[str, str], areas: dict[str, str]
) -> None:
    known = {
        person.user_id: person for person in session.scalars(select(Person).where(Person.workspace_id == workspace.id))
    }
    roles = session.scalars(select(Role))
    held = {(role.person_id, role.kind, role.agency_id, role.area_id): role.until for role in roles}
    for part in setup.people:
        person = known.get(part.user_id)
        if person is None:
            person = Person(workspace_id=workspace.id, user_id=part.user_id, label=part.label)
            session.add(person)
        for role in part.roles:
            agency_id = agencies[role.agency] if role.agency else None
            area_id = areas[role.area] if role.area else None
            place = (person.id, role.kind, agency_id, area_id)
            if person.active is False or ((until := held.get(place)) and until <= now(session)):
                words = f"{part.label} isn't {_in_words(role)} any more"
                raise Refused(f"{words}: give them the role again under People, or leave it out of the file.")
            if place not in held:
                session.add(Role(person_id=person.id, kind=role.kind, agency_id=agency_id, area_id=area_id))


def _cases(session: Session, setup: Setup, places: _Places, agencies: dict[str, str]) -> None:
    for part in setup.cases:
        place, apart = places.of[part.area], places.apart.get(part.reference)
        place = place_at(session, place, apart.id) if apart else place
        add_case(session, place, part.reference, [agencies[label] for label in part.agencies])


def place_at(session: Session, like: CycleArea, meeting_id: str) -> CycleArea:
    """The place of the same area at another meeting, with the same channel; added to the session if need be."""
    same = {"cycle_id": like.cycle_id, "area_id": like.area_id, "meeting_id": meeting_id}
    place = session.scalar(select(CycleArea).filter_by(**same))
    if place is None:
        place = CycleArea(**same, channel=like.channel)
        session.add(place)
    return place


def first_places(session: Session, cycle_id: str) -> dict[str, CycleArea]:
    """Area id -> its place at its first meeting in the cycle, to which new cases are added."""
    rows = session.scalars(
        select(CycleArea)
        .join(Meeting, Meeting.id == CycleArea.meeting_id)
        .where(CycleArea.cycle_id == cycle_id)
        .order_by(Meeting.starts_at.desc(), CycleArea.id.desc())
    )
    return {place.area_id: place for place in rows}


def add_case(session: Session, place: CycleArea, reference: str, agency_ids: Iterable[str]) -> Case:
    """Add a case at a place, with a return for every involved agency, to the session.

    Refused if the reference has the format of the partnership's own child record numbers.
    """
    if patterns.matches(reference, session.info["local_ids"]):
        raise Refused(
            "A case reference here is the reference number of a child's record. Give that case another, which says"
            " nothing to whoever lacks the key."
        )
    case = Case(cycle_id=place.cycle_id, area_id=place.area_id, place_id=place.id, reference=reference)
    session.add(case)
    for agency_id in agency_ids:
        involvement = Involvement(case_id=case.id, agency_id=agency_id)
        session.add_all((involvement, Return(involvement_id=involvement.id)))
    return case
