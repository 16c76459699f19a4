"""The audit tools: the list, each tool's questions, and a workbook that becomes a tool after a preview."""

from collections.abc import Sequence

from audit import question_conditions
from audit.errors import NotFound
from audit.library import preview, tools
from audit.library.tools import ToolCandidate
from audit.library.xlsform_reading import called
from audit.question_conditions import Both, Condition, Not, Says
from audit.scales import NOT_GRADED_LABEL
from audit.tools import Section, Tool
from views.confirming import marked
from views.library import tool_file
from views.pages import pages
from views.parts import (
    ALL,
    VIEW_BLOCKS,
    Block,
    View,
    actions,
    alert,
    button,
    context,
    count_of,
    escape,
    fitted,
    header,
    input_block,
    modal,
    paragraphs,
    section,
    shorten,
)
from views.returns.grades import section_meanings

LIST = "tools.list"
PAGE = "tools.page"
SEE = "tool.see"
BACK = "tools.back"
BRING = "tool.bring"
CHANGE = "tool.edit"
MAKE = "tool.new"
TRY = "tool.try"
PREVIEW = "preview.show"
"""The button that shows a tool as the form that a lead will see (value: an address of audit.library.preview)."""
KEEP = "tool.keep"
LANGUAGE = "tool.language"
"""The button that shows a workbook in another language (value: as `source` of `looked_at`)."""

TITLE = "Audit tools"
FILE = "workbook"
"""The form's field for the file."""
_ROOM = VIEW_BLOCKS - 10
_LABEL = 600
_MOST_REMARKS, _MOST_LANGUAGES = 10, 20
_NO_FILE = "That workbook isn't there any more. Please upload it again."
_HOW = (
    "A workbook in the XLSForm format, with a row for each question. The guide *Your own audit tool* says what it "
    "may hold. To begin with one, press *Get it as Excel* on the tool in the list that is most like yours."
)
_ENDS = "Every form ends with the agency's grade, the reason for it, and learning themes if there are any."
_NO_OVERALL = "Graded by section: there is no overall grade. Every form ends with learning themes if there are any."
_ANSWERS = {
    "text": "a text", "line": "one line", "yes_no": "one of", "one_of": "one of", "several_of": "any of",
    "integer": "a whole number", "decimal": "a number", "date": "a day",
    "graded": "a grade, the best first",
}  # fmt: skip


def list_view(found: Sequence[Tool], page: int = 0) -> View:
    """A page of the tools that a planned cycle can choose."""
    intro = "What a single-agency return asks. An audit chooses its tool while it is planned, and keeps that version."
    current = pages(("", [_line(tool)]) for tool in found).nearest(page)
    top = [
        context(intro + current.where),
        actions("add", button("Make a new one", MAKE, ALL), button("Upload a workbook", BRING, ALL)),
    ]
    return modal(TITLE, [*top, *current.blocks, *current.turning(PAGE)], record_id=ALL)


def _line(tool: Tool) -> Block:
    text = f"*{escape(tool.title)}*\n{questions(tool)}, version {tool.version}"
    return section(text, button("See it", SEE, tools.mark(tool.key), about=tool.title))


def questions(tool: Tool) -> str:
    """The number of questions, without those implied by a graded section, and how many are graded."""
    asked = count_of(sum(not part.implied for part in tool.sections), "question")
    return f"{asked}, {len(tool.graded)} of them graded" if tool.graded else asked


def seen(tool: Tool, done: Sequence[str] = ()) -> View:
    """A tool's questions; `done`: what was just done with the tool, lines of mrkdwn."""
    changing = button("Change it", CHANGE, tools.mark(tool.key), about=tool.title)
    file = button(tool_file.LABEL, tool_file.GET, tools.mark(tool.key), about=tool.title)
    ways = actions("ways", as_a_lead(preview.of_tool(tool)), changing, file, button("Back to the list", BACK, ALL))
    top = done or [f"*{escape(tool.title)}*, version {tool.version}"]
    return modal(TITLE, [*paragraphs(top), ways, *question_blocks(tool)], record_id=ALL)


