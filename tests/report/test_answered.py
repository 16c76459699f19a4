"""A report on an audit whose questions are counted: every number is traced, and none is for the public."""

from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from audit.cycle.tally import DoesNotAddUp
from audit.figures.statistics import statistics
from audit.library.default import DEFAULT
from audit.report import provenance, public_facts, publishable
from audit.report.contents import Contents
from audit.report.gather import written
from audit.report.publishable import Publishable
from audit.report.words_that_stay import OURS, readable
from storage import text_removal
from storage.reports import Edition
from tests.kit import counted, models, random_reports
from tests.kit.counted import AGE, VISITS
from views.documents import Table, markdown
from views.report.answers_chapter import UNPUBLISHED
from views.report.editions import document

EVERYTHING = Publishable(frozenset(publishable.TABLES))


def said(areas: tuple[str, ...] | None = None) -> Contents:
    board = counted.board()
    cycle = board.cycle if areas is None else replace(board.cycle, areas=areas)
    return written(counted.made(replace(board, cycle=cycle)), random_reports.METHOD, {})


def told(contents: Contents, edition: str = "full") -> str:
    return markdown(document(contents, edition, 1, models.NOW, shown=None if edition == "full" else EVERYTHING))


def test_every_number_is_traced_to_the_returns_behind_it() -> None:
    contents = said()
    figures = {(each.what, each.part, each.row): each for each in contents.figures if each.what == "answered"}
    rows = [(each, row) for each in contents.answered for row in ("asked", *each.labels)]
    numbers = {("answered", each.key, row): each.whole.rows[row] for each, row in rows if each.whole.rows[row]}
    assert {key: len(each.references) for key, each in figures.items()} == numbers
    visits = figures["answered", VISITS, "asked"].references
    assert set(visits) == {f"{each.reference} Police" for each in contents.cases}
    text = told(contents)
    assert "| Partly | 50 |" in text
    assert "Answered: Partly, Was planning begun? (50): " in text
    assert "Answered: returns asked, At what age? (100): " in text


def test_a_number_without_its_returns_makes_no_report() -> None:
    board = counted.board()
    figures = provenance.figures(board.cases, (), board.cycle.scale, (), board.answered)
    reckoned = statistics(board)
    provenance.check(figures, board.tally, reckoned, (), board.answered)
    fewer = [each for each in figures if (each.part, each.row) != (AGE, "given")]
    with pytest.raises(DoesNotAddUp, match="answered age given is 80, but 0"):
        provenance.check(fewer, board.tally, reckoned, (), board.answered)


def test_areas_that_dont_come_to_the_whole_make_no_report() -> None:
    board = counted.board()
    first = board.answered[0]
    lost = replace(first, by_area=dict([*first.by_area.items()][1:]))
    figures = provenance.figures(board.cases, (), board.cycle.scale, (), board.answered)
    with pytest.raises(DoesNotAddUp, match="Was the child seen"):
        provenance.check(figures, board.tally, statistics(board), (), (lost,))


def test_the_full_edition_has_a_table_for_each_question() -> None:
    contents = said()
    found = document(contents, "full", 1, models.NOW)
    tables = {each.caption: each for each in found.parts if isinstance(each, Table)}
    age = tables["At what age? (asked in 100 of 150 returns)"]
    assert age.head == ("Answer", "All", *contents.areas)
    assert [row[0] for row in age.rows][-3:] == [("Lowest",), ("Median",), ("Highest",)]
    assert "(Invented)" not in "".join(map(str, tables.values()))


def test_many_areas_stand_in_several_tables_and_none_in_one() -> None:
    contents = said()
    areas = tuple(f"Area {number}" for number in range(13))
    many = [replace(each, by_area=dict.fromkeys(areas, each.whole)) for each in contents.answered]
    for changed, count in ((tuple(many), 3), (tuple(replace(each, by_area={}) for each in many), 1)):
        found = document(replace(contents, answered=changed), "full", 1, models.NOW)
        heads = [each.head for each in found.parts if isinstance(each, Table) and each.caption.startswith("Referred")]
        assert [area for head in heads for area in head[2:]] == ([*areas] if count > 1 else [])
        assert len(heads) == count


def test_its_numbers_stay_when_what_people_wrote_is_removed() -> None:
    contents = said()
    stored = TypeAdapter(Contents)
    about = {word for part in counted.TOOL.to_json() for word in map(str, part.values())}
    about |= {choice.label for part in counted.TOOL.parts for choice in part.offered}
    about |= {*contents.areas, *(each.reference for each in contents.cases)}
    left = text_removal.without_words(stored.dump_json(contents).decode(), OURS | about)
    assert readable("reports", left)
    kept = stored.validate_json(left)
    assert kept.answered == contents.answered


def test_no_answers_number_is_offered_to_the_public_and_the_edition_says_so() -> None:
    contents = said()
    for edition in (Edition.PUBLIC, Edition.BRIEFING):
        facts = {fact.what for offer in public_facts.offers(contents, edition) for fact in offer.facts}
        assert "answered" not in facts
        assert "Was planning begun?" not in told(contents, edition)
    assert UNPUBLISHED in told(contents, "public")
    usual = written(replace(counted.board(DEFAULT), answered=()), random_reports.METHOD, {})
    assert UNPUBLISHED not in told(usual, "public")
    assert "What was answered" not in told(usual)
