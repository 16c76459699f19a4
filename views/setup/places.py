"""The meetings of a planned cycle, by area if it has areas: channel for summaries, time, and number of cases."""

from audit.setup.places import ALL, Place, PlaceForm, Places
from views.confirming import previewed
from views.delivery.channels import SHARED
from views.pages import list_modal, pages
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
from views.setup import taken_over
from views.words import beside, meeting_on, stamp

SHOW = "places.show"
NEW = "place.new"
ADD = "place.add"
EDIT = "place.edit"
SAVE = "place.save"
REMOVE = "place.remove"

TITLE = "Meetings and channels"


def view(places: Places, *, notice: str = "") -> View:
    """A cycle's places, as many as fit, with a button to add one if possible."""
    of_area = " For each area:" if places.left or any(each.area for each in places.places) else ""
    together = " Areas with the same day and time have one meeting." if of_area else ""
    intro = context(
        f"{escape(places.name)}.{of_area} {'the' if of_area else 'The'} private channel for the case summaries,"
        f" and the audit meeting that discusses the cases.{together}"
    )
    nothing = [] if places.places else [section("This audit has no meeting yet.")]
    label = "Add a meeting" if places.whole else "Add an area"
    ways = [button(label, NEW, places.cycle_id, primary=not places.places)] if places.left or places.whole else []
    if places.earlier is not None:
        ways.append(button(taken_over.name(places.earlier), taken_over.BEGIN, places.cycle_id))
    adding = [actions("adding", *ways)] if ways else []
    rows = [("", [_place(each, places)]) for each in places.places]
    blocks = [intro, *adding, *nothing, *pages(rows)[0]]
    return list_modal(TITLE, blocks, record_id=places.cycle_id, notice=notice)


def _place(place: Place, places: Places) -> Block:
    quota = f" of {place.quota}" if place.quota else ""
    lines = [
        f"*{escape(place.area)}* · <#{place.channel}>" if place.area else f"<#{place.channel}>",
        f"Meeting: {meeting_on(place.meeting_at, places.now)}",
        f"Cases: {place.cases}{quota}",
    ]
    return section("\n".join(lines), button("Change", EDIT, place.id, about=place.area or stamp(place.meeting_at)))


def form(form: PlaceForm) -> View:
    """The form of one meeting of a planned cycle: its area, channel, day, time and number of cases."""
    by_area = bool(form.area or form.choices)
    kind = "area" if by_area and not form.whole else "meeting"
    day = form.day.isoformat() if form.day else ""
    blocks = [
        *_whose(form),
        channel_select("channel", "Audit channel", form.channel, hint=f"Private. Invite the app to it. {SHARED}"),
        datepicker("day", "Day of the audit meeting", day, optional=False),
        timepicker("at", "Time of the meeting", form.at, hint="London time."),
        text_input(
            "quota", "How many cases", str(form.quota or ""), limit=3, multiline=False,
            hint=f"If cases are sampled: how many{' from this area' if by_area else ''}.",
        ),
    ]  # fmt: skip
    if form.area is not None and not form.cases:
        asked = button("Remove it from this audit", REMOVE, form.record_id, about=form.area)
        question = confirmed(asked, f"Remove this {kind}?", "It has no cases in this audit.", "Remove it")
        blocks.append(actions("removing", question))
    thing = f"{'an' if kind == 'area' else 'a'} {kind}"
    title = f"Add {thing}" if form.area is None else f"Change {thing}"
    verb = ADD if form.area is None else SAVE
    return modal(title, previewed(blocks, form.mark), record_id=form.record_id, verb=verb, submit="Save")


def _whose(form: PlaceForm) -> list[Block]:
    """The area: a choice if there are several, or as it is; empty if there are none."""
    if form.area is not None:
        cases = count_of(form.cases, "case")
        return [section(beside(f"*{escape(form.area)}*", cases) if form.area else cases)]
    if not form.choices:
        return []
    none = [(ALL, "No areas: all cases together")] if form.whole else []
    choices = [*none, *((each.id, each.label) for each in form.choices)]
    return [select("area", "Area", choices, None, optional=False)]
