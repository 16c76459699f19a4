"""The history of a return: its versions and what each changed; and on demand a version's full text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import question_names, trail
from audit.access import Actor, require_history
from audit.returns.answers import Answers, kept
from audit.returns.found_return import Found, Party, find, party_of
from audit.row_by_id import existing
from audit.scales import Scale
from audit.tools import Section, Tool
from storage.clock import now
from storage.crypto import unseal
from storage.cycles import AuditTool, LearningTheme
from storage.people import Person
from storage.returns import Decline, ReturnState, ReturnVersion

WHY = "Why this grade"
THEMES = "Learning themes"
CHANGE_REASON = "Why it was changed after release"
DECLINED = "Why the agency asked not to answer"


@dataclass(frozen=True)
class VersionResult:
    """What a version counted as: a grade's key, or as in audit.cycle.tally.Outcome. `reason`: if it isn't graded."""

    result: str
    reason: str | None = None


NOTHING = VersionResult("awaiting")
"""The result before anything was sent."""


@dataclass(frozen=True)
class VersionStep:
    """A version: who made it, the results before and after it, and the labels of the questions it changed.

    `changed`: compared with the last version before it that has answers; empty for the first of these. `written`: it
    has text to read.
    """

    version_id: str
    number: int
    at: datetime
    by: str
    state: str
    before: VersionResult
    after: VersionResult
    changed: tuple[str, ...]
    source: str | None
    given_by: str | None
    late: bool
    after_release: bool
    written: bool


@dataclass(frozen=True)
class History:
    """All versions of a return, newest first."""

    return_id: str
    party: Party
    cycle_name: str
    scale: Scale
    steps: tuple[VersionStep, ...]
    now: datetime


@dataclass(frozen=True)
class AnsweredText:
    """A question and its answer. `changed`: it differs from the version before."""

    label: str
    text: str
    changed: bool


@dataclass(frozen=True)
class FullText:
    """A version with its full text."""

    return_id: str
    party: Party
    scale: Scale
    step: VersionStep
    texts: tuple[AnsweredText, ...]
    now: datetime


def history(session: Session, who: Actor, return_id: str) -> History:
    """All versions of a return, without texts, for coordinators and the agency's own people."""
    found = _allowed(session, who, return_id)
    return _history(session, found, _versions(session, return_id))


def read(session: Session, who: Actor, version_id: str) -> FullText:
    """A version with its full text; the reading is recorded."""
    version = existing(session, ReturnVersion, version_id)
    found = _allowed(session, who, version.return_id)
    versions = _versions(session, version.return_id)
    step = next(step for step in _steps(session, found, versions) if step.version_id == version_id)
    trail.reading(
        session, who, "history.read", subject_id=version.return_id, cycle_id=found.Cycle.id,
        detail=f"{found.Case.reference} version {version.number}",
    )  # fmt: skip
    return FullText(
        return_id=version.return_id,
        party=party_of(found),
        scale=Scale.from_json(found.Cycle.scale),
        step=step,
        texts=tuple(_texts(session, found, version, step)),
        now=now(session),
    )


def _allowed(session: Session, who: Actor, return_id: str) -> Found:
    found = find(session, return_id)
    require_history(who, found.Involvement.agency_id, found.Case.area_id, return_id)
    return found


_Versions = Sequence[tuple[ReturnVersion, str]]
"""Versions, oldest first, each with its author's label."""


def _versions(session: Session, return_id: str) -> _Versions:
    rows = session.execute(
        select(ReturnVersion, Person.label)
        .join(Person, Person.id == ReturnVersion.by_id)
        .where(ReturnVersion.return_id == return_id)
        .order_by(ReturnVersion.number)
    )
    return [(version, by) for version, by in rows]


