"""Actions: from a recommendation or a case to verified, by whom and with what; every step is kept."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from audit.actions import actions
from audit.actions.add import checked
from audit.actions.recommendations import RecommendationView
from audit.calendar import LONDON
from audit.errors import Refused
from storage.actions import Action, ActionState, Impact
from storage.cases import Case
from storage.messages import MessageKind
from storage.sheet_state import SheetState
from tests.faults.databases import waiting_for_locks
from tests.kit import following_up
from tests.kit.acts import PLAIN
from tests.kit.following_up import CHAIR, COORDINATOR, LEAD, MEMBER, WHAT, only
from tests.kit.forging import second_thought, submission
from tests.kit.forging import send as forged
from tests.kit.judging import released
from tests.kit.looking import entries, rows
from tests.kit.managing import agency_ids, case_id
from tests.kit.play import Play
from tests.kit.posting import deliver_due, told
from tests.kit.pressing import acting, asked


@pytest.mark.both_databases
def test_from_a_recommendation_to_verified_and_its_impact(play: Play) -> None:
    following_up.met(play)
    assert following_up.recommend(play).ok
    following_up.press(play, MEMBER, "action.new")
    assert "That day has passed" in following_up.refusal(play, MEMBER, what=WHAT, owner="Inspector", due="2026-03-03")
    assert "phone number" in following_up.refusal(play, MEMBER, what="Ring 07700 900123.", due="2026-03-25")
    sent = following_up.send(play, MEMBER, what=WHAT, agency=_police(play))
    assert sent.request
    assert "Action 1 of recommendation 1 is added" in play.modal_text(MEMBER)
    assert play.workspace.sender.resend(sent.request).ok
    assert len(rows(play.sessions)["actions"]) == 1, "the same form makes one action"
    action_id = only(play).id
    deliver_due(play)
    assert told(play, MessageKind.ACTION) == {LEAD}
    (message,) = following_up.dm(play, LEAD, "Action 1")
    assert "Wed 25 Mar" in message
    assert "CANARY" not in message

    form = following_up.stepping(play, LEAD, action_id)
    assert "Verified: you have" not in form
    assert "Say what was done" in following_up.refusal(play, LEAD, state="done", note=None)
    sent = following_up.send(play, LEAD, note="CANARY-51d0 The list is published.")
    assert sent.request
    assert play.workspace.sender.resend(sent.request).ok
    assert (only(play).state, len(only(play).steps)) == (ActionState.DONE, 1)
    refused = forged(play.workspace, submission(LEAD, "action.stepped", only_record(play), {"state": "verified"}))
    assert "Only a coordinator or a member of the sub-group can verify it" in refused.body

    wanted = sheet_wanted(play)
    deliver_due(play)
    assert sheet_wanted(play) > wanted, "the sheet follows"
    following_up.stepping(play, MEMBER, action_id)
    assert "Say what you saw" in following_up.refusal(play, MEMBER, state="verified", note=None)
    assert following_up.send(play, MEMBER, note="Seen: the list names everybody.").ok
    closed = only(play)
    assert (closed.state, closed.closed_at is not None) == (ActionState.VERIFIED, True)
    following_up.stepping(play, LEAD, action_id)
    assert "whether it changed practice" in following_up.refusal(play, LEAD, impact="partly", note=None)
    assert following_up.send(play, LEAD, note="Half of the cases sampled.").ok
    assert [(each.state, each.impact) for each in only(play).steps] == [
        ("done", None), ("verified", None), ("verified", Impact.PARTLY),
    ]  # fmt: skip
    assert only(play).closed_at == closed.closed_at
    deliver_due(play)
    (message,) = following_up.dm(play, LEAD, "Action 1")
    assert "Verified · changed practice: partly" in message, "in place"
    assert len(entries(play.sessions, "action.step")) == 3
    assert "CANARY" not in str(rows(play.sessions, but=frozenset()))


def _police(play: Play) -> str:
    return agency_ids(play, "Police")[0]


def sheet_wanted(play: Play) -> int:
    with play.reading() as session:
        return session.scalar(select(SheetState.wanted)) or 0


def on_home(play: Play, user: str) -> list[int | None]:
    """The numbers of the actions on somebody's Home."""
    who = acting(play, user)
    with play.reading() as session:
        return [each.number for each in actions.on_home(session, who)]


def only_record(play: Play) -> str:
    """What a form opened now is filled from: the newest step's id."""
    newest = max(rows(play.sessions)["action_steps"], key=lambda row: row[2], default=None)  # type: ignore[arg-type,return-value]
    return str(newest[0]) if newest else only(play).id


