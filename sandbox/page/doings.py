"""What a click on the page does: to a message, a form, the sheet, the clock or the workspace.

Each function returns the sentence to be shown to the person at the page, or None. Raises CannotDo.
"""

import base64
import time
from collections.abc import Callable, Mapping
from typing import Final

from werkzeug.datastructures import FileStorage, MultiDict

from sandbox.desk import Desk
from sandbox.page import moments, people_do, upkeep
from sandbox.page.where import Where
from sandbox.slack import displayed
from sandbox.slack.answers import KEPT, CannotDo
from sandbox.slack.files import file_json
from sandbox.slack.model import File, Message, View
from sandbox.slack.shapes import Obj, new_id, new_word, text

Form = MultiDict[str, str]
Files = MultiDict[str, FileStorage]
NOTHING_TYPED: Final = "Type something first."


def _answer(element: Obj, given: list[str]) -> object:
    """The values of a form control as a person's answer to an element; for a button, its value."""
    kind = text(element.get("type"))
    if kind in KEPT and KEPT[kind].many:
        return given
    value = given[0] if given else ""
    if kind == "datetimepicker":
        return moments.stamp(value)
    return value or None


def _used(desk: Desk, at: Message | View, form: Form) -> object:
    """The value chosen or pressed in an element. CannotDo if the app has removed the element since it was shown."""
    try:
        _, element = displayed.element(desk.workspace, at, form["action"], form["block"])
    except CannotDo as gone:
        raise CannotDo("That no longer exists.") from gone
    return _answer(element, form.getlist("value"))


def click(desk: Desk, where: Where, form: Form, files: Files) -> str | None:
    """Use an element of a message."""
    del files
    channel, ts = form["channel"], form["ts"]
    message = desk.workspace.message(channel, ts)
    if message is None:
        raise CannotDo("That message no longer exists.")
    value = _used(desk, message, form)
    return where.person(desk).click(channel, ts, form["action"], form["block"], value).shown


def act(desk: Desk, where: Where, form: Form, files: Files) -> str | None:
    """Use an element of a modal or of Home."""
    person = where.person(desk)
    view = desk.workspace.views.get(form["view"])
    if view is None:
        raise CannotDo("That isn't open any more.")
    if view.type == "modal":
        _fill(desk, where, form, files)
    value = _used(desk, view, form)
    return person.act(view.id, form["action"], form["block"], value).shown


def fill(desk: Desk, where: Where, form: Form, files: Files) -> str | None:
    """Keep what has been typed so far."""
    _fill(desk, where, form, files)
    return None


def _fill(desk: Desk, where: Where, form: Form, files: Files) -> None:
    """Enter the values of the inputs that were `shown`; inputs that the app has added since stay as they are."""
    view = desk.workspace.views.get(form["view"])
    if view is None:
        raise CannotDo("That isn't open any more.")
    shown, answers = set(form.getlist("shown")), dict[str, object]()
    for block, element in displayed.usable(desk.workspace, view):
        block_id = text(block.get("block_id"))
        name = f"{block_id}|{text(element.get('action_id'))}"
        if block.get("type") != "input" or name not in shown:
            continue
        shown.remove(name)
        if element.get("type") == "file_input":
            uploaded = [_uploaded(desk, where, one) for one in files.getlist(name) if one.filename]
            answers |= {block_id: uploaded} if uploaded else {}
        else:
            answers[block_id] = _answer(element, form.getlist(name))
    if answers:
        where.person(desk).hold(view.id, answers)


def _uploaded(desk: Desk, where: Where, given: FileStorage) -> Obj:
    data, name = given.read(), given.filename or "file"
    created = int(time.time())
    file = File(new_id("F"), name, name, len(data), where.me, created, new_word(10), complete=True)
    file.data = base64.b64encode(data).decode()
    with desk.workspace.changing():
        desk.workspace.files[file.id] = file
    return file_json(desk.workspace, file)


def submit(desk: Desk, where: Where, form: Form, files: Files) -> str | None:
    """Submit a form; errors at its fields aren't returned, since the form shows them."""
    _fill(desk, where, form, files)
    outcome = where.person(desk).submit(form["view"])
    if where.me not in desk.file.leads:
        desk.look_again()  # a coordinator may have moved a date
    view = desk.workspace.views.get(form["view"])
    return None if view is not None and view.field_errors else outcome.shown


def close(desk: Desk, where: Where, form: Form, files: Files) -> str | None:
    """Close a modal, or all of them; nothing happens if the app has closed it meanwhile."""
    del files
    if form["view"] not in desk.workspace.views:
        return None
    return where.person(desk).close(form["view"], whole_stack=form.get("which") == "all", behind=True).shown


def say(desk: Desk, where: Where, form: Form, files: Files) -> str | None:
    """Send a message, or a slash command."""
    del files
    said, person = form.get("said", "").strip(), where.person(desk)
    if not said:
        return NOTHING_TYPED
    if not said.startswith("/"):
        person.say(where.talk, said, form.get("thread", ""))  # Slack doesn't show that an app failed to take a message
        return None
    name, _, rest = said.partition(" ")
    if name not in desk.workspace.app.commands:
        return f"{name} is not a valid command here. Try {' or '.join(desk.workspace.app.commands)}."
    return person.command(name, rest.strip(), where.talk).shown


def on_sheet(desk: Desk, where: Where, form: Form, files: Files) -> str | None:
    """Do to the sheet what one of its buttons says."""
    del files
    return people_do.do(desk, where, form["name"])


def type_in(desk: Desk, where: Where, form: Form, files: Files) -> str | None:
    """Type into a cell."""
    del files
    return people_do.type_over(desk, where, form.get("cell", ""), form.get("words", ""))


def on_desk(desk: Desk, where: Where, form: Form, files: Files) -> str | None:
    """Move the clock, play other people, or begin or end trouble."""
    del files
    doing: dict[str, Callable[[], str]] = {
        "clock": desk.to_the_next_thing,
        "morning": desk.to_the_next_morning,
        "rest": lambda: desk.play.rest(where.me),
        "ratify": desk.play.ratify_all,
        "hold": desk.play.hold_meetings,
        "recommend": desk.play.recommend,
        "well": lambda: _well_again(desk),
    }
    name = form["name"]
    return doing[name]() if name in doing else desk.trouble.begin(name)


def _well_again(desk: Desk) -> str:
    upkeep.well_again(desk)
    return desk.trouble.well_again()


def on_workspace(desk: Desk, where: Where, form: Form, files: Files) -> str | None:
    """Change the current person or channel, as an admin of the workspace would."""
    del files
    return upkeep.do(desk, where, form["name"])


DOINGS: Final[Mapping[str, Callable[[Desk, Where, Form, Files], str | None]]] = {
    "click": click,
    "act": act,
    "fill": fill,
    "submit": submit,
    "close": close,
    "say": say,
    "sheet": on_sheet,
    "type": type_in,
    "desk": on_desk,
    "upkeep": on_workspace,
}
