"""Who may read and do what, as a table for people. tests/access checks that every handler really behaves so.

A row has the verb under which the trail records that somebody was refused it.
"""

from dataclasses import dataclass
from enum import StrEnum


class Who(StrEnum):
    """A role, in relation to one return of one case."""

    COORDINATOR = "coordinator"
    CHAIR = "chair"
    SUB_GROUP = "sub-group member"
    LEAD = "the agency's lead"
    DEPUTY = "its deputy, or who covers"
    AUDITOR = "its auditor"
    OTHER_AGENCY = "lead of another agency in the case"
    OTHER_AREA = "its lead in another area"
    NOT_INVOLVED = "lead of an agency not in the case"
    SIGNATORY = "who signs reports"
    ANYBODY = "anybody else registered"


@dataclass(frozen=True)
class Permission:
    """Something that people may read or do. `reads`: it shows what was written, or numbers made from it."""

    verb: str
    what: str
    who: frozenset[Who]
    reads: bool = False


_C, _CHAIR, _SUB = Who.COORDINATOR, Who.CHAIR, Who.SUB_GROUP
ALL = frozenset(Who)
COORDINATOR = frozenset({_C})
OVERSEEING = frozenset({_C, _CHAIR, _SUB})
CHAIRING = frozenset({_C, _CHAIR})
MONITORING = frozenset({_C, _SUB})
OWN = frozenset({Who.LEAD, Who.DEPUTY})
LEADS = OWN | {Who.OTHER_AGENCY, Who.OTHER_AREA, Who.NOT_INVOLVED}


def _read(verb: str, what: str, who: frozenset[Who]) -> Permission:
    return Permission(verb, what, who, reads=True)


READS = (
    _read("return.answer", "The form of a return, typed and sent (a coordinator: recorded)", OWN | {_C}),
    _read("return.answer", "The same, of a return that was handed to an auditor (likewise)", OWN | {_C, Who.AUDITOR}),
    _read("history.read", "Every version of a return: what changed, and on request in full (recorded)", OWN | {_C}),
    _read("decline.read", "Why an agency asks not to answer (recorded)", COORDINATOR),
    _read("immediate.read", "What must happen at once, in full (recorded)", COORDINATOR),
    _read(
        "summary.read",
        "A case's summary before it is out (recorded); the sub-group: not what agencies said, until the meeting",
        OVERSEEING,
    ),
    _read(
        "summary.read", "A case's summary in full once it is out (recorded)", OVERSEEING | OWN | {Who.OTHER_AGENCY}
    ),
    _read("case.discuss", "A case's discussion: judgement, reasons, findings, actions (recorded)", OVERSEEING),
    _read("findings.read", "An audit's findings and learning themes (recorded)", OVERSEEING),
    _read("recommendations.read", "Recommendations and their actions", OVERSEEING),
    _read("action.read", "An action of a case: its owner, its agency's people (recorded)", OVERSEEING | OWN),
    _read("action.read", "An action of a recommendation, likewise", OVERSEEING | OWN | {Who.OTHER_AREA}),
    _read("action.read", "An action that somebody owns by name, likewise", OVERSEEING | {Who.NOT_INVOLVED}),
    _read("report.read", "What a report says, as numbers, and who got which version", OVERSEEING),
    _read(
        "signoff.read",
        "A version whose sign-offs were asked for, and how far they have got; getting it as a file is recorded",
        COORDINATOR | {Who.SIGNATORY},
    ),
    _read("pack.ask", "A meeting's pack, by direct message (recorded)", CHAIRING),
    _read("agenda.read", "A meeting's agenda", OVERSEEING),
    _read("progress.read", "Who has answered and who hasn't", OVERSEEING),
    _read("matrix.read", "The table of cases and agencies, with the grades of cases that are out", OVERSEEING),
    _read("figures.read", "Self-grades against ratified grades", OVERSEEING),
    _read("answered.read", "What was answered, counted", OVERSEEING),
    _read(
        "archive.read", "An audit's page: its cases and what became of them",
        OVERSEEING | OWN | {Who.OTHER_AGENCY, Who.OTHER_AREA},
    ),
    _read("sheet.read", "The sheet's state, and the way to it", COORDINATOR),
    _read("sheet.export", "What the sheet shows, as a workbook by direct message (recorded)", COORDINATOR),
    _read("drift.read", "What people had put into the sheet, in cells or beside deleted rows (recorded)", COORDINATOR),
    _read("deliveries.read", "What was posted where and when, without its content", COORDINATOR),
    _read("channels.read", "In which channels is posted, and who reads along there", COORDINATOR),
    _read("people.edit", "Who takes part, and in what role", COORDINATOR),
    _read(
        "calendar.ask", "An audit's dates as a file for a calendar: its deadline, the meetings about their cases",
        OVERSEEING | LEADS,
    ),
    _read("enter", "Home, help, their own open returns, the list of audits", ALL),
)  # fmt: skip
"""What shows texts, or numbers made from them."""


