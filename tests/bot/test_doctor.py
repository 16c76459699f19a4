"""The doctor: each fault, as the stand-ins show it, is named by its sentence; silence is no problem."""

import copy
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest
from sqlalchemy import Executable, delete, select, update

from audit.delivery import socket_connections
from audit.delivery.socket_connections import Counted
from audit.retention import restored
from bot.connection import address, opened
from bot.scopes import SCOPES
from sandbox.sheets import BOT
from sandbox.slack import admin
from storage.clock import wall
from storage.engine import Sessions
from storage.keys import check
from storage.messages import Message, MessageKind, MessageState
from storage.people import Person, Role, RoleKind
from storage.promises import PromiseKind, promise
from storage.sheet_state import SheetState
from tests.kit.doctored import Doctor, environment
from tests.kit.play import Play
from tests.kit.served import HERE, within

EAST = "C0AUDITEAST"


@pytest.mark.both_databases
def test_a_healthy_deployment_has_no_problem(doctor: Doctor) -> None:
    code, found = doctor.says()
    assert [each for each in found if each[1] in {"problem", "not asked"}] == []
    assert code == 0
    told = " ".join(sentence for _, _, sentence in found)
    for said in (
        "The app may do what manifest.json asks for, and nothing else.",
        "The keys match this database: k1.",
        "private, and the app is in it",
        "Slack tells no app how long it keeps messages in these channels",
        "“Audit 2”, can be written to. Who can open it:",
        "1 worker is running.",
        "A connection to Slack can be opened, but none has been yet: start `roundtable web`.",
        "every agency that has yet to answer has a lead",
    ):
        assert said in told, found
    another, _ = opened(address(doctor.given["SLACK_APP_TOKEN"], doctor.given["SLACK_API_URL"]), patience=60)
    done = within("doctor", given=doctor.given, cwd=doctor.home)
    another.close()
    assert done.returncode == 0
    assert "note       Slack counted 2 connections of this app" in done.stdout
    assert done.stdout.endswith("\nNo problem was found.\n")
    tried = {"spreadsheet_id": None, "error": "No Google Sheet is set for this audit."}
    _change(doctor.play, update(SheetState).values(tried))
    with doctor.play.sessions.begin() as session:
        socket_connections.note(session, "web", again=False)
        socket_connections.crowded(session, "web", Counted(5, 2, wall()), 2)
    code, found = doctor.says()
    assert (code, [each for each in found if each[1] == "problem"]) == (0, []), "a board may do without Google"
    assert [each for each in found if each[1] == "note" and "5 connections of this app, and 2 of them" in each[2]]


def _change(play: Play, *statements: Executable) -> None:
    with play.sessions.begin() as session:
        for statement in statements:
            session.execute(statement)


def _channel(**changes: object) -> Callable[[Play], None]:
    def change(play: Play) -> None:
        with play.workspace.changing():
            for name, value in changes.items():
                setattr(play.workspace.channels[EAST], name, value)

    return change


def _scopes(play: Play) -> None:
    play.workspace.app.scopes = sorted({*SCOPES} - {"im:write"})


def _aside(play: Play) -> None:
    _change(
        play,
        update(Message)
        .where(Message.kind == MessageKind.REQUEST)
        .values(state=MessageState.SET_ASIDE, error="The channel is archived: unarchive it."),
    )


def _uncoordinated(play: Play) -> None:
    _change(play, delete(Role).where(Role.kind == RoleKind.COORDINATOR))


def _unled(play: Play) -> None:
    _change(play, delete(Role).where(Role.kind == RoleKind.AGENCY_LEAD))


def _stranger(play: Play) -> None:
    with play.sessions.begin() as session:
        lead = session.scalars(select(Person).join(Role).where(Role.kind == RoleKind.AGENCY_LEAD)).first()
        assert lead is not None
        lead.user_id = "U0NOBODYKNOWS"


