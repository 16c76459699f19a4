"""A backup has every row, is read by nobody without the key, and what is put back says nothing before it may."""

import os
import resource
import shutil
import signal
import subprocess
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from subprocess import PIPE
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql

from audit.calendar import in_london
from audit.returns import answers
from bot.settings import Settings
from jobs import worker_slots
from sandbox import die_with_parent
from sandbox.slack.shapes import text
from storage import backup, chain, private_files
from storage.backup import Sums, lines
from storage.clock import wall
from storage.crypto import new_key
from storage.engine import Sessions
from storage.messages import MessageKind
from storage.retention import Restoration
from storage.returns import ReturnVersion
from tests.faults.databases import waiting_for_locks
from tests.kit.canaries import CANARY, written_everywhere
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.postgres import Lender
from tests.kit.posting import deliver_due
from tests.kit.reporting import answered
from tests.kit.served import HERE, ROUNDTABLE, environ, within

DEEP = ("reports", "publications", "distributions", "signatures", "immediate_actions")
RESUME = ("resume", "--the-other-has-stopped")


def given(settings: Settings, **others: object) -> dict[str, str]:
    """Settings as the environment has them, but for some."""
    names = ("database_url", "encryption_keys", "slack_bot_token", "slack_signing_secret")
    found = {name.upper(): getattr(settings, name).get_secret_value() for name in names}
    found |= {"SLACK_API_URL": settings.slack_api_url, "CLOCK_FILE": str(settings.clock_file), "PORT": "0"}
    return (
        found | {"PURGED_FILE": str(settings.purged_file)} | {name.upper(): str(each) for name, each in others.items()}
    )


@contextmanager
def over(env: dict[str, str]) -> Iterator[Sessions]:
    """The way to the database that these settings name."""
    found = Settings.model_validate({name.lower(): value for name, value in env.items()}).sessions(patience=60)
    yield found
    found.dispose()


def rows(sessions: Sessions) -> Sums:
    """What every table holds."""
    sums = Sums()
    with sessions.reading() as session:
        assert list(lines(session, sums))
    return sums


@pytest.fixture
def empty(play: Play, sqlite_template: Path, tmp_path: Path) -> dict[str, str]:
    """Settings with another database, an empty one."""
    shutil.copy(sqlite_template, tmp_path / "copy.db")
    return given(play.settings, database_url=f"sqlite:///{tmp_path / 'copy.db'}")


def said(*words: str, env: dict[str, str], cwd: Path, code: int = 0) -> str:
    done = within(*words, given=env, cwd=cwd)
    assert done.returncode == code, done
    return done.stderr if code else done.stdout


def test_fault_26_every_row_comes_back_into_either_kind_of_database(
    play: Play, empty: dict[str, str], lender: Lender, postgres_home: str, tmp_path: Path
) -> None:
    cycle_id = answered(play)
    with play.sessions.begin() as session:
        assert written_everywhere(session, cycle_id, but=DEEP) > 50
    assert chain.seal(play.sessions).count > 50  # as the worker does; the database takes in no entry that is sealed
    assert "can be restored until" in said("backup", "kept", env=given(play.settings), cwd=tmp_path)
    before = rows(play.sessions)
    raw = (tmp_path / "kept").read_bytes()
    assert CANARY.encode() not in raw
    assert b"T2-EAST-01" not in raw
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o600
    with lender.lent() as name:
        other = given(play.settings, database_url=f"postgresql://postgres@/{name}?host={postgres_home}")
        for env in (empty, other):
            assert "restored as of" in said("restore", "kept", env=env, cwd=tmp_path)
            with over(env) as sessions:
                after = rows(sessions)
                changed = {table for table in before if before[table] != after[table]}
                assert changed <= {"messages", "sheet_states", "restorations"}
                with sessions.begin() as session:  # what is numbered goes on behind what came back
                    session.add(Restoration(made_at=wall(), restored_at=wall(), asks_until=wall()))
            said(*RESUME, env=env, cwd=tmp_path)
            assert "Every entry is as it was sealed" in said("trail", "verify", env=env, cwd=tmp_path)


