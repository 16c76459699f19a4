"""The counts of answers in a cycle, question by question, for its overseers."""

from collections.abc import Iterable, Iterator, Mapping

from audit.cycle.answered import ASKED, NUMBERS, AnswerCounts, Answered, AnswersView, NumberAnswers
from audit.cycle.tally import AS_RELEASED
from views.pages import Unit, pages
from views.parts import SECTION_LIMIT, View, count_of, divider, escape, fitted, header, modal, paragraphs, section
from views.words import period_line

SHOW, PAGE = "answered.show", "answered.page"
TITLE = "What was answered"
NONE = "This audit asks nothing that is counted here: its grades are under *Figures*."
SEVERAL = " A return may count in several."
_QUESTION, _LABEL = 1000, 150
"""The most characters of a question, and of a choice's or an area's label."""


def view(found: AnswersView, page: int = 0) -> View:
    """A page of the answers, question by question."""
    current = pages(_units(found)).nearest(page)
    top = section(f"*{escape(found.cycle.name)}*{current.where}")
    return modal(TITLE, [top, *current.blocks, *current.turning(PAGE)], record_id=found.cycle.id)


def _units(found: AnswersView) -> Iterator[Unit]:
    if not found.answered:
        yield "", [section(NONE)]
        return
    of = count_of(found.cases + found.waiting, "case")
    waiting = [f"{found.cases} of {of}; the others follow with their summaries."] if found.waiting else []
    returned = f"{found.sent:,} of {count_of(found.returns, 'return')} {'is' if found.sent == 1 else 'are'} there."
    yield "", paragraphs([*period_line(found.cycle.period), *waiting, returned, AS_RELEASED])
    before = ""
    for each in found.answered:
        heading = [header(each.heading)] if each.heading not in {"", before} else []
        labels = {row: fitted(label, _LABEL) for row, label in each.labels.items()}
        yield "", [divider(), *heading, *paragraphs(_whole(each, labels))]
        yield from ((each.name, [block]) for block in paragraphs(_by_area(each, labels)))
        before = each.heading


def _whole(each: Answered, labels: Mapping[str, str]) -> Iterator[str]:
    yield f"*{fitted(each.name, _QUESTION)}*"
    rows = each.whole.rows
    several = SEVERAL if sum(rows[row] for row in labels) > rows[ASKED] else ""
    yield f"{in_figures(each.whole).capitalize()}.{several}"
    if rows[ASKED]:
        yield from (f"• {label}: *{count}*" for label, count in _counts_of(labels, each.whole))


def _by_area(each: Answered, labels: Mapping[str, str]) -> Iterator[str]:
    """A line for each area whose returns were asked; readable on a phone without scrolling sideways."""
    for area, counts in each.by_area.items():
        if not counts.rows[ASKED]:
            continue
        some = (f"{label} *{count}*" for label, count in _counts_of(labels, counts) if count != "0")
        yield from _joined(f"_{fitted(area, _LABEL)}_ ({counts.rows[ASKED]:,})", some)


def _counts_of(labels: Mapping[str, str], said: AnswerCounts) -> Iterator[tuple[str, str]]:
    """(label, number) of each choice, and of each statistic if the answers are numbers; "not answered" is the last."""
    numbers = [(label, number(said.numbers, name)) for name, label in NUMBERS.items()] if said.numbers else []
    counts = [(label, f"{said.rows[row]:,}") for row, label in labels.items()]
    yield from (*counts[:-1], *numbers, counts[-1])


def in_figures(said: AnswerCounts) -> str:
    """The number of returns that were asked a question, out of those received."""
    return f"asked in {said.rows[ASKED]:,} of {count_of(said.sent, 'return')}"


def number(numbers: NumberAnswers, name: str) -> str:
    """One of the statistics (`name` is a key of NUMBERS), without trailing zeros."""
    return f"{getattr(numbers, name):,.9f}".rstrip("0").rstrip(".")


def _joined(head: str, parts: Iterable[str]) -> Iterator[str]:
    """The parts in as few lines as fit in sections, each beginning with `head`."""
    line = head
    for part in parts:
        if len(line) + len(part) + 3 > SECTION_LIMIT:
            yield line
            line = head
        line += f"{': ' if line == head else ' · '}{part}"
    yield line
