"""A board's tool that asks whether something must happen now."""

import pytest

from audit.library import to_xlsform
from audit.tools import Tool
from storage.cycles import AuditTool
from tests.kit.workbooks import Cells, tool
from tests.library.test_xlsform import YES_NO_ROWS, faults, read

NEEDED = "${immediate_action} = 'yes'"


def urgent(asked: Cells = ("select_one yn", "immediate_action", "Now?"), **details: Cells) -> bytes:
    """A tool that asks whether something must happen now; `details`: cells from "hint" on."""
    kinds = {"what": ("text", "line"), "owner": ("text", "line"), "by": ("date", "")}
    rows = []
    for name, (kind, look) in kinds.items():
        hint, required, relevant, counts, agencies = details.get(name, ("", "", "", "", ""))
        rows.append((kind, f"immediate_{name}", name.title(), hint, required, relevant, look, counts, agencies))
    return tool(("text", "a", "A"), asked, *rows, choices=YES_NO_ROWS)


def test_what_an_immediate_action_needs_is_asked_if_there_is_one_whether_its_rows_say_so_or_not() -> None:
    said = ("", "yes", NEEDED, "", "")
    silent, spoken = read(urgent()), read(urgent(what=said, owner=said, by=said))
    assert silent.parts == spoken.parts
    stored = AuditTool(key="t", version=1, title="T", sections=silent.to_json())
    assert Tool.stored(stored).parts == silent.parts, "so that the workbook loaded again is no other version"
    details = [part for part in silent.sections if part.key.startswith("immediate_") and part.key != "immediate_action"]
    assert {(part.relevant, part.required) for part in details} == {(NEEDED, True)}
    assert read(to_xlsform.workbook(silent)).parts == silent.parts


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (urgent(what=("", "", "${immediate_action} = 'no'", "", "")),
         "row 4: relevant: immediate_what is asked if ${immediate_action} = 'yes', and depends on nothing else"),
        (urgent(by=("", "", f"{NEEDED} and ${{a}} = 'x'", "", "")), "row 6: relevant: immediate_by is asked if"),
        (urgent(owner=("", "", f"{NEEDED} or ${{a}} = 'x'", "", "")), "row 5: relevant: immediate_owner is asked if"),
        (urgent(owner=("", "", "", "", "Police")), "row 5: agencies: immediate_owner must be asked of the same"),
        (urgent(("select_multiple yn", "immediate_action", "Now?")),
         "row 3: immediate_action needs a select_one of the choices yes and no"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_an_immediate_action_needs_depends_on_nothing_else(data: bytes, said: str) -> None:
    assert any(each.startswith(f"sheet survey, {said}") for each in faults(data)), faults(data)


def test_an_immediate_action_within_a_group_is_taken_with_what_it_needs() -> None:
    details = [(*row[:5], "", *row[6:]) for row in (
        ("text", "immediate_what", "What", "", "", "", "line"), ("text", "immediate_owner", "Who", "", "", "", "line"),
        ("date", "immediate_by", "When", "", "", "", ""),
    )]  # fmt: skip
    made = read(tool(
        ("text", "a", "A"), ("begin_group", "g", "Now", "", "", "${a} = 'x'"),
        ("select_one yn", "immediate_action", "?"),
        ("begin_group", "h", "If so", "", "", NEEDED), *details, ("end_group",), ("end_group",), choices=YES_NO_ROWS,
    ))  # fmt: skip
    assert not made.shows({"immediate_action": "yes"}) & {"immediate_what"}
    assert made.shows({"a": "x", "immediate_action": "yes"}) >= {"immediate_what", "immediate_owner", "immediate_by"}
