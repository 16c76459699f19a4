"""The trail: the database refuses to change it, entries become links of chains, and one door empties and records."""

import hashlib
import json
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from audit import trail, trail_check
from storage import chain, migrations, rotation
from storage.clock import Clock
from storage.crypto import Vault, new_key
from storage.engine import Sessions
from storage.keys import KeysRefused, check
from storage.trail import TrailEntry
from tests.kit.served import forked, within
from tests.kit.trails import K1, Written

K2 = f"k2:{new_key()}"


def test_every_entry_is_a_link_of_its_chain(written: Written) -> None:
    before = written.checked()
    assert (before.sealed, before.heads, before.wrong) == (0, (), [])
    assert before.waiting > 13
    after = written.sealed().checked()
    assert (after.sealed, after.waiting, after.wrong) == (before.waiting, 0, [])
    [of_none, of_the_cycle] = after.heads
    assert of_none.startswith(f"0-{written.place('of none 4')}-")
    assert of_the_cycle.startswith(f"2-{written.place('of the cycle 7')}-")
    assert written.place("of none 4") + written.place("of the cycle 7") == after.sealed
    written.write("later", written.cycle)
    written.sealed()
    assert written.checked(*after.heads).wrong == [], "heads from before are on the way to those of now"


REFUSED = {
    "update": "UPDATE trail SET detail = 'x' WHERE detail = 'of none 1'",
    "backdated": "UPDATE trail SET at = '2020-01-01 00:00:00' WHERE detail = 'of none 1'",
    "unsealed": "UPDATE trail SET link = NULL, place = NULL WHERE detail = 'of none 1'",
    "sealed anew": "UPDATE trail SET link = 'x' WHERE detail = 'of none 1'",
    "emptied": "UPDATE trail SET person_id = NULL, actor = '', subject_id = NULL, detail = '', salt = NULL",
    "delete": "DELETE FROM trail WHERE detail = 'of none 1'",
    "delete of one that waits": "DELETE FROM trail WHERE detail = 'waits'",
    "update of one that waits": "UPDATE trail SET verb = 'x' WHERE detail = 'waits'",
    "born sealed": "INSERT INTO trail (number, at, actor, verb, detail, digest, place, link)"
    " VALUES (999999, '2026-01-01 00:00:00', 'x', 'x', 'x', 'x', 6, 'x')",
    "the heads": "DELETE FROM trail_head",
    "what was emptied": "DELETE FROM trail_forgotten",
    "what was emptied, changed": "UPDATE trail_forgotten SET by_number = 1",
    "truncate": "TRUNCATE trail CASCADE",
    "replace": "INSERT OR REPLACE INTO trail (number, at, actor, verb, detail, digest)"
    " SELECT number, at, 'x', verb, detail, digest FROM trail WHERE detail = 'of none 1'",
    "upsert": "INSERT INTO trail (number, at, actor, verb, detail, digest)"
    " SELECT number, at, 'x', verb, detail, digest FROM trail WHERE detail = 'of none 1'"
    " ON CONFLICT (number) DO UPDATE SET actor = 'x'",
}  # fmt: skip
ONLY = {"truncate": "postgresql", "replace": "sqlite"}


def test_the_database_itself_refuses(written: Written) -> None:
    written.sealed()
    with written.sessions.begin() as session:
        trail.forget(session, TrailEntry.detail == "of none 4", "a test")
    written.write("waits")
    for how, statement in REFUSED.items():
        if written.url.startswith(ONLY.get(how, "")):
            with pytest.raises(DBAPIError) as refusal:
                written.attack(statement, guarded=True)
            assert "the trail is append-only" in str(refusal.value), how
    checked = written.checked()
    assert (checked.wrong, checked.waiting, checked.emptied) == ([], 2, 1)


def test_guards_that_were_taken_away_are_missed_and_made_anew(written: Written) -> None:
    written.sealed()
    on = " ON trail" if written.url.startswith("postgresql") else ""
    for turn_off in (f"DROP TRIGGER trail_not_changed{on}", "ALTER TABLE trail DISABLE TRIGGER trail_not_changed"):
        if on or turn_off.startswith("DROP"):
            with written.sessions.begin() as session:
                session.execute(text(turn_off))
            said = "The database doesn't refuse changes: trail_not_changed was turned off or taken away."
            assert written.checked().wrong == [said]
            migrations.upgrade(written.url)
            assert written.checked().wrong == []
    with pytest.raises(DBAPIError, match="the trail is append-only"):
        written.attack("UPDATE trail SET detail = 'x'", guarded=True)


