"""The audit tools that a cycle can choose, and how new ones are added."""

from dataclasses import replace
from functools import partial

from audit.library import editing, from_xlsform, preview, tool_file, tools, workbook_rows
from audit.library.from_xlsform import Read
from audit.library.preview import NOTHING_SAID, Preview, PreviewSource
from audit.library.question_form import AGENCIES, TypedQuestion
from audit.returns.answers import Answers
from handlers import edge
from handlers.call import Call
from handlers.files import answer_after_reading, fetched
from handlers.listeners import goes_on, on_action, on_choice, on_form, opens, overall, turns
from views.forms import Form
from views.library import editing as editing_view
from views.library import preview as preview_view
from views.library import tool_file as tool_file_view
from views.library import tools as tools_view
from views.parts import View
from views.returns.form import ReturnForm


def ask_for_workbook(call: Call) -> None:
    """Open the form in which a workbook is uploaded."""
    with call.reading() as session:
        tools.require(call.actor(session))
    call.open(tools_view.form())


def try_workbook(call: Call) -> View | None:
    """Preview the tool in a workbook, with nothing stored."""
    _require(call)
    source = f"00{call.form.text(tools_view.FILE)}"

    def look(call: Call, read: Read) -> View:
        return _looked_at(call, read, source)

    return answer_after_reading(call, partial(_read, source=source), look)


def use_language(call: Call) -> None:
    """Preview a workbook in another of its languages."""
    _require(call)
    call.redraw(call.shown, _looked_at(call, _read(call, call.clicked), call.clicked))


def _looked_at(call: Call, read: Read, source: str) -> View:
    with call.reading() as session:
        return tools_view.looked_at(tools.preview(session, call.actor(session), read), source)


def keep_workbook(call: Call) -> View | None:
    """Store the tool of a previewed workbook; or preview it again, if another version was stored since."""
    _require(call)
    source, seen = call.form.record_id, edge.number(call.form.seen)

    def keep(call: Call, read: Read) -> View | None:
        with call.begin() as session:
            brought = tools.bring(session, call.actor(session), read, seen)
        if brought.before is None or not brought.same:
            return tools_view.looked_at(brought, source, again=True)
        return call.close_on(tools_view.stored(brought.before))

    return answer_after_reading(call, partial(_read, source=source), keep)


def make_tool(call: Call) -> View | None:
    """Make a new tool, after a preview."""
    form = call.form
    with call.begin() as session:
        made = editing.make(session, call.actor(session), _typed(form), form.seen)
    return call.close_on(editing_view.made(made)) if made.done else editing_view.making(made)


def change_question(call: Call) -> View | None:
    """Change a question of a tool or add one, after a preview."""
    form = call.form
    with call.begin() as session:
        changed = editing.change(session, call.actor(session), form.record_id, _typed(form), form.seen)
    if changed.done and changed.after:
        return call.close_on(editing_view.view(changed.after))
    return editing_view.form(changed)


def show_form(call: Call) -> None:
    """Preview a tool as the form that a lead will see."""
    call.open(preview_view.page(_preview(call, *preview.addressed(call.clicked))))


def turn_form(call: Call) -> View | None:
    """Go on to the next page of a previewed form, or close it after its last page."""
    form = ReturnForm.read(call.view)
    shown = _preview(call, *preview.addressed(form.record_id), preview_view.kind(form))
    return None if shown.last_step else preview_view.page(replace(shown, wanted=shown.step + 1))


def turn_form_back(call: Call) -> None:
    """Go back to the previous page of a previewed form."""
    at, form = call.shown, ReturnForm.read(call.view)
    call.redraw(at, preview_view.page(_preview(call, *preview.addressed(call.clicked), preview_view.kind(form))))


def choose_in_form(call: Call) -> None:
    """Update a previewed form to a choice made in it, or show the form that other agencies get."""
    at, form = call.shown, ReturnForm.read(call.view)
    shown = _preview(call, *preview.addressed(at.record_id), preview_view.kind(form), form.answers())
    call.redraw(at, preview_view.page(shown))


def _preview(call: Call, source: PreviewSource, step: int, kind: int = 0, answers: Answers = NOTHING_SAID) -> Preview:
    if not source.stored:
        _require(call)
    read = None if source.stored else _read(call, source.id).tool
    with call.reading() as session:
        return preview.preview(session, call.actor(session), source, read, step, kind, answers)


def _typed(form: Form) -> TypedQuestion:
    return TypedQuestion(form.texts, form.ticked.get(AGENCIES, ()))


def _require(call: Call) -> None:
    with call.reading() as session:
        tools.require(call.actor(session))


def _read(call: Call, source: str) -> Read:
    language, file_id = tools_view.file_of(source)
    name, data = fetched(call.client, file_id, workbook_rows.MOST_BYTES)
    return from_xlsform.read(data, name, language)


LISTENERS = (
    opens(tools_view.LIST, overall(tools.newest_offered), tools_view.list_view),
    turns(tools_view.PAGE, overall(tools.newest_offered), tools_view.list_view),
    goes_on(tools_view.SEE, tools.marked, tools_view.seen),
    goes_on(tools_view.BACK, overall(tools.newest_offered), tools_view.list_view),
    opens(tool_file_view.GET, tool_file.ask, tool_file_view.confirmation, writes=True),
    on_action(tools_view.BRING, ask_for_workbook),
    on_form(tools_view.TRY, try_workbook),
    on_action(tools_view.LANGUAGE, use_language),
    on_form(tools_view.KEEP, keep_workbook),
    on_action(tools_view.PREVIEW, show_form),
    on_form(preview_view.NEXT, turn_form),
    on_action(preview_view.BACK, turn_form_back),
    on_choice(preview_view.NEXT, choose_in_form),
    opens(tools_view.MAKE, overall(editing.begin), editing_view.making),
    on_form(editing_view.STORE, make_tool),
    goes_on(tools_view.CHANGE, editing.open_tool, editing_view.view),
    turns(editing_view.PAGE, editing.open_tool, editing_view.view),
    opens(editing_view.QUESTION, editing.open_question, editing_view.form),
    opens(editing_view.ADD, editing.open_question, editing_view.form),
    on_form(editing_view.SAVE, change_question),
)
