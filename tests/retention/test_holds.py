"""A legal hold: nothing of a held audit is removed, and a purge that is under way ends."""

from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.report.words_that_stay import LASTING
from audit.retention import purge as purge_rules
from bot import retention_cli
from storage.crypto import vault_of
from storage.engine import Sessions
from storage.sheet_state import SheetState
from tests.kit import canaries
from tests.kit.canaries import CANARY
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.purging import drawn, in_sheet, later, played, purge, purged


def texts_left(play: Play) -> bool:
    with play.reading() as session:
        return CANARY in canaries.opened(session)


def hold(play: Play, *, why: str = "An inquiry asks for it.") -> None:
    retention_cli.put(play.settings, Namespace(cycle=2, why=why))


def lift(play: Play) -> None:
    retention_cli.lift(play.settings, Namespace(cycle=2))


class Interrupted(Sessions):
    """A way to the database: before its change with this number, somebody does something else."""

    changes = number = 0
    meanwhile: Callable[[], None]

    @contextmanager
    def begin(self) -> Iterator[Session]:
        self.changes += 1
        if self.changes == self.number:
            self.meanwhile()
        with super().begin() as session:
            yield session


def test_fault_27_what_is_held_stays_until_it_is_let_go(play: Play, capsys: pytest.CaptureFixture[str]) -> None:
    played(play)
    hold(play)
    hold(play)
    later(play)
    purge(play, for_good=False)
    assert "on hold, so nothing of it is removed." in capsys.readouterr().out
    standing = {channel: len(each) for channel, each in play.workspace.messages.items()}
    purged(play)
    assert texts_left(play)
    assert {channel: len(each) for channel, each in play.workspace.messages.items()} == standing
    assert len(entries(play.sessions, "hold.set")) == 1
    with pytest.raises(Refused, match="Say why"):
        hold(play, why=" ")
    retention_cli.list_holds(play.settings, Namespace())
    assert "in force. An inquiry asks for it." in capsys.readouterr().out
    lift(play)
    with pytest.raises(Refused, match="isn't held"):
        lift(play)
    purged(play)
    assert not texts_left(play)
    assert len(entries(play.sessions, "hold.lift")) == 1


@pytest.mark.both_databases
def test_fault_27_a_hold_in_the_middle_of_a_purge_ends_it_and_brings_nothing_back(
    play: Play, capsys: pytest.CaptureFixture[str]
) -> None:
    played(play)
    later(play)
    with play.reading() as session:
        given = play.settings.database_url.get_secret_value(), vault_of(session), play.settings.clock
    memory = play.settings.remembered
    for number in (1, 6):
        assert memory.read() == {}, "of what a hold saved, no copy is to lose it"
        between = Interrupted(*given, patience=60, periods=play.settings.periods)
        between.number, between.meanwhile = number, lambda: hold(play)
        done = purge_rules.purge(between, memory, LASTING)
        between.dispose()
        assert ({*done.held}, texts_left(play)) == ({2}, True)
        if number == 1:
            lift(play)
    assert "had begun before that: what was posted and texts may be gone" in capsys.readouterr().out
    drawn(play)
    assert CANARY in in_sheet(play), "it wasn't cleared yet"

    lift(play)
    purged(play)
    assert not texts_left(play)
    assert "Please delete this spreadsheet." in in_sheet(play)
    hold(play)
    with play.sessions.begin() as session:
        session.execute(update(SheetState).values(wanted=SheetState.wanted + 1))
    drawn(play)
    assert "T2-EAST-01" not in in_sheet(play), "a hold brings nothing back"
