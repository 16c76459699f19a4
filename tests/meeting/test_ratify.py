"""Ratifying: who has to agree, what the lowest grade needs, what it locks, and what is kept of a change."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from audit.access import actor
from audit.cases.judgements import ASSURANCES
from audit.errors import Refused
from audit.meeting import ratify
from audit.meeting.verdict import Verdict
from audit.moment import EXCEPTION
from sandbox.slack import Outcome, View
from sheets.drawing import status
from storage.clock import now
from storage.cycles import Cycle
from storage.immediate import ImmediateAction
from storage.meetings import Judgement
from storage.messages import MessageKind
from tests.kit import judging
from tests.kit.forging import TEAM, click, send, submission
from tests.kit.judging import ASSURED, URGENT, answered, attended, case_of, discussed, ids, sent_twice
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.posting import deliver_due
from tests.kit.pressing import COORDINATOR, asked, pressed, submitted
from views.cases.summary import full, headlines

CASE = "T2-EAST-03"


def judged(play: Play, **answers: object) -> Outcome:
    """The coordinator opens the judgement of the case by itself, fills it in and sends it: it can't wait."""
    assert asked(play, COORDINATOR, "case.judge", case_of(play).id).ok
    return submitted(play, COORDINATOR, **{"exception": URGENT} | answers)


def shown(play: Play) -> View:
    return play.modal("U0COORDIN")


def test_the_lowest_grade_needs_every_assurance(play: Play) -> None:
    play.load()
    assert asked(play, COORDINATOR, "case.judge", case_of(play).id).ok
    for field in ASSURANCES:
        rest = {key: value for key, value in ASSURED.items() if key != field}
        given = {"grade": "inadequate", "why": "Serious drift.", "exception": URGENT, field: None, **rest}
        assert submitted(play, COORDINATOR, **given).status == 0, "Slack doesn't send it"
        assert set(shown(play).field_errors) == {field}
        with play.sessions.begin() as session:
            who = actor(session, TEAM, COORDINATOR)
            form = ratify.open_judging(session, who, case_of(play).id)
            verdict = Verdict("inadequate", None, "Serious drift.", rest, exception=URGENT)
            with pytest.raises(Refused, match="Inadequate can't be ratified without this") as refused:
                ratify.ratify(session, who, form.record_id, verdict, form.about.moment.mark)
        assert set(refused.value.fields) == {field}
    assert rows(play.sessions)["judgements"] == []
    assert submitted(play, COORDINATOR, **ASSURED).ok
    assert "is ratified: Inadequate" in play.modal_text("U0COORDIN")
    case = next(case for case in play.board().cases if case.reference == CASE)
    assert case.judgement
    assert dict(case.judgement.assurances) == ASSURED


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"grade": "good", "why": "   "}, "why"),
        ({"grade": "good", "why": "Ring 07700 900123."}, "why"),
    ],
)
def test_what_is_wrong_stands_at_its_field(play: Play, answers: dict[str, object], field: str) -> None:
    play.load()
    assert judged(play, **answers).ok
    assert set(shown(play).field_errors) == {field}
    assert rows(play.sessions)["judgements"] == []


def test_ratifying_locks_the_returns_of_the_case_and_no_other(play: Play) -> None:
    play.load()
    assert play.open_return("U0EDUEAST", CASE).ok
    form = play.modal("U0EDUEAST")
    assert judged(play, grade="good", why="The plan held.").ok
    play.person("U0EDUEAST").fill(form.id, {"grade": "good", "why": "Kept."})
    assert "has been ratified, so its returns are locked" in play.person("U0EDUEAST").submit(form.id).body
    assert "Kept." in str(play.workspace.views[form.id].values), "what was typed is still there"
    assert rows(play.sessions)["return_versions"] == []
    assert play.send_return("U0EDUEAST", "T2-EAST-04").ok
    assert len(rows(play.sessions)["return_versions"]) == 1


def test_ratifying_again_replaces_it_and_the_trail_has_both(play: Play) -> None:
    play.load()
    assert judged(play, grade="good", why="First thought.").ok
    assert judged(play, grade="requires_improvement", why="Second thought.").ok
    with play.reading() as session:
        kept = session.scalars(select(Judgement).order_by(Judgement.version)).all()
    assert [(each.grade, each.ended_at is None) for each in kept] == [("good", False), ("requires_improvement", True)]
    details = [entry.detail for entry in entries(play.sessions, "case.ratify")]
    assert details == [f"{CASE} good early inquorate", f"{CASE} requires_improvement early inquorate"]
    assert "thought" not in str(rows(play.sessions, but=frozenset()))


def test_nothing_is_ratified_before_the_cycle_is_open(play: Play) -> None:
    """Home offers no button for it, so somebody must have made the request up."""
    play.load(opened=False)
    case = next(case.id for case in play.board().cases if case.reference == CASE)
    sent = send(play.workspace, submission("U0COORDIN", "case.ratify", case, {"grade": "good", "why": "Too early."}))
    assert "isn't open yet, so nothing can be ratified" in sent.body
    assert rows(play.sessions)["judgements"] == []


