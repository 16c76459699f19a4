"""Keys change while everybody works: all that is sealed moves on, and what was tampered with is named."""

import re
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import MetaData, create_engine, inspect, make_url, select, update
from sqlalchemy.orm import Session

from audit.access import Actor, Grant
from audit.errors import NeedsConfirmation, Refused
from audit.screening import denied, screen
from storage import rotation
from storage.clock import Clock
from storage.crypto import Vault, mark, new_key, seal, unseal
from storage.engine import Sessions
from storage.keys import KeyProbe, KeysRefused, check
from storage.people import Person, RoleKind, Workspace
from storage.returns import ReturnVersion
from storage.rewordings import EarlierWording
from storage.types import new_id
from tests.kit.play import Play
from tests.kit.served import forked, within

K1, K2, K3 = (f"k{number}:{new_key()}" for number in (1, 2, 3))
CANARY = "canarywordinatext"


class Opened:
    """A database, opened with these keys or those."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._opened: list[Sessions] = []

    def with_(self, *keys: str) -> Sessions:
        self._opened.append(Sessions(self.url, Vault.from_text(",".join(keys)), Clock(), patience=20))
        check(self._opened[-1])
        return self._opened[-1]

    def close(self) -> None:
        for each in self._opened:
            each.dispose()


@pytest.fixture
def database(database_url: str) -> Iterator[Opened]:
    found = Opened(database_url)
    yield found
    found.close()


def kept(session: Session, words: str) -> str:
    """A text, sealed as the product does; its row's id."""
    person = session.scalar(select(Person.id))
    if person is None:
        workspace = Workspace(team_id=f"T{new_id()[:20]}", name="A workspace")
        row = Person(workspace_id=workspace.id, user_id="U1", label="A lead")
        session.add_all((workspace, row))
        person = row.id
    wording = EarlierWording(subject_id=new_id(), version=1, by_id=person, at=session.info["clock"].now())
    seal(session, wording, "text", words)
    session.add(wording)
    session.flush()
    return wording.id


def fill(sessions: Sessions, count: int) -> list[str]:
    with sessions.begin() as session:
        return [kept(session, f"{CANARY} {number}") for number in range(count)]


