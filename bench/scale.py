"""What a click costs after many past audits, and in a very large audit, beside the same click in an ordinary one.

On SQLite and on PostgreSQL there are three databases, each with ten agencies a case: one audit of 15 cases; the same
with 100 closed audits of 100 cases before it (100,000 returns); one audit of 10,000 cases. Counted are
statements and milliseconds of this process's processor time, the lowest of several clicks; what isn't a click (an
import, a report, a drawing, a purge) is measured once. `python -m bench scale purge` measures only what is named so, in
databases as large.
"""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from audit.access import Actor, actor
from audit.chasing import progress
from audit.cycle import board, release
from audit.figures import figures
from audit.home import home
from audit.meeting import agenda
from audit.report import gather, words_that_stay
from audit.retention import purge
from audit.returns import submit
from audit.returns.answers import Answers, keep
from audit.returns.found_return import FOUND
from audit.setup import load, opening
from audit.tools import Tool
from bench import around, worker
from bench.costs import TIMES, Cost, least
from bench.figures import Figure
from bot import loading
from sheets.drawing import draw
from sheets.tabs import SyncInfo
from storage import migrations
from storage.cases import Case, Involvement
from storage.clock import Clock, now
from storage.crypto import Vault, new_key, seal
from storage.cycles import AuditTool, Cycle, CycleState
from storage.engine import Sessions
from storage.holds import Kept
from storage.meetings import Judgement
from storage.people import Agency, Area, Person
from storage.promises import Promise
from storage.remembered import Remembered
from storage.returns import Return, ReturnState, ReturnVersion
from tests.kit.loaded import FILE
from tests.kit.postgres import postgres
from views.chasing import progress as progress_view
from views.cycle import matrix
from views.figures import figures as figures_view
from views.home import home as home_view
from views.meeting import agenda as agenda_view
from views.returns import form

TEAM, COORDINATOR, LEAD = "T0SANDBOX1", "U0COORDIN", "U0EDUEAST"
ROLES = {"coordinator": COORDINATOR, "sub-group member": "U0SUBGROUP", "chair": "U0CHAIR", "lead": LEAD}
BEHIND = 100
USUAL, MANY, LARGE = 15, 100, 10_000
"""Numbers of cases in an audit."""

TEXT, GRADES = "What we saw, what we did about it, and what we would do again. " * 4, ("good", "requires_improvement")

Click = Callable[[Session], object]


def main(only: str = "") -> list[Figure]:
    """The figures on both databases; `only`: the beginning of the names to measure, "" for all."""
    figures = []
    for name, server in (("SQLite", _sqlite), ("PostgreSQL", _postgresql)):
        with server() as new, around.well() as near:
            usual = _measured(new(), [USUAL], near.slack, only)
            for what, cases in (("100,000 returns behind", [MANY] * BEHIND + [USUAL]), ("10,000 cases", [LARGE])):
                found = _measured(new(), cases, near.slack, only)
                for click, (statements, spent) in found.items():
                    before, quick = usual[click]
                    counted = f"{statements} statements, {before} usually"
                    figures.append(Figure(f"ms of work: {click}, {what} ({counted}), {name}", spent, quick))
    return figures


def _measured(url: str, sizes: list[int], slack: str, only: str) -> Mapping[str, Cost]:
    """Name -> cost, in a database with an audit of each of these sizes (cases), all but the last closed."""
    migrations.upgrade(url)
    sessions = Sessions(url, Vault.from_text(f"k1:{new_key()}"), Clock(), patience=600.0)
    try:
        for number, size in enumerate(sizes, 1):
            cycle_id, imported = _answered(sessions, number, size, over=number < len(sizes))
        looks: dict[str, Callable[[], Cost]] = {
            **{name: partial(_cost, sessions, click) for name, click in _clicks(sessions, cycle_id).items()},
            "a sweep that finds nothing": partial(worker.idle, sessions),
            "a sweep after one return": partial(worker.swept, sessions, cycle_id),
            **{
                f"{what}, looked at and left as it stands": partial(worker.delivered, sessions, slack, cycle_id, kind)
                for what, kind in worker.MESSAGES.items()
            },
            "import of it": lambda: imported,
            **{name: partial(_cost, sessions, do, 1) for name, do in _of_the_whole(cycle_id).items()},
            "purge of its texts": partial(_purged, sessions, cycle_id),
        }
        return {name: look() for name, look in looks.items() if name.startswith(only)}
    finally:
        sessions.dispose()


