"""Everything that a coordinator can do with a cycle, in one menu."""

from audit.home.menu import Managed, ManagedMeeting
from audit.labels import about_areas
from views.chasing import progress, reminders
from views.confirming import named
from views.delivery import channels, log
from views.meeting import agenda
from views.parts import (
    Block,
    View,
    actions,
    button,
    context,
    count_of,
    divider,
    escape,
    header,
    modal,
    paragraphs,
    section,
    shorten,
)
from views.setup import case_list, places, plan, sample
from views.setup.opening import STATES, asking
from views.sheet import state
from views.underway import (
    cancel,
    case_meetings,
    dates,
    description_change,
    involvements,
    leads,
    new_case,
    steps,
    tool_change,
)
from views.words import meeting_on, when

TITLE = "Manage this audit"
_OPEN = ("collecting", "meeting")
_MOST_MEETINGS, _MEETINGS = 40, "see *Meetings*"
_MOST_LINES = 25
_DESCRIBED = f"Under *{description_change.TITLE}*: title, theme, origin, the period looked at, and who holds the key."
_READY = "✅ *Meetings, cases with their agencies, and dates are set: it can be opened.*"


def menu(managed: Managed) -> View:
    """The menu of a cycle: what is missing, or what can be looked at and changed, depending on its state."""
    cycle = managed.cycle
    blocks = [section(f"*{escape(cycle.name)}* · {STATES[cycle.state]}")]
    if cycle.state == "planned":
        blocks += _planned(managed)
    elif cycle.state in _OPEN:
        blocks += [*_standing(managed), *_stepping(managed), *_looking(managed, reminding=True), *_changing(managed)]
    else:
        blocks += cancel.in_words(managed.cancelled) if managed.cancelled else []
        blocks += [*_standing(managed), *_stepping(managed), *_looking(managed, reminding=False)]
        blocks += _rewording(cycle.id) if managed.describable else []
    return modal(TITLE, blocks, record_id=cycle.id)


def _standing(managed: Managed) -> list[Block]:
    answered = f"{managed.returns.answered} of {count_of(managed.returns.all, 'return')} answered"
    return paragraphs([f"Deadline: {when(managed.cycle.due_at, managed.now)}", answered])


def _stepping(managed: Managed) -> list[Block]:
    return steps.in_short(managed.step) if managed.step else []


def _looking(managed: Managed, *, reminding: bool) -> list[Block]:
    cycle_id = managed.cycle.id
    remind = [button("Remind now", reminders.NUDGE, cycle_id)] if reminding else []
    return [
        header("Look"),
        actions(
            "looking",
            button(progress.TITLE, progress.SHOW, cycle_id),
            button("Meetings", agenda.SHOW, cycle_id),
            *remind,
            button("Messages", log.SHOW, cycle_id),
            button(channels.TITLE, channels.SHOW, cycle_id),
            button("About the sheet", state.SHOW, cycle_id),
        ),
    ]


def _rewording(cycle_id: str) -> list[Block]:
    """The button for an audit's description, which the report quotes; also for audits whose meetings are closed."""
    describing = button(description_change.TITLE, description_change.CHOOSE, cycle_id)
    return [header("Change"), context(_DESCRIBED), actions("changing", describing)]


def _changing(managed: Managed) -> list[Block]:
    cycle_id = managed.cycle.id
    return [
        header("Change"),
        context(f"Before you confirm a change, you see what would be sent again and to whom. {_DESCRIBED}"),
        actions(
            "changing",
            button("Move the deadline", dates.CHOOSE_DEADLINE, cycle_id),
            button("Cases and agencies", involvements.LIST, cycle_id),
            button("Add a case", new_case.NEW, cycle_id),
            button(case_meetings.TITLE, case_meetings.CHOOSE, cycle_id),
            button("Replace a lead", leads.CHOOSE, cycle_id),
            button(description_change.TITLE, description_change.CHOOSE, cycle_id),
            button("What it asks", tool_change.SHOW, cycle_id),
            button("Google Sheet", state.ADDRESS, cycle_id),
        ),
        *_meetings(managed),
        divider(),
        actions("ending", button("Cancel the audit", cancel.CANCEL, cycle_id)),
    ]


def _meetings(managed: Managed) -> list[Block]:
    shown = managed.meetings[:_MOST_MEETINGS]
    left = len(managed.meetings) - len(shown)
    return [
        *(_meeting(each, meeting_on(each.starts_at, managed.now)) for each in shown),
        *([context(f"and {count_of(left, 'more meeting')}: {_MEETINGS}.")] if left else []),
    ]


def _meeting(meeting: ManagedMeeting, at: str) -> Block:
    areas = shorten(", ".join(meeting.areas), 100)
    moving = button("Move it", dates.CHOOSE_MEETING, meeting.id, about=f"meeting{about_areas(areas)}")
    return section(f"Meeting{about_areas(named(meeting.areas, _MEETINGS))}: {at}", moving if meeting.movable else None)


def _planned(managed: Managed) -> list[Block]:
    cycle, checklist = managed.cycle, managed.checklist
    missing = checklist.missing if checklist else ()
    warnings = checklist.warnings if checklist else ()
    ready = [actions("opening", asking(cycle.id, cycle.number, checklist.opening))] if checklist and not missing else []
    return [
        *steps.bullets("*Before it can be opened:*", missing, most=_MOST_LINES),
        *steps.bullets("⚠️ *Worth knowing:*", warnings, most=_MOST_LINES),
        *([section(_READY), *ready] if ready else []),
        header("Set up"),
        actions(
            "planning",
            button(plan.EDITING, plan.EDIT, cycle.id),
            button(places.TITLE, places.SHOW, cycle.id),
            button("Paste cases", case_list.PASTE, cycle.id),
            button("Draw a sample", sample.CHOOSE, cycle.id),
            button(case_meetings.TITLE, case_meetings.CHOOSE, cycle.id),
        ),
        actions(
            "where",
            button(channels.TITLE, channels.SHOW, cycle.id),
            button("Google Sheet", state.ADDRESS, cycle.id),
        ),
        divider(),
        actions("ending", button("Cancel the audit", cancel.CANCEL, cycle.id)),
    ]
