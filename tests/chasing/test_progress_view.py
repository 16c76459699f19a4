import json
import re

import pytest

from audit.chasing.progress import AnsweredShare, ChasedLead, Overview, Progress, ReturnLine
from sandbox.slack.checks import problems
from tests.kit import models, reading
from views.chasing.progress import lines, units, view
from views.pages import BLOCK_BYTES, LaterBlocks
from views.parts import SECTION_LIMIT

STATES = ("requested", "drafted", "submitted", "nil", "declined", "requested")


def item(number: int) -> ReturnLine:
    lead = ChasedLead(models.label("P", 80), models.NOW)
    return ReturnLine(
        return_id=f"{number:032}",
        reference=models.label(f"R{number}", 40),
        area=models.label(f"{number % 12:02}", 75),
        agency=models.label(f"{number % 20:02}", 75),
        state=STATES[number % 6],
        version=number % 3,
        open=number % 5 > 0,
        asked_not_to=number % 6 == 5,
        leads=(lead,) * (number % 6),
    )


def progress(count: int, *, coordinates: bool) -> Progress:
    items = tuple(sorted((item(n) for n in range(count)), key=lambda each: (each.agency, each.area, each.reference)))
    agencies = tuple(AnsweredShare(models.label(f"{n:02}", 75), n, 40) for n in range(20))
    areas = tuple(AnsweredShare(models.label(f"{n:02}", 75), n, 40) for n in range(12))
    return Progress(
        cycle_id="c" * 32,
        number=2,
        title=models.label("T", 100),
        due_at=models.DUE,
        now=models.NOW,
        overview=Overview(AnsweredShare("", sum(each.answered for each in items), count), areas, agencies),
        items=items,
        leaderless=tuple((models.label(f"{n:02}", 75), models.label("A", 75)) for n in range(count // 2)),
        coordinates=coordinates,
    )


@pytest.mark.parametrize("count", [0, 1, 400])
@pytest.mark.parametrize("coordinates", [False, True])
def test_every_page_fits_slack_and_every_return_is_on_one(count: int, *, coordinates: bool) -> None:
    found = progress(count, coordinates=coordinates)
    seen = ""
    buttons: set[object] = set()
    for page in range(count // 20 + 1):
        modal = view(found, page)
        assert problems(modal, "modal") == []
        seen += reading.everything(modal)
        last = [block for block in reading.blocks_of(modal) if block.get("block_id") not in {"previous", "next"}][-1]
        ends = last["type"] == "actions" or re.search(r"R\d+&lt;", reading.everything(last))
        goes_on = any(block.get("block_id") == "next" for block in reading.blocks_of(modal))
        assert ends or not goes_on, "a page ends with a return and not with its heading"
        buttons |= {each["value"] for each in reading.buttons(modal) if each["action_id"] == "return.open"}
    assert all(f"R{number}&lt;" in seen for number in range(count))
    later = [blocks for _, blocks in units(found) if isinstance(blocks, LaterBlocks)]
    assert all(len(each.draw()) == each.count for each in later)
    assert all(len(json.dumps(block)) <= BLOCK_BYTES for each in later for block in each.draw())
    waiting = {each.return_id for each in found.items if each.open and not each.answered}
    assert buttons == (waiting if coordinates else set())
    assert ("*Enter a return* takes what an agency told you" in seen) == (coordinates and bool(count))


def test_two_lines_say_it_shortly() -> None:
    words = lines(progress(400, coordinates=True).overview)
    assert len(words) == 2
    assert all(len(each) <= SECTION_LIMIT // 2 for each in words)
    assert lines(
        Overview(AnsweredShare("", 1, 2), (AnsweredShare("East", 1, 2),), (AnsweredShare("Police", 1, 2),))
    ) == [
        "*1 of 2 returns answered*: East 1 of 2",
        "Police 1 of 2",
    ]
    assert lines(Overview(AnsweredShare("", 0, 0), (), ())) == ["*0 of 0 returns answered*"]
