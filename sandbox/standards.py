"""The replay's second cycle: two cases of one area, graded on twelve standards and without an overall grade.

Made from the published cycle's set-up; the grades are invented.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import cycle, islice
from typing import Final

from sandbox.slack.shapes import Obj, obj, objs, text

NUMBER: Final = 3
TITLE: Final = "Audit 3, Standards"
AREA: Final = "East"
AGENCIES: Final = ("Education", "Police")
CASES: Final = ("T3-EAST-01", "T3-EAST-02")
STANDARDS: Final = {
    "leadership": "1. Leadership and culture",
    "staffing": "2. Staff and training",
    "procedures": "3. Procedures and thresholds",
    "partnership": "4. Part in the partnership",
    "identifying": "5. Identifying need and risk",
    "assessing": "6. Assessing",
    "planning": "7. Planning",
    "delivering": "8. Delivering help",
    "voice": "9. Listening to the child",
    "family": "10. Working with the family",
    "diversity": "11. Identity and needs",
    "outcomes": "12. Outcomes",
}
"""Key -> label of the graded sections of the tool “standards”, which comes with the product."""
_GIVEN: Final = (
    "good", "outstanding", "requires_improvement", "not_applicable", "good", "not_graded_insufficient_information",
    "requires_improvement",
)  # fmt: skip
"""The options given to the sections in turn; seven of them, so that no two cases are alike."""
COLUMNS: Final = ("Outstanding", "Good", "Requires improvement", "Inadequate", "Not graded", "Not applicable")
_MEANT: Final = re.compile(r"`([^`]+)` ([^`·]+?)(?: ·|$)")
"""A mark and its meaning, in the legend below a grid."""
Sections = Mapping[str, Mapping[str, int]]
"""What a surface shows: section -> column -> number of cases."""


def made(published: Obj) -> Obj:
    """The second cycle's file, made from the published one."""
    setup = obj(published["setup"])
    people = [_answering(each) for each in objs(setup["people"])]
    return {
        "note": "Invented.",
        "setup": {
            **setup,
            "cycle": {**obj(setup["cycle"]), "number": NUMBER, "title": TITLE, "tool": "standards"},
            "agencies": [each for each in objs(setup["agencies"]) if each["label"] in AGENCIES],
            "areas": [each for each in objs(setup["areas"]) if each["label"] == AREA],
            "meetings": objs(setup["meetings"])[:1],
            "people": [each for each in people if each["roles"]],
            "cases": [{"reference": case, "area": AREA, "agencies": [*AGENCIES]} for case in CASES],
        },
        "returns": [
            {
                "case": case,
                "agency": agency,
                "sections": {"involvement": "(Invented) A part.", **_sections(at * 3 + by)},
            }
            for at, case in enumerate(CASES)
            for by, agency in enumerate(AGENCIES)
        ],
        "judgements": [
            {"case": case, "why": "(Invented) As agreed.", "sections": _ratified(at)} for at, case in enumerate(CASES)
        ],
        "learning_themes": [],
        "findings": [],
        "recommendations": [],
    }


def _answering(person: Obj) -> Obj:
    """A person with only the roles that they have in this cycle."""
    roles = [each for each in objs(person["roles"]) if _takes_part(each)]
    return {**person, "roles": roles}


def _takes_part(role: Obj) -> bool:
    return role.get("agency", AGENCIES[0]) in AGENCIES and role.get("area", AREA) == AREA


def _grades(start: int) -> dict[str, str]:
    return dict(zip(STANDARDS, islice(cycle(_GIVEN), start, None), strict=False))


def _sections(start: int) -> dict[str, str]:
    """The answers of a return: the grades, and why a standard isn't applicable."""
    grades = _grades(start)
    why = {f"{key}.why": "(Invented) No part." for key, given in grades.items() if given == "not_applicable"}
    return {"involvement": "(Invented) A part."} | grades | why


def _ratified(start: int) -> dict[str, str]:
    """The meeting's grades, under the names of its form's fields."""
    return {f"section.{key}": given for key, given in _grades(start).items()}


def played() -> Sections:
    """The expected numbers: standard -> column -> cases, from the file's judgements."""
    given = [_grades(at) for at in range(len(CASES))]
    return {
        name: {column: sum(_column(each[key]) == column for each in given) for column in COLUMNS}
        for key, name in STANDARDS.items()
    }


def _column(option: str) -> str:
    return "Not graded" if option.startswith("not_graded") else option.replace("_", " ").capitalize()


def of_command_line(tally: Obj) -> Sections:
    """The sections in `roundtable tally --json`."""
    return {text(each["label"]): _of_json(each) for each in map(obj, obj(tally["sections"]).values())}


def _of_json(section: Obj) -> dict[str, int]:
    found = {_column(key): int(str(number)) for key, number in obj(section["grades"]).items()}
    reasons = sum(int(str(number)) for number in obj(section["not_graded"]).values())
    return found | {"Not graded": reasons, "Not applicable": int(str(section["not_applicable"]))}


def of_sheet(rows: list[list[str]]) -> Sections:
    """The sections in the tab By section."""
    head, *others = rows
    return {
        row[head.index("Section")]: {column: int(row[head.index(column)]) for column in COLUMNS}
        for row in others
        if row[0].endswith(":ratified")
    }


def of_channel(blocks: list[Obj]) -> Sections:
    """The sections in the tally's message, which leaves out zeros."""
    words = "\n".join(text(obj(block.get("text")).get("text")) for block in blocks)
    ratified = words.partition("*Ratified judgements by section*\n")[2].partition("*Self-grades by section*")[0]
    lines = ratified.split("\n")
    return {name: _of_line(line) for line in lines for name in STANDARDS.values() if line.startswith(f"*{name}* (")}


def _of_line(line: str) -> dict[str, int]:
    head, _, said = line.partition("): ")
    found = dict.fromkeys(COLUMNS, 0)
    for part in said.split(" · "):
        label, star, number = part.partition(" *")
        if star:
            found[label] = int(number.partition("*")[0])
    apart = head.partition(", and ")[2].partition(" ")[0]
    return found | {"Not applicable": int(apart or 0)}


def of_summaries(messages: Iterable[Obj]) -> Sections:
    """The sections in the last column of the grids in the case summaries, whose marks are explained below each grid."""
    found = {name: dict.fromkeys(COLUMNS, 0) for name in STANDARDS.values()}
    for message in messages:
        if any(f"Case summary {case} " in text(message.get("text")) for case in CASES):
            blocks = objs(message.get("blocks"))
            words = [text(obj(block.get("text")).get("text")) for block in blocks]
            [grid] = (each.strip("`\n").split("\n") for each in words if each.startswith("```"))
            below = (
                text(each.get("text")) for block in blocks for each in objs(block.get("elements")) if "text" in each
            )
            meant = dict(pair for line in below for pair in _MEANT.findall(line) if "`=`" not in line)
            for row, name in zip(grid[1:], STANDARDS.values(), strict=True):
                found[name][meant[row.split()[-1]]] += 1
    return found


def of_document(tables: list[list[list[str]]]) -> Sections:
    """The sections in the report's first table that begins with "Section"; empty if there is none."""
    for head, *rows in tables:
        if head[:1] == ["Section"]:
            return {row[0]: {column: int(row[head.index(column)]) for column in COLUMNS} for row in rows}
    return {}
