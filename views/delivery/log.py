"""The delivery log: every message in words, with buttons to try again those set aside."""

from datetime import datetime

from audit.delivery.log import ALL, DELIVERED, NOT_NEEDED, REMOVED, RETRYING, SET_ASIDE, WAITING, Delivery, Log
from views.pages import turning, where
from views.parts import (
    Block,
    View,
    actions,
    button,
    confirmed,
    context,
    count_of,
    divider,
    escape,
    fitted,
    modal,
    section,
)
from views.words import stamp

SHOW = "deliveries.show"
PAGE = "deliveries.page"
AGAIN = "delivery.again"
AGAIN_ALL = "delivery.again_all"

KINDS = {
    "request": "Request for returns",
    "summary": "Case summary",
    "tally": "Tally",
    "drift": "Changes in the sheet",
    "sheet_stopped": "The sheet can't be updated",
    "sheet_condition": "Who can open the sheet",
    "channel_condition": "A channel to check",
    "person_condition": "Somebody who left Slack",
    "sheet_file": "The sheet as Excel",
    "tool_file": "An audit tool as Excel",
    "matrix": "Cases by agency",
    "reminder": "Reminder",
    "digest": "Coordinators' digest",
    "prompt": "Returns still needed",
    "immediate": "Immediate action",
    "immediate_due": "Reminder of an immediate action",
    "immediate_raised": "Progress of an immediate action",
    "decline": "Request not to answer",
    "handover": "Return handed over",
    "cover": "Cover",
    "agenda": "Agenda of a meeting",
    "calendar": "Dates for a calendar",
    "pack": "Meeting pack",
    "action": "Action",
    "action_due": "Reminder of an action",
    "actions_digest": "Actions, once a month",
    "report": "Report",
    "draft_ends": "Draft to be removed",
    "retention_due": "Due to be removed",
    "sign_off": "Sign-off of a report",
    "sign_off_said": "Response to a report",
    "release": "Release of a publication",
}
"""Message kind -> its name in the log."""
_COUNTED = {
    SET_ASIDE: "set aside",
    RETRYING: "being tried again",
    WAITING: "waiting",
    DELIVERED: "delivered",
    NOT_NEEDED: "not needed any more",
    REMOVED: "removed from Slack",
}
_ORDER = "Problems come first, then the newest. Once you have fixed the cause, press *Try again*."


def view(log: Log) -> View:
    """A page of the log."""
    counted = [f"{number:,} {_COUNTED[state]}" for state, number in log.counts.items() if number]
    top = f"*{escape(log.title)}* · {', '.join(counted) or 'no messages yet'}{where(log.page, log.pages)}"
    blocks: list[Block] = [section(top)]
    trouble = log.counts.get(SET_ASIDE, 0) + log.counts.get(RETRYING, 0)
    if trouble:
        trying = button("Try all of them again", AGAIN_ALL, log.record_id)
        question = f"{count_of(trouble, 'message')} will be tried again. Fix what is wrong first."
        blocks.append(actions("all", confirmed(trying, "Try all of them again?", question, "Try again")))
    blocks.append(divider())
    blocks += [line(each, log.now, numbered=log.record_id == ALL) for each in log.deliveries]
    if log.deliveries:
        blocks.append(context(_ORDER))
    return modal("Messages", [*blocks, *turning(PAGE, log.page, log.pages)], record_id=log.record_id)


def line(delivery: Delivery, now: datetime, *, numbered: bool = True) -> Block:
    """One message: what it is, its recipient and its state; with a button if it is in trouble."""
    text = f"*{fitted(name(delivery, numbered=numbered), 200)}*\n{state(delivery, now)}"
    if delivery.state not in {SET_ASIDE, RETRYING}:
        return section(text)
    return section(text, button("Try again", AGAIN, delivery.message_id, about=name(delivery)))


def name(delivery: Delivery, *, numbered: bool = True) -> str:
    """What a message is, and to whom: "Case summary T2-EAST-03 to #audit-east (audit 2)". Not escaped."""
    about = f": {delivery.about}" if delivery.about else ""
    of = f" (audit {delivery.cycle_number})" if numbered else ""
    return f"{KINDS.get(delivery.kind, 'Message')}{about} → {delivery.to}{of}"


def state(delivery: Delivery, now: datetime) -> str:
    """A message's state and, if it is in trouble, what is wrong and what to do: mrkdwn."""
    error = fitted(delivery.error or "", 300)
    if delivery.state == SET_ASIDE:
        return f"⚠️ {_stood(delivery)}: set aside. {error}"
    if delivery.state == RETRYING:
        again = f" It will be tried again {stamp(delivery.next_try_at, now)}." if delivery.next_try_at else ""
        return f"⚠️ {_stood(delivery)}. {error}{again}"
    if delivery.state == REMOVED:
        return "Removed from Slack: its retention period has ended."
    if delivery.state == NOT_NEEDED:
        return "Not sent: there was no longer anything to say."
    if delivery.state == WAITING and delivery.posted_at is None:
        return f"Waiting to be sent since {stamp(delivery.created_at, now)}"
    sent = f"✅ Delivered {stamp(delivery.posted_at, now)}" if delivery.posted_at else "✅ Delivered"
    changed = f", changed {stamp(delivery.updated_at, now)}" if delivery.updated_at else ""
    waiting = ". A change is waiting to be passed on" if delivery.state == WAITING else ""
    return f"{sent}{changed}{waiting}"


def _stood(delivery: Delivery) -> str:
    return "Delivered, but a change could not be passed on" if delivery.posted_at else "Not delivered"
