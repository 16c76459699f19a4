import pytest

from audit.returns.decline import DeclineDecision, DeclineForm, DeclineView
from audit.returns.found_return import Party
from sandbox.slack.checks import problems
from tests.kit import models, reading
from views.returns.decline import asker_message, confirmation, deciding, form, line, settled, to_coordinators

PARTY = Party(models.label("R", 40), models.label("A", 75), models.label("G", 75), 2)


def request(decision: DeclineDecision, reason: str | None = None) -> DeclineView:
    decided = decision not in (DeclineDecision.WAITING, DeclineDecision.OVER)
    return DeclineView(
        decline_id="d" * 32,
        return_id="r" * 32,
        party=PARTY,
        cycle_id="c" * 32,
        cycle_name=models.label("T", 100),
        asked_by_id="p" * 32,
        asked_by=models.label("P", 80),
        asked_at=models.NOW,
        decision=decision,
        decided_by=models.label("C", 80) if decided else None,
        decided_at=models.NOW if decided else None,
        now=models.NOW,
        reason=reason,
    )


@pytest.mark.parametrize("decision", DeclineDecision)
@pytest.mark.parametrize("kind", models.WORST)
def test_a_request_fits_slack_however_it_stands(decision: DeclineDecision, kind: str) -> None:
    view = request(decision)
    whole = deciding(request(decision, models.worst(kind, 3000)))
    for shown in (confirmation(view), settled(view), whole):
        assert problems(shown, "modal") == []
    assert ("submit" in whole) is (decision == DeclineDecision.WAITING)
    for content in filter(None, (to_coordinators(view), asker_message(view))):
        assert problems(content.blocks, "message") == []
        assert "<!channel>" not in content.text + "".join(reading.marked_up(content.blocks))
    assert problems({"type": "home", "blocks": [line(view)]}, "home") == []
    assert problems(form(DeclineForm("r" * 32, PARTY, models.label("T", 100), models.DUE, models.NOW)), "modal") == []


def test_only_what_is_decided_is_told_to_whom_asked() -> None:
    assert [asker_message(request(each)) is not None for each in DeclineDecision] == [False, True, True, False, False]
