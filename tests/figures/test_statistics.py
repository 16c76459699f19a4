"""Statistics about self-grades: whatever the returns, they say what reckoning by hand says."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from audit.cases.judgements import JudgementView
from audit.cases.moderated_grades import ModerationView
from audit.cases.self_grade import SelfGrade
from audit.cases.summary import CaseView, Line
from audit.cycle.board import Board, tally
from audit.figures.statistics import Movement, Spread, statistics
from audit.returns.answers import Answers
from audit.scales import INSPECTION, NOT_GRADED
from tests.kit import models

RANKS = {grade.key: grade.rank for grade in INSPECTION.grades}
GRADES = st.sampled_from([*RANKS, NOT_GRADED])
AGENCIES = ("Education", "Police", "YOT")
CYCLE = replace(models.cycle(areas=1), agencies=tuple((name, name) for name in AGENCIES))


def judged(grade: str) -> JudgementView:
    return replace(models.judgement(), grade=grade, not_graded_reason="other" if grade == NOT_GRADED else None)


def line(agency: str, result: str, moderated: str | None = None) -> Line:
    found = models.line(0, None, result if result in {"nil", "declined"} else "requested")
    if result in RANKS or result == NOT_GRADED:
        reason = "other" if result == NOT_GRADED else None
        found = models.line(0, Answers(grade=result, not_graded_reason=reason))
    view = ModerationView(moderated, None, "As agreed.", 1, 1, "Coordinator", models.NOW) if moderated else None
    return replace(found, agency=agency, moderated=view)


def board(*cases: CaseView) -> Board:
    return Board(CYCLE, cases, tally(CYCLE, cases), models.NOW, reflections=True)


def case(number: int, judgement: str | None, *lines: Line) -> CaseView:
    found = models.case(lines, judged(judgement) if judgement else None, area=CYCLE.areas[0])
    return replace(found, reference=f"T-{number}")


@st.composite
def cases(draw: st.DrawFn) -> tuple[CaseView, ...]:
    results = st.one_of(GRADES, st.sampled_from(["nil", "declined", "awaiting"]))
    return tuple(
        case(
            number,
            draw(st.none() | GRADES),
            *(line(agency, draw(results), draw(st.none() | GRADES)) for agency in AGENCIES if draw(st.booleans())),
        )
        for number in range(draw(st.integers(0, 4)))
    )


@given(cases())
def test_movements_are_what_reckoning_by_hand_gives(given_cases: tuple[CaseView, ...]) -> None:
    found = statistics(board(*given_cases))
    pairs = [(each, own) for each in given_cases for own in each.lines]
    by_hand = [
        (RANKS[own.result], RANKS[each.judgement.grade])
        for each, own in pairs
        if own.result in RANKS and each.judgement and each.judgement.grade in RANKS
    ]
    assert found.overall.up == sum(ratified < own for own, ratified in by_hand)
    assert found.overall.same == sum(ratified == own for own, ratified in by_hand)
    assert found.overall.down == sum(ratified > own for own, ratified in by_hand)
    assert (found.overall.compared, found.overall.of) == (len(by_hand), len(pairs))


@given(cases())
def test_the_agencies_come_to_the_whole(given_cases: tuple[CaseView, ...]) -> None:
    found = statistics(board(*given_cases))
    for whole, parts in (
        (found.overall, found.by_agency),
        (found.moderated, found.moderated_by_agency),
    ):
        assert tuple(parts) == AGENCIES
        for name in ("up", "same", "down", "compared", "of"):
            assert sum(getattr(part, name) for part in parts.values()) == getattr(whole, name)
        assert set(whole.references) == {each for part in parts.values() for each in part.references}
        assert len(set(whole.references)) == len(whole.references)


@given(cases())
def test_spreads_are_of_cases_with_two_grades_or_more(given_cases: tuple[CaseView, ...]) -> None:
    found = statistics(board(*given_cases))
    ranks = {
        each.reference: sorted(RANKS[own.result] for own in each.lines if own.result in RANKS) for each in given_cases
    }
    enough = {reference: given_ranks for reference, given_ranks in ranks.items() if len(given_ranks) > 1}
    assert {each.reference: (RANKS[each.best], RANKS[each.worst], each.graded) for each in found.spreads} == {
        reference: (given_ranks[0], given_ranks[-1], len(given_ranks)) for reference, given_ranks in enough.items()
    }
    steps = [each.steps for each in found.spreads]
    assert steps == sorted(steps, reverse=True)
    assert (found.within_one, found.compared) == (sum(each <= 1 for each in steps), len(steps))


def test_a_cycle_in_numbers() -> None:
    found = statistics(
        board(
            case(
                1, "requires_improvement",
                line("Education", "good"), line("Police", "inadequate"), line("YOT", "outstanding", "good"),
            ),
            case(2, "good", line("Education", "good"), line("Police", "nil"), line("YOT", NOT_GRADED)),
            case(3, None, line("Education", "good", "inadequate"), line("Police", "good")),
            case(4, NOT_GRADED, line("Education", "inadequate"), line("Police", "declined")),
        )
    )  # fmt: skip
    assert found.overall == Movement(up=1, same=1, down=2, references=("T-1", "T-2"), of=10)
    assert found.by_agency["Education"] == Movement(0, 1, 1, ("T-1", "T-2"), 4)
    assert found.by_agency["YOT"] == Movement(0, 0, 1, ("T-1",), 2)
    # at moderation: those of ratified cases stand as they were unless somebody changed them; of others only the changed
    assert found.moderated == Movement(up=0, same=4, down=2, references=("T-1", "T-2", "T-3", "T-4"), of=10)
    assert found.spreads[0] == Spread("T-1", CYCLE.areas[0], "outstanding", "inadequate", 3, 3)
    assert (found.within_one, found.compared) == (1, 2)


def test_what_was_changed_after_release_counts_as_it_was() -> None:
    changed = replace(line("Education", "inadequate"), before_release=SelfGrade("good"))
    cases = [case(1, "good", changed, line("Police", "good"))]
    found = statistics(board(*cases))
    assert (found.overall.same, found.overall.compared) == (2, 2)
    assert found.spreads[0].steps == 0
    assert cases[0].spread == ("good", "inadequate")  # what is shown follows the newest
    assert tally(CYCLE, cases).by_agency["Education"].grades["good"] == 1
