"""Who may set things up: the part of tests/access/ways.py's table that is about coordinators' forms."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.library import editing, preview, shipped, tools
from storage.clock import now
from storage.cycles import Cycle, CycleArea, LearningTheme, Sample
from storage.people import Agency, Area, Person
from storage.sheet_state import ConditionKind, SheetCondition
from storage.types import new_id
from tests.access.making import Making, pressed, sent, turned, within

PLAN = {
    "number": "9", "title": "Audit 9", "theme": "Neglect", "origin": "Data.", "scale": "inspection",
    "tool": "single_agency", "due": "2031-03-12", "summary_days": "3", "sub_group_channel": "C0SUBGROUP",
}  # fmt: skip
ADDRESS = "https://docs.google.com/spreadsheets/d/1AbcdefghijklmnopqrstuvwxyzABCDEFGH/edit"
FORMS: dict[str, tuple[str, str, Making]] = {
    "agencies.show": ("everything", "agencies.edit", pressed("agencies.show")),
    "agencies.page": ("everything", "agencies.edit", turned("agencies.page")),
    "agencies.add": ("everything", "agencies.edit", within("agencies.add")),
    "agencies.save": ("everything", "agencies.edit", sent("agencies.save", lines="Fire and Rescue, Fire")),
    "areas.add": ("everything", "agencies.edit", within("areas.add")),
    "areas.save": ("everything", "agencies.edit", sent("areas.save", lines="West")),
    "agency.edit": ("one", "agencies.edit", within("agency.edit")),
    "agency.rename": ("one", "agencies.edit", sent("agency.rename", label="Youth Justice", short_label="YJS")),
    "area.edit": ("one", "agencies.edit", within("area.edit")),
    "area.rename": ("one", "agencies.edit", sent("area.rename", label="Middle")),
    "themes.show": ("everything", "themes.edit", pressed("themes.show")),
    "themes.page": ("everything", "themes.edit", turned("themes.page")),
    "themes.add": ("everything", "themes.edit", within("themes.add")),
    "themes.save": ("everything", "themes.edit", sent("themes.save", lines="Housing")),
    "theme.edit": ("one", "themes.edit", within("theme.edit")),
    "theme.change": ("one", "themes.edit", sent("theme.change", label="Guardianship orders", state="retired")),
    "tools.list": ("everything", "tool.store", pressed("tools.list")),
    "tools.page": ("everything", "tool.store", turned("tools.page")),
    "tool.see": ("one", "tool.store", within("tool.see")),
    "tools.back": ("everything", "tool.store", within("tools.back")),
    "tool.bring": ("everything", "tool.store", within("tool.bring")),
    "tool.try": ("everything", "tool.store", sent("tool.try", workbook="F0HANDED")),
    "tool.export": ("one", "tool.store", pressed("tool.export")),
    "tool.language": ("one", "tool.store", within("tool.language")),
    "tool.keep": ("everything", "tool.store", sent("tool.keep")),
    "tool.new": ("everything", "tool.edit", pressed("tool.new")),
    "tool.make": ("everything", "tool.edit", sent("tool.make", title="Ours", start="nothing", label="Why?")),
    "tool.edit": ("one", "tool.edit", within("tool.edit")),
    "preview.show": ("one", "tool.store", within("preview.show")),
    "preview.next": ("one", "tool.store", sent("preview.next")),
    "preview.back": ("one", "tool.store", within("preview.back")),
    "tool.page": ("one", "tool.edit", turned("tool.page")),
    "question.edit": ("one", "tool.edit", pressed("question.edit")),
    "question.new": ("one", "tool.edit", pressed("question.new")),
    "question.save": ("one", "tool.edit", sent("question.save", label="Why?", kind="text")),
    "letterhead.show": ("everything", "letterhead.change", pressed("letterhead.show")),
    "letterhead.save": ("everything", "letterhead.change", sent("letterhead.save", name="Northshire")),
    "names.show": ("everything", "names.edit", pressed("names.show")),
    "names.save": ("everything", "names.edit", sent("names.save", names="Sample Bloggs")),
    "people.show": ("everything", "people.edit", pressed("people.show")),
    "people.page": ("everything", "people.edit", turned("people.page")),
    "officers.edit": ("everything", "people.edit", within("officers.edit")),
    "officers.save": ("everything", "people.edit", sent("officers.save", coordinators=["U0COORDIN"])),
    "leads.choose": ("everything", "people.edit", within("leads.choose")),
    "leads.edit": ("everything", "people.edit", sent("leads.edit", agency="")),
    "leads.save": ("one", "people.edit", sent("leads.save", leads_all=["U0POLICE"])),
    "people.bring": ("everything", "people.edit", pressed("people.bring")),
    "people.see": ("everything", "people.edit", within("people.see")),
    "people.look": ("everything", "people.edit", sent("people.look", lines="U0POLICE, Police, lead")),
    "people.discard": ("everything", "people.edit", within("people.discard")),
    "cycle.new": ("everything", "cycle.plan", pressed("cycle.new")),
    "cycle.edit": ("to be planned", "cycle.plan", pressed("cycle.edit")),
    "cycle.plan": ("not there yet", "cycle.plan", sent("cycle.plan", **PLAN)),
    "cycle.taken": ("not there yet", "cycle.plan", within("cycle.taken")),
    "places.earlier": ("to be planned", "places.edit", within("places.earlier")),
    "places.taken": ("to be planned", "places.edit", sent("places.taken")),
    "places.show": ("to be planned", "places.edit", pressed("places.show")),
    "place.new": ("to be planned", "places.edit", within("place.new")),
    "place.add": ("to be planned", "places.edit", sent("place.add", area="")),
    "place.edit": ("one", "places.edit", within("place.edit")),
    "place.save": ("one", "places.edit", sent("place.save", channel="C0AUDITEAST", day="2031-03-20", at="10:00")),
    "place.remove": ("one", "places.edit", within("place.remove")),
    "cases.paste": ("to be planned", "cases.add", pressed("cases.paste")),
    "cases.store": ("to be planned", "cases.add", sent("cases.store", lines="T4-EAST-99, East, Police")),
    "sample.choose": ("to be planned", "sample.draw", pressed("sample.choose")),
    "sample.draw": ("to be planned", "sample.draw", sent("sample.draw", listed="T4-EAST-98, East", seed="s")),
    "sample.check": ("one", "sample.draw", within("sample.check")),
    "sample.verify": ("one", "sample.draw", sent("sample.verify", listed="T4-EAST-98, East")),
    "sheet.address": ("to be planned", "sheet.read", pressed("sheet.address")),
    "sheet.choose": ("open to all", "sheet.decide", pressed("sheet.choose")),
    "sheet.decide": ("open to all", "sheet.decide", sent("sheet.decide", reflections="show")),
    "sheet.export": ("to be planned", "sheet.export", pressed("sheet.export")),
    "sheet.others": ("to be planned", "sheet.read", pressed("sheet.others")),
    "sheet.about": ("to be planned", "sheet.read", pressed("sheet.about")),
    "sheet.lending": ("to be planned", "sheet.lend", pressed("sheet.lending")),
    "sheet.lend": ("to be planned", "sheet.lend", sent("sheet.lend", address=ADDRESS, to="")),
    "sheet.leaving": ("to be planned", "sheet.take_back", pressed("sheet.leaving")),
    "sheet.take_back": ("to be planned", "sheet.take_back", sent("sheet.take_back")),
    "sheet.let_go": ("to be planned", "sheet.take_back", sent("sheet.let_go")),
    "sheet.bind": ("to be planned", "sheet.bind", sent("sheet.bind", address=ADDRESS)),
    "person.end": ("one", "people.edit", within("person.end")),
    "person.leave": ("one", "people.edit", sent("person.leave")),
}
"""Handler -> what about, what a denial is recorded as, and how it is used: for coordinators alone."""


def prepare(session: Session) -> None:
    """A sample that was drawn for the cycle to be planned."""
    cycle = session.scalars(select(Cycle).where(Cycle.number == 4)).one()
    by = session.scalars(select(Person).where(Person.user_id == "U0COORDIN")).one()
    drawn = Sample(
        cycle_id=cycle.id, seed="s", list_hash="0" * 64, strata={"East": {"listed": 2, "drawn": 1}},
        drawn_at=now(session), by_id=by.id,
    )  # fmt: skip
    session.add(drawn)
    session.add(SheetCondition(sheet_id=cycle.id, kind=ConditionKind.LINK, found_at=now(session)))


def records(session: Session) -> Iterator[tuple[tuple[str, str], str]]:
    """(noun, what about it) -> id."""
    for noun in ("agencies", "areas", "names", "themes", "people", "officers", "leads", "cycle", "tools", "tool"):
        yield (noun, "everything"), "all"
    yield ("letterhead", "everything"), "all"
    neglect = shipped.tool("neglect")
    yield ("tool", "one"), tools.mark("neglect")
    yield ("preview", "one"), preview.of_tool(neglect)
    yield ("question", "one"), editing.address(neglect, neglect.parts[0])
    yield ("agency", "one"), session.scalars(select(Agency.id).where(Agency.label == "YOT")).one()
    yield ("leads", "one"), session.scalars(select(Agency.id).where(Agency.label == "Police")).one()
    yield ("area", "one"), session.scalars(select(Area.id).where(Area.label == "Central")).one()
    payments = select(LearningTheme.id).where(LearningTheme.label == "SGO payments")
    yield ("theme", "one"), session.scalars(payments).one()
    yield ("person", "one"), session.scalars(select(Person.id).where(Person.user_id == "U0STANDIN")).one()
    cycle = session.scalars(select(Cycle.id).where(Cycle.number == 4)).one()
    for noun in ("cycle", "places", "place", "cases", "sample", "sheet"):
        yield (noun, "to be planned"), cycle
    for noun in ("cycle", "answer"):
        yield (noun, "not there yet"), new_id()
    yield ("sheet", "open to all"), session.scalars(select(SheetCondition.id)).one()
    place = select(CycleArea.id).join(Area, Area.id == CycleArea.area_id)
    yield ("place", "one"), session.scalars(place.where(CycleArea.cycle_id == cycle, Area.label == "East")).one()
    yield ("sample", "one"), session.scalars(select(Sample.id)).one()
