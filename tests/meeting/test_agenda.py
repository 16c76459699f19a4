"""Agendas: what is discussed first and why, and what an area's audit channel is shown of it."""

import json
from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from audit.cases.moderated_grades import ModerationView
from audit.cases.summary import CaseView
from audit.meeting.agenda import AgendaItem, ordered
from audit.scales import INSPECTION, NOT_GRADED
from storage.cases import Case
from storage.clock import now
from storage.messages import MessageKind
from tests.kit import managing, models
from tests.kit.judging import ratified
from tests.kit.play import Play
from tests.kit.pressing import asked
from tests.underway.test_dates import begun, march
from views.meeting.agenda import reasons

EAST = "C0AUDITEAST"
GRADES = [grade.key for grade in INSPECTION.grades]
MODERATED = ModerationView("good", None, "The meeting saw more.", 1, 1, "Coordinator", models.NOW)

results = st.sampled_from([*GRADES, NOT_GRADED, "nil", "declined", None])
moderations = st.none() | st.sampled_from(GRADES)


@st.composite
def meetings(draw: st.DrawFn) -> tuple[tuple[CaseView, ...], dict[str, int]]:
    found = []
    for number in range(draw(st.integers(0, 12))):
        lines = []
        for agency, (result, grade) in enumerate(draw(st.lists(st.tuples(results, moderations), max_size=4))):
            answered = models.answers(grade=result) if result in (*GRADES, NOT_GRADED) else None
            line = models.line(agency, answered, result if result in ("nil", "declined") else "submitted")
            moderated = replace(MODERATED, grade=grade) if grade and answered else None
            lines.append(replace(line, moderated=moderated))
        found.append(replace(models.case(lines, number=number), reference=f"T2-{number:02}"))
    urgent = (
        draw(st.dictionaries(st.sampled_from([case.reference for case in found]), st.integers(1, 3))) if found else {}
    )
    return tuple(found), urgent


def before(first: AgendaItem, second: AgendaItem) -> bool:
    """AUDIT's order, said another way: the first reason that only one of the two has, or has more of, decides."""
    for a, b in (
        (bool(first.immediate), bool(second.immediate)),
        (bool(first.lowest), bool(second.lowest)),
        (first.share_apart, second.share_apart),
        (bool(first.missing), bool(second.missing)),
    ):
        if a != b:
            return a > b
    return first.case.reference < second.case.reference


@given(meetings(), st.randoms(use_true_random=False))
def test_the_order_is_total_and_does_not_depend_on_how_the_cases_came(
    meeting: tuple[tuple[CaseView, ...], dict[str, int]], chance: object
) -> None:
    cases, urgent = meeting
    items = ordered(cases, urgent)
    assert sorted(item.case.reference for item in items) == [case.reference for case in cases]
    assert all(before(a, b) for a, b in pairwise(items))
    mixed = list(cases)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert ordered(mixed, urgent) == items


@given(meetings())
def test_reasons_say_what_the_returns_and_the_meeting_say(meeting: tuple[tuple[CaseView, ...], dict[str, int]]) -> None:
    cases, urgent = meeting
    for item in ordered(cases, urgent):
        settled = [line.settled for line in item.case.lines]
        ranks = [GRADES.index(grade) for grade in settled if grade in GRADES]
        assert item.immediate == urgent.get(item.case.reference, 0)
        assert sum(len(each.lowest) for each in item.lowest) == settled.count("inadequate")
        assert item.share_apart * (len(GRADES) - 1) == (max(ranks) - min(ranks) if ranks else 0)
        assert len(item.missing) == sum(line.result in {"awaiting", "missed"} for line in item.case.lines)
        there = [item.immediate, item.lowest, item.share_apart, item.missing]
        assert len(reasons(item)) == sum(map(bool, there))


def returned(play: Play) -> None:
    """East's returns, as far as they have come: of its five cases only the fourth was left alone."""
    assert play.send_return("U0POLICE", "T2-EAST-01", grade="good").ok
    assert play.send_return("U0YOT", "T2-EAST-01", grade="requires_improvement").ok
    assert play.send_return("U0POLICE", "T2-EAST-02", grade="inadequate").ok
    assert play.send_return("U0POLICE", "T2-EAST-03", grade="outstanding").ok
    assert play.send_return("U0YOT", "T2-EAST-03", grade="requires_improvement").ok
    urgent = {"immediate_action": "yes", "immediate_what": "A visit.", "immediate_owner": "Duty", "why": "(Invented)"}
    assert play.send_return("U0YOT", "T2-EAST-05", immediate_by="2026-03-09", grade="good", **urgent).ok