@pytest.mark.on_sqlite
def test_a_second_thought_about_a_new_action_after_a_lost_answer_is_said_not_to_be_in_it(play: Play) -> None:
    following_up.met(play)
    assert following_up.recommend(play).ok
    first = following_up.act(play)
    for other in ({"what": "Publish the list."}, {"owner": "Deputy head"}):
        assert "added before you changed" in second_thought(play.workspace, first, **other).body
    assert "is added" in second_thought(play.workspace, first).body
    stands = only(play)
    assert (stands.text, stands.owner) == (WHAT, "Detective chief inspector")
    assert following_up.step(play, COORDINATOR, stands.id, ActionState.IN_PROGRESS, due="2026-03-27").ok
    assert "is added" in second_thought(play.workspace, first).body, "what others did since makes it no other form"
    assert len(rows(play.sessions)["actions"]) == 1


def test_who_may_take_which_step(play: Play) -> None:
    following_up.met(play)
    assert following_up.recommend(play, COORDINATOR).ok
    assert following_up.act(play, COORDINATOR, person=COORDINATOR).ok
    action_id = only(play).id
    assert "Dropped: it won" in following_up.stepping(play, MEMBER, action_id)
    assert "Say why it is dropped" in following_up.refusal(play, MEMBER, state="dropped", note=None)
    assert "That day has passed" in following_up.refusal(play, MEMBER, state="open", due="2026-03-02")
    assert "Say why the day is moved" in following_up.refusal(play, MEMBER, due="2026-04-02")
    assert following_up.step(play, LEAD, action_id, "done", "The agency has done it.").ok
    form = following_up.stepping(play, COORDINATOR, action_id)
    assert "You own this action, or your agency does" in form
    given = {"state": "verified", "note": "Seen."}
    refused = forged(play.workspace, submission(COORDINATOR, "action.stepped", only_record(play), given))
    assert "somebody else has to verify it" in refused.body
    assert asked(play, CHAIR, "action.show", action_id).ok
    assert "Update progress" not in play.modal_text(CHAIR), "the chair only looks"
    assert following_up.step(play, MEMBER, action_id, "dropped", "Overtaken by a new duty.").ok
    assert asked(play, LEAD, "action.show", action_id).ok
    assert "Update progress" not in play.modal_text(LEAD)
    following_up.stepping(play, COORDINATOR, action_id)
    assert "Say why it is taken up again" in following_up.refusal(play, COORDINATOR, state="in_progress", note=None)
    assert following_up.send(play, COORDINATOR, note="The duty was put off.").ok
    assert (only(play).state, only(play).closed_at) == (ActionState.IN_PROGRESS, None)


@pytest.mark.on_sqlite
def test_somebody_was_quicker_and_who_said_that_it_is_done_does_not_verify_it(play: Play) -> None:
    following_up.met(play)
    assert following_up.recommend(play).ok
    assert following_up.act(play).ok
    action_id = only(play).id
    following_up.stepping(play, LEAD, action_id)
    assert following_up.step(play, COORDINATOR, action_id, "done", "The police told me.").ok
    assert following_up.send(play, LEAD, state="in_progress", note="Typed for nothing?").ok
    shown = play.modal_text(LEAD)
    assert "This action was updated, or its owner changed, since" in shown
    assert "Typed for nothing?" in shown
    assert len(only(play).steps) == 1
    assert "You said that it is done" in following_up.stepping(play, COORDINATOR, action_id)
    assert following_up.send(play, LEAD).ok
    assert [each.note for each in only(play).steps] == ["The police told me.", "Typed for nothing?"]
    assert following_up.step(play, LEAD, action_id, "done", "Now it is.").ok
    assert "Verified: you have" in following_up.stepping(play, COORDINATOR, action_id), "somebody else said so last"
    assert following_up.send(play, COORDINATOR, state="verified", note="Seen.").ok
    assert only(play).closed


def test_from_a_case_and_only_its_own_area_reads_it(play: Play) -> None:
    following_up.met(play)
    released(play)
    case = case_id(play, "T2-EAST-03")
    assert asked(play, MEMBER, "case.discuss", case).ok
    following_up.press(play, MEMBER, "action.new")
    assert following_up.send(play, MEMBER, what="Ask again.", owner="Chair of the sub-group", due="2026-03-24").ok
    hub = play.modal_text(MEMBER)
    assert "Case discussion" in hub, "the form is closed"
    assert "Ask again." in hub, "and what stood under it is up to date"
    assert asked(play, COORDINATOR, "action.new", case).ok
    (education,) = agency_ids(play, "Education")
    assert following_up.send(play, COORDINATOR, what=WHAT, agency=education, owner="Head", due="2026-03-25").ok
    assert "Action added" in play.modal_text(COORDINATOR)
    deliver_due(play)
    assert told(play, MessageKind.ACTION) == {COORDINATOR, "U0EDUEAST"}, "nobody's, and the lead's of the case's area"
    second = following_up.action_ids(play)[1]
    for user in ("U0EDUEAST", "U0EDUDEPUTY"):
        assert asked(play, user, "action.show", second).ok
        assert WHAT in play.modal_text(user)
    assert asked(play, "U0EDUNORTH", "action.show", second).ok
    assert "others own it" in play.modal_text("U0EDUNORTH")
    assert len(entries(play.sessions, "action.read")) == 2, "each reading is recorded"
    play.move_clock(datetime(2026, 3, 25, 12, 0, tzinfo=LONDON))
    assert on_home(play, CHAIR) == [1, 2], "overdue first"
    assert [on_home(play, user) for user in ("U0EDUDEPUTY", "U0EDUNORTH", LEAD)] == [[2], [], []]


