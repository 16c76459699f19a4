"""Texts of one case are erased wherever they stand: nobody finds them again, and nothing else is lost."""

from collections.abc import Collection
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.erased_word import ERASED
from audit.report import contents, issue
from audit.retention import hold
from audit.screening import erased
from storage import chain, text_removal
from storage.actions import Recommendation
from storage.cases import Case
from storage.crypto import bound_to, seal, unseal, vault_of
from storage.cycles import Cycle
from storage.findings import Finding
from storage.holds import Holds, Kept
from storage.reports import Report
from storage.rewordings import EarlierWording
from storage.sheet_state import SheetDrift, SheetRemark
from storage.types import Base
from tests.kit.erasing import CASE, ONE, SHORT, TEXT, given, in_texts, listed, reference_of, said
from tests.kit.exported import BY, export, marked, told
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.pressing import DEPUTY, LEAD, line
from tests.kit.purging import delivered, drawn, in_files, in_sheet, in_slack, passed_on, played
from tests.kit.reporting import answered
from tests.kit.served import within
from tests.retention.test_purge import numbers

ANEW = "A neighbour saw it, and told the school."


def findings(session: Session, reference: str) -> list[Finding]:
    about = select(Case.id).where(Case.reference == reference)
    return list(session.scalars(select(Finding).where(Finding.case_id.in_(about)).order_by(Finding.id)))


def on_disk(session: Session, cycle_id: str, words: Collection[str]) -> list[bytes]:
    """Of each sealed text with one of these words, how it lies on the disk."""
    found = []
    for each in text_removal.texts(Kept.TEXT, Kept.DRAFT):
        table = Base.metadata.tables[each.table]
        column = table.columns[each.column]
        about = text_removal.of_cycles(table, Cycle.id == cycle_id)
        for row_id, value in session.execute(select(table.columns["id"], column).where(about, column.is_not(None))):
            if each.holds is Holds.SEALED:
                text = vault_of(session).open(value, bound_to(each.table, row_id, each.column))
                found += [value[1 + value[0] :][:40]] if any(word in text for word in words) else []
    return found


@pytest.mark.both_databases
def test_fault_27_every_text_of_a_case_is_found_nowhere_and_those_of_others_stay(play: Play, tmp_path: Path) -> None:
    cycle_id = played(play, anew=True)
    with play.sessions.begin() as session:
        words = marked(session)
        theirs = {word for word, of in words.items() if of == ONE}
        others = set(words) - theirs
        issue.make(session, None, cycle_id)
    drawn(play)
    delivered(play)
    with play.reading() as session:
        sealed = on_disk(session, cycle_id, theirs)
        in_report = in_texts(session, theirs)
    assert in_report == theirs
    shown = {word for word in theirs if word in in_sheet(play)}
    before, there = numbers(play), in_files(play)
    assert shown
    assert all(each in there for each in sealed), "this looks in the wrong place"

    plan = said(play, tmp_path, "--all-texts")
    assert "1 in reports" in plan
    assert "Version 2 of the report, as a file" in plan
    assert plan.endswith("The same command with --for-good erases this; that can't be undone.\n")
    with play.reading() as session:
        assert in_texts(session, theirs) == theirs, "it was only looked at"
    done = said(play, tmp_path, "--all-texts", "--for-good")
    assert "Nothing that was erased is left in the database's own files." in done
    passed_on(play)
    with play.reading() as session:
        assert in_texts(session, words) == others
    there = in_files(play)
    assert [each for each in sealed if each in there] == []
    assert not [word for word in theirs if word in in_sheet(play)]
    assert ERASED in in_sheet(play)
    assert not [word for word in theirs if word in in_slack(play)]
    book = export(play, "case", tmp_path / "after.xlsx", reference=ONE)
    assert not [word for word in theirs if word in told(book)]
    assert {row[8] for row in book["Texts"][1:]} == {None}, "nothing is left to erase"
    assert "texts of it were erased" in told({"": book["Read me"]})
    after = numbers(play)
    assert {name: after[name] for name in after if name != "lines"} == {
        name: before[name] for name in before if name != "lines"
    }
    with play.sessions.begin() as session:
        made = issue.make(session, None, cycle_id)
        assert made.version == 2, "it says what the version says from which the words were erased"
        assert in_texts(session, words) == others
    assert chain.seal(play.sessions).count > 10
    verified = within("trail", "verify", given=given(play, tmp_path), cwd=tmp_path)
    assert "Every entry is as it was sealed" in verified.stdout, verified


