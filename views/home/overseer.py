"""What there is in an audit for who oversees it: all its buttons, its numbers, and a line or a row a case."""

from collections.abc import Sequence
from datetime import datetime

from audit.cycle_facts import CycleView
from audit.home.every_audit import CaseLine, CycleSection
from audit.home.home import Home
from audit.labels import about_areas
from views.actions import recommendations
from views.cases.summary import DISCUSS, READ
from views.chasing import progress, reminders
from views.figures import figures
from views.home import stages
from views.meeting import agenda
from views.meeting.ratify import JUDGE
from views.parts import Block, actions, button, context, count_of, escape, fitted, section
from views.report import issue
from views.returns.grades import grade_words
from views.setup.opening import LOOK, MANAGE, STATES
from views.themes import evidence
from views.underway import steps
from views.words import meeting_on, when

_RATIFIABLE = ("collecting", "meeting")
_BEFORE = ("planned", "cancelled")
_MEETING = (("Meetings", agenda.SHOW), ("Figures", figures.SHOW))
_AFTERWARDS = (("Findings", evidence.SHOW), ("Recommendations", recommendations.SHOW), ("Report", issue.SHOW))
"""What everybody who oversees a cycle can look at once it is open, and once the first case was judged."""


def audit_blocks(home: Home, room: int) -> list[Block]:
    """The audits under way, in `room` blocks: what is next in each; the cases to see share what is left."""
    blocks: list[Block] = []
    for place, each in enumerate(home.audits):
        left = room - len(blocks)
        to_come = len(home.audits) - place
        if left < stages.LEAST + 1:
            return [*blocks, context(f"and {count_of(to_come, 'more audit')}: press *All audits* below.")]
        blocks += stages.blocks(each, home, max(left // to_come, stages.LEAST))
    return blocks


def over_blocks(over: Sequence[CycleSection]) -> list[Block]:
    """The newest audits that are over, a line each."""
    return [_over(each) for each in over]


def _over(part: CycleSection) -> Block:
    cycle = part.cycle
    looking = button("Look at it", LOOK, cycle.id, about=f"audit {cycle.number}")
    top = f"*{escape(cycle.name)}* · {STATES[cycle.state]}"
    return section(f"{top} · {stages.cases(part)}", looking)


def about(part: CycleSection, now: datetime, *, coordinates: bool) -> list[Block]:
    """A cycle as a whole: how far it is, and what can be done about it."""
    cycle = part.cycle
    tally = f": {stages.tally(part)}" if any(case.judgement for case in part.cases) else ""
    lines = [
        f"*{escape(cycle.name)}* · {STATES[cycle.state]}",
        f"Theme: {escape(cycle.theme)}",
        f"Deadline: {when(cycle.due_at, now)}",
        *_meetings(cycle, now),
        *([] if cycle.state == "planned" else progress.lines(part.overview)[:1]),
        f"{stages.cases(part)}{tally}",
    ]
    return [section("\n".join(lines)), actions(f"cycle-{cycle.id}", *_doings(cycle, coordinates=coordinates))]


def _doings(cycle: CycleView, *, coordinates: bool) -> list[Block]:
    """What can be done about a cycle as a whole."""
    about = f"audit {cycle.number}"
    offered = [(progress.TITLE, progress.SHOW), *(_MEETING if cycle.state not in _BEFORE else ())]
    offered += _AFTERWARDS if cycle.state in stages.JUDGED else ()
    found = [button(label, verb, cycle.id, about=about) for label, verb in offered]
    if coordinates:
        found.append(button("Manage this audit", MANAGE, cycle.id, about=about))
    if coordinates and (stepping := steps.label(cycle.state)):
        found.append(button(stepping, steps.SHOW, cycle.id, about=about))
    if coordinates and cycle.state in _RATIFIABLE:
        found.append(button("Remind now", reminders.NUDGE, cycle.id, about=about))
    return found


def _meetings(cycle: CycleView, now: datetime) -> list[str]:
    shown = [
        f"Meeting{about_areas(fitted(', '.join(each.areas), 60))}: {meeting_on(each.starts_at, now)}"
        for each in cycle.meetings[:3]
    ]
    left = len(cycle.meetings) - len(shown)
    return [*shown, f"and {count_of(left, 'more meeting')}"] if left else shown


def line(cycle: CycleView, case: CaseLine, *, chairs: bool) -> Block:
    """One case: how it stands, as far as that is theirs to know who look; and what they can do about it."""
    waiting = case.judgement is None and not case.released and cycle.state not in _BEFORE
    state = "not released yet" if waiting else _state(cycle, case)
    reading = button("Read", READ, case.case_id, about=case.reference)
    if not (chairs and cycle.state in _RATIFIABLE):
        return section(f"*{escape(case.reference)}* · {escape(state)}", reading)
    again = case.judgement is not None
    return actions(
        f"case-{case.case_id}",
        button(f"Read {case.reference} ({state})", READ, case.case_id),
        button("Discuss", DISCUSS, case.case_id, about=case.reference),
        button("Ratify again" if again else "Ratify", JUDGE, case.case_id, about=case.reference),
    )


def _state(cycle: CycleView, case: CaseLine) -> str:
    return grade_words(cycle.scale, case.judgement, "").partition(" (")[0] if case.judgement else "not ratified"
