"""Choosing what to tell: as much as may be told beside everything that was published before."""

import time
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from audit.disclosure.risks import Risk, Rules, risks
from audit.disclosure.told_before import NAMED, CaseStood, Fact, ToldVersion, history


@dataclass(frozen=True)
class Offer:
    """Something that may be told or left out whole, such as a table: its name, and all its facts.

    Offers of one `group` that follow each other are tried together, since each trial takes long.
    """

    name: str
    facts: frozenset[Fact]
    group: str = ""

    def tells(self, risk: Risk) -> bool:
        """Whether a number at risk is one of this offer's."""
        return any((fact.what, fact.part) == (risk.what, risk.part) for fact in self.facts)

    def risks(self, added: frozenset[Risk]) -> frozenset[Risk]:
        """Of the risks that this offer and those tried with it would add, its own; all, if it was tried alone."""
        own = frozenset(filter(self.tells, added)) if self.group else added
        return own or added

    @property
    def counts(self) -> bool:
        """Whether the offer tells a number, and not only that something was found."""
        return any(fact.what != NAMED for fact in self.facts)


@dataclass(frozen=True)
class Kinds:
    """The rows that a judgement, a return that is there, and each section can have; the areas known to be audited."""

    judged: tuple[str, ...]
    graded: tuple[str, ...]
    areas: tuple[str, ...]
    sections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class WhatToTell:
    """What is told, what is left out and what somebody could be sure of otherwise; what was told before as it is."""

    told: tuple[str, ...]
    left_out: dict[str, frozenset[Risk]]
    known: frozenset[Risk]
    facts: frozenset[Fact]


def choose(
    before: Sequence[ToldVersion],
    cases: Iterable[CaseStood],
    offers: Iterable[Offer],
    kinds: Kinds,
    rules: Rules,
    *,
    withheld: Container[str] = (),
) -> WhatToTell:
    """Of the offers, the most telling first, all that nobody could be sure of anything by, beside what went `before`.

    What is left out is the offer itself (it has a number at risk), or what would give one away: the offer that tells
    less. What is known already from before can't be taken back; what counts is what comes to it. What was left out once
    (`withheld`) stays so: that it was tells something, too. Of fewer cases than enough no number is told at all.
    """
    until, stood = time.monotonic() + rules.seconds, tuple(cases)

    def found(told: Sequence[ToldVersion]) -> frozenset[Risk]:
        of = history(told, kinds.judged, kinds.graded, kinds.areas, kinds.sections)
        return risks(of, rules, until) if told else frozenset()

    known = frozenset(risk for risk in found(before) if not risk.undecided)
    facts: frozenset[Fact] = frozenset()
    told, left_out = list[str](), dict[str, frozenset[Risk]]()
    for _, together in groupby(offers, key=lambda offer: offer.group or offer.name):
        tried = list(together)
        closed = [each for each in tried if each.name in withheld or (len(stood) < rules.enough and each.counts)]
        left_out |= {each.name: frozenset() for each in closed}
        tried = [each for each in tried if each not in closed]
        while tried and (added := found([*before, ToldVersion(stood, _facts(tried, facts))]) - known):
            guilty = [each for each in tried if any(map(each.tells, added))] or tried
            left_out |= {each.name: each.risks(added) for each in guilty}
            tried = [each for each in tried if each not in guilty]
        told += [each.name for each in tried]
        facts = _facts(tried, facts)
    return WhatToTell(tuple(told), left_out, known, facts)


def _facts(offers: Iterable[Offer], beside: frozenset[Fact]) -> frozenset[Fact]:
    return beside.union(*(each.facts for each in offers))
