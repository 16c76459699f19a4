"""Texts of an audit as a whole are exported with a reference, and erased by it wherever they stand."""

import signal
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from audit.findings import earlier_text
from audit.report import issue, publications
from audit.retention import erasing, hold
from audit.retention.erasing import WhoseTexts
from audit.sheet import state
from storage import belonging, text_removal
from storage.actions import Action, ActionStep, Recommendation
from storage.cases import Case
from storage.clock import now
from storage.crypto import seal, unseal
from storage.cycles import Cycle
from storage.findings import Finding
from storage.holds import Kept
from storage.people import Person
from storage.publications import Publication
from storage.reports import Edition, Report, ReportParagraph
from storage.retention import LegalHold
from storage.rewordings import EarlierWording
from storage.sheet_state import SheetRemark
from storage.types import Base
from tests.kit import canaries, following_up
from tests.kit.erasing import (
    ERASE_AUDIT,
    TEXT,
    book_of_audit,
    erased_while_it_is_reworded,
    given,
    in_texts,
    reference_of,
    said_of_audit,
    texts_of_audit,
)
from tests.kit.exported import BY, told
from tests.kit.following_up import COORDINATOR, MEMBER
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.pressing import asked, return_of
from tests.kit.purging import delivered, drawn, immediate, in_files, in_sheet, in_slack, passed_on
from tests.kit.reporting import answered
from tests.kit.served import forked, within
from tests.retention.test_backup import RESUME
from tests.retention.test_purge import numbers

FROZEN = {("reports", "content"), ("publications", "content")}
"""What is put together of other texts."""
ANEW = "Every agency asks the school first."


def written(session: Session, play: Play, cycle_id: str) -> Mapping[str, tuple[str, str]]:
    """A word of its own in every text of the audit that is about no case -> its table and column."""
    immediate(session, cycle_id, return_of(play, "T2-EAST-01"))
    report = session.get_one(Report, issue.make(session, None, cycle_id).id)
    publication = publications.ask(session, None, report, Edition.BRIEFING)
    seal(session, session.get_one(Publication, publication), "unsigned", canaries.CANARY)
    canaries.written_everywhere(session, cycle_id, but=("reports", "publications"))
    session.execute(update(LegalHold).values(lifted_at=now(session)))
    by = session.scalars(select(Person.id).limit(1)).one()
    action = session.scalars(select(Action).where(Action.case_id.is_(None)).limit(1)).one()
    step = ActionStep(
        action_id=action.id, number=9, state=action.state, due_on=action.due_on, by_id=by, at=now(session)
    )
    seal(session, step, "note", canaries.CANARY)
    seal(session, step, "former_owner", canaries.CANARY)
    session.add(step)
    for subject in (Recommendation, ReportParagraph):
        of = session.scalars(select(subject.id).limit(1)).one()
        earlier = EarlierWording(subject_id=of, version=9, by_id=by, at=now(session))
        seal(session, earlier, "text", canaries.CANARY)
        session.add(earlier)
    session.flush()
    found: dict[str, tuple[str, str]] = {}
    for row in erasing.rows_of(session, WhoseTexts.of_audit(session.get_one(Cycle, cycle_id)), lock=True):
        if row.case_id is None and (row.of.table, row.of.column) not in FROZEN:
            word = f"{canaries.CANARY}{len(found):05}"
            row.put(session, word)
            found[word] = (row.of.table, row.of.column)
    return found


@pytest.mark.both_databases
def test_fault_27_every_text_about_no_case_has_a_reference_by_which_it_is_found_nowhere_any_more(
    play: Play, tmp_path: Path
) -> None:
    cycle_id = answered(play)
    with play.sessions.begin() as session:
        state.bind(session, cycle_id, play.spreadsheet_id)
        words = written(session, play, cycle_id)
        cases = Base.metadata.tables[Case.__tablename__]
        for each in text_removal.texts(Kept.TEXT, Kept.DRAFT):
            if not belonging.placed(Base.metadata.tables[each.table], cases):
                assert {(each.table, each.column)} <= {*words.values(), *FROZEN}, "this test writes no such text"
    with play.sessions.begin() as session:
        assert issue.make(session, None, cycle_id).version == 2
    drawn(play)
    delivered(play)
    before = numbers(play)
    with play.sessions.begin() as session:  # a redraw keeps what stands in the sheet, and there it doesn't
        [word] = [word for word, (table, _) in words.items() if table == "sheet_remarks"]
        remark = SheetRemark(sheet_id=cycle_id, tab_key="sheet:9", row="", tab="Ours", about="", seen_at=now(session))
        seal(session, remark, "held", word)
        session.add(remark)
    with play.reading() as session:
        assert in_texts(session, words) == {*words}
    assert {word for word in words if word in in_sheet(play)}

    rows = texts_of_audit(play, tmp_path / "before.xlsx")
    listed = {str(row[6]): row for row in rows}
    assert words.keys() <= listed.keys()
    assert len({row[8] for row in rows}) == len(rows), "each has a reference of its own"
    assert {row[9] for row in rows if not row[1]} == {"cycles"}, "when those were written isn't kept"
    named = [word for each in words for word in ("--text", str(listed[each][8]))]
    plan = said_of_audit(play, tmp_path, *named)
    assert plan.startswith(f"Audit 2, Transitions: {len(words)} texts to be erased.")
    assert "1 in reports" in plan
    assert "Version 2 of the report, as a file" in plan
    assert "got the texts about an audit as a whole, as a file, which may have them." in plan
    assert "got everything about a case, as a file" not in plan
    done = said_of_audit(play, tmp_path, *named, "--for-good")
    assert "Nothing that was erased is left in the database's own files." in done
    passed_on(play)
    with play.reading() as session:
        assert in_texts(session, words) == set()
        assert in_texts(session, {canaries.CANARY}), "the texts of its cases stay"
    there = in_files(play)
    assert not [word for word in words if word.encode() in there]
    assert not [word for word in words if word in in_sheet(play)]
    assert not [word for word in words if word in in_slack(play)]
    after = numbers(play)
    assert {each: after[each] for each in after if each != "lines"} == {
        each: before[each] for each in before if each != "lines"
    }


