"""What is due and what isn't: holds, open actions, drafts, people, the trail; and a purge that doesn't get through."""

import signal
import sqlite3
from argparse import Namespace
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, update
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.report.words_that_stay import LASTING
from audit.retention import purge as purge_rules
from bot import retention_cli
from bot.settings import Settings
from sandbox.sheets import BOT
from storage import text_removal
from storage.actions import Action
from storage.clock import now
from storage.crypto import unseal
from storage.cycles import Cycle, CycleState
from storage.engine import Sessions
from storage.holds import Holds, Kept, holdings
from storage.messages import Message, MessageState
from storage.retention import Purge
from storage.returns import ReturnVersion
from storage.types import Base
from tests.kit import canaries, counted, graded
from tests.kit.canaries import CANARY
from tests.kit.play import Play
from tests.kit.purging import later, over, played, purge, purged
from tests.kit.served import forked


def texts_left(play: Play) -> bool:
    with play.reading() as session:
        return CANARY in canaries.opened(session)


class Hasty(Settings):
    """Settings of somebody who waits for a reader two seconds at the most."""

    def sessions(self, *, patience: float) -> Sessions:
        return super().sessions(patience=min(patience, 2.0))


@pytest.mark.parametrize("kept", [Kept.TEXT, Kept.DRAFT])
def test_every_column_of_these_kinds_is_reached(kept: Kept) -> None:
    """A column that comes anew is emptied by its kind; a table from which no way leads to a cycle fails here."""
    columns = list(text_removal.texts(kept))
    assert columns
    for each in columns:
        text_removal.of_cycles(Base.metadata.tables[each.table], Cycle.id == "any")
        assert not each.counted or each.holds is Holds.SEALED, each
    written = [each for each in holdings() if each.holds in (Holds.SEALED, Holds.WRITTEN)]
    rest = {each.table for each in written if each.kept not in (Kept.TEXT, Kept.DRAFT)}
    assert rest == {"key_probes", "letterheads", "people_lists", "trail_head"}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('{"why": "She was seen.", "grade": "good", "of": 3}', '{"why": "X", "grade": "good", "of": 3}'),
        ('["good good", "good She", "2026-03-04", "", null, true]', '["good good", "X", "2026-03-04", "", null, true]'),
        ('"07700 900123"', '"X"'),
    ],
)
def test_of_what_is_counted_only_words_of_lists_stay(text: str, left: str) -> None:
    done = text_removal.without_words(text, {"good", text_removal.REMOVED})
    assert done == left.replace("X", text_removal.REMOVED)
    assert text_removal.without_words(done, {"good", text_removal.REMOVED}) == done
    assert text_removal.is_listed("good " * 2_000 + "good", {"good"})


def test_open_actions_keep_an_audit_and_its_year_begins_when_they_end(
    play: Play, capsys: pytest.CaptureFixture[str]
) -> None:
    over(play)
    with play.sessions.begin() as session:
        session.execute(update(Action).values(closed_at=None))
    later(play)
    purge(play, for_good=False)
    assert "not before its open actions are closed" in capsys.readouterr().out
    with play.sessions.begin() as session:
        session.execute(update(Action).values(closed_at=now(session)))
    purge(play, for_good=False)
    assert "due later: what was posted (" in capsys.readouterr().out


