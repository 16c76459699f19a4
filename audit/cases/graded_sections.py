"""What agencies, and the meeting, give the graded sections of a case, and how far it lies apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from audit import question_names
from audit.cases.moderated_grades import ModerationView
from audit.cases.outline import CaseOutline, LineOutline
from audit.cases.summary import CaseView, Line
from audit.scales import AWAITING, Grade, Graded, Scale
from audit.tools import Section, Tool
from storage.returns import ReturnState


@dataclass(frozen=True)
class SectionSpread:
    """What the agencies of a case gave one section, or overall (`section` None), after moderation.

    `given`: an agency's label -> its grade, or what stands in its place; those that weren't asked aren't there.
    """

    section: Section | None
    scale: Scale
    given: Mapping[str, Graded]

    @cached_property
    def ends(self) -> tuple[Grade, Grade] | None:
        """The best and the worst grade; None if nobody graded."""
        results = {each.result for each in self.given.values()}
        ranked = sorted((grade for grade in self.scale.grades if grade.key in results), key=lambda grade: grade.rank)
        return (ranked[0], ranked[-1]) if ranked else None

    @cached_property
    def steps_apart(self) -> int:
        """How far these lie apart; 0 if nobody graded."""
        return self.ends[1].rank - self.ends[0].rank if self.ends else 0

    @cached_property
    def lowest(self) -> tuple[str, ...]:
        """The agencies that gave the lowest grade of the scale."""
        lowest = self.scale.lowest.key
        return tuple(agency for agency, each in self.given.items() if each.result == lowest)


def overall(case: CaseOutline) -> SectionSpread:
    """What the agencies gave the case as a whole."""
    return SectionSpread(None, case.scale, {line.agency: line.settled_as for line in case.lines})


def spread(case: CaseOutline, section: Section) -> SectionSpread:
    """What the agencies gave a section."""
    found = {line.agency: settled(case, line, section) for line in case.lines}
    return SectionSpread(section, section.graded_on, {agency: given for agency, given in found.items() if given})


def compared(case: CaseOutline) -> tuple[SectionSpread, ...]:
    """By what the case's agencies are compared: the overall grade or, where it needn't be given, each section too."""
    whole = (overall(case),) if case.tool.asks_overall else ()
    return whole if case.tool.needs_overall else (*whole, *(spread(case, section) for section in case.tool.graded))


def apart(case: CaseOutline) -> list[SectionSpread]:
    """What was given the sections that agencies graded differently, those furthest apart first."""
    spreads = (spread(case, section) for section in case.tool.graded)
    return sorted((each for each in spreads if each.steps_apart), key=lambda each: -each.steps_apart)


def names(tool: Tool) -> dict[str, str]:
    """What each graded section is called, by its key."""
    return question_names.names(tool.graded)


def answering(case: CaseView, group: str) -> int:
    """How many agencies wrote something in a section of `group` ("strength" or "concern")."""
    filled = ((line.answers.sections, case.asked(line)) for line in case.lines if line.answers)
    return sum(
        any(said.get(section.key, "").strip() for section in tool.sections if section.group == group)
        for said, tool in filled
    )


def own_grade(case: CaseOutline, line: LineOutline, section: Section) -> Graded | None:
    """An agency's own grade of a section, or how its return stands; None where it wasn't asked."""
    if line.answers is None:
        return Graded(line.result) if _asked(case, line, section) else None
    return _read(case, line, section, line.answers.sections)


def counted(case: CaseOutline, line: LineOutline, section: Section) -> Graded | None:
    """As `given`, but as figures count the grade: as it was when the case was released."""
    before = line.before_release
    if before is None or not before.sections:
        return own_grade(case, line, section) if before is None else _standing(case, line, section, before.result)
    return _read(case, line, section, before.sections)


def settled(case: CaseOutline, line: LineOutline, section: Section) -> Graded | None:
    """As `given`, but with the meeting's grade where the section was moderated."""
    found = line.moderated_sections.get(section.key)
    own = own_grade(case, line, section)
    return Graded(found.grade, found.not_graded_reason) if found and line.answers and own else own


def moderated(case: CaseView, line: Line) -> list[tuple[Section, ModerationView]]:
    """The sections that a return grades and the meeting graded otherwise, and how."""
    found = line.moderated_sections if line.answers else {}
    return [(each, found[each.key]) for each in case.tool.graded if each.key in found and own_grade(case, line, each)]


def judged(case: CaseOutline, section: Section) -> Graded:
    """What the meeting gave a section; awaiting until the case is ratified."""
    return case.judgement.sections.get(section.key, Graded(AWAITING)) if case.judgement else Graded(AWAITING)


def _asked(case: CaseOutline, line: LineOutline, section: Section) -> bool:
    return section in case.tool.asked_of(line.agency).graded


def _standing(case: CaseOutline, line: LineOutline, section: Section, result: str) -> Graded | None:
    return Graded(result) if _asked(case, line, section) and result in _NO_GRADES else None


def _read(case: CaseOutline, line: LineOutline, section: Section, answers: Mapping[str, str]) -> Graded | None:
    text = answers.get(section.key, "")
    return Graded.read(text) if text and _asked(case, line, section) else None


_NO_GRADES = (ReturnState.NIL, ReturnState.DECLINED, AWAITING)
