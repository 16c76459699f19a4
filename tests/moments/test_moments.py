"""Every verb x every state of the world: what may happen when is a table, and the table must know every handler."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from audit import quorum
from audit.calendar import LONDON
from audit.cases.summary import CaseView
from audit.chasing import progress, reminders, snooze
from audit.delivery import ledger
from audit.errors import Refused
from audit.meeting import ratify, summaries_due
from audit.meeting.ratify import JudgementForm
from audit.meeting.verdict import Verdict
from audit.moment import EXCEPTION
from audit.people import answering
from audit.returns import nil as nil_rules
from audit.returns import submit
from audit.returns.answers import Answers
from audit.returns.form import OpenReturn
from bot.settings import Settings
from jobs import letters
from storage.clock import Clock
from storage.crypto import Vault, new_key
from storage.engine import Sessions
from storage.meetings import Judgement, Stance
from storage.messages import Message, MessageKind
from storage.people import Cover, Person, Role
from storage.returns import ReturnVersion
from tests.kit.registry import registered
from tests.moments.stage import DAY, GOOD, WORLDS, Still, World, prepare, undone, world
from tests.moments.table import LOOKS, MOMENTS, SAME_AS, WHENEVER, Moved


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sessions]:
    """The prepared cycle, once on either kind of database: whatever is done in a world is undone."""
    with ExitStack() as stack:
        if request.param == "sqlite":
            file = tmp_path_factory.mktemp("moments") / "stage.db"
            shutil.copy(request.getfixturevalue("sqlite_template"), file)
            url = f"sqlite:///{file}"
        else:
            name = stack.enter_context(request.getfixturevalue("lender").lent())
            url = f"postgresql://postgres@/{name}?host={request.getfixturevalue('postgres_home')}"
        sessions = Sessions(url, Vault.from_text(f"k1:{new_key()}"), Clock(), patience=600)
        stack.callback(sessions.dispose)
        with sessions.begin() as session:
            prepare(session)
        yield sessions
        assert sessions.checked_out() == 0


@contextmanager
def entered(stage: Sessions, name: str) -> Iterator[World]:
    """A world, for as long as the block runs."""
    with undone(stage) as session:
        at = world(session)
        WORLDS[name](at)
        session.flush()
        yield at


def refusal(at: World, moved: Moved) -> str | None:
    """What the verb is refused with in this world, which stays as it is; None if it was done."""
    before, tried = at.entries(), at.session.begin_nested()
    try:
        moved.use(at)
    except Refused as refused:
        return " ".join([refused.sentence, *refused.fields.values()])
    else:
        return None if at.entries() > before else "it left no trace in the trail"
    finally:
        tried.rollback()
        at.session.expire_all()


def turns(moved: Moved, number: int) -> set[str]:
    """Two worlds: one in which the verb is done, and one in which it is refused; for the next verb the next ones."""
    kinds = [[name for name in WORLDS if (name in moved.refused) is refused] for refused in (True, False)]
    return {names[number % len(names)] for names in kinds if names}


def faults(at: World, name: str, *, in_turn: bool) -> Iterator[str]:
    for number, (verb, moved) in enumerate(MOMENTS.items()):
        if in_turn and name not in turns(moved, number):
            continue
        wanted, found = moved.refused.get(name), refusal(at, moved)
        if (wanted is None) != (found is None) or (wanted or "") not in (found or ""):
            yield f"{verb}, {name}: {found or 'done'}, and not: {wanted or 'done'}"


def test_fault_06_every_verb_is_done_and_refused_as_the_table_says(stage: Sessions) -> None:
    """On SQLite all of it; what a verb asks PostgreSQL is the same in each world, so there it is tried in two."""
    wrong: list[str] = []
    in_turn = stage.url.get_backend_name() != "sqlite"
    for name in WORLDS:
        with entered(stage, name) as at:
            wrong += faults(at, name, in_turn=in_turn)
    assert not wrong, "\n".join(wrong)


def test_the_table_knows_every_handler(settings: Settings, sessions: Sessions) -> None:
    placed = [*MOMENTS, *SAME_AS, *WHENEVER, *LOOKS]
    assert sorted(registered(settings, sessions)) == sorted(placed)


def judge(at: World, grade: str, *, agree: int = 2, record: str = "", exception: str = "") -> CaseView | JudgementForm:
    """Ratify, so many of the two agencies that answered agreeing; `record`: what the form was filled from."""
    form = ratify.open_judging(at.session, at.who(), at.case.id)
    agencies = [each.agency_id for each in form.about.moment.contributors]
    stances = {Stance.AGREES: tuple(agencies[:agree]), Stance.SILENT: tuple(agencies[agree:])}
    verdict = Verdict(grade, None, "The plan held.", {}, stances, exception=exception)
    return ratify.ratify(at.session, at.who(), record or form.record_id, verdict, form.about.moment.mark)


def why_not(at: World, **given: object) -> str:
    """What is said at the field that names the exception."""
    with pytest.raises(Refused) as refused:
        judge(at, "good", **given)  # type: ignore[arg-type]
    return refused.value.fields[EXCEPTION]


def waiting(at: World) -> tuple[bool, bool, bool]:
    """Whether Health's return is still waited for: in reminders, in the overview, among what could be nil."""
    wanted = at.returned("Health Providers")
    reminded = {each.return_id for each in answering.unanswered(at.session, at.cycle.id)}
    item = next(each for each in _items(at) if each.return_id == wanted)
    nil = {each.return_id for each in nil_rules.unanswered(at.session, at.who("U0HEALTH"), at.cycle.id).waiting}
    return wanted in reminded, item.open, wanted in nil


