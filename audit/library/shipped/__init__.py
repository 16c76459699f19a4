"""The audit tools that come with the product, used as they are, or written out as workbooks, changed and loaded."""

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
"""key -> title; the file has the key's name."""


@cache
def tool(key: str) -> Tool:
    """One of TITLES, as its first version: its file says what is asked, as it is stored once a cycle chose it."""
    sections = json.loads((Path(__file__).parent / f"{key}.json").read_text(encoding="utf-8"))
    return Tool.stored(AuditTool(key=key, version=1, title=TITLES[key], sections=sections))
