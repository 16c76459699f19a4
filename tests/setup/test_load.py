"""Setting a cycle up: every refusal has its sentence, names the culprit, and leaves nothing behind."""

import copy
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from audit import cycle_facts
from audit.cycle import board as board_rules
from audit.errors import Refused
from audit.setup import opening
from bot import loading
from storage.clock import now
from storage.engine import Sessions
from storage.people import Person, Role
from tests.kit.loaded import FILE
from tests.kit.looking import Rows, rows
from tests.kit.play import Play

Raw = dict[str, Any]
PUBLISHED: Raw = json.loads(FILE.read_text())
NHS = "9434765919"


def changed(*path: str | int, to: object) -> Callable[[Raw], None]:
    """Put `to` at this place of the file."""

    def change(raw: Raw) -> None:
        part: Any = raw
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = to

    return change


def added(*path: str | int, item: object = None) -> Callable[[Raw], None]:
    """Append `item` (or the first one again) to the list at this place."""

    def change(raw: Raw) -> None:
        part: Any = raw
        for step in path:
            part = part[step]
        part.append(item or copy.deepcopy(part[0]))

    return change


CASE = {"reference": "T2-EAST-99", "area": "East", "agencies": ["Education"]}
LEAD = {"kind": "agency_lead", "agency": "Education"}
REFUSED: list[tuple[Callable[[Raw], None], str]] = [
    (changed("setup", "cases", 0, "area", to="West"), "Unknown area: West"),
    (changed("setup", "cases", 0, "agencies", to=["Fire"]), "Unknown agency: Fire"),
    (changed("setup", "meetings", 0, "areas", to=["East", "West"]), "Unknown area: West"),
    (added("setup", "people", 3, "roles", item=LEAD | {"agency": "Fire"}), "Unknown agency: Fire"),
    (added("setup", "people", 3, "roles", item=LEAD | {"area": "West"}), "Unknown area: West"),
    (added("setup", "people", 3, "roles", item={"kind": "deputy"}), "No agency is named for the role deputy"),
    (added("setup", "people", 3, "roles", item={"kind": "king"}), "setup.people.3.roles.1.kind"),
    (added("setup", "people", 3, "roles"), "Education lead, East: the role agency lead Education East"),
    (added("setup", "people"), "More than once: person U0COORDIN"),
    (added("setup", "cases"), "More than once: case T2-EAST-01"),
    (added("setup", "cases", 0, "agencies"), "in case T2-EAST-01"),
    (added("setup", "agencies"), "More than once: agency"),
    (added("setup", "agencies", item={"label": "Fire", "short_label": "Police"}), "More than once: short label Police"),
    (added("setup", "areas"), "More than once: area East"),
    (added("setup", "meetings"), "More than once: area with a meeting East"),
    (added("setup", "areas", item={"label": "West", "channel": "C0W"}), "No meeting is planned for West"),
    (changed("setup", "channel", to="C0W"), "A cycle has either areas, each with its channel, or no areas and"),
    (changed("setup", "areas", to=[]), "Unknown area: Central, East, North"),
    (changed("setup", "cases", 0, "area", to=""), "No area is named for T2-EAST-01"),
    (added("setup", "meetings", item={"day": {"in_working_days": 20}}), "A meeting names no areas, and no cases"),
    (changed("setup", "meetings", 1, "cases", to=["T2-WEST-01"]), "Unknown case: T2-WEST-01"),
    (changed("setup", "cycle", "scale", to="stars"), "There is no scale “stars”; there are: inspection, three_step"),
    (changed("setup", "cycle", "tool", to="other"), "There is no audit tool “other”"),
    (changed("setup", "cycle", "due", to={"in_working_days": 60}), "after the meeting on"),
    (changed("setup", "cycle", "due", to={}), "A day needs either “on” or “in_working_days”"),
    (changed("setup", "cycle", "due", to={"on": "2031-01-01", "in_working_days": 1}), "A day needs either"),
    (changed("setup", "cycle", "due", to={"in_working_days": 10**9}), "setup.cycle.due.in_working_days"),
    (changed("setup", "cycle", "due", to={"on": "31/12/2030"}), "setup.cycle.due.on"),
    (changed("setup", "cycle", "number", to=0), "setup.cycle.number"),
    (changed("setup", "cycle", "number", to=10**12), "setup.cycle.number"),
    (changed("setup", "cycle", "title", to=" "), "setup.cycle.title"),
    (changed("setup", "cycle", "title", to="a\x00b"), "can't be kept"),
    (changed("setup", "cycle", "title", to="x" * 101), "setup.cycle.title"),
    (changed("setup", "cycle", "sub_group_channel", to="#sub-group"), "setup.cycle.sub_group_channel"),
    (changed("setup", "cycle", "colour", to="red"), "setup.cycle.colour"),
    (changed("setup", "areas", 0, "channel", to="C" * 33), "setup.areas.0.channel"),
    (changed("setup", "people", 0, "user_id", to="U\x00"), "can't be kept"),
    (changed("setup", "workspace", "team_id", to=""), "setup.workspace.team_id"),
    (changed("setup", "agencies", 0, "short_label", to="x" * 21), "setup.agencies.0.short_label"),
    (changed("setup", "cases", to=[]), "setup.cases"),
    (changed("setup", "cases", 0, "agencies", to=[]), "setup.cases.0.agencies"),
    (changed("setup", "cases", 0, "reference", to=NHS), "an NHS number, as ten digits may be"),
    (changed("setup", "cases", 0, "reference", to="1234567890"), "an NHS number, as ten digits may be"),
    (changed("setup", "people", 0, "label", to=f"Lead {NHS}"), "The label of some person contains an NHS number"),
    (changed("setup", "cycle", "title", to="..."), "a letter or a digit has to be in it"),
    (changed("setup", "cases", 0, "reference", to="07700900123"), "must not be"),
    (changed("setup", "cases", 0, "reference", to="BB1-2AB"), "must not be a postcode"),
    (changed("setup", "cases", 0, "reference", to="Jo Bloggs"), "setup.cases.0.reference"),
    (changed("setup", "cases", 0, "reference", to="x" * 41), "setup.cases.0.reference"),
    (
        changed("returns", 0, "case", to="T2-WEST-01"),
        "judgements or findings: T2-WEST-01.",
    ),
    (changed("returns", 0, "agency", to="Fire"), "Fire, which isn't involved"),
    (
        changed("judgements", 0, "case", to="T2-WEST-01"),
        "judgements or findings: T2-WEST-01.",
    ),
    (
        changed("findings", 0, "case", to="T2-WEST-01"),
        "judgements or findings: T2-WEST-01.",
    ),
    (
        changed("findings", 0, "agency", to="Fire"),
        "agencies, but in findings, recommendations or actions: Fire.",
    ),
    (
        changed("findings", 0, "theme", to="Housing"),
        "themes, but in findings or recommendations: Housing.",
    ),
    (
        changed("recommendations", 0, "themes", to=["Housing"]),
        "themes, but in findings or recommendations: Housing.",
    ),
    (
        changed("recommendations", 0, "actions", 0, "agency", to="Fire"),
        "agencies, but in findings, recommendations or actions: Fire.",
    ),
    (changed("learning_themes", 0, to="x" * 76), "Line 1"),
    (changed("returns", 0, "grade", to="excellent"), "scale doesn't have that grade"),
    (changed("returns", 0, "why", to="Ring 07700 900123"), "a phone number"),
    (changed("note", to=None), "note"),
]


