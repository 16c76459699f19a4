"""Answers: how many returns gave which answer to questions with a choice, a number or a date. Texts aren't counted.

A return counts as it was when its case was released, as its grade does. It counts for a question only if it was asked
it: the question's condition held, and the question is for its agency. Each return is read by the version of the tool
that it answers.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from statistics import median

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from audit import cycle_facts, question_names, tools
from audit.access import Actor, counted_for, require_overseeing
from audit.cases import summary
from audit.cases.summary import CaseView, Line
from audit.cycle.tally import DoesNotAddUp
from audit.cycle_facts import CycleView
from audit.tools import IMMEDIATE, IMMEDIATE_DETAILS, Section, Tool
from storage.cases import Case

VERB = "answered.read"
ASKED, GIVEN, UNANSWERED, CHOICE = "asked", "given", "unanswered", "choice"
"""The rows in which a return is counted. A choice's row is CHOICE, a colon and the choice's name."""
_ANSWERED_LABEL, _UNANSWERED_LABEL = "Answered", "Not answered"
_NO_LONGER = " (no longer asked)"
NUMBERS = {"lowest": "Lowest", "median": "Median", "highest": "Highest"}
"""The fields of NumberAnswers -> their labels."""
_COUNTED = ("yes_no", "one_of", "several_of", "date", *tools.NUMBERS)
_ELSEWHERE = frozenset({IMMEDIATE, *IMMEDIATE_DETAILS})
"""Questions that aren't counted: immediate actions are dealt with, and have a list of their own."""


@dataclass(frozen=True)
class Reply:
    """A return's answer to a question that it was asked: the rows in which it counts, and the number if it is one.

    `reference`: the case's reference and the agency's label.
    """

    reference: str
    area: str
    rows: tuple[str, ...]
    number: Decimal | None = None


@dataclass(frozen=True)
class NumberAnswers:
    """The range of the numbers given. There is no sum: agencies may count the same things, so it may mean nothing."""

    lowest: float
    median: float
    highest: float


@dataclass(frozen=True)
class AnswerCounts:
    """How many of the `sent` returns gave which answer to a question: row -> number, zeros included.

    GIVEN and UNANSWERED add up to ASKED. A return with several choices counts in several rows. `numbers`: None if no
    number was given or asked for.
    """

    sent: int
    rows: Mapping[str, int]
    numbers: NumberAnswers | None = None

    @property
    def adds_up(self) -> bool:
        """Whether GIVEN and UNANSWERED add up to ASKED, and no row is larger than that."""
        asked, said = self.rows[ASKED], self.rows[GIVEN] + self.rows[UNANSWERED]
        return said == asked <= self.sent and max(self.rows.values()) <= asked


@dataclass(frozen=True)
class Answered:
    """A question with its counts: of all returns and, if the cycle has several areas, of each, in the cycle's order.

    `name`: the question's name; `heading`: of its group. `choices`: row -> label. `number`: whether it asks for a
    number.
    """

    key: str
    name: str
    heading: str
    choices: Mapping[str, str]
    number: bool
    whole: AnswerCounts
    by_area: Mapping[str, AnswerCounts]

    @property
    def labels(self) -> Mapping[str, str]:
        """Row -> label, for the rows that a table of the question shows."""
        return {**(self.choices or {GIVEN: _ANSWERED_LABEL}), UNANSWERED: _UNANSWERED_LABEL}

    @property
    def adds_up(self) -> bool:
        """Whether every count adds up, and the areas add up to the whole."""
        parts = self.by_area.values()
        rows = {row: sum(part.rows[row] for part in parts) for row in self.whole.rows}
        return all(part.adds_up for part in (self.whole, *parts)) and (not parts or rows == self.whole.rows)


@dataclass(frozen=True)
class AnswersView:
    """A cycle's answers for one reader. `returns`: of the cases counted; `sent`: those of them that were sent.

    `cases`: the number of cases counted. `waiting`: the number of cases that don't count yet.
    """

    cycle: CycleView
    answered: tuple[Answered, ...]
    sent: int
    returns: int
    cases: int
    waiting: int


def row_of(choice: str) -> str:
    """The row in which a choice is counted, from the choice's name in the audit tool."""
    return f"{CHOICE}:{choice}"


def countable(tool: Tool) -> tuple[Section, ...]:
    """The questions of a tool whose answers are counted."""
    return tuple(each for each in tool.sections if each.kind in _COUNTED and each.key not in _ELSEWHERE)


def read(session: Session, who: Actor, cycle_id: str) -> AnswersView:
    """The answers, for people who oversee audits; only coordinators see unreleased cases. NotFound, DoesNotAddUp."""
    require_overseeing(who, VERB, cycle_id)
    cycle = cycle_facts.view(session, cycle_id)
    every = select(func.count()).select_from(Case).where(Case.cycle_id == cycle_id, Case.withdrawn_at.is_(None))
    counted = summary.of_cycle(session, cycle_id, and_(Case.cycle_id == cycle_id, counted_for(who)))
    return AnswersView(
        cycle=cycle,
        answered=count(cycle, counted),
        sent=_sent(counted).total(),
        returns=sum(len(case.lines) for case in counted),
        cases=len(counted),
        waiting=(session.scalar(every) or 0) - len(counted),
    )


