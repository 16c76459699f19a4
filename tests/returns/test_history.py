"""What became of a return: who changed what, and the full text of a version."""

from dataclasses import replace

import pytest

from audit.library.default import DEFAULT
from audit.returns import history
from audit.returns.answers import Answers
from audit.returns.history import THEMES, WHY
from tests.kit import graded
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, DEPUTY, LEAD, acting, asked, pressed, return_of, submitted


@pytest.mark.on_sqlite
def test_three_versions_and_what_each_changed(play: Play) -> None:
    play.load()
    assert play.send_return(LEAD, "T2-EAST-03", went_well="The plan followed them.").ok
    play.close_modal(LEAD)
    assert play.send_return(DEPUTY, "T2-EAST-03", grade="inadequate", went_well="Nothing did.", voice="Not asked.").ok
    play.close_modal(DEPUTY)
    assert play.open_return(LEAD, "T2-EAST-03").ok
    assert pressed(play, LEAD, "return.withdraw").ok
    assert play.person(LEAD).submit(play.modal(LEAD).id).ok
    play.close_modal(LEAD)
    assert play.open_return(LEAD, "T2-EAST-03").ok
    assert submitted(play, LEAD, voice="Asked twice.").ok

    own = return_of(play, "T2-EAST-03")
    with play.reading() as session:
        found = history.history(session, acting(play, COORDINATOR), own)
    told = [(step.number, step.state, step.before.result, step.after.result, step.changed) for step in found.steps]
    assert told == [
        (4, "submitted", "awaiting", "inadequate", ("Voice of the child",)),
        (3, "requested", "inadequate", "awaiting", ()),
        (2, "submitted", "good", "inadequate", ("What went well", "Voice of the child")),
        (1, "submitted", "awaiting", "good", ()),
    ]
    assert [step.by for step in found.steps][1:3] == ["Education lead, East", found.steps[2].by]
    assert found.steps[2].by != "Education lead, East"

    assert asked(play, COORDINATOR, "history.show", own).ok
    text = play.modal_text(COORDINATOR)
    assert "From Good to *Inadequate*" in text
    assert "Changed: What went well, Voice of the child" in text
    assert "Nothing did." not in text
    assert entries(play.sessions, "history.read") == []
    second = next(block for block in modal_blocks(play) if "Version 2" in str(block))
    assert pressed(play, COORDINATOR, "history.read", str(second["block_id"])).ok
    assert "Nothing did." in play.modal_text(COORDINATOR)
    assert "*What went well* (changed)" in play.modal_text(COORDINATOR)
    assert "If yes" not in play.modal_text(COORDINATOR), "nobody asked that"
    assert [entry.detail for entry in entries(play.sessions, "history.read")] == ["T2-EAST-03 version 2"]
    assert pressed(play, COORDINATOR, "history.back").ok
    assert "Version 4" in play.modal_text(COORDINATOR)
    play.close_modal(COORDINATOR)

    assert entries(play.sessions, "return.read") == [], "its own people read their own"
    assert asked(play, COORDINATOR, "return.open", own).ok
    assert "Asked twice." in str(play.modal(COORDINATOR).content)
    assert [(each.subject_id, each.detail) for each in entries(play.sessions, "return.read")] == [
        (own, "T2-EAST-03 version 4")
    ]
    play.close_modal(COORDINATOR)
    assert asked(play, COORDINATOR, "return.open", return_of(play, "T2-EAST-03", "Police")).ok
    assert len(entries(play.sessions, "return.read")) == 1, "there is nothing in it yet"


def modal_blocks(play: Play) -> list[dict[str, object]]:
    blocks = play.modal(COORDINATOR).content["blocks"]
    assert isinstance(blocks, list)
    return blocks


def test_changes_are_named_by_their_questions() -> None:
    one = Answers({"voice": "a", "learning": "b"}, "good", None, "Why.", ("t1", "t2"))
    same = Answers({"voice": "a", "learning": "b", "went_well": ""}, "inadequate", None, "Why.", ("t2", "t1"))
    other = Answers({"voice": "c"}, "good", None, "Why not.", ("t1",))
    assert history.changes(DEFAULT.sections, one, same) == ()
    assert history.changes(DEFAULT.sections, one, other) == (
        "Voice of the child", "Learning for our agency", WHY, THEMES,
    )  # fmt: skip
    seen = replace(one, sections={graded.EVIDENCE: "a", "seen": "b"}), replace(one, sections={graded.EVIDENCE: "a"})
    assert history.changes(graded.ALIKE.sections, *seen) == ("Oversight: What did you see?",), "and the other was not"
