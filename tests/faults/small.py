"""A small cycle: the published one, reduced to what the fault tests need."""

from collections.abc import Mapping
from typing import Any

LEADS = {"Police": "U0POLICE", "SEND": "U0SEND", "CCGs": "U0CCG"}
"""The small cycle's agencies, each with the user id of its lead for every area."""


def cut(file: Mapping[str, Any], cases_: int = 5) -> dict[str, Any]:
    """The published cycle, reduced to `cases_` cases in East and three agencies."""
    setup = dict(file["setup"])
    setup["areas"] = [each for each in setup["areas"] if each["label"] == "East"]
    setup["meetings"] = [each for each in setup["meetings"] if each["areas"] == ["East"]]
    setup["agencies"] = [each for each in setup["agencies"] if each["label"] in LEADS]
    known = {*LEADS.values(), "U0COORDIN", "U0CHAIR"}
    setup["people"] = [each for each in setup["people"] if each["user_id"] in known]
    of_east = [each for each in setup["cases"] if each["area"] == "East"][:cases_]
    setup["cases"] = [{**each, "agencies": list(LEADS)} for each in of_east]
    return {"note": file["note"], "setup": setup}