def under(url: str, key: str) -> list[str]:
    """Every value in any table, the engine's too, that begins as what is sealed with that key does."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg") if "postgresql" in url else url)
    found = []
    with engine.connect() as connection:
        schemas = [None, "dbos"] if "dbos" in inspect(connection).get_schema_names() else [None]
        for schema in schemas:
            everything = MetaData()
            everything.reflect(connection, schema)
            for table in everything.sorted_tables:
                for row in connection.execute(select(table)).mappings():
                    values = {name: bytes(value) for name, value in row.items() if isinstance(value, bytes)}
                    found += [f"{table}.{name}" for name, value in values.items() if value.startswith(mark(key))]
    engine.dispose()
    return found


def texts(sessions: Sessions) -> set[str]:
    with sessions.reading() as session:
        return {unseal(session, row, "text") for row in session.scalars(select(EarlierWording))}


def test_fault_25_a_played_audit_moves_on_and_the_old_key_can_go(drawn: Play, tmp_path: Path) -> None:
    """While web and worker run, which know both keys."""
    url, k1 = drawn.settings.database_url.get_secret_value(), drawn.settings.encryption_keys.get_secret_value()
    drawn.worker()
    assert drawn.send_return("U0EDUEAST", "T2-EAST-01", why=CANARY).ok
    drawn.settled()
    given = {"DATABASE_URL": url, "ENCRYPTION_KEYS": f"{K2},{k1}"}
    assert len(under(url, "k1")) > 2
    done = within("keys", "rotate", given=given, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.match(
        r"[1-9][0-9]* texts were sealed again, with the key “k2”\.\nNothing is sealed with the key “k1”", done.stdout
    )
    assert under(url, "k1") == ["key_probes.probe"]
    assert within("keys", "rotate", given=given, cwd=tmp_path).stdout.startswith("0 texts were sealed again")
    looked = within("keys", "verify", given=given | {"ENCRYPTION_KEYS": K2}, cwd=tmp_path)
    assert (looked.returncode, looked.stderr) == (0, "")
    assert re.match(r"[1-9][0-9]* sealed texts can be opened where they are\.\n", looked.stdout)
    only_new = Sessions(url, Vault.from_text(K2), Clock())
    with only_new.reading() as session:
        assert CANARY in unseal(session, session.scalars(select(ReturnVersion)).one(), "answers")
    only_new.dispose()


def coordinating(session: Session) -> Actor:
    kept(session, CANARY)
    [person] = session.scalars(select(Person))
    return Actor(person.id, person.label, (Grant(RoleKind.COORDINATOR, None, None),))


def test_whatever_was_hashed_under_a_key_is_known_when_that_has_gone(database: Opened) -> None:
    """Names to keep out, and what somebody said identifies nobody: over two rotations, each key taken out after it."""
    words = {"why": "We met Mrs Canaryname."}
    with database.with_(K1).begin() as session:
        who = coordinating(session)
        denied.change(session, who, "Quillfeather", "")
        with pytest.raises(NeedsConfirmation) as asking:
            screen.screen(session, who, words)
        said = frozenset(question.mark for question in asking.value.questions.values())
        screen.screen(session, replace(who, said=said), words)
    for newest, before in ((K2, K1), (K3, K2)):
        rotated = rotation.rotate(database.with_(newest, before))
        assert (rotated.left, rotated.unopened) == ({}, [])
        with database.with_(newest).begin() as session:
            screen.screen(session, who, words)
            assert denied.look(session, who).lost == 0
            with pytest.raises(Refused, match="a name on your partnership's list"):
                screen.screen(session, who, {"why": "Then Quillfeather left."})


def test_what_is_kept_of_a_former_key_is_looked_at_too(database: Opened) -> None:
    """It is sealed with a newer one, which may not be left out; and damaged, it stops the start in words."""
    database.with_(K1)
    both = database.with_(K2, K1)
    rotation.rotate(both)
    with pytest.raises(KeysRefused, match="lacks the key named “k2”"):
        database.with_(K1)
    with both.begin() as session:
        session.execute(update(KeyProbe).where(KeyProbe.name == "k1").values(marking=b"\2k2nothing of ours"))
    with pytest.raises(KeysRefused, match="keeps of the former key named “k1” can't be opened"):
        database.with_(K2)
    [found] = rotation.look(database.with_(K2, K1)).unopened
    assert (found.table, found.column, found.row_id) == ("key_probes", "marking", "k1")


def test_fault_25_killed_at_any_moment_it_goes_on(database: Opened, tmp_path: Path) -> None:
    fill(database.with_(K1), 2 * rotation.BATCH + 50)
    given = {"DATABASE_URL": database.url, "ENCRYPTION_KEYS": f"{K2},{K1}", "SLACK_API_URL": "http://127.0.0.1:1/"}
    killed = forked("keys", "rotate", given=given | {"DIE_AT": "rotate.after"}, cwd=tmp_path)
    assert killed.returncode == -signal.SIGKILL
    left = under(database.url, "k1").count("earlier_wordings.text")
    assert left in {2 * rotation.BATCH + 50, rotation.BATCH + 50}, "the first commit is of this column or of another"
    done = forked("keys", "rotate", given=given, cwd=tmp_path)
    assert done.stdout.startswith(
        f"{left} texts were sealed again, with the key “k2”.\nNothing is sealed with the key “k1”"
    )
    assert texts(database.with_(K2)) == {f"{CANARY} {number}" for number in range(2 * rotation.BATCH + 50)}


def test_others_write_and_read_meanwhile(database: Opened) -> None:
    """Nobody gets an error, and nothing that was written last is lost."""
    before, both = database.with_(K1), database.with_(K2, K1)
    rows, stop = fill(before, 3 * rotation.BATCH), Event()

    def writes(start: int) -> dict[str, str]:
        wrote: dict[str, str] = {}
        for turn in range(start, 100_000, 7):
            if stop.is_set():
                break
            with both.begin() as session:  # some rows at once, in whatever order
                for place in (turn, turn * 31, turn * 17):
                    row = session.get_one(EarlierWording, rows[start::2][place % 300], with_for_update=True)
                    unseal(session, row, "text")
                    seal(session, row, "text", f"{turn} {place}")
                    wrote[row.id] = f"{turn} {place}"
        return wrote

    with ThreadPoolExecutor(2) as pool:
        writing = [pool.submit(writes, start) for start in (0, 1)]
        try:
            moved = [rotation.rotate(both) for _ in range(3)]
        finally:
            stop.set()
        wrote = {row: text for each in writing for row, text in each.result().items()}
    assert moved[0].count > 100
    assert rotation.rotate(both).left == {}
    assert under(database.url, "k1") == ["key_probes.probe"]
    with database.with_(K2).reading() as session:
        found = {row.id: unseal(session, row, "text") for row in session.scalars(select(EarlierWording))}
    assert found.keys() == set(rows)
    assert {row: found[row] for row in wrote} == wrote


def test_a_process_that_still_seals_with_the_old_key_keeps_it(database: Opened, tmp_path: Path) -> None:
    """Where the new key doesn't come first yet; and a row that somebody holds is left, and nobody waited for."""
    [row] = fill(database.with_(K1), 1)
    both = database.with_(K2, K1)
    if database.url.startswith("postgresql"):
        with both.begin() as session:
            session.get_one(EarlierWording, row, with_for_update=True)
            assert rotation.rotate(both).left == {"k1": {"earlier_wordings.text": 1}}
    given = {"DATABASE_URL": database.url, "ENCRYPTION_KEYS": f"{K2},{K1}"}
    assert "Nothing is sealed with the key “k1”" in within("keys", "rotate", given=given, cwd=tmp_path).stdout
    fill(database.with_(K1, K2), 2)
    assert (
        "lacks the key named “k1”"
        in within("keys", "verify", given=given | {"ENCRYPTION_KEYS": K2}, cwd=tmp_path).stderr
    )


