"""Files are for the user who runs the product alone, whatever the umask, and whatever they were before."""

import os
import resource
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import make_url

from jobs.worker_slots import slot
from sandbox.launch import held
from storage import migrations, private_files
from storage.clock import Clock
from storage.crypto import Vault, new_key
from storage.engine import Sessions
from storage.keys import check
from tests.kit.served import ROUNDTABLE, forked, run


@pytest.fixture
def generous() -> Iterator[None]:
    """A process that was started with umask 0."""
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


@pytest.mark.usefixtures("generous")
def test_the_database_and_what_lies_beside_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'some.db'}"
    migrations.upgrade(url)
    sessions = Sessions(url, Vault.from_text(f"k1:{new_key()}"), Clock())
    check(sessions)
    expected = dict.fromkeys([f"some.db{end}" for end in ("", "-wal", "-shm", ".turn.lock", ".worker-0.lock")], 0o600)
    with slot(make_url(url), Event()):
        assert modes(tmp_path) == expected
    for file in tmp_path.iterdir():
        file.chmod(0o666)
    again = Sessions(url, Vault.from_text(f"k1:{new_key()}"), Clock())
    with again.reading() as session:
        session.connection()
    assert modes(tmp_path) == expected
    again.dispose()
    sessions.dispose()


@pytest.mark.usefixtures("generous")
def test_what_is_no_database_keeps_its_rights(tmp_path: Path) -> None:
    """A folder that nobody may enter any more, or a system's file that nobody may read, would be a slip's price."""
    (tmp_path / "folder").mkdir(mode=0o755)
    (tmp_path / "notes.txt").write_text("No database, however long it is." * 100)
    before, why = modes(tmp_path), {"folder": "the file can't be opened", "notes.txt": "it isn't an SQLite file"}
    for name in before:
        ended = forked("migrate", given={"DATABASE_URL": f"sqlite:///{tmp_path / name}"}, cwd=tmp_path)
        assert f"The database can't be used: {why[name]}" in ended.stderr
    assert modes(tmp_path) == before


def test_narrowing_ends_no_lock(tmp_path: Path) -> None:
    """POSIX ends a process's locks on a file when it closes that file once, however often it has it open."""
    file = tmp_path / "some.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        private_files.narrow(str(file))
        code = f"import sqlite3; sqlite3.connect({str(file)!r}, timeout=0).execute('BEGIN EXCLUSIVE')"
        ended = run(sys.executable, "-c", code, given={}, cwd=tmp_path)
    assert "database is locked" in ended.stderr


@pytest.mark.usefixtures("generous")
def test_what_is_written_out_and_written_again(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("something longer")
    (tmp_path / "there").chmod(0o666)
    for name in ("there", "new"):
        private_files.write(tmp_path / name, b"words")
        assert (tmp_path / name).read_bytes() == b"words"
    assert modes(tmp_path) == {"there": 0o600, "new": 0o600}


@pytest.mark.usefixtures("generous")
@pytest.mark.parametrize("named", [False, True])
def test_what_is_new_is_written_over_nothing_and_through_no_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, named: bool
) -> None:
    """Nor by two at once: what one writes isn't in the other's file. `named`: where no file is without a name."""
    victim, new = tmp_path / "victim", tmp_path / "new"
    victim.write_text("before")
    if named:
        monkeypatch.delattr(os, "O_TMPFILE", raising=False)
    for there in (new, *([tmp_path / "new.part"] if named else [])):
        for leads_to in (victim, tmp_path / "nowhere", None):
            there.symlink_to(leads_to) if leads_to else there.touch()
            with pytest.raises(FileExistsError) as no, private_files.new(new):
                pytest.fail("it is written")
            assert no.value.filename == str(there)
            there.unlink()
    with pytest.raises(FileExistsError) as no, private_files.new(new), private_files.new(new) as second:
        second.write(b"second")
    assert no.value.filename == str(tmp_path / "new.part" if named else new)
    assert victim.read_text() == "before"
    assert modes(tmp_path) == {"victim": 0o666} | ({} if named else {"new": 0o600})
    private_files.write(new, b"second")
    with pytest.raises(OSError, match="full"), private_files.new(tmp_path / "other"):
        raise OSError("the disk is full")
    assert set(modes(tmp_path)) == {"new", "victim"}


@pytest.mark.usefixtures("generous")
def test_a_process_that_crashes_leaves_no_image_of_its_memory() -> None:
    before, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))
    private_files.keep_private()
    kept, _ = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before, most))
    assert kept == 0


@pytest.mark.usefixtures("generous")
def test_what_a_command_leaves_behind(tmp_path: Path) -> None:
    """The real command, started with umask 0: the database, DBOS's tables in it, its WAL and locks."""
    given = {"ENCRYPTION_KEYS": f"k1:{new_key()}", "SLACK_BOT_TOKEN": "xoxb-t", "SLACK_SIGNING_SECRET": "s"}
    ended = run(ROUNDTABLE, "migrate", given=given, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert set(modes(tmp_path).values()) == {0o600}


@pytest.mark.usefixtures("generous")
def test_the_sandbox_keeps_its_folder_to_itself(tmp_path: Path) -> None:
    (tmp_path / "sandbox").mkdir()
    with held(tmp_path / "sandbox", 0):
        assert modes(tmp_path) == {"sandbox": 0o700}
