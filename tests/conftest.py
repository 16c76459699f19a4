"""Shared fixtures: the product in this process between the two stand-ins, with real databases and real HTTP."""

import gc
import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress
from datetime import datetime
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis
import psycopg
import pytest
from pytest_socket import socket_allow_hosts
from sqlalchemy import Connection, Dialect, Engine, event, insert, make_url
from xdist.remote import Producer
from xdist.workermanage import WorkerController

from audit.calendar import LONDON
from bot import logs
from bot.settings import Settings
from handlers import budget, files
from jobs import engine_tables
from sandbox.serve import serving
from sandbox.sheets import Drive
from sandbox.sheets import create_app as sheets_app
from sandbox.slack import Workspace, running
from storage import migrations
from storage.crypto import bound_to, new_key, vault_of
from storage.engine import Sessions
from storage.keys import PROBE, KeyProbe
from tests.kit import loaded, sqlite
from tests.kit.at_length import LONG
from tests.kit.play import Play
from tests.kit.postgres import Lender, postgres
from tests.kit.snapshots import Snapshots
from tests.kit.together import Together

DEAR = ("tests/page/", "tests/journeys/", "tests/access/")
"""The tests that take longest, in this order: they start first, so that no process has one left at the end."""

ON_BOTH = (
    "tests/access/", "tests/audit/test_bounds.py", "tests/bot/test_keys.py", "tests/faults/", "tests/forged/",
    "tests/jobs/", "tests/returns/test_drafts.py", "tests/returns/test_submit.py", "tests/storage/",
)  # fmt: skip
"""The tests that depend on the kind of database: they run on SQLite as well as on PostgreSQL."""

sqlite.hurry()
hypothesis.settings.register_profile("roundtable", deadline=None)  # no test asserts a duration
hypothesis.settings.load_profile("roundtable")
SNAPSHOTS = pytest.StashKey[Snapshots]()
HERE = Path(__file__).parent
CYCLES = HERE.parent / "sandbox" / "cycles"


def pytest_configure(config: pytest.Config) -> None:
    """Share what one process of the run makes with all others."""
    given = getattr(config, "workerinput", None)
    if given is None:
        home = TemporaryDirectory(prefix="roundtable-snapshots-")
        config.add_cleanup(home.cleanup)
        given = {"snapshots": home.name, "key": new_key()}
    config.stash[SNAPSHOTS] = snapshots = Snapshots(Path(given["snapshots"]), given["key"])
    loaded.share(snapshots)


def pytest_configure_node(node: WorkerController) -> None:
    """Pass the shared folder and key on to another process of the run."""
    snapshots = node.config.stash[SNAPSHOTS]
    node.workerinput |= {"snapshots": str(snapshots.home), "key": snapshots.key}


def pytest_sessionstart(session: pytest.Session) -> None:
    """In a whole run, import a share of the tests in each process, so that every test is compiled once."""
    given = getattr(session.config, "workerinput", None)
    if given and session.config.args == session.config.getini("testpaths"):
        gc.disable()  # until pytest_collection_finish
        files = sorted(HERE.rglob("test_*.py"))[int(given["workerid"].removeprefix("gw")) :: given["workercount"]]
        for file in files:
            with suppress(Exception):  # reported when it is collected
                import_module(".".join(file.relative_to(HERE.parent).with_suffix("").parts))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Together:
    """The distribution of tests among processes."""
    return Together(config, log)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the databases that a test runs on: those that it names, or both by ON_BOTH, or by a mark.

    `both_databases` marks further tests for both; `on_sqlite` marks tests for SQLite alone, if others cover the same on
    PostgreSQL (in the long version they run on both). Other tests run on PostgreSQL, which is stricter; the page's
    tests, and in the long version the replay, play a whole audit on SQLite.
    """
    test = metafunc.definition
    named = any("database_url" in mark.args[0] for mark in test.iter_markers("parametrize"))
    if "database_url" in metafunc.fixturenames and not named:
        instead = test.get_closest_marker("on_sqlite")
        both = test.nodeid.startswith(ON_BOTH) or test.get_closest_marker("both_databases") or (instead and LONG)
        kinds = ["sqlite", "postgresql"] if both else ["sqlite"] if instead else ["postgresql"]
        metafunc.parametrize("database_url", kinds, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Move the tests that take longest to the front; the others stay in order."""
    items.sort(key=lambda item: [not item.nodeid.startswith(each) for each in DEAR])


