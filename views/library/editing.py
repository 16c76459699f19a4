"""Modals that make an audit tool, and change one question of a tool at a time."""

from audit.library import consistency, preview, tools
from audit.library.editing import ASKED, NOTHING, RETIRED, STANDS, START, TITLE, NewToolForm, QuestionForm, address
from audit.library.from_xlsform import TITLE_LIMIT
from audit.library.question_form import (
    AGENCIES,
    ALWAYS,
    CHOICES,
    COUNTS,
    FIRST,
    HEADING,
    HINT,
    KIND,
    LABEL,
    NONE,
    PLACE,
    REQUIRED,
    WHEN,
    TypedQuestion,
    digest,
    triggers,
)
from audit.tools import Section, Tool
from views.confirming import two_step_form
from views.library.tools import BACK, as_a_lead, in_words, question_blocks, questions, stored
from views.pages import pages
from views.parts import (
    ALL,
    OPTION_LIMIT,
    Block,
    Choice,
    View,
    actions,
    alert,
    button,
    context,
    escape,
    modal,
    multi_select,
    radios,
    section,
    select,
    shorten,
    text_input,
)
from views.pickers import grouped_select, long_select

STORE = "tool.make"
PAGE = "tool.page"
QUESTION = "question.edit"
ADD = "question.new"
SAVE = "question.save"

_TITLE = "Change an audit tool"
_KINDS: tuple[Choice, ...] = (
    ("text", "A text"), ("line", "One line"), ("yes_no", "Yes or no"), ("one_of", "One of several choices"),
    ("several_of", "Any of several choices"), ("integer", "A whole number"), ("decimal", "A number"), ("date", "A day"),
    ("graded", "A grade: a graded section"), ("note", "A text to be read, not a question"),
)  # fmt: skip
_COUNTS: tuple[Choice, ...] = (
    (NONE, "Neither"), ("strength", "A strength"), ("concern", "A concern"), ("learning", "Learning"),
)  # fmt: skip
_CHOICES = (
    "Only for choices and grades: one a line. Put the best grade first, each with its meaning after a | if you like, "
    "and a line “Not applicable” if that is an option."
)
_MOST_TRIGGERS = 95
_MOST_CONDITIONS = 400
"""The most answers in the menu of conditions; the questions nearest before this one come first."""
_MOST_SHOWN = 70
"""The most blocks of the preview."""
_MOST_AGENCIES = 100


def making(form: NewToolForm) -> View:
    """The form of a new tool; after the first step it previews the questions."""
    about = [
        section("A new tool: a copy of another, or one with only its first question. You can change it afterwards.")
    ]
    offered = [(NOTHING, "Nothing: an empty tool"), *form.offered]
    given, kinds = form.given, [kind for kind in _KINDS if kind[0] != "note"]
    inputs = [
        text_input(TITLE, "What is it called?", given.text(TITLE), limit=TITLE_LIMIT, multiline=False, optional=False),
        long_select(START, "Begin from", offered, given.text(START) or NOTHING),
        text_input(LABEL, "Its first question, unless it is a copy", given.text(LABEL)),
        select(KIND, "How is that answered?", kinds, given.text(KIND) or "text", optional=False),
        text_input(CHOICES, "Its choices or grades", given.text(CHOICES), hint=_CHOICES),
    ]
    shown = question_blocks(form.after) if form.after else []
    return two_step_form("Make an audit tool", ALL, STORE, about, inputs, shown, "Store it", form)


def made(form: NewToolForm) -> View:
    """The confirmation that a tool was stored."""
    assert form.after is not None  # noqa: S101  # set once a tool is stored
    return stored(form.after)


def view(tool: Tool, page: int = 0) -> View:
    """A page of a tool's questions, each with a button to change it."""
    units = (("", [_line(tool, part)]) for part in consistency.rows(tool))
    current = pages(units).nearest(page)
    summary = f"*{escape(tool.title)}*, version {tool.version}: {questions(tool)}{current.where}"
    top = [
        section(summary),
        context("Each change makes a new version. Open audits keep theirs until you say so under Manage this audit."),
        actions(
            "adding", button("Add a question", ADD, address(tool, None)), as_a_lead(preview.of_tool(tool)),
            button("Back to the list", BACK, ALL),
        ),
    ]  # fmt: skip
    return modal(_TITLE, [*top, *current.blocks, *current.turning(PAGE)], record_id=tools.mark(tool.key))