def _do(verb: str, what: str, who: frozenset[Who] = COORDINATOR) -> Permission:
    return Permission(verb, what, who)


DOES = (
    _do("return.answer", "Hand a return over, say that it isn't known, ask not to answer, take up a draft", OWN),
    _do("decline.settle", "Decide whether an agency need not answer"),
    _do("nil.enter", "Enter for an agency that a case isn't known to it"),
    _do("immediate.acknowledge", "Acknowledge what must happen at once"),
    _do("immediate.close", "Close what had to happen at once"),
    _do("snooze.choose", "Put off one's own reminders", LEADS),
    _do("cover.choose", "Arrange who stands in for a lead", frozenset({Who.LEAD, _C})),
    _do("cover.end", "End that", frozenset({Who.LEAD, _C})),
    _do("nudge.choose", "Remind people now"),
    _do("case.ratify", "Ratify a case's grade", CHAIRING),
    _do("grade.moderate", "Change an agency's grade at the meeting", CHAIRING),
    _do("case.reopen", "Open a ratified case again"),
    _do("attendance.record", "Record who came to a meeting"),
    _do("findings.edit", "Write and change findings"),
    _do("recommendation.make", "Make and change recommendations", MONITORING),
    _do("action.add", "Add an action", MONITORING),
    _do("action.step", "Update an action of a case", MONITORING | OWN),
    _do("action.step", "The same for an action of a recommendation", MONITORING | OWN | {Who.OTHER_AREA}),
    _do("action.own", "Give an action another owner", MONITORING),
    _do("paragraph.write", "Write the report's texts", CHAIRING),
    _do("paragraph.publish", "Include such a text in the public edition"),
    _do("report.make", "Make a version of the report"),
    _do("signoff.ask", "Ask for its sign-offs"),
    _do("signoff.give", "Sign it off, or ask for changes", frozenset({Who.SIGNATORY})),
    _do("signoff.record", "Record a sign-off that was given outside Slack"),
    _do("report.issue", "Issue a version that all have signed"),
    _do("report.send", "Send it, or have it as a file (recorded)"),
    _do("report.publish", "Release an edition for the public"),
    _do("report.record", "Record to whom a report was given"),
    _do("cycle.plan", "Set an audit up"),
    _do("cycle.open", "Open it"),
    _do("cycle.manage", "Change it under way"),
    _do("cycle.step", "Move it to its next step"),
    _do("cycle.cancel", "Cancel it"),
    _do("deadline.move", "Move its deadline"),
    _do("meeting.move", "Move a meeting"),
    _do("case.meeting", "Move cases to another meeting"),
    _do("cases.add", "Add cases"),
    _do("case.add", "Add a case under way"),
    _do("case.change", "Withdraw a case, add or withdraw an agency"),
    _do("sample.draw", "Draw a sample, and check one"),
    _do("places.edit", "Change an audit's areas and channels"),
    _do("sheet.bind", "Choose its sheet"),
    _do("sheet.lend", "Lend a sheet to an agency or for an area"),
    _do("sheet.take_back", "Take a sheet back"),
    _do("sheet.draw", "Update its sheet now"),
    _do("sheet.decide", "Decide whether a sheet that anyone with the link can open shows reflections"),
    _do("lead.replace", "Replace a lead"),
    _do("description.change", "Change an open audit's title, theme, origin and period, and who holds the key"),
    _do("tool.change", "Take a newer version of its audit tool"),
    _do("tool.store", "Upload an audit tool, and see them"),
    _do("tool.edit", "Change an audit tool"),
    _do("themes.edit", "Change learning themes"),
    _do("agencies.edit", "Change agencies and areas"),
    _do("letterhead.change", "Set the partnership's name, logo and Word template"),
    _do("names.edit", "Add names to keep out (none is ever shown)"),
    _do("channels.change", "Allow or forbid a shared channel"),
    _do("delivery.again", "Retry a message"),
)
"""What changes something. Its forms show what they change."""
PERMISSIONS = (*READS, *DOES)
