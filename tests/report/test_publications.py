"""What happens to a publication, and to the register, while somebody else does the same or releases another."""

from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from audit.errors import Refused
from audit.report import issue, public_facts, published, recipients
from audit.report.recipients import RegisterLine
from audit.retention import restored
from bot import report_cli
from bot.web import build
from jobs import check_publication
from storage.cases import Case
from storage.cycles import Cycle
from storage.meetings import Judgement
from storage.messages import Message, MessageKind
from storage.publications import Publication
from storage.reports import Report
from storage.types import new_id
from tests.faults.databases import waiting_for_locks
from tests.kit.doors import listening
from tests.kit.finding import theme_id
from tests.kit.looking import rows
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, acting, asked, pressed, submitted
from tests.kit.publishing import WHY, ask, checked, release, told
from tests.kit.reporting import attempt, direct, posted, read, show, whole, words


def made(play: Play) -> None:
    """A version of the report, as things stand."""
    with play.sessions.begin() as session:
        issue.make(session, acting(play, COORDINATOR), session.scalars(select(Cycle.id)).one())


def newest(play: Play) -> str:
    """The publication that was asked for last."""
    with play.reading() as session:
        return session.scalars(select(Publication.id).order_by(Publication.asked_at.desc())).first() or ""


def waits(play: Play) -> bool:
    return waiting_for_locks(play.settings.database_url.get_secret_value()) == 1


def test_who_asks_for_an_edition_as_it_is_released_leaves_it_as_it_was_decided(play: Play) -> None:
    whole(play)
    made(play)
    told(play, 1, "public")
    who, asked = acting(play, COORDINATOR), newest(play)
    with ThreadPoolExecutor(1) as pool:
        with play.sessions.begin() as session:
            issue.publish(session, who, asked)
            asking = pool.submit(ask, play, 1, "public")
            assert play.until(lambda: waits(play))
        assert asking.result() == ""
    assert newest(play) == asked, "it is released, so there is nothing to ask for"
    with play.reading() as session:
        shown = published.shown(session, session.get_one(Publication, asked).report_id or "", "public")
    assert shown
    assert not shown.tells(public_facts.BY_AREA)
    assert attempt(play, MessageKind.REPORT) is None
    [shared] = posted(play, direct(play, COORDINATOR))
    text = words(read(play, shared))
    assert "The judgements by area are left out" in text


def test_what_is_checked_while_another_is_released_is_checked_again(play: Play) -> None:
    whole(play)
    made(play)
    told(play, 1, "public")
    first = newest(play)
    with play.sessions.begin() as session:
        case = session.scalars(select(Case.id).where(Case.reference == "T2-NORTH-02")).one()
        session.execute(update(Judgement).where(Judgement.case_id == case).values(grade="outstanding"))
    made(play)
    assert ask(play, 2, "public") == ""
    with play.reading() as session:
        row = session.scalars(select(Message.id).where(Message.subject_id == newest(play))).one()
    who = acting(play, COORDINATOR)
    with ThreadPoolExecutor(1) as pool:
        with play.sessions.begin() as session:
            issue.publish(session, who, first)
            checking = pool.submit(check_publication.check, play.sessions, row)
            assert play.until(lambda: waits(play) or checking.done())
        checking.result()
    assert "would add to what earlier publications reveal: version 1" in checked(play)
    release(play)
    with play.reading() as session:
        assert session.scalars(select(Publication.report_id).where(Publication.released_at.is_not(None))).all() == [
            session.get_one(Publication, first).report_id
        ]


def test_one_line_of_the_register_sent_twice_at_once_is_one(play: Play) -> None:
    whole(play)
    made(play)
    show(play)
    assert pressed(play, COORDINATOR, "report.record").ok
    today = play.settings.clock.now().date().isoformat()
    line = {"audience": "Executive board", "edition": "full", "how": "email", "day": today}
    who = acting(play, COORDINATOR)
    with ThreadPoolExecutor(1) as pool:
        with play.sessions.begin() as session:
            version = session.scalars(select(Report.id)).one()
            recipients.record(session, who, RegisterLine(id=new_id(), version=version, **line))
            sent = pool.submit(submitted, play, COORDINATOR, **line)
            assert play.until(lambda: waits(play) or sent.done())
        assert sent.result().ok
    assert "Added to the register: Executive board." in play.modal_text(COORDINATOR)
    assert len(rows(play.sessions)["distributions"]) == 1


