"""What stands out in a cycle's numbers: at most five facts, each with its base, for readers of the tally."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from math import comb

from sqlalchemy.orm import Session

from audit.access import RELEASED
from audit.cases import graded_sections
from audit.cycle import release
from audit.cycle.board import Board
from audit.cycle.tally import Count
from audit.figures import intervals, statistics, trends
from audit.figures.statistics import Movement, Spread, Statistics
from audit.figures.trends import Point
from audit.findings.findings import ThemeCount
from audit.scales import AWAITING, MISSED, Scale

MOST = 5
"""The most facts that are shown."""
FEWEST = 3
"""An area, agency or section with fewer graded cases or returns isn't compared with others."""
SECTION = "section"
_APART = 0.25
"""Shares that differ by less don't stand out."""


@dataclass(frozen=True)
class Share:
    """A share: `number` of `of`. `name` says of what, in the plural."""

    name: str
    number: int
    of: int

    @property
    def part(self) -> float:
        """The share as a number from 0 to 1."""
        return self.number / self.of


@dataclass(frozen=True)
class Missing:
    """Returns that are missing. `most`: the agency with more missing returns than any other; None if several tie."""

    returns: Share
    most: Share | None


@dataclass(frozen=True)
class NotGraded:
    """Ratified cases that weren't graded, and how many of them for which reason (its key)."""

    cases: Share
    reasons: Mapping[str, int]


@dataclass(frozen=True)
class Changed:
    """How many cases have one of the better grades, now and in the audit before. `grade`: the lowest of these grades.

    `alike`: both audits had the same theme; otherwise this is no trend.
    """

    grade: str
    now: Share
    then: Share
    before: Point
    alike: bool

    @property
    def between(self) -> tuple[int, int]:
        """The interval of the difference of the two shares, in percentage points."""
        least, most = intervals.difference((self.now.number, self.now.of), (self.then.number, self.then.of))
        return round(100 * least), round(100 * most)


@dataclass(frozen=True)
class Apart:
    """The parts of a cycle with the largest and smallest shares of better grades. `by`: "area", "agency" or "section".

    `best`, `worst`: all the parts with that share, the one with the most grades first.
    """

    by: str
    grade: str
    returns: bool
    best: tuple[Share, ...]
    worst: tuple[Share, ...]

    @property
    def chance(self) -> bool:
        """Whether the difference may be due to chance. Not tested for sections, which are graded in the same cases."""
        return self.by != SECTION and _by_chance(self.best[0], self.worst[0])


@dataclass(frozen=True)
class Kinder:
    """Self-grades compared with ratified grades. `section`: the one where most of them are kinder, "" for overall."""

    moved: Movement
    section: str = ""


@dataclass(frozen=True)
class Wide:
    """Cases whose self-grades are `steps` or more apart, among those with two or more. `widest`: the widest of them."""

    cases: Share
    widest: Spread
    steps: int


@dataclass(frozen=True)
class MostFound:
    """The concern or learning found in the most cases."""

    theme: ThemeCount


Fact = Missing | NotGraded | Changed | Apart | Kinder | Wide | MostFound


def stands_out(session: Session, board: Board) -> tuple[Fact, ...]:
    """The facts, missing returns first. Grades are counted in released cases only; missing returns in all."""
    return facts(board, trends.trend(session, RELEASED, board.cycle.number))


def facts(board: Board, points: Iterable[Point] = ()) -> tuple[Fact, ...]:
    """The same as `stands_out`, without a database. `points`: the trend in which the board's cycle may be."""
    return tuple(islice(_facts(board, points), MOST))


def _facts(board: Board, points: Iterable[Point]) -> Iterator[Fact]:
    counted = release.counted(board)
    ratified = counted.tally.ratified
    numbers = statistics.statistics(counted)
    yield from _missing(board)
    if ratified.not_graded_in_all:
        reasons = {key: number for key, number in ratified.not_graded.items() if number}
        judged = ratified.total - ratified.awaiting
        yield NotGraded(Share("cases", ratified.not_graded_in_all, judged), reasons)
    if board.cycle.tool.asks_overall:
        yield from _changed(board, ratified, points)
        yield from _apart(board.cycle.scale, "area", counted.tally.by_area, returns=False)
        if numbers.overall.enough:
            yield Kinder(numbers.overall)
        yield from _apart(board.cycle.scale, "agency", counted.tally.by_agency, returns=True)
        yield from _wide(board.cycle.scale, numbers.spreads)
    yield from _by_section(counted, numbers)
    yield from _found(counted.themes)


