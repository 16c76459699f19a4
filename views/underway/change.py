"""The effects of a change under way, in words, for its preview."""

from audit.labels import within
from audit.underway.change import Follows
from views.confirming import named
from views.parts import Block, count_of, paragraphs

_SENT = "*Messages* names each once it is sent"


def following(follows: Follows | None, *own: str) -> list[Block]:
    """The effects of a change, a line each: its `own` (mrkdwn), then what is sent again and to whom."""
    return paragraphs([f"• {line}" for line in [*own, *(sent(follows) if follows else ())]])


def sent(follows: Follows) -> list[str]:
    """What is sent, changed in place or updated: mrkdwn."""
    lines = []
    if follows.asked:
        people = count_of(len(follows.asked), "person gets a request", "people get a request")
        lines.append(f"*{people}, as a new message:* {named(follows.asked, _SENT)}")
    if follows.told:
        people = count_of(len(follows.told), "person's request", "people's requests")
        lines.append(f"*{people} changed in place, without a new message:* {named(follows.told, _SENT)}")
    if follows.unled:
        places = [within(*place) for place in follows.unled]
        alone = named(places, "see *Who hasn't answered* afterwards")
        lines.append(f"⚠️ *Nobody leads, so nobody is asked:* {alone}. Add a lead under People, on Home.")
    if follows.summaries:
        posted = count_of(len(follows.summaries), "posted case summary", "posted case summaries")
        lines.append(f"*{posted} changed in place:* {named(follows.summaries, _SENT)}")
    if follows.agenda:
        lines.append("*The posted agenda of the meeting is changed in place.*")
    if follows.board:
        lines.append("*The tally in the sub-group's channel is changed in place.*")
    if follows.sheet:
        lines.append("*The sheet is updated.*")
    return lines or ["*Nobody is sent anything.*"]
