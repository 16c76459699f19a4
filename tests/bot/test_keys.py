"""Keys: a wrong or a missing one is named at the start of every process, before anything is sealed with it."""

from argparse import Namespace
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest
from PIL import Image
from pydantic import SecretStr
from sqlalchemy import LargeBinary, delete, select

from audit.library import shipped, to_xlsform
from bot.commands import BARE, COMMANDS, function_of
from bot.settings import Settings
from storage.clock import Clock
from storage.crypto import Vault, new_key, seal, unseal
from storage.engine import Sessions
from storage.keys import KeyProbe, KeysRefused, check, sealed_columns
from storage.people import Person, Workspace
from storage.rewordings import EarlierWording
from storage.types import Base, new_id
from tests.kit.loaded import FILE
from tests.kit.served import forked
from views import template

K1, K2, OTHER = (new_key() for _ in range(3))


class Database:
    """A database, opened with this key or that one."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._opened: list[Sessions] = []

    def opened(self, *keys: str) -> Sessions:
        self._opened.append(Sessions(self.url, Vault.from_text(",".join(keys)), Clock()))
        return self._opened[-1]

    def start(self, *keys: str) -> Sessions:
        sessions = self.opened(*keys)
        check(sessions)
        return sessions

    def refused(self, *keys: str) -> str:
        before = self.probes()
        with pytest.raises(KeysRefused) as refusal:
            self.start(*keys)
        assert self.probes() == before
        assert not any(key.partition(":")[2] in str(refusal.value) for key in keys)
        return str(refusal.value)

    def probes(self) -> dict[str, bytes]:
        with self.opened(f"any:{OTHER}").reading() as session:
            return {row.name: row.probe for row in session.scalars(select(KeyProbe))}

    def close(self) -> None:
        for each in self._opened:
            each.dispose()
            assert each.checked_out() == 0


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = Database(database_url)
    yield found
    found.close()


def keep(sessions: Sessions, words: str = "something") -> str:
    """Seal a text as the product does; its row's id."""
    with sessions.begin() as session:
        workspace = Workspace(team_id=f"T{new_id()[:20]}", name="A workspace")
        person = Person(workspace_id=workspace.id, user_id="U1", label="A lead")
        wording = EarlierWording(subject_id=new_id(), version=1, by_id=person.id, at=datetime.now(UTC))
        seal(session, wording, "text", words)
        session.add_all((workspace, person, wording))
        return wording.id


def kept(sessions: Sessions, row_id: str) -> str:
    with sessions.reading() as session:
        return unseal(session, session.get_one(EarlierWording, row_id), "text")


WRONG = "ENCRYPTION_KEYS: the key named “k1” isn't the one that this database knows by that name"
MISSING = "ENCRYPTION_KEYS lacks the key named “k1”, with which text in this database is sealed"


def test_a_key_is_known_from_its_first_start_on(database: Database) -> None:
    """Even while nothing is sealed yet: what another process seals meanwhile would be lost."""
    database.start(f"k1:{K1}")
    known = database.probes()
    database.start(f"k1:{K1}")
    assert database.probes() == known
    assert known.keys() == {"k1"}
    assert WRONG in database.refused(f"k1:{K2}")
    assert WRONG in database.refused(f"k2:{K2}", f"k1:{K2}")
    assert WRONG in database.refused(f"k1:{K2}", f"k2:{K2}")


def test_rotation_adds_a_key_and_the_old_one_may_not_be_left_out_while_text_needs_it(database: Database) -> None:
    row = keep(database.start(f"k1:{K1}"))
    assert MISSING in database.refused(f"k2:{K2}")
    assert kept(database.start(f"k2:{K2}", f"k1:{K1}"), row) == "something"
    assert database.probes().keys() == {"k1", "k2"}
    assert MISSING in database.refused(f"k2:{K2}")
    with database.opened(f"k1:{K1}").begin() as session:
        session.execute(delete(EarlierWording))
    database.start(f"k2:{K2}")
    assert WRONG in database.refused(f"k2:{K2}", f"k1:{OTHER}"), "a backup may still need it"


