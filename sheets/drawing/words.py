"""Words, colours and times that the tabs share."""

from datetime import date, datetime

from audit.calendar import in_london, stamp
from audit.cases.judgements import JudgementView
from audit.cases.summary import CaseView, Line
from audit.cycle.board import Board
from audit.cycle_facts import CycleView
from audit.moment import OUTSIDE
from audit.scales import (
    AWAITING,
    MISSED,
    NO_OVERALL,
    NOT_APPLICABLE,
    NOT_APPLICABLE_LABEL,
    NOT_GRADED,
    REASONS,
    SENT,
    Scale,
)
from audit.tools import Tool
from sheets.tabs import ApartColumns, Column, Link, Rule, Value

_FIRST_DAY = date(1899, 12, 30)
AWAITED, OVERDUE, DIDNT_COME = "Awaited", "Overdue", "Didn't come"
NIL, DECLINED, UNGRADED = "Nil", "Declined", "Not graded"
BY_SECTION = "By section"
CONCEALED = "Sent"
YES = "Yes"

CAVEAT = "Scores alone do not explain the cases: read them with the reflections and the findings."

LINK = Column("slack", "In Slack", 90, kind="link")
"""Leads to a case's summary, once it is out."""

STATUSES = (
    Rule(UNGRADED, "#d9d9d9"),
    Rule(AWAITED, "#fff2cc"),
    Rule(OVERDUE, "#f4cccc"),
    Rule(DIDNT_COME, "#ead1dc"),
    Rule(NIL, "#efefef"),
    Rule(DECLINED, "#d9d2e9"),
)
MEANINGS = {
    UNGRADED: "A return was given, without a grade; the reason is stated and counted.",
    AWAITED: "No return yet, and the deadline hasn't passed.",
    OVERDUE: "No return yet, and the deadline has passed.",
    DIDNT_COME: "No return, and it can't be sent any more: the meeting has begun, or the case is ratified.",
    NIL: "The agency answered that the case is not known to it.",
    DECLINED: "The agency gives no return, with a coordinator's approval.",
}

SECTIONED = {
    BY_SECTION: "A return was given, or a case ratified, without a grade for the whole: its sections have theirs.",
    NOT_APPLICABLE_LABEL: "A section that doesn't apply. Counted separately, and left out of the others' total.",
}
"""Words that stand only where sections are graded -> what each means."""

_PLACES = {NOT_GRADED: UNGRADED, NO_OVERALL: BY_SECTION}
_STANDING = {MISSED: DIDNT_COME, "nil": NIL, "declined": DECLINED, SENT: CONCEALED}


def rules(scale: Scale) -> tuple[Rule, ...]:
    """A colour for every grade of the scale, pale enough to read on, and for every status."""
    return (*(Rule(grade.label, _pale(grade.colour)) for grade in scale.grades), *STATUSES)


def apart(tool: Tool, column: str) -> tuple[ApartColumns, ...]:
    """The colours of the columns of graded sections, each by its own scale; `column`: how their keys begin."""
    found: dict[tuple[Rule, ...], tuple[str, ...]] = {}
    for section in tool.graded:
        rules = _options(section.graded_on)
        found[rules] = (*found.get(rules, ()), f"{column}:{section.key}")
    return tuple(ApartColumns(columns, rules) for rules, columns in found.items())


def _options(scale: Scale) -> tuple[Rule, ...]:
    """A colour for each grade or reason that a section can be given."""
    colours = {grade.key: _pale(grade.colour) for grade in scale.grades} | {NOT_APPLICABLE: "#efefef"}
    return tuple(Rule(label, colours.get(name, "#d9d9d9")) for name, label in scale.options)


def _pale(colour: str) -> str:
    """`colour` (#rrggbb), lightened halfway to white."""
    return "#" + "".join(f"{(int(colour[at : at + 2], 16) + 255) // 2:02x}" for at in (1, 3, 5))


def grade_label(scale: Scale, result: str) -> str:
    """A grade's key, or what stands in its place where something was given, as people say it."""
    return _PLACES.get(result) or scale.grade(result).label


def reason_label(reason: str | None) -> str:
    """Why a case or return isn't graded; "" where it is."""
    return REASONS.get(reason, reason) if reason else ""


def line_state(cycle: CycleView, case: CaseView, line: Line, now: datetime) -> str:
    """A line in one or two words: its grade, or where it stands."""
    if line.result == AWAITING:
        return OVERDUE if now > case.due_at else AWAITED
    if line.result in _STANDING:
        return _STANDING[line.result]
    return grade_label(cycle.scale, line.result)


def link(board: Board, case: CaseView) -> str:
    """The way to a case's summary in Slack; "" while none is there."""
    url = board.links.get(case.id)
    return Link("Summary", url) if url else ""


def outside(judgement: JudgementView | None, *, reflections: bool) -> str:
    """How a judgement is outside the rule, and why, if `reflections` are in the sheet; "" if it is within the rule."""
    if judgement is None or not judgement.outside:
        return ""
    how = " and ".join(OUTSIDE[each] for each in judgement.outside)
    return f"{how[:1].upper()}{how[1:]}{f'. {judgement.exception}' if reflections else ''}"


def moment(when: datetime | None) -> Value:
    """London's date and time, as a spreadsheet counts them: days since the end of 1899; "" for none."""
    if when is None:
        return ""
    there = in_london(when)
    return day(there.date()) + (there.hour * 60 + there.minute) / 1440


def day(when: date) -> int:
    """A day as a spreadsheet counts it."""
    return (when - _FIRST_DAY).days


def long_moment(when: datetime) -> str:
    """London's date and time, as people read them."""
    return f"{stamp(when)} (London)"
