"""A coordinator adds, changes and withdraws the findings of a meeting."""

from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import moment, trail
from audit.access import Actor, require_coordinator
from audit.errors import NotFound, Refused
from audit.filled_form import Filled
from audit.findings import earlier_text, findings
from audit.findings.earlier_text import Rewordings
from audit.findings.findings import FindingView
from audit.findings.themes import OFFERED
from audit.row_by_id import existing
from audit.screening import fields
from audit.screening.fields import TypedField
from storage.cases import Case, Involvement
from storage.clock import now
from storage.crypto import seal, unseal
from storage.cycles import Cycle, LearningTheme
from storage.findings import Finding, FindingKind
from storage.people import Agency, Area
from storage.promises import PromiseKind, promise
from storage.types import LOCK, new_id

KIND, AGENCY, THEME, TEXT = "kind", "agency", "theme", "text"
"""The form's fields."""
SEVERAL, NO_THEME = "several", "none"
"""Choices in place of one agency's id, and of a learning theme's id."""
VERB = "findings.edit"


@dataclass(frozen=True)
class FindingWording:
    """A finding's form as typed. `agency`: an id or SEVERAL; `theme`: an id or NO_THEME; "" if nothing is chosen."""

    kind: str = ""
    agency: str = ""
    theme: str = NO_THEME
    text: str = ""


@dataclass(frozen=True)
class OpenFinding(Filled):
    """A finding's form. `agencies`, `themes`: (id, label) to choose from; `past`: its own theme, if no longer offered.

    `version`: the version that it was filled from, 0 for a new finding. `stands`: the finding as somebody else changed
    it meanwhile, or None. `before`: the earlier wordings of an existing finding.
    """

    finding_id: str
    case_id: str
    reference: str
    area: str
    agencies: tuple[tuple[str, str], ...]
    themes: tuple[tuple[str, str], ...]
    past: tuple[tuple[str, str], ...] = ()
    wording: FindingWording = field(default_factory=FindingWording)
    version: int = 0
    stands: FindingView | None = None
    before: Rewordings | None = None


def begin(session: Session, who: Actor, case_id: str) -> OpenFinding:
    """The form for a new finding. Its id is generated here, so that sending the form twice makes one finding."""
    require_coordinator(who, VERB, case_id)
    return _form(session, _open_case(session, case_id), new_id())


def change(session: Session, who: Actor, finding_id: str) -> OpenFinding:
    """The form for changing a finding."""
    require_coordinator(who, VERB, finding_id)
    finding = _found(session, finding_id)
    _require_standing(finding)
    return _standing(session, _open_case(session, finding.case_id), finding)


def add(session: Session, who: Actor, case_id: str, finding_id: str, given: FindingWording) -> OpenFinding:
    """Add a finding under the id that its form carries. Refused at the fields.

    The same form sent again has the same result. With other answers it changes the finding: its sender may never have
    seen the first result, and thought again.
    """
    require_coordinator(who, VERB, case_id)
    case = _open_case(session, case_id, locked=True)
    finding = session.get(Finding, finding_id)
    if finding is not None:
        return _save(session, who, case, finding, 1, given)
    _check(session, who, _form(session, case, finding_id), given)
    made = Finding(id=finding_id, case_id=case_id, version=0)
    session.add(made)
    return _keep(session, who, case, made, given, "finding.add")


def save(session: Session, who: Actor, finding_id: str, base: int, given: FindingWording) -> OpenFinding:
    """Change the finding that was shown as version `base`. If it has changed since, return the form again.

    Refused at the fields.
    """
    require_coordinator(who, VERB, finding_id)
    finding = _found(session, finding_id)
    return _save(session, who, _open_case(session, finding.case_id, locked=True), finding, base, given)


def _save(  # noqa: PLR0917  # the request and its answers
    session: Session, who: Actor, case: Case, found: Finding, base: int, given: FindingWording
) -> OpenFinding:
    session.refresh(found, with_for_update=LOCK)  # re-read it now that it is locked
    if found.case_id != case.id:
        raise NotFound("This finding no longer exists.")
    _require_standing(found)
    form = _standing(session, case, found)
    if form.wording == given:
        return replace(form, done=True)
    if found.version != base:
        return replace(form, wording=given, stands=_view(session, found))
    _check(session, who, form, given)
    return _keep(session, who, case, found, given, "finding.save")


