"""The return's form: its questions by agency, its other buttons, and reading the sent form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from audit.returns.answer_checks import MOST_THEMES
from audit.returns.answers import (
    CHANGE_REASON,
    GIVEN_BY,
    GRADE,
    OWN,
    REASON,
    SOURCE,
    SOURCES,
    THEMES,
    WHY,
    Answers,
    label_of,
)
from audit.returns.form import OpenReturn
from audit.returns.who_may_answer import Capacity
from audit.scales import Scale
from audit.tools import LINE_LIMIT, TEXT_LIMIT, Tool
from views import asking
from views.forms import read_inputs
from views.parts import (
    Block,
    Choice,
    View,
    actions,
    alert,
    button,
    context,
    divider,
    escape,
    modal,
    multi_select,
    paragraphs,
    section,
    select,
    text_input,
    verbatim,
)
from views.returns import decline, draft, handover, history, nil, questions, take_back
from views.returns.grades import grading
from views.returns.immediate import to_agency
from views.returns.nil import which_child
from views.returns.request import BACK, NEXT, SUBMIT
from views.words import beside, period, stamp, until, when

FORMS = (SUBMIT, NEXT, handover.READY)
"""The form's callback ids, one for each action of its submit button."""

NO_NAMES = (
    "Do not write names, dates of birth, numbers or addresses: nothing that identifies the child or anybody else."
)
OWN_PART, OTHERS = "Your agency's grade of its own involvement", "The agency's grade of its own involvement"
_UNANSWERED = {"requested", "drafted"}
_MOST_LEFT = 6
_TITLES = {
    Capacity.OWN: "Your agency's return",
    Capacity.AUDITOR: "A return to write",
    Capacity.BEHALF: "Return for an agency",
}


def form(opened: OpenReturn) -> View:
    """The form at the page that `opened` is at, filled with the known answers."""
    blocks = [
        *draft.notice(opened, "top"),
        section(f"*{NO_NAMES}*"),
        *_facts(opened),
        *_beside(opened),
        *_left(opened),
        divider(),
    ]
    if opened.step == 0:
        blocks += _source(opened)
    blocks += questions.blocks(opened.tool, opened.step, opened.answers.sections)
    if opened.last_step:
        blocks += [divider(), *tagged(opened.themes, opened.answers), *_why_changed(opened), *_grading(opened)]
    going_back = [button("Back", BACK, opened.record_id)] if opened.step > 0 else []
    blocks += [draft.keeping(opened, *going_back), *draft.closing(opened)]
    blocks += [asking.question(label_of(opened.tool, name), each) for name, each in opened.questions.items()]
    verb, submit = _sending(opened)
    return modal(_TITLES[opened.capacity], blocks, record_id=opened.record_id, verb=verb, submit=submit)


def _sending(opened: OpenReturn) -> tuple[str, str]:
    """The callback id and label of the form's submit button."""
    if not opened.last_step:
        return NEXT, "Next"
    if opened.capacity is Capacity.AUDITOR:
        return handover.READY, "Ready for sign-off"
    return SUBMIT, "Send the return"


def _facts(opened: OpenReturn) -> list[Block]:
    party, audit, newest, now = opened.party, opened.audit, opened.newest, opened.now
    pages = len(opened.tool.steps)
    page = f" · page {opened.step + 1} of {pages}" if pages > 1 else ""
    lines = [
        beside(f"*Case {escape(party.reference)}*", party.area, party.agency) + page,
        escape(audit.name),
        period(audit.period),
        which_child(audit.key_holder),
        f"Deadline: {when(audit.due_at, now)}",
        f"You can change the return {until(audit.meeting_at, now)}.",
    ]
    blocks = paragraphs(lines)
    if opened.immediate is not None:
        blocks.append(section(f"*Immediate action:* {to_agency(opened.immediate, now)}"))
    if opened.late:
        blocks.append(alert("The deadline has passed. You can still send the return: it will be marked late."))
    if newest.at is not None:
        by = escape(newest.by)
        blocks.append(context(f"Last saved: version {newest.number} by {by}, {stamp(newest.at, now)}"))
    return blocks


def _beside(opened: OpenReturn) -> list[Block]:
    """Drafts, the auditor, and what can be done instead of sending this form."""
    blocks = [*draft.saved(opened), *draft.others(opened)]
    if opened.handover is not None:
        blocks.append(handover.block(opened, opened.handover))
    row = _instead(opened)
    return [*blocks, actions("form.instead", *row)] if row else blocks


