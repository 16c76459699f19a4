"""What people of a workspace do beside the product: threads, who leaves, what becomes of channels; and its clock."""

import time
from datetime import datetime

import pytest
from playwright.sync_api import expect

from sandbox.dates import LONDON, Calendar
from tests.page.visitor import Visitor

OUTSIDER = "U0OUTSIDER"


def test_a_thread_is_opened_and_answered(visitor: Visitor) -> None:
    visitor.arrive(OUTSIDER)
    visitor.go("general")
    visitor.page.locator("#say").fill("Where do we meet?")
    visitor.page.keyboard.press("Enter")
    asked = visitor.talk.locator("article", has_text="Where do we meet?")
    expect(asked).to_be_visible()
    thread = visitor.talk.locator("article", has_text="Where do we meet?").locator("+ details")
    thread.locator("summary").focus()
    visitor.page.keyboard.press("Enter")
    thread.get_by_label("Reply in the thread").fill("In room 2.14")
    visitor.page.keyboard.press("Enter")
    expect(thread.locator("summary")).to_have_text("1 reply")
    expect(thread.locator("article")).to_contain_text("In room 2.14")


def test_an_admin_archives_a_channel_and_deactivates_somebody(visitor: Visitor) -> None:
    visitor.arrive(OUTSIDER)
    visitor.go("general")
    visitor.page.locator("summary", has_text="Change the workspace").click()
    visitor.press("Archive #general")
    visitor.told("Slack refuses every message to it")
    expect(visitor.page.locator("#say")).to_have_count(0)
    visitor.press("Deactivate Outsider")
    expect(visitor.talk).to_contain_text("Outsider is deactivated")
    visitor.press("All well again")
    expect(visitor.page.locator("#say")).to_be_visible()
    expect(visitor.page.get_by_role("button", name="All well again")).to_be_disabled()


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        ("2026-03-05T08:00", "2026-03-05T09:01"),
        ("2026-03-05T09:01", "2026-03-06T09:01"),
        ("2026-03-06T12:00", "2026-03-09T09:01"),
        ("2026-03-27T23:00", "2026-03-30T09:01"),
        ("2026-10-24T12:00", "2026-10-26T09:01"),
    ],
)
def test_the_next_morning_is_that_of_a_weekday_in_london(now: str, morning: str) -> None:
    calendar = Calendar()
    calendar.moved(datetime.fromisoformat(now).replace(tzinfo=LONDON), time.time())
    assert calendar.next_morning() == datetime.fromisoformat(morning).replace(tzinfo=LONDON)


def test_what_is_posted_while_the_clock_is_being_moved_has_the_new_time() -> None:
    """The product has read its new clock before the command that moves it has ended."""
    calendar, asked, to = Calendar(), time.time(), datetime(2031, 3, 5, 9, 1, tzinfo=LONDON)
    posted = asked + 0.5
    calendar.moved(to, asked)
    assert calendar.by_product(posted) == pytest.approx(to.timestamp() + 0.5)
    assert calendar.by_product(asked - 1) == asked - 1
