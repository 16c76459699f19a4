"""The table of moments: every handler that changes something, how it is used, and in which worlds it is refused."""

from collections.abc import Callable
from dataclasses import dataclass, field

from audit.actions import edit_recommendation
from audit.chasing import nudge, snooze
from audit.cycle import sheet_file
from audit.findings import edit
from audit.people.people import Profile
from audit.report import issue, meeting_pack, paragraphs, publications, sign_off
from audit.returns import calendar_file, decline, draft, handover, immediate, nil, submit, take_back
from audit.returns.answers import Answers
from audit.setup import case_list, opening, places
from audit.sheet import state
from audit.underway import cancel, dates, description_change
from handlers.payloads import UNASKED
from storage.actions import Recommendation
from storage.findings import Finding
from storage.reports import Edition, Report
from storage.returns import Decline, Draft, Handover
from tests.kit.forging import TEAM
from tests.moments import uses
from tests.moments.stage import GOOD, World

Refusals = dict[str, str]


@dataclass(frozen=True)
class Moved:
    """A handler's verb, used on the world as its form would; `refused`: world -> words of the refusal, else it is done.

    Words of one refusal only: what is refused for another reason than its moment doesn't show that the moment counts.
    """

    use: Callable[[World], object]
    refused: Refusals = field(default_factory=dict)


def _all(words: str, *worlds: str) -> Refusals:
    return dict.fromkeys(worlds, words)


AFTER = {
    "ratified": "Audit 2 is ratified",
    "reported": "Audit 2 is reported",
    "closed": "Audit 2 is closed",
    "cancelled": "Audit 2 was cancelled",
}
PLANNED = {"planned": "Audit 2 isn't open yet"}
OVER = {key: AFTER[key] for key in ("closed", "cancelled")}
WITHDRAWN = {"withdrawn": "has been withdrawn from the audit"}
ANSWERED_LATE = "The meeting about T2-EAST-03 has begun"
RETURN = {
    "planned": "hasn't been opened yet",
    "meeting": ANSWERED_LATE,
    "judged": "has been ratified, so its returns are locked",
    "urgent": "has been ratified, so its returns are locked",
    "withdrawn": "is no longer asked of your agency",
    **_all("judgements have been ratified", "ratified", "reported", "closed"),
    "cancelled": "This audit was cancelled",
}
"""A return is written until its meeting begins, or again once its case was re-opened."""
NOT_OUT = "The summary of T2-EAST-03 isn't out yet"
DISCUSSED = _all(NOT_OUT, "collecting", "last moment")
"""What belongs to a case's discussion: from its summary on, from its meeting's first moment, or once it was judged."""
JUDGED = PLANNED | WITHDRAWN | AFTER
NO_GRADE = _all("has been ratified. Re-open it first", "judged", "urgent")
MODERATED = DISCUSSED | JUDGED | NO_GRADE | {"withdrawn": "is no longer asked of SEND"}
UNDER_WAY = PLANNED | AFTER
RATIFIED = _all("has been ratified, so neither it nor its agencies", "judged", "urgent")
BEGUN = _all("The meeting about East has begun", "meeting", "judged", "reopened")
NOT_PLANNED = _all(
    "isn't being planned any more",
    "collecting", "released", "last moment", "meeting", "judged", "urgent", "reopened", "withdrawn",
    "ratified", "reported", "closed", "cancelled",
)  # fmt: skip
BEFORE_ANY_MEETING = _all("is still collecting returns", "collecting", "released", "last moment", "meeting", "urgent")
BEFORE_ANY_MEETING |= {"withdrawn": "is still collecting returns"}
NOT_REPORTABLE = PLANNED | BEFORE_ANY_MEETING | {"cancelled": AFTER["cancelled"]}
TOO_EARLY = _all("its attendance can be recorded from", "collecting", "urgent")


