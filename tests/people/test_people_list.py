"""Several people at once: pasted or from a file, looked up by the worker, shown line by line, done as a whole."""

import json
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from audit.people import people_list
from audit.people.people_list_matches import Matches
from jobs import sweep
from jobs.attempts import TryLater
from jobs.lookups import look_up
from jobs.slack_posting import Poster
from sandbox.faults import Fault
from sandbox.slack.model import Team
from storage.people import Agency, Area, Person, Role
from storage.people_lists import PeopleList
from tests.kit.handing import handed
from tests.kit.looking import rows
from tests.kit.play import Play
from tests.kit.pressing import asked, pressed, submitted
from tests.kit.workbooks import workbook
from views.confirming import AGAIN

COORDINATOR, NEW, GUEST, ABROAD = "U0COORDIN", "U0OUTSIDER", "U0GUEST01", "U0ABROAD"
LIST = """\
\ufeffoutsider@board.example\tEducation\tEast\tlead
Police lead\tPolice\t\tLead
"Guest <guest@partner.example>";csc;;Deputy
U0ABROAD, Probation, all areas, deputy
U0OUTSIDER\t\t\tSub-group
Education lead, East;Education\u200b;East;deputy
"""
BAD = {
    "nobody@board.example, Education, East, lead": "Slack knows nobody with the e-mail address",
    "Twin, Education, East, lead": "2 people are called “Twin”: write the e-mail address or member id",
    "Gone, Education, East, lead": "the Slack account of “Gone” is deactivated",
    "U0NOBODY1, Education, East, lead": "Slack knows nobody with the member id “U0NOBODY1”",
    "U0BOT01, Education, East, lead": "“U0BOT01” is an app, not a person",
    "U0STRANGE1, Education, East, lead": "“U0STRANGE1” is of another organisation, and in no channel that",
    "Nobody, Education, East, lead": "nobody in this Slack is called “Nobody”",
    "U0OUTSIDER, Fire, East, lead": "there is no agency “Fire”: add it under Agencies",
    "U0OUTSIDER, Police, West, lead": "there is no area “West”: write it as under Agencies",
    "U0OUTSIDER, Police, East, boss": "there is no role “boss”",
    "U0OUTSIDER, Police": "write the person, the agency, the area (empty: all) and the role",
    "U0OUTSIDER, , East, lead": "no agency is named",
    ", Police, East, lead": "nobody is named",
    "@Guest, Police, East, lead": "it has an @ at the beginning, as formulas may: leave that out",
    "U0OUTSIDER, Police, +East, lead": "it holds a formula: paste its value instead",
    '"U0OUTSIDER, Police, East, lead': "its quotation marks don't match",
}


@pytest.fixture
def board(play: Play) -> Play:
    """A board whose Slack has people of every kind."""
    play.load(opened=False)
    play.workspace.teams["T0PARTNER"] = Team("T0PARTNER", "Partner", "partner")
    ours = "T0SANDBOX1"
    for fields in (
        {"id": "U0GONE002", "real_name": "Guest", "deleted": True},
        {"id": GUEST, "real_name": "Guest", "email": "guest@partner.example", "is_restricted": True},
        {"id": ABROAD, "real_name": "Abroad", "team_id": "T0PARTNER"},
        {"id": "U0STRANGE1", "real_name": "Strange", "team_id": "T0PARTNER"},
        {"id": "U0TWIN001", "real_name": "Twin"},
        {"id": "U0TWIN002", "real_name": "Twin"},
        {"id": "U0GONE001", "real_name": "Gone", "deleted": True},
        {"id": "U0BOT01", "real_name": "Some app", "is_bot": True},
    ):
        play.workspace.add_user(**{"team_id": ours, "name": str(fields["id"]).lower(), **fields})
    play.workspace.users[NEW].email = "outsider@board.example"
    play.workspace.channels["C0AUDITEAST"].members.append(ABROAD)
    return play


def bring(play: Play, text: str, **answers: object) -> None:
    """Send a list off, as it stands in the boxes or in a file."""
    assert asked(play, COORDINATOR, "people.show", "all").ok
    assert pressed(play, COORDINATOR, "people.bring").ok
    assert submitted(play, COORDINATOR, lines=text, **answers).ok


def look(play: Play) -> None:
    """The worker's look-ups, once."""
    poster = Poster(play.settings.slack_bot_token.get_secret_value(), play.settings.slack_api_url)
    for behind in sweep.lookups(play.sessions):
        with suppress(TryLater):
            look_up(play.sessions, poster, behind.row_id)


