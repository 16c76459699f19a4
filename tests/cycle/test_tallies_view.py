import re
from dataclasses import replace

import pytest

from audit.cases.judgements import JudgementView
from audit.cycle.tally import CAVEAT
from audit.scales import INSPECTION, NOT_GRADED
from sandbox.slack.checks import problems
from tests.kit import models, reading
from views.cycle.charts import grade_chart
from views.cycle.tally import tally, units
from views.figures.figures import SHOW
from views.parts import escape

JUDGED = {"open": None, "ratified": models.judgement(), "not graded": models.judgement("letters", NOT_GRADED, "other")}


@pytest.mark.parametrize("judged", JUDGED.values(), ids=JUDGED)
@pytest.mark.parametrize(("areas", "agencies", "cases"), [(1, 10, 0), (3, 10, 15), (7, 10, 200), (90, 10, 200)])
def test_a_tally_fits_a_message_both_ways(judged: JudgementView | None, areas: int, agencies: int, cases: int) -> None:
    cycle = models.cycle(areas=areas, agencies=agencies)
    content = tally(cycle, models.tallied(cycle, cases, judged), models.NOW)
    assert content.plain is not None
    for blocks in (content.blocks, content.plain):
        assert problems(blocks, "message") == []
        assert CAVEAT in reading.everything(blocks)
        assert models.CANARY not in reading.everything(blocks)
        assert not [text for text in reading.marked_up(blocks) if "<!" in text]
    assert not {block["type"] for block in content.plain} & {"data_visualization", "data_table"}
    assert "<!" not in content.text


def test_the_ratified_part_only_says_that_there_is_none_until_there_is_one() -> None:
    cycle = models.cycle()
    waits = tally(cycle, models.tallied(cycle, 15), models.NOW)
    assert "No case has been ratified yet." in reading.everything(waits.blocks)
    assert "working day" not in reading.everything(waits.blocks)
    assert [block["type"] for block in waits.blocks].count("data_visualization") == 1
    done = tally(cycle, models.tallied(cycle, 15, models.judgement()), models.NOW)
    assert "No case has been ratified yet." not in reading.everything(done.blocks)
    assert "Final: every case is ratified" in reading.everything(done.blocks)
    assert "Not final: 0 of 15 cases ratified" in waits.text
    assert [block["type"] for block in done.blocks].count("data_visualization") == 2


def test_every_grade_has_its_row_zeros_too() -> None:
    cycle = models.cycle()
    content = tally(cycle, models.tallied(cycle, 15, models.judgement()), models.NOW)
    ratified = reading.everything(content.blocks).split("Self-grades by the agencies")[0]
    for row in ("Outstanding: *0*", "Inadequate: *15*", "Not graded: *0* (insufficient information 0", "yet: *0*"):
        assert row in ratified


def test_charts_hold_at_most_six_bars_a_group_and_nothing_drawn_is_no_chart() -> None:
    cycle = models.cycle(areas=6)
    assert grade_chart("Title", INSPECTION, models.tallied(cycle, 12).self_by_area) is not None
    assert grade_chart("Title", INSPECTION, models.tallied(models.cycle(areas=7), 14).self_by_area) is None
    assert grade_chart("Title", INSPECTION, models.tallied(cycle, 12).by_area) is None


def test_no_table_makes_a_phone_scroll_sideways() -> None:
    content = tally(models.cycle(), models.tallied(models.cycle(), 15, models.judgement()), models.NOW)
    drawn = {"header", "section", "context", "divider", "actions", "data_visualization"}
    assert {block["type"] for block in content.blocks} == drawn


def test_each_agency_has_a_line_that_adds_up_and_every_figure_is_a_button_away() -> None:
    cycle = models.cycle()
    found = models.tallied(cycle, 15)
    content = tally(cycle, found, models.NOW)
    for blocks in (content.blocks, content.plain or []):
        said = reading.everything(blocks)
        for label, part in (*found.self_by_area.items(), *found.by_agency.items()):
            [line] = [line for line in said.split("\n") if line.startswith(f"*{escape(label)}* (")]
            assert line.startswith(f"*{escape(label)}* ({part.total}): ")
            assert sum(map(int, re.findall(r"\*(\d+)\*", line.partition("): ")[2]))) == part.total
        assert [(each["action_id"], each["value"]) for each in reading.buttons(blocks)] == [(SHOW, cycle.id)]
    every = "".join(reading.everything(blocks) for _, blocks in units(cycle, found))
    for label, part in (*found.by_area.items(), *found.self_by_area.items(), *found.by_agency.items()):
        for grade in cycle.scale.grades:
            assert re.search(
                rf"\*{re.escape(escape(label))}\* \({part.total}\): .*{grade.label}: \*{part.grades[grade.key]}\*",
                every,
            )


def test_where_nothing_is_awaited_any_more_no_part_says_that_none_is() -> None:
    cycle = models.cycle()
    found = models.tallied(cycle, 15)
    first, *others = found.by_agency
    parts = {name: replace(found.by_agency[name], awaiting=0, nil=found.by_agency[name].awaiting) for name in others}
    parts[first] = replace(found.by_agency[first], awaiting=0, missed=found.by_agency[first].awaiting)
    whole = replace(found.self_grades, awaiting=0, missed=found.self_grades.awaiting)
    over = replace(found, self_grades=whole, self_by_area={}, by_agency=parts)
    every = "".join(reading.everything(blocks) for _, blocks in units(cycle, over))
    assert "Didn't come: *0*" in every
    assert "Awaited" not in every


def test_what_does_not_fit_is_behind_the_button() -> None:
    cycle = models.cycle(agencies=120)
    content = tally(cycle, models.tallied(cycle, 15), models.NOW)
    assert "press *Every figure*" in reading.everything(content.blocks)
    assert problems(content.blocks, "message") == []