def test_one_text_goes_from_versions_drafts_and_forms_and_a_form_that_was_open_cannot_bring_it_back(
    play: Play, tmp_path: Path
) -> None:
    play.load()
    assert play.send_return(LEAD, CASE, went_well=TEXT, voice="They were heard.").ok
    play.close_modal(LEAD)
    assert play.open_return(DEPUTY, CASE).ok
    play.fill(DEPUTY, learning="To ask earlier.")
    assert play.press_in_modal(DEPUTY, "draft.save").ok
    play.close_modal(DEPUTY)
    assert play.open_return(LEAD, CASE).ok
    rows = listed(play, tmp_path / "before.xlsx", of=CASE)
    reference = reference_of(rows, TEXT)
    assert reference_of(listed(play, tmp_path / "again.xlsx", of=CASE), TEXT) == reference, "it stays the same"
    assert all(row[8] is None for row in rows if row[4] in {"Draft: Began from", "Draft: Answers, grade"})

    plan = said(play, tmp_path, "--text", reference, of=CASE)
    assert f"{reference} · Return version: What went well · Education · version 1 · Education lead, East" in plan
    assert "Their words are in 2 rows of the database: 1 in drafts, 1 in return_versions." in plan
    assert "1 text was erased, from 2 rows." in said(play, tmp_path, "--text", reference.lower(), "--for-good", of=CASE)
    shown = line(play, CASE)
    assert shown.answers
    assert (shown.answers.sections["went_well"], shown.answers.sections["voice"]) == (ERASED, "They were heard.")
    assert (shown.result, shown.version) == ("good", 1)

    assert "Canaryword of the bakery" in str(play.modal(LEAD).values)
    play.send(LEAD)
    assert play.modal(LEAD).field_errors["went_well"] == (
        "These words were erased for data protection. Please leave them out, or write it in other words."
    )
    assert play.press_in_modal(LEAD, "draft.save").ok
    assert "The draft was not saved. What went well: These words were erased" in play.modal_text(LEAD)
    with play.reading() as session:
        assert in_texts(session, {"Canaryword"}) == set()
    play.close_modal(LEAD)
    for user in (LEAD, DEPUTY):
        assert play.open_return(user, CASE).ok
        typed = str(play.modal(user).values)
        assert "Canaryword" not in typed
        assert ERASED not in typed
        assert "They were heard." in typed
    assert "To ask earlier." in typed
    play.fill(LEAD, went_well=ANEW)
    assert play.send(LEAD).ok
    shown = line(play, CASE)
    assert shown.answers
    assert (shown.answers.sections["went_well"], shown.version) == (ANEW, 2)

    [entry] = entries(play.sessions, "text.erase")
    assert (entry.actor, entry.detail) == (BY, f"{CASE}, {reference}: objection")
    assert f"Erased before: {reference}." in said(play, tmp_path, "--text", reference, "--for-good", of=CASE)
    assert len(entries(play.sessions, "text.erase")) == 1
    play.move_clock(play.settings.clock.now() + erased.OPEN_FOR)
    assert play.send_return(LEAD, CASE, went_well=TEXT).ok, "no form has been open for so long"
    book = export(play, "case", tmp_path / "after.xlsx", reference=CASE)
    assert f"{reference}: objection" in told({"": book["trail"]})


