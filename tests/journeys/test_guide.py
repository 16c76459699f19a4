"""The guides followed word by word, from a clean checkout to a posted tally: in Socket Mode, and over HTTPS.

What is typed, set and pressed is taken from the guides. In Slack's and Google's place are the stand-ins: their
addresses and tokens, and folders of the test's own, are put in the place of what the guides have (`Machine.given`).
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest

from audit.calendar import working_days_after
from sandbox.product import free_port
from sandbox.sheets import BOT, Drive
from sandbox.slack import Person, Workspace, admin
from sandbox.slack.answers import label
from sandbox.slack.shapes import objs, text
from sandbox.slack.stored import elements
from tests.faults.processes import until
from tests.kit.guided import Guide, Hands
from tests.kit.machines import Machine, cloned

pytestmark = pytest.mark.usefixtures("slack_url")
INSTALLING, SETTING_UP, LEADS = Guide("first-cycle.md"), Guide("setting-up.md"), Guide("leads.md")
DATABASE = "sqlite:////var/lib/roundtable/roundtable.db"
COORDINATOR, CHAIR, LEAD, DEPUTY = "U0COORDIN", "U0CHAIR", "U0EDUEAST", "U0POLICE"
SUB_GROUP, SUMMARIES = "C0SUBGROUP", "C0AUDITEAST"
HTTPS = "Without Socket Mode"

GRADED = {"Your agency's grade of its own involvement": "Good", "Why?": "(Invented) The plan was followed."}
BY_HAND = {
    "2.": (
        "Open your workspace's app settings",
        "**Install to workspace.**",
        "Under *Basic Information*, *App-Level Tokens*",
        "Make a **private** channel",
    ),
    "3.": ("In Google Cloud, make a project", "Make an empty spreadsheet"),
    HTTPS: (
        "Make the app from `manifest.json` as above. In its settings",
        "Set `SLACK_SIGNING_SECRET`",
        "Put a reverse proxy with TLS",
    ),
}
"""The steps that are taken in Slack's and Google's consoles, or with other software: `by_hand` does the same."""

NOT_NOW = {
    "grade scale": "a field, with what it begins with",
    "Set up as in audit 1": "from the second audit on",
    "Draw a sample": "instead of pasting",
    "Our own grades": "instead of a scale that there is",
    "Learning themes": "if the partnership has a list",
    "who holds the key to the references": "a field, named otherwise there",
    "Home": "the tab",
}
"""What the guide names and nobody presses in this audit, and why; tests/page and tests/setup do."""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The first step, once for both ways: the environment of the shell in which it was taken."""
    [cloning, setting_up, *_] = INSTALLING.blocks("1.")[0]
    return cloned(tmp_path_factory.mktemp("machine"), cloning, setting_up)


@pytest.fixture
def empty(postgres_home: str) -> Iterator[str]:
    """A PostgreSQL database in which nothing is, and its user, made as the guide says."""
    [_, making] = INSTALLING.blocks("1.")
    with psycopg.connect(host=postgres_home, user="postgres", dbname="postgres", autocommit=True) as connection:
        for line in making:
            connection.execute(line.encode())
        yield f"postgresql://roundtable@/roundtable?host={postgres_home}"
        connection.execute("DROP DATABASE roundtable")
        connection.execute("DROP ROLE roundtable")


@pytest.fixture
def machine(checkout: dict[str, str], tmp_path: Path, workspace: Workspace, drive: Drive, google_url: str) -> Machine:
    """It, and the stand-ins in Slack's and Google's place; they are asked oftener than those."""
    port = str(free_port())
    given = {
        "/etc/roundtable": str(tmp_path / "etc/roundtable"),
        "/var/lib/roundtable": str(tmp_path / "var/lib/roundtable"),
        "KEY.json": str(tmp_path / "downloaded.json"),
        "xoxb-…": workspace.app.bot_token,
        "xapp-…": workspace.app.app_token,
        "T0123ABCD/U0456EFGH": f"{workspace.team.id}/{COORDINATOR}",
        "U0456EFGH": CHAIR,
        "education.lead@northshire.example": workspace.users[LEAD].email,
        "http://127.0.0.1:3000": f"http://127.0.0.1:{port}",
    }
    pace = {"SWEEP_SECONDS": "0.3", "REDRAW_SECONDS": "0", "SHEET_SECONDS": "0.1", "MESSAGE_SECONDS": "0.1"}
    there = {"SLACK_API_URL": f"{workspace.address}/api/", "GOOGLE_API_URL": google_url, "PORT": port}
    return Machine(tmp_path, workspace, drive, given, checkout | there | pace)


