"""Forms that two people send at once, and again after a colleague has undone that: each thing is done once."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import select

from audit.calendar import LONDON
from audit.trail import READINGS
from sandbox.slack import Outcome
from storage.cycles import CycleArea, LearningTheme
from storage.people import Agency, Area, Person, Role
from storage.sheet_state import ConditionKind, SheetCondition, SheetState
from storage.trail import TrailEntry
from tests.journeys.test_older_forms import EITHER, OTHER, an_id, leads_of, two_coordinators, within
from tests.kit import managing
from tests.kit.looking import Rows, newest_entry, rows
from tests.kit.play import Play
from tests.kit.pressing import submitted

Opens = Callable[[Play, str], None]
CASE = "T2-EAST-03"
EVERYBODY = ("people.show", "all")


@dataclass(frozen=True)
class Done:
    """How a form is opened, what is sent in it, and how a colleague undoes that.

    `first`: it shows first what follows.
    """

    opens: Opens
    given: Mapping[str, object]
    undo: Callable[[Play], object]
    first: bool = False


def _by(*ways: tuple[str, str]) -> Opens:
    return lambda play, user: within(play, user, *ways)


def _sent(play: Play, opens: Opens, given: Mapping[str, object]) -> Outcome:
    """What the colleague opens, fills in and sends; once more if it shows first what follows."""
    opens(play, OTHER)
    form = play.modal(OTHER)
    sent = submitted(play, OTHER, **given)
    assert "errors" not in sent.body, sent.body
    shown = play.person(OTHER).modal()
    return play.send(OTHER) if shown and shown.content.get("callback_id") == form.content["callback_id"] else sent


def _alike(opens: Opens, given: Mapping[str, object], back: Mapping[str, object], *, first: bool = False) -> Done:
    """It is undone in a form of the same kind."""
    return Done(opens, given, partial(_sent, opens=opens, given=back), first)


def access(play: Play) -> Iterator[tuple[str, Done]]:
    """Who has access."""
    officers, leads = _by(EVERYBODY, ("officers.edit", "officers.edit")), partial(leads_of, agency="Education")
    member, east = an_id(play, Person, user_id="U0SUBGROUP"), an_id(play, Area, label="East")
    again: dict[str, object] = {"members": ["U0SUBGROUP"]}
    yield (
        "access that is ended",
        Done(_by(EVERYBODY, ("person.end", member)), {}, partial(_sent, opens=officers, given=again)),
    )
    yield "a role that is taken away", _alike(officers, {"members": []}, again, first=True)
    before, deputies = ["U0EDUDEPUTY"], f"deputies_{east}"
    yield "a role that is given", _alike(leads, {deputies: [*before, "U0OUTSIDER"]}, {deputies: before})
    with play.reading() as session:
        held = session.scalars(select(Role.id).join(Person).where(Person.user_id == "U0EDUEAST")).one()
    back = partial(_sent, opens=leads, given={f"leads_{east}": ["U0EDUEAST"]})
    yield (
        "a lead",
        Done(_by(("lead.choose", managing.cycle(play).id)), {"lead": held, "person": "U0OUTSIDER"}, back, first=True),
    )


def cases(play: Play) -> Iterator[tuple[str, Done]]:
    """Which cases are discussed, and when."""
    shown_first = partial(_alike, first=True)
    cycle, case = managing.cycle(play), managing.case_id(play, CASE)
    lines = next(each.lines for each in play.board().cases if each.reference == CASE)
    agencies = managing.agency_ids(play, *(line.agency for line in lines))
    with play.reading() as session:
        east = select(CycleArea.meeting_id).join(Area, Area.id == CycleArea.area_id).where(Area.label == "East")
        meeting = session.scalars(east).one()
    moved: dict[str, object] = {"day": "2026-03-27", "at": "11:00"}
    back: dict[str, object] = {"day": "2026-03-26", "at": "10:00"}
    of_case, together = _by(("cases.list", cycle.id), ("case.open", case)), dict[str, object](cases=[case])
    yield "a case", shown_first(of_case, {"standing": "withdrawn"}, {"standing": "in"})
    yield "its agencies", shown_first(of_case, {"agencies": agencies[1:]}, {"agencies": agencies})
    yield "its meeting", shown_first(_by(("cases.choose", cycle.id)), together | moved, together | back)
    yield "a meeting", shown_first(_by(("meeting.choose", meeting)), moved, back)
    yield "the deadline", shown_first(_by(("deadline.choose", cycle.id)), {"due": "2026-03-19"}, {"due": "2026-03-18"})
    yield "the audit", shown_first(_by(("description.choose", cycle.id)), {"period": "2025"}, {"period": cycle.period})


def readers(play: Play) -> Iterator[tuple[str, Done]]:
    """Who reads what in a sheet; and what is counted together."""
    cycle, police = managing.cycle(play).id, an_id(play, Agency, label="Police")
    with play.sessions.begin() as session:
        seen = SheetCondition(sheet_id=cycle, kind=ConditionKind.LINK, found_at=datetime(2026, 3, 4, 11, tzinfo=LONDON))
        drift, delay = (LearningTheme(label=each) for each in ("Drift", "Delay"))
        session.add_all((seen, drift, delay))
        session.flush()
        condition, one, other = seen.id, drift.id, delay.id
    unmerge = partial(within, play, OTHER, ("theme.show", one), ("theme.unmerge", one))
    yield "themes", Done(_by(("theme.merge", one)), {"into": other}, lambda _: unmerge(), first=True)
    yield "reflections", _alike(_by(("sheet.choose", condition)), {"reflections": "show"}, {"reflections": "out"})
    yield "grades", _alike(_by(("sheet.address", cycle)), {"unreleased": "no"}, {"unreleased": "yes"})
    address = play.drive.create_spreadsheet("For the Police")
    lending, lent = _by(("sheet.lending", cycle)), {"to": police, "address": address, "reflections": "no"}
    assert "has its sheet" in _sent(play, lending, lent).body
    sheet = an_id(play, SheetState, agency_id=police)
    leaving, bound = _by(("sheet.leaving", sheet)), _by(("sheet.address", sheet))
    yield "what is lent", _alike(bound, {"reflections": "yes"}, {"reflections": "no"})
    yield "taken back", Done(leaving, {}, partial(_sent, opens=bound, given={"address": address}))
    with play.sessions.begin() as session:
        row = session.get_one(SheetState, sheet)
        row.spreadsheet_id = row.left_at = None
    yield "lent again", Done(lending, lent, partial(_sent, opens=leaving, given={}))


def planned(play: Play) -> Iterator[tuple[str, Done]]:
    """What things are called, and what an audit is to be like."""
    cycle, police, east = managing.cycle(play), an_id(play, Agency, label="Police"), an_id(play, Area, label="East")
    all_agencies = ("agencies.show", "all")
    yield "an agency", _alike(_by(all_agencies, ("agency.edit", police)), {"label": "Force"}, {"label": "Police"})
    yield "an area", _alike(_by(all_agencies, ("area.edit", east)), {"label": "Coast"}, {"label": "East"})
    yield "a plan", _alike(_by(("cycle.edit", cycle.id)), {"period": "2025"}, {"period": cycle.period})
    place = _by(("places.show", cycle.id), ("place.edit", an_id(play, CycleArea, area_id=east)))
    yield "a meeting", _alike(place, {"quota": "7"}, {"quota": ""})
    yield "names", _alike(_by(("names.show", "all")), {"names": "Quillfeather"}, {"gone": "Quillfeather"})


def _close_all(play: Play, user: str) -> None:
    while play.person(user).modal() is not None:
        play.close_modal(user)


def _stands(play: Play) -> Rows:
    """All that is stored but how often a sheet was asked for, and the trail's newest entry."""
    columns = (SheetState.id, SheetState.spreadsheet_id, SheetState.left_at, SheetState.reflections)
    with play.reading() as session:
        stands: Rows = {"sheet_states": [tuple(each) for each in session.execute(select(*columns))]}
    return rows(play.sessions) | stands | {"trail": [(newest_entry(play.sessions),)]}


