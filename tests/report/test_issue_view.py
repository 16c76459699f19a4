"""Reports as people get them: in Word and Markdown the tally's own numbers, in Slack within its limits."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from hypothesis import given, settings

from audit.errors import Refused
from audit.letterhead import Letterhead
from audit.report.contents import Contents, Theme
from audit.report.issue import ReportView
from audit.report.public_facts import JUDGEMENTS, NAMES, THEMES
from audit.report.publications import AskedPublication
from audit.report.publishable import FEWEST, TABLES, Decision, Publishable
from audit.report.recipients import Sent
from audit.report.sign_off_status import SignOff, VersionStanding
from audit.report.versions import ListedVersion, ReportVersions
from audit.report.written_since import NewerThanVersion
from sandbox.slack.checks import problems
from tests.kit import accessible, models, random_reports, reading
from tests.kit.models import NOW, label
from tests.kit.publishing import decided, drawn
from tests.kit.random_reports import AREAS, judged, line
from views import documents
from views.documents import Bullets, Document, FigureMark, Heading, Paragraph, Table, inline
from views.parts import View
from views.report import issue, publications, sign_off
from views.report.editions import document
from views.words import on

CHAPTERS = ["Summary", "1 Introduction and Background", "2 Scoring", "3 Themes", "4 Next Steps"]
STYLES = {"Title", "Heading 1", "Heading 2", "Heading 3", "List Bullet", "Caption", "Normal", "Subtitle"}
SENT = Sent(1, "briefing", label("B", 150), "website", NOW)
SHELF = ReportVersions(
    cycle_id="c" * 32, number=2, title=label("T", 100), state="reported", now=NOW, made=99,
    versions=tuple(ListedVersion(f"{n:032}", 99 - n, NOW, label("P", 80), draft=n == 0) for n in range(20)),
    register=tuple(replace(SENT, sent_at=NOW - timedelta(days=n)) for n in range(250)),
    coordinates=True, makeable=True, waiting=("briefing", "full"),
)  # fmt: skip


def contents() -> Contents:
    found = tuple(
        replace(
            models.case([line("Police", grade, "other")], judged(grade, "other"), area=area), reference=f"T9-{n:02}-ZZ"
        )
        for n, (grade, area) in enumerate(zip(["good", "inadequate", "not_graded"] * 2, AREAS * 2, strict=True))
    )
    return random_reports.of(found)


def test_the_word_file_has_the_tallys_numbers_and_can_be_read_aloud() -> None:
    said_so = replace(contents(), theme="Who decides?", period="the last school year")
    data = documents.docx(document(said_so, "full", 3, NOW, [SENT]))
    assert data == documents.docx(document(said_so, "full", 3, NOW, [SENT])), "the same bytes for the same report"
    word = docx.Document(BytesIO(data))
    tables = {table.rows[0].cells[0].text + str(len(table.columns)): table for table in word.tables}
    told = {row.cells[0].text: row.cells[1].text.split()[0] for row in tables["Grade2"].rows[1:]}
    grades = {grade.label: str(said_so.tally.self_grades.grades[grade.key]) for grade in said_so.scale.grades}
    assert told | grades == told
    assert told["All"] == "6"
    [by_area] = [
        table for table in word.tables if table.cell(0, 0).text == "Area" and table.cell(0, 1).text != "Cases"
    ][:1]
    for row in by_area.rows[1:]:
        count = said_so.tally.by_area[row.cells[0].text]
        numbers = [cell.text.split()[0] for cell in row.cells[1:]]
        assert numbers == [*map(str, count.grades.values()), str(count.not_graded_in_all), str(count.total)]
    assert accessible.faults(data) == []
    texts = [each.text for each in word.paragraphs]
    assert "The period looked at: the last school year." in texts
    assert any(each.endswith("Its theme: Who decides?") for each in texts), "with one mark at its end"
    assert word.core_properties.title == "Audit 9: summary report"
    assert 'descr="Ratified judgements by area. East (2 cases' in word.element.xml
    front = [each.text for each in word.paragraphs][:4]
    assert front == [
        f"Multi-agency audit {said_so.number}",
        "Audit 9: summary report",
        said_so.theme,
        "Draft · Full edition",
    ]
    assert "version 3 · page" in ZipFile(BytesIO(data)).read("word/footer1.xml").decode()
    assert {each.style.name for each in word.paragraphs if each.style} == STYLES
    chapters = [each.text for each in word.paragraphs if each.style and each.style.name == "Heading 1"]
    assert chapters == [
        *CHAPTERS, "Annex A: the cases", "Annex B: the cases behind each number",
    ]  # fmt: skip


def test_what_people_wrote_stands_in_its_place_and_outside_only_if_it_may() -> None:
    places = ("summary", "introduction", "scoring", "themes", "theme:Housing", "next_steps")
    texts = {place: f"Of {place}.\n\nA second paragraph." for place in places}
    found = replace(contents(), written=texts, public_places=("summary", "theme:Housing"))
    found = replace(found, themes=(Theme("Housing", ("T9-00-ZZ",), 6, recommended=False, past=None),))
    standing = VersionStanding("draft", (SignOff("Police", "Superintendent", NOW.date()),), ("Independent scrutineer",))
    signed = f"| Police | Superintendent | {on(NOW.date())} |"
    full = documents.markdown(document(found, "full", 1, NOW, standing=standing)).replace("\\", "")
    headed = [full.rpartition(f"Of {place}.")[0].rpartition("\n## ")[2].partition("\n")[0] for place in places]
    assert headed == ["Executive summary", *CHAPTERS[1:4], "3 Themes", "4 Next Steps"]
    assert full.count("A second paragraph.") == len(places)
    assert signed in full.partition("\n## Sign-off")[2].partition("Not signed yet: Independent scrutineer.")[0]
    issued = document(found, "full", 1, NOW, standing=replace(standing, stage="issued"))
    text = documents.markdown(replace(issued, letterhead=Letterhead("The partnership")))
    assert "\n\nThe partnership  \nMulti-agency audit" in text
    assert "Issued  \n" in text
    named, unnamed = (Publishable(frozenset(told)) for told in ([NAMES], []))
    for edition, shown, told in (("public", named, (0, 4)), ("public", unnamed, (0,)), ("briefing", named, (4,))):
        text = documents.markdown(document(found, edition, 1, NOW, shown=shown, standing=standing))
        assert [n for n, place in enumerate(places) if f"Of {place}." in text] == [*told]
        assert "Superintendent" not in text, "who signs is for the partnership"


@pytest.mark.parametrize("told", [(), (NAMES,), (NAMES, THEMES), (JUDGEMENTS,)])
def test_the_summary_tells_outside_what_the_gate_tells(told: tuple[str, ...]) -> None:
    found = replace(contents(), themes=(Theme("Housing", ("T9-00-ZZ",), 6, recommended=False, past=None),))
    text = documents.markdown(document(found, "public", 1, NOW, shown=Publishable(frozenset(told))))
    head = text.partition("## 1 Introduction")[0]
    assert ("Housing" in head, "1 of 6" in head) == (NAMES in told, THEMES in told)
    assert [each.label in head for each in found.scale.grades] == [JUDGEMENTS in told] * len(found.scale.grades)
    assert ("Housing" in text) == (NAMES in told)


def test_the_briefing_is_five_steps_for_a_team() -> None:
    found = drawn(replace(contents(), period="1 to 30 June."), "briefing")
    assert "The period looked at: 1 to 30 June. " in documents.markdown(found)
    assert [each.text for each in found.parts if isinstance(each, Heading)] == [
        "1 What happened", "2 Why it matters", "3 What to do", "4 Talk about it", "5 What we will do",
    ]  # fmt: skip
    assert accessible.faults(documents.docx(found)) == []


def test_markdown_holds_what_people_wrote_as_they_wrote_it() -> None:
    rude = "# <b>|`x` [F1](http://x)\n- 1. *&amp;\x0b"
    found = Document(
        "name", "Title", "foot",
        (
            Heading(rude), Paragraph(inline(rude, FigureMark(7))), Bullets((inline(rude),)),
            Table("Caption", ("A", "B"), ((inline(rude), inline("4", FigureMark(2))),), (1, 1)),
        ),
    )  # fmt: skip
    text = documents.markdown(found)
    assert "\\# \\<b\\>\\|\\`x\\` \\[F1\\](http://x)" in text
    assert "\\*\\&amp;" in text
    assert "7" not in text, "nobody sees which figure a number is"
    row = next(one for one in text.splitlines() if one.startswith("| \\#"))
    assert row.replace("\\|", "").count("|") == 3, "no cell breaks the table"
    assert "\x0b" not in text
    assert docx.Document(BytesIO(documents.docx(found))).tables


@settings(max_examples=15)
@given(random_reports.contents(ratified=False))
def test_a_draft_says_so_first_and_there_is_a_briefing_only_of_what_is_final(found: Contents) -> None:
    text = documents.markdown(document(found, "full", 1, NOW))
    assert ("DRAFT" in text) == found.draft
    if found.draft or len(found.cases) < FEWEST:
        with pytest.raises(Refused, match="There is no learning briefing"):
            drawn(found, "briefing")
    else:
        assert "{theme}" not in documents.markdown(drawn(found, "briefing"))


def test_the_modals_fit() -> None:
    first = issue.shelf(SHELF, told="Version 99 is made.")
    pages = 0
    while True:
        view = issue.shelf(SHELF, pages)
        assert problems(view, "modal") == []
        assert not [text for text in reading.marked_up(view) if "<!" in text]
        pages += 1
        if not any(button["action_id"] == issue.PAGE and button["value"] == str(pages) for button in _buttons(view)):
            break
    assert pages > 2
    assert {str(button["action_id"]) for button in _buttons(first)} >= {
        issue.MAKE, issue.SEND, issue.BRIEF, issue.RECORD, issue.GET,
    }  # fmt: skip
    over = issue.shelf(replace(SHELF, makeable=False, removed=True, sendable=False, waiting=()))
    assert {str(button["action_id"]) for button in _buttons(over)} == {issue.PAGE, sign_off.SHOW}
    assert "versions can no longer be made or sent" in str(over)
    onlooker = issue.shelf(replace(SHELF, coordinates=False, register=()))
    assert [button["action_id"] for button in _buttons(onlooker)] == []
    for state in (replace(SHELF, versions=(), made=0), replace(SHELF, versions=(), made=0, makeable=False)):
        assert problems(issue.shelf(state), "modal") == []
    assert problems(issue.recording(SHELF), "modal") == []
    assert problems(issue.recording(replace(SHELF, versions=SHELF.versions[:1])), "modal") == []
    assert problems(issue.recorded(label("B", 150)), "modal") == []


def _buttons(view: View) -> list[dict[str, object]]:
    return list(reading.buttons(reading.blocks_of(view)))


@pytest.mark.parametrize("edition", ["full", "public", "briefing"])
def test_the_message_and_its_forms_name_no_case(edition: str) -> None:
    report = ReportView("r" * 32, "c" * 32, 3, contents(), NOW, None)
    shown = decided(report.contents, edition).shown if edition != "full" else None
    told = issue.message(report, edition, [SENT], shown)
    assert told.document
    assert "T9-" not in told.text
    assert told.blocks == []
    assert problems(issue.getting(report), "modal") == []
    assert problems(issue.got(report), "modal") == []
    assert problems(issue.checking(report), "modal") == []


def test_the_message_that_asks_for_a_release_fits() -> None:
    """However much it leaves out, and whatever went out before."""
    left_out = tuple((name, "whoever reads it " + "knows a lot; " * 60) for name in TABLES)
    known = tuple(f"how many cases of {label('A', 40)} were judged {number}" for number in range(200))
    whole = Decision(tuple(TABLES), left_out, known, frozenset())
    for decision in (whole, Decision((), (), (), frozenset(), "It would add to what is known. " * 9)):
        for released_at in (None, NOW):
            for to_sub_group in (True, False):
                asked = AskedPublication(
                    "p" * 32,
                    "r" * 32,
                    "Neglect",
                    3,
                    "public",
                    decision,
                    to_sub_group,
                    released_at,
                    label("B", 150),
                    since=NewerThanVersion(1, 2, ("title",)),
                    unknown="What was published isn't known here. " * 5,
                    stated=((f"the learning theme “{label('T', 75)}”", label("W", 75)),) * 100,
                )
                told = publications.message(asked)
                assert problems(told.blocks, "message") == []
                offered = [button["action_id"] for button in reading.buttons(told.blocks)]
                newer = "1 recommendation, 2 texts and the audit's title are newer than this version"
                assert (newer in reading.everything(told.blocks)) == bool(offered)
                assert offered == ([publications.RELEASE] if decision.told and released_at is None else [])
