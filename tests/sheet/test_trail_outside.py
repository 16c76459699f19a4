"""The heads of the trail's chains stand in the sheet, where nobody who has the database alone can change them."""

from audit import trail_check
from storage import chain
from tests.kit.play import Play
from tests.kit.sheet_talk import asked


def test_the_heads_of_the_trail_stand_in_it_and_prove_it(drawn: Play) -> None:
    chain.seal(drawn.sessions)
    asked(drawn, "sheet", "rebuild", "2")
    drawn.settled()
    [row] = [row for row in drawn.drive.spreadsheet(drawn.spreadsheet_id).grid("Read me") if "Trail" in row]
    of_the_audit, of_none, how = str(row[-1]).split("\n")
    assert of_the_audit.startswith("2-")
    assert "roundtable trail verify --head" in how
    with drawn.reading() as session:
        assert trail_check.check(session, (of_the_audit, of_none)).wrong == []
        [wrong] = trail_check.check(session, (of_the_audit.replace("2-", "2-9", 1),)).wrong
    assert "its end was cut off, or this is an older copy" in wrong
