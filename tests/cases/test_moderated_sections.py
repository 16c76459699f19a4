"""Moderating one graded section of a return at a time."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from audit.access import actor
from audit.cases import graded_sections, moderation
from audit.cases.moderation import STANDS, ModerationAnswers
from audit.errors import Refused
from audit.returns.answers import Answers
from audit.returns.submit import Saved, submit
from audit.scales import NOT_APPLICABLE, NOT_GRADED
from sandbox.slack.checks import problems
from storage.meetings import Moderation
from tests.cases.test_moderations_view import form
from tests.kit import graded, models, reading
from tests.kit.forging import TEAM, send, submission
from tests.kit.graded import PLANNING, RECORDS, SUPERVISION, VOICE
from tests.kit.judging import LEADS, REFERENCE, URGENT, case_of, discussed, released
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, pressed, return_of, submitted
from views.cases.moderation import answers as read
from views.cases.moderation import moderated, moderating
from views.forms import Form

WHY = "The meeting saw a longer drift than the agency did."
SENT = {VOICE: "good", PLANNING: "good", **graded.not_applicable(RECORDS)}


def answered(play: Play, make: object = graded.collecting, grade: str | None = None) -> str:
    """Education has graded its sections, and the summary is out; the return's id."""
    play.put(make)  # type: ignore[arg-type]
    return_id = return_of(play, REFERENCE)
    with play.sessions.begin() as session:
        who = actor(session, TEAM, LEADS["Education"])
        given = Answers(SENT, grade, None, "The plan was followed." if grade else "")
        assert isinstance(submit(session, who, return_id, "V0SENT", given), Saved)
    released(play)
    return return_id


def kept(play: Play) -> list[tuple[str, int, str | None, str | None]]:
    with play.reading() as session:
        found = session.scalars(select(Moderation).order_by(Moderation.section, Moderation.number))
        return [(each.section, each.number, each.grade, each.not_graded_reason) for each in found]


def test_each_section_has_moderations_of_its_own(play: Play) -> None:
    return_id = answered(play)
    with play.sessions.begin() as session:
        who = actor(session, TEAM, COORDINATOR)

        def moderate(section: str, grade: str, record: str | None = None, reason: str | None = None) -> object:
            if record is None:
                opened = moderation.open_moderating(session, who, return_id)
                record = moderation.chosen(
                    session, who, opened.record_id, ModerationAnswers(None, None, "", "", section)
                ).record_id
            return moderation.moderate(session, who, record, ModerationAnswers(grade, reason, WHY, URGENT, section))

        opened = moderation.open_moderating(session, who, return_id)
        assert [key for key, _ in opened.every] == [VOICE, PLANNING, RECORDS], "neither overall nor the police's own"
        first = opened.record_id
        moderate(VOICE, "inadequate", first)
        moderate(VOICE, "inadequate", first)  # the same again
        moderate(PLANNING, NOT_APPLICABLE, first)  # filled before, but of another section
        moderate(VOICE, NOT_GRADED, reason="other")
        moderate(RECORDS, "good")
        shown = moderate(PLANNING, "good", first)
        assert isinstance(shown, moderation.ModerationForm)
        assert "moderated it while you were writing" in (shown.notice or "")
    assert kept(play) == [
        (PLANNING, 1, NOT_APPLICABLE, None),
        (RECORDS, 1, "good", None),
        (VOICE, 1, "inadequate", None),
        (VOICE, 2, NOT_GRADED, "other"),
    ]
    case = case_of(play)
    line = next(line for line in case.lines if line.agency == "Education")
    settled = {each.key: graded_sections.settled(case, line, each) for each in case.tool.graded}
    assert {key: each.name for key, each in settled.items() if each} == {
        VOICE: "not_graded_other", PLANNING: NOT_APPLICABLE, RECORDS: "good",
    }  # fmt: skip


def test_what_a_section_cannot_be_given_is_refused_and_nothing_is_kept(play: Play) -> None:
    return_id = answered(play)
    with play.sessions.begin() as session:
        who = actor(session, TEAM, COORDINATOR)
        record = moderation.open_moderating(session, who, return_id).record_id
        for given, field in (
            (ModerationAnswers("splendid", None, WHY, URGENT, VOICE), "grade"),
            (ModerationAnswers("good", "other", WHY, URGENT, PLANNING), "grade"),
            (ModerationAnswers(NOT_GRADED, None, WHY, URGENT, PLANNING), "grade"),
            (ModerationAnswers(None, None, WHY, URGENT, VOICE), "grade"),
            (ModerationAnswers(STANDS, None, WHY, URGENT, VOICE), "grade"),
            (ModerationAnswers("inadequate", None, " ", URGENT, VOICE), "why"),
            (ModerationAnswers("inadequate", None, WHY, URGENT, SUPERVISION), ""),
            (ModerationAnswers("inadequate", None, WHY, URGENT, "bogus"), ""),
            (ModerationAnswers("inadequate", None, WHY, URGENT, ""), ""),
        ):
            with pytest.raises(Refused) as refused:
                moderation.moderate(session, who, record, given)
            assert set(refused.value.fields) == ({field} if field else set()), given
    assert kept(play) == []


def test_what_is_sent_before_the_section_was_shown_is_shown_first(play: Play) -> None:
    answered(play)
    discussed(play)
    assert pressed(play, COORDINATOR, "grade.moderate").ok
    shown = play.modal(COORDINATOR)
    values = {"section": PLANNING, f"grade__{VOICE}": "inadequate", f"why__{VOICE}": WHY, "exception": URGENT}
    forged = submission(COORDINATOR, "grade.moderated", shown.content["private_metadata"], {**values})
    outcome = send(play.workspace, forged)
    assert "Nothing is saved yet" in outcome.body
    assert f"grade__{PLANNING}" in outcome.body
    assert WHY in outcome.body, "what was typed is still there"
    assert kept(play) == []


def test_with_an_overall_grade_either_is_moderated(play: Play) -> None:
    return_id = answered(play, graded.collecting_with_overall, "good")
    discussed(play)
    assert pressed(play, COORDINATOR, "grade.moderate").ok
    assert "The overall grade" in play.modal_text(COORDINATOR)
    assert submitted(play, COORDINATOR, grade="inadequate", why=WHY, exception=URGENT).ok
    assert pressed(play, COORDINATOR, "grade.moderate").ok
    play.fill(COORDINATOR, section=VOICE)
    assert submitted(play, COORDINATOR, grade="not_graded_other", why=WHY, exception=URGENT).ok
    assert kept(play) == [("", 1, "inadequate", None), (VOICE, 1, NOT_GRADED, "other")]
    assert return_id
    assert "Good (moderated: Inadequate)" in play.modal_text(COORDINATOR)
    assert "Voice of the child: Moderated by" in play.modal_text(COORDINATOR)


@pytest.mark.parametrize("kind", models.WORST)
def test_the_form_of_a_section_fits_and_is_read_as_it_was_filled_in(kind: str) -> None:
    tool = graded.many(60, own=True)
    section = tool.graded[7]
    every = tuple((each.key, each.label) for each in tool.graded)
    given = ModerationAnswers(NOT_GRADED, "other", models.worst(kind, 3000), "", section.key)
    opened = form(graded.LARGE, "g1", before=20, kind=kind)
    opened = replace(opened, section=section, every=every, given=given, now=opened.meeting_at)
    view = moderating(opened)
    assert problems(view, "modal") == []
    assert problems(moderated(opened), "modal") == []
    assert read(Form.read(reading.sent(view))) == given
    assert read(Form.read(reading.sent(moderating(replace(opened, every=every[7:8]))))) == given