def _left(play: Play) -> None:
    with play.workspace.changing():
        play.workspace.users["U0COORDIN"].deleted = True


def _machine(play: Play) -> None:
    with play.workspace.changing():
        play.workspace.users["U0COORDIN"].is_bot, play.workspace.users["U0COORDIN"].deleted = True, False


def _undrawn(play: Play) -> None:
    _change(play, update(SheetState).values(error="Google takes no more of it."))


def _read_only(play: Play) -> None:
    play.drive.revoke(play.spreadsheet_id, BOT)
    play.drive.share(play.spreadsheet_id, BOT, "reader")


FAULTS: dict[str, tuple[Callable[[Play], object], str]] = {
    "the app isn't in the channel": (
        lambda play: admin.kick(play.workspace, EAST, play.workspace.app.bot_user_id),
        f"Channels: The channel {EAST} (East, audit 2): Slack doesn't find the channel, or the app isn't in it",
    ),
    "the channel is public": (
        _channel(is_private=False),
        "is public: summaries and tallies go to private channels only",
    ),
    "the channel is archived": (_channel(is_archived=True), "is archived: unarchive it in Slack, or choose another"),
    "the channel is shared": (
        _channel(is_ext_shared=True, connected_team_ids=["T0OTHERS"]),
        "(East, audit 2; shared with T0OTHERS)",
    ),
    "a scope is missing": (_scopes, "The app lacks the scope im:write (to write to people directly). Add it"),
    "the app of somebody else": (
        lambda play: setattr(play.workspace.app, "scopes", ["chat:write", "users:read"]),
        "this is the token of another app",
    ),
    "the app was uninstalled": (
        lambda play: setattr(play.workspace.app, "active", False),
        "Slack: Slack doesn't accept the app's token any more",
    ),
    "Socket Mode is off": (
        lambda play: setattr(play.workspace.app, "socket_mode", False),
        "Socket Mode: Socket Mode is switched off in the app's settings in Slack: switch it on",
    ),
    "the app-level token lacks its scope": (
        lambda play: setattr(play.workspace.app, "app_scopes", ["authorizations:read"]),
        "Socket Mode: SLACK_APP_TOKEN lacks the scope connections:write: make an App-Level Token",
    ),
    "the app-level token was revoked": (
        lambda play: setattr(play.workspace.app, "app_token", "xapp-another"),
        "Socket Mode: Slack doesn't accept SLACK_APP_TOKEN: make an App-Level Token",
    ),
    "somebody has left": (_left, "People: Coordinator (U0COORDIN) no longer has a Slack account, but still has a role"),
    "somebody was never there": (_stranger, "(U0NOBODYKNOWS) can't be found in Slack"),
    "an app has a role": (_machine, "(U0COORDIN) is an app, not a person, but still has a role"),
    "nobody coordinates": (_uncoordinated, "Roles: There is no coordinator, so nobody can set anything up. Set FIRST_"),
    "nobody leads": (_unled, "has no lead, and has yet to answer in audit 2. A coordinator can choose a lead"),
    "the sheet is open to everybody": (
        lambda play: play.drive.share(play.spreadsheet_id, "", "reader", "anyone"),
        "Anyone who has its link can open that spreadsheet.",
    ),
    "the sheet is in the bin": (
        lambda play: play.drive.trash(play.spreadsheet_id),
        "is in Google Drive's bin: restore",
    ),
    "the sheet may only be read": (
        _read_only,
        f"share it with {BOT} as Editor",
    ),
    "the sheet is gone": (lambda play: play.drive.delete(play.spreadsheet_id), "Sheets: The sheet of audit 2: "),
    "a sheet isn't drawn": (_undrawn, "The sheet of audit 2 couldn't be updated: Google takes no more of it."),
    "a message was set aside": (_aside, "The channel is archived: unarchive it. Then run `roundtable redeliver`."),
    "the key file is open": (
        lambda play: play.settings.google_service_account.chmod(0o640),  # type: ignore[union-attr]
        "Other users of this machine can read Google's key. Run chmod 600",
    ),
}


