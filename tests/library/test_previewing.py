"""A coordinator looks at a tool as the form that a lead will see: by page, by agency, and by what is chosen."""

from audit.library import consistency, preview, tools
from audit.library.preview import Preview, PreviewSource
from audit.returns.answers import OWN, Answers
from audit.scales import INSPECTION, NOT_GRADED
from audit.tools import Section, Tool
from sandbox.slack.checks import problems
from tests.kit import managing, workbooks
from tests.kit.looking import rows
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR
from tests.kit.workbooks import tool as workbook
from views.confirming import fields
from views.library.preview import WHOSE, page

NO = [("yn", "yes", "Yes"), ("yn", "no", "No")]
ROWS = [
    ("select_one yn", "planned", "Was a plan made?", "", "yes"),
    ("text", "age", "At what age?", "", "yes", "${planned} = 'yes'"),
    ("text", "what", "What did it say?"),
    ("text", "short", "Why was it so short?", "", "", "${what} = 'Nothing'"),
    *(("text", f"q{number}", f"Question {number}") for number in range(12)),
    ("text", "later", "And who saw the plan?", "", "", "${planned} = 'yes'"),
    ("text", "risk", "How was the risk assessed?", "", "", "", "", "", "Police, YOT"),
    ("text", "school", "Who told the school?", "", "", "", "", "", "Education"),
]
DATA = workbook(*ROWS, choices=NO, settings=[("form_title",), ("Ours",)])
OURS = workbooks.read(DATA, "ours.xlsx").tool


def at(step: int, kind: int = 0, tool: Tool = OURS, **answers: str) -> str:
    """What a page says."""
    grade = answers.pop("grade", None)
    return str(page(Preview(PreviewSource("x", stored=True), tool, step, kind, Answers(answers, grade))))


def test_what_follows_from_a_choice_follows_and_what_cannot_be_known_is_said() -> None:
    assert "At what age?" not in at(0)
    assert "1 more question on this page" in at(0)
    assert "At what age?" in at(0, planned="yes")
    assert "more question" not in at(0, planned="yes")
    assert "Only if “Was a plan made?”" not in at(0, planned="yes"), "it is seen"
    assert "Only if “What did it say?” is “Nothing”." in at(0), "typed: nothing shows that at once"
    assert "Only if “Was a plan made?” is “Yes”." in at(1), "on another page"


def test_each_kind_of_agency_has_its_form() -> None:
    assert preview.kinds(OURS) == ((), ("Police", "YOT"), ("Education",))
    assert "How was the risk assessed?" not in at(1)
    assert "How was the risk assessed?" in at(1, 1)
    assert "Who told the school?" not in at(1, 1)
    assert "Who told the school?" in at(1, 2)
    assert "Whose form?" not in at(0, tool=Tool("one", 1, (Section("a", "A"),)))


def test_the_end_asks_for_the_grade_as_a_return_does() -> None:
    last = at(1)
    assert "Your agency's grade of its own involvement" in last
    assert INSPECTION.grades[0].label in last
    assert "graded on another scale" in last
    assert "Why is it not graded?" not in last
    assert "Why is it not graded?" in at(1, grade=NOT_GRADED)
    assert "grade of its own involvement" not in at(0)


def test_as_many_conditions_as_a_tool_can_have_leave_room_for_what_is_asked() -> None:
    first = Section("first", "First?", "yes_no")
    away = tuple(Section(f"away_{number}", "Away") for number in range(12))
    notes = tuple(Section(f"n{n}", "N", "note", "H", relevant="${first} = 'yes'") for n in range(29))
    last = Section("last", "Q", required=True, relevant="${first} = 'yes'")
    tool = Tool("full", 1, (first, *away, *notes, last), "Full")
    assert not [*consistency.faults([*enumerate(tool.parts, 1)])]
    for step in range(len(tool.steps)):
        view = page(Preview(PreviewSource("x", stored=True), tool, step))
        assert problems(view, "modal") == []
        assert len(fields(view) - {*OWN}) == sum(part.kind != "note" for part in tool.steps[step])


def test_a_stored_tool_is_looked_at_page_by_page_and_nothing_is_kept(play: Play) -> None:
    play.load()
    with play.sessions.begin() as session:
        tools.store(session, None, OURS)
    before = rows(play.sessions)
    assert play.press_on_home(COORDINATOR, "tools.list", "Audit tools").ok
    managing.press(play, "tool.see", "Ours")
    shown = managing.press(play, "preview.show")
    assert "page 1 of 2" in shown
    assert "At what age?" not in shown
    play.fill(COORDINATOR, planned="yes")
    assert "At what age?" in play.modal_text(COORDINATOR)
    assert play.send(COORDINATOR).ok, "nothing must be answered"
    assert "page 2 of 2" in play.modal_text(COORDINATOR)
    play.fill(COORDINATOR, **{WHOSE: "1"})
    assert "How was the risk assessed?" in play.modal_text(COORDINATOR)
    assert "page 1 of 2" in managing.press(play, "preview.back")
    assert play.send(COORDINATOR).ok
    assert "How was the risk assessed?" in play.modal_text(COORDINATOR), "it stays theirs"
    assert play.send(COORDINATOR).ok
    assert "As a lead will see it" in play.modal_text(COORDINATOR), "back where it was opened"
    assert "page 2 of 2" not in play.modal_text(COORDINATOR)
    managing.press(play, "tool.edit")
    assert "page 1 of 2" in managing.press(play, "preview.show")
    play.close_modal(COORDINATOR)
    play.close_modal(COORDINATOR)
    assert rows(play.sessions) == before
    managing.begin(play, "tool.newer")
    assert "Immediate action" in managing.press(play, "preview.show")
