"""The return's form: who it is for, what it is filled from, and what else is in progress with the return."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import question_names
from audit.access import Actor
from audit.calendar import deadline
from audit.errors import NeedsConfirmation, Question, Refused
from audit.returns import immediate_text
from audit.returns.answers import Answers, Drafted, fields_before, kept, kept_draft, label_of, page_of
from audit.returns.asked_tool import retired_questions, tool_of
from audit.returns.found_return import Found, Party, party_of
from audit.returns.immediate_text import Immediate
from audit.returns.who_may_answer import Capacity
from audit.scales import Scale
from audit.tools import Section, Tool
from storage.clock import now
from storage.cycles import LearningTheme
from storage.people import Person
from storage.returns import Draft, Handover, Return, ReturnState, ReturnVersion

MOST_OFFERED = 100
"""The most learning themes in one menu."""


@dataclass(frozen=True)
class DraftView:
    """A draft that the form was filled from or can be continued from. `base`: the version it began from.

    `mine`: the reader's own. `ready`: an auditor has marked it as ready for sign-off.
    """

    id: str
    by: str
    mine: bool
    base: int
    saved_at: datetime
    ready: bool


@dataclass(frozen=True)
class HandoverView:
    """A return that is with an auditor (a label)."""

    id: str
    auditor: str
    at: datetime


@dataclass(frozen=True)
class AuditFacts:
    """The return's audit, and when the return is due and discussed. `period`, `key_holder`: see CycleView."""

    name: str
    due_at: datetime
    meeting_at: datetime
    period: str
    key_holder: str


@dataclass(frozen=True)
class NewestVersion:
    """A return's newest version; `number` is 0 if there is none. `by`: its author's label.

    `entered`: a coordinator entered it for the agency. `answers`: those of the newest version that has any.
    """

    id: str = ""
    number: int = 0
    at: datetime | None = None
    by: str = ""
    entered: bool = False
    answers: Answers = field(default_factory=Answers)


@dataclass(frozen=True)
class OpenReturn:
    """The return's form.

    `record_id`: what it was filled from: a version, a draft, or the return itself; `answers`: its current content.
    `themes`: (id, label) of those that can be tagged. `step`: the number (from 0) of its page. `notice`: why it is
    shown again, or what has happened meanwhile, or None. `questions`: field -> question about a possible identifier.
    `fallen`: questions that only earlier versions of the tool asked. `immediate`: the return's newest immediate action,
    or None.
    """

    record_id: str
    party: Party
    audit: AuditFacts
    now: datetime
    scale: Scale
    tool: Tool
    answers: Answers
    newest: NewestVersion = field(default_factory=NewestVersion)
    return_id: str = ""
    state: str = ReturnState.REQUESTED
    capacity: Capacity = Capacity.OWN
    released: bool = False
    themes: tuple[tuple[str, str], ...] = ()
    draft: DraftView | None = None
    others: tuple[DraftView, ...] = ()
    handover: HandoverView | None = None
    immediate: Immediate | None = None
    step: int = 0
    notice: str | None = None
    questions: Mapping[str, Question] = field(default_factory=dict)
    fallen: tuple[Section, ...] = ()

    @property
    def late(self) -> bool:
        """Whether the return counts as late if it is sent now."""
        return self.now > self.audit.due_at

    @property
    def changing(self) -> bool:
        """Whether this changes a return that others may have read, so that a reason is required."""
        return self.released and self.newest.number > 0

    @property
    def left(self) -> tuple[tuple[str, str], ...]:
        """(question, answer) of answers to questions that are no longer asked."""
        called = question_names.names((*self.tool.sections, *self.fallen))
        written = ((each, self.answers.sections.get(each.key, "")) for each in self.fallen)
        return tuple((called[each.key], each.shown(text)) for each, text in written if text.strip())

    @property
    def last_step(self) -> bool:
        """Whether this is the form's last page, from which the return is sent."""
        return self.step == len(self.tool.steps) - 1

    def beyond(self, by: int) -> int:
        """The number of the next page (`by` 1) or the previous one (-1) that has a visible question."""
        last, shown = len(self.tool.steps) - 1, self.tool.shows(self.answers.sections)
        page = min(max(self.step + by, 0), last)
        while 0 < page < last and not any(part.key in shown and part.kind != "note" for part in self.tool.steps[page]):
            page += by
        return page


class NotSent(Refused):
    """The return wasn't sent; `form` shows it again, with faults that may be on pages that the person didn't see."""

    def __init__(self, refusal: Refused, form: OpenReturn) -> None:
        super().__init__(refusal.sentence, fields=refusal.fields)
        notice, before = refusal.sentence, fields_before(form.tool, form.step)
        unseen = next((name for name in refusal.fields if name in before), None)
        if unseen is not None:
            page = page_of(form.tool, [unseen]) + 1
            notice = f"On page {page}, {label_of(form.tool, unseen)}: {refusal.fields[unseen]}"
        questions = refusal.questions if isinstance(refusal, NeedsConfirmation) else {}
        self.form = replace(form, notice=notice, questions=questions)


