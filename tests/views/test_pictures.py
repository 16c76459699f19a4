"""Charts as pictures: every number drawn and said, whatever the labels."""

from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image

from audit.cycle.tally import CAVEAT, Count
from audit.scales import INSPECTION
from sandbox.slack.checks import problems
from tests.kit import models
from views import pictures
from views.cycle.charts import grade_chart, grade_picture, image, placed
from views.cycle.tally import tally
from views.pictures import Picture


def counted(*grades: int, not_graded: int = 0, awaiting: int = 0) -> Count:
    keys = [grade.key for grade in INSPECTION.grades]
    total = sum(grades) + not_graded + awaiting
    return Count(total, dict(zip(keys, grades, strict=True)), {"other": not_graded}, awaiting=awaiting)


EAST = {"East": counted(0, 3, 2, 1, not_graded=1, awaiting=4)}


def of(parts: dict[str, Count]) -> Picture:
    picture = grade_picture("Self-grades by area", "Audit 2", INSPECTION, parts, returns=True)
    assert picture is not None
    return picture


def drawn(picture: Picture) -> Image.Image:
    png = picture.png()
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return Image.open(BytesIO(png)).convert("RGB")


def area_of(drawing: Image.Image, colour: str) -> int:
    """How many dots have this colour (#rrggbb)."""
    wanted = tuple(bytes.fromhex(colour[1:]))
    return sum(count for count, found in drawing.getcolors(drawing.width * drawing.height) or [] if found == wanted)


def test_the_words_say_every_number_zeros_too() -> None:
    assert of(EAST).alt == (
        "Self-grades by area. East (11 returns, 4 awaited): "
        "Outstanding: 0, Good: 3, Requires improvement: 2, Inadequate: 1, Not graded: 1."
    )
    assert CAVEAT in of(EAST).caption


def test_what_was_graded_by_section_alone_is_drawn_beside_the_grades() -> None:
    """Otherwise the bars don't add up to the number of cases, and nothing says why."""
    counts = {"East": replace(counted(0, 3, 2, 1), total=8, no_overall=2), "North": counted(1, 0, 0, 0)}
    alt = of(counts).alt
    assert "Inadequate: 1, Not graded: 0, Graded by section: 2; North" in alt
    assert alt.endswith("Not graded: 0, Graded by section: 0.")
    chart = grade_chart("Self-grades by area", INSPECTION, counts)
    assert chart
    assert problems([chart], "message") == []
    assert "Graded by section" in str(chart)


def test_each_bar_is_as_long_as_its_number_in_its_grade_s_colour() -> None:
    drawing = drawn(of(EAST))
    assert drawing.width == 1200
    sizes = {grade.key: area_of(drawing, grade.colour) for grade in INSPECTION.grades}
    assert sizes["outstanding"] == 0
    assert sizes["good"] / sizes["inadequate"] == pytest.approx(3, rel=0.1)
    assert sizes["requires_improvement"] / sizes["inadequate"] == pytest.approx(2, rel=0.1)
    assert sizes["inadequate"] > 1000


def test_more_areas_than_a_chart_holds_are_drawn_below_each_other() -> None:
    few, many = drawn(of(EAST)), drawn(of({f"Area {n}": EAST["East"] for n in range(12)}))
    assert many.width == few.width
    assert many.height > 2 * few.height


def test_whatever_an_area_is_called_it_is_drawn() -> None:
    names = ["$x^2$ and $", "漢字", "W" * 75, "\\frac{", "tab\there", "é <!channel>"]
    picture = of(dict.fromkeys(names, EAST["East"]))
    assert all(name in picture.alt for name in names)
    assert drawn(picture).height > 300


def test_the_same_numbers_are_the_same_picture_and_others_another() -> None:
    assert of(EAST).key == of(dict(EAST)).key
    first = of(EAST).png()
    pictures.drawn.cache_clear()
    assert of(EAST).png() == first
    assert of(EAST).key != of({"East": counted(0, 3, 2, 2, awaiting=4)}).key


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"East": counted(0, 0, 0, 0, awaiting=5)},
        {f"{n}": EAST["East"] for n in range(13)},
        {"W" * 2000: EAST["East"]},
    ],
    ids=["no part", "no number", "too many parts", "too much to say"],
)
def test_what_cant_be_drawn_or_said_is_no_picture(parts: dict[str, Count]) -> None:
    assert grade_picture("Self-grades by area", "Audit 2", INSPECTION, parts, returns=True) is None
    assert image(None) == []


@pytest.mark.parametrize(("areas", "rich"), [(3, 0), (7, 2)])
def test_a_tally_shows_pictures_where_a_chart_cant_be(areas: int, rich: int) -> None:
    cycle = models.cycle(areas=areas)
    content = tally(cycle, models.tallied(cycle, 30, models.judgement()), models.NOW)
    assert content.plain is not None
    files = {picture.key: f"F0PICTURE{number}" for number, picture in enumerate(content.pictures)}
    for blocks, expected in ((content.blocks, rich), (content.plain, 2)):
        shown = placed(blocks, files)
        assert problems(shown, "message") == []
        assert [block["slack_file"] for block in shown if block["type"] == "image"] == [
            {"id": file_id} for file_id in files.values()
        ][:expected]
        assert len(placed(blocks, {})) == len(blocks) - expected
