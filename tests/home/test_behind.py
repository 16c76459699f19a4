"""Whatever lies behind, looking costs the same: every handler, sweep, delivery and redraw, without and with it."""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from slack_bolt import App, BoltRequest
from sqlalchemy import select

from audit.calendar import LONDON
from audit.cycle import board
from audit.setup import opening
from audit.sheet import state
from bot import loading, logs
from bot.settings import Settings
from bot.web import slack_app
from jobs import attempts, letters, sweep
from jobs.redraw import redraw
from sandbox.serve import serving
from sandbox.sheets import BOT, Drive
from sandbox.sheets import create_app as sheets_app
from sandbox.slack import Workspace, running
from sheets.google_client import GoogleClient, connect
from storage.crypto import new_key
from storage.cycles import Cycle, CycleState
from storage.engine import Sessions
from storage.messages import Message, MessageKind
from tests.access import stage as access_stage
from tests.access.ways import REGISTERED, ROLES, WAYS, Way
from tests.conftest import CYCLES
from tests.kit import many_audits, plans
from tests.kit.forging import TEAM, Payload
from tests.kit.loaded import FILE
from tests.kit.metering import AskedStatement, Cost, Meter
from tests.kit.postgres import Lender

MANY = 50
FIRST = 100
"""The number of the first of the audits that are over."""
NOON = datetime(2026, 3, 4, 12, 0, tzinfo=LONDON)
SWEPT = (0, 2, 5, 7, 9, 12, 14, 16, 19, 21, 23, 28, 35, 42)
"""So many days later the sweep looks at what is due; among them are a month's first working days."""
KINDS = (("coordinator", "sub_group_member", "chair"), ("auditor",), ("lead", "lead_of_another_area",
         "lead_of_another_agency", "lead_not_involved", "deputy"))  # fmt: skip
"""Roles to which a handler may show different records; of each, the first that it lets in uses it."""


@dataclass
class Filed:
    """What the stage needs of a play: the published cycle's file."""

    file: dict[str, Any]


@dataclass(frozen=True)
class Pass:
    """What everything cost, by what it was; where the database is, and what it was asked."""

    costs: dict[str, Cost]
    file: Path
    meter: Meter


@pytest.fixture(scope="module")
def key() -> str:
    return f"k1:{new_key()}"


@pytest.fixture(scope="module")
def stage(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, key: str) -> Path:
    """A database on which every handler has something to do, and nothing lies behind."""
    file = tmp_path_factory.mktemp("behind") / "stage.db"
    shutil.copy(sqlite_template, file)
    with opened(f"sqlite:///{file}", key) as (_, sessions), sessions.begin() as session:
        cycle = loading.load(session, loading.read(FILE), answered=False)
        state.bind(session, cycle.id, "S" * 30)
        opening.open_cycle(session, None, cycle.id)
        access_stage.prepare(session, Filed(json.loads(FILE.read_text())))
        session.flush()
        many_audits.taken_up(session)  # as what lies behind is, so that both passes begin with nothing promised
    return file


@contextmanager
def opened(url: str, key: str, **more: object) -> Iterator[tuple[Settings, Sessions]]:
    clock = Path(url.removeprefix("sqlite:///")).with_suffix(".clock") if url.startswith("sqlite") else None
    settings = Settings.model_validate({
        "database_url": url, "encryption_keys": key, "slack_bot_token": "xoxb-sandbox",
        "slack_signing_secret": "sandbox-signing-secret", "slack_api_url": "http://127.0.0.1:9/api/",
        "clock_file": clock, **more,
    })  # fmt: skip
    if clock:
        settings.clock.move_to(NOON)
    sessions = settings.sessions(patience=60)
    try:
        yield settings, sessions
    finally:
        sessions.dispose()


@pytest.fixture(scope="module")
def nothing(stage: Path, key: str) -> Pass:
    return passed(stage, key, 0)


@pytest.fixture(scope="module")
def many(stage: Path, key: str) -> Pass:
    return passed(stage, key, MANY)


