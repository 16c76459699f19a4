"""Past audits as boards have them: wide sheets, workbooks, names for numbers, second grades, grades of sections."""

import json
from pathlib import Path

import pytest
from sqlalchemy import true

from audit.errors import Refused
from audit.figures import trends
from audit.past import audits, csv_table, import_file, scale_file, wide_table
from audit.past.table import ReadLines
from audit.pasted import comparable_name
from tests.kit.looking import rows
from tests.kit.play import Play
from tests.kit.served import within
from tests.past.test_import_file import take
from tests.past.test_xlsx_table import Rows, book, saved

HEADER = "cycle,title,area,case,agency,grade,kind,count\n"
WIDE = "Ref,Area,Overall grade,Police,Police moderated,Education\nC1,East,RI,Good,RI,-\nC2,North,In,nil,,N/A\n"
AGENCIES = {"police": "p" * 32, "education": "e" * 32}


def across(text: str) -> ReadLines:
    return wide_table.table(csv_table.sheet(text.encode(), set(AGENCIES)), AGENCIES)


def test_a_wide_sheet_says_a_line_for_each_grade() -> None:
    found = across(WIDE)
    assert not found.bad
    names = ("case", "area", "kind", "agency", "grade")
    assert [(line.number, *(line.cells[name] for name in names)) for line in found.lines] == [
        (2, "C1", "East", "judgement", "", "RI"),
        (2, "C1", "East", "return", "police", "Good"),
        (2, "C1", "East", "moderated", "police", "RI"),
        (3, "C2", "North", "judgement", "", "In"),
        (3, "C2", "North", "return", "police", "nil"),
        (3, "C2", "North", "return", "education", "N/A"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "Case,Polizei\nC1,Good\n",
            "The first line has “polizei”, which is neither case, cycle, title, area",
        ),
        ("Case,943 476 5919\nC1,Good\n", "The first line has a column whose name isn't text, which is neither"),
        ("Case,Ref,Police\nC1,C1,Good\n", "The first line has two columns for “case”."),
        ("Case,Judgement,Overall\nC1,Good,Good\n", "The first line has two columns for “judgement”."),
        ("Case,Police,Police\nC1,Good,Good\n", "The first line has two columns for “return police”."),
    ],
)
def test_a_wide_sheets_columns_are_known_or_refused(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as refusal:
        across(text)
    assert sentence in refusal.value.sentence


def test_a_wide_sheets_rows_name_a_case_and_hold_a_grade() -> None:
    found = across("Case,Police\n,Good\nC2,\nC3,Good\n")
    assert [(each.number, each.reason.partition(":")[0]) for each in found.bad] == [
        (2, "it names no case"), (3, "it holds no grade"),
    ]  # fmt: skip
    assert [line.cells["case"] for line in found.lines] == ["C3"]


def test_a_workbook_comes_in_whole_or_not_at_all_and_twice_adds_nothing(play: Play, tmp_path: Path) -> None:
    play.load(opened=False)
    given = {"DATABASE_URL": play.settings.database_url.get_secret_value(), "SLACK_BOT_TOKEN": "xoxb-t"}
    given |= {"SLACK_SIGNING_SECRET": "s", "ENCRYPTION_KEYS": play.settings.encryption_keys.get_secret_value()}

    def said(*words: str) -> tuple[int, str]:
        told = within(*words, given=given, cwd=tmp_path)
        return told.returncode, told.stdout + told.stderr

    east: Rows = [
        ["Case", "Area", "Judgement", "Police", "Police moderated"],
        ["E1", "A long name of an area", "RI", "G", "RI"],
    ]
    north: Rows = [["Case", "Judgement", "Police"], ["N1", "Good", "Not known"], ["N2", "Good", None]]
    (tmp_path / "old.xlsx").write_bytes(saved(book(East=east, North=north)))
    assert "names no column cycle" in said("import", "old.xlsx")[1]
    before = rows(play.sessions)
    (tmp_path / "bad.xlsx").write_bytes(saved(book(East=east, North=[*north, ["E1", "Good", None], ["N4", "Fine", 7]])))
    code, told = said("import", "bad.xlsx", "--cycle", "MACFA 4")
    assert (code, told.splitlines()[0]) == (1, "Nothing was stored: 2 lines are at fault.")
    assert "sheet “North”, row 4: the judgement of E1 is already in sheet “East”, row 2" in told
    assert "sheet “North”, row 5: the scale has no grade “Fine”" in told
    assert rows(play.sessions) == before

    about = ("--cycle", "MACFA 4", "--title", "Neglect")
    assert "Neglect (audit MACFA 4), imported: 3 cases" in said("import", "old.xlsx", *about)[1]
    stored = rows(play.sessions)
    assert "All of this was imported before: nothing was added." in said("import", "old.xlsx", "--cycle", "macfa  4")[1]
    assert rows(play.sessions) == stored
    tally = json.loads(said("tally", "macfa 4", "--json")[1])
    assert (tally["cycle"], tally["cases"], tally["adds_up"]) == ("MACFA 4", 3, True)
    assert (tally["self"]["nil"], tally["moderated"]["down"], tally["moderated"]["returns"]) == (1, 1, 1)
    assert tally["by_area"]["A long name of an area"]["cases"] == 1
    assert said("past", "remove", "MACFA 4")[0] == 0
    assert said("tally", "MACFA 4") == (
        1, "There is no audit “MACFA 4”. Only imported audits can be named; for others give the number.\n"
    )  # fmt: skip
    (tmp_path / "counts.csv").write_text("case,count,grade,kind\n,2,good,judgement\nC1,,good,return\n")
    told = said("import", "counts.csv", "--cycle", "9")[1]
    assert "2 cases" in told
    assert "Only counts were judged; of the cases known otherwise, 1 count as among them." in told


def test_what_isnt_named_has_no_table(play: Play) -> None:
    play.load(opened=False)
    [found] = take(play, HEADER + "5,Audit 5,,C1,,good,auditor,\n5,Audit 5,,C1,,requires_improvement,moderated,\n")
    assert (found.audit.by_area, found.audit.by_agency, found.audit.unjudged) == ({}, {}, 1)
    assert (found.audit.moderation.up, found.audit.moderation.same, found.audit.moderation.down) == (0, 0, 1)
    assert found.audit.adds_up


def test_counts_of_none_and_grades_of_sections(play: Play) -> None:
    play.load(opened=False)
    zero = "7,Audit 7,,,,{},judgement,{}\n"
    lines = zero.format("O", 0) + zero.format("G", 4) + zero.format("N/A", 1)
    sections = "cycle,title,case,section,grade,kind\n7,Audit 7,C1,Voice of the child,good,judgement\n"
    sections += "7,Audit 7,C1,Plans,n/a,return\n7,Audit 7,C1,plans,RI,judgement\n"
    [found] = take(play, HEADER + lines)
    assert (found.audit.cases, found.audit.judgements.grades["outstanding"]) == (5, 0)
    [found] = take(play, sections)
    assert list(found.audit.sections) == ["Plans", "Voice of the child"]
    assert found.audit.sections["Plans"].judgements.grades["requires_improvement"] == 1
    assert found.audit.sections["Plans"].returns.answers["not_applicable"] == 1
    assert (found.audit.cases, found.audit.unjudged, found.audit.adds_up) == (5, 0, True), "C1 is one of the five"
    with play.reading() as session:
        [point] = trends.trend(session, true(), 12)
    assert (point.not_applicable, point.adds_up) == (1, True)
    with pytest.raises(Refused, match="imported with the count 0 before"):
        take(play, HEADER + zero.format("O", 2))


def test_the_trend_has_names_first_and_in_the_order_of_their_numbers(play: Play) -> None:
    play.load(opened=False)
    names = ("Audit 10", "12", "2019/20-Q3", "Audit 9", "2019/20-Q1", "3")
    take(play, HEADER + "".join(f"{name},Neglect,,C1,,good,judgement,\n" for name in names))
    with play.reading() as session:
        found = [each.number for each in trends.trend(session, true(), 12)]
        assert audits.find(session, comparable_name("AUDIT 9")) is not None
    assert found == ["2019/20-Q1", "2019/20-Q3", "Audit 9", "Audit 10", 3, 12]


def test_a_scale_with_not_applicable_has_that_in_no_grades_place(play: Play) -> None:
    play.load(opened=False)
    grades = [{"key": "yes", "rank": 1, "label": "Yes"}, {"key": "no", "rank": 2, "label": "No"}]
    scale = scale_file.scale({"key": "yes_no", "grades": [*grades, {"key": "na", "rank": 3, "label": "N/A"}]})
    line = "9,Audit 9,,C{},,{},judgement,\n"
    lines = "".join(line.format(number, grade) for number, grade in enumerate(("Yes", "no", "N/A", "na")))
    [found] = take(play, HEADER + lines, scale)
    assert (dict(found.audit.judgements.grades), found.audit.judgements.answers["not_applicable"]) == (
        {"yes": 1, "no": 1}, 2,
    )  # fmt: skip


def test_what_is_said_twice_beside_a_file_is_refused(play: Play) -> None:
    play.load(opened=False)
    with play.sessions.begin() as session, pytest.raises(Refused, match="names the column cycle, so leave out --cycle"):
        import_file.take(session, f"{HEADER}5,A,,C1,,good,judgement,\n".encode(), cycle="5")


def test_judgements_that_are_counts_only_and_returns_by_case_count_no_case_twice(play: Play) -> None:
    play.load(opened=False)
    lines = "8,Audit 8,,,,good,judgement,3\n" + "".join(f"8,Audit 8,,C{n},,good,return,\n" for n in range(4))
    [found] = take(play, HEADER + lines)
    audit = found.audit
    assert (audit.cases, audit.unjudged, audit.shared, audit.adds_up) == (4, 1, 3, True)
