"""Changes of a cycle under way: what one brings with it, in words, before it is done."""

from collections.abc import Sequence

from audit.changes import Follows
from views.parts import Block, View, alert, context, count_of, divider, escape, modal, paragraphs, section, shorten
from views.previews import previewed

_MOST_NAMED = 40
_NAMES = 1500
"""Characters of names in one line."""
_AGAIN = "This is not what you were shown before: something has changed. Please look again."
_NOT_YET = "*Nothing is done yet. This is what follows:*"
_STAYS = "If you change something below, you are shown again what follows."


def stepped(  # noqa: PLR0917  # what a form in two steps is made of
    title: str, record_id: str, verb: str, about: list[Block], inputs: list[Block], preview: list[Block], yes: str,
    *, mark: str, again: bool,
) -> View:  # fmt: skip
    """A form whose first sending shows `preview`, on top of the same form; sending that again, with `yes`, does it."""
    if not mark:
        return modal(title, [*about, *inputs], record_id=record_id, verb=verb, submit="Next")
    top = [alert(_AGAIN)] if again else []
    blocks = [*about, *top, section(_NOT_YET), *preview, divider(), *inputs, context(_STAYS)]
    return modal(title, previewed(blocks, mark), record_id=record_id, verb=verb, submit=yes)


def following(follows: Follows | None, *own: str) -> list[Block]:
    """What a change brings with it, a line each: what is its `own` (mrkdwn), then what is sent again and to whom."""
    return paragraphs([f"• {line}" for line in [*own, *(sent(follows) if follows else ())]])


def sent(follows: Follows) -> list[str]:
    """What is sent, and what is sent again: mrkdwn."""
    lines = []
    if follows.asked:
        people = count_of(len(follows.asked), "person gets a request", "people get a request")
        lines.append(f"*{people}, as a new message:* {named(follows.asked)}")
    if follows.told:
        people = count_of(len(follows.told), "person's request", "people's requests")
        lines.append(f"*{people} changed in place, without a new message:* {named(follows.told)}")
    if follows.unled:
        places = [f"{agency} ({area})" for agency, area in follows.unled]
        lines.append(f"⚠️ *Nobody leads, so nobody is asked:* {named(places)}. Add a lead under People, on Home.")
    if follows.summaries:
        posted = count_of(len(follows.summaries), "posted case summary", "posted case summaries")
        lines.append(f"*{posted} changed in place:* {named(follows.summaries)}")
    if follows.agenda:
        lines.append("*The posted agenda of the meeting is changed in place.*")
    if follows.board:
        lines.append("*The tally in the sub-group's channel is changed in place.*")
    if follows.sheet:
        lines.append("*The sheet is drawn again.*")
    return lines or ["*Nobody is sent anything.*"]


def named(names: Sequence[str]) -> str:
    """Some names, and how many more there are: mrkdwn."""
    shown = shorten(", ".join(names[:_MOST_NAMED]), _NAMES)
    left = len(names) - _MOST_NAMED
    return escape(shown) + (f" and {left} more" if left > 0 else "")
