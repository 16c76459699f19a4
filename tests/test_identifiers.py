"""Identifiers in free text: found in every way of writing them, and only them."""

import time

import pytest

from audit.errors import Refused
from audit.identifiers import find, screen
from tests.snippets import NEGATIVE, POSITIVE


def test_there_are_snippets_enough() -> None:
    assert sum(len(each) for each in POSITIVE.values()) + len(NEGATIVE) >= 250
    assert len(set(NEGATIVE)) == len(NEGATIVE)


def test_almost_every_identifier_is_found() -> None:
    labelled = [(kind, text) for kind, texts in POSITIVE.items() for text in texts]
    missed = [(kind, text) for kind, text in labelled if find(text) is None]
    assert len(missed) <= len(labelled) * 0.01, missed


def test_identifiers_are_named_for_what_they_are() -> None:
    wrong = [(kind, text, find(text)) for kind, texts in POSITIVE.items() for text in texts if find(text) != kind]
    assert len(wrong) <= 4, wrong


def test_almost_nothing_else_is_taken_for_one() -> None:
    alarms = [(text, find(text)) for text in NEGATIVE if find(text)]
    assert len(alarms) <= len(NEGATIVE) * 0.01, alarms


@pytest.mark.parametrize("text", [text for texts in POSITIVE.values() for text in texts[:3]])
def test_among_other_words_too(text: str) -> None:
    assert find(f"The plan was reviewed on time.\n{text}\nNobody objected in 2023-24.")


@pytest.mark.parametrize(
    "unit",
    ["0", "1 ", "0 ", "a", "a.", "a@", "@a.", "a@a ", "07700 90012 ", "+44 ", "(0", "A1", "A 1", "9-", "\u0660", " ",
     "\n", "943 476 591 ", "x.y@", "H80120000100", "BB1 2", "-.", "'+"],
)  # fmt: skip
def test_thirty_thousand_characters_take_no_time(unit: str) -> None:
    """No expression may run away: processor time, so that a busy machine doesn't count."""
    text = (unit * 30_000)[:30_000]
    began = time.process_time()
    find(text)
    assert time.process_time() - began < 2, "this takes a fraction of a second unless an expression backtracks"


def test_field_and_kind_are_named_but_never_the_identifier() -> None:
    with pytest.raises(Refused) as refused:
        screen({"voice": "Ring 07700 900123", "why": "Nothing here", "learning": "Ask someone@agency.example"})
    assert set(refused.value.fields) == {"voice", "learning"}
    assert "a phone number" in refused.value.fields["voice"]
    assert "an e-mail address" in refused.value.fields["learning"]
    assert "07700" not in str(refused.value.fields)
    assert "agency.example" not in str(refused.value.fields)
