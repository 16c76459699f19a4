"""Forms of an audit that is graded by section, with fields and choices that no form of ours has."""

from datetime import timedelta

from sqlalchemy import select
from structlog.testing import capture_logs

from sandbox.slack import Outcome
from storage.meetings import Judgement, Moderation
from storage.returns import ReturnState, ReturnVersion
from tests.kit import graded
from tests.kit.forging import send, submission
from tests.kit.graded import PLANNING, RECORDS, SUPERVISION, VOICE
from tests.kit.judging import LEADS, REFERENCE, case_of, discussed, released
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, pressed, return_of

EDUCATION = LEADS["Education"]
GRADED = {VOICE: "good", PLANNING: "good", RECORDS: "good"}
WHY = {"why": "So.", "exception": "It can't wait."}


def said(play: Play, who: str, form: str, record: object, answers: dict[str, str]) -> str:
    """What is answered to a form; nothing is taken for a bug of ours."""
    with capture_logs() as logs:
        outcome: Outcome = send(play.workspace, submission(who, form, record, answers))
    assert outcome.status == 200
    assert not [entry for entry in logs if entry["event"] == "bug"]
    return outcome.body


def test_what_no_form_asks_gets_a_sentence_and_nothing_is_kept(play: Play) -> None:
    play.put(graded.collecting)
    return_id = return_of(play, REFERENCE)
    for answers, sentence in (
        (GRADED | {VOICE: "splendid"}, "Choose from what is shown."),
        (GRADED | {VOICE: "good good"}, "Choose from what is shown."),
        (GRADED | {RECORDS: "not_applicable"}, "lead to another question"),
        (GRADED | {"grade": "good", "why": "So."}, "there is no overall grade"),
        ({}, "Please answer this."),
    ):
        assert sentence in said(play, EDUCATION, "return.submit", return_id, answers), answers
    sent = select(ReturnVersion.id).where(ReturnVersion.state == ReturnState.SUBMITTED)
    with play.reading() as session:
        assert session.scalars(sent).all() == []
    said(play, EDUCATION, "return.submit", return_id, GRADED | {SUPERVISION: "inadequate", f"{RECORDS}.why": "stray"})
    answers_kept = next(line.answers for line in case_of(play).lines if line.answers)
    assert SUPERVISION not in answers_kept.sections, "it is asked of the police only"
    assert answers_kept.sections[f"{RECORDS}.why"] == ""
    with play.reading() as session:
        version = session.scalars(sent).one()
    released(play)
    moderations(play, version)
    play.move_clock(case_of(play).meeting_at + timedelta(hours=1))
    judgements(play)


def moderations(play: Play, version: str) -> None:
    none = "there is none to moderate"
    for section, grade, sentence in (
        ("bogus", "good", none),
        (SUPERVISION, "good", none),
        ("overall_grade", "good", none),
        (VOICE, "splendid", "Choose what the meeting makes of it."),
        (VOICE, "self_grade_stands_other", "Choose what the meeting makes of it."),
        (PLANNING + "x" * 200, "good", none),
    ):
        mark = "" if section == "overall_grade" else f"__{section}"
        answers = {"section": section, f"grade{mark}": grade, f"why{mark}": "So.", "exception": "Now."}
        assert sentence in said(play, COORDINATOR, "grade.moderated", version, answers), section
    allowed = {"section": VOICE, f"grade__{VOICE}": "inadequate", f"why__{VOICE}": "So.", "exception": "Now."}
    assert "Only a coordinator or the chair" in said(play, EDUCATION, "grade.moderated", version, allowed)
    assert "grade.moderate" in entries(play.sessions, "denied")[-1].detail
    with play.reading() as session:
        assert session.scalars(select(Moderation)).all() == []


def judgements(play: Play) -> None:
    discussed(play)
    assert pressed(play, COORDINATOR, "case.judge").ok
    form = play.modal(COORDINATOR)
    first = next(name for name in form.values if "__" in name)
    asked = {first: "good", **{f"section.{key}": "good" for key in (PLANNING, RECORDS, SUPERVISION)}, **WHY}
    for change in (
        {first: "splendid"},
        {"section.bogus": "good"},
        {f"section.{PLANNING}": ""},
        {f"section.{PLANNING}": "x" * 9000},
        {"grade": "good"},
        {"not_graded_reason": "other"},
        {f"section.{PLANNING}": "inadequate"},
    ):
        record = form.content["private_metadata"]
        assert "Nothing is saved yet" in said(play, COORDINATOR, "case.ratify", record, asked | change), change
    with play.reading() as session:
        assert session.scalars(select(Judgement)).all() == []
