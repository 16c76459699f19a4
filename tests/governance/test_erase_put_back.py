"""What was erased is remembered, and doesn't come back with a backup without anybody saying so."""

import shutil
from pathlib import Path

import pytest

from storage.engine import Sessions
from tests.kit.erasing import CASE, TEXT, command, given, in_texts, listed, reference_of, said
from tests.kit.exported import BY, tabs
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.pressing import LEAD
from tests.kit.served import within
from tests.retention.test_backup import RESUME

FOR_GOOD = ("purge", "--for-good")


def other(play: Play, env: dict[str, str]) -> Sessions:
    """A database beside the play's own."""
    address = type(play.settings.database_url)(env["DATABASE_URL"])
    return play.settings.model_copy(update={"database_url": address}).sessions(patience=60)


@pytest.fixture
def empty(play: Play, sqlite_template: Path, tmp_path: Path) -> dict[str, str]:
    """The settings of an empty database, beside a play in which a return was sent."""
    play.load()
    assert play.send_return(LEAD, CASE, went_well=TEXT).ok
    shutil.copy(sqlite_template, tmp_path / "copy.db")
    return given(play, tmp_path) | {"DATABASE_URL": f"sqlite:///{tmp_path / 'copy.db'}"}


def test_fault_26_a_backup_is_not_put_back_without_the_key_by_which_what_was_erased_is_known(
    play: Play, empty: dict[str, str], tmp_path: Path
) -> None:
    """It can be opened with the old key alone, which rotating says to keep with it."""
    env, old = given(play, tmp_path), given(play, tmp_path)["ENCRYPTION_KEYS"]
    assert within("backup", "kept", given=env, cwd=tmp_path).returncode == 0
    new = within("key", "--name", "newer", given=env, cwd=tmp_path).stdout.strip()
    both = {"ENCRYPTION_KEYS": f"{new},{old}"}
    assert within("keys", "rotate", given=env | both, cwd=tmp_path).returncode == 0
    assert within("export", "case", CASE, "now.xlsx", "--by", BY, given=env | both, cwd=tmp_path).returncode == 0
    reference = reference_of(tabs(tmp_path / "now.xlsx")["Texts"][1:], TEXT)
    done = within(*command("--text", reference, "--for-good", of=CASE), given=env | both, cwd=tmp_path)
    assert "1 text was erased" in done.stdout, done

    refused = within("restore", "kept", given=empty, cwd=tmp_path)
    assert refused.returncode == 1
    assert "knows texts that were erased by the key “newer”, which isn't set" in refused.stderr
    assert refused.stderr.rstrip().endswith("Nothing was restored.")
    sessions = other(play, empty)
    with sessions.reading() as session:
        assert in_texts(session, {"Canaryword"}) == set()
    sessions.dispose()
    done = within("restore", "kept", given=empty | both, cwd=tmp_path)
    assert "Words that were erased before were erased again, from 1 row." in done.stdout, done


def test_fault_26_of_an_audit_that_was_on_hold_it_is_said_that_it_is_here_again(
    play: Play, empty: dict[str, str], tmp_path: Path
) -> None:
    env = given(play, tmp_path)
    assert within("hold", "set", "2", "--why", "An inquiry asks for it.", given=env, cwd=tmp_path).returncode == 0
    assert within("backup", "kept", given=env, cwd=tmp_path).returncode == 0
    assert within("hold", "lift", "2", given=env, cwd=tmp_path).returncode == 0
    reference = reference_of(listed(play, tmp_path / "before.xlsx", of=CASE), TEXT)
    said(play, tmp_path, "--text", reference, "--for-good", of=CASE)

    again = "Audit 2 is on hold, so what was erased of it may be here again."
    for words in (("restore", "kept"), RESUME, FOR_GOOD):
        done = within(*words, given=empty, cwd=tmp_path)
        assert again in done.stdout, done
    assert within("hold", "lift", "2", given=empty, cwd=tmp_path).returncode == 0
    done = within(*FOR_GOOD, given=empty, cwd=tmp_path)
    assert "Words that were erased before were erased again, from 1 row." in done.stdout, done
    assert again not in done.stdout


@pytest.mark.on_sqlite
def test_nothing_is_erased_that_cannot_be_remembered(play: Play, tmp_path: Path) -> None:
    play.load()
    assert play.send_return(LEAD, CASE, went_well=TEXT).ok
    reference = reference_of(listed(play, tmp_path / "before.xlsx", of=CASE), TEXT)
    nowhere = given(play, tmp_path) | {"PURGED_FILE": str(tmp_path / "nowhere" / "purged")}
    done = within(*command("--text", reference, "--for-good", of=CASE), given=nowhere, cwd=tmp_path)
    assert done.returncode == 1
    assert "nowhere/purged can't be written (FileNotFoundError)" in done.stderr
    assert done.stderr.rstrip().endswith("Nothing was erased.")
    with play.reading() as session:
        assert in_texts(session, {"Canaryword"})
    assert entries(play.sessions, "text.erase") == []
    assert "1 text was erased" in said(play, tmp_path, "--text", reference, "--for-good", of=CASE)
