"""Whatever a cycle holds, every place says the same of it: command line, channel, sheet, Word and Markdown."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import cast

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from audit.cycle import tally as tally_rules
from audit.cycle.board import Board
from audit.errors import Refused
from audit.report.contents import Contents
from audit.report.disclosure import publishable
from sandbox import documents as reading
from sandbox.slack.shapes import Obj
from sandbox.surfaces import Numbers, of_channel, of_command_line, of_document, of_sheet
from sheets.drawing import tallies as drawing
from storage.reports import Edition
from tests.kit import random_reports
from views import documents
from views.cycle.tally import tally
from views.parts import Block
from views.report import editions

SOME = st.one_of(random_reports.boards(fewest=1), random_reports.boards(fewest=1, ratified=False))


def in_sheet(board: Board) -> Numbers:
    tab = drawing.tab(board)
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
    assert of_document(reading.of_markdown(documents.markdown(full))[0]) == said
    plain = tally(board.cycle, board.tally, board.now, board.themes).plain
    for blocks in (None, plain):
        shown = in_channel(board, blocks)
        assert shown.themes == said.themes
        assert shown.grades == said.grades or not contents.ratified, "before the first there are only self-grades"


def there_is(contents: Contents, edition: Edition) -> bool:
    """Whether such an edition may be made at all."""
    try:
        publishable(contents, edition)
    except Refused:
        return False
    return True


def coarsened(said: Numbers) -> Numbers:
    """As people outside are told it of fewer than ten cases: a theme of one or two isn't told apart."""
    return replace(
        said, themes={theme: re.sub("^[12] of", "fewer than 3 of", each) for theme, each in said.themes.items()}
    )


@settings(max_examples=4, deadline=None)  # its charts are drawn
@given(random_reports.boards(fewest=3, most=4))
def test_the_word_file_and_the_public_edition_say_it_too(board: Board) -> None:
    said = of_command_line(tally_rules.to_json(board.tally, board.themes))
    contents = random_reports.report(board)
    assume(there_is(contents, Edition.PUBLIC))
    for edition in (Edition.FULL, Edition.PUBLIC):
        file = documents.docx(editions.document(contents, edition, 1, board.now))
        assert of_document(reading.of_word(file)[0]) == (said if edition == Edition.FULL else coarsened(said))


@settings(max_examples=40)
@given(random_reports.boards(fewest=1))
def test_the_parts_come_to_the_whole(board: Board) -> None:
    """By area, from the sheet's own rows."""
    tab = drawing.tab(board)
    numbers = slice(2, -2)  # between what is counted and the total with what was found in
    rows = [(row.key.rpartition(":")[0], row.key, row.values[numbers]) for row in tab.rows]
    whole = {key: values for _, key, values in rows}
    parts = {group: [each[2] for each in some] for group, some in groupby(rows, lambda each: each[0])}
    for group, total in (("ratified:area", "ratified:all"), ("self:area", "self:all"), ("self:agency", "self:all")):
        sums = [sum(cast("int", one or 0) for one in column) for column in zip(*parts.get(group, []), strict=True)]
        assert sums == [] or sums == [cast("int", one or 0) for one in whole[total]]