TAMPERED: dict[str, Callable[[bytes, bytes], bytes]] = {
    "flipped": lambda sealed, _: sealed[:-1] + bytes([sealed[-1] ^ 1]),
    "cut off": lambda sealed, _: sealed[:-5],
    "emptied": lambda _, __: b"",
    "swapped": lambda _, other: other,
    "named": lambda sealed, _: b"\x02k7" + sealed[3:],
    "replaced by words": lambda _, __: f"0{CANARY}{CANARY}{CANARY}{CANARY}".encode(),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_fault_30_what_was_tampered_with_is_named_and_left(database: Opened, tmp_path: Path, how: str) -> None:
    sessions = database.with_(K1)
    hit, other, whole = fill(sessions, 3)
    with sessions.begin() as session:
        sealed = {row.id: row.text for row in session.scalars(select(EarlierWording))}
        spoilt = TAMPERED[how](sealed[hit], sealed[other])
        session.execute(update(EarlierWording).where(EarlierWording.id == hit).values(text=spoilt))
    given = {"DATABASE_URL": database.url, "ENCRYPTION_KEYS": K1}
    looked = within("keys", "verify", given=given, cwd=tmp_path)
    assert (looked.returncode, looked.stdout) == (1, "2 sealed texts can be opened where they are.\n")
    assert looked.stderr.startswith(f"1 can't be opened:\nearlier_wordings.text of row {hit} ")
    done = within("keys", "rotate", given=given | {"ENCRYPTION_KEYS": f"{K2},{K1}"}, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith("2 texts were sealed again, with the key “k2”.\nKeep the key “k1”: ")
    assert f"earlier_wordings.text of row {hit} " in done.stderr
    assert CANARY not in looked.stderr + done.stdout + done.stderr
    with database.with_(K2, K1).reading() as session:
        assert session.get_one(EarlierWording, hit).text == spoilt
        assert unseal(session, session.get_one(EarlierWording, whole), "text") == f"{CANARY} 2"
