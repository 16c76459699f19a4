"""The grade that a cycle's rule proposes, in words; people decide, whatever the rule proposes."""

from audit.meeting.discussion import Discussion
from audit.proposal import NONE, RULES
from audit.scales import Graded
from audit.tools import Section
from views.cases import graded_sections
from views.parts import escape
from views.returns.grades import grade_words


def proposal(about: Discussion) -> str:
    """The proposed grade or, without a rule, the spread of the grades: mrkdwn."""
    if about.case.spread is None and about.case.tool.graded:
        rule = (
            f" Below, the rule “{RULES.get(about.rule, about.rule)}” proposes for each." if about.rule != NONE else ""
        )
        return f"*Graded by section. Widest disagreement:* {graded_sections.widest(about.case)}.{rule} People ratify."
    if about.rule == NONE:
        return f"*Spread of grades:* {_spread(about)}. People ratify."
    rule = f"Proposed by the rule “{RULES.get(about.rule, about.rule)}”"
    if about.proposal is None:
        return f"{rule}: nothing, since nobody graded. People ratify."
    return f"{rule}: *{escape(grade_words(about.case.scale, about.proposal))}*. People ratify."


def of_section(about: Discussion, section: Section) -> str:
    """The grade that the rule proposes for a section: "Proposed: Good"; "" if it proposes none."""
    key = about.proposals.get(section.key)
    return f"Proposed: {graded_sections.words(section, Graded(key))}" if key else ""


def _spread(about: Discussion) -> str:
    given = {line.settled for line in about.case.lines}
    ranked = [grade.label for grade in about.case.scale.grades if grade.key in given]
    if not ranked:
        return "nobody has graded yet"
    return escape(f"all {ranked[0]}" if len(ranked) == 1 else f"from {ranked[0]} to {ranked[-1]}")
