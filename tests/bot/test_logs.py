"""Logs: with everything switched on and everything going wrong, no words, tokens, keys or numbers are in them."""

import ast
import re
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

from sqlalchemy import select, text

from bot.logs import ALLOWED
from bot.settings import Settings
from storage.engine import Sessions
from storage.returns import ReturnVersion
from tests.kit.doors import POST, raw, request
from tests.kit.forging import click, send
from tests.kit.play import Play
from tests.kit.pressing import submitted
from tests.kit.rooms import PRODUCT, modules
from tests.kit.served import HERE, Served, run, served

REFLECTION = "canarywordinareflection"
TELEPHONE = "07700 900123"
QUOTED = "canarywordinarow"
ADDRESS = "canary.word@partner.example"
SHOWN_AT = re.compile(r'"number": (\d+), "event": "metrics_shown"')


HAPPENED = (
    'roundtable_acknowledgement_seconds_count{kind="command"}',
    'roundtable_acknowledgement_seconds_count{kind="view_submission"}',
    'roundtable_acknowledgement_seconds_count{kind="event"}',
    'roundtable_requests_stopped_total{why="unsigned"}',
    'roundtable_deliveries_total{of="message",outcome="done"}',
    'roundtable_deliveries_total{of="sheet",outcome="done"}',
    'roundtable_deliveries_total{of="lookup",outcome="done"}',
    'roundtable_slack_calls_total{method="chat.postMessage",outcome="done"}',
    'roundtable_slack_calls_total{method="views.open",outcome="done"}',
    'roundtable_google_calls_total{outcome="done"}',
    'roundtable_logged_total{level="error"}',
    "roundtable_database_up",
    "roundtable_workers",
    "roundtable_slack_connection_up",
)
"""What the journey brings about, with its two returns, its outsider and its faults."""


def shown(url: str) -> Counter[str]:
    """The figures at an address, by name and labels."""
    with urlopen(url) as answer:
        lines = [line.rsplit(" ", 1) for line in answer.read().decode().splitlines() if not line.startswith("#")]
    return Counter({name: int(float(value)) for name, value in lines})


@contextmanager
def running(play: Play, home: Path, metrics_port: int) -> Iterator[Served]:
    """The product as a process, worker included, with both ways in."""
    settings = play.settings
    given = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "ENCRYPTION_KEYS": settings.encryption_keys.get_secret_value(),
        "SLACK_BOT_TOKEN": settings.slack_bot_token.get_secret_value(),
        "SLACK_SIGNING_SECRET": play.workspace.app.signing_secret,
        "SLACK_APP_TOKEN": play.workspace.in_socket_mode(),
        "SLACK_API_URL": settings.slack_api_url,
        "GOOGLE_SERVICE_ACCOUNT": str(settings.google_service_account),
        "GOOGLE_API_URL": str(settings.google_api_url),
        "CLOCK_FILE": str(settings.clock_file),
        "SWEEP_SECONDS": "0.1",
        "REDRAW_SECONDS": "0.2",
        "EMBEDDED_WORKER": "true",
        "METRICS_PORT": str(metrics_port),
        "LOG_LEVEL": "DEBUG",
    }
    with served(given, home) as product:
        play.workspace.app.request_url = f"{product.url}/slack/events"
        yield product


def secrets(settings: Settings) -> list[str]:
    keys = settings.encryption_keys.get_secret_value()
    bot = settings.slack_bot_token.get_secret_value()
    return [keys.partition(":")[2], bot, "sandbox-signing-secret", "xapp-sandbox", "PRIVATE KEY", "Bearer "]


def test_fault_24_a_journey_with_everything_logged_leaves_nothing_in_the_logs(play: Play, tmp_path: Path) -> None:
    """Nor in the figures, which are shown at the next port where one is taken."""
    play.load()
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        running(play, tmp_path, port := taken.getsockname()[1]) as product,
        _half_looking(product.said()) as slow,
    ):
        play.workspace.app.socket_mode = False  # some of it comes over HTTP, the rest over connections
        assert play.send_return("U0EDUEAST", "T2-EAST-03", went_well=REFLECTION, why=REFLECTION).ok
        play.workspace.app.socket_mode = True
        assert play.send_return("U0EDUEAST", "T2-EAST-04", went_well=f"Ring {TELEPHONE}").ok
        assert play.person("U0OUTSIDER").command("/audit", REFLECTION, "C0GENERAL").ok
        assert raw(product.url, request(POST, ["Host: h"])) == 401
        assert send(play.workspace, click("U0COORDIN", "people.bring", "all")).ok
        assert submitted(play, "U0COORDIN", lines=f"{ADDRESS}, Police, East, lead").ok
        assert play.until(lambda: "Slack knows nobody" in play.modal_text("U0COORDIN"))
        play.settled()
        _break_a_text(play.sessions)
        _judge(play)
        play.settled()
        _make_quote(play.sessions, "return_versions", "INSERT")
        assert play.send_return("U0EDUEAST", "T2-EAST-02").status < 500
        assert "Something went wrong" in play.modal_text("U0EDUEAST")
        _lose_a_table(play)
        assert play.person("U0EDUEAST").open_home().status < 500
        said = product.said()
        ports = SHOWN_AT.findall(said)
        assert slow.recv(1) == b"", "who doesn't say what they want to see is hung up on"
        figures: Counter[str] = sum((shown(f"http://127.0.0.1:{each}/metrics") for each in ports), Counter())
    assert len({port, *map(int, ports)}) == 3, "one of the web process, one of its worker"
    for figure in HAPPENED:
        assert figures[figure] > 0, figure
    said += str(figures)
    for event in ('"bug"', '"text_not_opened"', '"error": "WrongKey"', '"refused"', '"logger": "slack_bolt'):
        assert event in said, f"{event} never came up"
    for canary in (REFLECTION, TELEPHONE, QUOTED, ADDRESS, "Education lead", *secrets(play.settings)):
        assert canary not in said
    assert "Traceback" not in said


