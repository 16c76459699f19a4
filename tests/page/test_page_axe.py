"""The page keeps to what axe-core checks, wide and on a phone: names for everything, contrast, structure."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.page.visitor import Visitor

AXE = Axe()
COORDINATOR, CENTRAL, OUTSIDER = "U0COORDIN", "U0EDUCENTRAL", "U0OUTSIDER"


def wrong(page: Page) -> list[str]:
    """What axe-core finds, and where."""
    found = AXE.run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("width", [1280, 375])
def test_axe_finds_nothing(visitor: Visitor, width: int) -> None:
    visitor.page.set_viewport_size({"width": width, "height": 800})
    visitor.arrive(COORDINATOR, "home")
    assert wrong(visitor.page) == [], "a coordinator's Home"
    visitor.arrive(OUTSIDER, "general")
    assert wrong(visitor.page) == [], "a channel"
    visitor.arrive(CENTRAL).open_return("T2-CENTRAL-03")
    visitor.first_page()
    visitor.form.get_by_label("Not graded", exact=True).check()
    expect(visitor.form.get_by_label("Why is it not graded?")).to_be_visible()
    assert wrong(visitor.page) == [], "a form"
    visitor.send()
    expect(visitor.form.locator("[aria-invalid]").first).to_be_attached()
    assert wrong(visitor.page) == [], "a form that was refused"
    visitor.page.keyboard.press("Escape")
    expect(visitor.form).to_have_count(0)
    for pane in ("Sheet", "Clock and trouble") if width == 375 else ():
        visitor.press(pane)
        assert wrong(visitor.page) == [], pane
