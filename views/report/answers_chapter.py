"""The report's annex of answers: a table for each question whose answers are counted."""

from collections.abc import Iterator, Mapping

from audit.cycle.answered import ASKED, NUMBERS, AnswerCounts, Answered
from audit.cycle.tally import AS_RELEASED
from audit.report.contents import Contents
from audit.report.provenance import ANSWERED
from audit.report.publishable import Publishable
from views.cycle.answered import TITLE, in_figures, number
from views.documents import Heading, Line, Paragraph, Part, Table, inline
from views.report.numbers import Numbers

UNPUBLISHED = (
    "The answers to this audit's questions are left out of this edition: the software can't yet check whether a "
    "child could be recognised from those numbers."
)
ABOUT = (
    "A question counts the returns that were asked it: it leaves out agencies that it isn't for, and returns in "
    "which an earlier answer ruled it out. Where several answers could be chosen, a return may count in several."
)
TRACED = "Annex B traces the numbers of all returns; those of an area are the ones of its cases among them."
ACROSS = 6
"""The most areas side by side in a table."""


def answers(contents: Contents, numbers: Numbers) -> Iterator[Part]:
    """The tables, for the full edition only: nothing checks yet what they would disclose beside other figures."""
    yield Heading(f"Annex C: {TITLE.lower()}")
    by_area = f" {TRACED}" if any(each.by_area for each in contents.answered) else ""
    yield Paragraph((f"{ABOUT} {AS_RELEASED}{by_area}",))
    before = ""
    for each in contents.answered:
        if each.heading not in {"", before}:
            yield Heading(each.heading, 2)
        before, areas = each.heading, [*each.by_area.items()]
        for place in range(0, max(len(areas), 1), ACROSS):
            yield _table(each, numbers, dict(areas[place : place + ACROSS]))


def where_they_are(public: Publishable | None) -> Iterator[Part]:
    """The part of the chapter about grades that says where the answers are, or that they are left out."""
    yield Heading(TITLE, 2)
    yield Paragraph((UNPUBLISHED if public else "How many returns gave which answer: annex C.",))


def _table(each: Answered, numbers: Numbers, areas: Mapping[str, AnswerCounts]) -> Table:
    labels = {**each.labels, ASKED: "Returns asked"}
    rows = [_counted(each, numbers, areas, row, label) for row, label in labels.items()]
    if each.number:
        rows += [_reckoned(each.whole, areas, name, label) for name, label in NUMBERS.items()]
    head = ("Answer", "All", *areas)
    widths = (5, *[12 / (len(head) - 1)] * (len(head) - 1)) if areas else (5, 2)
    return Table(f"{each.name} ({in_figures(each.whole)})", head, tuple(rows), widths, frozenset(range(1, len(head))))


def _counted(
    each: Answered, numbers: Numbers, areas: Mapping[str, AnswerCounts], row: str, label: str
) -> tuple[Line, ...]:
    whole = numbers.line(each.whole.rows[row], ANSWERED, each.key, row)
    return (inline(label), whole, *(inline(f"{part.rows[row]:,}") for part in areas.values()))


def _reckoned(whole: AnswerCounts, areas: Mapping[str, AnswerCounts], name: str, label: str) -> tuple[Line, ...]:
    cells = (number(part.numbers, name) if part.numbers else "–" for part in (whole, *areas.values()))  # noqa: RUF001
    return (inline(label), *map(inline, cells))
