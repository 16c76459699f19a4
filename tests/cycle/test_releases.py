"""Until a case's summary is out nothing that others than coordinators see depends on what was said of it."""

import json
import re
from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import select, update

from audit.actions import actions
from audit.cycle import part
from audit.delivery import ledger
from audit.meeting import summaries_due
from audit.returns import immediate
from audit.returns.answers import Answers
from jobs.letters import content
from sheets.drawing import draw
from storage.actions import Action
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import Cycle, CycleState
from storage.findings import Finding
from storage.immediate import ImmediateAction
from storage.meetings import Judgement
from storage.messages import Message, MessageKind
from storage.people import Agency, Person
from storage.returns import Return, ReturnVersion
from tests.kit import managing
from tests.kit.judging import ratified
from tests.kit.play import Play
from tests.kit.pressing import acting, asked, pressed, return_of
from tests.kit.reporting import FEW, answered, attempt, direct, posted, read, words
from tests.sheet.boards import sync
from tests.underway.test_dates import OPENED, begun, march
from views.parts import ALL

HIDDEN = "T2-CENTRAL-03"
"""The case whose summary can't be posted: its area's channel is public."""
COORDINATOR, SUB_GROUP, CHAIR, LEAD = "U0COORDIN", "U0SUBGROUP", "U0CHAIR", "U0POLICE"
CHANNELS = ("C0SUBGROUP", "C0AUDITEAST", "C0AUDITNORTH", "C0AUDITCENTRAL")
STEADY = "Police"
"""An agency that says the same all the time."""
CANARY = "outstanding"
"""A grade that nobody else gave, nor the meeting."""
NOW = {"immediate_action": "yes", "immediate_what": "canary-now", "immediate_owner": "Duty", "immediate_by": ""}


def staged(play: Play) -> None:
    """Three cases answered and judged, East's and North's summaries out, Central's kept back by its channel."""
    play.move_clock(OPENED)
    cycle_id = answered(play, released=False)
    with play.sessions.begin() as session:
        case = session.scalars(select(Case).where(Case.reference == HIDDEN)).one()
        owed = Action(cycle_id=cycle_id, case_id=case.id, from_judgement=True, due_on=march(9).date())
        who = acting(play, COORDINATOR)
        actions.make(session, who, owed, "canary-action", "Manager")
        immediate.follow(session, who, return_of(play, HIDDEN), cycle_id, 1, Answers(sections=NOW))
    regraded(play, CANARY)
    with play.workspace.changing():
        play.workspace.channels["C0AUDITCENTRAL"].is_private = False
    play.move_clock(march(24, 18))  # every meeting's summaries are due
    managing.delivered(play)
    with play.reading() as session:
        out = session.scalars(select(Case.reference).where(Case.released_at.is_not(None))).all()
    assert set(out) == set(FEW) - {HIDDEN}


def regraded(play: Play, grade: str) -> None:
    """As if every agency but STEADY had said something else of the hidden case, and the meeting.

    That is CANARY, or that it hasn't ratified the case yet.

    With CANARY it has findings; otherwise an immediate action is open, which puts it first on an agenda.
    """
    with play.sessions.begin() as session:
        case = session.scalars(select(Case.id).where(Case.reference == HIDDEN)).one()
        theirs = (
            select(Return.id)
            .join(Involvement, Involvement.id == Return.involvement_id)
            .join(Agency, Agency.id == Involvement.agency_id)
            .where(Involvement.case_id == case, Agency.label != STEADY)
        )
        values = {"grade": grade, "not_graded_reason": None}
        session.execute(update(ReturnVersion).where(ReturnVersion.return_id.in_(theirs)).values(values))
        gone, ended = (None, now(session)) if grade == CANARY else (now(session), None)
        session.execute(update(Judgement).where(Judgement.case_id == case).values(values | {"ended_at": gone}))
        session.execute(update(Finding).where(Finding.case_id == case).values(withdrawn_at=gone))
        session.execute(update(ImmediateAction).values(closed_at=ended))
        session.execute(update(Message).values(wanted=Message.wanted + 1))