def count(cycle: CycleView, of_cycle: Sequence[CaseView]) -> tuple[Answered, ...]:
    """The counts of each question for these cases. DoesNotAddUp names a return with an answer that can't be counted."""
    questions = _questions(cycle.tool, of_cycle)
    found: dict[str, list[Reply]] = {key: [] for key in questions}
    for key, reply in replies(of_cycle):
        found[key].append(reply)
    sent, names = _sent(of_cycle) if questions else Counter[str](), question_names.names([*questions.values()])

    def answered(section: Section, given: Sequence[Reply]) -> Answered:
        by_area = {
            area: _said(section, [each for each in given if each.area == area], sent[area]) for area in _areas(cycle)
        }
        choices = {row_of(choice.name): choice.label for choice in section.offered}
        name, number = names[section.key], section.kind in tools.NUMBERS
        return Answered(
            section.key, name, section.heading, choices, number, _said(section, given, sent.total()), by_area
        )  # fmt: skip

    return tuple(answered(section, found[key]) for key, section in questions.items())


def _questions(now: Tool, of_cycle: Sequence[CaseView]) -> dict[str, Section]:
    """Key -> each question that is counted, as the tool asks it now, with the choices of earlier versions too.

    Questions that are no longer asked, but that counted returns were asked, come last.
    """
    answered = [_answered(case, line) for case in of_cycle for line in case.lines]
    earlier = {each[0].version: each[0] for each in answered if each and each[0].version != now.version}
    questions = {section.key: section for section in countable(now)}
    for version in sorted(earlier, reverse=True):
        for section in countable(earlier[version]):
            asked = questions.get(section.key, replace(section, label=f"{section.label}{_NO_LONGER}"))
            offered = {choice.name for choice in asked.choices}
            more = tuple(choice for choice in section.choices if choice.name not in offered)
            questions[section.key] = replace(asked, choices=asked.choices + more)
    return questions


def _areas(cycle: CycleView) -> tuple[str, ...]:
    """The areas with counts of their own; none if there is only one, whose counts would be those of the whole."""
    return cycle.areas if len(cycle.areas) > 1 else ()


def replies(of_cycle: Sequence[CaseView]) -> Iterator[tuple[str, Reply]]:
    """(question's key, reply) for every return of these cases and every counted question that it was asked."""
    asking: dict[tuple[int, str], tuple[Tool, tuple[Section, ...]]] = {}
    for case in of_cycle:
        for line in case.lines:
            answered = _answered(case, line)
            if answered is None:
                continue
            tool, answers = answered
            version = tool.version, line.agency
            if version not in asking:
                agency_tool = tool.asked_of(line.agency)
                asking[version] = _narrowed(agency_tool), countable(agency_tool)
            narrow, questions = asking[version]
            shown, reference = narrow.shows(answers) if questions else (), f"{case.reference} {line.agency}"
            for section in questions:
                if section.key in shown:
                    text = answers.get(section.key, "").strip()
                    yield section.key, _reply(section, text, reference, case.area)


def _narrowed(tool: Tool) -> Tool:
    """The tool with only the counted questions and those that decide whether these are asked."""
    keys = {section.key for section in countable(tool)}
    while more := frozenset().union(*map(tool.needs, keys)) - keys:
        keys |= more
    return replace(tool, parts=tuple(part for part in tool.parts if part.key in keys))


def _answered(case: CaseView, line: Line) -> tuple[Tool, Mapping[str, str]] | None:
    """The tool that a return answers and its answers, as figures count them; None if no return was sent."""
    before = line.before_release
    if before is not None:
        return (before.tool or case.tool, before.sections) if before.sections else None
    return (line.tool or case.tool, line.answers.sections) if line.answers else None


def _reply(section: Section, text: str, reference: str, area: str) -> Reply:
    if not text:
        return Reply(reference, area, (ASKED, UNANSWERED))
    if section.fault(text):
        raise DoesNotAddUp(f"What was answered does not add up, so it is not shown: {section.key} of {reference}.")
    chosen = section.chosen(text) if section.offered else ()
    number = Decimal(text) if section.kind in tools.NUMBERS else None
    return Reply(reference, area, (ASKED, GIVEN, *map(row_of, chosen)), number)


def _said(section: Section, given: Sequence[Reply], sent: int) -> AnswerCounts:
    counted = Counter(row for each in given for row in each.rows)
    rows = (ASKED, *(row_of(choice.name) for choice in section.offered), GIVEN, UNANSWERED)
    numbers = [each.number for each in given if each.number is not None]
    return AnswerCounts(sent, {row: counted[row] for row in rows}, _numbers(numbers) if numbers else None)


def _numbers(given: Sequence[Decimal]) -> NumberAnswers:
    return NumberAnswers(float(min(given)), float(median(given)), float(max(given)))


def _sent(of_cycle: Sequence[CaseView]) -> Counter[str]:
    """Area -> how many of its returns were sent."""
    return Counter(case.area for case in of_cycle for line in case.lines if _answered(case, line))


def to_json(answered: Sequence[Answered]) -> dict[str, object]:
    """The counts as `roundtable tally --json` prints them; empty if no question is counted."""
    answers = {
        each.key: {
            "label": each.name,
            **_json(each, each.whole),
            **({"by_area": {area: _json(each, said) for area, said in each.by_area.items()}} if each.by_area else {}),
        }
        for each in answered
    }
    return {"answers": answers} if answers else {}


def _json(each: Answered, said: AnswerCounts) -> dict[str, object]:
    choices = {row.removeprefix(row_of("")): said.rows[row] for row in each.choices}
    counts = {"returns": said.sent, **{row: said.rows[row] for row in (ASKED, GIVEN, UNANSWERED)}}
    numbers = asdict(said.numbers) if said.numbers else {}
    return {**counts, **({"choices": choices} if choices else {}), **numbers}
