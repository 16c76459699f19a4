"""The numbers of graded sections: counted, told in the channel and by the command line, apart from each other."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from audit.cycle import release
from audit.cycle.board import Board
from audit.cycle.tally import CAVEAT, to_json
from audit.scales import THREE_STEP
from audit.tools import Section, Tool
from sandbox.slack.checks import problems
from tests.kit import graded, reading, sectioned
from tests.kit.play import Play
from tests.kit.served import within
from views.cycle.tally import tally, units
from views.parts import Block, Content

VOICE, PLANNING, RECORDS, SUPERVISION = graded.STANDARDS


def told(board: Board) -> Content:
    return tally(board.cycle, board.tally, board.now, board.themes, board.graded, of=len(board.cases))


def kinds(blocks: list[Block]) -> list[str]:
    return [str(block["type"]) for block in blocks]


def with_parts(tool: Tool, *parts: Section) -> Tool:
    return replace(tool, key="more", parts=(*tool.parts, *parts))


def test_json_has_each_section_with_all_its_numbers() -> None:
    board = sectioned.board()
    found = json.loads(json.dumps(to_json(board.tally, board.themes, board.graded)))
    assert (found["adds_up"], found["no_overall"], sum(found["grades"].values())) == (True, 15, 0)
    assert list(found["sections"]) == [*graded.STANDARDS]
    voice, records, supervision = (found["sections"][key] for key in (VOICE, RECORDS, SUPERVISION))
    assert (voice["label"], voice["cases"], voice["grades"]["good"]) == ("Voice of the child", 15, 11)
    assert (records["not_applicable"], records["self"]["not_applicable"], records["self"]["returns"]) == (15, 50, 150)
    assert (supervision["self"]["returns"], supervision["by_agency"]["Police"]["returns"]) == (15, 15)
    assert sum(part["grades"]["good"] for part in voice["by_area"].values()) == 11


def test_a_section_that_lost_a_case_doesnt_add_up() -> None:
    board = sectioned.board()
    fewer = sectioned.made(replace(board, cases=board.cases[1:])).sections[VOICE]
    graded_sections = [(section, fewer if section.key == VOICE else own) for section, own in board.graded]
    assert to_json(board.tally, (), graded_sections)["adds_up"] is False


def test_nothing_of_sections_is_in_the_numbers_of_an_audit_without_them() -> None:
    board = sectioned.board(graded.REQUIRED)
    plain = to_json(board.tally, board.themes)
    assert not {"sections", "no_overall"} & plain.keys()
    assert "not_applicable" not in json.dumps(plain)


def test_without_an_overall_grade_the_tally_goes_by_section() -> None:
    board = sectioned.board()
    content = told(board)
    for blocks in (content.blocks, content.plain or []):
        assert problems(blocks, "message") == []
        said = reading.everything(blocks)
        assert CAVEAT in said
        assert "by area" not in said
        assert "*Voice of the child* (15): Good *11* · Requires improvement *4*" in said
        assert "*Records* (0, and 15 not applicable): none" in said
        for one, own in board.graded:
            given = next(line for line in reversed(said.split("\n")) if line.startswith(f"*{one.label}* ("))
            numbers = re.findall(r"\*(\d+)\*", given.partition("): ")[2])
            assert sum(map(int, numbers)) == own.self_grades.base
    assert kinds(content.blocks).count("data_visualization") == 2
    assert kinds(content.plain or []).count("image") == 2
    judged, own_grades = (each.alt for each in content.pictures)
    assert "Records (15 cases, 0 not ratified yet): Outstanding: 0" in judged
    assert "Not applicable: 15; Supervision" in judged
    assert "Voice of the child (150 returns" in own_grades


def test_with_an_overall_grade_both_are_told_and_only_the_grade_is_drawn() -> None:
    board = sectioned.board(graded.REQUIRED)
    content = told(board)
    said = reading.everything(content.blocks)
    for heading in ("Ratified judgements by area", "Ratified judgements by section", "Self-grades by section"):
        assert f"*{heading}*" in said
    drawn = [block["title"] for block in content.blocks if block["type"] == "data_visualization"]
    assert drawn == ["Ratified judgements by area", "Self-grades by area"]


def test_sections_on_different_scales_stand_apart_and_share_no_chart() -> None:
    other = Section("plans", "Plans", "graded", scale=THREE_STEP)
    board = sectioned.board(with_parts(graded.SECTIONED, other))
    content = told(board)
    said = reading.everything(content.blocks)
    assert "*Ratified judgements by section (Outstanding, Good, Requires improvement, Inadequate)*" in said
    assert "*Ratified judgements by section (Good, Adequate, Inadequate)*" in said
    assert "data_visualization" not in kinds(content.blocks)
    assert not content.pictures


def test_two_sections_of_one_label_are_told_apart() -> None:
    again = graded.standard("voice_again", "Voice of the child", heading="Supervision")
    board = sectioned.board(with_parts(graded.SECTIONED, *again))
    said = reading.everything(told(board).blocks)
    assert "*Practice: Voice of the child* (15): " in said
    assert "*Supervision: Voice of the child* (15): " in said


def test_sixty_sections_fit_a_message_and_every_number_of_them_the_figures() -> None:
    many = [graded.standard(f"s{number}", f"{number} {'long' * 60}") for number in range(60)]
    board = sectioned.board(with_parts(graded.SECTIONED, *(part for parts in many for part in parts)))
    content = told(board)
    assert problems(content.blocks, "message") == []
    assert problems(content.plain or [], "message") == []
    every = [title for title, _ in units(board.cycle, board.tally, board.graded)]
    assert sum(title.startswith("Self-grades: 59 ") for title in every) == 1 + 3 + 10


@pytest.mark.on_sqlite
def test_the_channel_is_told_of_released_cases_only_and_the_command_line_of_all(play: Play, tmp_path: Path) -> None:
    play.put(graded.finished)
    whole = play.board()
    assert (whole.sections[VOICE].ratified.total, release.shared(whole).sections[VOICE].ratified.total) == (15, 0)
    said = reading.everything(told(release.shared(whole)).blocks)
    assert "0 of 15 cases; the others follow with their summaries." in said
    assert "*Voice of the child* (0): none" in said
    given = {"DATABASE_URL": play.settings.database_url.get_secret_value(), "SLACK_BOT_TOKEN": "xoxb-t"}
    given |= {"SLACK_SIGNING_SECRET": "s", "ENCRYPTION_KEYS": play.settings.encryption_keys.get_secret_value()}
    printed = within("tally", "2", given=given, cwd=tmp_path).stdout
    assert "Voice of the child: 15 cases\n  Outstanding: 0\n  Good: 11\n" in printed
    assert "Records: 0 cases\n" in printed
    assert "  Not applicable: 15\n" in printed
    assert printed.index("  Not ratified yet: 0") < printed.index("Voice of the child")
