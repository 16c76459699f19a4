"""Verdicts: what a meeting says of a case, what it can't leave out, and how that is kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.calendar import chosen, in_london
from audit.cases.judgements import ASSURANCES, BY, DISSENT
from audit.meeting import positions
from audit.moment import EXCEPTION, Moment, Stances
from audit.returns.answers import WHY, grading_faults
from audit.scales import Scale
from audit.screening import fields
from audit.screening.fields import Typed
from audit.tools import LINE_LIMIT, TEXT_LIMIT
from storage.crypto import seal, unseal
from storage.meetings import Judgement, Stance

_LIMITS = {"owner": LINE_LIMIT, "monitor": LINE_LIMIT}


@dataclass(frozen=True)
class Verdict:
    """What the meeting ratified. `assurances`: as ASSURANCES, "" where left empty; "by" is an ISO date.

    `stances`: the agencies that agree, disagree and are silent (none at all: as the attendance has them); `dissent`:
    why some disagree. `exception`: why it is
    ratified although it is outside its moment.
    """

    grade: str | None
    not_graded_reason: str | None
    why: str
    assurances: Mapping[str, str]
    stances: Stances = field(default_factory=dict)
    dissent: str = ""
    exception: str = ""


def check(  # noqa: PLR0917  # who says it, what is said, and what it is held against
    session: Session, who: Actor, scale: Scale, verdict: Verdict, moment: Moment, before: Verdict | None
) -> None:
    """Refuse a verdict that lacks something, naming each field at fault; `before` is what was ratified last."""
    wrong = grading_faults(scale, verdict.grade, verdict.not_graded_reason) | _dissent(verdict)
    texts = {DISSENT: verdict.dissent, EXCEPTION: verdict.exception} | dict(verdict.assurances)
    if (by := verdict.assurances.get(BY)) and chosen(by) is None:
        wrong[BY] = "Please choose a day."
    if verdict.grade == scale.lowest.key:
        wrong |= _assurances(scale, verdict, in_london(moment.now).date(), before)
    wrong |= positions.faults(moment.contributors, verdict.stances)
    if outside := moment.fault(verdict.stances, verdict.exception):
        wrong[EXCEPTION] = outside
    typed = {name: Typed(text, limit=_LIMITS.get(name, TEXT_LIMIT)) for name, text in texts.items()}
    fields.check(session, who, {WHY: Typed(verdict.why, "Say why, in a sentence or two.")} | typed, wrong)


def _dissent(verdict: Verdict) -> dict[str, str]:
    dissents, said = bool(verdict.stances.get(Stance.DISSENTS)), bool(verdict.dissent.strip())
    if dissents and not said:
        return {DISSENT: "Say why they disagree, in a sentence or two."}
    if said and not dissents:
        return {DISSENT: "No agency is chosen that disagrees. Choose it above, or leave this empty."}
    return {}


def _assurances(scale: Scale, verdict: Verdict, today: date, before: Verdict | None) -> dict[str, str]:
    given = {name: verdict.assurances.get(name, "").strip() for name in ASSURANCES}
    wrong = {name: f"{scale.lowest.label} can't be ratified without this." for name, text in given.items() if not text}
    kept = before is not None and before.grade == verdict.grade and before.assurances.get(BY) == given[BY]
    if given[BY] and not kept and (problem := _day_fault(given[BY], today)):
        wrong[BY] = problem
    return wrong


def _day_fault(day: str, today: date) -> str:
    on = chosen(day)
    if on is None:
        return "Please choose a day."
    return "That day is past. Please choose today or a later day." if on < today else ""


def keep(session: Session, judgement: Judgement, verdict: Verdict, moment: Moment) -> None:
    """Seal what was said into a judgement that isn't stored yet, with how things were; its positions go beside it."""
    how = {"outside": moment.outside(verdict.stances), "missing": moment.missing, "immediate": moment.immediate}
    seal(session, judgement, "statement", json.dumps(_statement(verdict) | how))


def _statement(verdict: Verdict) -> dict[str, object]:
    assurances = {name: verdict.assurances.get(name, "") for name in ASSURANCES}
    said: dict[str, object] = {"why": verdict.why, "dissent": verdict.dissent, EXCEPTION: verdict.exception}
    return said | {"assurances": assurances}


def kept(session: Session, judgement: Judgement) -> Verdict:
    """The verdict of a judgement."""
    said = json.loads(unseal(session, judgement, "statement"))
    return Verdict(
        judgement.grade,
        judgement.not_graded_reason,
        said["why"],
        said["assurances"],
        positions.kept(session, judgement.id),
        said.get("dissent", ""),
        said.get(EXCEPTION, ""),
    )


def same(one: Verdict, other: Verdict) -> bool:
    """Whether two verdicts say the same, in whatever order agencies were chosen."""
    return _comparable(one) == _comparable(other) and positions.same(one.stances, other.stances)


def _comparable(verdict: Verdict) -> dict[str, object]:
    return {"grade": verdict.grade, "reason": verdict.not_graded_reason} | _statement(verdict)
