"""Taking over the previous audit's set-up: words that its forms share, and the form for meetings and channels."""

from audit.setup.taken_over import TakenMeeting, TakenPlace, TakenPlaces
from views.parts import Block, View, count_of, datepicker, divider, escape, modal, section
from views.pickers import channel_select, timepicker

BEGIN = "places.earlier"
TAKE = "places.taken"

_OWN = (
    "the days, which are proposed as many working days after the deadline as they were then, and the cases. Change the"
    " days that don't fit"
)


def name(number: int) -> str:
    """The label for taking over from the audit with that number, on buttons and above the form."""
    return f"Set up as in audit {number}"


def blocks(number: int, taken: str, own: str) -> list[Block]:
    """What was taken over from the audit with that number, and what wasn't."""
    return [
        section(f"*Taken over from audit {number}:* {taken}. Nothing is saved yet."),
        section(f"*Not taken over:* {own}."),
    ]


def form(taken: TakenPlaces) -> View:
    """A day and a time for each meeting, and a channel for each place whose channel can't be used any more."""
    numbers = [f" {number}" for number in range(1, len(taken.meetings) + 1)] if len(taken.meetings) > 1 else [""]
    meetings = (block for each in map(_meeting, taken.meetings, numbers) for block in each)
    shown = [*blocks(taken.earlier, _whole(taken), _OWN), *meetings]
    return modal(name(taken.earlier), shown, record_id=taken.cycle_id, verb=TAKE, submit="Take them over")


def _whole(taken: TakenPlaces) -> str:
    """What is taken over, in words; areas and numbers of cases only if that audit has them."""
    places = [place for meeting in taken.meetings for place in meeting.places]
    by_area = any(place.area for place in places)
    parts = ["the areas, their channels" if by_area else "the channel"]
    if any(place.quota for place in places):
        parts.append("how many cases each has" if by_area else "how many cases")
    parts.append("the times of the meetings" if len(taken.meetings) > 1 else "the time of the meeting")
    return ", ".join(parts)


def _meeting(meeting: TakenMeeting, number: str) -> list[Block]:
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
