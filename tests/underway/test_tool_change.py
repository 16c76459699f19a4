"""An audit under way is put onto a newer version of its audit tool: what is kept, what is read, what is refused."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from audit.cases import summary
from audit.library import tools
from audit.library.default import DEFAULT
from audit.library.difference import difference
from audit.returns import history
from audit.returns.answers import Answers
from audit.scales import INSPECTION, SIX_POINT, THREE_STEP
from audit.tools import OVERALL, Choice, Section, Tool
from audit.underway.tool_change import ToolChange, Used, obstacles
from sheets.drawing import returns
from tests.kit import graded, managing, models, reading
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.pressing import acting, line, return_of
from tests.returns.test_form_view import full as full_form
from views.cases.summary import full
from views.underway.tool_change import view

POLICE, SEND, CASE = "U0POLICE", "U0SEND", "T2-EAST-03"
MORE = Section("transition", "Who will support the young person next?", hint="A service, not a person.")


def newer(play: Play, change: Callable[[Tool], Tool]) -> Tool:
    """Store a next version of the tool that the audit asks."""
    with play.sessions.begin() as session:
        return tools.store(session, None, change(tools.newest(session, DEFAULT.key)))


def reworded(tool: Tool) -> Tool:
    """Without the child's voice, one question in other words, and one more."""
    parts = [replace(part, label="What helped?") if part.key == "went_well" else part for part in tool.parts]
    return replace(tool, parts=(MORE, *(part for part in parts if part.key != "voice")))


def taken(play: Play) -> str:
    """The coordinator looks at what changes, and agrees; what it said before."""
    said = managing.begin(play, "tool.newer")
    assert "✅" in managing.press(play, "tool.change")
    return said


@pytest.mark.on_sqlite
def test_what_was_sent_stays_as_sent_and_what_was_typed_is_kept(play: Play) -> None:
    play.load()
    assert "That is the newest version." in managing.begin(play, "tool.newer")
    play.close_modal(managing.COORDINATOR)
    play.send_return(POLICE, CASE, voice="She was heard.", went_well="Quick.", grade="good", why="So.")
    play.open_return(SEND, CASE)
    play.fill(SEND, voice="He was asked.", learning="Ask earlier.", grade="good", why="So.")
    newer(play, reworded)

    said = taken(play)
    for words in (
        "Version 2 is there.* So far 1 return is sent, 1 with a draft.",
        "No longer asked:*\\n• Voice of the child",
        "Asked from now on:*\\n• Who will support",
        "What went well → What helped?",
    ):
        assert words in said, said
    assert entries(play.sessions, "tool.change")[0].detail == "single_agency 1 to 2"

    sent = line(play, CASE, "Police")
    assert sent.tool is not None
    assert (sent.tool.version, sent.answers and sent.answers.sections["voice"]) == (1, "She was heard.")
    with play.reading() as session:
        case = summary.summary(session, managing.case_id(play, CASE))
        steps = history.history(session, acting(play, managing.COORDINATOR), return_of(play, CASE, "Police")).steps
    assert "Voice of the child" in "".join(reading.everything(full(case, models.NOW, page)) for page in range(4))
    assert len(steps) == 1
    tab = returns.tab(play.board())
    column = next(n for n, each in enumerate(tab.columns) if each.header == "Voice of the child (no longer asked)")
    assert "She was heard." in [row.values[column] for row in tab.rows]

    assert play.send(SEND).ok, "the form is of before: it comes back as the newer version asks"
    assert "changed while you were writing" in play.modal_text(SEND)
    assert "He was asked." in play.modal_text(SEND)
    assert "Ask earlier." in play.modal_text(SEND)
    play.fill(SEND, transition="Adult services.")
    assert play.send(SEND).ok
    later = line(play, CASE, "SEND")
    assert later.answers
    assert later.tool is None
    assert (later.answers.sections["transition"], later.answers.sections["learning"]) == (
        "Adult services.",
        "Ask earlier.",
    )
    assert "voice" not in later.answers.sections

    play.open_return(POLICE, CASE)
    assert "She was heard." in play.modal_text(POLICE)
    assert play.send(POLICE).ok
    assert line(play, CASE, "Police").tool is None
    with play.sessions.begin() as session:
        shown = history.history(session, acting(play, managing.COORDINATOR), return_of(play, CASE, "Police")).steps
        first = history.read(session, acting(play, managing.COORDINATOR), shown[1].version_id)
    assert "Voice of the child" in shown[0].changed
    assert ("Voice of the child", "She was heard.") in [(text.label, text.text) for text in first.texts]


def test_a_draft_keeps_what_is_still_asked_and_the_same_button_again_changes_nothing(play: Play) -> None:
    play.load()
    play.open_return(SEND, CASE)
    play.fill(SEND, voice="He was asked.", learning="Ask earlier.")
    assert play.press_in_modal(SEND, "draft.save").ok
    newer(play, reworded)
    managing.begin(play, "tool.newer")
    newer(play, lambda tool: replace(tool, parts=(*tool.parts, Section("last", "Anything else?"))))
    assert "something has changed" in managing.press(play, "tool.change"), "it isn't the version that was shown"
    assert "1 with a draft" in play.modal_text(managing.COORDINATOR)
    assert "version 3" in managing.press(play, "tool.change")
    assert play.press_in_modal(SEND, "draft.save").ok, "a form of before is kept too"
    assert "changed while you were writing" in play.modal_text(SEND)
    play.close_modal(SEND)
    play.open_return(SEND, CASE)
    assert "No longer asked, and not sent" in play.modal_text(SEND)
    assert "He was asked." in play.modal_text(SEND)
    assert len(entries(play.sessions, "tool.change")) == 1


