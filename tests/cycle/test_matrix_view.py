from dataclasses import replace

import pytest

from audit.cycle.outline import Outline
from sandbox.slack.checks import problems
from tests.kit import discussed, graded, models, reading
from views.cycle.matrix import SHOW, matrix, view
from views.parts import escape

RUDE = [grade.key for grade in models.RUDE_SCALE.grades]


def board(cases: int, agencies: int = 10, areas: int = 3, *, released: bool = False) -> Outline:
    cycle = models.cycle(agencies=agencies, areas=areas)
    made = tuple(replace(each, released_at=models.NOW if released else None) for each in models.cases_of(cycle, cases))
    return Outline(cycle, made, models.NOW).conceal()


def told(of: Outline) -> list[str]:
    """What the message says of each case."""
    texts = "\n".join(str(each) for block in matrix(of).blocks for each in reading.marked_up(block))
    return [f"*{part}" for part in texts.split("\n*")[1:] if part.startswith("R")]


@pytest.mark.parametrize(
    ("cases", "agencies"), [(0, 0), (1, 1), (15, 10), (40, 18), (15, 19), (100, 2), (101, 2), (400, 10)]
)
def test_it_fits_a_message_whatever_the_number_and_what_does_not_fit_is_a_button_away(
    cases: int, agencies: int
) -> None:
    of = board(cases, agencies, released=True)
    content = matrix(of)
    assert content.plain is None, "words, which every Slack shows"
    assert problems(content.blocks, "message") == []
    assert models.CANARY not in str(content)
    listed = len(told(of))
    offered = [(each["action_id"], each["value"]) for each in reading.buttons(content.blocks)]
    assert offered == ([(SHOW, of.cycle.id)] if listed < cases else [])
    assert (f"and {cases - listed} case" in reading.everything(content.blocks)) == (listed < cases)


@pytest.mark.parametrize("kinds", [1, 4, 81])
def test_a_case_fits_whatever_its_many_agencies_are_called(kinds: int) -> None:
    of = board(2, released=True)
    results = [(own, settled) for own in RUDE for settled in RUDE][:kinds]
    lines = [discussed.moderated(models.line(n, models.answers(grade=results[n % kinds][0]))) for n in range(100)]
    lines = [
        replace(line, agency="&" * 20, moderated=replace(line.moderated, grade=results[n % kinds][1]))
        for n, line in enumerate(lines)
        if line.moderated
    ]
    of = replace(of, cases=tuple(replace(case, scale=models.RUDE_SCALE, lines=tuple(lines)) for case in of.cases))
    assert problems(view(of), "modal") == []
    assert problems(matrix(of).blocks, "message") == []
    assert ("more: read the summary" in reading.everything(view(of))) == (kinds > 4)


@pytest.mark.parametrize("cases", [0, 1, 400])
def test_every_case_is_on_a_page(cases: int) -> None:
    of = board(cases, released=True)
    seen, page = "", 0
    while True:
        modal = view(of, page)
        assert problems(modal, "modal") == []
        seen += reading.everything(modal)
        if not [each for each in reading.buttons(modal) if each["value"] == str(page + 1)]:
            break
        page += 1
    assert all(f"*{escape(case.reference)}" in seen for case in of.cases)
    assert view(of, 99) == modal


def test_no_table_makes_a_phone_scroll_sideways() -> None:
    assert {block["type"] for block in matrix(board(15)).blocks} == {"header", "section", "context", "actions"}


def test_before_release_it_says_who_has_answered_and_no_grade() -> None:
    unreleased, released = "".join(told(board(15))), "".join(told(board(15, released=True)))
    for said in ("Sent: ", "Sent late: ", "Nil return: ", "Declined: ", "Awaited: "):
        assert said in unreleased
    for grade in ("Outstanding: ", "Inadequate: ", "Not graded (Insufficient information): "):
        assert grade in released
        assert grade not in unreleased


def test_agencies_stand_by_grade_the_best_first_and_an_agency_without_a_part_nowhere() -> None:
    first = board(1, released=True)
    given: list[tuple[str, str | None]] = [("inadequate", None), ("good", None), ("good", None)]
    given += [("not_graded", "other"), ("not_graded", "not_involved"), ("not_graded", "other")]
    lines = [models.line(n, models.answers(grade=grade, reason=reason)) for n, (grade, reason) in enumerate(given)]
    short = [replace(line, agency=f"A{n}") for n, line in enumerate(lines)]
    short.insert(4, models.line(8, None, "nil"))
    [said] = told(replace(first, cases=(replace(first.cases[0], lines=(*short, models.line(4, None))),)))
    assert said.split("\n")[1].startswith("Good: A1, A2 · Inadequate: A0 · Not graded (")
    assert [part.partition(":")[0] for part in said.split("\n")[1].split(" · ")][2:] == [
        "Not graded (Not involved in the period)", "Not graded (Another reason)", "Nil return", "Awaited",
    ]  # fmt: skip
    assert "working day" not in reading.everything(matrix(first).blocks)
    alike = [replace(models.line(n, models.answers(grade="good")), agency=f"A{n}") for n in range(4)]
    for lines, who in ((alike, "all 4 agencies"), (alike[:3], "A0, A1, A2")):
        [said] = told(replace(first, cases=(replace(first.cases[0], lines=tuple(lines)),)))
        assert said.split("\n")[1] == f"Good: {who}"


def test_it_says_what_is_final_and_which_grade_was_moderated() -> None:
    of = board(3, released=True)
    first = of.cases[0]
    lines = (discussed.moderated(models.line(0, models.answers())), *first.lines[1:])
    judged = replace(first, lines=lines, judgement=models.judgement())
    of = replace(of, cases=(judged, *of.cases[1:]))
    rows = told(of)
    assert rows[0].startswith(f"*{escape(first.reference)} (ratified)*")
    assert rows[1].startswith(f"*{escape(of.cases[1].reference)}*")
    assert "Good (moderated: Requires improvement): " in rows[0]
    assert "1 of 3 cases ratified" in matrix(of).text


def test_a_case_says_on_which_sections_its_agencies_are_furthest_apart_first_once_it_is_released() -> None:
    given = {
        "Police": {graded.VOICE: "good", graded.PLANNING: "inadequate", graded.RECORDS: "good"},
        "YOT": {graded.VOICE: "outstanding", graded.PLANNING: "good", graded.RECORDS: "good"},
    }
    cases = (graded.case(given), replace(graded.case(given), reference="R2", released_at=None))
    of = Outline(models.cycle(), cases, models.NOW).conceal()
    said = reading.everything(view(of))
    assert said.count("Sections apart:_ Planning (Good to Inadequate) · Voice of the child (Outstanding to Good)") == 1
    assert "Records (" not in said
    worst = {f"{n}": {f"{'k' * 62}{at:02}": f"g{1 + 10 * (n % 2)}" for at in range(12)} for n in range(10)}
    of = replace(of, cases=(graded.case(worst, tool=graded.many(12, own=True)),) * 15)
    assert "and 9 more" in reading.everything(view(of))
    assert problems(view(of), "modal") == []
    assert problems(matrix(of).blocks, "message") == []
