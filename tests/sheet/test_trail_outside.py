"""The heads of the trail's chains stand in the sheet, where nobody who has the database alone can change them."""

import re
from pathlib import Path

from sqlalchemy import delete, select, update

from audit import trail_check
from sandbox.sheets import BOT
from storage import chain
from storage.sheet_state import SheetState
from storage.trail import TrailEntry, TrailHead
from tests.kit.play import Play
from tests.kit.served import within
from tests.kit.sheet_talk import asked
from tests.kit.trails import off


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


def put_back_an_older_copy(drawn: Play) -> None:
    """One that is whole in itself."""
    with drawn.sessions.begin() as session:  # an older copy, whole in itself
        off(session.connection())
        [name] = [name for name in chain.heads(session) if name]
        of_the_audit = TrailEntry.cycle_id == name
        session.execute(delete(TrailEntry).where(of_the_audit, TrailEntry.place > 1))
        link = session.scalars(select(TrailEntry.link).where(of_the_audit, TrailEntry.place == 1)).one()
        older = chain.heads(session) | {name: chain.ChainHead(1, link or "")}
        session.execute(update(TrailHead).values(head=chain.sealed_heads(session, older)))


def test_verify_looks_into_the_sheet_by_itself(drawn: Play, tmp_path: Path) -> None:
    chain.seal(drawn.sessions)
    asked(drawn, "sheet", "rebuild", "2")
    drawn.settled()
    settings = drawn.settings
    given = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "ENCRYPTION_KEYS": settings.encryption_keys.get_secret_value(),
        "GOOGLE_SERVICE_ACCOUNT": str(settings.google_service_account),
        "GOOGLE_API_URL": settings.google_api_url or "",
    }
    done = within("trail", "verify", given=given, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "They were compared with 2 heads from outside the database." in done.stdout
    put_back_an_older_copy(drawn)
    done = within("trail", "verify", given=given, cwd=tmp_path)
    assert done.returncode == 1
    said = r"A head kept outside says that the chain of audit 2 has had \d+ entries, .* or this is an older copy\.$"
    assert re.search(said, done.stderr, re.MULTILINE)
    drawn.drive.revoke(drawn.spreadsheet_id, BOT)
    done = within("trail", "verify", given=given, cwd=tmp_path)
    assert "compared with 0 heads" in done.stdout
    assert done.stderr.startswith("The sheet of audit 2 wasn't checked: ")


def test_an_older_copy_doesnt_draw_over_what_tells_of_it(drawn: Play) -> None:
    """A process looks before it draws for the first time, what is lent too; what it finds, a person decides about."""
    theirs = drawn.drive.create_spreadsheet("For the Police", share_with=(BOT,))
    asked(drawn, "sheet", "bind", "2", theirs, "--for", "Police")
    chain.seal(drawn.sessions)
    asked(drawn, "sheet", "rebuild", "2")
    drawn.settled()
    before = grid(drawn, drawn.spreadsheet_id), grid(drawn, theirs)
    put_back_an_older_copy(drawn)
    with drawn.sessions.begin() as session:
        session.execute(update(SheetState).values(drawers=["another"], wanted=SheetState.wanted + 1))
    older = "an older copy of it may have been put back"
    assert drawn.until(lambda: [older in str(sheet.error) for sheet in drawn.status().sheets] == [True, True])
    assert (grid(drawn, drawn.spreadsheet_id), grid(drawn, theirs)) == before
    asked(drawn, "sheet", "rebuild", "2")
    asked(drawn, "sheet", "rebuild", "2", "--for", "Police")
    drawn.settled()
    assert [sheet.error for sheet in drawn.status().sheets] == [None, None]


def grid(drawn: Play, spreadsheet_id: str) -> str:
    return str(drawn.drive.spreadsheet(spreadsheet_id).grid("Read me"))
