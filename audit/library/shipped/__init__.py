"""The audit tools that come with the product. Boards use them as they are, or export, change and load them."""

import json
from functools import cache
from pathlib import Path

from audit.tools import Tool
from storage.cycles import AuditTool

TITLES = {
    "transitions": "Transitions to adulthood",
    "neglect": "Neglect",
    "domestic_abuse": "Domestic abuse",
    "exploitation": "Exploitation",
    "case_file": "Case file audit, graded by section",
    "standards": "Twelve standards, without an overall grade",
}
"""Key -> title. The tool's file is named after the key."""


@cache
def tool(key: str) -> Tool:
    """The tool with this key (one of TITLES) as its first version, read from its JSON file."""
    sections = json.loads((Path(__file__).parent / f"{key}.json").read_text(encoding="utf-8"))
    return Tool.stored(AuditTool(key=key, version=1, title=TITLES[key], sections=sections))