def test_opening_the_form_is_recorded_as_reading_the_case_is(play: Play) -> None:
    play.load()
    assert asked(play, "U0CHAIR", "case.judge", case_of(play).id).ok
    [reading] = entries(play.sessions, "case.judge")
    assert (reading.subject_id, reading.detail) == (case_of(play).id, CASE)


def at_the_meeting(play: Play) -> None:
    """Three agencies have answered, and the meeting has begun."""
    play.load()
    answered(play, "Education", "Police", "Probation")
    play.move_clock(case_of(play).meeting_at + timedelta(minutes=1))


@pytest.mark.on_sqlite
def test_a_case_is_ratified_at_its_meeting_by_its_quorum(play: Play) -> None:
    at_the_meeting(play)
    education, police, probation = ids(play, "Education", "Police", "Probation")
    assert judged(play, grade="good", why="Agreed.", agrees=[education], silent=[police, probation], exception=" ").ok
    assert "The quorum is 2 of the agencies that sent a return (there are 3), and 1" in fault(play)
    play.fill(COORDINATOR, **{EXCEPTION: URGENT})
    assert submitted(play, COORDINATOR, agrees=[education, police], silent=[probation]).ok
    assert "so there is no exception. Leave this empty." in fault(play)
    assert submitted(play, COORDINATOR, exception="").ok
    case = case_of(play)
    assert case.judgement
    assert (case.judgement.outside, len(case.judgement.missing)) == ((), 7)
    with play.reading() as session:
        assert session.scalars(select(Cycle.state)).one() == "meeting", "as the first of its cases is ratified"


def fault(play: Play) -> str:
    """What stands at the field that names the exception."""
    return next(said for field, said in shown(play).field_errors.items() if field.startswith(EXCEPTION))


def test_an_urgent_case_is_ratified_before_its_meeting_and_why_stands_beside_it(play: Play) -> None:
    play.load()
    answered(play, "Education")
    chair = "U0CHAIR"
    discussed(play, chair)
    assert judging.judged(play, chair, grade="good", why="It held.", agrees=ids(play, "Education"), exception=" ").ok
    wrong = {field.partition("__")[0]: said for field, said in play.modal(chair).field_errors.items()}
    assert set(wrong) == {EXCEPTION}
    assert "Wait for it, or say why the case can't." in wrong[EXCEPTION]
    assert submitted(play, chair, exception=f"{URGENT} Ring 07700 900123.").ok
    assert "a phone number" in str(play.modal(chair).field_errors)
    assert rows(play.sessions)["judgements"] == []
    assert submitted(play, chair, exception=URGENT).ok
    board, case = play.board(), case_of(play)
    discussion = play.modal_text(chair)
    for said in (discussion, str(full(case, board.now)), str(status.tab(board))):
        assert "before its meeting" in said.casefold()
        assert URGENT in said
    posted = str(headlines(case, board.now).blocks)
    assert "Ratified before its meeting" in posted
    assert URGENT not in posted
    assert URGENT not in str(status.tab(replace(board, reflections=False)))
    assert URGENT not in str(rows(play.sessions, but=frozenset())), "sealed"


def test_what_is_missing_or_open_is_acknowledged_by_the_button(play: Play) -> None:
    """What changes while the form is open has it shown again, with what was typed."""
    play.load()
    asked_for = {"immediate_action": "yes", "immediate_what": "A visit.", "immediate_owner": "Duty",
                 "immediate_by": "2031-03-09"}  # fmt: skip
    assert play.send_return("U0EDUEAST", CASE, **asked_for).ok
    assert asked(play, COORDINATOR, "case.judge", case_of(play).id).ok
    form = play.modal_text(COORDINATOR)
    assert "9 returns missing: " in form
    assert "1 immediate action open: Education" in form
    assert play.send_return("U0POLICE", CASE).ok
    assert submitted(play, COORDINATOR, grade="good", why="It held.", exception=URGENT).ok
    form = play.modal_text(COORDINATOR)
    assert "What is missing or open of this case, or who was there, has changed while you were writing" in form
    assert "8 returns missing: " in form
    assert URGENT in str(shown(play).values)
    with play.sessions.begin() as session:
        session.execute(update(ImmediateAction).values(closed_at=now(session)))
    assert submitted(play, COORDINATOR, agrees=ids(play, "Education", "Police")).ok
    assert "No immediate action is open." in play.modal_text(COORDINATOR)
    forged = submission(COORDINATOR, "case.ratify", case_of(play).id, {"grade": "good", "why": "So."})
    assert send(play.workspace, forged).ok
    assert rows(play.sessions)["judgements"] == [], "a form that shows nothing acknowledges nothing"
    assert submitted(play, COORDINATOR).ok
    case = case_of(play)
    assert case.judgement
    assert (len(case.judgement.missing), case.judgement.immediate) == (8, ())


def test_a_case_that_isnt_there_gets_a_sentence(play: Play) -> None:
    play.load()
    before = len(play.workspace.calls)
    assert send(play.workspace, click("U0COORDIN", "case.judge", "f" * 32)).ok
    assert "no longer exists" in str([call.args for call in list(play.workspace.calls)[before:]])


