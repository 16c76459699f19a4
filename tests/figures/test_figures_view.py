from dataclasses import replace

import pytest

from audit.figures.figures import Figures
from audit.figures.statistics import Movement, Spread, Statistics
from audit.figures.trends import MOST, Point
from audit.scales import INSPECTION, THREE_STEP, Scale
from audit.themes.recurrence import Recurring
from sandbox.slack.checks import problems
from tests.kit import models, reading
from views.figures.figures import view

NOTHING = Movement(0, 0, 0, ())


def point(number: int, scale: Scale, *, title: str = "", past: bool = True) -> Point:
    keys = [grade.key for grade in scale.grades]
    return Point(
        number=number,
        title=title or models.label("T", 100),
        scale=scale,
        cases=9,
        grades=dict.fromkeys(keys, 1),
        bands={"_or_".join(keys[:2]): 2},
        not_graded=1,
        awaiting=1,
        past=past,
    )


def figures(
    movement: Movement = NOTHING,
    spreads: tuple[Spread, ...] = (),
    points: tuple[Point, ...] = (),
    recurring: tuple[Recurring, ...] = (),
    *,
    scale: Scale = INSPECTION,
    changed: int = 0,
) -> Figures:
    cycle = replace(models.cycle(agencies=30), scale=scale)
    parts = {label: movement for label, _ in cycle.agencies}
    statistics = Statistics(movement, parts, movement, parts, spreads, min(1, len(spreads)), len(spreads))
    return Figures(cycle, models.tallied(cycle, 0), 0, statistics, changed, points, recurring)


@pytest.mark.parametrize("cases", [1, 400])
def test_every_page_fits_slack_and_every_case_audit_and_theme_is_on_one(cases: int) -> None:
    scale = models.RUDE_SCALE
    best, worst = scale.grades[0].key, scale.grades[-1].key
    found = figures(
        Movement(100, 200, 300, ("T",), 999),
        tuple(Spread(models.label(f"R{n}", 40), models.label("A", 75), best, worst, 8, 10) for n in range(cases)),
        tuple(point(n, scale if n % 2 else THREE_STEP) for n in range(cases)),
        tuple(Recurring(models.label(f"H{n}", 75), tuple(range(20)), (2,), (3, 4)) for n in range(cases)),
        scale=scale,
        changed=cases,
    )
    seen = ""
    for page in range(cases // 10 + 1):
        modal = view(found, page)
        assert problems(modal, "modal") == []
        seen += reading.everything(modal)
    for n in range(cases):
        assert f"R{n}&lt;" in seen
        assert f"(audit {n})*" in seen
        assert f"H{n}&lt;" in seen


def test_before_anything_was_ratified_there_is_nothing_to_compare() -> None:
    told = reading.everything(view(figures(replace(NOTHING, of=150))))
    assert "0 of 150 returns can be compared" in told
    assert "No case has two self-grades yet." in told
    assert "No case has been ratified yet." in told
    assert "No learning theme was named in more than one audit." in told
    assert "kinder" not in told


def test_how_kind_self_grades_are_is_said_in_returns_with_their_base_and_not_of_too_few() -> None:
    told = reading.everything(view(figures(Movement(2, 3, 5, ("T",), 12))))
    assert "*5 of 10 returns kinder than the meeting, 2 harder, 3 the same.*" in told
    assert "10 of 12 returns can be compared" in told
    assert "Moved up: *2* · left as they were: *3* · moved down: *5*" in told
    few = reading.everything(view(figures(Movement(2, 3, 4, ("T",), 12))))
    assert "9 returns can be compared: too few to say anything about." in few
    assert "kinder than the meeting" not in few


def test_audits_are_no_trend_unless_they_were_alike() -> None:
    one, two = (point(number, INSPECTION, title="T") for number in (1, 2))
    alone = reading.everything(view(figures(points=(one,))))
    assert "trend" not in alone
    unknown = reading.everything(view(figures(points=(one, two))))
    assert "aren't a trend: these have different themes, or unknown ones." in unknown
    alike = tuple(replace(each, theme="Neglect") for each in (one, two))
    assert "These audits had the same theme." in reading.everything(view(figures(points=alike)))


def test_where_audits_before_are_left_out_it_says_where_they_are() -> None:
    points = tuple(point(number, INSPECTION, past=number < 3) for number in range(MOST + 3))
    words = (
        "Of the audits run here these are the newest 12 up to this one. Whatever was before them is in the figures of"
        " an earlier audit."
    )
    assert words in reading.everything(view(figures(points=points)))
    assert words not in reading.everything(view(figures(points=points[:-1])))


def test_only_audits_on_the_same_scale_stand_side_by_side() -> None:
    one = reading.everything(view(figures(points=(point(1, INSPECTION, title="First"),))))
    assert (
        "• *First (audit 1)* (imported): 9 cases: Outstanding 1 · Good 1 · Requires improvement 1 · Inadequate 1" in one
    )
    assert "Outstanding or Good, not told apart, 2 · Not graded 1 · No judgement known 1" in one
    assert "different scales" not in one
    points = (point(1, INSPECTION), point(2, THREE_STEP), point(3, INSPECTION, past=False))
    two = reading.everything(view(figures(points=points)))
    assert "Audits on different scales can't be compared, so each scale is shown separately." in two
    places = [two.rindex(words) for words in ("*Scale 1:*", "(audit 1)", "(audit 3)", "*Scale 2:*", "(audit 2)")]
    assert places == sorted(places)
    assert two.count("(imported)") == 2


def test_what_comes_back_is_said_with_what_was_done_about_it() -> None:
    told = reading.everything(
        view(
            figures(
                recurring=(
                    Recurring("SGO payments", (1, 2, 5), (2,), (3,)),
                    Recurring("Voice of the child", (1, 2), (), ()),
                    Recurring("Housing", (5,), (), ()),
                )
            )
        )
    )
    assert "• *SGO payments*: named in audits 1, 2 and 5; recommendation made in audit 2; closed in audit 3" in told
    assert "• *Voice of the child*: named in audits 1 and 2; no recommendation" in told
    assert "1 learning theme was named in one audit only." in told
    assert "Housing" not in told
