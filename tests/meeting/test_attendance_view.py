from dataclasses import replace

import pytest

from audit.meeting.attendance import AttendanceAnswers, AttendanceView, Attending
from sandbox.slack.checks import problems
from tests.kit import models, reading
from views.forms import Form
from views.meeting.attendance import answers, recorded, recording


def attending(agencies: int, chairs: int = 3) -> Attending:
    came = tuple(
        AttendanceView(f"a{n}", models.label(f"{n}", 75), bool(n % 2), models.label("W", 150)) for n in range(agencies)
    )
    ticked = frozenset(each.agency_id for each in came if each.present)
    lines = models.worst("escaped", 3000)
    return Attending(
        meeting_id="m" * 32,
        cycle_id="c" * 32,
        title=models.label("T", 100),
        areas=tuple(models.label(f"{n}", 75) for n in range(40)),
        starts_at=models.MEETING,
        now=models.NOW,
        chairs=tuple((f"p{n}", models.label(f"P{n}", 80)) for n in range(chairs)),
        attendance=came,
        given=AttendanceAnswers("p1" if chairs else "", ticked, lines),
        mark="0123456789ab",
    )


@pytest.mark.parametrize("chairs", [0, 3, 130])
@pytest.mark.parametrize("agencies", [0, 1, 10, 11, 100])
def test_the_form_fits_and_comes_back_as_it_was_shown(agencies: int, chairs: int) -> None:
    found = attending(agencies, chairs)
    for view in (recording(found), recording(replace(found, again=True)), recorded(found)):
        assert problems(view, "modal") == []
        assert not [text for text in reading.marked_up(view) if "<!" in text]
    form = Form.read(reading.sent(recording(found)))
    assert answers(form) == replace(found.given, lines=found.given.lines.strip())
    assert (form.record_id, form.seen) == (found.meeting_id, found.mark)


def test_the_word_that_it_is_recorded() -> None:
    assert "Recorded: 5 of 10 agencies came" in reading.everything(recorded(attending(10)))
    assert "Something has changed" in reading.everything(recording(replace(attending(1), again=True)))
