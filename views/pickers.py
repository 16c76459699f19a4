"""Inputs whose choices Slack provides (people, channels, times), and menus with headings."""

from collections.abc import Iterable, Sequence
from datetime import time

from views.parts import OPTION_LIMIT, Block, Choice, input_block, plain_text, radios, select, shorten


def people_select(field: str, label: str, user_ids: Iterable[str], most: int, *, hint: str = "") -> Block:
    """A choice of at most `most` people in the workspace, or of as many as were already chosen."""
    initial = list(user_ids)
    element: Block = {"type": "multi_users_select", "max_selected_items": max(most, len(initial))}
    return input_block(field, label, element | ({"initial_users": initial} if initial else {}), hint, optional=True)


def channel_select(field: str, label: str, channel: str = "", *, hint: str = "") -> Block:
    """A choice of one private channel."""
    element: Block = {"type": "conversations_select", "filter": {"include": ["private"], "exclude_bot_users": True}}
    if channel:
        element["initial_conversation"] = channel
    return input_block(field, label, element, hint, optional=False)


_IN_SIGHT = 10
"""The most radio buttons that Slack shows."""
_MENU = 100
"""The most choices that Slack takes under one heading, or in a menu without headings."""


def timepicker(field: str, label: str, value: time | None, *, hint: str = "") -> Block:
    """A time of day, London time."""
    element: Block = {"type": "timepicker"}
    if value:
        element["initial_time"] = value.isoformat(timespec="minutes")
    return input_block(field, label, element, hint, optional=False)


def grouped_select(
    field: str, label: str, groups: Iterable[tuple[str, Sequence[Choice]]], value: str, *, hint: str = ""
) -> Block:
    """A choice from a menu with headings: (heading, choices), at most 100 choices each; empty headings are left out.

    A choice is required, since Slack offers no way to clear such a menu: "none of them" needs a choice of its own.
    """
    made: list[Block] = []
    chosen: Block = {}
    for heading, choices in groups:
        options: list[Block] = [
            {"text": plain_text(shorten(text, OPTION_LIMIT)), "value": each} for each, text in choices
        ]
        chosen |= next(({"initial_option": option} for option in options if option["value"] == value), {})
        made += [{"label": plain_text(heading), "options": options}] if options else []
    return input_block(field, label, {"type": "static_select", "option_groups": made, **chosen}, hint, optional=False)


def one_of(field: str, label: str, choices: Sequence[Choice], value: str | None, *, hint: str = "") -> Block:
    """A choice of one: radio buttons if there are few enough choices, otherwise a menu."""
    if len(choices) <= _IN_SIGHT:
        return radios(field, label, choices, value, hint=hint)
    return select(field, label, choices, value, optional=False, hint=hint)


def long_select(field: str, label: str, choices: Sequence[Choice], value: str) -> Block:
    """A choice from a menu; more than 100 choices are sorted by label and grouped under headings of 100."""
    if len(choices) <= _MENU:
        return select(field, label, choices, value, optional=False)
    ordered = sorted(choices, key=lambda choice: choice[1].casefold())
    parts = [ordered[start : start + _MENU] for start in range(0, len(ordered), _MENU)]
    groups = ((f"{shorten(part[0][1], 30)} to {shorten(part[-1][1], 30)}", part) for part in parts)
    return grouped_select(field, label, groups, value)
