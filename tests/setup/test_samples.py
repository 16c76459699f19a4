"""Sampling: the same list and seed always give the same sample, and anybody can draw it again."""

import hashlib
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from audit.setup import sample
from audit.setup.case_list import NameableAgencies
from audit.setup.random_draw import draw, fresh_seed, list_hash, read
from audit.setup.sample import SampleInput
from storage.cycles import Cycle
from storage.people import Agency
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.pressing import acting

references = st.lists(st.from_regex(r"[A-Z0-9-]{1,12}", fullmatch=True), max_size=30, unique=True)
seeds = st.text(min_size=1, max_size=64)


@given(references, seeds, st.integers(0, 40), st.randoms())
def test_the_order_of_the_list_decides_nothing(listed: list[str], seed: str, count: int, chance: Random) -> None:
    shuffled = sorted(listed, key=lambda _: chance.random())
    drawn = draw(listed, seed, count)
    assert draw(shuffled, seed, count) == drawn
    assert len(drawn) == min(count, len(listed)) == len(set(drawn))
    assert set(drawn) <= set(listed)
    assert draw(listed, seed, max(0, count - 1)) == drawn[: max(0, count - 1)], "a smaller sample is part of a larger"
    assert list_hash({"East": listed}) == list_hash({"East": shuffled})


def test_as_documented_a_few_lines_draw_it_again() -> None:
    listed = [f"T2-EAST-{number:02}" for number in range(40)]
    ranked = sorted(listed, key=lambda reference: hashlib.sha256(f"chalk:{reference}".encode()).hexdigest())
    assert ranked[:5] == ["T2-EAST-05", "T2-EAST-23", "T2-EAST-37", "T2-EAST-09", "T2-EAST-34"]
    assert draw(listed, "chalk", 5) == tuple(ranked[:5])
    assert draw(listed, "chalk", 5) != draw(listed, "cheese", 5)
    assert len({fresh_seed() for _ in range(50)}) == 50


def test_a_list_with_more_than_a_reference_and_an_area_is_refused_line_by_line() -> None:
    known = NameableAgencies({"east": "East"}, {})
    listed, bad = read(("reference,area\nT1,East\nT2,East,Jo Bloggs", "T1,east\nT3,West"), known)
    assert listed == {"East": ["T1"]}
    assert [(each.number, each.reason.partition(":")[0]) for each in bad] == [
        (3, "it has more than a reference and an area"),
        (4, "T1 is in line 2 too"),
        (5, "there is no area “West”"),
    ]


def test_a_sample_is_shown_then_drawn_once_and_can_be_drawn_again(play: Play) -> None:
    play.load(opened=False)
    who = acting(play, "U0COORDIN")
    with play.reading() as session:
        cycle = session.scalars(select(Cycle.id)).one()
        agencies = tuple(session.scalars(select(Agency.id).where(Agency.short_label.in_(["CSC", "Police"]))))
    text = "\n".join(f"S-{area[0]}-{number:02}, {area}" for area in ("East", "North") for number in range(9))
    given_now = SampleInput((text, "", "", ""), "East: 3\nNorth 12\nCentral: 0", "chalk", agencies)

    def submit(given_then: SampleInput, seen: str = "") -> sample.Draw:
        with play.sessions.begin() as session:
            return sample.submit(session, who, cycle, given_then, seen)

    before = rows(play.sessions)
    shown = submit(given_now)
    assert [(each.area, each.listed, each.wanted, len(each.drawn)) for each in shown.strata] == [
        ("Central", 0, 0, 0), ("East", 9, 3, 3), ("North", 9, 12, 9),
    ]  # fmt: skip
    assert rows(play.sessions) == before
    other = submit(SampleInput(given_now.texts, given_now.quotas, "cheese", agencies), shown.mark)
    assert not other.stored, "another seed is shown first"
    assert submit(given_now, shown.mark).stored
    after = rows(play.sessions)
    assert (len(after["samples"]), len(after["cases"])) == (1, len(before["cases"]) + 12)
    assert len(after["returns"]) == len(before["returns"]) + 24
    assert submit(given_now, shown.mark).stored
    assert rows(play.sessions) == after
    fewer = submit(SampleInput(given_now.texts, given_now.quotas, "chalk", agencies[:1]))
    assert not fewer.storable
    assert "is in this audit already" in fewer.bad[0].reason
    assert rows(play.sessions) == after, "of other agencies it isn't the same sample"
    _check(play, cycle, text)


def _check(play: Play, cycle: str, text: str) -> None:
    """Drawn again from the same lines in another order; and from another list."""
    who = acting(play, "U0COORDIN")
    with play.sessions.begin() as session:
        line = sample.earlier(session, cycle)[0]
        backwards = "\n".join(reversed(text.split("\n")))
        same = sample.check(session, who, line.id, (backwards, ""))
        less = sample.check(session, who, line.id, (text.rpartition("\n")[0],))
    assert same.same
    assert same.astray == ()
    assert [len(each) for each in same.drawn.values()] == [0, 3, 9]
    assert not less.same
    assert len(entries(play.sessions, "sample.check")) == 2
