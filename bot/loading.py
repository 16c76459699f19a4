"""Load a cycle from a file: its set-up, and (for a look at a finished one) its returns and judgements."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import access, cycles, meetings, returns, setup
from audit.answers import Answers
from audit.description import Setup
from audit.errors import Refused
from audit.meetings import Verdict
from storage.cases import Case, Involvement
from storage.cycles import Cycle
from storage.people import Agency, Person, Role, RoleKind, Workspace
from storage.returns import Return


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReturnPart(_Part):
    """What an agency answered about a case."""

    case: str
    agency: str
    grade: str
    not_graded_reason: str | None = None
    why: str
    sections: dict[str, str] = {}


class JudgementPart(_Part):
    """What the meeting ratified."""

    case: str
    grade: str
    not_graded_reason: str | None = None
    why: str
    assurances: dict[str, str] = {}


class CycleFile(_Part):
    """A cycle file: `note` says what in it is real; `learning_themes` are kept for the report."""

    note: str
    setup: Setup
    returns: tuple[ReturnPart, ...] = ()
    judgements: tuple[JudgementPart, ...] = ()
    learning_themes: tuple[str, ...] = ()


def read(path: Path) -> CycleFile:
    """Read and check a cycle file; Refused says where it isn't one."""
    try:
        return CycleFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise Refused(f"{path} can't be read: {error.strerror}.") from None
    except ValidationError as error:
        faults = [f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()]
        raise Refused(f"{path} isn't a cycle file: {'; '.join(faults[:5])}.") from None


def load(session: Session, file: CycleFile, *, answered: bool) -> Cycle:
    """Store the set-up; with `answered`, also open the cycle, send every return and ratify every judgement."""
    cycle = setup.load(session, file.setup)
    if answered:
        cycles.open_cycle(session, None, cycle.id)
        session.flush()
        _answer(session, file, cycle)
    return cycle


def _answer(session: Session, file: CycleFile, cycle: Cycle) -> None:
    case_ids = {case.reference: case.id for case in session.scalars(select(Case).where(Case.cycle_id == cycle.id))}
    strange = {part.case for part in file.returns} | {part.case for part in file.judgements}
    strange -= set(case_ids)
    if strange:
        raise Refused(f"Returned or judged, but not among the cases: {', '.join(sorted(strange))}.")
    for number, part in enumerate(file.returns):
        return_id, who = _whose(session, case_ids[part.case], part.agency)
        answers = Answers(part.sections, part.grade, part.not_graded_reason, part.why)
        sent = returns.submit(session, who, return_id, f"file-{cycle.id}-{number}", answers)
        if not isinstance(sent, returns.Saved):
            raise Refused(f"{part.agency} has more than one return for {part.case}.")
    coordinator = _holder(session, RoleKind.COORDINATOR)
    for judgement in file.judgements:
        verdict = Verdict(judgement.grade, judgement.not_graded_reason, judgement.why, judgement.assurances)
        meetings.ratify(session, coordinator, case_ids[judgement.case], verdict)


def _whose(session: Session, case_id: str, agency: str) -> tuple[str, access.Actor]:
    """The return of an agency for a case, and the lead who sends it."""
    found = session.execute(
        select(Return.id, Involvement.agency_id, Case.area_id)
        .join(Involvement, Involvement.id == Return.involvement_id)
        .join(Agency, Agency.id == Involvement.agency_id)
        .join(Case, Case.id == Involvement.case_id)
        .where(Case.id == case_id, Agency.label == agency)
    ).one_or_none()
    if found is None:
        raise Refused(f"A return is given for {agency}, which isn't involved in that case.")
    return_id, agency_id, area_id = found
    return return_id, _holder(session, RoleKind.AGENCY_LEAD, agency_id, area_id)


def _holder(session: Session, kind: RoleKind, agency_id: str | None = None, area_id: str | None = None) -> access.Actor:
    """Somebody who holds the role."""
    query = (
        select(Workspace.team_id, Person.user_id)
        .join(Person, Person.workspace_id == Workspace.id)
        .join(Role, Role.person_id == Person.id)
        .where(Role.kind == kind)
    )
    if agency_id:
        query = query.where(Role.agency_id == agency_id, (Role.area_id == area_id) | Role.area_id.is_(None))
    found = session.execute(query).first()
    if found is None:
        raise Refused(f"The file names nobody who could act as {kind.replace('_', ' ')}.")
    return access.actor(session, *found)
