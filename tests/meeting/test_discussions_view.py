"""The discussion of a case: everything is in it, page by page, and buttons only for who may use them."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from audit.meeting.agenda import AgendaPlace
from audit.meeting.discussion import Discussion
from sandbox.slack.checks import problems
from tests.kit import discussed, models, reading
from views.cases.moderation import MODERATE
from views.cases.summary import READ
from views.findings.findings import EDIT, NEW
from views.meeting.discussion import NEXT, PAGE, PREVIOUS, discussion
from views.meeting.ratify import JUDGE
from views.meeting.reopen import REOPEN
from views.parts import View


def pages(about: Discussion) -> Iterator[View]:
    page = 0
    while True:
        view = discussion(about, page)
        assert problems(view, "modal") == []
        assert view["private_metadata"] == about.case.id
        yield view
        if str(page + 1) not in [
            each["value"] for each in reading.buttons(view["blocks"]) if each["action_id"] == PAGE
        ]:
            return
        page += 1


@pytest.mark.parametrize("kind", models.WORST)
def test_all_of_it_is_there_page_by_page(kind: str) -> None:
    """Twelve moderated grades, as many findings, actions, and judgements of which every other was re-opened."""
    lines = [discussed.moderated(models.line(n, models.answers(kind)), kind) for n in range(12)]
    about = discussed.discussion(lines, discussed.judgement(kind, 12), kind=kind, much=6, contributors=12)
    seen = list(pages(about))
    texts = "".join(reading.everything(view) for view in seen)
    moderations, judgement, findings, actions, before, reopenings = 12, 7, 6, 6, 6 * 7, 3
    assert texts.count(models.CANARY) == moderations + judgement + findings + actions + before + reopenings
    assert len(seen) > 1
    assert not [text for view in seen for text in reading.marked_up(view) if "<!" in text]
    assert discussion(about, 99) == seen[-1]


def used(about: Discussion) -> set[str]:
    return {str(each["action_id"]) for view in pages(about) for each in reading.buttons(view["blocks"])} - {PAGE}


def test_buttons_are_for_who_may_use_them() -> None:
    open_case = discussed.discussion([models.line(1, models.answers()), models.line(2, None)], much=1)
    assert used(open_case) == {READ, NEW, EDIT, "action.new", JUDGE, MODERATE}
    judged = discussed.discussion([models.line(1, models.answers())], discussed.judgement("letters", 1), much=1)
    assert used(judged) == {READ, NEW, EDIT, "action.new", JUDGE, REOPEN}
    looking = discussed.discussion([models.line(1, models.answers())], much=1, changes=False)
    assert used(looking) == {READ}
    chaired = reading.everything(discussion(replace(open_case, records=False, acts=False)))
    assert "Coordinators add findings" in chaired
    assert "Coordinators and the sub-group add actions" in chaired
    assert "Coordinators add" not in reading.everything([discussion(each) for each in (open_case, judged, looking)])


def test_what_stands_beside_a_self_grade() -> None:
    line = discussed.moderated(models.line(1, models.answers(grade="good")))
    words = reading.everything(discussion(discussed.discussion([line], contributors=3)))
    assert "Good (moderated: Requires improvement)" in words
    assert "The agency changed its return since: it is version 2 now." in words
    assert "There: " in words
    assert "Not there: " in words
    assert "Attendance not recorded: " in words


def test_it_leads_to_the_cases_before_and_after_it() -> None:
    place = AgendaPlace(1, 2, 0, 2, None, ("b" * 32, "T2-EAST-04"))
    first = replace(discussed.discussion(much=1), place=place)
    assert "Case *1 of 2* on the agenda · 0 of 2 cases of this meeting ratified." in reading.everything(
        discussion(first)
    )
    assert used(first) - used(replace(first, place=None)) == {NEXT}
    both = replace(first, place=replace(place, number=2, previous=("a" * 32, "T2-EAST-02")))
    assert used(both) - used(first) == {PREVIOUS}
    words = reading.everything(discussion(both))
    assert "Previous: T2-EAST-02" in words
    assert "Next: T2-EAST-04" in words
