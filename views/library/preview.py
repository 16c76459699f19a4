"""A preview of an audit tool as the form that a lead will see, page by page; nothing typed in it is stored."""

from audit.library.preview import Preview
from audit.tools import Section
from views.library.tools import condition
from views.pages import where
from views.parts import (
    VIEW_BLOCKS,
    Block,
    View,
    actions,
    alert,
    button,
    context,
    count_of,
    divider,
    escape,
    fitted,
    modal,
    plain_text,
    section,
    sent_at_once,
    shorten,
)
from views.pickers import long_select
from views.returns import form, questions
from views.returns.form import ReturnForm

NEXT = "preview.next"
BACK = "preview.back"
WHOSE = "preview.whose_form"
"""The field for the agencies whose form is shown; no question of a tool can have this name."""

_TITLE = "As a lead will see it"
_KEPT = "Only a preview: try what you like. Nothing is kept or sent, and nothing must be answered here."
_OTHERS = "Any other agency"
_SCALE = "An audit that is graded on another scale shows that scale's grades instead."
_CONDITION = 600


def page(at: Preview) -> View:
    """A page of the form, with notes on who else is asked what, and when."""
    top = f"*{escape(at.tool.title)}*{where(at.step, len(at.asked.steps))}"
    drawn = questions.blocks(
        at.asked, at.step, at.answers.sections, shown=at.shown, below={part.key: _when(at, part) for part in at.untold}
    )
    if at.last_step:
        drawn += [divider(), *form.tagged(at.themes, at.answers), *form.graded(at.asked, at.scale, at.answers)]
        drawn += [context(_SCALE)] if at.asked.asks_overall and at.tool.scale is None else []
    blocks = [alert(_KEPT), section(top), *_whose(at), section(f"*{form.NO_NAMES}*"), divider()]
    blocks += [each for block in drawn for each in _unforced(block)]
    if at.hidden:
        blocks.append(context(f"{count_of(at.hidden, 'more question')} on this page, by what is chosen above."))
    if at.step:
        blocks.append(actions("back", button("Previous page", BACK, at.source.at(at.step - 1))))
    for remark in [block for block in blocks if block["type"] == "context"][: max(len(blocks) - VIEW_BLOCKS, 0)]:
        blocks.remove(remark)  # with very many notes, the questions come first
    submit = "Done" if at.last_step else "Next page"
    view = modal(_TITLE, blocks, record_id=at.source.at(at.step), verb=NEXT, submit=submit)
    return view | {"close": plain_text("Close")}


def _when(at: Preview, part: Section) -> Block:
    """The condition on which a question is asked, if the page can't show it by itself."""
    return context(f"Only if {fitted(condition(at.tool, part), _CONDITION)}.")


def _unforced(block: Block) -> list[Block]:
    """The block, with an input made optional; a line says so if a lead must answer it."""
    if block["type"] != "input":
        return [block]
    must = [context("A lead must answer this.")] if not block["optional"] else []
    return [block | {"optional": True}, *must]


def _whose(at: Preview) -> list[Block]:
    """The choice of the agencies whose form is shown; empty if all agencies are asked the same."""
    if len(at.kinds) == 1:
        return []
    names = [", ".join(labels) or _OTHERS for labels in at.kinds]
    choices = [(str(number), shorten(name, 75)) for number, name in enumerate(names)]
    return [sent_at_once(long_select(WHOSE, "Whose form?", choices, str(at.kind)))]


def kind(filled: ReturnForm) -> int:
    """The index of the chosen agencies in `Preview.kinds`; 0 if none were chosen."""
    chosen = filled.texts.get(WHOSE, "")
    return int(chosen) if chosen.isdecimal() else 0
