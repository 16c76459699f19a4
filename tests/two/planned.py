"""What is set up before an audit opens, as two coordinators have it open."""

from collections.abc import Iterator
from functools import partial

from sqlalchemy import select

from audit.library import editing, shipped, to_xlsform, tools
from audit.setup import places, taken_over
from audit.tools import Section, Tool
from storage.cycles import Cycle, CycleArea, LearningTheme
from storage.people import Agency, Area, Channel, Person
from storage.types import new_id
from tests.journeys.test_older_forms import an_id, leads_of
from tests.kit import managing
from tests.kit.handing import handed
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, acting, asked, pressed, submitted
from tests.two.forms import SINCE, THIRD, Raced, Then, by, nothing

AGENCIES, EVERYBODY, THEMES = (("agencies.show", "all"), ("people.show", "all"), ("themes.show", "all"))
CHANGED = "Roles were changed"

THEN = {
    **dict.fromkeys(("agencies.save", "areas.save", "agency.rename", "area.rename"), Then.TOLD),
    **dict.fromkeys(("officers.save", "leads.save", "themes.save", "theme.change", "letterhead.save"), Then.TOLD),
    **dict.fromkeys(("names.save", "tool.make", "question.save", "tool.keep", "place.add", "place.save"), Then.TOLD),
    **dict.fromkeys(("cases.store", "sample.draw", "places.taken"), Then.TOLD),
    **dict.fromkeys(("person.leave", "place.remove", "cycle.open", "channel.allow", "channel.forbid"), Then.ONCE),
    **dict.fromkeys(("cycle.plan", "cycle.plan, new", "place.remove, changed"), Then.TOLD),
    **dict.fromkeys(("channels.check", "tool.export", "people.discard"), Then.ANEW),
    "people.look": Then.BESIDE,
}


def rows(play: Play) -> Iterator[tuple[str, Raced]]:
    cycle, police, east = managing.cycle(play).id, an_id(play, Agency, label="Police"), an_id(play, Area, label="East")
    yield "agencies.save", Raced(by(AGENCIES, ("agencies.add", "agencies.add")), {"lines": "Wset"}, {"lines": "South"})
    yield "areas.save", Raced(by(AGENCIES, ("areas.add", "areas.add")), {"lines": "Wset"}, {"lines": "South"})
    yield "agency.rename", Raced(by(AGENCIES, ("agency.edit", police)), {"label": "Force"}, {"short_label": "Pol"})
    yield "area.rename", Raced(by(AGENCIES, ("area.edit", east)), {"label": "Coast"}, {"label": "Shore"})
    yield (
        "officers.save",
        Raced(
            by(EVERYBODY, ("officers.edit", "officers.edit")), {"members": ["U0SUBGROUP", "U0OUTSIDER"]},
            {"scrutineers": ["U0SCRUTINY", "U0OUTSIDER"]}, CHANGED,
        ),
    )  # fmt: skip
    yield (
        "leads.save",
        Raced(
            lambda play, user: leads_of(play, user, "Education"),
            {f"deputies_{east}": ["U0EDUDEPUTY", "U0OUTSIDER"]}, {f"leads_{east}": ["U0EDUEAST", "U0OUTSIDER"]},
            CHANGED,
        ),
    )  # fmt: skip
    yield (
        "themes.save",
        Raced(by(THEMES, ("themes.add", "themes.add")), {"lines": "Drfit in care"}, {"lines": "Housing"}),
    )
    yield (
        "theme.change",
        Raced(by(THEMES, ("theme.edit", an_id(play, LearningTheme))), {"label": "Late plans"}, {"label": "No plans"}),
    )
    yield (
        "letterhead.save",
        Raced(
            by(("letterhead.show", "all")),
            {"name": "Northshire"},
            {"name": "Northshire board"},
            "changed since you opened|changed this at the same moment",
        ),
    )
    yield "names.save", Raced(by(("names.show", "all")), {"names": "Quillfaether"}, {"names": "Quillfeather"})
    yield from _tools()
    yield from _planned(play, cycle, east, police)
    shared = an_id(play, CycleArea, area_id=east)
    with play.sessions.begin() as session:
        session.add(Channel(id=new_id(), channel="C0AUDITEAST", name="audit-east", shared=True, shared_with=["T0X"]))
    for name in ("channel.allow", "channel.forbid"):
        yield name, Raced(by(("channels.show", cycle)), button=(name, f"channel-{shared}"))
    yield "channels.check", Raced(by(("channels.show", cycle)), button=("channels.check", f"channel-{shared}"))
    yield "tool.export", Raced(nothing, asks=("tool.export", tools.mark("neglect")))
    listing = partial(_listing, *_called(play, police, east))
    yield "people.discard", Raced(listing, button=("people.discard", "discarding"), late={})
    yield "people.look", Raced(listing, late={})
    leaving = an_id(play, Person, user_id="U0YOT")
    yield "person.leave", Raced(by(EVERYBODY, ("person.end", leaving)))
    yield "cycle.open", Raced(nothing, asks=("cycle.open", cycle))
    planned = {"title": "Neglect", "theme": "Neglect", "origin": "Data.", "due": "2026-04-01"}
    planned |= {"sub_group_channel": "C0SUBGROUP"}
    yield "cycle.plan, new", Raced(by(("cycle.new", "all")), planned, {"title": "Neglect, again"}, "is set up already")
    third = an_id(play, Cycle, number=3)
    with play.reading() as session:
        meetings = taken_over.begin(session, acting(play, COORDINATOR), third).meetings
    days = {f"day_{each.mark}": "2026-04-16" for each in meetings}
    later = dict.fromkeys(days, "2026-04-17")
    yield "places.taken", Raced(by(("places.show", third), ("places.earlier", third)), days, later, "already")


