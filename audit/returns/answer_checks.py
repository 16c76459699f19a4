"""What keeps a return from being sent, or a draft from being kept: each fault at its field."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.calendar import chosen, in_london
from audit.errors import refuse
from audit.returns.answers import CHANGE_REASON, GIVEN_BY, GRADE, SOURCE, SOURCES, THEMES, WHY, Answers, grading_faults
from audit.returns.form import OpenReturn
from audit.returns.who_may_answer import Capacity
from audit.scales import NOT_GRADED, REASONS
from audit.screening import fields, screen
from audit.screening.fields import TypedField
from audit.tools import IMMEDIATE, IMMEDIATE_DETAILS, LINE_LIMIT, YES, Tool

MOST_THEMES = 10
_WHAT, _OWNER, _BY = IMMEDIATE_DETAILS


def follows(form: OpenReturn, asked: Collection[str]) -> dict[str, str]:
    """The questions that are asked on the form's page by what was answered there, and aren't among `asked`."""
    shown = form.tool.shows(form.answers.sections)
    more = {
        part.key: f"Your answers lead to another question: “{part.label}”. Answer it or leave it empty, and go on."
        for part in form.tool.steps[form.step]
        if part.key in shown and part.kind != "note" and part.key not in asked
    }
    return {key: said for key, said in more.items() if not form.tool.needs(key).isdisjoint(asked)}


def check(form: OpenReturn, asked: Collection[str] | None = None) -> None:
    """Refuse what can't be sent as it stands in the form: something missing, too long, or not `asked` yet."""
    given = form.answers
    refuse(follows(form, asked) if asked is not None else {})
    refuse(_overall(form) | _answered(form) | _immediate(form) | _themes(form) | _beside(form))
    _fits(form.tool, given)


def _overall(form: OpenReturn) -> dict[str, str]:
    """What is wrong with the grade that a return ends with, where its tool asks for one."""
    given, tool = form.answers, form.tool
    if given.grade is None and not tool.needs_overall:
        return {}
    if not tool.asks_overall:
        return {GRADE: "This audit is graded by section: there is no overall grade."}
    wrong = grading_faults(form.scale, given.grade, given.not_graded_reason)
    return wrong if given.why.strip() else wrong | {WHY: "Say why, in a sentence or two."}


def possible(form: OpenReturn) -> Answers:
    """What stands in the form, without any choice that it doesn't offer: a draft keeps nothing that isn't checked."""
    given, grades = form.answers, {NOT_GRADED, *(grade.key for grade in form.scale.grades)}
    offered = {theme_id for theme_id, _ in form.themes}
    return replace(
        given,
        grade=given.grade if given.grade in grades else None,
        not_graded_reason=given.not_graded_reason if given.not_graded_reason in REASONS else None,
        themes=tuple(theme_id for theme_id in dict.fromkeys(given.themes) if theme_id in offered),
        source=given.source if given.source in SOURCES else "",
    )


def storable(session: Session, who: Actor, tool: Tool, given: Answers) -> None:
    """Refuse what can't even be a draft: text that is too long, or in which an identifier is found (Asking: may be)."""
    screen.screen(session, who, _fits(tool, given))


def _fits(tool: Tool, given: Answers) -> dict[str, str]:
    """Every free text by its field; Refused at those that are too long."""
    refuse(_unfit(tool, given))
    asked = {
        section.key: TypedField(given.sections.get(section.key, ""), limit=section.limit)
        for section in tool.sections
        if not section.offered
    }
    beside = {WHY: TypedField(given.why), CHANGE_REASON: TypedField(given.change_reason)}
    texts = {**asked, **beside, GIVEN_BY: TypedField(given.given_by, limit=LINE_LIMIT)}
    refuse(fields.faults(texts))
    return {field: typed.text for field, typed in texts.items()}


def _unfit(tool: Tool, given: Answers) -> dict[str, str]:
    """What can't be an answer of its question's kind, which no form of ours lets through."""
    faults = {section.key: section.fault(given.sections.get(section.key, "")) for section in tool.sections}
    return {key: fault for key, fault in faults.items() if fault}


def _answered(form: OpenReturn) -> dict[str, str]:
    """The questions that must be answered, as things stand, and aren't."""
    said = form.answers.sections
    shown = form.tool.shows(said)
    return {
        section.key: "Please answer this."
        for section in form.tool.sections
        if section.required and section.key in shown and not said.get(section.key, "").strip()
    }


def _immediate(form: OpenReturn) -> dict[str, str]:
    """What is missing of an immediate action; or what was said of one that isn't needed."""
    sections = form.answers.sections
    said = {key: sections.get(key, "").strip() for key in IMMEDIATE_DETAILS}
    if sections.get(IMMEDIATE) != YES:
        return {key: "Leave this empty, or choose Yes above." for key, text in said.items() if text}
    needed = {_WHAT: "Say what must happen.", _OWNER: "Say who owns it: a role.", _BY: "Choose a day."}
    shown = form.tool.shows(sections)
    wrong = {key: needed[key] for key, text in said.items() if not text and key in shown}
    day = said[_BY]
    if day and day != form.newest.answers.sections.get(_BY) and not _to_come(day, form):
        wrong[_BY] = "Choose today or a later day."
    return wrong


def _to_come(day: str, form: OpenReturn) -> bool:
    on = chosen(day)
    return on is not None and on >= in_london(form.now).date()


def _themes(form: OpenReturn) -> dict[str, str]:
    if len(form.answers.themes) > MOST_THEMES:
        return {THEMES: f"Choose at most {MOST_THEMES} themes."}
    if set(form.answers.themes) - {theme_id for theme_id, _ in form.themes}:
        return {THEMES: "One of these themes is no longer offered. Please choose again."}
    return {}


def _beside(form: OpenReturn) -> dict[str, str]:
    """What only some forms ask: why it is changed after release, and how a coordinator got it."""
    given, wrong = form.answers, {}
    if form.changing and not given.change_reason.strip():
        wrong[CHANGE_REASON] = "Say why you are changing it: others may have read it."
    if form.capacity is Capacity.BEHALF:
        if given.source not in SOURCES:
            wrong[SOURCE] = "Say how you got this return."
        if not given.given_by.strip():
            wrong[GIVEN_BY] = "Say who gave it: a role, not a name."
    return wrong
