"""Boards as audit reads them, small or large, to draw."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from audit.cases.judgements import JudgementView
from audit.cases.summary import CaseView, Line
from audit.cycle.board import Board, tally
from audit.cycle_facts import CycleView, MeetingView
from audit.library.default import DEFAULT
from audit.returns.answers import Answers
from audit.scales import INSPECTION
from sandbox.sheets.a1 import letters
from sheets.tabs import SyncInfo

NOW = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
DUE = datetime(2026, 3, 12, 17, 0, tzinfo=UTC)
MEETING = datetime(2026, 3, 19, 14, 30, tzinfo=UTC)
AREAS = ("Central", "East", "North")
AGENCIES = (
    ("Children's Social Care", "CSC"),
    ("Education", "Education"),
    ("Health Providers", "Health"),
    ("Police", "Police"),
    ("Probation", "Probation"),
    ("SEND", "SEND"),
    ("VCFS organisations", "VCFS"),
    ("Wellbeing Prevention and Early Help", "WPEH"),
    ("Youth Offending Team", "YOT"),
    ("Clinical Commissioning Groups", "CCGs"),
)
CYCLE = CycleView(
    id="c" * 32,
    number=2,
    title="Audit 2, Transitions",
    theme="Transitions",
    origin="A serious case review",
    state="collecting",
    due_at=DUE,
    summary_days=3,
    scale=INSPECTION,
    tool=DEFAULT,
    areas=AREAS,
    agencies=AGENCIES[:3],
    meetings=(MeetingView(MEETING, AREAS),),
)


def sync(generation: int = 1, at: datetime = NOW, pending: int = 0) -> SyncInfo:
    return SyncInfo(at, generation, pending, readers=("coordinator@example.org (owner)",))


def answers(grade: str = "good", reason: str | None = None, **sections: str) -> Answers:
    written = {"went_well": "They listened.", "voice": "The child was heard.", "immediate_action": "no"}
    return Answers(written | sections, grade, reason, "Because of what we saw.")


def line(reference: str, agency: tuple[str, str], given: Answers | None = None, state: str = "submitted") -> Line:
    label, short = agency
    there = given is not None
    return Line(
        return_id=f"{reference}-{short}",
        agency=label,
        state=state if there or state in ("nil", "declined") else "requested",
        version=1 if there else 0,
        answers=given,
        late=False,
        after_release=False,
        submitted_at=NOW if there else None,
        submitted_by="A. Lead" if there else None,
    )


def case(number: int, area: str, agencies: tuple[tuple[str, str], ...], given: Mapping[str, Answers]) -> CaseView:
    reference = f"T2-{area.upper()}-{number:02}"
    lines = tuple(line(reference, agency, given.get(f"{reference} {agency[1]}")) for agency in agencies)
    return CaseView(
        id=f"case-{number:05}",
        cycle_id=CYCLE.id,
        cycle_name=CYCLE.title,
        reference=reference,
        area=area,
        due_at=DUE,
        meeting_at=MEETING,
        released_at=None,
        scale=INSPECTION,
        tool=DEFAULT,
        lines=lines,
        judgement=None,
    )


def board(cases: int = 3, agencies: int = 3, given: Mapping[str, Answers] | None = None, now: datetime = NOW) -> Board:
    """Cases spread over the areas, every agency involved in each; `given`: "T2-EAST-02 CSC" -> its answers."""
    involved = AGENCIES[:agencies]
    made = tuple(case(number, AREAS[number % 3], involved, given or {}) for number in range(1, cases + 1))
    return made_of(made, replace(CYCLE, agencies=involved), now)


def made_of(cases: tuple[CaseView, ...], cycle: CycleView = CYCLE, now: datetime = NOW) -> Board:
    return Board(cycle, cases, tally(cycle, cases), now, reflections=True)


def full(cases: int, agencies: int) -> Board:
    """Every return given, a grade each."""
    grades = [grade.key for grade in INSPECTION.grades]
    empty = board(cases, agencies)
    shorts = dict(AGENCIES)
    keys = [f"{one.reference} {shorts[part.agency]}" for one in empty.cases for part in one.lines]
    return board(cases, agencies, {key: answers(grades[place % 4]) for place, key in enumerate(keys)})


def given(whole: Board, return_id: str, said: Answers) -> Board:
    """The same board with other answers in one return."""
    cases = (
        replace(
            one, lines=tuple(replace(line, answers=said) if line.return_id == return_id else line for line in one.lines)
        )
        for one in whole.cases
    )
    return made_of(tuple(cases), whole.cycle)


def judged(whole: Board, reference: str, grade: str = "inadequate") -> Board:
    """The same board with one more ratified judgement."""
    judgement = JudgementView(grade, None, "As the meeting agreed.", {}, 1, NOW, "The chair")
    cases = tuple(replace(one, judgement=judgement) if one.reference == reference else one for one in whole.cases)
    return made_of(cases, whole.cycle, whole.now)


def a1(row: int, column: int) -> str:
    """A cell's address, from 0-based places."""
    return f"{letters(column)}{row + 1}"
