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
    """Something that people may read or do."""

    verb: str
    what: str
    who: frozenset[Who]


_C, _CHAIR, _SUB = Who.COORDINATOR, Who.CHAIR, Who.SUB_GROUP
ALL = frozenset(Who)
COORDINATOR = frozenset({_C})
OVERSEEING = frozenset({_C, _CHAIR, _SUB})
CHAIRING = frozenset({_C, _CHAIR})
MONITORING = frozenset({_C, _SUB})
OWN = frozenset({Who.LEAD, Who.DEPUTY})
LEADS = OWN | {Who.OTHER_AGENCY, Who.OTHER_AREA, Who.NOT_INVOLVED}


def _may(verb: str, what: str, who: frozenset[Who] = COORDINATOR) -> Permission:
    return Permission(verb, what, who)


READS = (
    _may("return.answer", "The form of a return, typed and sent (a coordinator: recorded)", OWN | {_C}),
    _may("return.answer", "The same, of a return that was handed to an auditor (likewise)", OWN | {_C, Who.AUDITOR}),
    _may("history.read", "Every version of a return: what changed, and on request in full (recorded)", OWN | {_C}),
    _may("decline.read", "Why an agency asks not to answer (recorded)", COORDINATOR),
    _may("immediate.read", "What must happen at once, in full (recorded)", COORDINATOR),
    _may(
        "summary.read",
        "A case's summary before it is out (recorded); the sub-group: not what agencies said, until the meeting",
        OVERSEEING,
    ),
    _may(
        "summary.read", "A case's summary in full once it is out (recorded)", OVERSEEING | OWN | {Who.OTHER_AGENCY}
    ),
    _may("case.discuss", "A case's discussion: judgement, reasons, findings, actions (recorded)", OVERSEEING),
    _may("findings.read", "An audit's findings and learning themes (recorded)", OVERSEEING),
    _may("recommendations.read", "Recommendations and their actions", OVERSEEING),
    _may("action.read", "An action of a case: its owner, its agency's people (recorded)", OVERSEEING | OWN),
    _may("action.read", "An action of a recommendation, likewise", OVERSEEING | OWN | {Who.OTHER_AREA}),
    _may("action.read", "An action that somebody owns by name, likewise", OVERSEEING | {Who.NOT_INVOLVED}),
    _may("report.read", "What a report says, as numbers, and who got which version", OVERSEEING),
    _may(
        "signoff.read",
        "A version whose sign-offs were asked for, and how far they have got; getting it as a file is recorded",
        COORDINATOR | {Who.SIGNATORY},
    ),
    _may("pack.ask", "A meeting's pack, by direct message (recorded)", CHAIRING),
    _may("agenda.read", "A meeting's agenda", OVERSEEING),
    _may("progress.read", "Who has answered and who hasn't", OVERSEEING),
    _may("matrix.read", "The table of cases and agencies, with the grades of cases that are out", OVERSEEING),
    _may("figures.read", "Self-grades against ratified grades", OVERSEEING),
    _may("answered.read", "What was answered, counted", OVERSEEING),
    _may(
        "archive.read", "An audit's page: its cases and what became of them",
        OVERSEEING | OWN | {Who.OTHER_AGENCY, Who.OTHER_AREA},
    ),
    _may("sheet.read", "The sheet's state, and the way to it", COORDINATOR),
    _may("sheet.export", "What the sheet shows, as a workbook by direct message (recorded)", COORDINATOR),
    _may("drift.read", "What people had put into the sheet, in cells or beside deleted rows (recorded)", COORDINATOR),
    _may("deliveries.read", "What was posted where and when, without its content", COORDINATOR),
    _may("channels.read", "In which channels is posted, and who reads along there", COORDINATOR),
    _may("people.edit", "Who takes part, and in what role", COORDINATOR),
    _may(
        "calendar.ask", "An audit's dates as a file for a calendar: its deadline, the meetings about their cases",
        OVERSEEING | LEADS,
    ),
    _may("enter", "Home, help, their own open returns, the list of audits", ALL),
)  # fmt: skip
"""What shows texts, or numbers made from them."""