OPENERS = ("figures.show", "agenda.show", "findings.show", "recommendations.show", "progress.show", "report.show")
"""What those who oversee an audit open of it."""


def surfaces(play: Play, users: Collection[str] = (COORDINATOR, SUB_GROUP, CHAIR, LEAD)) -> dict[str, str]:
    """Who reads what -> all that it says: each surface with numbers, grades or findings that these people have."""
    managing.delivered(play)
    cycle_id, case_id = managing.cycle(play).id, managing.case_id(play, HIDDEN)
    with play.reading() as session:
        theme_id = session.scalars(
            select(Finding.theme_id).where(Finding.case_id == case_id, Finding.theme_id > "")
        ).first()
    found = {f"channel {each}": json.dumps(play.person(COORDINATOR).messages(each)) for each in CHANNELS} | written(
        play
    )
    for user in users:
        found[f"{user} /audit"] = str(play.person(user).command("/audit", "", play.person(user).dm).body)
        home = play.person(user).home()
        assert home
        found[f"{user} Home"] = json.dumps(home.content)
        found[f"{user} archive.show"] = shown(play, user, "archive.show", ALL)
        found[f"{user} archive.open"] = shown(play, user, "archive.open", cycle_id)
    overseeing = [user for user in users if user != LEAD]
    for user in overseeing:
        for verb in OPENERS:
            found[f"{user} {verb}"] = shown(play, user, verb, cycle_id)
        found[f"{user} theme.show"] = shown(play, user, "theme.show", theme_id or "")
        for verb in ("summary.read", "case.discuss"):
            found[f"{user} {verb}"] = shown(play, user, verb, case_id)
    for user in overseeing:
        if user != SUB_GROUP:
            found[f"{user} pack"] = pack(play, user, cycle_id)
        if user != CHAIR:
            shown(play, user, "recommendations.show", cycle_id)
            assert pressed(play, user, "recommendation.new").ok
            found[f"{user} recommendation.new"] = play.modal_text(user)
    board = play.board()
    found[f"{COORDINATOR} sheet"] = repr(draw(board, sync()))
    found["sheet for others"] = repr(draw(replace(board, unreleased=False), sync()))
    found["sheet of an agency"] = repr(draw(part.of_agency(board, STEADY), sync()))
    found["sheet of an area"] = repr(draw(part.of_area(board, "Central"), sync()))
    return {name: ANEW.sub("", text) for name, text in found.items()}


def written(play: Play) -> dict[str, str]:
    """What each message says, but for the hidden case's own: its pictures, and what an older Slack is given, too."""
    with play.reading() as session:
        rows = session.execute(
            select(Message, Person.user_id)
            .outerjoin(Person, Person.id == Message.person_id)
            .where(Message.subject_id.not_in(select(Case.id).where(Case.reference == HIDDEN)))
        ).all()
        return {f"{user or 'message'} {row.kind} {row.subject_id}": repr(content(session, row)) for row, user in rows}


ANEW = re.compile(r'"block_id": "[\w+/]{5}"|(?<=__)[0-9a-f]{32}')
"""What is another one each time: Slack's name of a block that has none, the id of what a form will make."""


def shown(play: Play, user: str, verb: str, record: str) -> str:
    """All pages of what a button opens."""
    assert asked(play, user, verb, record).ok
    told = [play.modal_text(user)]
    while following := [each for each in json.loads(told[-1])["blocks"] if each.get("block_id") == "next"]:
        assert pressed(play, user, following[0]["elements"][0]["action_id"], "next").ok
        told.append(play.modal_text(user))
    return "".join(told)


def pack(play: Play, user: str, cycle_id: str) -> str:
    """What the pack of the meeting about North and Central says."""
    assert asked(play, user, "agenda.show", cycle_id).ok
    blocks = [block["block_id"] for block in json.loads(play.modal_text(user))["blocks"] if "pack.ask" in str(block)]
    assert pressed(play, user, "pack.ask", blocks[-1]).ok
    assert attempt(play, MessageKind.PACK) is None
    return words(read(play, posted(play, direct(play, user))[-1]))


