"""Findings: added, changed and withdrawn once each, counted by cases, the same number on every surface."""

import json
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from audit.cases import summary
from audit.cycle import tally as tally_rules
from audit.delivery import ledger
from audit.errors import Refused
from audit.findings import edit, themes
from audit.findings.edit import FindingWording
from audit.findings.findings import FindingView, counts
from audit.findings.themes import ThemeStanding
from sheets.drawing import tallies
from storage.clock import now
from storage.crypto import seal, unseal
from storage.cycles import Cycle, CycleState
from storage.meetings import Judgement
from storage.messages import MessageKind
from storage.people import Person
from storage.types import new_id
from tests.kit.finding import WORDS, add, counted, findings, released, theme_id
from tests.kit.looking import entries, rows
from tests.kit.managing import COORDINATOR, agency_ids, case_id, enter, press
from tests.kit.models import NOW
from tests.kit.play import Play
from tests.kit.posting import deliver_due
from tests.kit.pressing import LEAD, acting, asked
from views.cycle.tally import tally

SUB_GROUP = "C0SUBGROUP"
ONE, TWO, THREE = "T2-EAST-01", "T2-EAST-02", "T2-EAST-03"


def test_a_finding_is_added_changed_and_withdrawn_in_the_discussion(play: Play) -> None:
    released(play, ONE)
    first = add(play, ONE, "SGO payments", agency=agency_ids(play, "Police")[0])
    assert first.ok
    assert "Case discussion" in play.modal_text(COORDINATOR)
    assert WORDS in play.modal_text(COORDINATOR)
    assert first.request
    assert play.workspace.sender.resend(first.request).ok
    [row] = findings(play)
    assert (row.version, row.theme_id) == (1, theme_id(play, "SGO payments"))
    assert WORDS not in str(rows(play.sessions)), "sealed"
    press(play, "finding.edit")
    assert enter(play, text="It was paid late.", theme="none").ok
    assert "It was paid late." in play.modal_text(COORDINATOR)
    press(play, "finding.edit")
    before = play.modal(COORDINATOR).id
    press(play, "finding.withdraw")
    assert "withdrawn" in play.modal_text(COORDINATOR)
    assert play.modal(COORDINATOR).id == before
    play.close_modal(COORDINATOR)
    assert "It was paid late." not in play.modal_text(COORDINATOR)
    [row] = findings(play)
    assert (row.version, row.theme_id, row.withdrawn_at is not None) == (2, None, True)
    with play.reading() as session:
        assert unseal(session, row, "text") == "It was paid late."
    assert [len(entries(play.sessions, f"finding.{verb}")) for verb in ("add", "save", "withdraw")] == [1, 1, 1]


def test_somebody_quicker_loses_nobody_a_word(play: Play) -> None:
    released(play, ONE)
    assert add(play, ONE).ok
    [row] = findings(play)
    press(play, "finding.edit")
    who = acting(play, COORDINATOR)
    with play.sessions.begin() as session:
        assert edit.save(session, who, row.id, 1, FindingWording("strength", "several", "none", "Paid in full.")).done
    assert enter(play, text="Paid in part.").ok
    said = play.modal_text(COORDINATOR)
    assert "Nothing of yours is lost" in said
    assert "Paid in full." in said
    assert "Paid in part." in said
    assert findings(play)[0].version == 2
    assert enter(play).ok
    assert findings(play)[0].version == 3
    assert "Paid in part." in play.modal_text(COORDINATOR)
    with play.sessions.begin() as session:
        assert edit.withdraw(session, who, row.id, 1).stands is not None
        assert edit.withdraw(session, who, row.id, 3).done
        assert edit.withdraw(session, who, row.id, 3).done
    press(play, "finding.edit")
    assert "This finding was withdrawn" in play.modal_text(COORDINATOR)


BAD = [
    ({"text": " "}, "Write what was found"),
    ({"text": "x" * 3001}, "at most 3,000 fit"),
    ({"text": "Ring 07700 900123."}, "a phone number"),
    ({"agency": "f" * 32}, "Choose one of the case's agencies"),
    ({"agency": ""}, "Choose one of the case's agencies"),
    ({"theme": "f" * 32}, "is no longer offered"),
    ({"kind": "praise"}, "Choose what sort"),
]


def test_bad_input_is_said_at_its_field_and_nothing_is_kept(play: Play) -> None:
    released(play, ONE)
    assert add(play, ONE, text="Call 07700 900123.").ok
    assert "a phone number" in " ".join(play.modal(COORDINATOR).field_errors.values())
    assert list(play.modal(COORDINATOR).field_errors) == [
        each for each in play.modal(COORDINATOR).values if each.startswith("text")
    ]
    who, case = acting(play, COORDINATOR), case_id(play, ONE)
    good = {"kind": "concern", "agency": "several", "theme": "none", "text": WORDS}
    wrong = []
    for given_, sentence in BAD:
        with pytest.raises(Refused) as refused, play.sessions.begin() as session:
            edit.add(session, who, case, new_id(), FindingWording(**good | given_))
        if sentence not in refused.value.fields.get(next(iter(given_)), ""):
            wrong.append((given_, refused.value.fields))
    assert wrong == []
    assert findings(play) == []


SHUT = {
    CycleState.PLANNED: "isn't open yet",
    CycleState.CLOSED: "is closed",
    CycleState.CANCELLED: "was cancelled",
}