def pytest_collection_finish() -> None:
    """Exempt everything loaded so far from garbage collection: it stays, and would be scanned in vain."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_runtest_setup() -> None:
    """Forbid connections to other machines."""
    socket_allow_hosts(["127.0.0.1", "::1"], allow_unix_socket=True)


_DIALECTS: dict[tuple[str, str], Dialect] = {}
_COMPILED: dict[object, object] = {}


@event.listens_for(Engine, "engine_connect")
def _compiled_once(connection: Connection) -> None:
    """Compile our statements once in a process, not again for the engine of each test.

    DBOS's engine, which translates schemas, depends on its own dialect, so it is left alone.
    """
    if "schema_translate_map" in connection.get_execution_options():
        return
    dialect = connection.dialect
    connection.dialect = _DIALECTS.setdefault((dialect.name, dialect.driver), dialect)
    connection.execution_options(compiled_cache=_COMPILED)


def _migrate(url: str) -> None:
    migrations.upgrade(url)
    engine_tables.migrate(make_url(url))


@pytest.fixture(scope="session")
def sqlite_template(snapshots: Snapshots) -> Path:
    """A migrated SQLite file, to be copied."""
    file = snapshots.home / "template.db"
    with snapshots.making(file) as beside:
        if beside is not None:
            _migrate(f"sqlite:///{beside}")
    return file


@pytest.fixture(scope="session")
def postgres_home() -> Iterator[str]:
    """The socket folder of an empty PostgreSQL server."""
    with postgres() as home:
        yield home


@pytest.fixture(scope="session")
def lender(postgres_home: str) -> Iterator[Lender]:
    """Lends migrated databases of the PostgreSQL server."""
    with psycopg.connect(host=postgres_home, user="postgres", dbname="postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE template")
    _migrate(f"postgresql://postgres@/template?host={postgres_home}")
    with closing(Lender(postgres_home, "template")) as found:
        yield found


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A new, migrated database of the kind that `pytest_generate_tests` chose."""
    if request.param == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "roundtable.db")
        yield f"sqlite:///{tmp_path / 'roundtable.db'}"
        return
    home: str = request.getfixturevalue("postgres_home")
    lender: Lender = request.getfixturevalue("lender")
    with lender.lent() as name:
        yield f"postgresql://postgres@/{name}?host={home}"


@pytest.fixture(scope="session")
def snapshots(pytestconfig: pytest.Config) -> Snapshots:
    """Files made once in this run, to be copied."""
    return pytestconfig.stash[SNAPSHOTS]


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """The Slack workspace of the published cycle, with exactly the scopes and events of the app's manifest."""
    monkeypatch.setattr(files, "READ_WITHIN", 60)  # seconds to wait until a file is read, however busy the machine
    found = Workspace.from_seed(json.loads((CYCLES / "transitions.workspace.json").read_text()))
    found.install(json.loads((CYCLES.parents[1] / "manifest.json").read_text()))
    yield found
    assert found.misuses == []


@pytest.fixture
def slack_url(workspace: Workspace) -> Iterator[str]:
    """The address of the Slack stand-in."""
    with running(workspace) as url:
        yield url


@pytest.fixture
def drive() -> Drive:
    """An empty Google Drive."""
    return Drive()


@pytest.fixture
def google_url(drive: Drive) -> Iterator[str]:
    """The address of the Google stand-in."""
    with serving(sheets_app(drive)) as url:
        yield url


@pytest.fixture
def settings(
    database_url: str, slack_url: str, google_url: str, drive: Drive, tmp_path: Path, *, snapshots: Snapshots
) -> Settings:
    """Settings of a product between the stand-ins."""
    key = tmp_path / "service-account.json"
    key.write_text(json.dumps(drive.service_account(google_url)))
    return Settings.model_validate({
        "purged_file": tmp_path / "removed.purged",
        "database_url": database_url,
        "encryption_keys": f"k1:{snapshots.key}",
        "slack_bot_token": "xoxb-sandbox",
        "slack_signing_secret": "sandbox-signing-secret",
        "slack_api_url": f"{slack_url}/api/",
        "google_service_account": key,
        "google_api_url": google_url,
        "clock_file": tmp_path / "clock",
        "sweep_seconds": 0.5,
        "redraw_seconds": 0,
        "sheet_seconds": 0.1,
        "message_seconds": 0.1,
        "retry_seconds": 0.2,
    })  # fmt: skip


@pytest.fixture
def patience() -> float:
    """Seconds to wait for the database: more than the product's own, for busy machines. A test of it overrides it."""
    return 60


@pytest.fixture
def sessions(settings: Settings, patience: float) -> Iterator[Sessions]:
    """The product's sessions; a test that leaves a connection in use fails."""
    found = settings.sessions(patience=patience)
    with found.begin() as session:  # else each process would search all columns for texts under other keys
        probe = vault_of(session).seal(PROBE, bound_to(KeyProbe.__tablename__, "k1", "probe"))
        session.execute(insert(KeyProbe).values(name="k1", probe=probe))
    yield found
    left = found.checked_out()
    found.dispose()
    assert left == 0, f"{left} connections were still in use after the test"


@pytest.fixture
def unhurried(workspace: Workspace, patience: float, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A Slack with time limits that a busy machine keeps, and so in the product."""
    workspace.trigger_seconds = workspace.answer_seconds = patience
    monkeypatch.setattr(budget, "REQUEST_SECONDS", patience)
    monkeypatch.setattr(budget, "CALL_SECONDS", patience)
    return workspace


@pytest.fixture
def play(
    settings: Settings, sessions: Sessions, unhurried: Workspace, drive: Drive, snapshots: Snapshots
) -> Iterator[Play]:
    """The product, serving, and all its users; `play.worker()` starts its worker."""
    logs.set_up(settings.log_level)  # as a process does: structlog's default renders local variables, which is slow
    with ExitStack() as stack:
        yield Play(settings, sessions, unhurried, drive, stack, snapshots=snapshots)


@pytest.fixture
def drawn(play: Play) -> Play:
    """The cycle, open, its sheet drawn; a worker's work is done whenever the test waits. It is Wednesday noon."""
    play.start_from(_drawn)
    play.work_while_waiting()
    return play


def _drawn(play: Play) -> None:
    play.move_clock(datetime(2026, 3, 4, 12, 0, tzinfo=LONDON))
    play.load()
    play.work_while_waiting()
    play.settled()
