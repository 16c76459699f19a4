"""The forms in which a board sets itself up: within Slack's limits with the most that can stand there."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, time
from functools import partial

import pytest

from audit.findings.themes import ThemeLine
from audit.pasted import Bad
from audit.people.agencies import MOST_AGENCIES, MOST_AREAS, AgencyLine, AreaLine, Territory
from audit.people.losses import Loss
from audit.people.outside import Outsider
from audit.people.people import HeldRole, PersonLine
from audit.people.roles import LeavingForm, RoleForm, Seat
from audit.scales import INSPECTION, SCALES
from audit.setup.case_list import CaseList
from audit.setup.places import Place, PlaceForm, Places
from audit.setup.plan import Plan
from audit.setup.sample import Check, Draw, SampleLine, Stratum
from audit.sheet.state import SheetView
from sandbox.slack.checks import problems
from storage.people import RoleKind, Standing
from tests.kit import reading
from tests.kit.models import MEETING, NOW, label
from views.forms import Form
from views.parts import View
from views.people import agencies, people, roles
from views.setup import case_list, places, plan, sample
from views.sheet import naming
from views.themes import themes


def _id(kind: str, number: int) -> str:
    return f"{kind}{number:0{32 - len(kind)}x}"


AGENCIES = tuple(AgencyLine(_id("a", n), label(f"{n} Ag", 75), label(f"{n}", 20)) for n in range(MOST_AGENCIES))
AREAS = tuple(AreaLine(_id("b", n), label(f"{n} Ar", 75)) for n in range(MOST_AREAS))
HELD = tuple(HeldRole("agency_lead", agency.label, AREAS[0].label) for agency in AGENCIES)
PEOPLE = [PersonLine(_id("c", n), f"U{n}", label(f"{n}", 80), n % 7 > 0, HELD) for n in range(300)]
LOSSES = tuple(Loss(label("L", 80), held, 1000, 10) for held in HELD)
SEATS = tuple(
    Seat(kind, area.id, area.label, tuple(f"U{n}" for n in range(40)))
    for area in AREAS
    for kind in ("agency_lead", "deputy")
)
EVERYWHERE = tuple(Seat(kind, None, None, ()) for kind in ("agency_lead", "deputy"))
CHOOSING = RoleForm(AGENCIES[0].id, AGENCIES[0].label, (*EVERYWHERE, *SEATS), AREAS)
OFFICES = RoleForm(None, None, tuple(Seat(kind, None, None, ("U1",)) for kind in roles._OFFICES))  # noqa: SLF001
PLAN = Plan(
    _id("d", 1), fresh=True, number=9999, title=label("T", 100), theme=label("H", 100), origin=label("O", 1000),
    scale="inspection", tool="single_agency", due_on=date(2026, 3, 12), summary_days=20, channel="C0SUBGROUP",
    unreleased=True, reflections=False, proposal="median", quorum="100%",
    period=label("P", 100), key_holder=label("K", 200),
    scales=tuple(SCALES.values()),
    tools=(("single_agency", "Single-agency audit return"),),
)  # fmt: skip
NAME = label("N", 112)
PLACES = Places(
    _id("d", 1), NAME, NOW, tuple(Place(area.id, area.label, "C" * 32, MEETING, 100, 100) for area in AREAS), AREAS[:1]
)
OUTSIDERS = tuple(Outsider("<@U0>", standing, kind) for standing in Standing for kind in RoleKind
                  if standing is not Standing.MEMBER)  # fmt: skip
PLACE = PlaceForm(_id("d", 1), None, AREAS, "C0EAST", date(2026, 3, 12), time(14, 30), 100)
BAD = tuple(Bad(n, label("“", 160)) for n in range(1, 6000))
LIST = CaseList(
    _id("d", 1), NAME, "x" * 3000, 1000, tuple((each.label, 100) for each in AREAS),
    tuple((each.label, 1000) for each in AGENCIES), mark="0" * 12, storable=True,
)  # fmt: skip
DRAWN = tuple(f"T9999-REFERENCE-OF-FORTY-CHARACTERS-{n:04}" for n in range(100))
LINE = SampleLine(
    _id("e", 1), _id("d", 1), 9999, label("s", 64), "0" * 64, {each.label: (999, 100) for each in AREAS}, NOW,
    label("P", 80),
)  # fmt: skip
DRAW = Draw(
    _id("d", 1), NAME, planned=True, now=NOW, agencies=AGENCIES,
    earlier=tuple(replace(LINE, id=_id("e", n)) for n in range(20)), texts=("x" * 3000,) * 4, quotas="x" * 3000,
    seed=label("s", 64), chosen=tuple(each.id for each in AGENCIES),
    strata=tuple(Stratum(each.label, 999, 101, DRAWN) for each in AREAS), mark="0" * 12, storable=True,
)  # fmt: skip
CHECK = Check(LINE, "1" * 64, {each.label: DRAWN for each in AREAS}, DRAWN, ())
THEMES = [ThemeLine(_id("f", n), label(f"{n}", 75), n % 2 == 0, n > 99) for n in range(250)]
SHEET = SheetView(
    _id("d", 1), _id("d", 1), 9999, "", "x" * 128, None, behind=True, error=None, next_try_at=None, stopped=False,
    readers=(), put_back=0, set_aside=0,
)  # fmt: skip


def _views() -> Iterable[tuple[str, Callable[[], View]]]:
    territory = Territory(AGENCIES, AREAS)
    for page in range(3):
        yield f"agencies {page}", partial(agencies.view, territory, page, notice=label("N", 200))
        yield f"themes {page}", partial(themes.view, THEMES, page, notice=label("N", 200))
        yield f"people {page}", partial(people.view, PEOPLE, page, notice=label("N", 200))
    yield "no agencies", partial(agencies.view, Territory((), ()))
    yield "no themes", partial(themes.view, [])
    yield "adding", partial(agencies.adding, territory)
    yield "adding areas", partial(agencies.adding_areas, territory)
    yield "renaming", partial(agencies.renaming, AGENCIES[0])
    yield "renaming an area", partial(agencies.renaming_area, AREAS[0])
    yield "adding themes", partial(themes.adding, THEMES)
    yield "a theme", partial(themes.changing, THEMES[0])
    yield "leaving", partial(people.leaving, LeavingForm(PEOPLE[1], LOSSES))
    yield "officers", partial(roles.officers, OFFICES)
    yield "officers lost", partial(roles.officers, replace(OFFICES, losses=LOSSES, mark="0" * 12))
    yield "for which agency", partial(roles.agencies, AGENCIES)
    yield "for none", partial(roles.agencies, ())
    yield "leads", partial(roles.answering, CHOOSING)
    yield "leads lost", partial(roles.answering, replace(CHOOSING, losses=LOSSES, mark="0" * 12))
    yield "leads from outside", partial(roles.answering, replace(CHOOSING, outsiders=OUTSIDERS, mark="0" * 12))
    yield "plan", partial(plan.form, PLAN)
    yield "plan again", partial(plan.form, replace(PLAN, fresh=False))
    yield "planned", partial(plan.saved, PLAN)
    yield "places", partial(places.view, PLACES, notice="Saved.")
    yield "no places", partial(places.view, replace(PLACES, places=()))
    yield "new place", partial(places.form, PLACE)
    yield "place", partial(places.form, replace(PLACE, area=AREAS[0].label, choices=()))
    yield "paste", partial(case_list.form, CaseList(_id("d", 1), NAME))
    yield "bad lines", partial(case_list.form, replace(LIST, bad=BAD, storable=False))
    yield "understood", partial(case_list.form, LIST)
    yield "stored", partial(case_list.stored, LIST)
    yield "sample", partial(sample.form, replace(DRAW, strata=(), storable=False))
    yield "sample of an open audit", partial(sample.form, replace(DRAW, planned=False))
    yield "none drawn of an open audit", partial(sample.form, replace(DRAW, planned=False, earlier=()))
    yield "would be drawn", partial(sample.form, DRAW)
    yield "bad lines of a list", partial(sample.form, replace(DRAW, bad=BAD, storable=False))
    yield "drawn", partial(sample.stored, DRAW)
    yield "checking", partial(sample.checking, LINE, NOW)
    yield "another list", partial(sample.checked, CHECK, NOW)
    yield "the same list", partial(sample.checked, replace(CHECK, list_hash=LINE.list_hash, astray=()), NOW)
    yield "astray", partial(sample.checked, replace(CHECK, list_hash=LINE.list_hash), NOW)
    yield "not that list", partial(sample.checked, replace(CHECK, bad=BAD), NOW)
    yield "address", partial(naming.form, SHEET, "roundtable@project-with-a-long-name.iam.gserviceaccount.com")
    yield "no account", partial(naming.form, SHEET, "")
    yield "bound", partial(naming.saved, SHEET)


VIEWS = dict(_views())


@pytest.mark.parametrize("drawn", VIEWS.values(), ids=VIEWS)
def test_it_fits_slack_and_nothing_in_it_is_markup(drawn: Callable[[], View]) -> None:
    view = drawn()
    assert problems(view, "modal") == []
    rude = [text for text in reading.marked_up(view) if "<!" in text or "<@" in text]
    assert rude == []


MARKED = ["understood", "bad lines", "would be drawn", "bad lines of a list", "leads lost", "officers lost"]


@pytest.mark.parametrize("name", MARKED)
def test_what_was_shown_comes_back_with_its_mark(name: str) -> None:
    form = Form.read(reading.sent(VIEWS[name]()))
    assert form.seen == "0" * 12
    assert not any("__" in field for field in form.texts)


def test_the_scales_grades_stand_beside_the_choice() -> None:
    words = reading.everything(VIEWS["plan"]())
    assert all(grade.descriptor in words for grade in INSPECTION.grades)


def test_what_the_other_side_of_a_shared_channel_may_see_is_said_where_one_is_chosen() -> None:
    for name in ("plan", "new place", "place"):
        assert "on their side it may be public" in reading.everything(VIEWS[name]()), name


def test_too_few_is_said_in_words() -> None:
    words = reading.everything(VIEWS["would be drawn"]())
    assert "⚠️ Too few: 101 are wanted, so all 999 are taken." in words
