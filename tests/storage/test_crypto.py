"""Sealed text: it opens only where it belongs, with the right key, unchanged; and nothing of it lies about in files."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, make_url, select, text, update
from structlog.testing import capture_logs

from bot.settings import Settings
from storage.clock import Clock
from storage.crypto import Vault, WrongKey, new_key
from storage.engine import Sessions
from storage.returns import ReturnVersion
from tests.kit.judging import ids
from tests.kit.play import Play
from tests.kit.posting import deliver_due
from tests.kit.pressing import submitted

CANARY = "canarywordinareflection"
WHY = "canarywordinajudgement"
KEY = base64.b64encode(b"k" * 32).decode()
HERE = "return_versions:1:answers"


def vault(*names: str) -> Vault:
    return Vault.from_text(",".join(f"{name}:{new_key()}" for name in names))


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_opens_again(words: str) -> None:
    mine = vault("k1")
    assert mine.open(mine.seal(words, HERE), HERE) == words


def test_fault_30_another_key_of_the_same_name_doesnt_open() -> None:
    with pytest.raises(WrongKey):
        vault("k1").open(vault("k1").seal("x", HERE), HERE)


def test_a_key_of_another_name_doesnt_open() -> None:
    with pytest.raises(WrongKey):
        vault("k2").open(vault("k1").seal("x", HERE), HERE)


@pytest.mark.parametrize(
    "where", ["return_versions:2:answers", "judgements:1:statement", "return_versions:1:other", ""]
)
def test_fault_30_moved_elsewhere_it_doesnt_open(where: str) -> None:
    mine = vault("k1")
    with pytest.raises(WrongKey):
        mine.open(mine.seal("x", HERE), where)


def test_fault_30_any_changed_bit_and_any_cut_is_noticed() -> None:
    mine = vault("k1")
    sealed = mine.seal("some words", HERE)
    for place in range(len(sealed) * 8):
        flipped = bytearray(sealed)
        flipped[place // 8] ^= 1 << place % 8
        with pytest.raises(WrongKey):
            mine.open(bytes(flipped), HERE)
    for length in range(len(sealed)):
        with pytest.raises(WrongKey):
            mine.open(sealed[:length], HERE)
    with pytest.raises(WrongKey):
        mine.open(sealed + b"\0", HERE)


def test_after_a_rotation_the_old_key_opens_and_the_new_one_seals() -> None:
    old, new = f"old:{new_key()}", f"new:{new_key()}"
    before = Vault.from_text(old).seal("x", HERE)
    both = Vault.from_text(f"{new},{old}")
    assert both.open(before, HERE) == "x"
    after = both.seal("y", HERE)
    assert Vault.from_text(new).open(after, HERE) == "y"
    with pytest.raises(WrongKey):
        Vault.from_text(old).open(after, HERE)


def test_the_same_words_are_never_sealed_alike() -> None:
    mine = vault("k1")
    assert len({mine.seal("x", HERE) for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "keys", ["", ",", "k1", "k1:", f":{KEY}", "k1:abc", "k1:\u00e9", f"k1:{KEY},", f"k1:{KEY[:-4]}",
             f"k1:{base64.b64encode(b'short').decode()}", f"{'n' * 65}:{KEY}", f"k1:{KEY},k1:{KEY}"],
)  # fmt: skip
def test_keys_that_are_none_are_refused_in_words(keys: str) -> None:
    with pytest.raises(ValueError, match=r"each key must read name:base64|every key needs a name of its own") as wrong:
        Vault.from_text(keys)
    assert all(len(part) < 20 or part not in str(wrong.value) for part in keys.split(":"))


def answered(play: Play) -> None:
    """A return and a judgement, each with a word that must lie nowhere."""
    play.load()
    assert play.send_return("U0EDUEAST", "T2-EAST-03", went_well=CANARY, why=CANARY).ok
    play.move_clock(max(case.meeting_at for case in play.board().cases))
    assert play.press_in_audit("U0COORDIN", "case.judge", "T2-EAST-03").ok
    assert submitted(play, "U0COORDIN", grade="good", why=WHY, agrees=ids(play, "Education")).ok
    assert WHY in str(play.board().cases)
    assert CANARY in str(play.board().cases)


def test_no_words_lie_in_the_database(play: Play, tmp_path: Path) -> None:
    answered(play)
    found = _bytes_of(play.settings, tmp_path)
    assert b"T2-EAST-03" in found, "this looks in the wrong place"
    assert CANARY.encode() not in found
    assert WHY.encode() not in found


def _bytes_of(settings: Settings, tmp_path: Path) -> bytes:
    """All that the database keeps: SQLite's files, or every column of PostgreSQL's tables as it stands."""
    url = make_url(settings.database_url.get_secret_value())
    if url.get_backend_name() == "sqlite":
        return b"".join(file.read_bytes() for file in tmp_path.glob("roundtable.db*"))
    engine = create_engine(url.set(drivername="postgresql+psycopg"))
    found: list[bytes] = []
    with engine.connect() as connection:
        names = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        for name in names:
            for row in connection.execute(text(f'SELECT * FROM "{name}"')):
                found += [bytes(value) if isinstance(value, bytes) else str(value).encode() for value in row]
    engine.dispose()
    return b"\n".join(found)


def test_a_damaged_text_costs_an_apology_and_shows_nothing(play: Play) -> None:
    """What is stored can't be opened: whoever asks is told so, with a reference, and the log says which text it is."""
    answered(play)
    with play.sessions.begin() as session:
        version = session.scalars(select(ReturnVersion)).one()
        version.answers = version.answers[:-1] + bytes([version.answers[-1] ^ 1])
    with capture_logs() as logs:
        assert play.press_in_audit("U0COORDIN", "case.judge", "T2-EAST-03").ok
    shown = play.modal_text("U0COORDIN")
    logged = next(entry for entry in logs if entry["event"] == "text_not_opened")
    assert logged["key"] == f"return_versions:{version.id}:answers"
    assert logged["reference"] in shown
    assert "can't be opened: it was changed outside Roundtable, or its key is missing" in shown
    for secret in ("WrongKey", "sealed", "return_versions", "k1", CANARY):
        assert secret not in shown


def test_a_message_that_needs_a_damaged_text_waits_and_says_why(play: Play) -> None:
    answered(play)
    with play.sessions.begin() as session:
        session.execute(update(ReturnVersion).values(answers=b"\2k1damaged"))
    deliver_due(play)
    assert "can't be opened: it was changed outside Roundtable" in str(play.status().trouble)


def test_rotated_keys_keep_the_product_going(play: Play) -> None:
    answered(play)
    keys = f"k2:{new_key()},{play.settings.encryption_keys.get_secret_value()}"
    rotated = Sessions(play.settings.database_url.get_secret_value(), Vault.from_text(keys), Clock())
    with rotated.begin() as session:
        version = session.scalars(select(ReturnVersion)).one()
        opened = json.loads(session.info["vault"].open(version.answers, f"return_versions:{version.id}:answers"))
    rotated.dispose()
    assert opened["why"] == CANARY