def _faults(play: Play, done: Done) -> Iterator[str]:
    for user in EITHER:
        done.opens(play, user)
        play.fill(user, **done.given)
        if done.first:
            assert play.send(user).ok
    before, entry = _stands(play), newest_entry(play.sessions)
    with ThreadPoolExecutor(2) as pool:
        sent, late = pool.map(play.send, EITHER)
    after = _stands(play)
    with play.reading() as session:
        made = (TrailEntry.number > entry, TrailEntry.verb.not_in(READINGS))
        doers = set(session.scalars(select(TrailEntry.person_id).where(*made)))
    if len(doers) != 1 or not (sent.ok and late.ok) or "Something went wrong" in sent.body + late.body:
        yield f"{len(doers)} did it: {sent.body} {late.body}"
    _close_all(play, OTHER)
    done.undo(play)
    stands = _stands(play)
    if after in (before, stands):
        yield f"it isn't done, or not undone: {sent.body}"
    assert sent.request
    again = play.workspace.sender.resend(sent.request)
    if not again.ok or _stands(play) != stands:
        yield f"it is done again: {again.body}"
    for user in EITHER:
        _close_all(play, user)


@pytest.mark.both_databases
@pytest.mark.parametrize("forms", [access, cases, readers, planned])
def test_two_at_once_do_it_once_and_what_is_undone_is_not_done_again_by_the_same_form(
    play: Play, forms: Callable[[Play], Iterator[tuple[str, Done]]]
) -> None:
    two_coordinators(play, opened=forms is not planned)
    assert [f"{name}: {fault[:200]}" for name, done in forms(play) for fault in _faults(play, done)] == []
