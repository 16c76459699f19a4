"""What has to be done now in an audit: a few lines, with the buttons that are relevant at its stage."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from audit.chasing.progress import AnsweredShare
from audit.home.every_audit import CaseLine, CycleSection
from audit.home.home import Home
from audit.home.stages import AuditStage, Stage
from audit.labels import about_areas
from audit.scales import NO_OVERALL, NOT_GRADED, NOT_GRADED_LABEL
from audit.setup.opening import UNBOUND
from views.cases.summary import DISCUSS, READ
from views.chasing import progress, reminders
from views.home import first_run, follow_up
from views.home.follow_up import RECOMMENDATIONS, REPORT, Offered
from views.meeting import agenda
from views.parts import Block, actions, button, context, count_of, escape, fitted, paragraphs, section, shorten
from views.returns.grades import BY_SECTION
from views.setup import case_list, places, sample
from views.setup.opening import LOOK, MANAGE, STATES, asking, reached, unled
from views.words import beside, stamp, when

JUDGED = ("meeting", "ratified", "reported", "closed")
"""The states in which a case may have been judged."""
OPENED = ("collecting", *JUDGED)
"""The states in which cases can be discussed."""
_MOST_CASES = 10
_POSTING = timedelta(hours=1)
"""How long after their due time summaries may still be on their way."""
LEAST = 2
"""The fewest blocks that an audit takes."""

_WHO: Offered = (progress.TITLE, progress.SHOW)
_MEETINGS: Offered = ("Meetings", agenda.SHOW)
_REMIND: Offered = ("Remind now", reminders.NUDGE)
_EVERYTHING: Offered = ("All about this audit", LOOK)
_MANAGE: Offered = ("Manage this audit", MANAGE)


def blocks(standing: AuditStage, home: Home, room: int) -> list[Block]:
    """An audit on Home in at most `room` blocks (LEAST or more): its next task, its buttons, and cases."""
    cycle, coordinates = standing.part.cycle, home.coordinates
    meeting = cycle.state == "collecting" and standing.stage in {Stage.MEET, Stage.MET}
    state = STATES["meeting" if meeting else cycle.state]
    top = f"*{escape(cycle.name)}* · {state}{_date(standing, home.now, coordinates=coordinates)}"
    offered = _offered(standing, coordinates=coordinates)
    row = [_button(standing, each, primary=place == 0) for place, each in enumerate(offered)]
    if standing.stage is Stage.OPEN and coordinates and standing.opening:
        row = [asking(cycle.id, cycle.number, standing.opening)]
    row += [_button(standing, each) for each in [_EVERYTHING, *([_MANAGE] if coordinates else [])]]
    summary = paragraphs([top, *_task(standing, home), *_numbers(standing.part)])[:1]
    first = [*summary, actions(f"audit-{cycle.id}", *row)]
    return [*first, *_to_see(standing, room - len(first), discussing=home.chairs)]


def _button(standing: AuditStage, offered: Offered, *, primary: bool = False) -> Block:
    cycle = standing.part.cycle
    return button(*offered, cycle.id, about=f"audit {cycle.number}", primary=primary)


def _date(standing: AuditStage, now: datetime, *, coordinates: bool) -> str:
    """The date that matters now: the deadline until all have answered (with the meeting for non-coordinators)."""
    cycle, coming = standing.part.cycle, standing.coming
    areas = about_areas(fitted(", ".join(coming.areas), 60)) if coming else ""
    if standing.stage in {Stage.SET_UP, Stage.OPEN, Stage.CHASE}:
        meeting = f" · meeting{areas}: {stamp(coming.starts_at, now)}" if coming and not coordinates else ""
        return f" · deadline: {when(cycle.due_at, now)}{meeting}"
    return f" · {'next ' if standing.held else ''}meeting{areas}: {when(coming.starts_at, now)}" if coming else ""


def _offered(standing: AuditStage, *, coordinates: bool) -> list[Offered]:
    """The buttons relevant at the audit's stage, the one to press now first."""
    stage = standing.stage
    if stage in {Stage.SET_UP, Stage.OPEN}:
        return _planning(standing) if coordinates else []
    chasing = [_WHO, *([_REMIND] if coordinates else [])] if standing.awaited else []
    if stage in {Stage.CHASE, Stage.GATHERED}:
        return chasing or [_WHO]
    if stage in {Stage.READ, Stage.MEET}:
        return [_MEETINGS, *chasing]
    if coordinates and stage is Stage.MET:
        return [follow_up.step(standing), RECOMMENDATIONS, REPORT]
    return follow_up.offered(standing) if coordinates else [RECOMMENDATIONS, REPORT]


