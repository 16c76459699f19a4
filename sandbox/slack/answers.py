"""A person's answers in Slack's shapes: each element's value, its initial value, and what the client refuses."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.slack.shapes import Obj, items, obj, objs, strings, text
from sandbox.slack.stored import elements

Values = dict[str, dict[str, Obj]]
"""block_id -> action_id -> value, as in a view's state."""


class CannotDo(Exception):
    """A person can't do that: no such button, input or option is shown to them."""


@dataclass(frozen=True)
class Kept:
    """The key of an element's value in the state, that of its initial value, and the value's shape.

    `many`: a list of values; `option`: the values are options.
    """

    key: str
    initial: str
    many: bool = False
    option: bool = False


_TYPED: Final = Kept("value", "initial_value")
KEPT: Final[Mapping[str, Kept]] = {
    "plain_text_input": _TYPED,
    "email_text_input": _TYPED,
    "url_text_input": _TYPED,
    "number_input": _TYPED,
    "rich_text_input": Kept("rich_text_value", "initial_value"),
    "static_select": Kept("selected_option", "initial_option", option=True),
    "external_select": Kept("selected_option", "initial_option", option=True),
    "radio_buttons": Kept("selected_option", "initial_option", option=True),
    "multi_static_select": Kept("selected_options", "initial_options", many=True, option=True),
    "multi_external_select": Kept("selected_options", "initial_options", many=True, option=True),
    "checkboxes": Kept("selected_options", "initial_options", many=True, option=True),
    "users_select": Kept("selected_user", "initial_user"),
    "multi_users_select": Kept("selected_users", "initial_users", many=True),
    "conversations_select": Kept("selected_conversation", "initial_conversation"),
    "multi_conversations_select": Kept("selected_conversations", "initial_conversations", many=True),
    "channels_select": Kept("selected_channel", "initial_channel"),
    "multi_channels_select": Kept("selected_channels", "initial_channels", many=True),
    "datepicker": Kept("selected_date", "initial_date"),
    "timepicker": Kept("selected_time", "initial_time"),
    "datetimepicker": Kept("selected_date_time", "initial_date_time"),
    "file_input": Kept("files", "initial_files", many=True),
}


_PATTERNS: Final = {
    "email_text_input": (r"[^@\s]+@[^@\s]+\.[^@\s]+$", "email address"),
    "url_text_input": (r"https?://", "URL"),
}


def starting(blocks: list[Obj], before: Values | None = None) -> Values:
    """The state of new blocks; values entered `before` stay where block_id and action_id do, if they still fit."""
    values: Values = {}
    for block, element in elements(blocks):
        kept = KEPT.get(text(element.get("type")))
        if kept is None:
            continue
        block_id, action_id = text(block.get("block_id")), text(element.get("action_id"))
        old = (before or {}).get(block_id, {}).get(action_id, {})
        first = element.get(kept.initial, [] if kept.many else None)
        fresh: Obj = {"type": element["type"], kept.key: first}
        stays = old.get("type") == element["type"] and _still_offered(element, kept, old)
        values.setdefault(block_id, {})[action_id] = old if stays else fresh
    return values


def _still_offered(element: Obj, kept: Kept, state: Obj) -> bool:
    """Whether the chosen options are among the element's present options."""
    if not kept.option or "external" in text(element.get("type")):
        return True
    offered = {text(option.get("value")) for option in options(element)}
    chosen = objs(state.get(kept.key)) if kept.many else [obj(state.get(kept.key))]
    return all(text(one.get("value")) in offered for one in chosen if one)


def options(element: Obj) -> list[Obj]:
    """An element's options, including those in groups."""
    groups = [option for group in objs(element.get("option_groups")) for option in objs(group.get("options"))]
    return objs(element.get("options")) + groups


