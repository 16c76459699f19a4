"""Audits as large as wanted, gone through as people do: answered, with findings, recommendations and actions.

Rows are inserted as the product would write them, since a hundred thousand forms would take hours.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import cycle as endless

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from audit.returns.answers import Answers, keep
from audit.setup import load, opening
from audit.tools import Tool
from bench.costs import Cost, least
from bot import loading
from storage.actions import Action, ActionState, ActionStep, Recommendation, RecommendationTheme
from storage.cases import Case, Involvement
from storage.clock import now
from storage.crypto import seal
from storage.cycles import AuditTool, Cycle, CycleState, LearningTheme
from storage.engine import Sessions
from storage.findings import Finding, FindingKind
from storage.meetings import Judgement
from storage.people import Agency, Person
from storage.promises import Promise
from storage.returns import Return, ReturnState, ReturnVersion
from storage.types import Base, new_id
from tests.kit.loaded import FILE

TEXT, GRADES = "What we saw, what we did about it, and what we would do again. " * 4, ("good", "requires_improvement")
THEMES, FINDINGS, RECOMMENDATIONS, ACTIONS = 20, 3, 8, 2
"""Numbers of learning themes in all, of findings a case, of recommendations an audit, and of actions for each."""


def answered(sessions: Sessions, number: int, size: int, *, over: bool) -> tuple[str, Cost]:
    """Make an audit of `size` cases in which every agency has answered; its id, and the cost of importing it.

    `over`: its cases are ratified, its actions verified, and it is closed. Otherwise its actions are open.
    """
    setup = loading.read(FILE).setup
    areas, agencies = [each.label for each in setup.areas], tuple(each.label for each in setup.agencies)
    cases = tuple(
        setup.cases[0].model_copy(
            update={"reference": f"B{number}-{each:05d}", "area": areas[each % len(areas)], "agencies": agencies}
        )
        for each in range(size)
    )
    cycle = setup.cycle.model_copy(update={"number": number, "title": f"Audit {number}"})
    whole, ids = setup.model_copy(update={"cycle": cycle, "cases": cases}), list[str]()

    def imported() -> None:
        with sessions.begin() as session:
            ids.append(load.load(session, whole).id)

    cost = least(imported, 1)
    with sessions.begin() as session:
        row = session.get_one(Cycle, ids[0])
        opening.open_cycle(session, None, row.id)
        _answer(session, row)
        _find(session, row)
        _recommend(session, row, over=over)
        session.execute(delete(Promise))  # the messages and sheets that it would cause aren't measured
        if over:
            close(session, row)
        return row.id, cost


def close(session: Session, cycle: Cycle) -> None:
    """Ratify an audit's cases, release their summaries and close the audit."""
    by_id, moment, rows = _somebody(session), now(session), list[Base]()
    for number, case_id in enumerate(_cases(session, cycle)):
        judgement = Judgement(
            case_id=case_id, grade=GRADES[number % len(GRADES)], version=1, by_id=by_id, ratified_at=moment
        )
        seal(session, judgement, "statement", json.dumps({"why": TEXT, "assurances": {}}))
        rows.append(judgement)
    _insert(session, rows)
    session.execute(update(Case).where(Case.cycle_id == cycle.id).values(released_at=moment))
    cycle.state = CycleState.CLOSED


def _answer(session: Session, cycle: Cycle) -> None:
    tool = Tool.stored(session.get_one(AuditTool, cycle.tool_id))
    by_id, moment, rows = _somebody(session), now(session), list[Base]()
    returns = session.scalars(
        select(Return.id)
        .join(Involvement, Involvement.id == Return.involvement_id)
        .join(Case, Case.id == Involvement.case_id)
        .where(Case.cycle_id == cycle.id, Return.version == 0)
    ).all()
    for number, return_id in enumerate(returns):
        version = ReturnVersion(
            return_id=return_id,
            number=1,
            state=ReturnState.SUBMITTED,
            base=0,
            view_id=f"V{cycle.number}{number}",
            tool_id=cycle.tool_id,
            late=False,
            after_release=False,
            by_id=by_id,
            submitted_at=moment,
        )
        keep(session, version, tool, Answers({"learning": TEXT}, GRADES[number % len(GRADES)], None, TEXT))
        rows.append(version)
    _insert(session, rows)
    session.execute(update(Return).where(Return.version == 0).values(version=1, state=ReturnState.SUBMITTED))


