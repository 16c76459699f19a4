"""Immediate actions: the private message to coordinators (references only), and the views that show and close one."""

from dataclasses import replace
from datetime import datetime

from audit.labels import within
from audit.returns.immediate import DEALING, DONE, NOTE, Opened
from audit.returns.immediate_text import Immediate, Noted
from audit.tools import LINE_LIMIT, TEXT_LIMIT
from views.confirming import previewed
from views.parts import (
    Block,
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
    header,
    modal,
    paragraphs,
    section,
    text_input,
    verbatim,
)
from views.words import beside, said_day, stamp

SHOW = "immediate.show"
ACKNOWLEDGE = "immediate.acknowledge"
CLOSE = "immediate.close"
CLOSED = "immediate.closed"

NOT_THE_ROUTE = "Use your referral route first. This app only records that something was raised: it makes no referral."
_STANDING = {
    "no": "The newest version of the return says that no immediate action is needed.",
    "taken back": "The agency has taken its return back.",
    "nil": "The agency has since made a nil return.",
    "declined": "The return has since been declined.",
    "withdrawn": "The return is no longer asked for.",
}
"""What has become of the return that raised the action -> a sentence; "yes", the usual case, has none."""
_STAYS = "The immediate action stays open until a coordinator closes it."
_NEWEST = 5
"""The most notes shown in full, so that they fit a view."""


def message(action: Immediate, now: datetime) -> Content:
    """The message to a coordinator, kept up to date until the action is closed: references only."""
    return _message("Immediate action", action, now)


def reminder(action: Immediate, now: datetime) -> Content:
    """The reminder of an immediate action that isn't acknowledged, or that is due or overdue."""
    return _message("Reminder: immediate action", action, now)


def raiser_message(action: Immediate, now: datetime) -> Content:
    """The message to the person who raised or owns an immediate action: its state, by references only."""
    about = f"{action.reference}, {within(action.agency, action.area)}"
    lines = [
        beside(f"*Case {escape(action.reference)}*", action.agency, action.area),
        f"Raised {stamp(action.raised_at, now)}.",
        f"*{_step(action, now)}*",
        *(["Home shows how it stands until it is closed."] if action.closed_at is None else []),
    ]
    blocks = [header("Your immediate action"), section(f"*{NOT_THE_ROUTE}*"), *paragraphs(lines)]
    return Content(f"Your immediate action: case {escape(about)}. {_step(action, now)}", blocks)


def _step(action: Immediate, now: datetime) -> str:
    """An action's state in a message that is never updated, worded so that it stays true."""
    if action.closed_at is not None or action.changed:
        return to_agency(action, now)
    if action.acknowledged_at is None:
        return "The coordinators have been told. A message follows once one of them has acknowledged it."
    return f"{_acknowledged(action, now)} A message follows once it is closed."


def raised(action: Immediate, now: datetime) -> list[str]:
    """The lines about an immediate action for the person who has just sent the return: mrkdwn."""
    return [
        f"⚠️ *Immediate action:* {to_agency(action, now)}",
        *_standing(action),
        f"Home shows how it stands until it is closed. {NOT_THE_ROUTE}",
    ]


def to_agency(action: Immediate, now: datetime) -> str:
    """An immediate action's state for the agency that raised it, in one line of mrkdwn."""
    if action.closed_at is None and action.acknowledged_at is None:
        if action.changed:
            return "Changed after a coordinator had acknowledged it: the coordinators are asked to read it again."
        return "The coordinators have been told. Nobody has acknowledged it yet."
    return state(replace(action, due=""), now)


def _message(title: str, action: Immediate, now: datetime) -> Content:
    about = f"{action.reference}, {within(action.agency, action.area)}"
    lines = [
        beside(f"*Case {escape(action.reference)}*", action.agency, action.area),
        f"Raised {stamp(action.raised_at, now)}.",
        f"*{state(action, now)}*",
        *_standing(action),
    ]
    blocks = [header(title), section(f"*{NOT_THE_ROUTE}*"), *paragraphs(lines)]
    buttons = [button(_reading(action), SHOW, action.id, about=about, primary=action.acknowledged_at is None)]
    if action.closed_at is None:
        buttons.append(button("Close", CLOSE, action.id, about=about))
    return Content(f"{title}: case {escape(about)}. {state(action, now)}", [*blocks, actions("immediate", *buttons)])


def _reading(action: Immediate) -> str:
    return "Read and acknowledge" if action.acknowledged_at is None else "Read"


def state(action: Immediate, now: datetime) -> str:
    """An immediate action's state for coordinators, in one line of mrkdwn."""
    if action.closed_at is not None:
        return f"✅ Closed by {escape(action.closed_by or 'a coordinator')}, {stamp(action.closed_at, now)}."
    due = f" It is {action.due}." if action.due else ""
    if action.changed:
        return f"⚠️ Changed after it was acknowledged: please read and acknowledge it again.{due}"
    if action.acknowledged_at is None:
        return f"⚠️ Not acknowledged yet.{due}"
    return f"{_acknowledged(action, now)} Not closed yet.{due}"


