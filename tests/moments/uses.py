"""How the verbs of the table of moments are used: as their forms would, on the one case of its stage."""

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import select, update

from audit.actions import add, edit_recommendation, reassign
from audit.actions import step as step_rules
from audit.cases import moderation
from audit.cases.moderation import ModerationAnswers
from audit.findings import edit
from audit.library import tools
from audit.meeting import attendance, discussion
from audit.meeting import reopen as reopen_rules
from audit.report import issue, paragraphs, recipients, sign_off
from audit.report.sign_off_status import PARTIES
from audit.setup import plan as plan_rules
from audit.setup import sample
from audit.sheet import lend, sheet_conditions, state
from audit.tools import Section
from audit.underway import case_meetings, involvements, leads, new_case, steps, tool_change
from storage.actions import Action, Recommendation
from storage.cases import Case
from storage.clock import now
from storage.crypto import seal
from storage.cycles import CycleArea
from storage.findings import Finding
from storage.meetings import Judgement
from storage.people import Agency, Person, Role
from storage.reports import Edition, Report, ReportParagraph
from storage.sheet_state import ConditionKind, SheetCondition, SheetState
from storage.types import new_id
from tests.kit import judging
from tests.kit.judging import URGENT
from tests.moments.stage import DAY, World


def twice(use: Callable[[World, str], object]) -> Callable[[World], object]:
    """A form that is shown first what follows, and sent again with the mark of that."""

    def used(at: World) -> object:
        shown = use(at, "")
        mark = getattr(shown, "mark", "") or getattr(shown, "fingerprint", "")
        return use(at, mark)

    return used


def ratify(at: World) -> object:
    """At the meeting; before it this is an urgent case."""
    return judging.ratify(at.session, at.who("U0CHAIR"), at.case.id)


def draw_sheet(at: World) -> None:
    """Have the cycle's sheet drawn now, once it has one."""
    state.bind(at.session, at.cycle.id, "s" * 44)
    state.draw(at.session, at.who(), at.cycle.id)


def lend_sheet(at: World) -> object:
    """Lend a sheet to an agency."""
    police = at.session.scalars(select(Agency.id).where(Agency.label == "Police")).one()
    return lend.lend(at.session, at.who(), at.cycle.id, police, "p" * 44, reflections=True)


def take_back_sheet(at: World) -> object:
    """Take the cycle's sheet back, once it has one."""
    state.bind(at.session, at.cycle.id, "s" * 44)
    return lend.take_back(at.session, at.who(), at.cycle.id)


def let_sheet_go(at: World) -> object:
    """Let the cycle's sheet go as it is, once taking it back has failed."""
    take_back_sheet(at)
    at.session.get_one(SheetState, at.cycle.id).error = "Google refuses it."
    return lend.leave_as_it_is(at.session, at.who(), at.cycle.id)


def decide(at: World) -> object:
    """While anyone with the link can open the sheet."""
    found = SheetCondition(sheet_id=at.cycle.id, kind=ConditionKind.LINK, found_at=now(at.session))
    at.session.add(found)
    at.session.flush()
    return sheet_conditions.decide(at.session, at.who(), found.id, show=True)


def moderate(at: World) -> object:
    given = ModerationAnswers("inadequate", None, "A longer drift.", URGENT)
    return moderation.moderate(at.session, at.who("U0CHAIR"), at.version("SEND"), given)


def reopen(at: World) -> object:
    made = [each.id for each in at.session.query(Judgement).all()]
    case = discussion.discussion(at.session, at.who(), at.case.id)
    if not made:  # nobody could have sent the form
        return reopen_rules.open_reopening(at.session, at.who(), case.case.id)
    return reopen_rules.reopen(at.session, at.who(), made[0], "Another record.")


def attend(at: World) -> object:
    who = at.who()
    found = attendance.open_form(at.session, who, at.meeting.id)
    came = attendance.AttendanceAnswers("", frozenset({at.agency("Police")}), "")
    return attendance.record(at.session, who, at.meeting.id, came, found.mark)


def step(at: World) -> object:
    step = steps.next_step(at.session, at.who(), at.cycle.id)
    return steps.take(at.session, at.who(), at.cycle.id, step.to or "", step.mark)


def change_tool(at: World) -> object:
    tool = tools.newest(at.session, "single_agency")
    tools.store(at.session, None, replace(tool, parts=(*tool.parts, Section("more", "What else?"))))
    shown = tool_change.open_change(at.session, at.who(), at.cycle.id)
    return tool_change.change(at.session, at.who(), at.cycle.id, shown.after.version, shown.mark)


def new_finding(at: World) -> object:
    words = edit.FindingWording("learning", edit.SEVERAL, edit.NO_THEME, "It was late.")
    return edit.add(at.session, at.who(), at.case.id, new_id(), words)


def finding(at: World) -> object:
    words = edit.FindingWording("strength", edit.SEVERAL, edit.NO_THEME, "It was early.")
    return edit.save(at.session, at.who(), at.one(Finding), 1, words)


def recommend(at: World) -> object:
    made = edit_recommendation.RecommendationWording("Name a lead.")
    return edit_recommendation.add(at.session, at.who("U0SUBGROUP"), at.cycle.id, new_id(), made)