def _items(at: World) -> tuple[progress.ReturnLine, ...]:
    return progress.progress(at.session, at.who(), at.cycle.id).items


def test_all_of_it_turns_at_the_meetings_first_moment(stage: Sessions) -> None:
    with entered(stage, "last moment") as at:
        assert waiting(at) == (True, True, True)
        assert "Wait for it, or say why the case can't" in why_not(at)
    with entered(stage, "meeting") as at:
        assert waiting(at) == (False, False, False)
        done = judge(at, "good")
        assert isinstance(done, CaseView)
        assert done.judgement
        assert (done.judgement.outside, at.cycle.state) == ((), "meeting")
        assert done.judgement.immediate == ("Education",)
        for moment, posts in ((DAY, False), (DAY - timedelta(microseconds=1), True)):
            at.session.info["clock"] = Still(at=at.meeting.starts_at + moment)
            areas = {area.area_id for _, area in summaries_due.preparing(at.session)}
            assert (at.case.area_id in areas) == posts


def test_silence_is_no_quorum(stage: Sessions) -> None:
    with entered(stage, "meeting") as at:
        assert "The quorum is 1 of the agencies that sent a return (there are 2), and 0" in why_not(at, agree=0)
        assert "there is no exception. Leave this empty" in why_not(at, agree=1, exception="It is urgent.")
        at.cycle.quorum = "all"
        assert "The quorum is 2" in why_not(at, agree=1)
        done = judge(at, "good", agree=1, exception="The other agency has left.")
        assert isinstance(done, CaseView)
        assert done.judgement
        assert (done.judgement.outside, done.judgement.exception) == (("inquorate",), "The other agency has left.")


@pytest.mark.parametrize("text", ["0", "0%", "101%", "100", "half", "-1", "1.5", "", "٣"])
def test_nobody_is_no_quorum(text: str) -> None:
    with pytest.raises(ValueError, match="a quorum is"):
        quorum.rule(text)


def test_how_many_make_a_quorum() -> None:
    found = {
        (rule, of): quorum.needed(quorum.rule(rule), of) for rule in ("All", " 50 %", "3", "1%") for of in (0, 1, 4, 5)
    }
    assert found == {
        ("All", 0): 1, ("All", 1): 1, ("All", 4): 4, ("All", 5): 5,
        (" 50 %", 0): 1, (" 50 %", 1): 1, (" 50 %", 4): 2, (" 50 %", 5): 3,
        ("3", 0): 3, ("3", 1): 3, ("3", 4): 3, ("3", 5): 3,
        ("1%", 0): 1, ("1%", 1): 1, ("1%", 4): 1, ("1%", 5): 1,
    }  # fmt: skip


