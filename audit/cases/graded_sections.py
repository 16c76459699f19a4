"""The grades that agencies and the meeting give to the graded sections of a case, and how far they are apart."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
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
    """What the agencies of a case gave one section, or overall (`section` is None), after moderation.

    `given`: an agency's label -> its grade or what replaces it. Agencies that weren't asked are left out.
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
        """How many steps the best and the worst grade are apart; 0 if nobody graded."""
        return self.ends[1].rank - self.ends[0].rank if self.ends else 0

    @property
    def share_apart(self) -> Fraction:
        """The distance between these grades as a share of the whole scale."""
        return self.scale.share(self.steps_apart)

    @cached_property
    def lowest(self) -> tuple[str, ...]:
        """The labels of the agencies that gave the scale's lowest grade."""
        lowest = self.scale.lowest.key
        return tuple(agency for agency, each in self.given.items() if each.result == lowest)


def overall(case: CaseOutline) -> SectionSpread:
    """The agencies' overall grades of the case."""
    return SectionSpread(None, case.scale, {line.agency: line.settled_as for line in case.lines})


def spread(case: CaseOutline, section: Section) -> SectionSpread:
    """The agencies' grades of one section."""
    grades = {line.agency: settled(case, line, section) for line in case.lines}
    return SectionSpread(section, section.graded_on, {agency: given for agency, given in grades.items() if given})


def compared(case: CaseOutline) -> tuple[SectionSpread, ...]:
    """What the agencies are compared by: the overall grade and, unless a return must have one, each graded section."""
    whole = (overall(case),) if case.tool.asks_overall else ()
    return whole if case.tool.needs_overall else (*whole, *(spread(case, section) for section in case.tool.graded))


def apart(case: CaseOutline) -> list[SectionSpread]:
    """The sections that agencies graded differently, those furthest apart first."""
    spreads = (spread(case, section) for section in case.tool.graded)
    return sorted((each for each in spreads if each.steps_apart), key=lambda each: -each.share_apart)


def names(tool: Tool) -> dict[str, str]:
    """Graded section's key -> its name."""
    return question_names.names(tool.graded)


def answering(case: CaseView, group: str) -> int:
    """How many agencies wrote something in a section of `group` ("strength" or "concern")."""
    filled = ((line.answers.sections, case.asked(line)) for line in case.lines if line.answers)
    return sum(
        any(said.get(section.key, "").strip() for section in tool.sections if section.group == group)
        for said, tool in filled
    )


def own_grade(case: CaseOutline, line: LineOutline, section: Section) -> Graded | None:
    """An agency's own grade of a section, or the state of its return; None if it wasn't asked, or left it empty."""
    if line.answers is None:
        return Graded(line.result) if _asked(case, line, section) else None
    return _read(case, line, section, line.answers.sections)


def counted(case: CaseOutline, line: LineOutline, section: Section) -> Graded | None:
    """Like `own_grade`, but as figures count the grade: as it was when the case was released."""
    before = line.before_release
    if before is None or not before.sections:
        return own_grade(case, line, section) if before is None else _standing(case, line, section, before.result)
    return _read(case, line, section, before.sections)


def settled(case: CaseOutline, line: LineOutline, section: Section) -> Graded | None:
    """Like `own_grade`, but with the meeting's grade if the section was moderated."""
    moderation = line.moderated_sections.get(section.key)
    own = own_grade(case, line, section)
    return Graded(moderation.grade, moderation.not_graded_reason) if moderation and line.answers and own else own


def moderated(case: CaseView, line: Line) -> list[tuple[Section, ModerationView]]:
    """(section, moderation) for each section that a return grades and the meeting moderated."""
    found = line.moderated_sections if line.answers else {}
    return [(each, found[each.key]) for each in case.tool.graded if each.key in found and own_grade(case, line, each)]


def judged(case: CaseOutline, section: Section) -> Graded:
    """The meeting's grade of a section; AWAITING until the case is ratified."""
    return case.judgement.sections.get(section.key, Graded(AWAITING)) if case.judgement else Graded(AWAITING)


def _asked(case: CaseOutline, line: LineOutline, section: Section) -> bool:
    return section in case.tool.asked_of(line.agency).graded


def _standing(case: CaseOutline, line: LineOutline, section: Section, result: str) -> Graded | None:
    return Graded(result) if _asked(case, line, section) and result in _NO_GRADES else None


def _read(case: CaseOutline, line: LineOutline, section: Section, answers: Mapping[str, str]) -> Graded | None:
    text = answers.get(section.key, "")
    return Graded.read(text) if text and _asked(case, line, section) else None


_NO_GRADES = (ReturnState.NIL, ReturnState.DECLINED, AWAITING)