@pytest.mark.both_databases
def test_a_recommendation_goes_with_its_earlier_wording_and_a_form_that_was_open_cannot_bring_it_back(
    play: Play, tmp_path: Path
) -> None:
    following_up.met(play)
    assert following_up.recommend(play, text=TEXT).ok
    following_up.press(play, MEMBER, "recommendation.edit")
    assert following_up.send(play, MEMBER, text=ANEW).ok
    following_up.press(play, MEMBER, "recommendation.edit")
    assert following_up.send(play, MEMBER, text=TEXT).ok
    assert asked(play, COORDINATOR, "recommendations.show", following_up.cycle_id(play)).ok
    following_up.press(play, COORDINATOR, "recommendation.edit")
    quoting = f"As was recommended: {' '.join(TEXT.split())} It was done."
    assert play.send_return("U0EDUEAST", "T2-EAST-03", went_well=TEXT, voice=quoting).ok

    rows = texts_of_audit(play, tmp_path / "before.xlsx")
    [(row, earlier)] = [
        (one, other) for one in rows for other in rows
        if (one[9], other[9]) == ("recommendations", "earlier_wordings") and one[6] == other[6] == TEXT
    ]  # fmt: skip
    assert row[2] == earlier[2] == "Sub-group member"
    assert (row[5], earlier[5]) == (3, 1)
    reference = str(row[8])
    plan = said_of_audit(play, tmp_path, "--text", reference)
    assert "Audit 2, Transitions: 1 text to be erased.\n" in plan
    assert f"{reference} · Recommendation: Text · version 3 · Sub-group member" in plan
    assert "Copies of these. They go too:\n" in plan
    assert f"  {earlier[8]} · Earlier wording: Text · version 1 · Sub-group member" in plan
    assert "Return version: Voice of the child (of T2-EAST-03) · Education · version 1" in plan
    assert "name it in a command for that case:\n" in plan
    assert "  Return version: What went well (of T2-EAST-03) · Education · version 1" in plan
    assert "3 rows of the database: 1 in earlier_wordings, 1 in recommendations, 1 in return_versions." in plan
    assert "1 text was erased, from 3 rows." in said_of_audit(play, tmp_path, "--text", reference.lower(), "--for-good")

    assert following_up.refusal(play, COORDINATOR, text=TEXT) == (
        "These words were erased for data protection. Please leave them out, or write it in other words."
    )
    assert following_up.send(play, COORDINATOR, text=ANEW).ok
    with play.reading() as session:
        assert unseal(session, session.scalars(select(Recommendation)).one(), "text") == ANEW
        assert "As was recommended: (erased) It was done." in canaries.opened(session)
        left = canaries.opened(session).count("Canaryword of the bakery")
    assert left == 1, "what the agency wrote in its own return is erased with its case"
    [entry] = entries(play.sessions, "text.erase")
    assert (entry.actor, entry.detail) == (BY, f"audit 2, {reference}: mistake")
    again = said_of_audit(play, tmp_path, "--text", reference, "--for-good")
    assert f"Erased before: {reference}." in again
    assert len(entries(play.sessions, "text.erase")) == 1


def worded(play: Play, tmp_path: Path) -> tuple[str, str]:
    """The id of a recommendation that has the words, and the reference by which they are erased."""
    with play.sessions.begin() as session:
        row = session.scalars(select(Recommendation).order_by(Recommendation.id).limit(1)).one()
        seal(session, row, "text", TEXT)
    return row.id, reference_of(texts_of_audit(play, tmp_path / "before.xlsx"), TEXT, "recommendations")


