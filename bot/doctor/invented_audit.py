"""An invented audit, from before its first day to after its last, in a temporary database."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from audit.access import Actor, actor
from audit.actions import add, edit_recommendation
from audit.calendar import LONDON
from audit.chasing import channel_prompt
from audit.cycle import sheet_file, states
from audit.delivery import slack_conditions
from audit.findings import edit
from audit.library import tool_file, tools
from audit.library.default import DEFAULT
from audit.meeting import ratify, reopen
from audit.meeting.verdict import Verdict
from audit.people import departures
from audit.people.people import Profile
from audit.report import issue, meeting_pack, publications, sign_off
from audit.returns import calendar_file, cover, decline, draft, handover, submit
from audit.returns.answers import Answers
from audit.setup import load, opening, plan, sample
from audit.setup.description import MeetingSetup
from audit.sheet import sheet_conditions, state, stops
from audit.tools import Section
from audit.underway import cancel
from bot import loading
from bot.doctor import rare_states
from bot.doctor.invented_description import AUDITOR, COORDINATOR, FILE, LEAD, STANDIN, TEAM
from storage import private_files, tables  # noqa: F401  # tables: imports every table
from storage.cases import Case, Involvement
from storage.clock import Clock, now
from storage.crypto import Vault, new_key, seal
from storage.cycles import Cycle, CycleState, LearningTheme
from storage.engine import Sessions
from storage.meetings import Judgement, Meeting, Stance
from storage.messages import Message, MessageKind, MessageState
from storage.people import Agency, Channel, Person, Workspace
from storage.reports import Edition, Report
from storage.returns import Return
from storage.sheet_state import SheetAside, SheetDrift, SheetState
from storage.slack_conditions import SlackConditionKind
from storage.types import Base, new_id

OPENED = datetime(2026, 3, 4, 12, 0, tzinfo=LONDON)
"""A working day, at noon."""
_GOOD = Answers(grade="good", why="The plan was followed.")
_RAISED = {
    "immediate_action": "yes", "immediate_what": "A visit.", "immediate_owner": "Duty team",
    "immediate_by": "2026-03-20",
}  # fmt: skip
_PLAN = {
    "number": "3", "title": "Third audit", "theme": "Neglect", "origin": "Data.", "scale": "inspection",
    "tool": "single_agency", "due": "2026-05-20", "summary_days": "3", "sub_group_channel": "C0SUBGROUP",
    "quorum": "All",
}  # fmt: skip
_MOMENT = timedelta(minutes=1)
_SHEET = "s" * 44


@contextmanager
def database() -> Iterator[Sessions]:
    """An empty database in a temporary folder, which is deleted afterwards; its clock can be moved."""
    with TemporaryDirectory(prefix="roundtable-") as home:
        clock = Clock(Path(home) / "clock")
        clock.move_to(OPENED)
        private_files.make(f"{home}/invented.db")
        sessions = Sessions(f"sqlite:///{home}/invented.db", Vault.from_text(f"k1:{new_key()}"), clock, patience=60)
        try:
            with sessions.begin() as session:
                Base.metadata.create_all(session.connection())
            yield sessions
        finally:
            sessions.dispose()


def days(sessions: Sessions) -> Iterator[str]:
    """Advance the audit day by day, each with something else to show; yields the day's name."""
    for moment, do in _DAYS:
        sessions.clock.move_to(moment)
        with sessions.begin() as session:
            do(session)
        yield do.__name__


def who(session: Session, user_id: str = COORDINATOR) -> Actor:
    """One of the invented people, with their current rights."""
    return actor(session, TEAM, user_id)


def _nobody(session: Session) -> None:
    """Only the person who installed the app is registered; no agency, area or audit is set up."""
    workspace = Workspace(team_id=TEAM, name="Invented")
    session.add(workspace)
    session.flush()
    only = FILE.setup.people[0]
    session.add(Person(workspace_id=workspace.id, user_id=only.user_id, label=only.label))


def _planned(session: Session) -> None:
    """Two audits are planned, the second with questions on several pages."""
    loading.load(session, FILE, answered=False)
    second = FILE.setup.cycle.model_copy(update={"number": 2, "title": "Second audit", "tool": "neglect"})
    later = MeetingSetup.model_validate({"areas": ["East"], "day": {"in_working_days": 40}})
    east = {"areas": FILE.setup.areas[:1], "meetings": (later,)}
    load.load(session, FILE.setup.model_copy(update={"cycle": second, "cases": FILE.setup.cases[:1], **east}))
    rare_states.places(session, _cycle(session, 1))
    plan.save(session, who(session), new_id(), _PLAN)
    session.flush()
    many = "\n".join(f"T2-EAST-{number}, East" for number in range(100, 220))
    given = sample.SampleInput((many,), "East, 100", "s", (_agency(session),))
    shown = sample.submit(session, who(session), _cycle(session, 2).id, given)
    sample.submit(session, who(session), _cycle(session, 2).id, given, shown.mark)


