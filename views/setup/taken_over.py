"""The meetings and channels of the audit before, taken over with days of their own."""

from audit.setup.taken_over import TakenMeeting, TakenPlace, TakenPlaces
from views.parts import Block, View, context, count_of, datepicker, divider, escape, modal, section
from views.pickers import channel_select, timepicker

BEGIN = "places.earlier"
TAKE = "places.taken"


def form(taken: TakenPlaces) -> View:
    """A day and a time for each meeting; a channel for each place whose own can't be used any more."""
    told = context(
        f"As in audit {taken.earlier}, each as many working days after the deadline as it was then. Change what doesn't"
        " fit: nothing is saved yet."
    )
    blocks = [told, *(block for each in taken.meetings for block in _meeting(each, alone=len(taken.meetings) == 1))]
    return modal(f"As audit {taken.earlier}", blocks, record_id=taken.cycle_id, verb=TAKE, submit="Take them over")


def _meeting(meeting: TakenMeeting, *, alone: bool) -> list[Block]:
    number = "" if alone else f" {meeting.mark}"
    troubled = [block for each in meeting.places if each.trouble for block in _another(each)]
    return [
        divider(),
        section("\n".join(_place(each) for each in meeting.places)),
        *troubled,
        datepicker(f"day_{meeting.mark}", f"Day of the audit meeting{number}", meeting.day.isoformat(), optional=False),
        timepicker(f"at_{meeting.mark}", f"Time of the meeting{number}", meeting.at, hint="London time."),
    ]


def _place(place: TakenPlace) -> str:
    quota = f" · {count_of(place.quota, 'case')}" if place.quota else ""
    return f"{f'*{escape(place.area)}* · ' if place.area else ''}<#{place.channel}>{quota}"


def _another(place: TakenPlace) -> list[Block]:
    label = f"Audit channel of {place.area}" if place.area else "Audit channel"
    return [section(f"⚠️ {escape(place.trouble)}"), channel_select(f"channel_{place.id}", label)]