def _line(tool: Tool, part: Section) -> Block:
    under = f"_{escape(shorten(part.heading, 100))}_\n" if part.heading else ""
    return section(f"{under}{in_words(tool, part)}", button("Change", QUESTION, address(tool, part), about=part.label))


def form(editing: QuestionForm) -> View:
    """The form of a question; after the first step it previews the tool."""
    tool, given = editing.tool, editing.given
    about = [section(f"*{escape(tool.title)}*, version {tool.version}")]
    about += [alert(editing.notice)] if editing.notice else []
    after = (
        [section(f"*Version {tool.version + 1} will ask:*"), *question_blocks(editing.after)] if editing.after else []
    )
    return two_step_form(
        _TITLE, editing.record_id, SAVE, about, _inputs(editing, given), after[:_MOST_SHOWN], "Store it", editing
    )


def _inputs(editing: QuestionForm, given: TypedQuestion) -> list[Block]:
    tool, part = editing.tool, editing.part
    inputs = [
        text_input(LABEL, "Question", given.text(LABEL), limit=2000, optional=False),
        text_input(HINT, "Hint, in small letters below it", given.text(HINT), limit=2000),
        select(KIND, "How is it answered?", _KINDS, given.text(KIND), optional=False),
        _choices(part, given),
        radios(REQUIRED, "Must it be answered?", [("no", "No"), ("yes", "Yes")], given.text(REQUIRED) or "no"),
        _when(tool, part, given.text(WHEN)),
        radios(COUNTS, "What an answer counts as, in summaries", _COUNTS, given.text(COUNTS) or NONE),
        *_agencies(editing, given),
        text_input(HEADING, "Heading over it", given.text(HEADING), limit=150, multiline=False),
        _place(tool, part, given.text(PLACE)),
    ]  # fmt: skip
    stands = [(ASKED, "It is asked"), (RETIRED, "It is no longer asked")]
    return inputs if part is None else [*inputs, radios(STANDS, "Still asked?", stands, given.text(STANDS) or ASKED)]


def _choices(part: Section | None, given: TypedQuestion) -> Block:
    if part is not None and CHOICES not in given.texts:
        return context("It has more choices than fit here, so they stay as they are: change them in a workbook.")
    return text_input(CHOICES, "Choices or grades", given.text(CHOICES), hint=_CHOICES)


def _when(tool: Tool, part: Section | None, value: str) -> Block:
    groups: list[tuple[str, list[Choice]]] = [("Any answers", [(ALWAYS, "Always")])]
    usable = [(each, choices) for each, choices in triggers(tool, part) if len(choices) <= _MOST_TRIGGERS]
    room = _MOST_CONDITIONS
    for each, offered in reversed(usable):
        choices = [(name, _chosen(each, label)) for name, label in offered]
        room -= len(choices)
        if room < 0 and value not in {name for name, _ in choices}:
            continue
        groups.insert(1, (shorten(f"“{each.label}” is", 75), choices))
    if value and value not in {name for _, choices in groups[:100] for name, _ in choices}:
        groups[0][1].append((value, "As it is now"))
    return grouped_select(WHEN, "When is it asked?", groups[:100], value or ALWAYS)


def _chosen(asked: Section, label: str) -> str:
    """A choice together with its question: the text that Slack shows once the choice is made."""
    answer = shorten(label, OPTION_LIMIT // 2)
    return f"{shorten(asked.label, OPTION_LIMIT - 2 - len(answer))}: {answer}"


def _agencies(editing: QuestionForm, given: TypedQuestion) -> list[Block]:
    labels = [*dict.fromkeys((*given.agencies, *editing.agencies))][:_MOST_AGENCIES]
    choices = [(label, label) for label in labels if len(label) <= 75]  # noqa: PLR2004  # Slack's limit for an option
    if not choices:
        return []
    hint = "Nobody chosen: everybody is asked."
    return [multi_select(AGENCIES, "Who is asked", choices, given.agencies, len(choices), hint=hint)]


def _place(tool: Tool, part: Section | None, value: str) -> Block:
    others = [each for each in consistency.rows(tool) if part is None or each.key != part.key]
    after = [(digest(each.key), shorten(f"After: {each.label}", 75)) for each in others]
    places, most = [(FIRST, "Before all others"), *after], 100
    groups = ((f"From place {start + 1} on", places[start : start + most]) for start in range(0, len(places), most))
    return grouped_select(PLACE, "Where does it go?", groups, value)