def _find(session: Session, cycle: Cycle) -> None:
    """Findings of every kind in every case, about one agency after the other and one learning theme after the other."""
    by_id, moment, rows = _somebody(session), now(session), list[Base]()
    about = zip(
        endless(FindingKind), endless(session.scalars(select(Agency.id)).all()), endless(_themes(session)), strict=False
    )
    for case_id in _cases(session, cycle):
        for _ in range(FINDINGS):
            kind, agency_id, theme_id = next(about)
            finding = Finding(
                id=new_id(), case_id=case_id, kind=kind, agency_id=agency_id, theme_id=theme_id, version=1,
                by_id=by_id, at=moment,
            )  # fmt: skip
            seal(session, finding, "text", TEXT)
            rows.append(finding)
    _insert(session, rows)


def _recommend(session: Session, cycle: Cycle, *, over: bool) -> None:
    """Recommendations, each about one learning theme and with actions, which are verified if the audit is `over`."""
    by_id, moment = _somebody(session), now(session)
    themes, agencies = endless(_themes(session)), endless(session.scalars(select(Agency.id)).all())
    made: dict[type[Base], list[Base]] = {
        each: [] for each in (Recommendation, RecommendationTheme, Action, ActionStep)
    }
    for number in range(1, RECOMMENDATIONS + 1):
        row = Recommendation(
            id=new_id(), cycle_id=cycle.id, number=number, version=1, by_id=by_id, made_at=moment
        )  # fmt: skip
        seal(session, row, "text", TEXT)
        made[Recommendation].append(row)
        made[RecommendationTheme].append(RecommendationTheme(recommendation_id=row.id, theme_id=next(themes)))
        for its in range(1, ACTIONS + 1):
            action, step = _carried_out(session, row, its, next(agencies), moment, over=over)
            made[Action].append(action)
            made[ActionStep] += step
    for rows in made.values():
        _insert(session, rows)


def _carried_out(  # what a row needs
    session: Session, of: Recommendation, number: int, agency_id: str, moment: datetime, *, over: bool
) -> tuple[Action, list[ActionStep]]:
    due_on = (moment + timedelta(days=30)).date()
    action = Action(
        id=new_id(), cycle_id=of.cycle_id, number=number, recommendation_id=of.id, from_judgement=False,
        agency_id=agency_id, due_on=due_on, state=ActionState.VERIFIED if over else ActionState.OPEN,
        version=int(over), by_id=of.by_id, made_at=moment, closed_at=moment if over else None,
    )  # fmt: skip
    seal(session, action, "text", TEXT)
    seal(session, action, "owner", "Head of service")
    if not over:
        return action, []
    step = ActionStep(
        id=new_id(), action_id=action.id, number=1, state=action.state, due_on=due_on, by_id=of.by_id, at=moment
    )
    seal(session, step, "note", TEXT)
    return action, [step]


def _insert(session: Session, rows: Sequence[Base]) -> None:
    """Insert rows of one table in one statement, by the columns that the first one has."""
    values = [{name: each for name, each in vars(row).items() if name != "_sa_instance_state"} for row in rows]
    if values:
        session.execute(insert(type(rows[0])), values)


def _cases(session: Session, cycle: Cycle) -> list[str]:
    return list(session.scalars(select(Case.id).where(Case.cycle_id == cycle.id).order_by(Case.id)))


def _themes(session: Session) -> list[str]:
    """The learning themes, made if there are none yet."""
    query = select(LearningTheme.id).order_by(LearningTheme.id)
    if not session.scalar(query.limit(1)):
        session.add_all(LearningTheme(label=f"Theme {number}") for number in range(1, THEMES + 1))
        session.flush()
    return list(session.scalars(query))


def _somebody(session: Session) -> str:
    return session.scalars(select(Person.id).order_by(Person.id).limit(1)).one()
