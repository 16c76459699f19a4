"""Whatever somebody does to the trail who owns the database and turned its guards off, it is said, and exactly."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from audit import trail
from audit.errors import Refused
from storage import chain
from storage.crypto import WrongKey
from storage.trail import TrailEntry, TrailHead, digest_of, link_of
from tests.kit.trails import NAMES, Written


def edited(written: Written) -> list[str]:
    called = written.called("of the cycle 2")
    written.attack("UPDATE trail SET detail = 'something else' WHERE detail = 'of the cycle 2'")
    return [f"{called} was changed."]


def backdated(written: Written) -> list[str]:
    called = written.called("of none 2")
    written.attack("UPDATE trail SET at = '2020-01-01 00:00:00' WHERE detail = 'of none 2'")
    return [f"{called} was changed."]


def edited_and_hashed_anew(written: Written) -> list[str]:
    """By somebody who knows how: the entry fits its digest, which doesn't fit the chain."""
    called, row = written.called("of the cycle 2"), written.row("of the cycle 2")
    row.detail = "something else"
    written.attack(
        "UPDATE trail SET detail = 'something else', digest = :digest WHERE number = :number",
        digest=digest_of(row), number=row.number,
    )  # fmt: skip
    return [f"{called} doesn't follow the one before it: one of the two was changed, or moved here."]


def edited_and_linked_anew(written: Written) -> list[str]:
    """And the link too; it is the next one's that tells."""
    called, row = written.called("of the cycle 3"), written.row("of the cycle 2")
    row.detail, before = "something else", written.row("of the cycle 1").link or ""
    row.digest = digest_of(row)
    written.attack(
        "UPDATE trail SET detail = 'something else', digest = :digest, link = :link WHERE number = :number",
        digest=row.digest, link=link_of(before, row, row.place or 0), number=row.number,
    )  # fmt: skip
    return [f"{called} doesn't follow the one before it: one of the two was changed, or moved here."]


def all_of_the_rest_linked_anew(written: Written) -> list[str]:
    """What nobody can who hasn't the key is the sealed end."""
    changed = written.row("of the cycle 2")
    row, before = changed, written.row("of the cycle 1").link or ""
    row.detail = "something else"
    for number in range(2, 8):
        row = row if number == 2 else written.row(f"of the cycle {number}")
        row.digest = digest_of(row)
        before = row.link = link_of(before, row, row.place or 0)
        written.attack(
            "UPDATE trail SET detail = :detail, digest = :digest, link = :link WHERE number = :number",
            detail=row.detail, digest=row.digest, link=row.link, number=row.number,
        )  # fmt: skip
    return ["The end of the chain of audit 2 isn't the one that was sealed."]


def deleted(written: Written) -> list[str]:
    before, after, first = written.row("of the cycle 1"), written.row("of the cycle 4"), written.place("of the cycle 2")
    written.attack("DELETE FROM trail WHERE detail IN ('of the cycle 2', 'of the cycle 3')")
    places = f"Places {first} to {first + 1} of audit 2"
    return [f"{places}: deleted between entries {before.number} and {after.number}."]


def deleted_at_the_beginning(written: Written) -> list[str]:
    written.attack("DELETE FROM trail WHERE cycle_id IS NULL AND place = 1")
    with written.sessions.reading() as session:
        after = session.scalars(
            select(TrailEntry.number).where(TrailEntry.cycle_id.is_(None), TrailEntry.place == 2)
        ).one()
    return [f"Place 1 of what belongs to no cycle: deleted before entry {after}."]


def cut_off(written: Written) -> list[str]:
    last = written.place("of none 4")
    written.attack("DELETE FROM trail WHERE detail IN ('of none 3', 'of none 4')")
    return [f"Places {last - 1} to {last} of what belongs to no cycle: deleted at the end."]


def gone_whole(written: Written) -> list[str]:
    last = written.place("of none 4")
    written.attack("DELETE FROM trail WHERE cycle_id IS NULL")
    return [f"Places 1 to {last} of what belongs to no cycle: deleted at the end."]