@pytest.mark.both_databases
def test_fault_16_26_27_killed_or_put_back_from_a_backup_it_is_erased_in_the_end(
    play: Play, sqlite_template: Path, tmp_path: Path
) -> None:
    """In the backup the words are a recommendation's newest; they were reworded before they were erased."""
    answered(play)
    row_id, _ = worded(play, tmp_path)
    env = given(play, tmp_path)
    assert within("backup", "kept", given=env, cwd=tmp_path).returncode == 0
    with play.sessions.begin() as session:
        row = session.get_one(Recommendation, row_id)
        earlier_text.keep(session, row)
        seal(session, row, "text", ANEW)
        row.version += 1
    reference = reference_of(texts_of_audit(play, tmp_path / "now.xlsx"), TEXT, "earlier_wordings")
    named = (*ERASE_AUDIT, "--text", reference, "--for-good")
    for place, left in (("erase.remembered", {"Canaryword"}), ("erase.before_compact", set())):
        ended = forked(*named, given=env | {"DIE_AT": place}, cwd=tmp_path)
        assert ended.returncode == -signal.SIGKILL, ended
        with play.reading() as session:
            assert in_texts(session, {"Canaryword"}) == left
    assert f"Erased before: {reference}." in said_of_audit(play, tmp_path, *named[len(ERASE_AUDIT) :])
    assert "Canaryword" not in (tmp_path / "purged").read_text()

    (tmp_path / "copy.db").write_bytes(sqlite_template.read_bytes())
    empty = env | {"DATABASE_URL": f"sqlite:///{tmp_path / 'copy.db'}"}
    done = within("restore", "kept", given=empty, cwd=tmp_path)
    assert "Words that were erased before were erased again, from 1 row." in done.stdout, done
    address = type(play.settings.database_url)(empty["DATABASE_URL"])
    sessions = play.settings.model_copy(update={"database_url": address}).sessions(patience=60)
    with sessions.reading() as session:
        assert in_texts(session, {"Canaryword"}) == set()
    [entry] = entries(sessions, "text.erase")
    sessions.dispose()
    assert entry.detail == f"audit 2, {reference}: erased before this database was put back"
    assert "erased again" not in within(*RESUME, given=empty, cwd=tmp_path).stdout


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # on SQLite there is one writer at a time
def test_what_is_worded_anew_at_the_same_time_is_erased_as_it_was_before(play: Play, tmp_path: Path) -> None:
    answered(play)
    row_id, reference = worded(play, tmp_path)
    erased_while_it_is_reworded(
        play,
        tmp_path,
        lambda session: session.get_one(Recommendation, row_id, with_for_update=True),
        ANEW,
        (*ERASE_AUDIT, "--text", reference),
    )
    with play.reading() as session:
        assert in_texts(session, {"Canaryword", ANEW}) == {ANEW}


def test_what_is_no_text_of_the_audit_or_is_held_is_refused_in_words(play: Play, tmp_path: Path) -> None:
    answered(play)
    _, reference = worded(play, tmp_path)
    with play.sessions.begin() as session:
        finding = session.scalars(select(Finding).limit(1)).one()
        seal(session, finding, "text", "Canaryword was seen.")
    of_case = ("export", "case", "T2-EAST-01", "case.xlsx", "--by", BY)
    assert within(*of_case, given=given(play, tmp_path), cwd=tmp_path).returncode == 0

    def refused(*words: str, asked: tuple[str, ...] = ERASE_AUDIT) -> str:
        done = within(*asked, *words, given=given(play, tmp_path), cwd=tmp_path)
        assert done.returncode == 1, done
        return done.stderr

    assert "There is no text 00000-00000 of Audit 2, Transitions." in refused("--text", "00000-00000")
    assert "--all-texts is only for a case." in refused("--all-texts", "--for-good")
    without = tuple(each for each in ERASE_AUDIT if each not in {"--audit", "2"})
    assert "for texts of the audit itself, name it with --audit" in refused("--text", reference, asked=without)
    other = tuple({"2": "7"}.get(each, each) for each in ERASE_AUDIT)
    assert "There is no audit 7." in refused("--text", reference, asked=other)
    named = tuple({"2": "Before"}.get(each, each) for each in ERASE_AUDIT)
    assert "Only results are known of an audit that was imported" in refused("--text", reference, asked=named)
    with play.sessions.begin() as session:
        hold.put(session, 2, "An inquiry asks for it.")
    for more in ((), ("--for-good",)):
        assert "is on hold, so nothing of it is erased" in refused("--text", reference, *more)
    rows = texts_of_audit(play, tmp_path / "held.xlsx")
    assert "An inquiry asks for it." in {row[6] for row in rows}
    assert "Canaryword was seen." not in {row[6] for row in rows}, "that is about a case"
    with play.sessions.begin() as session:
        hold.lift(session, 2)
    assert entries(play.sessions, "text.erase") == []
    assert [each.subject_id for each in entries(play.sessions, "export.audit")] == [following_up.cycle_id(play)] * 2
    assert "1 text was erased" in said_of_audit(play, tmp_path, "--text", reference, "--for-good")
    assert "1 text of it was erased before that" in told({"": book_of_audit(play, tmp_path / "then.xlsx")["Read me"]})