def _acknowledged(action: Immediate, now: datetime) -> str:
    by, at = escape(action.acknowledged_by or "a coordinator"), action.acknowledged_at or now
    return f"Acknowledged by {by}, {stamp(at, now)}."


def _standing(action: Immediate) -> list[str]:
    """A line if the return now says something else and the action is open; otherwise empty."""
    if action.closed_at is not None or action.standing not in _STANDING:
        return []
    return [f"{_STANDING[action.standing]} {_STAYS}"]


def line(action: Immediate, now: datetime) -> Block:
    """An open action in a list, with the button that opens it."""
    name = beside(f"*{escape(action.reference)}*", action.agency, action.area, f"audit {action.audit}")
    about = f"{action.reference}, audit {action.audit}, {action.agency}"
    reading = button(_reading(action), SHOW, action.id, about=about)
    return section(f"{name}\nRaised {stamp(action.raised_at, now)}. {state(action, now)}", reading)


def opened(immediate: Opened, now: datetime) -> View:
    """What must happen, its owner and date; with the form to acknowledge it or add a note while it is open."""
    action = immediate.action
    blocks = [*_facts(immediate, now), *_notes(immediate.notes, now)]
    if action.closed_at is not None:
        blocks += [divider(), section("*What was done*"), *verbatim(immediate.done)]
        return modal("Immediate action", blocks, record_id=immediate.record_id)
    dealing = immediate.notes[-1].dealing if immediate.notes else ""
    closing = button("Close it", CLOSE, action.id, about=f"{action.reference}, {action.agency}")
    blocks += [actions("closing", closing), divider()]
    blocks.append(
        text_input(DEALING, "Who is dealing with it", dealing, limit=LINE_LIMIT, multiline=False, optional=False,
                   hint="A role, not a name.")
    )  # fmt: skip
    blocks.append(text_input(NOTE, "Note", limit=TEXT_LIMIT, hint="What has been arranged, for other coordinators."))
    submit = "Acknowledge" if action.acknowledged_at is None else "Add a note"
    shown = previewed(blocks, str(len(immediate.notes)))
    return modal("Immediate action", shown, record_id=immediate.record_id, verb=ACKNOWLEDGE, submit=submit)


def closing(immediate: Opened, now: datetime) -> View:
    """The form that closes an immediate action: what was done."""
    if immediate.action.closed_at is not None:
        return opened(immediate, now)
    asking = text_input(
        DONE, "What was done", limit=TEXT_LIMIT, optional=False,
        hint="Closing it says that nothing more needs doing. Who closed it, and when, is recorded.",
    )  # fmt: skip
    blocks = [*_facts(immediate, now), divider(), asking]
    return modal("Close immediate action", blocks, record_id=immediate.record_id, verb=CLOSED, submit="Close it")


def _facts(immediate: Opened, now: datetime) -> list[Block]:
    action, asked = immediate.action, immediate.asked
    lines = [
        beside(f"*Case {escape(action.reference)}*", action.agency, action.area),
        f"Raised {stamp(action.raised_at, now)}. {state(action, now)}",
        *_standing(action),
    ]
    blocks = [alert(NOT_THE_ROUTE), *paragraphs(lines)]
    for label, text in (
        ("What must happen", asked.what),
        ("Who owns it", asked.owner),
        ("By when", said_day(asked.by, now)),
    ):
        blocks += [section(f"*{label}*"), *(verbatim(text) or [section("_Not said._")])]
    return blocks


def _notes(notes: tuple[Noted, ...], now: datetime) -> list[Block]:
    """The coordinators' notes on acknowledging, newest first."""
    if not notes:
        return []
    blocks: list[Block] = [divider(), section("*Acknowledged*")]
    for each in reversed(notes[-_NEWEST:]):
        blocks.append(context(f"{escape(each.label)}, {stamp(datetime.fromisoformat(each.at), now)}"))
        blocks += [*verbatim(f"Dealing with it: {each.dealing}"), *verbatim(each.note)]
    left = len(notes) - _NEWEST
    return [*blocks, context(f"and {count_of(left, 'earlier note')}.")] if left > 0 else blocks


def acknowledged(action: Immediate, now: datetime) -> View:
    """The confirmation that an immediate action is acknowledged."""
    return done("Acknowledged", [
        f"✅ *You have acknowledged the immediate action of case {escape(action.reference)}.*",
        "The other coordinators see that in their messages. It stays open until one of you closes it.",
        state(action, now),
    ])  # fmt: skip


def closed(action: Immediate, now: datetime) -> View:
    """The confirmation that an immediate action is closed."""
    return done("Closed", [
        f"✅ *The immediate action of case {escape(action.reference)} is closed.*",
        "The other coordinators see that in their messages.",
        state(action, now),
    ])  # fmt: skip
