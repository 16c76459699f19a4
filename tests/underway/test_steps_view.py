from dataclasses import replace

import pytest

from audit.underway.steps import NextStep
from sandbox.slack.checks import problems
from storage.cycles import CycleState
from tests.kit import models, reading
from views.confirming import unmarked
from views.underway.steps import SHOW, TAKE, in_short, taken, view

NEXT = [("collecting", "meeting"), ("meeting", "ratified"), ("ratified", "reported"), ("reported", "closed")]
LACKS = tuple(models.label(f"r{n} isn't ratified", 200) for n in range(150))


@pytest.mark.parametrize(("state", "to"), NEXT)
@pytest.mark.parametrize("lacks", [(), LACKS], ids=["ready", "lacking"])
def test_a_step_fits_and_is_offered_only_when_nothing_is_missing(state: str, to: str, lacks: tuple[str, ...]) -> None:
    step = NextStep(models.cycle(state), to, lacks, LACKS, mark="0123456789ab")
    for each in (step, replace(step, again=True)):
        modal = view(each)
        assert problems(modal, "modal") == []
        assert not [text for text in reading.marked_up(modal) if "<!" in text]
        taking = [block for block in reading.blocks_of(modal) if block["type"] == "actions"]
        assert [unmarked(str(block["block_id"])) for block in taking] == ([] if lacks else [(to, "0123456789ab")])
        assert [button["action_id"] for button in reading.buttons(modal)] == ([] if lacks else [TAKE])
    assert problems(taken(replace(step, cycle=models.cycle(to))), "modal") == []
    line = in_short(step)
    assert [button["action_id"] for button in reading.buttons(line)] == [SHOW]
    assert (
        "150 things are missing" if lacks else "It can be taken; 150 things are worth knowing"
    ) in reading.everything(line)


@pytest.mark.parametrize("state", CycleState)
def test_every_state_has_its_words(state: CycleState) -> None:
    to = dict(NEXT).get(state)
    modal = view(NextStep(models.cycle(state), to))
    assert problems(modal, "modal") == []
    assert len(reading.blocks_of(modal)) > 1
    if to is None:
        assert in_short(NextStep(models.cycle(state), None)) == []