def by_hand(machine: Machine, google_url: str, *, socket: bool) -> None:
    """What the stand-ins do for the steps of BY_HAND, as each step says."""
    app, manifest = machine.workspace.app, json.loads((Path(machine.environment["PWD"]) / "manifest.json").read_text())
    for heading, steps in BY_HAND.items():
        told = INSTALLING.steps(heading)
        assert [each for each, known in zip(told, steps, strict=True) if not each.startswith(known)] == []
    machine.workspace.install(manifest)
    app.socket_mode = manifest["settings"]["socket_mode_enabled"]
    app.app_scopes = re.findall(r"with the scope `([\w:]+)`", INSTALLING.steps("2.")[2])
    for channel in (SUMMARIES, SUB_GROUP):
        admin.kick(machine.workspace, channel, app.bot_user_id)
        admin.invite(machine.workspace, channel, app.bot_user_id)
    Path(machine.given["KEY.json"]).write_text(json.dumps(machine.drive.service_account(google_url)))
    machine.type(*INSTALLING.inline("3.", "install "))
    assert "as **Editor**" in INSTALLING.steps("3.")[1]
    machine.spreadsheet = machine.drive.create_spreadsheet("Audit 1", share_with=(BOT,))
    if not socket:
        del machine.given["xapp-…"]
        [address] = re.findall(r"`https://your\.address(/\S+)`", INSTALLING.section(HTTPS))
        app.socket_mode, app.request_url = False, f"{machine.ours('http://127.0.0.1:3000')}{address}"


def settings(machine: Machine, *, socket: bool) -> None:
    """The fourth step: the file of settings, filled in for this way and read."""
    copying, filling = INSTALLING.blocks("4.")
    machine.type(*copying)
    if not socket:
        [(secret, instead)] = re.findall(r"^Set `(\w+)`.* instead of `(\w+)`", INSTALLING.steps(HTTPS)[1])
        theirs = f"{secret}={machine.workspace.app.signing_secret}"
        filling = [theirs if line.startswith(instead) else line for line in filling]
        assert theirs in filling
    [printing] = INSTALLING.inline("4.", "roundtable key")
    machine.type(f"export PRINTED=$({printing})")
    machine.given["k1:…"] = machine.environment.pop("PRINTED")
    file = Path(machine.ours("/etc/roundtable/env"))
    for line in map(machine.ours, filling):
        setting = re.compile(rf"^#?{line.partition('=')[0]}=.*$", re.MULTILINE)
        changed, times = setting.subn(lambda _, line=line: line, file.read_text())  # type: ignore[misc]
        assert times == 1, line
        file.write_text(changed)
    machine.type(*INSTALLING.inline("4.", "set -a"))


@contextmanager
def started(machine: Machine) -> Iterator[None]:
    """The fifth step: what stays is begun as its last line says, on PostgreSQL a worker too, until the block ends."""
    [[*before, stays]] = INSTALLING.blocks("5.")
    machine.type(*before)
    [worker] = re.findall(r"With PostgreSQL also run `(.+?)`", INSTALLING.section("5."))
    [ready] = re.findall(r"http://\S+/readyz", INSTALLING.section("5."))
    on_postgresql = machine.environment["DATABASE_URL"].startswith("postgresql")
    with machine.running(stays), machine.running(worker) if on_postgresql else nullcontext():
        assert until(lambda: _ready(machine.ours(ready))), (machine.home / "log").read_text()
        yield


def _ready(address: str) -> bool:
    try:
        with urlopen(address, timeout=5) as answer:
            said = json.load(answer)
    except OSError:
        return False
    return bool(said["database"] == said["worker"] == "ok")


def set_up(machine: Machine) -> Hands:
    """The steps of setting-up.md, by the first coordinator."""
    hands = Hands(machine.workspace.person(COORDINATOR))
    assert "0 of 10 steps done" in hands.home()
    assert "a checklist of ten steps" in INSTALLING.section("6.")
    hands.press("Agencies")
    hands.press("Add agencies")
    hands.send("Add", Agencies="Education, Education\nPolice, Police")
    hands.press("Add areas")
    hands.send("Add", Areas="East")
    hands.close()
    people(machine, hands)
    planned(hands)
    return hands


def people(machine: Machine, hands: Hands) -> None:
    """The lines of the guide's own list."""
    hands.home()
    hands.press("People")
    hands.press("Add several people")
    hands.send("Check", People="\n".join(map(machine.ours, SETTING_UP.blocks("People in a list")[0])))
    assert until(lambda: "Check progress" not in hands.says())
    assert "Nothing has changed yet" in hands.says()
    hands.send("Yes, add them")
    assert "People added" in hands.says()
    hands.close()


