"""The annex that traces a report's numbers: by chapter, table and sentence, the cases or returns behind each."""

from collections.abc import Iterable, Iterator, Mapping

from audit.report.contents import Contents
from audit.report.provenance import (
    ALL,
    ANSWERED,
    BY_AGENCY,
    CASES,
    MODERATED,
    MOVED,
    OF_CASES,
    OF_SECTIONS,
    RATIFIED,
    SECTION,
    SECTION_MODERATED,
    SECTION_MOVED,
    SECTION_OWN,
    SELF,
    SPREAD,
    THEME,
    Figure,
)
from audit.scales import NO_OVERALL, NOT_APPLICABLE, REASONS
from views.documents import Bullets, FigureMark, Heading, Line, Paragraph, Part, Strong, Table, inline
from views.parts import shorten

TITLE = "Annex B: the cases behind each number"
ABOUT = (
    "Every number of this report was counted by the software. They are listed here in the order of the report, each "
    "where it first appears, with the cases behind it; where returns are counted, the agencies are in brackets. "
    "There is no case behind a zero."
)
_PROVEN = (
    "Who did what, and when, is recorded in the software's trail. These lines, kept outside it, prove that record: "
    "with “roundtable trail verify --head” whoever runs the software can show that nothing recorded before this "
    "version was made has been changed or cut off since. The one that begins with 0 covers what belongs to no audit."
)
_LEAD = 70
"""The most characters of a sentence that identify it."""
COUNTED = {
    CASES: "Cases",
    RATIFIED: "Judged",
    SELF: "Self-grades",
    BY_AGENCY: "Self-grades",
    MOVED: "Judgement beside self-grade",
    MODERATED: "Moderated",
    SPREAD: "Spread of self-grades",
    THEME: "Learning theme",
    SECTION: "Section judged",
    SECTION_OWN: "Section graded",
    SECTION_MOVED: "Section's judgement beside self-grade",
    SECTION_MODERATED: "Section moderated",
    ANSWERED: "Answered",
}
"""A figure's name in provenance.ORDER -> its label in the annex."""
_ROWS = {
    "all": "all", "nil": "nil return", "declined": "declined", "awaiting": "not there yet",
    NOT_APPLICABLE: "not applicable", NO_OVERALL: "graded by section alone", "missed": "didn't come", "up": "better",
    "same": "the same", "down": "worse", "compared": "two or more", "within_one": "at most one grade apart",
}  # fmt: skip


def annex(contents: Contents, parts: Iterable[Part]) -> Iterator[Part]:
    """The annex for a report with these parts."""
    yield Heading(TITLE)
    short = dict(contents.agencies)
    named = "; ".join(f"{name}: {label}" for label, name in short.items() if name != label)
    yield Paragraph(inline(f"{ABOUT} Short names: {named}." if named else ABOUT), small=True)
    figures = {figure.number: figure for figure in contents.figures}
    totals, before = _whole(contents.figures), ""
    for chapter, place, numbers in _places(parts):
        if chapter != before:
            yield Heading(chapter, 2)
        before = chapter
        lines = [_line(figures[number], contents, short, totals) for number in numbers]
        yield Paragraph(inline(Strong(place), *(piece for line in lines for piece in ("\n", *line))), small=True)
    if contents.trail:
        yield Heading("The record behind them", 2)
        yield Paragraph((_PROVEN,), small=True)
        yield Bullets(tuple(map(inline, contents.trail)))


def _line(figure: Figure, contents: Contents, short: Mapping[str, str], whole: Mapping[frozenset[str], str]) -> Line:
    cases = whole.get(frozenset(figure.references)) or behind(figure, short)
    return inline(f"{counts(figure, contents)} ({len(figure.references):,}): {cases}")


def _whole(figures: Iterable[Figure]) -> dict[frozenset[str], str]:
    """Set of references -> "every case" or "every return", if a figure counts all of them and they are several."""
    called = {(CASES, "", ALL): "every case", (SELF, "", ALL): "every return"}
    keys = {(each.what, each.part, each.row): each.references for each in figures}
    return {frozenset(keys[key]): name for key, name in called.items() if len(keys.get(key, ())) > 1}


def _places(parts: Iterable[Part]) -> Iterator[tuple[str, str, list[int]]]:
    """(chapter, table's caption or sentence's beginning, numbers of the figures that appear there first)."""
    chapter, listed = "", set[int]()
    for part in parts:
        if isinstance(part, Heading) and part.level == 1:
            chapter = part.text
        for place, line in _lines(part):
            numbers = dict.fromkeys(piece.number for piece in line if isinstance(piece, FigureMark))
            if fresh := [number for number in numbers if number not in listed]:
                listed.update(fresh)
                yield chapter, place, fresh


def _lines(part: Part) -> Iterator[tuple[str, Line]]:
    """A part's lines, each with the words that identify it; a table is one line."""
    match part:
        case Paragraph(line):
            yield _lead(line), line
        case Bullets(items):
            yield from ((_lead(item), item) for item in items)
        case Table():
            yield part.caption, tuple(piece for row in part.rows for cell in row for piece in cell)
        case _:
            pass


def _lead(line: Line) -> str:
    words = "".join(str(piece) for piece in line if not isinstance(piece, FigureMark))
    return f"“{shorten(' '.join(words.split()), _LEAD)}”"


def counts(figure: Figure, contents: Contents) -> str:
    """What a figure counts, in words: "Judged: Good, East"."""
    if figure.what == ANSWERED:
        question = next(each for each in contents.answered if each.key == figure.part)
        label = question.labels.get(figure.row, "returns asked")
        return f"{COUNTED[ANSWERED]}: {label}, {question.name}"
    section = next((each for each in contents.sections if figure.what in OF_SECTIONS and each.key == figure.part), None)
    labels = {grade.key: grade.label for grade in (section.scale if section else contents.scale).grades}
    labels |= {f"not_graded:{reason}": f"not graded ({label.lower()})" for reason, label in REASONS.items()}
    row = labels.get(figure.row) or _ROWS[figure.row]
    part = section.name if section else figure.part
    words = [word for word in (row if row != ALL or not part else "", part) if word]
    return f"{COUNTED[figure.what]}: {', '.join(words)}"


def behind(figure: Figure, short: Mapping[str, str]) -> str:
    """The cases behind a figure; returns are listed by case, each with its agencies' short names."""
    if figure.what in OF_CASES:
        return ", ".join(figure.references)
    agencies: dict[str, list[str]] = {}
    for reference in figure.references:
        case, _, agency = reference.partition(" ")
        agencies.setdefault(case, []).append(short.get(agency, agency))
    if figure.part in short:
        return ", ".join(agencies)
    named = {case: "all agencies" if len(names) == len(short) else ", ".join(names) for case, names in agencies.items()}
    return "; ".join(f"{case} ({names})" for case, names in named.items())
