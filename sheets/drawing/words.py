"""Words, colours and times shared by the tabs."""

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
"""The column that links to a case's summary, once that is out."""

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
"""Words that appear only if sections are graded -> their meaning."""

_PLACES = {NOT_GRADED: UNGRADED, NO_OVERALL: BY_SECTION}
_STANDING = {MISSED: DIDNT_COME, "nil": NIL, "declined": DECLINED, SENT: CONCEALED}


def rules(scale: Scale) -> tuple[Rule, ...]:
    """A colour for every grade of the scale, pale enough to read on, and for every status."""
    return (*(Rule(grade.label, _pale(grade.colour)) for grade in scale.grades), *STATUSES)


def apart(tool: Tool, column: str) -> tuple[ApartColumns, ...]:
    """The colours for columns of graded sections, each by its own scale; `column` is the prefix of their keys."""
    columns_by_rules: dict[tuple[Rule, ...], tuple[str, ...]] = {}
    for section in tool.graded:
        rules = _options(section.graded_on)
        columns_by_rules[rules] = (*columns_by_rules.get(rules, ()), f"{column}:{section.key}")
    return tuple(ApartColumns(columns, rules) for rules, columns in columns_by_rules.items())


def _options(scale: Scale) -> tuple[Rule, ...]:
    """A colour for each grade or reason that a section can be given."""
    colours = {grade.key: _pale(grade.colour) for grade in scale.grades} | {NOT_APPLICABLE: "#efefef"}
    return tuple(Rule(label, colours.get(name, "#d9d9d9")) for name, label in scale.options)


def _pale(colour: str) -> str:
    """`colour` (#rrggbb), lightened halfway to white."""
    return "#" + "".join(f"{(int(colour[at : at + 2], 16) + 255) // 2:02x}" for at in (1, 3, 5))


def grade_label(scale: Scale, result: str) -> str:
    """The label of a grade's key, or of what was given in place of a grade."""
    return _PLACES.get(result) or scale.grade(result).label


def reason_label(reason: str | None) -> str:
    """Why a case or return isn't graded; "" if it is graded."""
    return REASONS.get(reason, reason) if reason else ""


def line_state(cycle: CycleView, case: CaseView, line: Line, now: datetime) -> str:
    """A return in one or two words: its grade, or its state."""
    if line.result == AWAITING:
        return OVERDUE if now > case.due_at else AWAITED
    if line.result in _STANDING:
        return _STANDING[line.result]
    return grade_label(cycle.scale, line.result)


def link(board: Board, case: CaseView) -> str:
    """The link to a case's summary in Slack; "" while there is none."""
    url = board.links.get(case.id)
    return Link("Summary", url) if url else ""


def outside(judgement: JudgementView | None, *, reflections: bool) -> str:
    """How a judgement deviates from the rule, and why if `reflections` are shown; "" if it doesn't."""
    if judgement is None or not judgement.outside:
        return ""
    how = " and ".join(OUTSIDE[each] for each in judgement.outside)
    return f"{how[:1].upper()}{how[1:]}{f'. {judgement.exception}' if reflections else ''}"


def moment(when: datetime | None) -> Value:
    """London's date and time as a spreadsheet counts them, in days since 30 December 1899; "" for None."""
    if when is None:
        return ""
    local = in_london(when)
    return day(local.date()) + (local.hour * 60 + local.minute) / 1440


def day(when: date) -> int:
    """A date as a spreadsheet counts it, in days since 30 December 1899."""
    return (when - _FIRST_DAY).days


def long_moment(when: datetime) -> str:
    """London's date and time, written out."""
    return f"{stamp(when)} (London)"
