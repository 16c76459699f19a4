"""Confidence intervals: for all the cases from which a sample was drawn, and for the difference between two audits.

Both assume that cases were drawn at random, and have a confidence level of 95%.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, lgamma, sqrt

OUTSIDE = 0.05
"""The probability that the true number lies outside an interval."""
_NORMAL = 1.959964
"""The number of standard deviations to each side that leaves out OUTSIDE."""


@dataclass(frozen=True)
class SampledStratum:
    """Cases drawn at random: `drawn` of the `listed` ones, of which `number` have the property in question."""

    number: int
    drawn: int
    listed: int


@dataclass(frozen=True)
class Range:
    """A range of numbers of cases, out of `of`."""

    least: int
    most: int
    of: int

    @property
    def telling(self) -> bool:
        """Whether the range covers at most half of what is possible. A wider one says next to nothing."""
        return 2 * (self.most - self.least) <= self.of


def strata(
    samples: Iterable[Mapping[str, tuple[int, int]]], numbers: Mapping[str, tuple[int, int]]
) -> tuple[SampledStratum, ...]:
    """The strata by which exactly these cases were drawn. Empty if any case was added otherwise or removed since.

    `samples`: for each, area -> (listed, drawn). `numbers`: area -> (cases with the property, cases).
    """
    drawn = [each for sample in samples for each in sample.items()]
    if {area: of for area, (_, of) in drawn} != {area: of for area, (_, of) in numbers.items()}:
        return ()
    if len(drawn) != len(numbers):
        return ()
    return tuple(SampledStratum(numbers[area][0], of, listed) for area, (listed, of) in drawn)


def of_all(found: Iterable[SampledStratum]) -> Range | None:
    """How many of all listed cases may have the property. None if all were drawn, or there are no strata.

    Exact, by the hypergeometric distribution of draws without replacement. The ranges of several strata are added, each
    made wide enough that all hold at once (Bonferroni).
    """
    samples = tuple(found)
    if not samples or all(each.drawn == each.listed for each in samples):
        return None
    ranges = [_bounds(each, OUTSIDE / len(samples)) for each in samples]
    least, most = (sum(ends) for ends in zip(*ranges, strict=True))
    return Range(least, most, sum(each.listed for each in samples))


def _bounds(of: SampledStratum, outside: float) -> tuple[int, int]:
    """The least and the greatest number in the list for which such a draw isn't too rare, at each end."""
    fewest, most = of.number, of.listed - of.drawn + of.number

    def rare(holders: int, numbers: range) -> bool:
        return sum(_chance(of, holders, each) for each in numbers) <= outside / 2

    above, below = range(of.number, of.drawn + 1), range(of.number + 1)
    least = bisect_left(range(fewest, most + 1), x=True, key=lambda each: not rare(each, above))
    beyond = bisect_left(range(fewest, most + 1), x=True, key=lambda each: rare(each, below))
    return fewest + least, fewest + beyond - 1


def _chance(of: SampledStratum, holders: int, number: int) -> float:
    """The probability of drawing exactly `number` cases with the property if `holders` listed cases have it."""
    others, left = of.listed - holders, of.drawn - number
    if number > holders or left > others:
        return 0.0
    return exp(_log_ways(holders, number) + _log_ways(others, left) - _log_ways(of.listed, of.drawn))


def _log_ways(of: int, number: int) -> float:
    return lgamma(of + 1) - lgamma(number + 1) - lgamma(of - number + 1)


def difference(now: tuple[int, int], then: tuple[int, int]) -> tuple[float, float]:
    """The interval of the difference of two shares, each (number, of), `of` not being 0. Values are from -1 to 1.

    Newcombe's hybrid of two Wilson score intervals (Statistics in Medicine 17, 1998, method 10).
    """
    (low, share, high), (low_then, share_then, high_then) = _wilson(*now), _wilson(*then)
    apart = share - share_then
    less = sqrt((share - low) ** 2 + (high_then - share_then) ** 2)
    more = sqrt((high - share) ** 2 + (share_then - low_then) ** 2)
    return apart - less, apart + more


def _wilson(number: int, of: int) -> tuple[float, float, float]:
    """The lower end, the share, and the upper end of a Wilson score interval."""
    share, square = number / of, _NORMAL**2
    middle = share + square / (2 * of)
    wide = _NORMAL * sqrt(share * (1 - share) / of + square / (4 * of * of))
    low, high = ((middle + side * wide) / (1 + square / of) for side in (-1, 1))
    return max(0.0, low), share, min(1.0, high)
