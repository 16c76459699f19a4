"""Each audit tool that comes with the product goes the whole way: return, summary, moderation, tally, sheet, report."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.access import actor
from audit.cases import moderation, summary
from audit.cases.moderation import ModerationAnswers
from audit.cases.summary import CaseView
from audit.cycle import board
from audit.library import shipped, tools
from audit.meeting import ratify
from audit.meeting.verdict import Verdict
from audit.report import gather
from audit.returns import submit
from audit.returns.answers import Answers
from audit.returns.submit import Saved
from audit.scales import INSPECTION, Graded
from audit.tools import Section, Tool
from sandbox.slack.checks import problems
from sheets import drawing
from sheets.tabs import SyncInfo
from storage.cases import Case
from storage.clock import now
from storage.cycles import Cycle
from storage.meetings import Stance
from tests.kit import reading
from tests.kit.forging import TEAM
from tests.kit.judging import ASSURED, LEADS, REFERENCE, URGENT
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, return_of
from views.cases.summary import full, headlines
from views.cycle.tally import tally
from views.documents import markdown
from views.library.tools import seen
from views.report import editions

AGENCIES = ("Education", "Police")


@contextmanager
def asking(play: Play, key: str) -> Iterator[tuple[Session, Tool]]:
    """The published cycle asks this tool; what is done then is undone."""
    with play.sessions.begin() as session:
        undone = session.begin_nested()
        cycle = session.scalars(select(Cycle)).one()
        row = tools.row(session, key)
        cycle.tool_id, tool = row.id, Tool.stored(row)
        cycle.scale = (tool.scale or INSPECTION).to_json()
        session.flush()
        yield session, tool
        undone.rollback()


def answer(part: Section, number: int) -> str:
    """Something that can be answered; grades that lie apart, and no immediate action."""
    if part.scale is not None:
        return part.scale.grades[number].key
    texts = {"integer": "3", "decimal": "2.5", "date": "2026-02-02", "line": "A line."}
    return part.offered[-1].name if part.offered else texts.get(part.kind, "What we saw.")


def answered(session: Session, tool: Tool, return_id: str, number: int) -> None:
    """The return of AGENCIES[number] is sent, with everything answered that is asked."""
    who = actor(session, TEAM, LEADS[AGENCIES[number]])
    form = submit.open_form(session, who, return_id)
    said = {section.key: answer(section, number) for section in form.tool.sections}
    shown = form.tool.shows(said)
    grade = form.scale.grades[number].key if tool.asks_overall else None
    given = Answers({key: text for key, text in said.items() if key in shown}, grade, None, "So." if grade else "")
    assert isinstance(submit.submit(session, who, form.record_id, f"V{number}SHIPPED", given), Saved)


def moderated(session: Session, return_id: str) -> None:
    """The meeting gives what the return graded first another grade."""
    who = actor(session, TEAM, COORDINATOR)
    form = moderation.open_moderating(session, who, return_id)
    worse = form.scale.grades[1].key
    given = ModerationAnswers(worse, None, "It took longer.", URGENT, form.section.key if form.section else "")
    assert moderation.moderate(session, who, form.record_id, given).done


def ratified(session: Session, tool: Tool, case_id: str) -> None:
    """The meeting ratifies the case: overall where that is asked, and every graded section."""
    who = actor(session, TEAM, COORDINATOR)
    form = ratify.open_judging(session, who, case_id)
    moment = form.about.moment
    stances = {Stance.AGREES: tuple(each.agency_id for each in moment.contributors)}
    grade = form.about.case.scale.grades[0].key if tool.asks_overall else None
    sections = {part.key: part.graded_on.grades[0].key for part in tool.graded}
    verdict = Verdict(
        grade, None, "The plan held.", ASSURED, stances, exception=URGENT if moment.outside(stances) else "",
        sections=sections,
    )  # fmt: skip
    assert isinstance(ratify.ratify(session, who, form.record_id, verdict, moment.mark), CaseView)


@pytest.mark.on_sqlite
def test_each_goes_the_whole_way(play: Play) -> None:
    play.load()
    return_ids = [return_of(play, REFERENCE, agency) for agency in AGENCIES]
    for key in ("single_agency", *shipped.TITLES):
        with asking(play, key) as (session, tool):
            assert problems(seen(tool), "modal") == [], key
            case = session.scalars(select(Case).where(Case.reference == REFERENCE)).one()
            for number, return_id in enumerate(return_ids):
                answered(session, tool, return_id, number)
            case.released_at = now(session)
            session.flush()
            moderated(session, return_ids[0])
            ratified(session, tool, case.id)
            _reads_well(session, tool, case)


def _reads_well(session: Session, tool: Tool, case: Case) -> None:
    """What was answered and ratified stands in the summary, the tally, the sheet and the report."""
    view, moment = summary.summary(session, case.id), now(session)
    assert problems(headlines(view, moment).blocks, "message") == []
    pages = [full(view, moment, page) for page in range(4)]
    assert [problem for page in pages for problem in problems(page, "modal")] == []
    told = "".join(reading.everything(page) for page in pages)
    assert "moderated" in told
    assert not (missing := [part.label for part in _asked(tool) if part.label[:60] not in told]), missing
    found = board.board(session, case.cycle_id)
    given = {part.key: Graded(part.graded_on.grades[0].key) for part in tool.graded}
    assert view.judgement
    assert dict(view.judgement.sections) == given
    assert problems(tally(found.cycle, found.tally, moment, found.themes, found.graded).blocks, "message") == []
    tabs = {tab.key: tab for tab in drawing.draw(found, SyncInfo(moment, 1))}
    assert ("by_section" in tabs) == bool(tool.graded)
    assert "What we saw." in str(tabs["returns"].rows) or not any(part.kind == "text" for part in tool.sections)
    report = markdown(editions.document(gather.contents(session, case.cycle_id), "full", 1, moment))
    assert REFERENCE in report
    assert all(part.label in report for part in tool.graded)


def _asked(tool: Tool) -> list[Section]:
    """The questions that everybody is asked whatever they answer."""
    return [part for part in tool.sections if not (part.relevant or part.agencies)]
