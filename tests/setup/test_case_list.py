"""Pasted cases: whatever a spreadsheet gives is understood or named, line by line, and stored all or none."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from audit.pasted import comparable_name
from audit.people.agencies import everything, rename_agency
from audit.setup import case_list
from audit.setup.case_list import NameableAgencies, read
from storage.cycles import Cycle
from tests.kit.looking import rows
from tests.kit.play import Play
from tests.kit.pressing import acting

NHS = "943 476 5919"
AREAS = {"east": "a-east", "north": "a-north"}
AGENCIES = {"children's social care": "csc", "csc": "csc", "police": "police", "wellbeing, early help": "early"}
KNOWN = NameableAgencies(AREAS, AGENCIES, frozenset({"west"}))

labels = st.sampled_from(["CSC", "csc", "Children\u2019s  Social Care", "children's social care", "Police", "POLICE"])
references = st.lists(st.from_regex(r"[A-Z]\d-[A-Z]{2}-\d\d", fullmatch=True), min_size=1, max_size=8, unique=True)


@st.composite
def lists(draw: st.DrawFn) -> tuple[str, list[tuple[str, str, set[str]]]]:
    """A pasted list in any of the forms that are understood, and what stands in it."""
    cut = draw(st.sampled_from(["\t", ",", ";"]))
    between = draw(st.sampled_from(["/", " / ", "|", *([";"] if cut != ";" else []), cut]))
    lines, expected = [], []
    for reference in draw(references):
        area, named = draw(st.sampled_from(["East", "north ", "NORTH"])), draw(st.lists(labels, min_size=1, max_size=4))
        quote = '"' if draw(st.booleans()) else ""
        pad = draw(st.sampled_from(["", " "]))
        lines.append(f"{quote}{reference}{quote}{pad}{cut}{area}{cut}{between.join(named)}{pad}")
        expected.append((reference, AREAS[comparable_name(area)], {AGENCIES[comparable_name(each)] for each in named}))
    heading = draw(st.sampled_from(["", f"Case reference{cut}Area{cut}Agencies\n"]))
    end = draw(st.sampled_from(["\n", "\r\n", "\n\n"]))
    return heading + end.join(lines) + end, expected


@given(lists())
def test_every_form_of_a_list_is_understood(made: tuple[str, list[tuple[str, str, set[str]]]]) -> None:
    text, expected = made
    listed, bad = read(text, KNOWN)
    assert bad == []
    assert [(each.reference, each.area_id, set(each.agency_ids)) for each in listed] == expected


@given(st.text(max_size=300))
def test_whatever_is_pasted_each_line_is_a_case_or_bad(text: str) -> None:
    listed, bad = read(text, KNOWN)
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    headings = sum(line.split(",")[0].split(";")[0].strip().lower() in case_list.HEADINGS for line in lines[:1])
    assert len(lines) - headings <= len(listed) + len(bad) <= len(lines)


WRONG = {
    "T1-E-01, East": "no agency is named",
    "T1-E-01, East, ": "no agency is named",
    "T1-E-01": "no area is named",
    "T1-E-01, South, CSC": "there is no area “South”",
    "T1-E-01, West, CSC": "“West” is not in this audit",
    "T1-E-01, East, CSC / Fire": "there is no agency “Fire”",
    "Jo Bloggs, East, CSC": "only letters, digits",
    f"{NHS}, East, CSC": "an NHS number",
    "1234567890, East, CSC": "an NHS number",
    "T1-E-01, East, 07700 900123": "a phone number",
    "T1-E-01, jo@example.org, CSC": "an e-mail address",
    "=A1, East, CSC": "a formula",
    'T1-E-01, "East, CSC': "quotation marks",
    "x" * 41 + ", East, CSC": "at most 40",
}


@pytest.mark.parametrize(("line", "reason"), WRONG.items(), ids=[each[:20] for each in WRONG])
def test_a_bad_line_is_named_with_its_reason_and_never_repeats_an_identifier(line: str, reason: str) -> None:
    listed, bad = read(f"T1-E-00, East, Police\n\n{line}\n", KNOWN)
    assert [each.reference for each in listed] == ["T1-E-00"]
    assert [each.number for each in bad] == [3]
    assert reason in bad[0].reason
    assert not any(secret in bad[0].reason for secret in (NHS, "07700", "jo@", "1234567890"))


def test_a_label_with_a_comma_is_put_in_quotation_marks_and_a_case_named_twice_is_bad() -> None:
    listed, bad = read('T1, East, "Wellbeing, Early Help" , Police\nt1, North, CSC', KNOWN)
    assert [each.agency_ids for each in listed] == [("early", "police")]
    assert [each.reason for each in bad] == ["t1 is in line 1 too"]


@pytest.fixture
def planned(play: Play) -> Iterator[tuple[Play, str]]:
    """The published cycle, not open yet."""
    play.load(opened=False)
    with play.reading() as session:
        yield play, session.scalars(select(Cycle.id)).one()


def _submit(play: Play, cycle: str, text: str, seen: str = "") -> case_list.CaseList:
    who = acting(play, "U0COORDIN")
    with play.sessions.begin() as session:
        return case_list.submit(session, who, cycle, text, seen)


def test_what_was_shown_is_stored_once_and_anything_else_is_shown_first(planned: tuple[Play, str]) -> None:
    play, cycle = planned
    two, three = "T2-EAST-91, East, CSC", "T2-EAST-91, East, CSC\nT2-EAST-92, North, Police"
    shown = _submit(play, cycle, two)
    before = rows(play.sessions)
    edited = _submit(play, cycle, three, shown.mark)
    assert (edited.stored, edited.cases) == (False, 2)
    assert rows(play.sessions) == before
    assert _submit(play, cycle, three, edited.mark).stored
    after = rows(play.sessions)
    assert len(after["cases"]) == len(before["cases"]) + 2
    assert _submit(play, cycle, three, edited.mark).stored, "sent twice, answered the same"
    assert rows(play.sessions) == after
    again = _submit(play, cycle, "T2-EAST-91, North, CSC\nT2-EAST-93, East, CSC")
    assert [each.reason for each in again.bad] == ["T2-EAST-91 is in this audit already"]
    assert not again.storable


def test_sent_several_times_at_once_it_is_stored_once(planned: tuple[Play, str]) -> None:
    play, cycle = planned
    text = "T2-EAST-91, East, CSC\nT2-EAST-92, North, Police"
    shown, before = _submit(play, cycle, text), rows(play.sessions)
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda _: _submit(play, cycle, text, shown.mark), range(4)))
    assert [each.stored for each in sent] == [True] * 4
    assert len(rows(play.sessions)["cases"]) == len(before["cases"]) + 2


def test_what_was_renamed_since_it_was_shown_is_named(planned: tuple[Play, str]) -> None:
    play, cycle = planned
    shown = _submit(play, cycle, "T2-EAST-91, East, CSC")
    with play.sessions.begin() as session:
        agency = next(each for each in everything(session).agencies if each.short_label == "CSC")
        rename_agency(session, acting(play, "U0COORDIN"), agency.id, "Social Work", "SW")
    late = _submit(play, cycle, "T2-EAST-91, East, CSC", shown.mark)
    assert [each.reason for each in late.bad] == ["there is no agency “CSC”"]
