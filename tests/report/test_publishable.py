"""Whoever reads an edition for people outside can't tell a small number of any area or agency, nor what anybody wrote.

That nobody can work one out either, from all that was published, is tried in tests/disclosure.
"""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from audit.disclosure.published_before import PublishedVersion
from audit.disclosure.risks import Rules
from audit.errors import Refused
from audit.report import name_check, public_facts
from audit.report.contents import Contents, Recommended
from audit.report.publishable import Before
from storage.people import WHOLE
from storage.reports import Edition
from tests.kit import models, random_reports
from tests.kit.publishing import decided, drawn
from tests.kit.random_reports import CANARY
from views.documents import Table, markdown

TRIED = (Phase.explicit, Phase.reuse, Phase.generate)
UNHURRIED: dict[str, Any] = {"suppress_health_check": [HealthCheck.too_slow], "deadline": None, "phases": TRIED}
"""A busy machine is no fault of what is tried."""
FEW = Rules(enough=3, seconds=100.0)
"""As if the numbers of three cases were enough to be told, so that small cycles say something."""


@settings(max_examples=15, **UNHURRIED)
@given(random_reports.contents(fewest=3))
def test_no_table_of_parts_has_a_small_number_and_nobody_is_quoted(contents: Contents) -> None:
    for edition in (Edition.PUBLIC, Edition.BRIEFING):
        found = drawn(contents, edition, FEW)
        text = markdown(found)
        assert CANARY not in text
        assert "T9-" not in text
        for table in found.parts:
            if isinstance(table, Table) and " by a" in table.caption:
                numbers = [int(str(cell[0])) for row in table.rows for cell in row[1:]]
                assert not {1, 2} & set(numbers), table.caption


@settings(max_examples=15, **UNHURRIED)
@given(random_reports.contents(ratified=False))
def test_there_is_nothing_for_people_outside_of_a_draft_or_of_too_few(contents: Contents) -> None:
    if contents.draft or contents.tally.ratified.total < 3:
        for edition in (Edition.PUBLIC, Edition.BRIEFING):
            with pytest.raises(Refused, match=r"There is no (public edition|learning briefing)"):
                decided(contents, edition)


@settings(max_examples=10, **UNHURRIED)
@given(random_reports.contents(fewest=3))
def test_of_fewer_than_ten_cases_only_how_many_they_are_is_told(contents: Contents) -> None:
    assert set(decided(contents, Edition.PUBLIC).told) <= {public_facts.NAMES}
    text = markdown(drawn(contents, Edition.PUBLIC))
    assert f"{contents.tally.ratified.total} cases were audited" in text
    assert "| Grade |" not in text


def cycle(*grades: str, areas: tuple[str, ...] = ("East", "North"), reason: str = "other") -> Contents:
    """Cases judged so, and each graded so by the police, in turn from these areas; two themes, one found once.

    The other one wasn't found in every third case.
    """
    found = []
    for number, grade in enumerate(grades):
        case = models.case([random_reports.line("Police", grade, reason)], random_reports.judged(grade, reason))
        case = replace(
            case,
            area=areas[number % len(areas)] if areas else WHOLE,
            reference=f"T9-{number:02}-ZZ",
            id=f"{number:032}",
        )
        themes = [*(["Voices"] if number % 3 else []), *(["Housing"] if number == 0 else [])]
        found.append(replace(case, findings=tuple(random_reports.finding(case, each, "strength") for each in themes)))
    return random_reports.report(random_reports.board(tuple(found), areas))


MIXED = ("good", "good", "inadequate", "requires_improvement", "inadequate", "requires_improvement")


def test_a_whole_group_in_one_grade_isnt_told() -> None:
    """Of all cases, and of an area's or an agency's where its table would tell."""
    for name, contents in (
        (public_facts.JUDGEMENTS, cycle(*["good"] * 12)),
        (public_facts.BY_AREA, cycle(*["good", "inadequate"] * 6)),
        (public_facts.SELF_GRADES, cycle(*["good"] * 12)),
    ):
        left_out = dict(decided(contents, Edition.PUBLIC).left_out)
        assert "could be sure" in left_out[name]
        assert "that all " in left_out[name]
        assert ("or all but one or two" in left_out[name]) == (name != public_facts.BY_AREA)
    for others in range(5):
        told = decided(cycle(*["good"] * (12 - others), *["inadequate"] * others, areas=()), Edition.PUBLIC).told
        assert (public_facts.JUDGEMENTS in told) == (others >= 3), "who knows of two could be sure of all the others"
    same = cycle(*["good"] * 12)
    briefing = decided(same, Edition.BRIEFING)
    before = Before(
        (PublishedVersion(public_facts.case_states(same), briefing.facts),), frozenset(dict(briefing.left_out))
    )
    assert decided(same, Edition.PUBLIC, before).told == decided(same, Edition.PUBLIC).told, "a briefing takes nothing"


def test_an_agency_that_knows_all_cases_of_an_area_but_one_isnt_told_what_that_was_given() -> None:
    contents = cycle(*MIXED, *MIXED)
    last = contents.cases[-1].reference
    figures = (
        replace(each, references=tuple(name for name in each.references if name != f"{last} Police"))
        for each in contents.figures
    )
    left_out = dict(decided(replace(contents, figures=tuple(figures)), Edition.PUBLIC).left_out)
    assert "were judged Requires improvement (if they know the cases of Police)" in left_out[public_facts.JUDGEMENTS]
    assert public_facts.JUDGEMENTS in decided(contents, Edition.PUBLIC).told


