"""`roundtable erase` as a data protection officer runs it."""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import CompletedProcess

from sqlalchemy.orm import Session

from audit.findings import earlier_text
from storage.actions import Recommendation
from storage.crypto import seal
from storage.findings import Finding
from tests.faults.databases import waiting_for_locks
from tests.kit import canaries
from tests.kit.exported import BY, Rows, export
from tests.kit.play import Play
from tests.kit.served import forked, within

ONE = "T2-EAST-01"
WHY = "objection"
CASE = "T2-EAST-03"
TEXT = "Her neighbour, Canaryword of the bakery,\nsaw it and told the school."
SHORT = "Canaryword told us."


def in_texts(session: Session, words: Collection[str]) -> set[str]:
    """The words that occur anywhere in the database."""
    said = canaries.opened(session)
    return {word for word in words if word in said}


def given(play: Play, tmp_path: Path) -> dict[str, str]:
    """The settings of a play as environment variables."""
    found = {name.upper(): str(value) for name, value in play.settings if name in {"slack_api_url", "clock_file"}}
    found |= {"DATABASE_URL": play.settings.database_url.get_secret_value(), "PURGED_FILE": str(tmp_path / "purged")}
    return found | {"ENCRYPTION_KEYS": play.settings.encryption_keys.get_secret_value()}


def command(*words: str, of: str = ONE) -> tuple[str, ...]:
    return ("erase", of, *words, "--by", BY, "--because", WHY)


def said(play: Play, tmp_path: Path, *words: str, of: str = ONE, code: int = 0) -> str:
    """Run the command in this process, and return its output; `code`: the expected exit status."""
    done = within(*command(*words, of=of), given=given(play, tmp_path), cwd=tmp_path)
    assert done.returncode == code, done
    return done.stderr if code else done.stdout


def killed(play: Play, tmp_path: Path, place: str, *words: str, of: str = ONE) -> "CompletedProcess[str]":
    """Run the command in a process that is killed at the named point `place`."""
    env = given(play, tmp_path) | {"DIE_AT": place}
    return forked(*command(*words, of=of), given=env, cwd=tmp_path)


def listed(play: Play, file: Path, of: str = ONE) -> Rows:
    """The texts in a case's export, without the head."""
    return export(play, "case", file, reference=of)["Texts"][1:]


def reference_of(rows: Rows, text: str, table: str = "return_versions") -> str:
    """The reference, in the export, of the text in a table's row."""
    [found] = {str(row[8]) for row in rows if row[6] == text and row[9] == table}
    return found


ERASE_AUDIT = ("erase", "--audit", "2", "--by", BY, "--because", "mistake")
"""The command that erases texts of the audit as a whole."""


def said_of_audit(play: Play, tmp_path: Path, *words: str) -> str:
    """Run the command for the audit's own texts, and return its output."""
    done = within(*ERASE_AUDIT, *words, given=given(play, tmp_path), cwd=tmp_path)
    assert done.returncode == 0, done
    return done.stdout


def book_of_audit(play: Play, file: Path) -> dict[str, Rows]:
    """The export of the audit's own texts."""
    return export(play, "audit", file, cycle=2)


def texts_of_audit(play: Play, file: Path) -> Rows:
    """The texts in the audit's export, without the head."""
    return book_of_audit(play, file)["Texts"][1:]


def erased_while_it_is_reworded(
    play: Play, tmp_path: Path, row_of: Callable[[Session], Finding | Recommendation], text: str, asked: tuple[str, ...]
) -> None:
    """Reword a row, locked by `row_of`, while the command runs, which waits for the lock and succeeds."""
    url = play.settings.database_url.get_secret_value()
    with ThreadPoolExecutor(1) as pool:
        with play.sessions.begin() as session:
            row = row_of(session)
            earlier_text.keep(session, row)
            seal(session, row, "text", text)
            session.flush()
            done = pool.submit(forked, *asked, "--for-good", given=given(play, tmp_path), cwd=tmp_path)
            assert play.until(lambda: waiting_for_locks(url) > 0)
        assert done.result().returncode == 0, done.result()
