"""Slack: whose token it is and its scopes, each channel that messages go to, this machine's clock against Slack's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from slack_sdk.web import SlackResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.delivery import channels
from audit.delivery.channels import ChannelFinding as Place
from audit.moment import STANDING
from bot.doctor.means import Means
from bot.doctor.results import LookResult, note, ok, problem, unasked
from bot.gate import OLDEST
from bot.scopes import DISPENSABLE, SCOPES
from jobs.attempts import NeedsPerson, TokenRefused
from storage.clock import wall
from storage.cycles import Cycle
from storage.people import Person, Workspace
from views.delivery import channels as channels_view
from views.slack_refusals import EVERYWHERE

_SLOW = 60
"""Seconds between the two clocks from which on the difference is reported."""


def token(given: Means) -> Iterator[LookResult]:
    """Whether the token is the app's own, its workspace, and its scopes."""
    slack = given.slack()
    try:
        answer = slack.ask("auth.test")
    except (NeedsPerson, TokenRefused) as refusal:
        yield problem(f"{refusal.sentence} Until then nothing can be posted.")
        return
    yield from _whose(answer)
    yield from _team(given, str(answer.get("team_id")))
    yield from _scopes(answer)
    yield from _clock(answer)


def _whose(answer: SlackResponse) -> Iterator[LookResult]:
    if answer.get("is_enterprise_install"):
        yield problem(EVERYWHERE)
    elif not answer.get("bot_id"):
        yield problem(
            "SLACK_BOT_TOKEN is a person's, not the app's: set the Bot User OAuth Token (xoxb-) under OAuth &"
            " Permissions."
        )
    else:
        yield ok(
            f"The token belongs to the app “{answer.get('user')}” in the workspace “{answer.get('team')}”"
            f" ({answer.get('team_id')})."
        )


def app(given: Means) -> Iterator[LookResult]:
    """The token's app, so that people can compare the signing secret: Slack doesn't say whose that is."""
    slack = given.slack()
    try:
        bot = slack.part("users.info", "user", user=str(slack.ask("auth.test").get("user_id")))
    except (NeedsPerson, TokenRefused) as refusal:
        yield unasked(f"Slack couldn't be asked which app this is. {refusal.sentence}")
        return
    profile = bot.get("profile")
    app_id = profile.get("api_app_id") if isinstance(profile, dict) else None
    if app_id:
        yield from _same_app(given, str(app_id))


def _same_app(given: Means, app_id: str) -> Iterator[LookResult]:
    """Whether the app-level token is of the same app; for the signing secret, people are told where to look."""
    other = given.whole.app_of_token if given.whole is not None else ""
    if other not in ("", app_id):
        yield problem(
            f"SLACK_APP_TOKEN belongs to the app {other}, but SLACK_BOT_TOKEN to {app_id}: set tokens of the same app."
        )
    elif given.whole is not None and given.whole.slack_signing_secret is None:
        yield ok(f"The app is {app_id}.")
    else:
        yield ok(
            f"The app is {app_id}. If Slack says that its requests aren't answered, check that SLACK_SIGNING_SECRET is"
            f" the one under Basic Information at https://api.slack.com/apps/{app_id}."
        )


def _team(given: Means, team_id: str) -> Iterator[LookResult]:
    with given.reading() as session:
        teams = set(session.scalars(select(Workspace.team_id).join(Person).where(Person.active).distinct()))
    if teams and team_id not in teams:
        yield problem(
            f"The token belongs to the workspace {team_id}, but the people here are registered in"
            f" {', '.join(sorted(teams))}. Set the token of the app that is installed there, or set DATABASE_URL to the"
            " database of this workspace."
        )


def _scopes(answer: SlackResponse) -> Iterator[LookResult]:
    header = _header(answer, "x-oauth-scopes")
    if not header:
        yield unasked("Slack's answer doesn't say what the app may do. A proxy may have removed that.")
        return
    granted = {scope.strip() for scope in header.split(",")}
    missing = [scope for scope in SCOPES if scope not in granted]
    if len(missing) > len(SCOPES) / 2:
        yield problem(
            f"The app lacks {len(missing)} of {len(SCOPES)} scopes: this is the token of another app, or the app was"
            " made without manifest.json. Set the right token, or paste manifest.json into App Manifest and install the"
            " app again."
        )
    else:
        yield from (
            (note if scope in DISPENSABLE else problem)(
                f"The app lacks the scope {scope} (to {SCOPES[scope]}). Add it as in manifest.json, and install the app"
                " again."
            )
            for scope in missing
        )
    more = sorted(scope for scope in granted if scope not in SCOPES)
    if more:
        yield note(f"The app has scopes that it doesn't need: remove {', '.join(more)}, and install the app again.")
    if not (missing or more):
        yield ok("The app may do what manifest.json asks for, and nothing else.")


def _clock(answer: SlackResponse) -> Iterator[LookResult]:
    try:
        theirs = parsedate_to_datetime(_header(answer, "date"))
    except ValueError:
        yield unasked("Slack's answer doesn't say what the time is.")
        return
    behind = (theirs - wall()).total_seconds() if theirs.tzinfo else 0.0
    if abs(behind) < _SLOW:
        yield ok("This machine's clock agrees with Slack's.")
        return
    how = f"This machine's clock is {abs(behind) / 60:.0f} minutes {'behind' if behind > 0 else 'ahead of'} Slack's"
    if abs(behind) < OLDEST:
        yield note(f"{how}: set it with NTP.")
    else:
        yield problem(f"{how}. From {OLDEST // 60} minutes on, Slack's requests are refused: set it with NTP.")


def _header(answer: SlackResponse, name: str) -> str:
    return next((str(value) for key, value in answer.headers.items() if key.lower() == name), "")


@dataclass(frozen=True)
class _Used:
    """A channel with its uses in an audit of this number, and whether it was allowed although it is shared."""

    number: int
    place: Place


def places(given: Means) -> Iterator[LookResult]:
    """Each channel of each open audit: whether messages can go there, and who else reads it."""
    with given.reading() as session:
        used = _used(session)
    if not used:
        yield ok("No audit is open, so no channel is used yet.")
        return
    slack = given.slack()
    for each in used:
        name = f"{', '.join(each.place.uses)}, audit {each.number}"
        try:
            channel = channels_view.slack_channel(
                slack.part("conversations.info", "channel", channel=each.place.channel)
            )
        except (NeedsPerson, TokenRefused) as refusal:
            yield problem(f"The channel {each.place.channel} ({name}): {refusal.sentence}")
            continue
        with given.reading() as session:
            trouble = channels.refusal(session, each.place.channel, channel)
        if trouble:
            yield problem(f"{trouble} ({name}{f'; shared with {_others(channel)}' if channel.shared else ''})")
        else:
            yield ok(f"#{channel.name} ({name}): {_read_by(channel)}.")
    yield note(
        "Slack tells no app how long it keeps messages in these channels: ask a Slack administrator. A message that a"
        " retention policy deletes is posted again at its next change."
    )


def _read_by(found: channels.SlackChannel) -> str:
    if not found.shared:
        return "private, and the app is in it"
    return f"the app is in it, and a coordinator allowed it although it is shared with {_others(found)}"


def _others(found: channels.SlackChannel) -> str:
    return ", ".join(found.shared_with) or "others that Slack doesn't name"


def _used(session: Session) -> Sequence[_Used]:
    cycles = session.execute(select(Cycle.id, Cycle.number).where(Cycle.state.in_(STANDING)).order_by(Cycle.number))
    return [_Used(number, place) for cycle_id, number in cycles for place in channels.findings(session, cycle_id)]