MOMENTS: dict[str, Moved] = {
    "return.submit": Moved(
        lambda at: submit.submit(
            at.session, at.who("U0HEALTH"), at.returned("Health Providers"), "V0T",
            Answers(grade="good", why="So.", change_reason="It was late."),
        ), RETURN),
    "return.next": Moved(
        lambda at: draft.turn(
            at.session, at.who("U0HEALTH"), at.returned("Health Providers"), "V0T", GOOD, asked=("involvement",)
        ), RETURN),
    "draft.discard": Moved(lambda at: draft.discard(at.session, at.who("U0POLICE"), at.one(Draft)), RETURN),
    "draft.take": Moved(lambda at: draft.take(at.session, at.who("U0POLICE"), at.one(Draft)), RETURN),
    "handover.give": Moved(
        lambda at: handover.give(
            at.session, at.who("U0POLICE"), at.returned("Police"), Profile(TEAM, "U0OUTSIDER", "Auditor"), "Auditor"
        ), RETURN),
    "handover.ready": Moved(
        lambda at: handover.ready(
            at.session, at.who("U0OUTSIDER"), at.returned("Probation"), "V0T", Answers(
                grade="good", why="So.", change_reason="It was late."), asked=("grade", "why"),
        ), RETURN),
    "handover.end": Moved(lambda at: handover.end(at.session, at.who("U0PROBAT"), at.one(Handover)), RETURN),
    "return.nil": Moved(
        lambda at: nil.send(at.session, at.who("U0HEALTH"), at.returned("Health Providers"), "V0T"), RETURN),
    "nil.entered": Moved(
        lambda at: nil.enter_for_agency(
            at.session, at.who(), at.returned("Health Providers"), "V0T", nil.NilSource("phone", "Named nurse")
        ), RETURN),
    "decline.send": Moved(
        lambda at: decline.ask(at.session, at.who("U0HEALTH"), at.returned("Health Providers"), "Left."), RETURN),
    "decline.settle": Moved(
        lambda at: decline.settle(at.session, at.who(), at.one(Decline), "V0T", approve=True), RETURN),
    "return.takeback": Moved(
        lambda at: take_back.take_back(at.session, at.who("U0SEND"), at.version("SEND"), "V0T", "Mistaken."), RETURN),
    "snooze.rest": Moved(
        lambda at: snooze.choose(at.session, at.who("U0HEALTH"), at.cycle.id, "2026-03-09"),
        {
            **_all("Choose a day after today", "released", "withdrawn"),
            **_all("no working day left before the meeting", "last moment", "meeting", "judged", "reopened"),
            **_all("You have nothing to do", "planned", "ratified", "reported", "closed", "cancelled"),
        }),
    "nudge.send": Moved(lambda at: nudge.send(at.session, at.who(), at.cycle.id, "V0T", nudge.ALL), UNDER_WAY),
    "case.ratify": Moved(uses.ratify, JUDGED),
    "grade.moderated": Moved(uses.moderate, MODERATED),
    "case.reopened": Moved(
        uses.reopen,
        {
            **PLANNED, **OVER,
            **_all("isn't ratified, so it", "collecting", "released", "last moment", "meeting", "withdrawn"),
            "reopened": "was re-opened meanwhile",
        }),
    "finding.add": Moved(uses.new_finding, DISCUSSED | PLANNED | WITHDRAWN | OVER),
    "finding.save": Moved(uses.finding, DISCUSSED | PLANNED | WITHDRAWN | OVER),
    "finding.withdraw": Moved(
        lambda at: edit.withdraw(at.session, at.who(), at.one(Finding), 1), DISCUSSED | PLANNED | WITHDRAWN | OVER),
    "recommendation.add": Moved(uses.recommend, PLANNED | BEFORE_ANY_MEETING | OVER),
    "recommendation.save": Moved(uses.reword, PLANNED | BEFORE_ANY_MEETING | OVER),
    "recommendation.withdraw": Moved(
        lambda at: edit_recommendation.withdraw(at.session, at.who(), at.one(Recommendation)),
        PLANNED | BEFORE_ANY_MEETING | OVER),
    "action.add": Moved(
        lambda at: uses.act(at, at.case.id), DISCUSSED | PLANNED | OVER | {"withdrawn": "no longer exists"}),
    "action.stepped": Moved(uses.take_up, {"closed": "is closed, so what was verified or dropped in it stays so"}),
    "action.owned": Moved(uses.pass_on),
    "attendance.record": Moved(uses.attend, TOO_EARLY | PLANNED | OVER),
    "cycle.step": Moved(
        uses.step,
        {
            **_all("its first meeting is on", "collecting", "urgent"),
            **_all("T2-CENTRAL-01 isn't ratified", "judged", "reopened"),
            **_all("has moved on meanwhile", "planned", "closed", "cancelled"),
            "reported": "action 1 of case T2-EAST-03 isn't begun",
        }),
    "paragraph.save": Moved(
        lambda at: paragraphs.save(at.session, at.who("U0CHAIR"), at.cycle.id, "summary", 0, "Plans come late."),
        NOT_REPORTABLE),
    "paragraph.public": Moved(uses.let_in, NOT_REPORTABLE),
    "signoff.ask": Moved(
        uses.ask_for_sign_offs,
        NOT_REPORTABLE | dict.fromkeys(
            ("judged", "reopened", "ratified", "reported", "closed"), "Only 0 of 15 cases are ratified")),
    "signoff.read": Moved(lambda at: sign_off.read(at.session, at.who(), at.one(Report))),
    "signoff.given": Moved(uses.ask_for_changes, NOT_REPORTABLE),
    "signoff.recorded": Moved(uses.record_sign_offs, NOT_REPORTABLE),
    "report.issue": Moved(uses.issue_report, NOT_REPORTABLE),
    "report.make": Moved(
        lambda at: issue.make(at.session, at.who(), at.cycle.id), NOT_REPORTABLE),
    "report.send": Moved(
        lambda at: uses.send_report(at, Edition.FULL), NOT_REPORTABLE),
    "report.brief": Moved(
        lambda at: uses.send_report(at, Edition.BRIEFING),  # of the stage's fifteen cases one is ratified at most
        NOT_REPORTABLE
        | dict.fromkeys(("judged", "reopened", "ratified", "reported", "closed"), "before every case is ratified")),
    "report.got": Moved(lambda at: issue.fetch(at.session, at.who(), at.one(Report), "full")),
    "report.release": Moved(
        lambda at: publications.ask(at.session, at.who(), at.session.get_one(Report, at.one(Report)), Edition.PUBLIC),
        dict.fromkeys(("planned", *NOT_PLANNED), "before every case is ratified")),
    "report.recorded": Moved(
        uses.record_sent, dict.fromkeys(("planned", *NOT_PLANNED), "is a draft")),
    "calendar.ask": Moved(lambda at: calendar_file.ask(at.session, at.who(), at.cycle.id), UNDER_WAY),
    "pack.ask": Moved(lambda at: meeting_pack.ask(at.session, at.who(), at.meeting.id), {"cancelled": "was cancelled"}),
    "deadline.move": Moved(
        uses.twice(lambda at, seen: dates.move_deadline(at.session, at.who(), at.cycle.id, "2026-03-25", seen)),
        UNDER_WAY | _all("That day has passed", "last moment", "meeting", "judged", "reopened")),
    "meeting.move": Moved(
        uses.twice(lambda at, seen: dates.move_meeting(
            at.session, at.who(), at.meeting.id, {"day": "2026-04-09", "at": "10:00"}, seen)),
        UNDER_WAY | _all("have been ratified at this meeting", "judged", "urgent")),
    "cases.move": Moved(
        uses.twice(uses.move_case),
        AFTER | _all(
            "was withdrawn", "released", "last moment", "meeting", "judged", "urgent", "reopened", "withdrawn")),
    "case.change": Moved(uses.twice(uses.agencies), UNDER_WAY | RATIFIED),
    "case.add": Moved(uses.twice(uses.add_case), UNDER_WAY | BEGUN),
    "lead.replace": Moved(uses.twice(uses.lead), UNDER_WAY),
    "description.change": Moved(
        uses.twice(lambda at, seen: description_change.change(
            at.session, at.who(), at.cycle.id, {"title": "Audit 2", "theme": "Neglect", "origin": "Data"}, seen)),
        PLANNED | {"cancelled": "was cancelled"}),
    "tool.change": Moved(uses.change_tool, UNDER_WAY),
    "cycle.cancelled": Moved(
        uses.twice(lambda at, seen: cancel.cancel(at.session, at.who(), at.cycle.id, "Reorganised.", seen)),
        {**_all("is over, so it can't be cancelled", "ratified", "reported", "closed"), "cancelled": "already"}),
    "cycle.open": Moved(
        lambda at: opening.open_cycle(at.session, at.who(), at.cycle.id),
        _all("is open already", *NOT_PLANNED) | AFTER),
    "cycle.plan": Moved(uses.plan, NOT_PLANNED),
    "place.add": Moved(lambda at: places.add(at.session, at.who(), at.cycle.id, uses.place(at)), NOT_PLANNED),
    "place.save": Moved(
        lambda at: places.save(at.session, at.who(), uses.place_id(at), uses.place(at)), NOT_PLANNED),
    "place.remove": Moved(
        lambda at: places.remove(at.session, at.who(), uses.place_id(at)),
        NOT_PLANNED | {"planned": "There are cases"}),
    "cases.store": Moved(
        uses.twice(lambda at, seen: case_list.submit(
            at.session, at.who(), at.cycle.id, "T2-EAST-99, East, Police", seen)), NOT_PLANNED),
    "sample.draw": Moved(uses.twice(uses.draw), NOT_PLANNED),
    "sheet.bind": Moved(
        lambda at: state.bind(at.session, at.cycle.id, "1AbcdefghijklmnopqrstuvwxyzABCDEFGH", who=at.who())),
    "sheet.decide": Moved(uses.decide),
    "sheet.draw": Moved(uses.draw_sheet),
    "sheet.lend": Moved(uses.lend_sheet),
    "sheet.take_back": Moved(uses.take_back_sheet),
    "sheet.let_go": Moved(uses.let_sheet_go),
    "sheet.export": Moved(lambda at: sheet_file.ask(at.session, at.who(), at.cycle.id)),
    "immediate.acknowledge": Moved(
        lambda at: immediate.acknowledge(at.session, at.who(), uses.version(at), "Duty manager", "")),
    "immediate.closed": Moved(lambda at: immediate.close(at.session, at.who(), uses.version(at), "Visited.")),
}  # fmt: skip
"""Handler -> how it is used, and where it is refused; everywhere else it is done."""


