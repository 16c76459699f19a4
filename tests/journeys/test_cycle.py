"""The audit cycle through the doors on PostgreSQL (the replay is on SQLite), and what each surface says at its end.

In Socket Mode, and its connections are cut at each moment in turn: people do again what failed, and all is there once.
That a whole audit can be clicked, replay and page prove: they send all their returns and ratify every case by its form.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from audit.access import actor
from audit.calendar import summaries_due
from audit.returns import submit
from audit.returns.answers import Answers
from bot import loading
from jobs.sweep import take_up
from sandbox import meeting
from sandbox.cyclefile import CycleFile, Part, of_agencies
from sandbox.replay import SHORT
from sandbox.slack.shapes import Obj, obj
from sandbox.surfaces import of_channel, of_sheet
from storage.meetings import Judgement
from storage.returns import ReturnVersion
from tests.kit import loaded
from tests.kit.forging import TEAM
from tests.kit.insisting import cut_again_and_again
from tests.kit.judging import ratified
from tests.kit.loaded import FILE
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, return_of

LATE = "T2-EAST-02", "Police"
FIGURES = {"outstanding": 0, "good": 4, "requires improvement": 6, "inadequate": 1, "not graded": 4}


@pytest.fixture
def file(tmp_path: Path) -> CycleFile:
    """The published cycle with a few of its agencies: the others would do the same."""
    path = tmp_path / "cycle.json"
    path.write_text(json.dumps(of_agencies(obj(json.loads(FILE.read_text())), SHORT)))
    return CycleFile.read(path)


def answer(play: Play, part: Part) -> None:
    assert play.send_return(part.user, part.case, **part.answers).ok
    assert "*Saved.*" in play.modal_text(part.user), play.modal_text(part.user)
    play.close_modal(part.user)


def told(play: Play, path: Path, parts: Iterable[Part]) -> None:
    """These are answered, too, as the form's verb does it."""
    given = {(each.case, each.agency): each for each in loading.read(path).returns}
    for number, part in enumerate(parts):
        its = given[part.case, part.agency]
        answers = Answers(its.sections, its.grade, its.not_graded_reason, its.why)
        return_id = return_of(play, part.case, part.agency)
        with play.sessions.begin() as session:  # each by itself, as the worker is at work meanwhile
            sent = submit.submit(session, actor(session, TEAM, part.user), return_id, f"V0TOLD{number}", answers)
            assert isinstance(sent, submit.Saved)


def judged(play: Play, parts: Sequence[Part], met: date) -> None:
    """One case of each grade is ratified in the form, the others as its verb does it: replay and page click all."""
    by_form = {str(part.answers["grade"]): part for part in reversed(parts)}
    assert len(by_form) == len({each for each, cases in FIGURES.items() if cases})
    for part in parts:
        grade, reason = str(part.answers["grade"]), part.answers.get("not_graded_reason")
        if part is by_form[grade]:
            meeting.judge(play.person(COORDINATOR), part, met)
        else:
            ratified(play, part.case, grade, str(reason) if reason else None)


def in_channel(play: Play, channel: str, about: str = "") -> list[Obj]:
    messages = play.person(COORDINATOR).messages(channel)
    return [message for message in messages if about in json.dumps(message)]


def summaries_are_posted(play: Play) -> None:
    """East's, three working days before its meeting and not a minute earlier; North and Central meet later."""
    due = summaries_due(min(case.meeting_at for case in play.board().cases), 3)
    play.move_clock(due - timedelta(minutes=1))
    take_up(play.sessions)  # or the worker might not have looked at the calendar yet
    play.settled()
    assert in_channel(play, "C0AUDITEAST") == []
    play.move_clock(due + timedelta(minutes=1))
    assert play.until(lambda: len(in_channel(play, "C0AUDITEAST")) == 6 and len(in_channel(play, "C0SUBGROUP")) == 2)
    play.settled()
    assert in_channel(play, "C0AUDITNORTH") == in_channel(play, "C0AUDITCENTRAL") == []
    assert "(Invented)" not in json.dumps(in_channel(play, "C0AUDITEAST"))


def a_late_return_updates_in_place(play: Play, late: Part) -> None:
    [before] = in_channel(play, "C0AUDITEAST", f"Case {late.case}")
    assert "2 of 3 agencies" in str(before)
    answer(play, late)
    play.settled()
    [after] = in_channel(play, "C0AUDITEAST", f"Case {late.case}")
    assert after["ts"] == before["ts"]
    assert "3 of 3 agencies" in str(after)


def the_full_text_is_for_those_entitled(play: Play, reference: str) -> None:
    [message] = in_channel(play, "C0AUDITEAST", f"Case {reference}")
    assert play.person("U0POLICE").click("C0AUDITEAST", str(message["ts"]), "summary.read").ok
    assert "(Invented)" in play.modal_text("U0POLICE")
    play.close_modal("U0POLICE")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_fault_04_the_cycle(play: Play, file: CycleFile) -> None:
    play.put(lambda session: loaded.collecting(session, file.path))
    play.worker()
    play.settled()
    with cut_again_and_again(play):
        through(play, file)
    with play.reading() as session:
        counts = [session.scalar(select(func.count()).select_from(each)) for each in (ReturnVersion, Judgement)]
    assert counts == [len([part for part in file.returns if part.case.startswith("T2-EAST")]), len(file.judgements)]


def through(play: Play, file: CycleFile) -> None:
    """The cycle from its first return to the last case that is ratified."""
    lead = play.person("U0EDUEAST")
    assert "5 of 5 returns still to send" in str(lead.messages(lead.dm))

    east = [part for part in file.returns if part.case.startswith("T2-EAST")]
    [late] = [part for part in east if (part.case, part.agency) == LATE]
    leads = {part.user: part for part in east if part is not late}
    by_form = [part for part in east if part is not late and (part.user == lead.user.id or part is leads[part.user])]
    for part in by_form:
        answer(play, part)
    told(play, file.path, [part for part in east if part is not late and part not in by_form])
    play.settled()
    assert "All 5 returns sent" in str(lead.messages(lead.dm))
    answered = [row for row in play.drive.spreadsheet(play.spreadsheet_id).grid("Returns") if "Submitted" in row]
    assert len(answered) == len(east) - 1

    summaries_are_posted(play)
    a_late_return_updates_in_place(play, late)
    the_full_text_is_for_those_entitled(play, late.case)

    met = max(case.meeting_at for case in play.board().cases)
    play.move_clock(met)
    judged(play, file.judgements, met.date())
    play.settled()
    ratified = play.board().tally.ratified
    assert [*ratified.grades.values(), ratified.not_graded_in_all] == list(FIGURES.values())
    assert of_sheet(play.drive.spreadsheet(play.spreadsheet_id).grid("Tallies")).grades == FIGURES
    assert of_channel(in_channel(play, "C0SUBGROUP")).grades == FIGURES
    outstanding = in_channel(play, "C0SUBGROUP", "What stands out")
    assert "4 of 15* ratified cases were not graded: insufficient information 4." in json.dumps(outstanding)
    assert len(in_channel(play, "C0AUDITEAST")) == 6, "five summaries, and the agenda"