def passed(stage: Path, key: str, number: int) -> Pass:
    """Use everything once where so many closed audits lie behind."""
    logs.set_up("ERROR")
    file = stage.with_name(f"{number}.db")
    shutil.copy(stage, file)
    with ExitStack() as stack:
        workspace, drive = _workspace(), Drive()
        slack, google = stack.enter_context(running(workspace)), stack.enter_context(serving(sheets_app(drive)))
        meter = stack.enter_context(Meter(str(file)).counting())
        settings, sessions = stack.enter_context(
            opened(f"sqlite:///{file}", key, slack_api_url=f"{slack}/api/", google_api_url=google)
        )
        with sessions.reading() as session:
            records = dict(access_stage.records(session))
        if number:
            with sessions.begin() as session:
                many_audits.copied(session, many_audits.finished(session, FIRST), range(FIRST + 1, FIRST + number))
        client = connect(drive.service_account(google), google)
        meter.forget()
        app = slack_app(settings, sessions)
        costs = {name: meter.spent(name) for name in _clicked(app, workspace, records)}
        costs |= {name: meter.spent(name) for name in _worked(settings, sessions)}
        costs |= {name: meter.spent(name) for name in _drawn(sessions, client, drive)}
    return Pass(costs, file, meter)


def _workspace() -> Workspace:
    found = Workspace.from_seed(json.loads((CYCLES / "transitions.workspace.json").read_text()))
    found.install(json.loads((CYCLES.parents[1] / "manifest.json").read_text()))
    for user in ("U0AUDITOR", "U0ENDED", "U0GONE"):
        found.add_user(id=user, team_id=TEAM, name=user.lower(), real_name=user)
    return found


def _roles(way: Way) -> list[str]:
    """Who uses it: every role, and somebody unregistered, where each is shown their own."""
    if way.allowed == REGISTERED:
        return [*sorted(REGISTERED), "unregistered"]
    return [found[0] for kind in KINDS if (found := [role for role in kind if role in way.allowed])]


def _clicked(app: App, workspace: Workspace, records: dict[tuple[str, str], str]) -> Iterator[str]:
    """Every way into every handler, used."""
    for verb, ways in WAYS.items():
        for way in ways:
            record = records.get((verb.partition(".")[0], way.about), "")
            for role in _roles(way):
                answer = app.dispatch(_request(workspace, way.payload(ROLES[role], TEAM, record)))
                assert answer.status == 200, (verb, way.about, role, answer.body)
                yield f"{verb} on {way.about} as {role}"


def _request(workspace: Workspace, payload: Payload) -> BoltRequest:
    if "event" in payload:
        return BoltRequest(body=json.dumps(payload), headers={"content-type": "application/json"})
    form = payload
    if "command" not in payload:
        if payload["user"]["id"] in workspace.users:
            payload |= {"trigger_id": workspace.new_trigger(payload["user"]["id"])}
        form = {"payload": json.dumps(payload)}
    return BoltRequest(body=urlencode(form), headers={"content-type": "application/x-www-form-urlencoded"})


def _worked(settings: Settings, sessions: Sessions) -> Iterator[str]:
    """The sweep on many days, and each kind of message drawn once."""
    for days in SWEPT:
        settings.clock.move_to(NOON + timedelta(days=days))
        sweep.take_up(sessions)
        yield f"sweep after {days} days"
        sweep.take_up(sessions)
        sweep.deliveries(sessions)
        sweep.redraws(sessions)
        yield f"sweep after {days} days, once more"
    with sessions.reading() as session:
        ours = select(Cycle.id).where(Cycle.number < FIRST)
        wanted = select(Message.kind, Message.id).order_by(Message.kind, Message.key)
        newest = session.scalar(select(Cycle.id).order_by(Cycle.number.desc()).limit(1))
        file = (Message.cycle_id == newest, Message.kind == MessageKind.TOOL_FILE)  # belongs to the newest audit
        found = [*session.execute(wanted.where(Message.cycle_id.in_(ours))), *session.execute(wanted.where(*file))]
        one_each = {kind: message_id for kind, message_id in found}  # noqa: C416  # rows aren't pairs
    for kind, message_id in one_each.items():
        with sessions.reading() as session, suppress(attempts.TryLater, attempts.NeedsPerson):
            letters.content(session, session.get_one(Message, message_id))
        yield f"message {kind}"


