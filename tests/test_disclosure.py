"""Whoever knows the public edition can't tell a small number of any area or agency, nor read what anybody wrote."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings

from audit.contents import Contents
from audit.disclosure import publishable
from audit.errors import Refused
from audit.tallies import Count
from tests import random_reports
from tests.random_reports import CANARY
from tests.views import models
from views.documents import Document, Table, markdown
from views.editions import document

SMALL = (1, 2)
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


@settings(max_examples=60)
@given(random_reports.contents(fewest=3))
def test_no_table_of_parts_has_a_small_number_and_nobody_is_quoted(contents: Contents) -> None:
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
    assert CANARY not in markdown(document(contents, "briefing", 1, models.NOW))


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


@settings(max_examples=25)
@given(random_reports.contents(fewest=3, most=5))
def test_somebody_who_tries_every_possibility_is_never_sure_of_a_small_number(contents: Contents) -> None:
    shown = publishable(contents)
    true: Mapping[str, Count] = contents.tally.by_area
    if not shown.areas or shown.ratified_by_area:
        return  # the areas aren't named, or the table is shown and has no small number
    possible: list[set[tuple[str, int]]] = [set() for _ in true]
    for split in splits(rows(contents.tally.ratified), len(true)):
        by_area = {area: counted(part, count) for part, (area, count) in zip(split, true.items(), strict=True)}
        same = [part.total for part in by_area.values()] == [part.total for part in true.values()]
        tally = replace(contents.tally, by_area=by_area)
        if (same or not shown.places) and publishable(replace(contents, tally=tally)) == shown:
            for values, part in zip(possible, split, strict=True):
                values.update(part.items())
    for values, count in zip(possible, true.values(), strict=True):
        for row, number in rows(count).items():
            if number in SMALL:
                assert len({found for name, found in values if name == row}) > 1, row


@settings(max_examples=30)
@given(random_reports.contents(ratified=False))
def test_there_is_no_public_edition_of_a_draft_or_of_too_few(contents: Contents) -> None:
    if contents.draft or contents.tally.ratified.total < 3:
        with pytest.raises(Refused):
            publishable(contents)


def test_a_case_named_in_what_would_be_published_is_found() -> None:
    found = random_reports.of(tuple(
        replace(models.case([], random_reports.judged("good", "other"), area="East"), reference=f"T9-0{n}-ZZ")
        for n in range(3)
    ))  # fmt: skip
    with pytest.raises(Refused, match="T9-01-ZZ is named"):
        public(replace(found, origin="As in t9-01-zz."))