def test_fault_26_what_is_put_back_is_silent_until_a_person_speaks(
    play: Play, empty: dict[str, str], tmp_path: Path
) -> None:
    answered(play)
    said("backup", "kept", env=given(play.settings), cwd=tmp_path)
    assert "There is no list of what was removed" in said("restore", "kept", env=empty, cwd=tmp_path)
    for process in ("web", "worker"):
        assert "two at once would post everything twice" in said(process, env=empty, cwd=tmp_path, code=1)
    again = said("restore", "kept", env=empty, cwd=tmp_path, code=1)  # it was killed before it said that it was done
    assert "has already been restored into this database in full" in again
    assert "run `roundtable resume --the-other-has-stopped`" in again
    assert "is now in use" in said(*RESUME, env=empty, cwd=tmp_path)
    assert "is already in use" in said(*RESUME, env=empty, cwd=tmp_path, code=1)
    with over(empty) as sessions:
        assert len(entries(sessions, "restored.resume")) == 1


def test_what_was_posted_meanwhile_is_found_and_not_posted_again(
    play: Play, empty: dict[str, str], tmp_path: Path
) -> None:
    play.move_clock(in_london(play.settings.clock.now()).replace(hour=12))
    play.load()
    said("backup", "kept", env=given(play.settings), cwd=tmp_path)
    deliver_due(play, MessageKind.REQUEST)
    stood = posted(play)
    assert stood
    said("restore", "kept", env=empty, cwd=tmp_path)
    said(*RESUME, env=empty, cwd=tmp_path)
    with over(empty) as sessions:
        deliver_due(play, MessageKind.REQUEST, sessions=sessions)
    assert posted(play) == stood


def posted(play: Play) -> list[tuple[str, str]]:
    """Each message that stands, by its channel."""
    found = play.workspace.messages
    return [(channel, text(message.ts)) for channel, each in sorted(found.items()) for message in each]


@pytest.mark.parametrize("known", ["when it is put back", "when it goes on"])
def test_what_was_removed_since_is_removed_again(play: Play, empty: dict[str, str], tmp_path: Path, known: str) -> None:
    cycle_id = answered(play)
    said("backup", "kept", env=given(play.settings), cwd=tmp_path)
    Path(empty["PURGED_FILE"]).write_text(f'{{"cycle": "{cycle_id}", "kind": "texts of an audit"}}\n')
    late = known == "when it goes on"
    nothing = {"PURGED_FILE": str(tmp_path / "none")} if late else {}
    assert ("emptied again" in said("restore", "kept", env=empty | nothing, cwd=tmp_path)) is not late
    assert ("emptied again" in said(*RESUME, env=empty, cwd=tmp_path)) is late
    with over(empty) as sessions, sessions.reading() as session:
        assert {answers.kept(session, each).why for each in session.scalars(select(ReturnVersion))} <= {
            "",
            "(removed: its time was over)",
        }


