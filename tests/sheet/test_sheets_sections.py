"""A sheet of an audit that is graded by section: its columns, its colours, its own tab, and what it costs."""

from dataclasses import replace

from audit.cases.moderated_grades import ModerationView
from audit.cycle.board import Board
from audit.library.default import DEFAULT
from audit.scales import NOT_APPLICABLE, THREE_STEP
from audit.tools import Section
from sandbox.sheets import Person
from sheets.drawing import draw
from sheets.tabs import Tab
from tests.kit import graded, models, sectioned
from tests.sheet.boards import a1, sync
from tests.sheet.conftest import Sheet

VOICE, PLANNING, RECORDS, SUPERVISION = graded.STANDARDS
RETURN = "T2-EAST-01 Police"
WORSE = ModerationView("inadequate", None, "The plan was lost.", 1, 2, "Chair", models.NOW, section=PLANNING)


def tab(board: Board, key: str) -> Tab:
    return next(each for each in draw(board, sync()) if each.key == key)


def cells(board: Board, key: str, row_key: str) -> dict[str, object]:
    found = tab(board, key)
    row = next(row for row in found.rows if row.key == row_key)
    return dict(zip([column.key for column in found.columns], row.values, strict=True))


def moderated() -> Board:
    """The police's planning was moderated in the case East 1."""
    board = sectioned.board()
    place = next(at for at, case in enumerate(board.cases) if case.reference == "T2-EAST-01")
    lines = tuple(
        replace(line, moderated_sections={PLANNING: WORSE}) if line.agency == "Police" else line
        for line in board.cases[place].lines
    )
    return sectioned.changed(board, place, lines=lines)


def test_returns_has_each_sections_grade_and_what_the_meeting_made_of_it() -> None:
    row = cells(moderated(), "returns", RETURN)
    assert (row["grade"], row[f"section:{VOICE}"], row[f"section:{PLANNING}"]) == (
        "By section", "Requires improvement", "Good",
    )  # fmt: skip
    assert row["moderated_sections"] == "Planning: Inadequate"
    assert row["why_moderated_sections"] == "Planning: The plan was lost."
    headers = [column.header for column in tab(moderated(), "returns").columns]
    assert "Records: Why is it not applicable?" in headers
    headers = [column.header for column in tab(sectioned.board(graded.ALIKE), "returns").columns]
    assert {"Practice: What did you see?", "Oversight: What did you see?"} < {*headers}


def test_without_reflections_the_grades_of_sections_stay() -> None:
    row = cells(replace(moderated(), reflections=False), "returns", RETURN)
    assert (row[f"section:{PLANNING}"], row["moderated_sections"]) == ("Good", "Planning: Inadequate")
    assert (row[f"section:{graded.EVIDENCE}"], row["why_moderated_sections"]) == ("Withheld", "Withheld")


def test_no_sections_grade_of_an_unreleased_case_is_shown_where_others_read_along() -> None:
    board = moderated()
    place = next(at for at, case in enumerate(board.cases) if case.reference == "T2-EAST-01")
    kept = replace(sectioned.changed(board, place, released_at=None), unreleased=False)
    row = cells(kept, "returns", RETURN)
    assert {row[key] for key in row if key.startswith(("section:", "moderated", "why_"))} == {""}
    assert row["grade"] == "Sent"
    judged = cells(kept, "status", board.cases[place].id)
    assert (judged[f"judged:{VOICE}"], judged["judgement"]) == ("", "Awaiting the meeting")
    assert cells(kept, "by_section", f"{VOICE}:ratified")["total"] == 14


def test_status_has_what_the_meeting_gave_each_section() -> None:
    board = sectioned.board()
    row = cells(board, "status", board.cases[0].id)
    assert (row["judgement"], row[f"judged:{VOICE}"], row[f"judged:{RECORDS}"]) == (
        "By section", "Requires improvement", "Not applicable",
    )  # fmt: skip


def test_the_tab_by_section_has_the_numbers_and_a_row_adds_up() -> None:
    board = sectioned.board()
    found = tab(board, "by_section")
    for section, tally in board.graded:
        row = cells(board, "by_section", f"{section.key}:self")
        assert row["grade:good"] == tally.self_grades.grades["good"]
        assert (row["base"], row[NOT_APPLICABLE], row["total"]) == (
            tally.self_grades.base, tally.self_grades.not_applicable, tally.self_grades.total,
        )  # fmt: skip
    adding = [f"grade:{grade.key}" for grade in graded.SCALE.grades]
    adding += ["not_graded", "nil", "declined", "awaiting", "missed"]
    for each in found.rows[:-1]:
        row = cells(board, "by_section", each.key)
        assert sum(int(str(row[key] or 0)) for key in adding) == row["base"]
    [chart] = found.charts
    assert chart.rows == tuple(f"{key}:ratified" for key in graded.STANDARDS)
    assert [row.key for row in found.rows[: len(chart.rows)]] == [*chart.rows]
    assert tab(board, "tallies").charts == ()


def test_each_scale_has_its_own_columns_and_its_own_colours() -> None:
    plans = Section("plans", "Plans", "graded", scale=THREE_STEP)
    board = sectioned.board(replace(graded.SECTIONED, key="more", parts=(*graded.SECTIONED.parts, plans)))
    found = tab(board, "by_section")
    headers = [column.header for column in found.columns]
    assert [header for header in headers if header.startswith("Good")] == ["Good", "Good (scale 2)"]
    assert (cells(board, "by_section", f"{VOICE}:ratified")["grade2:good"], found.charts) == ("", ())
    assert cells(board, "by_section", "plans:self")["grade2:good"] == 0
    four, three = tab(board, "status").apart
    assert (four.columns[0], three.columns) == (f"judged:{VOICE}", ("judged:plans",))
    assert {"Requires improvement", "Not applicable"} <= {rule.text for rule in four.rules}
    assert "Adequate" in {rule.text for rule in three.rules}
    assert "Not applicable" not in {rule.text for rule in three.rules}


def test_an_audit_without_graded_sections_has_nothing_of_them() -> None:
    board = sectioned.board(graded.REQUIRED)
    plain = replace(board, cycle=replace(board.cycle, tool=DEFAULT), sections={})
    drawn = draw(plain, sync())
    keys = ["read_me", "status", "returns", "tallies", "actions", "changed", "ratified"]
    assert [each.key for each in drawn] == keys
    assert not [each.key for each in drawn if each.apart]
    assert not [column.key for each in drawn for column in each.columns if column.key.startswith(("judged", "no_ov"))]


def test_it_costs_no_more_calls_and_what_somebody_types_over_a_section_is_put_back(
    sheet: Sheet, person: Person
) -> None:
    done = sheet.draw(sectioned.board())
    assert (done.reads, done.writes, done.drift) == (1, 1, ())
    assert sheet.look.titles[:6] == ["Read me", "Status", "Returns", "Tallies", "Actions", "By section"]
    changed = sheet.draw(moderated(), sync=sync(2))
    assert (changed.reads, changed.writes, changed.drift) == (2, 1, ())
    header = [*sheet.look.grid("By section")[0]]
    person.insert_columns("By section", header.index("Good"))
    across, good = header.index("Good"), header.index("Good") + 1
    person.type("By section", a1(1, across), "our remark")
    person.type("By section", a1(1, good), "99")
    put_back = sheet.draw(moderated(), sync=sync(3))
    assert len(put_back.drift) == 1
    row = sheet.look.grid("By section")[1]
    assert (row[across], row[good]) == ("our remark", "11")
