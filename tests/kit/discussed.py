"""A meeting's discussion of a case, with the longest labels and worst texts that are allowed."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from audit.actions.actions import ActionView
from audit.cases.judgements import JudgementView, PositionView, ReopeningView
from audit.cases.moderated_grades import ModerationView
from audit.cases.summary import CaseView, Line
from audit.findings.findings import FindingView
from audit.findings.themes import ThemeStanding
from audit.meeting.agenda import ordered
from audit.meeting.discussion import Discussion
from audit.meeting.ratify import JudgementForm
from audit.meeting.verdict import Verdict
from audit.moment import EARLY, INQUORATE, Contributor, Moment
from audit.tools import TEXT_LIMIT
from storage.meetings import Stance
from tests.kit import models


def agency_id(number: int) -> str:
    return f"a{number:031x}"


def moderated(line: Line, kind: str = "letters", grade: str = "requires_improvement") -> Line:
    view = ModerationView(grade, None, models.worst(kind, TEXT_LIMIT), 1, 1, models.label("P", 80), models.NOW)
    return replace(line, moderated=view)


def judgement(kind: str, agencies: int, grade: str = "inadequate") -> JudgementView:
    """A judgement with a position of every agency: one in three dissents, one in three is silent."""
    stances = (Stance.AGREES, Stance.DISSENTS, Stance.SILENT)
    positions = tuple(PositionView(agency_id(n), models.label(f"{n}", 75), stances[n % 3]) for n in range(agencies))
    stood = replace(models.judgement(kind, grade), positions=positions, dissent=models.worst(kind, TEXT_LIMIT))
    missing = tuple(models.label(f"{n}", 75) for n in range(agencies))
    why = models.worst(kind, TEXT_LIMIT)
    return replace(stood, outside=(EARLY, INQUORATE), exception=why, missing=missing, immediate=missing)


def finding(number: int, kind: str = "letters") -> FindingView:
    return FindingView(
        id=f"f{number:031x}", case_id="c" * 32, reference=models.label("R", 40), area=models.label("A", 75),
        kind=("learning", "strength", "concern")[number % 3], agency_id=agency_id(number) if number % 2 else None,
        agency=models.label(f"{number}", 75) if number % 2 else None,
        counts_as=ThemeStanding("t" * 32, models.label("T", 75)),
        text=models.worst(kind, TEXT_LIMIT), version=1, by=models.label("P", 80), at=models.NOW,
    )  # fmt: skip


def action(number: int, kind: str = "letters") -> ActionView:
    return ActionView(
        id=f"b{number:031x}", cycle_id="c" * 32, cycle_number=2, number=number, text=models.worst(kind, TEXT_LIMIT),
        reference=models.label("R", 40), recommendation_id=None, recommendation=None, from_judgement=number == 1,
        agency_id=None, agency=models.label("G", 75), owner=models.label("O", 150), owner_id=None, owner_label=None,
        due_on=date(2026, 3, 2), state="open", impact=None, version=0, made_at=models.NOW, closed_at=None, steps=(),
    )  # fmt: skip


def discussion(
    lines: Iterable[Line] = (), judged: JudgementView | None = None, *, kind: str = "letters", much: int = 0,
    rule: str = "none", proposal: str | None = None, changes: bool = True, contributors: int = 0,
) -> Discussion:  # fmt: skip
    """`much`: the number of findings, of actions and of earlier judgements."""
    case = replace(
        models.case(lines, judged), released_at=models.NOW, findings=tuple(finding(n, kind) for n in range(much))
    )
    before = tuple(replace(judgement(kind, 12), version=n, ended_at=models.NOW) for n in range(much))
    again = tuple(
        ReopeningView(n, models.worst(kind, TEXT_LIMIT), models.label("P", 80), models.NOW) for n in range(0, much, 2)
    )
    return Discussion(
        case=case,
        item=ordered([case], {case.reference: much})[0],
        now=models.NOW,
        rule=rule,
        proposal=proposal,
        moment=moment(case, contributors=contributors),
        actions=tuple(action(n, kind) for n in range(much)),
        judgements=before,
        reopenings=again,
        judges=changes,
        moderates=changes and judged is None,
        records=changes,
        reopens=changes and judged is not None,
        acts=changes,
    )


def moment(case: CaseView, *, contributors: int = 0, immediate: int = 0) -> Moment:
    """The moment before the meeting; every return that isn't there is missing."""
    said = tuple(
        Contributor(agency_id(n), models.label(f"{n}", 75), (True, False, None)[n % 3]) for n in range(contributors)
    )
    missing = tuple(line.agency for line in case.unanswered)
    still = tuple(models.label(f"{n}", 75) for n in range(immediate))
    return Moment(case.meeting_at, models.NOW, "50%", said, missing, still, "0123456789ab")


def judging(about: Discussion, judged: JudgementView | None = None, notice: str | None = None) -> JudgementForm:
    """The form as it is opened, filled with what was ratified."""
    if judged is None:
        return JudgementForm(about.case.id, about, Verdict(None, None, "", {}), notice)
    stances = {stance: tuple(each.agency_id for each in judged.positions if each.stance == stance) for stance in Stance}
    verdict = Verdict(
        judged.grade, judged.not_graded_reason, judged.why, judged.assurances, stances, judged.dissent, judged.exception
    )
    return JudgementForm(about.case.id, about, verdict, notice)