def planned(hands: Hands) -> None:
    """An audit that meets so soon that its summaries are due at once."""
    due, meets = _soon(1), _soon(2)
    hands.home()
    hands.press("New audit")
    hands.send("Save", Title="Audit 1, Neglect", Audit_theme="Neglect", Origin="An inspection",
               Deadline_for_returns=due, **{"Sub-group's channel": SUB_GROUP})  # fmt: skip
    hands.close()
    hands.home()
    hands.press("Manage this audit")
    hands.press("Meetings and channels")
    hands.press("Add a meeting")
    hands.send(
        "Save", Area="East", Audit_channel=SUMMARIES, Day_of_the_audit_meeting=meets, Time_of_the_meeting="10:00"
    )
    hands.close()
    hands.home()
    hands.press("Paste cases")
    cases = "reference\tarea\tagencies\nT1-01\tEast\tEducation / Police\nT1-02\tEast\tEducation"
    hands.send("Check", Cases=cases)
    hands.send("Add these cases")
    hands.close()


def opened(machine: Machine, hands: Hands) -> None:
    """The channels are looked at, the sheet is bound, and the audit is opened."""
    hands.home()
    hands.press("Where messages go")
    for place in range(2):
        hands.press("Check now", place)
        assert until(lambda: hands.says().count("Private, and the app is in it.") == place + 1), hands.says()  # noqa: B023
    hands.close()
    hands.home()
    hands.press("Manage this audit")
    hands.press("Google Sheet")
    hands.send("Save", Address=f"https://docs.google.com/spreadsheets/d/{machine.spreadsheet}/edit")
    hands.close()
    assert "7 of 10 steps done" in hands.home()
    hands.press("Open the audit")
    assert "is open." in hands.says()
    hands.close()


def answered(machine: Machine) -> None:
    """The lead's page: the message, its button, the form, until it stands in the sheet."""
    lead = machine.workspace.person(LEAD)
    [button] = re.findall(r"Press \*\*(.+?)\*\*", LEADS.steps("One page")[0])
    assert until(lambda: any(messages(lead, button)))
    assert lead.click(lead.dm, *next(messages(lead, button))).ok
    hands = Hands(lead)
    if hands.button() == "Next":
        hands.send("Next")
    [sending] = re.findall(r"^\*\*(.+?)\.\*\*", LEADS.steps("One page")[3])
    hands.send(sending, **GRADED)
    assert "ersion 1" in hands.says()
    hands.close()


def _soon(days: int) -> str:
    return str(working_days_after(date.today(), days))  # noqa: DTZ011  # far enough from any midnight


def messages(who: Person, name: str) -> Iterator[tuple[str, str, str]]:
    """Where a button of that name stands in somebody's messages of the app: `ts`, action and block."""
    for message in who.messages(who.dm):
        for block, element in elements(objs(message["blocks"])):
            if label(element) == name:
                yield str(message["ts"]), text(element["action_id"]), text(block["block_id"])


def shown(machine: Machine) -> bool:
    """Whether the return stands in the sheet, and the tally in the sub-group's channel."""
    sheet = machine.drive.spreadsheet(machine.spreadsheet)
    drawn = "Returns" in sheet.titles and any("Submitted" in row for row in sheet.grid("Returns"))
    posted = machine.workspace.person(COORDINATOR).messages(SUB_GROUP)
    return drawn and any("Tally" in json.dumps(each) for each in posted)


@pytest.mark.parametrize("way", ["socket mode", "over https"])
def test_a_board_is_installed_and_its_first_audit_is_counted(
    machine: Machine, google_url: str, way: str, request: pytest.FixtureRequest
) -> None:
    """In Socket Mode on SQLite; over HTTPS on PostgreSQL."""
    socket = way == "socket mode"
    if not socket:
        machine.given = {DATABASE: request.getfixturevalue("empty")} | machine.given
    machine.type(*INSTALLING.blocks("1.")[0][2:])
    by_hand(machine, google_url, socket=socket)
    settings(machine, socket=socket)
    with started(machine):
        if not socket:
            assert machine.workspace.sender.url_verification("challenge").ok
        machine.type(*INSTALLING.inline("5.", "roundtable doctor"))
        hands = set_up(machine)
        opened(machine, hands)
        answered(machine)
        assert until(lambda: shown(machine)), (machine.home / "log").read_text()
        assert until(lambda: "steps done" not in hands.home()), hands.home()  # shown first, then noted
    named = SETTING_UP.named("Setting an audit up") - NOT_NOW.keys()
    assert {each for each in named if not any(one.startswith(each.rstrip(".")) for one in hands.seen)} == set()
    assert machine.used == machine.given.keys()
