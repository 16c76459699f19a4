"""Whoever knows the public edition can't tell a small number of any area or agency, nor read what anybody wrote."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from audit.cycle.tally import Count
from audit.errors import Refused
from audit.report.contents import Contents, Recommended
from audit.report.disclosure import publishable
from tests.kit import models, random_reports
from tests.kit.random_reports import CANARY
from views.documents import Document, Table, markdown
from views.report.editions import document

SMALL = (1, 2)
UNHURRIED: dict[str, Any] = {"suppress_health_check": [HealthCheck.too_slow], "deadline": None}
"""A busy machine is no fault of what is tried."""
Rows = dict[str, int]
Split = tuple[Rows, ...]


def public(contents: Contents) -> Document:
    return document(contents, "public", 1, models.NOW)


def rows(count: Count) -> Rows:
    """All that is counted, every reason apart."""
    return {
        **count.grades,
        **count.not_graded,
        "nil": count.nil,
        "declined": count.declined,
        "awaiting": count.awaiting,
    }


def class_disclosed(contents: Contents) -> bool:
    """Whether three or more, all that there are, of some group are in one grade: reckoned from the cases themselves."""
    groups: dict[str, list[str]] = {}
    for case in contents.cases:
        for group in ("all", f"area {case.area}"):
            groups.setdefault(group, []).append(case.grade)
    for figure in contents.figures:
        if figure.what == "agency" and figure.row != "all":
            groups.setdefault(f"agency {figure.part}", []).extend(
                [figure.row.partition(":")[0]] * len(figure.references)
            )
    others = {"nil", "declined", "awaiting"}
    return any(len(given) > 2 and len(set(given)) == 1 and given[0] not in others for given in groups.values())


@settings(max_examples=60, **UNHURRIED)
@given(random_reports.contents(fewest=3))
def test_there_is_no_public_edition_if_a_whole_group_is_in_one_grade_and_a_briefing_all_the_same(
    contents: Contents,
) -> None:
    if class_disclosed(contents):
        with pytest.raises(Refused, match=r"so the table “.*” would tell the grade of every child there"):
            public(contents)
    else:
        public(contents)
    assert CANARY not in markdown(document(contents, "briefing", 1, models.NOW))


@settings(max_examples=60, **UNHURRIED)
@given(random_reports.contents(fewest=3))
def test_no_table_of_parts_has_a_small_number_and_nobody_is_quoted(contents: Contents) -> None:
    if class_disclosed(contents):
        return  # there is none
    found = public(contents)
    text = markdown(found)
    assert CANARY not in text
    assert "T9-" not in text
    tables = [part for part in found.parts if isinstance(part, Table) and " by a" in part.caption]
    for table in tables:
        numbers = [int(str(cell[0])) for row in table.rows for cell in row[1:]]
        assert not set(numbers) & set(SMALL), table.caption
    of_areas = [table for table in tables if table.caption != "Cases by area" and "area" in table.caption]
    of_agencies = [table for table in tables if "agency" in table.caption]
    assert max(len(of_areas), len(of_agencies)) <= 1, "two could be subtracted"


def splits(whole: Rows, parts: int) -> Iterator[Split]:
    """Every way in which the numbers for all could come from so many areas."""
    each = [
        [found for found in product(range(number + 1), repeat=parts) if sum(found) == number]
        for number in whole.values()
    ]
    for chosen in product(*each):
        yield tuple(dict(zip(whole, (row[place] for row in chosen), strict=True)) for place in range(parts))


def counted(part: Rows, like: Count) -> Count:
    grades = {key: part[key] for key in like.grades}
    return replace(
        like, total=sum(part.values()), grades=grades, not_graded={key: part[key] for key in like.not_graded}
    )


def told(contents: Contents) -> object:
    """What may be told of such a cycle; None if it isn't published at all."""
    try:
        return publishable(contents, "public")
    except Refused:
        return None


@settings(max_examples=25, **UNHURRIED)
@given(random_reports.contents(fewest=3, most=5))
def test_somebody_who_tries_every_possibility_is_never_sure_of_a_small_number(contents: Contents) -> None:
    if class_disclosed(contents):
        return
    shown = publishable(contents, "public")
    true: Mapping[str, Count] = contents.tally.by_area
    if not shown.areas or shown.ratified_by_area:
        return  # the areas aren't named, or the table is shown and has no small number
    possible: list[set[tuple[str, int]]] = [set() for _ in true]
    for split in splits(rows(contents.tally.ratified), len(true)):
        by_area = {area: counted(part, count) for part, (area, count) in zip(split, true.items(), strict=True)}
        same = [part.total for part in by_area.values()] == [part.total for part in true.values()]
        tally = replace(contents.tally, by_area=by_area)
        if (same or not shown.places) and told(replace(contents, tally=tally)) == shown:
            for values, part in zip(possible, split, strict=True):
                values.update(part.items())
    for values, count in zip(possible, true.values(), strict=True):
        for row, number in rows(count).items():
            if number in SMALL:
                assert len({found for name, found in values if name == row}) > 1, row


@settings(max_examples=30, **UNHURRIED)
@given(random_reports.contents(ratified=False))
def test_there_is_no_public_edition_of_a_draft_or_of_too_few(contents: Contents) -> None:
    if contents.draft or contents.tally.ratified.total < 3:
        for edition in ("public", "briefing"):
            with pytest.raises(Refused, match=r"There is no (public edition|learning briefing)"):
                document(contents, edition, 1, models.NOW)