def inserted(written: Written) -> list[str]:
    """As if it waited to be sealed; and nobody seals it."""
    written.attack(
        "INSERT INTO trail (at, actor, verb, detail, salt, digest, mark)"
        " SELECT at, actor, verb, 'put in', salt, digest, 'k1:00000000000000000000000000000000' FROM trail"
        " WHERE detail = 'of none 1'"
    )
    number, first = written.number("put in"), written.number("of none 1")
    assert chain.seal(written.sessions).strange == [number]
    return [
        f"Entry {number} is not as Roundtable wrote it: added, changed, or its seal taken away.",
        f"Entry {number} is a copy of entry {first}.",
    ]


def inserted_between(written: Written) -> list[str]:
    written.attack(
        "INSERT INTO trail (at, actor, verb, detail, salt, digest, place, link)"
        " SELECT at, actor, verb, 'put in', salt, digest, place, link FROM trail WHERE detail = 'of none 1'"
    )
    return [f"{written.called('put in')} was added: it stands at a place that another has."]


def added_at_the_end(written: Written) -> list[str]:
    """Rightly linked: it is not what was sealed as the end."""
    row = written.row("of none 4")
    before, place, row.detail, row.number = row.link or "", (row.place or 0) + 1, "put in", 999_999
    row.digest = digest_of(row)
    insert = "INSERT INTO trail (number, at, actor, verb, detail, salt, digest, place, link) "
    if written.url.startswith("postgresql"):
        insert += "OVERRIDING SYSTEM VALUE "
    written.attack(
        f"{insert} SELECT 999999, at, actor, verb, 'put in', salt, :digest, :place, :link FROM trail"
        " WHERE detail = 'of none 4'",
        digest=row.digest, place=place, link=link_of(before, row, place),
    )  # fmt: skip
    return ["The end of the chain of what belongs to no cycle isn't the one that was sealed."]


def swapped(written: Written) -> list[str]:
    """Two entries change places, with all that belongs to the place."""
    one, other = written.row("of none 1"), written.row("of none 2")
    first = one.place or 0
    written.attack(
        "UPDATE trail SET place = :both - place WHERE number IN (:one, :other)",
        both=first + first + 1, one=one.number, other=other.number,
    )  # fmt: skip
    numbers = (other.number, one.number, written.number("of none 3"))
    return [
        f"Entry {number} (place {place} of what belongs to no cycle) doesn't follow the one before it: one of the two"
        " was changed, or moved here."
        for place, number in enumerate(numbers, first)
    ]


def renumbered(written: Written) -> list[str]:
    called = written.called("of none 1")
    number = written.number("of none 1")
    written.attack("UPDATE trail SET number = 999999 WHERE detail = 'of none 1'")
    return [
        called.replace(f"Entry {number}", "Entry 999999")
        + " doesn't follow the one before it: one of the two was changed, or moved here."
    ]


def unsealed(written: Written) -> list[str]:
    """To be sealed anew after a change: it has no mark any more."""
    before, row, after = written.number("of none 0"), written.row("of none 1"), written.number("of none 2")
    written.attack("UPDATE trail SET link = NULL, place = NULL, detail = 'new' WHERE detail = 'of none 1'")
    assert chain.seal(written.sessions).strange == [row.number]
    return [
        f"Place {row.place} of what belongs to no cycle: deleted between entries {before} and {after}.",
        f"Entry {row.number} is not as Roundtable wrote it: added, changed, or its seal taken away.",
    ]


def emptied_without_a_record(written: Written) -> list[str]:
    called = written.called("of none 1")
    written.attack("UPDATE trail SET actor = '', detail = '', salt = NULL WHERE detail = 'of none 1'")
    return [f"{called} was changed, or emptied without a record of it."]


