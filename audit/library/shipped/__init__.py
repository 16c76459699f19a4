"""The audit tools that come with the product as workbooks, to be used as they are or changed and loaded again."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from audit.library import from_xlsform
from audit.tools import Tool

TITLES = {
    "transitions": "Transitions to adulthood",
    "neglect": "Neglect",
    "domestic_abuse": "Domestic abuse",
    "exploitation": "Exploitation",
    "case_file": "Case file audit, graded by section",
    "standards": "Twelve standards, without an overall grade",
}
"""key -> title; the workbook has the key's name."""


def workbook(key: str) -> bytes:
    """The workbook of one of TITLES."""
    return (Path(__file__).parent / f"{key}.xlsx").read_bytes()


@cache
def tool(key: str) -> Tool:
    """One of TITLES, as its first version."""
    read = from_xlsform.read(workbook(key), f"{key}.xlsx", checked=True).tool
    return replace(read, key=key, version=1)
