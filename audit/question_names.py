"""What questions are called where they stand outside of their form, with no heading above them: no two alike."""

from collections import Counter
from collections.abc import Sequence

from audit.tools import IMPLIED, Section


def names(questions: Sequence[Section]) -> dict[str, str]:
    """A name for each of a tool's questions, by its key: those of one label are told apart by their group.

    What a graded section brings with it has the section's name before its own.
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
