"""Forms that are older than what they would change: sent again, with a second thought, by two people, and at once."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import select

from audit.calendar import LONDON
from storage.cycles import CycleArea
from storage.immediate import ImmediateAction
from storage.people import Agency, Area, Person, Role, RoleKind
from storage.sheet_state import ConditionKind, SheetCondition, SheetState
from storage.types import Base
from tests.kit import managing
from tests.kit.forging import second_thought
from tests.kit.looking import Rows, newest_entry, rows
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, asked, pressed, submitted

OTHER = "U0CHAIR"
SINCE = "since you opened this"
EITHER = (COORDINATOR, OTHER)


@dataclass(frozen=True)
class OlderForm:
    """A form as two coordinators open it; what the first sends, then the second, and the first's second thought.

    `seen_first`: it is sent twice, since it shows first what follows. `thought`: None where a form holds only people.
    `replaces`: the second thought changes what was sent, where another one would add to it or is shown first.
    """

    opens: Callable[[Play, str], None]
    sent: dict[str, object]
    late: dict[str, object]
    thought: dict[str, str] | None = None
    seen_first: bool = False
    replaces: bool = False
    told: str = SINCE


def two_coordinators(play: Play, *, opened: bool) -> None:
    """It is Wednesday noon."""
    play.move_clock(datetime(2026, 3, 4, 12, 0, tzinfo=LONDON))
    play.load(opened=opened)
    with play.sessions.begin() as session:
        chair = session.scalars(select(Person).where(Person.user_id == OTHER)).one()
        session.add(Role(person_id=chair.id, kind=RoleKind.COORDINATOR))


def an_id(play: Play, kind: type[Base], **named: object) -> str:
    """The id of the first row of a kind, or of the one that is named so."""
    with play.reading() as session:
        return str(session.scalars(select(kind).filter_by(**named)).first().id)  # type: ignore[union-attr]


def within(play: Play, user: str, *ways: tuple[str, str]) -> None:
    """Press one button after the other, each about what its value says."""
    (first, record), *others = ways
    assert asked(play, user, first, record).ok
    for action_id, about in others:
        blocks: list[dict[str, object]] = play.modal(user).content["blocks"]  # type: ignore[assignment]
        [block] = [each for each in blocks if f'"{action_id}"' in json.dumps(each) and about in json.dumps(each)]
        assert pressed(play, user, action_id, str(block["block_id"])).ok


def leads_of(play: Play, user: str, agency: str) -> None:
    within(play, user, ("people.show", "all"), ("leads.choose", "leads.choose"))
    assert submitted(play, user, agency=an_id(play, Agency, label=agency)).ok


def planned(play: Play) -> Iterator[tuple[str, OlderForm]]:
    """Forms of what is set up before an audit opens."""
    cycle, police = managing.cycle(play).id, an_id(play, Agency, label="Police")
    east = an_id(play, Area, label="East")
    place = an_id(play, CycleArea, area_id=east)
    agencies = partial(within, play)
    yield "an agency", OlderForm(
        lambda _, user: agencies(user, ("agencies.show", "all"), ("agency.edit", police)),
        {"label": "Constabulary"}, {"short_label": "Pol"}, {"label": "Constables"}, replaces=True,
    )  # fmt: skip
    yield "an area", OlderForm(
        lambda _, user: agencies(user, ("agencies.show", "all"), ("area.edit", east)),
        {"label": "East side"}, {"label": "Eastern"}, {"label": "Far east"}, replaces=True,
    )  # fmt: skip
    for name, adding in (("agencies", "agencies.add"), ("areas", "areas.add")):
        yield name, OlderForm(
            lambda _, user, adding=adding: agencies(user, ("agencies.show", "all"), (adding, adding)),  # type: ignore[misc]
            {"lines": "Wset"}, {"lines": "South"}, {"lines": "West"},
        )  # fmt: skip
    yield "themes", OlderForm(
        lambda _, user: agencies(user, ("themes.show", "all"), ("themes.add", "themes.add")),
        {"lines": "Drfit in care"}, {"lines": "Housing"}, {"lines": "Drift in care"},
    )  # fmt: skip
    yield "a plan", OlderForm(
        lambda _, user: agencies(user, ("cycle.edit", cycle)),
        {"reflections": "no", "key_holder": "The unit"}, {"period": "Last year"}, {"key_holder": "The business unit"},
        replaces=True,
    )  # fmt: skip
    yield "a meeting", OlderForm(
        lambda _, user: agencies(user, ("places.show", cycle), ("place.edit", place)),
        {"quota": "7"}, {"at": "11:30"}, {"quota": "8"}, replaces=True,
    )  # fmt: skip
    yield "cases", OlderForm(
        lambda _, user: agencies(user, ("cases.paste", cycle)),
        {"lines": "T2-NORTH-60, North, Education"}, {"lines": "T2-NORTH-61, North, Education"},
        {"lines": "T2-NORTH-06, North, Education"}, seen_first=True,
    )  # fmt: skip
    yield "names", OlderForm(
        lambda _, user: agencies(user, ("names.show", "all")),
        {"names": "Quillfaether"}, {"names": "Featherquill"}, {"names": "Quillfeather"},
    )  # fmt: skip
    yield "a tool", OlderForm(
        lambda _, user: agencies(user, ("tool.new", "all")),
        {"title": "Ors", "label": "Was it planned?"}, {"title": "Theirs", "label": "Was it?"}, {"title": "Ours"},
        seen_first=True,
    )  # fmt: skip
    yield "leads", OlderForm(
        partial(leads_of, agency="Education"),
        {f"leads_{east}": ["U0OUTSIDER"]}, {f"deputies_{east}": ["U0EDUDEPUTY", "U0OUTSIDER"]}, seen_first=True,
    )  # fmt: skip
    yield "officers", OlderForm(
        lambda _, user: agencies(user, ("people.show", "all"), ("officers.edit", "officers.edit")),
        {"members": ["U0OUTSIDER"]}, {"scrutineers": ["U0SCRUTINY", "U0OUTSIDER"]}, seen_first=True,
    )  # fmt: skip


def under_way(play: Play) -> Iterator[tuple[str, OlderForm]]:
    """Forms of an audit that is open, anyone with the link being able to open its sheet."""
    cycle, police = managing.cycle(play).id, an_id(play, Agency, label="Police")
    place = an_id(play, CycleArea, area_id=an_id(play, Area, label="East"))
    address, lent = play.drive.create_spreadsheet("Another"), play.drive.create_spreadsheet("For the Police")
    assert play.send_return(
        "U0EDUEAST", "T2-EAST-03", immediate_action="yes", immediate_what="A visit.", immediate_owner="Duty team",
        immediate_by="2026-03-20",
    ).ok  # fmt: skip
    with play.sessions.begin() as session:
        seen = SheetCondition(sheet_id=cycle, kind=ConditionKind.LINK, found_at=datetime(2026, 3, 4, 11, tzinfo=LONDON))
        session.add(seen)
        session.flush()
        condition = seen.id
    yield "the sheet's link", OlderForm(
        lambda _, user: within(play, user, ("sheet.choose", condition)), {"reflections": "show"}, {},
    )  # fmt: skip
    yield "the sheet", OlderForm(
        lambda _, user: within(play, user, ("sheet.address", cycle)), {"unreleased": "no"}, {"address": address},
    )  # fmt: skip
    yield "a lent sheet", OlderForm(
        lambda _, user: within(play, user, ("sheet.lending", cycle)),
        {"to": police, "address": lent, "reflections": "no"}, {"to": police, "address": lent, "reflections": "yes"},
        {"reflections": "yes"}, told="has a sheet already",
    )  # fmt: skip
    yield "a case", OlderForm(
        lambda _, user: within(play, user, ("case.new", cycle)),
        {"reference": "T2-EAST-60", "place": place, "agencies": [police]},
        {"reference": "T2-EAST-61", "place": place, "agencies": [police]},
        {"reference": "T2-EAST-06"}, seen_first=True,
    )  # fmt: skip
    yield "an immediate action", OlderForm(
        lambda _, user: within(play, user, ("immediate.show", an_id(play, ImmediateAction))),
        {"dealing": "Duty manager", "note": "Rung."}, {"dealing": "Team manager", "note": "Going."},
    )  # fmt: skip


def _stands(play: Play) -> Rows:
    """All that is stored, but for the trail, and how often the sheet was asked for."""
    stands = rows(play.sessions)
    with play.reading() as session:
        stands["sheet_states"] = [
            tuple(row) for row in session.execute(select(SheetState.id, SheetState.spreadsheet_id))
        ]
    return stands


def faults(play: Play, form: OlderForm) -> Iterator[str]:
    """What is wrong once both have sent it: what the first sent is to be stored, once, and the second to be told."""
    for user in EITHER:
        form.opens(play, user)
    before = _stands(play)
    sent = submitted(play, COORDINATOR, **form.sent)
    sent = play.send(COORDINATOR) if form.seen_first else sent
    stands, entry = _stands(play), newest_entry(play.sessions)
    if stands == before or not sent.ok:
        yield f"the first isn't stored: {sent.body}"
    assert sent.request
    again = play.workspace.sender.resend(sent.request)
    if not again.ok or form.told in again.body or (_stands(play), newest_entry(play.sessions)) != (stands, entry):
        yield f"sent twice it isn't the same: {again.body}"
    late = submitted(play, OTHER, **form.late)
    if form.told not in late.body or _stands(play) != stands:
        yield f"the second isn't told: {late.body}"
    if form.thought:
        thought = second_thought(play.workspace, sent, **form.thought)
        if (form.told in thought.body, _stands(play) != stands) != (not form.replaces, form.replaces):
            yield f"the second thought isn't answered: {thought.body}"
    for user in EITHER:
        while play.person(user).modal() is not None:
            play.close_modal(user)


@pytest.mark.both_databases
@pytest.mark.parametrize(("forms", "opened"), [(planned, False), (under_way, True)])
def test_an_older_form_takes_nothing_back_and_adds_nothing_twice(
    play: Play, forms: Callable[[Play], Iterator[tuple[str, OlderForm]]], *, opened: bool
) -> None:
    two_coordinators(play, opened=opened)
    assert [(name, fault) for name, form in forms(play) for fault in faults(play, form)] == []


@pytest.mark.both_databases
@pytest.mark.parametrize(("forms", "opened"), [(planned, False), (under_way, True)])
def test_of_two_who_send_it_at_once_one_is_told(
    play: Play, forms: Callable[[Play], Iterator[tuple[str, OlderForm]]], *, opened: bool
) -> None:
    two_coordinators(play, opened=opened)
    for name, form in forms(play):
        if form.seen_first and form.thought is None:
            continue  # what the second sends isn't shown first: see test_forms_after_undoing
        if not form.late:
            continue  # the second asks for what was there at first, which changes nothing if it comes first
        for user, answers in zip(EITHER, (form.sent, form.late), strict=True):
            form.opens(play, user)
            play.fill(user, **answers)
            if form.seen_first:
                assert play.send(user).ok
        with ThreadPoolExecutor(2) as pool:
            bodies = [each.body for each in pool.map(play.send, EITHER)]
        assert sorted(SINCE in body or form.told in body for body in bodies) == [False, True], (name, bodies)
        for user in EITHER:
            while play.person(user).modal() is not None:
                play.close_modal(user)


@pytest.mark.both_databases
def test_who_has_left_gets_no_role_back_by_a_form_that_still_names_them(play: Play) -> None:
    two_coordinators(play, opened=True)
    member = an_id(play, Person, user_id="U0SUBGROUP")
    within(play, OTHER, ("people.show", "all"), ("officers.edit", "officers.edit"))
    within(play, COORDINATOR, ("people.show", "all"), ("person.end", member))
    assert play.send(COORDINATOR).ok
    stands = rows(play.sessions)
    assert submitted(play, OTHER, scrutineers=["U0SCRUTINY", "U0EDUNORTH"]).ok
    shown = play.modal_text(OTHER)
    assert "Roles were changed since you opened this, so nothing was saved." in shown
    assert "U0SUBGROUP" not in shown
    assert rows(play.sessions) == stands
    assert submitted(play, OTHER, scrutineers=["U0SCRUTINY", "U0EDUNORTH"]).ok
    assert "Saved. It takes effect now." in play.modal_text(OTHER)
    with play.reading() as session:
        assert not session.get_one(Person, member).active


def test_what_a_colleague_does_elsewhere_is_no_reason_to_refuse_a_form(play: Play) -> None:
    two_coordinators(play, opened=True)
    cycle, east = managing.cycle(play).id, an_id(play, Area, label="East")
    probation, police = (an_id(play, Agency, label=each) for each in ("Probation", "Police"))
    within(play, OTHER, ("sheet.lending", cycle))
    assert submitted(play, OTHER, to=probation, address=play.drive.create_spreadsheet("A"), reflections="no").ok
    play.close_modal(OTHER)
    leads_of(play, COORDINATOR, "Education")
    leads_of(play, OTHER, "Probation")
    assert submitted(play, OTHER, **{f"deputies_{east}": ["U0EDUEAST"]}).ok
    assert submitted(play, COORDINATOR, **{f"deputies_{east}": ["U0EDUDEPUTY", "U0EDUNORTH"]}).ok
    assert "Roles were changed" not in play.modal_text(COORDINATOR)
    for user in EITHER:
        while play.person(user).modal() is not None:
            play.close_modal(user)
    within(play, COORDINATOR, ("sheet.lending", cycle))
    within(play, OTHER, ("sheet.leaving", an_id(play, SheetState, agency_id=probation)))
    assert submitted(play, OTHER).ok
    lent = submitted(play, COORDINATOR, to=police, address=play.drive.create_spreadsheet("B"), reflections="no")
    assert "It was changed since" not in lent.body


def test_a_meeting_that_is_added_with_another_thought_is_changed_unless_somebody_else_added_it(play: Play) -> None:
    two_coordinators(play, opened=False)
    cycle = managing.cycle(play).id
    within(play, COORDINATOR, ("agencies.show", "all"), ("areas.add", "areas.add"))
    assert submitted(play, COORDINATOR, lines="West\nSouth").ok
    play.close_modal(COORDINATOR)
    west, south = (an_id(play, Area, label=each) for each in ("West", "South"))
    for user in EITHER:
        within(play, user, ("places.show", cycle), ("place.new", cycle))
    given = {"channel": "C0AUDITEAST", "day": "2026-03-26", "at": "10:00"}
    sent = submitted(play, COORDINATOR, area=west, quota="3", **given)
    assert "The meeting has been added." in sent.body
    assert "The meeting has been added." in second_thought(play.workspace, sent, quota="4").body
    late = submitted(play, OTHER, area=west, quota="5", **given)
    assert f"It was changed {SINCE}: it meets on Thu 26 Mar, 10 am." in late.body
    assert "The meeting has been added." in second_thought(play.workspace, sent, area=south).body
    with play.reading() as session:
        added = session.scalars(select(CycleArea).where(CycleArea.area_id.in_((west, south)))).all()
        assert [(each.area_id, each.quota) for each in added] == [(south, 3)]
