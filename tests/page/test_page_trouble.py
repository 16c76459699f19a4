"""Trouble from the page: what waits is shown, and it drains."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.page.visitor import Visitor

NORTH = "U0EDUNORTH"


@pytest.fixture
def lead(visitor: Visitor) -> Iterator[Visitor]:
    visitor.arrive(NORTH)
    visitor.settled()
    yield visitor
    visitor.desk.trouble.well_again()


def _send(lead: Visitor, case: str) -> None:
    lead.open_return(case)
    lead.answer("Good", "(Invented) In trouble.")
    lead.send()
    lead.sent()


def test_while_slack_is_away_a_return_is_saved_and_its_messages_wait(lead: Visitor) -> None:
    lead.press("Slack away")
    lead.told("refuses every message")
    _send(lead, "T2-NORTH-02")
    expect(lead.page.locator("#waits")).to_contain_text(re.compile(r"[1-9] messages? to deliver"))
    expect(lead.page.locator(".waits")).to_have_attribute("data-state", "waiting")
    expect(lead.returns_of("T2-NORTH-02")).to_contain_text("Not started")

    lead.press("All well again")
    lead.told("well again")
    expect(lead.returns_of("T2-NORTH-02")).to_contain_text("Sent (version 1)")
    lead.settled()


def test_while_google_is_busy_slack_goes_on_and_the_sheet_waits(lead: Visitor) -> None:
    lead.press("Google says 429")
    lead.told("429")
    _send(lead, "T2-NORTH-03")
    expect(lead.returns_of("T2-NORTH-03")).to_contain_text("Sent (version 1)")
    expect(lead.page.locator("#waits")).to_contain_text("sheet behind")

    lead.press("All well again")
    lead.settled()
    expect(lead.row("T2-NORTH-03")).to_contain_text("Good")


def test_a_killed_worker_is_said_to_be_down_and_comes_back(lead: Visitor) -> None:
    lead.open_return("T2-NORTH-04")
    lead.answer("Good", "(Invented) Typed before it was killed.")
    lead.press("Kill the worker")
    expect(lead.page.locator("#waits")).to_contain_text("the product is down")
    lead.send()
    expect(lead.form).to_contain_text("We had some trouble connecting")
    expect(lead.form.get_by_label("Why?")).to_have_value("(Invented) Typed before it was killed.")

    lead.press("All well again")
    lead.told("well again")
    lead.send()
    lead.sent()
    expect(lead.returns_of("T2-NORTH-04")).to_contain_text("Sent (version 1)")
