"""Graded sections against agencies as a grid: aligned, narrow, told apart by signs alone, all explained."""

from dataclasses import replace
from html import unescape

import pytest

from audit.cases.moderated_grades import ModerationView
from audit.scales import NOT_APPLICABLE, SCALES, Grade, Scale
from audit.tools import Tool
from sandbox.slack.checks import problems
from tests.kit import graded, models, reading
from tests.kit.graded import PLANNING, RECORDS, VOICE
from views.cases.grid import WIDTH, blocks
from views.cases.marks import aligned, marks
from views.cases.summary import full, headlines

GIVEN = {
    "Education": {VOICE: "good", PLANNING: "good", **graded.not_applicable(RECORDS)},
    "Police": {VOICE: "good", PLANNING: "inadequate", RECORDS: "good", "supervision": "not_graded_other"},
    "YOT": {VOICE: "outstanding", PLANNING: "good", RECORDS: "good"},
}
ALIKE = Scale(
    "alike", tuple(Grade(f"g{n}", n, f"Good in part {n}", f"{n}", "#000000", "", ("G",)) for n in range(1, 12))
)


def drawn(*args: object) -> list[str]:
    """The lines of the first grid."""
    text = next(each for block in args[0] for each in reading.marked_up(block))  # type: ignore[attr-defined]
    return unescape(text).strip("`\n").split("\n")


def test_what_each_agency_gave_stands_in_its_column_and_what_the_meeting_gave_in_the_last() -> None:
    found = blocks(graded.case(GIVEN, graded.judgement(voice="good", planning="inadequate", records=NOT_APPLICABLE)), 9)
    assert drawn(found) == [
        "                        A  B  C  =",
        "1 Voice of the child    G  G  O  G",
        "2 Planning              G  In G  In",
        "3 Records               na G  G  na",
        "4 Supervision           -  ng -  ?",
    ]
    said = reading.everything(found)
    assert "`A` Education · `B` Police · `C` YOT · `=` ratified" in said
    assert "`O` Outstanding · `G` Good · `In` Inadequate · `na` Not applicable" in said
    assert "`1`" not in said, "every name is there whole"


@pytest.mark.parametrize("scale", [*SCALES.values(), ALIKE, models.RUDE_SCALE], ids=lambda scale: scale.key)
def test_no_two_grades_have_one_mark(scale: Scale) -> None:
    found = marks(scale)
    assert len({*found.values()}) == len(scale.grades)
    assert all(1 <= len(mark) <= 2 for mark in found.values())


@pytest.mark.parametrize("ratified", [False, True])
def test_twelve_sections_ten_agencies_and_eleven_grades_are_no_wider_than_a_phone(ratified: bool) -> None:  # noqa: FBT001  # a case
    tool = graded.many(12, own=True)
    given = {
        f"Agency {n}": {part.key: f"g{(n * at) % 11 + 1}" for at, part in enumerate(tool.graded)} for n in range(10)
    }
    case = graded.case(given, graded.judgement(**{part.key: "g3" for part in tool.graded}) if ratified else None, tool)
    found = blocks(case, 1_500)
    assert all(len(line) <= WIDTH for line in drawn(found))
    assert [line.split()[0] for line in drawn(found)[1:]] == [f"{n}" for n in range(1, 13)]
    assert len(drawn(found)[0].split()) == 10 + ratified, "side by side"
    said = reading.everything(found)
    assert all(f"`{letter}` Agency {n}" in said for n, letter in enumerate("ABCDEFGHIJ"))
    moved = ModerationView("g11", None, "(Invented) Late.", 1, 2, "Chair", models.NOW, section=tool.graded[0].key)
    lines = [replace(line, moderated_sections={tool.graded[0].key: moved}) for line in case.lines]
    moderated = replace(case, lines=tuple(lines))
    for each in (case, moderated):
        assert problems(headlines(each, models.NOW).blocks, "message") == []
        assert problems(full(each, models.NOW), "modal") == []
    assert "11* 11* 11* 11* 11*" in drawn(blocks(moderated, 1_500))[1]
    assert all(len(line) <= WIDTH for line in drawn(blocks(moderated, 1_500)))


