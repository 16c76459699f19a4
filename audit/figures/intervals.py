"""What a number of a few cases leaves open: of all cases that they were drawn from, and between two audits.

Both hold for cases that were drawn at random, and are so wide that one in twenty may still lie outside.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, lgamma, sqrt

OUTSIDE = 0.05
"""How often the true number may lie outside."""
_NORMAL = 1.959964
"""So many standard deviations to each side leave out OUTSIDE."""


@dataclass(frozen=True)
class SampledStratum:
    """Cases drawn at random from a list of so many: `number` of them have what is asked about."""

    number: int
    drawn: int
    listed: int


@dataclass(frozen=True)
class Range:
    """From how many to how many; of how many."""

    least: int
    most: int
    of: int

    @property
    def telling(self) -> bool:
        """Whether it leaves out half of what there is, or more: else it says next to nothing."""
        return 2 * (self.most - self.least) <= self.of


def strata(
    samples: Iterable[Mapping[str, tuple[int, int]]], numbers: Mapping[str, tuple[int, int]]
) -> tuple[SampledStratum, ...]:
    """The strata by which just these cases were drawn; none if any came otherwise, or was taken out since.

    `samples`: of each, area -> (listed, drawn). `numbers`: area -> (cases with what is asked about, cases).
    """
    drawn = [each for sample in samples for each in sample.items()]
    if {area: of for area, (_, of) in drawn} != {area: of for area, (_, of) in numbers.items()}:
        return ()
    if len(drawn) != len(numbers):
        return ()
    return tuple(SampledStratum(numbers[area][0], of, listed) for area, (listed, of) in drawn)


def of_all(found: Iterable[SampledStratum]) -> Range | None:
    """How many of all that were listed may have what is asked about; None where all were drawn, or nothing was.

    Exact, by the hypergeometric distribution of draws without putting back. The ranges of several strata are added up,
    each made so wide that all hold at once (Bonferroni).
    """
    several = tuple(found)
    if not several or all(each.drawn == each.listed for each in several):
        return None
    ranges = [_bounds(each, OUTSIDE / len(several)) for each in several]
    least, most = (sum(ends) for ends in zip(*ranges, strict=True))
    return Range(least, most, sum(each.listed for each in several))


def _bounds(of: SampledStratum, outside: float) -> tuple[int, int]:
    """The least and the greatest number in the list of which such a draw isn't too rare, at each end."""
    fewest, most = of.number, of.listed - of.drawn + of.number

    def rare(holders: int, numbers: range) -> bool:
        return sum(_chance(of, holders, each) for each in numbers) <= outside / 2

    above, below = range(of.number, of.drawn + 1), range(of.number + 1)
    least = bisect_left(range(fewest, most + 1), x=True, key=lambda each: not rare(each, above))
    beyond = bisect_left(range(fewest, most + 1), x=True, key=lambda each: rare(each, below))
    return fewest + least, fewest + beyond - 1


def _chance(of: SampledStratum, holders: int, number: int) -> float:
    """How likely it is to draw just so many, if so many in the list have what is asked about."""
    others, left = of.listed - holders, of.drawn - number
    if number > holders or left > others:
        return 0.0
    return exp(_log_ways(holders, number) + _log_ways(others, left) - _log_ways(of.listed, of.drawn))


def _log_ways(of: int, number: int) -> float:
    return lgamma(of + 1) - lgamma(number + 1) - lgamma(of - number + 1)


def difference(now: tuple[int, int], then: tuple[int, int]) -> tuple[float, float]:
    """Between which two numbers the difference of two shares lies, from -1 to 1: each so many of so many, not of none.

    Newcombe's hybrid of two Wilson score intervals (Statistics in Medicine 17, 1998, method 10).
    """
    (low, share, high), (low_then, share_then, high_then) = _wilson(*now), _wilson(*then)
    apart = share - share_then
    less = sqrt((share - low) ** 2 + (high_then - share_then) ** 2)
    more = sqrt((high - share) ** 2 + (share_then - low_then) ** 2)
    return apart - less, apart + more


def _wilson(number: int, of: int) -> tuple[float, float, float]:
    """The lower end, the share, and the upper end."""
    share, square = number / of, _NORMAL**2
    middle = share + square / (2 * of)
    wide = _NORMAL * sqrt(share * (1 - share) / of + square / (4 * of * of))
    low, high = ((middle + side * wide) / (1 + square / of) for side in (-1, 1))
    return max(0.0, low), share, min(1.0, high)
