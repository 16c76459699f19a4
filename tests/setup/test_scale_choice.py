"""Which scale a cycle is graded on: chosen, written, or brought by its audit tool."""

from datetime import datetime

import pytest
from sqlalchemy import select

from audit.calendar import LONDON
from audit.errors import Refused
from audit.library import tools
from audit.past import scale_file
from audit.scales import SCALES, THREE_STEP, Scale
from audit.setup import plan, scale_choice
from audit.setup.description import CycleSetup
from audit.tools import OVERALL, Section, Tool
from storage.cycles import Cycle
from storage.types import new_id
from tests.kit.play import Play
from tests.kit.pressing import acting, asked, pressed, submitted
from tests.setup.test_plan import ANSWERS, COORDINATOR

OURS = "Strong | It helped the child.\nMixed\nWeak | It didn't help."


@pytest.fixture
def play(play: Play) -> Play:
    """Audit 2 is planned; it is Wednesday noon."""
    play.move_clock(datetime(2026, 3, 4, 12, 0, tzinfo=LONDON))
    play.load(opened=False)
    return play


def saved(play: Play, answers: dict[str, str]) -> tuple[Scale, plan.Plan]:
    who, cycle_id = acting(play, COORDINATOR), new_id()
    with play.sessions.begin() as session:
        plan.save(session, who, cycle_id, ANSWERS | answers)
        stored = session.get_one(Cycle, cycle_id)
        return Scale.from_json(stored.scale), plan.current(session, who, cycle_id)


@pytest.mark.parametrize("key", SCALES)
def test_each_that_comes_with_the_product_can_be_chosen(key: str) -> None:
    assert scale_choice.chosen(CycleSetup.model_validate(_described(key))) == SCALES[key]


def _described(scale: object) -> dict[str, object]:
    return {
        "number": 3, "title": "A", "theme": "B", "origin": "C", "due": {"on": "2026-03-18"},
        "sub_group_channel": "C0SUBGROUP", "scale": scale,
    }  # fmt: skip


def test_a_boards_own_grades_are_written_best_first_and_come_back_so(play: Play) -> None:
    scale, again = saved(play, {"scale": "own", "own_grades": OURS})
    assert [(grade.rank, grade.label, grade.descriptor) for grade in scale.grades] == [
        (1, "Strong", "It helped the child."), (2, "Mixed", ""), (3, "Weak", "It didn't help."),
    ]  # fmt: skip
    assert (again.scale, again.own_grades) == ("own", OURS)


def test_that_it_may_not_apply_is_written_too(play: Play) -> None:
    scale, again = saved(play, {"scale": "own", "own_grades": "Good\nBad\nN/A"})
    assert (scale.not_applicable, again.own_grades) == (True, "Good\nBad\nNot applicable")


@pytest.mark.parametrize(
    "labels",
    [
        ["Good +", "Good", "Good -", "Bad"],
        ["Rhagorol", "Da", "Digonôl", "Digonol"],
        ["Ελλ", "Еж", "grade"],
        [f"Requires improvement in {n} of its parts, as the board's own guidance says" for n in range(11)],
        ["Good or better", "Good better", "Worse"],
    ],
    ids=" ".join,
)
def test_grades_that_look_alike_are_told_apart(labels: list[str]) -> None:
    scale = scale_choice.chosen(CycleSetup.model_validate(_described(scale_choice.own("\n".join(labels)))))
    assert [grade.label for grade in scale.grades] == labels
    assert (
        len({grade.key for grade in scale.grades}) == len({grade.short_label for grade in scale.grades}) == len(labels)
    )
    assert all(len(grade.key) <= 32 and len(grade.short_label) <= 20 for grade in scale.grades)