def _history(session: Session, found: Found, versions: _Versions) -> History:
    return History(
        return_id=found.Return.id,
        party=party_of(found),
        cycle_name=found.Cycle.name,
        scale=Scale.from_json(found.Cycle.scale),
        steps=tuple(reversed(list(_steps(session, found, versions)))),
        now=now(session),
    )


def _steps(session: Session, found: Found, versions: _Versions) -> Iterator[VersionStep]:
    """The versions, oldest first, each compared with the one before."""
    before, last = NOTHING, None
    asked: tuple[Section, ...] = ()
    for version, by in versions:
        answers = kept(session, version)
        answered = version.state == ReturnState.SUBMITTED
        after = _standing(version)
        questions = _asked(session, found, version).sections
        both = {each.key: each for each in (*asked, *questions)}
        yield VersionStep(
            version_id=version.id,
            number=version.number,
            at=version.submitted_at,
            by=by,
            state=version.state,
            before=before,
            after=after,
            changed=changes(tuple(both.values()), last, answers) if answered and last is not None else (),
            source=version.source,
            given_by=answers.given_by or None,
            late=version.late,
            after_release=version.after_release,
            written=answered or bool(answers.change_reason) or version.state == ReturnState.DECLINED,
        )
        before, last, asked = after, answers if answered else last, questions if answered else asked


def _asked(session: Session, found: Found, version: ReturnVersion) -> Tool:
    """The tool, as the agency was asked it, in the version under which the return was sent."""
    return Tool.stored(session.get_one(AuditTool, version.tool_id)).asked_of(found.Agency.label)


def _standing(version: ReturnVersion) -> VersionResult:
    if version.state == ReturnState.SUBMITTED:
        return VersionResult(version.grade or "awaiting", version.not_graded_reason)
    return VersionResult(version.state) if version.state in (ReturnState.NIL, ReturnState.DECLINED) else NOTHING


def changes(questions: Sequence[Section], before: Answers, after: Answers) -> tuple[str, ...]:
    """The labels of the questions whose answers differ; the grade isn't among them."""
    labels = question_names.names(questions)
    sections = [
        labels[question.key]
        for question in questions
        if before.sections.get(question.key, "") != after.sections.get(question.key, "")
    ]
    why = [WHY] if before.why != after.why else []
    return (*sections, *why, *([THEMES] if set(before.themes) != set(after.themes) else []))


def _texts(session: Session, found: Found, version: ReturnVersion, step: VersionStep) -> Iterator[AnsweredText]:
    answers = kept(session, version)
    if answers.change_reason:
        yield AnsweredText(CHANGE_REASON, answers.change_reason, changed=False)
    if version.state == ReturnState.DECLINED:
        yield AnsweredText(DECLINED, _declined_because(session, version), changed=False)
    if version.state != ReturnState.SUBMITTED:
        return
    tool = _asked(session, found, version)
    asked, labels = tool.answered(answers.sections), question_names.names(tool.sections)
    for question in tool.sections:
        label = labels[question.key]
        if question not in asked and label not in step.changed:
            continue
        text = answers.sections.get(question.key, "")
        yield AnsweredText(label, question.shown(text), changed=label in step.changed)
    if answers.themes:
        yield AnsweredText(THEMES, _themes(session, answers.themes), changed=THEMES in step.changed)
    if answers.why or tool.needs_overall:
        yield AnsweredText(WHY, answers.why, changed=WHY in step.changed)


def _declined_because(session: Session, version: ReturnVersion) -> str:
    decline = session.scalar(
        select(Decline)
        .where(
            Decline.return_id == version.return_id,
            Decline.approved.is_(True),
            Decline.decided_at <= version.submitted_at,
        )
        .order_by(Decline.decided_at.desc())
        .limit(1)
    )
    return unseal(session, decline, "reason") if decline is not None else ""


def _themes(session: Session, ids: Sequence[str]) -> str:
    labels = session.scalars(select(LearningTheme.label).where(LearningTheme.id.in_(ids)).order_by(LearningTheme.label))
    return ", ".join(labels)
