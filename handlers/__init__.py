"""How Slack reaches the bot: parse, call, answer. By subject, each file with `register(app, sessions)`."""

from slack_bolt import App

from handlers import budget, explaining
from handlers.actions import actions, recommendations
from handlers.cases import moderation, summary
from handlers.chasing import progress, prompt, reminders, snooze
from handlers.cycle import matrix
from handlers.delivery import channels, log
from handlers.figures import figures
from handlers.findings import findings
from handlers.home import commands, every_audit, home, menu
from handlers.meeting import agenda, attendance, discussion, ratify, reopen
from handlers.people import agencies, departures, people
from handlers.report import issue, meeting_pack
from handlers.returns import cover, decline, draft, handover, history, immediate, nil, submit, take_back
from handlers.screening import denied
from handlers.setup import case_list, opening, places, plan, sample
from handlers.sheet import naming, state
from handlers.themes import evidence, merge, split, themes
from handlers.underway import cancel, dates, involvements, key_holder, leads, new_case, steps
from storage.engine import Sessions

ROOMS = (
    submit,
    ratify,
    moderation,
    draft,
    handover,
    nil,
    decline,
    take_back,
    history,
    progress,
    figures,
    matrix,
    summary,
    discussion,
    findings,
    evidence,
    recommendations,
    actions,
    denied,
    reopen,
    opening,
    state,
    reminders,
    snooze,
    cover,
    prompt,
    departures,
    immediate,
    log,
    channels,
    people,
    agencies,
    themes,
    split,
    merge,
    plan,
    places,
    case_list,
    sample,
    agenda,
    attendance,
    steps,
    issue,
    meeting_pack,
    menu,
    dates,
    new_case,
    involvements,
    leads,
    key_holder,
    cancel,
    home,
    every_audit,
    commands,
)
"""In the order in which bolt looks for a listener: the submission of a return comes first.

Who listens for the choices of one form only stands before `draft`, which takes those of all others.
"""


def register(app: App, sessions: Sessions, share_with: str = "") -> None:
    """Let `app` answer everything that the product understands.

    `share_with`: the e-mail address of the account that draws sheets, "" if there is none.
    """
    budget.register(app)
    for room in ROOMS:
        room.register(app, sessions)
    naming.register(app, sessions, share_with)
    explaining.register(app, sessions)
