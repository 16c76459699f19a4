"""Recommendations: made once, changed by one at a time, withdrawn only when nothing of them is open."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, update

from audit.actions import edit_recommendation
from audit.actions.edit_recommendation import RecommendationWording
from audit.errors import Refused
from audit.findings import themes
from audit.themes import merge
from storage.actions import ActionState, Recommendation, RecommendationTheme
from storage.cases import Case
from storage.clock import now
from storage.crypto import seal
from storage.cycles import Cycle, CycleState, LearningTheme
from storage.findings import Finding, FindingKind
from storage.types import new_id
from tests.faults.databases import waiting_for_locks
from tests.kit import following_up
from tests.kit.following_up import COORDINATOR, MEMBER, RECOMMENDED, only
from tests.kit.forging import second_thought
from tests.kit.looking import entries, rows
from tests.kit.managing import agency_ids
from tests.kit.play import Play
from tests.kit.pressing import acting, asked
from views.themes import merge as merge_view


def found_theme(play: Play, *labels: str) -> list[str]:
    """Learning themes, the first of which a finding of one case is about; their ids."""
    who = acting(play, COORDINATOR)
    with play.sessions.begin() as session:
        themes.add(session, who, "\n".join(labels))
        session.flush()
        ids = dict(session.execute(select(LearningTheme.label, LearningTheme.id)).all())
        session.execute(update(Case).values(released_at=now(session)))
        case = session.scalars(select(Case).where(Case.reference == "T2-EAST-03")).one()
        finding = Finding(
            case_id=case.id, kind=FindingKind.CONCERN, theme_id=ids[labels[0]], by_id=who.person_id, at=now(session)
        )
        seal(session, finding, "text", "Seen.")
        session.add(finding)
    return [ids[label] for label in labels]


def test_made_changed_and_withdrawn(play: Play) -> None:
    following_up.met(play)
    sgo, housing = found_theme(play, "SGO payments", "Housing")
    police, education = agency_ids(play, "Police", "Education")
    assert asked(play, MEMBER, "recommendations.show", following_up.cycle_id(play)).ok
    assert "SGO payments: 1 of 15 cases" in play.modal_text(MEMBER)
    following_up.press(play, MEMBER, "recommendation.new")
    assert "Please take it out" in following_up.refusal(play, MEMBER, text="Ask duty@example.org.")
    sent = following_up.send(play, MEMBER, text=RECOMMENDED, themes=[sgo], agencies=[police])
    assert sent.request
    assert play.workspace.sender.resend(sent.request).ok
    assert len(rows(play.sessions)["recommendations"]) == 1
    shown = play.modal_text(MEMBER)
    assert "Learning themes: SGO payments" in shown
    assert "Learning themes without" not in shown

    assert asked(play, COORDINATOR, "recommendations.show", following_up.cycle_id(play)).ok
    following_up.press(play, COORDINATOR, "recommendation.edit")
    following_up.press(play, MEMBER, "recommendation.edit")
    assert following_up.send(play, MEMBER, agencies=[police, education], themes=[housing]).ok
    assert following_up.send(play, COORDINATOR, text="Something else.").ok
    again = play.modal_text(COORDINATOR)
    assert "This recommendation was changed since you opened this form." in again
    assert "Something else." in again
    changed = following_up.send(play, COORDINATOR)
    assert changed.request
    (stands,) = play.board().recommendations
    assert (stands.text, stands.version, [theme.label for theme in stands.themes]) == (
        "Something else.", 3, ["SGO payments"],
    )  # fmt: skip
    assert play.workspace.sender.resend(changed.request).ok
    assert play.board().recommendations[0].version == 3

    assert following_up.act(play, COORDINATOR).ok
    assert "recommendation.withdraw" not in play.modal_text(COORDINATOR), "something of it is open"
    with pytest.raises(Refused, match="verify or drop action 1 first"), play.sessions.begin() as session:
        edit_recommendation.withdraw(session, acting(play, COORDINATOR), stands.id)
    assert following_up.step(play, COORDINATOR, only(play).id, ActionState.DROPPED, "Not needed.").ok
    assert asked(play, COORDINATOR, "recommendations.show", following_up.cycle_id(play)).ok
    assert "Recommendation 1 is withdrawn" in following_up.press(play, COORDINATOR, "recommendation.withdraw")
    assert play.board().recommendations == ()
    assert len(play.board().actions) == 1, "what was done of it is kept"
    assert following_up.recommend(play, text="Another.").ok
    assert [each.number for each in play.board().recommendations] == [2]
    verbs = ("recommendation.add", "recommendation.change", "recommendation.withdraw")
    assert [len(entries(play.sessions, verb)) for verb in verbs] == [2, 2, 1]
    assert "CANARY" not in str(rows(play.sessions, but=frozenset()))


@pytest.mark.on_sqlite
def test_a_second_thought_after_a_lost_answer_is_kept(play: Play) -> None:
    following_up.met(play)
    assert asked(play, MEMBER, "recommendations.show", following_up.cycle_id(play)).ok
    following_up.press(play, MEMBER, "recommendation.new")
    first = following_up.send(play, MEMBER, text=RECOMMENDED)
    for _ in range(2):
        assert "Recommendation 1 is added" in second_thought(play.workspace, first, text="Name two leads.").body
        (stands,) = play.board().recommendations
        assert (stands.text, stands.version) == ("Name two leads.", 2)
    late = second_thought(play.workspace, first, text="A third thing.").body
    assert "This recommendation was changed since you opened this form." in late
    assert "A third thing." in late
    assert play.board().recommendations[0].text == "Name two leads."


@pytest.mark.parametrize("pressed", ["recommendation.withdraw", "recommendation.edit"])
def test_who_withdraws_or_changes_one_that_is_withdrawn_just_now_is_told_so(play: Play, pressed: str) -> None:
    following_up.met(play)
    assert following_up.recommend(play).ok
    assert asked(play, COORDINATOR, "recommendations.show", following_up.cycle_id(play)).ok
    (stands,) = play.board().recommendations
    who, url = acting(play, MEMBER), play.settings.database_url.get_secret_value()
    changes = pressed == "recommendation.edit"
    if changes:
        following_up.press(play, COORDINATOR, pressed)
    with ThreadPoolExecutor(1) as pool:
        with play.sessions.begin() as session:
            edit_recommendation.withdraw(session, who, stands.id)
            if changes:
                done = pool.submit(following_up.refusal, play, COORDINATOR, text="Something else.")
            else:
                done = pool.submit(following_up.press, play, COORDINATOR, pressed)
            assert play.until(lambda: waiting_for_locks(url) == 1)
        assert ("no longer exists" if changes else "Recommendation 1 is withdrawn") in done.result()
    assert len(entries(play.sessions, "recommendation.withdraw")) == 1


def test_only_between_the_first_meeting_and_the_close(play: Play) -> None:
    following_up.met(play)
    for state in (CycleState.COLLECTING, CycleState.CLOSED, CycleState.CANCELLED):
        with play.sessions.begin() as session:
            session.execute(update(Cycle).values(state=state))
        assert asked(play, MEMBER, "recommendations.show", following_up.cycle_id(play)).ok
        assert "There is no recommendation yet" in play.modal_text(MEMBER)
        assert "recommendation.new" not in play.modal_text(MEMBER)
        with (
            pytest.raises(Refused, match="so no recommendation can be made"),
            play.sessions.begin() as session,
        ):
            edit_recommendation.add(
                session, acting(play, MEMBER), following_up.cycle_id(play), new_id(), RecommendationWording("x")
            )


def test_a_strength_needs_no_recommendation(play: Play) -> None:
    following_up.met(play)
    (school,) = found_theme(play, "School")
    lacking, shows = "Learning themes without a recommendation", ("recommendations.show", following_up.cycle_id(play))
    assert asked(play, MEMBER, *shows).ok
    assert lacking in play.modal_text(MEMBER)
    assert asked(play, COORDINATOR, "themes.show", "all").ok
    following_up.press(play, COORDINATOR, "theme.edit", "School")
    assert following_up.send(play, COORDINATOR, kind="strength").ok
    assert "*School* · a strength" in play.modal_text(COORDINATOR)
    assert asked(play, MEMBER, *shows).ok
    assert lacking not in play.modal_text(MEMBER)
    assert asked(play, MEMBER, "findings.show", following_up.cycle_id(play)).ok
    assert "*School (a strength)*: 1 of 15 cases" in play.modal_text(MEMBER)
    assert merge_view.UNANSWERED not in play.modal_text(MEMBER)
    following_up.press(play, COORDINATOR, "theme.edit", "School")
    assert following_up.send(play, COORDINATOR, label="Schooling").ok
    with play.reading() as session:
        assert session.get_one(LearningTheme, school).strength, "what isn't touched stays"


def test_merging_a_strength_into_what_is_to_improve_says_so(play: Play) -> None:
    following_up.met(play)
    school, housing, homes = found_theme(play, "School", "Housing", "Homes")
    who = acting(play, COORDINATOR)
    with play.sessions.begin() as session:
        themes.change(session, who, school, "School", strength=True)
        told = str(merge_view.merging(merge.merge(session, who, school, housing)))
        alike = str(merge_view.merging(merge.merge(session, who, homes, housing)))
    assert "It counts as something to improve from then on." in told
    assert "from then on" not in alike


def test_a_link_to_a_theme_that_was_merged_outlives_a_change(play: Play) -> None:
    following_up.met(play)
    sgo, payments = found_theme(play, "SGO payments", "Payments")
    who, made_id = acting(play, MEMBER), new_id()
    with play.sessions.begin() as session:
        edit_recommendation.add(
            session, who, following_up.cycle_id(play), made_id, RecommendationWording("One.", (sgo,))
        )
        session.execute(update(LearningTheme).where(LearningTheme.id == sgo).values(merged_into_id=payments))
    with play.sessions.begin() as session:
        form = edit_recommendation.edit(session, who, made_id)
        assert form.wording.themes == (payments,)
        edit_recommendation.save(session, who, made_id, form.mark, RecommendationWording("Two.", form.wording.themes))
    with play.reading() as session:
        assert session.scalars(select(RecommendationTheme.theme_id)).all() == [sgo]
        assert session.scalars(select(Recommendation.version)).one() == 2