SAME_AS = {
    "answer": "return.next",
    "return.back": "return.next",
    "draft.save": "return.next",
    "returns.nil": "return.nil",
    "paragraph.inside": "paragraph.public",
    "places.taken": "place.add",
}
"""Handlers that do what another does: keep what was typed; many nil returns, each of which says why it isn't one."""
WHENEVER = {
    **dict.fromkeys(("agencies.save", "areas.save", "agency.rename", "area.rename"), "they are no cycle's"),
    **dict.fromkeys(("officers.save", "leads.save", "person.leave"), "people come and go at any time"),
    **dict.fromkeys(("people.look", "people.discard"), "people come and go at any time"),
    **dict.fromkeys(UNASKED, "the workspace changes at any time"),
    **dict.fromkeys(("themes.save", "theme.change", "theme.renamed"), "learning themes are no cycle's"),
    **dict.fromkeys(("theme.merged", "theme.unmerge", "theme.parted"), "learning themes are no cycle's"),
    "letterhead.save": "the letterhead is no cycle's",
    "names.save": "names to keep out are no cycle's",
    **dict.fromkeys(
        ("tool.export", "tool.keep", "tool.make", "question.save"), "audit tools are no cycle's until one chooses them"
    ),
    **dict.fromkeys(("cover.arrange", "cover.end"), "a cover is for a role, whatever its audits are at"),
    **dict.fromkeys(("channels.check", "channel.allow", "channel.forbid"), "a channel outlives an audit"),
    **dict.fromkeys(("delivery.again", "delivery.again_all"), "whether it is posted is asked when it is delivered"),
}
"""Handlers that change something in whatever state a cycle is -> why."""

