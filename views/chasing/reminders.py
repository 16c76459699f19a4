"""Reminders to people who haven't answered, and the coordinator's nudge."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from audit.chasing.nudge import ALL, FRESH, WHO, Nudged, NudgePreview, closed
from audit.cycle_facts import CycleView
from audit.labels import within
from audit.people.answering import Covered
from audit.returns.cover import CoverView
from audit.returns.waiting import Waiting
from views.chasing import snooze
from views.confirming import previewed
from views.parts import (
    MESSAGE_CHARACTERS,
    Block,
    Choice,
    Content,
    View,
    actions,
    alert,
    button,
    context,
    count_of,
    divider,
    done,
    escape,
    fitted,
    header,
    modal,
    paragraphs,
    radios,
    section,
)
from views.returns import cover as cover_view
from views.returns import request
from views.returns.nil import KNOWN
from views.words import on, when

NUDGE = "nudge.choose"
"""The button that shows a coordinator who would be reminded now (value: the cycle's id)."""
SEND = "nudge.send"
"""The callback id of the coordinator's form."""

_MOST_LISTED = 15
_MOST_NAMED = 60


@dataclass(frozen=True)
class Reminded:
    """The recipient of a reminder. `coverable`: their id if they can ask for cover; `covered`: their present cover."""

    coverable: str | None
    covered: CoverView | None
    snoozed_until: date | None


def asks(waiting: Waiting, now: datetime) -> bool:
    """Whether a reminder asks for a return: it can still be sent, and its agency hasn't asked to decline it."""
    return request.waits(waiting, now) and not waiting.asked_not_to


def reminder(cycle: CycleView, waiting: Sequence[Waiting], to: Reminded, now: datetime) -> Content:
    """A person's outstanding returns, the time left, and the alternatives to answering them now."""
    left = [each for each in waiting if asks(each, now)]
    title = fitted(cycle.name, 120)
    if not left:
        state = "✅ You have nothing left to do. Thank you."
        return Content(f"{title}. {state}", [header(cycle.name), section(f"*{state}*")])
    state = f"Reminder: {count_of(len(left), 'return')} still to send{_by(cycle, left, now)}."
    blocks = [header(cycle.name), section(f"*{state}*"), *_rest(to, now), divider()]
    blocks += request.waiting_blocks(left, now, _MOST_LISTED, MESSAGE_CHARACTERS)
    return Content(f"{title}. {state}", [*blocks, _choices(cycle, to)])


def _by(cycle: CycleView, left: Sequence[Waiting], now: datetime) -> str:
    if now <= cycle.due_at:
        return f", by {when(cycle.due_at, now)}"
    until = when(min(each.meeting_at for each in left), now)
    return f". The deadline has passed; what you send before the meeting still counts: {until}"


def _rest(to: Reminded, now: datetime) -> list[Block]:
    lines = [f"You asked not to be reminded before {on(to.snoozed_until, now)}."] if to.snoozed_until else []
    lines += [cover_view.in_words(to.covered, now)] if to.covered else []
    return [context(line) for line in lines]


def _choices(cycle: CycleView, to: Reminded) -> Block:
    later = button("Remind me later", snooze.CHOOSE, cycle.id)
    cover = [button("Ask somebody to cover", cover_view.CHOOSE, to.coverable)] if to.coverable else []
    return actions("choices", later, *cover, button("Which are known to us?", KNOWN, cycle.id))


def nudge(preview: NudgePreview) -> View:
    """Who would be reminded now and who wouldn't; a form to remind them if that is allowed now."""
    now, people = preview.now, preview.people
    top = [section(f"*{escape(preview.cycle_name)}*\nDeadline: {when(preview.due_at, now)}")]
    if not people:
        blocks = [*top, section("*Nobody would get a reminder now.*"), *_left_out(preview)]
        return modal("Remind now", blocks)
    blocks = [*top, *_named(f"*{count_of(len(people), 'person', 'people')} can be reminded*", map(_line, people))]
    blocks += _left_out(preview)
    if preview.not_before:
        return modal("Remind now", [alert(closed(preview.not_before, now)), *blocks])
    blocks += [divider(), *previewed([_whom(people)], preview.mark)]
    return modal("Remind now", blocks, record_id=preview.cycle_id, verb=SEND, submit="Remind them")


def _line(person: Nudged) -> str:
    today = " · reminded today already" if person.today else ""
    return f"• {escape(person.label)}: {count_of(person.returns, 'return')}{today}"


def _whom(people: Sequence[Nudged]) -> Block:
    fresh = sum(not each.today for each in people)
    some: list[Choice] = [(FRESH, f"Those not reminded today ({fresh})")] if fresh else []
    everybody: list[Choice] = [(ALL, f"All of them ({len(people)})")] if fresh < len(people) else []
    choices = [*some, *everybody]
    return radios(WHO, "Who gets a reminder?", choices, choices[0][0] if fresh else None)


def _left_out(preview: NudgePreview) -> list[Block]:
    now = preview.now
    snoozing = [f"• {escape(label)}: asked to be reminded on {on(day, now)}" for label, day in preview.snoozing]
    covered = [covered_line(each, now) for each in preview.covered]
    alone = [f"• {escape(within(*place))}" for place in preview.without_lead]
    return [
        *(_named("*Left out*", [*snoozing, *covered]) if snoozing or covered else []),
        *(_named("⚠️ *Returns are needed, but nobody leads*", alone) if alone else []),
    ]


def covered_line(covered: Covered, now: datetime) -> str:
    """A line that says who covers for a person, and until when."""
    return f"• {escape(covered.label)}: {escape(covered.by)} covers until {on(cover_view.last_day(covered.until), now)}"


def _named(title: str, lines: Iterable[str]) -> list[Block]:
    every = list(lines)
    left = len(every) - _MOST_NAMED
    more = [f"and {left} more: *Who hasn't answered* names them"] if left > 0 else []
    return paragraphs([title, *every[:_MOST_NAMED], *more])


def nudged(number: int) -> View:
    """The confirmation that reminders were sent, with the number of people."""
    return done("Reminders sent", [f"✅ *{count_of(number, 'person gets', 'people get')} a reminder now.*"])
