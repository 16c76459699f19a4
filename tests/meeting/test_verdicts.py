"""The judgement's form: what it asks goes by what was chosen, and nothing typed in it is lost."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from audit.access import actor
from audit.cases.judgements import ASSURANCES
from audit.errors import Refused
from audit.meeting import ratify
from audit.meeting.verdict import Verdict
from audit.moment import EXCEPTION
from sandbox.faults import Fault
from storage.meetings import Attendance
from tests.kit import judging
from tests.kit.forging import TEAM
from tests.kit.judging import ASSURED, URGENT, answered, attended, case_of, discussed, ids
from tests.kit.looking import rows
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, asked, pressed, submitted
from views.meeting.ratify import POSITIONS


@pytest.mark.parametrize(("grade", "reason"), [("not_graded", None), ("good", "other")])
def test_a_reason_stands_beside_not_graded_and_no_grade(play: Play, grade: str, reason: str | None) -> None:
    """The form asks for it then, and then only; what comes otherwise all the same is refused."""
    play.load()
    assert asked(play, COORDINATOR, "case.judge", case_of(play).id).ok
    assert "not_graded_reason" not in play.modal(COORDINATOR).values
    play.fill(COORDINATOR, **{grade_of(play): "not_graded"})
    assert (
        submitted(play, COORDINATOR, why="Too little.", exception=URGENT).shown
        == "Please complete this required field."
    )
    assert set(play.modal(COORDINATOR).field_errors) == {"not_graded_reason"}
    with play.sessions.begin() as session:
        who = actor(session, TEAM, COORDINATOR)
        form = ratify.open_judging(session, who, case_of(play).id)
        verdict = Verdict(grade, reason, "So it is.", {}, exception=URGENT)
        with pytest.raises(Refused) as refused:
            ratify.ratify(session, who, form.record_id, verdict, form.about.moment.mark)
    assert set(refused.value.fields) == {"not_graded_reason"}


def grade_of(play: Play) -> str:
    """The field of the grade, which carries the form's mark."""
    return next(name for name in play.modal(COORDINATOR).values if name.startswith("grade"))


def asks(play: Play) -> set[str]:
    """The fields that the form in front has, without their marks."""
    return {name.partition("__")[0] for name in play.modal(COORDINATOR).values}


def begun(play: Play, **there: bool) -> None:
    """Three agencies have answered, the meeting has begun, and the form is open; `there`: who came."""
    play.load()
    answered(play, "Education", "Police", "Probation")
    play.move_clock(case_of(play).meeting_at + timedelta(minutes=1))
    attended(play, **there)
    discussed(play)
    assert pressed(play, COORDINATOR, "case.judge").ok


def test_what_a_choice_brings_is_asked_then_and_what_was_typed_stays(play: Play) -> None:
    begun(play, Education=True, Police=True, Probation=True)
    grade = grade_of(play)
    always = {"grade", "why"}
    assert asks(play) == always, "and no more, where all were there"
    play.fill(COORDINATOR, why="Serious drift.", **{grade: "inadequate"})
    assert asks(play) == always | set(ASSURANCES)
    play.fill(COORDINATOR, safe=ASSURED["safe"])
    assert pressed(play, COORDINATOR, POSITIONS).ok
    always |= {"dissents", "silent"}
    assert asks(play) == always | set(ASSURANCES)
    play.fill(COORDINATOR, dissents=ids(play, "Police"))
    assert asks(play) == always | {"dissent", *ASSURANCES}
    play.fill(COORDINATOR, dissents=[], silent=ids(play, "Police", "Probation"))
    assert asks(play) == always | {EXCEPTION, *ASSURANCES}
    play.fill(COORDINATOR, silent=[], **{grade: "good"})
    assert asks(play) == always | set(ASSURANCES), "kept in sight, as something stands in it"
    assert "Only Inadequate needs these." in play.modal_text(COORDINATOR)
    assert "Serious drift." in str(play.modal(COORDINATOR).values)
    assert ASSURED["safe"] in str(play.modal(COORDINATOR).values)
    play.fill(COORDINATOR, safe="")
    play.fill(COORDINATOR, **{grade: "outstanding"})
    assert asks(play) == always
    assert submitted(play, COORDINATOR).ok
    assert judging.positions(play) == dict.fromkeys(("Education", "Police", "Probation"), "agrees")
    assert judging.judgements(play) == [("outstanding", 1, True)]


def test_positions_are_as_the_attendance_has_them_unless_changed_one_by_one(play: Play) -> None:
    begun(play, Education=True, Police=True, Probation=False)
    text = play.modal_text(COORDINATOR)
    assert "Agree, since they were there: Education, Police" in text
    assert "Silent, since they weren't: Probation" in text
    sent = submitted(play, COORDINATOR, grade="good", why="It held.")
    judging.sent_twice(play, sent)
    assert judging.positions(play) == {"Education": "agrees", "Police": "agrees", "Probation": "silent"}
    assert judging.judgements(play) == [("good", 1, True)]
    assert pressed(play, COORDINATOR, "case.judge").ok
    assert "dissents" not in asks(play), "as it was ratified, which is as they came"
    assert pressed(play, COORDINATOR, POSITIONS).ok
    assert submitted(play, COORDINATOR, dissents=ids(play, "Police"), dissent="A record says otherwise.").ok
    assert judging.positions(play) == {"Education": "agrees", "Police": "dissents", "Probation": "silent"}
    assert pressed(play, COORDINATOR, "case.judge").ok
    assert "dissents" in asks(play), "it begins from what was ratified"
    assert "A record says otherwise." in str(play.modal(COORDINATOR).values)


