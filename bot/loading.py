"""Loads a cycle from a file: its set-up and, to demonstrate a finished one, its returns and their outcome."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import access
from audit.actions import add, edit_recommendation
from audit.bounds import contents, from_json, safe_name
from audit.calendar import in_london
from audit.cycle import states
from audit.errors import Refused
from audit.findings import edit, themes
from audit.meeting import positions, ratify
from audit.meeting.verdict import Verdict
from audit.returns import submit
from audit.returns.answers import Answers
from audit.role_in_force import in_force
from audit.setup import load as load_rules
from audit.setup import opening
from audit.setup.description import Day, Setup
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import Cycle, LearningTheme
from storage.findings import FindingKind
from storage.meetings import Stance
from storage.people import Agency, Person, Role, RoleKind, Workspace
from storage.returns import Return
from storage.types import new_id

_FROM_FILE = "Entered from a file of an audit that was finished before."
"""Why a file's judgements are ratified before the meeting of the audit that it sets up."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ReturnPart(_Part):
    """An agency's return for a case; no `grade` if its tool asks for none overall."""

    case: str
    agency: str
    grade: str | None = None
    not_graded_reason: str | None = None
    why: str = ""
    sections: dict[str, str] = {}


class JudgementPart(_Part):
    """A ratified judgement; `sections`: section's key -> an option of its scale."""

    case: str
    grade: str | None = None
    not_graded_reason: str | None = None
    why: str
    assurances: dict[str, str | Day] = {}
    sections: dict[str, str] = {}


class FindingPart(_Part):
    """A finding of the meeting about a case."""

    case: str
    kind: FindingKind
    agency: str | None = None
    theme: str | None = None
    text: str


class ActionPart(_Part):
    """An action for an agency; `owner` is a role."""

    what: str
    agency: str
    owner: str
    due: Day


class RecommendationPart(_Part):
    """A recommendation of the sub-group, the themes that it answers, and the actions that follow."""

    text: str
    themes: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    actions: tuple[ActionPart, ...] = ()


class CycleFile(_Part):
    """A cycle file: `note` says what in it is real; `learning_themes` are offered to agencies and the meeting."""

    note: str
    setup: Setup
    returns: tuple[ReturnPart, ...] = ()
    judgements: tuple[JudgementPart, ...] = ()
    learning_themes: tuple[str, ...] = ()
    findings: tuple[FindingPart, ...] = ()
    recommendations: tuple[RecommendationPart, ...] = ()


def read(path: Path) -> CycleFile:
    """Read and check a cycle file; Refused says where it is wrong."""
    content = from_json(contents(path), str(path))
    try:
        return CycleFile.model_validate(content)
    except ValidationError as error:
        faults = [
            f"{'.'.join(safe_name(str(part)) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()
        ]
        raise Refused(f"{path} isn't a cycle file: {'; '.join(faults[:5])}.") from None


def load(session: Session, file: CycleFile, *, answered: bool) -> Cycle:
    """Store the set-up, and offer the file's learning themes.

    With `answered`, also open the cycle, send every return, ratify every judgement (each agency with a return agrees),
    and store the findings, recommendations and actions. No summary is released. Refused says what doesn't fit.
    """
    cycle = load_rules.load(session, file.setup)
    if file.learning_themes:
        themes.add(session, _holder(session, RoleKind.COORDINATOR), "\n".join(file.learning_themes))
    if answered:
        known = _known(session, file, cycle)
        opening.open_cycle(session, None, cycle.id)
        session.flush()
        _answer(session, file, cycle, known.cases)
        _judge(session, file, known.cases)
        states.begin_meeting(session, _holder(session, RoleKind.COORDINATOR), cycle)
        _find(session, file, known)
        _recommend(session, file, cycle, known)
    return cycle


@dataclass(frozen=True)
class _Known:
    """The ids of what a file's parts may name, by reference or label."""

    cases: Mapping[str, str]
    agencies: Mapping[str, str]
    themes: Mapping[str, str]


def _known(session: Session, file: CycleFile, cycle: Cycle) -> _Known:
    """The cases, agencies and themes that the file may name; Refused if it names any other."""
    known = _Known(
        {each.reference: each.id for each in session.scalars(select(Case).where(Case.cycle_id == cycle.id))},
        {each.label: each.id for each in session.scalars(select(Agency))},
        {each.label: each.id for each in session.scalars(select(LearningTheme))},
    )
    owing = [action for part in file.recommendations for action in part.actions]
    cases = {part.case for parts in (file.returns, file.judgements, file.findings) for part in parts}
    agencies = {part.agency for part in file.findings if part.agency} | {action.agency for action in owing}
    themes_named = {part.theme for part in file.findings if part.theme}
    for part in file.recommendations:
        agencies |= {*part.agencies}
        themes_named |= {*part.themes}
    _refuse("Not among the cases, but in returns, judgements or findings", cases - known.cases.keys())
    _refuse("Not among the agencies, but in findings, recommendations or actions", agencies - known.agencies.keys())
    _refuse("Not among the learning themes, but in findings or recommendations", themes_named - known.themes.keys())
    return known


