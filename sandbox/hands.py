"""What somebody does with the app: find a button on Home or in a modal, press it, fill in what opens, send it."""

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
"""The block that turns a page."""
_MARK = "__"
"""Between a field's name and what the app marks it with."""

_UNSAVED = "nothing was saved"
_AGAIN = 3
"""How often they try."""
_PAGES = 40
"""How often they go on with a form that nobody foresaw: twice a page."""
_INVENTED = {"plain_text_input": "(Invented) As the records say.", "number_input": "1", "datepicker": "2030-01-07"}


class Refused(Exception):
    """Somebody couldn't do their part; says why."""


class Busy(Refused):
    """Somebody has a form open, which a play isn't to close."""


class NoButton(Refused):
    """The button that should have been pressed isn't offered."""


def free(who: Person) -> None:
    """Busy if a form or another modal is open in front of somebody."""
    if who.modal() is not None:
        raise Busy(f"Stopped: {who.user.real_name} has a form open. Close it, then go on.")


def begin(who: Person) -> None:
    """Look at Home anew; Busy if a modal is open in front of it."""
    free(who)
    check(who, who.open_home())


def press(who: Person, action: str, about: str = "") -> None:
    """Press the button in front of somebody, on this page or a later one.

    `about`: what its block says somewhere, a case's reference for one. NoButton if there is none.
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
    """The blocks that hold a button for `action`, on this page and later ones, as `about` of `press` takes them."""
    return [place for view in pages(who) for place in _places(view, action, about)]


def pages(who: Person) -> Iterator[View]:
    """What is in front of somebody, a modal or Home, and its later pages as they are turned to."""
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
    """Fill in the form in front and send it; what only thanks them is closed. Refused says what was wrong with it.

    Where the app says that nothing was saved they send it again, as it asks them to; where it asks something more,
    they answer that too. `invent`: they also answer what must be answered and nobody foresaw.
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
    """Close what thanks them; Refused says what else came in the form's place, or over it."""
    how = obj(json.loads(outcome.body or "{}")).get("response_action")
    if how == "update":
        _close_above(who, form_id)  # that an earlier choice couldn't be kept at once is told late
    after = who.modal()
    if how == "push" or (after is not None and after.id == form_id and after.content.get("submit")):
        raise Refused(f"Stopped: {who.user.real_name} was refused{said(who)}.")
    if after is not None and after.id == form_id:
        who.close(after.id)


def _unsaved(who: Person, outcome: Outcome) -> bool:
    return _UNSAVED in f"{outcome.shown}{said(who)}"


def _close_above(who: Person, view_id: str) -> None:
    """Close what was put on top of a form, if anything was."""
    view = who.modal()
    if view is not None and view.id != view_id:
        who.close(view.id)


def fill_in(who: Person, view_id: str, given: Mapping[str, object], *, invent: bool = False) -> dict[str, object]:
    """Answer what the form asks; some of it asks only once something else is answered. What it never asked is left.

    `invent`: what can't be answered so, since a question of that name is another one here, is answered otherwise.
    """
    left = dict(given)
    while now := {name: left.pop(name) for name in list(left) if name in asked(who)}:
        blocks = asked(who)
        made_up = {name for name, one in now.items() if invent and _another(blocks[name], one)}
        entered = {
            name: _invented(who, blocks[name]) if name in made_up else _chosen(blocks[name], now[name]) for name in now
        }
        who.fill(view_id, {text(blocks[name]["block_id"]): one for name, one in entered.items()})
        _close_above(who, view_id)  # it says that what was chosen couldn't be kept at once; it stands in the form
    return left


def _chosen(block: Obj, answer: object) -> object:
    """What is entered in a block: a cycle file has the names of several choices in one text, with spaces between."""
    kept = KEPT.get(text(obj(block["element"])["type"]))
    return answer.split() if kept and kept.many and isinstance(answer, str) else answer


def _another(block: Obj, answer: object) -> bool:
    """Whether the answer can't be chosen in the block's input."""
    try:
        answered(obj(block["element"]), _chosen(block, answer))
    except CannotDo:
        return True
    return False


def _invented(who: Person, block: Obj) -> object:
    """An answer that will do; of a menu, which has grades, one of the first three, not the same for everybody."""
    element = obj(block["element"])
    kind = text(element["type"])
    if kind in _INVENTED:
        return _INVENTED[kind]
    offered = options(element)[: 3 if kind == "static_select" else 1]
    place = crc32(f"{who.user.id} {block['block_id']}".encode()) % len(offered)
    return _chosen(block, text(offered[place]["value"]))


def asked(who: Person) -> dict[str, Obj]:
    """What the form in front asks: field -> its block."""
    form = who.modal()
    blocks = objs(form.content["blocks"]) if form else []
    return {text(one["block_id"]).partition(_MARK)[0]: one for one in blocks if one.get("type") == "input"}


def faults(who: Person) -> set[str]:
    """The fields at which the form in front says what is wrong."""
    form = who.modal()
    return {block_id.partition(_MARK)[0] for block_id in form.field_errors} if form else set()


def choices(who: Person, field: str) -> dict[str, str]:
    """What the form in front offers at a field, label -> value; nothing if it doesn't ask that."""
    block = asked(who).get(field, {})
    return {label(one): text(one.get("value")) for _, each in elements([block]) for one in options(each)}


def said(who: Person) -> str:
    """What the modal in front says, shortly, to follow other words."""
    view = who.modal()
    if view is None:
        return ""
    words = [*view.field_errors.values()] or [
        text(obj(one.get("text")).get("text")) for one in objs(view.content["blocks"])
    ]
    return f": {'; '.join(filter(None, words))[:300]}"


def close(who: Person) -> None:
    """Close all that is open in front of somebody."""
    view = who.modal()
    if view is not None:
        who.close(view.id, whole_stack=True)


def check(who: Person, outcome: Outcome) -> None:
    """Refused with what the app said, if it didn't do what it was asked for."""
    if not outcome.ok or outcome.shown:
        raise Refused(f"Stopped: {who.user.real_name} read: {outcome.shown or outcome.body[:300]} ({outcome.status})")