def roles(play: Play) -> set[tuple[str, ...]]:
    with play.reading() as session:
        found = session.execute(
            select(Person.label, Role.kind, Agency.label, Area.label)
            .join(Role, Role.person_id == Person.id)
            .outerjoin(Agency, Agency.id == Role.agency_id)
            .outerjoin(Area, Area.id == Role.area_id)
            .where(Role.until.is_(None))
        )
        return {tuple(each or "" for each in row) for row in found}


def waiting(play: Play) -> int:
    with play.reading() as session:
        return session.scalar(select(func.count()).select_from(PeopleList)) or 0


@pytest.mark.both_databases
def test_people_are_pasted_looked_up_by_the_worker_shown_and_added(board: Play) -> None:
    before = roles(board)
    bring(board, LIST)
    assert "0 of 6 people" in board.modal_text(COORDINATOR)
    with board.working():
        assert board.until(lambda: "This is what will happen" in board.modal_text(COORDINATOR))
    shown = board.modal_text(COORDINATOR)
    for said in (
        "1. *Outsider* · Agency lead: Education (East): is new here",
        "2. *Police lead* · Agency lead: Police: already has this role",
        "3. *Guest* ⚠️ is a guest in this workspace · Deputy: Children's Social Care: is new here",
        "4. *Abroad* ⚠️ is of another organisation · Deputy: Probation: is new here",
        "5. *Outsider* · Sub-group member: is new here",
        "6. *Education lead, East* · Deputy: Education (East): gets this role",
        "5 roles will be given, 1 is held already.",
        "*Abroad* is of another organisation. The app may not be able to write to them",
    ):
        assert said in shown
    assert roles(board) == before
    assert submitted(board, COORDINATOR).ok
    assert "5 roles were given" in board.modal_text(COORDINATOR)
    assert roles(board) - before == {
        ("Outsider", "agency_lead", "Education", "East"),
        ("Outsider", "sub_group_member", "", ""),
        ("Education lead, East", "deputy", "Education", "East"),
        ("Guest", "deputy", "Children's Social Care", ""),
        ("Abroad", "deputy", "Probation", ""),
    }
    assert waiting(board) == 0


def test_lines_that_cannot_be_are_named_and_mended_and_nothing_is_done_meanwhile(board: Play) -> None:
    before = roles(board)
    good = "U0OUTSIDER, Police, East, deputy"
    bring(board, "\n".join([good, *BAD]))
    look(board)
    shown = json.loads(board.modal_text(COORDINATOR))
    told = json.dumps(shown, ensure_ascii=False)
    for number, why in enumerate(BAD.values(), 2):
        assert f"*Line {number}:* {why[0].upper()}{why[1:]}" in told
    assert "Ready to add: 1 line." in told
    board.workspace.calls.clear()
    assert submitted(board, COORDINATOR, lines=good).ok
    assert "This is what will happen" in board.modal_text(COORDINATOR), "they are known already"
    assert not [each for each in board.workspace.calls if each.method.startswith("users.")]
    assert submitted(board, COORDINATOR, lines=f"{good}\nU0OUTSIDER, SEND, , lead").ok
    assert "SEND" in board.modal_text(COORDINATOR), "what was changed is shown again"
    with board.sessions.begin() as session:
        session.scalars(select(Person).where(Person.user_id == "U0POLICE")).one().active = False
    assert submitted(board, COORDINATOR, lines="U0POLICE, Police, , lead").ok
    look(board)
    assert "gets access again" in board.modal_text(COORDINATOR)
    with board.sessions.begin() as session:
        session.scalars(select(Person).where(Person.user_id == "U0POLICE")).one().active = True
    assert submitted(board, COORDINATOR).ok
    assert AGAIN in board.modal_text(COORDINATOR), "somebody has let them in meanwhile"
    assert roles(board) == before
    assert pressed(board, COORDINATOR, "people.discard").ok
    assert "This is what will happen" not in board.modal_text(COORDINATOR)
    assert waiting(board) == 0


