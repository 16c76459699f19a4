"""An agency's returns: the request for them, the lists of them, and the confirmation that one is saved."""

from collections.abc import Sequence
from datetime import datetime

from audit.cycle_facts import CycleView, MeetingView
from audit.labels import about_areas
from audit.moment import OPEN as UNDER_WAY
from audit.returns.submit import Saved
from audit.returns.waiting import Waiting, of_several
from views.parts import (
    MESSAGE_CHARACTERS,
    Block,
    Content,
    View,
    actions,
    button,
    context,
    count_of,
    divider,
    done,
    escape,
    fitted,
    header,
    paragraphs,
    section,
)
from views.returns import calendar_file
from views.returns.grades import DIDNT_COME
from views.returns.immediate import raised, to_agency
from views.returns.nil import KNOWN, which_child
from views.words import beside, in_message, meeting_noted, period_line, stamp, until

OPEN = "return.open"
SUBMIT = "return.submit"
NEXT = "return.next"
BACK = "return.back"

_MOST_LISTED = 20


def saved(saved: Saved) -> View:
    """The confirmation of the version of a return that was sent."""
    party, now = saved.party, saved.saved_at
    mark = "It came after the deadline, so it is marked late." if saved.late else "It is on time."
    lines = [
        f"✅ *Saved.* {escape(party.agency)}: the return for case *{escape(party.reference)}* is sent.",
        f"Version {saved.version}, {stamp(now, now)}. {mark}",
        *([f"Written by {escape(saved.written_by)}, signed off by you."] if saved.written_by else []),
        f"You can change it {until(saved.meeting_at, now)}.",
        *(raised(saved.immediate, now) if saved.immediate else []),
    ]
    return done("Return saved", lines)


def sent(waiting: Waiting) -> bool:
    """Whether a return was answered: sent, nil or declined."""
    return waiting.state not in {"requested", "drafted"}


def waits(waiting: Waiting, now: datetime) -> bool:
    """Whether a return is still to be sent, and still can be."""
    return not sent(waiting) and not waiting.locked and not waiting.over and not waiting.begun(now)


def _state_words(waiting: Waiting, now: datetime) -> str:
    """A return's state in a lead's list."""
    if waiting.state == "submitted":
        entered = ", entered by a coordinator" if waiting.entered else ""
        return f"✅ Sent{' late' if waiting.late else ''} (version {waiting.version}){entered}"
    if sent(waiting):
        return {"nil": "✅ Nil return", "declined": "Declined"}.get(waiting.state, "Sent")
    if not waits(waiting, now):
        return DIDNT_COME
    begun = _begun(waiting)
    return f"⚠️ *Overdue* · {begun}" if now > waiting.due_at else begun


def _begun(waiting: Waiting) -> str:
    """The progress of a return that isn't sent yet."""
    if waiting.asked_not_to:
        return "Asked not to answer; a coordinator decides"
    if waiting.auditor is not None:
        auditor = escape(waiting.auditor)
        return f"🖊️ *Ready for sign-off*, written by {auditor}" if waiting.ready else f"🖊️ With {auditor}"
    return "📝 Draft saved" if waiting.state == "drafted" else "Not started"


def _changeable(waiting: Waiting, now: datetime) -> bool:
    return not (waiting.over or waiting.begun(now) or waiting.locked)