def test_the_judgement_has_one_action_that_follows_it(play: Play) -> None:
    following_up.met(play)
    who = acting(play, COORDINATOR)

    def ratified(what: str, owner: str = "Head of service", day: int = 20) -> list[tuple[str, str, int, str]]:
        with play.sessions.begin() as session:
            case = session.scalars(select(Case).where(Case.reference == "T2-EAST-03")).one()
            actions.keep_judgement_action(session, who, case, what=what, owner=owner, due_on=date(2026, 3, day))
        return [(each.text, each.state, each.due_on.day, each.owner) for each in play.board().actions]

    assert ratified("A visit.") == ratified("A visit.") == [("A visit.", "open", 20, "Head of service")]
    with play.sessions.begin() as session:
        session.execute(update(Action).values(owner_id=who.person_id))
    changed = ratified("Two visits.", "Deputy head", 27)
    assert only(play).owner_id is None, "whoever was named isn't the deputy head"
    assert changed == [("Two visits.", "open", 27, "Deputy head")]
    assert [each.owners for each in only(play).steps] == [("Head of service", "Deputy head")], "a step says so"
    assert following_up.step(play, COORDINATOR, only(play).id, "done", "Visited twice.").ok
    assert ratified("Two visits.", "Deputy head", 30)[0][1:3] == ("done", 27)
    both = ratified("A third visit.", day=31)
    assert [each[:2] for each in both] == [("Two visits.", "done"), ("A third visit.", "open")]


def test_an_action_waits_for_who_closes_its_audit_or_withdraws_what_it_follows_from(play: Play) -> None:
    following_up.met(play)
    assert following_up.recommend(play).ok
    following_up.press(play, MEMBER, "action.new")
    given = {"what": WHAT, "owner": "Inspector", "due": "2026-03-25"}
    url = play.settings.database_url.get_secret_value()
    met = b"UPDATE cycles SET state = 'meeting'"
    closed, withdrawn = b"UPDATE cycles SET state = 'closed'", b"UPDATE recommendations SET withdrawn_at = now()"
    for done, said in ((closed, "Audit 2 is closed"), (withdrawn, "no longer exists")):
        with ThreadPoolExecutor(1) as pool, psycopg.connect(url) as somebody:
            somebody.execute(met)
            somebody.commit()
            somebody.execute(met)  # who changes something of an audit locks it first
            somebody.execute(done)
            sent = pool.submit(following_up.send, play, MEMBER, **given)
            assert play.until(lambda: waiting_for_locks(url) == 1)
            somebody.commit()
            assert said in sent.result().body
        play.close_modal(MEMBER)
    assert rows(play.sessions)["actions"] == []


STATES = st.lists(st.sampled_from(list(ActionState)), max_size=6)


def made(states: list[ActionState]) -> RecommendationView:
    when = [datetime(2026, 3, day + 1, tzinfo=LONDON) for day in range(len(states))]
    done = tuple(
        replace(PLAIN, id=f"a{n}", state=state, closed_at=when[n] if state in actions.CLOSED else None)
        for n, state in enumerate(states)
    )
    return RecommendationView("r", "c", 1, "", (), (), 1, when[0] if when else datetime.now(LONDON), done)


@given(STATES)
def test_how_far_a_recommendation_is_says_what_its_actions_say(states: list[ActionState]) -> None:
    found = made(states)
    assert (found.closed_at is not None) == (bool(states) and all(each in actions.CLOSED for each in states))
    assert (found.closed_at is not None) == (found.state in actions.CLOSED)
    if found.closed_at:
        assert found.closed_at == max(each.closed_at for each in found.actions if each.closed_at)
    assert (found.state == ActionState.OPEN) == (set(states) <= {ActionState.OPEN, ActionState.DROPPED} and (
        ActionState.OPEN in states or not states))  # fmt: skip
    assert made(states[::-1]).state == found.state


def test_what_is_wrong_with_a_new_action_stands_at_its_field() -> None:
    today = date(2026, 3, 4)
    with pytest.raises(Refused) as refused:
        checked({"what": " ", "owner": "x" * 151, "due": "soon"}, today)
    assert set(refused.value.fields) == {"what", "owner", "due"}
    assert checked({"what": "x", "owner": "y", "due": "2026-03-04"}, today) == today
