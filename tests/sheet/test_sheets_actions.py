"""The tab Actions: a row an action, whatever people do to the sheet."""

from dataclasses import replace
from datetime import date, timedelta

from audit.actions.actions import ActionView, StepView
from audit.cycle.board import Board
from sandbox.sheets import Person
from tests.kit.acts import PLAIN
from tests.sheet.boards import NOW, board, sync
from tests.sheet.conftest import Sheet

TODAY = NOW.date()


def action(number: int, state: str = "open", due_on: date = TODAY, *notes: str) -> ActionView:
    steps = tuple(
        StepView(state, due_on, None, note, "Somebody", NOW, ("Head", "Deputy") if note == "Passed on." else None)
        for note in notes
    )
    one = replace(PLAIN, id=f"action-{number}", number=number, text=f"=Do thing {number}", due_on=due_on, steps=steps)
    if number % 2 == 0:
        one = replace(one, recommendation_id=None, recommendation=None, reference="T2-EAST-02")
    return replace(one, state=state, impact="partly" if state == "verified" else None)


def acted(*found: ActionView) -> Board:
    return replace(board(), actions=found)


FOUND = (
    action(1, "open", TODAY - timedelta(days=1)),
    action(2, "in_progress", TODAY),
    action(3, "verified", TODAY - timedelta(days=9), "Seen.", "", "Passed on."),
    action(4, "dropped", TODAY, "Overtaken."),
)


def test_a_row_an_action_and_what_is_overdue_stands_out(sheet: Sheet) -> None:
    sheet.draw(acted(*FOUND))
    rows = sheet.rows("Actions")
    assert [row["Status"] for row in rows.values()] == ["Open", "Verified", "In progress", "Dropped"]
    assert [row["Overdue"] for row in rows.values()] == ["Overdue", "", "", ""]
    assert [(row["Case or recommendation"], row["No."]) for row in rows.values()] == [
        ("Recommendation 1", "1"), ("Recommendation 1", "3"), ("T2-EAST-02", "2"), ("T2-EAST-02", "4"),
    ]  # fmt: skip
    third = rows["action-3"]
    assert (third["Did it change practice?"], third["Evidence, or why (newest)"]) == ("Partly", "Seen.")
    assert third["Action"] == "=Do thing 3", "text, whatever it looks like"
    assert sheet.draw(acted(*FOUND), sync=sync(2)).writes == 0


def test_words_are_withheld_where_the_setting_says_so(sheet: Sheet) -> None:
    sheet.draw(replace(acted(*FOUND), reflections=False))
    third = sheet.rows("Actions")["action-3"]
    assert (third["Action"], third["Evidence, or why (newest)"], third["Owner"]) == (
        "Withheld", "Withheld", "Inspector",
    )  # fmt: skip
    assert sheet.rows("Actions")["action-1"]["Evidence, or why (newest)"] == ""


def test_peoples_columns_and_order_stay_with_their_action(sheet: Sheet, person: Person) -> None:
    sheet.draw(acted(*FOUND[:3]))
    person.insert_columns("Actions", 5, 1)
    person.paste("Actions", "F1", [["Ours"], ["one"], ["two"], ["three"]])
    person.sort("Actions", "A2:M4", 2, descending=True)
    done = sheet.draw(acted(*FOUND), sync=sync(2))
    assert done.drift == ()
    rows = sheet.rows("Actions")
    assert {key: row["Ours"] for key, row in rows.items()} == {
        "action-1": "one", "action-3": "two", "action-2": "three", "action-4": "",
    }  # fmt: skip
    person.paste("Actions", "I2", [["Verified"]])
    assert sheet.draw(acted(*FOUND), sync=sync(3)).drift, "what is ours is put back"
    assert sheet.rows("Actions") == rows
