"""Recurrence: the cycles that name a theme, and when what was recommended about it was carried out."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from audit.report import issue
from audit.setup.load import load
from audit.themes.recurrence import Recurring, recurring
from bot import loading
from storage.actions import Action, ActionState, Recommendation, RecommendationTheme
from storage.cases import Case
from storage.clock import now
from storage.crypto import seal
from storage.cycles import Cycle, CycleState, LearningTheme
from storage.engine import Sessions
from storage.findings import Finding
from storage.messages import MessageKind
from storage.people import Person
from tests.kit.loaded import FILE
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, acting
from tests.kit.publishing import ask, checked, release
from tests.kit.reporting import answered, attempt, direct, posted, read, words
from views.themes import recurrence

OPENED = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Partnership:
    """A partnership after cycles 1, 2, 3 and 5, each opened a hundred days after the one before; 4 was cancelled."""

    def __init__(self, session: Session) -> None:
        self.session = session
        setup = loading.read(FILE).setup
        self.cycles: dict[int, Cycle] = {}
        for number in (1, 2, 3, 4, 5):
            cycle = load(session, setup.model_copy(update={"cycle": setup.cycle.model_copy(update={"number": number})}))
            cycle.opened_at = opened(number)
            cycle.state = CycleState.CANCELLED if number == 4 else CycleState.REPORTED
            self.cycles[number] = cycle
        self.by = session.scalars(select(Person.id)).first()

    def theme(self, label: str, into: LearningTheme | None = None) -> LearningTheme:
        made = LearningTheme(label=label, merged_into_id=into.id if into else None)
        self.session.add(made)
        return made

    def named(self, theme: LearningTheme, *numbers: int) -> None:
        for number in numbers:
            case = self.session.scalars(select(Case.id).where(Case.cycle_id == self.cycles[number].id)).first()
            row = Finding(case_id=case, kind="concern", theme_id=theme.id, by_id=self.by, at=opened(number))
            seal(self.session, row, "text", "So it was.")
            self.session.add(row)

    def recommended(self, theme: LearningTheme, number: int, *ends: tuple[str, datetime | None]) -> None:
        there = self.session.query(Recommendation).count() + 1
        made = Recommendation(cycle_id=self.cycles[number].id, number=there, by_id=self.by, made_at=opened(number))
        seal(self.session, made, "text", "Pay in time.")
        self.session.add_all((made, RecommendationTheme(recommendation_id=made.id, theme_id=theme.id)))
        for place, (state, closed_at) in enumerate(ends):
            action = Action(
                cycle_id=made.cycle_id, number=10 * there + place, recommendation_id=made.id,
                due_on=OPENED.date(), state=state, by_id=self.by, made_at=opened(number), closed_at=closed_at,
            )  # fmt: skip
            seal(self.session, action, "text", "Pay.")
            seal(self.session, action, "owner", "Manager")
            self.session.add(action)
        self.session.flush()


def opened(number: int) -> datetime:
    return OPENED + timedelta(days=100 * number)


def test_a_theme_across_cycles(sessions: Sessions) -> None:
    verified, dropped = ActionState.VERIFIED, ActionState.DROPPED
    with sessions.begin() as session:
        partnership = Partnership(session)
        payments, housing, schools = (partnership.theme(each) for each in ("Payments", "Housing", "Schools"))
        partnership.named(payments, 1, 2, 4)
        partnership.named(partnership.theme("Allowances", into=payments), 5, 5)
        partnership.named(housing, 3)
        partnership.named(partnership.theme("Never again"), 4)
        partnership.named(schools, 1)
        in_the_third = opened(3) + timedelta(days=1)
        partnership.recommended(payments, 1, (verified, in_the_third), (dropped, opened(1)))
        partnership.recommended(payments, 2, (verified, opened(2)), (ActionState.DONE, None))
        partnership.recommended(housing, 3, (dropped, opened(5)))
        session.flush()
        assert recurring(session, true()) == (
            Recurring("Payments", (1, 2, 5), (1, 2), (3,)),
            Recurring("Housing", (3,), (3,)),
            Recurring("Schools", (1,)),
        )


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Recurring("T", (1, 2, 5), (2,), (3,)), "named in audits 1, 2 and 5; recommendation closed in 3"),
        (Recurring("T", (2,), (2, 3), (3, 5)), "named in audit 2; recommendation closed in 3 and 5"),
        (Recurring("T", (1, 2), (2,)), "named in audits 1 and 2; recommendation made in 2, not closed yet"),
        (Recurring("T", (4,)), "named in audit 4; no recommendation yet"),
    ],
)
def test_recurrence_in_words(found: Recurring, said: str) -> None:
    assert recurrence.words(found) == said


def test_where_else_a_theme_was_found_counts_no_unreleased_case_and_is_not_for_the_public(play: Play) -> None:
    cycle_id = answered(play)
    with play.sessions.begin() as session:
        setup = loading.read(FILE).setup
        later = load(session, setup.model_copy(update={"cycle": setup.cycle.model_copy(update={"number": 3})}))
        case_id = session.scalars(select(Case.id).where(Case.cycle_id == later.id)).first()
        theme_id = session.scalars(select(LearningTheme.id).where(LearningTheme.label == "SGO payments")).one()
        by_id = acting(play, COORDINATOR).person_id
        found = Finding(case_id=case_id, kind="concern", theme_id=theme_id, by_id=by_id, at=now(session))
        seal(session, found, "text", "They came late.")
        advice = Recommendation(cycle_id=cycle_id, number=9, by_id=by_id, made_at=now(session))
        seal(session, advice, "text", "Pay in time.")
        session.add_all((found, advice, RecommendationTheme(recommendation_id=advice.id, theme_id=theme_id)))
    again = "SGO payments: named in audits 2 and 3; recommendation made in 2, not closed yet"
    for version, released in ((1, None), (2, now)):
        with play.sessions.begin() as session:
            session.get_one(Case, case_id).released_at = released(session) if released else None
            issue.make(session, acting(play, COORDINATOR), cycle_id)
        assert ask(play, version, "full") == ""
        assert attempt(play, MessageKind.REPORT) is None
        said = words(read(play, posted(play, direct(play, COORDINATOR))[-1]))
        assert said.count("in audits") == said.count(again) == version - 1
    assert ask(play, 2, "public") == ""
    assert "It reveals" in checked(play)
    release(play)
    assert attempt(play, MessageKind.REPORT) is None
    assert "in audits" not in words(read(play, posted(play, direct(play, COORDINATOR))[-1]))