def test_a_file_names_its_columns_in_any_order(board: Play) -> None:
    lines = [
        ["Role", "Phone", "E-mail", "Agency", "Area", "Name"],
        ["Lead", "", "outsider@board.example", "Education", "North", "Another name"],
        ["Deputy", "", "", "SEND", "", "Guest"],
    ]
    table = "\r\n".join(";".join(line) for line in lines).encode("utf-8-sig")
    for name, data in (("people.csv", table), ("people.xlsx", workbook(People=lines))):
        bring(board, "", file=[handed(board, data, name)])
        look(board)
        shown = board.modal_text(COORDINATOR)
        assert "2. *Outsider* · Agency lead: Education (North): is new here" in shown
        assert "3. *Guest* ⚠️ is a guest in this workspace · Deputy: SEND: is new here" in shown
        assert "Ignored: the columns Phone." in shown
        assert pressed(board, COORDINATOR, "people.discard").ok
    assert submitted(board, COORDINATOR, file=[handed(board, table, "people.csv")]).ok
    look(board)
    assert submitted(board, COORDINATOR).ok
    assert ("Guest", "deputy", "SEND", "") in roles(board)


def test_what_cannot_be_read_gets_a_sentence(board: Play) -> None:
    bring(board, "U0OUTSIDER, Police, East, deputy\n" * 10)
    look(board)
    for text, said in (
        ("", "There is nobody in it yet"),
        ("a\n" * 302, "At most 300 people can be added at once"),
        (f"U0OUTSIDER, Police, East, deputy, {'n' * 500}", "Line 1 has 534 characters, and at most 500 fit"),
    ):
        assert said in submitted(board, COORDINATOR, lines=text).body
    for data, said in ((b"PK\x03\x04", "is damaged"), (b"\xff\xfe", "isn't UTF-8 text"), (bytes(1_000_001), "1 MB")):
        sent = submitted(board, COORDINATOR, file=[handed(board, data, "people.csv")])
        assert said in f"{sent.body}{board.modal_text(COORDINATOR)}"
    assert waiting(board) == 1


def test_slack_says_wait_and_each_person_is_asked_about_once(board: Play) -> None:
    wait = '{"ok": false, "error": "ratelimited"}'
    board.workspace.faults.add(
        Fault("users.lookupByEmail", times=1, status=429, headers={"Retry-After": "1"}, body=wait)
    )
    for number in range(220):  # so that the list of members takes two pages
        board.workspace.add_user(
            id=f"U0MORE{number:03}", team_id="T0SANDBOX1", name=f"m{number}", real_name=f"M {number}"
        )
    people = ("U0GUEST01, Police, East, deputy", "outsider@board.example, Police, North, deputy", "M 219, SEND, , lead")
    bring(board, "\n".join(people))
    look(board)
    assert "1 of 3 people" in board.modal_text(COORDINATOR)
    assert "Slack answered “ratelimited”. It continues automatically." in board.modal_text(COORDINATOR)
    board.workspace.app.scopes = ["users:read", "chat:write", "commands", "files:read"]
    assert board.until(lambda: bool(sweep.lookups(board.sessions)))
    look(board)
    shown = board.modal_text(COORDINATOR)
    assert "Line 2:* It can't be looked up. The app lacks the permission “users:read.email” in Slack" in shown
    board.workspace.app.scopes = None
    assert submitted(board, COORDINATOR).ok
    look(board)
    assert "3. *M 219* · Agency lead: SEND: is new here" in board.modal_text(COORDINATOR)
    assert sum(each.method == "users.list" for each in board.workspace.calls) == 2
    asked_about = [each for each in board.workspace.calls if each.method == "users.info"]
    assert len(asked_about) == 1, "what was answered before the pause is kept"


def test_a_list_of_members_that_slack_has_forgotten_is_read_anew(board: Play) -> None:
    """As where the worker was away since it read the first page."""
    bring(board, "Outsider, Education, , lead")
    with board.sessions.begin() as session:
        row = session.scalars(select(PeopleList)).one()
        [sought] = people_list.wanted(session, row.id).missing
        people_list.keep(session, row, Matches(partly={sought.key: ()}, cursor="forgotten"))
    look(board)
    assert "1. *Outsider* · Agency lead: Education: is new here" in board.modal_text(COORDINATOR)


def test_a_list_waits_a_day_and_its_words_are_sealed(board: Play) -> None:
    bring(board, LIST)
    look(board)
    stored = str(rows(board.sessions))
    assert "outsider@board.example" not in stored
    assert asked(board, COORDINATOR, "people.bring", "all").ok
    assert "This is what will happen" in board.modal_text(COORDINATOR), "it waits under People"
    board.move_clock(board.settings.clock.now() + people_list.KEPT + timedelta(minutes=1))
    assert sweep.lookups(board.sessions) == []
    assert waiting(board) == 0
    assert submitted(board, COORDINATOR).ok
    assert "Slack is being asked" in board.modal_text(COORDINATOR), "what stands in the boxes is a list again"
