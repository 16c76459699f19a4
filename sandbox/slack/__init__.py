"""A stand-in for a Slack workspace: its Web API, its signed requests to the app, and its people."""

from sandbox.slack.answers import CannotDo
from sandbox.slack.checks import problems
from sandbox.slack.model import App, Channel, Message, Team, User, View
from sandbox.slack.person import Person
from sandbox.slack.seeds import DEFAULT_SEED
from sandbox.slack.sender import Outcome, Sender, SentRequest
from sandbox.slack.web import application, running
from sandbox.slack.workspace import Workspace

__all__ = [
    "DEFAULT_SEED",
    "App",
    "CannotDo",
    "Channel",
    "Message",
    "Outcome",
    "Person",
    "Sender",
    "SentRequest",
    "Team",
    "User",
    "View",
    "Workspace",
    "application",
    "problems",
    "running",
]