def emptied_with_a_record_that_nobody_wrote(written: Written) -> list[str]:
    written.attack(
        "INSERT INTO trail_forgotten SELECT number, 999999 FROM trail WHERE detail = 'of none 1'",
        "UPDATE trail SET actor = '', detail = '', salt = NULL WHERE detail = 'of none 1'",
    )
    return ["Entry 999999, which recorded that 1 others were emptied, is missing."]


def one_more_emptied_than_recorded(written: Written) -> list[str]:
    with written.sessions.begin() as session:
        trail.forget(session, TrailEntry.detail == "of none 0", "a test")
    written.sealed()
    with written.sessions.reading() as session:
        by = session.scalars(select(TrailEntry.number).where(TrailEntry.verb == trail.FORGET)).one()
    written.attack(
        "INSERT INTO trail_forgotten SELECT number, :by FROM trail WHERE detail = 'of none 1'",
        "UPDATE trail SET actor = '', detail = '', salt = NULL WHERE detail = 'of none 1'",
        by=by,
    )
    return [f"Entry {by} records which entries were emptied, and others are said to be."]


def head_damaged(written: Written) -> list[str]:
    with written.sessions.begin() as session:
        row = session.scalars(select(TrailHead)).one()
        row.head = row.head[:-1] + bytes([row.head[-1] ^ 1])
    written.write("later")
    with pytest.raises(WrongKey):
        chain.seal(written.sessions)
    why = "was changed, cut off or put there from elsewhere"
    return [f"The chains' sealed ends can't be trusted: the row in trail_head {why}."]


def head_deleted(written: Written) -> list[str]:
    """And nobody begins the chains anew."""
    written.attack("DELETE FROM trail_head")
    written.write("later")
    with pytest.raises(WrongKey):
        chain.seal(written.sessions)
    return [f"The end of the chain of {each} isn't the one that was sealed." for each in NAMES]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("attack", [
    edited, backdated, edited_and_hashed_anew, edited_and_linked_anew, all_of_the_rest_linked_anew, deleted,
    deleted_at_the_beginning, cut_off, gone_whole, inserted, inserted_between, added_at_the_end, swapped, renumbered,
    unsealed, emptied_without_a_record, emptied_with_a_record_that_nobody_wrote, one_more_emptied_than_recorded,
    head_damaged, head_deleted,
])  # fmt: skip
def test_whatever_is_done_to_it_is_said_exactly(written: Written, attack: Callable[[Written], list[str]]) -> None:
    said = attack(written.sealed())
    assert sorted(written.checked().wrong) == sorted(said)


def test_an_older_copy_and_another_trail_are_told_by_what_stands_outside(written: Written) -> None:
    before = written.sealed().checked().heads
    written.write("later", written.cycle)
    written.sealed()
    [of_none, of_the_cycle] = written.checked().heads
    written.attack("DELETE FROM trail WHERE detail = 'later'")
    assert len(written.checked().wrong) == 1
    with written.sessions.begin() as session:  # as an older copy has it, whole in itself
        row = session.scalars(select(TrailHead)).one()
        number = int(before[1].split("-")[1])
        at = (TrailEntry.cycle_id == written.cycle, TrailEntry.place == number)
        link = session.scalars(select(TrailEntry.link).where(*at)).one()
        found = chain.heads(session) | {written.cycle: chain.ChainHead(number, link or "")}
        row.head = chain.sealed_heads(session, found)
    assert written.checked().wrong == []
    assert written.checked(*before).wrong == []
    [said] = written.checked(of_none, of_the_cycle).wrong
    assert said == (
        f"A head kept outside says that the chain of audit 2 has had {number + 1} entries, and it has {number}:"
        " its end was"
        " cut off, or this is an older copy."
    )
    [said] = written.checked(f"2-{number}-{'0' * 32}").wrong
    assert f"isn't what stood outside as 2-{number}-{'0' * 32}: rewritten." in said
    for head, refusal in (
        ("2-5", "isn't a head of the trail"),
        (f"7-5-{'0' * 32}", "of audit 7, which isn't in"),
    ):
        with pytest.raises(Refused, match=refusal):
            written.checked(head)
