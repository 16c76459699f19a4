"""A person's actions in the app: find a button on Home or in a modal, press it, fill in the form, send it."""

import json
from collections.abc import Iterator, Mapping
from zlib import crc32

from sandbox.slack.answers import KEPT, CannotDo, answered, label, options
from sandbox.slack.model import View
from sandbox.slack.person import Person
from sandbox.slack.sender import Outcome
from sandbox.slack.shapes import Obj, obj, objs, text
from sandbox.slack.stored import elements

_NEXT_PAGE = "next"
"""Id of the block whose button turns the page."""
_MARK = "__"
"""Stands between a field's name and the app's own suffix in a block's id."""

_UNSAVED = "nothing was saved"
_AGAIN = 3
"""The number of attempts at a press or a form."""
_PAGES = 40
"""The limit of submissions of a form with unforeseen questions: two a page."""
_INVENTED = {"plain_text_input": "(Invented) As the records say.", "number_input": "1", "datepicker": "2030-01-07"}


class Refused(Exception):
    """A person couldn't do their part; the message says why."""


class Busy(Refused):
    """The person has a form open, which a play must not close."""


class NoButton(Refused):
    """The button to be pressed isn't offered."""


def free(who: Person) -> None:
    """Refuse with Busy if the person has a form or another modal open."""
    if who.modal() is not None:
        raise Busy(f"Stopped: {who.user.real_name} has a form open. Close it, then go on.")


def begin(who: Person) -> None:
    """Open Home again. Raises Busy if the person has a modal open."""
    free(who)
    check(who, who.open_home())


def press(who: Person, action: str, about: str = "") -> None:
    """Press the button for `action` in what the person sees, on this page or a later one.

    `about`: a text that the button's block contains, for example a case's reference. Raises NoButton if there is none.
    """
    for view in pages(who):
        place = next(_places(view, action, about), None)
        if place is not None:
            _press(who, view.id, action, place)
            return
    raise NoButton(f"Stopped: {who.user.real_name} finds no button {action} about {about or 'this'}.")


def _press(who: Person, view_id: str, action: str, place: str) -> None:
    for _ in range(_AGAIN):
        outcome = who.act(view_id, action, place)
        if not _unsaved(who, outcome):
            break
        _close_above(who, view_id)
    check(who, outcome)


def places(who: Person, action: str, about: str = "") -> list[str]:
    """Ids of the blocks that hold a button for `action` and contain `about`, on this page and later ones."""
    return [place for view in pages(who) for place in _places(view, action, about)]


def pages(who: Person) -> Iterator[View]:
    """The modal in front of the person, or else Home, and then its later pages, each turned to when it is asked for."""
    while True:
        view = who.modal() or who.home()
        if view is None:
            raise Refused(f"Stopped: the app shows {who.user.real_name} nothing.")
        yield view
        further = [each for each in objs(view.content["blocks"]) if each.get("block_id") == _NEXT_PAGE]
        if not further:
            return
        check(who, who.act(view.id, text(objs(further[0]["elements"])[0]["action_id"]), _NEXT_PAGE))


def _places(view: View, action: str, about: str) -> Iterator[str]:
    for block in objs(view.content["blocks"]):
        buttons = [obj(block.get("accessory")), *objs(block.get("elements"))]
        if any(each.get("action_id") == action for each in buttons) and about in json.dumps(block, ensure_ascii=False):
            yield text(block["block_id"])


def send(who: Person, given: Mapping[str, object], *, invent: bool = False) -> None:
    """Fill in the form in front and send it; close a view that only confirms. Raises Refused with the form's errors.

    Where the app says that nothing was saved, the person sends the form again, as the app asks; where it shows more
    questions, the person answers those too. `invent`: also answer required questions for which `given` has no answer.
    """
    form = who.modal()
    if form is None or not form.content.get("submit"):
        raise Refused(f"Stopped: no form opened for {who.user.real_name}{said(who)}.")
    left = fill_in(who, form.id, given, invent=invent)
    for _ in range(_PAGES if invent else _AGAIN):
        outcome = who.submit(form.id)
        missing = faults(who) & asked(who).keys() if invent else set()
        if _UNSAVED in outcome.body:
            _close_above(who, form.id)
        elif missing:
            fill_in(who, form.id, {name: _invented(who, asked(who)[name]) for name in missing})
        elif left.keys() & asked(who).keys():
            left = fill_in(who, form.id, left, invent=invent)
        elif not (invent and asked(who)):
            break
    check(who, outcome)
    _read(who, form.id, outcome)