def _drawn(sessions: Sessions, client: GoogleClient, drive: Drive) -> Iterator[str]:
    """A sheet, drawn for the first time and once more."""
    spreadsheet = drive.create_spreadsheet("Audit 2", share_with=(BOT,))
    with sessions.begin() as session:
        cycle_id = session.scalars(select(Cycle.id).where(Cycle.number == 5)).one()
        state.bind(session, cycle_id, spreadsheet)
    yield "sheet bound"
    redraw(sessions, client, cycle_id)
    yield "sheet drawn"


def test_what_lies_behind_is_as_the_product_writes_it(many: Pass, key: str) -> None:
    with opened(f"sqlite:///{many.file}", key) as (_, sessions), sessions.reading() as session:
        ids = session.scalars(select(Cycle.id).where(Cycle.number >= FIRST, Cycle.state == CycleState.CLOSED)).all()
        assert len(ids) == MANY
        boards = [board.board(session, cycle_id) for cycle_id in (ids[0], ids[-1])]
        assert boards[0].tally == boards[1].tally
        assert [[line.answers for line in case.lines] for case in boards[0].cases] == [
            [line.answers for line in case.lines] for case in boards[1].cases
        ]
        assert [each.text for each in boards[0].actions] == [each.text for each in boards[1].actions] != []


REMINDED = 2
"""Statements of a sweep by which, once an audit is over, coordinators hear what is due to be removed: once a month."""


def test_it_takes_as_many_statements_whatever_lies_behind(nothing: Pass, many: Pass) -> None:
    assert len(nothing.costs) > len(WAYS)
    assert {
        name: (cost.statements, many.costs[name].statements)
        for name, cost in nothing.costs.items()
        if abs(many.costs[name].statements - cost.statements) > (REMINDED if name.startswith("sweep") else 0)
    } == {}


ACROSS = ("figures.", "report.make")
"""What tells of all audits: the themes that come back."""
MOST, MOST_ACROSS, NEWEST = 1, 12, 30
"""Steps that an audit may add by lying behind, and those for the newest few, which Home shows: a step is a hundred of
SQLite's instructions."""


def test_it_takes_hardly_more_steps_whatever_lies_behind(nothing: Pass, many: Pass) -> None:
    assert {
        name: (cost.steps, many.costs[name].steps)
        for name, cost in nothing.costs.items()
        if many.costs[name].steps - cost.steps > NEWEST + MANY * (MOST_ACROSS if name.startswith(ACROSS) else MOST)
    } == {}


def within_an_audit(found: Pass) -> dict[str, AskedStatement]:
    """The statements, by their text, of all that doesn't tell of all audits."""
    askers = found.meter.askers
    return {
        text: statement
        for text, statement in found.meter.texts.items()
        if not all(name.startswith(ACROSS) for name in askers[text])
    }


def test_sqlite_reads_no_growing_table_whole(many: Pass) -> None:
    assert list(plans.scanned(str(many.file), within_an_audit(many))) == []


def test_postgresql_reads_no_growing_table_whole(many: Pass, lender: Lender, postgres_home: str, key: str) -> None:
    with lender.lent() as name:
        url = f"postgresql://postgres@/{name}?host={postgres_home}"
        with opened(url, key) as (_, sessions), sessions.begin() as session:
            many_audits.copied(session, many_audits.finished(session, FIRST), range(FIRST + 1, FIRST + MANY))
        with psycopg.connect(host=postgres_home, user="postgres", dbname=name, autocommit=True) as connection:
            assert list(plans.scanned_by_postgresql(connection, within_an_audit(many))) == []
