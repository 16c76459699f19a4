"""A report's numbers, alone or in tables of grades: each with the mark by which the annex lists its cases."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from operator import attrgetter

from audit.cycle.tally import Count
from audit.disclosure.published_before import ABSENT
from audit.report.contents import Contents, Theme
from audit.report.provenance import ALL, BY_AGENCY, CASES, RATIFIED, SECTION_OWN, SELF, Figure, Key, row_of
from audit.report.public_facts import THEMES, most_told
from audit.report.publishable import Publishable
from audit.scales import NO_OVERALL, NOT_APPLICABLE, NOT_APPLICABLE_LABEL, NOT_GRADED, NOT_GRADED_LABEL, REASONS, Scale
from views.cycle.charts import absences
from views.documents import FigureMark, Line, Table, inline
from views.returns.grades import BY_SECTION

_APPLIES = "It applies to"
_ALL_CASES = {RATIFIED: CASES}
"""What a figure by grades is about -> what the figure for their total is about, if that differs."""
PAGE, NARROWEST, A_LETTER, EDGES = 17.0, 1.35, 0.19, 0.3
"""Centimetres: the page's width, the narrowest column, a letter in a table's head, and both margins of a cell."""


class Numbers:
    """The figures of one edition; with `marked` each number but 0 carries a mark, so that it can be traced."""

    def __init__(self, contents: Contents, *, marked: bool) -> None:
        self._marks = {key_of(figure): FigureMark(figure.number) for figure in contents.figures} if marked else None

    def line(self, number: int, what: str, part: str = "", *rows: str) -> Line:
        """A number with its marks, one for each row that it adds up; without `rows` the mark of the total."""
        if not number or self._marks is None:
            return (f"{number:,}",)
        marks = [self._marks.get((what, part, row)) for row in rows or (ALL,)]
        return inline(f"{number:,}", *(mark for mark in marks if mark is not None))


def key_of(figure: Figure) -> Key:
    """The key of a figure: what it is about, of which part, in which row."""
    return figure.what, figure.part, figure.row


def overall(numbers: Numbers, caption: str, what: str, count: Count, scale: Scale) -> Table:
    """A row for each grade and each reason for not grading, zeros included."""
    returns = _count_is_of_returns(what)
    rows = [(grade.label, count.grades[grade.key], grade.key) for grade in scale.grades]
    rows += [
        (f"{NOT_GRADED_LABEL}: {label.lower()}", count.not_graded[reason], row_of(NOT_GRADED, reason))
        for reason, label in REASONS.items()
    ]
    rows += [(BY_SECTION, count.no_overall, NO_OVERALL)] if count.no_overall else []
    rows += [("Nil return", count.nil, "nil"), ("Declined", count.declined, "declined")] if returns else []
    absent = absences([count], returns=returns) if returns or count.awaiting else {}
    rows += [(label, getattr(count, key), key) for key, label in absent.items()]
    lines = [(inline(label), numbers.line(number, what, "", row)) for label, number, row in rows]
    head = ("Grade", "Returns" if returns else "Cases")
    everything = (inline("All"), numbers.line(count.total, "self" if returns else "cases"))
    return Table(caption, head, (*lines, everything), (4, 1), frozenset({1}), share=0.6)


def by_part(  # everything that a table consists of
    numbers: Numbers, caption: str, what: str, parts: Mapping[str, Count], *, first: str, scale: Scale,
    names: Mapping[str, str] | None = None,
) -> Table:  # fmt: skip
    """A row for each part, under the heading `first`; Not graded is one column, whatever the reason.

    `names`: the parts' labels, if they differ from the keys of figures. The column of what doesn't apply follows the
    total of what does.
    """
    columns = [*_columns(what, parts.values(), scale)]
    head = [first, *(heading for heading, _, _ in columns)]

    def row(name: str, count: Count) -> tuple[Line, ...]:
        cells = (numbers.line(number(count), about, name, *rows) for _, (about, *rows), number in columns)
        return (inline((names or {}).get(name, name)), *cells)

    rows = tuple(row(name, count) for name, count in parts.items())
    others = [max(NARROWEST, EDGES + A_LETTER * max(map(len, name.split()))) for name in head[1:]]
    widths = (max(PAGE - sum(others), NARROWEST * 2), *others)
    return Table(caption, tuple(head), rows, widths, frozenset(range(1, len(head))))


_Column = tuple[str, tuple[str, ...], Callable[[Count], int]]
"""A column's heading, what its figures are about (with their rows), and a function from a count to its number."""


def _columns(what: str, counts: Collection[Count], scale: Scale) -> Iterator[_Column]:
    for grade in scale.grades:
        yield grade.label, (what, grade.key), partial(_grade, grade.key)
    reasons = [row_of(NOT_GRADED, reason) for reason in REASONS]
    yield NOT_GRADED_LABEL, (what, *reasons), attrgetter("not_graded_in_all")
    if any(count.no_overall for count in counts):
        yield BY_SECTION, (what, NO_OVERALL), attrgetter(NO_OVERALL)
    if what == SECTION_OWN:
        yield "No return", (what, *ABSENT), _absent
    else:
        yield from _absences(what, counts)
    if any(count.not_applicable for count in counts):
        yield _APPLIES, ("base",), attrgetter("base")
        yield NOT_APPLICABLE_LABEL, (what, NOT_APPLICABLE), attrgetter(NOT_APPLICABLE)
    else:
        yield "All", (_ALL_CASES.get(what, what),), attrgetter("total")


def _absences(what: str, counts: Collection[Count]) -> Iterator[_Column]:
    """A column for each kind of absence: nil, declined, not sent, not ratified."""
    returns = _count_is_of_returns(what)
    if returns:
        yield from (
            ("Nil return", (what, "nil"), attrgetter("nil")),
            ("Declined", (what, "declined"), attrgetter("declined")),
        )
    if returns or any(count.awaiting for count in counts):
        for key, label in absences(counts, returns=returns).items():
            yield label, (what, key), attrgetter(key)


def _grade(key: str, count: Count) -> int:
    return count.grades[key]


def _absent(count: Count) -> int:
    return count.nil + count.declined + count.awaiting + count.missed


def _count_is_of_returns(what: str) -> bool:
    """Whether a figure counts agencies' returns; otherwise it counts cases."""
    return what in {SELF, BY_AGENCY, SECTION_OWN}


def ended(text: str) -> str:
    """A text that people typed, to be put at the end of a sentence: with a full stop, unless it has an end mark."""
    return text if text.endswith((".", "!", "?", "\u2026")) else f"{text}."


def in_a_sentence(names: Iterable[str]) -> str:
    """Names in a sentence: "East, North and Central"."""
    listed = list(names)
    return " and ".join([", ".join(listed[:-1]), listed[-1]]) if len(listed) > 1 else "".join(listed)


def by_frequency(themes: Iterable[Theme], public: Publishable | None) -> list[Theme]:
    """Themes, the most frequent first; in public in an order that tells no more than the numbers that are told."""
    if public is None:
        return list(themes)
    told = public.tells(THEMES)
    return sorted(themes, key=lambda each: (-min(len(each.references), most_told(each.of) + 1) * told, each.label))