@pytest.mark.both_databases
def test_fault_27_killed_at_any_moment_it_goes_on(play: Play, tmp_path: Path) -> None:
    cycle_id = played(play)
    later(play)
    given = {name.upper(): str(value) for name, value in play.settings if name in {"slack_api_url", "clock_file"}}
    given |= {"DATABASE_URL": play.settings.database_url.get_secret_value(), "PURGED_FILE": str(tmp_path / "purged")}
    given["ENCRYPTION_KEYS"] = play.settings.encryption_keys.get_secret_value()
    for place in ("purge.remembered", "purge.begun", "purge.after_some", "purge.before_compact"):
        killed = forked("purge", "--for-good", given=given | {"DIE_AT": place}, cwd=tmp_path)
        assert killed.returncode == -signal.SIGKILL, (place, killed)
    done = forked("purge", "--for-good", given=given, cwd=tmp_path)
    assert done.returncode == 0, done
    assert "Nothing that was removed is left in the database's own files." in done.stdout
    assert not texts_left(play)
    with play.reading() as session:
        assert {each.kind for each in session.scalars(select(Purge).where(Purge.done_at.is_not(None)))} == {
            Kept.WORK,
            Kept.TEXT,
        }
    assert (tmp_path / "purged").read_text().count(cycle_id) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_copy_from_before_is_purged_again_and_a_reader_is_named(
    play: Play, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The copy doesn't know that its audit ended: that it was purged stands outside."""
    cycle_id = played(play)
    database = str(make_url(play.settings.database_url.get_secret_value()).database)
    with play.sessions.begin() as session:
        session.execute(update(Cycle).values(state=CycleState.REPORTED))
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    with play.sessions.begin() as session:
        session.execute(update(Cycle).values(state=CycleState.CLOSED))
    later(play)
    purge(play)
    address = type(play.settings.database_url)(f"sqlite:///{copy}")
    restored = play.settings.model_copy(update={"database_url": address})
    assert restored.model_copy(update={"purged_file": None}).remembered.file == Path(f"{copy}.purged")
    capsys.readouterr()
    retention_cli.remove(restored, Namespace(for_good=False))
    assert "removed before, and checked once more: what was posted and texts." in capsys.readouterr().out
    sessions = restored.sessions(patience=0.3)
    with closing(sqlite3.connect(copy)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM cycles").fetchone()
        with pytest.raises(SystemExit, match="somebody was reading or writing"):
            retention_cli.remove(Hasty.model_construct(**dict(restored)), Namespace(for_good=True))
    retention_cli.remove(restored, Namespace(for_good=True))
    with sessions.reading() as session:
        assert CANARY not in canaries.opened(session)
    sessions.dispose()
    remembered = restored.remembered.file
    remembered.write_text("torn")
    retention_cli.remove(restored, Namespace(for_good=False))
    remembered.write_text("not ours\n")
    with pytest.raises(Refused, match="isn't as Roundtable wrote it"):
        retention_cli.remove(restored, Namespace(for_good=True))
    assert cycle_id


def test_what_slack_or_google_refuses_is_named_until_it_is_gone(play: Play, capsys: pytest.CaptureFixture[str]) -> None:
    played(play)
    later(play)
    play.workspace.channels["C0AUDITEAST"].is_archived = True
    play.drive.revoke(play.spreadsheet_id, BOT)
    purged(play)
    capsys.readouterr()
    purge(play, for_good=True)
    said = capsys.readouterr().out
    assert "Its sheet is cleared as soon as a worker gets to it." in said or "share it with" in said
    play.workspace.channels["C0AUDITEAST"].is_archived = False
    play.drive.delete(play.spreadsheet_id)
    purged(play)
    capsys.readouterr()
    purge(play)
    assert "nothing that Roundtable posted is left in Slack" in capsys.readouterr().out
    assert not play.status().trouble


def test_what_slack_keeps_is_set_aside_and_named(play: Play, capsys: pytest.CaptureFixture[str]) -> None:
    played(play)
    later(play)
    play.workspace.channels["C0AUDITEAST"].is_archived = True
    purged(play)
    with play.reading() as session:
        aside = session.scalars(select(Message).where(Message.state == MessageState.SET_ASIDE)).all()
    assert aside
    with play.reading() as session:
        [outside] = purge_rules.outside(session)
    assert outside.stuck == (
        ("The channel is archived: unarchive it in Slack, or choose another channel.", len(aside)),
    )
    capsys.readouterr()


def test_a_text_that_cannot_be_opened_is_emptied_or_named(play: Play, capsys: pytest.CaptureFixture[str]) -> None:
    cycle_id = played(play)
    later(play)
    purge(play, for_good=False)  # from now on the database knows its key
    with play.sessions.begin() as session:
        version = session.scalars(select(ReturnVersion).limit(1)).one()
        version.answers, row_id = version.answers[:-1] + bytes([version.answers[-1] ^ 1]), version.id
    with pytest.raises(SystemExit, match=f"return_versions.answers of row {row_id} was changed"):
        purge(play)
    with play.reading() as session:
        done = session.scalars(select(Purge.done_at).where(Purge.cycle_id == cycle_id, Purge.kind == Kept.TEXT)).one()
    assert done is None
    capsys.readouterr()


@pytest.mark.parametrize("finished", [graded.finished, counted.finished])
def test_numbers_of_sections_and_of_what_was_answered_stay(play: Play, finished: Callable[[Session], Cycle]) -> None:
    play.put(finished)
    before = play.board()
    with play.reading() as session:
        cycle_id = session.scalars(select(Cycle.id)).one()
        lists = text_removal.listed_words(session) | LASTING.lists
        words = replace(LASTING, lists=lists, numbers=purge_rules.numbers(session))
    done = text_removal.empty(play.sessions, cycle_id, (Kept.TEXT, Kept.DRAFT), words, lambda _: True)
    assert done.count > 100
    assert not done.left
    after = play.board()
    assert (after.tally, after.sections, after.answered) == (before.tally, before.sections, before.answered)
    with play.reading() as session:
        said = [unseal(session, each, "answers") for each in session.scalars(select(ReturnVersion))]
    assert not any("(Invented)" in each or "was kept by us" in each for each in said)
