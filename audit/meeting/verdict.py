"""Verdicts: what a meeting decides about a case, what a verdict must contain, and how it is stored."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.calendar import chosen, in_london
from audit.cases.judgements import ASSURANCES, BY, DISSENT
from audit.cases.summary import CaseView
from audit.meeting import positions
from audit.moment import EXCEPTION, Moment, Stances
from audit.returns.answers import GRADE, WHY, grading_faults
from audit.scales import NO_OVERALL, Grade
from audit.screening import fields
from audit.screening.fields import TypedField
from audit.tools import LINE_LIMIT, TEXT_LIMIT
from storage.crypto import seal, unseal
from storage.meetings import Judgement, Stance

SECTION = "section."
"""The prefix of the form's fields for graded sections; the section's key follows."""
_LIMITS = {"owner": LINE_LIMIT, "monitor": LINE_LIMIT}


@dataclass(frozen=True)
class Verdict:
    """What the meeting ratified. `assurances`: answers by the fields of ASSURANCES, "" if empty; "by" is an ISO date.

    `grade`: a grade's key or "not_graded"; None without an overall grade. `sections`: section key -> the chosen option
    of its scale. `stances`: the agencies that agree, disagree and are silent (empty: they follow the attendance);
    `dissent`: why some disagree. `exception`: why the case is ratified outside its moment (audit.moment).
    """

    grade: str | None
    not_graded_reason: str | None
    why: str
    assurances: Mapping[str, str]
    stances: Stances = field(default_factory=dict)
    dissent: str = ""
    exception: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)


def check(  # noqa: PLR0917  # the verdict, and all that it is checked against
    session: Session, who: Actor, case: CaseView, verdict: Verdict, moment: Moment, before: Verdict | None
) -> None:
    """Refuse an incomplete or inconsistent verdict, at each field at fault. `before`: the one it replaces, or None."""
    wrong = _grades(case, verdict) | _dissent(verdict)
    texts = {DISSENT: verdict.dissent, EXCEPTION: verdict.exception} | dict(verdict.assurances)
    if (by := verdict.assurances.get(BY)) and chosen(by) is None:
        wrong[BY] = "Please choose a day."
    if lowest := lowest_of(case, verdict):
        wrong |= _assurances(lowest, verdict, in_london(moment.now).date(), before)
    wrong |= positions.faults(moment.contributors, verdict.stances)
    if outside := moment.fault(verdict.stances, verdict.exception):
        wrong[EXCEPTION] = outside
    typed = {name: TypedField(text, limit=_LIMITS.get(name, TEXT_LIMIT)) for name, text in texts.items()}
    fields.check(session, who, {WHY: TypedField(verdict.why, "Say why, in a sentence or two.")} | typed, wrong)


def _grades(case: CaseView, verdict: Verdict) -> dict[str, str]:
    """Field -> what is wrong with the overall grade or a section's."""
    tool = case.tool
    offered = {section.key: {choice.name for choice in section.offered} for section in tool.graded}
    wrong = {
        f"{SECTION}{key}": "Choose what the meeting gives it."
        for key, names in offered.items()
        if verdict.sections.get(key) not in names
    }
    wrong |= {f"{SECTION}{key}": "This audit has no such section." for key in verdict.sections.keys() - offered}
    if not tool.asks_overall and verdict.grade is not None:
        return wrong | {GRADE: "This audit is graded by section: there is no overall grade."}
    if verdict.grade is None and not tool.needs_overall:
        return wrong
    return wrong | grading_faults(case.scale, verdict.grade, verdict.not_graded_reason)


def lowest_of(case: CaseView, verdict: Verdict) -> Grade | None:
    """The scale's lowest grade if the verdict gives it, overall or, without an overall grade, in any section.

    None if it doesn't.
    """
    if verdict.grade in {grade.key for grade in case.scale.grades}:
        return case.scale.lowest if verdict.grade == case.scale.lowest.key else None
    scales = {section.key: section.scale for section in case.tool.graded if section.scale}
    given = [scale.lowest for key, scale in scales.items() if verdict.sections.get(key) == scale.lowest.key]
    return given[0] if given else None


def _dissent(verdict: Verdict) -> dict[str, str]:
    dissents, said = bool(verdict.stances.get(Stance.DISSENTS)), bool(verdict.dissent.strip())
    if dissents and not said:
        return {DISSENT: "Say why they disagree, in a sentence or two."}
    if said and not dissents:
        return {DISSENT: "No agency is chosen that disagrees. Choose it above, or leave this empty."}
    return {}


def _assurances(lowest: Grade, verdict: Verdict, today: date, before: Verdict | None) -> dict[str, str]:
    given = {name: verdict.assurances.get(name, "").strip() for name in ASSURANCES}
    wrong = {name: f"{lowest.label} can't be ratified without this." for name, text in given.items() if not text}
    graded = [(each.grade, dict(each.sections)) for each in (verdict, before) if each]
    unchanged = before is not None and graded[0] == graded[-1] and before.assurances.get(BY) == given[BY]
    if given[BY] and not unchanged and (problem := _day_fault(given[BY], today)):
        wrong[BY] = problem
    return wrong


def _day_fault(day: str, today: date) -> str:
    on = chosen(day)
    if on is None:
        return "Please choose a day."
    return "That day has passed. Please choose today or a later day." if on < today else ""


def keep(session: Session, judgement: Judgement, verdict: Verdict, moment: Moment) -> None:
    """Seal the verdict's texts into a judgement that isn't stored yet, with what was missing, open or outside the rule.

    Positions are stored separately (positions.keep).
    """
    how = {"outside": moment.outside(verdict.stances), "missing": moment.missing, "immediate": moment.immediate}
    seal(session, judgement, "statement", json.dumps(_statement(verdict) | how))


def _statement(verdict: Verdict) -> dict[str, object]:
    assurances = {name: verdict.assurances.get(name, "") for name in ASSURANCES}
    said: dict[str, object] = {"why": verdict.why, "dissent": verdict.dissent, EXCEPTION: verdict.exception}
    return said | {"assurances": assurances}


def kept(session: Session, judgement: Judgement) -> Verdict:
    """The stored verdict of a judgement."""
    said = json.loads(unseal(session, judgement, "statement"))
    return Verdict(
        judgement.grade if judgement.grade != NO_OVERALL else None,
        judgement.not_graded_reason,
        said["why"],
        said["assurances"],
        positions.kept(session, judgement.id),
        said.get("dissent", ""),
        said.get(EXCEPTION, ""),
        judgement.sections or {},
    )


def same(one: Verdict, other: Verdict) -> bool:
    """Whether two verdicts are equal, in whatever order the agencies were chosen."""
    return _comparable(one) == _comparable(other) and positions.same(one.stances, other.stances)


def _comparable(verdict: Verdict) -> dict[str, object]:
    graded = {"grade": verdict.grade, "reason": verdict.not_graded_reason, "sections": dict(verdict.sections)}
    return graded | _statement(verdict)
