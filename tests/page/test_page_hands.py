"""The page without a mouse, and on a phone."""

import pytest
from playwright.sync_api import expect

from tests.page.visitor import Visitor

CENTRAL, COORDINATOR = "U0EDUCENTRAL", "U0COORDIN"


def _tab_to(visitor: Visitor, selector: str) -> None:
    """Press Tab until that has the focus."""
    for _ in range(120):
        visitor.page.keyboard.press("Tab")
        if visitor.page.locator(f":focus{selector}").count():
            return
    pytest.fail(f"Tab never reaches {selector}")


def test_a_return_is_sent_by_keyboard_alone(visitor: Visitor) -> None:
    visitor.arrive(CENTRAL)
    keys = visitor.page.keyboard
    _tab_to(visitor, "[aria-label*='T2-CENTRAL-01']")
    keys.press("Enter")
    expect(visitor.page.locator("#modal-title")).to_be_focused()
    keys.press("Escape")
    expect(visitor.form).to_have_count(0)
    expect(visitor.page.locator(":focus")).to_have_attribute("aria-label", "Open return: T2-CENTRAL-01, Education")

    keys.press("Enter")
    expect(visitor.page.locator("#modal-title")).to_be_focused()
    _tab_to(visitor, "[name='involvement|answer']")
    keys.type("(Invented) Known since the spring.")
    _tab_to(visitor, "[type=radio][value=yes]")
    keys.press("ArrowUp")  # round to the last, that planning isn't theirs
    _tab_to(visitor, "[type=submit]")
    keys.press("Enter")
    expect(visitor.form.get_by_label("Voice of the young person")).to_be_visible()
    _tab_to(visitor, "[name='voice|answer']")
    keys.type("(Invented) They wanted one plan.")
    _tab_to(visitor, "[type=radio][value=outstanding]")
    keys.press("Space")
    keys.press("ArrowDown")
    expect(visitor.form.get_by_label("Good", exact=True)).to_be_checked()
    _tab_to(visitor, "[name='why|answer']")
    keys.type("(Invented) By keyboard.")
    _tab_to(visitor, "[type=submit]")
    keys.press("Enter")
    expect(visitor.page.locator("#modal-title")).to_have_text("Return saved")
    keys.press("Escape")
    expect(visitor.returns_of("T2-CENTRAL-01")).to_contain_text("Sent (version 1)")


def test_what_lies_behind_a_form_takes_no_focus(visitor: Visitor) -> None:
    visitor.arrive(CENTRAL).open_return("T2-CENTRAL-02")
    assert visitor.page.locator("#behind").get_attribute("inert") is not None
    visitor.page.keyboard.press("Escape")
    expect(visitor.form).to_have_count(0)
    assert visitor.page.locator("#behind").get_attribute("inert") is None


def test_at_phone_width_there_is_one_pane_at_a_time_and_nothing_sticks_out(visitor: Visitor) -> None:
    visitor.page.set_viewport_size({"width": 375, "height": 667})
    visitor.arrive(COORDINATOR, "home")
    cut = visitor.page.locator("#side").evaluate("side => side.scrollHeight - side.clientHeight")
    assert cut == 0, "all channels, and what there is to try, are to be seen"
    visitor.arrive(CENTRAL)
    for pane, seen in (("Sheet", "#sheet .grid"), ("Clock and trouble", "#troubles"), ("Slack", "#composer")):
        visitor.press(pane)
        expect(visitor.page.locator(seen)).to_be_visible()
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 375
    expect(visitor.page.locator("#sheet .grid")).to_be_hidden()
    visitor.open_return("T2-CENTRAL-03")
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= 375
    expect(visitor.form.locator("button[type=submit]")).to_be_in_viewport()


def test_every_control_has_a_name_and_ids_are_unique(visitor: Visitor) -> None:
    visitor.arrive(CENTRAL).open_return("T2-CENTRAL-02")
    nameless = visitor.page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, textarea, a")]
            .filter((one) => one.checkVisibility() && !one.innerText && !one.getAttribute("aria-label")
                && !(one.labels && one.labels.length))
            .map((one) => one.outerHTML)"""
    )
    assert nameless == []
    twice = visitor.page.evaluate(
        """() => { const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
            return ids.filter((id, at) => ids.indexOf(id) !== at); }"""
    )
    assert twice == []
