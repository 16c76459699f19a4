"""What was answered: how many returns said what to the questions with a choice, a number or a day. No text is counted.

A return counts as it was when its case was released, as its grade does. One that wasn't asked a question, since the
condition for it doesn't hold or other agencies are asked it, is no part of what the question's numbers are of. Each is
read by the version of the tool that it was sent under.
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
"""The rows in which a return counts; that of a choice is this word, a colon and the choice's name."""
_ANSWERED_LABEL, _UNANSWERED_LABEL = "Answered", "Not answered"
_NO_LONGER = " (no longer asked)"
NUMBERS = {"lowest": "Lowest", "median": "Median", "highest": "Highest"}
"""The fields of NumberAnswers, and what they are called."""
_COUNTED = ("yes_no", "one_of", "several_of", "date", *tools.NUMBERS)
_ELSEWHERE = frozenset({IMMEDIATE, *IMMEDIATE_DETAILS})
"""An immediate action has a list of its own: it is to be dealt with, not counted."""


@dataclass(frozen=True)
class Reply:
    """What a return that was asked a question says to it: the rows in which it counts, and the number if it is one.

    `reference`: the case's, with the agency.
    """

    reference: str
    area: str
    rows: tuple[str, ...]
    number: Decimal | None = None


@dataclass(frozen=True)
class NumberAnswers:
    """The numbers that were given. No sum: nothing says that they can be added, and several agencies count the same."""

    lowest: float
    median: float
    highest: float


@dataclass(frozen=True)
class AnswerCounts:
    """How many returns said what to a question, of those that are there (`sent`): a number for each row, zeros too.

    What was given and what wasn't come to what was asked. Of a question that takes several answers a return may count
    in several. `numbers`: None where none was given, or none is asked for.
    """

    sent: int
    rows: Mapping[str, int]
    numbers: NumberAnswers | None = None

    @property
    def adds_up(self) -> bool:
        """Whether the rows come to what was asked, and none to more."""
        asked, said = self.rows[ASKED], self.rows[GIVEN] + self.rows[UNANSWERED]
        return said == asked <= self.sent and max(self.rows.values()) <= asked


@dataclass(frozen=True)
class Answered:
    """A question with its numbers: of all returns, and of each area's if there are several, in the cycle's order.

    `name`: what it is called; `heading`: of the group that it stands in. `choices`: their labels, by row; `number`: it
    asks for one.
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
        """What the rows are called that come to what was asked, by row."""
        return {**(self.choices or {GIVEN: _ANSWERED_LABEL}), UNANSWERED: _UNANSWERED_LABEL}

    @property
    def adds_up(self) -> bool:
        """Whether all of it does, and the areas come to the whole."""
        parts = self.by_area.values()
        rows = {row: sum(part.rows[row] for part in parts) for row in self.whole.rows}
        return all(part.adds_up for part in (self.whole, *parts)) and (not parts or rows == self.whole.rows)


@dataclass(frozen=True)
class AnswersView:
    """What was answered in a cycle, as somebody sees it. `returns`: of the cases that count, `sent` of them there.

    `waiting`: cases that don't count yet.
    """

    cycle: CycleView
    answered: tuple[Answered, ...]
    sent: int
    returns: int
    cases: int
    waiting: int


def row_of(choice: str) -> str:
    """The key of the row in which a choice is counted; `choice`: its name in the audit tool."""
    return f"{CHOICE}:{choice}"


def countable(tool: Tool) -> tuple[Section, ...]:
    """The questions of a tool whose answers are counted here."""
    return tuple(each for each in tool.sections if each.kind in _COUNTED and each.key not in _ELSEWHERE)


def read(session: Session, who: Actor, cycle_id: str) -> AnswersView:
    """What was answered, for an overseer: others than coordinators see released cases only. NotFound, DoesNotAddUp."""
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
    """How many returns of these cases said what to each question; DoesNotAddUp names a return at fault."""
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
    """The questions that are counted, by key: as the tool asks them now, with the choices of its earlier versions.

    Those that it asks no longer, and that returns which count were asked, come last.
    """
    answered = [_answered(case, line) for case in of_cycle for line in case.lines]
    earlier = {each[0].version: each[0] for each in answered if each and each[0].version != now.version}
    found = {section.key: section for section in countable(now)}
    for version in sorted(earlier, reverse=True):
        for section in countable(earlier[version]):
            asked = found.get(section.key, replace(section, label=f"{section.label}{_NO_LONGER}"))
            offered = {choice.name for choice in asked.choices}
            more = tuple(choice for choice in section.choices if choice.name not in offered)
            found[section.key] = replace(asked, choices=asked.choices + more)
    return found


def _areas(cycle: CycleView) -> tuple[str, ...]:
    """The areas by which answers are told: none where that would say the same again."""
    return cycle.areas if len(cycle.areas) > 1 else ()


def replies(of_cycle: Sequence[CaseView]) -> Iterator[tuple[str, Reply]]:
    """What each return of these cases says to each question, by its key, that it was asked and that is counted."""
    asking: dict[tuple[int, str], tuple[Tool, tuple[Section, ...]]] = {}
    for case in of_cycle:
        for line in case.lines:
            answered = _answered(case, line)
            if answered is None:
                continue
            tool, answers = answered
            version = tool.version, line.agency
            if version not in asking:
                mine = tool.asked_of(line.agency)
                asking[version] = _narrowed(mine), countable(mine)
            narrow, questions = asking[version]
            shown, reference = narrow.shows(answers) if questions else (), f"{case.reference} {line.agency}"
            for section in questions:
                if section.key in shown:
                    text = answers.get(section.key, "").strip()
                    yield section.key, _reply(section, text, reference, case.area)


def _narrowed(tool: Tool) -> Tool:
    """The tool with no questions but those that are counted, and those by whose answers these are asked or not."""
    keys = {section.key for section in countable(tool)}
    while more := frozenset().union(*map(tool.needs, keys)) - keys:
        keys |= more
    return replace(tool, parts=tuple(part for part in tool.parts if part.key in keys))


def _answered(case: CaseView, line: Line) -> tuple[Tool, Mapping[str, str]] | None:
    """What a return was asked and answered, as figures count it; None where it isn't there."""
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
    """How many returns of each area are there."""
    return Counter(case.area for case in of_cycle for line in case.lines if _answered(case, line))


def to_json(answered: Sequence[Answered]) -> dict[str, object]:
    """The numbers as `roundtable tally --json` prints them: nothing where no question is counted."""
    told = {
        each.key: {
            "label": each.name,
            **_json(each, each.whole),
            **({"by_area": {area: _json(each, said) for area, said in each.by_area.items()}} if each.by_area else {}),
        }
        for each in answered
    }
    return {"answers": told} if told else {}


def _json(each: Answered, said: AnswerCounts) -> dict[str, object]:
    choices = {row.removeprefix(row_of("")): said.rows[row] for row in each.choices}
    counts = {"returns": said.sent, **{row: said.rows[row] for row in (ASKED, GIVEN, UNANSWERED)}}
    numbers = asdict(said.numbers) if said.numbers else {}
    return {**counts, **({"choices": choices} if choices else {}), **numbers}
