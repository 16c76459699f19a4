"""An export has every text about a case, opened, and nothing of another; of a person it has the acts and no text."""

from argparse import Namespace
from pathlib import Path

import pytest
from docx import Document
from sqlalchemy import select, update

from audit.delivery import ledger
from audit.errors import Refused
from audit.retention.purge import PURGE
from bot import governance_cli, trail_cli
from storage.actions import Recommendation
from storage.cases import Case
from storage.clock import now
from storage.crypto import seal
from storage.cycles import Cycle
from storage.findings import Finding
from storage.holds import Exports, holdings
from storage.meetings import Judgement
from storage.messages import MessageKind
from storage.past import PastCycle, PastResult
from storage.people import Person
from storage.returns import ReturnVersion
from storage.sheet_state import SheetAside, SheetDrift, SheetRemark, SheetState
from storage.text_removal import REMOVED
from storage.types import new_id
from tests.kit import canaries, exported
from tests.kit.exported import BY, Rows, export, marked, told
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.pressing import return_of
from tests.kit.purging import immediate, later, over, purge
from tests.kit.reporting import answered, words
from views.governance import export as export_view

ONE, OTHERS = "T2-EAST-01", ("T2-NORTH-02", "T2-CENTRAL-03")
UNMADE = ("reports", "publications", "distributions", "signatures")


def heads(book: dict[str, Rows]) -> dict[str, tuple[str, ...]]:
    return {tab: rows[0] for tab, rows in book.items() if tab not in export_view.TABS}


def whole(book: dict[str, Rows], of: Exports) -> None:
    """Every column that is marked for an export is in it, or its table is said to have nothing."""
    empty = next((row[0] for row in book["Read me"] if str(row[0]).startswith("  Nothing in: ")), "")
    for each in holdings():
        if of in each.exports:
            assert each.column in heads(book)[each.table] if each.table in book else each.table in empty, each


@pytest.mark.both_databases
def test_what_is_about_a_case_or_a_person_is_in_their_export_and_nothing_else(play: Play, tmp_path: Path) -> None:
    cycle_id = answered(play)
    with play.sessions.begin() as session:
        immediate(session, cycle_id, return_of(play, ONE))
    with play.sessions.begin() as session:
        canaries.written_everywhere(session, cycle_id, but=UNMADE)
        for table in (SheetDrift, SheetRemark):
            session.execute(update(table).values(about=ONE))
        moment = now(session)
        for edit, longer in enumerate(("1", ".2", "/B", "-1")):
            about = {"tab": "Returns", "about": f"{ONE}{longer}, Police", "why": "no such case", "count": 1}
            session.add(
                SheetAside(sheet_id=cycle_id, **about, edit=str(edit) * 32, found_on=moment.date(), found_at=moment)
            )
        [named] = session.scalars(select(Recommendation).order_by(Recommendation.id).limit(1))
        seal(session, named, "text", "After T2 East 1 police are told earlier.")
        case_id = session.scalars(select(Case.id).where(Case.reference == ONE)).one()
        ledger.insert(session, MessageKind.SUMMARY, cycle_id, case_id, channel="C0EAST")
        label = session.scalars(select(Person.label).join(Judgement, Judgement.by_id == Person.id)).all()[0]
        session.execute(update(SheetState).values(readers=[f"{label} (viewer)", f"Not the {label} (viewer)"]))
        words = marked(session)
    assert {each for each in words.values() if each} == {ONE, *OTHERS}
    made = {each: export(play, "case", tmp_path / f"{each}.xlsx", reference=each) for each in (ONE, OTHERS[0])}
    for reference, book in made.items():
        said = told(book)
        assert {word for word in words if word in said} == {word for word, of in words.items() if of == reference}
        assert not {each for each in {ONE, *OTHERS} - {reference} if each in said}
        whole(book, Exports.CASE)
    texts = made[ONE]["Texts"][1:]
    assert [row[0] for row in texts] == list(range(2, len(texts) + 2))
    assert {row[9] for row in texts if not (row[1] and row[2] != export_view.NOBODY)} == {
        "sheet_drift",
        "sheet_remarks",
    }  # nobody's
    assert all(row[3] for row in texts if row[9] in ("return_versions", "drafts", "declines"))  # for which agency
    assert any(row[5] == 1 for row in texts)
    assert "sheet_asides" not in made[ONE]  # its reference is only part of those
    assert [row[6] for row in made[ONE]["Elsewhere"][1:]] == ["After T2 East 1 police are told earlier."]
    assert "Elsewhere" not in made[OTHERS[0]]
    assert ("summary", ONE) in {tuple(map(str, row[2:5:2])) for row in made[ONE]["messages"]}
    assert (tmp_path / f"{ONE}.xlsx").stat().st_mode & 0o777 == 0o600
    [first, _] = entries(play.sessions, "export.case")
    assert (first.actor, first.detail, first.cycle_id) == (BY, ONE, cycle_id)

    book = export(play, "person", tmp_path / "person.xlsx", who=label.upper())
    said = told(book)
    assert not {word for word in words if word in said}
    assert "Not the" not in said
    assert {"people", "roles", "judgements", "sheet_states"} <= set(book)
    whole(book, Exports.PERSON)
    assert label in {row[heads(book)["judgements"].index("by_id")] for row in book["judgements"][1:]}
    assert {row[1] for row in book["judgements"][1:]} == {ONE, *OTHERS}  # beside its case
    [entry] = entries(play.sessions, "export.person")
    again = export(play, "person", tmp_path / "again.xlsx", who=label)
    assert (entry.actor, BY in told(again)) == (BY, True)  # it names them, too


