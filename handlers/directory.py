"""What Slack says of people: asked at the edge, outside any transaction, and never waited for too long."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import monotonic

from slack_sdk import WebClient

from audit.errors import Refused
from audit.people.newcomers import PERSON
from audit.people.people import Profile
from handlers.edge import NOT_SLACK, Body, here
from views.people import people

PATIENCE = 0.7
"""Seconds after which nobody else is asked about: the last answer may take two more, and Slack gives up on us at 3."""
AT_ONCE = 8


def profiles(client: WebClient, body: Body, user_ids: Iterable[str]) -> dict[str, Profile]:
    """What Slack says of these people, by user id; those of whom it doesn't say anything in time are left out.

    `body`: what the person did who chose them.
    """
    until = monotonic() + PATIENCE

    def ask(user_id: str) -> Profile | None:
        with suppress(*NOT_SLACK):
            return _profile(client, body, user_id) if monotonic() < until else None
        return None

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = pool.map(ask, user_ids)
    return {profile.user_id: profile for profile in answers if profile is not None}


def chosen(client: WebClient, body: Body, user_id: str) -> Profile:
    """What Slack says of somebody who was chosen in a form; Refused if nobody was."""
    if not user_id:
        raise Refused("Choose a person.", PERSON)
    return _profile(client, body, user_id)


def _profile(client: WebClient, body: Body, user_id: str) -> Profile:
    return people.profile({"id": user_id, **client.users_info(user=user_id)["user"]}, here(body))
