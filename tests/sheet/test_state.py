"""The sheet through the doors: what coordinators are told of it, may ask of it, and do about it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, update

from audit.sheet import state as state_rules
from audit.sheet import stops
from sandbox.sheets import BOT, Person
from sandbox.slack import Outcome
from storage.clock import wall
from storage.crypto import new_key
from storage.cycles import Cycle
from storage.messages import Message, MessageKind
from storage.returns import Return
from storage.sheet_state import SheetState
from tests.kit import managing, pressing
from tests.kit.forging import command, send
from tests.kit.judging import REFERENCE, answered, released
from tests.kit.looking import entries
from tests.kit.play import GRADED, Play
from tests.kit.pressing import submitted
from tests.kit.served import forked
from tests.kit.sheet_talk import COORDINATOR, asked, kept, redrawn, told


def error(play: Play) -> str:
    return play.status().sheets[0].error or ""


def mended(play: Play) -> None:
    """As if the quarter of an hour until the next look were over: wall time can't be moved."""
    with play.sessions.begin() as session:
        session.execute(update(SheetState).values(next_try_at=wall()))
    play.settled()


@pytest.mark.both_databases
def test_access_withdrawn_is_told_once_and_drawn_when_it_returns(drawn: Play) -> None:
    drawn.drive.revoke(drawn.spreadsheet_id, BOT)
    asked(drawn, "sheet", "rebuild", "2")
    assert drawn.until(lambda: len(told(drawn, "can't be updated")) == 1)
    assert BOT in json.dumps(told(drawn, "can't be updated"))
    for _ in range(2):  # looked at again, still without access
        with drawn.sessions.begin() as session:
            session.execute(update(SheetState).values(next_try_at=wall(), error=None))
        assert drawn.until(lambda: "share it with" in error(drawn))
    home = drawn.person(COORDINATOR)
    home.open_home()
    assert "It will be tried again" in json.dumps(drawn.home_button(COORDINATOR, "sheet.show", "Sheet of audit 2"))
    assert len(told(drawn, "can't be updated")) == 1
    assert told(drawn, "can be updated again") == []

    drawn.drive.share(drawn.spreadsheet_id, BOT)
    Person(drawn.drive, drawn.spreadsheet_id).delete_tab("Status")
    mended(drawn)
    assert "Status" in drawn.drive.spreadsheet(drawn.spreadsheet_id).titles
    assert (len(told(drawn, "can be updated again")), told(drawn, "can't be updated")) == (1, [])

    drawn.drive.revoke(drawn.spreadsheet_id, BOT)
    asked(drawn, "sheet", "rebuild", "2")
    assert drawn.until(lambda: len(told(drawn, "can't be updated")) == 1)
    assert len(told(drawn, "can be updated again")) == 1


def test_a_deleted_sheet_then_another_one_is_drawn_in_full(drawn: Play) -> None:
    drawn.drive.delete(drawn.spreadsheet_id)
    asked(drawn, "sheet", "rebuild", "2")
    assert drawn.until(lambda: len(told(drawn, "gone")) == 1)
    another = drawn.drive.create_spreadsheet("Audit 2, anew", share_with=(BOT,))
    said = asked(drawn, "sheet", "bind", "2", f"https://docs.google.com/spreadsheets/d/{another}/edit")
    assert "“Audit 2, anew”" in said
    assert f"Who can open it: coordinator@example.org (owner), {BOT} (editor)." in said
    drawn.settled()
    with drawn.reading() as session:
        returns = len(session.scalars(select(Return.id)).all())
    assert len([row for row in drawn.drive.spreadsheet(another).grid("Returns") if row[0]]) == returns + 1
    assert len(told(drawn, "can be updated again")) == 1
    status = json.loads(asked(drawn, "sheet", "status", "2", "--json"))
    assert (status["behind"], status["error"], status["spreadsheet_id"]) == (False, None, another)
    assert status["readers"] == ["coordinator@example.org (owner)", f"{BOT} (editor)"]


@contextmanager
def unchanged(play: Play) -> Iterator[None]:
    """Neither the binding nor the sheet's row changes."""

    def look() -> list[tuple[object, ...]]:
        with play.reading() as session:
            columns = select(SheetState.spreadsheet_id, SheetState.wanted, SheetState.readers)
            bound = session.execute(columns.join(Cycle, SheetState.cycle_id == Cycle.id).order_by(Cycle.number))
            return [tuple(row) for row in bound]

    before = look()
    yield
    assert look() == before


