"""The overseers' part of Home: the cycles, how far they have come, and their cases."""

from collections.abc import Sequence
from datetime import datetime

from audit.archive import CaseLine, CycleSection
from audit.cycles import CycleView
from audit.scales import NOT_GRADED
from views import agenda, evidence, figures, progress, recommendations, reminders, reports, steps
from views.cases import DISCUSS, READ
from views.cycles import MANAGE, OPEN_CYCLE, STATES
from views.grades import NOT_GRADED_LABEL, grade_words
from views.meetings import JUDGE
from views.parts import (
    Block,
    actions,
    button,
    confirmed,
    context,
    count_of,
    divider,
    escape,
    section,
    shorten,
)
from views.words import when

_ACTIVE = ("planned", "collecting", "meeting", "ratified", "reported")
_RATIFIABLE = ("collecting", "meeting")
_BEFORE = ("planned", "cancelled")
_JUDGED = ("meeting", "ratified", "reported", "closed")
_STEPPING = ("collecting", "meeting", "ratified", "reported")
_MEETING = (("Meetings", agenda.SHOW), ("Figures", figures.SHOW))
_AFTERWARDS = (("Findings", evidence.SHOW), ("Recommendations", recommendations.SHOW), ("Report", reports.SHOW))
"""What everybody who oversees a cycle can look at once it is open, and once the first case was judged."""
_LEAST = 5
"""Blocks without which a cycle isn't worth beginning: line, heading, buttons, areas, a case."""


def cycle_blocks(cycles: Sequence[CycleSection], now: datetime, *, coordinates: bool, room: int) -> list[Block]:
    """The cycles in `room` blocks: those under way share it, finished ones get what is left."""
    ordered = sorted(cycles, key=lambda each: each.cycle.state not in _ACTIVE)
    active = sum(each.cycle.state in _ACTIVE for each in ordered)
    room -= 1
    blocks: list[Block] = []
    for place, each in enumerate(ordered):
        left = room - len(blocks)
        share = left // (active - place) if place < active else left
        if share < _LEAST:
            left_out = count_of(len(ordered) - place, "more audit cycle")
            return [*blocks, context(f"and {left_out}: press *Past audits* below.")]
        blocks += _cycle(each, now, coordinates=coordinates, room=share)
    return blocks


def _cycle(part: CycleSection, now: datetime, *, coordinates: bool, room: int) -> list[Block]:
    judging = coordinates and part.cycle.state in _RATIFIABLE
    blocks = [divider(), *about(part, now, coordinates=coordinates)]
    return [*blocks, *_areas(part, room - len(blocks), judging=judging)]


def about(part: CycleSection, now: datetime, *, coordinates: bool) -> list[Block]:
    """A cycle as a whole: how far it is, and what can be done about it."""
    cycle = part.cycle
    ratified = sum(case.judgement is not None for case in part.cases)
    released = sum(case.released for case in part.cases)
    lines = [
        f"*{escape(cycle.title)}* (cycle {cycle.number}) · {STATES[cycle.state]}",
        f"Theme: {escape(cycle.theme)}",
        f"Deadline: {when(cycle.due_at, now)}",
        *_meetings(cycle, now),
        *([] if cycle.state == "planned" else progress.lines(part.overview)[:1]),
        f"{how_many(cycle.state, len(part.cases), released, ratified)}{_tally(part) if ratified else ''}",
    ]
    opening = _opening(cycle) if coordinates and cycle.state == "planned" else None
    return [
        section("\n".join(lines), opening),
        actions(f"cycle-{cycle.id}", *_doings(cycle, coordinates=coordinates)),
    ]


def how_many(state: str, cases: int, released: int, ratified: int) -> str:
    """How many cases a cycle in that state has; how many of them are released, where not all are; and ratified."""
    out = f", {released} released" if state in _JUDGED and released < cases else ""
    return f"{count_of(cases, 'case')}{out}, {ratified} ratified"


def _tally(part: CycleSection) -> str:
    """The ratified judgements, each grade of the scale with its number."""
    given = [case.judgement for case in part.cases]
    numbers = [f"{escape(grade.label)} {given.count(grade.key)}" for grade in part.cycle.scale.grades]
    return ": " + " · ".join([*numbers, f"{NOT_GRADED_LABEL} {given.count(NOT_GRADED)}"])