def to_show(session: Session, who: Actor, found: Found, role: Capacity, answers: Answers | None = None) -> OpenReturn:
    """The form to be shown, filled with `answers` or (None) the newest version."""
    form = to_check(session, found, role, answers)
    return replace(
        form,
        themes=themes(session, (*form.newest.answers.themes, *form.answers.themes)),
        others=_views(who, drafts(session, found.Return.id, role)),
        handover=_handover(session, found.Return.id),
        fallen=retired_questions(session, found),
        immediate=immediate_text.newest(session, [found.Return.id]).get(found.Return.id),
    )


def to_check(session: Session, found: Found, role: Capacity, answers: Answers | None = None) -> OpenReturn:
    """The form with just what checking needs: themes only if some are tagged, no drafts, handover or actions."""
    row, cycle = found.Return, found.Cycle
    newest = _newest(session, row)
    filled = newest.answers if answers is None else answers
    return OpenReturn(
        record_id=newest.id or row.id,
        party=party_of(found),
        audit=AuditFacts(cycle.name, deadline(cycle.due_on), found.Meeting.starts_at, cycle.period, cycle.key_holder),
        now=now(session),
        scale=Scale.from_json(cycle.scale),
        tool=tool_of(found),
        answers=filled,
        newest=newest,
        return_id=row.id,
        state=row.state,
        capacity=role,
        released=found.Case.released_at is not None,
        themes=themes(session, (*newest.answers.themes, *filled.themes)) if filled.themes else (),
    )


def _newest(session: Session, row: Return) -> NewestVersion:
    if row.version == 0:
        return NewestVersion()
    version_and_author = session.execute(
        select(ReturnVersion, Person.label)
        .join(Person, Person.id == ReturnVersion.by_id)
        .where(ReturnVersion.return_id == row.id, ReturnVersion.number == row.version)
    ).one()
    version, by = version_and_author
    answers = starting(session, row.id, version.number)
    entered = version.source is not None
    return NewestVersion(version.id, version.number, version.submitted_at, by, entered, answers)


def starting(session: Session, return_id: str, base: int) -> Answers:
    """The answers with which a form filled from version `base` begins: the newest ones up to that version.

    So nothing has to be typed again after a return was taken back or was nil for a while, except the reason of a change
    and the source.
    """
    version = session.scalar(
        select(ReturnVersion)
        .where(
            ReturnVersion.return_id == return_id,
            ReturnVersion.number <= base,
            ReturnVersion.state == ReturnState.SUBMITTED,
        )
        .order_by(ReturnVersion.number.desc())
        .limit(1)
    )
    if version is None:
        return Answers()
    return replace(kept(session, version), change_reason="", source="", given_by="", written_by="")


def themes(session: Session, tagged: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """(id, label) of the learning themes on offer, and of those `tagged` already, by label."""
    rows = session.execute(select(LearningTheme).order_by(LearningTheme.label)).scalars().all()
    offered = [row for row in rows if (row.retired_at or row.merged_into_id) is None or row.id in tagged]
    first = sorted(offered, key=lambda row: row.id not in tagged)[:MOST_OFFERED]
    return tuple((row.id, row.label) for row in offered if row in first)


def drafts(session: Session, return_id: str, role: Capacity) -> list[tuple[Draft, str, Drafted]]:
    """The drafts that aren't empty, newest first, each with its author's label.

    An agency's people and their auditor see each other's drafts; coordinators see those made by coordinators for it.
    """
    rows = session.execute(
        select(Draft, Person.label)
        .join(Person, Person.id == Draft.by_id)
        .where(Draft.return_id == return_id, Draft.answers.is_not(None))
        .order_by(Draft.saved_at.desc(), Draft.id)
    )
    opened = [(draft, by, kept_draft(session, draft)) for draft, by in rows]
    return [each for each in opened if each[2].behalf == (role is Capacity.BEHALF)]


def _views(who: Actor, found: list[tuple[Draft, str, Drafted]]) -> tuple[DraftView, ...]:
    return tuple(draft_view(who, draft, by) for draft, by, _ in found)


def draft_view(who: Actor, draft: Draft, by: str) -> DraftView:
    """A draft as the form mentions it. `by`: its author's label."""
    return DraftView(draft.id, by, draft.by_id == who.person_id, draft.base, draft.saved_at, draft.ready_at is not None)


def from_draft(form: OpenReturn, draft: DraftView, answers: Answers, *, notice: str | None = None) -> OpenReturn:
    """The form filled from a draft, with a notice if another version has been sent since it was begun."""
    newest = form.newest
    if notice is None and draft.base != newest.number:
        notice = (
            f"{newest.by} saved version {newest.number} after this draft was begun. When you send it, you are told"
            " once more before anything is replaced."
        )
    others = tuple(each for each in form.others if each.id != draft.id)
    return replace(form, record_id=draft.id, draft=draft, answers=answers, others=others, notice=notice)


def _handover(session: Session, return_id: str) -> HandoverView | None:
    found = session.execute(
        select(Handover, Person.label)
        .join(Person, Person.id == Handover.person_id)
        .where(Handover.return_id == return_id, Handover.ended_at.is_(None))
    ).one_or_none()
    return HandoverView(found.Handover.id, found.label, found.Handover.at) if found else None
