"""The scopes that the app asks Slack for, and their purposes."""

from collections.abc import Mapping

SCOPES: Mapping[str, str] = {
    "channels:read": "see whether a channel is public",
    "chat:write": "post messages",
    "commands": "answer /audit",
    "files:read": "see whether a picture or a report is there",
    "files:write": "post pictures and reports",
    "groups:history": "find its own messages in private channels, so that none is posted twice",
    "groups:read": "see who can read a private channel",
    "im:history": "find its own direct messages, so that none is posted twice",
    "im:write": "write to people directly",
    "metadata.message:read": "recognise its own messages",
    "users:read": "see what people are called, and who has left",
    "users:read.email": "find people by their e-mail addresses in a list that a coordinator pastes",
}
"""Scope in manifest.json -> what the app needs it for."""
DISPENSABLE = frozenset({"users:read.email"})
"""Scopes that a partnership may leave out, at the cost of one convenience."""
