"""Set a cycle up from a description: agencies, areas, people, meetings and cases."""

from datetime import date, datetime, time
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import identifiers, trail
from audit.errors import Refused
from audit.scales import SCALES
from audit.schedule import at, in_london, working_days_after
from audit.tools import TOOLS, Tool
from storage.cases import Case, Involvement
from storage.clock import now, wall
from storage.cycles import AuditTool, Cycle, CycleArea
from storage.meetings import Meeting
from storage.people import Agency, Area, Person, Role, RoleKind, Workspace
from storage.returns import Return
from storage.sheet_state import SheetState


def _pseudonymous(reference: str) -> str:
    kind = "an NHS number, as ten digits may be" if reference.isdigit() else identifiers.find(reference)
    if kind:
        raise ValueError(f"a case reference must not be {kind}")
    return reference


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Label = Annotated[Text, Field(max_length=75)]
ShortLabel = Annotated[Text, Field(max_length=20)]
Reference = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[\w./-]{1,40}$"), AfterValidator(_pseudonymous)
]
"""A pseudonymous case reference."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Day(_Part):
    """A day: `on` a date, or so many working days after the day of setting up."""

    on: date | None = None
    in_working_days: int | None = Field(default=None, ge=0)

    def date(self, today: date) -> date:
        """The date meant; Refused if neither or both are given."""
        if (self.on is None) == (self.in_working_days is None):
            raise Refused("A day needs either “on” or “in_working_days”.")
        return self.on or working_days_after(today, self.in_working_days or 0)


class WorkspaceSetup(_Part):
    """The Slack workspace."""

    team_id: Text
    name: Text


class AgencySetup(_Part):
    """An agency; the short label is for charts."""

    label: Label
    short_label: ShortLabel


class MeetingSetup(_Part):
    """A meeting and the areas whose cases it discusses."""

    areas: tuple[ShortLabel, ...] = Field(min_length=1)
    day: Day
    at: time = time(10)


class AreaSetup(_Part):
    """An area and the channel to which its case summaries go."""

    label: ShortLabel
    channel: Text


class RoleSetup(_Part):
    """A role, for an agency in an area where it has them."""

    kind: RoleKind
    agency: str | None = None
    area: str | None = None


class PersonSetup(_Part):
    """Somebody in Slack, and what they are in the audit."""

    user_id: Text
    label: Annotated[Text, Field(max_length=80)]
    roles: tuple[RoleSetup, ...]


class CaseSetup(_Part):
    """A sampled case and the agencies involved with it."""

    reference: Reference
    area: str
    agencies: tuple[str, ...] = Field(min_length=1)


class CycleSetup(_Part):
    """The cycle's own facts."""

    number: int = Field(ge=1)
    title: Annotated[Text, Field(max_length=100)]
    theme: Annotated[Text, Field(max_length=100)]
    origin: Annotated[Text, Field(max_length=1000)]
    scale: str = "inspection"
    tool: str = "single_agency"
    due: Day
    summary_days: int = Field(default=3, ge=0, le=20)
    sub_group_channel: Text
    spreadsheet_id: str | None = None
    reflections_in_sheet: bool = True


class Setup(_Part):
    """A whole cycle before anybody answered."""

    workspace: WorkspaceSetup
    cycle: CycleSetup
    agencies: tuple[AgencySetup, ...] = Field(min_length=1)
    areas: tuple[AreaSetup, ...] = Field(min_length=1)
    meetings: tuple[MeetingSetup, ...] = Field(min_length=1)
    people: tuple[PersonSetup, ...]
    cases: tuple[CaseSetup, ...] = Field(min_length=1)


def load(session: Session, setup: Setup) -> Cycle:
    """Store a planned cycle, and whatever agencies, areas and people it names that aren't known yet.

    Refused, with nothing stored, names the first thing that doesn't fit.
    """
    _check(session, setup)
    workspace = _workspace(session, setup.workspace)
    agencies = _agencies(session, setup)
    areas = _areas(session, setup)
    cycle = _cycle(session, setup.cycle, workspace)
    _meetings(session, setup, cycle, areas)
    _people(session, setup, workspace, agencies, areas)
    _cases(session, setup, cycle, agencies, areas)
    session.add(SheetState(cycle_id=cycle.id, next_try_at=wall()))
    trail.record(session, None, "cycle.set_up", subject_id=cycle.id, cycle_id=cycle.id)
    session.flush()
    return cycle