def _read(who: Person, form_id: str, outcome: Outcome) -> None:
    """Close a confirmation. Raises Refused with the text of anything else that replaced or covered the form."""
    how = obj(json.loads(outcome.body or "{}")).get("response_action")
    if how == "update":
        _close_above(who, form_id)  # a late note that an earlier choice couldn't be kept at once
    after = who.modal()
    if how == "push" or (after is not None and after.id == form_id and after.content.get("submit")):
        raise Refused(f"Stopped: {who.user.real_name} was refused{said(who)}.")
    if after is not None and after.id == form_id:
        who.close(after.id)


def _unsaved(who: Person, outcome: Outcome) -> bool:
    return _UNSAVED in f"{outcome.shown}{said(who)}"


def _close_above(who: Person, view_id: str) -> None:
    """Close the view on top of a form, if there is one."""
    view = who.modal()
    if view is not None and view.id != view_id:
        who.close(view.id)


def fill_in(who: Person, view_id: str, given: Mapping[str, object], *, invent: bool = False) -> dict[str, object]:
    """Answer the form's questions, and those that only appear once others are answered. Returns the unused answers.

    `invent`: make up an answer where the given one can't be entered, because the question of that name is another here.
    """
    left = dict(given)
    while now := {name: left.pop(name) for name in list(left) if name in asked(who)}:
        blocks = asked(who)
        made_up = {name for name, one in now.items() if invent and _another(blocks[name], one)}
        entered = {
            name: _invented(who, blocks[name]) if name in made_up else _chosen(blocks[name], now[name]) for name in now
        }
        who.fill(view_id, {text(blocks[name]["block_id"]): one for name, one in entered.items()})
        _close_above(who, view_id)  # a note that the choice couldn't be kept at once; the form still has it
    return left


def _chosen(block: Obj, answer: object) -> object:
    """The value to enter in a block: a cycle file separates the names of several choices with spaces."""
    kept = KEPT.get(text(obj(block["element"])["type"]))
    return answer.split() if kept and kept.many and isinstance(answer, str) else answer


def _another(block: Obj, answer: object) -> bool:
    """Whether the answer can't be entered in the block's input."""
    try:
        answered(obj(block["element"]), _chosen(block, answer))
    except CannotDo:
        return True
    return False


def _invented(who: Person, block: Obj) -> object:
    """A made-up answer. In a menu (of grades) it is one of the first three options, which depends on the person."""
    element = obj(block["element"])
    kind = text(element["type"])
    if kind in _INVENTED:
        return _INVENTED[kind]
    offered = options(element)[: 3 if kind == "static_select" else 1]
    place = crc32(f"{who.user.id} {block['block_id']}".encode()) % len(offered)
    return _chosen(block, text(offered[place]["value"]))


def asked(who: Person) -> dict[str, Obj]:
    """The questions of the form in front: field -> its block."""
    form = who.modal()
    blocks = objs(form.content["blocks"]) if form else []
    return {text(one["block_id"]).partition(_MARK)[0]: one for one in blocks if one.get("type") == "input"}


def faults(who: Person) -> set[str]:
    """The fields of the form in front that have an error."""
    form = who.modal()
    return {block_id.partition(_MARK)[0] for block_id in form.field_errors} if form else set()


def choices(who: Person, field: str) -> dict[str, str]:
    """The options of a field of the form in front, label -> value; empty if the form has no such field."""
    block = asked(who).get(field, {})
    return {label(one): text(one.get("value")) for _, each in elements([block]) for one in options(each)}


def said(who: Person) -> str:
    """The errors or else the text of the modal in front, shortened, with a colon before it; "" without a modal."""
    view = who.modal()
    if view is None:
        return ""
    words = [*view.field_errors.values()] or [
        text(obj(one.get("text")).get("text")) for one in objs(view.content["blocks"])
    ]
    return f": {'; '.join(filter(None, words))[:300]}"


def close(who: Person) -> None:
    """Close all modals that the person has open."""
    view = who.modal()
    if view is not None:
        who.close(view.id, whole_stack=True)


def check(who: Person, outcome: Outcome) -> None:
    """Raise Refused with the app's words if it didn't do what was asked of it."""
    if not outcome.ok or outcome.shown:
        raise Refused(f"Stopped: {who.user.real_name} read: {outcome.shown or outcome.body[:300]} ({outcome.status})")