def test_a_case_that_was_purged_is_said_to_be(play: Play, tmp_path: Path) -> None:
    over(play)
    later(play)
    purge(play)
    book = export(play, "case", tmp_path / "case.xlsx", reference=ONE)
    assert "what people wrote (" in told({"": book["Read me"]})
    assert {row[6] for row in book["Texts"][1:] if row[10] == "statement"} >= {REMOVED}
    assert entries(play.sessions, PURGE)
    governance_cli.drafts(play.settings, Namespace(out=tmp_path / "drafts"))
    said = words(Document(str(tmp_path / "drafts" / "data-protection-impact-assessment.docx")))
    assert "Audits from which something has been removed: 1." in said
    assert "1 audit with 3 cases" in said
    notice = words(Document(str(tmp_path / "drafts" / "privacy-notice.docx")))
    assert "the record of who did and read what, from each entry" in notice
    assert "the trail" not in notice, "for families"
    (tmp_path / "drafts" / "data-protection-impact-assessment.docx").unlink()
    with pytest.raises(Refused, match=r"record-of-processing.docx already exists, and may have been edited"):
        governance_cli.drafts(play.settings, Namespace(out=tmp_path / "drafts"))
    assert len(list((tmp_path / "drafts").iterdir())) == 2


def test_a_reference_that_several_audits_have_is_asked_about(play: Play, tmp_path: Path) -> None:
    """Another audit under way, and one of which only results were imported."""
    answered(play)
    with play.sessions.begin() as session:
        first = session.scalars(select(Cycle)).one()
        same = {each.name: getattr(first, each.name) for each in Cycle.__table__.columns}
        other = Cycle(**same | {"id": new_id(), "number": 3})
        case = session.scalars(select(Case).where(Case.reference == ONE)).one()
        session.add_all((other, Case(cycle_id=other.id, area_id=case.area_id, place_id=case.place_id, reference=ONE)))
        past = PastCycle(name="Before", title="Before", scale={}, imported_at=now(session))
        result = PastResult(past_cycle_id=past.id, key="0" * 64, kind="judgement", reference=ONE, grade="good")
        session.add_all((past, result))
        north = select(Case.id).where(Case.reference == OTHERS[0])
        [told] = session.scalars(select(Finding).where(Finding.case_id.in_(north)).limit(1))
        seal(session, told, "text", f"As in {ONE}, and in {ONE}.2.")
    with pytest.raises(Refused, match=f"There is a case {ONE} in audits 2 and 3 and Before: say which with --audit"):
        export(play, "case", tmp_path / "which.xlsx", reference=ONE)
    third = export(play, "case", tmp_path / "third.xlsx", reference=ONE, audit=3)
    assert set(third) == {"Read me", "cases"}
    second = export(play, "case", tmp_path / "second.xlsx", reference=ONE, audit=2)
    assert [row[4] for row in second["Elsewhere"][1:]] == [f"Finding: Text (of {OTHERS[0]})"]
    before = export(play, "case", tmp_path / "before.xlsx", reference=ONE, audit="Before")
    assert set(before) == {"Read me", "past_results"}
    whole(before, Exports.CASE)
    assert [entry.cycle_id for entry in entries(play.sessions, "export.case")] == [other.id, first.id, None]


def test_what_cannot_be_exported_is_said_and_nothing_is_written(play: Play, tmp_path: Path) -> None:
    answered(play)
    out = tmp_path / "out.xlsx"

    def refused(what: str, **given: object) -> str:
        with pytest.raises(Refused) as no:
            export(play, what, **{"out": out, **given})  # type: ignore[arg-type]
        return no.value.sentence

    assert "There is no case T2-EAST-99. Write it" in refused("case", reference="T2-EAST-99")
    assert "of audit 7. There is one in audit 2." in refused("case", reference=ONE, audit=7)
    assert "Nobody here is called “Nobody”" in refused("person", who="Nobody")
    with play.sessions.begin() as session:
        people = session.scalars(select(Person).limit(3)).all()
        people[1].label, people[2].label = people[0].label, "Élodie, health"
        who, version = people[0].label, session.scalars(select(ReturnVersion)).first()
        assert version
        version.answers = version.answers[:-1] + bytes([version.answers[-1] ^ 1])
    assert f"2 people here are called “{who}”. Say which: T" in refused("person", who=who)
    assert told(export(play, "person", tmp_path / "one.xlsx", who="E\u0301LODIE, Health")).count("Élodie, health") > 1
    for by in ("", "x", "two\nlines", "x" * 61, "Officer, 07700 900123", "Mrs Example"):
        assert "a role" in refused("readings", by=by)
    assert "must end in .xlsx" in refused("readings", out=tmp_path / "out.csv")
    assert "can't be written: No such file" in refused("readings", out=tmp_path / "no" / "out.xlsx")
    out.write_bytes(b"before")
    assert "already exists" in refused("readings")
    with pytest.raises(Refused, match="already exists"):
        trail_cli.export(play.settings, Namespace(jsonl=out))
    assert out.read_bytes() == b"before"
    assert [each.name for each in tmp_path.glob("*out*")] == ["out.xlsx"]
    assert not entries(play.sessions, "export.readings") + entries(play.sessions, "trail.export")
    with play.reading() as session:
        about = exported.reference(session, "return_versions", vars(session.get_one(ReturnVersion, version.id)))
    with pytest.raises(SystemExit, match=f"return_versions.answers of row {version.id}"):
        export(play, "case", tmp_path / "damaged.xlsx", reference=about)
    assert "(can't be opened: it was changed" in told(exported.tabs(tmp_path / "damaged.xlsx"))