def open_to_all(play: Play) -> str:
    another = play.drive.create_spreadsheet("Another", share_with=(BOT,))
    play.drive.share(another, "", "reader", "anyone")
    return another


def of_another_cycle(play: Play) -> str:
    file = play.file["setup"]
    other = {"note": "Another.", "setup": file | {"cycle": file["cycle"] | {"number": 3}}}
    path = play.settings.clock_file
    assert path
    path = path.with_name("other.json")
    path.write_text(json.dumps(other))
    asked(play, "cycle", "load", str(path))
    another = play.drive.create_spreadsheet("Of cycle 3", share_with=(BOT,))
    asked(play, "sheet", "bind", "3", another)
    return another


REFUSED: dict[str, tuple[Callable[[Play], str], str]] = {
    "no spreadsheet": (lambda _: "https://example.org/budget", "isn't the address of a Google Sheet"),
    "not shared": (lambda play: play.drive.create_spreadsheet("Private"), f"share it with {BOT} as Editor"),
    "not there": (lambda _: "1" * 44, f"isn't shared with {BOT}"),
    "open to all": (open_to_all, "Anyone who has its link"),
    "of another cycle": (of_another_cycle, "already belongs to audit 3"),
}


@pytest.mark.parametrize("why", list(REFUSED))
def test_binding_refuses_in_a_sentence_and_changes_nothing(play: Play, why: str) -> None:
    play.load()
    url, sentence = REFUSED[why]
    given = url(play)
    with unchanged(play), pytest.raises(Exception, match=sentence):
        asked(play, "sheet", "bind", "2", given)


def test_diff_says_what_a_redraw_would_do_and_writes_nothing(drawn: Play) -> None:
    assert asked(drawn, "sheet", "diff", "2") == "Nothing: the sheet shows the database.\n"
    editor = Person(drawn.drive, drawn.spreadsheet_id)
    editor.type("Returns", "G3", "Splendid CANARY")
    editor.delete_tab("Actions")
    editor.delete_rows("Returns", 7, 2)
    writes = drawn.drive.counts()["writes"]
    said = asked(drawn, "sheet", "diff", "2")
    for part in ("1 write,", "tabs added", "rows written", "put back: Returns, T2-CENTRAL-01"):
        assert part in said
    assert "CANARY" not in said
    assert drawn.drive.counts()["writes"] == writes
    assert kept(drawn) == []


def test_the_command_line_says_how_the_sheet_is(drawn: Play) -> None:
    said = asked(drawn, "sheet", "status", "2")
    for part in (
        "Last sync: ",
        "(London)",
        "Up to date with Slack: yes",
        drawn.spreadsheet_id,
        f"{BOT} (editor)",
    ):
        assert part in said
    drawn.drive.revoke(drawn.spreadsheet_id, BOT)
    asked(drawn, "sheet", "rebuild", "2")
    assert drawn.until(lambda: f"share it with {BOT} as Editor" in asked(drawn, "sheet", "status", "2"))


def test_its_times_are_the_product_s(drawn: Play) -> None:
    """The product's clock stands in March, wherever wall time is."""
    grid = drawn.drive.spreadsheet(drawn.spreadsheet_id).grid("Read me")
    [synced] = [row for row in grid if "Last sync" in row]
    assert "Wed 4 Mar 2026, 12" in str(synced)
    assert "Last sync: Wed 4 Mar 2026, 12" in asked(drawn, "sheet", "status", "2")
    assert "Last sync: Wed 4 Mar, 12" in ask(drawn, COORDINATOR).body
    drawn.drive.revoke(drawn.spreadsheet_id, BOT)
    asked(drawn, "sheet", "rebuild", "2")
    assert drawn.until(lambda: "share it with" in error(drawn))
    assert "It will be tried again at Wed 4 Mar 2026, 12" in asked(drawn, "sheet", "status", "2")
    drawn.move_clock(drawn.settings.clock.now() - state_rules.LOOK_EVERY)
    with drawn.sessions.begin() as session:
        state = session.scalars(select(SheetState)).one()
        state.delivered = state.wanted
        session.flush()
        assert state_rules.unwatched(session) == (state.cycle_id,), "the clock was moved back"


def ask(play: Play, who: str) -> Outcome:
    return send(play.workspace, command(who, " Sheet "))


def test_audit_sheet_answers_coordinators_only(drawn: Play) -> None:
    said = ask(drawn, COORDINATOR)
    assert said.ok
    for part in (
        "Last sync",
        "Up to date with Slack: yes",
        drawn.spreadsheet_id,
        BOT,
        "0 changed cells put back",
    ):
        assert part in said.body, part
    for who in ("U0CHAIR", "U0EDUEAST"):
        assert "Only a coordinator can do this" in ask(drawn, who).body
    assert [entry.detail for entry in entries(drawn.sessions, "denied")] == ["sheet.read"] * 2