def as_a_lead(record: str) -> Block:
    """The button that shows the tool as a lead will see it."""
    return button("As a lead will see it", PREVIEW, record)


def form() -> View:
    """The form in which a workbook is uploaded."""
    element: Block = {"type": "file_input", "filetypes": ["xlsx"], "max_files": 1}
    box = input_block(FILE, "Workbook (.xlsx)", element, "Nothing is stored until you have seen it.", optional=False)
    return modal("Upload an audit tool", [section(_HOW), box], record_id=ALL, verb=TRY, submit="Check")


def looked_at(looked: ToolCandidate, source: str, *, again: bool = False) -> View:
    """A preview of a workbook's questions, with the button to store it.

    `source`: two digits, the place of the language that is read (00 for the workbook's own), and Slack's id of the
    file, to read it again. `again`: another version was stored after an earlier preview, so the button didn't
    store this one.
    """
    tool = looked.tool
    first = [alert("A version of it was stored since you looked at this. Please look again.")] if again else []
    top = section(f"*Nothing is stored yet.* “{escape(tool.title)}”: {questions(tool)}.")
    remarks = [context(escape("\n".join(_first(looked.remarks))))] if looked.remarks else []
    looking = actions("looking", as_a_lead(preview.of_file(source)), *_languages(looked, source))
    blocks = [*first, top, *_instead(looked), *remarks, looking, *question_blocks(tool)]
    record_id = marked(source, str(looked.version))
    return modal("Use this audit tool?", blocks, record_id=record_id, verb=KEEP, submit="Store it")


def file_of(source: str) -> tuple[int, str]:
    """A source's parts: (the place of the language that is read, the file's id). Raises NotFound."""
    language, file_id = source[:2], source[2:]
    if not (language.isdecimal() and file_id):
        raise NotFound(_NO_FILE)
    return int(language), file_id


def _first(remarks: Sequence[str]) -> list[str]:
    left = len(remarks) - _MOST_REMARKS
    return [*remarks[:_MOST_REMARKS], *([f"and {left} more of these."] if left > 0 else [])]


def _languages(looked: ToolCandidate, source: str) -> list[Block]:
    """A button for each other language that the workbook has."""
    others = [(number, each) for number, each in enumerate(looked.languages, 1) if each != looked.language]
    return [
        button(f"Use {called(each)}", LANGUAGE, f"{number:02}{source[2:]}") for number, each in others[:_MOST_LANGUAGES]
    ]


def _instead(looked: ToolCandidate) -> list[Block]:
    """The tool of which a workbook would become the next version; empty if it would be a new tool."""
    before = looked.before
    if before is None:
        return []
    if looked.same:
        return [section(f"It is there already, as version {before.version}: storing it changes nothing.")]
    of = f"It replaces “{shorten(before.title, 60)}”, as its version {before.version + 1}."
    return [
        alert(of),
        context("If it is another tool, write another `form_id` in its sheet “settings”, and upload it again."),
    ]


def stored(tool: Tool) -> View:
    """The tool's questions, with the confirmation that it is stored and its version."""
    return seen(tool, [
        f"✅ *“{escape(tool.title)}”, version {tool.version}, can be chosen* for an audit that is being planned.",
        "Audits that are open keep theirs: *What it asks*, under *Manage this audit*, moves one to this version.",
    ])  # fmt: skip


