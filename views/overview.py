"""The overseers' part of Home: cycles with their cases, and how far others' view of them is behind."""

from collections.abc import Sequence
from datetime import datetime

from audit.cycles import CycleView
from audit.home import CaseLine, CycleSection
from audit.status import SheetStatus, Status, Trouble
from views import sheets
from views.cases import READ
from views.cycles import OPEN_CYCLE
from views.grades import grade_words
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
    header,
    section,
    shorten,
)
from views.words import stamp, when

_STATES = {
    "planned": "planned, not open yet",
    "collecting": "collecting returns",
    "meeting": "at its meetings",
    "ratified": "ratified",
    "reported": "reported",
    "closed": "closed",
}
_ACTIVE = ("planned", "collecting", "meeting")
_RATIFIABLE = ("collecting", "meeting")
_MOST_TROUBLE = 5
_MOST_SHEETS = 4
_LEAST = 4
"""Blocks without which a cycle isn't worth beginning: line, heading, areas, a case."""


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
            return [*blocks, context(f"and {count_of(len(ordered) - place, 'more audit cycle')}.")]
        blocks += _cycle(each, now, coordinates=coordinates, room=share)
    return blocks


def _cycle(part: CycleSection, now: datetime, *, coordinates: bool, room: int) -> list[Block]:
    cycle = part.cycle
    ratified = sum(case.judgement is not None for case in part.cases)
    lines = [
        f"*{escape(cycle.title)}* (cycle {cycle.number}) · {_STATES.get(cycle.state, cycle.state)}",
        f"Theme: {escape(cycle.theme)}",
        f"Deadline: {when(cycle.due_at, now)}",
        *_meetings(cycle, now),
        f"{count_of(len(part.cases), 'case')}, {ratified} ratified",
    ]
    opening = _opening(cycle) if coordinates and cycle.state == "planned" else None
    judging = coordinates and cycle.state in _RATIFIABLE
    return [divider(), section("\n".join(lines), opening), *_areas(part, room - 2, judging=judging)]


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
    """One case: a row of two buttons for who may ratify, else a line with one."""
    grade = grade_words(cycle.scale, case.judgement, "") if case.judgement else None
    state = _short(grade) if grade else "not ratified"
    if not judging:
        return section(
            f"*{escape(case.reference)}* · {escape(state)}", button("Read", READ, case.case_id, about=case.reference)
        )
    return actions(
        f"case-{case.case_id}",
        button(f"Read {case.reference} ({state})", READ, case.case_id),
        button(f"Ratify {case.reference}" if grade is None else "Ratify again", JUDGE, case.case_id, primary=not grade),
    )


def _short(grade: str) -> str:
    return grade.partition(" (")[0]


def status_blocks(status: Status, now: datetime) -> list[Block]:
    """What is pending, what failed and why, and how the sheets are."""
    if status.settled and not status.trouble:
        state = "✅ Messages and sheets are up to date."
    else:
        changes, messages = count_of(status.promises, "change"), count_of(status.messages_behind, "message")
        state = f"Pending: {changes} to pass on, {messages} to deliver."
    blocks = [header("How things are"), section(f"*{state}*")]
    blocks += [_trouble(each) for each in status.trouble[:_MOST_TROUBLE]]
    left = len(status.trouble) - _MOST_TROUBLE
    blocks += [context(f"and {count_of(left, 'more message')} in trouble.")] if left > 0 else []
    newest = sorted(status.sheets, key=lambda each: (each.error is None, -each.cycle_number))[:_MOST_SHEETS]
    return [*blocks, *(_sheet(each, now) for each in newest)]


def _trouble(trouble: Trouble) -> Block:
    state = "Not delivered, given up" if trouble.set_aside else "Not delivered yet, trying again"
    return section(f"⚠️ *{state}:* {escape(shorten(trouble.key, 100))}\n{escape(shorten(trouble.error, 300))}")


def _sheet(sheet: SheetStatus, now: datetime) -> Block:
    name = sheets.linked(sheet.cycle_number, sheet.spreadsheet_id)
    drawn = f"last drawn {stamp(sheet.drawn_at, now)}" if sheet.drawn_at else "not drawn yet"
    said = f"{name}: {'changes are pending' if sheet.behind else '✅ up to date'}, {drawn}"
    if sheet.error:
        said = "\n".join([f"{name}: {drawn}", *sheets.trouble(sheet.error, sheet.next_try_at, now)])
    asking = button("About the sheet", sheets.SHOW, sheet.cycle_id, about=f"audit {sheet.cycle_number}")
    return section(said, asking)