def test_each_contributor_agrees_disagrees_or_is_silent(play: Play) -> None:
    play.load()
    answered(play, "Education", "Police", "Probation")
    attended(play, Education=True, Police=False)
    police, probation = ids(play, "Police", "Probation")
    discussed(play)
    assert judging.judged(play, grade="good", why="The plan held.").ok
    assert "Missing: Probation." in play.modal(COORDINATOR).field_errors["agrees"], "of the others the attendance tells"
    assert not submitted(play, COORDINATOR, dissents=[police, probation]).ok, "Slack itself asks why"
    assert submitted(play, COORDINATOR, dissent=" ").ok
    wrong = play.modal(COORDINATOR).field_errors
    assert "More than once: Police." in wrong["silent"]
    assert "Say why they disagree" in wrong["dissent"]
    said = "A record of ours says otherwise."
    assert submitted(play, COORDINATOR, silent=[], dissent=f"{said} Ring 07700 900123.").ok
    assert "a phone number" in play.modal(COORDINATOR).field_errors["dissent"]
    assert rows(play.sessions)["judgements"] == []
    sent = submitted(play, COORDINATOR, dissents=[probation], silent=[police], dissent=said)
    sent_twice(play, sent)
    assert judging.judgements(play) == [("good", 1, True)]
    assert judging.positions(play) == {"Education": "agrees", "Police": "silent", "Probation": "dissents"}
    assert "Final: ratified" in play.modal_text(COORDINATOR), "the discussion, brought up to date"
    with play.reading() as session:
        assert session.scalars(select(Cycle.state)).one() == "collecting", "its meeting hasn't begun"
    case, board = case_of(play), play.board()
    posted, whole = headlines(case, board.now), str(full(case, board.now))
    assert "1 agreed, 1 disagreed, 1 silent" in str(posted.blocks)
    assert said not in str(posted)
    assert said in whole
    assert said not in str(rows(play.sessions, but=frozenset())), "sealed"


def test_the_lowest_grade_makes_one_action_which_follows_it(play: Play) -> None:
    play.load()
    discussed(play)
    past = ASSURED | {"by": "2020-01-06"}
    assert judging.judged(play, grade="inadequate", why="Serious drift.", **past).ok
    assert play.modal(COORDINATOR).field_errors == {"by": "That day has passed. Please choose today or a later day."}
    sent = submitted(play, COORDINATOR, by="2031-03-03")
    sent_twice(play, sent)
    assert "A plan with a date for each step." in play.modal_text(COORDINATOR)
    (action,) = play.board().actions
    assert (action.owner, str(action.due_on), action.from_judgement) == ("Service manager", "2031-03-03", True)
    assert judging.judged(play, owner="Head of service").ok
    (again,) = play.board().actions
    assert (again.id, again.owner) == (action.id, "Head of service")
    assert judging.judgements(play) == [("inadequate", 1, False), ("inadequate", 2, True)]


@pytest.mark.on_sqlite
def test_who_comes_second_looks_again_and_keeps_what_was_typed(play: Play) -> None:
    play.load()
    other = judging.second_coordinator(play)
    for user in (COORDINATOR, other):
        discussed(play, user)
        assert pressed(play, user, "case.judge").ok
    assert submitted(play, COORDINATOR, grade="good", why="The plan held.", exception=URGENT).ok
    assert submitted(play, other, grade="outstanding", why="It went very well.", exception=URGENT).ok
    assert "ratified this case while you were writing" in play.modal_text(other)
    assert judging.judgements(play) == [("good", 1, True)]
    assert submitted(play, other).ok
    assert judging.judgements(play) == [("good", 1, False), ("outstanding", 2, True)]
    discussed(play)
    assert "The plan held." in play.modal_text(COORDINATOR)


def test_the_marks_follow_in_slack(play: Play) -> None:
    """The posted summary is brought up to date in place; the proposal is shown to who ratifies."""
    play.load()
    with play.sessions.begin() as session:
        session.scalars(select(Cycle)).one().proposal = "lowest"
    answered(play, "Education")
    play.move_clock(case_of(play).meeting_at - timedelta(hours=1))
    deliver_due(play, MessageKind.SUMMARY, MessageKind.MATRIX, MessageKind.TALLY)
    discussed(play)
    assert "Proposed by the rule “lowest self-grade”: *Good*. People ratify." in play.modal_text(COORDINATOR)
    assert judging.judged(play, grade="requires_improvement", why="Drift.", agrees=ids(play, "Education")).ok
    deliver_due(play, MessageKind.SUMMARY, MessageKind.MATRIX, MessageKind.TALLY)
    channel = [str(message) for message in play.person(COORDINATOR).messages("C0AUDITEAST")]
    (posted,) = [text for text in channel if f"Case summary {CASE}" in text]
    assert "Ratified judgement: Requires improvement* · Final: ratified" in posted
    assert "Drift." not in posted
    tally = [str(message) for message in play.person(COORDINATOR).messages("C0SUBGROUP")]
    assert [text for text in tally if "the others follow with their summaries. 1 ratified so far" in text]