def _missing(board: Board) -> Iterator[Missing]:
    lines = [line for case in board.cases for line in case.lines]
    awaited = Counter(line.agency for line in lines if line.result in {AWAITING, MISSED})
    if awaited:
        of = Counter(line.agency for line in lines)
        most = [agency for agency, number in awaited.items() if number == max(awaited.values())]
        alone = Share(most[0], awaited[most[0]], of[most[0]]) if len(most) == 1 else None
        yield Missing(Share("returns", awaited.total(), len(lines)), alone)


def better(scale: Scale, name: str, grades: Mapping[str, int]) -> tuple[str, Share]:
    """The lowest grade of the scale's better half, and the share of such grades among all given."""
    half = scale.grades[: len(scale.grades) // 2]
    return half[-1].label, Share(name, sum(grades[each.key] for each in half), sum(grades.values()))


def _by_chance(one: Share, other: Share) -> bool:
    """Whether Fisher's exact test gives a probability of 1 in 20 or more for shares this far apart."""
    both = one.number + other.number

    def ways(number: int) -> int:
        return comb(one.of, number) * comb(other.of, both - number)

    every = (ways(number) for number in range(min(both, one.of) + 1))
    return 20 * sum(each for each in every if each <= ways(one.number)) >= comb(one.of + other.of, both)


def _changed(board: Board, ratified: Count, points: Iterable[Point]) -> Iterator[Changed]:
    scale = board.cycle.scale
    grade, now = better(scale, "cases", ratified.grades)
    before = [each for each in points if each.number != board.cycle.number]
    earlier = [each for each in before if isinstance(each.number, str) or each.number < board.cycle.number]
    if not now.of or not earlier or not earlier[-1].scale.same_steps(scale):
        return
    last = earlier[-1]
    _, then = better(last.scale, "cases", last.grades)
    if then.of and not last.bands:
        yield Changed(grade, now, then, last, alike=bool(last.theme) and last.theme == board.cycle.theme)


def _apart(scale: Scale, by: str, parts: Mapping[str, Count], *, returns: bool) -> Iterator[Apart]:
    shares = [better(scale, name, part.grades) for name, part in parts.items()]
    comparable = sorted((share for _, share in shares if share.of >= FEWEST), key=lambda share: -share.of)
    parts_of = [share.part for share in comparable]
    if comparable and max(parts_of) - min(parts_of) >= _APART:
        best, worst = (tuple(each for each in comparable if each.part == end(parts_of)) for end in (max, min))
        yield Apart(by, shares[0][0], returns, best, worst)


def _by_section(counted: Board, numbers: Statistics) -> Iterator[Apart | Kinder]:
    """Differences between sections on the same scale, and the section with the kindest self-grades, if any are kind."""
    names = graded_sections.names(counted.cycle.tool)
    left = list(counted.graded)
    while left:
        scale = left[0][0].graded_on
        alike = {names[one.key]: tally.ratified for one, tally in left if one.graded_on.same_steps(scale)}
        left = [each for each in left if not each[0].graded_on.same_steps(scale)]
        yield from _apart(scale, SECTION, alike, returns=False) if len(alike) > 1 else ()
    told = {key: each.ratified for key, each in numbers.sections.items() if each.ratified.enough and each.ratified.down}
    if told:
        key = max(told, key=lambda key: told[key].down / told[key].compared)
        yield Kinder(told[key], names[key])


def _wide(scale: Scale, spreads: tuple[Spread, ...]) -> Iterator[Wide]:
    """Cases at least half of the scale apart: one step of two grades, two of four, six of eleven."""
    steps = (len(scale.grades) + 1) // 2
    wide = [each for each in spreads if each.steps >= steps]
    if wide:
        yield Wide(Share("cases", len(wide), len(spreads)), wide[0], steps)


def _found(themes: Iterable[ThemeCount]) -> Iterator[MostFound]:
    concerns = [each for each in themes if not each.strength]
    if concerns:
        yield MostFound(max(concerns, key=lambda each: (len(each.references), not each.recommended)))
