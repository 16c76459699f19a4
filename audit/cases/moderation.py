"""Moderation: the meeting's view of an agency's self-grade. The self-grade itself is kept."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from audit import moment, trail
from audit.access import Actor, require_chairing
from audit.calendar import stamp
from audit.cases import graded_sections
from audit.cases.moderated_grades import ModerationView, history
from audit.errors import NotFound, Refused
from audit.filled_form import Filled
from audit.moment import EXCEPTION
from audit.returns.answers import GRADE, REASON, WHY, grading_faults, kept
from audit.returns.asked_tool import tool_of
from audit.returns.found_return import Found, Party, find, party_of
from audit.scales import Graded, Scale
from audit.screening import fields
from audit.screening.fields import TypedField
from audit.tools import Section
from storage.cases import Case
from storage.clock import now
from storage.crypto import seal
from storage.meetings import Moderation
from storage.promises import PromiseKind, promise
from storage.returns import ReturnState, ReturnVersion

VERB = "grade.moderate"
"""The verb in the trail."""
STANDS = "self_grade_stands"
"""The choice that leaves an agency's own grade as it is."""
_OVERALL_LABEL = "The overall grade"


@dataclass(frozen=True)
class ModerationAnswers:
    """The form's answers. `grade`: a grade's key, "not_graded", STANDS or, for a section, "not_applicable".

    `why` is the reason; `exception`, why it is moderated before the meeting. `section`: the graded section's key, ""
    for the overall grade.
    """

    grade: str | None
    not_graded_reason: str | None
    why: str
    exception: str = ""
    section: str = ""


@dataclass(frozen=True)
class ModerationForm(Filled):
    """The form. `record_id`: the newest moderation, or the discussed version of the return if it has none.

    `grade`, `reason`: the self-grade. `before`: its moderations so far, newest first. `given`: the answers that the
    form shows. `notice`: why it is shown again, or None. `section`: the section to moderate, None for the overall
    grade. `every`: (key, label) of everything that the return graded.
    """

    record_id: str
    return_id: str
    case_id: str
    party: Party
    scale: Scale
    version: int
    grade: str
    reason: str | None
    before: tuple[ModerationView, ...]
    given: ModerationAnswers
    now: datetime
    meeting_at: datetime
    notice: str | None = None
    section: Section | None = None
    every: tuple[tuple[str, str], ...] = ()

    @property
    def early(self) -> bool:
        """Whether the meeting hasn't begun."""
        return self.now < self.meeting_at


def open_moderating(session: Session, who: Actor, return_id: str) -> ModerationForm:
    """The form for an agency's self-grade, for coordinators and chairs. Refused if it can't be moderated now."""
    require_chairing(who, VERB, return_id)
    found = find(session, return_id)
    _require_open(session, found)
    return _form(session, found)


def moderate(session: Session, who: Actor, record_id: str, given: ModerationAnswers) -> ModerationForm:
    """Store the meeting's view of a self-grade. `record_id`: the record that the form was filled from.

    The same form sent again changes nothing. If the return was changed or moderated since the form was opened, the form
    is returned with what was typed. Refused at the fields; before the meeting, also if no reason for that is given.
    """
    require_chairing(who, VERB, record_id)
    row, version, number = _filled_from(session, record_id, given.section)
    form = _form(session, row, given.section)
    last = form.before[0] if form.before else None
    if given.grade == form.grade and given.not_graded_reason == form.reason:
        given = replace(given, grade=STANDS, not_graded_reason=None)
    if last is not None and last.number == number + 1 and _repeats(session, who, row, last, given):
        return replace(form, done=True)
    _require_open(session, row)
    if row.Return.version != version or (last.number if last else 0) != number:
        did = "The return was changed" if row.Return.version != version else f"{last.by if last else ''} moderated it"
        notice = f"{did} while you were writing, so nothing was kept. Look again: what you typed is still here."
        return replace(form, given=given, notice=notice)
    _check(session, who, form, given, last)
    _keep(session, who, row, number + 1, given if form.early else replace(given, exception=""))
    return replace(_form(session, row, given.section), done=True)


def chosen(session: Session, who: Actor, record_id: str, given: ModerationAnswers, shown: str = "") -> ModerationForm:
    """The form after another choice was made in it, for coordinators and chairs. Nothing is stored.

    It keeps its `record_id`, so that `moderate` notices changes. If a section other than `shown` was chosen, it becomes
    the form of that section; reasons that were typed are kept.
    """
    require_chairing(who, VERB, record_id)
    found, _, _ = _filled_from(session, record_id, given.section, locked=False)
    form = _form(session, found, given.section)
    if given.section == shown:
        return replace(form, record_id=record_id, given=given)
    return replace(form, given=replace(form.given, why=given.why or form.given.why, exception=given.exception))


def _form(session: Session, found: Found, section: str | None = None) -> ModerationForm:
    """The form for the overall grade (""), for a section's key, or (None) for the first that the return graded."""
    versioned = [ReturnVersion.return_id == found.Return.id, ReturnVersion.number == found.Return.version]
    version = session.scalars(select(ReturnVersion).where(*versioned)).first()
    graded = _graded(session, found, version) if version and version.state == ReturnState.SUBMITTED else {}
    section = next(iter(graded), "") if section is None else section
    if version is None or section not in graded:
        raise Refused(
            f"{found.Agency.label} has no grade for {found.Case.reference} now, so there is none to moderate."
        )
    asked, own = graded[section]
    names = graded_sections.names(tool_of(found))
    before = history(session, found.Return.id, section)
    last = before[0] if before else None
    current = bool(last and last.version == version.number)
    stands = ModerationAnswers(STANDS, None, "", section=section)
    return ModerationForm(
        record_id=_row_id(session, found, last.number, section) if last and current else version.id,
        return_id=found.Return.id,
        case_id=found.Case.id,
        party=party_of(found),
        scale=asked.graded_on if asked else Scale.from_json(found.Cycle.scale),
        version=version.number,
        grade=own.result,
        reason=own.reason,
        before=before,
        given=ModerationAnswers(last.grade or STANDS, last.not_graded_reason, last.reason, section=section)
        if last
        else stands,
        now=now(session),
        meeting_at=found.Meeting.starts_at,
        section=asked,
        every=tuple((key, names.get(key, _OVERALL_LABEL)) for key in graded),
    )


