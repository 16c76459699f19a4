"""How Slack reaches the bot: parse, call, answer. One file a noun, each with `register(app, sessions)`."""

from slack_bolt import App

from handlers import (
    additions,
    addresses,
    agencies,
    cancellations,
    caselists,
    cases,
    channels,
    commands,
    covers,
    cycles,
    dates,
    declines,
    deliveries,
    departures,
    drafts,
    edge,
    handovers,
    history,
    home,
    immediate,
    involvements,
    leads,
    manage,
    meetings,
    nils,
    people,
    places,
    progress,
    prompts,
    reminders,
    returns,
    samples,
    setup,
    sheets,
    snoozes,
    themes,
    withdrawals,
)
from storage.engine import Sessions

ROOMS = (
    returns,
    drafts,
    handovers,
    nils,
    declines,
    withdrawals,
    history,
    progress,
    cases,
    meetings,
    cycles,
    sheets,
    reminders,
    snoozes,
    covers,
    prompts,
    departures,
    immediate,
    deliveries,
    channels,
    people,
    agencies,
    themes,
    setup,
    places,
    caselists,
    samples,
    manage,
    dates,
    additions,
    involvements,
    leads,
    cancellations,
    home,
    commands,
)
"""In the order in which bolt looks for a listener: the submission of a return comes first."""


def register(app: App, sessions: Sessions, share_with: str = "") -> None:
    """Let `app` answer everything that the product understands.

    `share_with`: the e-mail address of the account that draws sheets, "" if there is none.
    """
    for room in ROOMS:
        room.register(app, sessions)
    addresses.register(app, sessions, share_with)
    edge.register(app, sessions)
