"""Slack's profiles of people, fetched outside any transaction and within a time limit."""

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
"""Seconds after which no further profile is requested: the last may take two more, and Slack allows three in all."""
AT_ONCE = 8


def profiles(client: WebClient, body: Body, user_ids: Iterable[str]) -> dict[str, Profile]:
    """User id -> Slack's profile, for these people; those that Slack doesn't return in time are left out.

    `body`: the payload of the person who chose them.
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
    """Slack's profile of the person chosen in a form. Refused at PERSON if nobody was chosen."""
    if not user_id:
        raise Refused("Choose a person.", PERSON)
    return _profile(client, body, user_id)


def _profile(client: WebClient, body: Body, user_id: str) -> Profile:
    return people.profile({"id": user_id, **client.users_info(user=user_id)["user"]}, here(body))
