"""Erasing that is killed, done twice or at once with something else, or undone by a backup that is put back."""

import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select

from audit.governance import erase
from audit.governance.erase import Asked
from audit.report import issue, words_that_stay
from audit.retention import erasing, purge
from audit.retention.erasing import ChosenText, WhoseTexts
from storage.cases import Case
from storage.crypto import seal
from storage.findings import Finding
from storage.returns import ReturnVersion
from tests.faults.databases import waiting_for_locks
from tests.kit.erasing import (
    CASE,
    ONE,
    SHORT,
    TEXT,
    WHY,
    command,
    erased_while_it_is_reworded,
    given,
    in_texts,
    killed,
    listed,
    reference_of,
    said,
)
from tests.kit.exported import BY
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, LEAD, acting
from tests.kit.reporting import answered
from tests.kit.served import within
from tests.retention.test_backup import RESUME


def test_fault_16_27_killed_at_any_moment_it_is_done_or_not_begun_and_is_done_by_running_it_again(
    play: Play, tmp_path: Path
) -> None:
    play.load()
    assert play.send_return(LEAD, CASE, went_well=TEXT).ok
    reference = reference_of(listed(play, tmp_path / "before.xlsx", of=CASE), TEXT)
    for place, left in (("erase.remembered", {"Canaryword"}), ("erase.before_compact", set())):
        ended = killed(play, tmp_path, place, "--text", reference, "--for-good", of=CASE)
        assert ended.returncode == -signal.SIGKILL, ended
        with play.reading() as session:
            assert in_texts(session, {"Canaryword"}) == left
        assert len(entries(play.sessions, "text.erase")) == (0 if left else 1)
    again = said(play, tmp_path, "--text", reference, "--for-good", of=CASE)
    assert f"Erased before: {reference}." in again
    assert "Nothing that was erased is left in the database's own files." in again
    assert len(entries(play.sessions, "text.erase")) == 1


@pytest.mark.on_sqlite
def test_fault_26_27_a_backup_that_is_put_back_has_it_erased_again(
    play: Play, sqlite_template: Path, tmp_path: Path
) -> None:
    """The backup has the words in a draft: the version that they were erased from came later."""
    play.load()
    assert play.open_return(LEAD, CASE).ok
    play.fill(LEAD, went_well=TEXT, voice=SHORT)
    assert play.press_in_modal(LEAD, "draft.save").ok
    env = given(play, tmp_path)
    assert within("backup", "kept", given=env, cwd=tmp_path).returncode == 0
    play.fill(LEAD, grade="good", why="The plan was followed.")
    assert play.send(LEAD).ok
    rows = listed(play, tmp_path / "before.xlsx", of=CASE)
    both = [word for text in (TEXT, SHORT) for word in ("--text", reference_of(rows, text))]
    said(play, tmp_path, *both, "--for-good", of=CASE)
    assert "Canaryword" not in (tmp_path / "purged").read_text()
    shutil.copy(sqlite_template, tmp_path / "copy.db")
    empty = env | {"DATABASE_URL": f"sqlite:///{tmp_path / 'copy.db'}"}
    done = within("restore", "kept", given=empty, cwd=tmp_path)
    assert "Words that were erased before were erased again, from 1 row." in done.stdout, done
    address = type(play.settings.database_url)(empty["DATABASE_URL"])
    sessions = play.settings.model_copy(update={"database_url": address}).sessions(patience=60)
    with sessions.reading() as session:
        assert in_texts(session, {"Canaryword"}) == set()
    assert len(entries(sessions, "text.erase")) == 2
    sessions.dispose()
    again = within(*RESUME, given=empty, cwd=tmp_path)
    assert "erased again" not in again.stdout, again


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # on SQLite there is one writer at a time
def test_what_is_sent_or_erased_at_the_same_time_waits_and_brings_nothing_back(play: Play, tmp_path: Path) -> None:
    play.load()
    assert play.send_return(LEAD, CASE, went_well=TEXT).ok
    play.close_modal(LEAD)
    assert play.open_return(LEAD, CASE).ok
    url = play.settings.database_url.get_secret_value()
    reference = reference_of(listed(play, tmp_path / "before.xlsx", of=CASE), TEXT)
    with play.reading() as session:
        lasting = purge.lasting(session, words_that_stay.LASTING)
    with ThreadPoolExecutor(1) as pool:
        with play.sessions.begin() as session:
            case = session.scalars(select(Case).where(Case.reference == CASE)).one()
            row_id = session.scalars(select(ReturnVersion.id)).one()
            text = ChosenText("return_versions", row_id, "went_well", TEXT, reference)
            whose = WhoseTexts.of_case(case)
            assert erasing.erase(session, whose, [text], lasting).rows
            erasing.note(session, BY, whose, text, WHY)
            sent = pool.submit(play.send, LEAD)
            assert play.until(lambda: waiting_for_locks(url) > 0)
        assert sent.result().ok
    assert "These words were erased" in play.modal(LEAD).field_errors["went_well"]
    with play.reading() as session:
        assert in_texts(session, {"Canaryword"}) == set()


def worded(play: Play, tmp_path: Path) -> tuple[str, str]:
    """The id of a finding of the case that has the words, and the reference by which they are erased."""
    with play.sessions.begin() as session:
        finding = session.scalars(
            select(Finding).where(Finding.case_id.in_(select(Case.id).where(Case.reference == ONE))).limit(1)
        ).one()
        seal(session, finding, "text", TEXT)
    return finding.id, reference_of(listed(play, tmp_path / "before.xlsx"), TEXT, "findings")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_finding_that_is_worded_anew_at_the_same_time_is_erased_as_it_was_before(play: Play, tmp_path: Path) -> None:
    """Its words go into another row while they are looked for, in a table that was looked through already."""
    answered(play)
    finding_id, reference = worded(play, tmp_path)
    erased_while_it_is_reworded(
        play,
        tmp_path,
        lambda session: session.get_one(Finding, finding_id, with_for_update=True),
        "Worded anew.",
        command("--text", reference),
    )
    with play.reading() as session:
        assert in_texts(session, {"Canaryword", "Worded anew."}) == {"Worded anew."}


def test_the_same_twice_at_once_is_done_and_recorded_once(play: Play, tmp_path: Path) -> None:
    play.load()
    assert play.send_return(LEAD, CASE, went_well=TEXT).ok
    reference = reference_of(listed(play, tmp_path / "before.xlsx", of=CASE), TEXT)
    asked = Asked(CASE, None, (reference,), BY, WHY)
    words, memory = words_that_stay.LASTING, play.settings.remembered
    with play.reading() as session:
        plans = [erase.plan(session, asked, words) for _ in range(2)]
    assert [erase.erase_for_good(play.sessions, memory, plan, asked, words) for plan in plans] == [1, 0]
    assert len(entries(play.sessions, "text.erase")) == 1


@pytest.mark.on_sqlite
def test_a_version_of_the_report_that_is_being_drawn_up_is_made_without_the_words(play: Play, tmp_path: Path) -> None:
    cycle_id = answered(play)
    _, reference = worded(play, tmp_path)
    who = acting(play, COORDINATOR)
    with play.reading() as session:
        drawn = issue.draw_up(session, who, cycle_id)
    assert "Canaryword" in str(drawn.said)
    assert "1 text was erased, from 1 row." in said(play, tmp_path, "--text", reference, "--for-good")
    with play.sessions.begin() as session:
        assert issue.make(session, who, cycle_id, drawn).new
    with play.reading() as session:
        assert in_texts(session, {"Canaryword"}) == set()