def test_many_agencies_stand_in_several_grids_as_far_as_there_is_room() -> None:
    case = graded.case({f"Agency {n}": {VOICE: "good", PLANNING: "inadequate"} for n in range(40)})
    assert reading.everything(blocks(case, 20_000)).count("\n1  G") == 4
    short = reading.everything(blocks(case, 400))
    assert short.count("\n1  G") == 2
    assert "and 20 more agencies: read the summary." in short


def test_before_anybody_graded_there_is_none_and_bare_numbers_say_which_end_is_best() -> None:
    assert blocks(graded.case({"Police": {}}), 9) == []
    section = replace(graded.SECTIONED.graded[0], scale=SCALES["zero_to_ten"], key="safe")
    case = graded.case({"Police": {"safe": "10"}, "YOT": {"safe": "3"}}, tool=Tool("safety", 1, (section,)))
    said = reading.everything(blocks(case, 9))
    assert "`10` is the best grade, `0` the worst." in said
    assert "`3`" not in said


def test_a_name_that_begins_with_its_number_has_it_once() -> None:
    parts = [replace(each, label=f"{n}. Standard") for n, each in enumerate(graded.SECTIONED.graded, 1)]
    case = graded.case({"Police": {VOICE: "good"}}, tool=replace(graded.SECTIONED, parts=tuple(parts)))
    assert [line[:11] for line in drawn(blocks(case, 9))[1:3]] == ["1. Standard", "2. Standard"]
    labels = ["1.1 A named lead", "1.2 Staff know whom to ask about children", "2.1 Policies", "10.1 Voice"]
    parts = [replace(each, label=label) for each, label in zip(graded.SECTIONED.graded, labels, strict=True)]
    found = blocks(replace(case, tool=replace(graded.SECTIONED, parts=tuple(parts))), 9)
    assert [line.split()[0] for line in drawn(found)[1:]] == ["1.1", "1.2", "2.1", "10.1"], "by their own numbers"
    assert "`1.2` Staff know whom to ask about children" in reading.everything(found), "whole, where there is room"
    parts[0] = replace(parts[0], label="A named lead")
    found = blocks(replace(case, tool=replace(graded.SECTIONED, parts=tuple(parts))), 9)
    assert [line.split()[:2] for line in drawn(found)[1:]] == [["1", "A"], ["2", "1.2"], ["3", "2.1"], ["4", "10.1"]]


@pytest.mark.parametrize("name", ["קול הילד", "صوت", "✅ Voice", "声", "Voi\u0302ce"])
def test_what_cannot_be_aligned_stands_below_and_not_in_the_grid(name: str) -> None:
    scale = Scale("other", tuple(Grade(f"g{n}", n, f"{name}{n}", f"{n}", "#000000", "") for n in (1, 2)))
    assert all(map(aligned, marks(scale).values()))
    parts = [replace(each, label=f"{name} {n}") for n, each in enumerate(graded.SECTIONED.graded, 1)]
    case = graded.case({"Police": {VOICE: "good"}}, tool=replace(graded.SECTIONED, parts=tuple(parts)))
    found = blocks(case, 9)
    assert [line.rstrip()[:3] for line in drawn(found)] == ["   ", "1  ", "2  ", "3  ", "4  "]
    assert f"`1` {name} 1" in reading.everything(found)


def test_every_row_of_sixty_is_named_in_the_summary_and_the_message_says_how_many_are_only_there() -> None:
    label = "The agency can show that its senior leaders know whom to tell, standard"
    parts = tuple(replace(graded.SECTIONED.graded[0], key=f"s{n}", label=f"{n}.0 {label} {n}") for n in range(1, 61))
    given = {f"Agency {n}": {part.key: "good" for part in parts} for n in range(10)}
    tool = replace(graded.SECTIONED, parts=parts)
    case = graded.case(given, graded.judgement(), tool=tool)
    whole = reading.everything(blocks(case, 20_000))
    assert all(f"`{n}` {n}.0 The agency" in whole for n in range(1, 61))
    message = headlines(case, models.NOW)
    assert problems(message.blocks, "message") == []
    said = reading.everything(message.blocks)
    named = [n for n in range(1, 61) if f"`{n}` {n}.0 The agency" in said]
    assert named == [*range(1, len(named) + 1)]
    assert f"and {60 - len(named)} more sections: read the summary." in said
