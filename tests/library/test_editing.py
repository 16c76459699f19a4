"""Making an audit tool and changing it a question at a time: seen first, stored as its next version, nothing lost."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given, settings

from audit.errors import Refused
from audit.library import consistency, editing, to_xlsform, tools
from audit.library.editing import STANDS, START, TITLE, QuestionForm
from audit.library.preview import Preview, PreviewSource
from audit.library.question_form import CHOICES, HINT, KIND, LABEL, WHEN, TypedQuestion, digest, section, typed
from audit.tools import Choice, Section, Tool
from sandbox.slack.checks import problems
from tests.faults.databases import waiting_for_locks
from tests.kit import graded, workbooks
from tests.kit.drawn import tools as drawn
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, acting, asked, submitted
from views.library import editing as editing_view
from views.library.preview import page as previewed
from views.library.tools import seen

OURS = Tool(
    "ours", 0,
    (
        Section("planned", "Was it planned?", "yes_no"),
        Section("how", "How well?", relevant="${planned} = 'yes'"),
        *graded.standard(graded.VOICE, "Voice of the child"),
    ),
    "Our own audit",
)  # fmt: skip


def kept(play: Play) -> Tool:
    with play.reading() as session:
        return tools.newest(session, "ours")


def sent_twice(play: Play, **answers: object) -> str:
    """The form is sent, and again as it was then shown; what was shown."""
    assert submitted(play, COORDINATOR, **answers).ok
    shown = play.modal_text(COORDINATOR)
    assert play.send(COORDINATOR).ok, shown
    return shown


@pytest.mark.on_sqlite
def test_a_tool_is_made_and_its_questions_are_added_reworded_moved_and_retired(play: Play) -> None:
    play.load()
    assert asked(play, COORDINATOR, "tool.new", "all").ok
    assert "Write its first question" in str(submitted(play, COORDINATOR, title="Ours", start="nothing").shown)
    shown = sent_twice(play, title="Ours", start="nothing", label="Was it planned?")
    assert "Nothing has changed yet" in shown
    assert "*Was it planned?*" in shown
    assert kept(play).parts == (Section("was_it_planned", "Was it planned?"),)
    play.close_modal(COORDINATOR)

    tool = kept(play)
    assert asked(play, COORDINATOR, "question.edit", editing.address(tool, tool.parts[0])).ok
    shown = sent_twice(play, kind="one_of", choices="Yes\nPartly\nNo", hint="In the plan.")
    assert "one of: Yes, Partly, No" in shown
    tool = kept(play)
    planned = tool.parts[0]
    assert asked(play, COORDINATOR, "question.new", editing.address(tool, None)).ok
    partly = digest(planned.key, planned.choices[1].name)
    assert "asked if “Was it planned?” is “Partly”" in sent_twice(play, label="Why only partly?", when=partly)
    tool = kept(play)
    assert asked(play, COORDINATOR, "question.edit", editing.address(tool, tool.parts[1])).ok
    sent_twice(play, label="What was missing?", counts="concern", required="yes")
    tool = kept(play)
    assert tool.version == 4
    assert tool.parts[1].relevant == f"${{{planned.key}}} = 'partly'"
    assert (tool.parts[1].key, tool.parts[1].label, tool.parts[1].group) == (
        "why_only_partly", "What was missing?", "concern",
    )  # fmt: skip
    assert asked(play, COORDINATOR, "question.edit", editing.address(tool, planned)).ok
    assert "there is no question" in str(submitted(play, COORDINATOR, stands="retired").shown)
    assert submitted(play, COORDINATOR, stands="asked", label="Planned?", place=digest(tool.parts[1].key)).ok
    assert play.send(COORDINATOR).ok
    assert [part.label for part in kept(play).parts] == ["What was missing?", "Planned?"]
    assert workbooks.read(to_xlsform.workbook(kept(play)), "x.xlsx").tool.parts == kept(play).parts


def test_another_tool_is_where_a_new_one_begins(play: Play) -> None:
    play.load()
    with play.sessions.begin() as session:
        who = acting(play, COORDINATOR)
        begun = TypedQuestion({TITLE: "Neglect, ours", START: tools.mark("neglect")})
        shown = editing.make(session, who, begun)
        assert shown.after is not None
        made = editing.make(session, who, begun, shown.mark)
        assert (made.done, made.after and made.after.version) == (True, 1)
        assert made.after
        assert made.after.parts == tools.newest(session, "neglect").parts
        assert editing.make(session, who, begun, shown.mark).done, "the same sent again"
        with pytest.raises(Refused, match="of that name already"):
            editing.make(session, who, begun)


def test_the_first_question_of_a_new_tool_is_answered_as_is_chosen(play: Play) -> None:
    play.load()
    begun = {TITLE: "Ours", START: "nothing", LABEL: "How was the planning?", KIND: "graded"}
    with pytest.raises(Refused) as refused:
        made(play, TypedQuestion({**begun, CHOICES: "Good"}), "")
    assert "2 to 11 grades" in refused.value.fields[CHOICES]
    whole_form = TypedQuestion({**begun, CHOICES: "Good\nPoor\nNot applicable"})
    shown = made(play, whole_form, "")
    text = str(editing_view.making(shown))
    assert "How was the planning?" in text
    assert "Good\\nPoor" in text, "what was typed stays"
    made(play, whole_form, shown.mark)
    section = kept(play).graded[0]
    assert [each.name for each in section.offered[:3]] == ["good", "poor", "not_applicable"]
    assert len(kept(play).sections) == 2, "and why it doesn't apply"
    where = editing_view.form(
        change(play, editing.address(kept(play), None), TypedQuestion({LABEL: "Why?", KIND: "text"}))
    )
    assert "'text': 'How was the planning?: Poor'" in str(where), "an answer names its question"


def test_a_section_that_is_graded_keeps_its_grades_where_only_words_change(play: Play) -> None:
    tool = stored(play)
    record, given = filled(
        tool, graded.VOICE, choices="Outstanding\nGood | Well done.\nWeak\nInadequate\nNot applicable"
    )
    shown = change(play, record, given)
    assert shown.after
    scale = next(part for part in shown.after.parts if part.key == graded.VOICE).graded_on
    assert [(grade.key, grade.label) for grade in scale.grades][2] == ("requires_improvement", "Weak")
    assert scale.grades[1].descriptor == "Well done."


def test_what_a_form_has_no_room_for_stays_as_it_is() -> None:
    long = Section("long", "Which?", "several_of", choices=tuple(Choice(f"c{n}", f"{n} {'x' * 60}") for n in range(98)))
    after = Section("after", "Then?", relevant="selected(${long}, 'c7')")
    odd = Section("odd", "And?", relevant="selected(${long}, 'c7') or ${after} = 'x'")
    section_of_many = replace(graded.many(1, own=True).graded[0], label="A standard")
    large = Tool("large", 1, (long, after, odd, section_of_many), "Large")
    for part in consistency.rows(large):
        begun = typed(large, part)
        assert section(large, part, begun) == part
        form = editing_view.form(QuestionForm(editing.address(large, part), large, part, begun, ()))
        assert problems(form, "modal") == []
        assert ("more choices than fit here" in str(form)) == (part.key not in {"after", "odd"})
        assert "'initial_option'" in str(next(b for b in form["blocks"] if b.get("block_id") == "when"))  # type: ignore[attr-defined]


def test_the_longest_tool_fits_slack_wherever_it_is_changed_and_looked_at() -> None:
    asked = [Section(f"q{n}", f"Question {n} {'x' * 500}", "yes_no", relevant=f"${{q{n - 1}}} = 'yes'" if n else "")
             for n in range(150)]  # fmt: skip
    notes = [Section(f"n{n}", "Note", "note") for n in range(30)]
    parts = [each for n, part in enumerate(asked) for each in (part, *([] if n % 5 else [notes[n // 5]]))]
    large = Tool("large", 1, tuple(parts), "Large")
    assert [*consistency.faults([*enumerate(large.parts, 2)])] == []
    for part in (large.parts[0], large.parts[-1], None):
        begun = typed(large, part)
        form = editing_view.form(QuestionForm(editing.address(large, part), large, part, begun, (), large))
        assert problems(form, "modal") == []
        place = next(block for block in form["blocks"] if block.get("block_id") == "place")  # type: ignore[attr-defined]
        options = [each for group in place["element"]["option_groups"] for each in group["options"]]
        assert len(options) == 180 + (part is None)
        assert place["element"]["initial_option"] in options
        assert part is None or section(large, part, begun) == part
    for view in (seen(large), *(editing_view.view(large, page) for page in range(10))):
        assert problems(view, "modal") == []
    for step in range(len(large.steps)):
        assert problems(previewed(Preview(PreviewSource("x", stored=True), large, step)), "modal") == []


def test_two_who_change_a_tool_at_once_lose_nothing(play: Play) -> None:
    tool = stored(play)
    record, mine = filled(tool, "how", label="How well was it done?")
    other, theirs = filled(tool, "planned", label="Planned?")
    shown, others = change(play, record, mine), change(play, other, theirs)
    assert change(play, other, theirs, others.mark).done
    again = change(play, record, mine, shown.mark)
    assert (again.again, again.done) == (True, False), "another question was changed: it is shown once more"
    assert change(play, record, mine, again.mark).done
    assert [part.label for part in kept(play).parts][:2] == ["Planned?", "How well was it done?"]
    assert change(play, record, mine, again.mark).done, "the same sent again"
    assert kept(play).version == 3

    late = change(play, *filled(tool, "how", label="How?"))
    assert not late.done
    assert "It says now: “How well was it done?”." in late.notice
    assert late.given.text(LABEL) == "How?"
    assert "How?" in str(editing_view.form(late))
    assert change(play, late.record_id, late.given, change(play, late.record_id, late.given).mark).done

    gone, retired = filled(kept(play), "how", stands="retired")
    assert change(play, gone, retired, change(play, gone, retired).mark).done
    lost = change(play, *filled(tool, "how", label="How?"))
    assert "took this question out" in lost.notice
    assert change(play, lost.record_id, lost.given, change(play, lost.record_id, lost.given).mark).done
    assert [part.label for part in consistency.rows(kept(play))] == ["Planned?", "How?", "Voice of the child"]


def test_a_question_stays_where_it_was_if_what_it_was_behind_was_taken_out(play: Play) -> None:
    stored(play)
    for label in ("Who came?", "And then?"):
        added = filled(kept(play), "", label=label)
        assert change(play, *added, change(play, *added).mark).done
    mine = filled(kept(play), "who_came", label="Who was there?", place=digest("how"))
    gone = filled(kept(play), "how", stands="retired")
    assert change(play, *gone, change(play, *gone).mark).done
    assert change(play, *mine, change(play, *mine).mark).done
    labels = [part.label for part in consistency.rows(kept(play))]
    assert labels == ["Was it planned?", "Voice of the child", "Who was there?", "And then?"]


def test_of_two_who_make_a_tool_of_one_name_at_once_one_is_told(play: Play) -> None:
    play.load()
    coordinator = acting(play, COORDINATOR)
    mine, other = (TypedQuestion({TITLE: "Ours", LABEL: label}) for label in ("Was it planned?", "Who came?"))
    with play.sessions.begin() as session:
        shown, others = (editing.make(session, coordinator, each).mark for each in (mine, other))
    url = play.settings.database_url.get_secret_value()
    with ThreadPoolExecutor(1) as pool, play.sessions.begin() as session:
        assert editing.make(session, coordinator, mine, shown).done
        second = pool.submit(made, play, other, others)
        assert play.until(lambda: waiting_for_locks(url) > 0)
        session.commit()
        with pytest.raises(Refused, match="of that name already"):
            second.result()
    assert [part.label for part in kept(play).parts] == ["Was it planned?"]


def made(play: Play, given: TypedQuestion, seen: str) -> editing.NewToolForm:
    with play.sessions.begin() as session:
        return editing.make(session, acting(play, COORDINATOR), given, seen)


def change(play: Play, record: str, typed_in: TypedQuestion, seen: str = "") -> QuestionForm:
    with play.sessions.begin() as session:
        return editing.change(session, acting(play, COORDINATOR), record, typed_in, seen)


def stored(play: Play) -> Tool:
    play.load()
    with play.sessions.begin() as session:
        return tools.store(session, None, OURS)


def filled(tool: Tool, key: str, **texts: str) -> tuple[str, TypedQuestion]:
    """A form's record, and what stands in it once these fields were changed; "": of a new question."""
    part = next((part for part in tool.parts if part.key == key), None)
    begun = typed(tool, part)
    return editing.address(tool, part), replace(begun, texts={**begun.texts, **texts})