def _half_looking(said: str) -> socket.socket:
    """A connection to where figures are shown, on which half a request is sent."""
    found = socket.create_connection(("127.0.0.1", int(SHOWN_AT.findall(said)[0])), timeout=30)
    found.sendall(b"GET /metrics HTTP/1.1\r\n")
    return found


def _break_a_text(sessions: Sessions) -> None:
    with sessions.begin() as session:
        version = session.scalars(select(ReturnVersion)).one()
        version.answers = version.answers[:-1] + bytes([version.answers[-1] ^ 1])


def _judge(play: Play) -> None:
    """Opening a case whose text can't be opened: an apology that says so."""
    play.press_in_audit("U0COORDIN", "case.judge", "T2-EAST-03")
    assert "can't be opened" in play.modal_text("U0COORDIN")


def _make_quote(sessions: Sessions, table: str, when: str) -> None:
    """From now on the database refuses that, in words that quote a row, as PostgreSQL's do at a constraint."""
    name = f"quoting_{table}"
    with sessions.begin() as session:
        connection = session.connection()
        if connection.dialect.name == "sqlite":
            does = f"BEGIN SELECT RAISE(ABORT, '{QUOTED}'); END"
        else:
            connection.exec_driver_sql(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$BEGIN RAISE 'refused' USING DETAIL = '{QUOTED}', ERRCODE = 'check_violation'; END$$"
            )
            does = f"FOR EACH ROW EXECUTE FUNCTION {name}()"
        connection.exec_driver_sql(f"CREATE TRIGGER {name} BEFORE {when} ON {table} {does}")


def _kept_by_dbos(sessions: Sessions) -> list[str]:
    """The words of errors that DBOS keeps of its workflows."""
    with sessions.reading() as session:
        schema = "" if session.get_bind().dialect.name == "sqlite" else "dbos."
        return list(session.scalars(text(f"SELECT error FROM {schema}workflow_output WHERE error IS NOT NULL")))


def _lose_a_table(play: Play) -> None:
    with play.sessions.begin() as session:
        session.connection().exec_driver_sql("ALTER TABLE handovers RENAME TO handovers_gone")


def test_dbos_keeps_no_words_of_an_error(play: Play) -> None:
    """It stores what a workflow raises, and a database's words quote rows."""
    play.load()
    _make_quote(play.sessions, "sheet_states", "UPDATE OF delivered")
    with play.working():
        assert play.until(lambda: bool(_kept_by_dbos(play.sessions)))
    for error in _kept_by_dbos(play.sessions):
        assert "Failed" in error
        assert QUOTED not in error


def test_a_library_s_own_words_are_left_out(tmp_path: Path) -> None:
    """Whatever a library says, from any logger, in a warning or an error, only its place is written."""
    code = """
import logging, sys, threading, warnings, structlog
from dbos import DBOS
from bot import logs
logging.getLogger("early").addHandler(logging.StreamHandler())
logs.set_up("DEBUG")
logs.keep_crashes()
DBOS(config={"name": "any", "system_database_url": "sqlite:///x", "log_level": "WARNING"})  # it adds handlers
for name in ("slack_bolt.App", "slack_sdk.web", "sqlalchemy.engine", "dbos", "early", "late.comer", "urllib3"):
    logging.getLogger(name).error("canaryword %s", "canaryword", extra={"reflection": "canaryword"})
    try:
        raise ValueError("canaryword")
    except ValueError:
        logging.getLogger(name).exception("canaryword")
warnings.warn("canaryword")
def fails(*_):
    raise ValueError("canaryword")
thread = threading.Thread(target=fails)
thread.start()
thread.join()
type("Dropped", (), {"__del__": fails})()
structlog.get_logger().info("saved", reflection="canaryword", case="T2-EAST-03", text="canaryword")
"""
    ended = run(sys.executable, "-c", code, given={}, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "canaryword" not in ended.stderr + ended.stdout
    assert ended.stderr.count('"logger"') == 15
    assert ended.stderr.count('"crashed"') == 2
    assert '"case": "T2-EAST-03"' in ended.stderr


def _said() -> dict[str, tuple[set[str], set[str]]]:
    """Every event that the code logs: its levels, and what comes with it."""
    found: dict[str, tuple[set[str], set[str]]] = {}
    for file in modules(*PRODUCT):
        for node in ast.walk(ast.parse(file.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            level, by = node.func.attr, ast.unparse(node.func.value)
            event = node.args[0] if node.args else None
            if level in LEVELS and by in {"log", "structlog.get_logger()"} and isinstance(event, ast.Constant):
                levels, keys = found.setdefault(str(event.value), (set(), set()))
                levels.add(LEVELS[level])
                given = {str(each.arg) for each in node.keywords}
                failed = {"error", "frames"} if level == "exception" or "exc_info" in given else set()
                keys |= (given - {"exc_info"}) | failed
    return found


LEVELS = {
    "debug": "debug",
    "info": "info",
    "warning": "warning",
    "error": "error",
    "exception": "error",
    "critical": "critical",
}


def test_every_event_is_explained_and_nothing_else_is() -> None:
    page = (HERE / "docs/logs.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| ([\w, ]+) \|([^|]*)\| [^|]+ \|$", page, re.MULTILINE)
    told = {event: ({*levels.split(", ")}, {*re.findall(r"`(\w+)`", keys)}) for event, levels, keys in rows}
    assert told == _said()
    assert [event for event, *_ in rows] == sorted(told)
    assert {key for _, keys in told.values() for key in keys} <= ALLOWED
