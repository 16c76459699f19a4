"""Checks of a return's answers before they are sent, or kept in a draft: each fault at its field."""

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
    """Field -> sentence, for questions on the form's page that its answers have just made visible.

    `asked`: the fields that the page had when it was sent.
    """
    shown = form.tool.shows(form.answers.sections)
    more = {
        part.key: f"Your answers lead to another question: “{part.label}”. Answer it or leave it empty, and go on."
        for part in form.tool.steps[form.step]
        if part.key in shown and part.kind != "note" and part.key not in asked
    }
    return {key: said for key, said in more.items() if not form.tool.needs(key).isdisjoint(asked)}


def check(form: OpenReturn, asked: Collection[str] | None = None) -> None:
    """Refuse a form that can't be sent: with faults, or leading to questions that its page didn't have (`asked`)."""
    given = form.answers
    refuse(follows(form, asked) if asked is not None else {})
    refuse(_overall(form) | _answered(form) | _immediate(form) | _themes(form) | _beside(form))
    _fits(form.tool, given)


def _overall(form: OpenReturn) -> dict[str, str]:
    """What is wrong with the overall grade, if the tool asks for one."""
    given, tool = form.answers, form.tool
    if given.grade is None and not tool.needs_overall:
        return {}
    if not tool.asks_overall:
        return {GRADE: "This audit is graded by section: there is no overall grade."}
    wrong = grading_faults(form.scale, given.grade, given.not_graded_reason)
    return wrong if given.why.strip() else wrong | {WHY: "Say why, in a sentence or two."}


def possible(form: OpenReturn) -> Answers:
    """The form's answers without choices that it doesn't offer, since a draft stores nothing unchecked."""
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
    """Refuse answers that can't be kept even in a draft: too long or, as `screen` finds, with an identifier."""
    screen.screen(session, who, _fits(tool, given))


def _fits(tool: Tool, given: Answers) -> dict[str, str]:
    """Field -> text, for every free text; Refused at those that are too long."""
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
    """Field -> fault, for answers that don't fit their question's kind, which the form itself wouldn't produce."""
    faults = {section.key: section.fault(given.sections.get(section.key, "")) for section in tool.sections}
    return {key: fault for key, fault in faults.items() if fault}


def _answered(form: OpenReturn) -> dict[str, str]:
    """Field -> fault, for required questions that are visible and aren't answered."""
    said = form.answers.sections
    shown = form.tool.shows(said)
    return {
        section.key: "Please answer this."
        for section in form.tool.sections
        if section.required and section.key in shown and not said.get(section.key, "").strip()
    }


def _immediate(form: OpenReturn) -> dict[str, str]:
    """Field -> fault, for details of an immediate action: missing, a day that is past, or given without an action."""
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
    """Field -> fault, for fields that only some forms have: a change's reason, and a coordinator's source."""
    given, wrong = form.answers, {}
    if form.changing and not given.change_reason.strip():
        wrong[CHANGE_REASON] = "Say why you are changing it: others may have read it."
    if form.capacity is Capacity.BEHALF:
        if given.source not in SOURCES:
            wrong[SOURCE] = "Say how you got this return."
        if not given.given_by.strip():
            wrong[GIVEN_BY] = "Say who gave it: a role, not a name."
    return wrong
