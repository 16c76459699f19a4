"""What people do in the browser, as tests and the page play it."""

from sandbox.sheets import Drive, Person


def test_a_person_has_their_way(drive: Drive, key: str, person: Person) -> None:
    person.paste("Sheet1", "A1", [["case", "n"], ["b", "2"], ["a", "10"], ["c", "1"]])
    person.sort("Sheet1", "A2:B4", 1, descending=True)
    assert [row[0] for row in drive.spreadsheet(key).grid("Sheet1")] == ["case", "a", "b", "c"]
    person.filter("Sheet1", "A1:B4", 0, ["b"])
    assert drive.spreadsheet(key).hidden("Sheet1", "ROWS") == [2]
    person.hide_rows("Sheet1", 3)
    person.hide_column("Sheet1", 1)
    assert drive.spreadsheet(key).hidden("Sheet1", "COLUMNS") == [1]
    person.insert_columns("Sheet1", 0)
    person.insert_rows("Sheet1", 1)
    person.move_columns("Sheet1", 0, 3)
    person.move_rows("Sheet1", 0, 2)
    person.delete_rows("Sheet1", 0)
    person.delete_columns("Sheet1", 2)
    assert drive.spreadsheet(key).grid("Sheet1")[0] == ["case", "n"]
    person.type("Sheet1", "A1", "31/12/2025")
    person.colour("Sheet1", "A1", 0, 1, 0)
    person.note("Sheet1", "A1", "why?")
    person.merge("Sheet1", "D1:E2")
    assert drive.spreadsheet(key).colour("Sheet1", 0, 0) == (0, 1, 0)
    assert person.add_rows_below("Sheet1", [["mine", "2"]]) == 4
    person.clear("Sheet1", "A1:B1")
    assert drive.spreadsheet(key).grid("Sheet1")[0] == ["", ""]
    person.add_tab("Notes", 0)
    person.rename_tab("Sheet1", "Board")
    person.move_tab("Notes", 2)
    assert drive.spreadsheet(key).titles == ["Board", "Notes"]
    person.delete_tab("Notes")
    assert drive.counts()["writes"] == 0


def test_the_page_can_draw_it(drive: Drive, key: str, person: Person) -> None:
    person.paste("Sheet1", "A1", [["a", "=1+1"]])
    person.note("Sheet1", "B1", "sum")
    person.colour("Sheet1", "A1", 1, 0, 0)
    shown = drive.spreadsheet(key).as_json()["sheets"][0]
    assert shown["grid"] == [["a", "2"]]
    assert shown["notes"] == [[0, 1, "sum"]]
    assert shown["formats"][0][:2] == [0, 0]
