"""What agencies and the meeting give the graded sections of a case."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from sqlalchemy import select, update

from audit.access import actor
from audit.cases import graded_sections
from audit.cases.moderated_grades import ModerationView
from audit.cases.summary import CaseView
from audit.home import home
from audit.meeting import agenda
from audit.meeting.agenda import ordered
from audit.report import meeting_pack
from audit.returns.answers import Answers
from audit.scales import NO_OVERALL, NOT_APPLICABLE, TEN, THREE_STEP
from audit.tools import Section
from sandbox.slack.checks import problems
from storage.cases import Case
from storage.clock import now
from storage.cycles import Cycle, CycleArea
from storage.meetings import Judgement
from storage.people import Area
from tests.kit import accessible, graded, models, reading
from tests.kit.forging import TEAM
from tests.kit.graded import EVIDENCE, PLANNING, RECORDS, SUPERVISION, VOICE
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR
from views.cases.summary import full, headlines
from views.documents import Heading, PageBreak, Table, docx, markdown
from views.meeting.agenda import posted, reasons
from views.report import meeting_pack as meeting_pack_view


def test_a_file_of_a_finished_audit_has_what_each_section_was_given(play: Play) -> None:
    play.put(graded.finished)
    board = play.board()
    case = board.cases[0]
    tool = case.tool
    assert [section.key for section in tool.graded] == [*graded.STANDARDS]
    assert {line.result for line in case.lines if line.answers} == {NO_OVERALL}
    assert case.judgement
    assert case.judgement.grade == NO_OVERALL
    assert graded_sections.judged(case, tool.graded[2]).result == NOT_APPLICABLE
    asked = [line.agency for line in case.lines if graded_sections.own_grade(case, line, tool.graded[3])]
    assert asked == ["Police"]
    assert board.sections[graded.PLANNING].ratified.grades["good"] > 0
    assert board.sections[graded.RECORDS].self_grades.not_applicable > 0
    assert board.tally.ratified.no_overall == len(board.cases)


GIVEN = {
    "Education": {VOICE: "good", PLANNING: "good", **graded.not_applicable(RECORDS, why="We keep none.")},
    "Police": {VOICE: "good", PLANNING: "inadequate", RECORDS: "good", SUPERVISION: "not_graded_other"},
    "YOT": {VOICE: "outstanding", PLANNING: "good", RECORDS: "good"},
}


def moderated(case: CaseView, agency: str, section: str, grade: str) -> CaseView:
    """The same case with a section of an agency moderated."""
    view = ModerationView(grade, None, "(Invented) The plan was late.", 1, 2, "Chair", models.NOW, section=section)
    lines = [
        replace(line, moderated_sections={section: view}) if line.agency == agency else line for line in case.lines
    ]
    return replace(case, lines=tuple(lines))


def test_a_summary_says_what_each_section_was_given_by_whom_and_nothing_that_was_written() -> None:
    case = moderated(graded.case(GIVEN), "YOT", PLANNING, "requires_improvement")
    said = reading.everything(headlines(case, models.NOW).blocks)
    assert "working day" not in said
    assert "*Voice of the child*\nOutstanding: YOT · Good: Education, Police" in said
    assert "*Planning*\nGood: Education · Good (moderated: Requires improvement): YOT · Inadequate: Police" in said
    assert "*Where agencies differ*\n*Planning*\n" in said, "furthest apart first"
    assert "*Records*" not in said, "the grid says it"
    assert "*Records*\nGood: Police, YOT\nNot applicable: Education" in reading.everything(full(case, models.NOW))
    assert "*Widest disagreement:* Planning, from Good to Inadequate" in said
    assert "*Education*: Graded by section" in said
    assert "We keep none." not in said
    ratified = replace(case, judgement=graded.judgement(voice="good", planning="inadequate", records=NOT_APPLICABLE))
    assert "*Planning* · ✅ Inadequate\n" in reading.everything(headlines(ratified, models.NOW).blocks)
    assert "*Ratified judgement: Graded by section*" in reading.everything(headlines(ratified, models.NOW).blocks)


def test_the_full_summary_has_why_a_section_is_not_applicable_and_why_it_was_moderated() -> None:
    case = moderated(graded.case(GIVEN), "Police", PLANNING, "good")
    said = "".join(reading.everything(full(case, models.NOW, page)) for page in range(3))
    assert "Records: *Not applicable* (We keep none.)" in said
    assert "Planning: *Inadequate (moderated: Good)*" in said
    assert "Planning: moderated by Chair" in said
    assert "(Invented) The plan was late." in said
    wrote = graded.case({"Police": {VOICE: "good", EVIDENCE: "A", "seen": "B"}}, tool=graded.ALIKE)
    said = reading.everything(full(wrote, models.NOW))
    assert said.index("*Practice: What did you see?*") < said.index("*Oversight: What did you see?*"), "told apart"


def test_what_the_meeting_made_of_a_section_stays_as_long_as_the_return_grades_it() -> None:
    case = moderated(graded.case(GIVEN), "Police", PLANNING, "good")
    line = next(line for line in case.lines if line.agency == "Police")
    assert line.answers
    later = replace(line, version=line.version + 2, answers=replace(line.answers, sections={PLANNING: "outstanding"}))
    gone = replace(later, answers=replace(line.answers, sections={VOICE: "good"}))
    assert [section.key for section, _ in graded_sections.moderated(case, later)] == [PLANNING]
    assert later.changed_since, "which is said beside it, as of an overall grade"
    assert graded_sections.moderated(case, gone) == []


def test_before_release_a_summary_says_of_sections_only_who_answered() -> None:
    case = moderated(graded.case(GIVEN, graded.judgement(voice="good")), "YOT", PLANNING, "inadequate")
    kept = replace(case, released_at=None).conceal()
    given = [each.given for each in graded_sections.compared(kept)]
    for said in (headlines(kept, models.NOW).blocks, full(kept, models.NOW), given):
        words = repr(said)
        assert not any(grade in words for grade in ("Good", "Inadequate", "Outstanding", "Not applicable", "good"))
    assert "```" not in reading.everything(headlines(kept, models.NOW).blocks), "no grid"
    item = ordered([kept], {})[0]
    assert (item.lowest, item.widest, item.share_apart) == ((), None, Fraction(0))


def test_an_agenda_goes_by_the_section_on_which_agencies_are_furthest_apart() -> None:
    apart = graded.case({"Police": {VOICE: "good", PLANNING: "requires_improvement"}, "YOT": {VOICE: "outstanding"}})
    worst = replace(graded.case(GIVEN), reference="T2")
    wide = {"Police": {VOICE: "outstanding", PLANNING: "good"}, "YOT": {VOICE: "requires_improvement"}}
    wider = replace(graded.case(wide), reference="T3")
    items = ordered([apart, worst, wider], {})
    assert [item.case.reference for item in items] == ["T2", "T3", apart.reference]
    assert reasons(items[0]) == ["Planning: Inadequate by Police", "Planning: Good to Inadequate: 2 grades apart"]
    assert reasons(items[1]) == ["Voice of the child: Outstanding to Requires improvement: 2 grades apart"]


def test_on_scales_of_different_lengths_the_furthest_apart_are_so_by_their_share_of_the_scale() -> None:
    long, short = (Section(key, key, "graded", scale=scale) for key, scale in (("long", TEN), ("short", THREE_STEP)))
    tool = replace(graded.SECTIONED, parts=(long, short))
    best, middle = THREE_STEP.grades[0].key, THREE_STEP.grades[1].key
    fours = {"Police": {"long": "8", "short": best}, "YOT": {"long": "4", "short": middle}}
    threes = {"Police": {"long": "8", "short": best}, "YOT": {"long": "5", "short": best}}
    whole = {"Police": {"long": "10", "short": best}, "YOT": {"long": "1", "short": best}}
    cases = {name: replace(graded.case(given, tool=tool), reference=name)
             for name, given in (("A", threes), ("B", fours), ("C", whole))}  # fmt: skip
    items = {item.case.reference: item for item in ordered([*cases.values()], {})}
    assert [*items] == ["C", "B", "A"]
    assert reasons(items["B"]) == [
        f"short: {THREE_STEP.grades[0].label} to {THREE_STEP.grades[1].label}: 1 grade apart"
    ]
    assert [each.section.key for each in graded_sections.apart(cases["B"]) if each.section] == ["short", "long"]
    assert "short, from" in reading.everything(headlines(cases["B"], models.NOW).blocks)


def test_with_an_overall_grade_the_agenda_goes_by_that_and_names_the_section_beside() -> None:
    found = graded.case(GIVEN, tool=graded.REQUIRED)
    lines = [replace(line, answers=replace(line.answers or Answers(), grade="good")) for line in found.lines]
    item = ordered([replace(found, lines=tuple(lines))], {})[0]
    assert (item.lowest, item.share_apart) == ((), Fraction(0))
    assert reasons(item) == ["Planning: Good to Inadequate: 2 grades apart"]


@pytest.mark.parametrize("kind", models.WORST)
def test_a_summary_of_many_sections_and_agencies_fits_slack(kind: str) -> None:
    labels = [models.label(f"{n}", 300) for n in range(40)]
    parts = [part for n, each in enumerate(labels) for part in graded.standard(f"k{n}", each)]
    tool = replace(graded.SECTIONED, parts=tuple(parts))
    every = {key: text for part in tool.graded for key, text in graded.not_applicable(part.key).items()}
    given = {models.label(f"{n}", 75): every | {"k1": "inadequate"} for n in range(10)}
    judged = graded.judgement(**{part.key: "inadequate" for part in tool.graded})
    case = graded.case(given, replace(judged, why=models.worst(kind, 3000)), tool)
    assert problems(headlines(case, models.NOW).blocks, "message") == []
    assert problems(full(case, models.NOW), "modal") == []
    better = {agency: {f"k{n}": "good" for n in range(40)} for agency in [*given][:5]}
    case = graded.case({agency: {f"k{n}": "outstanding" for n in range(40)} for agency in given} | better, tool=tool)
    assert problems(headlines(case, models.NOW).blocks, "message") == []
    assert "more sections: read the summary." in reading.everything(headlines(case, models.NOW).blocks)


@pytest.mark.both_databases
def test_home_lists_graded_cases_as_the_agenda_does(play: Play) -> None:
    play.put(graded.finished)
    play.move_clock(play.board().now + timedelta(days=40))
    with play.sessions.begin() as session:
        session.execute(update(Judgement).values(ended_at=now(session)))
        session.execute(update(Case).values(released_at=now(session)))
        cycle = session.scalars(select(Cycle)).one()
        cycle.state = "meeting"
    with play.reading() as session:
        who = actor(session, TEAM, COORDINATOR)
        agendas = agenda.show(session, who, cycle.id).agendas
        listed = [item.case.reference for each in agendas for item in each.items]
        shown = [case.reference for case in home.home(session, who).audits[0].cases]
    assert shown == listed
    assert len(shown) == 15
    assert listed != sorted(listed)


def test_a_pack_has_the_sections_against_the_agencies(play: Play) -> None:
    play.put(graded.finished)
    with play.reading() as session:
        who = actor(session, TEAM, COORDINATOR)
        meeting = agenda.show(session, who, session.scalars(select(Cycle.id)).one()).agendas[0]
        found = meeting_pack.pack(session, who, meeting.meeting_id)
    assert found
    pack = meeting_pack_view.document(found)
    turned = [after for before, after in pairwise(pack.parts) if isinstance(before, PageBreak)]
    cases = [item.case for item in found.agenda.items]
    headed = [*(f"{each.reference} ({each.area})" for each in cases), *(f"{each.reference} in full" for each in cases)]
    assert [each.text for each in turned if isinstance(each, Heading)] == headed, "a page a case, then all texts"
    beside = [each for each in pack.parts if isinstance(each, Table) and each.caption == "Agencies side by side"]
    assert [[row[0] for row in each.rows] for each in beside] == [
        [(line.agency,) for line in each.lines] for each in cases
    ]
    assert accessible.faults(docx(pack)) == []
    said = markdown(pack)
    assert "| Section | CCGs | Children's Social Care |" in said
    assert "| Records | Not applicable |" in said
    assert "Records: No record was kept by us." in said


def test_an_areas_agenda_counts_each_section_of_what_is_released(play: Play) -> None:
    play.put(graded.finished)
    with play.sessions.begin() as session:
        session.execute(update(Case).where(Case.reference == "T2-EAST-01").values(released_at=now(session)))
    with play.reading() as session:
        east = select(CycleArea.id).join(Area, Area.id == CycleArea.area_id).where(Area.label == "East")
        found = agenda.of_area(session, session.scalars(east).one())
    assert found
    assert [section.key for section, _ in found.sections] == [VOICE, PLANNING, RECORDS, SUPERVISION]
    counts = [count for _, count in found.sections]
    assert [count.total for count in counts] == [10, 10, 10, 1], "of one case"
    content = posted(found)
    assert "*Planning*: Outstanding" in reading.everything(content.blocks)
    assert f" · Good {counts[1].grades['good']} · " in reading.everything(content.blocks)
    assert f"Not applicable {counts[2].not_applicable}" in reading.everything(content.blocks)
    assert problems(content.blocks, "message") == []


def test_a_file_may_end_with_a_grade_as_well(play: Play) -> None:
    play.put(graded.with_overall)
    board = play.board()
    assert board.tally.ratified.no_overall == 0
    assert board.tally.ratified.grades == board.sections[graded.PLANNING].ratified.grades