def test_a_choice_that_is_offered_no_longer_is_chosen_anew(play: Play) -> None:
    how = Section("how", "How well?", "one_of", choices=(Choice("well", "Well"), Choice("badly", "Badly")))
    play.load()
    newer(play, lambda tool: replace(tool, parts=(how, *tool.parts)))
    taken(play)
    play.close_modal(managing.COORDINATOR)
    play.open_return(SEND, CASE)
    play.fill(SEND, how="badly", learning="Ask earlier.", grade="good", why="So.")
    fewer = replace(how, choices=(Choice("well", "Well"), Choice("partly", "Partly")))
    newer(play, lambda tool: replace(tool, parts=(fewer, *tool.parts[1:])))
    taken(play)
    assert play.send(SEND).ok
    assert "changed while you were writing" in play.modal_text(SEND)
    assert "Partly" in play.modal_text(SEND)
    assert "Ask earlier." in play.modal_text(SEND)
    play.fill(SEND, how="partly")
    assert play.send(SEND).ok
    said = line(play, CASE, "SEND").answers
    assert said
    assert said.sections["how"] == "partly"


USED = Used(sent=2, drafted=1, locked=0, judged=0, overall=2, graded={graded.VOICE: 2})
OVER = Section(OVERALL, "All", "graded", required=True, scale=INSPECTION)
NEW = Section("new", "Something new", "graded", required=True, scale=graded.SCALE)


def changed(key: str, **change: object) -> Callable[[Tool], Tool]:
    return lambda tool: replace(
        tool,
        parts=tuple(replace(part, **change) if part.key == key else part for part in tool.parts),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("change", "used", "said"),
    [
        (lambda tool: replace(tool, parts=tool.parts[2:]), USED, "was graded already, so it can't be removed"),
        (changed(graded.VOICE, scale=SIX_POINT), USED, "so the grades that it can be given can't be changed"),
        (changed(graded.VOICE, scale=replace(graded.SCALE, not_applicable=False)), USED, "so the grades that it can"),
        (changed(graded.VOICE, agencies=("Police",)), USED, "so who is asked can't be changed"),
        (changed(graded.EVIDENCE, kind="date"), USED, "is answered differently now: give"),
        (changed(graded.EVIDENCE, kind="one_of", choices=(Choice("a", "A"),)), USED, "give that question a new name"),
        (lambda tool: replace(tool, overall=OVER), USED, "Returns were sent"),
        (lambda tool: replace(tool, parts=(*tool.parts, NEW)), replace(USED, judged=1), "A case was ratified already"),
        (changed(graded.PLANNING, scale=SIX_POINT), USED, ""),
        (changed(graded.EVIDENCE, kind="line", label="Seen?"), USED, ""),
        (lambda tool: replace(tool, parts=(*tool.parts, NEW)), USED, ""),
        (lambda tool: replace(tool, parts=(MORE, *tool.parts)), replace(USED, judged=1), ""),
        (changed(graded.VOICE, scale=replace(graded.SCALE, inapplicable="Dim")), USED, ""),
        (changed(graded.VOICE, scale=SIX_POINT), Used(0, 0, 0, 0, 0, {}), ""),
    ],
)  # fmt: skip
def test_what_could_not_be_read_or_counted_any_more_is_refused_in_words(
    change: Callable[[Tool], Tool], used: Used, said: str
) -> None:
    before = graded.SECTIONED
    after = change(before)
    found = [*obstacles(graded.SCALE, before, after, difference(before, after), used)]
    assert [each for each in found if said in each] if said else not found, found


def test_an_overall_grade_keeps_its_scale_once_a_return_was_sent() -> None:
    before = replace(graded.SECTIONED, overall=OVER)
    after = replace(before, overall=replace(OVER, scale=THREE_STEP))
    found = [*obstacles(INSPECTION, before, after, difference(before, after), USED)]
    assert found == [
        "Returns were sent already, so the overall grade, and the scale it is on, can't be changed any more."
    ]


def test_a_question_whose_label_others_have_too_is_called_as_the_sheet_calls_it() -> None:
    evidence = [Section(f"e{n}", "Evidence", heading=f"Standard {n}") for n in (1, 2)]
    standards = [replace(NEW, key=f"s{n}", label="How well?", heading=f"Standard {n}") for n in (1, 2)]
    before = replace(graded.SECTIONED, parts=(standards[0], evidence[0], standards[1], evidence[1]))
    after = replace(before, parts=(standards[0], evidence[0], replace(evidence[1], key="e3", heading="Standard 3")))
    between = difference(before, after)
    obstacle = next(iter(obstacles(graded.SCALE, before, after, between, replace(USED, graded={"s2": 1}))))
    assert obstacle.startswith("“Standard 2: How well?” was graded already")
    change = ToolChange(models.cycle(), before, replace(after, version=2), between, USED)
    shown = reading.everything(view(change))
    assert "Asked from now on:*\n• Standard 3: Evidence" in shown
    assert "No longer asked:*\n• Standard 2: How well?\n• Standard 2: Evidence" in shown
    form = replace(full_form(graded=False), tool=after, fallen=(evidence[1],), answers=Answers({"e2": "A letter."}))
    assert form.left == (("Standard 2: Evidence", "A letter."),)