def _graded(session: Session, found: Found, version: ReturnVersion) -> dict[str, tuple[Section | None, Graded]]:
    """Key -> (section, grade) of everything that a version graded, the overall grade ("" and None) first."""
    answers = kept(session, version)
    whole = {"": (None, Graded(answers.grade, answers.not_graded_reason))} if answers.grade else {}
    given = [(section, answers.sections.get(section.key, "")) for section in tool_of(found).graded]
    return whole | {section.key: (section, Graded.read(name)) for section, name in given if name}


def _row_id(session: Session, found: Found, number: int, section: str) -> str:
    numbered = [Moderation.return_id == found.Return.id, Moderation.section == section, Moderation.number == number]
    return session.scalars(select(Moderation.id).where(*numbered)).one()


def _filled_from(session: Session, record_id: str, section: str, *, locked: bool = True) -> tuple[Found, int, int]:
    """The return; its version, and the section's number of moderations, at the time when the form was filled."""
    row, version = session.get(Moderation, record_id), session.get(ReturnVersion, record_id)
    if row is not None and row.section == section:
        return find(session, row.return_id, locked=locked), row.version, row.number
    at = row or version
    if at is None:
        raise NotFound("This return no longer exists.")
    number = at.version if isinstance(at, Moderation) else at.number
    earlier = [Moderation.return_id == at.return_id, Moderation.section == section, Moderation.version < number]
    return (
        find(session, at.return_id, locked=locked),
        number,
        session.scalar(select(func.max(Moderation.number)).where(*earlier)) or 0,
    )


def _repeats(session: Session, who: Actor, found: Found, last: ModerationView, given: ModerationAnswers) -> bool:
    mine = session.get_one(Moderation, _row_id(session, found, last.number, given.section)).by_id == who.person_id
    stored = ModerationAnswers(last.grade or STANDS, last.not_graded_reason, last.reason, last.exception, last.section)
    return mine and stored == given


def _require_open(session: Session, found: Found) -> None:
    """Refused until the summary is released or the meeting begins, after ratifying, and if there is no grade."""
    case = found.Case
    moment.require(found.Cycle, moment.OPEN, "no grade can be moderated")
    if case.withdrawn_at is not None or found.Involvement.withdrawn_at is not None:
        raise Refused(f"{case.reference} is no longer asked of {found.Agency.label}. Nothing was changed.")
    if session.scalar(select(Case.id).where(Case.id == case.id, moment.RATIFIED)):
        raise Refused(f"{case.reference} has been ratified. Re-open it first, then moderate its grades.")
    if found.Return.state != ReturnState.SUBMITTED:
        raise Refused(f"{found.Agency.label} has no grade for {case.reference} now, so there is none to moderate.")
    if case.released_at is None and not moment.begun(session, found.Meeting):
        raise Refused(
            f"The summary of {case.reference} isn't out yet. Grades can be moderated once it is, or from the start of"
            " its meeting."
        )


def _check(
    session: Session, who: Actor, form: ModerationForm, given: ModerationAnswers, last: ModerationView | None
) -> None:
    stands = given.grade == STANDS
    wrong = {} if stands else _grading_faults(form, given)
    if stands and (last is None or not last.grade):
        wrong[GRADE] = "The self-grade stands already. Choose another grade, or close this."
    if stands and given.not_graded_reason:
        wrong[REASON] = "Leave this empty when the self-grade stands."
    early = f"The meeting is on {stamp(form.meeting_at)}. Wait for it, or say why this can't." if form.early else ""
    texts = {
        WHY: TypedField(given.why, "Say why, in a sentence or two."),
        EXCEPTION: TypedField(given.exception, early),
    }
    fields.check(session, who, texts, wrong)


def _grading_faults(form: ModerationForm, given: ModerationAnswers) -> dict[str, str]:
    if form.section is None:
        return grading_faults(form.scale, given.grade, given.not_graded_reason)
    name = Graded(given.grade or "", given.not_graded_reason).name
    return {} if name in dict(form.scale.options) else {GRADE: "Choose what the meeting makes of it."}


def _keep(session: Session, who: Actor, found: Found, number: int, given: ModerationAnswers) -> None:
    row = Moderation(
        return_id=found.Return.id,
        section=given.section,
        number=number,
        version=found.Return.version,
        grade=None if given.grade == STANDS else given.grade,
        not_graded_reason=given.not_graded_reason,
        by_id=who.person_id,
        at=now(session),
    )
    seal(session, row, "reason", given.why)
    if given.exception:
        seal(session, row, EXCEPTION, given.exception)
    session.add(row)
    early = f" {moment.EARLY}" if given.exception else ""
    of = f" {given.section}" if given.section else ""
    detail = f"{found.Case.reference}{of} {row.grade or 'stands'}{early}"
    trail.record(session, who, VERB, subject_id=found.Return.id, cycle_id=found.Cycle.id, detail=detail)
    promise(session, PromiseKind.RETURN, found.Return.id, row.at)
    session.flush()
