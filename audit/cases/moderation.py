"""Moderation: what the meeting made of an agency's self-grade, which stays as it was."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from audit import moment, trail
from audit.access import Actor, require_chairing
from audit.errors import NotFound, Refused
from audit.filled import Filled
from audit.moment import EXCEPTION
from audit.returns.answers import GRADE, REASON, WHY, grading_faults
from audit.returns.versions import Found, Party, find, party_of
from audit.scales import Scale
from audit.screening import fields
from audit.screening.fields import Typed
from storage.cases import Case, Involvement
from storage.clock import now
from storage.crypto import seal, unseal
from storage.meetings import IN_FORCE, Judgement, Moderation
from storage.people import Person
from storage.promises import PromiseKind, promise
from storage.returns import Return, ReturnState, ReturnVersion

VERB = "grade.moderate"
"""What the trail calls it."""
STANDS = "self_grade_stands"
"""The choice that leaves an agency's own grade as it is."""


@dataclass(frozen=True)
class ModerationView:
    """A moderated grade ("" where the self-grade stands after all).

    `version` is the return's that was discussed, `number` counts the return's moderations. `exception`: why it was
    moderated before the meeting, if it was. `section`: the key of the graded section, "" for the overall grade.
    """

    grade: str
    not_graded_reason: str | None
    reason: str
    number: int
    version: int
    by: str
    at: datetime
    exception: str = ""
    section: str = ""


@dataclass(frozen=True)
class Given:
    """What the form says: the key of a grade, "not_graded" or STANDS; why not, why, and why before the meeting."""

    grade: str | None
    not_graded_reason: str | None
    why: str
    exception: str = ""


@dataclass(frozen=True)
class Moderating(Filled):
    """What the form shows. `record_id`: the newest moderation, or the version of the return that is discussed.

    `grade` and `reason`: the self-grade; `before`: every moderation so far, newest first. `given` stands in the form;
    `notice`: why it is shown again.
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
    given: Given
    now: datetime
    meeting_at: datetime
    notice: str | None = None

    @property
    def early(self) -> bool:
        """Whether the meeting hasn't begun."""
        return self.now < self.meeting_at


def open_moderating(session: Session, who: Actor, return_id: str) -> Moderating:
    """The form for an agency's self-grade, for whoever runs the meeting; Refused where it can't be moderated now."""
    require_chairing(who, VERB, return_id)
    found = find(session, return_id)
    _require_open(session, found)
    return _form(session, found)


def moderate(session: Session, who: Actor, record_id: str, given: Given) -> Moderating:
    """Keep what the meeting made of a self-grade, beside it. `record_id`: what the form was filled from.

    The same sent again changes nothing. If the return was changed or moderated since the form was opened, the form is
    given back with what was typed. Refused names the fields at fault: so before the meeting, unless it is said why.
    """
    require_chairing(who, VERB, record_id)
    found, version, number = _filled_from(session, record_id)
    form = _form(session, found)
    last = form.before[0] if form.before else None
    if given.grade == form.grade and given.not_graded_reason == form.reason:
        given = replace(given, grade=STANDS, not_graded_reason=None)
    if last is not None and last.number == number + 1 and _repeats(session, who, found, last, given):
        return replace(form, done=True)
    _require_open(session, found)
    if found.Return.version != version or (last.number if last else 0) != number:
        did = "The return was changed" if found.Return.version != version else f"{last.by if last else ''} moderated it"
        notice = f"{did} while you were writing, so nothing was kept. Look again: what you typed is still here."
        return replace(form, given=given, notice=notice)
    _check(session, who, form, given, last)
    _keep(session, who, found, number + 1, given if form.early else replace(given, exception=""))
    return replace(_form(session, found), done=True)


def chosen(session: Session, who: Actor, record_id: str, given: Given) -> Moderating:
    """The form as it goes on from what was chosen in it, for whoever runs the meeting. Nothing is kept.

    It stays what it was filled from, so that `moderate` sees what changed meanwhile.
    """
    require_chairing(who, VERB, record_id)
    found, _, _ = _filled_from(session, record_id, locked=False)
    return replace(_form(session, found), record_id=record_id, given=given)


def _form(session: Session, found: Found) -> Moderating:
    versioned = [ReturnVersion.return_id == found.Return.id, ReturnVersion.number == found.Return.version]
    version = session.scalars(select(ReturnVersion).where(*versioned)).first()
    if version is None or version.grade is None:
        raise Refused(
            f"{found.Agency.label} has no grade for {found.Case.reference} now, so there is none to moderate."
        )
    before = history(session, found.Return.id)
    last = before[0] if before else None
    current = bool(last and last.version == version.number)
    return Moderating(
        record_id=_row_id(session, found, last.number) if last and current else version.id,
        return_id=found.Return.id,
        case_id=found.Case.id,
        party=party_of(found),
        scale=Scale.from_json(found.Cycle.scale),
        version=version.number,
        grade=version.grade,
        reason=version.not_graded_reason,
        before=before,
        given=Given(last.grade or STANDS, last.not_graded_reason, last.reason) if last else Given(STANDS, None, ""),
        now=now(session),
        meeting_at=found.Meeting.starts_at,
    )