def test_what_is_sealed_already_is_looked_through_where_there_are_no_probes_yet(database: Database) -> None:
    """A database that is older than the probes."""
    row = keep(database.opened(f"k1:{K1}"))
    assert MISSING in database.refused(f"k2:{K2}")
    assert MISSING in database.refused(f"k11:{K1}"), "a name that begins like another is another name"
    assert WRONG in database.refused(f"k1:{K2}")
    assert database.probes() == {}
    assert kept(database.start(f"k1:{K1}"), row) == "something"


def test_text_anywhere_counts() -> None:
    """Every binary column holds sealed text, and each is looked through."""
    looked_at = {str(column) for column in sealed_columns()}
    binary = {
        str(column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert looked_at == binary - {"key_probes.probe"}
    assert len(looked_at) > 10


def test_of_two_that_bring_different_keys_of_one_new_name_one_gets_in(database: Database) -> None:
    for number in range(6):
        name, both = f"new{number}", Barrier(2)

        def starts(key: str, name: str = name, both: Barrier = both) -> bool:
            sessions = database.opened(f"{name}:{key}")
            both.wait()
            try:
                check(sessions)
            except KeysRefused:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(starts, (K1, K2))) == [False, True]


def test_of_two_that_bring_the_same_new_key_both_get_in(database: Database) -> None:
    both = Barrier(2)

    def starts(sessions: Sessions) -> None:
        both.wait()
        check(sessions)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(starts, [database.opened(f"b:{K2}", f"a:{K1}"), database.opened(f"a:{K1}", f"b:{K2}")]))
    assert database.probes().keys() == {"a", "b"}


def given(url: str, keys: str) -> dict[str, str]:
    return {
        "DATABASE_URL": url,
        "ENCRYPTION_KEYS": keys,
        "SLACK_BOT_TOKEN": "xoxb-of-the-keys-tests",
        "SLACK_SIGNING_SECRET": "secret-of-the-keys-tests",
        "PORT": "0",
    }


def test_fault_25_30_both_kinds_of_process_stop_with_the_sentence(database: Database, tmp_path: Path) -> None:
    """Another deployment's database, and an old key that was left out."""
    keep(database.start(f"k1:{K1}"))
    for command, keys, sentence in (("web", f"k1:{K2}", WRONG), ("worker", f"k2:{K2}", MISSING)):
        ended = forked(command, given=given(database.url, keys), cwd=tmp_path)
        assert ended.returncode != 0
        assert sentence in ended.stderr, (command, ended.stderr)
        assert "Traceback" not in ended.stderr
        assert K2 not in ended.stderr + ended.stdout


def test_every_command_that_uses_the_database_looks_first(settings: Settings, tmp_path: Path) -> None:
    wrong = settings.model_copy(update={"encryption_keys": SecretStr(f"k1:{K2}")})
    with settings.database():
        pass
    csv = tmp_path / "some.csv"
    csv.write_text("cycle\\n1\\n")
    xlsx = tmp_path / "tool.xlsx"
    xlsx.write_bytes(to_xlsform.workbook(shipped.tool("neglect")))
    picture, docx = tmp_path / "logo.png", tmp_path / "ours.docx"
    Image.new("RGB", (9, 9)).save(picture)
    docx.write_bytes(template.shipped())
    everything = Namespace(
        cycle=2, file=FILE, csv=csv, out=tmp_path / "new.xlsx", by="Coordinator", scale=None,
        url="https://docs.google.com/spreadsheets/d/" + "x" * 44,
        json=True, dry_run=False, follow=False, answered=False, public=False, tool="neglect", xlsx=xlsx, results=csv,
        cycle_named=None, title=None, jsonl=tmp_path / "trail.jsonl", partnership="Ours", part="logo",
        picture=picture, docx=docx, whose=None, reference="T2-EAST-01", case="T2-EAST-01", text=[],
        all_texts=True, audit=None, because="So.",
    )  # fmt: skip
    for words in COMMANDS:
        if words not in {*BARE, "migrate", "worker", "clock", "restore"}:  # what is empty knows no key
            with pytest.raises(KeysRefused, match="the key named “k1” isn't the one"):
                function_of(words)(wrong, everything)
