"""Choosing what to tell: as much as may be told beside everything that was published before."""

import time
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from audit.disclosure.history import NAMED, Fact, Stood, Told, history
from audit.disclosure.risks import Risk, Rules, risks


@dataclass(frozen=True)
class Offer:
    """Something that may be told or left out whole, such as a table: its name, and all its facts."""

    name: str
    facts: frozenset[Fact]

    @property
    def counts(self) -> bool:
        """Whether it tells a number, and not only that something was found."""
        return any(fact.what != NAMED for fact in self.facts)


@dataclass(frozen=True)
class Kinds:
    """The rows that a judgement, and a return that is there, can have; the areas that are known to be audited."""

    judged: tuple[str, ...]
    graded: tuple[str, ...]
    areas: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """What is told, what is left out and what somebody could be sure of otherwise; what was told before as it is."""

    told: tuple[str, ...]
    left_out: dict[str, frozenset[Risk]]
    known: frozenset[Risk]
    facts: frozenset[Fact]


def choose(
    before: Sequence[Told],
    cases: Iterable[Stood],
    offers: Iterable[Offer],
    kinds: Kinds,
    rules: Rules,
    *,
    withheld: Container[str] = (),
) -> Choice:
    """Of the offers, the most telling first, all that nobody could be sure of anything by, beside what went `before`.

    What is left out is the offer itself (it has a number at risk), or what would give one away: the offer that tells
    less. What is known already from before can't be taken back; what counts is what comes to it. What was left out once
    (`withheld`) stays so: that it was tells something, too. Of fewer cases than enough no number is told at all.
    """
    until, stood = time.monotonic() + rules.seconds, tuple(cases)

    def found(told: Sequence[Told]) -> frozenset[Risk]:
        return risks(history(told, kinds.judged, kinds.graded, kinds.areas), rules, until) if told else frozenset()

    known = frozenset(risk for risk in found(before) if not risk.undecided)
    facts: frozenset[Fact] = frozenset()
    told, left_out = [], {}
    for offer in offers:
        if offer.name in withheld or (len(stood) < rules.enough and offer.counts):
            left_out[offer.name] = frozenset[Risk]()
            continue
        added = found([*before, Told(stood, facts | offer.facts)]) - known
        if added:
            left_out[offer.name] = added
        else:
            told.append(offer.name)
            facts |= offer.facts
    return Choice(tuple(told), left_out, known, facts)