@pytest.mark.both_databases
def test_quotations_go_and_what_another_case_says_or_what_is_counted_stays(play: Play, tmp_path: Path) -> None:
    cycle_id = answered(play)
    moment = play.settings.clock.now()
    with play.sessions.begin() as session:
        one, two, *_ = findings(session, ONE)
        other, *_ = findings(session, "T2-NORTH-02")
        for row in (one, other):
            seal(session, row, "text", TEXT)
        seal(session, two, "text", SHORT)
        graded = Finding(case_id=two.case_id, kind=two.kind, by_id=two.by_id, at=moment)
        seal(session, graded, "text", "good")  # as a grade is called within a report
        earlier = EarlierWording(subject_id=one.id, version=9, by_id=one.by_id, at=moment)
        cell = SheetDrift(sheet_id=cycle_id, kind="cell", tab="Returns", about="", column="", edit="0" * 32,
                          found_on=moment.date(), found_at=moment)  # fmt: skip
        remark = SheetRemark(sheet_id=cycle_id, tab_key="returns", row="", tab="Returns", about="", seen_at=moment)
        quoting = session.scalars(select(Recommendation).limit(1)).one()
        seal(session, earlier, "text", TEXT)
        seal(session, cell, "found", f"x {TEXT}")
        seal(session, remark, "held", f"Ours: {TEXT}\nNote: {SHORT}")
        seal(session, quoting, "text", f"As somebody wrote: “{' '.join(TEXT.split())}” So ask. {SHORT}")
        session.add_all((earlier, cell, remark, graded))
        report = issue.make(session, None, cycle_id)
        before = contents.kept(session, session.get_one(Report, report.id))
    rows = listed(play, tmp_path / "before.xlsx")
    named = [word for text in (TEXT, SHORT, "good") for word in ("--text", reference_of(rows, text, "findings"))]
    plan = said(play, tmp_path, *named)
    counted = "1 in earlier_wordings, 3 in findings, 1 in recommendations, 1 in reports, 1 in sheet_drift"
    assert f"8 rows of the database: {counted}, 1 in sheet_remarks." in plan
    assert "people's own cells have these words" in plan
    assert "3 texts were erased, from 8 rows." in said(play, tmp_path, *named, "--for-good")
    with play.reading() as session:
        assert [unseal(session, row, "text") for row in findings(session, ONE)[:2]] == [ERASED, ERASED]
        assert unseal(session, findings(session, "T2-NORTH-02")[0], "text") == TEXT, "that is about another child"
        assert unseal(session, session.get_one(EarlierWording, earlier.id), "text") == ERASED
        assert unseal(session, session.get_one(SheetDrift, cell.id), "found") == f"x {ERASED}"
        assert unseal(session, session.get_one(SheetRemark, remark.id), "held") == f"Ours: {ERASED}\nNote: {SHORT}"
        assert unseal(session, session.get_one(Recommendation, quoting.id), "text") == (
            f"As somebody wrote: “{ERASED}” So ask. {SHORT}"  # short words may be anybody's, within a sentence
        )
        kept = contents.kept(session, session.get_one(Report, report.id))
    assert ERASED in str(kept)
    assert "the bakery" not in str(kept), "a report doesn't say which case has which finding"
    assert (kept.tally, kept.figures, kept.method) == (before.tally, before.figures, before.method)
    assert len(entries(play.sessions, "text.erase")) == 3


def test_a_text_about_something_else_that_names_the_case_is_erased_by_its_reference(play: Play, tmp_path: Path) -> None:
    """Not one about another case: that is erased there."""
    answered(play)
    with play.sessions.begin() as session:
        recommended = session.scalars(select(Recommendation).limit(1)).one()
        other, *_ = findings(session, "T2-NORTH-02")
        seal(session, recommended, "text", f"As in {ONE}.")
        seal(session, other, "text", f"As {ONE} had it.")
    rows = export(play, "case", tmp_path / "before.xlsx", reference=ONE)["Elsewhere"][1:]
    by_text = {row[6]: row[8] for row in rows}
    assert by_text[f"As {ONE} had it."] is None
    assert "1 text was erased" in said(play, tmp_path, "--text", str(by_text[f"As in {ONE}."]), "--for-good")
    with play.reading() as session:
        assert unseal(session, session.get_one(Recommendation, recommended.id), "text") == ERASED
        assert unseal(session, session.get_one(Finding, other.id), "text") == f"As {ONE} had it."