def line(waiting: Waiting, now: datetime, *, fresh: bool = False, several: bool = False) -> Block:
    """A return in a lead's list, with the button that opens it while it can be changed.

    `fresh`: the line is on Home, not in a message, so it also has the time of the person's draft and the state of an
    immediate action. `several`: the list has returns of several audits, so the line names its audit.
    """
    party = waiting.party
    audit = [f"audit {party.audit}"] if several else []
    name = beside(f"*{escape(party.reference)}*", party.area, party.agency, *audit)
    urgent = f"\nImmediate action: {to_agency(waiting.immediate, now)}" if fresh and waiting.immediate else ""
    if waiting.over:
        return section(f"{name}\n{_state_words(waiting, now)} · Nothing more is asked about it.{urgent}")
    if waiting.begun(now):
        return section(f"{name}\n{_state_words(waiting, now)} · The meeting has begun, so it can't be changed.{urgent}")
    if waiting.locked:
        return section(f"{name}\n{_state_words(waiting, now)} · Ratified, so it can't be changed.{urgent}")
    label = "Change return" if sent(waiting) else "Open return"
    about = ", ".join([party.reference, *audit, party.agency])
    opening = button(label, OPEN, waiting.return_id, about=about, primary=not sent(waiting))
    kept = f" · your draft, {stamp(waiting.draft_saved_at, now)}" if fresh and waiting.draft_saved_at else ""
    return section(f"{name}\n{_state_words(waiting, now)}{kept}{urgent}", opening)


def request(cycle: CycleView, waiting: Sequence[Waiting], now: datetime) -> Content:
    """The message to a lead: their agency's outstanding returns in this cycle, and how many are sent."""
    open_ones = sum(waits(each, now) for each in waiting)
    all_sent = sum(sent(each) for each in waiting)
    title = fitted(cycle.name, 120)
    if not waiting:
        over = "The meetings of this audit are over: nothing more is asked of your agency."
        state = "There is nothing for your agency to do in this audit." if cycle.state in UNDER_WAY else over
    elif open_ones:
        state = f"{open_ones} of {count_of(len(waiting), 'return')} still to send, by {in_message(cycle.due_at, now)}."
    elif all_sent < len(waiting):
        state = f"{all_sent} of {count_of(len(waiting), 'return')} sent. The others can't be sent any more."
    else:
        state = f"✅ All {count_of(len(waiting), 'return')} sent. Thank you."
        if any(_changeable(each, now) for each in waiting):
            state += " You can change each until its meeting begins."
    blocks = [header(cycle.name), section(f"*{state}*"), *_about(cycle, waiting, now)]
    offered = [button("Which are known to us?", KNOWN, cycle.id)] if open_ones > 1 else []
    if any(now < each.meeting_at for each in waiting):
        offered.append(button(calendar_file.LABEL, calendar_file.ASK, cycle.id))
    if offered:
        blocks.append(actions("known", *offered))
    return Content(
        f"{title}. {state}", [*blocks, divider(), *waiting_blocks(waiting, now, _MOST_LISTED, MESSAGE_CHARACTERS)]
    )


def _about(cycle: CycleView, waiting: Sequence[Waiting], now: datetime) -> list[Block]:
    """The audit's theme and period, where to ask which child it is, and the meetings about the lead's own cases."""
    theirs = {each.meeting_at for each in waiting}
    meetings = [each for each in cycle.meetings if each.starts_at in theirs]
    lines = [f"Theme: {escape(cycle.theme)}", *period_line(cycle.period), which_child(cycle.key_holder)]
    lines += [f"Meeting{about_areas(_areas(each))}: {meeting_noted(each.starts_at, now)}" for each in meetings[:4]]
    return paragraphs(lines)


def _areas(meeting: MeetingView) -> str:
    return fitted(", ".join(meeting.areas), 60)


def waiting_blocks(waiting: Sequence[Waiting], now: datetime, most: int, characters: int) -> list[Block]:
    """As many lines as fit; if not all do, those still to send come first."""
    several = of_several(waiting)
    lines = [line(each, now, several=several) for each in waiting]
    if len(lines) > most or _size(lines) > characters - 2500:
        lines = [line(each, now, several=several) for each in sorted(waiting, key=sent)]
    shown = lines[:most]
    while _size(shown) > characters - 2500:
        shown.pop()
    left = len(lines) - len(shown)
    return [*shown, context(f"and {left} more: see the Home tab.")] if left else shown


def _size(blocks: Sequence[Block]) -> int:
    return sum(len(str(block.get("text"))) + 40 for block in blocks)
