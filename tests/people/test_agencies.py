"""Agencies and areas: added once, told apart by every name, and renamed wherever they show."""

import re
from pathlib import Path

import pytest

from audit.errors import Refused
from audit.people.agencies import SHORT, add_agencies, add_areas, everything, rename_agency, rename_area, suggested
from audit.screening import denied
from storage.promises import Promise
from tests.kit.looking import rows
from tests.kit.play import Play
from tests.kit.pressing import acting

DOCS = Path(__file__).parents[2] / "docs"
REFUSED = [
    ("Fire, police", "Line 1: “police” belongs to Police already"),
    ("police, Constabulary", "Line 1: “police” is listed already, with another short name; “Rename” changes that"),
    ("csc", "Line 1: “csc” belongs to Children's Social Care already"),
    ("Fire, Fire\nBrigade, fire", "Line 2: “fire” belongs to Fire already"),
    ("Fire, " + "x" * 21, "Line 1: a short label has at most 20 characters"),
    ("Fire, F, x", "Line 1: it has more than a label and a short label"),
    ("x" * 76, "Line 1: at most 75 characters fit"),
    ("=A1", "Line 1: it holds a formula"),
    ("Fine\nDesk 07700 900123", "Line 2: it seems to contain a phone number"),
]


def test_agencies_are_added_once_and_never_under_a_name_that_is_taken(play: Play) -> None:
    play.load(opened=False)
    who, before = acting(play, "U0COORDIN"), rows(play.sessions)
    for text, sentence in REFUSED:
        with (
            pytest.raises(Refused, match=re.escape(f"Nothing was saved. {sentence}")),
            play.sessions.begin() as session,
        ):
            add_agencies(session, who, text)
    assert rows(play.sessions) == before
    lines = "Fire and Rescue Service\nAmbulance Service, Ambulance\n\nPolice, Police\n"
    for added in (2, 0):
        with play.sessions.begin() as session:
            assert add_agencies(session, who, lines) == added
    with play.reading() as session:
        there = everything(session).agencies
    short = {each.label: each.short_label for each in there}
    assert short["Fire and Rescue Service"] == "FRS"
    police = next(each for each in there if each.label == "Police")
    with play.sessions.begin() as session:
        rename_agency(session, who, police.id, "Police", "Pol")
        assert add_agencies(session, who, lines.replace("Police, Police", "Police")) == 0, "the short label it has"
    with play.sessions.begin() as session:
        assert (add_areas(session, who, "West\n west \nEast"), add_areas(session, who, "West")) == (1, 0)


def test_labels_are_held_against_the_names_to_keep_out(play: Play) -> None:
    play.load(opened=False)
    who = acting(play, "U0COORDIN")
    with play.sessions.begin() as session:
        denied.change(session, who, "Quillfeather", "")
        there = everything(session)
    who = acting(play, "U0COORDIN")  # to whom it is known from now on that there is such a list
    agency, area = there.agencies[0], there.areas[0]
    for field, doing in (
        ("lines", lambda session: add_agencies(session, who, "Fire\nQuillfeather House, QH")),
        ("lines", lambda session: add_agencies(session, who, "A house, Quillfeather")),
        ("lines", lambda session: add_areas(session, who, "West\nQuillfeather's")),
        ("label", lambda session: rename_agency(session, who, agency.id, "Quillfeather", "Q")),
        ("short_label", lambda session: rename_agency(session, who, agency.id, "A house", "Quillfeather")),
        ("label", lambda session: rename_area(session, who, area.id, "Quillfeather")),
    ):
        with (
            pytest.raises(Refused, match="a name on your partnership's list") as refused,
            play.sessions.begin() as session,
        ):
            doing(session)
        assert list(refused.value.fields) == [field]
    with play.reading() as session:
        assert everything(session) == there


def test_a_new_name_is_shown_wherever_the_audit_is_not_over(play: Play) -> None:
    play.load()
    who = acting(play, "U0COORDIN")
    with play.sessions.begin() as session:
        session.query(Promise).delete()
        agency = next(each for each in everything(session).agencies if each.label == "Police")
        for label, field in (("csc", "label"), ("", "label")):
            with pytest.raises(Refused) as refused:
                rename_agency(session, who, agency.id, label, "Police")
            assert list(refused.value.fields) == [field]
        rename_agency(session, who, agency.id, "Constabulary", "Police")
        rename_agency(session, who, agency.id, "Constabulary", "Police")
    assert [row[1] for row in rows(play.sessions)["promises"]] == ["cycle"]
    assert "Constabulary" in {line.agency for case in play.board().cases for line in case.lines}


def test_a_suggested_short_label_fits_and_is_free() -> None:
    taken = {"frs": "Forensic Research Station", "frs 2": "Family Resource Service"}
    assert suggested("Police", {}) == "Police"
    assert suggested("Fire and Rescue Service", taken) == "FRS 3"
    assert suggested("Fire and Rescue Service", {"frs": "Fire and Rescue Service"}) == "FRS"
    assert len(suggested("a service without any capital letters", {})) <= SHORT


def test_what_the_guide_says_of_sampling_holds() -> None:
    code = (DOCS / "sampling.md").read_text().partition("```python\n")[2].partition("```")[0]
    exec(compile(code, "sampling.md", "exec"), {})  # our own lines, which readers are told to run
