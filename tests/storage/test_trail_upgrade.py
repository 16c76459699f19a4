"""What stands in the trail of a database that is older than its chains is signed by the upgrade, or nothing changes."""

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from audit import trail_check
from storage import chain, keys, migrations
from storage.clock import Clock
from storage.crypto import Vault, bound_to, new_key
from storage.engine import Sessions
from storage.keys import KeysRefused

KEY = f"k1:{new_key()}"
MANY = 2345


def test_it_is_signed_and_sealed_and_guarded(empty_url: str) -> None:
    engine = migrations.engine_for(empty_url)
    with engine.connect() as connection:
        command.upgrade(migrations.config(connection), "0019")
    with engine.begin() as connection:
        probe = Vault.from_text(KEY).seal(keys.PROBE, bound_to("key_probes", "k1", "probe"))
        connection.execute(text("INSERT INTO key_probes (name, probe) VALUES ('k1', :probe)"), {"probe": probe})
        entry = text(
            "INSERT INTO trail (at, actor, verb, subject_id, detail)"
            " VALUES (:at, 'Education lead, \u201cEast\u201d', 'return.read', NULL, :detail)"
        )
        times = [f"2026-03-0{1 + number % 9} 12:00:00.00{number % 7}" for number in range(MANY)]
        connection.execute(entry, [{"at": at, "detail": f"T2-EAST-{n}"} for n, at in enumerate(times)])
    for given in ("", f"k1:{new_key()}", f"k2:{new_key()},{KEY}"):
        with pytest.raises(KeysRefused):
            migrations.upgrade(empty_url, Vault.from_text(given) if given else None)
        assert not migrations.is_current(empty_url)
    migrations.upgrade(empty_url, Vault.from_text(KEY))
    with pytest.raises(DBAPIError, match="the trail is append-only"), engine.begin() as connection:
        connection.execute(text("UPDATE trail SET actor = 'x'"))
    engine.dispose()
    sessions = Sessions(empty_url, Vault.from_text(KEY), Clock(), patience=20)
    assert chain.seal(sessions, 1000).count == 1000, "some at a time"
    assert chain.seal(sessions).count == MANY - 1000
    with sessions.reading() as session:
        checked = trail_check.check(session)
    sessions.dispose()
    assert (checked.sealed, checked.waiting, checked.wrong) == (MANY, 0, [])