def _planning(standing: AuditStage) -> list[Offered]:
    """The buttons for what a planned audit lacks first: meetings, then cases; none if it lacks something else."""
    part = standing.part
    if standing.stage is Stage.SET_UP and not part.cycle.meetings:
        return [(places.TITLE, places.SHOW)]
    if standing.stage is Stage.SET_UP and not part.cases:
        return [("Paste cases", case_list.PASTE), ("Draw a sample", sample.CHOOSE)]
    return []


def _task(standing: AuditStage, home: Home) -> list[str]:
    """What has to be done now, and why."""
    stage, coordinates = standing.stage, home.coordinates
    if stage in {Stage.SET_UP, Stage.OPEN}:
        return _planned(standing, home) if coordinates else ["It isn't open yet."]
    if stage in {Stage.CHASE, Stage.GATHERED}:
        collecting = _collecting(standing, home.now, coordinates=coordinates)
        return [collecting, *_late(standing, home.now, coordinates=coordinates), *_missed(standing)]
    if stage is Stage.READ:
        every = count_of(len(standing.part.cases), "case")
        out = f"The summaries of {len(standing.cases)} of {every} are out, and their meeting is to come."
        return [f"*Read for the meeting.* {out} They are listed here in the order of its agenda.", *_waiting(standing)]
    if stage is Stage.MEET:
        return [_meeting(standing, chairs=home.chairs, coordinates=coordinates), *_waiting(standing)]
    if stage is Stage.MET:
        made = standing.after.recommendations
        todo = "*Close the meetings.* " if coordinates else "*Recommend.* " if home.monitors and not made else ""
        follows = f" {follow_up.made(standing.after)}." if made else ""
        return [
            f"{todo}Every case is ratified, and the last meeting has begun.{follows}{follow_up.signing(standing.after)}"
        ]
    return [follow_up.sentence(standing, coordinates=coordinates, monitors=home.monitors)]


def _meeting(standing: AuditStage, *, chairs: bool, coordinates: bool) -> str:
    todo = f"Hold the meeting: {'record who came, ' if coordinates else ''}discuss and ratify."
    todo = todo if chairs else "The meeting has begun."
    left = count_of(len(standing.cases) + standing.hidden, "case")
    hidden = " or to be released" if standing.hidden else ""
    areas = fitted(", ".join(standing.held), 150)
    return f"*{todo}* {left} still to be ratified{hidden}{f': {areas}' if areas else ''}."


def lacks_sheet(standing: AuditStage) -> bool:
    """Whether Home says of a planned audit that it has no sheet."""
    return standing.opening is not None and standing.opening.unbound


def _planned(standing: AuditStage, home: Home) -> list[str]:
    """What is missing before a planned audit can be opened or, if nothing is, whom the opening reaches."""
    opening = standing.opening
    if opening is None:
        return ["*Set it up.*"]
    run = home.attention.first_run if home.attention else None
    in_checklist = run is not None and standing.part.cycle.id in first_run.lacks_sheet(run)
    lacking = lacks_sheet(standing) and not in_checklist
    unbound = [f"{UNBOUND[:1].upper()}{UNBOUND[1:]}: set it under *{_MANAGE[0]}*."] if lacking else []
    if not opening.missing:
        return [f"*Open it.* {reached(opening)}.", *unled(opening), *unbound]
    return [f"*Set it up.* Before it can be opened: {fitted('; '.join(opening.missing), 400)}.", *unbound]


