"""Reports on random small cycles: with or without areas, cases judged and graded somehow, with findings."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from audit.cases.judgements import JudgementView
from audit.cases.summary import CaseView, Line
from audit.cycle.board import Board, tally
from audit.findings import findings
from audit.findings.findings import FindingView
from audit.findings.themes import ThemeStanding
from audit.report.contents import Contents
from audit.report.gather import written
from audit.report.methods import HeldMeeting, Method
from audit.returns.answers import Answers
from audit.scales import INSPECTION, NOT_GRADED, REASONS
from storage.people import WHOLE
from tests.kit import models

AREAS, AGENCIES, THEMES = ("East", "North", "West"), ("Education", "Police", "YOT"), ("Housing", "Voices")
GRADES = st.sampled_from([grade.key for grade in INSPECTION.grades] + [NOT_GRADED])
CANARY = "quoted-7f3a"
METHOD = Method(date(2026, 3, 1), (HeldMeeting(AREAS, date(2026, 3, 19), "Chair", AGENCIES[:1]),), ())


def judged(grade: str, reason: str) -> JudgementView:
    """A judgement whose every text is the canary."""
    found = replace(models.judgement(), grade=grade, not_graded_reason=reason if grade == NOT_GRADED else None)
    assured = dict.fromkeys(found.assurances, CANARY) | {"by": "2026-04-01"}
    return replace(found, why=CANARY, assurances=assured, dissent=CANARY)


def line(agency: str, result: str, reason: str) -> Line:
    """An agency's return; `result` is a key of audit.cases.summary.Line's counts."""
    if result in {"nil", "declined", "awaiting"}:
        return replace(models.line(0, None, "requested" if result == "awaiting" else result), agency=agency)
    given = Answers(grade=result, not_graded_reason=reason if result == NOT_GRADED else None, why=CANARY)
    return replace(models.line(0, given), agency=agency)


def finding(case: CaseView, theme: str | None, kind: str) -> FindingView:
    return FindingView(
        id="f", case_id=case.id, reference=case.reference, area=case.area, kind=kind, agency_id=None, agency=None,
        counts_as=ThemeStanding(theme, theme) if theme else None, text=CANARY, version=1, by="Coordinator",
        at=models.NOW,
    )  # fmt: skip


@st.composite
def cases(draw: st.DrawFn, number: int, areas: tuple[str, ...], *, ratified: bool) -> CaseView:
    reasons, results = st.sampled_from(sorted(REASONS)), st.one_of(GRADES, st.sampled_from(["nil", "awaiting"]))
    grade = draw(GRADES if ratified else st.none() | GRADES)
    lines = [line(agency, draw(results), draw(reasons)) for agency in AGENCIES if draw(st.booleans())]
    found = models.case(lines, judged(grade, draw(reasons)) if grade else None, area=draw(st.sampled_from(areas)))
    found = replace(found, reference=f"T9-{number:02}-ZZ", id=f"{number:032}")
    kinds = st.sampled_from(["strength", "concern", "learning"])
    told = draw(st.lists(st.tuples(st.none() | st.sampled_from(THEMES), kinds), max_size=2))
    return replace(found, findings=tuple(finding(found, *each) for each in told))


@st.composite
def boards(draw: st.DrawFn, *, ratified: bool = True, fewest: int = 0, most: int = 6) -> Board:
    """`ratified`: whether every case is."""
    areas = AREAS[: draw(st.integers(0, 3))]
    number, at = draw(st.integers(fewest, most)), areas or (WHOLE,)
    return board(tuple(draw(cases(n, at, ratified=ratified)) for n in range(number)), areas)


def contents(*, ratified: bool = True, fewest: int = 0, most: int = 6) -> st.SearchStrategy[Contents]:
    """The contents of a report on such a cycle."""
    return boards(ratified=ratified, fewest=fewest, most=most).map(report)


def of(found: tuple[CaseView, ...]) -> Contents:
    """The contents of a report on these cases."""
    return report(board(found))


def report(of: Board) -> Contents:
    """The contents of a report on this cycle."""
    return written(of, METHOD, {})


def board(found: tuple[CaseView, ...], areas: tuple[str, ...] = AREAS) -> Board:
    """The board of a cycle with these cases."""
    agencies = tuple((name, name) for name in AGENCIES)
    cycle = replace(
        models.cycle(areas=1), areas=areas, agencies=agencies, title="Audit 9", theme="Homes", origin="Data"
    )
    counted = findings.counts(found, ())
    return Board(cycle, found, tally(cycle, found), models.NOW, reflections=True, themes=counted)