@pytest.mark.parametrize("batch", range(2))
def test_each_fault_is_named_by_its_sentence(doctor: Doctor, batch: int) -> None:
    """Several deployments' worth of faults, a few shown to each: what one broke must not hide the next."""
    workspace = doctor.play.workspace
    kept = copy.deepcopy((workspace.app, workspace.channels[EAST]))
    for name, (break_it, sentence) in list(FAULTS.items())[batch::2]:
        break_it(doctor.play)
        found = doctor.problems()
        assert [each for each in found if sentence in each], (name, found)
        for now, before in zip((workspace.app, workspace.channels[EAST]), copy.deepcopy(kept), strict=True):
            vars(now).update(vars(before))


def _worker(url: str) -> str:
    """What a web process that answers says of the worker: that there is none keeps nothing from being taken."""
    with urlopen(f"{url}/readyz") as answer:
        assert answer.status == 200
        return str(json.load(answer)["worker"])


@pytest.mark.both_databases
def test_a_worker_that_is_dead_or_gets_nowhere(play: Play, sessions: Sessions, tmp_path: Path) -> None:
    doctor = Doctor(play, environment(play.settings), tmp_path)
    assert ("Worker", "note") in [each[:2] for each in doctor.says()[1]], "on the first day nobody needs one yet"
    named = doctor.says(FIRST_COORDINATOR="T0SANDBOX1/U0COORDIN")[1]
    assert (
        "Roles",
        "note",
        "There is no coordinator yet: T0SANDBOX1/U0COORDIN is made one when the web process starts.",
    ) in named
    check(sessions)
    play.load()
    assert any("No worker is running" in each for each in doctor.problems())
    with sessions.begin() as session:
        restored.begin(session, play.settings.clock.now())
    assert "so nothing starts. Once the installation" in next(
        each for each in doctor.problems() if each.startswith("Worker")
    )
    with sessions.begin() as session:
        restored.resume(session)
    assert _worker(play.url) == "none"
    with play.working():
        play.settled()
        assert play.until(lambda: _worker(play.url) == "ok")
        long_ago = play.settings.clock.now() - timedelta(hours=2)
        with sessions.begin() as session:
            message = session.scalars(select(Message)).first()
            assert message is not None
            message.ts, message.delivered, message.next_try_at = None, message.wanted, wall() - timedelta(hours=2)
            promise(session, PromiseKind.CYCLE, message.cycle_id, long_ago)
        assert any("the oldest for 120 minutes, although a worker is running" in each for each in doctor.problems())


@pytest.mark.both_databases
def test_a_database_that_is_behind(play: Play, tmp_path: Path) -> None:
    doctor = Doctor(play, environment(play.settings), tmp_path)

    def of_version(number: str) -> list[str]:
        with play.sessions.begin() as session:
            session.connection().exec_driver_sql(f"UPDATE alembic_version SET version_num = '{number}'")
        return doctor.problems()

    def ready() -> tuple[int, str]:
        answer = play.web.test_client().get("/readyz")
        return answer.status_code, answer.get_json()["schema"]

    assert ready() == (200, "ok")
    behind = "Database: The database isn't up to date: stop every process, then run `roundtable migrate`."
    with play.reading() as session:
        current = str(session.connection().exec_driver_sql("SELECT version_num FROM alembic_version").scalar())
    try:
        assert behind in of_version("0012")
        assert any("made by a newer version" in each for each in of_version("9999"))
        assert play.until(lambda: ready() == (503, "of another version")), "a look is good for a second"
    finally:
        of_version(current)  # the next test is lent this database


def test_every_scope_of_the_manifest_is_explained() -> None:
    manifest = json.loads((HERE / "manifest.json").read_text())
    assert sorted(SCOPES) == manifest["oauth_config"]["scopes"]["bot"]
