from dataclasses import replace

import pytest

from audit.cycles import Board
from audit.releases import shared
from sandbox.slack.checks import problems
from tests.views import discussed, models, reading
from views.matrix import matrix
from views.parts import MESSAGE_CHARACTERS


def board(cases: int, agencies: int = 10, areas: int = 3, *, released: bool = False) -> Board:
    cycle = models.cycle(agencies=agencies, areas=areas)
    made = tuple(replace(each, released_at=models.NOW if released else None) for each in models.cases_of(cycle, cases))
    return shared(Board(cycle, made, models.tallied(cycle, cases), models.NOW, reflections=True))


def cells(of: Board) -> list[list[str]]:
    drawn = [each for each in matrix(of).blocks if each["type"] == "data_table"]
    assert len(drawn) == 1
    return [[cell["text"] for cell in row] for row in drawn[0]["rows"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("cases", "agencies"), [(0, 0), (1, 1), (15, 10), (40, 18), (15, 19), (100, 2), (101, 2), (400, 10)]
)
def test_it_fits_a_message_whatever_the_number(cases: int, agencies: int) -> None:
    content = matrix(board(cases, agencies, released=True))
    for blocks in (content.blocks, content.plain or []):
        assert not blocks or problems(blocks, "message") == []
    told = content.blocks if content.plain is None else content.plain
    assert len(reading.everything(told)) < MESSAGE_CHARACTERS + 2500
    assert models.CANARY not in str(content)


def test_before_release_it_says_who_has_answered_and_no_grade() -> None:
    unreleased, released = cells(board(15)), cells(board(15, released=True))
    assert (len(unreleased), len(unreleased[0])) == (16, 12)
    said = {text for row in unreleased[1:] for text in row[2:]}
    assert said == {"Sent", "Sent late", "Nil return", "Declined", "Awaited"}
    assert {"Outstanding", "Inadequate", "Not graded (Insufficient information)"} <= {
        text for row in released[1:] for text in row[2:]
    }


def test_an_agency_without_a_part_in_a_case_has_a_dash_there() -> None:
    drawn = board(1)
    fewer = replace(drawn.cases[0], lines=drawn.cases[0].lines[:3])
    assert cells(replace(drawn, cases=(fewer,)))[1][5:] == ["\N{EN DASH}"] * 7


def test_it_says_what_is_final_and_which_grade_was_moderated() -> None:
    of = board(3, released=True)
    first = of.cases[0]
    lines = (discussed.moderated(models.line(0, models.answers())), *first.lines[1:])
    judged = replace(first, lines=lines, judgement=models.judgement())
    of = replace(of, cases=(judged, *of.cases[1:]))
    rows = cells(of)
    assert rows[1][0] == f"{first.reference} (final)"
    assert rows[2][0] == of.cases[1].reference
    assert "Good (moderated: Requires improvement)" in rows[1]
    assert "1 of 3 cases ratified" in matrix(of).text