def _check(session: Session, setup: Setup) -> None:
    number = setup.cycle.number
    if session.scalar(select(Cycle.id).where(Cycle.number == number)) is not None:
        raise Refused(f"Audit cycle {number} is set up already.")
    if setup.cycle.scale not in SCALES:
        raise Refused(f"There is no scale “{setup.cycle.scale}”; there are: {', '.join(SCALES)}.")
    if setup.cycle.tool not in {key for key, _ in TOOLS}:
        raise Refused(f"There is no audit tool “{setup.cycle.tool}”.")
    areas = {area.label for area in setup.areas}
    agencies = {agency.label for agency in setup.agencies}
    _once("case", [case.reference for case in setup.cases])
    _once("agency", [agency.label for agency in setup.agencies])
    _once("area with a meeting", [area for meeting in setup.meetings for area in meeting.areas])
    _known("area", areas, {case.area for case in setup.cases} | {a for m in setup.meetings for a in m.areas})
    _known("agency", agencies, {agency for case in setup.cases for agency in case.agencies})
    roles = [role for person in setup.people for role in person.roles]
    _known("agency", agencies, {role.agency for role in roles if role.agency})
    _known("area", areas, {role.area for role in roles if role.area})
    without = areas - {area for meeting in setup.meetings for area in meeting.areas}
    if without:
        raise Refused(f"No meeting is planned for {', '.join(sorted(without))}.")


def _once(what: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Refused(f"More than once: {what} {', '.join(twice)}.")


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


def _cycle(session: Session, setup: CycleSetup, workspace: Workspace) -> Cycle:
    tool = max((tool for (key, _), tool in TOOLS.items() if key == setup.tool), key=lambda tool: tool.version)
    today = in_london(now(session)).date()
    cycle = Cycle(
        **setup.model_dump(exclude={"scale", "tool", "due"}),
        workspace_id=workspace.id,
        scale=SCALES[setup.scale].to_json(),
        tool_id=_tool(session, tool).id,
        due_on=setup.due.date(today),
    )
    session.add(cycle)
    return cycle


def _tool(session: Session, tool: Tool) -> AuditTool:
    stored = session.scalar(select(AuditTool).where(AuditTool.key == tool.key, AuditTool.version == tool.version))
    if stored is None:
        stored = AuditTool(key=tool.key, version=tool.version, sections=tool.to_json())
        session.add(stored)
    return stored


def _meetings(session: Session, setup: Setup, cycle: Cycle, areas: dict[str, str]) -> None:
    today = in_london(now(session)).date()
    channels = {area.label: area.channel for area in setup.areas}
    for part in setup.meetings:
        starts_at: datetime = at(part.day.date(today), part.at)
        if starts_at.date() < cycle.due_on:
            raise Refused(f"Returns are due on {cycle.due_on}, after the meeting on {starts_at.date()}.")
        meeting = Meeting(cycle_id=cycle.id, starts_at=starts_at)
        session.add(meeting)
        for label in part.areas:
            session.add(
                CycleArea(cycle_id=cycle.id, area_id=areas[label], meeting_id=meeting.id, channel=channels[label])
            )


def _people(
    session: Session, setup: Setup, workspace: Workspace, agencies: dict[str, str], areas: dict[str, str]
) -> None:
    known = {
        person.user_id: person for person in session.scalars(select(Person).where(Person.workspace_id == workspace.id))
    }
    for part in setup.people:
        person = known.get(part.user_id)
        if person is None:
            person = Person(workspace_id=workspace.id, user_id=part.user_id, label=part.label)
            session.add(person)
        held = {
            (role.kind, role.agency_id, role.area_id)
            for role in session.scalars(select(Role).where(Role.person_id == person.id))
        }
        for role in part.roles:
            agency_id = agencies[role.agency] if role.agency else None
            area_id = areas[role.area] if role.area else None
            if (role.kind, agency_id, area_id) not in held:
                session.add(Role(person_id=person.id, kind=role.kind, agency_id=agency_id, area_id=area_id))


def _cases(session: Session, setup: Setup, cycle: Cycle, agencies: dict[str, str], areas: dict[str, str]) -> None:
    for part in setup.cases:
        case = Case(cycle_id=cycle.id, area_id=areas[part.area], reference=part.reference)
        session.add(case)
        for label in part.agencies:
            involvement = Involvement(case_id=case.id, agency_id=agencies[label])
            session.add_all((involvement, Return(involvement_id=involvement.id)))
