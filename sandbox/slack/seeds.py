"""A small workspace to start with; its people are named after roles."""

from typing import Final

from sandbox.slack.shapes import Obj

TEAM: Final = "T0SANDBOX1"
BOT: Final = "U0BOTUSER1"

_PEOPLE: Final = {
    "U0COORDIN1": "Coordinator",
    "U0EDUEAST1": "Education lead, East",
    "U0EDUEAST2": "Education deputy, East",
    "U0POLEAST1": "Police lead, East",
    "U0HLTNORT1": "Health lead, North",
    "U0SUBGROU1": "Sub-group member",
    "U0OUTSIDE1": "Outsider",
}


def _user(user_id: str, role: str) -> Obj:
    name = role.lower().replace(",", "").replace(" ", ".").replace("-", "")
    return {"id": user_id, "name": name, "real_name": role, "email": f"{name}@board.example"}


DEFAULT_SEED: Final[Obj] = {
    "team": {"id": TEAM, "name": "Sandbox board", "domain": "sandbox-board"},
    "app": {
        "app_id": "A0SANDBOX1",
        "name": "Roundtable",
        "bot_id": "B0SANDBOX1",
        "bot_user_id": BOT,
        "bot_token": "xoxb-sandbox",
        "signing_secret": "sandbox-signing-secret",
    },
    "users": [_user(user_id, role) for user_id, role in _PEOPLE.items()],
    "channels": [
        {"id": "C0GENERAL1", "name": "general", "creator": "U0COORDIN1", "members": list(_PEOPLE)},
        {
            "id": "C0AUDEAST1",
            "name": "audit-east",
            "is_private": True,
            "creator": "U0COORDIN1",
            "members": [BOT, "U0COORDIN1", "U0EDUEAST1", "U0EDUEAST2", "U0POLEAST1"],
        },
        {
            "id": "C0AUDNORT1",
            "name": "audit-north",
            "is_private": True,
            "creator": "U0COORDIN1",
            "members": [BOT, "U0COORDIN1", "U0HLTNORT1"],
        },
        {
            "id": "C0SUBGROU1",
            "name": "audit-sub-group",
            "is_private": True,
            "creator": "U0COORDIN1",
            "members": [BOT, "U0COORDIN1", "U0SUBGROU1"],
        },
    ],
}
"""A board with the audit channels of two areas and a sub-group's; other seeds have the same shape."""