def test_every_refusal_names_the_culprit_and_stores_nothing(sessions: Sessions, tmp_path: Path) -> None:
    before = rows(sessions, but=frozenset())
    wrong = []
    for number, (change, sentence) in enumerate(REFUSED):
        raw = copy.deepcopy(PUBLISHED)
        change(raw)
        file = tmp_path / f"{number}.json"
        file.write_text(json.dumps(raw))
        said = refusal(sessions, file)
        if sentence not in said:
            wrong.append((sentence, said))
    assert wrong == []
    assert rows(sessions, but=frozenset()) == before


def refusal(sessions: Sessions, file: Path) -> str:
    try:
        with sessions.begin() as session:
            loading.load(session, loading.read(file), answered=True)
    except Refused as refused:
        return refused.sentence
    return "(it was loaded)"


BROKEN = [b"", b"{", b"[]", b"null", b"\xff\xfe{}", '{"note": "caf\u00e9"}'.encode("latin-1"), b"[" * 100_000,
          b'{"note": "\\ud800"}', b"\x00"]  # fmt: skip


@pytest.mark.parametrize("content", BROKEN)
def test_a_file_that_is_none_is_refused_in_words(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "cycle.json"
    file.write_bytes(content)
    with pytest.raises(Refused, match=r"cycle\.json (isn't a|is nested|holds a character)"):
        loading.read(file)


def test_no_file_and_no_right_to_read_are_refused_in_words(tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        with pytest.raises(Refused, match="can't be read"):
            loading.read(path)


def loaded(sessions: Sessions, *changes: Callable[[Raw], None]) -> Rows:
    """The published cycle, changed, set up in earnest."""
    raw = copy.deepcopy(PUBLISHED)
    for change in changes:
        change(raw)
    file = loading.CycleFile.model_validate_json(json.dumps(raw))
    with sessions.begin() as session:
        loading.load(session, file, answered=False)
    return rows(sessions)


def test_a_finished_cycle_comes_with_all_that_came_of_it_and_releases_nothing(play: Play) -> None:
    file = loading.read(FILE)
    with play.sessions.begin() as session:
        cycle_id = loading.load(session, file, answered=True).id
    with play.reading() as session:
        board = board_rules.board(session, cycle_id)
    assert [case.released_at for case in board.cases] == [None] * 15
    assert all(case.judgement and case.judgement.agreed and not case.judgement.dissented for case in board.cases)
    assert sum(len(case.findings) for case in board.cases) == len(file.findings)
    assert {each.theme for each in board.themes} == {each.removeprefix("+ ") for each in file.learning_themes}
    assert (board.themes[0].theme, board.themes[0].cases, board.themes[0].of) == ("SGO payments", 4, 15)
    assert [len(each.actions) for each in board.recommendations] == [2, 1, 1, 1]
    assert [each.reference for each in board.actions if each.from_judgement] == ["T2-NORTH-02"]


THIRD = changed("setup", "cycle", "number", to=3)


def test_a_number_that_is_taken_is_refused(sessions: Sessions) -> None:
    before = loaded(sessions)
    with pytest.raises(Refused, match="Audit 2 is set up already"):
        loaded(sessions)
    assert rows(sessions) == before


def test_a_second_cycle_shares_agencies_areas_and_people(sessions: Sessions) -> None:
    first = loaded(sessions)
    second = loaded(sessions, THIRD)
    for table in ("agencies", "areas", "people", "roles", "workspaces", "audit_tools"):
        assert second[table] == first[table]
    assert len(second["cases"]) == 30


def test_a_short_label_of_an_earlier_cycle_is_taken(sessions: Sessions) -> None:
    loaded(sessions)
    fire = {"label": "Fire and Rescue", "short_label": "YOT"}
    with pytest.raises(Refused, match="YOT belongs to YOT already"):
        loaded(sessions, THIRD, changed("setup", "agencies", 7, to=fire), changed("setup", "cases", to=[CASE]),
               changed("setup", "people", to=[]))  # fmt: skip


def test_a_cycle_is_opened_once_and_not_after_its_meeting(sessions: Sessions) -> None:
    loaded(sessions)
    with sessions.begin() as session:
        sessions.clock.move_to(now(session) + timedelta(days=60))
    with pytest.raises(Refused, match=r"the meeting about T2-.* has passed"), sessions.begin() as session:
        opening.open_cycle(session, None, cycle_facts.by_number(session, 2).id)
    with sessions.begin() as session:
        sessions.clock.move_to(now(session) - timedelta(days=60))
    with sessions.begin() as session:
        opening.open_cycle(session, None, cycle_facts.by_number(session, 2).id)
    with pytest.raises(Refused, match="Audit 2 is open already"), sessions.begin() as session:
        opening.open_cycle(session, None, cycle_facts.by_number(session, 2).id)


@pytest.mark.parametrize("left", [True, False])
def test_a_file_gives_nobody_access_back_and_says_so(sessions: Sessions, tmp_path: Path, *, left: bool) -> None:
    before = loaded(sessions)
    with sessions.begin() as session:
        person = session.scalars(select(Person).where(Person.user_id == "U0EDUEAST")).one()
        if left:
            person.active = False
        else:
            session.scalars(select(Role).where(Role.person_id == person.id)).one().until = now(session)
    ended = rows(sessions)
    raw = copy.deepcopy(PUBLISHED)
    raw["setup"]["cycle"]["number"] = 3
    file = tmp_path / "next.json"
    file.write_text(json.dumps(raw))
    assert "Education lead, East isn't agency lead Education East any more" in refusal(sessions, file)
    assert rows(sessions) == ended != before