def reword(at: World) -> object:
    form = edit_recommendation.edit(at.session, at.who(), at.one(Recommendation))
    return edit_recommendation.save(
        at.session, at.who(), form.record_id, form.mark, edit_recommendation.RecommendationWording("Name two leads.")
    )


def act(at: World, source: str) -> object:
    due = (now(at.session) + DAY).date().isoformat()
    given = {add.WHAT: "Do it.", add.OWNER: "Head", add.DUE: due}
    return add.add(at.session, at.who(), source, new_id(), given, None)


def take_up(at: World) -> object:
    """An action that was verified is taken up again."""
    given = {step_rules.STATE: "in_progress", step_rules.NOTE: "It came back."}
    return step_rules.step(at.session, at.who(), at.one(Action, Action.number == 2), given)


def pass_on(at: World) -> object:
    given = {add.OWNER: "Deputy head", step_rules.NOTE: "The head has left."}
    return reassign.pass_on(at.session, at.who(), at.one(Action, Action.number == 1), given, None)


def send_report(at: World, edition: Edition) -> None:
    """Send the report of an audit whose summaries are all out."""
    at.session.execute(update(Case).values(released_at=now(at.session)))
    issue.send(at.session, at.who(), at.one(Report), edition)


def let_in(at: World) -> object:
    """Let a text into the public edition."""
    text = ReportParagraph(
        cycle_id=at.cycle.id, place="summary", version=1, by_id=at.who().person_id, at=now(at.session)
    )
    seal(at.session, text, "text", "Plans come late.")
    at.session.add(text)
    at.session.flush()
    return paragraphs.publish(at.session, at.who(), text.id, 1, public=True)


def ask_for_sign_offs(at: World) -> object:
    """Of an audit whose summaries are all out."""
    at.session.execute(update(Case).values(released_at=now(at.session)))
    return sign_off.ask(at.session, at.who(), at.one(Report))


def asked_for(at: World) -> str:
    """The version, its sign-offs asked for."""
    at.session.execute(update(Case).values(released_at=now(at.session)))
    at.session.execute(update(Report).values(asked_at=now(at.session)))
    return at.one(Report)


def ask_for_changes(at: World) -> object:
    given = sign_off.TypedSignOff("for_police", "changes", "More of our reasons.")
    return sign_off.give(at.session, at.who("U0SUPERINT"), asked_for(at), given, "0")


def record_sign_offs(at: World) -> str:
    report, day, mark = asked_for(at), now(at.session).date().isoformat(), "0"
    for party in PARTIES:
        given = sign_off.TypedSignOff(party, "signed", "A director, by letter", day)
        mark = sign_off.record(at.session, at.who(), report, given, mark).mark
    return report


def issue_report(at: World) -> object:
    return sign_off.issue(at.session, at.who(), record_sign_offs(at))


def record_sent(at: World) -> None:
    day = now(at.session).date().isoformat()
    line = recipients.RegisterLine(new_id(), "The board", "full", at.one(Report), "email", day)
    recipients.record(at.session, at.who(), line)


def move_case(at: World, seen: str) -> object:
    chosen, to = [at.case.id], {"day": "2026-04-09", "at": "10:00"}
    return case_meetings.move(at.session, at.who(), at.cycle.id, chosen, to, seen)


def add_case(at: World, seen: str) -> object:
    return new_case.add(
        at.session, at.who(), at.cycle.id, "T2-EAST-97", at.case.place_id, [at.agency("Police")], seen
    )  # fmt: skip


def agencies(at: World, seen: str) -> object:
    chosen = involvements.involved_in(at.session, at.case.id) - {at.agency("YOT")}
    return involvements.change(at.session, at.who(), at.case.id, chosen, seen, withdraw=False)


def lead(at: World, seen: str) -> object:
    role = at.one(Role, Role.person_id == at.one(Person, Person.user_id == "U0POLICE"))
    return leads.succeed(at.session, at.who(), at.cycle.id, role, "U0YOT", None, seen)


def plan(at: World) -> object:
    answers = {
        "number": "2", "title": "Audit 2", "theme": "Transitions", "origin": "Data.", "scale": "inspection",
        "tool": "single_agency", "due": at.cycle.due_on.isoformat(), "summary_days": "3",
        "sub_group_channel": "C0SUBGROUP", "quorum": "All",
    }  # fmt: skip
    return plan_rules.save(at.session, at.who(), at.cycle.id, answers)


def place(at: World) -> dict[str, str]:
    return {"area": at.case.area_id, "channel": "C0AUDITEAST", "day": "2031-03-20", "at": "10:00"}


def draw(at: World, seen: str) -> object:
    given = sample.SampleInput(("T2-EAST-98, East\nT2-EAST-99, East",), "East, 1", "s", (at.agency("Police"),))
    return sample.submit(at.session, at.who(), at.cycle.id, given, seen)


def version(at: World) -> str:
    """The version from which the immediate action was read."""
    return at.version("Education")


def place_id(at: World) -> str:
    return at.one(CycleArea, CycleArea.cycle_id == at.cycle.id, CycleArea.area_id == at.case.area_id)