def withdraw(session: Session, who: Actor, finding_id: str, base: int) -> OpenFinding:
    """Withdraw the finding that was shown as version `base`. It stays stored, but no longer counts."""
    require_coordinator(who, VERB, finding_id)
    finding = _found(session, finding_id)
    case = _open_case(session, finding.case_id, locked=True)
    session.refresh(finding, with_for_update=LOCK)
    form = _standing(session, case, finding)
    if finding.withdrawn_at is not None:
        return replace(form, done=True)
    if finding.version != base:
        return replace(form, stands=_view(session, finding))
    finding.withdrawn_at = now(session)
    _recorded(session, who, case, finding, "finding.withdraw")
    return replace(form, done=True)


def _found(session: Session, finding_id: str) -> Finding:
    return existing(session, Finding, finding_id)


def _require_standing(found: Finding) -> None:
    if found.withdrawn_at is not None:
        raise Refused("This finding was withdrawn. If it turns out to be right, add it as a new one.", TEXT)


def _open_case(session: Session, case_id: str, *, locked: bool = False) -> Case:
    """The case. NotFound, or Refused if its findings can't be changed now. `locked`: until the transaction ends."""
    case = session.get(Case, case_id, with_for_update=LOCK if locked else None)
    if case is None:
        raise NotFound("This case no longer exists.")
    cycle = session.get_one(Cycle, case.cycle_id)
    if case.withdrawn_at is not None:
        raise Refused(f"{case.reference} has been withdrawn from the audit.")
    moment.require(cycle, moment.STANDING, "its findings can't be changed")
    moment.require_discussed(session, case, "Findings can be added")
    return case


def _form(session: Session, case: Case, finding_id: str) -> OpenFinding:
    agencies = session.execute(
        select(Agency.id, Agency.label)
        .join(Involvement, Involvement.agency_id == Agency.id)
        .where(Involvement.case_id == case.id, Involvement.withdrawn_at.is_(None))
        .order_by(Agency.label)
    )
    themes = session.execute(
        select(LearningTheme.id, LearningTheme.label).where(*OFFERED).order_by(LearningTheme.label)
    )
    area = session.get_one(Area, case.area_id)
    return OpenFinding(
        finding_id, case.id, case.reference, area.label, tuple((each.id, each.label) for each in agencies),
        tuple((each.id, each.label) for each in themes),
    )  # fmt: skip


def _standing(session: Session, case: Case, found: Finding) -> OpenFinding:
    """The form of a finding, filled in. Its own agency and theme can always be kept."""
    form = _form(session, case, found.id)
    agency = session.get(Agency, found.agency_id) if found.agency_id else None
    theme = session.get(LearningTheme, found.theme_id) if found.theme_id else None
    own_agency = ((agency.id, agency.label),) if agency else ()
    own_theme = ((theme.id, theme.label),) if theme else ()
    return replace(
        form,
        agencies=tuple(dict.fromkeys((*form.agencies, *own_agency))),
        past=tuple(each for each in own_theme if each not in form.themes),
        wording=FindingWording(
            found.kind, found.agency_id or SEVERAL, found.theme_id or NO_THEME, unseal(session, found, "text")
        ),
        version=found.version,
        before=earlier_text.of(session, found.id),
    )


def _check(session: Session, who: Actor, form: OpenFinding, given: FindingWording) -> None:
    wrong = {}
    if given.kind not in set(FindingKind):
        wrong[KIND] = "Choose what sort of finding it is."
    if given.agency != SEVERAL and given.agency not in dict(form.agencies):
        wrong[AGENCY] = "Choose one of the case's agencies, or several together."
    if given.theme != NO_THEME and given.theme not in dict((*form.themes, *form.past)):
        wrong[THEME] = "This learning theme is no longer offered. Please choose again."
    fields.check(session, who, {TEXT: TypedField(given.text, "Write what was found, in a sentence or two.")}, wrong)


def _keep(  # noqa: PLR0917  # the request and its answers
    session: Session, who: Actor, case: Case, found: Finding, given: FindingWording, verb: str
) -> OpenFinding:
    found.kind = given.kind
    found.agency_id = given.agency if given.agency != SEVERAL else None
    found.theme_id = given.theme if given.theme != NO_THEME else None
    if not found.version or unseal(session, found, TEXT) != given.text:
        if found.version:
            earlier_text.keep(session, found)
        found.by_id, found.at = who.person_id, now(session)
        seal(session, found, TEXT, given.text)
    found.version += 1
    _recorded(session, who, case, found, verb)
    return replace(_standing(session, case, found), done=True)


def _recorded(session: Session, who: Actor, case: Case, found: Finding, verb: str) -> None:
    detail = f"{case.reference} {found.kind} version {found.version}"
    trail.record(session, who, verb, subject_id=found.id, cycle_id=case.cycle_id, detail=detail)
    promise(session, PromiseKind.CASE, case.id, now(session))


def _view(session: Session, found: Finding) -> FindingView:
    [view] = findings.of(session, Finding.id == found.id)
    return view
