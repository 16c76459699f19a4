"""Covering for a lead or deputy: arranging, announcing and ending it."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from audit.calendar import in_london
from audit.cycle_facts import CycleView
from audit.labels import within
from audit.people.newcomers import LABEL, LABEL_LIMIT, PERSON
from audit.returns.cover import LAST_DAY, CoverChoice, CoverView
from audit.returns.waiting import Waiting
from views.confirming import previewed
from views.parts import (
    MESSAGE_CHARACTERS,
    Block,
    Content,
    View,
    alert,
    button,
    confirmed,
    count_of,
    datepicker,
    divider,
    done,
    escape,
    fitted,
    header,
    modal,
    paragraphs,
    person_select,
    section,
    text_input,
)
from views.returns import request
from views.words import known_label_line, on, when

CHOOSE = "cover.choose"
"""The button "Ask somebody to cover" (value: the id of the person to be covered)."""
ARRANGE = "cover.arrange"
"""The callback id of the form that asks who covers, and until when."""
END = "cover.end"
"""The button that ends a cover (value: the cover's id)."""

_MOST_LISTED = 15
_PLACES_LIMIT = 400


def last_day(until: datetime) -> date:
    """The last day of a cover that ends at `until`."""
    return in_london(until - timedelta(seconds=1)).date()


def in_words(cover: CoverView, now: datetime) -> str:
    """Who covers and until when, worded for the person covered."""
    return f"{escape(cover.by)} covers for you until the end of {on(cover.last_day, now)}."


def line(cover: CoverView, me: str, now: datetime) -> Block:
    """A line of Home about a cover, for the person `me`: the person covered also gets a button to end it."""
    if cover.covered_id == me:
        return section(in_words(cover, now), _ending(cover))
    until = on(cover.last_day, now)
    return section(f"You cover for {escape(cover.covered)} until the end of {until}: {_places(cover.places)}.")


def _ending(cover: CoverView) -> Block:
    asking = button("End the cover", END, cover.id, about=cover.by)
    return confirmed(asking, "End this cover?", "Whoever was covering can no longer open these returns.", "End it")


def _places(places: Iterable[tuple[str, str | None]]) -> str:
    return fitted(", ".join(within(*place) for place in places), _PLACES_LIMIT)


def choosing(choice: CoverChoice) -> View:
    """The form that asks who covers, and until when."""
    now = choice.now
    lines = [
        f"Who will answer for *{_places(choice.places)}* in place of {escape(choice.covered)}?",
        "They can open and send these returns, and get the reminders, until the end of the last day.",
    ]
    standing = choice.standing
    notice = (
        [alert(f"{standing.by} covers until {on(standing.last_day, now)}. That ends if you send this.")]
        if standing
        else []
    )
    hint = "Only if this person is new here: their role, not their name, such as “Police deputy, East”."
    inputs = [
        person_select(PERSON, "Who covers?"),
        text_input(LABEL, "Their role", limit=LABEL_LIMIT, multiline=False, hint=hint),
        datepicker(LAST_DAY, "Last day", optional=False, hint="They cover until the end of this day."),
    ]
    blocks = [*notice, *paragraphs(lines), *previewed(inputs, choice.mark)]
    return modal("Ask somebody to cover", blocks, record_id=choice.covered_id, verb=ARRANGE, submit="Ask them to cover")


def arranged(cover: CoverView, now: datetime, typed: str) -> View:
    """The confirmation of a cover; `typed`: the role that was typed for the person who covers."""
    lines = [
        f"✅ *{escape(cover.by)} covers for {escape(cover.covered)}* until the end of {on(cover.last_day, now)}.",
        *known_label_line(cover.by, typed),
        f"They answer for {_places(cover.places)}, and get a message when returns are waiting there.",
        "You can end it at any time on Home.",
    ]
    return done("Covered", lines)


def ended(cover: CoverView) -> View:
    """The confirmation that a cover has ended."""
    return done("Cover ended", [f"✅ *{escape(cover.by)} covers for {escape(cover.covered)} no longer.*"])


def message(cover: CoverView, cycle: CycleView, waiting: Sequence[Waiting], now: datetime) -> Content:
    """The message to the person who covers: for whom, until when, and the returns of this cycle."""
    title = fitted(cycle.name, 120)
    if cover.over:
        state = f"You no longer cover for {escape(cover.covered)}."
        return Content(f"{title}. {state}", [header(cycle.name), section(f"*{state}*")])
    state = f"You cover for {escape(cover.covered)} until the end of {on(cover.last_day, now)}."
    theirs = [each for each in waiting if _covers(cover, each)]
    left = sum(request.waits(each, now) for each in theirs)
    lines = [
        f"*{state}*",
        f"You answer for {_places(cover.places)}.",
        f"{left} of {count_of(len(theirs), 'return')} still to send. Deadline: {when(cycle.due_at, now)}",
    ]
    blocks = [header(cycle.name), *paragraphs(lines), divider()]
    return Content(
        f"{title}. {state}", [*blocks, *request.waiting_blocks(theirs, now, _MOST_LISTED, MESSAGE_CHARACTERS)]
    )


def _covers(cover: CoverView, waiting: Waiting) -> bool:
    party = waiting.party
    return any(party.agency == agency and area in (None, party.area) for agency, area in cover.places)
