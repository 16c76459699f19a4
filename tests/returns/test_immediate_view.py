import json
from dataclasses import replace

import pytest

from audit.returns.immediate import Opened
from audit.returns.immediate_text import Immediate, NeededNow, Noted
from audit.tools import LINE_LIMIT, TEXT_LIMIT
from sandbox.slack.checks import problems
from tests.kit import models, reading
from tests.kit.models import CANARY, NOW, label, worst
from views.returns import immediate

OPEN = Immediate(
    id="i" * 32, cycle_id="c" * 32, return_id="r" * 32, reference=label("R", 40), area=label("A", 75),
    agency=label("G", 75), audit=2, raised_at=NOW, standing="yes", changed=False, due="due", acknowledged_at=None,
    acknowledged_by=None, closed_at=None, closed_by=None,
)  # fmt: skip
ACKNOWLEDGED = replace(OPEN, acknowledged_at=NOW, acknowledged_by=label("P", 80), standing="taken back")
CLOSED = replace(ACKNOWLEDGED, closed_at=NOW, closed_by=label("P", 80))
STATES = (OPEN, replace(OPEN, changed=True, standing="no"), ACKNOWLEDGED, CLOSED)


def opened(action: Immediate, kind: str = "letters", notes: int = 12) -> Opened:
    noted = Noted("p" * 32, label("P", 80), NOW.isoformat(), worst(kind, LINE_LIMIT), worst(kind, TEXT_LIMIT))
    asked = NeededNow(worst(kind, LINE_LIMIT), worst(kind, LINE_LIMIT), "2026-03-20")
    return Opened(action, "v" * 32, asked, (noted,) * notes, worst(kind, TEXT_LIMIT) if action.closed_at else "")


@pytest.mark.parametrize("action", STATES)
def test_the_message_fits_and_holds_references_only(action: Immediate) -> None:
    for content in (immediate.message(action, NOW), immediate.reminder(action, NOW)):
        assert problems(content.blocks, "message") == []
        assert not [text for text in [content.text, *reading.marked_up(content.blocks)] if "<!" in text]
        verbs = {each["action_id"] for each in reading.buttons(content.blocks)}
        assert (immediate.CLOSE in verbs) == (action.closed_at is None)
        assert "referral route first" in json.dumps(content.blocks)
    assert problems([immediate.line(action, NOW)], "message") == []
    told = immediate.raiser_message(action, NOW)
    assert problems(told.blocks, "message") == []
    assert not [text for text in [told.text, *reading.marked_up(told.blocks)] if "<!" in text]
    assert "referral route first" in json.dumps(told.blocks)


@pytest.mark.parametrize("kind", models.WORST)
@pytest.mark.parametrize("action", STATES)
def test_the_modals_fit_whatever_was_written(action: Immediate, kind: str) -> None:
    for notes in (0, 12):
        for view in (immediate.opened(opened(action, kind, notes), NOW), immediate.closing(opened(action, kind), NOW)):
            assert problems(view, "modal") == []
            assert CANARY in reading.everything(view)
            assert not [text for text in reading.marked_up(view) if "<!" in text]
            assert ("submit" in view) == (action.closed_at is None)
    assert problems(immediate.acknowledged(action, NOW), "modal") == []
    assert problems(immediate.closed(action, NOW), "modal") == []


def test_every_state_has_its_words() -> None:
    said = [immediate.state(action, NOW) for action in STATES]
    assert [text.split(".")[0] for text in said[:2]] == [
        "⚠️ Not acknowledged yet",
        "⚠️ Changed after it was acknowledged: please read and acknowledge it again",
    ]
    assert "Not closed yet. It is due." in said[2]
    late = replace(ACKNOWLEDGED, due="overdue")
    assert immediate.state(late, NOW).endswith("Not closed yet. It is overdue.")
    assert "Closed by" in said[3]
    assert [immediate.to_agency(action, NOW).split(".")[0] for action in STATES[:2]] == [
        "The coordinators have been told",
        "Changed after a coordinator had acknowledged it: the coordinators are asked to read it again",
    ]
    assert "Acknowledged by" in immediate.to_agency(ACKNOWLEDGED, NOW)
    assert "It is " not in immediate.to_agency(late, NOW)
    assert "Closed by" in immediate.to_agency(CLOSED, NOW)
    assert "taken its return back" in reading.everything(immediate.message(ACKNOWLEDGED, NOW).blocks)
    assert "taken its return back" not in reading.everything(immediate.message(CLOSED, NOW).blocks), "that is over"