def test_what_was_checked_by_another_minimum_is_checked_anew(play: Play) -> None:
    whole(play)
    made(play)
    assert "*It reveals*\\n• The judgements of all cases" in told(play, 1, "public")
    changed = play.settings.model_copy(update={"all_told_from": 20})
    sessions = changed.sessions(patience=60)
    with listening(build(changed, sessions)) as url:
        play.workspace.app.request_url = f"{url}/slack/events"
        release(play)
        assert "The limit for small numbers has changed" in play.modal_text(COORDINATOR)
        play.sessions = sessions
        assert "there are fewer than 20 cases, so no number about them is published" in told(play, 1, "public")
        assert release(play) == ""
        assert "✅ Released on" in checked(play)
    sessions.dispose()


@pytest.mark.both_databases
def test_once_a_learning_theme_counts_as_another_none_is_published_again(play: Play) -> None:
    """One case may have lost a finding at the same time, which would be hidden among those that only got a label."""
    whole(play)
    made(play)
    assert (
        "• In how many cases each learning theme was found" in told(play, 1, "public").partition("*It leaves out*")[0]
    )
    assert release(play) == ""
    one, other = (each.theme for each in play.board().themes[:2])
    assert asked(play, COORDINATOR, "theme.show", theme_id(play, one)).ok
    assert pressed(play, COORDINATOR, "theme.merge").ok
    assert submitted(play, COORDINATOR, into=theme_id(play, other)).ok
    assert submitted(play, COORDINATOR).ok
    made(play)
    reveals, _, leaves_out = told(play, 2, "public").partition("*It leaves out*")
    assert "learning theme" not in reveals
    assert "findings have changed since an earlier publication, or count as other learning themes" in leaves_out
    assert release(play) == ""
    assert attempt(play, MessageKind.REPORT) is None
    text = words(read(play, posted(play, direct(play, COORDINATOR))[-1]))
    assert other not in text
    assert "The learning themes are left out" in text


@pytest.mark.both_databases
def test_whoever_releases_is_told_which_texts_say_a_number_that_nothing_checks(play: Play) -> None:
    whole(play)
    with play.sessions.begin() as session:
        cycle = session.scalars(select(Cycle)).one()
        cycle.origin = "In both cases of North a review had asked for it."
    made(play)
    said = told(play, 1, "public")
    assert "Nothing checks what these texts say" in said
    assert "• the audit's origin: “both cases”" in said
    assert "the audit's title" not in said, "its own number isn't one of cases"
    assert release(play) == ""
    assert "Nothing checks" not in checked(play)


@pytest.mark.both_databases
def test_after_a_restoration_whoever_releases_is_told_what_the_check_doesnt_know(play: Play, tmp_path: Path) -> None:
    """An edition that went out after the backup was made isn't in the ledger, so the next one isn't checked with it."""
    whole(play)
    made(play)
    assert "restored from a backup" not in told(play, 1, "public")
    with play.sessions.begin() as session:
        restored.begin(session, play.settings.clock.now() - timedelta(hours=3))
        restored.resume(session)
    said = told(play, 1, "public")
    assert "restored from a backup" in said
    assert "What was published of this audit after that isn't known here" in said
    given = Namespace(cycle=2, out=tmp_path, public=True, version=None, unsigned=WHY)
    with pytest.raises(Refused, match=r"isn't known here, so this isn't checked with it\..* release it in Slack"):
        report_cli.report(play.settings, given)
    assert release(play) == ""
    assert "✅ Released on" in checked(play)
    assert "restored from a backup" not in checked(play), "it is released, and can't be taken back"


@pytest.mark.both_databases
def test_a_version_made_after_a_restoration_has_no_number_that_may_be_out_already(play: Play) -> None:
    """The backup knows version 1. A version 2 that was made and given out after it can't be another version 2."""
    whole(play)
    made(play)
    with play.sessions.begin() as session:
        restored.begin(session, play.settings.clock.now() - timedelta(hours=3))
        restored.resume(session)
    made(play)
    assert "Version 1" in show(play), "it says the same as before"
    for number in (12, 13):
        with play.sessions.begin() as session:
            session.execute(update(Cycle).values(origin=f"For the {number}th time."))
        assert pressed(play, COORDINATOR, "report.make").ok
        assert f"Version {number} is made." in play.modal_text(COORDINATOR)
    assert "older ones" not in show(play)


def test_of_what_went_out_before_the_ledger_nothing_is_drawn_again_or_added(play: Play) -> None:
    whole(play)
    made(play)
    told(play, 1, "public")
    assert release(play) == ""
    with play.sessions.begin() as session:  # as the migration leaves one whose release was only a day of the report's
        session.execute(update(Publication).values(content=None))
    said = told(play, 1, "public")
    assert "What was told when version 1 went out on" in said
    assert "isn't known here, so nothing more about this audit can be published" in said
    release(play)
    assert attempt(play, MessageKind.REPORT), "what was to be posted isn't"
    assert posted(play, direct(play, COORDINATOR)) == []