def test_the_door_for_purging_empties_and_records(written: Written) -> None:
    heads = written.sealed().checked().heads
    with written.sessions.begin() as session:
        of_cycle = TrailEntry.cycle_id == written.cycle
        assert trail.forget(session, of_cycle & TrailEntry.detail.startswith("of the"), "retention") == 8
        assert trail.forget(session, of_cycle & TrailEntry.detail.startswith("of the"), "retention") == 0
    written.sealed()
    checked = written.checked(*heads)
    assert (checked.wrong, checked.emptied) == ([], 8)
    with written.sessions.reading() as session:
        emptied = session.scalars(select(TrailEntry).where(TrailEntry.salt.is_(None))).all()
        record = session.scalars(select(TrailEntry).where(TrailEntry.verb == trail.FORGET)).one()
    assert {(row.person_id, row.actor, row.subject_id, row.detail) for row in emptied} == {(None, "", None, "")}
    assert {row.verb for row in emptied} == {"something.do"}
    assert record.detail.startswith("8 ")
    assert record.detail.endswith(" retention")
    written.attack(
        "UPDATE trail SET verb = 'another.thing' WHERE salt IS NULL"
        " AND place = (SELECT max(place) FROM trail WHERE salt IS NULL)"
    )
    [said] = written.checked().wrong
    assert "doesn't follow" in said, "what an emptied entry still says is held too"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_entries_that_were_committed_late_are_sealed_late(written: Written) -> None:
    """PostgreSQL gives a number before the commit."""
    written.sealed()
    with written.sessions.begin() as session:
        trail.record(session, None, "something.do", detail="late")
        session.flush()
        written.write("early")
        written.sealed()
    assert written.number("late") < written.number("early")
    checked = written.sealed().checked()
    assert (checked.waiting, checked.wrong) == (0, [])
    assert written.place("late") == written.place("early") + 1


def test_two_workers_and_writers_at_once_make_one_chain(written: Written) -> None:
    stop = Event()

    def writes(who: int) -> int:
        count = 0
        while not stop.is_set():
            written.write(f"{who} {count}", written.cycle if count % 2 else None)
            count += 1
        return count

    def seals() -> int:
        return sum(chain.seal(written.sessions).count for _ in range(15))

    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(writes, who) for who in range(2)]
        sealing = [pool.submit(seals) for _ in range(2)]
        try:
            assert sum(each.result() for each in sealing) > 13
        finally:
            stop.set()
        assert all(each.result() for each in writing)
    checked = written.sealed().checked()
    assert (checked.waiting, checked.wrong) == (0, [])


@pytest.mark.parametrize("point", ["seal.before_commit", "seal.after_commit"])
def test_killed_while_it_is_sealed(written: Written, tmp_path: Path, point: str) -> None:
    """The rotation seals what waits, as a worker does."""
    given = {
        "DATABASE_URL": written.url,
        "ENCRYPTION_KEYS": K1,
        "SLACK_API_URL": "http://127.0.0.1:1/",
        "DIE_AT": point,
    }
    assert forked("keys", "rotate", given=given, cwd=tmp_path).returncode == -signal.SIGKILL
    checked = written.checked()
    assert checked.wrong == []
    assert (checked.waiting == 0) == (point == "seal.after_commit")
    assert written.sealed().checked().wrong == []


def test_a_key_can_go_once_what_it_marked_is_sealed(written: Written) -> None:
    both, alone = (Sessions(written.url, Vault.from_text(keys), Clock()) for keys in (f"{K2},{K1}", K2))
    check(both)
    assert rotation.rotate(both).left == {}
    written.write("by a process that has the old key first")
    assert rotation.look(both).unopened == []
    with pytest.raises(KeysRefused, match="lacks the key named “k1”"):
        check(alone)
    rotation.rotate(both)
    check(alone)
    with alone.reading() as session:
        assert trail_check.check(session).wrong == []
    for each in (both, alone):
        each.dispose()


def test_the_commands_say_it_and_an_export_proves_itself(written: Written, tmp_path: Path) -> None:
    heads = written.sealed().checked().heads
    given = {"DATABASE_URL": written.url, "ENCRYPTION_KEYS": K1}
    said = within("trail", "verify", "--head", heads[0], "--head", heads[1], given=given, cwd=tmp_path)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.endswith("Every entry is as it was sealed, and in its place.\n")
    assert f"  head: {heads[0]}\n" in said.stdout
    assert json.loads(within("trail", "verify", "--json", given=given, cwd=tmp_path).stdout)["heads"] == [*heads]
    said = within("trail", "export", "out.jsonl", given=given, cwd=tmp_path)
    assert said.returncode == 0
    file = tmp_path / "out.jsonl"
    assert file.stat().st_mode & 0o077 == 0
    assert recomputed(file) == {head.split("-", 1)[1] for head in heads}
    written.attack("UPDATE trail SET detail = 'something else' WHERE detail = 'of none 1'")
    said = within("trail", "verify", given=given, cwd=tmp_path)
    assert said.returncode == 1
    assert said.stderr.startswith("The trail isn't whole:\nEntry ")
    assert within("trail", "verify", "--head", "x", given=given, cwd=tmp_path).stderr.startswith("“x” isn't a head")


def recomputed(file: Path) -> set[str]:
    """The heads, reckoned by nothing but what the guide says of an export."""

    def hashed(*said: object) -> str:
        return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()

    heads: dict[str, tuple[int, str]] = {}
    for line in file.read_text().splitlines():
        row = json.loads(line)
        said = ("salt", "at", "person_id", "actor", "verb", "cycle_id", "subject_id", "detail")
        assert row["salt"] is None or hashed(*(row[name] for name in said)) == row["digest"]
        name = row["cycle_id"] or ""
        count, before = heads.get(name, (0, ""))
        assert row["place"] == count + 1
        assert hashed(before, name, row["place"], row["number"], row["at"], row["verb"], row["digest"]) == row["link"]
        heads[name] = (count + 1, row["link"])
    return {f"{count}-{link[:32]}" for count, link in heads.values()}
