"""Identifiers in free text: found in every way of writing them, and only them."""

import importlib
import re
import time
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum.gb import nhs, upn

from audit.identifiers import id_numbers, legible, masks, patterns, possible
from audit.identifiers.find import asks, find
from audit.identifiers.find import kinds as refused
from audit.screening import denied
from bench.identifiers import HOSTILE, interval, kinds
from tests.kit.snippets import ASKED, REFUSED, labelled

CORPORA = ("tuned", "held_out")


def test_there_are_snippets_enough() -> None:
    found, clean = labelled("tuned")
    assert min(sum(map(len, found.values())), len(clean)) >= 250
    for name in CORPORA:
        every = [text for texts in (*labelled(name)[0].values(), labelled(name)[1]) for text in texts]
        assert len(set(every)) == len(every)


@pytest.mark.parametrize("name", CORPORA)
@pytest.mark.parametrize("kind", [*REFUSED, *ASKED])
def test_fault_23_almost_every_identifier_is_found_and_named_for_what_it_is(name: str, kind: str) -> None:
    texts = labelled(name)[0][kind]
    missed = [(text, kinds(text)) for text in texts if kind not in kinds(text)]
    assert len(missed) <= len(texts) * (0.01 if kind in REFUSED else 0.05), missed


@pytest.mark.parametrize("name", CORPORA)
@pytest.mark.parametrize("kind", [*REFUSED, *ASKED])
def test_almost_nothing_else_is_taken_for_one(name: str, kind: str) -> None:
    clean = labelled(name)[1]
    alarms = [text for text in clean if kind in kinds(text)]
    assert len(alarms) <= len(clean) * 0.01, alarms


@pytest.mark.parametrize("text", [text for kind in REFUSED for text in labelled("tuned")[0][kind][:3]])
def test_among_other_words_too(text: str) -> None:
    assert find(f"The plan was reviewed on time.\n{text}\nNobody objected in 2023-24.")


@pytest.mark.parametrize(("gap", "as_with"), [("  ", " "), ("\t", " "), (" \u00a0 ", " "), ("\r\n", "\n")])
def test_it_makes_no_difference_how_words_are_spaced(gap: str, as_with: str) -> None:
    found, clean = labelled("tuned")
    texts = [*clean, *(text for each in found.values() for text in each)]
    other = [text for text in texts if kinds(text.replace(" ", gap)) != kinds(text.replace(" ", as_with))]
    assert not other


@pytest.mark.parametrize(
    ("text", "each"),
    [
        ("NHS no 943 476 5919, 07700 900123, LN1 1YZ", ["a postcode", "an NHS number", "a phone number"]),
        (
            "nine four three four seven six five nine one nine; A B one two three four five six C",
            ["a National Insurance number", "an NHS number"],
        ),
        ("01632 960 123, called twice: 01632 960 123", ["a phone number"]),
        ("NHS number: 4, 5, 5, 6, 7, 4, 4, 4, 6, 6", ["an NHS number"]),
        ("4-5-5 6-7 4 4 4, 6, 6", ["an NHS number"]),
        ("nobody was asked", []),
    ],
)
def test_every_kind_in_a_text_is_named_and_each_number_once(text: str, each: list[str]) -> None:
    assert sorted(set(refused(legible.read(text)))) == sorted(each)


DIGITS = st.text("0123456789", min_size=10, max_size=10)
GAPS = st.sampled_from(["", " ", "-", ".", "*", ",", "/", "_", "~", " - ", ", ", "\u200b", "\u00a0", "\n", "\u2013"])
FONTS = st.sampled_from([0, 0, 0xFF10 - 48, 0x660 - 48, 0x6F0 - 48, 0x1D7CE - 48])
BEFORE = st.sampled_from(["", "see ", "(", "#", "'", "*", "on 12/03/2024: ", "15 cases, "])
BEHIND = st.sampled_from(["", ".", ")", "@GP", " was noted", " on 12/03/2024", "abc", "/East", "\n"])


def written(number: str, groups: tuple[int, ...], gap: str, font: int) -> str:
    """`number` in groups, its digits in another script."""
    places = [sum(groups[:place]) for place in range(len(groups) + 1)]
    said = gap.join(number[start:end] for start, end in pairwise(places))
    return "".join(chr(ord(each) + font) if each.isdecimal() else each for each in said)


@given(DIGITS, st.sampled_from([(10,), (3, 3, 4), (4, 3, 3), (5, 5)]), GAPS, FONTS, BEFORE, BEHIND)
def test_nhs_numbers_however_they_are_written(  # noqa: PLR0917  # hypothesis fills them
    digits: str, groups: tuple[int, ...], gap: str, font: int, before: str, behind: str
) -> None:
    number = next((digits[:9] + last for last in "0123456789" if nhs.is_valid(digits[:9] + last)), None)
    if number is not None:  # a tenth have no check digit
        text = before + written(number, groups, gap, font) + behind
        assert find(text) in {"an NHS number", "a phone number"}, ascii(text)


@given(DIGITS, st.sampled_from([(12,), (3, 4, 5), (3, 3, 3, 3)]), st.sampled_from(["", " ", "-"]), FONTS)
def test_pupil_numbers_however_they_are_written(digits: str, groups: tuple[int, ...], gap: str, font: int) -> None:
    number = f"80{digits}"
    text = f"(UPN {upn.calc_check_digit(number)}{gap}{written(number, groups, gap, font)})"
    assert find(text) is not None, ascii(text)


