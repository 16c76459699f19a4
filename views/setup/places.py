"""Areas and meetings of a planned cycle: where summaries go, when the cases are discussed, how many are sampled."""

from audit.setup.places import Place, PlaceForm, Places
from views.pages import changed, pages
from views.parts import (
    Block,
    View,
    actions,
    button,
    confirmed,
    context,
    count_of,
    datepicker,
    escape,
    modal,
    section,
    select,
    text_input,
)
from views.pickers import channel_select, timepicker
from views.words import meeting_on

SHOW = "places.show"
NEW = "place.new"
ADD = "place.add"
EDIT = "place.edit"
SAVE = "place.save"
REMOVE = "place.remove"

TITLE = "Areas and meetings"


def listed(places: Places, *, notice: str = "") -> View:
    """A cycle's places, and a button to add one. They always fit: an area has one place each."""
    said = [section(f"✅ {escape(notice)}")] if notice else []
    told = context(
        f"Audit cycle {places.number}. For each area: the private channel for its case summaries, and the audit "
        "meeting that discusses its cases. Areas with the same day and time have one meeting."
    )
    nothing = [] if places.places else [section("No area is in this audit yet.")]
    adding = (
        [actions("adding", button("Add an area", NEW, places.cycle_id, primary=not places.places))]
        if places.left
        else []
    )
    rows = [("", [_place(each, places)]) for each in places.places]
    blocks = [*said, told, *adding, *nothing, *pages(rows)[0]]
    shown = modal(TITLE, blocks, record_id=places.cycle_id)
    return changed(shown) if notice else shown


def _place(place: Place, places: Places) -> Block:
    quota = f" of {place.quota}" if place.quota else ""
    lines = [
        f"*{escape(place.area)}* · <#{place.channel}>",
        f"Meeting: {meeting_on(place.meeting_at, places.now)}",
        f"Cases: {place.cases}{quota}",
    ]
    return section("\n".join(lines), button("Change", EDIT, place.id, about=place.area))


def form(form: PlaceForm) -> View:
    """One area's place."""
    day = form.day.isoformat() if form.day else ""
    blocks: list[Block] = []
    if form.area is None:
        blocks.append(select("area", "Area", [(each.id, each.label) for each in form.choices], None, optional=False))
    else:
        blocks.append(section(f"*{escape(form.area)}* · {count_of(form.cases, 'case')}"))
    blocks += [
        channel_select("channel", "Audit channel", form.channel, hint="Private. Invite the app to it."),
        datepicker("day", "Day of the audit meeting", day, optional=False),
        timepicker("at", "Time of the meeting", form.at, hint="London's time."),
        text_input(
            "quota", "How many cases", str(form.quota or ""), limit=3, multiline=False,
            hint="If cases are sampled: how many from this area. May be left empty.",
        ),
    ]  # fmt: skip
    if form.area is not None and not form.cases:
        asked = button("Take it out of this audit", REMOVE, form.record_id, about=form.area)
        question = confirmed(asked, "Take this area out?", "It has no cases in this audit.", "Take it out")
        blocks.append(actions("removing", question))
    title = "Add an area" if form.area is None else "Change an area"
    return modal(title, blocks, record_id=form.record_id, verb=ADD if form.area is None else SAVE, submit="Save")
