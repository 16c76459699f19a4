import pytest

from audit.returns.found_return import Party
from audit.returns.take_back import TakenBack, TakingBack
from sandbox.slack.checks import problems
from tests.kit import models, reading
from views.returns.take_back import form, taken_back

PARTY = Party(models.label("R", 40), models.label("A", 75), models.label("G", 75), 2)


@pytest.mark.parametrize("released", [False, True])
@pytest.mark.parametrize("late", [False, True])
def test_taking_back_fits_slack_and_asks_why_only_if_others_have_read_it(*, released: bool, late: bool) -> None:
    now = models.MEETING if late else models.NOW
    view = form(TakingBack("v" * 32, PARTY, 99, late, released, models.DUE, models.MEETING, now))  # read
    assert problems(view, "modal") == []
    assert ("change_reason" in reading.inputs(view)) is released
    assert ("marked late" in reading.everything(view)) is late
    assert problems(taken_back(TakenBack(PARTY, 100, models.DUE, models.MEETING, models.NOW)), "modal") == []
