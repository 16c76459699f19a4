"""Unique names for questions, for use outside their form, where no heading stands above them."""

from collections import Counter
from collections.abc import Sequence

from audit.tools import IMPLIED, Section


def names(questions: Sequence[Section]) -> dict[str, str]:
    """Question's key -> its name. Questions with the same label are told apart by their group.

    A question that belongs to a graded section has the section's name before its own.
    """
    own = [each for each in questions if IMPLIED not in each.key]
    labels = Counter(each.label for each in own)
    placed = Counter((each.heading, each.label) for each in own)

    def name(each: Section) -> str:
        apart = each.heading if placed[each.heading, each.label] == 1 else each.key
        return f"{apart or each.key}: {each.label}" if labels[each.label] > 1 else each.label

    found = {each.key: name(each) for each in own}
    return {
        each.key: found.get(each.key) or f"{found[each.key.partition(IMPLIED)[0]]}: {each.label}" for each in questions
    }