DOES = (
    _may("return.answer", "Hand a return over, say that it isn't known, ask not to answer, take up a draft", OWN),
    _may("decline.settle", "Decide whether an agency need not answer"),
    _may("nil.enter", "Enter for an agency that a case isn't known to it"),
    _may("immediate.acknowledge", "Acknowledge what must happen at once"),
    _may("immediate.close", "Close what had to happen at once"),
    _may("snooze.choose", "Put off one's own reminders", LEADS),
    _may("cover.choose", "Arrange who stands in for a lead", frozenset({Who.LEAD, _C})),
    _may("cover.end", "End that", frozenset({Who.LEAD, _C})),
    _may("nudge.choose", "Remind people now"),
    _may("case.ratify", "Ratify a case's grade", CHAIRING),
    _may("grade.moderate", "Change an agency's grade at the meeting", CHAIRING),
    _may("case.reopen", "Open a ratified case again"),
    _may("attendance.record", "Record who came to a meeting"),
    _may("findings.edit", "Write and change findings"),
    _may("recommendation.make", "Make and change recommendations", MONITORING),
    _may("action.add", "Add an action", MONITORING),
    _may("action.step", "Update an action of a case", MONITORING | OWN),
    _may("action.step", "The same for an action of a recommendation", MONITORING | OWN | {Who.OTHER_AREA}),
    _may("action.own", "Give an action another owner", MONITORING),
    _may("paragraph.write", "Write the report's texts", CHAIRING),
    _may("paragraph.publish", "Include such a text in the public edition"),
    _may("report.make", "Make a version of the report"),
    _may("signoff.ask", "Ask for its sign-offs"),
    _may("signoff.give", "Sign it off, or ask for changes", frozenset({Who.SIGNATORY})),
    _may("signoff.record", "Record a sign-off that was given outside Slack"),
    _may("report.issue", "Issue a version that all have signed"),
    _may("report.send", "Send it, or have it as a file (recorded)"),
    _may("report.publish", "Release an edition for the public"),
    _may("report.record", "Record to whom a report was given"),
    _may("cycle.plan", "Set an audit up"),
    _may("cycle.open", "Open it"),
    _may("cycle.manage", "Change it under way"),
    _may("cycle.step", "Move it to its next step"),
    _may("cycle.cancel", "Cancel it"),
    _may("deadline.move", "Move its deadline"),
    _may("meeting.move", "Move a meeting"),
    _may("case.meeting", "Move cases to another meeting"),
    _may("cases.add", "Add cases"),
    _may("case.add", "Add a case under way"),
    _may("case.change", "Withdraw a case, add or withdraw an agency"),
    _may("sample.draw", "Draw a sample, and check one"),
    _may("places.edit", "Change an audit's areas and channels"),
    _may("sheet.bind", "Choose its sheet"),
    _may("sheet.lend", "Lend a sheet to an agency or for an area"),
    _may("sheet.take_back", "Take a sheet back"),
    _may("sheet.draw", "Update its sheet now"),
    _may("sheet.decide", "Decide whether a sheet that anyone with the link can open shows reflections"),
    _may("lead.replace", "Replace a lead"),
    _may("description.change", "Change an open audit's title, theme, origin and period, and who holds the key"),
    _may("tool.change", "Take a newer version of its audit tool"),
    _may("tool.store", "Upload an audit tool, and see them"),
    _may("tool.edit", "Change an audit tool"),
    _may("themes.edit", "Change learning themes"),
    _may("agencies.edit", "Change agencies and areas"),
    _may("letterhead.change", "Set the partnership's name, logo and Word template"),
    _may("names.edit", "Add names to keep out (none is ever shown)"),
    _may("channels.change", "Allow or forbid a shared channel"),
    _may("delivery.again", "Retry a message"),
)
"""What changes something. Its forms show what they change."""
PERMISSIONS = (*READS, *DOES)