def answered(element: Obj, answer: object) -> Obj:
    """The state of `element` after an answer: a text, an option's value, a list of values, a date; None empties it.

    Raises CannotDo if there is no such option or the element takes no answer.
    """
    kind = text(element.get("type"))
    kept = KEPT.get(kind)
    if kept is None:
        raise CannotDo(f"a {kind} takes no answer")
    if kind == "rich_text_input" and isinstance(answer, str):
        section: Obj = {"type": "rich_text_section", "elements": [{"type": "text", "text": answer}]}
        answer = {"type": "rich_text", "elements": [section]} if answer else None
    if kept.many:
        return {"type": kind, kept.key: [_chosen(element, kept, one) for one in items(answer)]}
    empty = answer is None or answer == ""
    return {"type": kind, kept.key: None if empty else _chosen(element, kept, answer)}


def _chosen(element: Obj, kept: Kept, answer: object) -> object:
    if not kept.option or isinstance(answer, dict):
        return answer
    for option in options(element):
        if option.get("value") == answer:
            return option
    raise CannotDo(f"{element.get('action_id')} has no option {answer!r}")


def told_at_once(block: Obj, element: Obj) -> bool:
    """Whether Slack notifies the app as soon as this element's value changes.

    For typed text it does so only if the element asks for each character, otherwise when Enter is pressed (Person.act).
    """
    if block.get("type") == "input" and not block.get("dispatch_action"):
        return False
    if KEPT[text(element.get("type"))].key not in {"value", "rich_text_value"}:
        return True
    asked = strings(obj(element.get("dispatch_action_config")).get("trigger_actions_on"))
    return "on_character_entered" in asked


def ticks(block: Obj, element: Obj, state: Obj, answer: object) -> list[object]:
    """The answers leading to `answer`: where the app is notified at once, several choices are made one by one."""
    kept = KEPT.get(text(element.get("type")))
    if kept is None or not kept.many or not told_at_once(block, element):
        return [answer]
    now, wanted = items(state.get(kept.key)), items(answered(element, answer)[kept.key])
    way: list[object] = []
    for one in [*(one for one in now if one not in wanted), *(one for one in wanted if one not in now)]:
        now = [each for each in now if each != one] if one in now else [*now, one]
        way.append(now)
    return way


def is_empty(value: Obj) -> bool:
    """Whether nothing is entered or chosen."""
    return not any(item not in (None, "", []) for name, item in value.items() if name != "type")


def client_errors(blocks: list[Obj], values: Values) -> dict[str, str]:
    """The errors that Slack's client shows at inputs instead of submitting: block_id -> sentence."""
    errors = {}
    for block, element in elements(blocks):
        if block.get("type") != "input":
            continue
        block_id = text(block.get("block_id"))
        value = values.get(block_id, {}).get(text(element.get("action_id")), {})
        if is_empty(value):
            wrong = "" if block.get("optional") else "Please complete this required field."
        else:
            wrong = _refused(element, value)
        if wrong:
            errors[block_id] = wrong
    return errors


def _refused(element: Obj, value: Obj) -> str:
    entered, most = value.get("value"), element.get("max_selected_items")
    if isinstance(most, int) and any(len(items(item)) > most for item in value.values()):
        return f"Please choose at most {most}."
    if not isinstance(entered, str):
        return ""
    if element.get("type") == "number_input":
        return _number_refused(element, entered)
    return _text_refused(element, entered)


def _text_refused(element: Obj, entered: str) -> str:
    kind, least, most = text(element.get("type")), element.get("min_length"), element.get("max_length", 3000)
    if isinstance(most, int) and len(entered) > most:
        return f"Must be {most} characters or fewer."
    if isinstance(least, int) and len(entered) < least:
        return f"Must be at least {least} characters."
    pattern = _PATTERNS.get(kind)
    if pattern and not re.match(pattern[0], entered):
        return f"Please enter a valid {pattern[1]}."
    return ""


def _number_refused(element: Obj, entered: str) -> str:
    pattern = r"-?\d+(\.\d+)?" if element.get("is_decimal_allowed") else r"-?\d+"
    if not re.fullmatch(pattern, entered):
        return "Please enter a valid number."
    if element.get("min_value") is not None and float(entered) < float(text(element["min_value"])):
        return f"Must be {element['min_value']} or more."
    if element.get("max_value") is not None and float(entered) > float(text(element["max_value"])):
        return f"Must be {element['max_value']} or less."
    return ""


def label(element: Obj) -> str:
    """The text of a button or an option."""
    return text(obj(element.get("text")).get("text"))
