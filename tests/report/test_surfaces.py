"""Whatever a cycle holds, every place says the same of it: command line, channel, sheet, Word and Markdown."""

from collections.abc import Sequence
from itertools import groupby
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.cycle import tally as tally_rules
from audit.cycle.board import Board
from audit.disclosure.risks import Rules
from audit.report.publishable import FEWEST
from sandbox import documents as documents_reading
from sandbox.slack.shapes import Obj
from sandbox.surfaces import Numbers, of_channel, of_command_line, of_document, of_sheet
from sheets.drawing import tallies
from storage.reports import Edition
from tests.kit import random_reports
from tests.kit.publishing import drawn
from views import documents
from views.cycle.tally import tally
from views.parts import Block
from views.report import editions

SOME = st.one_of(random_reports.boards(fewest=1), random_reports.boards(fewest=1, ratified=False))


def in_sheet(board: Board) -> Numbers:
    tab = tallies.tab(board)
    rows = [[row.key, "", *map(str, row.values)] for row in (tab.header, *tab.rows)]
    return of_sheet(rows)


def in_channel(board: Board, blocks: Sequence[Block] | None = None) -> Numbers:
    message = tally(board.cycle, board.tally, board.now, board.themes)
    return of_channel([cast("Obj", {"text": message.text, "blocks": blocks or message.blocks})])


@settings(max_examples=25, deadline=None)
@given(SOME)
def test_every_place_says_the_same(board: Board) -> None:
    said = of_command_line(tally_rules.to_json(board.tally, board.themes))
    assert said.grades == {
        **{grade.label.lower(): board.tally.ratified.grades[grade.key] for grade in board.cycle.scale.grades},
        "not graded": board.tally.ratified.not_graded_in_all,
    }
    assert in_sheet(board) == said
    contents = random_reports.report(board)
    full = editions.document(contents, Edition.FULL, 1, board.now)
    assert of_document(documents_reading.of_markdown(documents.markdown(full))[0]) == said
    plain = tally(board.cycle, board.tally, board.now, board.themes).plain
    for blocks in (None, plain):
        shown = in_channel(board, blocks)
        assert shown.themes == said.themes
        assert shown.grades == said.grades or not contents.ratified, "before the first there are only self-grades"


@settings(max_examples=4, deadline=None)  # its charts are drawn
@given(random_reports.boards(fewest=FEWEST, most=4))
def test_the_word_file_and_the_public_edition_say_it_too(board: Board) -> None:
    """The public edition as far as it says anything, as if three cases were enough."""
    said = of_command_line(tally_rules.to_json(board.tally, board.themes))
    contents = random_reports.report(board)
    rules = Rules(enough=FEWEST, seconds=100.0)
    for edition in (Edition.FULL, Edition.PUBLIC):
        told = of_document(documents_reading.of_word(documents.docx(drawn(contents, edition, rules)))[0])
        if edition == Edition.FULL:
            assert told == said
        assert told.grades in ({}, said.grades)
        assert told.themes in ({}, said.themes)


@settings(max_examples=40)
@given(random_reports.boards(fewest=1))
def test_the_parts_come_to_the_whole(board: Board) -> None:
    """By area, from the sheet's own rows."""
    tab = tallies.tab(board)
    numbers = slice(2, -2)  # between what is counted and the total with what was found in
    rows = [(row.key.rpartition(":")[0], row.key, row.values[numbers]) for row in tab.rows]
    whole = {key: values for _, key, values in rows}
    parts = {group: [each[2] for each in some] for group, some in groupby(rows, lambda each: each[0])}
    for group, total in (("ratified:area", "ratified:all"), ("self:area", "self:all"), ("self:agency", "self:all")):
        sums = [sum(cast("int", one or 0) for one in column) for column in zip(*parts.get(group, []), strict=True)]
        assert sums == [] or sums == [cast("int", one or 0) for one in whole[total]]
