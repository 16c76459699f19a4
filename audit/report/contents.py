"""The contents of a cycle's report, frozen at one moment: the facts from which every edition is written."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from pydantic import TypeAdapter
from sqlalchemy.orm import Session

from audit.cycle.answered import Answered
from audit.cycle.tally import Tally
from audit.figures.statistics import Statistics
from audit.findings.themes import signed
from audit.report.methods import Method
from audit.report.provenance import Figure
from audit.scales import NO_OVERALL, Scale
from audit.themes.recurrence import Recurring
from storage.crypto import seal, unseal
from storage.reports import Report

Overall = Literal["required", "optional", "none"]
"""Whether cases are given an overall grade."""


@dataclass(frozen=True)
class JudgedCase:
    """A case and its judgement. `grade`: "awaiting" if it isn't ratified. `assurances`: by the keys of ASSURANCES.

    `sections`: section key -> the option of its scale that the meeting chose.
    """

    reference: str
    area: str
    grade: str
    reason: str | None
    on: date | None
    why: str
    assurances: Mapping[str, str]
    agreed: tuple[str, ...]
    dissented: tuple[str, ...]
    silent: tuple[str, ...]
    dissent: str
    outside: tuple[str, ...] = ()
    exception: str = ""
    sections: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class GradedSection:
    """A graded section: its name, its scale and its tally."""

    key: str
    name: str
    scale: Scale
    tally: Tally


@dataclass(frozen=True)
class ReportedFinding:
    """A finding. `kind`: storage's FindingKind; `agency`: None if it is about how agencies worked together."""

    kind: str
    reference: str
    agency: str | None
    theme: str | None
    text: str


@dataclass(frozen=True)
class Theme:
    """A learning theme: the cases in which it was found, of how many, and whether it was recommended on.

    `past`: its recurrence in other cycles, or None. `strength`: it works well and needs no recommendation.
    """

    label: str
    references: tuple[str, ...]
    of: int
    recommended: bool
    past: Recurring | None
    strength: bool = False

    @property
    def named(self) -> str:
        """The theme's label, marked as a strength if it is one."""
        return signed(self.label, strength=self.strength)


@dataclass(frozen=True)
class Recommended:
    """A recommendation. `state`: storage's ActionState, derived from its actions."""

    number: int
    text: str
    themes: tuple[str, ...]
    agencies: tuple[str, ...]
    state: str


@dataclass(frozen=True)
class Owed:
    """An action. `reference`: the case that it came from, or else `recommendation`: the recommendation's number.

    `number`: its number within that; None in a draft made before the case was released.
    """

    number: int | None
    text: str
    reference: str | None
    recommendation: int | None
    from_judgement: bool
    agency: str | None
    owner: str
    due_on: date
    state: str
    impact: str | None


AREA, AGENCY = "area", "agency"
"""Kinds of things with a label that may be changed later; the third is provenance.THEME."""


@dataclass(frozen=True)
class Contents:
    """All that a report on a cycle says. Cases by area and reference; `agencies`: (label, short label), by label.

    `period`: the time that the audit covers, or "". `figures`: the cases or returns behind each number. `trail`: the
    heads of the trail's chains when the report was made, which aren't part of what it says (audit.trail_check).
    `sections`: the graded ones; `overall`: whether there is an overall grade. `answered`: the counted answers to
    questions that aren't graded.

    `written`: place -> the text that people wrote for it, with a blank line between paragraphs. A place is a chapter
    (audit.report.paragraphs.CHAPTERS), or "theme:" and the theme's label. The public edition may have those in
    `public_places`.

    `ids`: (kind, label, id) of each area, agency and learning theme, with the labels of then. The kinds are AREA,
    AGENCY and provenance.THEME.
    """

    number: int
    title: str
    theme: str
    origin: str
    proposal: str
    due_on: date
    scale: Scale
    areas: tuple[str, ...]
    agencies: tuple[tuple[str, str], ...]
    method: Method
    tally: Tally
    statistics: Statistics
    cases: tuple[JudgedCase, ...]
    findings: tuple[ReportedFinding, ...]
    themes: tuple[Theme, ...]
    recommendations: tuple[Recommended, ...]
    actions: tuple[Owed, ...]
    figures: tuple[Figure, ...]
    trail: tuple[str, ...] = ()
    sections: tuple[GradedSection, ...] = ()
    overall: Overall = "required"
    answered: tuple[Answered, ...] = ()
    written: Mapping[str, str] = field(default_factory=dict)
    public_places: tuple[str, ...] = ()
    period: str = ""
    ids: tuple[tuple[str, str, str], ...] = ()

    @property
    def ratified(self) -> int:
        """The number of ratified cases."""
        return self.tally.ratified.total - self.tally.ratified.awaiting

    @property
    def draft(self) -> bool:
        """Whether a case isn't ratified yet, or there is none. A draft mustn't leave the partnership."""
        return self.tally.ratified.awaiting > 0 or self.tally.ratified.total == 0

    @property
    def lowest(self) -> tuple[JudgedCase, ...]:
        """The cases whose overall grade is the lowest."""
        return tuple(case for case in self.cases if case.grade == self.scale.lowest.key)

    @property
    def lowest_by_section(self) -> tuple[JudgedCase, ...]:
        """The cases without an overall grade that were given the lowest grade in any section."""
        return tuple(case for case in self.cases if self.lowest_of(case))

    def lowest_of(self, case: JudgedCase) -> tuple[GradedSection, ...]:
        """The sections in which a case without an overall grade was given the lowest grade."""
        if case.grade != NO_OVERALL:
            return ()
        return tuple(each for each in self.sections if case.sections.get(each.key) == each.scale.lowest.key)


_STORED = TypeAdapter(Contents)


def keep(session: Session, report: Report, said: Contents) -> None:
    """Store the contents in a version that isn't flushed yet."""
    text = _STORED.dump_json(said).decode()
    report.content_hash = fingerprint(said)
    seal(session, report, "content", text)


def kept(session: Session, report: Report) -> Contents:
    """The stored contents of a version."""
    return _STORED.validate_json(unseal(session, report, "content"))


def fingerprint(said: Contents) -> str:
    """SHA-256 in hexadecimal of what the contents say; equal contents have equal fingerprints."""
    return hashlib.sha256(_STORED.dump_json(said, exclude={"trail"})).hexdigest()
