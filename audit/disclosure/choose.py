"""Choose what to publish: as much as is safe together with everything that was published before."""

import time
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from audit.disclosure.published_before import NAMED, CaseState, Fact, PublishedVersion, history
from audit.disclosure.risks import Risk, Rules, risks


@dataclass(frozen=True)
class Offer:
    """Something that is published or left out as a whole, such as a table: its name, and all its facts.

    Consecutive offers of the same `group` are tried together, since each trial takes long.
    """

    name: str
    facts: frozenset[Fact]
    group: str = ""

    def tells(self, risk: Risk) -> bool:
        """Whether the number at risk is one of this offer's facts."""
        return any((fact.what, fact.part) == (risk.what, risk.part) for fact in self.facts)

    def risks(self, added: frozenset[Risk]) -> frozenset[Risk]:
        """The risks in `added` to report for this offer: in a group those of its own numbers, if any; otherwise all."""
        own = frozenset(filter(self.tells, added)) if self.group else added
        return own or added

    @property
    def counts(self) -> bool:
        """Whether the offer has a number, and not only the statement that something was found."""
        return any(fact.what != NAMED for fact in self.facts)


@dataclass(frozen=True)
class Kinds:
    """The possible rows of a judgement, of a return that was sent and of each section; areas known to be audited."""

    judged: tuple[str, ...]
    graded: tuple[str, ...]
    areas: tuple[str, ...]
    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class ChosenOffers:
    """`chosen`: names of the offers to publish. `left_out`: name -> its risks; none if withheld or of too few cases.

    `known`: risks that exist from before. `facts`: all facts of the offers to publish.
    """

    chosen: tuple[str, ...]
    left_out: dict[str, frozenset[Risk]]
    known: frozenset[Risk]
    facts: frozenset[Fact]


def choose(
    before: Sequence[PublishedVersion],
    cases: Iterable[CaseState],
    offers: Iterable[Offer],
    kinds: Kinds,
    rules: Rules,
    *,
    withheld: Container[str] = (),
) -> ChosenOffers:
    """Choose all offers, in their order, from which nobody could be sure of a number at risk.

    `before` is what has been published already. Of offers that would create a risk when tried together, those with a
    number at risk are left out; if none has one, all are. Risks that exist from before can't be undone, so only
    additional ones count. An offer that was left out once (`withheld`) stays out, because its omission was information
    too. With fewer than `rules.enough` cases, no number is published, only which themes were found.
    """
    until, stood = time.monotonic() + rules.seconds, tuple(cases)

    def found(versions: Sequence[PublishedVersion]) -> frozenset[Risk]:
        of = history(versions, kinds.judged, kinds.graded, kinds.areas, kinds.sections)
        return risks(of, rules, until) if versions else frozenset()

    known = frozenset(risk for risk in found(before) if not risk.undecided)
    facts: frozenset[Fact] = frozenset()
    chosen, left_out = list[str](), dict[str, frozenset[Risk]]()
    for _, together in groupby(offers, key=lambda offer: offer.group or offer.name):
        tried = list(together)
        closed = [each for each in tried if each.name in withheld or (len(stood) < rules.enough and each.counts)]
        left_out |= {each.name: frozenset() for each in closed}
        tried = [each for each in tried if each not in closed]
        while tried and (added := found([*before, PublishedVersion(stood, _facts(tried, facts))]) - known):
            guilty = [each for each in tried if any(map(each.tells, added))] or tried
            left_out |= {each.name: each.risks(added) for each in guilty}
            tried = [each for each in tried if each not in guilty]
        chosen += [each.name for each in tried]
        facts = _facts(tried, facts)
    return ChosenOffers(tuple(chosen), left_out, known, facts)


def _facts(offers: Iterable[Offer], beside: frozenset[Fact]) -> frozenset[Fact]:
    return beside.union(*(each.facts for each in offers))