def test_the_same_words_of_another_agency_or_for_another_question_stay_and_are_named(
    play: Play, tmp_path: Path
) -> None:
    play.load()
    assert play.send_return(LEAD, CASE, went_well=TEXT, could_be_better=SHORT, voice=SHORT).ok
    assert play.send_return("U0POLICE", CASE, went_well=TEXT, voice=SHORT).ok
    rows = [row for row in listed(play, tmp_path / "before.xlsx", of=CASE) if row[3] == "Education"]
    references = {str(row[4]): str(row[8]) for row in rows if row[6] in {TEXT, SHORT}}
    assert len(references) == 3
    wanted = ("Return version: What went well", "Return version: Voice of the child")
    chosen = [word for each in wanted for word in ("--text", references[each])]
    plan = said(play, tmp_path, *chosen, of=CASE)
    alike = plan[plan.index("Other texts in the same words, which aren't copies") : plan.index("Their words are")]
    assert [text.split(" · ")[1:3] for text in alike.splitlines()[1:]] == [
        ["Return version: What could have been better", "Education"],
        ["Return version: What went well", "Police"],
        ["Return version: Voice of the child", "Police"],
    ]
    assert "2 texts were erased, from 1 row." in said(play, tmp_path, *chosen, "--for-good", of=CASE)
    ours, theirs = line(play, CASE).answers, line(play, CASE, "Police").answers
    assert ours
    assert theirs
    assert {key: ours.sections[key] for key in ("went_well", "voice", "could_be_better")} == {
        "went_well": ERASED, "voice": ERASED, "could_be_better": SHORT,
    }  # fmt: skip
    assert (theirs.sections["went_well"], theirs.sections["voice"]) == (TEXT, SHORT)


def test_what_cannot_be_erased_is_said_in_words(play: Play, tmp_path: Path) -> None:
    play.load()
    assert play.send_return(LEAD, CASE, went_well=TEXT).ok
    reference = reference_of(listed(play, tmp_path / "before.xlsx", of=CASE), TEXT)
    named = ("--text", reference, "--for-good")

    def refused(*words: str, of: str = CASE) -> str:
        return said(play, tmp_path, *words, of=of, code=1)

    assert "Say with --text which texts, or --all-texts." in refused("--for-good")
    assert "Say with --text which texts" in refused(*named, "--all-texts")
    assert "There is no text 00000-00000 of case T2-EAST-03" in refused("--text", "00000-00000", "--for-good")
    assert "There is no case T2-EAST-99" in refused(*named, of="T2-EAST-99")
    asked = ("erase", CASE, *named, "--by", BY, "--because", "Mrs Canaryword asked.")
    assert within(*asked, given=given(play, tmp_path), cwd=tmp_path).returncode == 2, "a reason is one of four words"
    with play.sessions.begin() as session:
        hold.put(session, 2, "An inquiry asks for it.")
    assert "is on hold, so nothing of it is erased" in refused(*named)
    assert "is on hold, so nothing of it is erased" in refused("--text", reference)
    with play.sessions.begin() as session:
        hold.lift(session, 2)
    assert entries(play.sessions, "text.erase") == []
    with play.reading() as session:
        assert in_texts(session, {"Canaryword"})
    assert "1 text was erased" in said(play, tmp_path, *named, of=CASE)
    assert "there was nothing left to erase" in said(play, tmp_path, "--all-texts", "--for-good", of="T2-EAST-01")
