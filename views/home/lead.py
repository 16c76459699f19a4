"""Home for a lead, deputy or auditor: outstanding returns, covers, and readable summaries."""

from collections.abc import Sequence
from datetime import datetime

from audit.home.home import Home, SnoozableAudit, Summaries
from audit.returns.waiting import Waiting, of_several
from views.cases.summary import READ
from views.chasing import snooze
from views.parts import Block, actions, button, context, count_of, escape, header, section
from views.returns import calendar_file, cover, request
from views.returns.nil import EVERY, KNOWN
from views.setup.opening import LOOK
from views.words import beside, meeting_on, on, when

_MOST_WAITING = 25
_MOST_BESIDE_AUDITS = 12
_MOST_HANDED = 6
_MOST_COVERS = 3
_MOST_AUDITS = 4
_MOST_READ = 8
MOST_AUDITS_READ = 4
"""The most audits that have a line for their summaries; the others are under "All audits"."""


def waiting_blocks(home: Home) -> list[Block]:
    """An agency's returns in order of urgency, and the other things its lead can do about them."""
    if not (home.waiting or home.coverable or home.covers):
        return []
    lines = sorted(home.waiting, key=_order)
    fixed = [each for each in lines if (each.locked or each.begun(home.now)) and not _must_happen(each)]
    known = {each.return_id for each in fixed}
    standing = [each for each in lines if each.return_id not in known]
    shown = standing[: _MOST_BESIDE_AUDITS if home.audits or home.coordinates else _MOST_WAITING]
    due = sum(request.waits(each, home.now) for each in lines)
    title = "Send your agency's returns" if due else "Your agency's returns"
    blocks, several = [header(title), section(f"*{_state(lines, due)}*")], of_several(lines)
    blocks += [cover.line(each, home.person_id, home.now) for each in home.covers[:_MOST_COVERS]]
    blocks += _doings(home, due)
    for place, each in enumerate(shown):
        if place == 0 or _when(each) != _when(shown[place - 1]):
            deadline, meeting = when(each.due_at, home.now), meeting_on(each.meeting_at, home.now)
            blocks.append(context(f"*{escape(each.cycle_name)}* · Deadline: *{deadline}* · Meeting: {meeting}"))
        blocks.append(request.line(each, home.now, fresh=True, several=several))
    left = len(standing) - len(shown)
    more = f"and {left} more{_where(standing[len(shown) :])}. Each appears here once those before it are sent"
    blocks += [context(f"{more}; your messages have their buttons, too.")] if left else []
    return [*blocks, *_several(home), *_fixed(fixed)]


def _order(waiting: Waiting) -> tuple[bool, bool, datetime, datetime]:
    """A sort key: returns with an open immediate action first, then those still to send, each by deadline."""
    return not _must_happen(waiting), request.sent(waiting), waiting.due_at, waiting.meeting_at


def _must_happen(waiting: Waiting) -> bool:
    """Whether a return has an open immediate action, so that it stays in sight."""
    return waiting.immediate is not None and waiting.immediate.closed_at is None


def _fixed(lines: Sequence[Waiting]) -> list[Block]:
    """How many returns can no longer be changed, and how many of them never came."""
    if not lines:
        return []
    missed = sum(not request.sent(each) for each in lines)
    never = f" {count_of(missed, 'return')} didn't come." if missed else ""
    fixed = (
        f"{count_of(len(lines), 'return')} can't be changed any more: the meeting has begun, or the case is ratified."
    )
    return [context(f"{fixed}{never}")]


def _when(waiting: Waiting) -> tuple[str, datetime, datetime]:
    return waiting.cycle_name, waiting.due_at, waiting.meeting_at


def _state(lines: Sequence[Waiting], due: int) -> str:
    if due:
        return f"{count_of(due, 'return')} still to send."
    if not lines:
        return "Your agency has no return to send now."
    return "✅ Every return is sent. Thank you." if all(map(request.sent, lines)) else "No return can be sent any more."


