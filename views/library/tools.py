"""The audit tools: the list, how each asks, and a workbook that becomes one once it was looked at."""

from collections.abc import Sequence

from audit.library import tools
from audit.library.xlsform import Read
from audit.tools import Section, Tool
from views.parts import (
    ALL,
    VIEW_BLOCKS,
    Block,
    View,
    actions,
    button,
    context,
    count_of,
    done,
    escape,
    input_block,
    modal,
    section,
    verbatim,
)
from views.returns import questions

LIST = "tools.list"
SEE = "tool.see"
SEEN = "tool.seen"
BRING = "tool.bring"
TRY = "tool.try"
KEEP = "tool.keep"

TITLE = "Audit tools"
FILE = "workbook"
"""The form's field."""
_MOST_SHOWN = 40
_ROOM = VIEW_BLOCKS - 10
_HOW = (
    "A workbook in the format XLSForm: a row a question. `roundtable tool export` writes one to begin"
    " with, and the guide about audit tools says what it may hold."
)


def listed(found: Sequence[Tool]) -> View:
    """What a cycle can choose while it is planned."""
    told = "What a single-agency return asks. An audit chooses its tool while it is planned, and keeps that version."
    shown = found[-_MOST_SHOWN:]
    return modal(TITLE, [
        context(told), actions("add", button("Bring a workbook", BRING, ALL)), *(_line(tool) for tool in shown),
    ], record_id=ALL)  # fmt: skip


def _line(tool: Tool) -> Block:
    said = f"*{escape(tool.title)}*\n{count_of(len(tool.sections), 'question')}, version {tool.version}"
    return section(said, button("See it", SEE, tools.mark(tool.key), about=tool.title))


def seen(tool: Tool) -> View:
    """How a tool asks."""
    return modal(tool.title, _asked(tool), record_id=tools.mark(tool.key), verb=SEEN, submit="Back to the list")


def form() -> View:
    """Where a workbook is handed in."""
    element: Block = {"type": "file_input", "filetypes": ["xlsx"], "max_files": 1}
    box = input_block(FILE, "Workbook (.xlsx)", element, "Nothing is stored until you have seen it.", optional=False)
    return modal("Bring an audit tool", [section(_HOW), box], record_id=ALL, verb=TRY, submit="Look at it")


def preview(read: Read, file_id: str) -> View:
    """A workbook as leads will see it, to be stored or not. `file_id`: Slack's, where it is read from again."""
    tool = read.tool
    top = section(f"*Nothing is stored yet.* “{escape(tool.title)}”: {count_of(len(tool.sections), 'question')}.")
    remarks = [context(escape("\n".join(read.remarks[:10])))] if read.remarks else []
    blocks = [top, *remarks, *_asked(tool)]
    return modal("Use this audit tool?", blocks, record_id=file_id, verb=KEEP, submit="Store it")


def stored(tool: Tool) -> View:
    """The word that it can be chosen."""
    return done("The audit tool is stored", [
        f"✅ *“{escape(tool.title)}”, version {tool.version}, can be chosen* for an audit that is being planned.",
        "Audits that are open already keep the version that they ask.",
    ])  # fmt: skip


def _asked(tool: Tool) -> list[Block]:
    """The form page by page, every question in it, whatever it depends on; as many as a modal holds."""
    blocks: list[Block] = []
    for number, page in enumerate(tool.steps, 1):
        blocks.append(context(f"Page {number} of {len(tool.steps)}"))
        for part in page:
            blocks += _part(part)
    left = len(blocks) - _ROOM
    return blocks if left <= 0 else [*blocks[:_ROOM], context(f"and {left} more lines. They are asked all the same.")]


def _part(part: Section) -> list[Block]:
    told = [f"Asked if {part.relevant}"] if part.relevant else []
    told += [f"Asked of {', '.join(part.agencies)}"] if part.agencies else []
    told += ["Must be answered"] if part.required else []
    said = [context(escape(" · ".join(told)))] if told else []
    if part.kind == "note":
        return [*said, *verbatim(part.label)]
    return [*said, questions.asked(part) | {"optional": True}]
