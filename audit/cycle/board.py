"""The board: a whole cycle at one moment with its numbers, from which the sheet and the tallies are made."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from audit.actions import actions, recommendations
from audit.actions.actions import ActionView
from audit.actions.recommendations import RecommendationView
from audit.cases import graded_sections, summary
from audit.cases.outline import CaseOutline
from audit.cases.summary import CaseView
from audit.cycle import answered, as_it_stood
from audit.cycle.answered import Answered
from audit.cycle.as_it_stood import CycleVersions
from audit.cycle.tally import Count, Outcome, Tally, complete, count
from audit.cycle_facts import CycleView, view
from audit.delivery import links
from audit.findings import findings
from audit.findings.findings import ThemeCount
from audit.scales import AWAITING, Scale
from audit.tools import Section
from storage.clock import now
from storage.cycles import Cycle


class PartOfAudit(StrEnum):
    """What a sheet is limited to, if it doesn't show the whole audit."""

    AGENCY = "agency"  # one agency's own returns
    AREA = "area"  # one area's released cases


@dataclass(frozen=True)
class Board:
    """A whole cycle at one moment, as the sheet shows it; or the `part` of it for the agency or area `whose`.

    Cases are by area and reference. `themes`: those with findings. `sections`: key of a graded section -> its numbers,
    in the tool's order. `answered`: the counts of questions that aren't graded. `links`: case id -> the Slack address
    of its summary, once posted. `history`: earlier states. `sheet_id`: the sheet that the board is for, "" for the
    whole audit's. `reflections`, `unreleased`: whether the sheet shows what agencies wrote, and the grades of
    unreleased cases.
    """

    cycle: CycleView
    cases: tuple[CaseView, ...]
    tally: Tally
    now: datetime
    reflections: bool
    unreleased: bool = True
    actions: tuple[ActionView, ...] = ()
    recommendations: tuple[RecommendationView, ...] = ()
    themes: tuple[ThemeCount, ...] = ()
    sections: Mapping[str, Tally] = field(default_factory=dict)
    answered: tuple[Answered, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    history: CycleVersions = field(default_factory=CycleVersions)
    part: PartOfAudit | None = None
    whose: str = ""
    sheet_id: str = ""

    @property
    def mark(self) -> str:
        """The id with which the board's spreadsheet is marked."""
        return self.sheet_id or self.cycle.id

    @property
    def graded(self) -> tuple[tuple[Section, Tally], ...]:
        """Each graded section with its numbers."""
        return tuple((section, self.sections[section.key]) for section in self.cycle.tool.graded)


def board(session: Session, cycle_id: str) -> Board:
    """The whole cycle at this moment. DoesNotAddUp if its numbers don't."""
    cycle, of_cycle = view(session, cycle_id), summary.of_cycle(session, cycle_id)
    row, recommended = session.get_one(Cycle, cycle_id), recommendations.of_cycle(session, cycle_id)
    return Board(
        cycle=cycle,
        cases=of_cycle,
        tally=tally(cycle, of_cycle),
        now=now(session),
        reflections=row.reflections_in_sheet,
        unreleased=row.unreleased_in_sheet,
        actions=actions.of_cycle(session, cycle_id),
        recommendations=recommended,
        themes=findings.counts(of_cycle, recommended),
        sections=sections(cycle, of_cycle),
        answered=answered.count(cycle, of_cycle),
        links=links.summaries(session, cycle_id),
        history=as_it_stood.of_cycle(session, cycle_id),
    )


def tally(cycle: CycleView, of_cycle: Sequence[CaseOutline]) -> Tally:
    """The overall numbers of a cycle. DoesNotAddUp names a case at fault."""
    judged = [(case.area, "", *_judgement(case), case.reference) for case in of_cycle]
    selves = [
        (case.area, line.agency, line.counted, line.counted_reason, f"{case.reference} {line.agency}")
        for case in of_cycle
        for line in case.lines
    ]
    return _tally(cycle, cycle.scale, judged, selves)


def sections(cycle: CycleView, of_cycle: Sequence[CaseOutline]) -> dict[str, Tally]:
    """Key -> the numbers of each graded section. DoesNotAddUp names a case at fault."""
    return {section.key: _of_section(cycle, section, of_cycle) for section in cycle.tool.graded}


def _of_section(cycle: CycleView, section: Section, of_cycle: Sequence[CaseOutline]) -> Tally:
    given = [(case, graded_sections.judged(case, section)) for case in of_cycle]
    judged = [(case.area, "", each.result, each.reason, case.reference) for case, each in given]
    selves = [
        (case.area, line.agency, counted.result, counted.reason, f"{case.reference} {line.agency}")
        for case in of_cycle
        for line in case.lines
        if (counted := graded_sections.counted(case, line, section))
    ]
    return _tally(cycle, section.graded_on, judged, selves)


_Stands = tuple[str, str, str, str | None, str]
"""One return or judged case: area's label, agency's label ("" for a case), result, reason, and its name in errors."""
_Groups = Mapping[tuple[str, str, str, str | None], int]
"""The fields of _Stands without the name -> how many returns or cases have them."""


def _tally(cycle: CycleView, scale: Scale, judged: Sequence[_Stands], selves: Sequence[_Stands]) -> Tally:
    """Count by area and agency. DoesNotAddUp if one occurs twice, or is in no area or agency of the cycle."""

    def behind() -> Iterator[tuple[str, Outcome]]:
        return ((name, Outcome(result, reason)) for _, _, result, reason, name in (*judged, *selves))

    def counts(groups: _Groups, area: str | None = None, agency: str | None = None) -> Count:
        outcomes = Counter[Outcome]()
        for (at, by, result, reason), number in groups.items():
            if area in {None, at} and agency in {None, by}:
                outcomes[Outcome(result, reason)] += number
        return count(outcomes, scale, behind)

    areas, agencies = {*cycle.areas} or {""}, {"", *(label for label, _ in cycle.agencies)}
    for stands in (judged, selves):
        counted = [name for area, agency, *_, name in stands if area in areas and agency in agencies]
        complete(counted, [*dict.fromkeys(name for *_, name in stands)])
    cases, returns = (Counter(each[:-1] for each in stands) for stands in (judged, selves))
    return Tally(
        ratified=counts(cases),
        by_area={area: counts(cases, area) for area in cycle.areas},
        self_grades=counts(returns),
        self_by_area={area: counts(returns, area) for area in cycle.areas},
        by_agency={label: counts(returns, agency=label) for label, _ in cycle.agencies},
    )


def _judgement(case: CaseOutline) -> tuple[str, str | None]:
    return (case.judgement.grade, case.judgement.not_graded_reason) if case.judgement else (AWAITING, None)