def test_fault_06_a_stale_form_that_says_what_stands_is_shown_again(stage: Sessions) -> None:
    """It was filled from what was there before both judgements, so whoever sent it hasn't seen the first."""
    with entered(stage, "meeting") as at:
        stale = ratify.open_judging(at.session, at.who(), at.case.id).record_id
        for grade in ("good", "outstanding"):
            assert isinstance(judge(at, grade), CaseView)
        assert isinstance(judge(at, "outstanding", record=stale), JudgementForm)
        assert at.session.scalar(select(func.count()).select_from(Judgement)) == 2


def test_an_older_answer_of_the_same_window_is_no_third_version(stage: Sessions) -> None:
    """It is the first answer once more, delivered late; the second is what the person thinks."""
    with entered(stage, "collecting") as at:
        first, second = GOOD, Answers(grade="outstanding", why="On second thoughts.")

        def sent(answers: Answers) -> object:
            who, record = at.who("U0HEALTH"), at.returned("Health Providers")
            return submit.submit(at.session, who, record, "V0WINDOW", answers)

        for answers in (first, second):
            assert isinstance(sent(answers), submit.Saved)
        assert isinstance(sent(first), OpenReturn)
        versions = select(ReturnVersion.grade).where(ReturnVersion.view_id == "V0WINDOW").order_by(ReturnVersion.number)
        assert at.session.scalars(versions).all() == ["good", "outstanding"]


def test_reminders_rest_until_the_morning_of_the_day(stage: Sessions) -> None:
    with entered(stage, "collecting") as at:
        who, cycle_id = at.who("U0HEALTH"), at.cycle.id
        offered = snooze.choices(at.session, who, cycle_id)
        for outside in (offered.first - DAY, offered.last + DAY):
            with pytest.raises(Refused):
                snooze.choose(at.session, who, cycle_id, outside.isoformat())
        assert snooze.choose(at.session, who, cycle_id, offered.last.isoformat()) == offered.last
        assert snooze.choose(at.session, who, cycle_id, offered.first.isoformat()) == offered.first
        midnight = datetime.combine(offered.first, datetime.min.time(), LONDON)
        for moment, snoozed in ((midnight - timedelta(seconds=1), offered.first), (midnight, None)):
            at.session.info["clock"] = Still(at=moment)
            assert snooze.until(at.session, who, cycle_id) == snoozed
            reached = answering.audience(at.session, cycle_id, deputies=False).reached
            assert [each.snoozed_until for each in reached if each.person_id == who.person_id] == [snoozed]
        for moment, woken in ((midnight - timedelta(hours=8), False), (midnight + timedelta(hours=10), True)):
            at.session.info["clock"] = Still(at=moment)
            assert (who.person_id in {each.person_id for each in reminders.due(at.session)}) == woken


def test_a_cover_ends_with_the_role_that_it_is_for(stage: Sessions) -> None:
    with entered(stage, "collecting") as at:
        role = at.session.scalars(select(Role).join(Person).where(Person.user_id == "U0POLICE")).one()
        standing_in, now = at.one(Person, Person.user_id == "U0OUTSIDER"), at.session.info["clock"].now()
        at.session.add(Cover(role_id=role.id, person_id=standing_in, until=now + 9 * DAY, made_at=now))
        agency, area = at.agency("Police"), at.case.area_id
        assert at.who("U0OUTSIDER").answers_for(agency, area)
        for until, answers in ((now + timedelta(microseconds=1), True), (now, False)):
            role.until = until
            assert at.who("U0OUTSIDER").answers_for(agency, area) == answers


@pytest.mark.parametrize("name", ["ratified", "closed"])
def test_what_waited_until_the_meetings_were_closed_is_not_posted_any_more(stage: Sessions, name: str) -> None:
    """Posting its summary would release a case that was never discussed from it; what may stand there is looked for."""
    with entered(stage, name) as at:
        kinds = (MessageKind.SUMMARY, MessageKind.TALLY)
        subjects = {MessageKind.SUMMARY: at.case.id, MessageKind.TALLY: at.cycle.id}
        for kind in kinds:
            ledger.insert(at.session, kind, at.cycle.id, subjects[kind], channel="C0AUDITEAST")
        rows = at.session.scalars(select(Message).where(Message.kind.in_(kinds))).all()
        assert [letters.content(at.session, row) for row in rows] == [None, None]
        rows[0].intended_at = at.session.info["clock"].now()
        assert letters.content(at.session, rows[0])