_LOOKS = """
    /audit action.new action.owner action.page action.show action.step agencies.add agencies.page agencies.show
    agency.edit agenda.page agenda.show answered.page answered.show app_home_opened archive.open archive.page
    archive.show area.edit
    areas.add attendance.edit case.discuss case.judge case.new case.next case.open case.positions case.previous
    case.reopen cases.choose cases.list cases.page cases.paste channels.show cover.choose cycle.cancel cycle.edit
    cycle.manage cycle.new cycle.steps deadline.choose decline.ask decline.decide deliveries.page
    deliveries.show discussion.page drift.page drift.read figures.page figures.show finding.edit finding.new
    findings.page findings.show grade.moderate handover.choose help.show history.back history.page history.read
    history.show history.turn home.refresh immediate.close immediate.show lead.choose description.choose
    leads.choose leads.edit letterhead.show matrix.page matrix.show meeting.choose names.show nil.enter nudge.choose
    officers.edit people.page people.show person.end place.edit place.new places.show progress.page
    progress.show recommendation.edit recommendation.new recommendations.page recommendations.show report.get
    report.page report.record report.show return.open return.withdraw returns.known returns.mine returns.split
    sample.check sample.choose sample.verify sheet.about sheet.address sheet.choose sheet.leaving sheet.lending
    sheet.others sheet.show snooze.choose
    cycle.taken people.bring people.see places.earlier summary.page summary.read
    theme.edit theme.merge theme.page theme.rename theme.show theme.split themes.add themes.page themes.show
    question.edit question.new tool.bring tool.edit tool.language tool.new tool.newer tool.page tool.see tool.try
    tools.back tools.list tools.page preview.show preview.next preview.back
    paragraph.edit paragraphs.page paragraphs.show signoff.decide signoff.record signoff.show
"""
LOOKS = _LOOKS.split()
"""Handlers that show something, and change nothing but the trail."""