def _row_id(session: Session, found: Found, number: int) -> str:
    row = select(Moderation.id).where(Moderation.return_id == found.Return.id, Moderation.number == number)
    return session.scalars(row).one()


def _filled_from(session: Session, record_id: str, *, locked: bool = True) -> tuple[Found, int, int]:
    """The return, locked or not; its version and how often it had been moderated when the form was filled."""
    row, version = session.get(Moderation, record_id), session.get(ReturnVersion, record_id)
    if row is not None:
        return find(session, row.return_id, locked=locked), row.version, row.number
    if version is None:
        raise NotFound("This return isn't there any more.")
    found = find(session, version.return_id, locked=locked)
    earlier = [Moderation.return_id == version.return_id, Moderation.version < version.number]
    return found, version.number, session.scalar(select(func.max(Moderation.number)).where(*earlier)) or 0


def _repeats(session: Session, who: Actor, found: Found, last: ModerationView, given: Given) -> bool:
    mine = session.get_one(Moderation, _row_id(session, found, last.number)).by_id == who.person_id
    return mine and Given(last.grade or STANDS, last.not_graded_reason, last.reason, last.exception) == given


def _require_open(session: Session, found: Found) -> None:
    """From the release of the summary on, or the start of the meeting: before that grades are the agencies' own."""
    case = found.Case
    moment.require(found.Cycle, moment.OPEN, "no grade can be moderated")
    if case.withdrawn_at is not None or found.Involvement.withdrawn_at is not None:
        raise Refused(f"{case.reference} is no longer asked of {found.Agency.label}. Nothing was changed.")
    if session.scalar(select(exists().where(Judgement.case_id == case.id, IN_FORCE))):
        raise Refused(f"{case.reference} has been ratified. Re-open it first, then moderate its grades.")
    if found.Return.state != ReturnState.SUBMITTED:
        raise Refused(f"{found.Agency.label} has no grade for {case.reference} now, so there is none to moderate.")
    if case.released_at is None and not moment.begun(session, found.Meeting):
        raise Refused(
            f"The summary of {case.reference} isn't out yet. Grades can be moderated once it is, or from the start of"
            " its meeting."
        )


def _check(session: Session, who: Actor, form: Moderating, given: Given, last: ModerationView | None) -> None:
    stands = given.grade == STANDS
    wrong = {} if stands else grading_faults(form.scale, given.grade, given.not_graded_reason)
    if stands and (last is None or not last.grade):
        wrong[GRADE] = "The self-grade stands already. Choose another grade, or close this."
    if stands and given.not_graded_reason:
        wrong[REASON] = "Leave this empty when the self-grade stands."
    early = f"The meeting is on {moment.at(form.meeting_at)}. Wait for it, or say why this can't." if form.early else ""
    texts = {WHY: Typed(given.why, "Say why, in a sentence or two."), EXCEPTION: Typed(given.exception, early)}
    fields.check(session, who, texts, wrong)


def _keep(session: Session, who: Actor, found: Found, number: int, given: Given) -> None:
    row = Moderation(
        return_id=found.Return.id,
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
    detail = f"{found.Case.reference} {row.grade or 'stands'}{early}"
    trail.record(session, who, VERB, subject_id=found.Return.id, cycle_id=found.Cycle.id, detail=detail)
    promise(session, PromiseKind.RETURN, found.Return.id, row.at)
    session.flush()


def history(session: Session, return_id: str) -> tuple[ModerationView, ...]:
    """Every moderation of a return, newest first."""
    rows = session.execute(
        select(Moderation, Person.label)
        .join(Person, Person.id == Moderation.by_id)
        .where(Moderation.return_id == return_id)
        .order_by(Moderation.number.desc())
    )
    return tuple(_view(session, row, by) for row, by in rows)


_OTHER = aliased(Moderation)
_NEWEST = (
    select(Moderation, Person.label)
    .join(Return, Return.id == Moderation.return_id)
    .join(Involvement, Involvement.id == Return.involvement_id)
    .join(Case, Case.id == Involvement.case_id)
    .join(Person, Person.id == Moderation.by_id)
    .where(
        Moderation.number
        == select(func.max(_OTHER.number))
        .where(_OTHER.return_id == Moderation.return_id, _OTHER.section == Moderation.section)
        .scalar_subquery(),
        Moderation.grade.is_not(None),
    )
)
"""The newest moderation of each return and section, unless it took the moderated grade back."""


def newest(session: Session, scope: ColumnElement[bool]) -> dict[str, dict[str, ModerationView]]:
    """The moderated grades of the cases in `scope`, by return id and section; a self-grade that stands has none."""
    found: dict[str, dict[str, ModerationView]] = {}
    for row, by in session.execute(_NEWEST.where(scope)):
        found.setdefault(row.return_id, {})[row.section] = _view(session, row, by)
    return found


def _view(session: Session, row: Moderation, by: str) -> ModerationView:
    return ModerationView(
        grade=row.grade or "",
        not_graded_reason=row.not_graded_reason,
        reason=unseal(session, row, "reason"),
        number=row.number,
        version=row.version,
        by=by,
        at=row.at,
        exception=unseal(session, row, EXCEPTION) if row.exception else "",
        section=row.section,
    )
