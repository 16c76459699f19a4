"""Graded sections in words: the agencies' grades for each section, and the ratified grade."""

from audit.cases import graded_sections
from audit.cases.graded_sections import SectionSpread
from audit.cases.judgements import JudgementView
from audit.cases.summary import CaseView, Line
from audit.scales import NOT_APPLICABLE, Graded
from audit.tools import IMPLIED, Section
from views.parts import count_of, escape, fitted
from views.returns.grades import grade_words

LABEL = 150
"""The most characters of a section's label in a line."""
_NAMES = 500
"""The most characters of agencies' names in a line."""
_GRADES = 2000
"""The most characters about one section."""
moderations, answering = graded_sections.moderated, graded_sections.answering


def label(case: CaseView, section: Section) -> str:
    """A section's label, with its group if another section has the same label: mrkdwn."""
    return fitted(graded_sections.names(case.tool)[section.key], LABEL)


def words(section: Section, given: Graded) -> str:
    """A section's grade, or why it has none; not escaped."""
    return grade_words(section.graded_on, given.result, given.reason)


def settled_words(case: CaseView, line: Line, section: Section) -> str:
    """An agency's grade for a section, with the moderated one: "Good (moderated: Poor)"; "" if it wasn't asked."""
    own, settled = graded_sections.own_grade(case, line, section), graded_sections.settled(case, line, section)
    if own is None or settled is None:
        return ""
    moderated = section.key in line.moderated_sections and line.answers is not None
    return words(section, own) + (f" (moderated: {words(section, settled)})" if moderated else "")


def by_grade(case: CaseView, section: Section) -> list[tuple[str, str]]:
    """(grade, the names of the agencies that gave it) of a section, best grade first; not escaped.

    Agencies that haven't answered are left out.
    """
    agencies_by_grade: dict[str, list[str]] = {}
    rank = {name: place for place, (name, _) in enumerate(section.graded_on.options)}
    own_grades = [
        (line, graded_sections.own_grade(case, line, section)) for line in case.lines if line.answers or line.concealed
    ]
    graded = [(line, own) for line, own in own_grades if own]
    for line, _ in sorted(graded, key=lambda each: rank.get(each[1].name, len(rank))):
        agencies_by_grade.setdefault(settled_words(case, line, section), []).append(line.agency)
    return [(grade, ", ".join(agencies)) for grade, agencies in agencies_by_grade.items()]


def section_text(case: CaseView, section: Section, between: str = "\n") -> str:
    """A section, its ratified grade, and the agencies that answered, grouped by their grades: mrkdwn."""
    judged = f" · ✅ {escape(words(section, graded_sections.judged(case, section)))}" if case.judgement else ""
    grades, room = [], _GRADES
    for grade, names in by_grade(case, section):
        grades.append(f"{escape(grade)}: {fitted(names, _NAMES)}")
        room -= len(grades[-1])
        if room < 0:
            grades[-1] = "and others"
            break
    return f"*{label(case, section)}*{judged}\n{between.join(grades) or 'nobody has graded it yet'}"


def differing(case: CaseView, room: int) -> list[str]:
    """A line for each section that agencies graded differently, widest disagreement first; as many as fit in `room`.

    Each line has the ratified grade and the agencies grouped by their grades; agencies without a return are left out.
    """
    sections = [each.section for each in graded_sections.apart(case) if each.section]
    made = ["*Where agencies differ*"] if sections else []
    for place, each in enumerate(sections):
        line = section_text(case, each, " · ")
        room -= len(line)
        if room < 0:
            return [*made, f"and {count_of(len(sections) - place, 'more section')}: read the summary."]
        made.append(line)
    return made


def widest(case: CaseView) -> str:
    """The widest disagreement ("Planning, from Good to Poor"), or that agencies agree, or that none has graded."""
    spreads = graded_sections.compared(case)
    furthest = max(spreads, key=lambda spread: spread.share_apart, default=None)
    if furthest is None or all(spread.ends is None for spread in spreads):
        return "nobody has graded yet"
    if not furthest.steps_apart:
        return "none: agencies that graded the same section gave it the same grade"
    return ends(case, furthest)


def ends(case: CaseView, spread: SectionSpread) -> str:
    """A spread in words, "Planning, from Good to Inadequate": mrkdwn. At least one agency must have graded."""
    assert spread.ends is not None  # noqa: S101  # the caller has checked it
    best, worst = spread.ends
    name = label(case, spread.section) if spread.section else "the overall grade"
    return f"{name}, from {escape(best.label)} to {escape(worst.label)}"


def ratified(case: CaseView, judgement: JudgementView) -> list[str]:
    """A line for each section that has a ratified grade: mrkdwn. Empty if no sections are graded."""
    given = [(section, judgement.sections.get(section.key)) for section in case.tool.graded]
    return [f"{label(case, section)}: *{escape(words(section, each))}*" for section, each in given if each]


def of_line(case: CaseView, line: Line) -> list[str]:
    """A line for each section that an agency graded, with its reason if it is not applicable: mrkdwn."""
    reasons = {section.key: why for section, why in not_applicable(case, line)}
    graded = [(section, settled_words(case, line, section)) for section in case.tool.graded if line.answers]
    whys = {key: f" ({escape(why)})" for key, why in reasons.items()}
    return [f"{label(case, each)}: *{escape(grade)}*{whys.get(each.key, '')}" for each, grade in graded if grade]


def not_applicable(case: CaseView, line: Line) -> list[tuple[Section, str]]:
    """The sections that an agency says don't apply, each with its reason."""
    given = line.answers.sections if line.answers else {}
    reasons = [(each, given.get(f"{each.key}{IMPLIED}why", "")) for each in case.tool.graded]
    return [(each, why) for each, why in reasons if why.strip() and given.get(each.key) == NOT_APPLICABLE]
