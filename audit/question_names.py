"""Unique names for questions, for places outside their form, which show no headings."""

from collections import Counter
from collections.abc import Sequence

from audit.tools import IMPLIED, Section, Tool


def of_tool(tool: Tool) -> dict[str, str]:
    """The names of everything in a tool, notes and the overall grade included."""
    return names((*tool.parts, *([tool.overall] if tool.overall else [])))


def names(questions: Sequence[Section]) -> dict[str, str]:
    """Question's key -> its name. Questions with the same label are told apart by their group, or else by their key.

    A question that belongs to a graded section has the section's name before its own.
    """
    own = [each for each in questions if not each.implied]
    labels = Counter(each.label for each in own)
    placed = Counter((each.heading, each.label) for each in own)

    def name(each: Section) -> str:
        if labels[each.label] == 1:
            return each.label
        under = f"{each.heading}: {each.label}" if each.heading else each.label
        return under if each.heading and placed[each.heading, each.label] == 1 else f"{under} ({each.key})"

    found = {each.key: name(each) for each in own}
    return {
        each.key: found.get(each.key) or f"{found[each.key.partition(IMPLIED)[0]]}: {each.label}" for each in questions
    }