def _opened(session: Session) -> None:
    """Both audits are open, with a sheet; every kind of record that answering creates exists."""
    for number in (1, 2):
        opening.open_cycle(session, None, _cycle(session, number).id)
    session.flush()
    state.bind(session, _cycle(session).id, _SHEET)
    submit.submit(session, who(session, LEAD), _return(session), "V0SENT", replace(_GOOD, sections=_RAISED))
    police = who(session, "U0POLICE")
    draft.save(session, police, _return(session, "Police"), "V0DRAFT", _GOOD, asked=("grade", "why"))
    handover.give(session, who(session, "U0HEALTH"), _return(session, "Health"), _somebody(AUDITOR), "Auditor")
    decline.ask(session, who(session, LEAD), _return(session, case=1), "The worker has left.")
    cover.arrange(session, police, police.person_id, _somebody(STANDIN), "Stand-in", "2026-03-10")
    calendar_file.ask(session, who(session), _cycle(session).id)
    sheet_file.ask(session, who(session), _cycle(session).id)
    tool_file.ask(session, who(session), tools.mark(DEFAULT.key))
    rare_states.answered(session, _cycle(session), _return(session, case=2))


def _troubled(session: Session) -> None:
    """Something is wrong with the sheet, with a channel and with a person's account."""
    sheet = session.get_one(SheetState, _cycle(session).id)
    anyone = sheet_conditions.Reader("Anyone", "reader", sheet_conditions.ANYONE)
    sheet_conditions.note(session, sheet.id, _SHEET, sheet_conditions.SpreadsheetFile("1", True, True, (anyone,)))  # noqa: FBT003
    stops.record_stop(session, sheet.id, _SHEET, "Google refuses it: share it again.")
    at = now(session)
    seen = {"sheet_id": sheet.id, "tab": "Matrix", "about": "T1-EAST-01", "found_on": at.date(), "found_at": at}
    drift = SheetDrift(column="Police", edit="0" * 32, **seen)
    seal(session, drift, "found", "Good")
    session.add_all((drift, SheetAside(why="It was sorted.", count=2, edit="1" * 32, **seen)))
    channel = Channel(channel="C0EAST", name="east", error="The channel is archived: unarchive it.")
    session.add(channel)
    session.flush()
    slack_conditions.of_channel(session, channel, SlackConditionKind.ARCHIVED, news=True)
    for each in session.scalars(select(Message).where(Message.kind == MessageKind.REQUEST)).all():
        each.state, each.error = MessageState.SET_ASIDE, "Slack has nobody of that id."
        channel_prompt.refused(session, each)
    departures.record_lookup(session, _person(session, "U0DEPUTY"), replace(_somebody("U0DEPUTY"), deleted=True))
    rare_states.troubled(session, _cycle(session))


def _reminded(session: Session) -> None:
    """The deadline is near; a day has passed since the sheet was changed."""
    rare_states.end_trouble(session)


def _released(session: Session) -> None:
    """Every summary is in its channel, and all but one have answered."""
    for agency, user_id in (("Police", "U0POLICE"), ("Health", "U0HEALTH"), ("Education", LEAD)):
        for number in (0, 2):
            if (agency, number) not in {("Education", 0), ("Health", 0)}:
                submit.submit(session, who(session, user_id), _return(session, agency, number), f"V{new_id()}", _GOOD)
    session.execute(update(Case).values(released_at=now(session)))


def _met(session: Session) -> None:
    """The meeting has begun: a case is ratified, one re-opened; there are findings, recommendations and actions."""
    states.begin_meeting(session, who(session), _cycle(session))
    rare_states.met(session, _cycle(session))
    for case in (0, 2):
        _ratify(session, case)
    session.flush()
    for newest in session.scalars(select(Judgement).order_by(Judgement.id.desc()).limit(1)):
        reopen.reopen(session, who(session), newest.id, "A record turned up.")
    theme = session.scalars(select(LearningTheme.id)).first() or ""
    words = edit.FindingWording("learning", edit.SEVERAL, theme, "Records were late.")
    edit.add(session, who(session), _case(session, 0), new_id(), words)
    made = new_id()
    edit_recommendation.add(
        session,
        who(session, "U0MEMBER"),
        _cycle(session).id,
        made,
        edit_recommendation.RecommendationWording("Name a lead."),
    )
    due = (now(session) + timedelta(days=20)).date().isoformat()
    typed = {add.WHAT: "Do it.", add.AGENCY: _agency(session), add.OWNER: "Head", add.DUE: due}
    for source in (made, _case(session, 0)):
        add.add(session, who(session), source, new_id(), typed, None)
    meeting_pack.ask(session, who(session), session.scalars(select(Meeting.id)).first() or "")