def _clicks(sessions: Sessions, cycle_id: str) -> Mapping[str, Click]:
    with sessions.reading() as session:
        own = FOUND.where(Cycle.id == cycle_id, Agency.label == "Education", Area.label == "East").limit(1)
        return_id = session.execute(own).one().Return.id
    homes = {f"Home of a {role}": _home_of(user) for role, user in ROLES.items()}
    return homes | {
        "a lead opens a return": lambda session: form.form(submit.open_form(session, _who(session, LEAD), return_id)),
        "Progress": lambda session: progress_view.view(progress.progress(session, _who(session), cycle_id)),
        "Grade matrix": lambda session: matrix.view(release.matrix(session, _who(session), cycle_id)),
        "Agenda": lambda session: agenda_view.view(agenda.show(session, _who(session), cycle_id)),
        "Figures": lambda session: figures_view.view(figures.figures(session, _who(session), cycle_id)),
    }


def _of_the_whole(cycle_id: str) -> Mapping[str, Click]:
    """Work that reads everything that was written in an audit, by name."""

    def drawn(session: Session) -> object:
        found = board.board(session, cycle_id)
        return draw(found, SyncInfo(found.now, 1))

    return {"what a report says of it": lambda session: gather.contents(session, cycle_id), "the sheet of it": drawn}


def _purged(sessions: Sessions, cycle_id: str) -> Cost:
    with sessions.begin() as session:
        _close(session, session.get_one(Cycle, cycle_id))
    with tempfile.TemporaryDirectory(prefix="roundtable-bench-") as folder:
        memory = Remembered(Path(folder) / "removed")
        memory.add(cycle_id, Kept.TEXT)  # which makes it due
        return least(lambda: purge.purge(sessions, memory, words_that_stay.LASTING), 1)


def _who(session: Session, user: str = COORDINATOR) -> Actor:
    return actor(session, TEAM, user)


def _home_of(user: str) -> Click:
    return lambda session: home_view.home(home.home(session, _who(session, user)))


def _cost(sessions: Sessions, look: Click, times: int = TIMES) -> Cost:
    def once() -> None:
        with sessions.reading() as session:
            look(session)

    return least(once, times)


def _answered(sessions: Sessions, number: int, size: int, *, over: bool) -> tuple[str, Cost]:
    """Make an audit of `size` cases in which every agency has answered; its id, and the cost of importing it."""
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
        session.execute(delete(Promise))  # the messages and sheets that it would cause aren't measured
        if over:
            _close(session, row)
        return row.id, cost


def _answer(session: Session, cycle: Cycle) -> None:
    tool = Tool.stored(session.get_one(AuditTool, cycle.tool_id))
    by_id, moment, rows = session.scalars(select(Person.id)).first(), now(session), list[dict[str, object]]()
    returns = session.scalars(
        select(Return.id)
        .join(Involvement, Involvement.id == Return.involvement_id)
        .join(Case, Case.id == Involvement.case_id)
        .where(Case.cycle_id == cycle.id)
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
        rows.append({name: each for name, each in vars(version).items() if name != "_sa_instance_state"})
    session.execute(insert(ReturnVersion), rows)
    session.execute(update(Return).where(Return.version == 0).values(version=1, state=ReturnState.SUBMITTED))


def _close(session: Session, cycle: Cycle) -> None:
    """Ratify an audit's cases, release their summaries and close the audit."""
    by_id, moment, rows = session.scalars(select(Person.id)).first(), now(session), list[dict[str, object]]()
    for number, case_id in enumerate(session.scalars(select(Case.id).where(Case.cycle_id == cycle.id))):
        judgement = Judgement(
            case_id=case_id, grade=GRADES[number % len(GRADES)], version=1, by_id=by_id, ratified_at=moment
        )
        seal(session, judgement, "statement", json.dumps({"why": TEXT, "assurances": {}}))
        rows.append({name: each for name, each in vars(judgement).items() if name != "_sa_instance_state"})
    session.execute(insert(Judgement), rows)
    session.execute(update(Case).where(Case.cycle_id == cycle.id).values(released_at=moment))
    cycle.state = CycleState.CLOSED


@contextmanager
def _sqlite() -> Iterator[Callable[[], str]]:
    with tempfile.TemporaryDirectory(prefix="roundtable-bench-") as folder:
        numbers = count()
        yield lambda: f"sqlite:///{Path(folder) / f'{next(numbers)}.db'}"


@contextmanager
def _postgresql() -> Iterator[Callable[[], str]]:
    with postgres() as server:
        numbers = count()

        def new() -> str:
            name = f"bench{next(numbers)}"
            with psycopg.connect(host=server, user="postgres", dbname="postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}".encode())
            return f"postgresql://postgres@/{name}?host={server}"

        yield new
