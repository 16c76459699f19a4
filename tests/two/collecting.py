"""What is done while an audit collects its returns, as two people have it open."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import select

from audit.calendar import LONDON
from audit.library import tools
from audit.library.default import DEFAULT
from audit.tools import Section
from storage.cycles import CycleArea
from storage.immediate import ImmediateAction
from storage.meetings import Meeting
from storage.people import Agency, Cover, Person, Role
from storage.returns import Decline, Handover
from storage.sheet_state import ConditionKind, SheetCondition, SheetState
from tests.journeys.test_older_forms import an_id
from tests.kit import managing
from tests.kit.play import Play
from tests.kit.pressing import asked, return_of
from tests.two.forms import AGAIN, Raced, Then, by, close_all, nothing

LEAD = "U0EDUEAST"
LEADS = (LEAD, "U0EDUDEPUTY", "U0EDUNORTH")
"""Three who answer for Education in East."""
CHANGED = "was changed since you opened this"

THEN = {
    **dict.fromkeys(("return.submit", "handover.give", "nil.entered", "decline.send", "decline.settle"), Then.TOLD),
    **dict.fromkeys(("cover.arrange", "immediate.acknowledge", "immediate.closed", "nudge.send, all"), Then.TOLD),
    **dict.fromkeys(("deadline.move", "meeting.move", "cases.move", "case.change", "case.add"), Then.TOLD),
    **dict.fromkeys(("lead.replace", "description.change", "cycle.cancelled"), Then.TOLD),
    **dict.fromkeys(("sheet.bind", "sheet.lend"), Then.TOLD),
    **dict.fromkeys(("return.nil", "returns.nil", "return.takeback", "handover.end", "cover.end"), Then.ONCE),
    **dict.fromkeys(("nudge.send", "tool.change", "sheet.decide", "sheet.take_back", "sheet.let_go"), Then.ONCE),
    **dict.fromkeys(("calendar.ask", "pack.ask", "sheet.draw", "sheet.export"), Then.ANEW),
    "snooze.rest": Then.EACH,
}


def rows(play: Play) -> Iterator[tuple[str, Raced]]:
    cycle, police = managing.cycle(play).id, an_id(play, Agency, label="Police")
    graded = {"grade": "good", "why": "As planned."}
    urgent = {"immediate_action": "yes", "immediate_what": "A visit.", "immediate_owner": "Duty team"}
    one = partial(_return, reference="T2-EAST-01")
    yield "return.submit", Raced(one, graded, {"why": "Not so."}, "while you were writing", who=LEADS)
    yield "return.takeback", Raced(by(("return.withdraw", return_of(play, "T2-EAST-01"))), who=LEADS)
    yield "return.nil", Raced(partial(_return, reference="T2-EAST-02"), button=("return.nil", None), who=LEADS)
    yield (
        "nil.entered",
        Raced(
            by(("nil.enter", return_of(play, "T2-EAST-02", "Police"))), {"source": "phone", "given_by": "Inspector"},
            {"given_by": "Sergeant"}, CHANGED,
        ),
    )  # fmt: skip
    three = return_of(play, "T2-EAST-03")
    given = {"person": "U0OUTSIDER", "label": "Auditor"}
    yield "handover.give", Raced(by(("handover.choose", three)), given, {"person": "U0DIRECTOR"}, "is with", who=LEADS)
    yield "handover.end", Raced(nothing, asks=("handover.end", an_id(play, Handover)), who=LEADS)
    four = return_of(play, "T2-EAST-04")
    yield (
        "decline.send",
        Raced(
            by(("decline.ask", four)), {"reason": "The worker has left."}, {"reason": "The records are lost."},
            "has asked not to answer", who=LEADS,
        ),
    )  # fmt: skip
    yield (
        "decline.settle",
        Raced(
            by(("decline.decide", an_id(play, Decline))), {"decision": "refuse"}, {"decision": "approve"},
            "has decided already",
        ),
    )  # fmt: skip
    yield (
        "snooze.rest",
        Raced(by(("snooze.choose", cycle)), {"until": "2026-03-09"}, {"until": "2026-03-10"}, who=LEADS),
    )
    yield "nudge.send", Raced(by(("nudge.choose", cycle)), {"who": "fresh"})
    yield "nudge.send, all", Raced(by(("nudge.choose", cycle)), {"who": "all"}, {}, "have been reminded")
    lead = an_id(play, Person, user_id="U0POLICE")
    yield (
        "cover.arrange",
        Raced(
            by(("cover.choose", lead)), {"person": "U0OUTSIDER", "label": "Stand-in", "last_day": "2026-03-20"},
            {"person": "U0YOT"},
        ),
    )  # fmt: skip
    yield "cover.end", Raced(nothing, asks=("cover.end", an_id(play, Cover)))
    assert play.send_return("U0SEND", "T2-EAST-03", **urgent, immediate_by="2026-03-20").ok
    close_all(play, "U0SEND")
    raised = an_id(play, ImmediateAction)
    yield (
        "immediate.acknowledge",
        Raced(
            by(("immediate.show", raised)), {"dealing": "Duty manager", "note": "Rung."}, {"dealing": "Team manager"},
            "has written a note",
        ),
    )  # fmt: skip
    yield (
        "immediate.closed",
        Raced(by(("immediate.close", raised)), {"done": "Visited."}, {"done": "Rung."}, "has closed this"),
    )
    known = by(("returns.known", "every"))
    yield "returns.nil", Raced(known, shown_first=True, who=(LEAD, LEADS[1], LEADS[1]))
    yield from _changes(play, cycle, police)
    yield from _sheets(play, cycle, police)
    yield "calendar.ask", Raced(nothing, asks=("calendar.ask", cycle))
    yield "pack.ask", Raced(nothing, asks=("pack.ask", an_id(play, Meeting)))
    yield (
        "cycle.cancelled",
        Raced(
            by(("cycle.cancel", cycle)),
            {"why": "Reorganised."},
            {"why": "Postponed."},
            "given first stands",
            shown_first=True,
        ),
    )


def _changes(play: Play, cycle: str, police: str) -> Iterator[tuple[str, Raced]]:
    case, of_case = managing.case_id(play, "T2-EAST-03"), managing.case_id(play, "T2-EAST-04")
    place = managing.place_id(play, "East")
    with play.reading() as session:
        meeting = session.get_one(CycleArea, place).meeting_id
    first = partial(Raced, shown_first=True, told=AGAIN)
    moved = {"day": "2026-03-27", "at": "11:00"}
    yield "deadline.move", first(by(("deadline.choose", cycle)), {"due": "2026-03-19"}, {"due": "2026-03-20"})
    yield "cases.move", first(by(("cases.choose", cycle)), {"cases": [case], **moved}, {"at": "12:00"})
    yield "meeting.move", first(by(("meeting.choose", meeting)), moved, {"at": "12:00"})
    agencies = [each.agency for line in play.board().cases if line.reference == "T2-EAST-04" for each in line.lines]
    ids = managing.agency_ids(play, *agencies)
    opens = by(("cases.list", cycle), ("case.open", of_case))
    yield "case.change", first(opens, {"agencies": ids[1:]}, {"agencies": ids[:-1]})
    adding = {"reference": "T2-EAST-60", "place": place, "agencies": [police]}
    other = {"reference": "T2-EAST-61"}
    yield "case.add", Raced(by(("case.new", cycle)), adding, other, shown_first=True)
    with play.reading() as session:
        held = session.scalars(select(Role.id).join(Person).where(Person.user_id == "U0HEALTH")).one()
    opens, given = by(("lead.choose", cycle)), {"lead": held, "person": "U0CCG"}
    yield "lead.replace", Raced(opens, given, {"person": "U0EARLY"}, "has been replaced", shown_first=True)
    yield "description.change", first(by(("description.choose", cycle)), {"period": "2025"}, {"key_holder": "The unit"})
    with play.sessions.begin() as session:
        tool = tools.newest(session, DEFAULT.key)
        tools.store(session, None, replace(tool, parts=(*tool.parts, Section("more", "What else?"))))
    yield "tool.change", Raced(by(("tool.newer", cycle)), button=("tool.change", None))


def _sheets(play: Play, cycle: str, police: str) -> Iterator[tuple[str, Raced]]:
    with play.sessions.begin() as session:
        seen = SheetCondition(sheet_id=cycle, kind=ConditionKind.LINK, found_at=datetime(2026, 3, 4, 11, tzinfo=LONDON))
        session.add(seen)
        session.flush()
        condition = seen.id
    yield "sheet.decide", Raced(by(("sheet.choose", condition)), {"reflections": "show"})
    another, lent = play.drive.create_spreadsheet("Another"), play.drive.create_spreadsheet("For the Police")
    yield "sheet.bind", Raced(by(("sheet.address", cycle)), {"unreleased": "no"}, {"address": another})
    lending = {"to": police, "address": lent, "reflections": "no"}
    yield "sheet.lend", Raced(by(("sheet.lending", cycle)), lending, {"reflections": "yes"}, "has a sheet already")
    sheet = an_id(play, SheetState, agency_id=police)
    yield "sheet.draw", Raced(nothing, asks=("sheet.draw", cycle))
    yield "sheet.export", Raced(nothing, asks=("sheet.export", cycle))
    yield "sheet.take_back", Raced(by(("sheet.leaving", sheet)))
    with play.sessions.begin() as session:
        session.get_one(SheetState, sheet).error = "Google refuses it."
    yield "sheet.let_go", Raced(by(("sheet.leaving", sheet)))


def _return(play: Play, user: str, reference: str) -> None:
    assert asked(play, user, "return.open", return_of(play, reference)).ok