def test_without_learning_themes_nothing_is_said_of_how_many_cases_have_them() -> None:
    contents = cycle(*MIXED, *MIXED)
    found = decided(replace(contents, themes=()), Edition.PUBLIC)
    assert public_facts.THEMES in decided(contents, Edition.PUBLIC).told
    assert public_facts.THEMES not in (*found.told, *dict(found.left_out))
    assert public_facts.NAMES in found.told, "that there are none"


def test_a_second_version_tells_nothing_of_who_changed() -> None:
    """One case gone, or judged otherwise: the numbers for all are refused; three that came, of three grades, too."""
    whole = cycle(*MIXED, *MIXED)
    first = decided(whole, Edition.PUBLIC)
    before = Before(
        (PublishedVersion(public_facts.case_states(whole), first.facts),),
        frozenset(dict(first.left_out)),
        "version 1 went out",
    )
    assert decided(whole, Edition.PUBLIC, before).told == first.told
    for grades in (MIXED + MIXED[:-1], (*MIXED, *MIXED[:-1], "good"), (*MIXED, *MIXED, "good", "inadequate", "good")):
        with pytest.raises(
            Refused,
            match=r"would add to what earlier publications reveal: version 1 went out\. "
            "Whoever",
        ):
            decided(cycle(*grades), Edition.PUBLIC, before)
    for edition in (Edition.PUBLIC, Edition.BRIEFING):
        assert decided(cycle(*MIXED, *MIXED), edition, before).told


def test_that_all_cases_are_of_one_area_is_known_of_an_edition_that_doesnt_say_that_areas_are_left_out() -> None:
    """The difference of two versions is the other area's, then: one child of North was judged Inadequate."""
    grades = ["good", "good", "requires_improvement", "inadequate"] + [
        "good",
        "good",
        *["requires_improvement"] * 2,
    ] * 5
    first = cycle(*grades)
    decision = decided(first, Edition.PUBLIC)
    before = Before(
        (PublishedVersion(public_facts.case_states(first), decision.facts),), frozenset(dict(decision.left_out))
    )
    assert {public_facts.JUDGEMENTS, public_facts.PLACES} <= {*decision.told}
    east = cycle(*grades[::2], areas=("East",))
    east = replace(east, areas=("East",), cases=tuple(
        replace(case, reference=f"T9-{2 * number:02}-ZZ") for number, case in enumerate(east.cases)
    ))  # fmt: skip
    assert "How many cases each area has" not in markdown(drawn(east, Edition.PUBLIC))
    with pytest.raises(Refused, match="how many cases of North were judged Inadequate"):
        decided(east, Edition.PUBLIC, before)


def test_what_was_told_is_called_as_it_is_now() -> None:
    """Two areas that change names, an agency and a theme with new ones: the same cases, and back again."""
    contents = cycle(*MIXED, *MIXED)
    told = PublishedVersion(public_facts.case_states(contents), decided(contents, Edition.PUBLIC).facts)
    ids = [("area", "East", "1"), ("area", "North", "2"), ("agency", "Police", "3"), ("theme", "Voices", "4")]
    anew = [("area", "North", "1"), ("area", "East", "2"), ("agency", "Constabulary", "3")]
    then, now = replace(contents, ids=tuple(ids)), replace(contents, ids=tuple(anew))
    found = public_facts.with_current_labels(now, then, told)
    assert {case.reference: case.area for case in found.cases}["T9-00-ZZ"] == "North"
    assert {who for case in found.cases for who, _ in case.returns} == {"Constabulary"}
    assert {fact.part for fact in found.facts if fact.what == "theme"} == {"4", "Housing"}, "there is none so called"
    back = replace(now, ids=(*anew, ("theme", "4", "4")))
    assert public_facts.with_current_labels(then, back, found) == told


def test_what_no_recommendation_answers_is_the_boards_own() -> None:
    found = cycle(*MIXED)
    assert "No recommendation answers these themes yet: Voices and Housing" in markdown(drawn(found, "full"))
    well = replace(found, themes=tuple(replace(each, strength=each.label == "Voices") for each in found.themes))
    text = markdown(drawn(well, "full"))
    assert "No recommendation answers these themes yet: Housing." in text
    assert "| Voices |" in text.partition("### What works well")[2].partition("###")[0]
    for edition in ("public", "briefing"):
        text = markdown(drawn(found, edition))
        assert "No recommendation" not in text
        assert "None yet" not in text


@pytest.mark.parametrize(
    "written",
    ["As in t9-01-zz.", "As in T9 1 ZZ.", "As in “t9_01zz”.", "T9, case 01, ZZ", "01-ZZ"],
)
def test_a_text_that_nearly_names_a_case_names_it(written: str) -> None:
    assert name_check.cases(written, ["T9-01-ZZ", "T9-02-ZZ"]) == ["T9-01-ZZ"]
    found, owed = cycle(*MIXED), Recommended(1, written, (), (), "open")
    for named in (replace(found, origin=written), replace(found, recommendations=(owed,))):
        with pytest.raises(Refused, match="T9-01-ZZ is named"):
            drawn(named, Edition.PUBLIC)


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("T9 00 ZZ", ["T9-00-ZZ"]),
        ("East-3 and EAST 03", ["T2-EAST-03"]),
        ("T2-EAST-3", ["T2-EAST-03"]),
        ("East No. 3; East, case 3", ["T2-EAST-03"]),
        ("of East 3 cases were late, in 2019; T90 1 ZZ", []),
        ("TZ EAST 13, 0 of 3", []),
    ],
)
def test_what_is_a_reference_and_what_isnt(written: str, named: list[str]) -> None:
    assert name_check.cases(written, ["T9-00-ZZ", "T2-EAST-03"]) == named
