"""Learning themes are merged, renamed and split, and nothing loses its link: every count follows."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.access import Actor
from audit.cycle import board as board_rules
from audit.errors import Refused
from audit.findings import themes
from audit.findings.themes import counting_as
from audit.themes import merge, split
from storage.cases import Case
from storage.clock import now
from storage.crypto import seal
from storage.cycles import Cycle, LearningTheme
from storage.findings import Finding
from storage.promises import Promise
from tests.kit.finding import THEMES, add, counted, findings, released, theme_id
from tests.kit.looking import entries, rows
from tests.kit.managing import COORDINATOR, enter, press, previewed, refusal
from tests.kit.play import Play
from tests.kit.pressing import acting, asked

ONE, TWO, THREE = "T2-EAST-01", "T2-EAST-02", "T2-EAST-03"


@pytest.fixture
def found(play: Play) -> Play:
    """SGO payments in two cases, Guardianship orders in two, one of them the same; the theme's page is open."""
    play.start_from(_found)
    assert counted(play) == {"Guardianship orders": (2, 15), "SGO payments": (2, 15)}
    return play


def _found(play: Play) -> None:
    released(play, ONE, TWO, THREE)
    for reference, theme in ((ONE, 2), (TWO, 2), (TWO, 0), (THREE, 0)):
        assert add(play, reference, THEMES[theme]).ok


def _page(play: Play, label: str) -> str:
    assert asked(play, COORDINATOR, "theme.show", theme_id(play, label)).ok
    return play.modal_text(COORDINATOR)


@pytest.mark.on_sqlite
def test_two_themes_are_merged_and_the_merger_is_undone(found: Play) -> None:
    assert "Audit 2, Transitions: 2 of 15 cases" in _page(found, "Guardianship orders")
    press(found, "theme.merge")
    said = previewed(found, into=theme_id(found, "SGO payments"))
    assert "of 15 cases: Guardianship orders 0 instead of 2; SGO payments 3 instead of 2" in said
    assert counted(found)["SGO payments"] == (2, 15)
    sent = enter(found)
    assert sent.request
    assert "“Guardianship orders” counts as this theme" in found.modal_text(COORDINATOR)
    assert "Audit 2, Transitions: 3 of 15 cases" in found.modal_text(COORDINATOR)
    assert counted(found) == {"SGO payments": (3, 15)}
    before = rows(found.sessions)
    assert found.workspace.sender.resend(sent.request).ok
    assert rows(found.sessions) == before
    with found.reading() as session:
        assert "Guardianship orders" not in {each.label for each in merge.offered(session, "")}
        assert session.scalars(select(Promise)).all()
    press(found, "theme.unmerge")
    assert "The merger is undone" in found.modal_text(COORDINATOR)
    assert counted(found) == {"Guardianship orders": (2, 15), "SGO payments": (2, 15)}
    assert [len(entries(found.sessions, f"theme.{verb}")) for verb in ("merge", "unmerge")] == [1, 1]


@pytest.mark.on_sqlite
def test_a_theme_is_split_and_renamed(found: Play) -> None:
    _page(found, "SGO payments")
    press(found, "theme.split")
    first = [row.id for row in findings(found)][:1]
    assert "Choose the findings" in refusal(found, label="Late payments")
    assert "but not both" in refusal(found, findings_1=first, label="")
    assert "There is a learning theme" in refusal(found, findings_1=first, label="housing")
    assert "a phone number" in refusal(found, findings_1=first, label="Ring 07700 900123")
    said = previewed(found, findings_1=first, label="Late payments")
    assert "of 15 cases: SGO payments 1 instead of 2; Late payments 1 instead of 0" in said
    sent = enter(found)
    assert sent.request
    assert found.workspace.sender.resend(sent.request).ok
    assert "1 finding moved" in found.modal_text(COORDINATOR)
    assert counted(found) == {"Guardianship orders": (2, 15), "Late payments": (1, 15), "SGO payments": (1, 15)}
    assert len(entries(found.sessions, "theme.split")) == 1
    press(found, "theme.rename")
    assert "There is a learning theme" in refusal(found, label="LATE payments")
    assert enter(found, label="Payments of allowances").ok
    assert "The theme is renamed" in found.modal_text(COORDINATOR)
    assert counted(found)["Payments of allowances"] == (1, 15)


def test_another_merger_than_the_one_shown_is_not_undone(found: Play) -> None:
    one, other, third = (theme_id(found, each) for each in ("Guardianship orders", "SGO payments", "Housing"))
    who = acting(found, COORDINATOR)

    def merged(into: str) -> None:
        with found.sessions.begin() as session:
            shown = merge.merge(session, who, one, into)
            assert merge.merge(session, who, one, into, shown.mark).done

    merged(other)
    _page(found, "SGO payments")
    with found.sessions.begin() as session:
        merge.unmerge(session, who, one)
    merged(third)
    press(found, "theme.unmerge")
    assert "“Guardianship orders” counts as “Housing”" in found.modal_text(COORDINATOR)
    with found.reading() as session:
        assert session.get_one(LearningTheme, one).merged_into_id == third


