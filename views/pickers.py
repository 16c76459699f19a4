"""Inputs in which Slack itself offers the choices: people, channels, times."""

from collections.abc import Iterable
from datetime import time

from views.parts import Block, input_block


def people_select(field: str, label: str, user_ids: Iterable[str], most: int, *, hint: str = "") -> Block:
    """A choice of at most `most` people of the workspace, or of as many as were chosen before."""
    initial = list(user_ids)
    element: Block = {"type": "multi_users_select", "max_selected_items": max(most, len(initial))}
    return input_block(field, label, element | ({"initial_users": initial} if initial else {}), hint, optional=True)


def channel_select(field: str, label: str, channel: str = "", *, hint: str = "") -> Block:
    """A choice of one private channel."""
    element: Block = {"type": "conversations_select", "filter": {"include": ["private"], "exclude_bot_users": True}}
    if channel:
        element["initial_conversation"] = channel
    return input_block(field, label, element, hint, optional=False)


def timepicker(field: str, label: str, value: time | None = None, *, hint: str = "") -> Block:
    """A time of day in London."""
    element: Block = {"type": "timepicker"}
    if value:
        element["initial_time"] = f"{value:%H:%M}"
    return input_block(field, label, element, hint, optional=False)
