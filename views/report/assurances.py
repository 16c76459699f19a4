"""What a meeting records before it ratifies the lowest grade, as a report words it."""

from collections.abc import Iterator

from audit import action_names
from audit.report.contents import Contents, JudgedCase
from views.documents import Bullets, Paragraph, Part, inline
from views.words import said_day

ASSURANCE = (
    "Before a case is ratified with this grade, the meeting records that the child is safe now, who says so and"
    " when, what will be done, who owns it and by when, and who monitors it."
)
ASSURED = {
    "safe": "That the child is safe now, who says so and when",
    "action": "What will be done",
    "owner": "Who owns it",
    "by": "By when",
    "monitor": "Who monitors it",
}
"""The assurances that the lowest grade requires (audit.cases.judgements.ASSURANCES) -> their labels in a report."""


def assured(contents: Contents, case: JudgedCase) -> Iterator[Part]:
    """Why a case was given the lowest grade, what the meeting recorded, and what followed."""
    yield Paragraph((case.why,))
    yield Bullets(tuple(map(inline, _recorded(contents, case))))


def _recorded(contents: Contents, case: JudgedCase) -> Iterator[str]:
    for field, label in ASSURED.items():
        text = case.assurances.get(field, "")
        answer = said_day(text) if field == "by" else text
        yield f"{label}: {answer or 'not recorded'}"
    for action in contents.actions:
        if action.reference == case.reference and action.from_judgement:
            yield f"Followed as {action_names.name(action.number, action.reference, None)}."
