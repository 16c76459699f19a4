"""What a cycle's report says, frozen at one moment: the facts that every edition is written from."""

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
"""Whether cases are given a grade as a whole."""


@dataclass(frozen=True)
class JudgedCase:
    """A case and what was ratified, if anything; `grade` "awaiting" if nothing was. `assurances`: as ASSURANCES.

    `sections`: what each graded section was given, an option of its scale by the section's key.
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
    """A graded section: what it is called, its scale and its numbers."""

    key: str
    name: str
    scale: Scale
    tally: Tally


@dataclass(frozen=True)
class ReportedFinding:
    """A finding; `kind` is storage's FindingKind, `agency` None where it is about how agencies worked together."""

    kind: str
    reference: str
    agency: str | None
    theme: str | None
    text: str


@dataclass(frozen=True)
class Theme:
    """A learning theme: in how many cases of how many, whether a recommendation answers it, and its past.

    `strength`: it works well and needs no recommendation.
    """

    label: str
    references: tuple[str, ...]
    of: int
    recommended: bool
    past: Recurring | None
    strength: bool = False

    @property
    def named(self) -> str:
        """The theme's label, and that it is a strength if it is one."""
        return signed(self.label, strength=self.strength)


@dataclass(frozen=True)
class Recommended:
    """A recommendation; `state` is storage's ActionState, reckoned from its actions."""

    number: int
    text: str
    themes: tuple[str, ...]
    agencies: tuple[str, ...]
    state: str


@dataclass(frozen=True)
class Owed:
    """An action. `reference`: the case that it came from, or `recommendation`: the recommendation's number.

    `number`: within that; None in a draft that was made before the case was out.
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
"""What has a label that may be changed, as a THEME has."""


@dataclass(frozen=True)
class Contents:
    """All that a report on a cycle says. Cases by area and reference; `agencies`: (label, short label), by label.

    `period`: which time the audit looked at, in words; "" if nobody said.

    `figures`: what stands behind each number. `trail`: the heads of the trail's chains when this was said, which is no
    part of what is said (audit.trail_check). `sections`: those that are graded; `overall`: whether the whole is, too.
    `answered`: what was said to questions that aren't graded.

    `written`: what people wrote, by place: a chapter (audit.report.paragraphs.CHAPTERS), or "theme:" and the theme's
    label. A blank line begins another paragraph. The public edition has those of them that are in `public_places`.

    `ids`: of which area, agency and learning theme (AREA, AGENCY, THEME) each label was that of which id then.
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
        """How many of its cases are ratified."""
        return self.tally.ratified.total - self.tally.ratified.awaiting

    @property
    def draft(self) -> bool:
        """Whether a case isn't ratified yet; then it is for nobody outside."""
        return self.tally.ratified.awaiting > 0 or self.tally.ratified.total == 0

    @property
    def lowest(self) -> tuple[JudgedCase, ...]:
        """The cases that were given the lowest grade or, where there is no overall grade, for any of their sections."""
        return tuple(case for case in self.cases if case.grade == self.scale.lowest.key or self.lowest_of(case))

    def lowest_of(self, case: JudgedCase) -> tuple[GradedSection, ...]:
        """The sections of a case without an overall grade that were given the lowest of theirs."""
        if case.grade != NO_OVERALL:
            return ()
        return tuple(each for each in self.sections if case.sections.get(each.key) == each.scale.lowest.key)


_STORED = TypeAdapter(Contents)


def keep(session: Session, report: Report, said: Contents) -> None:
    """Put what it says into a version that isn't stored yet."""
    text = _STORED.dump_json(said).decode()
    report.content_hash = fingerprint(said)
    seal(session, report, "content", text)


def kept(session: Session, report: Report) -> Contents:
    """What a version says."""
    return _STORED.validate_json(unseal(session, report, "content"))


def fingerprint(said: Contents) -> str:
    """SHA-256, hexadecimal, of what is said: the same for the same."""
    return hashlib.sha256(_STORED.dump_json(said, exclude={"trail"})).hexdigest()
