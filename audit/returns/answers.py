"""The answers of a return: their type, and how they are stored."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from audit import question_names
from audit.scales import NO_OVERALL, NOT_GRADED, REASONS, Scale
from audit.tools import Tool
from storage.crypto import seal, seal_any, unseal, unseal_any
from storage.returns import Draft, ReturnState, ReturnVersion

GRADE, REASON, WHY = "grade", "not_graded_reason", "why"
"""The fields with which every tool's form ends."""
THEMES, CHANGE_REASON = "themes", "change_reason"
SOURCE, GIVEN_BY = "source", "given_by"
"""Fields that only some forms have: themes, the reason of a change after release, a return entered for others."""
OWN = (GRADE, REASON, WHY, THEMES, CHANGE_REASON, SOURCE, GIVEN_BY)
"""All fields that aren't questions of a tool; each is also the name of an attribute of Answers."""

SOURCES = {
    "phone": "By phone",
    "email": "By e-mail",
    "letter": "By letter",
    "meeting": "At a meeting",
    "other": "In another way",
}
"""How a coordinator received a return that they enter for an agency: key -> label."""


@dataclass(frozen=True)
class OwnGrades:
    """The grades in a return. `sections`: section key -> the chosen option of its scale (audit.scales.Graded).

    `grade`: the overall grade, or None.
    """

    sections: Mapping[str, str] = field(default_factory=dict)
    grade: str | None = None
    not_graded_reason: str | None = None


@dataclass(frozen=True)
class Answers(OwnGrades):
    """A filled-in return. `sections`: section key -> text, "" if empty.

    A date is an ISO date, yes or no is "yes" or "no", and a graded section has an option of its scale. `themes`: ids of
    learning themes. `change_reason`: why it was changed after its case was released. `source` (a key of SOURCES) and
    `given_by` (a role): set if a coordinator entered it. `written_by`: the label of the auditor whose draft a lead
    signed off.
    """

    why: str = ""
    themes: tuple[str, ...] = ()
    change_reason: str = ""
    source: str = ""
    given_by: str = ""
    written_by: str = field(default="", compare=False)


def over(before: Answers, given: Answers, asked: Collection[str]) -> Answers:
    """`given` for the fields in `asked` (those of one page of a form), and `before` for all others."""
    sections = dict(before.sections) | {key: text for key, text in given.sections.items() if key in asked}
    own: dict[str, Any] = {name: getattr(given, name) for name in OWN if name in asked}
    return replace(before, sections=sections, **own)


def grading_faults(scale: Scale, grade: str | None, reason: str | None) -> dict[str, str]:
    """Field -> what is wrong with a grade and the reason for not grading; empty if nothing is."""
    if grade is None:
        return {GRADE: "Choose a grade, or Not graded."}
    if grade == NOT_GRADED:
        return {} if reason in REASONS else {REASON: "Say why it is not graded."}
    if grade not in {known.key for known in scale.grades}:
        return {GRADE: "This cycle's scale doesn't have that grade. Choose one of those shown."}
    return {REASON: "Leave this empty when you give a grade."} if reason else {}


def only_asked(tool: Tool, answers: Answers) -> Answers:
    """The answers to the tool's questions only, since others weren't checked; "" if there is no answer."""
    return replace(answers, sections={each.key: answers.sections.get(each.key, "") for each in tool.sections})


def keep(session: Session, version: ReturnVersion, tool: Tool, answers: Answers) -> None:
    """Store `answers`, as far as the tool asks for them, in a version that isn't flushed yet."""
    none = NO_OVERALL if version.state == ReturnState.SUBMITTED else None
    version.grade, version.not_graded_reason = answers.grade or none, answers.not_graded_reason
    version.source = answers.source or None
    seal_any(session, version, GIVEN_BY, answers.given_by)
    said = dict(only_asked(tool, answers).sections)
    version.sections = {section.key: said.pop(section.key) for section in tool.graded} or None
    text: dict[str, object] = {"sections": said, "why": answers.why}
    beside = {
        THEMES: list(answers.themes), CHANGE_REASON: answers.change_reason, "written_by": answers.written_by,
    }  # fmt: skip
    seal(session, version, "answers", json.dumps(text | {name: each for name, each in beside.items() if each}))


def kept(session: Session, version: ReturnVersion) -> Answers:
    """The answers stored in a version."""
    stored = json.loads(unseal(session, version, "answers"))
    return Answers(
        stored["sections"] | (version.sections or {}),
        overall_of(version.grade),
        version.not_graded_reason,
        stored["why"],
        tuple(stored.get(THEMES, ())),
        stored.get(CHANGE_REASON, ""),
        version.source or "",
        unseal_any(session, version, GIVEN_BY),
        stored.get("written_by", ""),
    )


def overall_of(grade: str | None) -> str | None:
    """The overall grade stored in a version; None if there is none."""
    return grade if grade != NO_OVERALL else None


def same(stored: Answers, given: Answers) -> bool:
    """Whether `given` doesn't differ from `stored`; questions missing in `given` were on another page."""
    sections = {key: given.sections.get(key, text) for key, text in stored.sections.items()}
    return stored == replace(given, sections=sections)


@dataclass(frozen=True)
class Drafted:
    """The content of a draft. `began_from`: the id of another person's draft from which it was continued, or None.

    `behalf`: a coordinator is drafting for the agency.
    """

    answers: Answers
    behalf: bool = False
    began_from: str | None = None


def keep_draft(session: Session, draft: Draft, drafted: Drafted) -> None:
    """Store what was typed in a draft."""
    seal(session, draft, "answers", json.dumps(asdict(drafted)))


def kept_draft(session: Session, draft: Draft) -> Drafted:
    """The content of a draft, which may be empty."""
    if draft.answers is None:
        return Drafted(Answers())
    stored = json.loads(unseal(session, draft, "answers"))
    answers = stored["answers"]
    return Drafted(Answers(**{**answers, "themes": tuple(answers["themes"])}), stored["behalf"], stored["began_from"])


_LABELS = {
    GRADE: "Grade",
    REASON: "Why is it not graded?",
    WHY: "Why?",
    THEMES: "Learning themes",
    CHANGE_REASON: "Why are you changing it?",
    SOURCE: "How did you get this return?",
    GIVEN_BY: "Who gave it?",
}


def label_of(tool: Tool, name: str) -> str:
    """The label of a field of the form."""
    return question_names.names(tool.sections).get(name) or _LABELS.get(name, name)


def page_of(tool: Tool, asked: Collection[str]) -> int:
    """The number (from 0) of the form's page with the fields in `asked`; the grade is on the last page."""
    if SOURCE in asked or GIVEN_BY in asked or not asked:  # only the first page may have no fields
        return 0
    return len(tool.steps) - 1 if GRADE in asked else tool.page_of(asked)


def fields_before(tool: Tool, page: int) -> list[str]:
    """The fields on the pages before this one. A coordinator's source is asked on the first."""
    return [SOURCE, GIVEN_BY, *tool.before(page)] if page else []
