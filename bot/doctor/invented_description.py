"""The set-up of the invented audit: small, but with every role and every kind of thing."""

from typing import Any

from bot.loading import CycleFile

TEAM = "T0INVENTED"
COORDINATOR, CHAIR, LEAD, AUDITOR, STANDIN = "U0COORDIN", "U0CHAIR", "U0LEAD", "U0AUDITOR", "U0STANDIN"
AGENCIES = ("Education", "Police", "Health")
CASES = ("T1-EAST-01", "T1-EAST-02", "T1-WEST-01")
LONGEST = "The plan was followed. " * 130
"""A text of nearly as many characters as an input accepts."""
_THEME = "Records"


def _person(user_id: str, label: str, kind: str, **where: str) -> dict[str, Any]:
    return {"user_id": user_id, "label": label, "roles": [{"kind": kind, **where}]}


_PEOPLE = [
    _person(COORDINATOR, "Coordinator", "coordinator"),
    _person(CHAIR, "Chair", "chair"),
    _person("U0MEMBER", "Sub-group member", "sub_group_member"),
    _person(LEAD, "Education lead", "agency_lead", agency="Education"),
    _person("U0DEPUTY", "Education deputy, East", "deputy", agency="Education", area="East"),
    _person("U0POLICE", "Police lead", "agency_lead", agency="Police"),
    _person("U0HEALTH", "Health lead", "agency_lead", agency="Health"),
    _person("U0SIGNS", "Police superintendent", "for_police"),
    _person("U0SCRUTINY", "Scrutineer", "scrutineer"),
]
_FILE: dict[str, Any] = {
    "note": "Invented, so that what is shown of it can be looked at.",
    "setup": {
        "workspace": {"team_id": TEAM, "name": "Invented"},
        "cycle": {
            "number": 1, "title": "First audit", "theme": "Neglect", "origin": "What the data said.",
            "due": {"in_working_days": 10}, "sub_group_channel": "C0SUBGROUP", "proposal": "median",
            "period": "the last school year", "key_holder": "the business unit",
        },
        "agencies": [{"label": each, "short_label": each} for each in AGENCIES],
        "areas": [{"label": area, "channel": f"C0{area.upper()}"} for area in ("East", "West")],
        "meetings": [{"areas": ["East", "West"], "day": {"in_working_days": 16}}],
        "people": _PEOPLE,
        "cases": [{"reference": each, "area": each[3:7].title(), "agencies": AGENCIES} for each in CASES],
    },
    "learning_themes": [_THEME, "Voice of the child"],
}  # fmt: skip
FILE = CycleFile.model_validate(_FILE)
