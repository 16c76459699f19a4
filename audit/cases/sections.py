"""What agencies, and the meeting, give the graded sections of a case."""

from collections.abc import Mapping

from audit.cases.summary import CaseView, Line
from audit.scales import AWAITING, Graded
from audit.tools import Section
from storage.returns import ReturnState


def given(case: CaseView, line: Line, section: Section) -> Graded | None:
    """An agency's own grade of a section, or how its return stands; None where it wasn't asked."""
    if line.answers is None:
        return Graded(line.result) if _asked(case, line, section) else None
    return _read(case, line, section, line.answers.sections)


def counted(case: CaseView, line: Line, section: Section) -> Graded | None:
    """The same as figures count it: as it was when the case was released."""
    before = line.before_release
    if before is None or not before.sections:
        return given(case, line, section) if before is None else _standing(case, line, section, before.result)
    return _read(case, line, section, before.sections)


def settled(case: CaseView, line: Line, section: Section) -> Graded | None:
    """The same after moderation."""
    moderated = line.moderated_sections.get(section.key)
    own = given(case, line, section)
    return Graded(moderated.grade, moderated.not_graded_reason) if moderated and line.answers and own else own


def judged(case: CaseView, section: Section) -> Graded:
    """What the meeting gave a section; awaiting until the case is ratified."""
    return case.judgement.sections.get(section.key, Graded(AWAITING)) if case.judgement else Graded(AWAITING)


def _asked(case: CaseView, line: Line, section: Section) -> bool:
    return section in case.tool.asked_of(line.agency).graded


def _standing(case: CaseView, line: Line, section: Section, result: str) -> Graded | None:
    return Graded(result) if _asked(case, line, section) and result in _NO_GRADES else None


def _read(case: CaseView, line: Line, section: Section, answers: Mapping[str, str]) -> Graded | None:
    text = answers.get(section.key, "")
    return Graded.read(text) if text and _asked(case, line, section) else None


_NO_GRADES = (ReturnState.NIL, ReturnState.DECLINED, AWAITING)