def test_what_was_shown_is_what_is_merged(found: Play) -> None:
    _page(found, "Guardianship orders")
    press(found, "theme.merge")
    previewed(found, into=theme_id(found, "SGO payments"))
    who = acting(found, COORDINATOR)
    with found.sessions.begin() as session:
        session.get_one(Finding, findings(found)[0].id).withdrawn_at = now(session)
    assert enter(found).ok
    assert "This is not what you were shown before" in found.modal_text(COORDINATOR)
    assert "SGO payments" in counted(found)
    with found.sessions.begin() as session, pytest.raises(Refused, match="Choose the theme"):
        merge.merge(session, who, theme_id(found, "Housing"), theme_id(found, "Housing"))


class Undone(Exception):
    """An example is over: nothing of it stays."""


steps = st.lists(
    st.tuples(
        st.sampled_from(["merge", "unmerge", "split", "new", "rename"]),
        st.integers(0, 4),
        st.integers(0, 4),
        st.sets(st.integers(0, 7), max_size=4),
    ),
    max_size=8,
)
about = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=8, max_size=8)


def test_nothing_loses_its_link_whatever_is_merged_split_and_renamed(play: Play) -> None:
    released(play)
    who = acting(play, COORDINATOR)

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(about, steps)
    def example(placed: list[tuple[int, int]], taken: list[tuple[str, int, int, set[int]]]) -> None:
        with suppress(Undone), play.sessions.begin() as session:
            model = Model(session, who, placed)
            for step in taken:
                model.step(*step)
            model.check()
            raise Undone

    example()


class Model:
    """Five themes with eight findings in four cases, and what should have become of them."""

    def __init__(self, session: Session, who: Actor, placed: list[tuple[int, int]]) -> None:
        self.session, self.who = session, who
        made = [LearningTheme(label=f"Theme {number}") for number in range(5)]
        session.add_all(made)
        cases = session.scalars(select(Case).order_by(Case.reference)).all()[:4]
        self.labels = {each.id: each.label for each in made}
        self.themes = [each.id for each in made]
        self.merged: dict[str, str | None] = dict.fromkeys(self.themes)
        self.placed: dict[str, tuple[str, str]] = {}
        for theme, case in placed:
            row = Finding(
                case_id=cases[case].id, kind="concern", theme_id=self.themes[theme], by_id=who.person_id,
                at=now(session),
            )  # fmt: skip
            seal(session, row, "text", "So it was.")
            session.add(row)
            self.placed[row.id] = (cases[case].reference, self.themes[theme])
        session.flush()

    def step(self, verb: str, one: int, other: int, chosen: set[int]) -> None:
        with suppress(Refused):
            getattr(self, f"_{verb}")(
                self.themes[one], self.themes[other], [list(self.placed)[each] for each in chosen]
            )

    def _merge(self, one: str, other: str, _: object) -> None:
        mark = merge.merge(self.session, self.who, one, other).mark
        if mark:
            assert merge.merge(self.session, self.who, one, other, mark).done
            self.merged[one] = other

    def _unmerge(self, one: str, *_: object) -> None:
        merge.unmerge(self.session, self.who, one)
        self.merged[one] = None

    def _rename(self, one: str, *_: object) -> None:
        themes.change(self.session, self.who, one, f"{self.labels[one]}*")
        self.labels[one] += "*"

    def _split(self, one: str, other: str, chosen: list[str]) -> None:
        mark = split.split(self.session, self.who, one, chosen, other, "").mark
        if mark:
            assert split.split(self.session, self.who, one, chosen, other, "", mark).done
            self.placed |= {each: (self.placed[each][0], other) for each in chosen}

    def _new(self, one: str, _: str, chosen: list[str]) -> None:
        label = f"New {len(self.labels)}"
        mark = split.split(self.session, self.who, one, chosen, "", label).mark
        assert split.split(self.session, self.who, one, chosen, "", label, mark).done
        made = self.session.scalars(select(LearningTheme.id).where(LearningTheme.label == label)).one()
        self.labels[made], self.merged[made] = label, None
        self.placed |= {each: (self.placed[each][0], made) for each in chosen}

    def check(self) -> None:
        """Each theme counts the union of the cases of whatever counts as it, and every finding counts somewhere."""
        counts_as = counting_as(self.merged)
        expected: dict[str, set[str]] = {}
        for reference, theme in self.placed.values():
            expected.setdefault(self.labels[counts_as[theme]], set()).add(reference)
        board = board_rules.board(self.session, self.session.scalars(select(Cycle.id)).one())
        assert {each.theme: set(each.references) for each in board.themes} == expected
        assert sum(len(case.findings) for case in board.cases) == len(self.placed)
        assert all(finding.theme for case in board.cases for finding in case.findings)
