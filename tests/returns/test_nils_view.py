import pytest

from audit.returns.found_return import Party
from audit.returns.nil import MOST, Entering, Nil, NilOutcome, WhichAreKnown, split
from sandbox.slack.checks import problems
from tests.kit import models, reading
from views.returns.nil import EVERY, TickedForm, confirmation, confirming, form, outcome, saying, which_are_known

PARTY = Party(models.label("R", 40), models.label("A", 75), models.label("G", 75), 2)


def asked(count: int, left: int = 0) -> WhichAreKnown:
    return WhichAreKnown(models.NOW, tuple(models.waiting(n) for n in range(count)), left)


def sent(view: dict[str, object], ticked: set[str] | None = None) -> TickedForm:
    """The form as Slack sends it, with what is ticked (None: as it was opened)."""
    values = {}
    for field, block in reading.inputs(view).items():
        made = reading.element(block)
        options = made["options"] if ticked is not None else made.get("initial_options", [])
        assert isinstance(options, list)
        chosen = [option for option in options if ticked is None or option["value"] in ticked]
        values[field] = {"answer": {"type": "checkboxes", "selected_options": chosen}}
    return TickedForm.read(dict(view) | {"id": "V1", "state": {"values": values}})


@pytest.mark.parametrize("count", [0, 1, 10, 11, MOST])
def test_every_step_fits_slack(count: int) -> None:
    waiting = asked(count, left=count)
    for view in (
        which_are_known(waiting, EVERY),
        which_are_known(waiting, EVERY, [each.return_id for each in waiting.waiting], changed=True),
        confirming(split(waiting, ()), EVERY, waiting.mark),
        confirming(split(waiting, [each.return_id for each in waiting.waiting[1:]]), EVERY, waiting.mark),
    ):
        assert problems(view, "modal") == []
    nil = Nil(PARTY, 2, models.NOW, models.MEETING, late=True)
    skipped = tuple((PARTY, "This return can't be changed any more. " * 4) for _ in range(count))
    for view in (outcome(NilOutcome((nil,) * count, skipped, count, models.NOW)), confirmation(nil)):
        assert problems(view, "modal") == []
    assert problems(form(Entering("a" * 32, PARTY, models.DUE, models.NOW)), "modal") == []
    assert problems([{"type": "actions", "elements": [saying("a" * 32, PARTY.reference)]}], "message") == []


def test_what_is_ticked_is_read_whatever_its_group() -> None:
    waiting = asked(25)
    ids = {waiting.waiting[n].return_id for n in (0, 9, 10, 24)}
    read = sent(which_are_known(waiting, EVERY), ids)
    assert (set(read.return_ids), read.mark, read.cycle_id) == (ids, waiting.mark, None)
    proposed = confirming(split(waiting, ids), "c" * 32, waiting.mark)
    confirmed = sent(proposed)
    assert confirmed.cycle_id == "c" * 32
    assert set(confirmed.return_ids) == {each.return_id for each in waiting.waiting} - ids


def test_a_list_is_told_from_another() -> None:
    assert asked(3).mark != asked(4).mark
    assert asked(3).mark == asked(3).mark


def test_the_second_step_says_what_stays() -> None:
    waiting = asked(3)
    shown = reading.everything(confirming(split(waiting, [waiting.waiting[0].return_id]), EVERY, waiting.mark))
    assert "2 nil returns" in shown
    assert "1 return stays to be answered" in shown
    nothing = confirming(split(waiting, [each.return_id for each in waiting.waiting]), EVERY, waiting.mark)
    assert "submit" not in nothing
    assert "no nil return is sent. 3 returns stay" in reading.everything(nothing)
