"""Slack's tokens and its signing secret: each is refused, in words, if it is of another kind."""

from typing import Annotated

from pydantic import AfterValidator, SecretStr

OTHERS = {
    "xoxp-": "a user's token, not the app's",
    "xapp-": "an app-level token, which is for Socket Mode",
    "xoxe": "a rotated token, which Roundtable can't renew: switch token rotation off and install the app again",
    "xoxa-": "a workspace token, which Slack no longer gives out",
    "xoxs-": "a session's token, not the app's",
    "xoxc-": "a browser's token, not the app's",
}
"""The beginning of a token of another kind -> what it is."""


def _whole(given: SecretStr, what: str) -> SecretStr:
    """The token; ValueError if it has characters that no token has, because something else was copied with it."""
    text = given.get_secret_value()
    if not text.isascii() or text.split() != [text]:
        raise ValueError(f"it has spaces, line breaks or characters that no {what} has: copy it again")
    return given


def _bot_token(given: SecretStr) -> SecretStr:
    """A bot token; ValueError for a token whose prefix shows that it isn't one."""
    token = given.get_secret_value()
    kind = next((said for begin, said in OTHERS.items() if token.startswith(begin)), None)
    if kind is not None:
        raise ValueError(f"it is {kind}; copy the Bot User OAuth Token (xoxb-) under OAuth & Permissions")
    return _whole(given, "token")


def _signing_secret(given: SecretStr) -> SecretStr:
    secret = given.get_secret_value()
    if secret.startswith(("xox", "xapp-")):
        raise ValueError("it is a token; copy the Signing Secret under Basic Information")
    return _whole(given, "signing secret")


def _app_token(given: SecretStr) -> SecretStr:
    """An app-level token; ValueError for a token of another kind."""
    token = given.get_secret_value()
    if not token.startswith("xapp-"):
        kind = (
            "the app's bot token, which belongs in SLACK_BOT_TOKEN"
            if token.startswith("xoxb-")
            else "a token of another kind"
        )
        raise ValueError(
            f"it is {kind}; make an App-Level Token (xapp-) with the scope connections:write under Basic Information"
        )
    return _whole(given, "token")


Bot = Annotated[SecretStr, AfterValidator(_bot_token)]
App = Annotated[SecretStr, AfterValidator(_app_token)]
SigningSecret = Annotated[SecretStr, AfterValidator(_signing_secret)]