def _reported(session: Session) -> None:
    """Every case is ratified; the report is made, its sign-offs are asked for, and its public edition."""
    for case in (1, 2):
        _ratify(session, case)
    session.flush()
    cycle = _cycle(session)
    states.go(session, who(session), cycle, CycleState.RATIFIED)
    rare_states.reported(session, cycle)
    made = issue.make(session, who(session), cycle.id)
    sign_off.ask(session, who(session), made.id)
    changes = sign_off.TypedSignOff("for_police", "changes", "More of our reasons.")
    sign_off.give(session, who(session, "U0SIGNS"), made.id, changes, "0")
    issue.send(session, who(session), made.id, Edition.FULL)
    report = session.get_one(Report, made.id)
    publications.ask(session, who(session), report, Edition.PUBLIC, unsigned="The board asked for it.")


def _newer_tool(session: Session) -> None:
    """The second audit's questions have a newer version; a month begins."""
    tool = tools.newest(session, "neglect")
    tools.store(session, None, replace(tool, parts=(*tool.parts, Section("more", "What else?"))))
    rare_states.signed(session)


def _called_off(session: Session) -> None:
    """The second audit is cancelled; all messages are in Slack and say so."""
    session.execute(update(Message).values(ts="1.000000", posted_channel="C0EAST", posted_at=now(session)))
    cancel.cancel(session, who(session), _cycle(session, 2).id, "The partnership is reorganised.")


def _due(session: Session) -> None:
    """The actions are due."""
    rare_states.due(session, _cycle(session))


def _over(session: Session) -> None:
    """The first audit is closed."""
    for to in (CycleState.REPORTED, CycleState.CLOSED):
        states.go(session, who(session), _cycle(session), to)


def _long_over(_session: Session) -> None:
    """The data of both audits is due to be removed."""


_DAYS: tuple[tuple[datetime, Callable[[Session], None]], ...] = (
    (OPENED, _nobody),
    (OPENED, _planned),
    (OPENED + _MOMENT, _opened),
    (OPENED + 2 * _MOMENT, _troubled),
    (OPENED + timedelta(days=12), _reminded),
    (OPENED + timedelta(days=20), _released),
    (OPENED + timedelta(days=22), _met),
    (OPENED + timedelta(days=23), _reported),
    (OPENED + timedelta(days=28), _newer_tool),
    (OPENED + timedelta(days=42), _due),
    (OPENED + timedelta(days=42, minutes=2), _called_off),
    (datetime(2026, 5, 20, 12, tzinfo=LONDON), _over),
    (datetime(2028, 6, 1, 12, tzinfo=LONDON), _long_over),
)


def _ratify(session: Session, case: int) -> None:
    """Every agency that sent a return agrees."""
    form = ratify.open_judging(session, who(session), _case(session, case))
    agreeing = {Stance.AGREES: tuple(each.agency_id for each in form.about.moment.contributors)}
    why = "It couldn't wait." if form.about.moment.outside(agreeing) else ""
    verdict = Verdict("good", None, "The plan held.", {}, agreeing, exception=why)
    ratify.ratify(session, who(session), form.record_id, verdict, form.about.moment.mark)


def _somebody(user_id: str) -> Profile:
    return Profile(TEAM, user_id, "Somebody")


def _person(session: Session, user_id: str) -> str:
    return session.scalars(select(Person.id).where(Person.user_id == user_id)).one()


def _cycle(session: Session, number: int = 1) -> Cycle:
    return session.scalars(select(Cycle).where(Cycle.number == number)).one()


def _agency(session: Session) -> str:
    return session.scalars(select(Agency.id).where(Agency.label == "Education")).one()


def _case(session: Session, number: int) -> str:
    """The id of one of the first audit's cases, numbered from 0."""
    cases = select(Case.id).where(Case.cycle_id == _cycle(session).id).order_by(Case.reference)
    return session.scalars(cases).all()[number]


def _return(session: Session, agency: str = "Education", case: int = 0) -> str:
    query = select(Return.id).join(Involvement, Involvement.id == Return.involvement_id)
    query = query.join(Agency, Agency.id == Involvement.agency_id)
    return session.scalars(query.where(Agency.label == agency, Involvement.case_id == _case(session, case))).one()
