"""Graded sections in the judgement's form: each is asked, with the agencies' grades beside it."""

from audit.cases.graded_sections import names
from audit.meeting.discussion import Discussion
from audit.meeting.verdict import SECTION, Verdict
from audit.scales import Scale
from audit.tools import Section
from views.cases.graded_sections import by_grade, words
from views.meeting.proposal import of_section
from views.parts import Block, Choice, select, sent_at_once, shorten
from views.returns.grades import section_meanings

_MOST_MEANINGS = 3
"""The most scales that are explained; if each section has its own, they can be read in the return's form."""
_IN_FULL = 30
"""The most sections for which a modal has room for explanations of the grades and for full labels."""
_MOST_GIVEN, _GIVEN = 1_500, 60_000
"""The most characters for the agencies' grades of one section, and of all sections."""


def inputs(about: Discussion, verdict: Verdict) -> list[Block]:
    """Each graded section with the agencies' grades; a scale is explained before the first section that uses it."""
    case, explained = about.case, set[Scale]()
    blocks: list[Block] = []
    called = names(case.tool)
    many = len(case.tool.graded) > _IN_FULL
    one_scale = len({each.graded_on for each in case.tool.graded}) == 1
    room = min(_MOST_GIVEN, _GIVEN // max(len(case.tool.graded), 1))
    for each in case.tool.graded:
        scale = each.graded_on
        if scale not in explained and len(explained) < _MOST_MEANINGS and not many:
            explained.add(scale)
            blocks += section_meanings(scale, "" if one_scale else called[each.key], why=False)
        choices, chosen = _short(scale) if many else list(scale.options), verdict.sections.get(each.key)
        hint = shorten(_given(about, each), room)
        asked = select(f"{SECTION}{each.key}", called[each.key], choices, chosen, optional=False, hint=hint)
        blocks.append(asked if case.tool.needs_overall else sent_at_once(asked))
    return blocks


def _short(scale: Scale) -> list[Choice]:
    """The choices, with the grades by their short labels."""
    labels = {grade.key: grade.short_label for grade in scale.grades}
    return [(name, labels.get(name, label)) for name, label in scale.options]


def _given(about: Discussion, section: Section) -> str:
    """A section's earlier ratified grade, the rule's proposal, and the agencies' grades (not escaped)."""
    before = about.case.judgement.sections.get(section.key) if about.case.judgement else None
    ratified = f"Ratified already: {words(section, before)}" if before else ""
    given = "; ".join(f"{grade}: {agencies}" for grade, agencies in by_grade(about.case, section))
    sentences = (ratified, of_section(about, section), given or "No agency has graded it")
    return ". ".join(part for part in sentences if part) + "."
