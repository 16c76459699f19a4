"""The whole cycle by clicking, to its final tally."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.desk import Desk
from sandbox.slack.shapes import obj
from tests.page.conftest import begun
from tests.page.visitor import PATIENT, Visitor

pytestmark = [pytest.mark.xdist_group("page"), pytest.mark.timeout(300)]
EAST, COORDINATOR, MEMBER, OUTSIDER = "U0EDUEAST", "U0COORDIN", "U0SUBGROUP", "U0OUTSIDER"
PUBLISHED = {"outstanding": 0, "good": 4, "requires_improvement": 6, "inadequate": 1}


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[tuple[Desk, str]]:
    del browser
    with begun(tmp_path_factory.mktemp("cycle"), answered=2) as found:
        yield found


def _clock(visitor: Visitor, what: str) -> None:
    expect(visitor.page.locator(".clock small")).to_contain_text(what)
    visitor.press("Go to the next thing due")
    visitor.told(f"a minute past: {what}")


def _all_answer(visitor: Visitor) -> None:
    visitor.press("Let the others answer")
    visitor.everybody_answered("The others answer")
    visitor.settled()
    _clock(visitor, "the deadline for returns")
    visitor.press("Let the late ones answer")
    visitor.everybody_answered("The late ones answer")


def _read_the_summary(visitor: Visitor) -> None:
    visitor.go("audit-east")
    expect(visitor.talk).to_contain_text("Case T2-EAST-05", timeout=PATIENT)
    visitor.talk.get_by_role("button", name=re.compile("Read the summary: T2-EAST-01")).click()
    expect(visitor.form).to_contain_text("(Invented)")
    visitor.page.keyboard.press("Escape")
    expect(visitor.form).to_have_count(0)


def _ratify_one_then_all(visitor: Visitor) -> None:
    visitor.be(COORDINATOR)
    visitor.go("Home")
    visitor.talk.get_by_role("button", name="Ratify T2-EAST-01").click()
    visitor.fill("Good", "(Invented) Agreed at the meeting.")
    visitor.send()
    expect(visitor.page.locator("#modal-title")).to_have_text("Judgement ratified")
    visitor.page.keyboard.press("Escape")
    visitor.press("Ratify all")
    visitor.everybody_answered("The coordinator ratifies")
    visitor.settled()


def test_the_whole_cycle_is_clicked_to_its_final_tally(own: tuple[Desk, str], page: Page) -> None:
    desk, address = own
    visitor = Visitor(page, desk, address).arrive(EAST)
    _all_answer(visitor)
    _clock(visitor, "the cycle's tally, the case summaries of East")
    visitor.settled()
    _read_the_summary(visitor)
    _clock(visitor, "the case summaries of Central and North")
    _clock(visitor, "the meeting about East")
    _clock(visitor, "the meeting about Central and North")
    expect(page.get_by_role("button", name="Nothing more is due")).to_be_disabled()
    _ratify_one_then_all(visitor)

    visitor.be(MEMBER)
    visitor.go("quality-sub-group")
    expect(visitor.talk).to_contain_text("Ratified judgements")
    expect(visitor.talk.locator("svg.chart").first).to_be_visible()
    for label, number in (("Outstanding", 0), ("Good", 4), ("Requires improvement", 6), ("Inadequate", 1)):
        expect(visitor.talk).to_contain_text(f"{label}: {number}", timeout=PATIENT)
    visitor.tab("Tallies")
    expect(visitor.sheet.locator("svg.chart")).to_be_visible()
    tally = desk.product.ask("tally", str(desk.file.number))
    assert tally["grades"] == PUBLISHED
    assert obj(tally["not_graded"])["insufficient_information"] == 4
    assert tally["adds_up"] is True

    visitor.be(OUTSIDER)
    expect(page.locator("#side a", has_text="audit-east")).to_have_count(0)