def _left(opened: OpenReturn) -> list[Block]:
    """On the first page: answers to questions that are no longer asked, which aren't sent."""
    left = opened.left[:_MOST_LEFT] if opened.step == 0 else ()
    texts = [block for label, text in left for block in (section(f"*{escape(label)}*"), *verbatim(text))]
    return [section("*No longer asked, and not sent:*"), *texts] if texts else []


def _instead(opened: OpenReturn) -> list[Block]:
    """Buttons for what can be done with the return instead of sending this form."""
    return_id, reference = opened.return_id, opened.party.reference
    if opened.capacity is Capacity.AUDITOR:
        return []
    own = opened.capacity is Capacity.OWN
    row = [handover.handing(opened)] if own and opened.handover is None else []
    if opened.state in _UNANSWERED:
        saying = [nil.saying(return_id, reference), decline.asking(return_id, reference)]
        row += saying if own else [nil.entering(return_id, reference)]
    elif opened.state in {"submitted", "nil"} and (own or opened.newest.entered):
        row.append(take_back.taking_back(return_id, reference))
    return [*row, *([history.showing(return_id, reference)] if opened.newest.number else [])]


def _source(opened: OpenReturn) -> list[Block]:
    """The fields for a coordinator who enters a return for an agency: how it was received, and from whom."""
    if opened.capacity is not Capacity.BEHALF:
        return []
    given = opened.answers
    agency = escape(opened.party.agency)
    return [
        section(f"🖊️ *You are entering this return for {agency}.* It is marked everywhere as entered by a coordinator."),
        select(SOURCE, "How did you get this return?", list(SOURCES.items()), given.source, optional=False),
        text_input(
            GIVEN_BY, "Who gave it?", given.given_by, limit=LINE_LIMIT, multiline=False, optional=False,
            hint="A role, not a name: such as “Deputy head of the school”.",
        ),
        divider(),
    ]  # fmt: skip


def tagged(themes: Sequence[Choice], given: Answers) -> list[Block]:
    """The choice of learning themes that a case shows; empty if none are offered."""
    if not themes:
        return []
    hint = f"What this case shows that others may learn from: at most {MOST_THEMES}."
    return [multi_select(THEMES, "Learning themes", themes, given.themes, MOST_THEMES, hint=hint)]


def _why_changed(opened: OpenReturn) -> list[Block]:
    if not opened.changing:
        return []
    hint = "The case was released, so others may have read the return. They can read this too."
    reason = opened.answers.change_reason
    return [text_input(CHANGE_REASON, "Why are you changing it?", reason, limit=TEXT_LIMIT, optional=False, hint=hint)]


def _grading(opened: OpenReturn) -> list[Block]:
    behalf = opened.capacity is Capacity.BEHALF
    return graded(opened.tool, opened.scale, opened.answers, OTHERS if behalf else OWN_PART)


def graded(tool: Tool, scale: Scale, given: Answers, label: str = OWN_PART) -> list[Block]:
    """The overall grade, if the tool asks for one; `label`: its label unless the tool has its own."""
    if not tool.asks_overall:
        return []
    label, hint = (tool.overall.label, tool.overall.hint) if tool.overall else (label, "")
    return grading(
        scale, label, grade=given.grade, reason=given.not_graded_reason, why=given.why, hint=hint,
        optional=not tool.needs_overall,
    )  # fmt: skip


@dataclass(frozen=True)
class ReturnForm:
    """A return's form as it was sent. `record_id`: the record it was filled from (audit.returns.form.OpenReturn)."""

    record_id: str
    view_id: str
    texts: Mapping[str, str]
    themes: tuple[str, ...] = ()

    @classmethod
    def read(cls, view: Mapping[str, object]) -> Self:
        """Read Slack's `view`. Raises InvalidForm."""
        submitted, inputs = read_inputs(view)
        texts = {field: filled.text or " ".join(filled.chosen) for field, filled in inputs.items()}
        themes = inputs[THEMES].chosen if THEMES in inputs else ()
        return cls(submitted.record_id, submitted.id, texts, themes)

    def answers(self) -> Answers:
        """The answers; a question that was left empty is ""."""
        return Answers(
            sections={field: text for field, text in self.texts.items() if field not in OWN},
            grade=self.texts.get(GRADE) or None,
            not_graded_reason=self.texts.get(REASON) or None,
            why=self.texts.get(WHY, ""),
            themes=self.themes,
            change_reason=self.texts.get(CHANGE_REASON, ""),
            source=self.texts.get(SOURCE, ""),
            given_by=self.texts.get(GIVEN_BY, ""),
        )

    @property
    def asked(self) -> frozenset[str]:
        """The fields of the page; others were on another page, or weren't asked."""
        return frozenset(self.texts)
