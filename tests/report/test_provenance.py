"""Every figure of a report leads to exactly the cases, or returns, that it counts."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings

from audit.cycle.tally import DoesNotAddUp
from audit.report import provenance
from audit.report.contents import Contents, fingerprint
from tests.kit import models, random_reports
from tests.kit.random_reports import AGENCIES
from views.documents import Document, FigureMark, Heading, Line, Paragraph, Part, Strong, Table, inline, markdown
from views.report import traces
from views.report.editions import document
from views.report.traces import behind

SHORT = {name: name for name in AGENCIES}


def full(contents: Contents) -> Document:
    return document(contents, "full", 1, models.NOW)


def test_every_name_of_a_figure_has_its_place_and_its_word() -> None:
    assert set(provenance.ORDER) == set(traces.COUNTED)
    assert set(provenance.ORDER) >= provenance.OF_CASES | provenance.OF_SECTIONS


@settings(max_examples=40)
@given(random_reports.contents(ratified=False))
def test_every_mark_leads_to_as_many_references_as_its_number_says(contents: Contents) -> None:
    """In tables and words alike; in tables of grades, a number without a mark is a zero."""
    behind_marks = {figure.number: len(figure.references) for figure in contents.figures}
    for part in full(contents).parts:
        of_grades = isinstance(part, Table) and part.caption.startswith(
            ("Judgements", "Self-grades of", "Self-grades by")
        )
        for line in lines(part):
            for number, marks in numbers(line):
                assert number == sum(behind_marks[mark.number] for mark in marks) or not (marks or of_grades), line


@settings(max_examples=20)
@given(random_reports.contents(ratified=False, fewest=1))
def test_the_annex_lists_every_number_that_stands_in_the_report_once(contents: Contents) -> None:
    parts = full(contents).parts
    place = parts.index(Heading(traces.TITLE))
    marks = {
        piece.number
        for part in parts[:place]
        for line in lines(part)
        for piece in line
        if isinstance(piece, FigureMark)
    }
    annex = "\n".join("".join(map(str, line)) for part in parts[place:] for line in lines(part)).splitlines()
    for figure in contents.figures:
        listed = [each for each in annex if each.startswith(f"{traces.counts(figure, contents)} (")]
        assert len(listed) == (figure.number in marks), figure
        told = [listed[0].removeprefix(f"{traces.counts(figure, contents)} (").partition("): ")] if listed else []
        for number, _, cases in told:
            assert int(number) == len(figure.references)
            assert cases in {"every case", "every return", behind(figure, dict(contents.agencies))}
    text = markdown(full(contents))
    assert not re.search(r"\bF\d+\b", text), "nothing in the text is a sign that has to be looked up"


def test_as_markdown_each_figures_cases_have_a_line_of_their_own() -> None:
    two = Paragraph(inline(Strong("Judgements"), "\n", "Good (2): T2-EAST-01", "\n", "Weak (1): T2-EAST-02"))
    text = markdown(Document("x", "T", "", (two,)))
    assert "**Judgements**  \nGood (2): T2-EAST-01  \nWeak (1): T2-EAST-02\n" in text


def lines(part: Part) -> list[Line]:
    """All that a part says in lines."""
    if isinstance(part, Table):
        return [cell for row in part.rows for cell in row]
    return [*getattr(part, "items", ()), *([part.line] if isinstance(part, Paragraph) else [])]


def numbers(line: Line) -> list[tuple[int, list[FigureMark]]]:
    """Every number that stands alone in a line, with the marks that follow it."""
    found: list[tuple[int, list[FigureMark]]] = []
    for piece in line:
        if isinstance(piece, FigureMark):
            found[-1][1].append(piece)
        elif str(piece).isdecimal():
            found.append((int(str(piece)), []))
    return found


@settings(max_examples=40)
@given(random_reports.contents(ratified=False))
def test_figures_are_the_tally_and_each_reference_counts_once(contents: Contents) -> None:
    provenance.check(contents.figures, contents.tally, contents.statistics)
    for figure in contents.figures:
        assert len(set(figure.references)) == len(figure.references)
        assert all(behind(figure, SHORT).count(reference.split()[0]) for reference in figure.references)
    judged = [figure for figure in contents.figures if figure.what == "ratified" and not figure.part]
    assert sorted(reference for figure in judged for reference in figure.references) == [
        case.reference for case in contents.cases
    ]
    for theme in contents.themes:
        [figure] = [each for each in contents.figures if (each.what, each.part) == ("theme", theme.label)]
        assert figure.references == theme.references


@settings(max_examples=20)
@given(random_reports.contents(fewest=1, most=3))
def test_a_figure_with_a_case_too_few_makes_no_report(contents: Contents) -> None:
    first = contents.figures[0]
    spoilt = (replace(first, references=first.references[:-1]), *contents.figures[1:])
    with pytest.raises(DoesNotAddUp, match="doesn't add up, so it isn't made"):
        provenance.check(spoilt, contents.tally, contents.statistics)


@settings(max_examples=10)
@given(random_reports.contents(ratified=False, most=3))
def test_what_says_the_same_is_the_same_version(contents: Contents) -> None:
    assert fingerprint(contents) == fingerprint(replace(contents))
    assert fingerprint(contents) != fingerprint(replace(contents, origin="Another one."))
