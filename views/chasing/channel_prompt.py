"""A channel message for people to whom the app can't write: who has to answer, and a button to each one's returns."""

from collections.abc import Sequence
from datetime import datetime

from audit.chasing.channel_prompt import Prompt
from audit.labels import within
from audit.returns.waiting import Waiting
from views.parts import Content, View, actions, button, count_of, fitted, header, modal, paragraphs, section
from views.returns import request

MINE = "returns.mine"
"""The button that shows people the returns that they themselves have to send (value: the cycle's id)."""

_PLACES_LIMIT = 550
_MOST_LISTED = 80
_VIEW_CHARACTERS = 100_000


def prompt(prompt: Prompt) -> Content:
    """The message in the channel; it names agencies and areas only."""
    title = fitted(prompt.cycle_name, 120)
    if not prompt.places:
        state = "✅ The returns asked for here are no longer needed."
        return Content(f"{title}. {state}", [header(prompt.cycle_name), section(f"*{state}*")])
    who = fitted(", ".join(within(*place) for place in prompt.places), _PLACES_LIMIT)
    why = "This app can't write to some of you directly. The button shows each person only what is theirs."
    asking = actions("mine", button("Open my returns", MINE, prompt.cycle_id, primary=True))
    blocks = [header(prompt.cycle_name), *paragraphs([f"*Returns are still needed from:* {who}", why]), asking]
    return Content(f"{title}. Returns are still needed from: {who}", blocks)


def mine(waiting: Sequence[Waiting], now: datetime) -> View:
    """A person's own outstanding returns, in a modal."""
    if not waiting:
        return modal("Your returns", [section("There is nothing for you to do in this audit.")])
    left = sum(request.waits(each, now) for each in waiting)
    state = f"*{count_of(left, 'return')} still to send.*" if left else "*✅ Nothing is left to send. Thank you.*"
    return modal(
        "Your returns", [section(state), *request.waiting_blocks(waiting, now, _MOST_LISTED, _VIEW_CHARACTERS)]
    )
