"""What a return answers: its type, what is asked of it, and how it is kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from audit import identifiers
from audit.errors import Refused
from audit.scales import NOT_GRADED, REASONS, Scale
from audit.tools import LINE_LIMIT, TEXT_LIMIT, Section, Tool
from storage.crypto import seal, unseal
from storage.returns import ReturnVersion

GRADE, REASON, WHY = "grade", "not_graded_reason", "why"
"""The fields that every tool's form ends with."""


@dataclass(frozen=True)
class Answers:
    """A filled-in return. `sections`: section key -> text ("" if left empty; dates ISO; yes/no as "yes"/"no")."""

    sections: Mapping[str, str] = field(default_factory=dict)
    grade: str | None = None
    not_graded_reason: str | None = None
    why: str = ""


def check(scale: Scale, tool: Tool, answers: Answers) -> None:
    """Refuse what is missing, too long, or not to be kept, each at its field."""
    wrong = grading_faults(scale, answers.grade, answers.not_graded_reason)
    if not answers.why.strip():
        wrong[WHY] = "Say why, in a sentence or two."
    texts = {section.key: answers.sections.get(section.key, "") for section in tool.sections} | {WHY: answers.why}
    limits = {section.key: _limit(section) for section in tool.sections} | {WHY: TEXT_LIMIT}
    for name, text in texts.items():
        if len(text) > limits[name]:
            wrong[name] = f"This has {len(text):,} characters; at most {limits[name]:,} fit."
    if wrong:
        raise Refused(next(iter(wrong.values())), fields=wrong)
    identifiers.screen(texts)


def grading_faults(scale: Scale, grade: str | None, reason: str | None) -> dict[str, str]:
    """What is wrong with a grade and its reason for not grading, by field; empty if nothing is."""
    if grade is None:
        return {GRADE: "Choose a grade, or Not graded."}
    if grade == NOT_GRADED:
        return {} if reason in REASONS else {REASON: "Say why it is not graded."}
    if grade not in {known.key for known in scale.grades}:
        return {GRADE: "This cycle's scale doesn't have that grade. Choose one of those shown."}
    return {REASON: "Leave this empty when you give a grade."} if reason else {}


def _limit(section: Section) -> int:
    return TEXT_LIMIT if section.kind == "text" else LINE_LIMIT


def keep(session: Session, version: ReturnVersion, tool: Tool, answers: Answers) -> None:
    """Put `answers` into a version that isn't stored yet; only what the tool asks for, since only that was checked."""
    version.grade, version.not_graded_reason = answers.grade, answers.not_graded_reason
    sections = {section.key: answers.sections.get(section.key, "") for section in tool.sections}
    seal(session, version, "answers", json.dumps({"sections": sections, "why": answers.why}))


def kept(session: Session, version: ReturnVersion) -> Answers:
    """What a version answered."""
    stored = json.loads(unseal(session, version, "answers"))
    return Answers(stored["sections"], version.grade, version.not_graded_reason, stored["why"])


def same(stored: Answers, given: Answers) -> bool:
    """Whether `given` says nothing else than what was stored of it."""
    told = {key: given.sections.get(key, "") for key in stored.sections}
    return stored == replace(given, sections=told)