def test_a_file_that_is_not_whole_is_refused_and_nothing_is_put_back(
    play: Play, empty: dict[str, str], tmp_path: Path
) -> None:
    answered(play)
    env = given(play.settings)
    said("backup", "kept", env=env, cwd=tmp_path)
    whole = (tmp_path / "kept").read_bytes()
    end = len(whole)
    first = whole.index(b"\n")
    for spoiled, wrong in (
        (whole[: end // 2], "can't be opened"),
        (whole[:first], "was cut off"),
        (whole[:-1], "can't be opened"),
        (whole[: end - 9] + bytes([whole[end - 9] ^ 1]) + whole[end - 8 :], "can't be opened"),
        (whole.replace(b'"expires_at": "20', b'"expires_at": "30', 1), "can't be opened"),
        (b"not one of ours\n", "is no backup of Roundtable's"),
        (b"", "is no backup of Roundtable's"),
        (b"[" * 999 + whole[first:], "is no backup of Roundtable's"),
        (whole.replace(b"+00:00", b"", 2), "is no backup of Roundtable's"),
        (whole.replace(b'of": "20', b'of": "00', 1), "is no backup of Roundtable's"),
        (whole.replace(b'"schema": "', b'"schema": "\\u001b[2J', 1), "is no backup of Roundtable's"),
    ):
        (tmp_path / "spoiled").write_bytes(spoiled)
        told = said("restore", "spoiled", env=empty, cwd=tmp_path, code=1)
        assert wrong in told
        assert "Nothing was restored." in told
    assert "already exists" in said("backup", "kept", env=env, cwd=tmp_path, code=1)
    assert "Is it there?" in said("restore", "nowhere", env=empty, cwd=tmp_path, code=1)
    assert "in this database already" in said("restore", "kept", env=env, cwd=tmp_path, code=1)
    stranger: dict[str, Any] = empty | {"ENCRYPTION_KEYS": f"k9:{new_key()}"}
    assert "a key that isn't set" in said("restore", "kept", env=stranger, cwd=tmp_path, code=1)
    play.move_clock(play.settings.clock.now() + timedelta(days=36))
    assert "Delete it." in said("restore", "kept", env=empty, cwd=tmp_path, code=1)
    with over(empty) as sessions:
        assert sum(int(count) for count, _ in rows(sessions).values()) == 0


def test_a_pipe_is_refused_before_it_is_read(empty: dict[str, str], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")  # nobody writes to it: whoever opens it waits for ever
    told = said("restore", "pipe", env=empty, cwd=tmp_path, code=1)
    assert "pipe is no file: a backup is read more than once" in told


def test_a_length_that_lies_asks_for_no_more_memory_than_the_file_is_long(tmp_path: Path) -> None:
    (tmp_path / "lies").write_bytes(b"\xff\xff\xff\xff and little else")
    tracemalloc.start()
    with (tmp_path / "lies").open("rb") as file:
        assert len(backup.piece(file)) == 16
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000


def test_a_full_disk_is_said_and_left_as_it_was(play: Play, tmp_path: Path) -> None:
    play.load()
    (tmp_path / "out").mkdir()
    (tmp_path / "there").write_bytes(b"before")
    before, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, most))
    try:
        told = said("backup", "out/kept", env=given(play.settings), cwd=tmp_path, code=1)
        for name in ("there", "out"):  # a file, and a folder
            with pytest.raises(OSError, match="File too large"):
                private_files.write(tmp_path / name, b"x" * 20_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (before, most))
    assert (tmp_path / "there").read_bytes() == b"before"
    assert not list(tmp_path.glob("*.part"))
    assert "can't be written: File too large." in told
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_one_that_is_ended_leaves_nothing_in_the_way(play: Play, tmp_path: Path) -> None:
    out, url = tmp_path / "out", play.settings.database_url.get_secret_value()
    out.mkdir()
    for how in (signal.SIGTERM, signal.SIGHUP, signal.SIGKILL):  # the second is a terminal that is closed
        with play.sessions.begin() as session:
            session.execute(sql("LOCK TABLE involvements"))  # so that it waits, having begun to write
            with subprocess.Popen(
                die_with_parent.command(ROUNDTABLE, "backup", out / "kept"),
                env=environ(given(play.settings)) | {"PYTHONPATH": str(HERE)},
                cwd=tmp_path,
                stdin=PIPE,
            ) as writing:
                assert play.until(lambda: waiting_for_locks(url) == 1)
                (os.killpg if how is signal.SIGKILL else os.kill)(writing.pid, how)
                writing.wait(60)
            assert not list(out.iterdir())
        assert play.until(lambda: waiting_for_locks(url) == 0)
    assert "holds" in said("backup", "out/kept", env=given(play.settings), cwd=tmp_path)


def test_without_all_the_keys_or_beside_a_worker_nothing_is_put_back(
    play: Play, empty: dict[str, str], tmp_path: Path
) -> None:
    answered(play)
    old = play.settings.encryption_keys.get_secret_value()
    newest = f"k2:{new_key()}"
    both = {"ENCRYPTION_KEYS": f"{newest},{old}"}
    said("backup", "kept", env=given(play.settings) | both, cwd=tmp_path)
    told = said("restore", "kept", env=empty | {"ENCRYPTION_KEYS": newest}, cwd=tmp_path, code=1)
    assert "lacks the key named “k1”" in told
    assert "Nothing was restored." in told
    with over(empty) as sessions, worker_slots.slot(sessions.url, Event()):
        assert "stop it first" in said("restore", "kept", env=empty | both, cwd=tmp_path, code=1)
    folder = {"PURGED_FILE": str(tmp_path)}
    assert "can't be known what was removed" in said("restore", "kept", env=empty | both | folder, cwd=tmp_path, code=1)
    said("restore", "kept", env=empty | both, cwd=tmp_path)