def _collecting(standing: AuditStage, now: datetime, *, coordinates: bool) -> str:
    whole = standing.part.overview.whole
    answered = f"{whole.answered} of {count_of(whole.all, 'return')} answered"
    if not standing.awaited:
        at = standing.summaries_at
        posted = f" The summaries are posted {stamp(at, now)}." if at and now < at + _POSTING else ""
        return f"*No returns to chase.* {answered}.{posted}"
    todo = "*Chase the returns.* " if coordinates else ""
    return f"{todo}{answered}; awaited: {_by_area(standing.awaited)}."


def _late(standing: AuditStage, now: datetime, *, coordinates: bool) -> list[str]:
    """A line if summaries should have been posted by now; otherwise empty."""
    if standing.summaries_at is None or now < standing.summaries_at + _POSTING:
        return []
    why = ": *Messages* below says why" if coordinates else ""
    return [f"⚠️ The summaries for that meeting were due {stamp(standing.summaries_at, now)}, and aren't out{why}."]


def _waiting(standing: AuditStage) -> list[str]:
    """The returns missing: those still awaited, and those that can no longer be sent."""
    lines = [f"Returns awaited: {_by_area(standing.awaited)}."] if standing.awaited else []
    return [*lines, *_missed(standing)]


def _missed(standing: AuditStage) -> list[str]:
    return [f"{count_of(standing.missed, 'return')} didn't come."] if standing.missed else []


def _by_area(shares: Sequence[AnsweredShare]) -> str:
    """How many returns are awaited, and in which areas, if there are areas."""
    named = ", ".join(f"{each.label} {each.awaited}" for each in shares)
    left = sum(each.awaited for each in shares)
    alone = f"{left} in {shares[0].label}" if shares[0].label else str(left)
    return fitted(f"{left} ({named})" if len(shares) > 1 else alone, 200)


def tally(part: CycleSection) -> str:
    """The number of ratified judgements for each grade; a pointer to the figures if only sections are graded."""
    if not part.cycle.tool.asks_overall:
        return "graded by section (see *Figures*)"
    given = [case.judgement for case in part.cases]
    numbers = [f"{escape(grade.label)} {given.count(grade.key)}" for grade in part.cycle.scale.grades]
    numbers.append(f"{NOT_GRADED_LABEL} {given.count(NOT_GRADED)}")
    by_section = given.count(NO_OVERALL)
    return shorten(" · ".join([*numbers, *([f"{BY_SECTION} {by_section}"] if by_section else [])]), 1500)


def how_many(state: str, cases: int, released: int, ratified: int) -> str:
    """How many cases a cycle has, how many are ratified and, unless all are, how many are released."""
    out = f", {released} released" if state in JUDGED and released < cases else ""
    return f"{count_of(cases, 'case')}{out}, {ratified} ratified"


def _numbers(part: CycleSection) -> list[str]:
    """How many cases are ratified, and the grades; empty until the first is."""
    return [f"{cases(part)}: {tally(part)}"] if any(case.judgement for case in part.cases) else []


def cases(part: CycleSection) -> str:
    """How many cases an audit has, and how many are released and ratified."""
    released = sum(case.released for case in part.cases)
    ratified = sum(case.judgement is not None for case in part.cases)
    return how_many(part.cycle.state, len(part.cases), released, ratified)


def _to_see(standing: AuditStage, room: int, *, discussing: bool) -> list[Block]:
    """The cases to read before the meeting, or to discuss at it."""
    listed, most = standing.cases, min(room, _MOST_CASES)
    shown = listed if len(listed) <= most else listed[: max(most - 1, 0)]
    at_it = standing.stage is Stage.MEET and discussing
    left = len(listed) - len(shown)
    more = [context(f"and {count_of(left, 'more case')}: press *{_EVERYTHING[0]}*.")] if left and room else []
    number = standing.part.cycle.number
    return [*(_case(each, number, discussing=at_it) for each in shown), *more]


def _case(case: CaseLine, audit: int, *, discussing: bool) -> Block:
    label, verb = ("Discuss", DISCUSS) if discussing else ("Read", READ)
    doing = button(label, verb, case.case_id, about=f"{case.reference}, audit {audit}")
    return section(beside(f"*{escape(case.reference)}*", case.area), doing)