@given(
    st.integers(0, 999), st.sampled_from(["07700 900", "01632 960", "020 7946 0", "0161 496 0"]), GAPS, FONTS, BEHIND
)
def test_telephone_numbers_however_they_are_written(last: int, begin: str, gap: str, font: int, behind: str) -> None:
    groups = f"{begin}{last:03}".split()
    for text in (gap.join(groups), f"+44{gap.join(groups)[1:]}", f"0044 {gap.join(groups)[1:]}"):
        said = "tel " + "".join(chr(ord(each) + font) if each.isdecimal() else each for each in text) + behind
        assert find(said) is not None, ascii(said)


SMALL = st.integers(1, 130).map(str)
SCORE = st.integers(0, 10).map(str)
DATE = st.dates(date(1990, 1, 1), date(2035, 12, 31)).map(lambda day: day.strftime("%d/%m/%Y"))
TIME = st.times().map(lambda time: time.strftime("%H:%M"))


@given(
    st.sampled_from([SMALL, SCORE, DATE, TIME]).flatmap(lambda each: st.lists(each, max_size=15)),
    st.sampled_from([", ", ",", " and ", "; ", " to "]),
)
@example(["4", "5", "5", "6", "7", "4", "4", "4", "6", "6"], ", ")
@example(["0", "7", "7", "0", "0", "9", "0", "0", "1", "2", "3"], ", ")
def test_lists_of_numbers_dates_and_times_are_no_identifiers(numbers: list[str], gap: str) -> None:
    text = f"scores {gap.join(numbers)}."
    assert asks(text) == []
    assert find(text) is None, text


def test_masks_are_the_boards_own_numbers() -> None:
    own = masks.local("LCS999999, ??-9999/99")
    for text in ("LCS123456", "(lcs 123 456)", "AB-1234/56", "ab 1234 56", "lcs-123456."):
        assert patterns.matches(text, own), text
    for text in ("LCS12345", "LCS1234567", "XLCS123456", "A-1234/56", "12/03/2024", "T2-EAST-03"):
        assert not patterns.matches(text, own), text
    for mask in ("LCS", "9", "LCS(9+)+9999", "9" * 31, "LCS[9]9999", "abc??99"):
        with pytest.raises(ValueError, match="each pattern has 5 to 30 characters"):
            masks.local(mask)


MODULES = (legible, id_numbers, masks, patterns, possible, denied)


def repeats(tree: Any, within: int = 1) -> Iterator[int]:  # noqa: ANN401  # re has no types for it
    """How often the innermost part of each repetition may be tried at one place: repetitions in each other multiply."""
    for name, given_ in tree:
        parts = given_ if isinstance(given_, tuple | list) else (given_,)
        times = within * int(given_[1]) if str(name) in {"MAX_REPEAT", "MIN_REPEAT"} else within
        if times != within:
            yield times
        for part in parts:
            for inner in part if isinstance(part, list) else (part,):
                if type(inner).__name__ == "SubPattern":
                    yield from repeats(inner, times)


@pytest.mark.parametrize("module", MODULES)
def test_no_expression_repeats_what_repeats_without_end(module: ModuleType) -> None:
    parser = importlib.import_module("re._parser")
    values = [*vars(module).values(), *masks.local("??-9999/99,LCS999999999999")]
    nested = [each for value in values for each in (value if isinstance(value, tuple) else (value,))]
    found = [each for each in nested if isinstance(each, re.Pattern)]
    assert found
    for pattern in found:
        tree = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
        endless = [times for times in repeats(tree) if times >= int(parser.MAXREPEAT)]
        assert not [times for times in endless if times > int(parser.MAXREPEAT)], pattern.pattern
        assert max([times for times in repeats(tree) if times not in endless], default=0) <= 64 * 6, pattern.pattern


@given(
    st.lists(st.sampled_from([*HOSTILE, "0044 ", "+", "@", "dob ", "1 ", "A", "\u0660", " at ", "Mr "]), max_size=300)
)
def test_hostile_text_ends(parts: list[str]) -> None:
    """The test's own time limit is what an expression that runs away would meet."""
    kinds("".join(parts))


@pytest.mark.parametrize("unit", [*HOSTILE, "0", "a", "+44 ", "A 1", "9-", "\u0660", " ", "\n", "BB1 2", "x.y@", "'+"])
def test_thirty_thousand_characters_take_no_time(unit: str) -> None:
    """Processor time, so that a busy machine counts as little as may be; `make bench` measures it."""
    text = (unit * 30_000)[:30_000]
    began = time.process_time()
    kinds(text)
    assert time.process_time() - began < 2, "this takes a tenth of a second unless an expression backtracks"


def test_intervals_are_exact() -> None:
    for hits, of, low, high in ((0, 10, 0.0, 0.3085), (10, 10, 0.6915, 1.0), (8, 10, 0.4439, 0.9748)):
        assert interval(hits, of)[0] == pytest.approx(low, abs=1e-4)
        assert interval(hits, of)[1] == pytest.approx(high, abs=1e-4)
