"""What a return answers: its type, and how it is kept."""

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
"""The fields that every tool's form ends with."""
THEMES, CHANGE_REASON = "themes", "change_reason"
SOURCE, GIVEN_BY = "source", "given_by"
"""Fields that a form has when there is something to ask: themes, a change after release, a return for others."""
OWN = (GRADE, REASON, WHY, THEMES, CHANGE_REASON, SOURCE, GIVEN_BY)
"""Every field that isn't a tool's question; each is named as its attribute of Answers."""

SOURCES = {
    "phone": "By phone",
    "email": "By e-mail",
    "letter": "By letter",
    "meeting": "At a meeting",
    "other": "In another way",
}
"""How a coordinator got what they enter for an agency: key -> label."""


@dataclass(frozen=True)
class OwnGrades:
    """What a return grades. `sections`: section key -> an option of its scale (audit.scales.Graded).

    `grade`: None if there is no overall one.
    """

    sections: Mapping[str, str] = field(default_factory=dict)
    grade: str | None = None
    not_graded_reason: str | None = None


@dataclass(frozen=True)
class Answers(OwnGrades):
    """A filled-in return. `sections`: section key -> text ("" if left empty; dates ISO; yes/no as "yes"/"no").

    A graded section's text is what it was given.

    `themes`: ids of learning themes. `change_reason`: why it was changed after its case was released. `source` (a key
    of SOURCES) and `given_by` (a role): of a return that a coordinator entered. `written_by`: the auditor who drafted
    what a lead signed off.
    """

    why: str = ""
    themes: tuple[str, ...] = ()
    change_reason: str = ""
    source: str = ""
    given_by: str = ""
    written_by: str = field(default="", compare=False)


def over(before: Answers, given: Answers, asked: Collection[str]) -> Answers:
    """`given` in the fields of `asked` (what one page of a form shows), and what was known `before` in all others."""
    sections = dict(before.sections) | {key: text for key, text in given.sections.items() if key in asked}
    own: dict[str, Any] = {name: getattr(given, name) for name in OWN if name in asked}
    return replace(before, sections=sections, **own)


def grading_faults(scale: Scale, grade: str | None, reason: str | None) -> dict[str, str]:
    """What is wrong with a grade and its reason for not grading, by field; empty if nothing is."""
    if grade is None:
        return {GRADE: "Choose a grade, or Not graded."}
    if grade == NOT_GRADED:
        return {} if reason in REASONS else {REASON: "Say why it is not graded."}
    if grade not in {known.key for known in scale.grades}:
        return {GRADE: "This cycle's scale doesn't have that grade. Choose one of those shown."}
    return {REASON: "Leave this empty when you give a grade."} if reason else {}


def only_asked(tool: Tool, answers: Answers) -> Answers:
    """What is answered of what the tool asks, since only that was checked; "" where nothing is."""
    return replace(answers, sections={each.key: answers.sections.get(each.key, "") for each in tool.sections})


def keep(session: Session, version: ReturnVersion, tool: Tool, answers: Answers) -> None:
    """Put `answers` into a version that isn't stored yet; only what the tool asks."""
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
    """What a version answered."""
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
    """The overall grade that a version was stored with; None if there is none."""
    return grade if grade != NO_OVERALL else None


def same(stored: Answers, given: Answers) -> bool:
    """Whether `given` says nothing else than what was stored; questions that it leaves out were on another page."""
    told = {key: given.sections.get(key, text) for key, text in stored.sections.items()}
    return stored == replace(given, sections=told)


@dataclass(frozen=True)
class Drafted:
    """What a draft holds. `began_from`: whose text it went on from, as that draft's id, where it was somebody else's.

    `behalf`: a coordinator drafts it for the agency.
    """

    answers: Answers
    behalf: bool = False
    began_from: str | None = None


def keep_draft(session: Session, draft: Draft, drafted: Drafted) -> None:
    """Put what was typed into a draft."""
    seal(session, draft, "answers", json.dumps(asdict(drafted)))


def kept_draft(session: Session, draft: Draft) -> Drafted:
    """What stands in a draft; an empty one holds nothing."""
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
    """What a field of the form is called."""
    return question_names.names(tool.sections).get(name) or _LABELS.get(name, name)


def page_of(tool: Tool, asked: Collection[str]) -> int:
    """The page of the form that has the fields of `asked`; the last one ends with the grade."""
    if SOURCE in asked or GIVEN_BY in asked or not asked:  # none but the first has nothing to fill in
        return 0
    return len(tool.steps) - 1 if GRADE in asked else tool.page_of(asked)


def fields_before(tool: Tool, page: int) -> list[str]:
    """The fields of the form's earlier pages; how a coordinator got the return is asked on the first."""
    return [SOURCE, GIVEN_BY, *tool.before(page)] if page else []