def test_the_same_from_a_button_on_home(drawn: Play) -> None:
    who = drawn.person(COORDINATOR)
    assert who.open_home().ok
    block = drawn.home_button(COORDINATOR, "sheet.show", "Sheet of audit 2")
    home = who.home()
    assert home
    assert who.act(home.id, "sheet.show", block_id=block.get("block_id")).ok
    assert BOT in drawn.modal_text(COORDINATOR)


def test_rebuild_needs_a_sheet(play: Play) -> None:
    play.load()
    with play.sessions.begin() as session:
        session.execute(update(SheetState).values(spreadsheet_id=None))
    with pytest.raises(Exception, match="No Google Sheet is set for audit 2 yet"):
        asked(play, "sheet", "rebuild", "2")
    assert "No Google Sheet is set" in asked(play, "sheet", "status", "2")


def test_what_becomes_of_the_sheet_before_says_nothing_of_the_one_bound_now(play: Play) -> None:
    play.load()
    with play.sessions.begin() as session:
        cycle_id = session.scalars(select(Cycle.id)).one()
        stops.record_stop(session, cycle_id, "another", "It is gone.")
    with play.reading() as session:
        assert not state_rules.view(session, cycle_id).stopped
        assert session.scalars(select(Message.id).where(Message.kind == MessageKind.SHEET_STOPPED)).all() == []


@pytest.mark.parametrize("contents", ["", "[]", '{"client_email": "a@b", "private_key": "x", "token_uri": "y"}'])
def test_a_malformed_key_file_stops_binding_with_a_sentence(tmp_path: Path, contents: str) -> None:
    key = tmp_path / "key.json"
    key.write_text(contents)
    given = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'none.db'}",
        "ENCRYPTION_KEYS": f"k1:{new_key()}",
        "SLACK_BOT_TOKEN": "xoxb-sandbox",
        "SLACK_SIGNING_SECRET": "secret",
        "GOOGLE_SERVICE_ACCOUNT": str(key),
    }
    done = forked("sheet", "bind", "2", "1" * 44, given=given, cwd=tmp_path)
    assert done.returncode == 1
    assert "key file" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "none.db").exists()


def test_what_people_do_to_a_sheet_is_noticed_though_nothing_else_changes(drawn: Play) -> None:
    editor = Person(drawn.drive, drawn.spreadsheet_id)
    editor.type("Status", "C2", "typed over")
    drawn.move_clock(drawn.settings.clock.now() + state_rules.LOOK_EVERY * 2)
    assert drawn.until(lambda: drawn.drive.spreadsheet(drawn.spreadsheet_id).text("Status", 1, 2) != "typed over")


def test_a_sheet_that_others_read_says_sent_until_the_release_whatever_is_typed_there(drawn: Play) -> None:
    answered(drawn, "Education")
    drawn.settled()

    def line() -> tuple[int, list[str]]:
        """The row of the return, from 1, and all that stands in it."""
        grid = drawn.drive.spreadsheet(drawn.spreadsheet_id).grid("Returns")
        return next((row, each) for row, each in enumerate(grid, 1) if {REFERENCE, "Education"} <= set(each))

    row, shown = line()
    grade = shown.index("Good")
    assert GRADED["why"] in shown
    assert pressing.asked(drawn, COORDINATOR, "sheet.address", managing.cycle(drawn).id).ok
    assert submitted(drawn, COORDINATOR, unreleased="no").ok
    drawn.settled()
    assert line()[1][grade] == "Sent"
    assert GRADED["why"] not in line()[1]
    assert [entry.detail for entry in entries(drawn.sessions, "sheet.readers")] == ["unreleased grades left out"]

    Person(drawn.drive, drawn.spreadsheet_id).type("Returns", f"{'ABCDEFGHIJ'[grade]}{row}", "Inadequate")
    redrawn(drawn)
    assert line()[1][grade] == "Sent"
    assert len(kept(drawn)) == 1, "it is told as any other change"
    released(drawn)
    redrawn(drawn)
    assert line()[1][grade] == "Good"
    assert pressing.asked(drawn, COORDINATOR, "sheet.address", managing.cycle(drawn).id).ok
    values = drawn.modal(COORDINATOR).values
    assert [each for field, each in values.items() if field.startswith("unreleased") and '"no"' in json.dumps(each)], (
        "it is kept"
    )