def test_only_while_the_cycle_is_open_and_once_the_case_is_released(play: Play) -> None:
    released(play, ONE)
    who, case = acting(play, COORDINATOR), case_id(play, ONE)
    given_ = FindingWording("learning", "several", "none", WORDS)
    with pytest.raises(Refused, match="isn't out yet"), play.sessions.begin() as session:
        edit.add(session, who, case_id(play, TWO), new_id(), given_)
    for state in CycleState:
        with play.sessions.begin() as session:
            session.scalars(select(Cycle)).one().state = state
            if state not in SHUT:
                assert edit.add(session, who, case, new_id(), given_).done
                continue
            with pytest.raises(Refused, match=SHUT[state]):
                edit.add(session, who, case, new_id(), given_)


def test_every_surface_counts_the_same_cases(play: Play) -> None:
    released(play, ONE, TWO, THREE)
    for reference, theme in ((ONE, "SGO payments"), (ONE, "SGO payments"), (TWO, "SGO payments"), (THREE, "Housing")):
        assert add(play, reference, theme).ok
    assert counted(play) == {"SGO payments": (2, 15), "Housing": (1, 15)}
    board = play.board()
    told = tally_rules.to_json(board.tally, board.themes)["themes"]
    assert told == [
        {"theme": "SGO payments", "strength": False, "cases": 2, "of": 15},
        {"theme": "Housing", "strength": False, "cases": 1, "of": 15},
    ]
    drawn = tallies.tab(board)
    found = {row.values[1]: row.values[-2:] for row in drawn.rows if row.key.startswith("theme:")}
    assert found == {"SGO payments": (15, 2), "Housing": (15, 1)}
    message = tally(board.cycle, board.tally, board.now, board.themes)
    assert message.plain
    for blocks in (message.blocks, message.plain):
        assert "SGO payments: *2 of 15 cases*\\nHousing: *1 of 15 cases*" in json.dumps(blocks)
    assert asked(play, COORDINATOR, "findings.show", board.cycle.id).ok
    said = play.modal_text(COORDINATOR)
    assert "*SGO payments*: 2 of 15 cases\\nT2-EAST-01, T2-EAST-02\\n⚠️ *No recommendation yet*" in said
    assert entries(play.sessions, "findings.read")


def test_the_posted_tally_follows_in_place(play: Play) -> None:
    released(play, ONE, TWO)
    assert add(play, ONE, "SGO payments").ok
    cycle = play.board().cycle
    with play.sessions.begin() as session:
        ledger.insert(session, MessageKind.TALLY, cycle.id, cycle.id, channel=SUB_GROUP)
    deliver_due(play)
    assert "SGO payments: *1 of 2 cases*" in _tally(play)
    assert add(play, TWO, "SGO payments").ok
    deliver_due(play)
    assert "SGO payments: *2 of 2 cases*" in _tally(play)
    who = acting(play, COORDINATOR)
    with play.sessions.begin() as session:
        themes.change(session, who, theme_id(play, "SGO payments"), "Payments of allowances")
    deliver_due(play)
    assert "Payments of allowances: *2 of 2 cases*" in _tally(play)
    assert "SGO payments" not in _tally(play)
    assert WORDS not in _tally(play)
    assert [each.detail for each in entries(play.sessions, "theme.rename")] == [""], "the old name may be why"


def _tally(play: Play) -> str:
    found = [each for each in play.person(COORDINATOR).messages(SUB_GROUP) if "Tally of" in str(each["text"])]
    assert len(found) == 1
    return json.dumps(found[0], ensure_ascii=False)


def test_the_agencies_read_findings_once_the_case_is_ratified(play: Play) -> None:
    released(play, ONE)
    assert add(play, ONE).ok
    lead, case = acting(play, LEAD), case_id(play, ONE)
    with play.sessions.begin() as session:
        assert summary.read_summary(session, lead, case).findings == ()
        assert len(summary.read_summary(session, acting(play, "U0CHAIR"), case).findings) == 1
        by = session.scalars(select(Person.id)).first()
        judgement = Judgement(case_id=case, grade="good", by_id=by, ratified_at=now(session))
        session.add(judgement)
        seal(session, judgement, "statement", json.dumps({"why": "So.", "assurances": {}}))
    with play.sessions.begin() as session:
        assert len(summary.read_summary(session, lead, case).findings) == 1


@dataclass(frozen=True)
class Case:
    reference: str
    findings: tuple[FindingView, ...]


@dataclass(frozen=True)
class Recommendation:
    themes: tuple[ThemeStanding, ...]


def _finding(reference: str, theme: int | None) -> FindingView:
    standing = ThemeStanding(f"id{theme}", f"Theme {theme}") if theme is not None else None
    names = ("f", "c", reference, "East", "concern")
    return FindingView(*names, None, None, standing, WORDS, 1, "Coordinator", NOW)


found_in = st.lists(st.lists(st.none() | st.integers(0, 4), max_size=4), max_size=8)


@given(found_in, st.sets(st.integers(0, 4)))
def test_a_theme_counts_a_case_once_however_many_of_its_findings_name_it(
    named: list[list[int | None]], recommended: set[int]
) -> None:
    of = [Case(f"T-{n}", tuple(_finding(f"T-{n}", each) for each in themes)) for n, themes in enumerate(named)]
    found = counts(of, [Recommendation((ThemeStanding(f"id{each}", ""),)) for each in recommended])
    assert {(each.theme_id, each.references) for each in found} == {
        (f"id{theme}", tuple(f"T-{n}" for n, themes in enumerate(named) if theme in themes))
        for theme in range(5)
        if any(theme in themes for themes in named)
    }
    assert all(each.of == len(named) and each.cases <= each.of for each in found)
    assert [each.theme for each in found if each.recommended] == [
        each.theme for each in found if int(each.theme_id[2:]) in recommended
    ]
    assert [(-each.cases, each.theme) for each in found] == sorted((-each.cases, each.theme) for each in found)