def question_blocks(tool: Tool) -> list[Block]:
    """All questions, conditional ones included, page by page; as many as fit in a modal."""
    blocks: list[Block] = []
    heading = ""
    for number, page in enumerate(tool.steps, 1):
        blocks.append(context(f"Page {number} of {len(tool.steps)}"))
        explained = None
        for part in (each for each in page if not each.implied):
            if part.heading and part.heading != heading:
                blocks.append(header(part.heading))
            heading = part.heading
            if part.scale and part.scale != explained:
                explained = part.scale
                blocks += section_meanings(explained, "")
            blocks.append(section(in_words(tool, part)))
    left = len(blocks) - _ROOM
    if left > 0:
        more = context(f"and {left} more, which are asked too: *As a lead will see it* has them.")
        blocks = [*blocks[:_ROOM], more]
    return [*blocks, *_ending(tool)]


def _ending(tool: Tool) -> list[Block]:
    """How the tool's form ends: with which grade, if any, on which scale."""
    overall = tool.overall
    if overall is None or overall.scale is None:
        return [context(_ENDS if tool.asks_overall else _NO_OVERALL)]
    grades = fitted(", ".join(grade.label for grade in overall.scale.grades), 900)
    must = "must be given" if overall.required else "may be left out"
    return [context(_ENDS), section(f"*{fitted(overall.label, _LABEL)}*\na grade, which {must}: {grades}, Not graded")]


def in_words(tool: Tool, part: Section) -> str:
    """A question: its text, how it is answered, and when it is asked: mrkdwn."""
    label = fitted(part.label, _LABEL)
    if part.kind == "note":
        return label
    answer = _ANSWERS[part.kind] + (f": {', '.join(_offered(part))}" if part.offered else "")
    told = [answer, *(["must be answered"] if part.required else [])]
    told += [f"asked of {', '.join(part.agencies)}"] if part.agencies else []
    told += [f"asked if {condition(tool, part)}"] if part.relevant else []
    hint = [f"_{line}_" for line in fitted(part.hint, _LABEL).splitlines() if line]
    return "\n".join([f"*{label}*", *hint, fitted("; ".join(told), 900)])


def _offered(part: Section) -> list[str]:
    """The labels of a question's choices; "(and why)" follows those for which every tool asks a reason."""
    if part.scale is None:
        return [choice.label for choice in part.offered]
    apart = [f"{part.scale.inapplicable} (and why)"] if part.scale.not_applicable else []
    return [*(grade.label for grade in part.scale.grades), *apart, f"{NOT_GRADED_LABEL} (and why)"]


def condition(tool: Tool, part: Section) -> str:
    """The condition for a question, in the words of the questions that it depends on (not escaped)."""
    return _when(tool, question_conditions.parse(part.relevant))


def _when(tool: Tool, condition: Condition) -> str:
    """A condition in the words of the questions that it depends on (not escaped)."""
    if choices := _either(condition):
        key, values = choices
        question = _question(tool, key)
        return f"“{question.label}” is {' or '.join(f'“{question.shown(value)}”' for value in values)}"
    if isinstance(condition, Both):
        parts = [f"({_when(tool, part)})" if isinstance(part, Both) else _when(tool, part) for part in condition.parts]
        return (" or " if condition.either else " and ").join(parts)
    negated = isinstance(condition, Not)
    says = condition.part if isinstance(condition, Not) else condition
    if not isinstance(says, Says):
        return f"not: {_when(tool, says)}"
    question = _question(tool, says.key)
    if not says.value:
        return f"“{question.label}” is {'answered' if negated else 'not answered'}"
    chosen = f"{'not ' if negated else ''}“{question.shown(says.value)}”"
    return f"“{question.label}” {'has' if says.among else 'is'} {chosen}"


def _either(condition: Condition) -> tuple[str, list[str]] | None:
    """(question's key, values) if a condition only says that one question has one of these values; else None."""
    if not (isinstance(condition, Both) and condition.either):
        return None
    says = [part for part in condition.parts if isinstance(part, Says) and part.value and not part.among]
    keys = {part.key for part in says}
    return (
        (says[0].key, [part.value for part in says]) if len(says) == len(condition.parts) and len(keys) == 1 else None
    )


def _question(tool: Tool, key: str) -> Section:
    return next(part for part in tool.sections if part.key == key)
