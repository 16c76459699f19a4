"""The notice that a draft which was never sent will be removed."""

from datetime import datetime

from audit.retention.drafts import Ending
from views.parts import Content, escape, header, section
from views.words import on


def message(ending: Ending, ends_at: datetime) -> Content:
    """The message; its notification names no case."""
    title = "A draft of yours will be removed"
    party = ending.party
    whose = [escape(each) for each in (party.agency, party.area) if each]
    day = on(ends_at.date())
    lines = (
        f"*What you typed for {escape(party.reference)} ({', '.join(whose)}) and didn't send"
        f" is removed on {day}, or soon after.* Nothing can be sent for this case any more.\n"
        "What your agency sent stays as it is. You don't have to do anything."
    )
    return Content(f"{title}: it is removed on {day}.", [header(title), section(lines)])
