"""Files that take longer to read than Slack waits: their form is answered first, and the outcome is shown later."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy import func, select
from structlog.testing import capture_logs

from audit.library import to_xlsform
from audit.people.agencies import take_turns
from audit.tools import Section, Tool
from handlers import afterwards, files
from handlers.errors import NOT_ASKED, STILL_HERE
from sandbox.faults import Fault
from sandbox.slack import Outcome, Workspace
from storage.cycles import AuditTool
from storage.letterheads import LetterheadVersion
from storage.people_lists import PeopleList
from tests.kit.handing import handed
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, submitted

OURS = to_xlsform.workbook(Tool("ours", 0, (Section("a", "Our first question"),), "Our own audit"))


@pytest.fixture(autouse=True)
def in_time(monkeypatch: pytest.MonkeyPatch, workspace: Workspace) -> None:
    """Forms are answered before Slack gives up, however busy this machine is; whatever else comes may take long."""
    monkeypatch.setattr(files, "READ_WITHIN", 0.5)
    workspace.answer_seconds = 60


@contextmanager
def held(play: Play) -> Iterator[None]:
    """Slack hands no file over while the block runs: what waits for one isn't answered in time."""
    play.workspace.faults.add(Fault("GET /files-pri", times=None, delay=600))
    yield
    play.workspace.faults.clear()


def sent(play: Play) -> Outcome:
    """Send the form, whose file isn't handed over."""
    with held(play):
        outcome = play.send(COORDINATOR)
        assert outcome.ok, outcome
        assert "Reading the file" in play.modal_text(COORDINATOR)
    return outcome


def shown(play: Play, words: str) -> str:
    """What stands in the form's place, once it says that."""
    assert play.until(lambda: words in play.modal_text(COORDINATOR)), play.modal_text(COORDINATOR)
    return play.modal_text(COORDINATOR)


def tried(play: Play, data: bytes = OURS, name: str = "ours.xlsx") -> None:
    """Choose a workbook in its form."""
    assert play.press_on_home(COORDINATOR, "tools.list", "Audit tools").ok
    assert play.press_in_modal(COORDINATOR, "tool.bring").ok
    play.fill(COORDINATOR, workbook=[handed(play, data, name)])


def looked_at(play: Play) -> None:
    """Hand a workbook in, and see how it will ask."""
    tried(play)
    assert play.send(COORDINATOR).ok
    shown(play, "Nothing is stored yet.")


def stored(play: Play) -> int:
    """How many versions of the tool there are."""
    with play.reading() as session:
        return session.scalar(select(func.count()).where(AuditTool.key == "ours")) or 0


def test_a_tool_is_shown_and_kept_once_it_is_read(play: Play) -> None:
    play.load()
    tried(play)
    sent(play)
    assert "Our first question" in shown(play, "Nothing is stored yet.")
    sent(play)
    shown(play, "That is done.")
    assert stored(play) == 1
    play.close_modal(COORDINATOR)
    assert "version 1, can be chosen" in play.modal_text(COORDINATOR), "in the window below"


def test_what_is_refused_is_said_in_the_forms_place(play: Play) -> None:
    play.load()
    tried(play, b"no workbook")
    sent(play)
    shown(play, "is damaged")


@pytest.mark.on_sqlite
def test_a_form_that_comes_twice_changes_nothing_twice(play: Play) -> None:
    play.load()
    looked_at(play)
    again = sent(play).request
    assert again
    with held(play):
        assert play.workspace.sender.resend(again).ok
    shown(play, "That is done.")
    afterwards.finish(60)
    assert stored(play) == 1
    assert len(entries(play.sessions, "tool.store")) == 1


def test_who_closes_it_meanwhile_finds_the_tool_in_its_list(play: Play) -> None:
    play.load()
    looked_at(play)
    with held(play):
        assert play.send(COORDINATOR).ok
        play.close_modal(COORDINATOR)
        play.close_modal(COORDINATOR)
    afterwards.finish(60)
    assert stored(play) == 1
    assert play.press_on_home(COORDINATOR, "tools.list", "Audit tools").ok
    assert "Our own audit" in play.modal_text(COORDINATOR)


def test_who_closes_it_meanwhile_is_told_what_was_refused(play: Play) -> None:
    play.load()
    tried(play, b"no workbook")
    with held(play):
        assert play.send(COORDINATOR).ok
        play.close_modal(COORDINATOR)
    afterwards.finish(60)
    who = play.person(COORDINATOR)
    assert "is damaged" in str(who.messages(who.dm)[-1])


def test_where_slack_cannot_be_asked_for_a_file_that_is_what_is_said(play: Play) -> None:
    play.load()
    tried(play)
    play.workspace.faults.add(Fault("files.info", times=None, drop="before"))
    assert play.send(COORDINATOR).ok
    assert NOT_ASKED in shown(play, "nothing was saved")


@pytest.mark.parametrize("patience", [5.0])
def test_what_could_not_be_stored_is_said_and_no_text_is_said_to_be_there(play: Play) -> None:
    play.load()
    looked_at(play)
    with ExitStack() as stack:
        others = play.settings.sessions(patience=60)
        stack.callback(others.dispose)
        take_turns(stack.enter_context(others.begin()))  # nobody else can
        sent(play)
        said = shown(play, "nothing was saved")
    assert STILL_HERE not in said
    assert stored(play) == 0


def test_all_that_is_wrong_with_files_is_said_at_once(play: Play) -> None:
    play.load()
    assert play.press_on_home(COORDINATOR, "letterhead.show", "Letterhead").ok
    chosen = {part: [handed(play, b"no such file", f"ours.{part}", f"F0{part}")] for part in ("logo", "template")}
    with held(play):
        assert submitted(play, COORDINATOR, name="Ours", **chosen).ok
        assert "Reading the file" in play.modal_text(COORDINATOR)
    said = shown(play, "Not possible")
    assert "picture" in said
    assert "Word" in said
    with play.reading() as session:
        assert session.scalar(select(func.count(LetterheadVersion.id))) == 0


def test_a_list_of_people_is_looked_up_once_it_is_read(play: Play) -> None:
    play.load()
    assert play.press_on_home(COORDINATOR, "people.show", "People").ok
    assert play.press_in_modal(COORDINATOR, "people.bring").ok
    given = [handed(play, b"U0POLICE, Police, East, deputy\n", "people.csv")]
    with held(play):
        assert submitted(play, COORDINATOR, file=given).ok
    shown(play, "Slack is being asked")
    with play.reading() as session:
        assert session.scalar(select(func.count(PeopleList.id))) == 1


def test_what_was_read_once_is_not_read_again(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where nothing could be read any more: a workbook is tried, looked at and kept in one go."""
    play.load()
    looked_at(play)
    monkeypatch.setattr("sys.executable", "/nowhere")
    assert play.press_in_modal(COORDINATOR, "preview.show").ok
    assert "Our first question" in play.modal_text(COORDINATOR)
    assert play.send(COORDINATOR).ok, "the page closes"
    assert play.send(COORDINATOR).ok
    assert "version 1, can be chosen" in shown(play, "can be chosen")


def test_what_fails_afterwards_is_in_the_log() -> None:
    def fail() -> None:
        raise ValueError("never said to anybody")

    with capture_logs() as said:
        afterwards.do(fail)
        afterwards.finish(60)
    assert [each["event"] for each in said] == ["afterwards_failed"]