def cycle(*grades: str, areas: tuple[str, ...] = ("East", "North"), reason: str = "other") -> Contents:
    """Cases judged so, and each graded so by the police, in turn from these areas; two themes, one found once."""
    found = []
    for number, grade in enumerate(grades):
        case = models.case([random_reports.line("Police", grade, reason)], random_reports.judged(grade, reason))
        case = replace(case, area=areas[number % len(areas)], reference=f"T9-{number:02}-ZZ", id=f"{number:032}")
        themes = ["Voices", *(["Housing"] if number == 0 else [])]
        found.append(replace(case, findings=tuple(random_reports.finding(case, each, "strength") for each in themes)))
    return random_reports.of(tuple(found))


MIXED = ("good", "good", "inadequate", "requires_improvement", "inadequate", "requires_improvement")


@pytest.mark.parametrize(
    ("grades", "areas", "why"),
    [
        (["good"] * 4, ("East", "North"), "all 4 cases were judged Good, so the table “Judgements of all cases”"),
        (
            ["good", "inadequate"] * 3,
            ("East", "North"),
            "all 3 cases of East were judged Good, so the table “Jud.* by ar",
        ),
        (["not_graded", "good"] * 3, ("East", "North"), "all 3 cases of East were judged Not graded"),
    ],
)
def test_whose_grade_would_be_told_is_said(grades: list[str], areas: tuple[str, ...], why: str) -> None:
    with pytest.raises(Refused, match=why):
        public(cycle(*grades, areas=areas))
    with pytest.raises(Refused, match="all 3 self-grades of YOT are Good, so the table “Self-grades by agency”"):
        public(with_agency(cycle(*MIXED), Count(3, {"good": 3}, {})))


def with_agency(contents: Contents, count: Count) -> Contents:
    """As if the YOT's returns had come to this, and the police's to something that is safe to tell."""
    like = contents.tally.by_agency["Police"]
    whole = replace(like, total=6, grades=dict.fromkeys(like.grades, 0) | {"good": 3, "inadequate": 3})
    yot = replace(
        count,
        grades=dict.fromkeys(like.grades, 0) | dict(count.grades),
        not_graded=dict.fromkeys(like.not_graded, 0) | dict(count.not_graded),
    )
    return replace(contents, tally=replace(contents.tally, by_agency={"Police": whole, "YOT": yot}))


def test_a_small_group_in_one_grade_only_loses_its_table() -> None:
    shown = publishable(with_agency(cycle(*MIXED), Count(2, {"good": 2}, {})), "public")
    assert not shown.by_agency


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (Count(6, {"good": 3, "inadequate": 3}, {}), True),
        (Count(4, {"good": 3, "inadequate": 1}, {}), False),
        (Count(6, {"good": 3}, {"other": 3}), True),
        (Count(6, {"good": 3}, {"other": 1, "insufficient_information": 2}), False),
        (Count(5, {"good": 3}, {}, nil=2), False),
        (Count(5, {"good": 3}, {}, declined=2), False),
        (Count(5, {"good": 3}, {}, awaiting=2), False),
    ],
)
def test_a_small_number_of_any_sort_takes_the_table_out(count: Count, *, told: bool) -> None:
    """Reasons for not grading too, though the table adds them up: 1 and 2 are 3 there."""
    contents = with_agency(cycle(*MIXED), count)
    assert publishable(contents, "public").by_agency is told
    yot = contents.tally.by_agency["YOT"]
    east = replace(yot, nil=0, declined=0)
    contents = replace(
        contents, tally=replace(contents.tally, by_area={"East": east, "North": contents.tally.by_agency["Police"]})
    )
    assert publishable(contents, "public").ratified_by_area is (told or east.counted < yot.counted)


def test_below_ten_a_small_number_among_all_is_told_as_one_and_no_comparison() -> None:
    few, enough = cycle(*MIXED), cycle(*MIXED, "good", "inadequate", "good", "good")
    for edition, way in (("public", "{} of {}"), ("briefing", "Housing: {} of {} case")):
        assert way.format("fewer than 3", 6) in markdown(document(few, edition, 1, models.NOW))
        assert way.format(1, 10) in markdown(document(enough, edition, 1, models.NOW))
    assert "Housing (fewer than 3)" in markdown(document(few, "briefing", 1, models.NOW))
    compared = "can be compared with the ratified judgement"
    assert compared not in markdown(document(with_agency(few, Count(0, {}, {})), "public", 1, models.NOW))


def test_what_no_recommendation_answers_is_the_boards_own() -> None:
    found = cycle(*MIXED)
    assert "No recommendation answers these themes yet: Voices and Housing" in markdown(
        document(found, "full", 1, models.NOW)
    )
    well = replace(found, themes=tuple(replace(each, strength=each.label == "Voices") for each in found.themes))
    text = markdown(document(well, "full", 1, models.NOW))
    assert "No recommendation answers these themes yet: Housing." in text
    assert "| Voices (a strength) |" in text
    for edition in ("public", "briefing"):
        text = markdown(document(found, edition, 1, models.NOW))
        assert "No recommendation" not in text
        assert "None yet" not in text


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("As in t9-01-zz.", "T9-01-ZZ is named"),
        ("As in T9 1 ZZ.", "T9-01-ZZ is named"),
        ("As in “t9_01zz”.", "T9-01-ZZ is named"),
        ("Ring 07700 900123.", "a phone number"),
        ("The child 943 476 5919.", "an NHS number"),
    ],
)
@pytest.mark.parametrize("edition", ["public", "briefing"])
def test_what_names_a_case_or_a_person_isnt_given_out(written: str, why: str, edition: str) -> None:
    found, owed = cycle(*MIXED), Recommended(1, written, (), (), "open")
    for named in (
        replace(found, origin=written),
        replace(found, title=written),
        replace(found, recommendations=(owed,)),
    ):
        with pytest.raises(Refused, match=why):
            document(named, edition, 1, models.NOW)
    document(replace(found, origin="T90 1 ZZ, and 2019."), edition, 1, models.NOW)
