import pytest

from audit.library.default import DEFAULT
from audit.returns.found_return import Party
from audit.returns.history import AnsweredText, FullText, History, VersionResult, VersionStep
from audit.scales import INSPECTION, NOT_GRADED
from sandbox.slack.checks import problems
from tests.kit import models, reading
from views.returns.history import full, view

PARTY = Party(models.label("R", 40), models.label("A", 75), models.label("G", 75), 2)
STATES = ("submitted", "nil", "declined", "requested")


def step(number: int) -> VersionStep:
    return VersionStep(
        version_id=f"{number:032}",
        number=number,
        at=models.NOW,
        by=models.label("P", 80),
        state=STATES[number % 4],
        before=VersionResult(NOT_GRADED, "insufficient_information"),
        after=VersionResult("requires_improvement"),
        changed=tuple(section.label for section in DEFAULT.sections) * 3 if number % 4 == 0 else (),
        source="email",
        given_by=models.label("H", 150),
        late=True,
        after_release=True,
        written=True,
    )


@pytest.mark.parametrize("count", [0, 1, 300])
def test_every_page_of_versions_fits_slack(count: int) -> None:
    steps = tuple(step(number) for number in range(count, 0, -1))
    history = History("r" * 32, PARTY, models.label("T", 100), INSPECTION, steps, models.NOW)
    seen: list[object] = []
    for page in range(count // 20 + 1):
        modal = view(history, page)
        assert problems(modal, "modal") == []
        seen += [each["value"] for each in reading.buttons(modal) if each["action_id"] == "history.read"]
    assert {each.version_id for each in steps} == set(seen)


@pytest.mark.parametrize("kind", models.WORST)
def test_a_version_in_full_fits_slack_and_nothing_is_cut(kind: str) -> None:
    texts = tuple(AnsweredText(f"Question {n}", models.worst(kind, 3000), n % 2 == 0) for n in range(40))
    whole = FullText("r" * 32, PARTY, INSPECTION, step(4), texts, models.NOW)
    shown = ""
    for page in range(12):
        modal = full(whole, page)
        assert problems(modal, "modal") == []
        shown += reading.everything(modal)
    assert all(each.label in shown for each in texts)
    assert "(changed)" in shown