BY_NAME = {"U0CHAIR summary.read", "U0CHAIR case.discuss"}
"""A chair runs the meeting: a reading by a case's name, which is recorded."""


def test_fault_09_nothing_that_others_see_depends_on_an_unreleased_case(play: Play) -> None:
    staged(play)
    before = surfaces(play)
    regraded(play, "inadequate")
    after = surfaces(play)
    changed = {name for name in before if before[name] != after[name]}
    theirs = {name for name in before if name.startswith(COORDINATOR)}
    assert changed - theirs == BY_NAME
    blind = {"/audit", "progress.show", "recommendations.show", "report.show"}
    same = {name for name in theirs - changed if len(name.split()) == 2}
    assert same <= {f"{COORDINATOR} {each}" for each in blind}, "what a coordinator sees tells, so a leak would show"
    told = [text for name, text in before.items() if name not in theirs | BY_NAME]
    assert HIDDEN in before["sheet of an agency"]
    assert HIDDEN not in before["sheet of an area"]
    assert not [each for each in told if "canary-" in each]
    assert "2 of 3 cases; the others follow with their summaries" in before["channel C0SUBGROUP"]
    for name in (f"{SUB_GROUP} Home", f"{SUB_GROUP} archive.show", f"{SUB_GROUP} archive.open"):
        assert "3 cases, 2 released, 2 ratified" in before[name]

    with play.workspace.changing():
        play.workspace.channels["C0AUDITCENTRAL"].is_private = True
    with play.sessions.begin() as session:
        ledger.redeliver(session)
    regraded(play, CANARY)
    out = surfaces(play, (SUB_GROUP, CHAIR))
    late = {name for name in out if before.get(name) != out[name]}
    counting = {f"channel {CHANNELS[0]}", "sheet for others", "sheet of an agency", "sheet of an area"} | {
        f"{SUB_GROUP} {each}" for each in ("Home", "archive.open")
    }
    counting |= {
        f"{user} {verb}" for user in (SUB_GROUP, CHAIR) for verb in ("figures.show", "agenda.show", "findings.show")
    }
    assert counting <= late, "once it is out it counts"
    assert "Final: every case is ratified" in out["channel C0SUBGROUP"]


def test_a_case_judged_long_after_its_meeting_gets_its_summary_once(play: Play) -> None:
    begun(play)
    play.move_clock(march(30))  # nothing worked until days after the meetings

    def due() -> list[str]:
        with play.reading() as session:
            found = [each.subject_id for each in summaries_due.due(session) if each.kind == MessageKind.SUMMARY]
            return list(session.scalars(select(Case.reference).where(Case.id.in_(found)).order_by(Case.reference)))

    assert due() == [], "of those that aren't judged nobody waits for a number"
    for reference in ("T2-EAST-03", "T2-EAST-04", HIDDEN):
        ratified(play, reference)
    assert due() == [HIDDEN, "T2-EAST-03", "T2-EAST-04"]
    with play.sessions.begin() as session:
        session.execute(update(Case).where(Case.reference == "T2-EAST-04").values(withdrawn_at=now(session)))
        for state, waiting in (
            (CycleState.RATIFIED, True), (CycleState.REPORTED, True),
            (CycleState.CLOSED, False), (CycleState.CANCELLED, False), (CycleState.MEETING, True),
        ):  # fmt: skip
            session.execute(update(Cycle).values(state=state))
            assert bool(summaries_due.due(session)) == waiting, state
    assert due() == [HIDDEN, "T2-EAST-03"]
    managing.delivered(play)
    assert due() == []
    with play.reading() as session:
        out = session.scalars(select(Case.reference).where(Case.released_at.is_not(None)).order_by(Case.reference))
        assert list(out) == [HIDDEN, "T2-EAST-03"]
    said = [json.dumps(each) for each in play.person(COORDINATOR).messages("C0AUDITEAST")]
    assert len([each for each in said if "summary.read" in each and "T2-EAST-03" in each]) == 1