def _refuse(what: str, strange: set[str]) -> None:
    if strange:
        raise Refused(f"{what}: {', '.join(sorted(strange))}.")


def _answer(session: Session, file: CycleFile, cycle: Cycle, case_ids: Mapping[str, str]) -> None:
    for number, part in enumerate(file.returns):
        return_id, who = _whose(session, case_ids[part.case], part.agency)
        answers = Answers(part.sections, part.grade, part.not_graded_reason, part.why)
        sent = submit.submit(session, who, return_id, f"file-{cycle.id}-{number}", answers)
        if not isinstance(sent, submit.Saved):
            raise Refused(f"{part.agency} has more than one return for {part.case}.")


def _judge(session: Session, file: CycleFile, case_ids: Mapping[str, str]) -> None:
    today = in_london(now(session)).date()
    for part in file.judgements:
        case_id = case_ids[part.case]
        assured = {
            name: said.date(today).isoformat() if isinstance(said, Day) else said
            for name, said in part.assurances.items()
        }
        agreeing = tuple(each.agency_id for each in positions.contributors(session, case_id))
        stances = {Stance.AGREES: agreeing}
        judged = (part.grade, part.not_graded_reason, part.why, assured, stances)
        verdict = Verdict(*judged, exception=_FROM_FILE, sections=part.sections)
        who = _holder(session, RoleKind.COORDINATOR)
        seen = ratify.open_judging(session, who, case_id).about.moment.mark
        ratified = ratify.ratify(session, who, case_id, verdict, seen)
        if isinstance(ratified, ratify.JudgementForm):
            raise Refused(f"{part.case} is judged more than once.")


def _find(session: Session, file: CycleFile, known: _Known) -> None:
    for part in file.findings:
        agency = known.agencies[part.agency] if part.agency else edit.SEVERAL
        theme = known.themes[part.theme] if part.theme else edit.NO_THEME
        given = edit.FindingWording(part.kind, agency, theme, part.text)
        edit.add(session, _holder(session, RoleKind.COORDINATOR), known.cases[part.case], new_id(), given)


def _recommend(session: Session, file: CycleFile, cycle: Cycle, known: _Known) -> None:
    today = in_london(now(session)).date()
    for part in file.recommendations:
        member, made_id = _holder(session, RoleKind.SUB_GROUP_MEMBER), new_id()
        answered, asked = (known.themes[each] for each in part.themes), (known.agencies[each] for each in part.agencies)
        wording = edit_recommendation.RecommendationWording(part.text, tuple(answered), tuple(asked))
        edit_recommendation.add(session, member, cycle.id, made_id, wording)
        for action in part.actions:
            typed = {
                add.WHAT: action.what,
                add.AGENCY: known.agencies[action.agency],
                add.OWNER: action.owner,
                add.DUE: action.due.date(today).isoformat(),
            }
            add.add(session, member, made_id, new_id(), typed, None)


def _whose(session: Session, case_id: str, agency: str) -> tuple[str, access.Actor]:
    """An agency's return for a case (its id), and the lead who sends it."""
    row = session.execute(
        select(Return.id, Involvement.agency_id, Case.area_id)
        .join(Involvement, Involvement.id == Return.involvement_id)
        .join(Agency, Agency.id == Involvement.agency_id)
        .join(Case, Case.id == Involvement.case_id)
        .where(Case.id == case_id, Agency.label == agency)
    ).one_or_none()
    if row is None:
        raise Refused(f"A return is given for {agency}, which isn't involved in that case.")
    return_id, agency_id, area_id = row
    return return_id, _holder(session, RoleKind.AGENCY_LEAD, agency_id, area_id)


def _holder(session: Session, kind: RoleKind, agency_id: str | None = None, area_id: str | None = None) -> access.Actor:
    """A person who holds the role; Refused if there is none."""
    query = (
        select(Workspace.team_id, Person.user_id)
        .join(Person, Person.workspace_id == Workspace.id)
        .join(Role, Role.person_id == Person.id)
        .where(Role.kind == kind, in_force(now(session)), Person.active)
    )
    if agency_id:
        query = query.where(Role.agency_id == agency_id, (Role.area_id == area_id) | Role.area_id.is_(None))
    ids = session.execute(query).first()
    if ids is None:
        raise Refused(f"The file names nobody who could act as {kind.replace('_', ' ')}.")
    return access.actor(session, *ids)
