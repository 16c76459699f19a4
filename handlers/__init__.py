"""How Slack reaches the bot: parse, call, answer. Each subject has a file, which ends in a table of its listeners."""

from slack_bolt import App
from slack_sdk import WebClient

from handlers import (
    actions,
    budget,
    cases,
    chasing,
    cycle,
    delivery,
    dispatch,
    errors,
    figures,
    findings,
    home,
    letterhead,
    library,
    meeting,
    people,
    report,
    returns,
    screening,
    setup,
    sheet,
    themes,
    underway,
)
from handlers.sent_forms import SentForms
from storage.engine import Sessions

LISTENERS = (
    *home.LISTENERS,
    *report.LISTENERS,
    *figures.LISTENERS,
    *underway.LISTENERS,
    *meeting.LISTENERS,
    *setup.LISTENERS,
    *letterhead.LISTENERS,
    *library.LISTENERS,
    *cycle.LISTENERS,
    *themes.LISTENERS,
    *cases.LISTENERS,
    *actions.LISTENERS,
    *chasing.LISTENERS,
    *findings.LISTENERS,
    *returns.LISTENERS,
    *people.LISTENERS,
    *sheet.LISTENERS,
    *delivery.LISTENERS,
    *screening.LISTENERS,
)


def register(app: App, sessions: Sessions, share_with: str = "") -> None:
    """Let `app` answer everything that the product listens for.

    `share_with`: the e-mail address of the account that draws sheets, "" if there is none.
    """
    budget.register(app)
    dispatch.register(app, LISTENERS, sessions, share_with)
    errors.register(app, sessions)


def forms(client: WebClient, sessions: Sessions, share_with: str = "") -> SentForms:
    """The handlers of sent forms, which need no bolt; `client` calls Slack."""
    return SentForms(LISTENERS, client, sessions, share_with)
