"""An audit as its overseers see it: its buttons, its numbers, and a line or a row of buttons for each case."""

from collections.abc import Sequence
from datetime import datetime

from audit.cycle_facts import CycleView
from audit.home.every_audit import AuditForReader, CaseLine, CycleSection, ListedAudit
from audit.home.home import Home
from audit.labels import about_areas
from views.actions import recommendations
from views.cases.summary import DISCUSS, READ
from views.chasing import progress, reminders
from views.cycle import tally
from views.figures import figures
from views.home import stages
from views.home.follow_up import Offered
from views.meeting import agenda
from views.meeting.ratify import JUDGE
from views.parts import Block, actions, button, context, count_of, escape, fitted, section
from views.report import issue, paragraphs
from views.returns import calendar_file
from views.returns.grades import grade_words
from views.setup.opening import LOOK, MANAGE, STATES
from views.themes import evidence
from views.underway import steps
from views.words import meeting_on, period_line, when

_MANAGE: Offered = ("Manage this audit", MANAGE)
_REMIND: Offered = ("Remind now", reminders.NUDGE)
_DATES: Offered = (calendar_file.LABEL, calendar_file.ASK)
_RECOMMEND: Offered = ("New recommendation", recommendations.NEW)
_TEXTS: Offered = (paragraphs.TITLE, paragraphs.SHOW)
_RATIFIABLE, _RECOMMENDED = ("collecting", "meeting"), ("meeting", "ratified", "reported")
_REMOVED = "What people wrote about it was removed when its retention period ended. Grades, days and every number stay."
_BEFORE = ("planned", "cancelled")
_MEETING = (("Meetings", agenda.SHOW), ("Figures", figures.SHOW))
_AFTERWARDS = (("Findings", evidence.SHOW), ("Recommendations", recommendations.SHOW), ("Report", issue.SHOW))
"""What every overseer can look at: `_MEETING` from the opening, `_AFTERWARDS` from the first judgement."""


def audit_blocks(home: Home, room: int) -> list[Block]:
    """The audits under way in at most `room` blocks: each one's next task, then cases in an equal share of the room."""
    blocks: list[Block] = []
    for place, each in enumerate(home.audits):
        left = room - len(blocks)
        to_come = len(home.audits) - place
        if left < stages.LEAST + 1:
            return [*blocks, context(f"and {count_of(to_come, 'more audit')}: press *All audits* below.")]
        blocks += stages.blocks(each, home, max(left // to_come, stages.LEAST))
    return blocks


def over_blocks(over: Sequence[ListedAudit]) -> list[Block]:
    """The newest audits that are over, a line each."""
    return [_over(each) for each in over]


def _over(audit: ListedAudit) -> Block:
    looking = button("Look at it", LOOK, audit.cycle_id, about=f"audit {audit.number}")
    cases = stages.how_many(audit.state, audit.cases, audit.released, audit.ratified)
    return section(f"*{escape(audit.title)}* · {STATES[audit.state]} · {cases}", looking)


def about(part: CycleSection, audit: AuditForReader) -> list[Block]:
    """A cycle as a whole: its state and numbers, and the buttons to look at it and to act on it."""
    cycle, now = part.cycle, audit.now
    graded = f": {stages.tally(part)}" if any(case.judgement for case in part.cases) else ""
    lines = [
        f"*{escape(cycle.name)}* · {STATES[cycle.state]}",
        f"Theme: {escape(cycle.theme)}",
        *period_line(cycle.period),
        f"Deadline: {when(cycle.due_at, now)}",
        *_meetings(cycle, now),
        *([] if cycle.state == "planned" else progress.lines(part.overview)[:1]),
        f"{stages.cases(part)}{graded}",
        *([_REMOVED] if audit.removed else []),
    ]
    rows = {"looking": _looks(cycle), "doing": _doings(cycle, audit)}
    return [section("\n".join(lines)), *(actions(f"{name}-{cycle.id}", *row) for name, row in rows.items() if row)]


def _looks(cycle: CycleView) -> list[Block]:
    """What every overseer can look at in a cycle."""
    offered = [(progress.TITLE, progress.SHOW), *(_MEETING if cycle.state not in _BEFORE else ())]
    offered += _AFTERWARDS if cycle.state in stages.JUDGED else ()
    answers = tally.offered(cycle) if cycle.state not in _BEFORE else []
    return [*(_button(cycle, each) for each in offered), *answers]


def _doings(cycle: CycleView, audit: AuditForReader) -> list[Block]:
    """What this reader can do about a cycle as a whole."""
    offered = [_MANAGE] if audit.coordinates else []
    if audit.coordinates and (stepping := steps.label(cycle.state)):
        offered.append((stepping, steps.SHOW))
    if audit.coordinates and cycle.state in _RATIFIABLE:
        offered.append(_REMIND)
    if cycle.state in _RATIFIABLE and any(at > audit.now for at in (cycle.due_at, *_starts(cycle))):
        offered.append(_DATES)
    if audit.monitors and cycle.state in _RECOMMENDED:
        offered.append(_RECOMMEND)
    if audit.chairs and cycle.state in stages.JUDGED and not audit.removed:
        offered.append(_TEXTS)
    return [_button(cycle, each) for each in offered]


def _starts(cycle: CycleView) -> list[datetime]:
    return [each.starts_at for each in cycle.meetings]


def _button(cycle: CycleView, offered: Offered) -> Block:
    return button(*offered, cycle.id, about=f"audit {cycle.number}")


def _meetings(cycle: CycleView, now: datetime) -> list[str]:
    shown = [
        f"Meeting{about_areas(fitted(', '.join(each.areas), 60))}: {meeting_on(each.starts_at, now)}"
        for each in cycle.meetings[:3]
    ]
    left = len(cycle.meetings) - len(shown)
    return [*shown, f"and {count_of(left, 'more meeting')}: see *Meetings*"] if left else shown


def line(cycle: CycleView, case: CaseLine, *, chairs: bool) -> Block:
    """A case: its state, as far as this reader may know it, and the reader's buttons."""
    waiting = case.judgement is None and not case.released and cycle.state not in _BEFORE
    state = "not released yet" if waiting else _state(cycle, case)
    if cycle.state not in stages.OPENED:
        reading = button("Read", READ, case.case_id, about=case.reference)
        return section(f"*{escape(case.reference)}* · {escape(state)}", reading)
    again = "Ratify again" if case.judgement else "Ratify"
    ratifying = [button(again, JUDGE, case.case_id, about=case.reference)]
    return actions(
        f"case-{case.case_id}",
        button(f"Read {case.reference} ({state})", READ, case.case_id),
        button("Discuss", DISCUSS, case.case_id, about=case.reference),
        *(ratifying if chairs and cycle.state in _RATIFIABLE else []),
    )


def _state(cycle: CycleView, case: CaseLine) -> str:
    return grade_words(cycle.scale, case.judgement, "").partition(" (")[0] if case.judgement else "not ratified"