def _doings(home: Home, due: int) -> list[Block]:
    """Buttons for all returns at once: say which cases are known, pause reminders, ask for cover, get the dates."""
    reminded = _reminded(home)
    buttons: list[Block] = [button("Which are known to us?", KNOWN, EVERY)] if due > 1 else []
    if len(reminded) == 1:
        buttons.append(_later(reminded[0]))
    if home.coverable:
        buttons.append(button("Ask somebody to cover", cover.CHOOSE, home.person_id))
    coming = _coming(home)
    buttons += [_dates(coming[0])] if len(coming) == 1 else []
    row = [actions("waiting", *buttons)] if buttons else []
    snoozing = [context(_snoozing(reminded[0], home.now))] if len(reminded) == 1 and reminded[0].until else []
    return [*snoozing, *row]


def _reminded(home: Home) -> list[SnoozableAudit]:
    """The audits in which this lead still has a return to send before the meeting, so that reminders come."""
    due = {each.party.audit for each in home.waiting if request.waits(each, home.now) and home.now < each.meeting_at}
    return [each for each in home.snoozable if each.number in due][:_MOST_AUDITS]


def _coming(home: Home) -> list[SnoozableAudit]:
    """The audits of this lead that have a meeting to come."""
    coming = {each.party.audit for each in home.waiting if not each.begun(home.now)}
    return [each for each in home.snoozable if each.number in coming][:_MOST_AUDITS]


def _dates(audit: SnoozableAudit) -> Block:
    return button(calendar_file.LABEL, calendar_file.ASK, audit.cycle_id, about=f"audit {audit.number}")


def _several(home: Home) -> list[Block]:
    """For returns of several audits: each audit's reminders, and the button for its dates."""
    reminded, coming = _reminded(home), _coming(home)
    dates = [section(f"{escape(each.title)}: its dates.", _dates(each)) for each in coming if len(coming) > 1]
    return [*(section(_snoozing(each, home.now), _later(each)) for each in reminded if len(reminded) > 1), *dates]


def _later(audit: SnoozableAudit) -> Block:
    return button("Remind me later", snooze.CHOOSE, audit.cycle_id, about=f"audit {audit.number}")


def _snoozing(audit: SnoozableAudit, now: datetime) -> str:
    until = f"no reminder before {on(audit.until, now)}" if audit.until else "reminders come as usual"
    return f"{escape(audit.title)}: {until}."


def _where(left: Sequence[Waiting]) -> str:
    """How many returns wait in each area, if the partnership has areas."""
    areas: dict[str, int] = {}
    for each in left:
        areas[each.party.area] = areas.get(each.party.area, 0) + 1
    named = ", ".join(f"{escape(area)} {number}" for area, number in list(areas.items())[:10] if area)
    return f": {named}" if named else ""


def handed_blocks(home: Home) -> list[Block]:
    """The returns that leads handed to an auditor to write."""
    if not home.handed:
        return []
    several = of_several(home.handed)
    blocks = [
        header("Write the returns handed to you"),
        section("The lead reads them, signs them off and sends them."),
    ]
    blocks += [request.line(each, home.now, fresh=True, several=several) for each in home.handed[:_MOST_HANDED]]
    left = len(home.handed) - _MOST_HANDED
    return [*blocks, context(f"and {left} more: their buttons are in your messages.")] if left > 0 else blocks


def released_blocks(summaries: Sequence[Summaries]) -> list[Block]:
    """The case summaries that an agency may read: cases not yet ratified, and a button to each audit's others."""
    if not summaries:
        return []
    lines = [(each.number, case) for each in summaries for case in each.cases if case.judgement is None]
    shown = lines[:_MOST_READ]
    blocks = [header("Read for the meeting" if shown else "Summaries you can read")]
    several = len({audit for audit, _ in lines}) > 1
    for audit, case in shown:
        reading = button("Read the summary", READ, case.case_id, about=f"{case.reference}, audit {audit}")
        name = beside(f"*{escape(case.reference)}*", case.area, f"audit {audit}" if several else "", "not ratified yet")
        blocks.append(section(name, reading))
    shown_ids = {case.case_id for _, case in shown}
    unread = [(each, sum(case.case_id not in shown_ids for case in each.cases)) for each in summaries]
    for each, left in [one for one in unread if one[1]][:MOST_AUDITS_READ]:
        looking = button("Look at them", LOOK, each.cycle_id, about=f"audit {each.number}")
        noun = "more case" if shown else "case"
        blocks.append(section(f"The summaries of {count_of(left, noun)} of audit {each.number}", looking))
    return blocks