def _called(play: Play, agency_id: str, area_id: str) -> tuple[str, str]:
    """The names of an agency and an area, which depend on whose form came first."""
    with play.reading() as session:
        return session.get_one(Agency, agency_id).label, session.get_one(Area, area_id).label


def _tools() -> Iterator[tuple[str, Raced]]:
    stored = shipped.tool("neglect")
    yield (
        "tool.make",
        Raced(
            by(("tool.new", "all")), {"title": "Ours", "label": "Was it planned?"}, {"title": "Theirs"},
            shown_first=True,
        ),
    )  # fmt: skip
    yield (
        "question.save",
        Raced(
            by(("question.edit", editing.address(stored, stored.parts[0]))), {"label": "Asked anew?"}, {"hint": "Ask."},
            "There is no such version of the tool any more", shown_first=True,
        ),
    )  # fmt: skip
    yield "tool.keep", Raced(_bringing, late={}, told="was stored since you looked at this")


def _planned(play: Play, cycle: str, east: str, police: str) -> Iterator[tuple[str, Raced]]:
    yield "cycle.plan", Raced(by(("cycle.edit", cycle)), {"period": "2025"}, {"key_holder": "The unit"})
    with play.reading() as session:
        [west] = session.scalars(select(Area.id).where(Area.label.in_(("Wset", "South"))))  # whichever came first
    _, coast = _called(play, police, east)
    adding = {"area": west, "channel": "C0AUDITEAST", "day": "2026-03-26", "at": "10:00"}
    yield "place.add", Raced(by(("places.show", cycle), ("place.new", cycle)), adding, {"quota": "4"})
    place = an_id(play, CycleArea, area_id=adding["area"])
    edited = by(("places.show", cycle), ("place.edit", place))
    yield "place.save", Raced(edited, {"quota": "7"}, {"at": "11:30"})
    yield "place.remove", Raced(edited, button=("place.remove", "removing"))
    with play.sessions.begin() as session:
        places.add(session, acting(play, COORDINATOR), cycle, adding)
    edited = by(("places.show", cycle), ("place.edit", an_id(play, CycleArea, area_id=west)))
    removing, gone = ("place.remove", "removing"), f"{SINCE}|isn't in the audit any more"
    yield "place.remove, changed", Raced(edited, {"quota": "9"}, instead=removing, told=gone)
    yield (
        "cases.store",
        Raced(
            by(("cases.paste", cycle)), {"lines": "T2-NORTH-60, North, Education"},
            {"lines": "T2-NORTH-61, North, Education"}, shown_first=True,
        ),
    )  # fmt: skip
    listed = "\n".join(f"S-EAST-{number}, {coast}" for number in range(40))
    yield (
        "sample.draw",
        Raced(
            by(("sample.choose", cycle)), {"listed": listed, "quotas": f"{coast}: 2", "agencies": [police]},
            {"seed": "another"}, shown_first=True,
        ),
    )  # fmt: skip


def _bringing(play: Play, user: str) -> None:
    """The third brings another workbook with the same title."""
    question = "And why?" if user == THIRD else "Why?"
    data = to_xlsform.workbook(Tool("brought", 0, (Section("a", question),), "Brought"))
    assert asked(play, user, "tool.bring", "all").ok
    assert submitted(play, user, workbook=[handed(play, data, file_id=f"F0{user}")]).ok


def _listing(agency: str, area: str, play: Play, user: str) -> None:
    """The third's list has another person."""
    line = f"U0CCG, CCGs, {area}, deputy" if user == THIRD else f"U0OUTSIDER, {agency}, {area}, deputy"
    assert asked(play, user, "people.bring", "all").ok
    if "people.discard" in play.modal_text(user):
        assert pressed(play, user, "people.discard").ok
    assert submitted(play, user, lines=line).ok
    assert play.until(lambda: "Yes, add them" in play.modal_text(user))