@pytest.mark.parametrize(
    ("key", "texts", "field", "said"),
    [
        ("planned", {LABEL: " "}, LABEL, "The label is missing."),
        ("planned", {LABEL: "x" * 2001}, LABEL, "2,001 characters"),
        ("planned", {HINT: "As in ${how}"}, HINT, "an answer can't be shown within a text"),
        ("planned", {STANDS: "retired"}, STANDS, "“How well?”: relevant: there is no question “planned”."),
        ("planned", {KIND: "text"}, LABEL, "“How well?”: relevant: there is no question “planned”."),
        ("how", {KIND: "one_of"}, CHOICES, "Write the choices, a line each."),
        ("how", {KIND: "one_of", CHOICES: "Yes\nNo\nyes"}, CHOICES, "Two choices read “yes”"),
        ("how", {KIND: "one_of", CHOICES: "A\n" + "b" * 76}, CHOICES, "76 characters"),
        ("how", {CHOICES: "A\nB"}, CHOICES, "leave this empty"),
        ("how", {KIND: "graded", CHOICES: "Good"}, CHOICES, "2 to 11 grades"),
        ("how", {KIND: "graded", CHOICES: "Good\nInsufficient evidence\nPoor"}, CHOICES, "is no grade: take it out"),
        ("how", {KIND: "graded", CHOICES: "Good\nPoor\nN/A\nDoes not apply"}, CHOICES, "one is enough"),
        ("how", {KIND: "graded", CHOICES: "Good\nPoor\nN/A | Not us"}, CHOICES, "has no meaning after a |"),
        ("how", {"heading": "x" * 151}, "heading", "151 characters"),
        ("how", {LABEL: "Call 07700 900123"}, LABEL, "phone number"),
        (graded.VOICE, {"counts": "strength"}, "counts", "A graded question counts as its grade"),
        ("how", {KIND: "sparkle"}, KIND, "Choose how it is answered."),
        ("how", {WHEN: "0123456789ab"}, WHEN, "That answer is no longer offered."),
        ("how", {}, LABEL, "Nothing is changed yet."),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_said_at_its_field(
    play: Play, key: str, texts: dict[str, str], field: str, said: str
) -> None:
    tool = stored(play)
    with pytest.raises(Refused) as refused:
        change(play, *filled(tool, key, **texts))
    assert said in refused.value.fields[field]
    assert kept(play) == tool


def test_an_agency_that_is_not_there_is_not_asked(play: Play) -> None:
    record, begun = filled(stored(play), "how")
    with pytest.raises(Refused, match="no longer exists"):
        change(play, record, replace(begun, agencies=("Nobody's agency",)))


@given(drawn())
@settings(max_examples=30)
def test_the_form_of_any_question_says_what_it_is(made: Tool) -> None:
    for part in consistency.rows(made):
        assert section(made, part, typed(made, part)) == part
        form = QuestionForm(editing.address(made, part), made, part, typed(made, part), ("Police", "Education"), made)
        assert problems(editing_view.form(form), "modal") == []
    assert problems(editing_view.view(made), "modal") == []
