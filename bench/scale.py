"""What a click costs after many past audits, and in a very large audit, beside the same click in an ordinary one.

On SQLite and on PostgreSQL there are three databases, each with ten agencies a case: one audit of 15 cases; the same
with 100 closed audits of 100 cases before it (100,000 returns); one audit of 10,000 cases. Counted are
statements and milliseconds of this process's processor time, the lowest of several clicks; what isn't a click (an
import, a report, a drawing, a purge) is measured once. `python -m bench scale purge` measures only what is named so, in
databases as large.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import psycopg
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.access import Actor, actor
from audit.actions import recommendations
from audit.chasing import progress
from audit.cycle import answered, board, release
from audit.figures import figures
from audit.home import every_audit, home
from audit.meeting import agenda
from audit.report import gather, words_that_stay
from audit.retention import purge
from audit.returns import submit
from audit.returns.found_return import FOUND
from audit.themes import evidence
from bench import around, audits, worker
from bench.costs import TIMES, Cost, least
from bench.figures import Figure
from sheets.drawing import draw
from sheets.tabs import SyncInfo
from storage import migrations
from storage.clock import Clock
from storage.crypto import Vault, new_key
from storage.cycles import Cycle, LearningTheme
from storage.engine import Sessions
from storage.holds import Kept
from storage.people import Agency, Area
from storage.remembered import Remembered
from tests.kit.postgres import postgres
from views.actions import recommendations as recommendations_view
from views.chasing import progress as progress_view
from views.cycle import answered as answered_view
from views.cycle import matrix
from views.figures import figures as figures_view
from views.home import every_audit as every_audit_view
from views.home import home as home_view
from views.meeting import agenda as agenda_view
from views.returns import form
from views.themes import evidence as evidence_view
from views.themes import merge

TEAM, COORDINATOR, LEAD = "T0SANDBOX1", "U0COORDIN", "U0EDUEAST"
ROLES = {"coordinator": COORDINATOR, "sub-group member": "U0SUBGROUP", "chair": "U0CHAIR", "lead": LEAD}
BEHIND = 100
USUAL, MANY, LARGE = 15, 100, 10_000
"""Numbers of cases in an audit."""

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
            cycle_id, imported = audits.answered(sessions, number, size, over=number < len(sizes))
        looks: dict[str, Callable[[], Cost]] = {
            **{name: partial(_cost, sessions.reading, click) for name, click in _clicks(sessions, cycle_id).items()},
            **{name: partial(_cost, sessions.begin, click) for name, click in _readings(sessions, cycle_id).items()},
            "a sweep that finds nothing": partial(worker.idle, sessions),
            "a sweep after one return": partial(worker.swept, sessions, cycle_id),
            **{
                f"{what}, looked at and left as it stands": partial(worker.delivered, sessions, slack, cycle_id, kind)
                for what, kind in worker.MESSAGES.items()
            },
            "import of it": lambda: imported,
            **{name: partial(_cost, sessions.reading, do, 1) for name, do in _of_the_whole(cycle_id).items()},
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
        "Recommendations": lambda session: recommendations_view.view(
            recommendations.show(session, _who(session), cycle_id)
        ),
        "Past audits": lambda session: every_audit_view.list_view(every_audit.page_of_audits(session, _who(session))),
    }


def _readings(sessions: Sessions, cycle_id: str) -> Mapping[str, Click]:
    """Clicks of which the trail gets an entry."""
    with sessions.reading() as session:
        theme_id = session.scalars(select(LearningTheme.id).order_by(LearningTheme.id).limit(1)).one()
    return {
        "Findings": lambda session: evidence_view.view(evidence.evidence(session, _who(session), cycle_id)),
        "a learning theme": lambda session: merge.theme_view(evidence.theme(session, _who(session), theme_id)),
        "What was answered": lambda session: answered_view.view(answered.read(session, _who(session), cycle_id)),
    }


def _of_the_whole(cycle_id: str) -> Mapping[str, Click]:
    """Work that reads everything that was written in an audit, by name."""

    def drawn(session: Session) -> object:
        found = board.board(session, cycle_id)
        return draw(found, SyncInfo(found.now, 1))

    return {"what a report says of it": lambda session: gather.contents(session, cycle_id), "the sheet of it": drawn}


def _purged(sessions: Sessions, cycle_id: str) -> Cost:
    with sessions.begin() as session:
        audits.close(session, session.get_one(Cycle, cycle_id))
    with tempfile.TemporaryDirectory(prefix="roundtable-bench-") as folder:
        memory = Remembered(Path(folder) / "removed")
        memory.add(cycle_id, Kept.TEXT)  # which makes it due
        return least(lambda: purge.purge(sessions, memory, words_that_stay.LASTING), 1)


def _who(session: Session, user: str = COORDINATOR) -> Actor:
    return actor(session, TEAM, user)


def _home_of(user: str) -> Click:
    return lambda session: home_view.home(home.home(session, _who(session, user)))


def _cost(transaction: Callable[[], AbstractContextManager[Session]], look: Click, times: int = TIMES) -> Cost:
    def once() -> None:
        with transaction() as session:
            look(session)

    return least(once, times)


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