def test_numbers_are_best_first_too() -> None:
    described = CycleSetup.model_validate(_described(scale_choice.own("10\n5\n0")))
    assert [(grade.key, grade.rank) for grade in scale_choice.chosen(described).grades] == [
        ("10", 1),
        ("5", 2),
        ("0", 3),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "2 to 11 grades"),
        ("Good", "2 to 11 grades"),
        ("\n".join(f"Grade {n}" for n in range(12)), "2 to 11 grades"),
        ("Good\ngood", "both called"),
        ("Good\nNil", "has a meaning of its own"),
        ("Good\n\n" + "x" * 80, "line 3, label: at most 75"),
        ("Good\nBad\nInsufficient evidence", "“Insufficient evidence” is no grade"),
        ("Good\nBad | " + "x" * 1_001, "1000"),
    ],
)
def test_grades_that_are_no_scale_are_refused_where_they_are_written(text: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        scale_choice.own(text)
    assert said in refused.value.fields["own_grades"]


@pytest.mark.on_sqlite
def test_a_tool_that_grades_on_its_own_scale_brings_it(play: Play) -> None:
    overall = Section(OVERALL, "All in all", "graded", required=True, scale=THREE_STEP)
    with play.sessions.begin() as session:
        tools.store(session, None, Tool("ours", 0, (Section("a", "A"),), "Ours", overall))
    scale, again = saved(play, {"tool": "ours", "scale": ""})
    assert (scale, again.brought) == (THREE_STEP, THREE_STEP)


@pytest.mark.both_databases
def test_what_a_file_brought_stays_when_the_form_is_saved_and_is_taken_over_whole(play: Play) -> None:
    """Its key, its colours, and words longer than the form's box holds: nothing of it is asked for again."""
    grades = [{"key": f"g{n}", "label": f"Grade {n}", "colour": "#112233", "descriptor": "x" * 300} for n in range(11)]
    theirs = {"key": "theirs", "best": "first", "grades": grades}
    with play.sessions.begin() as session:
        cycle = session.scalars(select(Cycle)).one()
        cycle.scale = scale_file.scale(theirs).to_json()
        known, stored = cycle.id, cycle.scale
    assert asked(play, COORDINATOR, "cycle.edit", known).ok
    assert submitted(play, COORDINATOR, title="Another title").ok
    assert asked(play, COORDINATOR, "cycle.new", "all").ok
    assert pressed(play, COORDINATOR, "cycle.taken").ok
    own = {name: ANSWERS[name] for name in ("title", "theme", "origin", "due")}
    assert submitted(play, COORDINATOR, **own).ok
    with play.reading() as session:
        old, new = session.scalars(select(Cycle).order_by(Cycle.number)).all()
        assert old.title == "Another title"
        assert old.scale == new.scale == stored


def test_the_newest_version_of_its_tool_is_shown_as_it_grades(play: Play) -> None:
    """Which is what is stored: one that brings another scale, or none any more."""
    with play.sessions.begin() as session:
        cycle = session.scalars(select(Cycle)).one()
        for scale in (THREE_STEP, SCALES["met"], None):
            overall = Section(OVERALL, "All in all", "graded", required=True, scale=scale) if scale else None
            tools.store(session, None, Tool("ours", 0, (Section("a", "A"),), "Ours", overall))
            if scale == THREE_STEP:
                cycle.tool_id, cycle.scale = tools.row(session, "ours").id, THREE_STEP.to_json()
            again = plan.current(session, acting(play, COORDINATOR), cycle.id)
            assert again.brought == scale
        assert again.scale == "three_step"


def test_what_is_chosen_is_shown_at_once(play: Play) -> None:
    asked(play, COORDINATOR, "cycle.new", "all")
    play.fill(COORDINATOR, scale="own")
    assert "own_grades" in str(play.modal(COORDINATOR).content["blocks"])
    play.fill(COORDINATOR, scale="zero_to_ten")
    words = str(play.modal(COORDINATOR).content["blocks"])
    assert "own_grades" not in words
    assert "As unsafe as it can be." in words