def test_whose_attendance_changes_under_the_form_is_looked_at_again(play: Play) -> None:
    begun(play, Education=True, Police=True, Probation=True)
    play.fill(COORDINATOR, why="It held.", **{grade_of(play): "good"})
    with play.sessions.begin() as session:
        session.execute(update(Attendance).values(present=False))
    assert play.send(COORDINATOR).ok
    text = play.modal_text(COORDINATOR)
    assert "or who was there, has changed while you were writing" in text
    assert "Silent, since they weren't: Education, Police, Probation" in text
    assert "dissents" not in asks(play)
    assert "It held." in str(play.modal(COORDINATOR).values)
    assert judging.judgements(play) == []


def test_what_is_changed_one_by_one_stays_so_where_the_form_is_shown_again(play: Play) -> None:
    begun(play, Education=True, Police=True, Probation=True)
    assert pressed(play, COORDINATOR, POSITIONS).ok
    assert {"dissents", "silent"} <= asks(play)
    play.fill(COORDINATOR, why="It held.", **{grade_of(play): "good"})
    with play.sessions.begin() as session:
        session.execute(update(Attendance).values(present=False))
    assert play.send(COORDINATOR).ok
    assert "has changed while you were writing" in play.modal_text(COORDINATOR)
    assert {"dissents", "silent"} <= asks(play)
    assert submitted(play, COORDINATOR, agrees=ids(play, "Education"), silent=ids(play, "Police")).ok
    assert "Missing: Probation." in play.modal(COORDINATOR).field_errors["agrees"]
    assert judging.judgements(play) == []


def test_a_chair_is_told_what_is_true_of_cases_whose_summaries_are_not_out(play: Play) -> None:
    play.load()
    answered(play, "Education")
    play.move_clock(case_of(play).meeting_at + timedelta(minutes=1))
    judging.ratified(play, "T2-EAST-01")
    for out, said in (
        ("", "The summaries of this meeting's 5 cases aren't out yet."),
        ("T2-EAST-02", "0 ratified of the 1 case of this meeting whose summaries are out."),
        ("T2-EAST-01", "1 ratified of the 2 cases of this meeting whose summaries are out."),
    ):
        if out:
            judging.released(play, out)
        discussed(play, "U0CHAIR")
        assert said in play.modal_text("U0CHAIR")
        play.close_modal("U0CHAIR")
    discussed(play)
    assert "1 of 5 cases of this meeting ratified." in play.modal_text(COORDINATOR)


def test_who_was_not_there_is_silent_also_if_it_was_recorded_under_the_form(play: Play) -> None:
    """Nobody has chosen anybody in it, so all are as people came."""
    play.load()
    answered(play, "Education", "Police", "Probation")
    play.move_clock(case_of(play).meeting_at)
    discussed(play)
    assert pressed(play, COORDINATOR, "case.judge").ok
    play.fill(COORDINATOR, why="It held.", **{grade_of(play): "good"})
    attended(play, Education=True, Police=False, Probation=False)
    assert play.send(COORDINATOR).ok
    assert "Silent, since they weren't" in play.modal_text(COORDINATOR)
    assert "dissents" not in asks(play)
    assert "It held." in str(play.modal(COORDINATOR).values)


def lost(error: str) -> Fault:
    """What Slack answers instead of showing the form anew."""
    return Fault(r"views\.update", times=None, status=200, body=json.dumps({"ok": False, "error": error}))


@pytest.mark.parametrize("error", ["internal_error", "hash_conflict"])
def test_where_slack_was_too_slow_to_show_it_sending_asks_for_what_is_missing(play: Play, error: str) -> None:
    play.load()
    discussed(play)
    assert pressed(play, COORDINATOR, "case.judge").ok
    form = play.modal(COORDINATOR).id
    play.workspace.faults.add(lost(error))
    play.fill(COORDINATOR, why="Serious drift.", exception=URGENT)
    play.person(COORDINATOR).fill(form, {grade_in(play, form): "inadequate"})
    if play.modal(COORDINATOR).id != form:
        play.close_modal(COORDINATOR)  # it says that the questions couldn't be shown
    play.workspace.faults.clear()
    assert not set(ASSURANCES) & set(play.modal(COORDINATOR).values)
    assert play.send(COORDINATOR).ok
    assert set(ASSURANCES) <= set(play.modal(COORDINATOR).values)
    assert "this form asks something different" in play.modal_text(COORDINATOR)
    assert rows(play.sessions)["judgements"] == []
    for typed in ("Serious drift.", URGENT, "inadequate"):
        assert typed in str(play.modal(COORDINATOR).values)
    assert submitted(play, COORDINATOR, **ASSURED).ok
    assert judging.judgements(play) == [("inadequate", 1, True)]


def grade_in(play: Play, form: str) -> str:
    return next(name for name in play.workspace.views[form].values if name.startswith("grade"))


def test_a_reason_that_slack_was_too_slow_to_take_away_goes_when_the_form_is_sent(play: Play) -> None:
    play.load()
    discussed(play)
    assert pressed(play, COORDINATOR, "case.judge").ok
    grade, form = grade_of(play), play.modal(COORDINATOR).id
    play.fill(COORDINATOR, why="It held.", exception=URGENT, **{grade: "not_graded"})
    play.fill(COORDINATOR, not_graded_reason="other")
    play.workspace.faults.add(lost("hash_conflict"))
    play.person(COORDINATOR).fill(form, {grade: "good"})
    play.workspace.faults.clear()
    assert "not_graded_reason" in play.modal(COORDINATOR).values
    assert play.send(COORDINATOR).ok
    assert "not_graded_reason" not in play.modal(COORDINATOR).values
    assert submitted(play, COORDINATOR).ok
    assert judging.judgements(play) == [("good", 1, True)]
