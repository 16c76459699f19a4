"""Nobody can tell from an edition for people outside that a learning theme was found in every case, or in one's."""

from dataclasses import replace

import pytest

from audit.disclosure.published_before import NAMED, PublishedVersion
from audit.disclosure.risks import OTHERS
from audit.errors import Refused
from audit.report import public_facts
from audit.report.contents import Contents
from audit.report.publishable import Before
from storage.people import WHOLE
from storage.reports import Edition
from tests.kit import models, random_reports
from tests.kit.publishing import decided, drawn
from tests.report.test_publishable import FEW, MIXED, cycle
from views.documents import markdown


def found(themes: list[str]) -> Contents:
    """Twelve cases of one area, with these themes: each is said in one letter, A for Voices."""
    called = {"A": "Voices", "B": "Money", "C": "Housing"}
    cases = []
    for number, (grade, letters) in enumerate(zip(MIXED + MIXED, themes, strict=True)):
        case = models.case([random_reports.line("Police", grade, "")], random_reports.judged(grade, ""))
        case = replace(case, area=WHOLE, reference=f"T9-{number:02}-ZZ", id=f"{number:032}")
        findings = tuple(random_reports.finding(case, called[each], "concern") for each in letters)
        cases.append(replace(case, findings=findings))
    contents = random_reports.report(random_reports.board(tuple(cases), ()))
    return replace(contents, ids=tuple(("theme", theme.label, theme.label) for theme in contents.themes))


@pytest.mark.parametrize("others", range(5))
def test_a_theme_isnt_told_to_be_in_every_case_nor_in_all_but_one_or_two(others: int) -> None:
    """It would say the same of each child, to whoever knows a case or two. Only “more than two thirds” is told."""
    contents = found(["AB"] * 3 + ["A"] * (9 - others) + ["B"] * others)
    strong = replace(contents, findings=tuple(replace(each, kind="strength") for each in contents.findings))
    said = f"{12 - others} of 12" if others > 3 else "more than 8 of 12"
    text = markdown(drawn(strong, Edition.PUBLIC))
    assert f"| Voices | {said} |" in text
    assert f"Voices ({said})" in text
    text = markdown(drawn(strong, Edition.BRIEFING))
    assert f"Voices: in {said} cases" in text
    assert f"Most often about: Voices ({said})" in text
    for edition in (Edition.PUBLIC, Edition.BRIEFING):
        decision = decided(strong, edition)
        assert not decision.left_out
        exact = {
            fact.number for fact in decision.facts if fact.part == "Voices" and fact.what != NAMED and not fact.or_more
        }
        assert exact == ({12 - others} if others > 3 else set())


def test_of_themes_in_more_than_two_thirds_nobody_sees_which_is_in_more() -> None:
    for themes in (["AB"] * 10 + ["A"] * 2, ["AB"] * 10 + ["B"] * 2):
        for edition in (Edition.PUBLIC, Edition.BRIEFING):
            text = markdown(drawn(found([*themes]), edition))
            assert text.index("Money") < text.index("Voices")


def test_more_than_two_thirds_may_always_be_all_but_three() -> None:
    assert all(public_facts.most_told(cases) + 1 <= cases - OTHERS for cases in range(10, 1000))


def test_the_check_itself_finds_a_theme_in_every_case() -> None:
    """If numbers were told of fewer than ten cases, more than two thirds could be all."""
    contents = found(["A"] * 12)
    cases = contents.cases[:4]
    theme = replace(contents.themes[0], references=tuple(case.reference for case in cases), of=len(cases))
    few = replace(contents, cases=cases, themes=(theme,), figures=())
    why = dict(decided(few, Edition.BRIEFING, rules=FEW).left_out)[public_facts.THEMES]
    assert "sure that in all cases, or all but one or two, “Voices” was found" in why


def test_nor_is_it_told_of_all_cases_that_went() -> None:
    """Three of fifteen cases are withdrawn. A theme was in 10 of 15, and is in 7 of 12: so it was in all three."""
    whole = cycle(*MIXED, *MIXED, *MIXED[:3])
    first = decided(whole, Edition.BRIEFING)
    assert public_facts.THEMES in first.told
    before = Before((PublishedVersion(public_facts.case_states(whole), first.facts),), last="version 1 went out")
    for places, told in ((("01", "04", "07"), False), (("01", "04", "07", "06"), True)):
        gone = {f"T9-{place}-ZZ" for place in places}
        cases = tuple(case for case in whole.cases if case.reference not in gone)
        themes = tuple(
            replace(theme, references=tuple(each for each in theme.references if each not in gone), of=len(cases))
            for theme in whole.themes
        )
        left = replace(whole, cases=cases, themes=themes)
        if told:
            assert public_facts.THEMES in decided(left, Edition.BRIEFING, before).told
        else:
            with pytest.raises(Refused, match="in all cases “Voices” was found among those that changed"):
                decided(left, Edition.BRIEFING, before)


def test_what_one_case_lost_isnt_hidden_among_those_whose_theme_counts_as_another() -> None:
    """Who knows which case was looked at again would know that it had a finding about Housing."""
    first = found(["AC"] * 4 + ["A"] * 4 + ["B"] * 3 + [""])
    decision = decided(first, Edition.PUBLIC)
    assert public_facts.THEMES in decision.told
    before = Before((PublishedVersion(public_facts.case_states(first), decision.facts),), last="version 1 went out")
    merged = found(["B"] + ["BC"] * 3 + ["B"] * 7 + [""])
    told = public_facts.with_current_labels(merged, first, before.told[0])
    again = decided(merged, Edition.PUBLIC, replace(before, told=(told,)))
    assert public_facts.JUDGEMENTS in again.told
    for table in (public_facts.NAMES, public_facts.THEMES):
        assert "findings have changed since an earlier publication" in dict(again.left_out)[table]
    assert decided(first, Edition.PUBLIC, before).told == decision.told, "as long as none has changed"
    without = found([""] * 12)
    earlier = PublishedVersion(public_facts.case_states(without), decided(without, Edition.PUBLIC).facts)
    assert public_facts.THEMES in decided(first, Edition.PUBLIC, Before((earlier,))).told, "no theme was told of then"
