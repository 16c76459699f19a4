"""The agency's return: the request for it, its form, and the word that it is saved."""

from collections.abc import Sequence
from datetime import datetime

from audit.cycles import CycleView, MeetingView
from audit.returns import OpenReturn, Saved, Waiting
from audit.tools import LINE_LIMIT, TEXT_LIMIT, Section
from views.grades import grading
from views.parts import (
    MESSAGE_CHARACTERS,
    Block,
    Choice,
    Content,
    View,
    alert,
    button,
    context,
    count_of,
    datepicker,
    divider,
    done,
    escape,
    header,
    modal,
    paragraphs,
    radios,
    section,
    shorten,
    text_input,
)
from views.words import stamp, when

OPEN = "return.open"
SUBMIT = "return.submit"

NO_NAMES = (
    "Do not write names, dates of birth, numbers or addresses: nothing that tells who the child or anybody else is."
)
_YES_NO: tuple[Choice, ...] = (("yes", "Yes"), ("no", "No"))
_MOST_LISTED = 20


def form(opened: OpenReturn, notice: str | None = None) -> View:
    """The form, filled with what is known. `notice` (why it is shown again) stands on top."""
    top = [alert(notice)] if notice else []
    blocks = [*top, section(f"*{NO_NAMES}*"), *_facts(opened), divider()]
    blocks += [_question(part, opened.answers.sections.get(part.key, "")) for part in opened.tool.sections]
    given = opened.answers
    blocks += [
        divider(),
        *grading(
            opened.scale,
            "Your agency's grade of its own involvement",
            grade=given.grade,
            reason=given.not_graded_reason,
            why=given.why,
        ),
    ]
    title = "Your agency's return"
    return modal(title, blocks, record_id=opened.record_id, verb=SUBMIT, submit="Send the return")


def _facts(opened: OpenReturn) -> list[Block]:
    party, now = opened.party, opened.now
    lines = [
        f"*Case {escape(party.reference)}* · {escape(party.area)} · {escape(party.agency)}",
        escape(opened.cycle_title),
        f"Deadline: {when(opened.due_at, now)}",
        f"Meeting: {when(opened.meeting_at, now)}. You can change the return until the meeting begins.",
    ]
    blocks = paragraphs(lines)
    if opened.late:
        blocks.append(alert("The deadline has passed. You can still send the return: it will be marked late."))
    if opened.saved_at is not None:
        by = escape(opened.saved_by or "somebody")
        blocks.append(context(f"Last saved: version {opened.version} by {by}, {stamp(opened.saved_at, now)}"))
    return blocks


def _question(part: Section, text: str) -> Block:
    if part.kind == "yes_no":
        return radios(part.key, part.label, _YES_NO, text, optional=True, hint=part.hint)
    if part.kind == "date":
        return datepicker(part.key, part.label, text, hint=part.hint)
    long = part.kind == "text"
    limit = TEXT_LIMIT if long else LINE_LIMIT
    return text_input(part.key, part.label, text, limit=limit, multiline=long, hint=part.hint)


def saved(saved: Saved) -> View:
    """The word that a version is stored."""
    party, now = saved.party, saved.saved_at
    mark = "It came after the deadline, so it is marked late." if saved.late else "It is on time."
    lines = [
        f"✅ *Saved.* {escape(party.agency)}: the return for case *{escape(party.reference)}* is sent.",
        f"Version {saved.version}, {stamp(now, now)}. {mark}",
        f"You can change it until the meeting: {when(saved.meeting_at, now)}.",
    ]
    return done("Return saved", lines)


def sent(waiting: Waiting) -> bool:
    """Whether nothing more is asked: a version, a nil return, or declined."""
    return waiting.state not in {"requested", "drafted"}


def waits(waiting: Waiting, now: datetime) -> bool:
    """Whether it is still to send, and still can be."""
    return not sent(waiting) and not waiting.locked and now < waiting.meeting_at


def state_words(waiting: Waiting, now: datetime) -> str:
    """How far a return has come, in the words of a lead's list."""
    if waiting.state == "submitted":
        return f"✅ Sent{' late' if waiting.late else ''} (version {waiting.version})"
    if sent(waiting):
        return {"nil": "✅ Nil return", "declined": "Declined"}.get(waiting.state, "Sent")
    if not waits(waiting, now):
        return "Not sent"
    begun = "Draft kept" if waiting.state == "drafted" else "Not started"
    return f"⚠️ *Overdue* · {begun}" if now > waiting.due_at else begun


def line(waiting: Waiting, now: datetime) -> Block:
    """One return of a lead's list, with the button that opens it for as long as it can be changed."""
    party = waiting.party
    name = f"*{escape(party.reference)}* · {escape(party.area)} · {escape(party.agency)}"
    if now >= waiting.meeting_at:
        return section(f"{name}\n{state_words(waiting, now)} · The meeting has begun, so it can't be changed.")
    if waiting.locked:
        return section(f"{name}\n{state_words(waiting, now)} · Ratified, so it can't be changed.")
    label = "Change return" if sent(waiting) else "Open return"
    about = f"{party.reference}, {party.agency}"
    opening = button(label, OPEN, waiting.return_id, about=about, primary=not sent(waiting))
    return section(f"{name}\n{state_words(waiting, now)}", opening)


def request(cycle: CycleView, waiting: Sequence[Waiting], now: datetime) -> Content:
    """The message to a lead: what waits for their agency in this cycle, and what has been sent."""
    open_ones = sum(waits(each, now) for each in waiting)
    all_sent = sum(sent(each) for each in waiting)
    title = escape(shorten(cycle.title, 120))
    if not waiting:
        state = "Nothing waits for your agency in this audit."
    elif open_ones:
        state = f"{open_ones} of {count_of(len(waiting), 'return')} still to send, by {when(cycle.due_at, now)}."
    elif all_sent < len(waiting):
        state = f"{all_sent} of {count_of(len(waiting), 'return')} sent. The others can't be sent any more."
    else:
        state = (
            f"✅ All {count_of(len(waiting), 'return')} sent. Thank you. You can change each until its meeting begins."
        )
    blocks = [header(cycle.title), section(f"*{state}*"), *_meetings(cycle, now)]
    return Content(f"{title}. {state}", [*blocks, divider(), *listed(waiting, now, _MOST_LISTED, MESSAGE_CHARACTERS)])


def _meetings(cycle: CycleView, now: datetime) -> list[Block]:
    lines = [f"Theme: {escape(cycle.theme)}"]
    lines += [f"Meeting about {_areas(each)}: {when(each.starts_at, now)}" for each in cycle.meetings[:4]]
    return paragraphs(lines)


def _areas(meeting: MeetingView) -> str:
    return escape(shorten(", ".join(meeting.areas), 60))


def listed(waiting: Sequence[Waiting], now: datetime, most: int, characters: int) -> list[Block]:
    """As many lines as fit; if not all do, those still to send come first."""
    lines = [line(each, now) for each in waiting]
    if len(lines) > most or _size(lines) > characters - 2500:
        lines = [line(each, now) for each in sorted(waiting, key=sent)]
    shown = lines[:most]
    while _size(shown) > characters - 2500:
        shown.pop()
    left = len(lines) - len(shown)
    return [*shown, context(f"and {left} more: see the Home tab.")] if left else shown


def _size(blocks: Sequence[Block]) -> int:
    return sum(len(str(block.get("text"))) + 40 for block in blocks)