def in_order(told: str) -> list[str]:
    """East's references as they stand in a text, each once."""
    found = (f"T2-EAST-0{n}" for n in range(1, 6))
    return sorted((each for each in found if each in told), key=told.index)


def agendas(play: Play) -> list[str]:
    return [said for said in managing.posted(play, EAST) if "Agenda: East" in said]


ORDER = ["T2-EAST-05", "T2-EAST-02", "T2-EAST-03", "T2-EAST-01", "T2-EAST-04"]


def test_the_meetings_are_looked_at_in_order_with_reasons(play: Play) -> None:
    begun(play)
    returned(play)
    cycle = managing.cycle(play).id
    assert asked(play, "U0CHAIR", "agenda.show", cycle).ok
    told = play.modal_text("U0CHAIR")
    assert told.count("Its summary isn't out yet") == 15
    assert "Inadequate by" not in told
    assert "Open immediate action ·" not in told
    with play.sessions.begin() as session:
        session.execute(update(Case).values(released_at=now(session)))
    assert asked(play, "U0CHAIR", "agenda.show", cycle).ok
    told = play.modal_text("U0CHAIR")
    assert in_order(told) == ORDER
    for reason in (
        "Open immediate action · No return yet from", "Inadequate by Police",
        "Outstanding to Requires improvement: 2 grades apart", "Good to Requires improvement: 1 grade apart",
    ):  # fmt: skip
        assert reason in told
    assert "Thu 26 Mar, 10 am (16 working days left)" in told
    assert "Who came isn't recorded yet" in told
    assert "(Invented)" not in told
    assert "attendance.edit" not in told
    assert told.index("T2-EAST-04") < told.index("Meeting about Central, North") < told.index("T2-NORTH-01")

    managing.menu(play)
    menu = play.modal(managing.COORDINATOR)
    told = managing.press(play, "agenda.show")
    assert "pack.ask" in told
    assert "attendance.edit" not in told, "not so long before the meeting"
    assert play.modal(managing.COORDINATOR).id == menu.id, "in the menu's place: what opens from it needs room above"


def test_an_area_gets_its_agenda_after_its_summaries_and_it_keeps_up(play: Play) -> None:
    begun(play)
    returned(play)
    play.move_clock(march(23, 9))
    posted = managing.posted(play, EAST)
    assert len(posted) == 6
    assert "Agenda: East" in posted[-1], "after the summaries"
    assert managing.ledger(play, MessageKind.AGENDA) == 1, "the others meet later"
    [agenda] = agendas(play)
    assert in_order(agenda[agenda.index("blocks") :]) == ORDER
    for part in ("Inadequate by Police", "Open immediate action", "0 of 5 cases ratified", "Self-grades of East"):
        assert part in agenda
    assert "Thu 26 Mar, 10 am (3 working days left)" in agenda
    assert "(Invented)" not in agenda
    assert "NORTH" not in agenda
    stands = json.loads(agenda)["ts"]
    assert play.person("U0POLICE").click(EAST, stands, "summary.read").ok
    assert "Case summary" in play.modal_text("U0POLICE")
    play.close_modal("U0POLICE")
    by_agency = next(said for said in managing.posted(play, "C0SUBGROUP") if "Case by agency" in said)
    assert "Inadequate" in by_agency, "since the summaries are out"

    assert play.send_return("U0POLICE", "T2-EAST-04", grade="inadequate").ok
    [agenda] = agendas(play)
    order = ["T2-EAST-05", "T2-EAST-02", "T2-EAST-04", "T2-EAST-03", "T2-EAST-01"]
    assert in_order(agenda[agenda.index("blocks") :]) == order
    assert json.loads(agenda)["ts"] == stands

    play.move_clock(march(26, 15))
    east = [case for case in play.board().cases if case.area == "East"]
    for case in east:
        ratified(play, case.reference)
    [agenda] = agendas(play)
    assert "✅ Final: 5 of 5 cases ratified" in agenda
    assert agenda.count("✅ Ratified: Good") == 5
    assert json.loads(agenda)["ts"] == stands
    assert len(managing.posted(play, EAST)) == 6


def test_an_agenda_shows_no_grade_of_a_case_whose_summary_is_not_out(play: Play) -> None:
    begun(play)
    returned(play)
    play.move_clock(march(23, 9))
    assert len(agendas(play)) == 1
    with play.sessions.begin() as session:
        session.execute(update(Case).where(Case.reference == "T2-EAST-02").values(released_at=None))
    assert play.send_return("U0POLICE", "T2-EAST-04", grade="good").ok
    [agenda] = agendas(play)
    assert "Their summaries aren't posted yet: T2-EAST-02" in agenda
    assert "Inadequate by" not in agenda