def _doings(cycle: CycleView, *, coordinates: bool) -> list[Block]:
    """What can be done about a cycle as a whole."""
    about = f"audit {cycle.number}"
    offered = [("Progress", progress.SHOW), *(_MEETING if cycle.state not in _BEFORE else ())]
    offered += _AFTERWARDS if cycle.state in _JUDGED else ()
    found = [button(label, verb, cycle.id, about=about) for label, verb in offered]
    if coordinates:
        found.append(button("Manage this audit", MANAGE, cycle.id, about=about))
    if coordinates and cycle.state in _STEPPING:
        found.append(button("Next step", steps.SHOW, cycle.id, about=about))
    if coordinates and cycle.state in _RATIFIABLE:
        found.append(button("Remind now", reminders.NUDGE, cycle.id, about=about))
    return found


def _meetings(cycle: CycleView, now: datetime) -> list[str]:
    shown = [
        f"Meeting about {escape(shorten(', '.join(each.areas), 60))}: {when(each.starts_at, now)}"
        for each in cycle.meetings[:3]
    ]
    left = len(cycle.meetings) - len(shown)
    return [*shown, f"and {count_of(left, 'more meeting')}"] if left else shown


def _opening(cycle: CycleView) -> Block:
    asking = button("Open the audit", OPEN_CYCLE, cycle.id, about=f"audit {cycle.number}", primary=True)
    agencies = count_of(len(cycle.agencies), "agency", "agencies")
    return confirmed(asking, "Open this audit?", f"The leads of {agencies} get their requests at once.", "Open it")


def _areas(part: CycleSection, room: int, *, judging: bool) -> list[Block]:
    """A heading an area and a line a case, those not yet ratified first, in `room` blocks shared by the areas."""
    areas: dict[str, list[CaseLine]] = {}
    for case in sorted(part.cases, key=lambda each: each.judgement is not None):
        areas.setdefault(case.area, []).append(case)
    blocks: list[Block] = []
    for place, (area, cases) in enumerate(sorted(areas.items())):
        share = (room - len(blocks)) // (len(areas) - place) - 1
        if share < 1:
            return [*blocks, context(_rest(areas, place))]
        shown = cases[:share]
        left = f" · the first {len(shown)} shown, and {len(cases) - len(shown)} more" if shown != cases else ""
        ratified = sum(case.judgement is not None for case in cases)
        blocks.append(context(f"*{escape(area)}*: {count_of(len(cases), 'case')}, {ratified} ratified{left}"))
        blocks += [_case(part.cycle, case, judging=judging) for case in shown]
    return blocks


def _rest(areas: dict[str, list[CaseLine]], place: int) -> str:
    left = sorted(areas.items())[place:]
    words = ", ".join(f"{escape(area)} {len(cases)}" for area, cases in left[:12])
    return f"and {sum(len(cases) for _, cases in left)} more cases: {words}"


def _case(cycle: CycleView, case: CaseLine, *, judging: bool) -> Block:
    """One case: a row of buttons for who may ratify, else a line with one."""
    if not judging:
        return line(cycle, case)
    again = case.judgement is not None
    return actions(
        f"case-{case.case_id}",
        button(f"Read {case.reference} ({_state(cycle, case)})", READ, case.case_id),
        button("Ratify again" if again else f"Ratify {case.reference}", JUDGE, case.case_id, primary=not again),
        button("Discuss", DISCUSS, case.case_id, about=case.reference),
    )


def line(cycle: CycleView, case: CaseLine) -> Block:
    """One case: how it stands, as far as that is theirs to know who look; and the button that reads its summary."""
    reading = button("Read", READ, case.case_id, about=case.reference)
    waiting = case.judgement is None and not case.released and cycle.state not in _BEFORE
    state = "not released yet" if waiting else _state(cycle, case)
    return section(f"*{escape(case.reference)}* · {escape(state)}", reading)


def _state(cycle: CycleView, case: CaseLine) -> str:
    return grade_words(cycle.scale, case.judgement, "").partition(" (")[0] if case.judgement else "not ratified"
